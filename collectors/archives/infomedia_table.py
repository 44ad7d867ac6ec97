"""Read an Infomedia table: CSV or xlsx, with Danish or English headers."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Generator
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from collectors.archives.record import Found, Record, Refused
from collectors.archives.tables import Layout, Row, read_rows
from collectors.archives.tables import recognises as recognises_layout
from collectors.clean import clean_line, clean_text, without_markup
from collectors.dates import read_date
from store.demonstration import MARK
from store.errors import WrongFacts

HEADERS = Path(__file__).resolve().parents[2] / "data" / "infomedia.toml"
"""Danish and English headers, editable."""

REQUIRED = ("outlet", "date", "title")

_FIELDS = (*REQUIRED, "text", "address", "summary")
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_SERIAL_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 - local time, as printed


@cache
def load_layout(path: Path = HEADERS) -> Layout:
    """Read the headers. Raises :class:`WrongFacts`."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        headers = {field: tuple(str(name).casefold() for name in table[field]) for field in _FIELDS}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WrongFacts(f"the headers of Infomedia tables can't be read ({error})", where=path,
                         do="Restore the file from version control") from error
    return Layout(headers | {"demo": ("demo",)}, REQUIRED)


def recognises(start: str) -> bool:
    """Say whether a table that starts like this is Infomedia's."""
    return recognises_layout(start, load_layout())


def read(path: Path, now: datetime, encoding: str) -> Generator[Found, None, None]:
    """Read rows one at a time; bylines are not read. Raises :class:`WrongFile` where there is no header."""
    for row in read_rows(path, encoding, load_layout()):
        yield record_of(row, now, date="date", address="address") if isinstance(row, Row) else row


def record_of(row: Row, now: datetime, *, date: str, address: str, guid: str = "guid") -> Record | Refused:
    """Make a record of a row; the fields that differ between tables are named."""
    outlet = clean_line(row.cell("outlet"))
    if not outlet:
        return Refused(row.number, row.headers["outlet"], "no outlet is named")
    dated = read_date(_without_serial(row.cell(date)), now)
    if dated.moment is None:
        return Refused(row.number, row.headers[date], dated.note or "no date")
    title = clean_line(without_markup(row.cell("title")))
    summary, text = (clean_text(without_markup(row.cell(field))) for field in ("summary", "text"))
    if not (title or text):
        return Refused(row.number, row.headers["title"], "neither title nor text")
    return Record(
        row.number, outlet, dated.moment, title, summary, text,
        guid=row.cell(guid) or None, url=row.cell(address) or None,
        kind=None if "demo" not in row.cells else "demo" if row.cell("demo") == MARK else "real",
    )


def _without_serial(raw: str) -> str:
    """Turn a day as Excel counts it, which a cell without a date format shows, into a date."""
    if not _SERIAL.fullmatch(raw):
        return raw
    return (_SERIAL_ZERO + timedelta(days=float(raw))).isoformat(" ", "seconds")
