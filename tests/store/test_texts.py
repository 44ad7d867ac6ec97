"""Articles and versions: new, edited, known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from store.database import Store
from store.imports import record_import
from store.texts import VERSIONS_FROM_FEEDS, Article, Saved, save_article, save_outlet, save_searched_outlets

SEEN = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
ARTICLE = Article("x", "o", "Titel", "Manchet", published=SEEN - timedelta(days=1))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "store.db") as store, store.transaction():
        save_outlet(store, "o", "Avis", "local", "web")
        record_import(store, "archive", "a", "d", "f")
        yield store


def feed(store: Store, article: Article = ARTICLE, **changes: object) -> Saved:
    return save_article(store, replace(article, **changes), seen=SEEN, feed_id="f")  # type: ignore[arg-type]


def archive(store: Store, **changes: object) -> Saved:
    return save_article(store, replace(ARTICLE, **changes), seen=SEEN, import_id=1)  # type: ignore[arg-type]


def current(store: Store) -> tuple[object, ...]:
    return tuple(store.rows(
        "SELECT a.version, a.text_level, v.title, v.summary, v.text FROM articles a"
        " JOIN versions v ON v.article_id = a.id AND v.number = a.version"
    )[0])


def test_a_first_article_is_new_and_leads_its_own_copy_group(store: Store) -> None:
    assert feed(store) == "new"
    row = store.rows("SELECT * FROM articles")[0]
    assert (row["copy_group"], row["version"], row["text_level"], row["feed_id"]) == ("x", 1, "teaser", "f")
    assert (row["published"], row["day"], row["date_note"]) == ("2026-03-01T23:30:00Z", "2026-03-02", None)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "known"),
        ({"published": SEEN}, "known"),
        ({"guid": "g", "url": "https://a.example/", "access": "free"}, "known"),
        ({"title": "Ny titel"}, "edited"),
        ({"summary": "Ny manchet"}, "edited"),
        ({"text": "Nu med tekst"}, "edited"),
    ],
)
def test_a_changed_title_summary_or_text_is_an_edit(store: Store, changes: dict[str, object], expected: str) -> None:
    feed(store)
    assert feed(store, **changes) == expected
    assert store.value("SELECT count(*) FROM versions") == 1 + (expected == "edited")
    assert feed(store, **changes) == "known"


def test_a_text_that_goes_back_is_one_more_version(store: Store) -> None:
    assert [feed(store, title=title) for title in ("A", "B", "A")] == ["new", "edited", "edited"]


def test_a_feed_keeps_the_text_that_another_way_brought(store: Store) -> None:
    archive(store, text="Hele teksten")
    assert feed(store) == "known"
    assert feed(store, title="Rettet") == "edited"
    assert current(store) == (2, "full", "Rettet", "Manchet", "Hele teksten")


def test_an_archive_adds_a_version_only_with_a_longer_text(store: Store) -> None:
    feed(store)
    assert archive(store, title="TITEL") == "known"
    assert archive(store, text="Kort") == "edited"
    assert archive(store, text="Kor?") == "known"
    assert archive(store, text="Længere") == "edited"
    assert current(store)[0] == 3


def test_a_feed_that_changes_at_every_poll_stops_making_versions(store: Store) -> None:
    said = [feed(store, title=f"{number} læsere") for number in range(VERSIONS_FROM_FEEDS + 3)]
    assert said == ["new", *["edited"] * (VERSIONS_FROM_FEEDS - 1), *["known"] * 3]
    assert archive(store, text="En tekst") == "edited"


def test_an_undated_article_takes_the_moment_it_was_seen_until_a_date_comes(store: Store) -> None:
    feed(store, published=None, date_note="unreadable date 'x'")
    row = store.rows("SELECT published, day, date_note FROM articles")[0]
    assert tuple(row) == ("2026-03-02T23:30:00Z", "2026-03-03", "unreadable date 'x'")
    assert feed(store) == "known"
    row = store.rows("SELECT published, day, date_note FROM articles")[0]
    assert tuple(row) == ("2026-03-01T23:30:00Z", "2026-03-02", None)


def test_an_outlet_keeps_its_class_when_none_is_given(store: Store) -> None:
    before = store.db.conn.total_changes
    save_outlet(store, "o", "Avis", "local", "web")
    save_outlet(store, "o", "Avis")
    assert store.db.conn.total_changes == before
    save_outlet(store, "o", "Avisen", "regional")
    assert tuple(store.rows("SELECT * FROM outlets")[0]) == ("o", "Avisen", "regional", "web")


def test_outlets_searched_are_kept_once(store: Store) -> None:
    save_searched_outlets(store, 1, ["o", "o"])
    assert store.value("SELECT count(*) FROM import_outlets") == 1
