"""Tell whether one event makes a figure, and check its error by drawing whole events (method.md B3)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from reputation.clustered import Floats, Ints, cluster_mean, summed

BLOCK = 256
"""Events left out, or replicates drawn, at a time: the work grows with their square, the memory must not."""

REPLICATES = 1000


def driven_by_one_event(values: ArrayLike, events: ArrayLike, weights: ArrayLike | None = None, *,
                        coded: int | None = None) -> bool:
    """Tell whether leaving out a single event turns the sign of a mean, or the side of 0 its interval lies on.

    The interval is t with min(G_eff, ``coded``) - 1 degrees of freedom, made anew without the event. Takes what
    :func:`~reputation.clustered.cluster_mean` takes; with fewer than three events there is nothing to compare: false.
    """
    sums, weight, sizes = _by_event(values, events, weights)
    if sums.size < 3:
        return False
    mean = cluster_mean(values, events, weights)
    side = _side(np.array([mean.value]), np.array([mean.variance]), np.array([mean.g_eff]), coded)[0]
    for start in range(0, sums.size, BLOCK):
        out = slice(start, start + BLOCK)
        rest, below = sums.sum() - sums[out], weight.sum() - weight[out]
        without = rest / below
        if np.any(without * mean.value < 0):
            return True
        two = (rest[:, None] - sums) / (below[:, None] - weight)
        two[np.arange(rest.size), np.arange(start, start + rest.size)] = without  # the event itself is out already
        left = sums.size - 1
        variance = (left - 1) / left * np.sum((two - without[:, None]) ** 2, axis=1)
        g_eff = (sizes.sum() - sizes[out]) ** 2 / (np.sum(sizes**2) - sizes[out] ** 2)
        if np.any(_side(without, variance, g_eff, coded) != side):
            return True
    return False


def _by_event(values: ArrayLike, events: ArrayLike, weights: ArrayLike | None) -> tuple[Floats, Floats, Floats]:
    y = np.asarray(values, dtype=np.float64)
    w = np.ones_like(y) if weights is None else np.asarray(weights, dtype=np.float64)
    _, cluster = np.unique(np.asarray(events, dtype=np.int64), return_inverse=True)
    return summed(cluster, w * y), summed(cluster, w), summed(cluster, np.ones_like(y))


def _side(value: Floats, variance: Floats, g_eff: Floats, coded: int | None) -> Ints:
    """Say where the interval lies: -1 below 0, 1 above it, 0 around it."""
    df = np.maximum((g_eff if coded is None else np.minimum(g_eff, coded)) - 1, 1.0)
    reach = special.stdtrit(df, 0.975) * np.sqrt(variance)
    return np.where(value + reach < 0, -1, np.where(value - reach > 0, 1, 0)).astype(np.int64)


def event_bootstrap(values: ArrayLike, events: ArrayLike, weights: ArrayLike | None = None, *, seed: int,
                    replicates: int = REPLICATES) -> float:
    """Return the standard error of a mean from drawing its events anew, with replacement: a check on the jackknife."""
    sums, weight, _ = _by_event(values, events, weights)
    generator = np.random.default_rng(seed)
    drawn = (generator.integers(0, sums.size, (min(BLOCK, replicates - start), sums.size))
             for start in range(0, replicates, BLOCK))
    return float(np.std(np.concatenate([sums[at].sum(axis=1) / weight[at].sum(axis=1) for at in drawn]), ddof=1))
