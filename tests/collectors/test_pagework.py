"""Article pages over real loopback HTTP: what is asked, what is stored, and that nothing stops the round."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import collectors.beside
import collectors.pagework
from collectors.extract import Asked, NoPage, Page, extract_page
from collectors.harvest import HarvestSummary, harvest
from collectors.pages import FETCHES, SETTLES
from collectors.reading import PageReader
from store.config import config_from
from store.database import Store
from store.errors import StoreUnusable
from store.facts import Facts
from tests.collectors.pages import PAYWALL, linked, page, paragraphs
from tests.collectors.serving import Asked as Request
from tests.collectors.serving import Reply, Server
from tests.collectors.test_feedparse import item, rss

NOW = datetime(2026, 8, 6, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
Go = Callable[..., HarvestSummary]

pytestmark = pytest.mark.usefixtures("in_this_process")


@pytest.fixture
def go(store: Store, facts: Facts, server: Server, tmp_path: Path) -> Go:
    def go(now: datetime = NOW, *, names: Any = lambda text: "Solkrogen" in text, **pages: Any) -> HarvestSummary:
        config = config_from({
            "harvest": {"allow_private_addresses": True, "host_interval_s": 0, "min_poll_interval_s": 0},
            "feeds": [{"id": "a", "outlet": "fjordposten", "url": f"{server.url}/a"}], "pages": pages,
        }, tmp_path / "config.toml")
        return harvest(store, config, facts, now=now, names_area=names)

    return go


def feed(server: Server, *titles: str) -> None:
    """Serve a feed whose articles have their pages at /1, /2 …"""
    items = (item(title, f"g{at}", f"{server.url}/{at}") for at, title in enumerate(titles, 1))
    server.pages["/a"] = Reply(rss(*items).encode())


def html(body: bytes, **headers: str) -> Reply:
    return Reply(body, headers={"Content-Type": "text/html; charset=utf-8"} | headers)


def asked_pages(server: Server) -> list[str]:
    return [path for path in server.paths() if path != "/a"]


def one(store: Store, sql: str) -> tuple[Any, ...]:
    (row,) = store.rows(sql)
    return tuple(row)


STATE = "SELECT state, completeness, failures, fetches FROM pages"
TEXT = ("SELECT a.access, a.text_level, a.version, length(v.text) > 100 FROM articles a"
        " JOIN versions v ON v.article_id = a.id AND v.number = a.version")


def test_the_page_of_an_article_that_may_be_about_an_area_is_fetched_and_no_other(
    go: Go, store: Store, server: Server
) -> None:
    feed(server, "Nyt torv i Solkrogen", "Regn i Ribe")
    server.pages["/1"] = server.pages["/2"] = html(page())
    summary = go()
    assert asked_pages(server) == ["/1"]
    assert "pages: 1 due: 1 full, 0 teasers" in summary.line()
    assert one(store, TEXT + " WHERE a.guid = 'g1'") == ("free", "full", 2, 1)
    assert one(store, "SELECT title, summary FROM versions WHERE number = 2")[0] == "Nyt torv i Solkrogen"
    assert store.value("SELECT count(*) FROM bodies") == 1


@pytest.mark.parametrize(("fetch", "expected"), [("all", ["/1", "/2"]), ("none", []), ("mentions", ["/1"])])
def test_pages_are_fetched_as_the_config_says(go: Go, server: Server, fetch: str, expected: list[str]) -> None:
    feed(server, "Nyt torv i Solkrogen", "Regn i Ribe")
    server.pages["/1"] = server.pages["/2"] = html(page())
    go(fetch=fetch)
    assert sorted(asked_pages(server)) == expected


def test_a_second_round_asks_for_no_page_and_writes_none(go: Go, store: Store, server: Server) -> None:
    feed(server, "Nyt torv i Solkrogen")
    server.pages["/1"] = html(page())
    go()
    before = [tuple(row) for row in store.rows("SELECT * FROM articles, versions, pages, bodies")]
    summary = go(NOW + HOUR)
    assert asked_pages(server) == ["/1"]
    assert "pages" not in summary.line()
    assert [tuple(row) for row in store.rows("SELECT * FROM articles, versions, pages, bodies")] == before


def test_a_teaser_is_never_taken_for_the_article(go: Go, store: Store, server: Server) -> None:
    feed(server, "Nyt torv i Solkrogen")
    server.pages["/1"] = html(page(paragraphs(1) + PAYWALL, head=linked(isAccessibleForFree=False)))
    summary = go()
    assert "0 full, 1 teasers" in summary.line()
    assert one(store, TEXT)[:3] == ("teaser", "teaser", 1)
    assert one(store, STATE) == ("read", "teaser", 0.0, 1)


def test_an_edit_in_the_feed_leads_to_the_page_once_more_when_it_has_settled(
    go: Go, store: Store, server: Server
) -> None:
    feed(server, "Nyt torv i Solkrogen")
    server.pages["/1"] = html(page())
    go()
    feed(server, "Nyt torv i Solkrogen åbnet")
    server.pages["/1"] = html(page(paragraphs(7)))
    go(NOW + HOUR)
    assert asked_pages(server) == ["/1"]
    go(NOW + HOUR + SETTLES)
    assert asked_pages(server) == ["/1", "/1"]
    assert one(store, TEXT) == ("free", "full", 4, 1)
    texts = [row[0] for row in store.rows("SELECT text FROM versions ORDER BY number")]
    assert [len(each.split("\n\n")) if each else 0 for each in texts] == [0, 6, 6, 7]


def test_a_restless_feed_does_not_fetch_its_pages_for_ever(go: Go, server: Server) -> None:
    server.pages["/1"] = html(page())
    for number in range(8):
        feed(server, f"Nyt torv i Solkrogen {number}")
        go(NOW + number * 2 * SETTLES)
    assert len(asked_pages(server)) == FETCHES


@pytest.mark.parametrize(
    ("reply", "counted"),
    [
        (Reply(status=404), "1 failed"), (Reply(status=500), "1 failed"), (Reply(b""), "1 failed"),
        (html(page("<p>Vi beklager.</p>", title="Siden findes ikke")), "1 failed"),
        (Reply(b"%PDF-1.7", headers={"Content-Type": "application/pdf"}), "1 failed"),
        (Reply(status=302, headers={"Location": "/"}), "1 failed"),
        (Reply(status=302, headers={"Location": "/1"}), "1 failed"),
        (Reply(status=304), "1 failed"),
        (html(page(), **{"Content-Length": "900000"}), "1 failed"),
        (Reply(b"\x1f\x8bnej", headers={"Content-Encoding": "gzip"}), "1 failed"),
        (Reply(raw=lambda handler: handler.wfile.write(b"HTTP/1.1 vroevl\r\n\r\n")), "1 failed"),
        (html(page(), **{"TDM-Reservation": "1"}), "2 blocked"),  # the site, not the page alone
        (html(page(), **{"X-Robots-Tag": "noai"}), "2 blocked"),
        (html(page(head='<meta name="robots" content="noai">')), "2 blocked"),
        (html(page(head='<meta name="tdm-reservation" content="1">')), "2 blocked"),
        (html(page() + b"DEMODATA"), "1 failed"),
    ],
)
def test_a_page_that_can_not_be_had_is_counted_stored_and_tried_by_rule(
    go: Go, store: Store, server: Server, reply: Reply, counted: str
) -> None:
    feed(server, "Nyt torv i Solkrogen", "Mere om Solkrogen")
    server.pages["/"] = html(page("<p>Forside</p>"))
    server.pages["/1"] = reply
    server.pages["/2"] = html(page(title="Mere om Solkrogen"))
    summary = go()
    assert counted in summary.line().partition("pages:")[2]
    assert one(store, "SELECT count(*) FROM articles") == (2,)
    assert one(store, TEXT + " WHERE a.guid = 'g1'")[1:3] == ("teaser", 1)
    assert summary.exit_code == 0


def test_a_reserved_page_leaves_no_word_of_it_and_its_site_is_asked_once_a_day(
    go: Go, store: Store, server: Server
) -> None:
    feed(server, "Nyt torv i Solkrogen", "Mere om Solkrogen")
    server.pages["/1"] = server.pages["/2"] = html(page(head='<meta name="tdm-reservation" content="1">'))
    go()
    assert len(asked_pages(server)) == 1  # what one page reserves, no other of the site is fetched for that day
    assert store.value("SELECT count(*) FROM bodies") == 0
    assert one(store, "SELECT allowed, body FROM permissions WHERE kind = 'pages'") == (0, "meta tdm-reservation: 1")
    summary = go(NOW + HOUR)  # the feed stays as allowed as it was
    assert (summary.blocked, len(asked_pages(server))) == (0, 1)
    go(NOW + timedelta(hours=25))
    assert len(asked_pages(server)) == 2


def test_robots_txt_is_obeyed_for_pages(go: Go, store: Store, server: Server) -> None:
    feed(server, "Nyt torv i Solkrogen")
    server.pages["/robots.txt"] = Reply(b"User-agent: *\nDisallow: /1")
    go()
    assert asked_pages(server) == []
    assert one(store, STATE) == ("blocked", None, 1.0, 0)


def test_a_host_that_asks_to_wait_keeps_its_pages_due(go: Go, store: Store, server: Server) -> None:
    feed(server, "Nyt torv i Solkrogen", "Mere om Solkrogen")
    server.pages["/1"] = server.pages["/2"] = Reply(status=429, headers={"Retry-After": "7200"})
    summary = go()
    assert "1 failed, 0 blocked, 1 waiting" in summary.line()
    server.pages["/1"] = server.pages["/2"] = html(page())
    go(NOW + timedelta(hours=3))
    assert store.value("SELECT count(*) FROM pages WHERE state = 'read'") == 2


def test_a_clock_that_was_ahead_does_not_put_pages_off_for_years(go: Go, store: Store, server: Server) -> None:
    feed(server, "Nyt torv i Solkrogen")
    server.pages["/1"] = Reply(status=500)
    go(NOW + timedelta(days=4_000))
    server.pages["/1"] = html(page())
    go()
    assert one(store, STATE)[0] == "read"


def test_a_changed_rule_reads_kept_pages_again_without_the_network(
    go: Go, store: Store, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed(server, "Nyt torv i Solkrogen")
    server.pages["/1"] = html(page())
    monkeypatch.setattr(collectors.pagework, "RULE", "gammel")
    monkeypatch.setattr("collectors.pages.RULE", "gammel")
    go()
    monkeypatch.undo()
    before = len(server.asked)

    def better(asked: Asked) -> Page | NoPage:
        found = extract_page(asked)
        assert isinstance(found, Page)
        return Page(found.title, found.summary, found.text + "\n\nEn linje mere.", None, found.canonical, "full", ())

    class Here(PageReader):
        def __call__(self, asked: Asked) -> Page | NoPage:
            return better(asked)

    monkeypatch.setattr(collectors.beside, "PageReader", Here)
    server.pages["/a"] = Reply(status=500)
    server.pages["/1"] = Reply(status=500)
    summary = go(NOW + HOUR)
    assert "1 kept pages read again" in summary.line()
    assert one(store, "SELECT text LIKE '%En linje mere.' FROM versions WHERE number = 3") == (1,)
    assert [each.path for each in server.asked[before:]] == ["/a"]
    assert "read again" not in go(NOW + 2 * HOUR).line()


def test_no_body_is_kept_where_the_config_keeps_none(go: Go, store: Store, server: Server) -> None:
    feed(server, "Nyt torv i Solkrogen")
    server.pages["/1"] = html(page())
    go(keep_raw_days=0)
    assert store.value("SELECT count(*) FROM bodies") == 0
    assert one(store, TEXT)[0] == "free"


def test_a_title_only_feed_gets_its_teaser_from_the_page_and_keeps_it(go: Go, store: Store, server: Server) -> None:
    bare = f"<item><title>Nyt torv i Solkrogen</title><guid>g1</guid><link>{server.url}/1</link></item>"
    server.pages["/a"] = Reply(rss(bare).encode())
    server.pages["/1"] = html(page(head='<meta name="description" content="Et torv med gynger.">' + linked()))
    go()
    assert one(store, "SELECT summary FROM versions WHERE number = 2") == ("Et torv med gynger.",)
    assert one(store, "SELECT published, date_note FROM articles") == ("2026-07-02T06:00:00Z", None)
    assert go(NOW + HOUR).edited == 0


def test_a_bug_in_reading_one_page_does_not_stop_the_others(
    go: Go, store: Store, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Here(PageReader):
        def __call__(self, asked: Asked) -> Page | NoPage:
            if asked.url.endswith("/1"):
                raise RuntimeError("uventet")
            return extract_page(asked)

    monkeypatch.setattr(collectors.beside, "PageReader", Here)
    feed(server, "Nyt torv i Solkrogen", "Mere om Solkrogen")
    server.pages["/1"] = server.pages["/2"] = html(page(title="Mere om Solkrogen"))
    assert "1 full, 0 teasers, 0 unknown, 1 failed" in go().line()
    assert one(store, "SELECT reasons FROM pages WHERE state = 'due'") == ("this program failed (RuntimeError)",)


@pytest.mark.parametrize("fault", ["save_page", "save_body", "save_page_text", "save_hosts", "save_permissions"])
def test_a_crash_between_any_two_writes_leaves_the_page_to_be_fetched_again(
    go: Go, store: Store, server: Server, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    feed(server, "Nyt torv i Solkrogen")
    server.pages["/1"] = html(page())
    go(fetch="all", names=None)
    real = getattr(collectors.pagework, fault)

    def full(*arguments: Any, **more: Any) -> Any:
        real(*arguments, **more)
        raise StoreUnusable("the disk is full")

    monkeypatch.setattr(collectors.pagework, fault, full)
    with pytest.raises(StoreUnusable):
        go(NOW + HOUR, fetch="all")
    assert store.value("SELECT count(*) FROM bodies") == 0
    assert one(store, TEXT)[2] == 1
    monkeypatch.undo()
    go(NOW + 2 * HOUR, fetch="all")
    assert one(store, TEXT) == ("free", "full", 2, 1) or one(store, STATE)[0] == "read"
    assert store.value("SELECT count(*) FROM bodies") == 1


def test_no_page_is_begun_when_the_time_of_a_run_is_over(
    go: Go, store: Store, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed(server, "Nyt torv i Solkrogen", "Mere om Solkrogen")
    server.pages["/1"] = server.pages["/2"] = html(page(title="Mere om Solkrogen"))
    monkeypatch.setattr(collectors.beside, "TIME", timedelta(seconds=-1))
    assert "2 due: 0 full, 0 teasers, 0 unknown, 0 failed, 0 blocked, 2 waiting" in go().line()
    monkeypatch.undo()
    go(NOW + HOUR, names=lambda text: True)
    assert sorted(asked_pages(server)) == ["/1", "/2"]


def test_any_bytes_whatever_leave_the_round_alive_and_every_article_in_place(
    go: Go, store: Store, server: Server
) -> None:
    feed(server, *(f"Nyt torv i Solkrogen {number}" for number in range(1, 41)))
    whole = page(head=linked(wordCount=240))
    dice = random.Random(2018)

    def any_page(_: Request) -> Reply:
        body = bytearray(whole)
        for _ in range(dice.randrange(20)):
            at = dice.randrange(len(body))
            body[at:at + dice.randrange(200)] = dice.randbytes(dice.randrange(20))
        return html(bytes(body))

    for number in range(1, 41):
        server.pages[f"/{number}"] = any_page
    go()
    assert store.value("SELECT count(*) FROM articles") == 40
    assert store.value("SELECT count(*) FROM pages WHERE reasons LIKE '%this program failed%'") == 0
    assert store.value("PRAGMA integrity_check") == "ok"
