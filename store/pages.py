"""Write what is known of article pages: which are wanted, what came of them, and their raw bodies for a while."""

from __future__ import annotations

import sqlite3
import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from store.database import Store
from store.days import from_utc_text, utc_text

CLOCK_AHEAD = timedelta(hours=24)
"""A try that lies further ahead was noted by a clock that was wrong: what it says of the next does not hold."""

State = Literal["due", "read", "failed", "resting", "blocked"]
Completeness = Literal["full", "teaser", "unknown"]


@dataclass(frozen=True)
class PageState:
    """What is known of an article's page."""

    article_id: str
    url: str
    version: int
    """version of the article that the page was last wanted for"""
    state: State = "due"
    canonical: str | None = None
    completeness: Completeness | None = None
    reasons: str = ""
    fetches: int = 0
    failures: float = 0
    """consecutive failures: hard 1, soft 0.5, temporary 0.25"""
    http_status: int | None = None
    body_digest: str | None = None
    rule: str | None = None
    last_try: datetime | None = None
    next_due: datetime | None = None
    """absent: not to be asked again"""


@dataclass(frozen=True)
class Candidate:
    """An article whose page may be wanted: what its feed says of it, and the page as it is known."""

    article_id: str
    url: str | None
    version: int
    title: str
    summary: str
    text: str
    page: PageState | None


@dataclass(frozen=True)
class Body:
    """A raw page."""

    digest: str
    url: str
    content_type: str
    body: bytes


@dataclass(frozen=True)
class Told:
    """What is known of an article beside its page, to hold the page against."""

    outlet_id: str
    title: str
    summary: str


def candidates(store: Store, batch: int) -> list[Candidate]:
    """Read articles for whose pages it is to be decided whether they are fetched."""
    return [
        Candidate(row["id"], row["url"], row["version"], row["title"], row["summary"], row["text"],
                  load_page(store, row["id"]))
        for row in store.rows(
            "SELECT a.id, a.url, a.version, v.title, v.summary, v.text FROM pages_due d JOIN articles a"
            " ON a.id = d.article_id JOIN versions v ON v.article_id = a.id AND v.number = a.version"
            " ORDER BY a.id LIMIT ?", [batch],
        )
    ]


def settle(store: Store, decided: Candidate, page: PageState | None) -> None:
    """Write a page that is wanted, and that it is decided, inside the caller's transaction."""
    if page is not None:
        save_page(store, page)
    store.execute("DELETE FROM pages_due WHERE article_id = ?", [decided.article_id])


def due_pages(store: Store, now: datetime) -> list[PageState]:
    """Read the pages that are due, those of the newest articles first; tried in the future they are due as well."""
    return [_page(row) for row in store.rows(
        "SELECT p.* FROM pages p JOIN articles a ON a.id = p.article_id"
        " WHERE p.next_due <= ? OR p.next_due IS NOT NULL AND p.last_try > ? ORDER BY a.published DESC, a.id",
        [utc_text(now), utc_text(now + CLOCK_AHEAD)],
    )]


def outdated_pages(store: Store, rule: str) -> list[PageState]:
    """Read the pages that other rules read and whose raw body is still kept."""
    return [_page(row) for row in store.rows(
        "SELECT p.* FROM pages p JOIN bodies b ON b.digest = p.body_digest WHERE p.rule IS NOT ? ORDER BY p.article_id",
        [rule],
    )]


def load_page(store: Store, article_id: str) -> PageState | None:
    """Read what is known of an article's page."""
    rows = store.rows("SELECT * FROM pages WHERE article_id = ?", [article_id])
    return _page(rows[0]) if rows else None


def load_told(store: Store, article_id: str) -> Told | None:
    """Read an article's outlet, title and summary; ``None`` where it is gone."""
    rows = store.rows(
        "SELECT a.outlet_id, v.title, v.summary FROM articles a"
        " JOIN versions v ON v.article_id = a.id AND v.number = a.version WHERE a.id = ?", [article_id],
    )
    return Told(*rows[0]) if rows else None


def save_page(store: Store, page: PageState) -> None:
    """Write what is known of a page inside the caller's transaction; one of an article that is gone is left out."""
    store.execute(
        "INSERT OR REPLACE INTO pages (article_id, url, canonical, state, completeness, reasons, version, fetches,"
        " failures, http_status, body_digest, rule, last_try, next_due)"
        " SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? WHERE EXISTS (SELECT 1 FROM articles WHERE id = ?)",
        [page.article_id, page.url, page.canonical, page.state, page.completeness, page.reasons, page.version,
         page.fetches, page.failures, page.http_status, page.body_digest, page.rule, _text(page.last_try),
         _text(page.next_due), page.article_id],
    )


def save_body(store: Store, body: Body, fetched: datetime) -> None:
    """Keep a raw page inside the caller's transaction; the same bytes twice are kept once, from the later time on."""
    store.execute(
        "INSERT INTO bodies (digest, url, content_type, fetched, body) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (digest) DO UPDATE SET fetched = excluded.fetched",
        [body.digest, body.url, body.content_type, utc_text(fetched), zlib.compress(body.body, 6)],
    )


def load_body(store: Store, digest: str) -> Body | None:
    """Read a raw page, or ``None`` once it is deleted."""
    rows = store.rows("SELECT * FROM bodies WHERE digest = ?", [digest])
    if not rows:
        return None
    row = rows[0]
    return Body(row["digest"], row["url"], row["content_type"], zlib.decompress(row["body"]))


def _page(row: sqlite3.Row) -> PageState:
    return PageState(
        row["article_id"], row["url"], row["version"], row["state"], row["canonical"], row["completeness"],
        row["reasons"], row["fetches"], row["failures"], row["http_status"], row["body_digest"], row["rule"],
        _moment(row["last_try"]), _moment(row["next_due"]),
    )


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else utc_text(moment)


def _moment(text: str | None) -> datetime | None:
    return None if text is None else from_utc_text(text)
