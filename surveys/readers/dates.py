"""Tell the order of day, month and year in a file, which is one for all its dates (export-formats.md 1.5)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from surveys.readers.export import Row

_SPLIT = re.compile(r"(\d{1,2})([-./])(\d{1,2})\2(\d{4})(?:[T ,]+\d{1,2}[:.]\d{2}(?:[:.]\d{2})?)?")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ].*)?")
_SERIAL = re.compile(r"(\d{5})(?:[.,]\d+)?")

EXCEL_ZERO = date(1899, 12, 30)
"""Day 0 of Excel's serial numbers, the leap year that 1900 was not among them."""

SERIALS = range(36_526, 73_050)
"""2000 to 2099: a five-digit number outside is no day of a questionnaire."""


def date_columns(columns: Sequence[str], rows: Sequence[Row]) -> dict[str, list[str]]:
    """Return the columns that hold dates with the day or the month first, and nothing else: name → cells."""
    found: dict[str, list[str]] = {}
    for place, name in enumerate(columns):
        first = next((row[place] for row in rows if row[place] is not None), None)
        if first is None or not _SPLIT.fullmatch(first):
            continue
        cells = [text for row in rows if (text := row[place]) is not None]
        if all(_SPLIT.fullmatch(text) for text in cells):
            found[name] = cells
    return found


def possible_orders(columns: Sequence[str], rows: Sequence[Row]) -> frozenset[str]:
    """Return the orders (``dmy``, ``mdy``) that every date of the file fits; both where there is none to tell by."""
    orders = {"dmy", "mdy"}
    for cells in date_columns(columns, rows).values():
        for text in cells:
            found = _SPLIT.fullmatch(text)
            if found and int(found[1]) > 12:
                orders.discard("mdy")
            if found and int(found[3]) > 12:
                orders.discard("dmy")
    return frozenset(orders)


def settled_order(columns: Sequence[str], rows: Sequence[Row]) -> str:
    """Return the only order the dates fit, empty where none or both do."""
    orders = possible_orders(columns, rows)
    return next(iter(orders)) if len(orders) == 1 else ""


def is_split_date(text: str) -> bool:
    """Say whether a cell is a date with the day or the month first, so that the order must be known."""
    return bool(_SPLIT.fullmatch(text))


def read_day(text: str, order: str) -> date | None:
    """Return the day of a cell: ISO, an Excel serial, or day and month in ``order``; ``None`` where it is none."""
    try:
        if found := _ISO.fullmatch(text):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if (found := _SERIAL.fullmatch(text)) and int(found[1]) in SERIALS:
            return EXCEL_ZERO + timedelta(days=int(found[1]))
        if (found := _SPLIT.fullmatch(text)) and order in ("dmy", "mdy"):
            day, month = (found[1], found[3]) if order == "dmy" else (found[3], found[1])
            return date(int(found[4]), int(month), int(day))
    except ValueError:
        return None
    return None
