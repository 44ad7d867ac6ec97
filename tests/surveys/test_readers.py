"""Each tool's export is known by its own signs and read without loss; anything else is refused in words."""

from __future__ import annotations

import re
import tempfile
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.config import Config
from store.database import Store
from store.errors import WrongCodebook, WrongFile
from store.facts import Facts
from surveys.codebook import parse_codebook
from surveys.draft import draft_codebook
from surveys.intake import check_survey, import_survey
from surveys.readers.export import Export
from surveys.readers.recognise import read_export
from tests.surveys.samples import Sample, write_csvs, write_xlsx
from tests.surveys.tool_samples import (
    GOOGLE_HEADER,
    LIME_HEADER,
    LIME_ROWS,
    QUALTRICS_HEADER,
    QUALTRICS_ROWS,
    delimited,
    qualtrics_row,
    write,
    write_book,
    write_google,
    write_legacy,
    write_lime,
    write_microsoft,
    write_qualtrics,
)

CODEBOOK = """
[wave]
id = "2024-prøve"
instrument = "prøve"
institute = "Institut Prøve"
mode = "web"
language = "da"
fieldwork = [2024-03-01, 2024-03-31]

[area]
constant = "vollsmose"

[respondent]
id = "{id}"
completed = {completed}

[[items]]
id = "tryg"
concept = "tryghed"
column = "{column}"
wording = "Hvor tryg føler du dig i dit nabolag?"
min = 1
max = 7
safe_pole = "low"
dont_know = [8]
{labels}
"""

LABELS = 'labels = {1 = "A1", 2 = "A2", 5 = "A5", 8 = "A8"}'


def cells(rows: list[list[str]]) -> list[tuple[str | None, ...]]:
    return [tuple(text or None for text in row) for row in rows]


@pytest.mark.parametrize(("named", "write_it", "form"), [
    ("q.csv", write_qualtrics, "qualtrics comma utf-8"),
    ("q.tsv", lambda path: write_qualtrics(path, encoding="utf-16", delimiter="\t"), "qualtrics tab utf-16"),
    ("v.csv", write_legacy, "qualtrics legacy comma utf-8"),
    ("results-survey12.csv", write_lime, "limesurvey semicolon utf-8"),
    ("l.csv", lambda path: write_lime(path, delimiter=","), "limesurvey comma utf-8"),
    ("l.txt", lambda path: write_lime(path, delimiter="\t"), "limesurvey tab utf-8"),
    ("labels.csv", write_lime, "limesurvey semicolon utf-8"),
    ("m.xlsx", write_microsoft, "microsoft-forms xlsx"), ("g.csv", write_google, "google-forms comma utf-8"),
    ("p.csv", lambda path: write(path, "nr;område;tryg\n1;Åvang;3,5\n", "cp1252"), "plain semicolon cp1252"),
    ("p.xlsx", lambda path: write_book(path, [["nr", "tryg"], [1, 4]]), "plain xlsx"),
    ("s.xlsx", lambda path: write_xlsx(path, Sample(), split=3), "surveyxact xlsx"),
])
def test_a_format_is_known_by_its_signs_and_said(tmp_path: Path, named: str, write_it: object, form: str) -> None:
    path = write_it(tmp_path / named)  # type: ignore[operator]
    for asked in (path, tmp_path):
        export = read_export(asked)
        assert export.format == form
        assert export.notes[0].startswith(form)
        assert export.kind == "real"


@pytest.mark.parametrize("named", ["", "dataset.csv", "labels.csv"])
def test_surveyxact_is_asked_for_first(tmp_path: Path, named: str) -> None:
    write_csvs(tmp_path, Sample(), ";", "cp1252")
    assert read_export(tmp_path / named).format == "surveyxact semicolon cp1252"


def test_qualtrics_gives_texts_import_ids_and_every_row(tmp_path: Path) -> None:
    export = read_export(write_qualtrics(tmp_path / "q.csv"))
    assert export.columns == tuple(QUALTRICS_HEADER)
    assert list(export.rows) == cells(QUALTRICS_ROWS)
    assert export.numbers == (1, 2, 3, 4, 5)
    assert export.variable_labels["Q1"] == "Hvor tryg føler du dig i dit nabolag?"
    assert export.question_ids["Q2"] == "QID2_TEXT"
    assert export.identifying == {"IPAddress", "RecipientLastName", "RecipientFirstName", "RecipientEmail",
                                  "LocationLatitude", "LocationLongitude"}


def test_legacy_qualtrics_names_what_its_v_columns_tell_of_people(tmp_path: Path) -> None:
    export = read_export(write_legacy(tmp_path / "v.csv"))
    assert export.rows[0][-2:] == ("4", "Stille")
    assert export.identifying == {"V3", "V5", "V6"}
    assert export.variable_labels["V1"] == "ResponseID"


def test_limesurvey_keeps_blank_apart_and_its_column_names(tmp_path: Path) -> None:
    export = read_export(write_lime(tmp_path / "l.csv"))
    assert export.columns == tuple(LIME_HEADER)
    assert list(export.rows) == cells(LIME_ROWS)
    assert export.blank_rows == 0
    assert export.identifying == {"ipaddr"}


def test_forms_have_questions_as_names_in_plain_spaces(tmp_path: Path) -> None:
    export = read_export(write_microsoft(tmp_path / "m.xlsx"))
    assert export.columns[-2:] == ("Hvor tryg føler du dig i dit nabolag?", "Hvor færdes du?")
    assert export.rows[0] == ("1", "2024-03-01T10:00:00", "2024-03-01T10:02:00", "a@eksempel.dk", "Prøve Prøvesen",
                              "Meget tryg", "På gaden;I parken;")
    assert export.identifying == {"Mail", "Navn"}
    assert read_export(write_google(tmp_path / "g.csv")).columns == tuple(GOOGLE_HEADER)


@pytest.mark.parametrize(("text", "sign"), [
    ("a;b\n1;3,5\n2;\n", ","), ("a;b\n1;3.5\n", "."), ("a;b\n1;1.234\n", ","), ("a;b\n1;2\n", ","),
    ("a,b\n1,3.5\n", "."), ('a,b\n1,"3,5"\n', ","), ('a,b\n1,"1,234"\n', "."), ("a\tb\n1\t3,5\n", ","),
    ("a;b\n1,5;kl. 3.5\n", ","),
])
def test_the_decimal_sign_is_told_by_the_numbers(tmp_path: Path, text: str, sign: str) -> None:
    assert read_export(write(tmp_path / "p.csv", text)).decimal == sign


def test_zeros_in_front_stay_and_blank_is_not_zero(tmp_path: Path) -> None:
    assert read_export(write(tmp_path / "p.csv", "nr;x\n007;\n")).rows == (("007", None),)


def book(path: Path, case: str) -> Path:
    write_book(path, [["nr", "tryg"], [1, 4], [2, 5], [3, 6]])
    workbook = openpyxl.load_workbook(path)
    match case:
        case "merged":
            workbook.active.merge_cells("A1:B1")
        case "two":
            workbook.create_sheet("Andet").append(["x"])
        case "hidden row":
            workbook.active.row_dimensions[3].hidden = True
        case "hidden sheet":
            workbook.create_sheet("Andet").append(["x"])
            workbook["Andet"].sheet_state = "hidden"
        case "empty":
            workbook.active.delete_rows(1, 9)
        case "blank first":
            workbook.active.insert_rows(1, 2)
        case "demo":
            workbook.active.append([4, "DEMODATA"])
    workbook.save(path)
    return path


def prefixed(path: Path, out: Path) -> Path:
    """Write the workbook again as Microsoft Forms does, with ``<x:row>`` for ``<row>``."""
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            if name.startswith("xl/worksheets/sheet"):
                text = re.sub(rb"<(/?)(\w)", rb"<\1x:\2", text).replace(b"xmlns=", b"xmlns:x=")
            new.writestr(name, text)
    return out


def test_hidden_rows_and_sheets_and_blank_rows_are_no_answers(tmp_path: Path) -> None:
    export = read_export(book(tmp_path / "a.xlsx", "hidden row"))
    assert export.rows == (("1", "4"), ("3", "6"))
    assert export.numbers == (1, 3)
    assert "hidden rows left out: 1" in export.notes
    assert read_export(prefixed(tmp_path / "a.xlsx", tmp_path / "e.xlsx")).rows == export.rows
    assert len(read_export(book(tmp_path / "b.xlsx", "hidden sheet")).rows) == 3
    assert len(read_export(book(tmp_path / "c.xlsx", "blank first")).rows) == 3
    assert read_export(book(tmp_path / "d.xlsx", "demo")).kind == "demo"


def wrong(folder: Path, case: str) -> Path:
    texts = {
        "answers first": "1;2;3\n4;5;6\n", "one column": "svar\n1\n2\n", "both signs": "a;b\n1,5;2.25\n",
        "two ways": "a;b,c\n1;2,3\n4;5,6\n", "cut off": "a;b;c\n1;2;3\n4;5\n",
        "no import id": QUALTRICS_BROKEN, "nameless": "a;;c\n1;2;3\n",
    }
    match case:
        case "missing":
            return folder / "væk.csv"
        case "empty folder":
            return folder
        case "spss":
            return write(folder / "a.sav", "$FL2")
        case "stata":
            return write(folder / "a.dta", "x")
        case "two exports":
            write_google(folder / "a.csv")
            write_google(folder / "b.csv")
            return folder
        case "alone":
            return write(folder / "dataset.csv", "a;b\n1;2\n")
        case "merged" | "two" | "empty":
            return book(folder / "a.xlsx", case)
        case _:
            return write(folder / "a.csv", texts[case])


QUALTRICS_BROKEN = delimited([["Q1", "Q2"], ["Et", "To"], ['{"ImportId":"QID1"}', "{ImportId"], ["1", "2"]])


@pytest.mark.parametrize(("case", "says"), [
    ("missing", "no such file"), ("empty folder", "no export in this folder.*Qualtrics"),
    ("spss", "can't be read as an SPSS file"),
    ("stata", "not an export of a known format.*SurveyXact.*Qualtrics.*LimeSurvey.*Forms.*plain"),
    ("one column", "not an export of a known format"), ("two exports", "more than one export"),
    ("alone", r"structure\.csv is missing"), ("merged", "first row are merged"),
    ("two", "2 visible sheets with content: Sheet, Andet"), ("empty", "0 visible sheets"),
    ("answers first", "looks like answers"), ("both signs", "'a' has decimal commas and 'b' decimal points"),
    ("two ways", "split at semicolon or comma"), ("cut off", "row 2 has 2 fields"),
    ("no import id", "'Q2' has no import id"), ("nameless", "values but no name"),
])
def test_what_is_no_export_or_may_be_read_two_ways_is_refused(tmp_path: Path, case: str, says: str) -> None:
    with pytest.raises(WrongFile, match=says) as caught:
        read_export(wrong(tmp_path, case))
    assert caught.value.where
    assert caught.value.do


ANSWER = st.one_of(
    st.sampled_from(["", "1", "007", "3.5", "Ved ikke", "A5", "Y"]),
    st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=12).map(
        lambda text: " ".join(text.split())),
    st.sampled_from(['sagde "hej"', "a;b", "a,b", "første\nanden", "=1+1", "'", '"']),
)
ANSWERS = st.lists(st.tuples(ANSWER, ANSWER), min_size=1, max_size=5)


def content(export: Export) -> tuple[object, ...]:
    return export.format, export.columns, export.rows, export.variable_labels, export.question_ids


@settings(max_examples=20, deadline=None)
@given(ANSWERS, st.sampled_from([",", "\t"]))
def test_qualtrics_read_and_written_again_loses_nothing(answers: list[tuple[str, str]], delimiter: str) -> None:
    rows = [qualtrics_row(f"R_{number}", *pair) for number, pair in enumerate(answers)]
    with tempfile.TemporaryDirectory() as folder:
        export = read_export(write_qualtrics(Path(folder) / "q.csv", rows, delimiter=delimiter))
        assert list(export.rows) == cells(rows)
        again = [[text or "" for text in row] for row in export.rows]
        assert content(read_export(write_qualtrics(Path(folder) / "r.csv", again, delimiter=delimiter))) \
            == content(export)


@settings(max_examples=20, deadline=None)
@given(ANSWERS, st.sampled_from([";", ",", "\t"]))
def test_limesurvey_read_and_written_again_loses_nothing(answers: list[tuple[str, str]], delimiter: str) -> None:
    rows = [[str(number), "", "1", "da", "7", "", "A1", *pair] for number, pair in enumerate(answers)]
    with tempfile.TemporaryDirectory() as folder:
        export = read_export(write_lime(Path(folder) / "l.csv", rows, delimiter))
        assert list(export.rows) == cells(rows)
        again = [[text or "" for text in row] for row in export.rows]
        assert content(read_export(write_lime(Path(folder) / "m.csv", again, delimiter))) == content(export)


@settings(max_examples=20, deadline=None)
@given(ANSWERS, st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_a_plain_table_read_and_written_again_loses_nothing(answers: list[tuple[str, str]], encoding: str) -> None:
    rows = [["007", "x", *pair] for pair in answers]
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder) / "p.csv", delimited([["nr", "gruppe", "a", "b"], *rows], "\t"), encoding)
        export = read_export(path)
        assert list(export.rows) == cells(rows)
        again = [[text or "" for text in row] for row in export.rows]
        path = write(Path(folder) / "q.csv", delimited([export.columns, *again], "\t"), encoding)
        assert content(read_export(path)) == content(export)


@pytest.mark.parametrize(("write_it", "fill", "answers", "not_completed", "identifying"), [
    (write_qualtrics, {"id": "ResponseId", "column": "Q1", "labels": "", "completed":
                       '[{column = "Finished", value = 1}, {column = "Status", value = 0}]'},
     [None, 1, 5], 2, "RecipientEmail"),
    (write_qualtrics, {"id": "ResponseId", "column": "Q1", "labels": "",
                       "completed": '{column = "Finished", value = 1}'}, [None, 1, 2, 5], 1, "IPAddress"),
    (write_lime, {"id": "id", "column": "G01Q01", "labels": LABELS,
                  "completed": '{column = "submitdate", filled = true}'}, [None, 1, 5], 1, "ipaddr"),
])
def test_only_the_codebook_says_which_rows_are_finished(
    tmp_path: Path, store: Store, facts: Facts, config: Config, write_it: object, fill: dict[str, str],
    answers: list[int | None], not_completed: int, identifying: str,
) -> None:
    path = write_it(tmp_path / "svar.csv")  # type: ignore[operator]
    codebook = write(tmp_path / "kodebog.toml", CODEBOOK.replace("{completed}", fill["completed"])
                     .replace("{id}", fill["id"]).replace("{column}", fill["column"])
                     .replace("{labels}", fill["labels"]))
    assert read_export(path).format in check_survey(path, codebook, store, facts).text()
    summary = import_survey(store, path, codebook, facts, config)
    assert summary.not_completed == not_completed
    assert identifying in summary.identifying
    assert [row["value"] for row in store.rows("SELECT value FROM answers ORDER BY value")] == answers
    stored = "\n".join(store.db.conn.iterdump())
    assert "192.0.2" not in stored
    assert "eksempel.dk" not in stored


def test_an_answer_in_words_is_read_by_its_label_and_an_unknown_one_refused(
    tmp_path: Path, store: Store, facts: Facts, config: Config,
) -> None:
    path = write(tmp_path / "svar.csv", "nr;q\n1;Meget  TRYG\n2;ved ikke\n3;Lidt tryg\n4;3\n")
    codebook = write(tmp_path / "k.toml", CODEBOOK.replace("completed = {completed}\n", "").replace("{id}", "nr")
                     .replace("{column}", "q").replace("{labels}", 'labels = {1 = "Meget tryg", 8 = "Ved ikke"}'))
    summary = import_survey(store, path, codebook, facts, config)
    assert summary.refused == 1
    assert [(row["state"], row["value"]) for row in store.rows("SELECT * FROM answers ORDER BY state, value")] == [
        ("dont_know", None), ("valid", 1), ("valid", 3)]
    assert store.value("SELECT reason FROM refusals") == "a label that 'labels' does not name"


@pytest.mark.parametrize(("completed", "labels", "says"), [
    ('{column = "a", filled = false}', "", "filled' is false"),
    ('{column = "a", value = 1}', 'labels = {9 = "x"}', "names 9, which is no code"),
    ('{column = "a", value = 1}', 'labels = {1 = "x", 2 = "X "}', "may mean two codes"),
    ('{column = "a", value = 1}', 'labels = {1 = "2"}', "may mean two codes"),
    ('["a"]', "", "must be a table"),
])
def test_a_wrong_rule_is_told(completed: str, labels: str, says: str) -> None:
    text = CODEBOOK.replace("{completed}", completed).replace("{labels}", labels)
    with pytest.raises(WrongCodebook, match=says):
        parse_codebook(text, Path("k.toml"), {"vollsmose"})


def test_a_draft_proposes_items_and_rules_of_the_tool_as_comments(tmp_path: Path) -> None:
    draft = draft_codebook(write_qualtrics(tmp_path / "q.csv"))
    assert '# completed = [{column = "Finished", value = 1}, {column = "Status", value = 0}]' in draft
    assert "# QID1 in the survey tool" in draft
    assert "# codes found: 1, 2, 5, 8" in draft
    assert 'id = "ResponseId"' in draft
    lime = draft_codebook(write_lime(tmp_path / "l.csv"))
    assert '# completed = {column = "submitdate", filled = true}' in lime


def test_a_draft_shows_words_only_where_many_gave_them(tmp_path: Path) -> None:
    often, rare = [["1", "Tryg"], ["2", "Utryg"], ["3", "Hverken"]] * 5, [["3", "Min nabo larmer"]]
    shown = draft_codebook(write(tmp_path / "a.csv", delimited([["nr", "svar"], *often], ";")))
    assert 'labels = {1 = "Hverken", 2 = "Tryg", 3 = "Utryg"}   # TODO' in shown
    assert "nabo" not in draft_codebook(write(tmp_path / "b.csv", delimited([["nr", "svar"], *often, *rare], ";")))
