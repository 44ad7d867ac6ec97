"""Find where the number of new articles an outlet brings changes its level: a redesign that halves a source is no news.

The rule (:func:`levels_apart`) is one for doctor and report: a mean that is at most half or at least double, and
further away than three standard errors; the variance of a count is that of the counts before, and at least their
mean (Poisson). Of feeds it is held to four whole weeks against the twelve (at least eight) before, by the day on which
articles came: the change began in the week where the two lie furthest apart. Of articles about the areas, from
whatever source, to a window against the one before (:mod:`reputation.alarms`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from store.database import Store

AFTER, BEFORE, BEFORE_LEAST = 4, 12, 8
"""Weeks that are compared."""

RATIO = 2.0
"""Half or double: what the summer, Christmas or an election do to a newspaper is less."""

ERRORS = 3.0
"""Standard errors apart: by chance once in some hundred years of weeks, and there are dozens of outlets."""

_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Change:
    """A change of level in a series of weekly counts."""

    at: int
    """index of the first week of the new level"""
    before: float
    after: float
    """articles a week"""


@dataclass(frozen=True)
class VolumeAlarm:
    """An outlet whose number of new articles changed its level."""

    outlet_id: str
    name: str
    since: date
    """Monday of the first week of the new level"""
    before: float
    after: float
    """articles a week"""

    @property
    def words(self) -> str:
        """What happened."""
        what = "halved or worse" if self.after < self.before else "doubled or more"
        return f"{what} since {self.since}: {self.after:.1f} new articles a week, {self.before:.1f} before"


def changes(weeks: Sequence[int]) -> tuple[Change, ...]:
    """Find the changes of level in weekly counts, in their order."""
    found: list[Change] = []
    run: list[tuple[float, Change]] = []
    for at in range(BEFORE_LEAST, len(weeks) - AFTER + 2):
        scored = _scored(weeks, at) if at <= len(weeks) - AFTER else None
        if scored is not None:
            run.append(scored)
        elif run:
            found.append(max(run, key=lambda each: each[0])[1])
            run = []
    return tuple(found)


def levels_apart(before: Sequence[int], after: Sequence[int]) -> float | None:
    """Return how many standard errors the means of two runs of counts lie apart, ``None`` where that is no alarm."""
    level, new = sum(before) / len(before), sum(after) / len(after)
    if min(level, new) * RATIO > max(level, new):
        return None
    own = sum((each - level) ** 2 for each in before) / (len(before) - 1) if len(before) > 1 else 0.0
    spread = max(own, level, 1 / len(before))
    apart = abs(new - level) / math.sqrt(spread * (1 / len(before) + 1 / len(after)))
    return apart if apart > ERRORS else None


def _scored(weeks: Sequence[int], at: int) -> tuple[float, Change] | None:
    before, after = weeks[max(0, at - BEFORE):at], weeks[at:at + AFTER]
    apart = levels_apart(before, after)
    return None if apart is None else (apart, Change(at, sum(before) / len(before), sum(after) / AFTER))


def volume_alarms(store: Store, first: date, last: date) -> tuple[VolumeAlarm, ...]:
    """List the changes of level that began in a window, by outlet and week; only what feeds brought counts."""
    begin = _monday(first) - BEFORE * _WEEK
    end = _monday(last + timedelta(days=1))  # the week under way says nothing yet
    counts: dict[str, dict[date, int]] = {}
    for row in store.rows(
        "SELECT outlet_id, substr(first_seen, 1, 10) AS day, count(*) AS n FROM articles"
        " WHERE feed_id IS NOT NULL AND first_seen < ? GROUP BY 1, 2", [end.isoformat()],
    ):
        weeks = counts.setdefault(row["outlet_id"], {})
        monday = _monday(date.fromisoformat(row["day"]))
        weeks[monday] = weeks.get(monday, 0) + row["n"]
    names = {row["id"]: row["name"] for row in store.rows("SELECT id, name FROM outlets")}
    alarms = []
    for outlet, weeks in sorted(counts.items()):
        start = max(begin, min(weeks) + _WEEK)  # the first week brings what had stood in the feed before
        series = [weeks.get(start + number * _WEEK, 0) for number in range((end - start) // _WEEK)]
        alarms += [
            VolumeAlarm(outlet, names[outlet], start + each.at * _WEEK, each.before, each.after)
            for each in changes(series) if start + each.at * _WEEK + _WEEK > first
        ]
    return tuple(alarms)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
