"""Know a sample's design: weights, strata, clusters and population sizes, and the variance they give (method.md A3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike

from store.errors import EstimateError
from surveys.arrays import Flags, Floats, Ints

LEAST_CALIBRATED = 30
LEAST_PER_CONSTRAINT = 10
"""With fewer answers per constraint the residuals collapse and the error comes out absurdly small (A3, guard)."""


@dataclass(frozen=True)
class Design:
    """A sample of n rows. Make one with :meth:`of`; subsetting is by domains, which keep the whole design."""

    weights: Floats
    """final weights, (n,)"""
    initial: Floats
    """weights before calibration, (n,)"""
    strata: Ints
    """(n,), 0 … H-1"""
    psu: Ints
    """(n,), primary unit of each row, numbered through over all strata"""
    sizes: Floats | None
    """(H,), primary units in the population of each stratum; ``None``: no finite population correction"""
    ssu: Ints | None
    """(n,), secondary unit of each row, numbered through; ``None``: one stage"""
    ssu_sizes: Floats | None
    """(#PSU,), secondary units in the population of each primary unit"""
    calibration: Floats | None
    """(n, p), what the weights were calibrated to; ``None``: weights are fixed"""

    @classmethod
    def of(
        cls, weights: ArrayLike, *, initial: ArrayLike | None = None, strata: Sequence[Any] | ArrayLike | None = None,
        psu: Sequence[Any] | ArrayLike | None = None, population: ArrayLike | None = None,
        ssu: Sequence[Any] | ArrayLike | None = None, ssu_population: ArrayLike | None = None,
        calibration: ArrayLike | None = None,
    ) -> Self:
        """Make a design from columns of equal length n, in any order of rows.

        ``population``: primary units in the population of the row's stratum, a number or (n,); ``ssu_population``:
        secondary units in the population of the row's primary unit. Units are numbered inside strata, so that the
        same label in two strata is two units. Raises :class:`EstimateError` for lengths that differ, initial weights
        not over 0, sizes that vary inside a unit or are below what was sampled.
        """
        final = np.asarray(weights, dtype=float)
        n = len(final)
        first = final if initial is None else np.asarray(initial, dtype=float)
        if n == 0:
            raise EstimateError("there is no respondent")
        if len(first) != n or not np.all(first > 0) or not np.all(np.isfinite(final)):
            raise EstimateError("a weight is missing or not over 0")
        strata_codes = _codes(np.zeros(n) if strata is None else strata, n)
        psu_codes = _codes(_pairs(strata_codes, _codes(np.arange(n) if psu is None else psu, n)), n)
        ssu_codes = None if ssu is None else _codes(_pairs(psu_codes, _codes(ssu, n)), n)
        sizes = None if population is None else _per_unit(population, strata_codes, n, "stratum")
        ssu_sizes = None if ssu_population is None else _per_unit(ssu_population, psu_codes, n, "primary unit")
        X = None if calibration is None else np.asarray(calibration, dtype=float).reshape(n, -1)
        design = cls(final, first, strata_codes, psu_codes, sizes, ssu_codes, ssu_sizes, X)
        _check_sizes(design)
        return design

    def __len__(self) -> int:
        return len(self.weights)

    def weights_fixed(self) -> Design:
        """Return the same design without its calibration."""
        return replace(self, calibration=None)

    def without_fpc(self) -> Design:
        """Return the same design as a sample of an endless population."""
        return replace(self, sizes=None)

    @property
    def guarded(self) -> bool:
        """Say whether the calibrated variance may be used: n >= 30 and n >= 10 rank(X); true without calibration."""
        if self.calibration is None:
            return True
        return len(self) >= LEAST_CALIBRATED and len(self) >= LEAST_PER_CONSTRAINT * self.rank

    @cached_property
    def rank(self) -> int:
        """Number of independent constraints, 0 without calibration."""
        return 0 if self.calibration is None else int(np.linalg.matrix_rank(self.calibration))

    def degrees(self, domain: Flags | None = None) -> int:
        """Return #PSU - #strata over the rows of ``domain``; item nonresponse does not lower it, so don't pass it."""
        rows = np.ones(len(self), dtype=bool) if domain is None else domain
        return len(np.unique(self.psu[rows])) - len(np.unique(self.strata[rows]))

    def linearised(self, scores: Floats) -> Floats:
        """Return z (n, q): weighted scores, or weighted residuals where the weights are calibrated.

        Convention of R ``survey``: the regression takes the initial weights, the residual the final ones; rows with
        score 0 get a residual too.
        """
        U = scores.reshape(len(self), -1)
        if self.calibration is not None:
            root = np.sqrt(self.initial)[:, None]
            slopes = np.linalg.lstsq(self.calibration * root, U * root, rcond=None)[0]
            U = U - self.calibration @ slopes
        return self.weights[:, None] * U

    def variance(self, scores: Floats) -> Floats:
        """Return the covariance matrix (q, q) of the statistics with these scores, (n,) or (n, q).

        Raises :class:`EstimateError` for a lonely unit: one sampled of several.
        """
        z = self.linearised(scores)
        totals = _sums(z, self.psu)
        stratum = _first(self.strata, self.psu)
        result = np.zeros((z.shape[1], z.shape[1]))
        for h in range(int(np.max(self.strata)) + 1):
            size = None if self.sizes is None else float(self.sizes[h])
            result += _between(totals[stratum == h], size, "primary unit in a stratum")
        if self.ssu is not None and self.ssu_sizes is not None and self.sizes is not None:
            result += self._second_stage(z, stratum)
        return result

    def _second_stage(self, z: Floats, stratum: Ints) -> Floats:
        assert self.ssu is not None
        assert self.ssu_sizes is not None
        assert self.sizes is not None
        totals, owner = _sums(z, self.ssu), _first(self.psu, self.ssu)
        sampled = np.bincount(stratum, minlength=len(self.sizes))
        result = np.zeros((z.shape[1], z.shape[1]))
        for unit in range(len(stratum)):
            fraction = sampled[stratum[unit]] / self.sizes[stratum[unit]]
            within = _between(totals[owner == unit], float(self.ssu_sizes[unit]), "secondary unit in a primary unit")
            result += fraction * within
        return result


def _between(totals: Floats, size: float | None, what: str) -> Floats:
    """Return (1 - n/N) n/(n-1) Σ (t - t̄)(t - t̄)' over unit totals (n, q); a certainty unit gives 0."""
    n = len(totals)
    if n == 1:
        if size is not None and size == 1:
            return np.zeros((totals.shape[1], totals.shape[1]))
        raise EstimateError(f"only one {what} was sampled: its variance can't be estimated")
    deviation = totals - totals.mean(axis=0)
    correction = 1.0 if size is None else 1 - n / size
    product: Floats = correction * n / (n - 1) * deviation.T @ deviation
    return product


def _sums(values: Floats, units: Ints) -> Floats:
    result = np.zeros((int(np.max(units)) + 1, values.shape[1]))
    np.add.at(result, units, values)
    return result


def _first(values: Ints, units: Ints) -> Ints:
    """Return the value of each unit, which is the same on all its rows."""
    result = np.zeros(int(np.max(units)) + 1, dtype=np.int64)
    result[units] = values
    return result


def _codes(values: Any, n: int) -> Ints:
    array = np.asarray(values)
    if len(array) != n:
        raise EstimateError(f"a column of the design has {len(array)} rows and the weights have {n}")
    return np.unique(array, return_inverse=True)[1].astype(np.int64).reshape(n)


def _pairs(outer: Ints, inner: Ints) -> Ints:
    result: Ints = outer * (int(np.max(inner)) + 1) + inner
    return result


def _per_unit(values: ArrayLike, units: Ints, n: int, what: str) -> Floats:
    array = np.broadcast_to(np.asarray(values, dtype=float), (n,))
    result = np.zeros(int(np.max(units)) + 1)
    result[units] = array
    if not np.array_equal(result[units], array) or not np.all(np.isfinite(array)):
        raise EstimateError(f"the population size varies inside a {what}, or is missing")
    return result


def _check_sizes(design: Design) -> None:
    stratum = _first(design.strata, design.psu)
    if design.sizes is not None and np.any(np.bincount(stratum, minlength=len(design.sizes)) > design.sizes + 1e-9):
        raise EstimateError("more units were sampled than the population has")
    if design.ssu is not None and design.ssu_sizes is not None:
        sampled = np.bincount(_first(design.psu, design.ssu), minlength=len(design.ssu_sizes))
        if np.any(sampled > design.ssu_sizes + 1e-9):
            raise EstimateError("more units were sampled than their primary unit has")
