"""Resample a design for statistics without a closed form of their error: Rao-Wu rescaled bootstrap (method.md A4)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

from store.errors import EstimateError
from surveys.arrays import Floats, Ints
from surveys.design import Design
from surveys.weights import Margin, rake

LEAST_REPLICATES = 1_000
MOST_FAILED = 0.02
"""Where more replicates than this can't be raked, those that can are no fair sample of them: no result."""

Statistic = Callable[[Floats], float]
"""Weights (n,) → value. It may raise :class:`EstimateError` where these weights give none."""


@dataclass(frozen=True)
class Bootstrapped:
    """A statistic with its bootstrap variance around the full-sample value."""

    value: float
    variance: float
    replicates: Floats
    """(B - failed,)"""
    failed: int

    @property
    def se(self) -> float:
        """Standard error."""
        return sqrt(self.variance)


def bootstrap(
    design: Design, statistic: Statistic, *, seed: int, margins: Sequence[Margin] = (),
    replicates: int = LEAST_REPLICATES,
) -> Bootstrapped:
    """Estimate the variance of ``statistic`` by ``replicates`` resamples of primary units, raked anew in each.

    ``margins``: what the final weights were raked to. Raises :class:`EstimateError` for a lonely primary unit, for
    fewer than 1,000 replicates and where more than 2 % of them fail.
    """
    if replicates < LEAST_REPLICATES:
        raise EstimateError(f"a bootstrap takes at least {LEAST_REPLICATES} replicates")
    value = statistic(design.weights)
    found: list[float] = []
    failed = 0
    rng = np.random.default_rng(seed)
    for _ in range(replicates):
        weights = rescaled(design, drawn(design, rng))
        try:
            found.append(statistic(raked(weights, margins)))
        except EstimateError as error:
            failed += 1
            if failed > MOST_FAILED * replicates:
                what = f"more than {MOST_FAILED:.0%} of the resamples gave no weights or no value ({error.what})"
                raise EstimateError(what) from error
    values = np.array(found)
    return Bootstrapped(value, float(np.mean((values - value) ** 2)), values, failed)


def drawn(design: Design, rng: np.random.Generator) -> Ints:
    """Draw n_h - 1 primary units of each stratum with replacement; return how often each was drawn, (#PSU,)."""
    counts = np.zeros(len(design.stratum_of_psu), dtype=np.int64)
    for units in design.units_of_strata:
        if len(units) > 1:
            counts[units] = rng.multinomial(len(units) - 1, np.full(len(units), 1 / len(units)))
    return counts


def rescaled(design: Design, counts: Ints) -> Floats:
    """Return initial weights (n,) rescaled by how often each primary unit was drawn, ``counts`` (#PSU,).

    d [1 - L + L r n_h / m] with m = n_h - 1 and L = √(1 - f_h); f = 0 for two-stage samples, which is conservative.
    A certainty unit keeps its weight. Raises :class:`EstimateError` for a lonely primary unit.
    """
    factors = np.ones(len(counts))
    for stratum, units in enumerate(design.units_of_strata):
        n = len(units)
        size = None if design.sizes is None else float(design.sizes[stratum])
        if n == 1 and size == 1:
            continue
        if n == 1:
            raise EstimateError("only one primary unit in a stratum was sampled: it can't be resampled")
        keep = 1.0 if size is None or design.ssu is not None else sqrt(1 - n / size)
        factors[units] = 1 - keep + keep * n / (n - 1) * counts[units]
    weights: Floats = design.initial * factors[design.psu]
    return weights


def raked(weights: Floats, margins: Sequence[Margin]) -> Floats:
    """Rake the rows that a resample holds; the others keep weight 0."""
    if not margins:
        return weights
    held = weights > 0
    result = np.zeros(len(weights))
    result[held] = rake(weights[held], [
        Margin(each.name, each.levels, each.codes[held], each.totals) for each in margins])
    return result
