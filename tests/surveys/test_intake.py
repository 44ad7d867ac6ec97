"""A wave comes in whole or not at all; what can't be used is named, what tells of people is not kept."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from store.config import Config
from store.database import Store
from store.errors import Exit, OtherKind, ReputationError, WrongCodebook, WrongConfig, WrongFile, WrongUse
from store.facts import Facts
from store.imports import record_import
from surveys.intake import check_survey, import_survey, release_quote, undo, withdraw
from surveys.quotes import releasable
from tests.surveys.samples import CODEBOOK, COUNTS, DIALECTS, MARGINS, ROWS, Sample, write_csvs, write_wave


def count(store: Store, table: str) -> int:
    return int(store.value(f"SELECT count(*) FROM {table}"))


def test_a_wave_is_taken_in(tmp_path: Path, store: Store, facts: Facts, config: Config) -> None:
    export, codebook = write_wave(tmp_path)
    summary = import_survey(store, export, codebook, facts, config)
    assert (summary.rows, summary.added, summary.refused, summary.not_completed) == (7, 6, 0, 1)
    assert summary.dropped == ("m_1", "email", "stato_1")
    assert summary.identifying == ("email",)
    assert summary.exit_code is Exit.DONE
    assert "columns dropped: m_1, email, stato_1" in summary.line()
    answers = store.rows("SELECT state, value FROM answers ORDER BY state, value")
    assert [tuple(row) for row in answers] == [("dont_know", None), ("refused", None), ("valid", 1), ("valid", 5),
                                               ("valid", 7)]
    assert count(store, "respondents") == 6
    assert count(store, "respondent_levels") == 6
    assert count(store, "text_answers") == 3
    assert store.value("SELECT person FROM respondents WHERE person IS NOT NULL") is None
    assert [tuple(row) for row in store.rows("SELECT * FROM fieldwork ORDER BY area_id")] == [
        ("2021-prøve", "gellerup", 80, 20, 2), ("2021-prøve", "vollsmose", 100, 20, 4)]
    assert count(store, "margins") == 4
    assert json.loads(store.value("SELECT items FROM indexes")) == ["tryg"]
    assert "columns dropped: m_1, email, stato_1" in store.value("SELECT notes FROM imports")


def test_a_column_that_only_the_margins_name_is_stored_and_not_said_to_be_dropped(
    tmp_path: Path, store: Store, facts: Facts, config: Config,
) -> None:
    plain = CODEBOOK.replace(CODEBOOK[CODEBOOK.index("[[weighting]]"):CODEBOOK.index("[[texts]]")], "")
    margins = MARGINS.replace(",sex,", ",s_1,").replace("female", "1").replace("male", "2")
    export, codebook = write_wave(tmp_path, codebook=plain, margins=margins)
    summary = import_survey(store, export, codebook, facts, config)
    assert summary.dropped == ("m_1", "email", "stato_1")
    assert store.value("SELECT count(*) FROM respondent_levels WHERE variable = 's_1'") == 6


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_dialect_brings_the_same_answers(
    tmp_path: Path, store: Store, facts: Facts, config: Config, dialect: str,
) -> None:
    _, codebook = write_wave(tmp_path)
    import_survey(store, DIALECTS[dialect](tmp_path / "x", Sample()), codebook, facts, config)
    assert store.value("SELECT sum(value) FROM answers") == 13
    assert store.value("SELECT text FROM text_answers WHERE text LIKE '%hej%'") == 'Han sagde "hej"\nog gik'


def test_the_same_files_again_add_nothing(tmp_path: Path, store: Store, facts: Facts, config: Config) -> None:
    export, codebook = write_wave(tmp_path)
    first = import_survey(store, export, codebook, facts, config)
    before = list(store.db.conn.iterdump())
    again = import_survey(store, export, codebook, facts, config)
    assert again.known
    assert again.number == first.number
    assert "nothing added" in again.line()
    assert list(store.db.conn.iterdump()) == before


def test_other_content_under_a_known_wave_is_refused(
    tmp_path: Path, store: Store, facts: Facts, config: Config,
) -> None:
    export, codebook = write_wave(tmp_path)
    number = import_survey(store, export, codebook, facts, config).number
    export, codebook = write_wave(tmp_path, Sample().changed(0, "s_2", "2"))
    with pytest.raises(WrongUse, match=f"undo-import {number}"):
        import_survey(store, export, codebook, facts, config)
    assert import_survey(store, export, codebook, facts, config, wave="2021-igen").added == 6


def test_an_import_can_be_undone_whole_and_come_again(
    tmp_path: Path, store: Store, facts: Facts, config: Config,
) -> None:
    export, codebook = write_wave(tmp_path, Sample().changed(0, "s_2", "77"))
    number = import_survey(store, export, codebook, facts, config).number
    assert undo(store, number) == ("2021-prøve",)
    for table in ("waves", "items", "indexes", "fieldwork", "margins", "respondents", "respondent_levels", "answers",
                  "text_answers", "refusals"):
        assert count(store, table) == 0, table
    with pytest.raises(WrongUse, match="undone already"):
        undo(store, number)
    with pytest.raises(WrongUse, match="no import 99"):
        undo(store, 99)
    assert import_survey(store, export, codebook, facts, config).added == 6


def test_an_import_of_another_kind_is_not_undone_here(store: Store) -> None:
    with store.transaction():
        record_import(store, "archive", "a.json", "d", "infomedia")
    with pytest.raises(WrongUse, match="not a survey"):
        undo(store, 1)


@pytest.mark.parametrize(("row", "column", "value", "expected"), [
    (0, "s_2", "77", (1, "s_2", "code outside the scale 1–7")),
    (1, "s_2", "tre", (2, "s_2", "not a number")),
    (1, "s_2", "3,5", (2, "s_2", "not a whole number")),
    (2, "b_1", "9", (3, "b_1", "unknown area code")),
    (2, "b_1", "", (3, "b_1", "unknown area code")),
    (3, "key", "", (4, "key", "the id is missing")),
    (4, "s_1", "3", (5, "s_1", "no level of a weighting variable")),
])
def test_a_refusal_names_row_column_and_reason_but_no_value(
    tmp_path: Path, store: Store, facts: Facts, config: Config, row: int, column: str, value: str,
    expected: tuple[int, str, str],
) -> None:
    export, codebook = write_wave(tmp_path, Sample().changed(row, column, value))
    summary = import_survey(store, export, codebook, facts, config)
    assert summary.exit_code is Exit.WITH_REFUSALS
    refusals = [tuple(each) for each in store.rows('SELECT row, "column", reason FROM refusals')]
    assert refusals == [expected]
    assert store.value("SELECT source FROM refusals") == "2021-prøve/dataset.csv"


def test_identical_rows_are_kept_once_and_counted(tmp_path: Path, store: Store, facts: Facts, config: Config) -> None:
    again = [*ROWS[0]]
    again[5] = "anden@eksempel.dk"  # a column that is not kept makes no other answer
    export, codebook = write_wave(tmp_path, Sample().with_rows(ROWS[1], again))
    summary = import_survey(store, export, codebook, facts, config)
    assert (summary.added, summary.duplicates) == (6, 2)


def test_one_id_with_differing_answers_stops_the_import(
    tmp_path: Path, store: Store, facts: Facts, config: Config,
) -> None:
    other = [*ROWS[0]]
    other[2] = "3"
    export, codebook = write_wave(tmp_path, Sample().with_rows(other))
    with pytest.raises(WrongFile, match="rows 1 and 8 have the same id") as caught:
        import_survey(store, export, codebook, facts, config)
    assert "007" not in str(caught.value)
    assert count(store, "imports") == 0


@pytest.mark.parametrize(("sample", "says"), [
    (Sample(rows=[]), "no row of answers"),
    (Sample(rows=[ROWS[6]]), "none of 1 rows is completed"),
    (Sample(rows=[[*ROWS[0][:4], "9", *ROWS[0][5:]]]), "no row of 1 can be used"),
])
def test_an_export_without_usable_rows_is_refused(
    tmp_path: Path, store: Store, facts: Facts, config: Config, sample: Sample, says: str,
) -> None:
    export, codebook = write_wave(tmp_path, sample)
    with pytest.raises(WrongFile, match=says):
        import_survey(store, export, codebook, facts, config)


def margins(old: str, new: str) -> dict[str, str]:
    assert old in MARGINS
    return {"margins": MARGINS.replace(old, new)}


def counts(old: str, new: str) -> dict[str, str]:
    assert old in COUNTS
    return {"counts": COUNTS.replace(old, new)}


@pytest.mark.parametrize(("files", "says"), [
    (margins("vollsmose,sex,male,40", "vollsmose,sex,male,41"), "sum to 101 and its population is 100"),
    (margins("vollsmose,sex,male,40\n", ""), r"margins\.csv:2: 'vollsmose' has no count for sex 'male'"),
    (margins("vollsmose,sex,male,40", "vollsmose,sex,male,"),
     r"margins\.csv:3: the count of vollsmose, sex, male is mis"),
    (margins("vollsmose,sex,male,40", "vollsmose,sex,male,4.0"), r"'4\.0' is not a whole number"),
    (margins("vollsmose,sex,male,40", "vollsmose,sex,male,40,x"), "5 fields and 4 columns"),
    (margins("vollsmose,sex,male,40", "vollsmose,sex,male,-40"), "not a whole number"),
    (margins("vollsmose,sex,male,40", "vollsmose,sex,female,40"),
     r"margins\.csv:3: vollsmose, sex, female is given twice"),
    (margins("vollsmose,sex,male,40", "vollsmose,,male,40"), "variable or level is empty"),
    (margins("vollsmose,sex,male,40", "volsmose,sex,male,40"), "no area 'volsmose'"),
    (margins("area,variable", "area,variabel"), "They must be area, variable, level, count"),
    (margins(MARGINS, "area,variable,level,count\n"), "no line of data"),
    (margins(MARGINS, "# intet\n"), "is empty"),
    (margins("gellerup,sex,female,30\ngellerup,sex,male,50\n", ""), "no margins for 'gellerup'"),
    (margins("gellerup,sex,male,50\n", "gellerup,sex,male,50\nvollsmose,age,ung,100\n"), "has no margin 'age'"),
    (margins("gellerup,sex,male,50\n", "gellerup,sex,male,50\nvollsmose,age,ung,99\ngellerup,age,ung,80\n"),
     "the margin age sums to 99 and sex to 100"),
    (margins("gellerup,sex,male,50\n", "gellerup,sex,male,50\nvollsmose,age,ung,100\ngellerup,age,ung,80\n"),
     "'age' is not a column"),
    (margins("gellerup,sex,female,30\ngellerup,sex,male,50", "gellerup,sex,female,80\ngellerup,sex,male,0"),
     "'gellerup' has respondents in sex 'male' and no residents there"),
    ({"margins": MARGINS.replace("female", "kvinde")}, "level 'female' of 'sex' is only in one"),
    ({"margins": "area,variable,level,count\nvollsmose,sex,female,0\nvollsmose,sex,male,0\n"}, "sum to zero"),
    (counts("vollsmose,100", "vollsmose,"), "population of 'vollsmose' is missing or zero"),
    (counts("vollsmose,100", "vollsmose,0"), "population of 'vollsmose' is missing or zero"),
    (counts("vollsmose,100,20,4\n", ""), "no line for 'vollsmose'"),
    (counts("gellerup,80,20,2", "gellerup,80,90,2"), "90 invited of 80 residents"),
    (counts("gellerup,80,20,2", "gellerup,80,20,21"), "21 answered of 20"),
    (counts("gellerup,80,20,2", "vollsmose,80,20,2"), r"counts\.csv:3: the area 'vollsmose' is given twice"),
    (counts(COUNTS, "area,population,invited,answered\n"), "no line of data"),
    ({"counts": "area,population,invited,answered\nvollsmose,3,,\ngellerup,80,,\n", "margins": "", "codebook":
      CODEBOOK.replace('margins = "margins.csv"', 'margins = ""')}, "4 respondents of 3 residents"),
])
def test_wrong_margins_and_counts_are_refused_with_file_and_line(
    tmp_path: Path, store: Store, facts: Facts, config: Config, files: dict[str, str], says: str,
) -> None:
    export, codebook = write_wave(tmp_path, **files)
    with pytest.raises(WrongCodebook, match=says):
        import_survey(store, export, codebook, facts, config)
    assert count(store, "imports") == 0


def test_missing_margins_are_refused(tmp_path: Path, store: Store, facts: Facts, config: Config) -> None:
    export, codebook = write_wave(tmp_path)
    (tmp_path / "margins.csv").unlink()
    with pytest.raises(WrongCodebook, match="beside the codebook"):
        check_survey(export, codebook, store, facts)


def test_margins_may_be_danish_csv_with_comments_and_crossed(
    tmp_path: Path, store: Store, facts: Facts, config: Config,
) -> None:
    text = "# kilde: opdigtet\r\narea;variable;level;count\r\n" + "".join(
        f"{area};sex*m_1;{sex}*{code};{n}\r\n" for area in ("vollsmose", "gellerup")
        for sex in ("female", "male") for code, n in ((0, 25), (1, 25))
    )
    export, codebook = write_wave(tmp_path, margins=text, counts=COUNTS.replace("80,", "100,"))
    assert import_survey(store, export, codebook, facts, config).added == 6
    levels = {row["variable"] for row in store.rows("SELECT variable FROM respondent_levels")}
    assert levels == {"sex", "m_1"}


def test_without_counts_the_margins_give_the_population(
    tmp_path: Path, store: Store, facts: Facts, config: Config,
) -> None:
    export, codebook = write_wave(tmp_path, codebook=CODEBOOK.replace('counts = "counts.csv"', ""))
    import_survey(store, export, codebook, facts, config)
    assert store.value("SELECT population FROM fieldwork WHERE area_id = 'vollsmose'") == 100


def test_panel_keys_become_one_person_over_waves_and_ids_do_not(
    tmp_path: Path, store: Store, facts: Facts, config: Config,
) -> None:
    export, codebook = write_wave(tmp_path, codebook=CODEBOOK.replace('panel_key = ""', 'panel_key = "key"'))
    import_survey(store, export, codebook, facts, config)
    import_survey(store, export, codebook, facts, config, wave="2022-prøve")
    assert store.value("SELECT count(DISTINCT person) FROM respondents") == 6
    assert store.value("SELECT count(DISTINCT id) FROM respondents") == 12


def test_withdrawing_a_key_takes_out_every_wave(tmp_path: Path, store: Store, facts: Facts, config: Config) -> None:
    export, codebook = write_wave(tmp_path, codebook=CODEBOOK.replace('panel_key = ""', 'panel_key = "key"'))
    for wave in ("a", "b"):
        import_survey(store, export, codebook, facts, config, wave=wave)
    assert withdraw(store, "007", config) == 2
    assert count(store, "respondents") == 10
    with pytest.raises(WrongUse, match="nobody"):
        withdraw(store, "007", config)


def test_a_withdrawal_is_remembered_when_the_wave_comes_again(
    tmp_path: Path, store: Store, facts: Facts, config: Config,
) -> None:
    export, codebook = write_wave(tmp_path)
    number = import_survey(store, export, codebook, facts, config).number
    withdraw(store, "007", config)
    undo(store, number)
    again = import_survey(store, export, codebook, facts, config)
    assert (again.added, again.withdrawn) == (5, 1)
    assert "1 withdrawn before and left out" in again.line()
    assert count(store, "respondents") == 5
    notes = store.value("SELECT notes FROM imports WHERE id = ?", [again.number])
    assert "answers withdrawn before were left out" in notes
    assert store.value("SELECT count(*) FROM text_answers WHERE text LIKE 'Her er rart%'") == 0


def test_a_person_who_withdrew_stays_out_of_later_waves_too(
    tmp_path: Path, store: Store, facts: Facts, config: Config,
) -> None:
    panel = CODEBOOK.replace('panel_key = ""', 'panel_key = "s_7"')
    panel = panel[: panel.index("[[texts]]")]
    sample = Sample().changed(0, "s_7", "P-1").changed(1, "s_7", "P-2")
    export, codebook = write_wave(tmp_path, sample, codebook=panel)
    for wave in ("2019", "2021"):
        import_survey(store, export, codebook, facts, config, wave=wave)
    assert withdraw(store, "007", config) == 2  # by the respondent's key: the person of both waves
    assert import_survey(store, export, codebook, facts, config, wave="2023").withdrawn == 1
    assert store.value("SELECT count(*) FROM withdrawn") == 3


def test_no_key_of_a_person_enters_the_store(tmp_path: Path, store: Store, facts: Facts, config: Config) -> None:
    sample = Sample().changed(0, "key", "KLUMPFORT-17")
    export, codebook = write_wave(tmp_path, sample, codebook=CODEBOOK.replace('panel_key = ""', 'panel_key = "key"'))
    import_survey(store, export, codebook, facts, config)
    files = b"".join(each.read_bytes() for each in tmp_path.glob("store.db*"))
    assert b"KLUMPFORT" not in files
    assert b"eksempel.dk" not in files


def test_no_name_of_an_open_answer_enters_the_store(
    tmp_path: Path, store: Store, facts: Facts, config: Config,
) -> None:
    told = "Her er uroligt, spørg Zorbanka Klumpfort i opgang 7 eller ring 12 34 56 78"
    export, codebook = write_wave(tmp_path, Sample().changed(0, "s_7", told))
    import_survey(store, export, codebook, facts, config)
    files = b"".join(each.read_bytes() for each in tmp_path.glob("store.db*"))
    for part in (b"Zorbanka", b"Klumpfort", b"12 34 56 78", b"opgang 7"):
        assert part not in files
    assert "Her er uroligt, spørg [navn]".encode() in files


def test_what_was_withdrawn_or_undone_can_not_be_read_from_the_file(
    tmp_path: Path, store: Store, facts: Facts, config: Config,
) -> None:
    export, codebook = write_wave(tmp_path, Sample().changed(0, "s_7", "her er lygterne altid slukket"))
    number = import_survey(store, export, codebook, facts, config).number

    def left(text: bytes) -> bool:
        return any(text in each.read_bytes() for each in tmp_path.glob("store.db*"))

    assert left(b"lygterne altid slukket")
    withdraw(store, "007", config)
    assert not left(b"lygterne altid slukket")
    assert left("når lygten er slukket".encode())
    undo(store, number)
    assert not left("når lygten er slukket".encode())


def test_the_key_file_is_made_for_its_owner_only(tmp_path: Path, store: Store, facts: Facts, config: Config) -> None:
    export, codebook = write_wave(tmp_path)
    import_survey(store, export, codebook, facts, config)
    key = config.surveys.key_file
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert key.read_text().strip() not in "\n".join(store.db.conn.iterdump())


def readable(key: Path) -> None:
    key.chmod(0o644)


def garbled(key: Path) -> None:
    key.write_text("hemmelig")


def exchanged(key: Path) -> None:
    key.write_text("ab" * 32)


def gone(key: Path) -> None:
    key.unlink()


@pytest.mark.parametrize(("spoil", "says"), [
    (readable, "chmod 600"), (garbled, "not a key file"), (exchanged, "not the key"), (gone, "key file is missing"),
])
def test_a_key_file_that_is_wrong_stops_everything(
    tmp_path: Path, store: Store, facts: Facts, config: Config, spoil: Callable[[Path], None], says: str,
) -> None:
    export, codebook = write_wave(tmp_path)
    import_survey(store, export, codebook, facts, config)
    spoil(config.surveys.key_file)
    before = list(store.db.conn.iterdump())
    with pytest.raises(WrongConfig, match=says):
        import_survey(store, export, codebook, facts, config, wave="b")
    with pytest.raises(WrongConfig, match=says):
        withdraw(store, "007", config)
    assert list(store.db.conn.iterdump()) == before


def test_a_key_file_that_can_not_be_made_is_told(tmp_path: Path, store: Store, facts: Facts, config: Config) -> None:
    export, codebook = write_wave(tmp_path)
    (tmp_path / "keys").write_text("")
    with pytest.raises(WrongConfig, match="can't be made"):
        import_survey(store, export, codebook, facts, config)


def test_a_quote_is_released_once_and_only_from_areas_with_enough_answers(
    tmp_path: Path, store: Store, facts: Facts, config: Config,
) -> None:
    rows = [[f"k{number}", *ROWS[0][1:]] for number in range(30)] + [ROWS[4]]
    export, codebook = write_wave(tmp_path, Sample(rows=rows))
    import_survey(store, export, codebook, facts, config)
    areas = {row["area_id"]: row["id"] for row in store.rows(
        "SELECT t.id, r.area_id FROM text_answers t JOIN respondents r ON r.id = t.respondent_id")}
    assert release_quote(store, areas["vollsmose"])
    assert not release_quote(store, areas["vollsmose"])
    with pytest.raises(WrongUse, match="fewer than 30"):
        release_quote(store, areas["gellerup"])
    with pytest.raises(WrongUse, match="no open answer"):
        release_quote(store, 999)


def test_a_person_chooses_among_the_answers_that_may_be_released(
    tmp_path: Path, store: Store, facts: Facts, config: Config,
) -> None:
    rows = [[f"k{number}", *ROWS[number % 3][1:]] for number in range(30)] + [ROWS[4]]
    rows[0][-1] = "Jeg taler tit med Torben\r\nom \x1b[2m lygterne"
    assert releasable(store) == ()
    export, codebook = write_wave(tmp_path, Sample(rows=rows))
    import_survey(store, export, codebook, facts, config)
    listed = releasable(store)
    assert {(each.area, each.wave, each.question) for each in listed} == {("vollsmose", "2021-prøve", "hvorfor")}
    assert len(listed) == 20  # every third gave no answer; gellerup has one respondent only
    masked = next(each for each in listed if "lygterne" in each.text)
    assert masked.line() == f"{masked.number}  vollsmose  2021-prøve  hvorfor: Jeg taler tit med [navn] om [2m lygterne"
    release_quote(store, masked.number)
    assert releasable(store) == tuple(each for each in listed if each != masked)


def demo(sample: Sample) -> Sample:
    return replace(sample, labels=[*sample.labels, ["b_1", "9", "DEMODATA"]])


def test_demonstration_and_real_never_meet(tmp_path: Path, store: Store, facts: Facts, config: Config) -> None:
    export, codebook = write_wave(tmp_path / "a", demo(Sample()))
    with pytest.raises(OtherKind):
        import_survey(store, export, codebook, facts, config)
    export, codebook = write_wave(tmp_path / "b", margins="# DEMODATA\n" + MARGINS)
    with pytest.raises(OtherKind, match=r"margins\.csv"):
        check_survey(export, codebook, store, facts)
    with Store.open(tmp_path / "demo.db", kind="demo") as other:
        export, codebook = write_wave(tmp_path / "c", demo(Sample()))
        assert import_survey(other, export, codebook, facts, config).added == 6


def test_a_crash_at_the_last_row_leaves_the_store_as_before(
    tmp_path: Path, store: Store, facts: Facts, config: Config, monkeypatch: pytest.MonkeyPatch,
) -> None:
    export, codebook = write_wave(tmp_path)

    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("surveys.intake.record_refusals", fail)
    with pytest.raises(ZeroDivisionError):
        import_survey(store, export, codebook, facts, config)
    for table in ("imports", "waves", "respondents"):
        assert count(store, table) == 0


def test_the_preview_shows_what_would_happen_and_writes_nothing(
    tmp_path: Path, store: Store, facts: Facts, config: Config,
) -> None:
    export, codebook = write_wave(tmp_path, Sample().changed(0, "s_2", "77"))
    before = list(store.db.conn.iterdump())
    text = check_survey(export, codebook, store, facts).text()
    assert list(store.db.conn.iterdump()) == before
    for part in ("6 of 7 rows", "gellerup 2, vollsmose 4", "read as: encoding cp1252, semicolon between",
                 "item tryg (1–7, low = safe): 1 (1 Meget tryg): 0, 2 (2): 0", "5 (5): 1", "7 (7 Meget utryg): 1",
                 "dont_know: 1, refused: 1, blank: 1", "open question hvorfor: 3 answers",
                 "columns dropped: m_1, email, stato_1", "identifying: email",
                 "refused: s_2: code outside the scale 1–7 (1: row 1)", "no earlier wave", "Don't pass them on"):
        assert part in text
    assert not config.surveys.key_file.exists()


def test_the_preview_says_whether_waves_can_be_compared(
    tmp_path: Path, store: Store, facts: Facts, config: Config,
) -> None:
    export, codebook = write_wave(tmp_path)
    import_survey(store, export, codebook, facts, config, wave="2020-prøve")
    assert "tryghed against 2020-prøve: comparable" in check_survey(export, codebook, store, facts).text()
    export, codebook = write_wave(tmp_path, codebook=CODEBOOK.replace("i dit nabolag?", "i dit kvarter?"))
    text = check_survey(export, codebook, store, facts, wave="2021-ny").text()
    assert "other wording: Hvor tryg føler" in text


def test_the_preview_refuses_what_the_import_would_and_knows_what_is_there(
    tmp_path: Path, store: Store, facts: Facts, config: Config,
) -> None:
    export, codebook = write_wave(tmp_path)
    number = import_survey(store, export, codebook, facts, config).number
    assert f"already taken in as import {number}" in check_survey(export, codebook, store, facts).text()
    export, codebook = write_wave(tmp_path, Sample().changed(0, "s_2", "2"))
    with pytest.raises(WrongUse, match=f"undo-import {number}"):
        check_survey(export, codebook, store, facts)


@pytest.mark.parametrize(("name", "says"), [
    ("svar_vollsmose_2021", None), ("vollsmose-gellerup", "tells 2 areas"), ("svar", "tells 0 areas")])
def test_the_area_may_stand_in_the_file_name(
    tmp_path: Path, store: Store, facts: Facts, config: Config, name: str, says: str | None,
) -> None:
    text = CODEBOOK.replace('column = "b_1"\ncodes = {1 = "vollsmose", 2 = "gellerup"}', "file_name = true")
    _, codebook = write_wave(tmp_path, codebook=text)
    folder = write_csvs(tmp_path / name, Sample(), ";", "cp1252")
    if says is None:
        import_survey(store, folder, codebook, facts, config)
        assert {row["area_id"] for row in store.rows("SELECT area_id FROM respondents")} == {"vollsmose"}
    else:
        with pytest.raises(ReputationError, match=says):
            import_survey(store, folder, codebook, facts, config)


def test_without_a_respondent_key_the_row_number_stands_in(
    tmp_path: Path, store: Store, facts: Facts, config: Config,
) -> None:
    export, codebook = write_wave(tmp_path, Sample().with_rows(ROWS[0]), codebook=CODEBOOK.replace('"key"', '""'))
    assert import_survey(store, export, codebook, facts, config).added == 7
    assert "duplicates can't be seen" in store.value("SELECT notes FROM imports")
