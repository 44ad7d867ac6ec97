"""robots.txt and reservations of text and data mining: decided with no server."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.rules import (
    delay,
    is_reserved,
    is_stale,
    may_fetch,
    reservation_from,
    reserved_by_header,
    robots_from,
)
from store.feeds import Permission

NOW = datetime(2026, 8, 6, tzinfo=UTC)
ORIGIN = "https://avis.example"
AGENT = "reputation/0.1 (research; contact@example.org)"
FEED = f"{ORIGIN}/rss/alle"


def reservation(body: bytes) -> Permission:
    found = reservation_from(ORIGIN, 200, body, NOW, None)
    assert found is not None
    return found


def robots(status: int | None = 200, body: str = "", held: Permission | None = None) -> Permission | None:
    return robots_from(ORIGIN, status, body.encode(), NOW, held)


@pytest.mark.parametrize(
    ("status", "body", "allowed"),
    [
        (200, "", True),
        (200, "User-agent: *\nDisallow: /", False),
        (200, "User-agent: *\nDisallow: /rss\nAllow: /rss/alle", True),
        (200, "User-agent: *\nDisallow: /\n\nUser-agent: reputation\nAllow: /", True),
        (200, "User-agent: Reputation\nDisallow: /rss", False),
        (200, "<html>ikke en robots.txt</html>", True),
        (200, "\x00\xff", True),
        (401, "", False),
        (403, "", False),
        (404, "", True),
        (410, "", True),
    ],
)
def test_robots(status: int, body: str, allowed: bool) -> None:
    found = robots(status, body)
    assert found is not None
    assert may_fetch(found, FEED, AGENT) is allowed


@pytest.mark.parametrize("status", [500, 503, 429, 302, None])
def test_a_robots_txt_that_can_not_be_read_forbids_for_now_or_leaves_what_is_held(status: int | None) -> None:
    assert robots(status) is None
    held = Permission(ORIGIN, "robots", True, "User-agent: *\nDisallow: /a", "s", NOW - timedelta(days=3))
    assert robots(status, held=held) == held
    assert robots(status, held=Permission(ORIGIN, "robots", True, "", "s", NOW - timedelta(days=31))) is None


@pytest.mark.parametrize(
    ("body", "seconds"),
    [("", 0), ("User-agent: *\nCrawl-delay: 7", 7), ("User-agent: *\nRequest-rate: 1/20", 20),
     ("User-agent: *\nCrawl-delay: 9e99", 86400), ("User-agent: *\nCrawl-delay: hej", 0)],
)
def test_the_pause_that_robots_asks_for(body: str, seconds: float) -> None:
    found = robots(200, body)
    assert found is not None
    assert delay(found, AGENT) == timedelta(seconds=seconds)


@pytest.mark.parametrize(("age", "stale"), [(0, False), (23, False), (25, True), (-1, True)])
def test_a_finding_holds_for_a_day(age: int, stale: bool) -> None:
    assert is_stale(Permission(ORIGIN, "tdm", True, "", "", NOW - timedelta(hours=age)), NOW) is stale


@pytest.mark.parametrize(
    ("rules", "reserved"),
    [
        ([], False),
        ([{"location": "/", "tdm-reservation": 1}], True),
        ([{"location": "/*", "tdm-reservation": 1}], True),
        ([{"location": "/", "tdm-reservation": 0}], False),
        ([{"location": "/rss/", "tdm-reservation": 0}, {"location": "/", "tdm-reservation": 1}], False),
        ([{"location": "/premium", "tdm-reservation": 1}], False),
        ([{"location": "/*/alle$", "tdm-reservation": 1}], True),
        ([{"location": "/rss$", "tdm-reservation": 1}], False),
        ([{"location": "/x*y*z", "tdm-reservation": 1}], False),
        ([{"tdm-reservation": "1"}], True),
        (["nej"], False),
        ({"location": "/"}, False),
        ("hej", False),
    ],
)
def test_a_reservation_in_the_well_known_file(rules: object, reserved: bool) -> None:
    assert is_reserved(reservation(json.dumps(rules).encode()), FEED) is reserved


def test_a_file_that_is_none_reserves_nothing() -> None:
    for body in (b"", b"<html>", b"[" * 99_999, b"\xff"):
        assert not is_reserved(reservation(body), FEED)


def test_a_reservation_that_can_not_be_read_now_holds_on_to_what_was_found() -> None:
    assert reservation_from(ORIGIN, 404, b"", NOW, None).allowed
    assert reservation_from(ORIGIN, 500, b"", NOW, None).allowed
    assert reservation_from(ORIGIN, None, b"", NOW, None) is None
    for days, status in ((3, 500), (3, None), (3, 429)):
        held = Permission(ORIGIN, "tdm", False, "[]", "s", NOW - timedelta(days=days))
        assert reservation_from(ORIGIN, status, b"", NOW, held) == held
    old = Permission(ORIGIN, "tdm", False, "[]", "s", NOW - timedelta(days=31))
    assert reservation_from(ORIGIN, 500, b"", NOW, old).allowed


def test_a_reservation_found_in_a_header_holds_for_the_source() -> None:
    assert is_reserved(Permission(ORIGIN, "tdm", False, "tdm-reservation: 1", FEED, NOW), FEED)


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        ({}, None),
        ({"tdm-reservation": "0"}, None),
        ({"tdm-reservation": " 1"}, "tdm-reservation: 1"),
        ({"x-robots-tag": "noindex"}, None),
        ({"x-robots-tag": "noindex, NoAI"}, "X-Robots-Tag: noai"),
        ({"x-robots-tag": "noimageai"}, None),
    ],
)
def test_a_reservation_in_a_header(headers: dict[str, str], found: str | None) -> None:
    assert reserved_by_header(headers) == found


@given(st.binary(max_size=200))
def test_no_body_raises(body: bytes) -> None:
    found = robots_from(ORIGIN, 200, body, NOW, None)
    assert found is not None
    may_fetch(found, FEED, AGENT)
    delay(found, AGENT)
    is_reserved(reservation(body), FEED)
