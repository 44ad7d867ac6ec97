"""Sixty feeds on thirty hosts in one run, and again with nothing new: what is asked, when, and what is written."""

from __future__ import annotations

import itertools
import socket
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

import pytest

from collectors.fetch import Client
from collectors.harvest import harvest
from store.config import config_from
from store.database import Store
from store.facts import Facts
from tests.collectors.serving import Asked, Reply, Server, serving
from tests.collectors.test_feedparse import item, rss

HOSTS, FEEDS, ENTRIES = 30, 60, 20


class Clock:
    """A clock that only sleeping moves on, for many threads."""

    def __init__(self) -> None:
        self.now = datetime(2026, 8, 6, 12, 0, tzinfo=UTC)
        self._guard = Lock()

    def __call__(self) -> datetime:
        return self.now

    def sleep(self, seconds: float) -> None:
        with self._guard:
            self.now += timedelta(seconds=seconds)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """All names with the ending ``.example`` lead to it."""
    ask = socket.getaddrinfo
    monkeypatch.setattr(
        socket, "getaddrinfo",
        lambda host, *rest, **more: ask("127.0.0.1" if host.endswith(".example") else host, *rest, **more),
    )
    with serving() as server:
        for number in range(FEEDS):
            server.pages[f"/{number}"] = page(number)
        yield server


def page(number: int) -> Any:
    body = rss(*(item(f"Nr. {number}-{each}", f"g{number}-{each}", f"https://avis.example/{number}/{each}")
                 for each in range(ENTRIES))).encode()

    def page(asked: Asked) -> Reply:
        if asked.headers.get("if-none-match") == f'"{number}"':
            return Reply(status=304)
        return Reply(body, headers={"ETag": f'"{number}"'})

    return page


def test_sixty_feeds_on_thirty_hosts(
    store: Store, facts: Facts, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = urlsplit(server.url).port
    config = config_from({
        "harvest": {"allow_private_addresses": True},
        "feeds": [{"id": f"f{number}", "outlet": {"name": f"Avis {number}", "class": "local", "medium": "web"},
                   "url": f"http://h{number % HOSTS}.example:{port}/{number}"} for number in range(FEEDS)],
    }, tmp_path / "config.toml")
    clock, starts = Clock(), dict[str, list[datetime]]()
    request = Client._request

    def noted(self: Client, url: str, host: str, *rest: Any) -> Any:
        starts.setdefault(host, []).append(self.hosts[host].last_request)
        return request(self, url, host, *rest)

    monkeypatch.setattr(Client, "_request", noted)

    first = harvest(store, config, facts, now=clock, sleep=clock.sleep)
    assert (first.due, first.new, first.articles, first.exit_code) == (FEEDS, FEEDS, FEEDS * ENTRIES, 0)
    assert Counter(each.path for each in server.asked).most_common(2) == [
        ("/robots.txt", HOSTS), ("/.well-known/tdmrep.json", HOSTS)
    ]
    assert len(server.paths()) == len(set(server.paths())) == FEEDS

    server.asked.clear()
    clock.sleep(3600)
    held = [tuple(row) for table in ("articles", "versions", "outlets", "copies_due") for row in
            store.rows(f"SELECT * FROM {table}")]
    written = store.db.conn.total_changes
    second = harvest(store, config, facts, now=clock, sleep=clock.sleep)
    assert second.line() == (
        "harvest: 60 of 60 feeds due: 0 new, 0 unchanged, 60 not modified, 0 partial, 0 failed, 0 blocked, 0 waiting, "
        "0 resting; 0 articles added, 0 edited; nothing new"
    )
    assert sorted(each.path for each in server.asked) == sorted(f"/{number}" for number in range(FEEDS))
    assert all(each.headers["if-none-match"] == f'"{each.path[1:]}"' for each in server.asked)
    assert held == [tuple(row) for table in ("articles", "versions", "outlets", "copies_due") for row in
                    store.rows(f"SELECT * FROM {table}")]
    # The feed's state, its poll, its host: replacing a row counts as one.
    assert store.db.conn.total_changes - written <= 3 * FEEDS

    for host, each in starts.items():
        assert len(each) == 2 + 2 + 2, host
        assert all(later - earlier >= timedelta(seconds=5) for earlier, later in itertools.pairwise(each))
    assert len(starts) == HOSTS


def test_feeds_that_lead_to_one_host_are_asked_as_one_host(
    store: Store, facts: Facts, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = urlsplit(server.url).port
    for number in range(4):
        server.pages[f"/old{number}"] = Reply(status=302, headers={"Location": f"http://en.example:{port}/{number}"})
    config = config_from({
        "harvest": {"allow_private_addresses": True},
        "feeds": [{"id": f"f{number}", "outlet": "fjordposten", "url": f"http://h{number}.example:{port}/old{number}"}
                  for number in range(4)],
    }, tmp_path / "config.toml")
    clock, starts = Clock(), list[datetime]()
    request = Client._request

    def noted(self: Client, url: str, host: str, *rest: Any) -> Any:
        if host == "en.example":
            starts.append(self.hosts[host].last_request)
        return request(self, url, host, *rest)

    monkeypatch.setattr(Client, "_request", noted)
    assert harvest(store, config, facts, now=clock, sleep=clock.sleep).new == 4
    assert len(starts) == 2 + 4
    assert all(later - earlier >= timedelta(seconds=5) for earlier, later in itertools.pairwise(starts))
