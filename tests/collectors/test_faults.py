"""Servers, feeds and machines that do everything wrong, over real HTTP: the run lives, and the store is right after."""

from __future__ import annotations

import contextlib
import gzip
import sqlite3
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collectors import fetch
from collectors.fetch import Client, Limits
from collectors.harvest import HarvestSummary, harvest
from store.config import config_from
from store.database import BUSY_TIMEOUT_S, Store
from store.errors import Exit, StoreUnusable
from store.facts import Facts
from tests.collectors.serving import Asked, Reply, Server, serving
from tests.collectors.test_feedparse import item, rss

NOW = datetime(2026, 8, 6, 12, 0, tzinfo=UTC)
FAST = Limits(connect_s=10, read_s=10, total_s=30, body=1_000_000)
HASTY = Limits(connect_s=10, read_s=10, total_s=2, body=1_000_000)
"""For the server that sends byte by byte: it would take a quarter of a minute."""
Round = Callable[..., HarvestSummary]


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as server:
        server.pages["/b"] = Reply(rss(item("Den anden avis", "b1", "https://anden.example/1")).encode())
        yield server


@pytest.fixture
def go(facts: Facts, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Round:
    monkeypatch.setattr("collectors.harvest.Client", partial(Client, limits=FAST))

    def go(hour: float = 0, *, store: Store, names: str = "ab") -> HarvestSummary:
        config = config_from({
            "harvest": {"allow_private_addresses": True, "host_interval_s": 0, "min_poll_interval_s": 0},
            "feeds": [{"id": id, "outlet": "fjordposten", "url": f"{server.url}/{id}"} for id in names],
        }, tmp_path / "config.toml")
        return harvest(store, config, facts, now=NOW + timedelta(hours=hour))

    return go


def entry(number: int, title: str = "") -> str:
    return item(title or f"Nr. {number}", f"g{number}", f"https://avis.example/{number}")


GOOD = rss(*(entry(each) for each in range(1, 4))).encode()


def held(store: Store) -> list[tuple[str, int]]:
    """Articles of feed a with their versions, and that the store is sound."""
    assert store.value("PRAGMA integrity_check") == "ok"
    return [(row[0], row[1]) for row in store.rows(
        "SELECT guid, version FROM articles WHERE feed_id = 'a' ORDER BY guid")]


def raw(answer: bytes, *, then: Callable[[BaseHTTPRequestHandler], None] = lambda _: None) -> Reply:
    def write(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(answer)
        handler.wfile.flush()
        then(handler)

    return Reply(raw=write)


def slowly(handler: BaseHTTPRequestHandler) -> None:
    for byte in GOOD:
        handler.wfile.write(bytes([byte]))
        handler.wfile.flush()
        time.sleep(0.02)


def without_end(handler: BaseHTTPRequestHandler) -> None:
    while True:
        handler.wfile.write(b"<item><title>Mere</title></item>" * 2000)


def packed(body: bytes) -> Reply:
    return Reply(gzip.compress(body), headers={"Content-Encoding": "gzip"})


def doctype(entities: str) -> Reply:
    return Reply(f'<?xml version="1.0"?><!DOCTYPE rss [{entities}]>{rss(item("&a9;"))}'.encode())


LAUGHS = '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{each} "{f"&a{each - 1};" * 10}">' for each in range(1, 10))
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n"

FAILURES: dict[str, tuple[Reply, str]] = {
    "one byte after the other": (raw(HEAD + b"Content-Length: %d\r\n\r\n" % len(GOOD), then=slowly),
                                 "no answer within"),
    "a 200 with an error page": (Reply(b"<!DOCTYPE html><html><body>Fejl 500</body></html>"), "an HTML page"),
    "a 200 with nothing": (Reply(b""), "an empty answer"),
    "a 200 with JSON": (Reply(b'{"fejl": "ukendt"}'), "not a feed"),
    "a body that never ends": (raw(HEAD + b"\r\n<rss><channel>", then=without_end), "larger than 1000000 bytes"),
    "a gzip bomb": (packed(bytes(30_000_000)), "larger than 1000000 bytes"),
    "a gzip bomb in a gzip bomb": (Reply(gzip.compress(gzip.compress(bytes(30_000_000))),
                                         headers={"Content-Encoding": "gzip, gzip"}), "larger than 1000000 bytes"),
    "a broken gzip": (Reply(GOOD, headers={"Content-Encoding": "gzip"}), "can't be decompressed"),
    "a packing nobody asked for": (Reply(GOOD, headers={"Content-Encoding": "br"}), "not asked for"),
    "billion laughs": (doctype(LAUGHS), "declares entities"),
    "quadratic blow-up": (doctype(f'<!ENTITY a9 "{"x" * 50_000}">'), "declares entities"),
    "a file for an entity": (doctype('<!ENTITY a9 SYSTEM "file:///etc/passwd">'), "declares entities"),
    "entries without end": (packed(rss("<item>" * 100_000).encode()), "more than 2000 entries"),
    "tags in tags": (Reply(rss("<a>" * 5_000).encode()), "tags more than 200 deep"),
    "attributes without end": (Reply(rss(f"<item {'a=1 ' * 9_000}/>").encode()), "a tag of more than 20000 bytes"),
    "a redirect in a circle": (Reply(status=302, headers={"Location": "/a"}), "more than 10 redirects"),
    "a redirect to a file": (Reply(status=302, headers={"Location": "file:///etc/passwd"}), "no web address"),
    "a redirect to half an address": (Reply(status=302, headers={"Location": "http://[::1"}), "no web address"),
    "no HTTP": (raw(b"220 ftp.example ready\r\n"), "no connection"),
    "nothing at all": (raw(b""), "no connection"),
    "headers without end": (raw(HEAD + b"X: y\r\n" * 50_000), "no connection"),
    "a body cut before the first entry": (raw(HEAD + b"Content-Length: 999\r\n\r\n" + GOOD[:80]), ""),
    "a status of its own": (Reply(status=418), "status 418"),
    "a 304 that nobody asked for": (Reply(status=304), "nothing was held"),
}


@pytest.mark.parametrize("fault", FAILURES)
def test_a_fault_costs_its_own_feed_a_round_and_nothing_else(
    go: Round, store: Store, server: Server, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if "byte" in fault:
        monkeypatch.setattr("collectors.harvest.Client", partial(Client, limits=HASTY))
    server.pages["/a"], reason = FAILURES[fault]
    summary = go(store=store)
    assert (summary.new, summary.failed, summary.exit_code) == (1, 1, Exit.WITH_REFUSALS)
    assert reason in summary.troubles[0]
    assert held(store) == []
    server.pages["/a"] = Reply(GOOD)
    assert go(1, store=store).new == 1
    server.pages["/a"], _ = FAILURES[fault]
    go(2, store=store)
    server.pages["/a"] = Reply(GOOD)
    assert go(3, store=store).failed == 0
    assert held(store) == [("g1", 1), ("g2", 1), ("g3", 1)]


SECOND = GOOD.index(b"Nr. 2")


@pytest.mark.parametrize("fault", [
    raw(HEAD + b"Content-Length: %d\r\n\r\n" % len(GOOD) + GOOD[:SECOND + 3]),
    Reply(GOOD[:SECOND + 3]),
    Reply(GOOD[:SECOND + 3], headers={"Content-Length": str(SECOND + 3)}),
    raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % len(GOOD) + GOOD[:SECOND + 3]),
    raw(HEAD + b"Content-Length: 400\r\n\r\n" + GOOD),
])
def test_a_body_that_breaks_off_brings_its_whole_entries_and_the_rest_comes_next_time(
    go: Round, store: Store, server: Server, fault: Reply
) -> None:
    server.pages["/a"] = fault
    assert go(store=store).partial == 1
    assert held(store) == [("g1", 1)]
    assert store.value("SELECT etag IS NULL AND body_digest IS NULL FROM feeds WHERE id = 'a'") == 1
    server.pages["/a"] = Reply(GOOD)
    go(1, store=store)
    assert held(store) == [("g1", 1), ("g2", 1), ("g3", 1)]


def test_a_length_that_promises_too_much_is_a_partial_poll_and_all_of_it_is_kept(
    go: Round, store: Store, server: Server
) -> None:
    server.pages["/a"] = raw(HEAD + b"Content-Length: 99999\r\n\r\n" + GOOD)
    assert go(store=store).partial == 1
    assert len(held(store)) == 3


def test_a_304_with_a_body_and_the_same_etag_with_a_new_body(go: Round, store: Store, server: Server) -> None:
    server.pages["/a"] = Reply(GOOD, headers={"ETag": '"1"'})
    go(store=store)
    server.pages["/a"] = Reply(rss(entry(9)).encode(), status=304, headers={"ETag": '"1"'})
    assert go(1, store=store).not_modified == 1
    assert len(held(store)) == 3
    server.pages["/a"] = Reply(rss(entry(3), entry(4)).encode(), headers={"ETag": '"1"'})
    assert go(2, store=store).articles == 1
    assert [guid for guid, _ in held(store)] == ["g1", "g2", "g3", "g4"]


def test_reordered_shrunk_and_grown_again_nothing_is_lost_or_doubled(go: Round, store: Store, server: Server) -> None:
    for hour, numbers in enumerate(([1, 2, 3], [3, 1, 2], [2], [3, 2, 1], [4, 3, 2], [5])):
        server.pages["/a"] = Reply(rss(*map(entry, numbers)).encode())
        summary = go(hour, store=store)
        assert summary.losing == (numbers == [5])
    assert held(store) == [(f"g{each}", 1) for each in range(1, 6)]


def test_a_redirect_into_the_house_is_refused_at_every_hop_and_when_the_name_moves(
    facts: Facts, store: Store, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``avis.example`` is public, ``intern.example`` is not, ``skifter.example`` is until it was checked twice."""
    port = server.url.rpartition(":")[2]
    moves = iter(["127.0.0.1"] * 3)
    names: dict[str, Callable[[], str]] = {
        "avis.example": lambda: "127.0.0.1", "intern.example": lambda: "192.168.0.7",
        "skifter.example": lambda: next(moves, "10.0.0.1"),
    }
    monkeypatch.setattr("collectors.connect.is_public", lambda address: address == "127.0.0.1")
    monkeypatch.setattr("collectors.harvest.Client", partial(
        Client, limits=FAST, resolve=lambda host, _: [names[host]() if host in names else host]))
    server.pages |= {"/a": Reply(GOOD), "/skifter": Reply(rss(entry(7)).encode())}
    for each in ("http://intern.example/", "http://10.0.0.1/", "http://[::1]/", "http://169.254.169.254/latest"):
        server.pages[f"/{len(server.pages)}"] = Reply(status=302, headers={"Location": each})
    inward = [path for path, page in server.pages.items() if isinstance(page, Reply) and page.status == 302]
    config = config_from({"feeds": [
        {"id": path[1:], "outlet": "fjordposten", "url": f"http://avis.example:{port}{path}"}
        for path in ("/a", *inward)
    ] + [{"id": "skifter", "outlet": "fjordposten", "url": f"http://skifter.example:{port}/skifter"}]},
        tmp_path / "config.toml")
    summary = harvest(store, config, facts, now=NOW, sleep=lambda _: None)
    assert (summary.new, summary.failed) == (2, 4)
    assert all("leads into a private network" in each for each in summary.troubles)
    again = harvest(store, config, facts, now=NOW + timedelta(days=2), sleep=lambda _: None)
    assert "skifter: failed: " in "".join(again.troubles)


def test_a_clock_that_jumps_loses_and_doubles_nothing(go: Round, store: Store, server: Server) -> None:
    server.pages["/a"] = Reply(GOOD, headers={"ETag": '"1"'})
    year = 365 * 24
    for hour, numbers in ((0, (1, 2, 3)), (50 * year, (2, 3, 4)), (1, (3, 4, 5)), (-60 * year, (4, 5, 6)),
                          (2, (5, 6, 7)), (1.5, (6, 7, 8))):
        server.pages["/a"] = Reply(rss(*map(entry, numbers)).encode(), headers={"ETag": '"1"'})
        summary = go(hour, store=store)
        assert (summary.due, summary.failed, summary.losing) == (2, 0, 0)
    assert held(store) == [(f"g{each}", 1) for each in range(1, 9)]


def test_dates_that_a_wrong_clock_refused_are_mended_when_it_goes_right(
    go: Round, store: Store, server: Server
) -> None:
    server.pages["/a"] = Reply(GOOD, headers={"ETag": '"1"'})
    go(-56 * 365 * 24, store=store)
    refused = "SELECT count(*) FROM articles WHERE date_note IS NOT NULL AND feed_id = 'a'"
    assert store.value(refused) == 3
    go(store=store)
    assert store.value(refused) == 0
    assert held(store) == [("g1", 1), ("g2", 1), ("g3", 1)]


def test_a_full_disk_ends_the_round_leaves_the_store_as_before_and_a_rerun_collects(
    go: Round, store: Store, server: Server
) -> None:
    server.pages["/a"] = Reply(rss(*(entry(each, f"Nr. {each} " + "ord " * 500) for each in range(200))).encode())
    go(store=store, names="b")
    store.execute(f"PRAGMA max_page_count = {store.value('PRAGMA page_count')}")
    with pytest.raises(StoreUnusable) as caught:
        go(1, store=store)
    assert (caught.value.exit_code, held(store)) == (Exit.STORE_UNUSABLE, [])
    assert "free some space" in str(caught.value)
    store.execute("PRAGMA max_page_count = 1000000")
    assert go(2, store=store).articles == 200


def test_a_store_that_can_not_be_written_ends_with_one_line(
    go: Round, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "store.db"
    Store.open(path).close()
    connect = sqlite3.connect

    def read_only(name: Path, **given: Any) -> sqlite3.Connection:
        return connect(f"file:{name}?mode=ro", uri=True, **given)

    monkeypatch.setattr("sqlite3.connect", read_only)
    with Store.open(path) as store:
        server.pages["/a"] = Reply(GOOD)
        with pytest.raises(StoreUnusable) as caught:
            go(store=store)
    assert "mend its permissions" in str(caught.value)
    assert caught.value.exit_code == 4
    monkeypatch.undo()
    with Store.open(path) as store:
        assert store.value("SELECT count(*) FROM articles") == 0


def test_a_lock_held_for_ten_seconds_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert BUSY_TIMEOUT_S > 10
    path = tmp_path / "store.db"
    with Store.open(path) as store:
        assert store.value("PRAGMA busy_timeout") == BUSY_TIMEOUT_S * 1000


def test_a_lock_held_for_longer_ends_the_round_and_a_rerun_collects(
    go: Round, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.database.BUSY_TIMEOUT_S", 0.05)
    server.pages["/a"] = Reply(GOOD)
    path = tmp_path / "store.db"
    with Store.open(path) as store, contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnusable, match="Another process is writing"):
            go(store=store)
        other.execute("ROLLBACK")
        assert go(1, store=store).new == 2


POLLS = st.lists(
    st.tuples(st.integers(0, 6), st.integers(1, 4), st.booleans(),
              st.sampled_from(["whole", "whole", "whole", "cut", "error", "page", "same etag"])),
    min_size=1, max_size=7,
)


@given(POLLS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_the_polls_nothing_is_lost_and_nothing_doubled(
    tmp_path_factory: pytest.TempPathFactory, go: Round, server: Server, polls: list[tuple[int, int, bool, str]]
) -> None:
    wanted: set[str] = set()
    offered: set[str] = set()
    with Store.open(tmp_path_factory.mktemp("polls") / "store.db") as store:
        for hour, (first, count, backwards, kind) in enumerate(polls):
            numbers = sorted(range(first, first + count), reverse=backwards)
            body = rss(*map(entry, numbers))
            links = {f"https://avis.example/{each}" for each in numbers}
            offered |= links
            if kind == "cut":
                server.pages["/a"] = Reply(body.encode()[:-40])
            elif kind == "error":
                server.pages["/a"] = Reply(status=503)
            elif kind == "page":
                server.pages["/a"] = Reply(b"<html>Vedligehold</html>")
            else:
                wanted |= links
                server.pages["/a"] = Reply(body.encode(), headers={"ETag": '"1"'} if kind == "same etag" else {})
            go(hour, store=store, names="a")
        found = [row[0] for row in store.rows("SELECT url FROM articles")]
        assert wanted <= set(found) <= offered
        assert len(found) == len(set(found)) == store.value("SELECT count(*) FROM versions")


SPLICES = st.lists(
    st.tuples(st.integers(0, 3000), st.integers(0, 40), st.binary(max_size=8) | st.sampled_from(
        [b"<item>", b"</item>", b"<![CDATA[", b"]]>", b"&", b"<", b"\x00", b"\xff\xfe", b"<!ENTITY a 'b'>"])),
    min_size=1, max_size=6,
)


@given(SPLICES)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_feed_with_anything_cut_out_or_put_in_leaves_the_round_alive(
    tmp_path_factory: pytest.TempPathFactory, go: Round, server: Server, splices: list[tuple[int, int, bytes]]
) -> None:
    body = GOOD
    for at, length, put in splices:
        at %= len(body) + 1
        body = body[:at] + put + body[at + length:]
    server.pages["/a"] = Reply(body)
    with Store.open(tmp_path_factory.mktemp("fuzz") / "store.db") as store:
        summary = go(store=store)
        assert "this program failed" not in "".join(summary.troubles)
        assert store.value("SELECT count(*) FROM articles WHERE feed_id = 'b'") == 1
        server.pages["/a"] = Reply(GOOD)
        go(1, store=store)
        assert {f"Nr. {each}" for each in range(1, 4)} <= {row[0] for row in store.rows("SELECT title FROM versions")}


def test_the_server_of_a_feed_may_say_anything_in_its_headers(go: Round, store: Store, server: Server) -> None:
    odd = {"ETag": "x" * 9_000, "Last-Modified": "i går", "Cache-Control": "max-age=9999999999999999",
           "Expires": "0", "Retry-After": "-5", "Content-Type": "text/xml; charset=klingon"}

    def page(asked: Asked) -> Reply:
        assert len(asked.headers.get("if-none-match", "")) <= fetch.LENGTH_LIMIT
        return Reply(GOOD, headers=odd)

    server.pages["/a"] = page
    for hour in (0, 100):
        assert go(hour, store=store).failed == 0
    assert len(held(store)) == 3
