"""Keep what was taken in, once, and what could not be used."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal

from store.database import Store
from store.days import utc_text

ImportKind = Literal["archive", "survey", "figures", "analyses", "codes"]


@dataclass(frozen=True, order=True)
class Refusal:
    """Input that could not be used: where it stands and why, never the value of an answer."""

    source: str
    """file name or address"""
    row: int
    """row or record number, 1 = first data row, 0 = the whole file"""
    column: str
    """column or field, empty where none is to blame"""
    reason: str
    """what is wrong, in words"""


def digest_of(*parts: bytes) -> str:
    """Return the SHA-256 of byte strings, each with its length before it so that no two splits are alike."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()


def already_imported(store: Store, kind: ImportKind, digest: str) -> int | None:
    """Return the number of the import that took in these bytes and was not undone, or ``None``."""
    number = store.value(
        "SELECT id FROM imports WHERE kind = ? AND digest = ? AND undone IS NULL", [kind, digest]
    )
    return None if number is None else int(number)


def record_import(
    store: Store, kind: ImportKind, name: str, digest: str, format: str, query: str | None = None,
    window_from: date | str | None = None, window_to: date | str | None = None, rows: int = 0, added: int = 0,
    notes: Sequence[str] = (),
) -> int:
    """Write down one import inside the caller's transaction and return its number.

    ``name`` is the file name without folder; days are dates or ISO text; ``notes`` are words for the report's
    provenance (dropped columns by name, the encoding chosen). ``rows`` and ``added`` may be settled afterwards
    with :func:`settle_import`. Call :func:`already_imported` first: the same bytes twice is an error of the caller.
    """
    cursor = store.execute(
        "INSERT INTO imports (kind, name, digest, format, query, window_from, window_to, at, rows, added, notes)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [kind, name, digest, format, query, _day(window_from), _day(window_to), _now(), rows, added, _json(notes)],
    )
    return int(cursor.lastrowid or 0)


def settle_import(store: Store, number: int, *, rows: int, added: int, notes: Sequence[str]) -> None:
    """Write what an import came to, once its rows have been read; inside the caller's transaction."""
    store.execute("UPDATE imports SET rows = ?, added = ?, notes = ? WHERE id = ?", [rows, added, _json(notes), number])


def record_refusals(
    store: Store, refusals: Iterable[Refusal], import_id: int | None = None, feed_id: str | None = None,
) -> int:
    """Keep refusals inside the caller's transaction and return how many were new; a known one is not repeated."""
    at, new = _now(), 0
    for each in refusals:
        new += store.execute(
            'INSERT INTO refusals (import_id, feed_id, source, row, "column", reason, at) VALUES (?, ?, ?, ?, ?, ?, ?)'
            " ON CONFLICT DO NOTHING",
            [import_id, feed_id, each.source, each.row, each.column, each.reason, at],
        ).rowcount
    return new


def mark_undone(store: Store, number: int) -> None:
    """Note that an import was taken back, so that its bytes may come again; inside the caller's transaction."""
    store.execute("UPDATE imports SET undone = ? WHERE id = ?", [_now(), number])
    store.execute("DELETE FROM refusals WHERE import_id = ?", [number])


def _now() -> str:
    return utc_text(datetime.now(UTC))


def _day(day: date | str | None) -> str | None:
    return day.isoformat() if isinstance(day, date) else day


def _json(notes: Sequence[str]) -> str:
    return json.dumps(list(notes), ensure_ascii=False)
