"""Fetch one address politely: the one HTTP client of this program."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from threading import BoundedSemaphore, Lock
from urllib.parse import urljoin, urlsplit

from urllib3.exceptions import (
    DecodeError,
    HTTPError,
    IncompleteRead,
    LocationValueError,
    ProtocolError,
    SSLError,
    TimeoutError,
)
from urllib3.response import BaseHTTPResponse

from collectors import rules
from collectors.addresses import LENGTH_LIMIT
from collectors.connect import ForbiddenAddress, Line, Resolve, resolve, trust
from store.feeds import Host, Permission, PermissionKind

HARD, SOFT, TEMPORARY = 1.0, 0.5, 0.25
"""What a failure counts: will not mend itself, may, will."""

RETRY_AFTER_LIMIT = timedelta(hours=24)
"""Longest Retry-After that is honoured; 88 hours has been seen."""

PAUSE_AFTER_429 = timedelta(seconds=30)
LONGEST_WAIT = timedelta(seconds=60)
"""A host that wants longer pauses than this (crawl-delay) is left for a later run instead of waited for."""

AT_ONCE = 4
"""Requests under way at the same time, each to another host."""

_TEMPORARY_STATUS = frozenset({408, 425, 429, 500, 502, 503, 504, 522, 524})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_CHUNK = 1 << 16
_ENCODINGS = frozenset({"", "identity", "gzip", "x-gzip", "deflate"})
"""What is asked for; a server that packs otherwise has not read the request."""


@dataclass(frozen=True)
class Limits:
    """What a request may cost."""

    connect_s: float = 10
    read_s: float = 20
    total_s: float = 60
    body: int = 16_000_000
    """bytes after decompression"""
    redirects: int = 10
    """the trap list allows 30, at 5 s each; real feeds need 3"""


@dataclass(frozen=True)
class Answer:
    """What a server said."""

    url: str
    """where the answer came from, after redirects"""
    status: int
    headers: Mapping[str, str]
    """names in small letters"""
    body: bytes
    complete: bool = True
    """whether all of the body came"""
    moved: str | None = None
    """the new address, where every redirect on the way was permanent"""


@dataclass(frozen=True)
class Failure:
    """Why there is no answer."""

    reason: str
    weight: float
    """0 where nobody failed: the host may not be asked yet, or does not want to be"""
    status: int | None = None
    not_before: datetime | None = None
    """when to ask again at the earliest"""
    blocked: bool = False
    """the source does not allow it"""

    @property
    def waiting(self) -> bool:
        """Whether nothing was asked, since the host is owed a pause."""
        return self.weight == 0 and not self.blocked


class Client:
    """Fetches addresses, obeying robots.txt, reservations of text and data mining, and host intervals.

    Threads may share it: :data:`AT_ONCE` requests are under way at once, never two to one host. What it learns of
    hosts and sources it keeps in :attr:`hosts` and :attr:`permissions`; the caller stores what :meth:`learnt` gives.
    """

    def __init__(
        self, user_agent: str, *, host_interval_s: float = 5, allow_private: bool = False,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC), sleep: Callable[[float], None] = time.sleep,
        resolve: Resolve = resolve, limits: Limits = Limits(),
    ) -> None:
        self.user_agent = user_agent
        self.interval = timedelta(seconds=host_interval_s)
        self.allow_private = allow_private
        self.clock, self.sleep, self.resolve, self.limits = clock, sleep, resolve, limits
        self.trusted = trust()
        self.hosts: dict[str, Host] = {}
        self.permissions: dict[tuple[str, str], Permission] = {}
        self._unread: dict[tuple[str, str], tuple[datetime, Failure | None]] = {}
        self._new_hosts: set[str] = set()
        self._new_permissions: set[tuple[str, str]] = set()
        self._guard = Lock()
        self._turns: dict[tuple[str, str], Lock] = {}
        self._at_once = BoundedSemaphore(AT_ONCE)

    def get(
        self, url: str, headers: Mapping[str, str] | None = None, *, kind: PermissionKind = "tdm",
    ) -> Answer | Failure:
        """Fetch ``url``, following redirects one by one, each checked like the first.

        ``kind`` is what a reservation found in the answer's headers is kept as: one that article pages carry
        (*pages*) speaks of pages, and the feeds of the source stay as allowed as they were. Never raises for what a
        server or a network does.
        """
        moved: str | None = None
        permanent = True
        for _ in range(self.limits.redirects + 1):
            refused = self._refused(url, kind)
            if refused is not None:
                return refused
            answer = self._ask(url, headers or {})
            if isinstance(answer, Failure):
                return answer
            target = _target(answer)
            if target is None:
                return self._judged(replace(answer, moved=moved), kind)
            if isinstance(target, Failure):
                return target
            permanent = permanent and answer.status in (301, 308)
            moved = target if permanent else None
            url = target
        return Failure(f"more than {self.limits.redirects} redirects", HARD)

    def learnt(self) -> tuple[list[Host], list[Permission]]:
        """Give what was learnt of hosts and sources since the last call."""
        with self._guard:
            hosts = [self.hosts[each] for each in sorted(self._new_hosts)]
            permissions = [self.permissions[each] for each in sorted(self._new_permissions)]
            self._new_hosts.clear()
            self._new_permissions.clear()
        return hosts, permissions

    def learn(self, known: Host | Permission) -> None:
        """Keep what was found of a host or a source."""
        with self._guard:
            if isinstance(known, Host):
                self.hosts[known.name] = known
                self._new_hosts.add(known.name)
            else:
                self.permissions[known.origin, known.kind] = known
                self._new_permissions.add((known.origin, known.kind))

    def _turn(self, kind: str, name: str) -> AbstractContextManager[bool]:
        """The right to do something of which only one may be under way for each ``name``."""
        with self._guard:
            return self._turns.setdefault((kind, name), Lock())

    def _refused(self, url: str, kind: PermissionKind) -> Failure | None:
        """Say why an address may not be asked now."""
        host = _host(url)
        if host is None or len(url) > LENGTH_LIMIT:
            return Failure("not a web address that can be fetched", HARD)
        known = self.hosts.get(host)
        # A time further ahead than any that is kept was written by a clock that has since been set back.
        if known and known.not_before and timedelta() < known.not_before - self.clock() <= RETRY_AFTER_LIMIT:
            return Failure(f"{host} asked to wait", 0, not_before=known.not_before)
        origin = rules.origin_of(url)
        with self._turn("permission", origin):
            return self._forbidden_by_robots(url, origin) or self._reserved(url, origin, kind)

    def _forbidden_by_robots(self, url: str, origin: str) -> Failure | None:
        held = self.permissions.get((origin, "robots"))
        if held is None or rules.is_stale(held, self.clock()):
            said = self._read_anew(f"{origin}/robots.txt", origin, "robots", held)
            held = self.permissions.get((origin, "robots"))
            if said is not None or held is None:
                return said
        if not rules.may_fetch(held, url, self.user_agent):
            return Failure(f"{held.source} does not allow it", 0, blocked=True)
        return None

    def _reserved(self, url: str, origin: str, kind: PermissionKind) -> Failure | None:
        found = self.permissions.get((url if kind == "tdm" else origin, kind))
        if found is not None and not found.allowed and not rules.is_stale(found, self.clock()):
            return Failure(f"text and data mining is reserved ({found.body})", 0, blocked=True)
        held = self.permissions.get((origin, "tdm"))
        if held is None or rules.is_stale(held, self.clock()):
            said = self._read_anew(f"{origin}/.well-known/tdmrep.json", origin, "tdm", held)
            held = self.permissions.get((origin, "tdm"))
            if said is not None or held is None:
                return said
        if rules.is_reserved(held, url):
            return Failure(f"text and data mining is reserved ({held.source})", 0, blocked=True)
        return None

    def _read_anew(self, file: str, origin: str, kind: str, held: Permission | None) -> Failure | None:
        """Ask what a source allows and keep it; a failure means that it can't be said for now."""
        asked = self._unread.get((origin, kind))
        if asked is not None and timedelta() <= self.clock() - asked[0] < rules.ASK_AGAIN:
            return asked[1]
        answer = self._follow(file)
        if isinstance(answer, Failure) and answer.waiting:
            return answer
        status, body = (answer.status, answer.body) if isinstance(answer, Answer) else (None, b"")
        decide = rules.robots_from if kind == "robots" else rules.reservation_from
        found = decide(origin, status, body, self.clock(), held)
        if found is None:
            said = answer if isinstance(answer, Failure) else self._status(answer)
            said = replace(said, reason=f"{file.rpartition('/')[2]} can't be read ({said.reason})")
            self._unread[origin, kind] = self.clock(), said
            return said
        if found is held:
            self._unread[origin, kind] = self.clock(), None
        self.learn(found)
        return None

    def _judged(self, answer: Answer, kind: PermissionKind) -> Answer | Failure:
        """Turn an answer that is none into a failure."""
        reserved = rules.reserved_by_header(answer.headers)
        if reserved is not None:
            # A feed's header speaks for its own address: for the source as a whole there is a file.
            place = answer.url if kind == "tdm" else rules.origin_of(answer.url)
            self.learn(Permission(place, kind, False, reserved, answer.url, self.clock()))
            return Failure(f"text and data mining is reserved ({reserved})", 0, answer.status, blocked=True)
        if answer.status in (200, 203, 206, 226, 304):
            return answer
        return self._status(answer)

    def _status(self, answer: Answer) -> Failure:
        """Say what a status that is no answer counts, and how long the host wants to be left alone."""
        weight = TEMPORARY if answer.status in _TEMPORARY_STATUS else SOFT if answer.status in (401, 403, 451) else HARD
        host = self.hosts[str(_host(answer.url))]
        return Failure(f"status {answer.status}", weight, answer.status, not_before=host.not_before)

    def _follow(self, url: str) -> Answer | Failure:
        """Fetch one of the small files that say what is allowed; they need no permission themselves."""
        answer: Answer | Failure = Failure("no answer", TEMPORARY)
        for _ in range(rules.REDIRECTS + 1):
            answer = self._ask(url, {}, body_limit=rules.BODY_LIMIT)
            target = _target(answer) if isinstance(answer, Answer) else None
            if target is None or isinstance(target, Failure):
                return target or answer
            url = target
        return answer

    def _ask(self, url: str, headers: Mapping[str, str], *, body_limit: int | None = None) -> Answer | Failure:
        """Make one request, after the pause its host is owed; one at a time to each host."""
        host = str(_host(url))
        with self._turn("host", host):
            waiting = self._pause(url, host)
            if waiting is not None:
                return waiting
            with self._at_once:
                known = self.hosts.get(host)
                self.learn(Host(host, self.clock(), known.not_before if known else None))
                answer = self._request(url, host, headers, body_limit or self.limits.body)
            if isinstance(answer, Answer):
                self._note_wait(host, answer)
        return answer

    def _request(self, url: str, host: str, headers: Mapping[str, str], body_limit: int) -> Answer | Failure:
        line = Line(self.resolve, allow_private=self.allow_private)
        limits = self.limits
        try:
            with line.deadline(limits.total_s), line.manager(limits.connect_s, limits.read_s, self.trusted) as manager:
                response = manager.urlopen(
                    "GET", url, redirect=False, preload_content=False,
                    headers={"User-Agent": self.user_agent, "Accept-Encoding": "gzip, deflate", "Connection": "close",
                             "Accept": "application/rss+xml, application/atom+xml, application/xml;q=0.9, */*;q=0.5",
                             **headers},
                )
                try:
                    answer = _read(url, response, body_limit)
                finally:
                    response.close()
        except ForbiddenAddress:
            return Failure(f"{host} leads into a private network", HARD)
        except SSLError:
            return Failure(f"the certificate of {host} can't be trusted", SOFT)
        except TimeoutError:
            return Failure("no answer in time", TEMPORARY)
        except LocationValueError:
            return Failure("not a web address that can be fetched", HARD)
        except (HTTPError, OSError, UnicodeError, ValueError) as error:
            if line.late:
                return Failure(f"no answer within {limits.total_s:g} s", TEMPORARY)
            return Failure(f"no connection to {host} ({type(error).__name__})", TEMPORARY)
        if line.late:  # cut while it sent headers, a connection looks like an answer that is over
            return Failure(f"no answer within {limits.total_s:g} s", TEMPORARY)
        return answer

    def _pause(self, url: str, host: str) -> Failure | None:
        """Wait until the host may be asked, or say that it is too long to wait for."""
        known = self.hosts.get(host)
        if known is None:
            return None
        robots = self.permissions.get((rules.origin_of(url), "robots"))
        delay = max(self.interval, rules.delay(robots, self.user_agent) if robots else timedelta())
        wait = pause(known, delay, self.clock())
        if wait > LONGEST_WAIT:
            return Failure(f"{host} wants {delay.total_seconds():g} s between requests", 0,
                           not_before=self.clock() + wait)
        if wait > timedelta():
            self.sleep(wait.total_seconds())
        return None

    def _note_wait(self, host: str, answer: Answer) -> None:
        wait = retry_after(answer.headers.get("retry-after", ""), self.clock()) if answer.status >= 400 else None
        if answer.status == 429:
            wait = max(wait or timedelta(), PAUSE_AFTER_429)
        if wait is not None:
            self.learn(replace(self.hosts[host], not_before=self.clock() + wait))


def pause(known: Host, delay: timedelta, now: datetime) -> timedelta:
    """Return how long a host that wants ``delay`` between two requests must still be left alone.

    Never longer than ``delay``, also when the clock was set back since the last request.
    """
    return max(timedelta(), min(delay, known.last_request + delay - now))


def retry_after(value: str, now: datetime) -> timedelta | None:
    """Read a Retry-After header, in seconds or as a date; at most :data:`RETRY_AFTER_LIMIT`."""
    value = value.strip()
    if value.isascii() and value.isdigit():
        return min(timedelta(seconds=int(value[:9])), RETRY_AFTER_LIMIT)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(timedelta(), min(moment - now, RETRY_AFTER_LIMIT))


def _target(answer: Answer) -> str | Failure | None:
    """Return where an answer redirects to, ``None`` where it is no redirect."""
    if answer.status not in _REDIRECTS or "location" not in answer.headers:
        return None
    try:
        target = urljoin(answer.url, answer.headers["location"].strip())
    except ValueError:
        target = ""
    if _host(target) is None or len(target) > LENGTH_LIMIT:
        return Failure("redirected to no web address", HARD, answer.status)
    if urlsplit(answer.url).scheme == "https" and urlsplit(target).scheme == "http":
        return Failure("redirected from https to http", HARD, answer.status)
    return target


def _host(url: str) -> str | None:
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 (raises for a port that is none)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or parts.username is not None:
        return None
    return parts.hostname


def _read(url: str, response: BaseHTTPResponse, limit: int) -> Answer | Failure:
    """Read a body bit by bit, so that a limit on its size after decompression holds."""
    headers = {name.lower(): value for name, value in response.headers.items()}
    packed = [each.strip().lower() for each in headers.get("content-encoding", "").split(",")]
    if not _ENCODINGS.issuperset(packed):
        return Failure("the answer is packed in a way that was not asked for", HARD, response.status)
    chunks: list[bytes] = []
    size = 0
    complete = True
    try:
        while chunk := response.read1(_CHUNK, decode_content=True):
            size += len(chunk)
            if size > limit:
                return Failure(f"the answer is larger than {limit} bytes", HARD, response.status)
            chunks.append(chunk)
    except DecodeError:
        return Failure("the answer can't be decompressed", HARD, response.status)
    except (IncompleteRead, ProtocolError, ConnectionError):
        complete = False
    declared = headers.get("content-length", "")
    if declared.isdigit() and response.tell() < int(declared) and response.status not in (204, 304):
        complete = False
    return Answer(url, response.status, headers, b"".join(chunks), complete)
