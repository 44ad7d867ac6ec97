"""A round over all feeds: what is stored, what is counted, and that nothing stops it."""

from __future__ import annotations

import multiprocessing
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from collectors.harvest import HarvestSummary, harvest, host_of
from collectors.lanes import Lanes, by_lane
from store.config import Config, FeedConfig, config_from
from store.database import Store
from store.errors import AlreadyRunning, Exit, NothingCollected, StoreUnusable, WrongConfig
from store.facts import Facts
from store.feeds import POLLS_KEPT
from tests.collectors.serving import Reply, Server
from tests.collectors.test_feedparse import item, rss

NOW = datetime(2026, 8, 6, 12, 0, tzinfo=UTC)
OTHER_DAY = "<pubDate>Fri, 03 Jul 2026 08:00:00 +0200</pubDate>"
Round = Callable[..., HarvestSummary]


def config_for(tmp_path: Path, *feeds: dict[str, Any], **harvest: Any) -> Config:
    return config_from({
        "store": {"path": str(tmp_path / "store.db")},
        "harvest": {"allow_private_addresses": True, "host_interval_s": 0, "min_poll_interval_s": 0} | harvest,
        "feeds": list(feeds),
    }, tmp_path / "config.toml")


def feed(server: Server, id: str = "a", **more: Any) -> dict[str, Any]:
    return {"id": id, "outlet": "fjordposten", "url": f"{server.url}/{id}"} | more


def serve(server: Server, body: str, id: str = "a", **headers: str) -> None:
    server.pages[f"/{id}"] = Reply(body.encode(), headers=headers)


@pytest.fixture
def go(store: Store, facts: Facts, server: Server, tmp_path: Path) -> Round:
    def go(*feeds: dict[str, Any], now: datetime | None = NOW, **settings: Any) -> HarvestSummary:
        return harvest(store, config_for(tmp_path, *(feeds or (feed(server),)), **settings), facts, now=now)

    return go


def rows(store: Store, sql: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in store.rows(sql)]


def test_a_first_round_brings_articles_and_remembers_the_feed(go: Round, store: Store, server: Server) -> None:
    serve(server, rss(item(), item("Anden", guid="g2", link="https://avis.example/2")), ETag='"1"')
    summary = go()
    assert (summary.due, summary.new, summary.articles, summary.exit_code) == (1, 1, 2, Exit.DONE)
    assert summary.line() == (
        "harvest: 1 of 1 feeds due: 1 new, 0 unchanged, 0 not modified, 0 partial, 0 failed, 0 blocked, 0 waiting, "
        "0 resting; 2 articles added, 0 edited"
    )
    assert rows(store, "SELECT outlet_id, feed_id, import_id, text_level FROM articles")[0] == (
        "fjordposten", "a", None, "teaser"
    )
    assert rows(store, "SELECT id, class, medium FROM outlets") == [("fjordposten", "regional", "print")]
    assert rows(store, "SELECT etag, status, failures FROM feeds") == [('"1"', "new", 0.0)]
    assert rows(store, "SELECT feed_id, outcome, http_status, entries, new FROM polls") == [("a", "new", 200, 2, 2)]
    assert {row[0] for row in rows(store, "SELECT kind FROM permissions")} == {"robots", "tdm"}
    assert rows(store, "SELECT host FROM hosts") == [("127.0.0.1",)]


def test_a_second_round_with_nothing_new_makes_one_conditional_request_a_feed(
    go: Round, store: Store, server: Server
) -> None:
    def page(asked: Any) -> Reply:
        if asked.headers.get("if-none-match") == '"1"':
            return Reply(status=304)
        return Reply(rss().encode(), headers={"ETag": '"1"'})

    server.pages["/a"] = page
    go()
    before, asked = rows(store, "SELECT * FROM articles, versions"), len(server.asked)
    summary = go(now=NOW + timedelta(minutes=5))
    assert (summary.not_modified, summary.articles, summary.edited, summary.copies) == (1, 0, 0, 0)
    assert len(server.asked) == asked + 1
    assert rows(store, "SELECT * FROM articles, versions") == before


def test_a_changed_title_is_an_edit_and_a_changed_date_is_none(go: Round, store: Store, server: Server) -> None:
    serve(server, rss())
    go()
    serve(server, rss(item(more="<pubDate>Fri, 03 Jul 2026 08:00:00 +0200</pubDate>")))
    assert (go().unchanged, store.value("SELECT day FROM articles")) == (1, "2026-07-02")
    serve(server, rss(item("Rettet")))
    summary = go()
    assert (summary.new, summary.articles, summary.edited) == (1, 0, 1)
    assert rows(store, "SELECT number, title FROM versions ORDER BY number")[-1] == (2, "Rettet")


def test_when_all_guids_change_nothing_is_doubled_then_or_later(go: Round, store: Store, server: Server) -> None:
    def page(guids: str, *numbers: int) -> str:
        return rss(*(item(f"Nr. {each}", f"{guids}{each}", f"https://avis.example/{each}") for each in numbers))

    for hour, (guids, numbers) in enumerate([("a", (1, 2, 3)), ("b", (2, 3, 4)), ("b", (3, 4, 5)), ("c", (3, 4, 5))]):
        serve(server, page(guids, *numbers))
        summary = go(now=NOW + timedelta(hours=hour))
        assert (summary.losing, summary.failed) == (0, 0)
    addresses = [url for (url,) in rows(store, "SELECT url FROM articles ORDER BY url")]
    assert addresses == [f"https://avis.example/{each}" for each in range(1, 6)]
    assert store.value("SELECT count(*) FROM versions") == 5
    assert store.value("SELECT count(*) FROM gaps") == 0


def test_a_roll_over_is_kept_counted_and_named(go: Round, store: Store, server: Server) -> None:
    serve(server, rss())
    go()
    serve(server, rss(item("Ny", "g9", "https://avis.example/9", OTHER_DAY)))
    summary = go(now=NOW + timedelta(hours=2))
    assert (summary.losing, summary.articles, summary.exit_code) == (1, 1, Exit.DONE)
    assert summary.line().endswith("1 feeds lost entries")
    assert "no entry in common" in summary.troubles[0]
    assert rows(store, "SELECT feed_id, first, last, state FROM gaps") == [
        ("a", "2026-08-06T12:00:00Z", "2026-08-06T14:00:00Z", "open")
    ]


def test_the_date_is_kept_as_it_was_printed(go: Round, store: Store, server: Server) -> None:
    serve(server, rss(item(more="<pubDate>2. juli  2026 kl. 08.00</pubDate>"),
                      item(guid="g2", link="https://avis.example/2", more="<pubDate>snart</pubDate>")))
    go()
    printed = "SELECT raw, published FROM printed_dates JOIN articles ON id = article_id ORDER BY guid"
    assert rows(store, printed) == [("2. juli 2026 kl. 08.00", "2026-07-02T06:00:00Z"),
                                    ("snart", "2026-08-06T12:00:00Z")]
    serve(server, rss(item(guid="g2", link="https://avis.example/2", more=OTHER_DAY)))
    go()
    assert rows(store, printed)[1] == ("Fri, 03 Jul 2026 08:00:00 +0200", "2026-07-03T06:00:00Z")


def test_two_feeds_of_one_outlet_share_their_articles_and_two_outlets_do_not(
    go: Round, store: Store, server: Server
) -> None:
    for id in "abc":
        serve(server, rss(), id)
    summary = go(feed(server, "a"), feed(server, "b"), feed(server, "c", outlet="bydelsbladet"))
    assert summary.articles == 2
    assert store.value("SELECT count(DISTINCT copy_group) FROM articles") == 2  # too short to be called a copy


def test_the_same_story_in_twelve_outlets_is_kept_twelve_times_in_one_group(
    go: Round, store: Store, server: Server
) -> None:
    story = item("Beboerne i Solkrogen har fået et nyt torv med bænke, træer og en scene til sommerens fester")
    feeds = []
    for number in range(12):
        serve(server, rss(story), f"f{number}")
        outlet = {"name": f"Avis {number}", "class": "local", "medium": "web"}
        feeds.append(feed(server, f"f{number}", outlet=outlet))
    summary = go(*feeds)
    assert (summary.articles, summary.copies) == (12, 11)
    assert store.value("SELECT count(DISTINCT copy_group) FROM articles") == 1


def test_a_broken_feed_never_stops_the_round(go: Round, store: Store, server: Server) -> None:
    serve(server, rss())
    serve(server, "<html>Log ind</html>", "b")
    serve(server, rss()[:-7], "c")
    server.pages["/d"] = Reply(status=500)
    serve(server, rss().replace("<title>Avis", "<generator>DEMODATA</generator><title>Avis"), "e")
    serve(server, rss("<item><guid>x</guid></item>", item(guid="g9", link="https://avis.example/9")), "f")
    summary = go(*(feed(server, id) for id in "fedcba"), {"id": "g", "outlet": "fjordposten", "url": "intet"})
    assert (summary.new, summary.unchanged, summary.partial, summary.failed, summary.articles) == (1, 1, 1, 4, 2)
    assert summary.exit_code is Exit.WITH_REFUSALS
    assert sorted(each.partition(":")[0] for each in summary.troubles) == ["b", "d", "e", "g"]
    assert rows(store, "SELECT feed_id, row, reason FROM refusals") == [
        ("f", 0, "entry 'x' has neither title nor text")
    ]
    assert store.value("SELECT count(*) FROM feeds") == 7


def test_a_bug_in_reading_one_feed_does_not_stop_the_others(
    go: Round, store: Store, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    from collectors import harvest as module

    def judge(state: Any, *rest: Any) -> Any:
        if state.id == "a":
            raise RuntimeError("uventet")
        return real(state, *rest)

    real = module.judge
    monkeypatch.setattr(module, "judge", judge)
    for id in "ab":
        serve(server, rss(), id)
    summary = go(feed(server, "a"), feed(server, "b"))
    assert (summary.failed, summary.new) == (1, 1)
    assert "this program failed (RuntimeError)" in summary.troubles[0]


def test_only_failures_is_nothing_collected(go: Round, server: Server) -> None:
    assert go().exit_code is Exit.NOTHING_COLLECTED


def test_a_blocked_feed_is_counted_and_named(go: Round, server: Server) -> None:
    server.pages["/robots.txt"] = Reply(b"User-agent: *\nDisallow: /")
    summary = go()
    assert (summary.blocked, summary.failed) == (1, 0)
    assert "robots.txt does not allow it" in summary.troubles[0]


def test_a_host_that_asks_to_wait_is_left_alone_by_its_other_feeds(go: Round, store: Store, server: Server) -> None:
    server.pages["/a"] = Reply(status=429, headers={"Retry-After": "3600"})
    serve(server, rss(), "b")
    summary = go(feed(server, "a"), feed(server, "b"))
    assert (summary.failed, summary.waiting) == (1, 1)
    assert server.paths() == ["/a"]
    assert rows(store, "SELECT next_due FROM feeds WHERE id = 'b'") == [("2026-08-06T13:00:00Z",)]
    assert go(feed(server, "b"), now=NOW + timedelta(minutes=30)).due == 0
    assert go(feed(server, "b"), now=NOW + timedelta(hours=1)).articles == 1


def test_no_feed_due_is_done(go: Round, server: Server) -> None:
    serve(server, rss())
    go(min_poll_interval_s=900)
    summary = go(min_poll_interval_s=900)
    assert (summary.due, summary.exit_code) == (0, Exit.DONE)
    assert len(server.paths()) == 1


def test_the_last_thirty_polls_of_a_feed_are_kept(go: Round, store: Store, server: Server) -> None:
    serve(server, rss())
    for number in range(POLLS_KEPT + 3):
        go(now=NOW + timedelta(minutes=number))
    assert store.value("SELECT count(*) FROM polls") == POLLS_KEPT
    assert store.value("SELECT min(at) FROM polls") == "2026-08-06T12:03:00Z"


def test_a_new_outlet_is_made_from_the_config(go: Round, store: Store, server: Server) -> None:
    serve(server, rss())
    go(feed(server, outlet={"name": "Søhøj Tidende", "class": "local", "medium": "print"}))
    assert rows(store, "SELECT * FROM outlets") == [("soehoej-tidende", "Søhøj Tidende", "local", "print")]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"outlet": "fjordpsten"}, "feed 'a' has an unknown outlet 'fjordpsten'. Did you mean 'fjordposten'?"),
        ({"areas": ["volsmose"]}, "feed 'a' covers an unknown area 'volsmose'. Did you mean 'vollsmose'?"),
    ],
)
def test_an_unknown_outlet_or_area_is_a_wrong_config_and_nothing_is_written(
    go: Round, store: Store, server: Server, changes: dict[str, Any], said: str
) -> None:
    before = list(store.db.conn.iterdump())
    with pytest.raises(WrongConfig) as caught:
        go(feed(server, **changes))
    assert said in str(caught.value)
    assert server.asked == []
    assert list(store.db.conn.iterdump()) == before


def test_no_feeds_is_one_clear_line(store: Store, facts: Facts, tmp_path: Path) -> None:
    with pytest.raises(NothingCollected) as caught:
        harvest(store, config_for(tmp_path), facts)
    assert str(caught.value) == "no feeds are configured; add [[feeds]] to config.toml"
    assert caught.value.exit_code is Exit.NOTHING_COLLECTED


def hold(path: Path, held: Any, release: Any) -> None:
    with FileLock(path):
        held.set()
        release.wait(30)


def test_a_second_round_ends_at_once_and_the_lock_is_freed_when_a_process_dies(
    go: Round, server: Server, tmp_path: Path
) -> None:
    serve(server, rss())
    context = multiprocessing.get_context("spawn")
    held, release = context.Event(), context.Event()
    other = context.Process(target=hold, args=(tmp_path / "store.db.lock", held, release))
    other.start()
    assert held.wait(30)
    with pytest.raises(AlreadyRunning) as caught:
        go()
    assert caught.value.exit_code == 75
    other.kill()
    other.join()
    assert go().articles == 1


def test_a_store_that_can_not_be_written_ends_the_round(
    go: Round, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise StoreUnusable("the disk is full")

    monkeypatch.setattr("collectors.harvest.save_poll", full)
    serve(server, rss())
    with pytest.raises(StoreUnusable):
        go()
    monkeypatch.undo()
    assert go().articles == 1


def test_a_crash_between_entries_and_state_leaves_neither(
    go: Round, store: Store, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve(server, rss())
    monkeypatch.setattr("collectors.harvest.save_feed", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        go()
    assert (store.value("SELECT count(*) FROM articles"), store.value("SELECT count(*) FROM feeds")) == (0, 0)
    monkeypatch.undo()
    assert go().articles == 1


def test_without_a_moment_given_the_clock_is_asked(go: Round, store: Store, server: Server) -> None:
    serve(server, rss())
    go(now=None)
    assert abs(datetime.now(UTC) - datetime.fromisoformat(store.value("SELECT last_poll FROM feeds"))).seconds < 60


def test_feeds_of_one_host_are_one_lane_and_the_longest_begins() -> None:
    feeds = [FeedConfig(id, "o", f"https://{id[0]}.example/{id}") for id in ("b1", "a1", "a2", "c1", "c2", "a3")]
    lanes = [[each.id for each in lane] for lane in by_lane(feeds, host_of)]
    assert lanes == [["a1", "a2", "a3"], ["c1", "c2"], ["b1"]]


def test_lanes_give_everything_once_and_each_lane_in_its_order() -> None:
    items = [(number % 40, number) for number in range(200)]
    with Lanes(items, lambda item: item[0], lambda item: item[1] * 2) as results:
        done = list(results)
    assert sorted(done) == sorted((item, item[1] * 2) for item in items)
    for lane in range(40):
        assert [item for item, _ in done if item[0] == lane] == [item for item in items if item[0] == lane]


def test_what_a_lane_raises_is_raised_where_its_results_are_taken() -> None:
    with pytest.raises(ZeroDivisionError), Lanes([1, 0, 2], lambda _: 0, lambda item: 1 / item) as results:
        list(results)


def test_lanes_that_are_left_begin_nothing_more() -> None:
    begun: list[int] = []
    with Lanes(range(100), lambda _: 0, begun.append) as results:
        next(results)
    assert len(begun) < 100
    with Lanes([], lambda _: 0, begun.append) as results:
        assert list(results) == []


def test_the_store_is_sound_after_many_rounds(go: Round, store: Store, server: Server) -> None:
    for number in range(5):
        serve(server, rss(*(item(f"Nr. {each}", f"g{each}", f"https://avis.example/{each}")
                            for each in range(number, number + 4))))
        go(now=NOW + timedelta(hours=number))
    assert store.value("SELECT count(*) FROM articles") == 8
    assert isinstance(store.db.conn, sqlite3.Connection)
    assert store.value("PRAGMA integrity_check") == "ok"
