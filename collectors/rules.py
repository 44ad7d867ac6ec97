"""Decide what a source allows: robots.txt (RFC 9309) and reservations of text and data mining (TDMRep). Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from protego import Protego

from store.feeds import Permission

FRESH = timedelta(hours=24)
"""How long a finding holds (RFC 9309, 2.4)."""

USABLE = timedelta(days=30)
"""How long a robots.txt that can no longer be fetched still counts (RFC 9309, 2.3.1.4)."""

ASK_AGAIN = timedelta(minutes=15)
"""A file that can't be read is asked for again so late at the earliest, however many addresses depend on it."""

BODY_LIMIT = 500 * 1024
"""Bytes of robots.txt that are read (RFC 9309, 2.5); more is a failure."""

REDIRECTS = 5
"""Redirects of robots.txt that are followed (RFC 9309, 2.3.1.2)."""

_DISALLOW_ALL = "User-agent: *\nDisallow: /\n"


def origin_of(url: str) -> str:
    """Return scheme, host and port of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2].lower()}"


def is_stale(permission: Permission, now: datetime) -> bool:
    """Say whether a finding must be made anew; a clock that was set back makes it so too."""
    return not timedelta() <= now - permission.at < FRESH


def robots_from(
    origin: str, status: int | None, body: bytes, now: datetime, held: Permission | None,
) -> Permission | None:
    """Decide from the answer for robots.txt; ``None`` = nothing may be fetched for now.

    401 and 403 forbid everything, other 4xx allow everything; a server error or no answer (``status`` absent) leaves
    the finding held for :data:`USABLE`, and without one forbids everything for now.
    """
    source = f"{origin}/robots.txt"
    if status is not None and 200 <= status < 300:
        text = body.decode("utf-8", errors="replace")
        return Permission(origin, "robots", True, text, source, now)
    if status in (401, 403):
        return Permission(origin, "robots", False, _DISALLOW_ALL, f"{source} (status {status})", now)
    if status is not None and 400 <= status < 500 and status != 429:
        return Permission(origin, "robots", True, "", f"{source} (status {status})", now)
    if held is not None and timedelta() <= now - held.at < USABLE:
        return held
    return None


def may_fetch(permission: Permission, url: str, user_agent: str) -> bool:
    """Say whether robots.txt lets this program fetch the address."""
    return permission.allowed and bool(_parsed(permission.body).can_fetch(url, _product(user_agent)))


def delay(permission: Permission, user_agent: str) -> timedelta:
    """Return the pause between requests that robots.txt asks for: the longer of crawl-delay and request-rate."""
    parsed = _parsed(permission.body)
    seconds = float(parsed.crawl_delay(_product(user_agent)) or 0)
    rate = parsed.request_rate(_product(user_agent))
    if rate is not None and rate.requests:
        seconds = max(seconds, rate.seconds / rate.requests)
    return timedelta(seconds=min(seconds, FRESH.total_seconds()))


def reservation_from(
    origin: str, status: int | None, body: bytes, now: datetime, held: Permission | None,
) -> Permission | None:
    """Decide from the answer for /.well-known/tdmrep.json; ``None`` = it can't be said for now.

    A file that is none reserves nothing. A server error leaves the finding held for :data:`USABLE`; so does no answer
    (``status`` absent), without which nothing is mined for now.
    """
    source = f"{origin}/.well-known/tdmrep.json"
    if status is None or status == 429 or status >= 500:
        if held is not None and timedelta() <= now - held.at < USABLE:
            return held
        if status is None or status == 429:
            return None
        source = f"{source} (status {status})"
    text = body.decode("utf-8", errors="replace") if status == 200 else ""
    reserved = any(each["reserved"] for each in _reservations(text))
    return Permission(origin, "tdm", not reserved, text if reserved else "", source, now)


def is_reserved(permission: Permission, url: str) -> bool:
    """Say whether the reservation covers the address: the first rule whose path fits decides."""
    if permission.allowed:
        return False
    rules = _reservations(permission.body)
    if not rules:
        return True  # found in a header, which says it of the source
    path = urlsplit(url).path or "/"
    for rule in rules:
        if _covers(rule["location"], path):
            return bool(rule["reserved"])
    return False


def reserved_by_header(headers: Mapping[str, str]) -> str | None:
    """Return the header that reserves an answer, as found, or ``None``."""
    if headers.get("tdm-reservation", "").strip() == "1":
        return "tdm-reservation: 1"
    words = re.split(r"[,:\s]+", headers.get("x-robots-tag", "").casefold())
    return "X-Robots-Tag: noai" if "noai" in words else None


def _product(user_agent: str) -> str:
    """The name robots.txt knows a program by."""
    return re.split(r"[/\s(]", user_agent.strip(), maxsplit=1)[0] or user_agent


@lru_cache(maxsize=256)
def _parsed(body: str) -> Protego:
    return Protego.parse(body)


def _reservations(text: str) -> list[dict[str, Any]]:
    try:
        rules = json.loads(text)
    except (ValueError, RecursionError):
        return []
    if not isinstance(rules, list):
        return []
    return [
        {"location": str(each.get("location", "/")), "reserved": str(each.get("tdm-reservation")) in ("1", "True")}
        for each in rules if isinstance(each, dict)
    ]


def _covers(location: str, path: str) -> bool:
    """TDMRep writes paths as robots.txt does: * for anything, $ for the end. No regex: the pattern is a stranger's."""
    first, *others = location.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    at = len(first)
    for part in others:
        found = path.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return not location.endswith("$") or at == len(path) or bool(others and path.endswith(others[-1]))
