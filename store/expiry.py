"""Delete what has been kept for as long as the config says: texts, raw pages, answers."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from store.answers import empty_log, forget
from store.database import Store
from store.days import danish_day, from_utc_text, utc_text

CLOCK_LEAP = timedelta(days=400)
"""A clock that is so far ahead of all that the store knows may be wrong: by it everything could seem old."""

CLOCK_TRUST = timedelta(days=7)
"""After a leap nothing is deleted for so long: a wrong clock is noticed within days."""

ExpiryKind = Literal["texts", "pages", "answers"]


@dataclass(frozen=True)
class DueText:
    """A text whose time is over; ``current`` says whether it is the one that figures are made from."""

    article_id: str
    version: int
    current: bool
    day: str
    text_level: str
    title: str
    summary: str
    text: str


@dataclass(frozen=True)
class Features:
    """What is kept of a current text: :mod:`nlp.kept` as bytes, and hashed word stems of its opening with counts."""

    content: bytes
    opening: Mapping[str, int]


def clock_is_steady(store: Store, now: datetime) -> bool:
    """Say whether the clock can be trusted with deleting; call before anything of this run is written.

    It can where it stands close behind the last poll or import, or has run on for :data:`CLOCK_TRUST` since it leapt.
    """
    newest = store.value(
        "SELECT max(at) FROM (SELECT max(last_poll) AS at FROM feeds UNION SELECT max(at) FROM imports)"
    )
    ahead = now - from_utc_text(newest) if newest is not None else timedelta()
    if ahead > CLOCK_LEAP or ahead < -timedelta(days=2):
        with store.transaction():
            store.execute("INSERT OR REPLACE INTO meta VALUES ('clock_leapt', ?)", [utc_text(now)])
        return False
    leapt = clock_leapt(store)
    return leapt is None or abs(now - leapt) > CLOCK_TRUST


def clock_leapt(store: Store) -> datetime | None:
    """Return to when the clock last leapt, as far as known."""
    leapt = store.value("SELECT value FROM meta WHERE key = 'clock_leapt'")
    return None if leapt is None else from_utc_text(leapt)


def due_texts(store: Store, before: datetime, batch: int) -> list[DueText]:
    """Read texts that came before a moment and are still held."""
    return [DueText(*row) for row in store.rows(
        "SELECT v.article_id, v.number, v.number = a.version, a.day, a.text_level, v.title, v.summary, v.text"
        " FROM versions v JOIN articles a ON a.id = v.article_id WHERE v.text <> '' AND v.seen < ?"
        " ORDER BY v.seen, v.id LIMIT ?", [utc_text(before), batch],
    )]


def expire_texts(store: Store, texts: Sequence[tuple[DueText, Features | None]], now: datetime) -> int:
    """Delete texts, and keep their features, all or nothing; return of how many articles the current text went.

    Title and sub-heading, digest and text level stay: how much was read does not change by deleting it.
    """
    gone = 0
    with store.transaction():
        forget(store)
        with suppress(sqlite3.DatabaseError):  # before SQLite 3.42 the search index forgets at its next merge
            store.execute("INSERT INTO article_search (article_search, rank) VALUES ('secure-delete', 1)")
        for text, features in texts:
            if features is not None:
                gone += 1
                store.execute(
                    "INSERT OR REPLACE INTO features (article_id, version, kept, opening, content)"
                    " VALUES (?, ?, ?, ?, ?)",
                    [text.article_id, text.version, utc_text(now), json.dumps(features.opening), features.content],
                )
            store.execute("UPDATE versions SET text = '' WHERE article_id = ? AND number = ?",
                          [text.article_id, text.version])
        _record(store, now, "texts", "", gone)
    return gone


def expire_bodies(store: Store, before: datetime, now: datetime) -> int:
    """Delete raw pages that came before a moment; return how many."""
    if store.value("SELECT 1 FROM bodies WHERE fetched < ? LIMIT 1", [utc_text(before)]) is None:
        return 0
    with store.transaction():
        forget(store)
        gone = store.execute("DELETE FROM bodies WHERE fetched < ?", [utc_text(before)]).rowcount
        _record(store, now, "pages", "", gone)
    return gone


def expire_answers(store: Store, before: date, now: datetime) -> dict[str, int]:
    """Delete the respondents of waves whose fieldwork ended before a day, with all they answered; wave → how many.

    The wave itself stays, with what its import says of it: that it was made, and that its answers are gone.
    """
    due = store.rows(
        "SELECT id, import_id FROM waves WHERE fieldwork_to < ? AND EXISTS"
        " (SELECT 1 FROM respondents WHERE wave_id = waves.id) ORDER BY id", [before.isoformat()],
    )
    gone: dict[str, int] = {}
    if not due:
        return gone
    with store.transaction():
        forget(store)
        for wave in due:
            gone[wave["id"]] = store.execute("DELETE FROM respondents WHERE wave_id = ?", [wave["id"]]).rowcount
            _record(store, now, "answers", wave["id"], gone[wave["id"]])
            notes = json.loads(store.value("SELECT notes FROM imports WHERE id = ?", [wave["import_id"]]))
            notes.append(f"the answers of wave {wave['id']} were deleted on {danish_day(now)}: their time was over")
            store.execute("UPDATE imports SET notes = ? WHERE id = ?",
                          [json.dumps(notes, ensure_ascii=False), wave["import_id"]])
    return gone


def finish_expiry(store: Store) -> None:
    """Empty the write-ahead log, which still holds what was deleted."""
    empty_log(store)


def expired_waves(store: Store) -> dict[str, str]:
    """Return wave → day on which its answers were deleted."""
    return {row["name"]: row["day"] for row in store.rows(
        "SELECT name, min(day) AS day FROM expiries WHERE kind = 'answers' GROUP BY name")}


def _record(store: Store, now: datetime, kind: ExpiryKind, name: str, number: int) -> None:
    if number:
        store.execute(
            "INSERT INTO expiries (day, kind, name, number) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (day, kind, name) DO UPDATE SET number = number + excluded.number",
            [danish_day(now).isoformat(), kind, name, number],
        )
