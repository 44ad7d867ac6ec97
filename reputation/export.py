"""Write tables as files: CSV for Danish Excel, plain CSV, a workbook, and one long table of every figure."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import xlsxwriter

from reputation.content import Content, Estimate, ImportLine
from reputation.language import Language
from reputation.lookup import unit_of
from reputation.parquet import write_parquet
from reputation.queries import query_of
from reputation.tables import PERCENT, Kind, Table, flat_heads, flat_kinds, flat_row
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
    "QUERY",
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
SEARCHED = ("volume",)
"""tables whose counts depend on what an archive was asked for: the queries stand in the head of their files"""

UNITS = {
    "tone": "-1..1",
    "tone100": "-100..100",
    "share": "0..1",
    "survey share": "0..1",
    "index": "0..100",
    "count": "count",
}

_FORMULA = re.compile(r"^[\s]*[=+\-@]|^[\t\r\n]")
_ISO = re.compile(r"\d{4}-\d\d-\d\d")
_NUMBER = re.compile(r"^[+-]?\d[\d.,\u00a0]*$")
_FORMATS: Mapping[Kind, str] = {
    "count": "#,##0",
    "tone": "0.00",
    "tone change": "+0.00;-0.00;0.00",
    "share": "0 %",
    "small share": "0.000 %",
    "survey share": "0.0 %",
    "points": "0.0 %",
    "index": "0.0",
    "index change": "+0.0;-0.0;0.0",
    "p": "0.000",
    "ratio": "0.0",
}

_LONG_TYPES = {
    **dict.fromkeys(("OBS_VALUE", "CI_LOW", "CI_HIGH"), pa.float64()),
    "N": pa.int64(),
}

Flat = str | int | float | None


def harmless(cell: str) -> str:
    """Return a text that no spreadsheet runs as a formula; what is a plain number is left alone."""
    return f"'{cell}" if _FORMULA.match(cell) and not _NUMBER.match(cell) else cell


def head_lines(table_id: str, content: Content, word: str = "query") -> tuple[str, ...]:
    """Say what stands at the head of a table's files: DEMODATA, and for counts of texts what the archives were asked.

    Source: export-formats.md, one file holds count, total and ratio together, with the query in its header.
    """
    lines = [MARK] if content.demo else []
    if table_id in SEARCHED:
        lines += [f"{word}{_asked(each)}" for each in content.provenance.imports if each.query]
    return tuple(dict.fromkeys(lines))


def _asked(each: ImportLine) -> str:
    window = f" [{each.first}:{each.last}]" if each.first and each.last else ""
    return f"{window}: {' '.join(each.query.split())}"


def danish_csv(table: Table, language: Language, head: Sequence[str] = ()) -> bytes:
    """Write a table as Danish Excel opens it: semicolons, decimal commas, byte order mark, shares in per cent."""
    kinds = flat_kinds(table)
    rows = [[_comma(cell, kind) for cell, kind in zip(flat_row(table, row), kinds, strict=True)] for row in table.rows]
    above = [[f"# {each}"] for each in head]
    return _written([*above, flat_heads(table, language), *rows], ";", "\r\n").encode("utf-8-sig")


def plain_csv(table: Table, head: Sequence[str] = ()) -> bytes:
    """Write a table for programs: commas, decimal points, keys as headings, shares of 0..1; lines of ``#`` above it."""
    rows = [[_plain(cell) for cell in flat_row(table, row)] for row in table.rows]
    return (_comments(head) + _written([flat_heads(table, None), *rows], ",", "\n")).encode()


def long_csv(content: Content) -> bytes:
    """Write every figure as a row of one SDMX-like table."""
    rows = [[_plain(cell) for cell in _long_row(each)] for each in content.estimates]
    return (_comments(head_lines("long", content)) + _written([LONG_COLUMNS, *rows], ",", "\n")).encode()


def long_parquet(content: Content) -> bytes:
    """Write the same table as Parquet, with typed columns."""
    rows = [_long_row(each) for each in content.estimates]
    columns = [
        pa.array([row[place] for row in rows], _LONG_TYPES.get(name, pa.string()))
        for place, name in enumerate(LONG_COLUMNS)
    ]
    return write_parquet(LONG_COLUMNS, columns, parquet_words("long", content))


def parquet_words(table_id: str, content: Content) -> Mapping[str, str]:
    """Return what a Parquet file's metadata says: the table, the day of the data, the lines of its head."""
    return {"table": table_id, "made_from": content.made_from, "head": "\n".join(head_lines(table_id, content))}


def _comments(lines: Sequence[str]) -> str:
    return "".join(f"# {each}\n" for each in lines)


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
        query_of(each),
    )


def _written(rows: Iterable[Sequence[str]], delimiter: str, end: str) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter, lineterminator=end).writerows(rows)
    return buffer.getvalue()


def _comma(cell: Flat, kind: Kind) -> str:
    if isinstance(cell, float) and kind in PERCENT:
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
    day = book.add_format({"num_format": "dd-mm-yyyy" if language.code == "da" else "yyyy-mm-dd"})
    formats = {kind: book.add_format({"num_format": each}) for kind, each in _FORMATS.items()}
    taken: set[str] = set()
    for table in tables:
        sheet = book.add_worksheet(_sheet_name(language.say(f"table.{table.id}", wave=""), taken))
        above = head_lines(table.id, content, language.say("column.query"))
        for line, words in enumerate(above):
            sheet.write_string(line, 0, language.say("page.demo_long") if words == MARK else words, warning)
        if content.demo:
            sheet.set_header(f"&C{MARK}")
        top = len(above)
        kinds, heads = flat_kinds(table), flat_heads(table, language)
        for column, head in enumerate(heads):
            sheet.write_string(top, column, head.removesuffix(" (%)"), bold)
            sheet.set_column(column, column, 12 if kinds[column] != "text" else 22)
        for number, row in enumerate(table.rows, top + 1):
            for column, (cell, kind) in enumerate(zip(flat_row(table, row), kinds, strict=True)):
                if isinstance(cell, str) and kind == "day" and _ISO.fullmatch(cell):
                    sheet.write_datetime(number, column, datetime.fromisoformat(cell), day)
                elif isinstance(cell, str):
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
