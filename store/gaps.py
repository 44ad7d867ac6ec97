"""Write in which stretches a feed lost stories, and what sitemaps brought of them."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from store.database import Store
from store.days import from_utc_text, utc_text

CLOCK_AHEAD = timedelta(hours=24)
"""No gap is put off for longer: one that is was put off by a clock that was wrong."""

GapState = Literal["open", "filled", "given up"]


@dataclass(frozen=True)
class Gap:
    """A stretch between two polls of a feed in which stories may be lost."""

    feed_id: str
    first: datetime
    """last poll before the loss"""
    last: datetime
    """first poll after it, or the latest try where the feed is still unreachable"""
    state: GapState = "open"
    tries: int = 0
    added: int = 0
    """articles that sitemaps brought"""
    note: str = ""
    next_due: datetime | None = None


@dataclass(frozen=True)
class Reach:
    """How a feed stands: when it last answered, how often it failed since, and what its last answer reached over."""

    feed_id: str
    last_success: datetime | None
    failures: float
    oldest: datetime | None
    newest: datetime | None


def due_gaps(store: Store, now: datetime) -> list[Gap]:
    """Read the gaps whose sitemaps are to be asked, the oldest first: what they held longest goes first."""
    return [_gap(row) for row in store.rows(
        "SELECT * FROM gaps WHERE state = 'open' AND (next_due <= ? OR next_due > ?) ORDER BY first, feed_id",
        [utc_text(now), utc_text(now + CLOCK_AHEAD)])]


def load_gaps(store: Store) -> list[Gap]:
    """Read all gaps."""
    return [_gap(row) for row in store.rows("SELECT * FROM gaps ORDER BY feed_id, first")]


def save_tried(store: Store, gap: Gap) -> None:
    """Write a gap inside the caller's transaction."""
    store.execute(
        "INSERT INTO gaps (feed_id, first, last, state, tries, added, note, next_due) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (feed_id, first) DO UPDATE SET last = excluded.last, state = excluded.state,"
        " tries = excluded.tries, added = excluded.added, note = excluded.note, next_due = excluded.next_due",
        [gap.feed_id, utc_text(gap.first), utc_text(gap.last), gap.state, gap.tries, gap.added, gap.note,
         None if gap.next_due is None else utc_text(gap.next_due)],
    )


def reach_of_feeds(store: Store) -> list[Reach]:
    """Read how each feed stands."""
    found = []
    for row in store.rows("SELECT id, last_success, failures, keys FROM feeds WHERE failures > 0 ORDER BY id"):
        span = store.rows(
            "SELECT min(published), max(published) FROM articles"
            " WHERE date_note IS NULL AND id IN (SELECT value FROM json_each(?))", [row["keys"]],
        )[0]
        found.append(Reach(row["id"], _moment(row["last_success"]), row["failures"], _moment(span[0]),
                           _moment(span[1])))
    return found


def recent_urls(store: Store, feed_id: str, most: int = 300) -> list[str]:
    """Read the addresses of the latest stories of a feed: where its site is, and which of its sections it has."""
    keys = store.value("SELECT keys FROM feeds WHERE id = ?", [feed_id])
    urls = [row["url"] for row in store.rows(
        "SELECT url FROM articles WHERE url IS NOT NULL AND id IN (SELECT value FROM json_each(?))",
        [keys or json.dumps([])])]
    return urls or [row["url"] for row in store.rows(
        "SELECT url FROM articles WHERE feed_id = ? AND url IS NOT NULL ORDER BY day DESC LIMIT ?", [feed_id, most])]


def titles_around(store: Store, outlet_id: str, first: str, last: str) -> set[str]:
    """Read the headlines of an outlet between two days, both included."""
    return {row["title"] for row in store.rows(
        "SELECT v.title FROM articles a JOIN versions v ON v.article_id = a.id AND v.number = a.version"
        " WHERE a.outlet_id = ? AND a.day BETWEEN ? AND ?", [outlet_id, first, last])}


def _gap(row: sqlite3.Row) -> Gap:
    return Gap(row["feed_id"], from_utc_text(row["first"]), from_utc_text(row["last"]), row["state"], row["tries"],
               row["added"], row["note"], _moment(row["next_due"]))


def _moment(text: str | None) -> datetime | None:
    return None if text is None else from_utc_text(text)
