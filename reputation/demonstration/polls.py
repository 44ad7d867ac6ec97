"""Write what the feeds showed each time they were polled: new entries, edited ones, and a feed that falls silent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from xml.sax.saxutils import escape

from reputation.demonstration.archives import address
from reputation.demonstration.bank import Banks, Medium
from reputation.demonstration.dice import Dice
from reputation.demonstration.newsdesk import SILENT_FEED, SILENT_FROM
from reputation.demonstration.story import Story
from store.demonstration import MARK

POLLS = tuple(
    datetime(*day, 6, 0, tzinfo=UTC)
    for day in ((2025, 10, 20), (2025, 11, 10), (2025, 12, 1), (2025, 12, 22), (2026, 1, 12), (2026, 2, 9))
)
SHOWN = 40
"""Entries a feed shows at most."""
_EDITED = 0.12
"""Share of entries that show another title or summary from their second poll on."""


def poll_bodies(feeds: Mapping[str, Sequence[Story]], banks: Banks, seed: int) -> Iterator[tuple[str, datetime, bytes]]:
    """Yield feed id, moment and body of every poll."""
    for medium in banks.media:
        if not medium.feed:
            continue
        dice = Dice(seed, 11, len(medium.feed))
        stories = list(feeds[medium.feed])
        edits = {story.id: dice.number(1, 2) for story in stories if dice.chance(_EDITED)}
        body = b""
        for moment in POLLS:
            silent = medium.feed == SILENT_FEED and moment.date() > SILENT_FROM
            if not silent:
                body = _rss(medium, [story for story in stories if story.moment <= moment][-SHOWN:], moment, edits)
            yield medium.feed, moment, body


def _rss(medium: Medium, stories: Sequence[Story], moment: datetime, edits: Mapping[str, int]) -> bytes:
    previous = max((each for each in POLLS if each < moment), default=datetime.min.replace(tzinfo=UTC))
    items = [_item(story, edits.get(story.id, 0) if story.moment <= previous else 0) for story in reversed(stories)]
    return "\n".join([
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<rss version="2.0"><channel>',
        f"<title>{escape(medium.name)}</title>",
        f"<link>https://{medium.site}/</link>",
        f"<description>Opdigtede nyheder fra {escape(medium.name)}</description>",
        f"<generator>{MARK}</generator>",
        "<language>da</language>",
        *items,
        "</channel></rss>",
        "",
    ]).encode()


def _item(story: Story, edit: int) -> str:
    title = f"Opdateret: {story.title}" if edit == 1 else story.title
    summary = f"{story.lead} Teksten er opdateret." if edit == 2 else story.lead
    return (
        f"<item><title>{escape(title)}</title><link>{address(story)}</link>"
        f'<guid isPermaLink="false">urn:demo:{story.id}</guid>'
        f"<pubDate>{format_datetime(story.moment)}</pubDate>"
        f"<description>{escape(summary)}</description></item>"
    )
