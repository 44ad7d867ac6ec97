"""The polite client against a server that does everything wrong: over loopback, without waiting."""

from __future__ import annotations

import gzip
import itertools
import time
import tracemalloc
import zlib
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from threading import Barrier, Lock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collectors.connect import is_public, resolve, trust
from collectors.fetch import AT_ONCE, HARD, SOFT, TEMPORARY, Answer, Client, Failure, Limits, pause, retry_after
from store.feeds import Host
from tests.collectors.serving import Reply, Server

NOW = datetime(2026, 8, 6, 12, 0, tzinfo=UTC)


class Clock:
    """A clock that only sleeping moves on."""

    def __init__(self) -> None:
        self.now = NOW
        self.slept: list[float] = []

    def __call__(self) -> datetime:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def client(clock: Clock, **given) -> Client:
    given = {"allow_private": True, "host_interval_s": 0, "limits": Limits(connect_s=10, read_s=10, total_s=30)} | given
    return Client("reputation/0.1 (test)", clock=clock, sleep=clock.sleep, **given)


def got(said: Answer | Failure) -> Answer:
    assert isinstance(said, Answer), said
    return said


def failed(said: Answer | Failure) -> Failure:
    assert isinstance(said, Failure), said
    return said


def test_an_answer_with_its_headers(server: Server, clock: Clock) -> None:
    server.pages["/feed"] = Reply(b"hej", headers={"ETag": '"1"'})
    said = got(client(clock).get(f"{server.url}/feed", {"If-None-Match": '"0"'}))
    assert (said.status, said.body, said.headers["etag"], said.complete) == (200, b"hej", '"1"', True)
    asked = server.asked[-1].headers
    assert (asked["user-agent"], asked["if-none-match"]) == ("reputation/0.1 (test)", '"0"')


def test_permission_is_asked_once_a_day(server: Server, clock: Clock) -> None:
    server.pages["/feed"] = Reply(b"hej")
    polite = client(clock)
    for _ in range(2):
        got(polite.get(f"{server.url}/feed"))
    assert [each.path for each in server.asked] == ["/robots.txt", "/.well-known/tdmrep.json", "/feed", "/feed"]
    clock.now += timedelta(hours=25)
    got(polite.get(f"{server.url}/feed"))
    assert [each.path for each in server.asked[4:]] == ["/robots.txt", "/.well-known/tdmrep.json", "/feed"]


def test_gzip_is_unpacked_and_a_gzip_bomb_is_not(server: Server, clock: Clock) -> None:
    server.pages["/feed"] = Reply(gzip.compress(b"hej"), headers={"Content-Encoding": "gzip"})
    assert got(client(clock).get(f"{server.url}/feed")).body == b"hej"
    server.pages["/feed"] = Reply(gzip.compress(bytes(5_000_000)), headers={"Content-Encoding": "gzip"})
    small = client(clock, limits=Limits(body=1_000_000))
    assert "larger than 1000000 bytes" in failed(small.get(f"{server.url}/feed")).reason
    server.pages["/feed"] = Reply(b"ingen gzip", headers={"Content-Encoding": "gzip"})
    assert failed(client(clock).get(f"{server.url}/feed")).reason == "the answer can't be decompressed"


def test_a_chunked_answer_is_whole(server: Server, clock: Clock) -> None:
    body = b"3\r\nhej\r\n2\r\n d\r\n0\r\n\r\n"
    server.pages["/feed"] = Reply(body, headers={"Transfer-Encoding": "chunked"})
    said = got(client(clock).get(f"{server.url}/feed"))
    assert (said.body, said.complete) == (b"hej d", True)


@pytest.mark.parametrize(
    "reply",
    [
        Reply(b"hej", headers={"Content-Length": "99"}),
        Reply(b"5\r\nhej", headers={"Transfer-Encoding": "chunked"}),
    ],
)
def test_a_body_that_breaks_off_is_not_whole(server: Server, clock: Clock, reply: Reply) -> None:
    server.pages["/feed"] = reply
    said = got(client(clock).get(f"{server.url}/feed"))
    assert said.complete is False
    assert said.body in (b"hej", b"")


def drip(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    for _ in range(200):
        handler.wfile.write(b"x")
        handler.wfile.flush()
        time.sleep(0.02)


def drip_headers(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
    for _ in range(200):
        handler.wfile.write(b"x")
        handler.wfile.flush()
        time.sleep(0.02)


@pytest.mark.parametrize("drop", [drip, drip_headers])
def test_a_server_that_sends_byte_by_byte_is_cut_off(server: Server, clock: Clock, drop) -> None:
    server.pages |= {"/feed": Reply(raw=drop), "/andet": Reply(b"hej")}
    polite = client(clock)
    got(polite.get(f"{server.url}/andet"))
    polite.limits = Limits(total_s=0.2)
    said = failed(polite.get(f"{server.url}/feed"))
    assert (said.reason, said.weight) == ("no answer within 0.2 s", TEMPORARY)


def test_a_server_that_says_nothing_is_left(server: Server, clock: Clock) -> None:
    server.pages |= {"/feed": Reply(raw=lambda _: time.sleep(0.5)), "/andet": Reply(b"hej")}
    polite = client(clock)
    got(polite.get(f"{server.url}/andet"))
    polite.limits = Limits(read_s=0.1)
    assert failed(polite.get(f"{server.url}/feed")).weight == TEMPORARY


@pytest.mark.parametrize("noise", [b"", b"hvad?\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n", b"\xff" * 100])
def test_a_server_that_speaks_no_http_is_a_failure(server: Server, clock: Clock, noise: bytes) -> None:
    server.pages["/feed"] = Reply(raw=lambda handler: handler.wfile.write(noise))
    assert failed(client(clock).get(f"{server.url}/feed")).weight == TEMPORARY


@pytest.mark.parametrize(
    ("status", "weight"),
    [(404, HARD), (410, HARD), (401, SOFT), (403, SOFT), (429, TEMPORARY), (500, TEMPORARY), (503, TEMPORARY)],
)
def test_a_status_that_is_no_answer_is_a_failure(server: Server, clock: Clock, status: int, weight: float) -> None:
    server.pages["/feed"] = Reply(status=status)
    said = failed(client(clock).get(f"{server.url}/feed"))
    assert (said.reason, said.weight, said.status) == (f"status {status}", weight, status)


def test_redirects_are_followed_and_permanent_ones_told(server: Server, clock: Clock) -> None:
    server.pages |= {"/a": Reply(status=301, headers={"Location": "/b"}), "/b": Reply(b"hej")}
    said = got(client(clock).get(f"{server.url}/a"))
    assert (said.url, said.moved, said.body) == (f"{server.url}/b", f"{server.url}/b", b"hej")
    server.pages["/b"] = Reply(status=302, headers={"Location": f"{server.url}/c"})
    server.pages["/c"] = Reply(b"hej")
    assert got(client(clock).get(f"{server.url}/a")).moved is None


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("/a", "more than 10 redirects"),
        ("ftp://avis.example/", "redirected to no web address"),
        ("file:///etc/passwd", "redirected to no web address"),
        ("http://user:word@avis.example/", "redirected to no web address"),
        ("http://[::1", "redirected to no web address"),
        ("/" + "x" * 3000, "redirected to no web address"),
    ],
)
def test_redirects_that_lead_nowhere(server: Server, clock: Clock, location: str, reason: str) -> None:
    server.pages["/a"] = Reply(status=302, headers={"Location": location})
    said = failed(client(clock).get(f"{server.url}/a"))
    assert (said.reason, said.weight) == (reason, HARD)


@pytest.mark.parametrize("url", ["", "avis.example/rss", "ftp://a.example/", "file:///etc/passwd", "http://a:b@c.example/",
                                 "http://a.example:port/", "http://[::1", "https://a.example/" + "x" * 3000])
def test_what_is_no_web_address_is_never_asked(clock: Clock, url: str) -> None:
    def nobody(host: str, port: int) -> list[str]:
        raise AssertionError(host)

    assert failed(client(clock, resolve=nobody).get(url)).weight == HARD


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True), ("2606:2800:220:1::1", True),
        ("127.0.0.1", False), ("10.0.0.1", False), ("172.16.3.4", False), ("192.168.1.1", False),
        ("169.254.169.254", False), ("0.0.0.0", False), ("100.64.0.1", False), ("224.0.0.1", False),
        ("255.255.255.255", False), ("240.0.0.1", False), ("198.18.0.1", False), ("::1", False), ("::", False),
        ("::127.0.0.1", False), ("64:ff9b:1::7f00:1", False), ("fec0::1", False), ("ff02::1", False),
        ("fe80::1%eth0", False), ("fd00::1", False), ("::ffff:127.0.0.1", False), ("::ffff:93.184.216.34", True),
        ("64:ff9b::7f00:1", False), ("2002:7f00:1::", False), ("2001:0:4136:e378:8000:63bf:3fff:fdd2", False),
    ],
)
def test_which_addresses_are_public(address: str, public: bool) -> None:
    assert is_public(address) is public


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1", "2130706433", "0x7f.0.0.1", "0177.0.0.1", "0", "localhost",
                                  "[::1]", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "[fe80::1]"])
def test_no_spelling_of_a_private_address_is_connected_to(clock: Clock, host: str, monkeypatch) -> None:
    monkeypatch.setattr("socket.create_connection", lambda *_, **__: pytest.fail("connected"))
    said = failed(client(clock, allow_private=False).get(f"http://{host}/feed"))
    assert "private network" in said.reason


def test_a_private_address_is_refused_before_a_byte_is_sent(server: Server, clock: Clock) -> None:
    said = failed(client(clock, allow_private=False).get(f"{server.url}/feed"))
    assert "private network" in said.reason
    assert said.weight == HARD
    assert server.asked == []


def test_one_private_address_among_public_ones_refuses_the_name(clock: Clock) -> None:
    strict = client(clock, allow_private=False, resolve=lambda *_: ["93.184.216.34", "127.0.0.1"])
    assert "private network" in failed(strict.get("http://avis.example/")).reason


def test_a_redirect_into_a_private_network_is_refused(server: Server, clock: Clock, monkeypatch) -> None:
    port = int(server.url.rpartition(":")[2])
    monkeypatch.setattr("collectors.connect.is_public", lambda address: address == "127.0.0.1")
    strict = client(clock, allow_private=False,
                    resolve=lambda host, _: ["127.0.0.1"] if host == "avis.example" else ["10.0.0.1"])
    server.pages["/a"] = Reply(status=302, headers={"Location": "http://intranet.example/"})
    assert "intranet.example leads into a private network" in failed(strict.get(f"http://avis.example:{port}/a")).reason


def test_the_address_that_was_checked_is_the_one_connected_to(server: Server, clock: Clock, monkeypatch) -> None:
    """A name that answers with a public address when checked and a private one when connected to."""
    port = int(server.url.rpartition(":")[2])
    answers = iter([["127.0.0.1"], ["127.0.0.1"], ["127.0.0.1"], ["10.0.0.1"]])
    monkeypatch.setattr("collectors.connect.is_public", lambda address: address == "127.0.0.1")
    server.pages["/feed"] = Reply(b"hej")
    strict = client(clock, allow_private=False, resolve=lambda *_: next(answers))
    assert got(strict.get(f"http://avis.example:{port}/feed")).body == b"hej"
    assert server.asked[-1].headers["host"] == f"avis.example:{port}"
    assert "private network" in failed(strict.get(f"http://avis.example:{port}/feed")).reason


def test_the_next_address_is_tried_when_one_does_not_answer(server: Server, clock: Clock) -> None:
    port = int(server.url.rpartition(":")[2])
    server.pages["/feed"] = Reply(b"hej")
    polite = client(clock, resolve=lambda *_: ["::1", "127.0.0.1"])
    assert got(polite.get(f"http://avis.example:{port}/feed")).body == b"hej"


def test_a_name_or_port_where_nobody_is_is_a_temporary_failure(clock: Clock) -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise OSError("no such name")

    assert failed(client(clock, resolve=unknown).get("http://avis.example/")).weight == TEMPORARY
    assert failed(client(clock, resolve=lambda *_: []).get("http://avis.example/")).weight == TEMPORARY
    assert failed(client(clock).get("http://127.0.0.1:9/")).weight == TEMPORARY


def test_resolving_gives_numbers() -> None:
    assert resolve("127.0.0.1", 80) == ["127.0.0.1"]


def test_there_are_authorities_to_trust_on_any_machine() -> None:
    assert trust().cert_store_stats()["x509_ca"] > 50


def test_https_is_spoken_with_a_certificate_or_not_at_all(server: Server, clock: Clock) -> None:
    said = failed(client(clock).get(server.url.replace("http", "https") + "/feed"))
    assert "robots.txt can't be read" in said.reason


def test_no_way_back_from_https_to_http(clock: Clock, monkeypatch) -> None:
    polite = client(clock)
    answer = Answer("https://a.example/", 302, {"location": "http://a.example/"}, b"")
    monkeypatch.setattr(polite, "_refused", lambda *_: None)
    monkeypatch.setattr(polite, "_ask", lambda *_: answer)
    assert failed(polite.get("https://a.example/")).reason == "redirected from https to http"


@pytest.mark.parametrize(
    ("robots", "reason"),
    [
        (Reply(b"User-agent: *\nDisallow: /feed"), "does not allow it"),
        (Reply(status=403), "(status 403) does not allow it"),
    ],
)
def test_robots_is_obeyed_and_kept(server: Server, clock: Clock, robots: Reply, reason: str) -> None:
    server.pages |= {"/feed": Reply(b"hej"), "/robots.txt": robots}
    polite = client(clock)
    said = failed(polite.get(f"{server.url}/feed"))
    assert (said.blocked, said.weight, said.waiting) == (True, 0, False)
    assert said.reason.endswith(reason)
    assert server.paths() == []
    assert (server.url, "robots") in polite.permissions


def test_a_robots_txt_that_fails_forbids_for_now(server: Server, clock: Clock) -> None:
    server.pages |= {"/feed": Reply(b"hej"), "/robots.txt": Reply(status=500)}
    polite = client(clock)
    said = failed(polite.get(f"{server.url}/feed"))
    assert (said.reason, said.weight) == ("robots.txt can't be read (status 500)", TEMPORARY)
    assert (server.url, "robots") not in polite.permissions
    failed(polite.get(f"{server.url}/andet"))
    assert len(server.asked) == 1  # not asked anew for each address
    clock.now += timedelta(minutes=16)
    server.pages["/robots.txt"] = Reply(status=302, headers={"Location": "/andre.txt"})
    server.pages["/andre.txt"] = Reply(b"User-agent: *\nAllow: /")
    assert got(polite.get(f"{server.url}/feed")).body == b"hej"


def test_a_robots_txt_that_asks_to_wait_is_waited_for(server: Server, clock: Clock) -> None:
    server.pages["/robots.txt"] = Reply(status=503, headers={"Retry-After": "3600"})
    polite = client(clock)
    said = failed(polite.get(f"{server.url}/feed"))
    assert (said.weight, said.not_before) == (TEMPORARY, NOW + timedelta(hours=1))
    assert failed(polite.get(f"{server.url}/feed")).waiting
    assert len(server.asked) == 1


def test_a_robots_txt_that_leads_away_or_in_circles_is_none(server: Server, clock: Clock) -> None:
    server.pages["/robots.txt"] = Reply(status=302, headers={"Location": "/robots.txt"})
    assert "robots.txt can't be read" in failed(client(clock).get(f"{server.url}/feed")).reason
    server.pages["/robots.txt"] = Reply(status=302, headers={"Location": "ftp://x.example/"})
    assert "redirected to no web address" in failed(client(clock).get(f"{server.url}/feed")).reason


@pytest.mark.parametrize(
    "pages",
    [
        {"/.well-known/tdmrep.json": Reply(b'[{"location": "/", "tdm-reservation": 1}]')},
        {"/feed": Reply(b"hej", headers={"tdm-reservation": "1"})},
        {"/feed": Reply(b"hej", headers={"X-Robots-Tag": "noai"})},
    ],
)
def test_a_reserved_source_is_not_mined(server: Server, clock: Clock, pages: dict[str, Reply]) -> None:
    server.pages |= {"/feed": Reply(b"hej")} | pages
    polite = client(clock)
    for _ in range(2):
        said = failed(polite.get(f"{server.url}/feed"))
        assert said.blocked
        assert "reserved" in said.reason
    assert len(server.paths()) <= 1
    held = [each for each in polite.permissions.values() if not each.allowed]
    assert [(each.kind, each.at) for each in held] == [("tdm", NOW)]
    assert held[0] in polite.learnt()[1]


def test_a_page_that_reserves_itself_leaves_the_others_of_its_source(server: Server, clock: Clock) -> None:
    server.pages |= {"/side": Reply(b"hej", headers={"tdm-reservation": "1"}), "/feed": Reply(b"hej")}
    polite = client(clock)
    assert failed(polite.get(f"{server.url}/side")).blocked
    assert got(polite.get(f"{server.url}/feed")).body == b"hej"
    clock.now += timedelta(hours=25)
    server.pages["/side"] = Reply(b"hej")
    assert got(polite.get(f"{server.url}/side")).body == b"hej"


def test_a_reservation_that_can_not_be_asked_for_is_waited_for_and_one_that_is_held_stays(
    server: Server, clock: Clock
) -> None:
    server.pages |= {"/feed": Reply(b"hej"), "/.well-known/tdmrep.json": Reply(raw=lambda handler: None)}
    polite = client(clock)
    said = failed(polite.get(f"{server.url}/feed"))
    assert (said.weight, said.reason.partition(" (")[0]) == (TEMPORARY, "tdmrep.json can't be read")
    server.pages["/.well-known/tdmrep.json"] = Reply(b'[{"location": "/", "tdm-reservation": 1}]')
    clock.now += timedelta(minutes=16)
    assert failed(polite.get(f"{server.url}/feed")).blocked
    server.pages["/.well-known/tdmrep.json"] = Reply(status=500)
    clock.now += timedelta(days=2)
    assert failed(polite.get(f"{server.url}/feed")).blocked
    clock.now += timedelta(days=30)
    assert got(polite.get(f"{server.url}/feed")).body == b"hej"


def test_starts_at_one_host_are_an_interval_apart(server: Server, clock: Clock) -> None:
    server.pages["/feed"] = Reply(b"hej")
    polite = client(clock, host_interval_s=5)
    got(polite.get(f"{server.url}/feed"))
    assert clock.slept == [5, 5]
    clock.now += timedelta(seconds=3)
    got(polite.get(f"{server.url}/feed"))
    assert clock.slept == [5, 5, 2]


def test_a_crawl_delay_is_kept_or_left_for_a_later_run(server: Server, clock: Clock) -> None:
    server.pages |= {"/feed": Reply(b"hej"), "/robots.txt": Reply(b"User-agent: *\nCrawl-delay: 9")}
    polite = client(clock, host_interval_s=5)
    got(polite.get(f"{server.url}/feed"))
    assert clock.slept == [9, 9]
    server.pages["/robots.txt"] = Reply(b"User-agent: *\nCrawl-delay: 3600")
    polite = client(clock)
    said = failed(polite.get(f"{server.url}/feed"))
    assert said.waiting
    assert said.not_before == clock.now + timedelta(hours=1)


@pytest.mark.parametrize(
    ("headers", "wait"),
    [({"Retry-After": "3600"}, timedelta(hours=1)), ({"Retry-After": "316800"}, timedelta(hours=24)),
     ({}, timedelta(seconds=30))],
)
def test_a_host_that_asks_for_time_is_left_alone_and_not_slept_for(
    server: Server, clock: Clock, headers: dict[str, str], wait: timedelta
) -> None:
    server.pages["/feed"] = Reply(status=429, headers=headers)
    polite = client(clock)
    assert failed(polite.get(f"{server.url}/feed")).not_before == NOW + wait
    said = failed(polite.get(f"{server.url}/andet"))
    assert (said.waiting, said.not_before, clock.slept) == (True, NOW + wait, [])
    assert server.paths() == ["/feed"]
    clock.now += wait
    server.pages["/feed"] = Reply(b"hej")
    assert got(polite.get(f"{server.url}/feed")).body == b"hej"


def test_what_was_learnt_before_counts(server: Server, clock: Clock) -> None:
    polite = client(clock)
    polite.hosts["127.0.0.1"] = Host("127.0.0.1", NOW, NOW + timedelta(hours=1))
    assert failed(polite.get(f"{server.url}/feed")).waiting
    assert server.asked == []


def test_a_clock_that_is_set_back_keeps_no_host_waiting(server: Server, clock: Clock) -> None:
    server.pages["/feed"] = Reply(b"hej")
    polite = client(clock, host_interval_s=5)
    polite.hosts["127.0.0.1"] = Host("127.0.0.1", NOW + timedelta(days=365), NOW + timedelta(days=365, hours=1))
    got(polite.get(f"{server.url}/feed"))
    assert clock.slept == [5, 5, 5]


@given(
    st.lists(st.tuples(st.integers(-9999, 9999), st.integers(0, 90)), max_size=20),
)
def test_starts_are_never_closer_than_the_delay_unless_the_clock_jumps(steps: list[tuple[int, int]]) -> None:
    now, known = NOW, None
    for jump, delay in steps:
        now += timedelta(seconds=jump)
        wait = pause(known, timedelta(seconds=delay), now) if known else timedelta()
        assert timedelta() <= wait <= timedelta(seconds=delay)
        if known and now >= known.last_request:
            assert now + wait >= known.last_request + timedelta(seconds=delay)
        now += wait
        known = Host("h", now)


def test_threads_share_a_client_four_requests_at_once_and_one_a_host(clock: Clock) -> None:
    polite = client(clock, host_interval_s=5)
    guard, under_way, most, starts = Lock(), [], [], {}
    together = Barrier(AT_ONCE)

    def request(url: str, host: str, *_: object) -> Answer:
        with guard:
            assert host not in under_way
            under_way.append(host)
            most.append(len(under_way))
            starts.setdefault(host, []).append(polite.hosts[host].last_request)
            first = len(most) <= AT_ONCE
        if first:
            together.wait(30)  # the first four must all be under way before one ends
        with guard:
            under_way.remove(host)
        return Answer(url, 404 if "robots" in url or "tdmrep" in url else 200, {}, b"hej")

    polite._request = request  # type: ignore[method-assign]
    urls = [f"http://h{number % 12}.example/{number}" for number in range(48)]
    with ThreadPoolExecutor(24) as pool:
        assert {got(each).body for each in pool.map(polite.get, urls)} == {b"hej"}
    assert max(most) == AT_ONCE
    assert {len(each) for each in starts.values()} == {2 + 4}
    for each in starts.values():
        assert all(later - earlier >= timedelta(seconds=5) for earlier, later in itertools.pairwise(each))
    hosts, permissions = polite.learnt()
    assert (len(hosts), len(permissions)) == (12, 24)
    assert polite.learnt() == ([], [])


@pytest.mark.parametrize("packed", ["br", "zstd", "gzip, br", "compress"])
def test_a_packing_that_was_not_asked_for_is_refused(server: Server, clock: Clock, packed: str) -> None:
    server.pages["/feed"] = Reply(b"hej", headers={"Content-Encoding": packed})
    said = failed(client(clock).get(f"{server.url}/feed"))
    assert said.reason == "the answer is packed in a way that was not asked for"


@pytest.mark.parametrize("pack", [
    lambda body: ("gzip", gzip.compress(body)), lambda body: ("deflate", zlib.compress(body)),
    lambda body: ("gzip, gzip", gzip.compress(gzip.compress(body))),
])
def test_bombs_are_never_unpacked_beyond_the_limit(server: Server, clock: Clock, pack) -> None:
    named, packed = pack(bytes(60_000_000))
    server.pages["/feed"] = Reply(packed, headers={"Content-Encoding": named})
    small = client(clock, limits=Limits(body=1_000_000, total_s=30))
    tracemalloc.start()
    said = failed(small.get(f"{server.url}/feed"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert said.reason == "the answer is larger than 1000000 bytes"
    assert peak < 30_000_000


def test_an_endless_body_is_cut_at_the_limit(server: Server, clock: Clock) -> None:
    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            handler.wfile.write(b"x" * 65_536)

    server.pages["/feed"] = Reply(raw=endless)
    small = client(clock, limits=Limits(body=1_000_000))
    assert failed(small.get(f"{server.url}/feed")).reason == "the answer is larger than 1000000 bytes"


HEADER = st.binary(max_size=60).map(lambda raw: raw.replace(b"\n", b""))
STARTS = st.sampled_from([b"HTTP/1.1 200 OK", b"HTTP/1.0 304 ", b"HTTP/1.1 429 Wait", b"HTTP/9 abc", b"HTTP/1.1 301 x"])
FIELDS = st.lists(st.tuples(
    st.sampled_from([b"Location", b"Retry-After", b"Content-Length", b"Content-Encoding", b"Transfer-Encoding",
                     b"ETag", b"X-Robots-Tag", b"tdm-reservation", b"Cache-Control", b"\xff"]),
    HEADER | st.sampled_from([b"0", b"-1", b"99999999999", b"chunked", b"gzip", b"/feed", b"http://[", b"//"]),
), max_size=4)


@given(STARTS, FIELDS, st.binary(max_size=40))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_header_raises(server: Server, start: bytes, fields: list[tuple[bytes, bytes]], body: bytes) -> None:
    clock = Clock()
    head = b"\r\n".join((start, *(name + b": " + value for name, value in fields)))
    server.pages["/feed"] = Reply(raw=lambda handler: handler.wfile.write(head + b"\r\n\r\n" + body))
    small = client(clock, limits=Limits(connect_s=1, read_s=1, total_s=2, redirects=3),
                   resolve=lambda host, port: ["127.0.0.1"] if host == "127.0.0.1" else [])
    assert isinstance(small.get(f"{server.url}/feed"), Answer | Failure)


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("", None), ("snart", None), ("-5", None), ("0", timedelta()), (" 60 ", timedelta(minutes=1)),
        ("9" * 99, timedelta(days=1)),
        ("Thu, 06 Aug 2026 13:00:00 GMT", timedelta(hours=1)), ("Thu, 06 Aug 2020 13:00:00 GMT", timedelta()),
        ("Thu, 06 Aug 2026 13:00:00 -0000", timedelta(hours=1)),
    ],
)
def test_retry_after(value: str, wait: timedelta | None) -> None:
    assert retry_after(value, NOW) == wait
