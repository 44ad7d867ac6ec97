"""Read the sheets of a workbook as strings."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from store.errors import WrongFile
from surveys.readers.export import cell
from surveys.readers.spreadsheetml import is_spreadsheetml, read_spreadsheetml

if TYPE_CHECKING:
    from openpyxl import Workbook

T = TypeVar("T")


def read_sheets(content: bytes, path: Path) -> dict[str, list[list[str | None]]]:
    """Return sheet name → rows of cells as text; formulas by their stored values, sheets in their order.

    Whole numbers have no decimals, other numbers a point. Excel's XML of 2003 is read too. Raises
    :class:`WrongFile` where it is neither.
    """
    if is_spreadsheetml(content):
        return read_spreadsheetml(content, path)[0]
    return _padded(_open(content, path, lambda book: {sheet.title: _cells(sheet) for sheet in book.worksheets}))


def sheet_names(content: bytes, path: Path) -> tuple[str, ...]:
    """Return the names of the sheets. Raises :class:`WrongFile` where it is no workbook."""
    if is_spreadsheetml(content):
        return tuple(read_spreadsheetml(content, path)[0])
    return _open(content, path, lambda book: tuple(sheet.title for sheet in book.worksheets))


def read_visible(content: bytes, path: Path) -> tuple[dict[str, list[list[str | None]]], int]:
    """Return the visible sheets that hold anything as :func:`read_sheets` does, and how many hidden rows they have.

    A hidden row is given as a blank one, and rows before the first with a value are left out. Raises
    :class:`WrongFile` where cells of the first row are merged: then nobody knows which column a name is of.
    """
    if is_spreadsheetml(content):
        return read_spreadsheetml(content, path)
    hidden_rows = 0

    def visible(book: Workbook) -> dict[str, list[list[str | None]]]:
        nonlocal hidden_rows
        sheets = {}
        for sheet in book.worksheets:
            rows = _cells(sheet) if sheet.sheet_state == "visible" else []
            hidden, merged = _layout(content, sheet)
            hidden = {number for number in hidden if number <= len(rows) and any(rows[number - 1])}
            rows = [[None] * len(row) if number in hidden else row for number, row in enumerate(rows, 1)]
            first = next((number for number, row in enumerate(rows) if any(row)), None)
            if first is None:
                continue
            if any(low <= first + 1 <= high for low, high in merged):
                raise WrongFile("cells of the first row are merged", where=f"{path}[{sheet.title}]",
                                do="Give every column a name of its own in one row")
            hidden_rows += len(hidden)
            sheets[sheet.title] = rows[first:]
        return sheets

    return _padded(_open(content, path, visible)), hidden_rows


def _open(content: bytes, path: Path, look: Callable[[Workbook], T]) -> T:
    import openpyxl  # slow to load and needed for workbooks only

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a missing default style says nothing about the data
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            found = look(book)
            book.close()
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, SyntaxError) as error:
        raise WrongFile("this is not an xlsx workbook", where=path, do="Export it again as xlsx or CSV") from error
    return found


def _cells(sheet: Any) -> list[list[str | None]]:
    sheet.reset_dimensions()  # some writers state a size that is too small
    return [[_text(value) for value in row] for row in sheet.iter_rows(values_only=True)]


def _layout(content: bytes, sheet: Any) -> tuple[set[int], list[tuple[int, int]]]:
    """Return hidden rows and the (first, last) rows of merged cells, which openpyxl does not tell while streaming."""
    # Microsoft Forms writes <x:row>, Excel <row>
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        xml = archive.read(sheet._worksheet_path).decode()
    rows = [each for each in re.findall(r"<(?:\w+:)?row\b[^>]*>", xml) if re.search(r'\bhidden="(?:1|true)"', each)]
    numbers = [re.search(r'\br="(\d+)"', each) for each in rows]
    merged = re.findall(r'<(?:\w+:)?mergeCell\b[^>]*\bref="[A-Z]+(\d+):[A-Z]+(\d+)"', xml)
    return {int(found[1]) for found in numbers if found}, [(int(first), int(last)) for first, last in merged]


def _padded(sheets: dict[str, list[list[str | None]]]) -> dict[str, list[list[str | None]]]:
    width = {name: max(map(len, rows), default=0) for name, rows in sheets.items()}
    return {name: [row + [None] * (width[name] - len(row)) for row in rows] for name, rows in sheets.items()}


def _text(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return cell(str(value))
