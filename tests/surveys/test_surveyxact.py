"""A SurveyXact export says the same in every dialect, and anything else is refused in words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from store.errors import WrongFile
from surveys.readers.surveyxact import read_surveyxact
from tests.surveys.samples import COLUMNS, DIALECTS, ROWS, Sample, write_csvs, write_xlsx


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_dialect_gives_the_same_cells(tmp_path: Path, dialect: str) -> None:
    export = read_surveyxact(DIALECTS[dialect](tmp_path / "a", Sample()))
    assert export.format == f"surveyxact {dialect}"
    assert export.columns == tuple(COLUMNS)
    expected = [tuple(cell.replace("\r\n", "\n") or None for cell in row) for row in ROWS]
    assert list(export.rows) == expected
    assert export.numbers == tuple(range(1, 8))
    assert export.variable_labels["m_1"] == "Hvor færdes du?: På gaden;\nog i parken"
    assert export.value_labels["s_2"]["8"] == "Ved ikke"
    assert export.kind == "real"


@pytest.mark.parametrize("named", ["", "dataset.csv", "structure.csv", "labels.csv"])
def test_any_of_the_three_files_or_their_folder_is_enough(tmp_path: Path, named: str) -> None:
    folder = write_csvs(tmp_path, Sample(), ";", "cp1252")
    assert len(read_surveyxact(folder / named).rows) == 7


def test_siblings_are_found_by_the_same_name(tmp_path: Path) -> None:
    write_csvs(tmp_path, Sample(), ";", "cp1252")
    for part in ("dataset", "structure", "labels"):
        (tmp_path / f"{part}.csv").rename(tmp_path / f"Bolig_{part.capitalize()}_2021.csv")
    assert len(read_surveyxact(tmp_path / "Bolig_Labels_2021.csv").rows) == 7
    assert len(read_surveyxact(tmp_path).rows) == 7


def test_data_split_over_sheets_are_bound_by_column(tmp_path: Path) -> None:
    export = read_surveyxact(write_xlsx(tmp_path / "a.xlsx", Sample(), split=3))
    assert export.columns == tuple(COLUMNS)
    assert export.rows[1][:5] == ("008", "2", "5", "0", "1")


def test_blank_rows_are_left_out_and_counted_and_numbers_stay(tmp_path: Path) -> None:
    sample = Sample()
    sample.rows.insert(2, [""] * len(COLUMNS))
    export = read_surveyxact(write_csvs(tmp_path, sample, ";", "cp1252"))
    assert len(export.rows) == 7
    assert export.numbers == (1, 2, 4, 5, 6, 7, 8)
    assert export.blank_rows == 1


def test_a_phantom_last_column_is_no_column(tmp_path: Path) -> None:
    sample = Sample()
    wider = replace(sample, columns=[*sample.columns, ""], rows=[[*row, ""] for row in sample.rows])
    assert read_surveyxact(write_csvs(tmp_path, wider, ";", "cp1252")).columns == tuple(COLUMNS)


@pytest.mark.parametrize(("dialect", "text", "number"), [
    ("semicolon cp1252", "3,5", 3.5), ("semicolon cp1252", "1.234", None), ("tab utf-16", "3,5", 3.5),
    ("comma cp1252", "3.5", 3.5), ("comma cp1252", "3,5", None), ("xlsx", "3.5", 3.5), ("semicolon cp1252", "x", None),
])
def test_numbers_are_read_with_the_decimal_sign_of_the_dialect(
    tmp_path: Path, dialect: str, text: str, number: float | None,
) -> None:
    export = read_surveyxact(DIALECTS[dialect](tmp_path, Sample()))
    assert export.number(text) == number


@pytest.mark.parametrize(("text", "code"), [("4", 4), ("4,0", 4), ("04", 4), ("-1", -1), ("3,5", None), ("fire", None)])
def test_codes_are_whole(tmp_path: Path, text: str, code: int | None) -> None:
    assert read_surveyxact(write_csvs(tmp_path, Sample(), ";", "cp1252")).code(text) == code


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_demonstration_export_is_known_by_its_mark(tmp_path: Path, dialect: str) -> None:
    sample = Sample()
    marked = replace(
        sample, columns=[*sample.columns, "demodata"], rows=[[*row, "1"] for row in sample.rows],
        structure=[*sample.structure, ["demodata", "demodata", "Background", "Single", "DEMODATA", "", ""]],
        labels=[*sample.labels, ["demodata", "1", "DEMODATA"]],
    )
    assert read_surveyxact(DIALECTS[dialect](tmp_path, marked)).kind == "demo"


def broken(folder: Path, case: str) -> Path:
    path = write_csvs(folder, Sample(), ";", "cp1252")
    dataset, structure, labels = (path / f"{part}.csv" for part in ("dataset", "structure", "labels"))
    text = dataset.read_bytes()
    match case:
        case "missing file":
            return path / "findes-ikke.csv"
        case "other name":
            return Path(labels.rename(path / "svar.csv"))
        case "no sibling":
            structure.unlink()
        case "empty folder":
            for each in (dataset, structure, labels):
                each.unlink()
        case "two exports":
            write_csvs(folder, Sample(), ";", "cp1252")
            (path / "dataset2.csv").write_bytes(text)
        case "empty":
            labels.write_bytes(b"")
        case "another tool":
            structure.write_text("a;b;c\n1;2;3\n")
        case "labels":
            labels.write_text("s_1;1\n")
        case "nameless":
            structure.write_bytes(structure.read_bytes() + b"x;;;;;;\r\n")
        case "unrelated":
            dataset.write_text("q1;q2\n1;2\n")
        case "open quote":
            dataset.write_bytes(text + b'014;1;1;1;1;;0;1;"uden ende\r\n015;1;1;1;1;;0;1;\r\n')
        case "cut off":
            dataset.write_bytes(text[:-8])
        case "too long":
            dataset.write_bytes(text + b"014;1;1;1;1;;0;1;;x\r\n")
        case "twice":
            dataset.write_bytes(text.replace(b"s_1;s_2", b"s_2;s_2"))
        case "column without name":
            dataset.write_bytes(text.replace(b"s_1;s_2", b";s_2"))
        case "bytes":
            dataset.write_bytes(text + b"\x81\x8d\xff")
        case "utf-16 without mark":
            dataset.write_bytes("a;b\n".encode("utf-16-le"))
        case "no header":
            dataset.write_bytes(b";;;\r\n1;2;3\r\n")
        case "no workbook":
            (path / "a.xlsx").write_bytes(b"hej")
            return path / "a.xlsx"
        case "other workbook":
            import openpyxl

            openpyxl.Workbook().save(path / "b.xlsx")
            return path / "b.xlsx"
        case "split sheets":
            import openpyxl

            write_xlsx(path / "c.xlsx", Sample(), split=3)
            book = openpyxl.load_workbook(path / "c.xlsx")
            book["Dataset(2)"].delete_rows(3)
            book.save(path / "c.xlsx")
            return path / "c.xlsx"
        case "sheets disagree":
            import openpyxl

            write_xlsx(path / "d.xlsx", Sample(), split=3)
            book = openpyxl.load_workbook(path / "d.xlsx")
            book["Dataset(2)"]["A1"] = "s_2"
            book.save(path / "d.xlsx")
            return path / "d.xlsx"
    return path


@pytest.mark.parametrize(("case", "says"), [
    ("missing file", "no such file"), ("other name", "not a SurveyXact export"),
    ("no sibling", r"structure\.csv is missing"),
    ("empty folder", "no SurveyXact export"), ("two exports", "more than one export"), ("empty", "is empty"),
    ("another tool", "not a SurveyXact structure"), ("labels", "not variable, value, label"),
    ("nameless", "names no variable"), ("unrelated", "no column of the data"), ("open quote", "don't fit together"),
    ("cut off", "row 7 has"), ("too long", "row 8 has 10 fields"), ("twice", "'s_2' is there twice"),
    ("column without name", "values but no name"), ("bytes", "neither UTF-16"),
    ("utf-16 without mark", "neither UTF-16"),
    ("no header", "no row of column names"), ("no workbook", "not an xlsx"), ("other workbook", "no sheet Structure"),
    ("split sheets", "has 6 rows and"), ("sheets disagree", "other values in"),
])
def test_a_wrong_file_says_what_where_and_what_to_do(tmp_path: Path, case: str, says: str) -> None:
    with pytest.raises(WrongFile, match=says) as caught:
        read_surveyxact(broken(tmp_path, case))
    assert caught.value.where
    assert caught.value.do
    assert "\n" not in str(caught.value)
