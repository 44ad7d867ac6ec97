"""Decide what a poll of a feed means. Pure: values in, values out; harvest.py does what is decided here."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from collectors.feedparse import Entry, NoFeed, Parsed, parse_feed
from collectors.fetch import HARD, SOFT, Answer, Failure
from store.database import Kind
from store.days import danish_day, utc_text
from store.demonstration import kind_of
from store.feeds import FeedState, Outcome, Poll
from store.identity import article_id, normalised
from store.texts import Article

LONGEST_INTERVAL = timedelta(hours=3)
"""A quiet feed is asked at least so often: the next story may be the one that matters."""

LONGEST_PAUSE = timedelta(hours=24)
"""Nothing (back-off, max-age, Retry-After) keeps a feed from being asked for longer, until it is rested."""

REST_AFTER = 30.0
"""Consecutive failures (by weight) from which on a feed is rested."""

REST = timedelta(days=30)
"""A feed that rests is tried again after so long: some come back."""

BUSY = 0.5
"""Share of new entries from which on a feed is asked more often."""

VALIDATOR_LENGTH = 500
"""Characters of an ETag that are sent back; longer ones are not meant to be."""

SLACK = timedelta(seconds=90)
"""A feed due a moment after an hourly run starts is due: else it would be asked every second hour."""

MEMORY = timedelta(days=7)
"""Validators and body hash older than this are not used: a body that a wrong clock has dated is read anew some day."""

JITTER = 0.25
"""A failing feed waits up to so much of its pause longer, so that feeds that fail together do not return together."""

JITTER_AFTER_429 = timedelta(minutes=60)
"""And after *too many requests* up to so much."""

SHRUNK = 0.5
"""A poll with fewer than this share of the entries of the last one is held beside it, not in its place: a feed that
shows one notice for an hour has lost nothing."""

NEW_GUIDS = "new guids for articles that are known"


@dataclass(frozen=True)
class Verdict:
    """What an answer means, before anything is stored."""

    outcome: Outcome
    articles: tuple[Article, ...] = ()
    unusable: tuple[str, ...] = ()
    """entries that can't be used, and why"""
    entries: int = 0
    body_digest: str | None = None
    weight: float = 0
    notes: tuple[str, ...] = ()
    names: tuple[tuple[str, str], ...] = ()
    """further ids of articles that are held: (id by the new guid, id of the article)"""


def is_due(state: FeedState | None, now: datetime) -> bool:
    """Say whether a feed may be asked now; a clock that was set back since the last poll makes it so."""
    if state is None or state.next_due is None:
        return True
    return state.next_due - SLACK <= now or (state.last_poll is not None and state.last_poll > now + SLACK)


def is_resting(state: FeedState | None, now: datetime) -> bool:
    """Say whether a feed failed for so long that it is left alone for now."""
    return state is not None and state.failures >= REST_AFTER and not is_due(state, now)


def remembered(state: FeedState, now: datetime) -> FeedState:
    """Return the state with what may still be relied on: no validator or hash from the future or beyond MEMORY."""
    if state.last_poll is not None and -SLACK <= now - state.last_poll <= MEMORY:
        return state
    return replace(state, etag=None, last_modified=None, body_digest=None)


def for_address(state: FeedState, outlet_id: str, url: str) -> FeedState:
    """Return the state of a feed whose address or outlet may have changed in the config.

    What was learnt of another address (validators, body, failures) does not hold for this one.
    """
    if state.url == url and state.outlet_id == outlet_id:
        return state
    return FeedState(state.id, outlet_id, url, last_success=state.last_success, last_new=state.last_new)


def validators(state: FeedState) -> dict[str, str]:
    """Return the headers that make a request conditional: both, where both are known."""
    headers = {"If-None-Match": state.etag, "If-Modified-Since": state.last_modified}
    return {name: value for name, value in headers.items() if value}


class Parse(Protocol):
    """Reads a body into entries, as :func:`collectors.feedparse.parse_feed` does; never raises."""

    def __call__(
        self, body: bytes, url: str, headers: Mapping[str, str], now: datetime, *, complete: bool
    ) -> Parsed | NoFeed: ...


def judge(
    state: FeedState, answer: Answer | Failure, now: datetime, kind: Kind, parse: Parse = parse_feed
) -> Verdict:
    """Say what an answer means; ``kind`` is the store's. Never raises for what stands in a body."""
    if isinstance(answer, Failure):
        return Verdict("blocked" if answer.blocked else "failed", weight=answer.weight, notes=(answer.reason,))
    notes: tuple[str, ...] = ()
    if answer.moved:
        notes = (f"moved to {answer.moved}: change the address in config.toml",)
    if answer.status == 304:
        if not validators(state):
            return Verdict("failed", weight=SOFT, notes=("not modified, though nothing was held",))
        return Verdict("not modified", body_digest=state.body_digest, notes=notes)
    digest = hashlib.sha256(answer.body).hexdigest()
    if answer.complete and digest == state.body_digest:
        return Verdict("unchanged", body_digest=digest, entries=len(state.keys), notes=notes)
    parsed = parse(answer.body, answer.url, answer.headers, now, complete=answer.complete)
    if isinstance(parsed, NoFeed):
        return Verdict("failed", weight=SOFT, notes=(parsed.reason,))
    if kind_of(answer.body) != kind:
        return Verdict("failed", weight=HARD, notes=(
            "these are demonstration data and the store is real" if kind == "real"
            else "these data are real and the store is a demonstration",
        ))
    articles, unusable = _articles(state.outlet_id, parsed.entries)
    notes += parsed.warnings
    if refused := sum(each.date_note is not None for each in articles):
        notes += (f"{refused} entries without a usable date",)
    if unusable:
        notes += (f"{len(unusable)} entries that can't be used",)
    if parsed.truncated:
        return Verdict("partial", articles, unusable, len(parsed.entries), notes=(*notes, "the answer breaks off"))
    return Verdict("unchanged", articles, unusable, len(parsed.entries), digest, notes=notes)


LOST_OVERLAP = "no entry in common with the last poll: stories may be lost"


def renamed(verdict: Verdict, names: Mapping[str, str]) -> Verdict:
    """Give articles whose guid once changed the id under which they are held: ``names`` says which."""
    if not names:
        return verdict
    articles = {id: replace(each, id=id) for each in reversed(verdict.articles) for id in [names.get(each.id, each.id)]}
    return replace(verdict, articles=tuple(reversed(articles.values())))


def is_apart(state: FeedState, verdict: Verdict) -> bool:
    """Say whether a poll that brought articles has none in common with the last one."""
    return bool(state.keys and verdict.articles) and not set(state.keys) & {each.id for each in verdict.articles}


def recognised(verdict: Verdict, last: Sequence[Article]) -> Verdict:
    """Find the articles that only got a new guid in a poll that is apart from the last one, ``last``; else note a loss.

    All guids of a feed change when an outlet changes its system. The same article is one with the same address and
    date, date and title, or address and words, where nothing else in either poll has them too.
    """
    names: dict[str, str] = {}
    for mark in (_address_and_date, _date_and_title, _address_and_words):
        held, found = _by_mark(last, mark), _by_mark(verdict.articles, mark)
        for key in held.keys() & found.keys():
            if found[key] not in names and held[key] not in names.values():
                names[found[key]] = held[key]
    if names:
        verdict = replace(verdict, names=tuple(sorted(names.items())), notes=(*verdict.notes, NEW_GUIDS))
        return renamed(verdict, names)
    if verdict.outcome == "partial":
        return verdict
    return replace(verdict, notes=(*verdict.notes, LOST_OVERLAP))


def _address_and_date(article: Article) -> Hashable:
    return (article.url, article.published) if article.url and article.published else None


def _date_and_title(article: Article) -> Hashable:
    return (article.published, normalised(article.title)) if article.published and article.title else None


def _address_and_words(article: Article) -> Hashable:
    words = normalised(f"{article.title} {article.summary}")
    return (article.url, words) if article.url and words else None


def _by_mark(articles: Sequence[Article], mark: Callable[[Article], Hashable]) -> dict[Hashable, str]:
    """Ids by a mark that no other of the articles has."""
    found: dict[Hashable, list[str]] = {}
    for each in articles:
        found.setdefault(mark(each), []).append(each.id)
    return {key: ids[0] for key, ids in found.items() if key is not None and len(ids) == 1}


def article_from(entry: Entry, outlet_id: str) -> Article:
    """Turn an entry into an article. Raises :class:`ValueError` where nothing identifies it."""
    day = danish_day(entry.dated.moment) if entry.dated.moment else None
    id = article_id(outlet_id, guid=entry.guid, url=entry.link if entry.link_is_key else None, day=day,
                    text=f"{entry.title}\n{entry.summary}\n{entry.text}")
    return Article(id, outlet_id, entry.title, entry.summary, entry.text, entry.dated.moment, entry.dated.note,
                   entry.guid, entry.link, raw_date=entry.raw_date)


def after(
    state: FeedState, verdict: Verdict, answer: Answer | Failure, new: int, edited: int, now: datetime,
    shortest: timedelta,
) -> tuple[FeedState, Poll]:
    """Return the state of a feed after a poll, and the poll as it is kept.

    Validators and body hash move on only after a whole body: what a crash or a broken line cuts short comes again.
    """
    outcome: Outcome = "new" if verdict.outcome == "unchanged" and new + edited else verdict.outcome
    poll = Poll(now, outcome, answer.status, verdict.entries, new, edited, "; ".join(verdict.notes))
    status = outcome if not verdict.notes else f"{outcome}: {'; '.join(verdict.notes)}"
    state = replace(state, last_poll=now, status=status)
    not_before = answer.not_before if isinstance(answer, Failure) else None
    if outcome in ("failed", "blocked"):
        failures = state.failures + verdict.weight
        interval = timedelta(seconds=state.interval_s or 0) or shortest
        if failures >= REST_AFTER:
            state = replace(state, status=f"resting after long failure; {state.status}")
            return replace(state, failures=failures, next_due=now + REST), poll
        # Linear: 1, 2, 3 intervals. A source that does not allow it is asked once a day whether it still does not.
        steps = max(1, int(failures / verdict.weight)) if verdict.weight else 1
        pause = LONGEST_PAUSE if outcome == "blocked" and shortest else min(steps * interval, LONGEST_PAUSE)
        if outcome == "failed" and shortest:
            pause += (JITTER_AFTER_429 if answer.status == 429 else JITTER * pause) * _chance(state.id, now)
        return replace(state, failures=failures, next_due=_latest(now + pause, not_before)), poll
    assert isinstance(answer, Answer)
    interval = _interval(state, verdict, new, shortest)
    # A feed that loses stories must not wait for what its server thinks is fresh.
    pause = interval if LOST_OVERLAP in verdict.notes else max(interval, _max_age(answer.headers))
    state = replace(
        state, failures=0.0, last_success=now, last_new=now if new else state.last_new,
        interval_s=round(interval.total_seconds()), next_due=now + pause,
    )
    if outcome in ("partial", "not modified"):
        return state, poll
    trusted = answer.headers.get("expires", "").strip() != "0"
    return replace(
        state, body_digest=verdict.body_digest,
        etag=_validator(answer.headers, "etag") if trusted else None,
        last_modified=_validator(answer.headers, "last-modified") if trusted else None,
        keys=_keys(state, verdict),
    ), poll


def _keys(state: FeedState, verdict: Verdict) -> tuple[str, ...]:
    keys = tuple(each.id for each in verdict.articles)
    if len(keys) < SHRUNK * len(state.keys):
        return (*keys, *(each for each in state.keys if each not in keys))[:len(state.keys)]
    return keys


def _chance(id: str, now: datetime) -> float:
    """A number from 0 to 1 that differs from feed to feed and time to time, and is the same when it is replayed."""
    digest = hashlib.sha256(f"{id} {utc_text(now)}".encode()).digest()
    return int.from_bytes(digest[:4], "big") / (1 << 32)


def _articles(outlet_id: str, entries: tuple[Entry, ...]) -> tuple[tuple[Article, ...], tuple[str, ...]]:
    articles: dict[str, Article] = {}
    unusable: list[str] = []
    for entry in entries:
        if not (entry.title or entry.summary or entry.text):
            unusable.append(f"entry '{entry.guid or entry.link or entry.number}' has neither title nor text")
            continue
        try:
            article = article_from(entry, outlet_id)
        except ValueError:
            unusable.append("an entry without guid and link has no word")
            continue
        articles.setdefault(article.id, article)
    return tuple(articles.values()), tuple(unusable)


def _interval(state: FeedState, verdict: Verdict, new: int, shortest: timedelta) -> timedelta:
    """Ask a busy feed more often, a quiet one less, and one that loses stories twice as often."""
    interval = timedelta(seconds=state.interval_s or 0) or shortest
    if LOST_OVERLAP in verdict.notes or (verdict.entries and new / verdict.entries >= BUSY):
        interval /= 2
    elif not new:
        interval *= 1.5
    return max(shortest, min(interval, LONGEST_INTERVAL))


def _max_age(headers: Mapping[str, str]) -> timedelta:
    match = re.search(r"\bmax-age\s*=\s*(\d{1,9})\b", headers.get("cache-control", ""), re.IGNORECASE)
    return min(timedelta(seconds=int(match[1])), LONGEST_PAUSE) if match else timedelta()


def _validator(headers: Mapping[str, str], name: str) -> str | None:
    value = headers.get(name, "").strip()
    return value if 0 < len(value) <= VALIDATOR_LENGTH else None


def _latest(moment: datetime, other: datetime | None) -> datetime:
    return moment if other is None else max(moment, other)
