"""Weight respondents to known population counts (method.md A1). Pure numpy; computes what it is asked or raises."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from store.errors import EstimateError
from surveys.arrays import Floats, Ints

LEAST_PER_LEVEL = 20
"""A level with fewer respondents is merged into its neighbour: its factor would hang on a handful of people."""

BOUNDS = (0.3, 3.0)
"""Limits of final / initial weight: beyond them a single answer speaks for too many (method.md A1)."""

RAKING_TOLERANCE = 1e-10
RAKING_LIMIT = 1_000
NEWTON_LIMIT = 100


@dataclass(frozen=True)
class Margin:
    """One weighting variable: the level of each respondent and the population of each level."""

    name: str
    levels: tuple[str, ...]
    codes: Ints
    """(n,), index into ``levels``"""
    totals: Floats
    """(K,), residents"""

    @property
    def counts(self) -> Ints:
        """Respondents of each level, (K,)."""
        return np.bincount(self.codes, minlength=len(self.levels))


@dataclass(frozen=True)
class Weights:
    """Final weights and how they came to be."""

    final: Floats
    initial: Floats
    method: str
    """base, post-stratified, raked, bounded, trimmed"""
    trimmed: int
    margin_error: float
    """max |weighted count / total - 1| over all levels"""
    unbounded: Floats | None = None
    """raked weights that left the bounds and were replaced; ``None`` where none was. They tell what keeping the bounds
    does to a figure"""


def base_weights(n: int, population: float | None) -> Floats:
    """Return N / n for each of ``n`` respondents. Raises :class:`EstimateError` for n = 0, no N, or N < n."""
    if n < 1:
        raise EstimateError("there is no respondent")
    if population is None or not population > 0:
        raise EstimateError("the population count is missing or zero")
    if population < n:
        raise EstimateError(f"{n} respondents of {population:g} residents")
    return np.full(n, population / n)


def check_margins(initial: Floats, margins: Sequence[Margin]) -> None:
    """Raise :class:`EstimateError` for what method.md A1 refuses: empty levels, unequal totals, weights not over 0."""
    if not len(initial):
        raise EstimateError("there is no respondent")
    if not np.all(np.isfinite(initial)) or not np.all(initial > 0):
        raise EstimateError("an initial weight is not over 0")
    for margin in margins:
        if not np.all(np.isfinite(margin.totals)) or np.any(margin.totals < 0):
            raise EstimateError(f"a total of the margin '{margin.name}' is missing or negative")
        for level, total, count in zip(margin.levels, margin.totals, margin.counts, strict=True):
            if total > 0 and count == 0:
                raise EstimateError(f"nobody answered in {margin.name} '{level}', which has {total:g} residents")
            if total == 0 and count > 0:
                raise EstimateError(f"{count} respondents in {margin.name} '{level}', which has no residents")
        if not np.isclose(margin.totals.sum(), margins[0].totals.sum(), rtol=1e-9):
            raise EstimateError(
                f"the margin '{margin.name}' sums to {margin.totals.sum():g} and '{margins[0].name}' to "
                f"{margins[0].totals.sum():g}"
            )


def rake(initial: Floats, margins: Sequence[Margin]) -> Floats:
    """Return weights that reproduce every margin (iterative proportional fitting); one margin is post-stratification.

    Raises :class:`EstimateError` for the refusals of :func:`check_margins` and where 1,000 cycles don't converge.
    """
    check_margins(initial, margins)
    weights = initial.copy()
    for _ in range(RAKING_LIMIT):
        for margin in margins:
            sums = np.bincount(margin.codes, weights, len(margin.levels))
            factors = np.divide(margin.totals, sums, out=np.ones_like(sums), where=sums > 0)
            weights = weights * factors[margin.codes]
        if margin_error(weights, margins) < RAKING_TOLERANCE:
            return weights
    raise EstimateError("raking does not converge: the margins contradict each other in this sample")


def margin_error(weights: Floats, margins: Sequence[Margin]) -> float:
    """Return the largest |weighted count / total - 1| over all levels, 0 without margins."""
    worst = 0.0
    for margin in margins:
        sums = np.bincount(margin.codes, weights, len(margin.levels))
        held = margin.totals > 0
        if held.any():
            worst = max(worst, float(np.max(np.abs(sums[held] / margin.totals[held] - 1))))
    return worst


def collapse(margin: Margin, least: int = LEAST_PER_LEVEL) -> tuple[Margin, tuple[tuple[str, str], ...]]:
    """Merge levels with fewer than ``least`` respondents into the next level in order, the last into the one before.

    Returns the margin and the merges (level, neighbour) in the order they were made. One level may be left.
    """
    levels, codes, totals = list(margin.levels), margin.codes.copy(), list(margin.totals)
    merges: list[tuple[str, str]] = []
    while len(levels) > 1:
        counts = np.bincount(codes, minlength=len(levels))
        small = [place for place, count in enumerate(counts) if count < least]
        if not small:
            break
        place = small[0]
        other = place + 1 if place + 1 < len(levels) else place - 1
        merges.append((levels[place], levels[other]))
        first, second = sorted((place, other))
        levels[first:second + 1] = [f"{levels[first]}+{levels[second]}"]
        totals[first:second + 1] = [totals[first] + totals[second]]
        codes = np.where(codes >= second, codes - 1, codes)
    return Margin(margin.name, tuple(levels), codes, np.array(totals)), tuple(merges)


def dummies(margins: Sequence[Margin], n: int) -> Floats:
    """Return the calibration matrix (n, p): an intercept and K - 1 dummies per margin."""
    columns = [np.ones(n)]
    for margin in margins:
        columns += [(margin.codes == level).astype(float) for level in range(1, len(margin.levels))]
    return np.column_stack(columns)


def targets(margins: Sequence[Margin]) -> Floats:
    """Return the totals (p,) of the columns of :func:`dummies`."""
    return np.concatenate([[margins[0].totals.sum()], *(margin.totals[1:] for margin in margins)])


def calibrate_bounded(
    initial: Floats, X: Floats, totals: Floats, bounds: tuple[float, float] = BOUNDS,
) -> Floats | None:
    """Return weights with X'w = totals and w/initial inside ``bounds`` (logit method, Deville & Särndal 1992).

    ``X`` is (n, p), ``totals`` (p,). ``None`` where Newton finds no such weights.
    """
    low, high = bounds
    steepness = (high - low) / ((1 - low) * (high - 1))

    def factors(values: Floats) -> tuple[Floats, Floats]:
        growth = np.exp(np.clip(steepness * values, -300, 300))
        below = (high - 1) + (1 - low) * growth
        return (low * (high - 1) + high * (1 - low) * growth) / below, growth * (high - low) ** 2 / below**2

    scale = np.maximum(np.abs(totals), 1.0)
    multipliers = np.zeros(X.shape[1])
    g, slope = factors(X @ multipliers)
    gap = (totals - X.T @ (initial * g)) / scale
    for _ in range(NEWTON_LIMIT):
        if np.max(np.abs(gap)) < RAKING_TOLERANCE:
            return initial * g
        step = np.linalg.lstsq((X * (initial * slope)[:, None]).T @ X, gap * scale, rcond=None)[0]
        for halving in range(30):
            tried = multipliers + step / 2**halving
            g_tried, slope_tried = factors(X @ tried)
            gap_tried = (totals - X.T @ (initial * g_tried)) / scale
            if np.linalg.norm(gap_tried) < np.linalg.norm(gap):
                multipliers, g, slope, gap = tried, g_tried, slope_tried, gap_tried
                break
        else:
            return None
    return None


def trim(weights: Floats, low: Floats | float, high: Floats | float) -> tuple[Floats, int]:
    """Clip weights to [low, high] and spread the excess over those never clipped (R ``trimWeights(strict=TRUE)``).

    Returns the weights, whose sum is unchanged, and how many were clipped. Raises :class:`EstimateError` where
    nobody is left to take the excess.
    """
    result = weights.astype(float).copy()
    lows, highs = np.broadcast_to(low, result.shape), np.broadcast_to(high, result.shape)
    free = np.ones(len(result), dtype=bool)
    while True:
        outside = (result < lows - 1e-12) | (result > highs + 1e-12)
        if not outside.any():
            return result, int((~free).sum())
        free &= ~outside
        clipped = np.clip(result, lows, highs)
        excess = float((result - clipped).sum())
        result = clipped
        if abs(excess) > 1e-9 * max(1.0, float(weights.sum())):
            if not free.any():
                raise EstimateError("the weights can't be kept between their bounds")
            result[free] += excess / free.sum()


def weigh(initial: Floats, margins: Sequence[Margin], bounds: tuple[float, float] = BOUNDS) -> Weights:
    """Weight to the margins and keep final / initial inside ``bounds``: rake, else calibrate bounded, else trim.

    Without margins the initial weights stand. Raises :class:`EstimateError` as :func:`rake`.
    """
    if not margins:
        check_margins(initial, ())
        return Weights(initial, initial, "base", 0, 0.0)
    raked = rake(initial, margins)
    g = raked / initial
    if np.all((g >= bounds[0]) & (g <= bounds[1])):
        method = "post-stratified" if len(margins) == 1 else "raked"
        return Weights(raked, initial, method, 0, margin_error(raked, margins))
    bounded = calibrate_bounded(initial, dummies(margins, len(initial)), targets(margins), bounds)
    if bounded is not None:
        return Weights(bounded, initial, "bounded", 0, margin_error(bounded, margins), raked)
    trimmed, number = trim(raked, bounds[0] * initial, bounds[1] * initial)
    return Weights(trimmed, initial, "trimmed", number, margin_error(trimmed, margins), raked)


def kish_deff(weights: Floats) -> float:
    """Return n Σw² / (Σw)²: what unequal weights alone cost; a diagnostic, not a variance."""
    return float(len(weights) * np.sum(weights**2) / np.sum(weights) ** 2)


def kish_n_eff(weights: Floats) -> float:
    """Return (Σw)² / Σw²."""
    return float(np.sum(weights) ** 2 / np.sum(weights**2))
