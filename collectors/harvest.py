"""Make one polite round over all feeds that are due."""

from __future__ import annotations

import difflib
import logging
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial

from filelock import FileLock, Timeout

from collectors.beside import collect_beside
from collectors.copies import group_copies
from collectors.feedparse import parse_feed
from collectors.feeds import (
    LOST_OVERLAP,
    Verdict,
    after,
    for_address,
    is_apart,
    is_due,
    is_resting,
    judge,
    recognised,
    remembered,
    renamed,
    validators,
)
from collectors.fetch import HARD, Answer, Client, Failure
from collectors.lanes import Lanes
from collectors.outlets import classify_outlets
from collectors.pages import NamesArea
from collectors.press import is_press, parse_releases, press_feeds, query_of
from store.config import Config, FeedConfig, NewOutlet
from store.database import Store
from store.errors import AlreadyRunning, Exit, NothingCollected, ReputationError, WrongConfig
from store.facts import Facts
from store.feeds import (
    FeedState,
    Poll,
    load_feed,
    load_hosts,
    load_permissions,
    save_feed,
    save_gap,
    save_hosts,
    save_permissions,
    save_poll,
)
from store.identity import slug
from store.imports import Refusal, record_refusals
from store.texts import load_articles, load_names, save_article, save_names, save_outlet

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class HarvestSummary:
    """What a round came to: one counter for each outcome."""

    feeds: int = 0
    """feeds in the config"""
    due: int = 0
    """feeds that were asked"""
    new: int = 0
    unchanged: int = 0
    not_modified: int = 0
    partial: int = 0
    failed: int = 0
    blocked: int = 0
    waiting: int = 0
    """feeds left for later because their host asked to wait"""
    resting: int = 0
    """feeds that failed for so long that they are tried once a month"""
    losing: int = 0
    """feeds that had no entry in common with their last poll"""
    articles: int = 0
    """articles that were new"""
    edited: int = 0
    """articles that got a new version"""
    copies: int = 0
    """articles that joined or left a copy group"""
    troubles: tuple[str, ...] = field(default=())
    """feeds that failed, are blocked or lost entries, each with its reason"""
    beside: tuple[str, ...] = ()
    """what came of article pages, in words"""

    def line(self) -> str:
        """Return the summary as one line."""
        line = (
            f"harvest: {self.due} of {self.feeds} feeds due: {self.new} new, {self.unchanged} unchanged, "
            f"{self.not_modified} not modified, {self.partial} partial, {self.failed} failed, {self.blocked} blocked, "
            f"{self.waiting} waiting, {self.resting} resting; {self.articles} articles added, {self.edited} edited"
        )
        lost = (f"{self.losing} feeds lost entries",) if self.losing else ()
        nothing = () if self.articles + self.edited else ("nothing new",)
        return "; ".join((line, *lost, *self.beside, *nothing))

    @property
    def exit_code(self) -> Exit:
        """Done, done with failures, or nothing collected where every feed that was asked failed."""
        collected = self.new + self.unchanged + self.not_modified + self.partial
        if not self.failed + self.blocked:
            return Exit.DONE
        return Exit.WITH_REFUSALS if collected else Exit.NOTHING_COLLECTED


def harvest(
    store: Store, config: Config, facts: Facts, *, now: datetime | Callable[[], datetime] | None = None,
    sleep: Callable[[float], None] = time.sleep, names_area: NamesArea | None = None,
) -> HarvestSummary:
    """Ask every feed that is due, one transaction a feed: killed anywhere, a rerun leaves the same rows.

    Lists of press releases are asked like feeds, and then the article pages that are wanted.

    A broken feed is counted and named, and the round goes on. ``now`` stands for the present moment throughout,
    or is the clock to ask in place of this machine's. ``names_area`` tells which teasers lead to their article's page;
    without it no page is fetched. Raises :class:`WrongConfig` for an outlet or area that is not known (before anything
    is written), :class:`NothingCollected` without any feed, :class:`AlreadyRunning` when another round has the lock,
    :class:`StoreUnusable`.
    """
    config = replace(config, feeds=(*config.feeds, *press_feeds(config.press)))
    outlets = {feed.id: _outlet(feed, facts, config) for feed in config.feeds}
    if not config.feeds:
        raise NothingCollected("no feeds are configured; add [[feeds]] to config.toml")
    path = store.path.with_name(f"{store.path.name}.lock")
    # flock: the kernel frees it when a process dies. A pid file would not survive containers and used-again pids.
    lock = FileLock(path)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise AlreadyRunning("another harvest is running", where=path, do="Let it finish") from None
    try:
        classify_outlets(store, facts)
        clock = now if callable(now) else (lambda: now) if now else (lambda: datetime.now(UTC))
        feeds = _Round(store, config, outlets, clock, sleep)
        summary = feeds.run()
        beside = collect_beside(store, config, facts, feeds.client, names_area, clock)
        return replace(summary, copies=summary.copies + group_copies(store), beside=beside.parts)
    finally:
        lock.release()


@dataclass(frozen=True)
class _Outlet:
    id: str
    name: str
    class_: str
    medium: str


def _outlet(feed: FeedConfig, facts: Facts, config: Config) -> _Outlet:
    """Say which outlet a feed belongs to. Raises :class:`WrongConfig`, naming the nearest id that is known."""
    areas = {area.id for area in facts.areas}
    for area in feed.areas:
        if area not in areas:
            raise WrongConfig(f"feed '{feed.id}' covers an unknown area '{area}'", where=config.path,
                              do=_nearest(area, areas, "data/areas.toml"))
    if isinstance(feed.outlet, NewOutlet):
        return _Outlet(slug(feed.outlet.name), feed.outlet.name, feed.outlet.class_, feed.outlet.medium)
    known = {each.id: each for each in facts.outlets}
    if feed.outlet not in known:
        raise WrongConfig(f"feed '{feed.id}' has an unknown outlet '{feed.outlet}'", where=config.path,
                          do=f'{_nearest(feed.outlet, known, "data/outlets.toml")} '
                             'A new one is written {name = "…", class = "…", medium = "…"}')
    outlet = known[feed.outlet]
    return _Outlet(outlet.id, outlet.name, outlet.class_, outlet.medium)


def _nearest(name: str, known: Iterable[str], file: str) -> str:
    near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.0)
    return f"Did you mean '{near[0]}'?" if near else f"Use an id of {file}."


class _Round:
    def __init__(
        self, store: Store, config: Config, outlets: dict[str, _Outlet], clock: Callable[[], datetime],
        sleep: Callable[[float], None],
    ) -> None:
        self.store, self.outlets, self.clock = store, outlets, clock
        self.feeds = config.feeds
        self.shortest = timedelta(seconds=config.harvest.min_poll_interval_s)
        self.kind = store.kind
        self.client = Client(
            config.harvest.user_agent, host_interval_s=config.harvest.host_interval_s,
            allow_private=config.harvest.allow_private_addresses, clock=clock, sleep=sleep,
        )
        self.client.hosts = {each.name: each for each in load_hosts(store)}
        self.client.permissions = {(each.origin, each.kind): each for each in load_permissions(store)}
        self.counts: Counter[str] = Counter()
        self.troubles: list[str] = []

    def run(self) -> HarvestSummary:
        now = self.clock()
        states = {feed.id: self._state(feed) for feed in self.feeds}
        due = [feed for feed in self.feeds if is_due(states[feed.id], now)]
        self.counts["resting"] = sum(is_resting(states[feed.id], now) for feed in self.feeds)

        def ask(feed: FeedConfig) -> Answer | Failure:
            return self._ask(feed, states[feed.id])

        # Threads wait for servers; reading and storing is done here, one feed after the other.
        with Lanes(due, host_of, ask) as answers:
            for feed, answer in answers:
                self._take(feed, states[feed.id], answer)
        counts = self.counts
        copies = group_copies(self.store)
        return HarvestSummary(
            len(self.feeds), len(due), counts["new"], counts["unchanged"], counts["not modified"], counts["partial"],
            counts["failed"], counts["blocked"], counts["waiting"], counts["resting"], counts["losing"],
            counts["articles"], counts["edited"], copies, tuple(sorted(self.troubles)),
        )

    def _state(self, feed: FeedConfig) -> FeedState:
        outlet = self.outlets[feed.id]
        held = load_feed(self.store, feed.id)
        state = for_address(held, outlet.id, feed.url) if held else FeedState(feed.id, outlet.id, feed.url)
        return remembered(state, self.clock())

    def _ask(self, feed: FeedConfig, state: FeedState) -> Answer | Failure:
        try:
            return self.client.get(feed.url, validators(state))
        except Exception as error:
            log.exception("feed %s", feed.id)
            return _bug(error)

    def _take(self, feed: FeedConfig, state: FeedState, answer: Answer | Failure) -> None:
        """Store what a feed said. Only a store that can't be used ends the round."""
        if isinstance(answer, Failure) and answer.waiting:
            self.counts["waiting"] += 1
            self._write(feed, replace(state, next_due=answer.not_before or state.next_due), None)
            return
        try:
            verdict = self._judged(state, answer)
        except ReputationError:
            raise
        except Exception as error:
            # A bug, or a body nobody thought of: the other feeds must not pay for it.
            log.exception("feed %s", feed.id)
            answer = _bug(error)
            verdict = Verdict("failed", weight=HARD, notes=(answer.reason,))
        self._write(feed, state, (verdict, answer))

    def _judged(self, state: FeedState, answer: Answer | Failure) -> Verdict:
        parse = partial(parse_releases, query=query_of(state.url)) if is_press(state.id) else parse_feed
        verdict = judge(state, answer, self.clock(), self.kind, parse)
        if verdict.articles:
            verdict = renamed(verdict, load_names(self.store, [each.id for each in verdict.articles]))
            if is_apart(state, verdict):
                verdict = recognised(verdict, load_articles(self.store, state.keys))
        return verdict

    def _write(self, feed: FeedConfig, state: FeedState, said: tuple[Verdict, Answer | Failure] | None) -> None:
        outlet, now = self.outlets[feed.id], self.clock()
        saved: Counter[str] = Counter()
        hosts, permissions = self.client.learnt()
        with self.store.transaction():
            save_outlet(self.store, outlet.id, outlet.name, outlet.class_, outlet.medium)
            if said is None:
                save_feed(self.store, state)
            else:
                verdict, answer = said
                save_names(self.store, verdict.names)
                for article in verdict.articles:
                    saved[save_article(self.store, article, seen=now, feed_id=feed.id)] += 1
                refusals = [Refusal(feed.url, 0, "", reason) for reason in verdict.unusable]
                record_refusals(self.store, refusals, feed_id=feed.id)
                before = state.last_success
                state, poll = after(state, verdict, answer, saved["new"], saved["edited"], now, self.shortest)
                save_feed(self.store, state)
                save_poll(self.store, feed.id, poll)
                if LOST_OVERLAP in verdict.notes:
                    save_gap(self.store, feed.id, before or now, now)
            save_hosts(self.store, hosts)
            save_permissions(self.store, permissions)
        if said is not None:
            self._count(feed, poll)
        self.counts["articles"] += saved["new"]
        self.counts["edited"] += saved["edited"]

    def _count(self, feed: FeedConfig, poll: Poll) -> None:
        self.counts[poll.outcome] += 1
        log.info("feed %s: %s %s", feed.id, poll.outcome, poll.note)
        losing = LOST_OVERLAP in poll.note
        self.counts["losing"] += losing
        if losing or poll.outcome in ("failed", "blocked"):
            self.troubles.append(f"{feed.id}: {poll.outcome}: {poll.note}")


def _bug(error: Exception) -> Failure:
    return Failure(f"this program failed ({type(error).__name__})", HARD)


def host_of(feed: FeedConfig) -> str:
    """Return the host that a feed is asked of first; feeds of one host are asked one after the other."""
    return feed.url.partition("://")[2].partition("/")[0].lower()
