"""Estimate quantiles with Woodruff's interval (method.md A2; R ``svyquantile(interval.type="mean", qrule="math")``)."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

import numpy as np
from numpy.typing import ArrayLike

from store.errors import EstimateError
from surveys.arrays import Floats
from surveys.design import Design
from surveys.estimates import mean
from surveys.intervals import t_interval, t_quantile

EQUAL = 1e-12
"""Weighted shares closer than this to the one asked for are it: sums of weights leave residue."""


@dataclass(frozen=True)
class Quantile:
    """A quantile with its interval; NaN where the share's interval leaves 0..1, so that an end is not known."""

    value: float
    low: float
    high: float
    se: float
    """length of the interval over twice t"""
    df: int
    n: int


def quantile(design: Design, y: ArrayLike, p: float, domain: ArrayLike | None = None) -> Quantile:
    """Estimate the smallest value with at least ``p`` of the weight at or below it, over those who answered.

    The interval is that of the share at or below it, read back as values (Woodruff 1952): t interval of the share, as
    R has it by default. An end below the weight of the smallest value is that value; R 4.1 gives the second smallest
    there. Raises :class:`EstimateError` for p outside 0..1 and where there is no answer.
    """
    if not 0 < p < 1:
        raise EstimateError("a quantile is asked for a share between 0 and 1")
    values = np.asarray(y, dtype=float)
    inside = np.isfinite(values) & design.rows(domain)
    if not inside.any():
        raise EstimateError("there is no answer")
    held, weights = values[inside], design.weights[inside]
    value = _at(held, weights, p)
    below = np.where(np.isfinite(values), (values <= value).astype(float), nan)
    share = mean(design, below, domain)
    low, high = t_interval(share.value, share.variance, share.df)
    ends = (_at(held, weights, low) if low >= 0 else nan, _at(held, weights, high) if high <= 1 else nan)
    return Quantile(value, *ends, (ends[1] - ends[0]) / (2 * t_quantile(share.df)), share.df, int(inside.sum()))


def _at(values: Floats, weights: Floats, p: float) -> float:
    """Return the inverse of the weighted distribution at ``p``."""
    distinct, place = np.unique(values, return_inverse=True)
    reached = np.cumsum(np.bincount(place, weights))
    return float(distinct[min(int(np.searchsorted(reached / reached[-1], p - EQUAL)), len(distinct) - 1)])
