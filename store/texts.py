"""Write outlets, articles and their versions: what is new, what was edited, what is known."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from store.changes import unsettle
from store.database import Store
from store.days import Window, danish_day, from_utc_text, utc_text
from store.errors import WrongUse
from store.identity import article_id, text_digest
from store.imports import mark_undone

Access = Literal["free", "teaser", "unknown"]
TextLevel = Literal["title", "teaser", "full"]
Saved = Literal["new", "edited", "known"]

BATCH = 10_000
"""Articles removed by one statement."""

VERSIONS_FROM_FEEDS = 24
"""Some feeds change a text at every poll (a counter in the summary): after so many versions their edits are known."""


@dataclass(frozen=True)
class Article:
    """A text as brought in by a feed or an archive, cleaned, with bylines dropped."""

    id: str
    """:func:`store.identity.article_id`"""
    outlet_id: str
    title: str
    summary: str = ""
    """sub-heading, lead or teaser"""
    text: str = ""
    """body, paragraphs split by a blank line"""
    published: datetime | None = None
    """the source's own date, aware; absent where it gives none that can be used"""
    date_note: str | None = None
    """why there is no date, with the raw value"""
    guid: str | None = None
    url: str | None = None
    access: Access = "unknown"
    raw_date: str = ""
    """the date as the feed printed it"""

    @property
    def text_level(self) -> TextLevel:
        """How much of the article is here."""
        return level_of(self.summary, self.text)


def level_of(summary: str, text: str) -> TextLevel:
    """Say how much of an article is held: *full* with a body, *teaser* with a summary, else *title*."""
    if text:
        return "full"
    return "teaser" if summary else "title"


def save_outlet(store: Store, id: str, name: str, class_: str | None = None, medium: str | None = None) -> None:
    """Make sure the outlet is there; a class or medium that is given replaces the one held.

    Call inside the caller's transaction. An outlet saved twice writes nothing the second time.
    """
    changed = store.execute(
        "INSERT INTO outlets (id, name, class, medium) VALUES (:id, :name, :class, :medium)"
        " ON CONFLICT (id) DO UPDATE SET name = excluded.name, class = coalesce(excluded.class, class),"
        " medium = coalesce(excluded.medium, medium)"
        " WHERE name <> excluded.name OR class IS NOT coalesce(excluded.class, class)"
        " OR medium IS NOT coalesce(excluded.medium, medium)",
        {"id": id, "name": name, "class": class_, "medium": medium},
    ).rowcount
    if changed:  # whether an outlet sends press releases decides which mentions have an event
        unsettle(store, "events")


def save_searched_outlets(store: Store, import_id: int, outlet_ids: Iterable[str]) -> None:
    """Keep which outlets an archive query searched, with or without hits; inside the caller's transaction."""
    store.execute_many(
        "INSERT INTO import_outlets (import_id, outlet_id) VALUES (?, ?) ON CONFLICT DO NOTHING",
        [(import_id, outlet_id) for outlet_id in outlet_ids],
    )


def save_totals(store: Store, import_id: int, totals: Iterable[tuple[str, Window, int]]) -> None:
    """Keep how many articles an outlet (its id) had in all in a window; inside the caller's transaction."""
    store.execute_many(
        "INSERT OR REPLACE INTO archive_totals VALUES (?, ?, ?, ?, ?)",
        [(import_id, outlet, window.first.isoformat(), window.last.isoformat(), articles)
         for outlet, window, articles in totals],
    )


def save_article(
    store: Store, article: Article, *, seen: datetime, import_id: int | None = None, feed_id: str | None = None,
) -> Saved:
    """Store an article inside the caller's transaction and say whether it was new, edited or known.

    From a feed, a changed title or summary is a version, up to :data:`VERSIONS_FROM_FEEDS`; a text that is held
    already stays in it, since a feed brings none. From an archive, only a longer text is a version: two exports of
    one article differ in trifles, and which comes first must not matter. A changed date alone is no version, but a
    date replaces the moment an undated article was first seen. An article keeps its first address and guid; one that a
    sitemap brought, known by its address alone, takes the guid that a feed gives that address later.
    """
    held = _held(store, article.id)
    if held is None and import_id is None and article.guid and article.url:
        article, held = _under_its_address(store, article)
    if held is None:
        _add(store, article, seen, import_id, feed_id)
        _print_date(store, article)
        if import_id is None:
            _page_due(store, article.id)
    if import_id is not None:
        store.execute("INSERT INTO import_articles VALUES (?, ?) ON CONFLICT DO NOTHING", [import_id, article.id])
    if held is None:
        return "new"
    if held["date_note"] is not None and article.published is not None:
        _redate(store, article.id, article.published)
        _print_date(store, article)
    revised = _revision_from_feed(held, article) if import_id is None else _revision_from_archive(held, article)
    if revised is None:
        return "known"
    _revise(store, article.id, int(held["version"]), *revised, seen)
    if import_id is None:
        _page_due(store, article.id)
    return "edited"


def save_page_text(
    store: Store, id: str, summary: str, text: str, access: Access, *, seen: datetime,
    published: datetime | None = None,
) -> bool:
    """Enter what an article's page holds inside the caller's transaction; return whether that made a version.

    An empty ``text`` changes none that is held, and a summary stands in only where the feed gave none. ``published``
    counts where the article has no date of its own.
    """
    held = _held(store, id)
    if held is None:
        return False
    store.execute("UPDATE articles SET access = ? WHERE id = ? AND access <> ?", [access, id, access])
    if held["date_note"] is not None and published is not None:
        _redate(store, id, published)
    revised = held["title"], held["summary"] or summary, text or held["text"]
    if revised[1:] == (held["summary"], held["text"]) or held["version"] >= VERSIONS_FROM_FEEDS:
        return False
    _revise(store, id, int(held["version"]), *revised, seen)
    return True


def article_at(store: Store, outlet_id: str, url: str) -> str | None:
    """Return the id of the outlet's article with this canonical address, its own or the one its page gives."""
    id = store.value(
        "SELECT id FROM articles WHERE url = :url AND outlet_id = :outlet UNION ALL"
        " SELECT id FROM pages JOIN articles ON articles.id = article_id"
        " WHERE canonical = :url AND outlet_id = :outlet LIMIT 1",
        {"url": url, "outlet": outlet_id},
    )
    return None if id is None else str(id)


def load_articles(store: Store, ids: Iterable[str]) -> list[Article]:
    """Read the articles with these ids as they stand; one that is not held is left out."""
    return [
        Article(row["id"], row["outlet_id"], row["title"], row["summary"], row["text"],
                None if row["date_note"] else from_utc_text(row["published"]), row["date_note"],
                row["guid"], row["url"], row["access"])
        for row in store.rows(
            "SELECT a.id, outlet_id, guid, url, published, date_note, access, title, summary, text FROM articles a"
            " JOIN versions v ON v.article_id = a.id AND v.number = a.version"
            " WHERE a.id IN (SELECT value FROM json_each(?)) ORDER BY a.id",
            [json.dumps(list(ids))],
        )
    ]


_DAY = "SELECT day FROM articles WHERE id NOT IN (SELECT article_id FROM hidden_articles) ORDER BY day"


def first_day(store: Store) -> date | None:
    """Return the day of the oldest article."""
    day = store.value(f"{_DAY} LIMIT 1")
    return date.fromisoformat(day) if day else None


def last_day(store: Store) -> date | None:
    """Return the day of the newest article."""
    day = store.value(f"{_DAY} DESC LIMIT 1")
    return date.fromisoformat(day) if day else None


def load_names(store: Store, ids: Iterable[str]) -> dict[str, str]:
    """Read which of these ids are further names of an article, and of which."""
    return dict(tuple(row) for row in store.rows(
        "SELECT name, article_id FROM article_names WHERE name IN (SELECT value FROM json_each(?))",
        [json.dumps(list(ids))],
    ))


def save_names(store: Store, names: Iterable[tuple[str, str]]) -> None:
    """Write further names of articles (name, id of the article) inside the caller's transaction."""
    store.execute_many("INSERT OR REPLACE INTO article_names (name, article_id) VALUES (?, ?)", list(names))


_ONLY_HERE = """SELECT article_id FROM import_articles JOIN articles ON articles.id = article_id
    WHERE import_articles.import_id = :number AND feed_id IS NULL AND NOT EXISTS (
        SELECT 1 FROM import_articles AS other
        WHERE other.article_id = articles.id AND other.import_id <> :number)"""


def check_undo(store: Store, number: int) -> None:
    """Raise :class:`WrongUse` where a text that only this archive import brought was drawn for hand-coding."""
    drawn = store.value(f"SELECT count(*) FROM sample_items WHERE article_id IN ({_ONLY_HERE})",  # noqa: S608
                        {"number": number})
    if drawn:
        raise WrongUse(f"{drawn} texts of import {number} were drawn for hand-coding", where=store.path,
                       do="Keep the import: a sample stands for all that it was drawn from")


def remove_articles(store: Store, number: int, most: int) -> int:
    """Delete up to ``most`` articles that only this archive import brought, inside the caller's transaction."""
    return store.execute(
        f"DELETE FROM articles WHERE id IN ({_ONLY_HERE} LIMIT :most)",  # noqa: S608
        {"number": number, "most": most},
    ).rowcount


def undo_archive(store: Store, number: int) -> int:
    """Take an archive import out of the store inside the caller's transaction and return how many articles went.

    An article that another import or a feed also brought stays. A group that lost its earliest text is to be
    made anew afterwards: its articles are due. Raises :class:`WrongUse` as :func:`check_undo` does.
    """
    check_undo(store, number)
    gone = 0
    while some := remove_articles(store, number, BATCH):  # what takes a statement back is held in memory
        gone += some
    store.execute(
        "UPDATE articles SET import_id = (SELECT min(import_id) FROM import_articles"
        " WHERE article_id = articles.id AND import_id <> :number) WHERE import_id = :number",
        {"number": number},
    )
    store.execute("DELETE FROM import_articles WHERE import_id = ?", [number])
    store.execute("DELETE FROM copy_bands WHERE version_id NOT IN (SELECT id FROM versions)")
    store.execute("INSERT INTO copies_due SELECT id FROM articles WHERE copy_group NOT IN (SELECT id FROM articles)"
                  " ON CONFLICT DO NOTHING")
    mark_undone(store, number)
    return gone


def save_copy_bands(store: Store, bands: Iterable[tuple[int, int, int]]) -> None:
    """Write keys by which copies are found: day (1 = 0001-01-01), key, number of the version; inside a transaction."""
    store.execute_many("INSERT INTO copy_bands VALUES (?, ?, ?) ON CONFLICT DO NOTHING", iter(bands))


def save_copy_groups(store: Store, groups: Mapping[str, str], settled: Iterable[str]) -> None:
    """Write the copy group of each article in ``groups``, and that none of ``settled`` is due any more.

    Call inside the caller's transaction.
    """
    store.execute_many(
        "UPDATE articles SET copy_group = ? WHERE id = ?", [(group, id) for id, group in sorted(groups.items())]
    )
    store.execute_many("DELETE FROM copies_due WHERE article_id = ?", [(id,) for id in settled])


def _held(store: Store, id: str) -> sqlite3.Row | None:
    rows = store.rows(
        "SELECT a.version, a.date_note, v.title, v.summary, v.text, v.digest FROM articles a"
        " JOIN versions v ON v.article_id = a.id AND v.number = a.version WHERE a.id = ?",
        [id],
    )
    return rows[0] if rows else None


def _under_its_address(store: Store, article: Article) -> tuple[Article, sqlite3.Row | None]:
    """Find the article that came by its address alone, and give it the guid that it turns out to have."""
    id = article_id(article.outlet_id, url=article.url)
    guid = store.rows("SELECT guid FROM articles WHERE id = ?", [id])
    if not guid or guid[0]["guid"] not in (None, article.guid):
        return article, None
    store.execute("UPDATE articles SET guid = ? WHERE id = ? AND guid IS NULL", [article.guid, id])
    return replace(article, id=id), _held(store, id)


def _revision_from_feed(held: sqlite3.Row, article: Article) -> tuple[str, str, str] | None:
    # What a feed leaves out is no edit: a page may have brought the summary, and an expired text stays away.
    revised = (article.title, article.summary or str(held["summary"]), article.text or str(held["text"]))
    same = revised[:2] == (held["title"], held["summary"]) and not article.text
    if same or text_digest(*revised) == held["digest"] or held["version"] >= VERSIONS_FROM_FEEDS:
        return None
    return revised


def _revision_from_archive(held: sqlite3.Row, article: Article) -> tuple[str, str, str] | None:
    if len(article.text) <= len(held["text"]):
        return None
    return article.title, article.summary, article.text


def _add(store: Store, article: Article, seen: datetime, import_id: int | None, feed_id: str | None) -> None:
    moment = article.published or seen
    day: date = danish_day(moment)
    store.execute(
        "INSERT INTO articles (id, outlet_id, guid, url, published, day, date_note, first_seen, access, text_level,"
        " version, copy_group, import_id, feed_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?)",
        [
            article.id, article.outlet_id, article.guid, article.url, utc_text(moment), day.isoformat(),
            None if article.published else article.date_note or "no date", utc_text(seen), article.access,
            article.text_level, article.id, import_id, feed_id,
        ],
    )
    _add_version(store, article.id, 1, article.title, article.summary, article.text, seen)


def _revise(store: Store, id: str, version: int, title: str, summary: str, text: str, seen: datetime) -> None:
    _add_version(store, id, version + 1, title, summary, text, seen)
    store.execute(
        "UPDATE articles SET version = ?, text_level = ? WHERE id = ?", [version + 1, level_of(summary, text), id]
    )


def _redate(store: Store, id: str, published: datetime) -> None:
    store.execute(
        "UPDATE articles SET published = ?, day = ?, date_note = NULL WHERE id = ?",
        [utc_text(published), danish_day(published).isoformat(), id],
    )
    _copies_due(store, id)


def _add_version(store: Store, id: str, number: int, title: str, summary: str, text: str, seen: datetime) -> None:
    store.execute(
        "INSERT INTO versions (article_id, number, title, summary, text, digest, seen) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [id, number, title, summary, text, text_digest(title, summary, text), utc_text(seen)],
    )
    _copies_due(store, id)


def _print_date(store: Store, article: Article) -> None:
    if article.raw_date:
        store.execute("INSERT OR REPLACE INTO printed_dates VALUES (?, ?)", [article.id, article.raw_date])


def _copies_due(store: Store, id: str) -> None:
    store.execute("INSERT INTO copies_due VALUES (?) ON CONFLICT DO NOTHING", [id])


def _page_due(store: Store, id: str) -> None:
    store.execute("INSERT INTO pages_due VALUES (?) ON CONFLICT DO NOTHING", [id])
