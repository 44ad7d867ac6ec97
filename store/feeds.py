"""Write what is known of feeds, hosts and sources between two harvests."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from store.database import Store
from store.days import from_utc_text, utc_text

Outcome = Literal["new", "unchanged", "not modified", "partial", "failed", "blocked"]

POLLS_KEPT = 30
"""Polls kept of each feed: enough to see how it has fared, little enough to forget."""


@dataclass(frozen=True)
class FeedState:
    """What is known of a feed between two runs."""

    id: str
    outlet_id: str
    url: str
    etag: str | None = None
    last_modified: str | None = None
    body_digest: str | None = None
    keys: tuple[str, ...] = ()
    """article ids of the last stored poll"""
    last_poll: datetime | None = None
    last_success: datetime | None = None
    last_new: datetime | None = None
    failures: float = 0
    """consecutive failures: hard 1, soft 0.5, temporary 0.25"""
    status: str = "never polled"
    interval_s: int | None = None
    next_due: datetime | None = None


@dataclass(frozen=True)
class Poll:
    """One time a feed was asked."""

    at: datetime
    outcome: Outcome
    http_status: int | None = None
    entries: int = 0
    new: int = 0
    edited: int = 0
    note: str = ""


PermissionKind = Literal["robots", "tdm", "pages"]
"""Of what a finding speaks: robots.txt, a reservation of the whole source, or one that its article pages carry."""


@dataclass(frozen=True)
class Permission:
    """What a source allows, as found."""

    origin: str
    kind: PermissionKind
    allowed: bool
    body: str
    source: str
    at: datetime


@dataclass(frozen=True)
class Host:
    """When a host was asked, and when it may be again."""

    name: str
    last_request: datetime
    not_before: datetime | None = None


def load_feed(store: Store, id: str) -> FeedState | None:
    """Read the state of a feed, or ``None`` before its first poll."""
    rows = store.rows("SELECT * FROM feeds WHERE id = ?", [id])
    return _feed(rows[0]) if rows else None


def save_feed(store: Store, state: FeedState) -> None:
    """Write the state of a feed inside the caller's transaction."""
    store.execute(
        "INSERT INTO feeds (id, outlet_id, url, etag, last_modified, body_digest, keys, last_poll, last_success,"
        " last_new, failures, status, interval_s, next_due) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET outlet_id = excluded.outlet_id, url = excluded.url, etag = excluded.etag,"
        " last_modified = excluded.last_modified, body_digest = excluded.body_digest, keys = excluded.keys,"
        " last_poll = excluded.last_poll, last_success = excluded.last_success, last_new = excluded.last_new,"
        " failures = excluded.failures, status = excluded.status, interval_s = excluded.interval_s,"
        " next_due = excluded.next_due",
        [
            state.id, state.outlet_id, state.url, state.etag, state.last_modified, state.body_digest,
            json.dumps(state.keys), _text(state.last_poll), _text(state.last_success), _text(state.last_new),
            state.failures, state.status, state.interval_s, _text(state.next_due),
        ],
    )


def save_poll(store: Store, feed_id: str, poll: Poll) -> None:
    """Write a poll inside the caller's transaction, and forget all but the last :data:`POLLS_KEPT` of its feed."""
    store.execute(
        "INSERT INTO polls (feed_id, at, outcome, http_status, entries, new, edited, note)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [feed_id, utc_text(poll.at), poll.outcome, poll.http_status, poll.entries, poll.new, poll.edited, poll.note],
    )
    store.execute(
        "DELETE FROM polls WHERE feed_id = :feed AND id NOT IN"
        " (SELECT id FROM polls WHERE feed_id = :feed ORDER BY id DESC LIMIT :kept)",
        {"feed": feed_id, "kept": POLLS_KEPT},
    )


def save_gap(store: Store, feed_id: str, first: datetime, last: datetime) -> None:
    """Keep that a feed may have lost stories between two moments; inside the caller's transaction.

    A gap that is known already becomes longer, and one that was thought filled or lost is open again.
    """
    store.execute(
        "INSERT INTO gaps (feed_id, first, last, state, tries, added, note, next_due)"
        " VALUES (?, ?, ?, 'open', 0, 0, '', ?) ON CONFLICT (feed_id, first) DO UPDATE SET last = excluded.last,"
        " state = 'open', tries = 0, next_due = excluded.next_due WHERE last < excluded.last",
        [feed_id, utc_text(first), utc_text(last), utc_text(last)],
    )


def load_permissions(store: Store) -> list[Permission]:
    """Read all that sources were found to allow."""
    return [
        Permission(row["origin"], row["kind"], bool(row["allowed"]), row["body"], row["source"],
                   from_utc_text(row["at"]))
        for row in store.rows("SELECT * FROM permissions")
    ]


def save_permissions(store: Store, permissions: Iterable[Permission]) -> None:
    """Write what sources were found to allow inside the caller's transaction; a finding replaces the one held.

    The decisions of all times are kept beside it: a finding like the last one lengthens its stretch, another begins
    a new one.
    """
    for each in permissions:
        at = utc_text(each.at)
        store.execute(
            "INSERT OR REPLACE INTO permissions (origin, kind, allowed, body, source, at) VALUES (?, ?, ?, ?, ?, ?)",
            [each.origin, each.kind, int(each.allowed), each.body, each.source, at],
        )
        longer = store.execute(
            "UPDATE decisions SET until = max(until, :at) WHERE origin = :origin AND kind = :kind"
            " AND allowed = :allowed AND body = :body AND source = :source AND since ="
            " (SELECT max(since) FROM decisions WHERE origin = :origin AND kind = :kind)",
            {"at": at, "origin": each.origin, "kind": each.kind, "allowed": int(each.allowed), "body": each.body,
             "source": each.source},
        ).rowcount
        if not longer:
            store.execute(
                "INSERT OR REPLACE INTO decisions (origin, kind, since, until, allowed, body, source)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                [each.origin, each.kind, at, at, int(each.allowed), each.body, each.source],
            )


def load_hosts(store: Store) -> list[Host]:
    """Read when each host was asked."""
    return [
        Host(row["host"], from_utc_text(row["last_request"]), _moment(row["not_before"]))
        for row in store.rows("SELECT * FROM hosts")
    ]


def save_hosts(store: Store, hosts: Iterable[Host]) -> None:
    """Write when hosts were asked inside the caller's transaction."""
    store.execute_many(
        "INSERT OR REPLACE INTO hosts (host, last_request, not_before) VALUES (?, ?, ?)",
        [(each.name, utc_text(each.last_request), _text(each.not_before)) for each in hosts],
    )


def _feed(row: sqlite3.Row) -> FeedState:
    return FeedState(
        row["id"], row["outlet_id"], row["url"], row["etag"], row["last_modified"], row["body_digest"],
        tuple(json.loads(row["keys"])), _moment(row["last_poll"]), _moment(row["last_success"]),
        _moment(row["last_new"]), row["failures"], row["status"], row["interval_s"], _moment(row["next_due"]),
    )


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else utc_text(moment)


def _moment(text: str | None) -> datetime | None:
    return None if text is None else from_utc_text(text)
