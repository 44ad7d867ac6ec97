"""Say how far an area has moved since its first comparable window, and when that can't be said (method.md A7, B3, B5).

A figure that is not corrected by hand-coding gets no test of change: its difference is shown as a footnoted figure with
the interval that events alone make, without p and outside every family of tests. Reading errors that differ between
the years are in no interval.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np

from reputation.clustered import change
from reputation.content import Detail, Estimate
from reputation.figures import UNCORRECTED, VALUE_DECIMALS, Drawn, figure, rounded
from store.days import Window
from store.goals import Status
from surveys.change import benjamini_hochberg
from surveys.intervals import t_interval

CHANGED = ("net_tone", "negative_share", "stigma_share", "unsafe_share.news")

TITLE_SHIFT = 0.20
"""A share of title-only texts that moves more than this makes another series: a title is read otherwise than a lead."""

DETECTABLE = 2.8
"""Standard errors of the smallest change seen with 80 % power (method.md A6)."""


def news_changes(
    series: Mapping[tuple[str, str], Sequence[Drawn]], windows: Sequence[Window], evaluated: Collection[str],
) -> list[Estimate]:
    """Estimate change since the first shown window, for every later window of every series of :data:`CHANGED`."""
    result: list[Estimate] = []
    for (indicator, _), drawn in series.items():
        if indicator in CHANGED:
            start = next((at for at, each in enumerate(drawn) if each.shown), None)
            result += [
                _one(None if start is None or start >= at else drawn[start], drawn[at], windows[at], at if start is None
                     else start, windows)
                for at in range(1, len(drawn)) if start is None or at > start
            ]
    return adjust(result, evaluated)


def _one(first: Drawn | None, later: Drawn, window: Window, start: int, windows: Sequence[Window]) -> Estimate:
    old = later.estimate
    name = f"{old.indicator}.change"
    if first is None or first.mean is None:
        status = Status(old.status) if not later.shown else Status.NO_BASELINE
        return figure(name, old.area, window, status, n=old.n, correction=old.correction)
    details: dict[str, Detail] = {"since": windows[start].label}
    if not later.shown or later.mean is None:
        return figure(name, old.area, window, Status(old.status), n=old.n, correction=old.correction, details=details)
    reason = break_between(first, later)
    if reason:
        return figure(name, old.area, window, Status.BREAK, n=old.n, correction=old.correction,
                      details={**details, "reason": reason})
    moved = change(first.mean, later.mean, df_earlier=first.df, df_later=later.df)
    tested = old.correction != UNCORRECTED
    details |= {
        "df": moved.df, "detectable": DETECTABLE * float(np.sqrt(moved.variance)),
        "shared_events": moved.shared_events, "p": moved.p if tested else None,
        "test": None if tested else "none: uncorrected",
    }
    return figure(
        name, old.area, window, Status.OK if tested else Status.FOOTNOTED, value=moved.value,
        se=float(np.sqrt(moved.variance)), interval=t_interval(moved.value, moved.variance, moved.df), n=old.n,
        correction=old.correction, details=details,
    )


def break_between(first: Drawn, later: Drawn) -> str:
    """Say in a word what makes two figures incomparable; empty where they are comparable."""
    if len({*first.versions, *later.versions}) > 1:
        return "reader"
    if abs(first.title_share - later.title_share) > TITLE_SHIFT:
        return "text level"
    if (first.estimate.correction == UNCORRECTED) != (later.estimate.correction == UNCORRECTED):
        return "correction"
    return ""


def adjust(changes: Sequence[Estimate], evaluated: Collection[str]) -> list[Estimate]:
    """Add Benjamini-Hochberg p-values within each family: indicator × comparison window (or wave), over the fifteen.

    Figures without p, and comparison areas, stay outside; ``family`` is the number of tests in the family.
    """
    families: dict[tuple[str, str, str, str], list[int]] = {}
    for at, each in enumerate(changes):
        if each.details.get("p") is not None and each.area in evaluated:
            families.setdefault((each.indicator, each.first, each.last, each.wave), []).append(at)
    result = list(changes)
    for members in families.values():
        adjusted = benjamini_hochberg([_number(result[at].details["p"]) for at in members])
        for at, p in zip(members, adjusted, strict=True):
            details = {**result[at].details, "p_adjusted": rounded(p, VALUE_DECIMALS), "family": len(members)}
            result[at] = replace(result[at], details=details)
    return result


def _number(value: Detail) -> float:
    assert isinstance(value, float | int)
    return float(value)
