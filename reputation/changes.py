"""Say how far an area has moved since its first comparable window, and when that can't be said (method.md A7, B3, B5).

A figure that is not corrected by hand-coding gets no test of change: its difference is shown as a footnoted figure with
the interval that events alone make, without p and outside every family of tests. Reading errors that differ between
the years are in no interval.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from math import inf

import numpy as np
from scipy import special

from reputation.clustered import change, welch
from reputation.content import Detail, Estimate
from reputation.figures import UNCORRECTED, VALUE_DECIMALS, Drawn, figure, rounded
from reputation.newsbridge import Bridges
from store.days import Window
from store.goals import Status
from surveys.change import benjamini_hochberg, selected_interval, selected_level
from surveys.intervals import t_interval

CHANGED = ("net_tone", "negative_share", "stigma_share", "unsafe_share.news")

DETECTABLE = 2.8
"""Standard errors of the smallest change seen with 80 % power (method.md A6)."""


def news_changes(
    series: Mapping[tuple[str, str], Sequence[Drawn]], windows: Sequence[Window], evaluated: Collection[str],
    bridges: Bridges,
) -> list[Estimate]:
    """Estimate change since the first shown window, for every later window of every series of :data:`CHANGED`.

    Across a change of reader or text level there is one only where ``bridges`` has a way.
    """
    result: list[Estimate] = []
    for (indicator, _), drawn in series.items():
        if indicator in CHANGED:
            start = next((at for at, each in enumerate(drawn) if each.shown), None)
            result += [
                _one(None if start is None or start >= at else drawn[start], drawn[at], windows[at], at if start is None
                     else start, windows, bridges)
                for at in range(1, len(drawn)) if start is None or at > start
            ]
    return adjust(result, evaluated)


def _one(first: Drawn | None, later: Drawn, window: Window, start: int, windows: Sequence[Window],
         bridges: Bridges) -> Estimate:
    old = later.estimate
    name = f"{old.indicator}.change"
    if first is None or first.mean is None:
        status = Status(old.status) if not later.shown else Status.NO_BASELINE
        return figure(name, old.area, window, status, n=old.n, correction=old.correction)
    details: dict[str, Detail] = {"since": windows[start].label}
    if not later.shown or later.mean is None:
        return figure(name, old.area, window, Status(old.status), n=old.n, correction=old.correction, details=details)
    over = bridges.crossing(first, later)
    if over.reason:
        return figure(name, old.area, window, Status.BREAK, n=old.n, correction=old.correction,
                      details={**details, "reason": over.reason})
    moved = over.carry(change(first.mean, later.mean, df_earlier=first.df, df_later=later.df))
    if over.breaks:
        details |= {"bridge": ", ".join(over.breaks), "bridge_texts": over.texts, "bridge_step": -over.shift,
                    "bridge_se": float(np.sqrt(over.variance))}
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


SIGNIFICANT = 0.05
"""method.md A7: reject at q = .05."""


TOLD_LEVEL = 0.04
"""Of the families on the first page. Their p-values are a little too small far out, where fifteen are looked at:
events are skewed, answers weighted. With all areas still .05 called one moved in 6.1 of 100 simulated runs, this
does in 4.9 (1,000 runs; ``make test-slow``)."""


def with_levels(estimates: Sequence[Estimate], told: Collection[tuple[str, str, str, str]]) -> list[Estimate]:
    """Note the level that adjusted p-values of the families told on the first page are held against.

    ``told``: (indicator, first, last, wave) of each family. A run tells of two families, and each alone would call a
    still area moved in one run of twenty. Families are selected by Benjamini-Hochberg over their smallest adjusted p
    (Simes), and within R selected of m the level is :data:`TOLD_LEVEL` R/m. In one not selected nothing moved: its
    level is the one that would have selected it, R + 1 in place of R, and no p of it is below.
    Source: Benjamini and Bogomolov 2014; every other family keeps .05.
    """
    smallest = {}
    for key in sorted(set(told)):
        p = [_number(each.details["p_adjusted"]) for each in estimates
             if _family(each) == key and each.details.get("p_adjusted") is not None]
        if p:
            smallest[key] = min(p)
    selected = {key for key, p in zip(smallest, benjamini_hochberg(list(smallest.values())), strict=True)
                if p is not None and p <= TOLD_LEVEL}
    levels = {key: TOLD_LEVEL * (len(selected) + (key not in selected)) / len(smallest) for key in smallest}
    return [replace(each, details={**each.details, "level": levels[_family(each)]})
            if _family(each) in smallest and each.details.get("p_adjusted") is not None else each for each in estimates]


def has_moved(change: Estimate | None) -> bool:
    """Tell whether a change is one after adjusting for the number of tests."""
    if change is None or change.details.get("p_adjusted") is None or not Status(change.status).shown:
        return False
    return _number(change.details["p_adjusted"]) < level_of(change)


def level_of(change: Estimate) -> float:
    """Return the level that the adjusted p of a change is held against."""
    return _number(change.details.get("level", SIGNIFICANT))


def with_selected(estimates: Sequence[Estimate]) -> list[Estimate]:
    """Give those that have moved a second, wider interval: they were picked out because they had.

    At level 1 - q R/m for the R of m of a family, so that of such intervals no more than q miss (Benjamini and
    Yekutieli 2005; method.md A7).
    """
    picked: dict[tuple[str, str, str, str], int] = {}
    for each in estimates:
        picked[_family(each)] = picked.get(_family(each), 0) + has_moved(each)
    return [each if not has_moved(each) else
            replace(each, details={**each.details, **_selected(each, picked[_family(each)])}) for each in estimates]


def _selected(moved: Estimate, picked: int) -> dict[str, Detail]:
    if moved.value is None or moved.se is None:
        return {}
    q, df = level_of(moved), moved.details.get("df")
    level = selected_level(picked, round(_number(moved.details["family"])), q)
    low, high = selected_interval(moved.value, moved.se, level, inf if df is None else _number(df))
    return {"selected_level": rounded(level, VALUE_DECIMALS), "selected_low": rounded(low, VALUE_DECIMALS),
            "selected_high": rounded(high, VALUE_DECIMALS)}


def _family(each: Estimate) -> tuple[str, str, str, str]:
    return each.indicator, each.first, each.last, each.wave


COMPARED = ("net_tone.change", "negative_share.change", "safe_share.change", "safety_index.change")
"""Changes that are held against those of the comparison areas."""


def compared_changes(changes: Sequence[Estimate], evaluated: Collection[str], comparison: Collection[str]
                     ) -> list[Estimate]:
    """Give each area's change minus the mean change of the comparison areas since the same time, with its error.

    They stand as background and in no total: the fifteen are never pooled with them. Nothing where there are none.
    """
    result: list[Estimate] = []
    for each in changes:
        if each.indicator not in COMPARED or each.area not in evaluated or not comparison:
            continue
        beside = [one for one in changes if one.area in comparison and Status(one.status).shown and one.se is not None
                  and (one.indicator, one.first, one.last, one.wave, one.details.get("since"))
                  == (each.indicator, each.first, each.last, each.wave, each.details.get("since"))]
        result.append(_compared(each, beside))
    return adjust(result, evaluated)


def _compared(here: Estimate, there: Sequence[Estimate]) -> Estimate:
    name = here.indicator.replace(".change", ".compared.change")
    window = Window.parse(f"{here.first}:{here.last}")
    told = UNCORRECTED if UNCORRECTED in {here.correction, *(each.correction for each in there)} else here.correction
    since: dict[str, Detail] = {"since": here.details.get("since"), "first_wave": here.details.get("first_wave"),
                                "compared_with": ", ".join(sorted(each.area for each in there)) or None}
    if not Status(here.status).shown or here.value is None or here.se is None or not there:
        hidden = Status(here.status) if not Status(here.status).shown else Status.NOT_COLLECTED
        if hidden is Status.NOT_COLLECTED:
            since["reason"] = "no comparison area"
        return figure(name, here.area, window, hidden, wave=here.wave, n=here.n, correction=told, method=here.method,
                      details=since)
    value = here.value - float(np.mean([each.value for each in there if each.value is not None]))
    others = sum((each.se or 0.0) ** 2 for each in there) / len(there) ** 2
    df = welch(here.se**2, _df(here), others, min(_df(each) for each in there))
    variance = here.se**2 + others
    tested = all(each.details.get("p") is not None for each in (here, *there))
    p = float(2 * special.stdtr(df, -abs(value) / np.sqrt(variance))) if tested and variance > 0 else None
    return figure(
        name, here.area, window, Status.OK if tested else Status.FOOTNOTED, wave=here.wave, value=value,
        se=float(np.sqrt(variance)), interval=t_interval(value, variance, df), n=here.n, correction=told,
        method=here.method, details={**since, "df": df, "p": p, "detectable": DETECTABLE * float(np.sqrt(variance)),
                                     "areas": len(there)},
    )


NORMAL_DF = 1e6
"""Changes between waves are tested with the normal (method.md A6)."""


def _df(each: Estimate) -> float:
    return NORMAL_DF if each.details.get("df") is None else _number(each.details["df"])


def _number(value: Detail) -> float:
    assert isinstance(value, float | int)
    return float(value)
