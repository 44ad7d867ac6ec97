"""Gather all stories of the demonstration and decide which of them archives and feeds bring."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from reputation.demonstration.bank import Banks, Medium
from reputation.demonstration.cases import COMPARISONS, UNCOLLECTED_YEARS, YEARS, Cases
from reputation.demonstration.dice import Dice
from reputation.demonstration.incidental import incidental_stories, other_story
from reputation.demonstration.newsroom import about_stories, copies_of
from reputation.demonstration.process import Truth
from reputation.demonstration.story import Story

FEED_FROM = date(2025, 10, 1)
"""From this day on the archive no longer holds the outlets that are harvested from feeds."""
LAST_DAY = date(2026, 2, 8)
"""The last stories, in feeds only."""
SILENT_FROM = date(2025, 12, 1)
"""From this day on one feed brings nothing new."""
SILENT_FEED = "aabladet"

_COPIED = 0.15
"""Share of full news stories that other outlets print too."""
_BOTH = 0.2
"""Share of the feeds' stories of 2025 that the archive brings as well."""


@dataclass(frozen=True)
class News:
    """All stories, by the way they come in; each list sorted by time and id."""

    archive: tuple[Story, ...]
    feeds: dict[str, tuple[Story, ...]]
    """feed id → stories, oldest first"""

    @cached_property
    def all(self) -> tuple[Story, ...]:
        """Every story once."""
        known = {story.id: story for story in self.archive}
        known |= {story.id: story for stories in self.feeds.values() for story in stories}
        return tuple(sorted(known.values(), key=_order))


def gather(truth: Truth, cases: Cases, banks: Banks) -> News:
    """Write all stories."""
    stories: list[Story] = []
    evaluated = [area for area in truth.areas if area not in COMPARISONS]
    for year in YEARS:
        for area in truth.areas:
            collected = not (area == cases.uncollected and year in UNCOLLECTED_YEARS)
            told = about_stories(truth, banks, area, year, collected=collected)
            dice = Dice(truth.seed, 7, truth.areas.index(area), year)
            for story in told:
                stories.append(story)
                if story.body and not story.title.startswith(("Debat", "Læserbrev")) and dice.chance(_COPIED):
                    stories += copies_of(story, banks, dice)
        stories += incidental_stories(banks, evaluated, truth.seed, year)
    return _delivered(_unique(stories), banks, truth.seed)


def _unique(stories: Sequence[Story]) -> list[Story]:
    """Drop what would be the same article twice: same outlet, same day, same words."""
    return sorted({story.id: story for story in stories}.values(), key=_order)


def _order(story: Story) -> tuple[str, str]:
    return story.moment.isoformat(), story.id


def _delivered(stories: Sequence[Story], banks: Banks, seed: int) -> News:
    dice = Dice(seed, 8)
    by_feed = {medium.id: medium for medium in banks.media if medium.feed}
    archive: list[Story] = []
    feeds: dict[str, list[Story]] = {medium.feed: [] for medium in by_feed.values()}
    for story in stories:
        feed = by_feed[story.outlet.id].feed if story.outlet.id in by_feed else ""
        in_feed = bool(feed) and story.day >= FEED_FROM and not (feed == SILENT_FEED and story.day >= SILENT_FROM)
        if in_feed and story.day <= LAST_DAY:
            feeds[feed].append(story)
        if story.day.year <= 2025 and (not feed or story.day < FEED_FROM or (in_feed and dice.chance(_BOTH))):
            archive.append(story)
    for medium in by_feed.values():
        feeds[medium.feed] = sorted([*feeds[medium.feed], *_others(banks, medium, dice)], key=_order)
    return News(tuple(archive), {feed: tuple(each) for feed, each in feeds.items()})


def _others(banks: Banks, medium: Medium, dice: Dice) -> list[Story]:
    last = SILENT_FROM - timedelta(days=1) if medium.feed == SILENT_FEED else LAST_DAY
    days = (last - FEED_FROM).days
    return _unique([
        other_story(banks, medium, FEED_FROM + timedelta(days=dice.number(0, days)), dice) for _ in range(days // 4)
    ])
