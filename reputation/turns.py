"""Find where a series of net tone turns, and whether it turns at a day of record (method.md B7)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from reputation.clustered import Floats

MOST_TURNS = 5
"""More turns than this in a decade of quarters fit noise."""


@dataclass(frozen=True)
class Cusum:
    """The OLS-CUSUM test of a constant mean."""

    statistic: float
    p: float


@dataclass(frozen=True)
class Interruption:
    """Level and slope of a series before and after a day: b0 + b1 t + b2 post + b3 max(0, t - t0)."""

    level: float
    level_se: float
    level_low: float
    level_high: float
    level_p: float
    slope: float
    """change of the slope, per period"""
    slope_se: float
    slope_low: float
    slope_high: float
    slope_p: float
    n: int
    before: int
    after: int
    method: str


def turns(values: ArrayLike, least: int) -> tuple[int, ...]:
    """Return where the mean of ``values`` (n,) turns: the first index of each segment but the first.

    Dynamic programming over squared errors, every index allowed, segments of ``least`` values at least; how many by
    BIC = n log(RSS/n) + 2(k+1) log n. Autocorrelation makes BIC find too many: show what happened there.
    """
    from ruptures import Dynp  # with its compiled parts: only reports that have a series need it

    y = np.asarray(values, dtype=np.float64)
    most = min(MOST_TURNS, y.size // least - 1)
    if most < 1 or float(np.ptp(y)) == 0:
        return ()
    finder = Dynp(model="l2", jump=1, min_size=least).fit(y.reshape(-1, 1))
    found: list[tuple[float, tuple[int, ...]]] = [(_bic(y, ()), ())]
    for count in range(1, most + 1):
        at = tuple(int(each) for each in finder.predict(n_bkps=count)[:-1])
        found.append((_bic(y, at), at))
    return min(found)[1]


def _bic(y: Floats, at: tuple[int, ...]) -> float:
    rss = sum(float(np.sum((part - part.mean()) ** 2)) for part in np.split(y, list(at)))
    return y.size * math.log(max(rss, 1e-300) / y.size) + 2 * (len(at) + 1) * math.log(y.size)


def cusum(values: ArrayLike) -> Cusum:
    """Test that the mean of ``values`` (n,) does not change: the largest cumulated residual over sd √n.

    p is that of the supremum of a Brownian bridge. Source: Ploberger and Krämer 1992, method.md B7.
    """
    from statsmodels.stats.diagnostic import breaks_cusumolsresid

    y = np.asarray(values, dtype=np.float64)
    residuals = y - y.mean()
    if float(np.ptp(y)) == 0:
        return Cusum(0.0, 1.0)
    statistic, p, _ = breaks_cusumolsresid(residuals, ddof=1)
    return Cusum(float(statistic), float(p))


FEW_POINTS = 12
"""Below this Newey-West has nothing to estimate autocorrelation from: ordinary errors, and a warning."""

LEAST_EACH_SIDE = 3
"""A level and a slope on each side of the day need this many points there."""


def interruption(values: ArrayLike, times: ArrayLike, at: float, lags: int) -> Interruption | None:
    """Fit level and slope before and after time ``at``; ``None`` with fewer than three points on a side.

    ``values`` and ``times`` are (n,), times in periods. Errors are Newey-West with Bartlett weights over ``lags``
    periods and n/(n-k), Student t; below twelve points ordinary. Short series give intervals that are too narrow
    (Turner et al. 2021).
    """
    from statsmodels.regression.linear_model import OLS

    y, t = np.asarray(values, dtype=np.float64), np.asarray(times, dtype=np.float64)
    post = (t >= at).astype(float)
    before, after = int(np.sum(post == 0)), int(np.sum(post == 1))
    if min(before, after) < LEAST_EACH_SIDE or y.size < 6:
        return None
    model = OLS(y, np.column_stack([np.ones_like(t), t - at, post, np.maximum(0, t - at)]))
    robust = y.size >= FEW_POINTS
    fit = (model.fit(cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": True}, use_t=True)
           if robust else model.fit())
    ends = fit.conf_int()
    return Interruption(
        float(fit.params[2]), float(fit.bse[2]), float(ends[2][0]), float(ends[2][1]), float(fit.pvalues[2]),
        float(fit.params[3]), float(fit.bse[3]), float(ends[3][0]), float(ends[3][1]), float(fit.pvalues[3]),
        int(y.size), before, after, f"newey-west, L={lags}" if robust else "ols",
    )
