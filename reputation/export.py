"""Write tables as files: CSV for Danish Excel, plain CSV, a workbook, and one long table of every figure."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

import xlsxwriter

from reputation.content import Content, Estimate
from reputation.language import Language
from reputation.lookup import unit_of
from reputation.tables import Kind, Table, flat_heads, flat_kinds, flat_row
from store.demonstration import MARK

LONG_COLUMNS = (
    "AREA",
    "INDICATOR",
    "TIME_PERIOD",
    "OBS_VALUE",
    "OBS_STATUS",
    "UNIT",
    "N",
    "CI_LOW",
    "CI_HIGH",
    "METHOD_VERSION",
    "CORRECTION",
    "WAVE",
    "STATUS",
)
OBS_STATUS = {
    "ok": "estimated",
    "footnoted": "estimated",
    "few": "suppressed",
    "imprecise": "suppressed",
    "disclosive": "suppressed",
    "unreliable reading": "suppressed",
    "break": "break",
}
"""every other status is a missing value"""
UNITS = {"tone": "-1..1", "share": "0..1", "survey share": "0..1", "index": "0..100", "count": "count"}

_FORMULA = re.compile(r"^[\s]*[=+\-@]|^[\t\r\n]")
_NUMBER = re.compile(r"^[+-]?\d[\d.,\u00a0]*$")
_FORMATS: Mapping[Kind, str] = {
    "count": "#,##0",
    "tone": "0.00",
    "tone change": "+0.00;-0.00;0.00",
    "share": "0 %",
    "survey share": "0.0 %",
    "points": "0.0 %",
    "index": "0.0",
    "index change": "+0.0;-0.0;0.0",
    "p": "0.000",
    "ratio": "0.0",
}

Flat = str | int | float | None


def harmless(cell: str) -> str:
    """Return a text that no spreadsheet runs as a formula; what is a plain number is left alone."""
    return f"'{cell}" if _FORMULA.match(cell) and not _NUMBER.match(cell) else cell


def danish_csv(table: Table, language: Language, demo: bool) -> bytes:
    """Write a table as Danish Excel opens it: semicolons, decimal commas, byte order mark, shares in per cent."""
    kinds = flat_kinds(table)
    rows = [[_comma(cell, kind) for cell, kind in zip(flat_row(table, row), kinds, strict=True)] for row in table.rows]
    return _written(flat_heads(table, language), rows, demo, ";", "\r\n").encode("utf-8-sig")


def plain_csv(table: Table, demo: bool) -> bytes:
    """Write a table for programs: commas, decimal points, keys as headings, shares of 0..1."""
    rows = [[_plain(cell) for cell in flat_row(table, row)] for row in table.rows]
    return _written(flat_heads(table, None), rows, demo, ",", "\n").encode()


def long_csv(content: Content) -> bytes:
    """Write every figure as a row of one SDMX-like table."""
    rows = [[_plain(cell) for cell in _long_row(each)] for each in content.estimates]
    return _written(LONG_COLUMNS, rows, content.demo, ",", "\n").encode()


def _long_row(each: Estimate) -> tuple[Flat, ...]:
    whole_year = each.first[4:] == "-01-01" and each.last == f"{each.first[:4]}-12-31"
    period = each.first[:4] if whole_year else f"{each.first}/{each.last}"
    return (
        each.area,
        each.indicator,
        period,
        each.value,
        OBS_STATUS.get(each.status, "missing"),
        UNITS[unit_of(each.indicator)],
        each.n,
        each.low,
        each.high,
        each.method,
        each.correction,
        each.wave,
        each.status,
    )


def _written(heads: Sequence[str], rows: Iterable[Sequence[str]], demo: bool, delimiter: str, end: str) -> str:
    buffer = io.StringIO()
    if demo:
        buffer.write(f"# {MARK}{end}")
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator=end)
    writer.writerow(heads)
    writer.writerows(rows)
    return buffer.getvalue()


def _comma(cell: Flat, kind: Kind) -> str:
    if isinstance(cell, float) and kind in ("share", "survey share", "points"):
        cell = round(100 * cell, 4)
    return f"{cell:.10g}".replace(".", ",") if isinstance(cell, float) else _plain(cell)


def _plain(cell: Flat) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float):
        return f"{cell:.10g}"
    return str(cell) if isinstance(cell, int) else harmless(cell)


def workbook(tables: Sequence[Table], language: Language, content: Content, path: Path) -> None:
    """Write a workbook with a sheet for each table; it carries the day of the data, so the same content gives the
    same bytes."""
    book = xlsxwriter.Workbook(
        str(path),
        {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    book.set_properties(
        {
            "title": language.say("page.title"),
            "comments": MARK if content.demo else "",
            "created": datetime.fromisoformat(content.made_from or content.last),
        }
    )
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    warning = book.add_format({"bold": True, "font_color": "#9c2f12"})
    formats = {kind: book.add_format({"num_format": each}) for kind, each in _FORMATS.items()}
    taken: set[str] = set()
    for table in tables:
        sheet = book.add_worksheet(_sheet_name(language.say(f"table.{table.id}", wave=""), taken))
        top = 0
        if content.demo:
            sheet.write_string(0, 0, language.say("page.demo_long"), warning)
            sheet.set_header(f"&C{MARK}")
            top = 1
        kinds, heads = flat_kinds(table), flat_heads(table, language)
        for column, head in enumerate(heads):
            sheet.write_string(top, column, head.removesuffix(" (%)"), bold)
            sheet.set_column(column, column, 12 if kinds[column] != "text" else 22)
        for number, row in enumerate(table.rows, top + 1):
            for column, (cell, kind) in enumerate(zip(flat_row(table, row), kinds, strict=True)):
                if isinstance(cell, str):
                    sheet.write_string(number, column, harmless(cell))
                elif cell is not None:
                    sheet.write_number(number, column, cell, formats.get(kind))
        sheet.freeze_panes(top + 1, 0)
        if table.rows:
            sheet.autofilter(top, 0, top + len(table.rows), len(heads) - 1)
    book.close()


def _sheet_name(title: str, taken: set[str]) -> str:
    name = re.sub(r"[\[\]:*?/\\']", " ", title)[:31].strip()
    while name.lower() in taken:
        name = f"{name[:28]} {len(taken)}"
    taken.add(name.lower())
    return name
