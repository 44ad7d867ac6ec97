"""Cut the windows of a series into quarters and months (method.md B7): twelve annual points are not a series.

Texts keep the scores that the correction of their whole window gave them, so a month is corrected as its year is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from nlp.unique import ABOUT
from reputation.clustered import Floats, Ints
from reputation.correction import correction_for
from reputation.coverage import collected
from reputation.figures import UNCORRECTED, Drawn, figure
from reputation.index import CELL, News
from reputation.series import Series
from store.days import Window
from store.goals import Status

Period = Literal["month", "quarter"]
MONTHS: Mapping[Period, int] = {"month": 1, "quarter": 3}

LEAST_ITEMS = 5
"""A period with fewer texts is missing, not 0 (method.md B7)."""

TONE_FIGURES = ("net_tone", "negative_share", "unsafe_share.news", "stigma_share")


@dataclass(frozen=True)
class Points:
    """Net tone of an area by period, over the whole series."""

    area: str
    period: Period
    windows: tuple[Window, ...]
    values: tuple[float | None, ...]
    """absent where the period has too few texts"""
    label: str
    """the correction, or *uncorrected*"""
    status: Status
    """*ok*; *unreliable reading* where tone is withheld; *break* where another reader read a part"""


@dataclass(frozen=True)
class Named:
    """The n texts of some days that name an area."""

    days: NDArray[np.datetime64]
    about: NDArray[np.bool_]
    """whether they are about it"""
    codes: Ints
    """events"""

    def some(self, rows: NDArray[np.bool_]) -> Named:
        """Return some of them."""
        return Named(self.days[rows], self.about[rows], self.codes[rows])


NOBODY = Named(np.array([], dtype="datetime64[D]"), np.array([], dtype=np.bool_), np.array([], dtype=np.int64))


def parts(window: Window, period: Period) -> tuple[Window, ...]:
    """Cut ``window`` from its first day into months or quarters; a rest at its end is left out."""
    result: list[Window] = []
    first = window.first
    while (next_first := _months_on(window.first, MONTHS[period] * (len(result) + 1))) <= window.last + timedelta(1):
        result.append(Window(first, next_first - timedelta(1)))
        first = next_first
    return tuple(result)


def _months_on(day: date, months: int) -> date:
    """Return the same day some months later, the last of the month where that has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for back in range(4):
        try:
            return date(year, month + 1, day.day - back)
        except ValueError:
            continue
    raise AssertionError(day)


def whole_series(news: News) -> Iterator[Series]:
    """Give the corrected series of title and lead of every area and window that has a text of it."""
    read = news.mentions.loc[news.mentions["lead_tone"].notna() & (news.mentions["window"] >= 0), [*CELL, "day"]]
    for area in news.areas:
        own = dict(tuple(read[read["area"] == area].groupby("window", sort=True)))
        for number, window in enumerate(news.windows):
            if number in own:
                cell = own[number]
                yield Series(area, window, cell, {"basis": "title and lead"},
                             correction_for(cell["copy_group"], news.coded.get(area)),
                             withheld=area in news.unreliable, seed=news.seed)


def quarter_figures(news: News, whole: Sequence[Series]) -> list[Drawn]:
    """Estimate volume, tone and safety of every area and quarter: counts always, tone where events are enough."""
    series = {(each.area, each.window): each for each in whole}
    inside = news.mentions.loc[news.mentions["window"] >= 0, ["area", "window", "day", "role", "code"]]
    cells = {key: Named(cell["day"].to_numpy(dtype="datetime64[D]"), cell["role"].isin(ABOUT).to_numpy(dtype=np.bool_),
                        cell["code"].to_numpy(dtype=np.int64))
             for key, cell in inside.groupby(["area", "window"], sort=False)}
    result: list[Drawn] = []
    for area in news.areas:
        for number, window in enumerate(news.windows):
            cell, own = cells.get((area, number), NOBODY), series.get((area, window))
            days = None if own is None else own.read["day"].to_numpy(dtype="datetime64[D]")
            for quarter in parts(window, "quarter"):
                if news.newest is None or quarter.first <= news.newest:
                    part = None if own is None or days is None else own.part(_within(days, quarter), quarter)
                    result += _quarter(area, quarter, cell.some(_within(cell.days, quarter)), part, news)
    return result


def _quarter(area: str, quarter: Window, cell: Named, part: Series | None, news: News) -> list[Drawn]:
    if not cell.days.size and not collected(quarter, area, news.spans):
        return [Drawn(figure(name, area, quarter, Status.NOT_COLLECTED,
                             correction=UNCORRECTED if name in TONE_FIGURES else ""))
                for name in ("mentions", "about", "events", *TONE_FIGURES)]
    counts = {"mentions": int(cell.days.size), "about": int(cell.about.sum()),
              "events": int(np.unique(cell.codes[cell.about]).size)}
    result = [Drawn(figure(name, area, quarter, Status.OK, value=count, n=count)) for name, count in counts.items()]
    if part is None:
        return result + [Drawn(figure(name, area, quarter, Status.FEW, n=0, correction=UNCORRECTED))
                         for name in TONE_FIGURES]
    return [*result, *(part.net_tone(name) if name == "net_tone" else part.share(name) for name in TONE_FIGURES)]


def points(whole: Sequence[Series], news: News, period: Period) -> list[Points]:
    """Arrange net tone of each area as points in time, one a period from the first window to the last.

    An area of which some windows are corrected has points of those alone: corrected and uncorrected tone are no one
    series. Periods before an area is collected, and after the newest day, are missing.
    """
    result = []
    for area in news.areas:
        own = {each.window: each for each in whole if each.area == area}
        labels = {window: each.scores("net_tone")[1] for window, each in own.items()}
        corrected = {window for window, label in labels.items() if label != UNCORRECTED}
        used = {window: own[window] for window in (corrected or own)}
        windows, values = [], []
        for window in news.windows:
            whole_window = used.get(window)
            days = None if whole_window is None else whole_window.read["day"].to_numpy(dtype="datetime64[D]")
            for part in parts(window, period):
                if news.newest is None or part.last <= news.newest:
                    windows.append(part)
                    values.append(None if whole_window is None or days is None
                                  else _mean(whole_window.scores("net_tone")[0], _within(days, part)))
        versions = {version for each in used.values() for version in each.read["version"].dropna().unique()}
        status = Status.UNRELIABLE if area in news.unreliable else Status.BREAK if len(versions) > 1 else Status.OK
        result.append(Points(area, period, tuple(windows), tuple(values),
                             labels[max(corrected)] if corrected else UNCORRECTED, status))
    return result


def _mean(scores: Floats, rows: NDArray[np.bool_]) -> float | None:
    return float(scores[rows].mean()) if np.sum(rows) >= LEAST_ITEMS else None


def _within(days: NDArray[np.datetime64], window: Window) -> NDArray[np.bool_]:
    return np.asarray((days >= np.datetime64(window.first)) & (days <= np.datetime64(window.last)), dtype=np.bool_)
