"""The doctor on article pages, sitemaps, press releases and what was deleted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from reputation.doctor import Finding, examine
from store.config import Config, FeedConfig, HarvestConfig, PagesConfig, PressConfig, load_config
from store.database import Store
from store.feeds import FeedState, save_feed, save_gap
from store.gaps import due_gaps, save_tried
from store.pages import PageState, save_page
from store.texts import Article, save_article, save_outlet

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def config(tmp_path: Path) -> Config:
    plain = load_config(tmp_path / "config.toml")
    with Store.open(plain.store.path) as store, store.transaction():
        save_outlet(store, "dr", "DR", "national", "web")
        save_feed(store, FeedState("a", "dr", "https://example.dk/rss", last_poll=NOW, last_success=NOW, last_new=NOW,
                                   status="new"))
    return replace(plain, surveys=replace(plain.surveys, key_file=tmp_path / "key"),
                   harvest=HarvestConfig(user_agent="Example, mail@example.dk"),
                   feeds=(FeedConfig("a", "dr", "https://example.dk/rss"),))


@pytest.fixture
def put(config: Config) -> Callable[..., None]:
    def put(number: int, **state: object) -> None:
        with Store.open(config.store.path) as store, store.transaction():
            for each in range(number):
                id = f"{store.value('SELECT count(*) FROM articles')}-{each}"
                save_article(store, Article(id, "dr", "Titel"), seen=NOW, feed_id="a")
                page = PageState(id, "https://example.dk/1", 1, last_try=NOW - HOUR)
                save_page(store, replace(page, **state))  # type: ignore[arg-type]

    return put


def said(config: Config, about: str) -> list[Finding]:
    return [each for each in examine(config, NOW).findings if each.about == about]


def test_without_pages_there_is_nothing_to_say(config: Config) -> None:
    assert said(config, "pages") == []


def test_pages_are_counted_by_what_they_show(config: Config, put: Callable[..., None]) -> None:
    put(3, state="read", completeness="full")
    put(2, state="read", completeness="teaser")
    put(1, state="resting")
    (found,) = said(config, "pages")
    assert found.level == "ok"
    assert "5 read (3 full, 2 teasers, 0 unknown), 1 resting, 0 given up, 0 blocked" in found.what
    assert said(config, "pages of dr") == []


@pytest.mark.parametrize(
    ("state", "level", "what", "word"),
    [
        ({"state": "blocked", "reasons": "robots.txt does not allow it"}, "note", "6 blocked: robots.txt", "blocked"),
        ({"state": "blocked", "reasons": "text and data mining is reserved"}, "note", "6 blocked: text and", "blocked"),
        ({"state": "failed", "reasons": "status 404"}, "failure", "6 of 6 fail: status 404", "failing"),
        ({"state": "resting", "reasons": "status 500"}, "failure", "6 of 6 fail: status 500", "failing"),
        ({"state": "read", "completeness": "teaser"}, "note", "100% of 6 show no whole text", "teasers"),
        ({"state": "read", "completeness": "unknown"}, "note", "100% of 6 show no whole text", "teasers"),
    ],
)
def test_an_outlet_whose_pages_are_not_as_they_should_be_is_named(
    config: Config, put: Callable[..., None], state: dict[str, str], level: str, what: str, word: str
) -> None:
    put(6, **state)
    (found,) = said(config, "pages of dr")
    assert (found.level, found.state) == (level, word)
    assert what in found.what
    assert found.do


def test_a_few_failing_pages_and_old_ones_are_no_matter(config: Config, put: Callable[..., None]) -> None:
    put(4, state="failed", reasons="status 404")
    put(9, state="failed", last_try=NOW - timedelta(days=40))
    assert said(config, "pages of dr") == []


def test_pages_that_wait_for_more_than_a_day_are_told(config: Config, put: Callable[..., None]) -> None:
    put(2, state="due", next_due=NOW - timedelta(hours=25), last_try=None)
    (found,) = said(config, "pages")
    assert (found.level, found.state, found.what) == ("warning", "behind", "2 have been due for more than a day")
    assert said(replace(config, pages=PagesConfig(fetch="none")), "pages") == []


@pytest.mark.parametrize(
    ("changes", "level", "what"),
    [
        ({"state": "filled", "added": 7}, "note", "is caught up from sitemaps: 7 articles"),
        ({"state": "given up", "note": "robots.txt names no sitemap"}, "warning", "are lost, but for 0: robots"),
        ({"tries": 2, "note": "status 500"}, "note", "is being caught up: try 2, 0 articles so far status 500"),
    ],
)
def test_a_gap_is_told_as_caught_up_lost_or_under_way(
    config: Config, changes: dict[str, object], level: str, what: str
) -> None:
    with Store.open(config.store.path) as store, store.transaction():
        save_gap(store, "a", NOW - 30 * HOUR, NOW - HOUR)
        (gap,) = due_gaps(store, NOW)
        save_tried(store, replace(gap, **changes))  # type: ignore[arg-type]
    found = next(each for each in said(config, "feed a") if what in each.what)
    assert found.level == level
    warned = any(each.state == "losing" for each in said(config, "feed a"))
    assert warned is (changes.get("state") != "filled")


def test_what_was_deleted_is_told(config: Config) -> None:
    with Store.open(config.store.path) as store:
        for day, number in (("2026-04-01", 3), ("2026-04-02", 4)):
            store.execute("INSERT INTO expiries VALUES (?, 'texts', '', ?)", [day, number])
    (found,) = said(config, "expiry")
    assert (found.level, found.what) == ("ok", "7 texts of articles deleted so far, last 2026-04-02")


def test_a_leap_of_the_clock_that_holds_deleting_up_is_told(config: Config) -> None:
    with Store.open(config.store.path) as store:
        store.execute("INSERT INTO meta VALUES ('clock_leapt', '2026-04-28T12:00:00Z')")
    (found,) = said(config, "expiry")
    assert (found.level, found.state) == ("warning", "wrong clock")


def test_lists_of_press_releases_are_looked_at_like_feeds(config: Config) -> None:
    config = replace(config, press=PressConfig(keywords=("Vollsmose",)))
    (found,) = said(config, "feed press:keyword:Vollsmose")
    assert found.what == "never polled"
    with Store.open(config.store.path) as store, store.transaction():
        save_outlet(store, "via-ritzau", "Via Ritzau", "press release", "agency")
        save_feed(store, FeedState("press:keyword:Vollsmose", "via-ritzau", "https://via.example", last_poll=NOW,
                                   last_success=NOW, last_new=NOW - timedelta(days=90), status="unchanged"))
    (found,) = said(config, "feed press:keyword:Vollsmose")
    assert found.level == "ok"  # of one keyword there may be nothing for months
