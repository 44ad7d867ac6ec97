"""Say where net tone turns by month and quarter, how it stands to days of record, and which events make a change."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from nlp.unique import ABOUT
from reputation.clustered import ClusterMean, Floats
from reputation.content import AttributionLine, EventRef, InterruptionLine, Turn, TurnLine
from reputation.counts import LINKS, article_links
from reputation.figures import UNCORRECTED, VALUE_DECIMALS, Drawn, rounded
from reputation.index import News
from reputation.newsbridge import breaks_between
from reputation.periods import MONTHS, Period, Points
from reputation.turns import FEW_POINTS, cusum, interruption, turns
from store.database import Store
from store.dates import RecordDate
from store.days import Window
from store.goals import Status

LEAST_SEGMENT: Mapping[Period, int] = {"month": 6, "quarter": 4}
"""Periods between two turns: half a year of months, a year of quarters."""

LAGS: Mapping[Period, int] = {"month": 3, "quarter": 1}
"""Newey-West: a quarter of a year (method.md B7)."""

NAMED = 3
"""Events listed at a turn."""

TOP = 5
"""Events whose part in a change is told; shares are of the first 1, 3 and 5."""


@dataclass(frozen=True)
class Happenings:
    """The events of the series, to be named beside a finding."""

    table: pd.DataFrame
    """by area and event: ``code``, ``title``, ``first_day``, ``last_day``, ``size`` (texts)"""
    first: Mapping[str, Sequence[str]]
    """event → its first articles, to be linked"""
    store: Store

    def largest(self, area: str, window: Window, most: int = NAMED) -> tuple[EventRef, ...]:
        """Return the largest events of an area that begin in ``window``."""
        days = self.table["first_day"]
        some = self.table[(self.table["area"] == area) & (days >= window.first.isoformat())
                          & (days <= window.last.isoformat())]
        some = some.sort_values(["size", "first_day", "event"], ascending=[False, True, True], kind="stable")
        return tuple(self._named(row) for row in some.head(most).to_dict("records"))

    def numbered(self, code: int) -> EventRef | None:
        """Return the event with this number; ``None`` for a text without an event."""
        found = self.table[self.table["code"] == code]
        return self._named(found.to_dict("records")[0]) if len(found) else None

    def _named(self, row: Mapping[Any, Any]) -> EventRef:
        articles = self.first[row["event"]]
        links = article_links(self.store, set(articles))
        return EventRef(row["event"], row["title"], row["first_day"], row["last_day"], row["size"],
                        tuple(links[each] for each in articles if each in links)[:LINKS])


def happenings(store: Store, news: News) -> Happenings:
    """Gather the events of every area in the series."""
    about = news.mentions[news.mentions["role"].isin(ABOUT) & (news.mentions["window"] >= 0)
                          & news.mentions["event"].notna() & news.mentions["area"].isin(news.areas)]
    table = about.groupby(["area", "event"], sort=True).agg(
        code=("code", "first"), title=("event_title", "first"), first_day=("event_first", "first"),
        last_day=("event_last", "first"), size=("article", "size"),
    ).reset_index()
    leading = about.groupby(["area", "event"], sort=True).head(2 * LINKS)
    first: dict[str, list[str]] = {}
    for event, article in leading[["event", "article"]].to_numpy(dtype=object):
        first.setdefault(event, []).append(article)
    return Happenings(table, first, store)


def turn_lines(series: Iterable[Points], events: Happenings) -> list[TurnLine]:
    """Search every series for turns; one that is not corrected is not tested, for reading errors may drift."""
    return [_turn_line(each, events) for each in series if each.windows]


def _turn_line(series: Points, events: Happenings) -> TurnLine:
    kept = [(window, value) for window, value in zip(series.windows, series.values, strict=True) if value is not None]
    least = LEAST_SEGMENT[series.period]
    status = series.status
    if status is Status.OK:
        few = len(kept) < max(FEW_POINTS, 2 * least)
        status = Status.FEW if few else Status.FOOTNOTED if series.label == UNCORRECTED else Status.OK
    found: tuple[Turn, ...] = ()
    test = None
    if status is Status.OK:
        values = np.array([value for _, value in kept])
        test, at = cusum(values), turns(values, least)
        ends = (0, *at, len(kept))
        found = tuple(
            Turn(kept[place][0].first.isoformat(), round(float(values[ends[number]:place].mean()), VALUE_DECIMALS),
                 round(float(values[place:ends[number + 2]].mean()), VALUE_DECIMALS),
                 events.largest(series.area, kept[place][0]))
            for number, place in enumerate(at)
        )
    return TurnLine(
        series.area, series.period, series.windows[0].first.isoformat(), series.windows[-1].last.isoformat(),
        len(kept), len(series.values) - len(kept), rounded(test.statistic, VALUE_DECIMALS) if test else None,
        rounded(test.p, VALUE_DECIMALS) if test else None, found, series.label, status.value,
    )


def interruption_lines(dates: Sequence[RecordDate], series: Mapping[Period, Sequence[Points]],
                       comparison: Collection[str]) -> list[InterruptionLine]:
    """Hold net tone before and after each day of record, alone and against the comparison areas' mean.

    By month where there are twelve months with a figure, else by quarter.
    """
    result = []
    for each in dates:
        own = {period: next((one for one in some if one.area == each.area), None) for period, some in series.items()}
        period: Period = "month" if _held(own["month"]) >= FEW_POINTS else "quarter"
        chosen = own[period]
        if chosen is None or not chosen.windows:
            continue
        others = [one for one in series[period] if one.area in comparison and one.status is Status.OK]
        result.append(_interruption(each, chosen, chosen.values, chosen.label, controlled=False))
        if others:
            label = UNCORRECTED if UNCORRECTED in {chosen.label, *(one.label for one in others)} else chosen.label
            result.append(_interruption(each, chosen, _less(chosen, others), label, controlled=True))
    return result


def _held(series: Points | None) -> int:
    return 0 if series is None else sum(value is not None for value in series.values)


def _less(series: Points, others: Sequence[Points]) -> tuple[float | None, ...]:
    """Take the mean of the other areas off each period; missing where either is."""
    beside = [[one.values[at] for one in others if one.values[at] is not None] for at in range(len(series.values))]
    return tuple(None if value is None or not there else value - float(np.mean([each for each in there if each is not
                                                                                None]))
                 for value, there in zip(series.values, beside, strict=True))


def _interruption(date_: RecordDate, series: Points, values: Sequence[float | None], label: str, *, controlled: bool
                  ) -> InterruptionLine:
    times = np.array([at for at, value in enumerate(values) if value is not None], dtype=np.float64)
    y: Floats = np.array([value for value in values if value is not None], dtype=np.float64)
    found = None
    status = series.status
    if status is Status.OK:
        found = interruption(y, times, _time_of(date_.day, series.windows), LAGS[series.period])
        shown = Status.FOOTNOTED if label == UNCORRECTED or y.size < FEW_POINTS else Status.OK
        status = Status.FEW if found is None else shown
    tested = label != UNCORRECTED
    yearly = 12 / MONTHS[series.period]

    def told(value: float | None, times: float = 1.0) -> float | None:
        return None if value is None else rounded(value * times, VALUE_DECIMALS)

    return InterruptionLine(
        area=date_.area, day=date_.day.isoformat(), kind=date_.kind, source=date_.source, controlled=controlled,
        period=series.period, points=int(y.size), before=found.before if found else 0,
        after=found.after if found else 0,
        level=told(found.level) if found else None, level_low=told(found.level_low) if found else None,
        level_high=told(found.level_high) if found else None,
        level_p=told(found.level_p) if found and tested else None,
        slope=told(found.slope, yearly) if found else None, slope_low=told(found.slope_low, yearly) if found else None,
        slope_high=told(found.slope_high, yearly) if found else None,
        slope_p=told(found.slope_p) if found and tested else None,
        method=found.method if found else "", correction=label, status=status.value,
    )


def _time_of(day: date, windows: Sequence[Window]) -> float:
    """Return the number of the first period that begins on or after ``day``: one under way is still before."""
    return float(next((at for at, each in enumerate(windows) if each.first >= day), len(windows)))


def change_without(first: ClusterMean, later: ClusterMean, left_out: Collection[int]) -> float | None:
    """Give later - first without some events; ``None`` where nothing is left of either."""
    means = []
    for each in (first, later):
        kept = ~np.isin(each.keys, list(left_out))
        if not kept.any():
            return None
        means.append(float(each.sums[kept].sum() / each.weight[kept].sum()))
    return means[1] - means[0]


def parts_of_change(first: ClusterMean, later: ClusterMean) -> list[tuple[int, float]]:
    """Give events with what each adds to later - first, those that add most in its direction first."""
    whole = later.value - first.value
    before, after = ({int(key): float(value) for key, value in zip(each.keys, each.without, strict=True)}
                     for each in (first, later))
    shifts = {key: after.get(key, later.value) - before.get(key, first.value) for key in sorted({*before, *after})}
    found = [(key, whole - without) for key, without in shifts.items() if np.isfinite(without)]
    way = 1.0 if whole >= 0 else -1.0
    return sorted(found, key=lambda each: (-way * each[1], each[0]))


def attribution_lines(drawn: Mapping[tuple[str, str], Sequence[Drawn]], news: News, events: Happenings
                      ) -> list[AttributionLine]:
    """Name, for each area's change of net tone up to the latest window, the five events that add most to it."""
    result: list[AttributionLine] = []
    for area in news.areas:
        series = drawn.get(("net_tone", area), ())
        start = next((at for at, each in enumerate(series) if each.shown), None)
        if start is None or start >= len(series) - 1:
            continue
        first, later = series[start], series[-1]
        if first.mean is None or later.mean is None or breaks_between(first, later):
            continue
        whole = later.mean.value - first.mean.value
        told = abs(whole) > float(np.sqrt(first.mean.variance + later.mean.variance))
        ranked = parts_of_change(first.mean, later.mean)[:TOP]
        for rank, (code, part) in enumerate(ranked, 1):
            named = events.numbered(code)
            without = change_without(first.mean, later.mean, [each for each, _ in ranked[:rank]])
            if named is None:
                continue
            result.append(AttributionLine(
                area, later.estimate.first, later.estimate.last, news.windows[start].label,
                round(whole, VALUE_DECIMALS), rank, round(part, VALUE_DECIMALS),
                rounded(1 - without / whole, VALUE_DECIMALS) if told and without is not None else None, named,
                later.estimate.correction,
            ))
    return result
