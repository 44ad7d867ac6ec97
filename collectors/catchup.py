"""Catch up from sitemaps what a feed lost while it, or this machine, was out of reach."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from collectors.addresses import site_of
from collectors.extract import Asked, NoPage, Page
from collectors.fetch import Answer, Client, Failure
from collectors.pages import ACCESS, HTML, NamesArea
from collectors.press import is_press
from collectors.rules import origin_of
from collectors.sitemaps import (
    DEPTH,
    MAPS,
    PAUSE,
    MapEntry,
    NoSitemap,
    Sitemap,
    after_try,
    is_lost,
    listed_in,
    next_maps,
    parse_sitemap,
    reaches,
    section_of,
    stories_of,
    window_of,
    words_of,
)
from store.config import Config
from store.database import Store
from store.days import danish_day
from store.demonstration import kind_of
from store.errors import ReputationError
from store.feeds import load_feed, save_gap, save_hosts, save_permissions
from store.gaps import Gap, due_gaps, load_gaps, reach_of_feeds, recent_urls, save_tried, titles_around
from store.identity import article_id, normalised
from store.texts import Article, article_at, save_article

log = logging.getLogger(__name__)

UNTITLED = 50
"""Pages asked for in one try where a sitemap gives no headline: at five seconds each four minutes."""

NEAR = timedelta(days=1)


@dataclass(frozen=True)
class CaughtUp:
    """What a round over gaps came to."""

    tried: int = 0
    added: int = 0
    filled: int = 0
    given_up: int = 0

    def words(self) -> str:
        """Say it as a part of the summary line; nothing where there was no gap."""
        if not self.tried:
            return ""
        return f"sitemaps: {self.tried} gaps: {self.added} articles caught up, {self.given_up} given up"


@dataclass(frozen=True)
class _Found:
    """What the sitemaps of a site said."""

    entries: tuple[MapEntry, ...] = ()
    reached: bool = False
    note: str = ""
    lasting: bool = False


class CatchUp:
    """One round over gaps: the store, the client and the page reader it works with."""

    def __init__(
        self, store: Store, config: Config, client: Client, read: Callable[[Asked], Page | NoPage],
        paywalls: Mapping[str, str], clock: Callable[[], datetime],
    ) -> None:
        self.store, self.config, self.client, self.read = store, config, client, read
        self.paywalls, self.clock = paywalls, clock

    def run(self, names_area: NamesArea, until: datetime) -> CaughtUp:
        """Notice feeds that are out of reach, then ask the sitemaps of every gap that is due.

        None is begun after ``until``; it stays due. A gap is asked for at most a few times; what can't be had is given
        up and named. Nothing ends the round but a store that can't be used.
        """
        self._notice()
        counts: Counter[str] = Counter()
        gaps = due_gaps(self.store, self.clock())
        for gap in gaps:
            if self.clock() > until:
                counts["left"] += 1
                continue
            try:
                after = self._try(gap, names_area)
            except ReputationError:
                raise
            except Exception as error:
                log.exception("gap of %s", gap.feed_id)
                after = after_try(gap, 0, False, f"this program failed ({type(error).__name__})", self.clock())
                self._save(after, ())
            counts["added"] += after.added - gap.added
            counts[after.state] += 1
            log.info("gap of %s: %s %s", gap.feed_id, after.state, after.note)
        return CaughtUp(len(gaps) - counts["left"], counts["added"], counts["filled"], counts["given up"])

    def _notice(self) -> None:
        now = self.clock()
        held = {(each.feed_id, each.first): each for each in load_gaps(self.store)}
        for reach in reach_of_feeds(self.store):
            if is_press(reach.feed_id) or reach.last_success is None:
                continue
            if not is_lost(reach.last_success, reach.failures, window_of(reach.oldest, reach.newest), now):
                continue
            known = held.get((reach.feed_id, reach.last_success))
            if known is None or now - known.last >= PAUSE:
                with self.store.transaction():
                    save_gap(self.store, reach.feed_id, reach.last_success, now)

    def _try(self, gap: Gap, names_area: NamesArea) -> Gap:
        feed = load_feed(self.store, gap.feed_id)
        urls = recent_urls(self.store, gap.feed_id)
        if feed is None or is_press(gap.feed_id) or not any(each.id == gap.feed_id for each in self.config.feeds):
            return self._save(after_try(gap, 0, False, "no feed of the config", self.clock(), lasting=True), ())
        if not urls:
            note = "the feed has brought no address to know its site by"
            return self._save(after_try(gap, 0, False, note, self.clock(), lasting=True), ())
        origin = Counter(map(origin_of, urls)).most_common(1)[0][0]
        site = site_of(origin)
        found = self._ask(origin, site, gap)
        stories = stories_of(found.entries, gap, site, {section_of(each) for each in urls})
        fresh = [each for each in stories if article_at(self.store, feed.outlet_id, each.url) is None]
        articles = [self._titled(each, feed.outlet_id) for each in fresh if each.title]
        untitled = [each for each in fresh if not each.title]
        articles += self._read_pages(untitled, feed.outlet_id, gap, names_area)
        articles = self._unknown(articles, feed.outlet_id, gap)
        note = found.note or f"{len(articles)} of {len(stories)} stories in sitemaps were not known"
        return self._save(
            after_try(gap, len(articles), found.reached, note, self.clock(), lasting=found.lasting), articles
        )

    def _ask(self, origin: str, site: str, gap: Gap) -> _Found:
        """Ask robots.txt for sitemaps, and those that may hold the gap for their addresses."""
        answer = self.client.get(f"{origin}/robots.txt")
        if isinstance(answer, Failure):
            lasting = answer.blocked or answer.status in (404, 410)
            return _Found(note=f"robots.txt names no sitemap ({answer.reason})", lasting=lasting)
        waiting = [(url, 0) for url in listed_in(answer.body.decode("utf-8", errors="replace"), site)]
        if not waiting:
            return _Found(note="robots.txt names no sitemap", lasting=True)
        entries: list[MapEntry] = []
        reached, note, asked = False, "", set[str]()
        while waiting and len(asked) < MAPS and not reached:
            url, depth = waiting.pop(0)
            if url in asked:
                continue
            asked.add(url)
            answer = self.client.get(url)
            found = answer if isinstance(answer, Failure) else self._parsed(answer)
            if isinstance(found, Failure | NoSitemap):
                note = f"{url}: {found.reason}"
            elif found.index:
                inner = next_maps(found, gap, site) if depth < DEPTH else []
                waiting = [*((each, depth + 1) for each in inner), *waiting]
            else:
                entries += found.entries
                reached = reaches(found.entries, gap)
        return _Found(tuple(entries), reached, "" if entries else note or "the sitemaps hold no address")

    def _parsed(self, answer: Answer) -> Sitemap | NoSitemap:
        if not answer.complete:
            return NoSitemap("the answer breaks off")
        if kind_of(answer.body) != self.store.kind:
            return NoSitemap("demonstration data, and the store is real, or the other way round")
        return parse_sitemap(answer.body, answer.url, self.clock())

    def _unknown(self, articles: Sequence[Article], outlet_id: str, gap: Gap) -> list[Article]:
        """Leave out what the outlet has under another address: with the same headline in those days."""
        days = [danish_day(each).isoformat() for each in (gap.first - NEAR, gap.last + NEAR)]
        titles = {normalised(each) for each in titles_around(self.store, outlet_id, days[0], days[1])}
        return [each for each in articles if normalised(each.title) not in titles]

    def _titled(self, story: MapEntry, outlet_id: str) -> Article:
        return Article(article_id(outlet_id, url=story.url), outlet_id, story.title, published=story.moment,
                       url=story.url)

    def _read_pages(
        self, stories: Sequence[MapEntry], outlet_id: str, gap: Gap, names_area: NamesArea
    ) -> list[Article]:
        """Read the pages of stories of which a sitemap tells the address alone: the date of change is no date.

        They are wanted as the pages of a feed are; the words of the address stand in for the headline.
        """
        fetch = self.config.pages.fetch
        wanted = [each for each in stories if fetch != "none" and (fetch == "all" or names_area(words_of(each.url)))]
        found: list[Article] = []
        for each in wanted[:UNTITLED]:
            answer = self.client.get(each.url, HTML, kind="pages")
            if isinstance(answer, Failure) or not answer.complete or kind_of(answer.body) != self.store.kind:
                continue
            page = self.read(Asked(answer.body, answer.url, answer.headers.get("content-type", ""), self.clock(),
                                   each.url, paywall=self.paywalls.get(outlet_id, "unknown")))
            if isinstance(page, NoPage) or page.reserved or not page.title or page.published is None:
                continue
            if gap.first - NEAR <= page.published <= gap.last + NEAR:
                url = page.canonical or each.url
                text = page.text if page.completeness == "full" else ""
                found.append(Article(
                    article_id(outlet_id, url=url), outlet_id, page.title, page.summary, text, page.published, url=url,
                    access=ACCESS[page.completeness],
                ))
        return found

    def _save(self, gap: Gap, articles: Sequence[Article]) -> Gap:
        """Write what came of a try, all or nothing; a story that came twice under two addresses is kept once."""
        hosts, permissions = self.client.learnt()
        added = 0
        with self.store.transaction():
            for each in articles:
                if article_at(self.store, each.outlet_id, each.url or "") is None:
                    added += save_article(self.store, each, seen=self.clock(), feed_id=gap.feed_id) == "new"
            gap = replace(gap, added=gap.added - len(articles) + added)
            save_tried(self.store, gap)
            save_hosts(self.store, hosts)
            save_permissions(self.store, permissions)
        return gap
