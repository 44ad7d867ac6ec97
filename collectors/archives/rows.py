"""Make a record of a table's row, whichever table it is."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from collectors.archives.record import Record, Refused
from collectors.archives.tables import Row
from collectors.clean import clean_line, clean_text, without_markup
from collectors.dates import read_date
from store.demonstration import MARK

REQUIRED = ("outlet", "date", "title")
"""Fields that every table needs a column for."""

_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_SERIAL_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 - local time, as printed


def record_of(row: Row, now: datetime) -> Record | Refused:
    """Make a record of a row with the fields outlet, date, title and, where the table has them, summary, text,
    address, guid and demo.
    """
    outlet = clean_line(row.cell("outlet"))
    if not outlet:
        return Refused(row.number, row.headers["outlet"], "no outlet is named")
    dated = read_date(_without_serial(row.cell("date")), now)
    if dated.moment is None:
        return Refused(row.number, row.headers["date"], dated.note or "no date")
    title = clean_line(without_markup(row.cell("title")))
    summary, text = (clean_text(without_markup(row.cell(field))) for field in ("summary", "text"))
    if not (title or text):
        return Refused(row.number, row.headers["title"], "neither title nor text")
    return Record(
        row.number, outlet, dated.moment, title, summary, text,
        guid=row.cell("guid") or None, url=row.cell("address") or None,
        kind=None if "demo" not in row.cells else "demo" if row.cell("demo") == MARK else "real",
    )


def _without_serial(raw: str) -> str:
    """Turn a day as Excel counts it, which a cell without a date format shows, into a date."""
    if not _SERIAL.fullmatch(raw):
        return raw
    return (_SERIAL_ZERO + timedelta(days=float(raw))).isoformat(" ", "seconds")
