"""Join a series of news across a change of reader or text level by texts that were read both ways (method.md B4, A11).

Each way of reading is a series of its own. Where at least 300 texts were read both ways, how far apart the two lie is
known with its error: that step is taken off a change that crosses it, and its variance added (an estimated break, van
den Brakel et al. 2020). The step is one for all areas; how far it differs between them (tau², REML) is a part of its
variance, for it is used in each of them. Texts of one event err alike, so the event is the unit here too.

Where tone is corrected, each window's own hand codes take out what its own reader gets wrong, so that between readers
nothing is left to take off. What remains is which texts a title alone shows to be about the area.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from reputation.clustered import ClusterChange, Floats, change, cluster_mean, welch
from reputation.content import NewsBridgeLine
from reputation.figures import UNCORRECTED, VALUE_DECIMALS, Drawn, rounded
from reputation.outlook import reml
from surveys.intervals import t_interval

LEAST_TEXTS = 300
"""Articles read both ways, without which the break stays (method.md B4)."""

TITLE_SHIFT = 0.20
"""A share of title-only texts that moves more than this makes another series: a title is read otherwise than a lead."""

READER, LEVEL, CORRECTION = "reader", "text level", "correction"
"""What makes two figures incomparable; a correction is bridged by nothing."""


def breaks_between(first: Drawn, later: Drawn) -> tuple[str, ...]:
    """Name what makes two figures incomparable; empty where they are comparable."""
    found = {
        READER: len({*first.versions, *later.versions}) > 1,
        LEVEL: abs(first.title_share - later.title_share) > TITLE_SHIFT,
        CORRECTION: (first.estimate.correction == UNCORRECTED) != (later.estimate.correction == UNCORRECTED),
    }
    return tuple(name for name, there in found.items() if there)


def marked(drawn: Sequence[Drawn]) -> list[Drawn]:
    """Note with each net tone what makes it another series than the one shown before it, so that no line joins them.

    A bridge moves changes and no level: where there is one, the line is broken all the same.
    """
    result, before = [], dict[str, Drawn]()
    for each in drawn:
        if each.estimate.indicator == "net_tone" and each.shown:
            found = breaks_between(before[each.estimate.area], each) if each.estimate.area in before else ()
            before[each.estimate.area] = each
            if found:
                details = {**each.estimate.details, "break": ", ".join(found)}
                each = replace(each, estimate=replace(each.estimate, details=details))
        result.append(each)
    return result


@dataclass(frozen=True)
class Step:
    """How much higher the same news come out in the later way of reading than in the earlier."""

    value: float
    variance: float
    df: float
    texts: int
    """articles read both ways"""
    between: float = 0.0
    """tau: standard deviation of the step between areas"""


@dataclass(frozen=True)
class Crossing:
    """What lies between two figures of one series."""

    breaks: tuple[str, ...] = ()
    """what is crossed"""
    shift: float = 0.0
    """to be added to later - earlier"""
    variance: float = 0.0
    df: float = 1.0
    texts: int = 0
    """the fewest that any of its steps rests on"""
    reason: str = ""
    """what is not bridged; empty = a change may be computed"""

    def carry(self, moved: ClusterChange) -> ClusterChange:
        """Return a change with the steps taken off and their variance added."""
        if not self.variance:
            return ClusterChange(moved.value + self.shift, moved.variance, moved.df, moved.shared_events)
        df = welch(moved.variance, moved.df, self.variance, self.df)
        return ClusterChange(moved.value + self.shift, moved.variance + self.variance, df, moved.shared_events)


TITLE = "title"
"""Stands for a version where the title alone was read."""


class Bridges:
    """The steps between ways of reading, worked out when a series is first found to cross one."""

    def __init__(self, mentions: pd.DataFrame, otherwise: Callable[[], pd.DataFrame], areas: Iterable[str]) -> None:
        self._mentions = mentions
        self._read_otherwise = otherwise
        self._areas = frozenset(areas)
        self._steps: dict[tuple[str, str, str, bool], Step | None] = {}

    def crossing(self, first: Drawn, later: Drawn) -> Crossing:
        """Say what a change from ``first`` to ``later`` crosses, and what crossing it costs."""
        breaks = breaks_between(first, later)
        if not breaks:
            return Crossing()
        if CORRECTION in breaks:
            return Crossing(breaks, reason=next(iter(breaks)))
        indicator, corrected = later.estimate.indicator, later.estimate.correction != UNCORRECTED
        steps: list[tuple[float, Step | None, str]] = []
        if READER in breaks:
            after = max(later.versions, key=lambda each: (later.versions[each], each))
            for each in sorted({*first.versions, *later.versions} - {after}):
                share = later.versions.get(each, 0.0) - first.versions.get(each, 0.0)
                steps.append((share, self.step(indicator, each, after, corrected=corrected), READER))
        if LEVEL in breaks:
            share = later.title_share - first.title_share
            steps.append((share, self.step(indicator, TITLE, "", corrected=corrected), LEVEL))
        missing = [kind for _, step, kind in steps if step is None or step.texts < LEAST_TEXTS]
        if missing:
            return Crossing(breaks, reason=missing[0])
        known = [(share, step) for share, step, _ in steps if step is not None]
        return Crossing(
            breaks, sum(share * step.value for share, step in known),
            sum(share**2 * step.variance for share, step in known), min(step.df for _, step in known),
            min(step.texts for _, step in known),
        )

    def step(self, indicator: str, earlier: str, later: str, *, corrected: bool) -> Step | None:
        """Return the step from one version of the reader to another, or from :data:`TITLE` to title with lead.

        ``None`` without two events to know it from.
        """
        key = (indicator, earlier, later, corrected)
        if key not in self._steps:
            before, after = self._both(earlier, later)
            self._steps[key] = _step(indicator, before, after, corrected=corrected)
        return self._steps[key]

    def lines(self) -> tuple[NewsBridgeLine, ...]:
        """List every step that a change was to cross, whether or not it could."""
        return tuple(_line(*key, step) for key, step in sorted(self._steps.items()))

    @cached_property
    def _otherwise(self) -> pd.DataFrame:
        return self._read_otherwise()

    @cached_property
    def _main(self) -> pd.DataFrame:
        read = self._mentions[self._mentions["lead_tone"].notna() & self._mentions["area"].isin(self._areas)]
        return read[["article", "area", "code", "version", "level", "lead_tone", "safety", "stigma"]]

    def _both(self, earlier: str, later: str) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return what the same news say in the earlier and in the later way of reading.

        Between versions both frames hold the same texts. With titles the later holds more: title and lead show texts
        to be about an area that the title alone does not.
        """
        if earlier == TITLE:
            titles = self._otherwise[self._otherwise["title"] == 1]
            whole = self._main[(self._main["level"] != "title") & self._main["version"].isin(titles["version"])]
            alone = titles.drop(columns="title").merge(
                whole[["article", "area", "version", "code"]], on=["article", "area", "version"])
            return alone, whole
        one, other = (self._by(version) for version in (earlier, later))
        common = one[["article", "area"]].merge(other[["article", "area"]], on=["article", "area"])
        return one.merge(common, on=["article", "area"]), other.merge(common, on=["article", "area"])

    def _by(self, version: str) -> pd.DataFrame:
        """Return what one version said of the texts that stand for their copies, at more than the title."""
        whole = self._main[self._main["level"] != "title"]
        own = whole[whole["version"] == version]
        others = self._otherwise[(self._otherwise["title"] == 0) & (self._otherwise["version"] == version)]
        beside = others.drop(columns=["title"]).merge(whole[["article", "area", "code"]], on=["article", "area"])
        return pd.concat([own.drop(columns="level"), beside]).drop_duplicates(["article", "area"])


def values_of(indicator: str, read: pd.DataFrame) -> Floats:
    """Return what each text says of an indicator, as read."""
    tone = read["lead_tone"].to_numpy(dtype=np.float64)
    if indicator == "net_tone":
        return tone
    found: Mapping[str, Callable[[], object]] = {
        "negative_share": lambda: tone == -1, "unsafe_share.news": lambda: read["safety"].eq("unsafe"),
        "stigma_share": lambda: read["stigma"].fillna("[]").ne("[]"),
    }
    return np.asarray(found[indicator](), dtype=np.float64)


def _step(indicator: str, before: pd.DataFrame, after: pd.DataFrame, *, corrected: bool) -> Step | None:
    texts = before["article"].nunique()
    if corrected:  # the reading is put right in either way; what differs is which texts there are
        keys = ["article", "area"]
        before = before[keys].merge(after, on=keys)
    whole = _difference(indicator, before, after)
    if whole is None:
        return None
    parts = [
        each for area in sorted(before["area"].unique())
        if (each := _difference(indicator, before[before["area"] == area], after[after["area"] == area])) is not None
        and each.variance > 0
    ]
    tau2 = 0.0
    if len(parts) > 1:
        values, variances = (np.array([getattr(each, name) for each in parts]) for name in ("value", "variance"))
        tau2 = reml(values, variances, np.ones((len(parts), 1)))
    return Step(whole.value, whole.variance + tau2, whole.df, texts, float(np.sqrt(tau2)))


def _difference(indicator: str, before: pd.DataFrame, after: pd.DataFrame) -> ClusterChange | None:
    if before["code"].nunique() < 2 or after["code"].nunique() < 2:
        return None
    return change(*(cluster_mean(values_of(indicator, each), each["code"]) for each in (before, after)))


def _line(indicator: str, earlier: str, later: str, corrected: bool, step: Step | None) -> NewsBridgeLine:
    bridged = step is not None and step.texts >= LEAST_TEXTS
    ends = t_interval(step.value, step.variance, step.df) if step is not None and step.variance > 0 else None
    return NewsBridgeLine(
        kind=LEVEL if earlier == TITLE else READER, indicator=indicator, earlier=earlier, later=later,
        corrected=corrected, texts=0 if step is None else step.texts, bridged=bridged,
        step=rounded(step.value, VALUE_DECIMALS) if step is not None and bridged else None,
        low=rounded(ends[0], VALUE_DECIMALS) if ends and bridged else None,
        high=rounded(ends[1], VALUE_DECIMALS) if ends and bridged else None,
        between=rounded(step.between, VALUE_DECIMALS) if step is not None and bridged else None,
    )
