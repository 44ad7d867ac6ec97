"""Stories a feed lost come from sitemaps over real loopback HTTP: each once, none doubled, whatever the server does."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from collectors.harvest import HarvestSummary, harvest
from collectors.sitemaps import PAUSE, TRIES
from store.config import config_from
from store.database import Store
from store.errors import StoreUnusable
from store.facts import Facts
from store.feeds import FeedState, save_feed, save_gap
from tests.collectors.pages import linked, page
from tests.collectors.serving import Reply, Server
from tests.collectors.test_feedparse import item, rss
from tests.collectors.test_sitemaps import index, news

NOW = datetime(2026, 8, 6, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
Go = Callable[..., HarvestSummary]

pytestmark = pytest.mark.usefixtures("in_this_process")


@pytest.fixture
def go(store: Store, facts: Facts, server: Server, tmp_path: Path) -> Go:
    def go(now: datetime, fetch: str = "none") -> HarvestSummary:
        config = config_from({
            "harvest": {"allow_private_addresses": True, "host_interval_s": 0, "min_poll_interval_s": 0},
            "feeds": [{"id": "a", "outlet": "fjordposten", "url": f"{server.url}/a"}], "pages": {"fetch": fetch},
        }, tmp_path / "config.toml")
        return harvest(store, config, facts, now=now, names_area=lambda text: "Solkrogen" in text)

    return go


def feed(server: Server, *numbers: int, start: datetime = NOW) -> None:
    """Serve a feed of stories; story n came out n hours after ``start``."""
    server.pages["/a"] = Reply(rss(*(
        item(f"Historie nr. {each}", f"g{each}", f"{server.url}/nyt/{each}",
             f"<pubDate>{(start + timedelta(hours=each)).isoformat()}</pubDate>") for each in numbers
    )).encode())


def story(server: Server, number: int, start: datetime = NOW) -> tuple[str, datetime, str]:
    return f"{server.url}/nyt/{number}", start + timedelta(hours=number), f"Historie nr. {number}"


def sitemaps(server: Server, body: bytes, path: str = "/sitemap-news.xml") -> None:
    server.pages["/robots.txt"] = Reply(f"User-agent: *\nAllow: /\nSitemap: {server.url}{path}\n".encode())
    server.pages[path] = Reply(body)


def lose(go: Go, server: Server) -> HarvestSummary:
    """Poll a feed, and a day later find it with other stories altogether."""
    feed(server, 0, 1, 2)
    go(NOW + timedelta(hours=2))
    feed(server, 20, 21, 22)
    return go(NOW + timedelta(hours=23))


def gap(store: Store) -> tuple[Any, ...]:
    (row,) = store.rows("SELECT state, tries, added FROM gaps")
    return tuple(row)


def titles(store: Store) -> list[str]:
    return sorted(row[0] for row in store.rows("SELECT title FROM versions"))


@pytest.mark.parametrize("pack", [lambda body: body, gzip.compress])
def test_what_a_feed_lost_comes_from_the_news_sitemap_and_what_it_has_does_not_come_twice(
    go: Go, store: Store, server: Server, pack: Any
) -> None:
    sitemaps(server, pack(news(*(story(server, each) for each in range(0, 23)))))
    summary = lose(go, server)
    assert "sitemaps: 1 gaps: 17 articles caught up, 0 given up" in summary.line()
    assert gap(store) == ("filled", 1, 17)
    assert titles(store) == sorted(f"Historie nr. {each}" for each in range(23))
    assert store.value("SELECT count(*) FROM articles WHERE feed_id = 'a' AND date_note IS NULL") == 23
    asked = len(server.asked)
    go(NOW + timedelta(hours=24))
    assert "/sitemap-news.xml" not in [each.path for each in server.asked[asked:]]


def test_a_feed_that_brings_a_story_after_the_sitemap_did_adds_none(go: Go, store: Store, server: Server) -> None:
    sitemaps(server, news(*(story(server, each) for each in range(0, 23))))
    lose(go, server)
    feed(server, 17, 18, 19, 20, 21, 22, 23)
    summary = go(NOW + timedelta(hours=25))
    assert summary.articles == 1
    assert summary.edited == 3  # they get the teaser that no sitemap has
    assert len(set(titles(store))) == 24
    assert store.value("SELECT count(*) FROM articles") == 24
    assert store.value("SELECT guid FROM articles WHERE url LIKE '%/nyt/18'") == "g18"
    assert go(NOW + timedelta(hours=26)).edited == 0


def test_without_a_loss_no_sitemap_is_asked_for(go: Go, server: Server) -> None:
    sitemaps(server, news(story(server, 1)))
    feed(server, 0, 1, 2)
    go(NOW + timedelta(hours=2))
    feed(server, 2, 3, 4)
    go(NOW + timedelta(hours=5))
    assert "/sitemap-news.xml" not in server.paths()


def test_a_feed_that_stays_away_for_longer_than_it_reaches_back_is_caught_up_meanwhile(
    go: Go, store: Store, server: Server
) -> None:
    sitemaps(server, news(*(story(server, each) for each in range(0, 12))))
    feed(server, 0, 1, 2)
    go(NOW + timedelta(hours=2))
    server.pages["/a"] = Reply(status=500)
    go(NOW + timedelta(hours=3))
    assert "/sitemap-news.xml" not in server.paths()
    summary = go(NOW + timedelta(hours=12))
    assert "9 articles caught up" in summary.line()
    go(NOW + timedelta(hours=13))
    assert server.paths().count("/sitemap-news.xml") == 1  # not every hour
    feed(server, 20, 21, 22)
    sitemaps(server, news(*(story(server, each) for each in range(0, 23))))
    go(NOW + timedelta(hours=23))
    assert titles(store) == sorted(f"Historie nr. {each}" for each in range(23))


def test_an_index_leads_to_the_sitemap_that_holds_the_gap(go: Go, store: Store, server: Server) -> None:
    server.pages["/robots.txt"] = Reply(f"Sitemap: {server.url}/index.xml".encode())
    server.pages["/index.xml"] = Reply(index(
        (f"{server.url}/2019.xml", "2019-01-01"), (f"{server.url}/news.xml.gz", "2026-08-07"),
    ))
    server.pages["/news.xml.gz"] = Reply(gzip.compress(news(*(story(server, each) for each in range(0, 23)))))
    lose(go, server)
    assert gap(store) == ("filled", 1, 17)
    assert "/2019.xml" not in server.paths()


def test_of_a_sitemap_without_headlines_the_pages_that_may_name_an_area_are_read(
    go: Go, store: Store, server: Server
) -> None:
    day = (NOW + timedelta(hours=10)).isoformat()
    rows = "".join(
        f"<url><loc>{server.url}/nyt/{slug}</loc><lastmod>{day}</lastmod></url>"
        for slug in ("nyt-torv-i-solkrogen", "regn-i-ribe", "gammelt-om-solkrogen")
    )
    old = f"<url><loc>{server.url}/nyt/foer</loc><lastmod>2026-08-01</lastmod></url>"
    sitemaps(server, f"<urlset>{rows}{old}</urlset>".encode(), "/sitemap.xml")
    html = {"Content-Type": "text/html"}
    server.pages["/nyt/nyt-torv-i-solkrogen"] = Reply(page(head=linked(datePublished=day)), headers=html)
    server.pages["/nyt/gammelt-om-solkrogen"] = Reply(
        page(title="Gammelt", head=linked(datePublished="2020-01-01T10:00:00Z")), headers=html)
    feed(server, 0, 1, 2)
    go(NOW + timedelta(hours=2), fetch="mentions")
    feed(server, 20, 21, 22)
    go(NOW + timedelta(hours=23), fetch="mentions")
    assert gap(store) == ("filled", 1, 1)
    assert [tuple(row) for row in store.rows(
        "SELECT v.title, a.text_level, a.access FROM articles a JOIN versions v ON v.article_id = a.id"
        " WHERE v.title LIKE 'Nyt torv%'")] == [("Nyt torv i Solkrogen", "full", "free")]
    assert "/nyt/regn-i-ribe" not in server.paths()


def test_stories_of_other_sections_stay_out(go: Go, store: Store, server: Server) -> None:
    other = (f"{server.url}/sport/9", NOW + timedelta(hours=9), "Kampen")
    sitemaps(server, news(*(story(server, each) for each in range(0, 23)), other))
    lose(go, server)
    assert "Kampen" not in titles(store)


@pytest.mark.parametrize(
    ("reply", "state"),
    [
        (Reply(status=500), "open"), (Reply(b"<html>Log ind"), "open"), (Reply(b""), "open"),
        (Reply(b"\x1f\x8bnej"), "open"), (Reply(news(), headers={"Content-Length": "90000"}), "open"),
        (Reply(b'<!DOCTYPE x [<!ENTITY a "b">]><urlset/>'), "open"),
        (Reply(status=302, headers={"Location": "/x"}), "open"),
        (Reply(status=429, headers={"Retry-After": "7200"}), "open"), (Reply(b"<urlset>DEMODATA</urlset>"), "open"),
        (Reply(raw=lambda handler: handler.wfile.write(b"vroevl")), "open"),
        (Reply(b"<urlset>" + b"<url>" * 700_000), "open"),
    ],
)
def test_whatever_a_sitemap_is_the_round_goes_on_and_the_feed_is_stored(
    go: Go, store: Store, server: Server, reply: Reply, state: str
) -> None:
    sitemaps(server, b"")
    server.pages["/sitemap-news.xml"] = reply
    assert lose(go, server).articles == 3
    assert gap(store) == (state, 1, 0)
    assert store.value("SELECT note FROM gaps") != ""


def test_a_gap_that_can_not_be_filled_is_given_up_after_some_tries(go: Go, store: Store, server: Server) -> None:
    sitemaps(server, news(story(server, 22)))  # reaches back too little
    lose(go, server)
    for number in range(1, 8):
        go(NOW + timedelta(hours=23) + number * PAUSE)
    assert gap(store) == ("given up", TRIES, 0)
    assert server.paths().count("/sitemap-news.xml") == TRIES


@pytest.mark.parametrize("robots", [b"", b"User-agent: *\nDisallow:\n", b"Sitemap: https://anden.example/s.xml"])
def test_a_site_without_sitemaps_is_given_up_at_once(go: Go, store: Store, server: Server, robots: bytes) -> None:
    server.pages["/robots.txt"] = Reply(robots)
    lose(go, server)
    assert gap(store)[0] == "given up"


def test_a_bug_in_one_gap_does_not_end_the_round(
    go: Go, store: Store, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    sitemaps(server, news(*(story(server, each) for each in range(0, 23))))
    monkeypatch.setattr("collectors.catchup.stories_of", lambda *_: 1 / 0)
    assert lose(go, server).articles == 3
    assert tuple(store.rows("SELECT state, note FROM gaps")[0]) == ("open", "this program failed (ZeroDivisionError)")
    monkeypatch.undo()
    assert "17 articles caught up" in go(NOW + timedelta(hours=30)).line()


def test_a_store_that_can_not_be_written_ends_the_round_and_the_gap_is_tried_again(
    go: Go, store: Store, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    sitemaps(server, news(*(story(server, each) for each in range(0, 23))))

    def full(*_: Any) -> None:
        raise StoreUnusable("the disk is full")

    monkeypatch.setattr("collectors.catchup.save_tried", full)
    with pytest.raises(StoreUnusable):
        lose(go, server)
    assert store.value("SELECT count(*) FROM articles") == 6
    monkeypatch.undo()
    assert "17 articles caught up" in go(NOW + timedelta(hours=24)).line()


def test_no_gap_is_begun_when_the_time_of_a_run_is_over(
    go: Go, store: Store, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    sitemaps(server, news(*(story(server, each) for each in range(0, 23))))
    monkeypatch.setattr("collectors.beside.TIME", timedelta(seconds=-1))
    assert "sitemaps" not in lose(go, server).line()
    assert gap(store) == ("open", 0, 0)


def test_a_feed_without_addresses_and_one_that_is_no_longer_configured_are_given_up(
    go: Go, store: Store, server: Server
) -> None:
    feed(server, 0, 1)
    go(NOW)
    with store.transaction():
        store.execute("UPDATE articles SET url = NULL")
        save_gap(store, "a", NOW - DAY, NOW)
        save_feed(store, FeedState("b", "fjordposten", "https://avis.example/b"))
        save_gap(store, "b", NOW - DAY, NOW)
    go(NOW)
    assert [row["note"] for row in store.rows("SELECT note FROM gaps WHERE state = 'given up' ORDER BY feed_id")] == [
        "the feed has brought no address to know its site by", "no feed of the config",
    ]


@pytest.mark.parametrize("reply", [
    Reply(status=404), Reply(b"%PDF"), Reply(page(), headers={"Content-Length": "90000"}),
    Reply(page(head='<meta name="tdm-reservation" content="1">')), Reply(page(title="")),
])
def test_a_page_of_a_sitemap_that_can_not_be_read_is_passed_over(
    go: Go, store: Store, server: Server, reply: Reply
) -> None:
    day = (NOW + timedelta(hours=10)).isoformat()
    entry = f"<url><loc>{server.url}/nyt/om-solkrogen</loc><lastmod>{day}</lastmod></url>"
    sitemaps(server, f"<urlset>{entry}</urlset>".encode())
    server.pages["/nyt/om-solkrogen"] = reply
    feed(server, 0, 1, 2)
    go(NOW + timedelta(hours=2), fetch="mentions")
    feed(server, 20, 21, 22)
    assert go(NOW + timedelta(hours=23), fetch="mentions").articles == 3
    assert gap(store)[2] == 0


def test_an_index_that_leads_to_itself_ends(go: Go, store: Store, server: Server) -> None:
    sitemaps(server, index((f"{server.url}/sitemap-news.xml", "2026-08-07"), (f"{server.url}/b.xml", "2026-08-07")))
    server.pages["/b.xml"] = Reply(index((f"{server.url}/sitemap-news.xml", "2026-08-07")))
    lose(go, server)
    assert server.paths().count("/sitemap-news.xml") == 1


def test_a_reserved_site_gives_nothing(go: Go, store: Store, server: Server) -> None:
    sitemaps(server, news(*(story(server, each) for each in range(0, 23))))
    server.pages["/sitemap-news.xml"] = Reply(news(story(server, 9)), headers={"TDM-Reservation": "1"})
    assert lose(go, server).articles == 3
    assert gap(store)[2] == 0
