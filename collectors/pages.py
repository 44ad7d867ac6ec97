"""Decide which article pages are fetched, when, and what comes of them. Pure; pagework.py does what is decided here."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import chain, zip_longest
from typing import Literal
from urllib.parse import urlsplit

from collectors.extract import RULE, NoPage, Page
from collectors.fetch import HARD, SOFT, Answer, Failure
from store.pages import Candidate, PageState
from store.texts import Access

Fetch = Literal["all", "none", "mentions"]
NamesArea = Callable[[str], bool]
"""Says whether a headline with its teaser may be about an area, or names an area's municipality."""

ATTEMPT_PAUSE = timedelta(hours=1)
"""Before the second try; the third waits twice as long, the fourth three times."""

GIVE_UP = 4.0
"""Consecutive failures (by weight) from which on a page rests: four that will not mend, or a day of a host down."""

REST = timedelta(days=7)
"""A page that rests is tried once more after so long."""

LAST_TRY = GIVE_UP + 1
"""And with so many failures it is left alone."""

BLOCKED_PAUSE = timedelta(hours=24)
"""A source that does not allow it is asked once a day whether it still does not (RFC 9309, 2.4) …"""

BLOCKED_FOR = 7
"""… for so many days; then the page is left alone: what is reserved is seldom released."""

SETTLES = timedelta(hours=1)
"""A page is fetched again so long after its feed edited the article: headlines are edited in bursts."""

FETCHES = 3
"""Times a page is read at most: once, and twice more after edits."""

HOST_PAGES = 100
"""Pages of one host in a run: eight minutes at five seconds each. The rest is due in the next run."""

RUN_PAGES = 400
"""Pages in a run, so that an hourly run ends within the hour."""

HTML = {"Accept": "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"}
"""Headers that ask for a page."""

ACCESS: dict[str, Access] = {"full": "free", "teaser": "teaser", "unknown": "unknown"}


def decide(candidate: Candidate, fetch: Fetch, names_area: NamesArea, now: datetime) -> PageState | None:
    """Say whether an article's page is wanted, and from when; ``None`` leaves everything as it is.

    A page is fetched once. It is fetched again only when its feed changed headline or teaser afterwards, up to
    :data:`FETCHES` times. An article whose feed carries the whole text needs no page.
    """
    page, url = candidate.page, candidate.url
    if fetch == "none" or url is None or urlsplit(url).scheme not in ("http", "https"):
        return None
    if page is not None:
        again = page.state == "read" and page.fetches < FETCHES and candidate.version > page.version
        return replace(page, state="due", version=candidate.version, next_due=now + SETTLES) if again else None
    if candidate.text or (fetch == "mentions" and not names_area(f"{candidate.title}\n{candidate.summary}")):
        return None
    return PageState(candidate.article_id, url, candidate.version, next_due=now)


def in_turn(pages: Iterable[PageState]) -> list[PageState]:
    """Order pages so that those of one host stand apart, within the limits of a run."""
    hosts: dict[str, list[PageState]] = {}
    for each in pages:
        mine = hosts.setdefault(urlsplit(each.url).hostname or "", [])
        if len(mine) < HOST_PAGES:
            mine.append(each)
    return [each for each in chain.from_iterable(zip_longest(*hosts.values())) if each is not None][:RUN_PAGES]


def after_answer(page: PageState, answer: Answer, found: Page | NoPage, now: datetime) -> PageState:
    """Return the state of a page whose answer was read."""
    if isinstance(found, NoPage):
        return _failed(replace(page, last_try=now, http_status=answer.status), found.reason,
                       LAST_TRY if found.lasting else SOFT, now)
    if found.reserved is not None:
        return _blocked(replace(page, last_try=now, http_status=answer.status, body_digest=None),
                        f"text and data mining is reserved ({found.reserved})", now)
    page = replace(page, last_try=now, http_status=answer.status, fetches=page.fetches + 1,
                   body_digest=hashlib.sha256(answer.body).hexdigest())
    return as_read(page, found)


def as_read(page: PageState, found: Page) -> PageState:
    """Return the state of a page whose body was read, fetched now or kept from before."""
    return replace(page, state="read", canonical=found.canonical, completeness=found.completeness,
                   reasons="; ".join(found.reasons), failures=0, rule=RULE, next_due=None)


def after_failure(page: PageState, failure: Failure, now: datetime) -> PageState:
    """Return the state of a page that could not be fetched; a host that asked to wait costs it nothing."""
    if failure.waiting:
        return replace(page, next_due=failure.not_before or now + ATTEMPT_PAUSE)
    page = replace(page, last_try=now, http_status=failure.status)
    if failure.blocked:
        return _blocked(page, failure.reason, now)
    weight = LAST_TRY if failure.status in (404, 410) and page.failures >= HARD else failure.weight
    return _failed(page, failure.reason, weight, now, failure.not_before)


def _failed(page: PageState, reason: str, weight: float, now: datetime, not_before: datetime | None = None
            ) -> PageState:
    """Try again after 1, 2, 3 … pauses; then rest once; then leave it alone. What was read before stays."""
    failures = page.failures + weight
    page = replace(page, failures=failures, reasons=reason)
    if failures >= LAST_TRY or page.state == "resting":
        return replace(page, state="failed", next_due=None)
    if failures >= GIVE_UP:
        return replace(page, state="resting", next_due=now + REST)
    steps = max(1, round(failures / weight)) if weight else 1
    pause = now + steps * ATTEMPT_PAUSE
    return replace(page, state="due", next_due=pause if not_before is None else max(pause, not_before))


def _blocked(page: PageState, reason: str, now: datetime) -> PageState:
    days = page.failures + 1 if page.state == "blocked" else 1
    return replace(page, state="blocked", reasons=reason, failures=days,
                   next_due=now + BLOCKED_PAUSE if days < BLOCKED_FOR else None)
