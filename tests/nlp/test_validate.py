"""Hand-coding: the sample drawn, the sheet handed out, the codes taken in, agreement and error."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from nlp.sheets import import_codes, write_sheet
from nlp.validate import allocation, coded_texts, draw_sample, sample_agreements, validation_text
from store.errors import Exit, OtherKind, WrongFile, WrongUse
from store.facts import Facts, load_facts
from tests.reputation.build import Newsroom, config

TONES = [-1, -1, 0, 1, -1, 0, 0, 1, -1, 0]
HEADER = "sample,article,area,coder,relevance,tone,safety\n"


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    return load_facts(config(tmp_path_factory.mktemp("facts")))


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    room = Newsroom.open(tmp_path)
    for year in (2018, 2019):
        room.year("vollsmose", year, TONES * 4)
        room.year("gellerup", year, TONES)
    return room


def drawn(room: Newsroom, **more: object) -> str:
    return draw_sample(room.store, backend="linear", areas=["vollsmose"], seed=1, **more)  # type: ignore[arg-type]


def items(room: Newsroom, sample: str) -> list[tuple[str, float]]:
    return [(row[0], row[1]) for row in room.store.rows(
        "SELECT article_id, probability FROM sample_items WHERE sample_id = ? ORDER BY 1", [sample])]


def test_each_year_and_predicted_tone_is_drawn_with_a_known_probability(room: Newsroom) -> None:
    found = items(room, drawn(room, per_year=10))

    assert len(found) == 20
    assert {round(probability, 3) for _, probability in found} == {0.25}
    assert sum(1 / probability for _, probability in found) == pytest.approx(80)


def test_the_same_population_and_seed_is_the_same_sample(room: Newsroom) -> None:
    assert drawn(room) == drawn(room)
    assert drawn(room) != draw_sample(room.store, backend="linear", areas=["vollsmose"], seed=2)
    assert room.store.value("SELECT count(*) FROM samples") == 2


def test_a_rare_class_is_drawn_twice_or_whole() -> None:
    assert allocation(np.array([-1.0] * 95 + [0.0] * 4 + [1.0]), 20) == {-1.0: 19, 0.0: 2, 1.0: 1}


def test_only_the_years_asked_for_are_drawn(room: Newsroom) -> None:
    sample = drawn(room, years=[2019])

    assert {row[0] for row in room.store.rows(
        "SELECT DISTINCT substr(day, 1, 4) FROM articles JOIN sample_items ON article_id = id WHERE sample_id = ?",
        [sample])} == {"2019"}


def test_nothing_to_draw_from_is_said(room: Newsroom) -> None:
    with pytest.raises(WrongUse, match="Import and read"):
        draw_sample(room.store, backend="linear", areas=["munkebo"], seed=1)


def test_the_sheet_shows_title_and_lead_and_no_prediction(room: Newsroom, facts: Facts, tmp_path: Path) -> None:
    summary = write_sheet(room.store, tmp_path / "out" / "ark.xlsx", facts, areas=["vollsmose"], per_year=5)

    rows = list(openpyxl.load_workbook(summary.path)["Kodning"].iter_rows(values_only=True))
    assert rows[0] == ("Prøve", "Artikel", "Område", "Dato", "Overskrift", "Indledning", "Koder", "Relevans", "Tone",
                       "Tryghed")
    assert len(rows) == 1 + summary.texts
    assert rows[1][4:6] == (f"Overskrift {rows[1][1]}", "Kort fortalt")
    assert rows[1][6:] == (None,) * 4
    assert [row[1] for row in rows[1:]] != sorted(str(row[1]) for row in rows[1:])
    assert summary.sample in summary.line()


def test_a_sheet_says_where_a_text_has_expired(room: Newsroom, facts: Facts, tmp_path: Path) -> None:
    room.store.execute("UPDATE versions SET text = '', summary = ''")
    room.store.execute("INSERT INTO features SELECT id, version, '', '{}', x'' FROM articles")
    summary = write_sheet(room.store, tmp_path / "ark.xlsx", facts, areas=["vollsmose"], per_year=5)
    rows = list(openpyxl.load_workbook(summary.path)["Kodning"].iter_rows(values_only=True))
    assert all("teksten er slettet" in str(row[5]) for row in rows[1:])


def test_a_sheet_can_be_written_again(room: Newsroom, facts: Facts, tmp_path: Path) -> None:
    first = write_sheet(room.store, tmp_path / "a.xlsx", facts, areas=["vollsmose"])
    again = write_sheet(room.store, tmp_path / "b.xlsx", facts, sample=first.sample)

    assert again.sample == first.sample
    assert again.texts == first.texts


def test_a_sheet_that_can_not_be_written_is_said(room: Newsroom, facts: Facts, tmp_path: Path) -> None:
    folder = tmp_path / "ark.xlsx"
    folder.mkdir()
    with pytest.raises(WrongFile, match="can't be written"):
        write_sheet(room.store, folder, facts, areas=["vollsmose"])


@pytest.mark.parametrize("wrong", [{"areas": ["vollsmosse"]}, {"sample": "s0"}])
def test_an_unknown_area_or_sample_is_refused(room: Newsroom, facts: Facts, tmp_path: Path, wrong: dict[str, object]
                                              ) -> None:
    with pytest.raises(WrongUse):
        write_sheet(room.store, tmp_path / "a.xlsx", facts, **wrong)  # type: ignore[arg-type]


def test_codes_come_in_from_the_sheet_and_half_filled_rows_wait(room: Newsroom, facts: Facts, tmp_path: Path) -> None:
    path = write_sheet(room.store, tmp_path / "ark.xlsx", facts, areas=["vollsmose"]).path
    book = openpyxl.load_workbook(path)
    sheet = book["Kodning"]
    for row, tone in ((2, "Negativ"), (3, "blandet")):
        sheet.cell(row, 7, "AB")
        sheet.cell(row, 8, "handler om")
        sheet.cell(row, 9, tone)
    book.save(path)

    summary = import_codes(room.store, path, facts)

    assert (summary.rows, summary.added, summary.refused, summary.exit_code) == (2, 2, 0, Exit.DONE)
    assert sorted(row[0] for row in room.store.rows("SELECT tone FROM codes")) == ["mixed", "negative"]
    assert import_codes(room.store, path, facts).line() == "ark.xlsx: already imported, nothing changed"
    assert sorted(coded_texts(room.store)["tone"]) == [-1, 0]


def test_what_is_no_code_is_refused_with_row_and_column(room: Newsroom, facts: Facts, tmp_path: Path) -> None:
    sample = drawn(room)
    article = items(room, sample)[0][0]
    path = tmp_path / "codes.csv"
    path.write_text(
        HEADER + f"{sample},{article},vollsmose,AB,,sur,\n{sample},nowhere,vollsmose,AB,,negative,\n"
        f"{sample},{article},vollsmose,,,negative,\n{sample},{article},vollsmose,AB,,,\n"
        f"{sample},{article},vollsmose,AB,about,positive,safe\n"
    )

    summary = import_codes(room.store, path, facts)

    assert (summary.rows, summary.added, summary.refused, summary.exit_code) == (4, 1, 3, Exit.WITH_REFUSALS)
    assert [(row[0], row[1]) for row in room.store.rows('SELECT row, "column" FROM refusals ORDER BY row')] == [
        (1, "tone"), (2, "article"), (3, "coder")]
    assert "3 refused" in summary.line()


def test_a_coder_may_think_again(room: Newsroom, facts: Facts, tmp_path: Path) -> None:
    sample = drawn(room)
    article = items(room, sample)[0][0]
    for number, tone in enumerate(("negative", "neutral")):
        path = tmp_path / f"codes{number}.csv"
        path.write_text(f"{HEADER}{sample},{article},vollsmose,AB,,{tone},\n")
        assert import_codes(room.store, path, facts).added == 1

    assert [row[0] for row in room.store.rows("SELECT tone FROM codes")] == ["neutral"]


@pytest.mark.parametrize(("name", "content", "message"), [
    ("a.csv", b"sample,article\n1,2\n", "no column 'area'"),
    ("a.csv", b"", "empty"),
    ("a.csv", "område\n".encode("latin-1"), "not UTF-8"),
    ("a.xlsx", b"PK\x05\x06" + b"\0" * 18, "can't be read"),
])
def test_another_file_is_refused_whole(room: Newsroom, facts: Facts, tmp_path: Path, name: str, content: bytes,
                                       message: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)

    with pytest.raises(WrongFile, match=message):
        import_codes(room.store, path, facts)
    assert room.store.value("SELECT count(*) FROM imports") == 0


def test_a_missing_file_is_said(room: Newsroom, facts: Facts, tmp_path: Path) -> None:
    with pytest.raises(WrongFile, match="no such file"):
        import_codes(room.store, tmp_path / "none.csv", facts)
    with pytest.raises(WrongFile, match="can't be read"):
        import_codes(room.store, tmp_path, facts)


def test_a_demonstration_sheet_says_so_inside_and_stays_out_of_a_real_store(room: Newsroom, facts: Facts,
                                                                            tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()
    demo = Newsroom.open(tmp_path / "demo", kind="demo")
    demo.year("vollsmose", 2018, TONES)
    path = write_sheet(demo.store, tmp_path / "demo.xlsx", facts, areas=["vollsmose"]).path

    assert import_codes(demo.store, path, facts).rows == 0
    with pytest.raises(OtherKind):
        import_codes(room.store, path, facts)


def code_all(room: Newsroom, facts: Facts, folder: Path, coders: dict[str, dict[int, str]]) -> None:
    """Let coders code every drawn text; each maps the predicted tone to what the coder says."""
    sample = drawn(room)
    read = dict(room.store.rows("SELECT article_id, tone_score FROM readings WHERE basis = 'lead'"))
    lines = [f"{sample},{article},vollsmose,{coder},,{says[int(read[article])]},none"
             for coder, says in coders.items() for article, _ in items(room, sample)]
    (folder / "codes.csv").write_text(HEADER + "\n".join(lines))
    assert import_codes(room.store, folder / "codes.csv", facts).refused == 0


def test_agreement_and_error_are_measured(room: Newsroom, facts: Facts, tmp_path: Path) -> None:
    honest = {-1: "negative", 0: "negative", 1: "positive"}
    code_all(room, facts, tmp_path, {"AB": honest, "CD": honest})

    (found,) = sample_agreements(room.store, "linear", seed=1)

    assert (found.alpha, found.coders, found.doubly_coded, found.areas) == (1, 2, 34, ("vollsmose",))
    assert found.n == found.drawn == 34
    assert found.bias == pytest.approx(0.4, abs=0.02)  # the reader finds two in five neutral that are negative
    assert found.accuracy == pytest.approx(0.6, abs=0.03)
    assert "34 of 34 texts coded, 2 coders, 34 coded twice, alpha 1.000" in validation_text([found])


def test_one_coder_has_no_agreement(room: Newsroom, facts: Facts, tmp_path: Path) -> None:
    code_all(room, facts, tmp_path, {"AB": {-1: "negative", 0: "neutral", 1: "positive"}})

    (found,) = sample_agreements(room.store, "linear", seed=1)

    assert found.alpha is None
    assert "alpha unknown" in validation_text([found])


def test_coders_who_differ_meet_half_way(room: Newsroom, facts: Facts, tmp_path: Path) -> None:
    code_all(room, facts, tmp_path, {"AB": dict.fromkeys((-1, 0, 1), "negative"),
                                     "CD": dict.fromkeys((-1, 0, 1), "mixed")})

    texts = coded_texts(room.store)

    assert set(texts["tone"]) == {-0.5}
    assert set(texts["negative"]) == {0.5}


def test_without_codes_every_figure_is_uncorrected(room: Newsroom) -> None:
    assert sample_agreements(room.store, "linear", seed=1) == ()
    assert "uncorrected" in validation_text(())


def test_the_time_a_sample_is_drawn_is_kept(room: Newsroom) -> None:
    drawn(room, now=datetime(2026, 3, 1, tzinfo=UTC))

    assert room.store.value("SELECT drawn FROM samples") == "2026-03-01T00:00:00Z"
