"""KoboToolbox, Enalyzer, SPSS and Excel's XML of 2003 are known by their own signs; what a person says goes first."""

from __future__ import annotations

import contextlib
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.errors import MissingExtra, WrongCodebook, WrongFile
from surveys.codebook import load_told
from surveys.readers.dates import read_day, settled_order
from surveys.readers.export import Export
from surveys.readers.nonanswers import nonanswer
from surveys.readers.recognise import read_export
from surveys.readers.told import FORMATS, Told
from tests.surveys.samples import COLUMNS, LABELS, ROWS, STRUCTURE, STRUCTURE_HEADER, Sample, write_csvs
from tests.surveys.test_readers import ANSWERS, cells, content
from tests.surveys.tool_samples import (
    ENALYZER_ROWS,
    KOBO_HEADER,
    KOBO_ROWS,
    delimited,
    spreadsheetml,
    write,
    write_book,
    write_enalyzer,
    write_google,
    write_kobo,
    write_kobo_book,
    write_legacy,
    write_lime,
    write_spss,
)

VARIABLES = [["variableName", "questionText"], *([row[1], row[4]] for row in STRUCTURE)]


# ---------------------------------------------------------------- KoboToolbox


@pytest.mark.parametrize("tags", [False, True])
def test_kobo_is_read_with_groups_several_choices_and_without_hxl_tags(tmp_path: Path, tags: bool) -> None:
    export = read_export(write_kobo(tmp_path / "k.csv", tags=tags))
    assert export.format == "kobo semicolon utf-8"
    assert export.columns == tuple(KOBO_HEADER)
    assert list(export.rows) == cells(KOBO_ROWS)
    assert ("row of HXL tags left out" in export.notes) is tags
    assert export.identifying == {"deviceid", "username", "_submitted_by"}


def test_repeat_groups_become_columns_of_their_submission(tmp_path: Path) -> None:
    export = read_export(write_kobo_book(tmp_path / "k.xlsx"))
    assert export.format == "kobo xlsx"
    assert len(export.rows) == 3
    told = {name: [row[export.positions[name]] for row in export.rows] for name in export.columns if "[" in name}
    assert told == {
        "boern[1]/alder": ["7", None, "12"], "boern[1]/skole": ["a", None, "a"], "boern[2]/alder": ["9", None, None],
        "boern[2]/skole": ["b", None, None], "boern[2]/fritid[1]/sted": ["klub", None, None],
    }


def test_a_repeat_of_no_submission_is_refused(tmp_path: Path) -> None:
    import openpyxl

    path = write_kobo_book(tmp_path / "k.xlsx")
    book = openpyxl.load_workbook(path)
    book["boern"]["E4"] = 77
    book.save(path)
    with pytest.raises(WrongFile, match="belongs to no submission"):
        read_export(path)


@settings(max_examples=20, deadline=None)
@given(ANSWERS, st.booleans())
def test_kobo_read_and_written_again_loses_nothing(answers: list[tuple[str, str]], tags: bool) -> None:
    rows = [[*KOBO_ROWS[0][:6], *pair, str(500 + number), *KOBO_ROWS[0][9:]] for number, pair in enumerate(answers)]
    with tempfile.TemporaryDirectory() as folder:
        export = read_export(write_kobo(Path(folder) / "k.csv", rows, tags=tags))
        assert list(export.rows) == cells(rows)
        again = [[text or "" for text in row] for row in export.rows]
        assert content(read_export(write_kobo(Path(folder) / "l.csv", again, tags=tags))) == content(export)


# ---------------------------------------------------------------- Enalyzer


@pytest.mark.parametrize("name", ["e.csv", "e.xlsx"])
def test_enalyzer_is_known_by_dates_with_the_month_first(tmp_path: Path, name: str) -> None:
    export = read_export(write_enalyzer(tmp_path / name))
    assert export.format == ("enalyzer xlsx" if name.endswith("xlsx") else "enalyzer semicolon utf-8")
    assert export.dates == "mdy"
    assert list(export.rows) == cells(ENALYZER_ROWS)


def test_enalyzer_without_a_telling_date_is_what_a_person_says(tmp_path: Path) -> None:
    path = write_enalyzer(tmp_path / "e.csv", ENALYZER_ROWS[1:])
    assert read_export(path).format.startswith("plain")
    assert read_export(path).dates == ""
    told = read_export(path, Told(format="enalyzer"))
    assert (told.format, told.dates) == ("enalyzer semicolon utf-8", "mdy")


@settings(max_examples=20, deadline=None)
@given(ANSWERS)
def test_enalyzer_read_and_written_again_loses_nothing(answers: list[tuple[str, str]]) -> None:
    rows = [["00017", "03-25-2024 10:00", *pair] for pair in answers]
    with tempfile.TemporaryDirectory() as folder:
        export = read_export(write_enalyzer(Path(folder) / "e.csv", rows), Told(decimal=","))
        assert list(export.rows) == cells(rows)
        again = [[text or "" for text in row] for row in export.rows]
        assert content(read_export(write_enalyzer(Path(folder) / "f.csv", again), Told(decimal=","))) == content(export)


# ---------------------------------------------------------------- SPSS


def test_spss_brings_labels_and_its_declared_missing_values_by_label(tmp_path: Path) -> None:
    export = read_export(write_spss(tmp_path / "a.sav"))
    assert export.format == "spss utf-8"
    assert export.columns == ("nr", "tryg", "alder", "hvorfor")
    assert export.rows == (("007", "1", "34.5", "Her er roligt"), ("008", "8", "71", None), ("009", None, None, None),
                           ("010", None, None, None))
    assert export.variable_labels == {"tryg": "Hvor tryg føler du dig?"}
    assert export.value_labels["tryg"]["8"] == "Ved ikke"
    assert any("declared missing values" in note and "tryg" in note for note in export.notes)
    assert export.kind == "real"


CODES = st.lists(st.one_of(st.none(), st.integers(-9, 97).filter(lambda code: code != 8).map(float)),
                 min_size=1, max_size=6)


@settings(max_examples=15, deadline=None)
@given(CODES)
def test_spss_read_and_written_again_loses_nothing(codes: list[float | None]) -> None:
    keys: list[object] = [f"{number:03}" for number in range(len(codes))]
    with tempfile.TemporaryDirectory() as folder:
        export = read_export(write_spss(Path(folder) / "a.sav", {"nr": keys, "tryg": [*codes]}))
        assert [row[1] for row in export.rows] == [None if code is None else str(int(code)) for code in codes]
        again: list[object] = [None if row[1] is None else float(row[1]) for row in export.rows]
        second = read_export(write_spss(Path(folder) / "b.sav", {"nr": [row[0] for row in export.rows], "tryg": again}))
        assert content(second) == content(export)
        assert second.value_labels == export.value_labels


def test_spss_in_another_encoding_is_read_as_it_says_or_as_a_person_says(tmp_path: Path) -> None:
    path = write_spss(tmp_path / "a.sav")
    old = path.read_bytes().replace("føler".encode(), b"f\xf8ler ").replace(b"UTF-8", b"UTF-8")
    path.write_bytes(old)
    with pytest.raises(WrongFile, match=r"SPSS file.*\[file\] encoding"):
        read_export(path)
    assert read_export(path, Told(encoding="windows-1252")).variable_labels["tryg"].startswith("Hvor tryg føler")


def test_without_pyreadstat_an_spss_file_is_refused_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch
                                                                 ) -> None:
    path = write_spss(tmp_path / "a.sav")
    monkeypatch.setitem(sys.modules, "pyreadstat", None)
    with pytest.raises(MissingExtra, match=r"needs pyreadstat.*reputation\[spss\]") as caught:
        read_export(path)
    assert "\n" not in str(caught.value)


# ---------------------------------------------------------------- Excel's XML of 2003


def surveyxact_xml(sheet: str = "Variables", rows: list[list[str]] | None = None) -> str:
    return spreadsheetml({sheet: VARIABLES if rows is None else rows, "Labels": LABELS, "Dataset": [COLUMNS, *ROWS]})


@pytest.mark.parametrize(("text", "suffix"), [
    (surveyxact_xml(), ".xml"), (surveyxact_xml(), ".xls"),
    (surveyxact_xml("Structure", [STRUCTURE_HEADER, *STRUCTURE]), ".xml"),
    (surveyxact_xml("Variables", VARIABLES[1:]), ".xml"),
])
def test_surveyxact_is_read_from_excel_xml_2003(tmp_path: Path, text: str, suffix: str) -> None:
    export = read_export(write(tmp_path / f"svar{suffix}", text))
    assert export.format == "surveyxact xml 2003"
    assert export.columns == tuple(COLUMNS)
    assert list(export.rows) == [tuple(cell.replace("\r\n", "\n") or None for cell in row) for row in ROWS]
    assert export.variable_labels["s_2"] == "Hvor tryg føler du dig i dit nabolag?"
    assert export.value_labels["s_2"]["8"] == "Ved ikke"


@pytest.mark.parametrize(("text", "says"), [
    ("<html></html>", "neither an xlsx nor an Excel XML 2003"),
    (spreadsheetml({"a": [["x", "y"]]}, extra='<!DOCTYPE a [<!ENTITY b "c">]>'), "declares entities"),
    (surveyxact_xml()[:-20], "not well-formed XML"),
    (spreadsheetml({"a": [["x", "y"], ["1", "2"]]}).replace("<Cell>", '<Cell ss:MergeAcross="1">', 1), "are merged"),
    (spreadsheetml({"a": [["x", "y"], ["1", "2"]]}).replace("<Cell>", '<Cell ss:Index="99999">', 1), "don't fit"),
])
def test_a_wrong_xml_workbook_is_refused(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(WrongFile, match=says):
        read_export(write(tmp_path / "a.xml", text))


def test_a_hidden_row_of_an_xml_workbook_is_no_answer(tmp_path: Path) -> None:
    text = spreadsheetml({"a": [["x", "y"], ["1", "2"], ["3", "4"]]})
    hidden = text[::-1].replace("<Row>"[::-1], '<Row ss:Hidden="1">'[::-1], 1)[::-1]
    assert read_export(write(tmp_path / "a.xml", hidden)).rows == (("1", "2"),)


# ---------------------------------------------------------------- what a person says


def test_what_a_person_says_of_a_file_goes_before_its_own_signs(tmp_path: Path) -> None:
    two_ways = write(tmp_path / "a.csv", "a;b,c\n1;2,3\n4;5,6\n")
    assert read_export(two_ways, Told(delimiter=";")).columns == ("a", "b,c")
    assert read_export(two_ways, Told(delimiter=",")).columns == ("a;b", "c")
    both = write(tmp_path / "b.csv", "a;b;c\n1,5;2;x\n")
    assert read_export(both, Told(decimal=".")).number("1.5") == 1.5
    old = write(tmp_path / "c.csv", "nr;spørgsmål\n1;æble\n", "cp865")
    assert read_export(old, Told(encoding="cp865")).columns == ("nr", "spørgsmål")
    titled = write(tmp_path / "d.csv", "q1;q2\nHvor tryg?;Hvorfor?\n1;x\n")
    export = read_export(titled, Told(header_rows=2))
    assert export.variable_labels == {"q1": "Hvor tryg?", "q2": "Hvorfor?"}
    assert export.rows == (("1", "x"),)
    google = write_google(tmp_path / "e.csv")
    assert read_export(google, Told(format="plain")).format == "plain comma utf-8"
    legacy = read_export(write_legacy(tmp_path / "f.csv"), Told(format="qualtrics", header_rows=2))
    assert legacy.format.startswith("qualtrics legacy")
    lime = write_lime(tmp_path / "g.tsv", delimiter="\t")
    assert read_export(lime, Told(format="limesurvey")).format == "limesurvey tab utf-8"
    folder = write_csvs(tmp_path / "h", Sample(), ";", "cp1252")
    assert read_export(folder, Told(encoding="iso-8859-1", delimiter=";", decimal=".")).number("1.5") == 1.5


def test_one_of_several_sheets_is_chosen_by_name(tmp_path: Path) -> None:
    import openpyxl

    path = write_book(tmp_path / "a.xlsx", [["a", "b"], ["1", "x"]])
    book = openpyxl.load_workbook(path)
    book.create_sheet("Noter").append(["se", "her"])
    book.save(path)
    assert read_export(path, Told(sheet="Sheet")).rows == (("1", "x"),)
    with pytest.raises(WrongFile, match=r"no visible sheet 'Svar'.*Sheet, Noter"):
        read_export(path, Told(sheet="Svar"))


@pytest.mark.parametrize(("told", "says"), [
    (Told(encoding="utf-8"), "the characters are not utf-8"), (Told(header_rows=4), "3 rows and 4 should be header"),
])
def test_what_a_person_says_wrongly_is_told(tmp_path: Path, told: Told, says: str) -> None:
    path = write(tmp_path / "a.csv", "nr;svar\n1;æble\n2;pære\n", "cp1252")
    with pytest.raises(WrongFile, match=says) as caught:
        read_export(path, told)
    assert "[file]" in caught.value.do


@pytest.mark.parametrize(("text", "told"), [
    ('[file]\nformat = "kobo"\ndelimiter = "tab"\ndecimal = "comma"\nheader_rows = 2\ndates = "dmy"\nsheet = "Ark1"\n'
     'encoding = "cp1252"\nanswers = "number"\n',
     Told("kobo", "cp1252", "\t", ",", 2, "Ark1", "dmy", "number")), ("[wave]\n", Told()),
])
def test_the_codebook_says_it_under_file(tmp_path: Path, text: str, told: Told) -> None:
    assert load_told(write(tmp_path / "k.toml", text)) == told


@pytest.mark.parametrize(("line", "says"), [
    ('format = "kobe"', "Did you mean 'kobo'"), ('encoding = "utf-9"', "no encoding 'utf-9'"),
    ("header_rows = 0", "must be 1 to 5"), ('delimiter = ";"', "Use one of: comma, semicolon, tab"),
    ('date = "dmy"', "unknown key 'file.date'"),
])
def test_a_wrong_word_under_file_is_told(tmp_path: Path, line: str, says: str) -> None:
    with pytest.raises(WrongCodebook, match=says):
        load_told(write(tmp_path / "k.toml", f"[file]\n{line}\n"))


# ---------------------------------------------------------------- dates, and words beside the scale


def one_column(*texts: str) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    return ("dag",), tuple((text,) for text in texts)


@pytest.mark.parametrize(("texts", "order"), [
    (("25-03-2024", "02-03-2024"), "dmy"), (("03-25-2024", "03-02-2024 10:00"), "mdy"), (("02-03-2024",), ""),
    (("25/03/2024 10.00.00",), "dmy"), (("2024-03-25",), ""), (("25.03.2024", "03.25.2024"), ""), (("x",), ""),
])
def test_the_order_of_dates_is_told_by_a_day_above_twelve(texts: tuple[str, ...], order: str) -> None:
    assert settled_order(*one_column(*texts)) == order


@pytest.mark.parametrize(("text", "order", "day"), [
    ("02-03-2024", "dmy", "2024-03-02"), ("02-03-2024 10:00", "mdy", "2024-02-03"),
    ("2024-03-02T10:00:00", "", "2024-03-02"),
    ("45353.4", "", "2024-03-02"), ("02-03-2024", "", None), ("31-02-2024", "dmy", None), ("i går", "dmy", None),
    ("12345", "", None),
])
def test_a_day_is_read_in_the_order_of_its_file(text: str, order: str, day: str | None) -> None:
    found = read_day(text, order)
    assert (found and found.isoformat()) == day


@pytest.mark.parametrize(("label", "state"), [
    ("Ved ikke", "dont_know"), ("8 Ved ikke.", "dont_know"), ("husker ikke", "dont_know"),
    ("Det ved jeg ikke", "dont_know"),
    ("Ønsker ikke at svare", "refused"), ("Vil ikke svare", "refused"), ("9: ønsker ikke at oplyse", "refused"),
    ("Ikke relevant", "not_relevant"), ("Ved ikke/ønsker ikke at svare", "dont_know"), ("Don't know", "dont_know"),
    ("Tryg", None), ("Jeg ved ikke hvor jeg skal begynde", None), ("Ikke tryg", None), ("", None), ("8", None),
])
def test_answers_beside_the_scale_are_known_by_their_words(label: str, state: str | None) -> None:
    assert nonanswer(label) == state


def test_two_column_tables_of_tabs_and_dates_keep_their_zeros(tmp_path: Path) -> None:
    export: Export = read_export(write(tmp_path / "a.tsv", delimited([["nr", "postnr"], ["007", "0999"]], "\t")))
    assert export.rows == (("007", "0999"),)


@pytest.mark.parametrize(("named", "called"), [
    ("Q1", "Q1"), ("QID1", "Q1"), ("  q2 ", "Q2"), ("<b>Hvor  TRYG</b>?", "Hvor tryg?"), ("Findes ikke", "Findes ikke"),
    ("dobbelt", "dobbelt"),
])
def test_a_column_is_found_by_its_name_its_id_or_its_words(tmp_path: Path, named: str, called: str) -> None:
    export = replace(read_export(write(tmp_path / "a.csv", "Q1;Q2;Hvor tryg?;Dobbelt;DOBBELT\nx;y;z;1;2\n")),
                     question_ids={"Q1": "QID1"})
    assert export.called(named) == called


ODD = st.lists(st.sampled_from([*";,\t\n\"'/#_| ", "a", "1", "1,5", "2.5", "_id", "03-25-2024", "é"]), max_size=40).map(
    "".join)


@settings(max_examples=60, deadline=None)
@given(ODD, st.sampled_from(["", *FORMATS]), st.sampled_from([0, 1, 2, 3]), st.sampled_from(["", ";", ","]))
def test_no_text_however_odd_is_answered_by_anything_but_an_export_or_a_refusal(
    text: str, format: str, header_rows: int, delimiter: str,
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder) / "a.csv", text)
        with contextlib.suppress(WrongFile):
            export = read_export(path, Told(format=format, header_rows=header_rows, delimiter=delimiter))
            assert all(len(row) == len(export.columns) for row in export.rows)
