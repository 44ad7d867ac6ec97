"""Measure a round over sixty feeds on thirty hosts, new and with nothing new, against fetching and parsing alone."""

from __future__ import annotations

import multiprocessing
import random
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from benchmarks.harness import Row, Run
from collectors.feedparse import ENTRY_LIMIT, MARK_LIMIT, SIZE_LIMIT, NoFeed, Parsed, parse_feed
from collectors.harvest import HarvestSummary, harvest
from store.config import Config, config_from
from store.database import Store
from store.facts import Facts, load_facts

HOSTS, FEEDS, ENTRIES = 30, 60, 40
NOW = datetime(2026, 8, 6, 12, tzinfo=UTC)
WORDS = (
    "beboerne", "skolen", "torvet", "planen", "boligforeningen", "kommunen", "området", "vejen", "parken", "klubben",
    "huset", "festen",
)


def measure(run: Run) -> Sequence[Row]:
    """Harvest: sixty feeds on thirty hosts, twice, beside urllib3 with feedparser alone; the costliest feeds"""
    feeds = run.count(FEEDS, HOSTS)
    facts = load_facts(Config(path=Path("config.toml")))
    with _server() as port, _names():
        peer = _Peer(port, feeds)
        peer_first, peer_second = _processor(peer.ask), _processor(peer.ask)
        quick = _Ours(run.folder / "quick.db", facts, port, feeds, pause=False)
        first, second = quick.round(), quick.round()
        tenth = _Ours(run.folder / "tenth.db", facts, port, max(1, feeds // 10), pause=False).round()
        patient = _Ours(run.folder / "patient.db", facts, port, feeds, pause=True)
        slow_first, slow_second = patient.round(), patient.round()
    assert (first.summary.articles, second.summary.not_modified) == (feeds * ENTRIES, feeds)
    return [
        Row("peer-first", "urllib3 and feedparser: fetched, parsed, nothing stored", {"feeds": feeds}, peer_first),
        Row("first", "harvest, all new", first.amounts, first.processor, "peer-first"),
        Row("tenth", "harvest of a tenth, all new", tenth.amounts, tenth.processor),
        Row("first-tenth", "`first` held against a tenth", first.amounts, first.processor, "tenth"),
        Row("peer-second", "urllib3 alone: conditional, not modified", {"feeds": feeds}, peer_second),
        Row("second", "harvest again, nothing new", second.amounts, second.processor, "peer-second"),
        Row("first-5s", "the first at 5 s a host, by the clock", slow_first.amounts, slow_first.clock, clock=True),
        Row("second-5s", "the second at 5 s a host, by the clock", slow_second.amounts, slow_second.clock, clock=True),
        *_costliest(),
    ]


# ---------------------------------------------------------------- ours


class _Said:
    """What a round came to."""

    def __init__(self, summary: HarvestSummary, requests: int, writes: int, clock: float, processor: float) -> None:
        self.summary, self.clock, self.processor = summary, clock, processor
        self.amounts = {"feeds": summary.due, "requests": requests, "articles": summary.articles,
                        "rows written": writes}


class _Ours:
    def __init__(self, path: Path, facts: Facts, port: int, feeds: int, *, pause: bool) -> None:
        self.store, self.facts, self.pause, self.port = Store.open(path), facts, pause, port
        self.later = timedelta()
        self.config = config_from({
            "harvest": {"allow_private_addresses": True, "host_interval_s": 5 if pause else 0},
            "feeds": [{"id": f"f{number}", "outlet": {"name": f"Avis {number}", "class": "local", "medium": "web"},
                       "url": _url(port, number)} for number in range(feeds)],
        }, path)

    def round(self) -> _Said:
        """One round; the next is an hour later."""
        begun, later = time.time(), self.later
        self.later += timedelta(hours=1)

        def now() -> datetime:
            return NOW + later + timedelta(seconds=time.time() - begun)

        asked, written = _asked(self.port), self.store.db.conn.total_changes  # type: ignore[union-attr]
        clock, processor = time.perf_counter(), time.process_time()
        summary = harvest(self.store, self.config, self.facts, now=now)
        clock, processor = time.perf_counter() - clock, time.process_time() - processor
        writes = self.store.db.conn.total_changes - written  # type: ignore[union-attr]
        return _Said(summary, _asked(self.port) - asked - 1, writes, clock, processor)


# ---------------------------------------------------------------- the peer


class _Peer:
    """Asks the same feeds one after the other: no pause, no permission, no check of addresses, no store."""

    def __init__(self, port: int, feeds: int) -> None:
        self.urls = [_url(port, number) for number in range(feeds)]
        self.tags: dict[str, str] = {}

    def ask(self) -> None:
        import feedparser
        import urllib3

        with urllib3.PoolManager() as pool:
            for url in self.urls:
                answer = pool.request("GET", url, headers={"If-None-Match": self.tags.get(url, "")})
                if answer.status == 200:
                    assert len(feedparser.parse(answer.data).entries) == ENTRIES
                    self.tags[url] = answer.headers["ETag"]


def _processor(work: Callable[[], None]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


# ---------------------------------------------------------------- feeds that cost most


def _costliest() -> Iterator[Row]:
    """Processor seconds of the costliest feed that is read, and of the costliest that is refused: 2 are allowed."""
    headers = {"content-type": "application/rss+xml"}

    def cost(body: bytes) -> float:
        return min(_processor(lambda: parse_feed(body, "https://avis.example/rss", headers, NOW) and None)
                   for _ in range(2))

    def feed(*parts: str) -> bytes:
        return f'<rss version="2.0"><channel><title>A</title>{"".join(parts)}</channel></rss>'.encode()

    item = "<item><title>Torv</title><guid>{}</guid><link>https://avis.example/{}</link><description>{}</description></item>"
    most = SIZE_LIMIT // ENTRY_LIMIT - 200
    read = [
        feed(*(item.format(number, number, "ord " * (most // 4)) for number in range(ENTRY_LIMIT))),
        feed(*(item.format(each, each, f"<![CDATA[{'<p>ord</p>' * (most // 10)}]]>") for each in range(120))),
        feed(item.format(1, 1, "&amp;" * (MARK_LIMIT - 100))),
        feed(item.format(1, 1, "\n" * 299_000)),
        feed(item.format(1, 1, "<b>" * 190 + "x" + "</b>" * 190) * 120),
        feed(f"<item {'a' * 9_000}='1' {'b=1 ' * 2_000}/>" * 200),
        feed(item.format(1, 1, "a" + "\u0301\u0316" * 900_000)),
        feed(item.format(1, 1, f"<![CDATA[<a {'b=1 ' * 900_000}>]]>")),
        feed("<item><title>Torv</title>", "<content>x</content>" * (MARK_LIMIT // 2 - 50), "</item>"),
        feed("<item><title>Torv</title>", '<a xmlns:b="u"/>' * (MARK_LIMIT - 100), "</item>"),
    ]
    laughs = '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{at} "{f"&a{at - 1};" * 10}">' for at in range(1, 10))
    refused = [
        f"<!DOCTYPE rss [{laughs}]>".encode() + feed("<item><title>&a9;</title></item>"),
        f'<!DOCTYPE rss [<!ENTITY a "{"x" * 100_000}">]>'.encode() + feed(f"<item><title>{'&a;' * 20_000}</title>"),
        feed("<item>" * 200_000), feed("<item/>" * 50_000), feed("<a>" * 300_000), feed("<![CDATA[" * 400_000),
        feed("<" * 3_900_000), feed(f"<item {'a=1 ' * 900_000}>"), b"\x00<" * 2_000_000, b"x" * 16_000_000,
    ]
    assert all(isinstance(parse_feed(body, "", headers, NOW), Parsed) for body in read)
    assert all(isinstance(parse_feed(body, "", headers, NOW), NoFeed) for body in refused)
    yield Row("costliest-read", f"the costliest of {len(read)} feeds at the limits of what is read", {"feeds": 1},
              max(map(cost, read)))
    yield Row("costliest-refused", f"the costliest of {len(refused)} bombs", {"feeds": 1}, max(map(cost, refused)))


# ---------------------------------------------------------------- the server, in a process of its own


def _url(port: int, number: int) -> str:
    return f"http://h{number % HOSTS}.example:{port}/{number}"


@contextmanager
def _names() -> Iterator[None]:
    """Let names that end in ``.example`` lead here."""
    ask = socket.getaddrinfo

    def here(host: Any, *rest: Any, **more: Any) -> Any:
        return ask("127.0.0.1" if str(host).endswith(".example") else host, *rest, **more)

    socket.getaddrinfo = here
    try:
        yield
    finally:
        socket.getaddrinfo = ask


def _asked(port: int) -> int:
    import urllib3

    with urllib3.PoolManager() as pool:
        return int(pool.request("GET", f"http://127.0.0.1:{port}/asked").data)


@contextmanager
def _server() -> Iterator[int]:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs,), daemon=True)
    process.start()
    try:
        yield ours.recv()
    finally:
        process.terminate()
        process.join()


def _serve(tell: Connection) -> None:
    asked = 0
    guard = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            nonlocal asked
            with guard:
                asked += 1
            number = self.path[1:]
            tag = f'"{number}"'
            if number == "asked":
                self._say(200, str(asked).encode())
            elif not number.isdigit():
                self._say(404, b"")
            elif self.headers.get("If-None-Match") == tag:
                self._say(304, b"")
            else:
                self._say(200, _feed(int(number)), ETag=tag)

        def _say(self, status: int, body: bytes, **headers: str) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    tell.send(http.server_address[1])
    http.serve_forever()


def _feed(number: int) -> bytes:
    dice = random.Random(number)  # noqa: S311 - not a secret

    def text(words: int) -> str:
        return " ".join(dice.choice(WORDS) + dice.choice(WORDS) for _ in range(words))

    items = "".join(
        f"<item><title>{text(8)}</title><guid>g{number}-{at}</guid>"
        f"<link>https://avis{number}.example/{at}</link><description>{text(25)}</description>"
        f"<pubDate>Thu, 06 Aug 2026 {at % 12:02}:00:00 +0200</pubDate></item>" for at in range(ENTRIES))
    return f'<rss version="2.0"><channel><title>Avis {number}</title>{items}</channel></rss>'.encode()
