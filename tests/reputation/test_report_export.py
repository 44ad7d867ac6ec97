"""Files say what the page says, open in Danish Excel, and run nothing."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reputation.export import LONG_COLUMNS, danish_csv, harmless, head_lines, long_csv, plain_csv, workbook
from reputation.language import Language
from reputation.lookup import Figures
from reputation.report import all_tables
from reputation.tables import Column, Figure, Span, Table, flat_heads, flat_row, view
from tests.reputation.contents import content

MADE = content()
DA = Language("da", MADE.words["da"])
TABLE = Table(
    "news",
    (
        Column("area"),
        Column("net_tone", "tone", "figure"),
        Column("negative_share", "share", "figure"),
        Column("leave_out", "tone", "span"),
        Column("about", "count"),
    ),
    (
        ("Ågård", Figure(-0.25, -0.5, 0.125), Figure(0.5, 0.25, 0.75), Span(-0.5, 0.0), 12),
        ("=1+1", Figure(None, word="for få"), Figure(None, word="for få"), None, None),
    ),
)


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+cmd|x", "'+cmd|x"),
        ("-x", "'-x"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        (" =1", "' =1"),
        ("\r=1", "'\r=1"),
        ("-0.5", "-0.5"),
        ("+7,9", "+7,9"),
        ("-1.234,5", "-1.234,5"),
        ("−x", "−x"),
        ("", ""),
        ("Vollsmose", "Vollsmose"),
        ("-1+1", "'-1+1"),
        ("+45 12", "'+45 12"),
    ],
)
def test_a_cell_that_would_run_is_made_harmless(cell: str, written: str) -> None:
    assert harmless(cell) == written


@given(st.text())
def test_no_written_cell_begins_a_formula_unless_it_is_a_number(cell: str) -> None:
    written = harmless(cell)
    assert written.lstrip()[:1] not in ("=", "@")
    assert harmless(written) == written


def test_danish_csv_has_semicolons_decimal_commas_and_a_byte_order_mark() -> None:
    lines = danish_csv(TABLE, DA).decode("utf-8").split("\r\n")
    assert lines[0].startswith("\ufeffOmråde;Nettotone;Nettotone, nedre;Nettotone, øvre;Negative (%);Negative, nedre")
    assert lines[1] == "Ågård;-0,25;-0,5;0,125;50;25;75;-0,5;0;12"
    assert lines[2] == "'=1+1;for få;;;for få;;;;;"


def test_plain_csv_has_keys_points_and_shares_of_one() -> None:
    rows = list(csv.reader(io.StringIO(plain_csv(TABLE).decode())))
    assert rows[0][:4] == ["area", "net_tone", "net_tone_low", "net_tone_high"]
    assert rows[1] == ["Ågård", "-0.25", "-0.5", "0.125", "0.5", "0.25", "0.75", "-0.5", "0", "12"]


def test_a_demonstration_says_so_in_the_first_line_and_real_data_do_not() -> None:
    for written in (
        danish_csv(TABLE, DA, head_lines("news", MADE)).decode("utf-8-sig"),
        plain_csv(TABLE, head_lines("news", MADE)).decode(),
        long_csv(MADE).decode(),
    ):
        assert written.startswith("# DEMODATA")
    assert b"DEMODATA" not in danish_csv(TABLE, DA) + plain_csv(TABLE)
    assert b"DEMODATA" not in long_csv(content(demo=False))


def test_the_long_table_has_every_figure_with_status_n_interval_and_method() -> None:
    lines = long_csv(MADE).decode().splitlines()[1:]
    rows = list(csv.DictReader(lines))
    assert tuple(rows[0]) == LONG_COLUMNS
    assert len(rows) == len(MADE.estimates)
    assert {row["OBS_STATUS"] for row in rows} == {"estimated", "suppressed", "missing", "break"}
    for row, each in zip(rows, MADE.estimates, strict=True):
        assert (row["OBS_VALUE"] == "") == (each.value is None)
        assert row["STATUS"] == each.status
    tone = next(row for row in rows if row["INDICATOR"] == "net_tone")
    assert (tone["TIME_PERIOD"], tone["UNIT"], tone["CORRECTION"]) == ("2018", "-1..1", "uncorrected")
    wave = next(row for row in rows if row["WAVE"])
    assert wave["TIME_PERIOD"] == "2018-03-01/2018-05-31"


@pytest.mark.parametrize("code", ["da", "en"])
def test_every_table_has_a_heading_for_every_cell_in_both_languages(code: str) -> None:
    language = Language(code, MADE.words[code])
    for table in all_tables(Figures(content(corrected=True)), language):
        assert table.rows, table.id
        heads, keys = flat_heads(table, language), flat_heads(table, None)
        assert len(set(keys)) == len(keys), table.id
        for row in table.rows:
            assert len(flat_row(table, row)) == len(heads) == len(keys)
        assert language.say(f"table.{table.id}", wave="2025")
        assert len(view(table, language).rows) == len(table.rows)


def test_a_hidden_figure_is_a_word_in_every_file_never_zero_or_blank() -> None:
    for table in all_tables(Figures(MADE), DA):
        for row in table.rows:
            for cell in row:
                if isinstance(cell, Figure) and cell.value is None:
                    assert cell.word, table.id


def test_the_workbook_has_a_sheet_a_table_with_formats_and_the_mark(tmp_path: Path) -> None:
    tables = all_tables(Figures(MADE), DA)
    workbook((*tables, TABLE), DA, MADE, tmp_path / "tables.xlsx")
    book = openpyxl.load_workbook(tmp_path / "tables.xlsx")
    assert len(book.sheetnames) == len(tables) + 1
    for sheet in book:
        assert str(sheet["A1"].value).startswith("DEMODATA")
    last = book[book.sheetnames[-1]]
    assert (last["B3"].value, last["B3"].number_format, last["E3"].number_format) == (-0.25, "0.00", "0 %")
    assert (last["A4"].value, last["A4"].data_type, last["B4"].value) == ("'=1+1", "s", "for få")
    assert book.properties.created is not None
    assert book.properties.created.date().isoformat() == MADE.made_from


def test_the_workbook_of_one_content_is_always_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        workbook((TABLE,), DA, MADE, tmp_path / f"{name}.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_an_excel_day_is_a_day_and_a_query_runs_nothing(tmp_path: Path) -> None:
    days = Table("volume", (Column("first", "day"), Column("area")), (("2021-03-01", "=1+1"), ("ukendt", "x")))
    workbook((days,), DA, MADE, tmp_path / "days.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "days.xlsx").worksheets[0]
    top = len(head_lines("volume", MADE)) + 1
    day = sheet.cell(top + 1, 1)
    assert day.value.isoformat() == "2021-03-01T00:00:00"
    assert day.number_format == "dd-mm-yyyy"
    assert sheet.cell(top + 2, 1).value == "ukendt"
    assert all(cell.data_type != "f" for row in sheet for cell in row)


def test_every_row_of_the_long_table_names_the_query_behind_it() -> None:
    rows = list(csv.DictReader(long_csv(MADE).decode().splitlines()[1:]))
    ours = [row for row in rows if row["AREA"] == "vollsmose"]
    found = {row["INDICATOR"]: row["QUERY"] for row in ours if row["TIME_PERIOD"] == "2025"}
    assert found["net_tone"] == "nyhedstal?area=vollsmose&year=2025&indicator=net_tone"
    assert found["reach"] == "gengivelser?area=vollsmose&year=2025"
    waves = {row["WAVE"]: row["QUERY"] for row in ours if row["WAVE"]}
    assert waves["2022-bo"] == "spoergeskematal?area=vollsmose&year=2022"
