"""Read the plain table that docs/operators.md describes: for archives that no other reader knows."""

from __future__ import annotations

from collections.abc import Generator
from datetime import datetime
from pathlib import Path

from collectors.archives.record import Found
from collectors.archives.rows import REQUIRED, record_of
from collectors.archives.tables import Layout, Row, read_rows
from collectors.archives.tables import recognises as recognises_layout

LAYOUT = Layout(
    {
        "outlet": ("outlet",), "date": ("published",), "title": ("title",), "summary": ("summary",), "text": ("text",),
        "address": ("url",), "guid": ("guid",), "demo": ("demo",),
    },
    REQUIRED, comments=True,
)
"""The columns: outlet,published,title,summary,text,url,guid."""


def recognises(start: str) -> bool:
    """Say whether a table that starts like this is a plain one."""
    return recognises_layout(start, LAYOUT)


def read(path: Path, now: datetime, encoding: str) -> Generator[Found, None, None]:
    """Read rows one at a time. Raises :class:`WrongFile` where there is no header."""
    for row in read_rows(path, encoding, LAYOUT):
        yield record_of(row, now) if isinstance(row, Row) else row
