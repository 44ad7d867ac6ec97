"""Estimate change between waves, and adjust for looking at many areas (method.md A6, A7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, isnan, sqrt

import numpy as np
from scipy import special

from surveys.arrays import Floats
from surveys.intervals import t_quantile

LEAST_COMMON = 10
"""With fewer persons in both waves their covariance is too uncertain: taken as 0, and said."""

DETECTABLE_FACTOR = 2.8
"""1.96 + 0.84: two-sided 5 %, 80 % power."""


@dataclass(frozen=True)
class Changed:
    """A difference, later minus earlier, with a two-sided normal test."""

    value: float
    se: float
    low: float
    high: float
    p: float
    detectable: float
    """smallest change that would be seen with 80 % power"""


@dataclass(frozen=True)
class Shift:
    """What another questionnaire, mode or institute alone did to a figure: new minus old, as a bridge estimated it."""

    value: float
    variance: float


def change(first: float, first_variance: float, later: float, later_variance: float, covariance: float = 0.0,
           shift: Shift | None = None) -> Changed:
    """Return the change with D ± 1.96 SE. ``covariance`` is capped so that no variance falls below 0.

    ``shift``: the estimated break between the two waves, taken off as :func:`shifted` does. Source: method.md A6.
    """
    most = sqrt(first_variance * later_variance)
    variance = max(first_variance + later_variance - 2 * min(max(covariance, -most), most), 0.0)
    straight = _changed(later - first, variance)
    return straight if shift is None else shifted(straight, shift)


def shifted(straight: Changed, shift: Shift) -> Changed:
    """Return a change less an estimated break, whose variance is added to this change and so to every later one.

    Source: van den Brakel et al. 2020; method.md A11.
    """
    return _changed(straight.value - shift.value, straight.se**2 + shift.variance)


def _changed(value: float, variance: float) -> Changed:
    se = sqrt(variance)
    unmoved = 1.0 if value == 0 else 0.0
    p = float(2 * special.ndtr(-abs(value) / se)) if se > 0 else unmoved
    reach = float(special.ndtri(0.975)) * se
    return Changed(value, se, value - reach, value + reach, p, DETECTABLE_FACTOR * se)


def panel_covariance(
    first: Floats, later: Floats, n_first: int, n_later: int, populations: tuple[float, float] | None,
    in_both: float | None = None,
) -> float:
    """Return the covariance of two statistics through the persons they share (Tam 1984).

    ``first`` and ``later`` (n_c,): linearised values z of the common persons, in the same order; ``populations``:
    residents at each wave, ``None`` without fpc; ``in_both``: those who lived there at both, where it is known. With
    movers the correction is in_both / (N1 N2); unknown, it is taken at its largest, 1 / max(N1, N2), which makes the
    covariance smallest and the error of a change largest. Fewer than 10 common persons give 0.
    """
    common = len(first)
    if common < LEAST_COMMON:
        return 0.0
    spread = float(np.cov(n_first * first, n_later * later)[0, 1])
    correction = 0.0
    if populations is not None:
        stayed = min(populations) if in_both is None else in_both
        correction = stayed / (populations[0] * populations[1])
    return (common / (n_first * n_later) - correction) * spread


def newcombe(p1: float, low1: float, high1: float, p2: float, low2: float, high2: float, correlation: float = 0.0
             ) -> tuple[float, float]:
    """Return the hybrid interval of p1 - p2 from the Wilson limits of both, for small shares (Newcombe 1998).

    ``correlation`` of the two shares, where persons are in both (his method for paired shares).
    """
    difference = p1 - p2

    def reach(one: float, other: float) -> float:
        return sqrt(max(one**2 + other**2 - 2 * correlation * one * other, 0.0))

    return difference - reach(p1 - low1, high2 - p2), difference + reach(high1 - p1, p2 - low2)


def detectable(first_variance: float, later_variance: float) -> float:
    """Return the smallest change two independent waves would show with 80 % power."""
    return DETECTABLE_FACTOR * sqrt(first_variance + later_variance)


def benjamini_hochberg(p_values: Sequence[float | None]) -> tuple[float | None, ...]:
    """Return adjusted p values in the same order; ``None`` and NaN (hidden, break, no data) stay out and ``None``.

    A family is one indicator and one comparison year over the areas; reject at .05. ``family_size(p_values)`` is m.
    """
    kept = [(p, place) for place, p in enumerate(p_values) if p is not None and not isnan(p)]
    m = len(kept)
    adjusted: list[float | None] = [None] * len(p_values)
    smallest = 1.0
    for rank, (p, place) in sorted(enumerate(sorted(kept), 1), reverse=True):
        smallest = min(smallest, m * p / rank)
        adjusted[place] = smallest
    return tuple(adjusted)


def family_size(p_values: Sequence[float | None]) -> int:
    """Return how many tests a family holds: what must be printed beside adjusted p values."""
    return sum(p is not None and not isnan(p) for p in p_values)


def selected_level(rejected: int, m: int, q: float = 0.05) -> float:
    """Return the level of intervals for those selected by :func:`benjamini_hochberg`: 1 - R q/m.

    With it the share of wrong intervals among the selected stays at q (Benjamini & Yekutieli 2005).
    """
    return 1 - rejected * q / m if m and rejected else 1 - q


def selected_interval(value: float, se: float, level: float, df: float = inf) -> tuple[float, float]:
    """Return value ± the two-sided quantile of ``level`` times SE."""
    reach = t_quantile(df, level) * se
    return value - reach, value + reach
