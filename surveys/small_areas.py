"""Shrink direct estimates of small areas towards each other: Fay-Herriot, for display only (method.md A12).

Never for a test of change or the status of a goal: a shrunken figure is biased towards the other areas, which is what
makes it steadier.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize

from store.errors import EstimateError
from surveys.arrays import Floats

LEAST_SPARE = 3
"""Areas beyond the number of regressors that a variance between areas needs at the least."""


@dataclass(frozen=True)
class Shrunken:
    """Empirical best linear unbiased predictions of m areas."""

    values: Floats
    """(m,)"""
    mse: Floats
    """(m,), g1 + g2 + 2 g3; of the values before benchmarking"""
    gamma: Floats
    """(m,), weight of the direct estimate"""
    beta: Floats
    """(p,)"""
    between: float
    """variance between areas that the regressors leave"""


def fay_herriot(
    direct: ArrayLike, variances: ArrayLike, regressors: ArrayLike | None = None, *,
    method: Literal["reml", "adjusted ml"] = "adjusted ml", shares: ArrayLike | None = None,
) -> Shrunken:
    """Fit y = x'b + u + e with known Var e and predict each area.

    ``direct`` (m,); ``variances`` (m,), smoothed ones; ``regressors`` (m, p), an intercept if absent. *adjusted ml*
    maximises s² L, so that the variance between areas is never estimated as 0 (Li & Lahiri 2010); *reml* is the usual
    one (R ``sae::eblupFH``). ``shares`` (m,) of the population: the predictions are moved alike so that their mean is
    that of the direct estimates. Raises :class:`EstimateError` for too few areas and variances not over 0.
    """
    y, D = np.asarray(direct, dtype=float), np.asarray(variances, dtype=float)
    X = np.ones((len(y), 1)) if regressors is None else np.asarray(regressors, dtype=float)
    if len(y) < X.shape[1] + LEAST_SPARE:
        raise EstimateError(f"{len(y)} areas are too few to tell how they differ")
    if not (np.all(np.isfinite(y)) and np.all(np.isfinite(D)) and np.all(D > 0)):
        raise EstimateError("an area's estimate or variance is missing or not over 0")
    between = _between(y, X, D, method)
    V = between + D
    gamma = between / V
    information = np.linalg.inv(X.T @ (X / V[:, None]))
    beta = information @ (X.T @ (y / V))
    synthetic = X @ beta
    values = gamma * y + (1 - gamma) * synthetic
    g1 = gamma * D
    g2 = (1 - gamma) ** 2 * np.einsum("ij,jk,ik->i", X, information, X)
    g3 = (1 - gamma) ** 2 / V * 2 / np.sum(V**-2)
    if shares is not None:
        part = np.asarray(shares, dtype=float) / np.sum(np.asarray(shares, dtype=float))
        values = values + part @ (y - values)
    return Shrunken(values, g1 + g2 + 2 * g3, gamma, beta, between)


def smoothed_variances(variances: ArrayLike, n_eff: ArrayLike) -> Floats:
    """Return the pooled element variance over each area's effective n: one area's own variance is too unsteady.

    ``variances`` (m,) of the direct estimates, ``n_eff`` (m,).
    """
    sizes = np.asarray(n_eff, dtype=float)
    pooled = float(np.sum(np.asarray(variances, dtype=float) * sizes**2) / np.sum(sizes))
    return pooled / sizes


def _between(y: Floats, X: Floats, D: Floats, method: str) -> float:
    """Return the variance between areas that maximises the likelihood of ``method``."""
    top = 10 * float(np.var(y, ddof=1) + D.max())
    if method == "reml":
        found = _highest(lambda s2: _likelihood(s2, y, X, D, restricted=True), top)
        at_zero = _likelihood(0.0, y, X, D, restricted=True)
        return found if _likelihood(found, y, X, D, restricted=True) > at_zero else 0.0
    return _highest(lambda s2: float(np.log(s2)) + _likelihood(s2, y, X, D, restricted=False), top)


def _highest(likelihood: Callable[[float], float], top: float) -> float:
    """Return the maximum over (0, top]: a grid over all sizes first, as there may be more than one hill."""
    grid = np.geomspace(top * 1e-9, top, 200)
    best = int(np.argmax([likelihood(float(each)) for each in grid]))
    low, high = grid[max(best - 1, 0)], grid[min(best + 1, len(grid) - 1)]
    found = optimize.minimize_scalar(lambda log: -likelihood(float(np.exp(log))), bounds=(np.log(low), np.log(high)),
                                     method="bounded", options={"xatol": 1e-12})
    return float(np.exp(found.x))


def _likelihood(s2: float, y: Floats, X: Floats, D: Floats, *, restricted: bool) -> float:
    """Return -½[Σ log V + log|X'V⁻¹X| + Σ r²/V], without the middle term unless ``restricted``."""
    V = s2 + D
    information = X.T @ (X / V[:, None])
    beta = np.linalg.solve(information, X.T @ (y / V))
    middle = float(np.linalg.slogdet(information)[1]) if restricted else 0.0
    return -0.5 * (float(np.log(V).sum()) + middle + float(np.sum((y - X @ beta) ** 2 / V)))
