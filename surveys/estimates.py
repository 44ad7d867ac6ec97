"""Estimate totals, means, shares and ratios with their design-based errors (method.md A2).

Each takes a design, values (n,) with NaN where there is no answer, and a domain (n,): rows outside it, outside the
design's subset or without an answer stay in the design with score 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike

from store.errors import EstimateError
from surveys.arrays import Flags, Floats
from surveys.design import Design


@dataclass(frozen=True)
class Estimated:
    """A statistic with its variance. ``scores`` (n,) let it be compared with others of the same design."""

    value: float
    variance: float
    df: int
    n: int
    """answers it rests on"""
    count: int | None
    """of a share: answers that have the property, unweighted"""
    scores: Floats
    deff: float | None
    """against simple random sampling without replacement; ``None`` for totals and censuses"""
    deff_replace: float | None = None
    """against simple random sampling with replacement"""

    @property
    def se(self) -> float:
        """Standard error."""
        return sqrt(self.variance)


def total(design: Design, y: ArrayLike, domain: ArrayLike | None = None) -> Estimated:
    """Estimate the population total of ``y`` (n,); NaN is a missing answer, never 0."""
    values, inside = _answered(design, y, domain)
    scores = np.where(inside, values, 0.0)
    return _estimated(design, float(design.weights @ scores), scores, inside, domain)


def mean(design: Design, y: ArrayLike, domain: ArrayLike | None = None) -> Estimated:
    """Estimate the mean of ``y`` (n,) over those who answered; ``domain`` (n,) keeps the rest of the design."""
    values, inside = _answered(design, y, domain)
    weight = _weight(design, inside)
    value = float(design.weights @ values / weight)
    scores = np.where(inside, (values - value) / weight, 0.0)
    return _estimated(design, value, scores, inside, domain, _squares(design, values, inside, value))


def share(design: Design, y: ArrayLike, domain: ArrayLike | None = None) -> Estimated:
    """Estimate the share with y = 1 among y in {0, 1}; 0 and all are decided on the counts, then the variance is 0."""
    values, inside = _answered(design, y, domain)
    if not np.all(np.isin(values[inside], (0.0, 1.0))):
        raise EstimateError("a share is asked of values other than 0 and 1")
    estimate = mean(design, y, domain)
    count = int(values[inside].sum())
    if count in (0, estimate.n):
        return replace(estimate, value=float(count > 0), variance=0.0, count=count, deff=None, deff_replace=None)
    return replace(estimate, count=count)


def ratio(design: Design, y: ArrayLike, x: ArrayLike, domain: ArrayLike | None = None) -> Estimated:
    """Estimate total of ``y`` over total of ``x``, over rows where both are given."""
    above, inside = _answered(design, y, domain)
    below, also = _answered(design, x, domain)
    inside = inside & also
    above, below = np.where(inside, above, 0.0), np.where(inside, below, 0.0)
    base = float(design.weights @ below)
    if base == 0:
        raise EstimateError("the total below the line is 0")
    value = float(design.weights @ above) / base
    return _estimated(design, value, (above - value * below) / base, inside, domain)


def contrast(design: Design, estimates: Sequence[Estimated], factors: Sequence[float]) -> Estimated:
    """Estimate Σ factor × statistic for statistics of one design: they are correlated, the scores know how."""
    scores = np.sum([factor * each.scores for factor, each in zip(factors, estimates, strict=True)], axis=0)
    value = sum(factor * each.value for factor, each in zip(factors, estimates, strict=True))
    n, df = min(each.n for each in estimates), min(each.df for each in estimates)
    return Estimated(value, float(design.variance(scores)[0, 0]), df, n, None, scores, None)


def covariance(design: Design, estimates: Sequence[Estimated]) -> Floats:
    """Return the covariance matrix (q, q) of statistics of one design."""
    return design.variance(np.column_stack([each.scores for each in estimates]))


def _answered(design: Design, y: ArrayLike, domain: ArrayLike | None) -> tuple[Floats, Flags]:
    """Return values with 0 where not answered or outside, and which rows count."""
    values = np.asarray(y, dtype=float)
    if len(values) != len(design):
        raise EstimateError(f"there are {len(values)} values and {len(design)} rows in the design")
    inside = np.isfinite(values) & design.rows(domain)
    return np.where(inside, values, 0.0), inside


def _weight(design: Design, inside: Flags) -> float:
    weight = float(design.weights[inside].sum())
    if not inside.any() or weight <= 0:
        raise EstimateError("there is no answer")
    return weight


def _squares(design: Design, values: Floats, inside: Flags, value: float) -> tuple[float, float]:
    """Return S²/n, the variance of simple random sampling of as many answers, and its finite population correction."""
    n, weights = int(inside.sum()), design.weights[inside]
    population = float(weights.sum())
    squares = float(weights @ (values[inside] - value) ** 2) / population
    return (squares / (n - 1) if n > 1 else 0.0), 1 - n / population


def _estimated(design: Design, value: float, scores: Floats, inside: Flags, domain: ArrayLike | None,
               simple: tuple[float, float] = (0.0, 0.0)) -> Estimated:
    variance = max(float(design.variance(scores)[0, 0]), 0.0)
    with_replacement, correction = simple
    known = with_replacement > 1e-15 * max(value**2, 1e-300)
    return Estimated(
        value, variance, design.degrees(domain), int(inside.sum()), None, scores,
        variance / (correction * with_replacement) if known and correction > 1e-12 else None,
        variance / with_replacement if known else None,
    )
