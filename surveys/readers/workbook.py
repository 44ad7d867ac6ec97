"""Read the sheets of a workbook as strings."""

from __future__ import annotations

import io
import warnings
import zipfile
from datetime import date, datetime, time
from pathlib import Path

from store.errors import WrongFile
from surveys.readers.export import cell


def read_sheets(content: bytes, path: Path) -> dict[str, list[list[str | None]]]:
    """Return sheet name → rows of cells as text; formulas by their stored values, sheets in their order.

    Whole numbers have no decimals, other numbers a point. Raises :class:`WrongFile` where it is no xlsx.
    """
    import openpyxl  # slow to load and needed for workbooks only

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a missing default style says nothing about the data
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            sheets = {}
            for sheet in book.worksheets:
                sheet.reset_dimensions()  # some writers state a size that is too small
                sheets[sheet.title] = [[_text(value) for value in row] for row in sheet.iter_rows(values_only=True)]
            book.close()
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, SyntaxError) as error:
        raise WrongFile("this is not an xlsx workbook", where=path, do="Export it again as xlsx or CSV") from error
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
