"""Keep what was taken in, once, and what could not be used."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal

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


@dataclass(frozen=True)
class UnderWay:
    """An import of which not all is in the store yet."""

    number: int
    name: str
    """file name without folder"""
    taken: int
    """records, refusals and notes of the file that are in the store"""
    state: Mapping[str, Any]
    """what became of them, for whoever goes on"""


def imports_under_way(store: Store) -> list[UnderWay]:
    """Read the imports that were begun and are not complete, by number."""
    return [
        UnderWay(row["import_id"], row["name"], row["taken"], json.loads(row["state"])) for row in store.rows(
            "SELECT import_id, name, taken, state FROM imports_under_way JOIN imports ON id = import_id"
            " ORDER BY import_id")
    ]


def save_under_way(store: Store, number: int, taken: int, state: Mapping[str, Any]) -> None:
    """Note how far an import has come, inside the caller's transaction; until it is complete nobody reads it."""
    store.execute("INSERT OR REPLACE INTO imports_under_way (import_id, taken, state) VALUES (?, ?, ?)",
                  [number, taken, json.dumps(state, ensure_ascii=False)])


def complete_import(store: Store, number: int) -> None:
    """Note that all of an import is in the store, inside the caller's transaction."""
    store.execute("DELETE FROM imports_under_way WHERE import_id = ?", [number])


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
    complete_import(store, number)
    store.execute("DELETE FROM refusals WHERE import_id = ?", [number])


def _now() -> str:
    return utc_text(datetime.now(UTC))


def _day(day: date | str | None) -> str | None:
    return day.isoformat() if isinstance(day, date) else day


def _json(notes: Sequence[str]) -> str:
    return json.dumps(list(notes), ensure_ascii=False)
