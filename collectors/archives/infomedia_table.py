"""Read an Infomedia table: CSV or xlsx, with Danish or English headers."""

from __future__ import annotations

import tomllib
from collections.abc import Generator
from datetime import datetime
from functools import cache
from pathlib import Path

from collectors.archives.record import Found
from collectors.archives.rows import REQUIRED, record_of
from collectors.archives.tables import Layout, Row, read_rows
from collectors.archives.tables import recognises as recognises_layout
from store.errors import WrongFacts

HEADERS = Path(__file__).resolve().parents[2] / "data" / "infomedia.toml"
"""Danish and English headers, editable."""

_FIELDS = (*REQUIRED, "text", "address", "summary")


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
        yield record_of(row, now) if isinstance(row, Row) else row
