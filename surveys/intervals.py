"""Put intervals around estimates (method.md A5): 95 %, never Wald for a share.

Every n, p and variance is of one estimate: p weighted, ``count`` of ``n`` valid answers unweighted, the variance with
finite population correction and calibration.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, inf, isfinite, log, sqrt

import numpy as np
from scipy import special

from store.errors import EstimateError

LEVEL = 0.95
NCHS_BELOW = 50
"""With an effective n from 30 to below this, the effective n is capped at n (Parker et al. 2017)."""

NEAR_CENSUS = 0.5
"""From this share of the residents on, an unweighted sample gets the exact interval: the effective n grows without
bound there, while the persons who were not asked can be counted."""


@dataclass(frozen=True)
class Interval:
    """A 95 % interval, and the effective number of answers it rests on."""

    low: float
    high: float
    n_eff: float
    kind: str


def t_interval(value: float, variance: float, df: float) -> tuple[float, float]:
    """Return value ± t(.975; df) SE, for means and the index; never clipped to 0–100."""
    reach = t_quantile(df) * sqrt(variance)
    return value - reach, value + reach


def effective_n(p: float, variance: float, n: int, count: int, df: float) -> float:
    """Return n_kg: p(1-p)/V, or n at 0 and all, times [t(n-1)/t(df)]²; infinite for a census."""
    if n < 2 or df < 1:
        raise EstimateError("an interval needs two answers")
    factor = (t_quantile(n - 1) / t_quantile(df)) ** 2
    if count in (0, n):
        return n * factor
    return inf if variance <= 0 else p * (1 - p) / variance * factor


def korn_graubard(p: float, variance: float, n: int, count: int, df: float, *, nchs: bool = False) -> Interval:
    """Return the Korn-Graubard interval of a share; ``nchs`` caps the effective n at n.

    ``variance`` includes fpc and calibration; ``count`` of ``n`` answers have the property, unweighted. This is R
    ``svyciprop(method="beta")``.
    """
    n_eff = effective_n(p, variance, n, count, df)
    kind = "nchs" if nchs else "korn-graubard"
    if count in (0, n):
        p, kind = float(count > 0), "clopper-pearson"
    if nchs:
        n_eff = min(float(n), n_eff)
    if not isfinite(n_eff):
        return Interval(p, p, n_eff, kind)
    low = 0.0 if p == 0 else float(special.betaincinv(n_eff * p, n_eff * (1 - p) + 1, 0.025))
    high = 1.0 if p == 1 else float(special.betaincinv(n_eff * p + 1, n_eff * (1 - p), 0.975))
    return Interval(low, high, n_eff, kind)


def share_interval(p: float, variance: float, n: int, count: int, df: float, *, population: int | None = None
                   ) -> Interval:
    """Return the interval to publish, by the rules of A5.

    ``population``: residents, where the answers are an unweighted sample of them. Asked of half of them or more, the
    interval is the exact hypergeometric one. Else Korn-Graubard, or its NCHS variant where the effective n is below 50.
    """
    if population is not None and n >= NEAR_CENSUS * population:
        low, high = hypergeometric(count, n, population)
        return Interval(low, high, effective_n(p, variance, n, count, df), "hypergeometric")
    capped = min(float(n), effective_n(p, variance, n, count, df))
    return korn_graubard(p, variance, n, count, df, nchs=capped < NCHS_BELOW)


def wilson(p: float, n_eff: float, df: float = inf) -> tuple[float, float]:
    """Return the Wilson interval with an effective n; ``df`` infinite gives the textbook's."""
    q = t_quantile(df) ** 2
    middle, reach = p + q / (2 * n_eff), sqrt(q) * sqrt(p * (1 - p) / n_eff + q / (4 * n_eff**2))
    below, above = (middle - reach) / (1 + q / n_eff), (middle + reach) / (1 + q / n_eff)
    return (0.0 if p == 0 else below), (1.0 if p == 1 else above)


def logit_interval(p: float, variance: float, df: float) -> tuple[float, float]:
    """Return the interval on the logit scale; p strictly between 0 and 1."""
    if not 0 < p < 1:
        raise EstimateError("the logit interval is not defined at 0 and 1")
    middle, reach = log(p / (1 - p)), t_quantile(df) * sqrt(variance) / (p * (1 - p))
    return 1 / (1 + exp(reach - middle)), 1 / (1 + exp(-middle - reach))


def hypergeometric(count: int, n: int, population: int) -> tuple[float, float]:
    """Return the exact interval of a share for ``count`` of ``n`` answers from ``population``, unweighted."""
    if not 0 <= count <= n <= population:
        raise EstimateError(f"{count} of {n} of {population} can't be")
    from scipy import stats  # slow to load and needed here only

    possible = np.arange(count, population - (n - count) + 1)
    at_least = stats.hypergeom.sf(count - 1, population, possible, n)
    at_most = stats.hypergeom.cdf(count, population, possible, n)
    low, high = possible[at_least >= 0.025].min(), possible[at_most >= 0.025].max()
    return float(low / population), float(high / population)


def t_quantile(df: float, level: float = LEVEL) -> float:
    """Return the two-sided Student quantile of ``level``; ``df`` infinite gives the normal one."""
    return float(special.ndtri(0.5 + level / 2) if df == inf else special.stdtrit(df, 0.5 + level / 2))
