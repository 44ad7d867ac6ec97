"""Set net tone and perceived safety side by side: between areas, within areas, pooled - never one number (C1)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from reputation.content import Association, Estimate, WaveFacts
from reputation.figures import UNCORRECTED, VALUE_DECIMALS, rounded
from store.days import Window
from store.goals import Status

MIN_AREAS = 5
"""With fewer areas an interval of Fisher's z says nothing."""

REPLICATES = 1000
_Z = float(norm.ppf(0.975))


@dataclass(frozen=True)
class Pairs:
    """Net tone and safe share of the same area and year."""

    area: NDArray[np.int64]
    tone: NDArray[np.float64]
    safe: NDArray[np.float64]


def associations(
    estimates: Iterable[Estimate], evaluated: Collection[str], waves: Sequence[WaveFacts],
    windows: Sequence[Window], *, seed: int,
) -> list[Association]:
    """Correlate shown net tone with the shown safe share of waves that may be compared with the first.

    Nothing here says that one makes the other; uncorrected tone makes a footnoted association.
    """
    found = list(estimates)
    pairs, uncorrected = paired(found, evaluated, comparable_waves(waves), windows)
    shown = Status.FOOTNOTED if uncorrected else Status.OK
    return [_made("between", between(pairs), pairs, shown), _made("within", within(pairs), pairs, shown),
            _made("pooled", pooled(pairs, seed), pairs, shown)]


def comparable_waves(waves: Sequence[WaveFacts]) -> frozenset[str]:
    """Return the first wave and all that may be compared with it."""
    return frozenset(each.id for each in waves if each is waves[0] or waves[0].id in each.comparable_with)


def paired(estimates: Sequence[Estimate], areas: Collection[str], waves: Collection[str], windows: Sequence[Window]
           ) -> tuple[Pairs, bool]:
    """Pair each safe share with the net tone of the window its fieldwork ends in, and say if any is uncorrected."""
    tone = {(each.area, each.first): each for each in estimates
            if each.indicator == "net_tone" and each.value is not None and each.area in areas}
    rows: list[tuple[str, float, float]] = []
    uncorrected = False
    for each in estimates:
        if each.indicator != "safe_share" or each.value is None or each.wave not in waves or each.area not in areas:
            continue
        window = next((one for one in windows if one.first.isoformat() <= each.last <= one.last.isoformat()), None)
        beside = tone.get((each.area, window.first.isoformat())) if window else None
        if beside is not None and beside.value is not None:
            rows.append((each.area, beside.value, each.value))
            uncorrected |= beside.correction == UNCORRECTED
    names = sorted({row[0] for row in rows})
    return Pairs(np.array([names.index(row[0]) for row in rows], dtype=np.int64),
                 np.array([row[1] for row in rows], dtype=np.float64),
                 np.array([row[2] for row in rows], dtype=np.float64)), uncorrected


Found = tuple[float, float, float] | None
"""r with its interval"""


def between(pairs: Pairs) -> Found:
    """Correlate the areas' means over the years; Fisher's z with n = areas."""
    names = np.unique(pairs.area)
    if names.size < MIN_AREAS:
        return None
    r = correlation(*(
        np.array([column[pairs.area == each].mean() for each in names]) for column in (pairs.tone, pairs.safe)
    ))
    return None if r is None else (r, *fisher(r, names.size - 3))


def within(pairs: Pairs) -> Found:
    """Give the repeated-measures correlation: do an area's years with better news have safer answers?

    r = sign(b) √(SS_tone / (SS_tone + SS_error)), df = N - areas - 1 (Bakdash & Marusich 2017).
    """
    names, counts = np.unique(pairs.area, return_counts=True)
    several = names[counts >= 2]
    rows = np.isin(pairs.area, several)
    df = int(rows.sum()) - several.size - 1
    if several.size < MIN_AREAS or df < 3:
        return None
    tone, safe = pairs.tone[rows].copy(), pairs.safe[rows].copy()
    for each in several:
        here = pairs.area[rows] == each
        tone[here] -= tone[here].mean()
        safe[here] -= safe[here].mean()
    r = correlation(tone, safe)
    return None if r is None else (r, *fisher(r, df - 1))


def pooled(pairs: Pairs, seed: int) -> Found:
    """Correlate all pairs, with an interval from drawing whole areas (1,000 times)."""
    names = np.unique(pairs.area)
    if names.size < MIN_AREAS:
        return None
    r = correlation(pairs.tone, pairs.safe)
    if r is None:
        return None
    generator = np.random.default_rng(seed)
    rows = [np.flatnonzero(pairs.area == each) for each in names]
    draws = []
    for _ in range(REPLICATES):
        drawn = np.concatenate([rows[at] for at in generator.integers(0, names.size, names.size)])
        one = correlation(pairs.tone[drawn], pairs.safe[drawn])
        if one is not None:
            draws.append(one)
    low, high = np.quantile(draws, [0.025, 0.975])
    return r, float(low), float(high)


def correlation(one: NDArray[np.float64], other: NDArray[np.float64]) -> float | None:
    """Give Pearson's r, or ``None`` where one of both never varies."""
    a, b = one - one.mean(), other - other.mean()
    below = float(np.sqrt((a @ a) * (b @ b)))
    return float(np.clip(a @ b / below, -1, 1)) if below > 1e-12 else None


def fisher(r: float, df: float) -> tuple[float, float]:
    """Give tanh(atanh r ± 1.96 / √df)."""
    if abs(r) == 1:
        return r, r
    half = _Z / float(np.sqrt(df))
    return float(np.tanh(np.arctanh(r) - half)), float(np.tanh(np.arctanh(r) + half))


def _made(kind: str, found: Found, pairs: Pairs, shown: Status) -> Association:
    r, low, high = found if found is not None else (None, None, None)
    return Association(
        kind, rounded(r, VALUE_DECIMALS), rounded(low, VALUE_DECIMALS), rounded(high, VALUE_DECIMALS),
        n=int(pairs.area.size), areas=int(np.unique(pairs.area).size),
        status=(Status.FEW if found is None else shown).value,
    )
