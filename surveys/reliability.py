"""Say whether items measure one thing: Cronbach's alpha, item-rest correlation, McDonald's omega (method.md A10)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, special

from store.errors import EstimateError
from surveys.arrays import Floats

LEAST_ALPHA = 0.70
LEAST_ITEM_REST = 0.20
"""Below: flagged. A low or negative item-rest correlation is often an item whose direction was not turned."""


@dataclass(frozen=True)
class Reliability:
    """How well k items hold together, over the persons who answered all of them."""

    n: int
    items: int
    alpha: float
    low: float
    high: float
    """95 % interval (Feldt 1965)"""
    without: tuple[float, ...]
    """alpha if each item is dropped; NaN with two items"""
    item_rest: tuple[float, ...]
    """correlation of each item with the sum of the others"""
    omega: float
    """one factor by maximum likelihood; NaN with two items, which do not identify it"""

    @property
    def low_alpha(self) -> bool:
        """Say whether alpha is below .70."""
        return self.alpha < LEAST_ALPHA

    @property
    def suspicious(self) -> tuple[int, ...]:
        """Places of items whose item-rest correlation is below .20."""
        return tuple(place for place, r in enumerate(self.item_rest) if r < LEAST_ITEM_REST)


def reliability(values: ArrayLike, weights: ArrayLike | None = None) -> Reliability:
    """Judge items (n, k), all turned the same way, NaN where not answered; listwise, of one wave and language.

    ``weights`` (n,) make the covariances weighted ones. Raises :class:`EstimateError` for fewer than two items, fewer
    than three persons who answered all, and an item that does not vary.
    """
    answers = np.asarray(values, dtype=float)
    if answers.ndim != 2 or answers.shape[1] < 2:
        raise EstimateError("reliability takes two items or more")
    whole = np.isfinite(answers).all(axis=1)
    n, k = int(whole.sum()), answers.shape[1]
    if n < 3:
        raise EstimateError("fewer than three persons answered every item")
    C = covariances(answers[whole], None if weights is None else np.asarray(weights, dtype=float)[whole])
    if np.any(np.diag(C) <= 0):
        raise EstimateError("an item has the same answer from everyone")
    alpha = cronbach(C)
    low, high = feldt(alpha, n, k)
    others = [np.delete(np.arange(k), place) for place in range(k)]
    return Reliability(
        n, k, alpha, low, high,
        tuple(cronbach(C[np.ix_(rest, rest)]) if k > 2 else float("nan") for rest in others),
        tuple(float(C[place, rest].sum() / np.sqrt(C[place, place] * C[np.ix_(rest, rest)].sum()))
              for place, rest in enumerate(others)),
        omega(C) if k > 2 else float("nan"),
    )


def covariances(answers: Floats, weights: Floats | None) -> Floats:
    """Return the (k, k) covariance of whole rows; weighted, the denominator is Σw (n-1)/n."""
    n = len(answers)
    w = np.ones(n) if weights is None else weights
    deviation = answers - w @ answers / w.sum()
    result: Floats = (deviation * w[:, None]).T @ deviation / w.sum() * n / (n - 1)
    return result


def cronbach(C: Floats) -> float:
    """Return alpha = k/(k-1) (1 - tr C / ΣC)."""
    k = len(C)
    return float(k / (k - 1) * (1 - np.trace(C) / C.sum()))


def feldt(alpha: float, n: int, k: int) -> tuple[float, float]:
    """Return the 95 % interval of alpha: 1 - (1 - alpha) F, F the quantiles with n-1 and (n-1)(k-1) degrees."""
    first, second = n - 1, (n - 1) * (k - 1)
    low, high = (1 - (1 - alpha) * float(special.fdtri(first, second, p)) for p in (0.975, 0.025))
    return low, high


def omega(C: Floats) -> float:
    """Return (Σλ)² / [(Σλ)² + Σθ] of one factor fitted by maximum likelihood to the correlations of ``C`` (k, k).

    For given uniquenesses θ the best loadings follow from the largest eigenvalue of the scaled matrix, so that the
    likelihood is maximised over log θ alone (Jöreskog 1967). Loadings are read back in the units of ``C``.
    """
    scale = np.sqrt(np.diag(C))
    R = C / np.outer(scale, scale)

    def loadings(log_theta: Floats) -> tuple[Floats, Floats]:
        theta = np.exp(log_theta)
        root = np.sqrt(theta)
        sizes, vectors = np.linalg.eigh(R / np.outer(root, root))
        return root * vectors[:, -1] * np.sqrt(max(sizes[-1] - 1, 0.0)), theta

    def loss(log_theta: Floats) -> float:
        lam, theta = loadings(log_theta)
        S = np.outer(lam, lam) + np.diag(theta)
        return float(np.linalg.slogdet(S)[1] + np.trace(np.linalg.solve(S, R)))

    start = np.log(1 / np.diag(np.linalg.pinv(R)).clip(1.0, 200.0))
    found = optimize.minimize(loss, start, method="L-BFGS-B", bounds=[(np.log(0.005), 0.0)] * len(C),
                              options={"ftol": 1e-14, "gtol": 1e-9, "maxiter": 2000})
    lam, theta = loadings(found.x)
    lam, theta = lam * scale, theta * scale**2
    common = float(lam.sum() ** 2)
    return common / (common + float(theta.sum()))
