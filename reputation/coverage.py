"""Decide which windows were collected at all, so that a silent source is never good news."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from nlp.unique import PRESS_RELEASE
from store.areas import Area
from store.collation import folded
from store.config import Config
from store.database import Store
from store.days import Window

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """Days over which something was collected."""

    window: Window
    areas: frozenset[str] | None
    """areas that were searched for; ``None``: all"""
    outlets: frozenset[str]
    feed: bool
    """own feed, so that all stories of the outlet are counted"""


def spans(store: Store, config: Config, areas: Sequence[Area]) -> tuple[Span, ...]:
    """Read what was collected when: archive imports that stand, and feeds from their first story to their last poll.

    Press releases are no news: where they alone were collected, nothing was.
    """
    result: list[Span] = []
    press = {row[0] for row in store.rows("SELECT id FROM outlets WHERE class = ?", [PRESS_RELEASE])}
    searched: dict[int, set[str]] = {}
    for row in store.rows(
        "SELECT import_id, outlet_id FROM import_outlets UNION SELECT h.import_id, a.outlet_id FROM import_articles h"
        " JOIN articles a ON a.id = h.article_id"
    ):
        searched.setdefault(row[0], set()).add(row[1])
    for row in store.rows(
        "SELECT i.id, i.query, coalesce(i.window_from, min(a.day)), coalesce(i.window_to, max(a.day))"
        " FROM imports i LEFT JOIN import_articles h ON h.import_id = i.id LEFT JOIN articles a ON a.id = h.article_id"
        " WHERE i.kind = 'archive' AND i.undone IS NULL"
        " AND i.id NOT IN (SELECT import_id FROM imports_under_way) GROUP BY i.id"
    ):
        outlets = searched.get(row[0], set())
        if row[2] and row[3] and not (outlets and outlets <= press):
            window = Window(date.fromisoformat(row[2]), date.fromisoformat(row[3]))
            named = areas_in_query(row[1] or "", areas)
            result.append(Span(window, named, frozenset(outlets - press), feed=False))
    expected = {feed.id: frozenset(feed.areas) or None for feed in config.feeds}
    for row in store.rows(
        "SELECT f.id, f.outlet_id, min(a.day), max(coalesce(substr(f.last_success, 1, 10), a.day), max(a.day))"
        " FROM feeds f JOIN articles a ON a.feed_id = f.id GROUP BY f.id"
    ):
        if row[1] in press:
            continue
        window = Window(date.fromisoformat(row[2]), date.fromisoformat(row[3]))
        result.append(Span(window, expected.get(row[0]), frozenset([row[1]]), feed=True))
    return tuple(result)


def areas_in_query(query: str, areas: Iterable[Area]) -> frozenset[str] | None:
    """Say which areas an archive query names; ``None`` (all) where there is no query or it names none."""
    text = folded(query)
    named = frozenset(
        area.id for area in areas
        if any(folded(name) in text for name in (area.name, *(alias.name for alias in area.aliases)))
    )
    return named or None


def collected(window: Window, area: str, found: Iterable[Span]) -> bool:
    """Tell whether anything was collected for ``area`` on any day of ``window``."""
    return any(_touches(span.window, window) and (span.areas is None or area in span.areas) for span in found)


def outlets_covered(window: Window, found: Iterable[Span]) -> frozenset[str]:
    """Return the outlets that were collected in ``window``, with or without stories."""
    return frozenset(
        outlet for span in found if _touches(span.window, window) for outlet in span.outlets
    )


def gap_days(window: Window, area: str, found: Iterable[Span], newest: date | None) -> int:
    """Count the days of ``window``, as far as the data reach, on which nothing was collected for ``area``."""
    end = window.last if newest is None else min(window.last, newest)
    spans = sorted((span.window.first, span.window.last) for span in found
                   if _touches(span.window, window) and (span.areas is None or area in span.areas))
    gap, day = 0, window.first
    for first, last in spans:
        gap += max(0, (min(first, end + ONE_DAY) - day).days)
        day = max(day, last + ONE_DAY)
    return gap + max(0, (end + ONE_DAY - day).days)


def sources(window: Window, area: str, found: Iterable[Span]) -> int:
    """Count the outlets that were collected for ``area`` in ``window``, with or without stories."""
    return len(outlets_covered(window, (span for span in found if span.areas is None or area in span.areas)))


def _touches(one: Window, other: Window) -> bool:
    return one.first <= other.last and other.first <= one.last


def text_list(text: str | None) -> tuple[str, ...]:
    """Read a JSON list of texts from a column that may be empty."""
    return tuple(json.loads(text)) if text else ()
