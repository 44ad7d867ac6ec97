"""Say what every archive reader gives: a record, or why there is none."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from store.database import Kind


@dataclass(frozen=True)
class Record:
    """One article as an export gives it, cleaned, without its byline."""

    number: int
    """1 = first in the file"""
    outlet: str
    """as printed"""
    published: datetime
    title: str
    summary: str
    text: str
    guid: str | None = None
    """the archive's own id: kept, but no key, since archives use one twice"""
    url: str | None = None
    kind: Kind | None = None
    """whether the record itself says that it is demonstration data; absent where only the file can say"""


@dataclass(frozen=True)
class Refused:
    """A record that can't be used."""

    number: int
    """1 = first in the file, 0 = the file as a whole"""
    field: str
    reason: str


@dataclass(frozen=True)
class Note:
    """Something about the file as a whole that is kept with its import."""

    text: str


Found = Record | Refused | Note

Reader = Callable[[Path, datetime, str], Generator[Found, None, None]]
"""Reads a file record by record in constant memory: path, present moment, encoding. Raises :class:`WrongFile`."""
