"""Estimate means of readings that come in events, with the error that events make.

Articles about one happening resemble each other, so the event is the sampling unit (method.md B3). All functions take
arrays of one area and one window and return values; nothing here suppresses, rounds or words anything.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from store.errors import EstimateError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class ClusterMean:
    """A weighted mean over events."""

    value: float
    variance: float
    """leave-one-event-out jackknife: the published variance"""
    variance_linear: float
    """linearised, for comparison"""
    n: int
    """items"""
    events: int
    g_eff: float
    """(sum n_g)² / sum n_g²: how many equally large events these are worth"""
    keys: Ints
    """the events, ascending, shape (events,)"""
    without: Floats
    """the mean without each event, in the order of ``keys``; NaN where nothing would be left"""
    sums: Floats
    """sum of the weighted values of each event, (events,)"""
    weight: Floats
    """sum of the weights of each event, (events,)"""

    @property
    def se(self) -> float:
        """Standard error."""
        return float(np.sqrt(self.variance))

    @property
    def low_without(self) -> float:
        """Lowest mean with one event left out."""
        return float(np.nanmin(self.without))

    @property
    def high_without(self) -> float:
        """Highest mean with one event left out."""
        return float(np.nanmax(self.without))


def summed(clusters: Ints, values: Floats, count: int = 0) -> Floats:
    """Sum ``values`` (n,) by cluster number, (clusters,)."""
    return np.asarray(np.bincount(clusters, weights=values, minlength=count), dtype=np.float64)


def cluster_mean(values: ArrayLike, events: ArrayLike, weights: ArrayLike | None = None) -> ClusterMean:
    """Estimate a mean and its jackknife variance over events.

    ``values`` and ``weights`` are (n,), ``events`` is (n,) of whole numbers. Raises :class:`EstimateError` when there
    is no item, fewer than two events, or a weight that is not positive. Source: method.md B3.
    """
    y = np.asarray(values, dtype=np.float64)
    w = np.ones_like(y) if weights is None else np.asarray(weights, dtype=np.float64)
    keys, cluster = np.unique(np.asarray(events, dtype=np.int64), return_inverse=True)
    if y.size == 0 or keys.size < 2:
        raise EstimateError(f"{y.size} items in {keys.size} events have no variance")
    if not np.all(w > 0):
        raise EstimateError("a weight is not positive")
    sums, weight = summed(cluster, w * y), summed(cluster, w)
    sizes = np.bincount(cluster).astype(np.float64)
    value = float(sums.sum() / weight.sum())
    without = (sums.sum() - sums) / (weight.sum() - weight)
    total = keys.size
    scores = (sums - value * weight) / weight.sum()
    return ClusterMean(
        value=value,
        variance=float((total - 1) / total * np.sum((without - value) ** 2)),
        variance_linear=float(total / (total - 1) * np.sum(scores**2)),
        n=int(y.size), events=int(total), g_eff=float(sizes.sum() ** 2 / np.sum(sizes**2)),
        keys=keys, without=without, sums=sums, weight=weight,
    )


def event_weights(events: ArrayLike) -> Floats:
    """Give each item 1 / (items in its event), so that every event counts alike."""
    _, cluster, sizes = np.unique(np.asarray(events, dtype=np.int64), return_inverse=True, return_counts=True)
    return 1.0 / sizes[cluster].astype(np.float64)


@dataclass(frozen=True)
class ClusterChange:
    """A difference of two windows of one area."""

    value: float
    variance: float
    df: float
    shared_events: int

    @property
    def p(self) -> float:
        """Two-sided p of no change, Student t."""
        if self.variance == 0:
            return float("nan")
        return float(2 * special.stdtr(self.df, -abs(self.value) / np.sqrt(self.variance)))


def change(earlier: ClusterMean, later: ClusterMean, *, df_earlier: float | None = None, df_later: float | None = None
           ) -> ClusterChange:
    """Estimate later − earlier with Welch degrees of freedom from G_eff − 1 of both (method.md B3).

    An event in both windows is one sampling unit: its jackknife shifts are paired, which is the stacked jackknife up to
    a factor near 1; without such an event the variance is the plain sum.
    """
    _, first, second = np.intersect1d(earlier.keys, later.keys, assume_unique=True, return_indices=True)
    factor = np.sqrt((earlier.events - 1) / earlier.events * (later.events - 1) / later.events)
    paired = (earlier.without[first] - earlier.value) * (later.without[second] - later.value)
    variance = earlier.variance + later.variance - 2 * float(factor * paired.sum())
    return ClusterChange(
        value=later.value - earlier.value, variance=max(variance, 0.0),
        df=welch(earlier.variance, earlier.g_eff - 1 if df_earlier is None else df_earlier,
                 later.variance, later.g_eff - 1 if df_later is None else df_later),
        shared_events=int(first.size),
    )


def welch(variance_1: float, df_1: float, variance_2: float, df_2: float) -> float:
    """Give Welch–Satterthwaite degrees of freedom of a difference."""
    below = variance_1**2 / df_1 + variance_2**2 / df_2
    return float((variance_1 + variance_2) ** 2 / below) if below > 0 else float(df_1 + df_2)


def standardised_mean(values: ArrayLike, events: ArrayLike, classes: ArrayLike, shares: dict[int, float]
                      ) -> ClusterMean:
    """Estimate the mean under a fixed mix of classes, with the calibrated variance over events (method.md B4).

    ``classes`` is (n,); ``shares`` gives the wanted share of each class, summing to 1. Raises :class:`EstimateError`
    when a class with a wanted share over 0 is empty. The leave-one-event-out means re-weight the rest; where a class
    would be left empty they are NaN.
    """
    y = np.asarray(values, dtype=np.float64)
    group = np.asarray(classes, dtype=np.int64)
    wanted = {key: share for key, share in sorted(shares.items()) if share > 0}
    counts = {key: int(np.sum(group == key)) for key in wanted}
    empty = [key for key, count in counts.items() if count == 0]
    if empty:
        raise EstimateError(f"no item of class {empty[0]}, which the wanted mix holds")
    inside = np.isin(group, list(wanted))
    y, group = y[inside], group[inside]
    keys, cluster = np.unique(np.asarray(events, dtype=np.int64)[inside], return_inverse=True)
    total = keys.size
    if total < 2:
        raise EstimateError(f"{y.size} items in {total} events have no variance")
    value, z, v, without = 0.0, np.zeros(y.size), np.zeros(y.size), np.zeros(total)
    for key, share in wanted.items():
        rows = group == key
        mean = float(y[rows].mean())
        value += share * mean
        z[rows] = share / counts[key] * (y[rows] - mean)
        v[rows] = share / counts[key]
        size = np.bincount(cluster[rows], minlength=total)
        rest = counts[key] - size
        total_without = y[rows].sum() - np.bincount(cluster[rows], weights=y[rows], minlength=total)
        with np.errstate(invalid="ignore", divide="ignore"):
            without += share * np.where(rest > 0, total_without / rest, np.nan)
    scores = np.bincount(cluster, weights=z, minlength=total)
    variance = float(total / (total - 1) * np.sum(scores**2))
    sizes = np.bincount(cluster).astype(np.float64)
    return ClusterMean(value, variance, variance, int(y.size), int(total),
                       float(sizes.sum() ** 2 / np.sum(sizes**2)), keys, without,
                       summed(cluster, v * y, total), summed(cluster, v, total))
