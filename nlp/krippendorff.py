"""Measure how far coders agree: Krippendorff's alpha (method.md B6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Level = Literal["nominal", "ordinal", "interval", "ratio"]

MAX_FAILED = 0.02
"""A bootstrap that fails oftener than this gives no interval."""


def alpha(codes: ArrayLike, level: Level = "ordinal") -> float:
    """Compute alpha of ``codes``, shape (coders, units), NaN where a coder gave none.

    NaN when fewer than two values can be paired, or all are of one category.
    """
    data = np.asarray(codes, dtype=np.float64)
    categories = np.unique(data[~np.isnan(data)])
    return _from_counts(_value_counts(data, categories), categories, level)


@dataclass(frozen=True)
class Interval:
    """An alpha with its bootstrap interval; NaN where it is undefined."""

    alpha: float
    low: float
    high: float
    units: int
    """units with at least two codes"""


def bootstrap(codes: ArrayLike, level: Level = "ordinal", *, seed: int, replicates: int = 1000) -> Interval:
    """Compute alpha and its 95 % percentile interval by drawing units with replacement."""
    data = np.asarray(codes, dtype=np.float64)
    categories = np.unique(data[~np.isnan(data)])
    counts = _value_counts(data, categories)
    counts = counts[counts.sum(axis=1) >= 2]
    units = counts.shape[0]
    point = _from_counts(counts, categories, level)
    if units < 2 or np.isnan(point):
        return Interval(point, float("nan"), float("nan"), units)
    generator = np.random.default_rng(seed)
    draws = np.array([
        _from_counts(counts[generator.integers(0, units, units)], categories, level) for _ in range(replicates)
    ])
    if np.mean(np.isnan(draws)) > MAX_FAILED:
        return Interval(point, float("nan"), float("nan"), units)
    low, high = np.nanquantile(draws, [0.025, 0.975])
    return Interval(point, float(low), float(high), units)


def _value_counts(data: NDArray[np.float64], categories: NDArray[np.float64]) -> NDArray[np.float64]:
    """Count how often each unit got each category, shape (units, categories)."""
    return np.stack([(data == each).sum(axis=0) for each in categories], axis=1).astype(np.float64) \
        if categories.size else np.zeros((data.shape[-1], 0))


def _from_counts(counts: NDArray[np.float64], categories: NDArray[np.float64], level: Level) -> float:
    paired = counts[counts.sum(axis=1) >= 2]
    if paired.shape[0] == 0:
        return float("nan")
    per_unit = 1.0 / (paired.sum(axis=1) - 1.0)
    coincidence = paired.T @ (paired * per_unit[:, None]) - np.diag((paired * per_unit[:, None]).sum(axis=0))
    totals = coincidence.sum(axis=1)
    distance = _distance(totals, categories, level)
    expected = float(totals @ distance @ totals)
    if expected == 0:
        return float("nan")
    return float(1.0 - (totals.sum() - 1.0) * np.sum(coincidence * distance) / expected)


def _distance(totals: NDArray[np.float64], categories: NDArray[np.float64], level: Level) -> NDArray[np.float64]:
    across, down = categories[None, :], categories[:, None]
    if level == "nominal":
        return np.asarray(across != down, dtype=np.float64)
    if level == "interval":
        return np.asarray((across - down) ** 2)
    if level == "ratio":
        below = across + down
        return np.asarray(np.divide(across - down, below, out=np.zeros(below.shape), where=below != 0) ** 2)
    upto = np.cumsum(totals)
    first, last = np.minimum.outer(*[np.arange(totals.size)] * 2), np.maximum.outer(*[np.arange(totals.size)] * 2)
    between = upto[last] - upto[first] + totals[first]
    half = (totals[:, None] + totals[None, :]) / 2
    return np.asarray((between - half) ** 2 * (first != last))
