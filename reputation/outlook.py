"""Draw the line through comparable measurements to the goal year, with fixed and random effects (method.md C2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special
from scipy.optimize import minimize_scalar

from reputation.clustered import Floats
from reputation.content import Estimate, GoalLine, OutlookLine
from reputation.figures import UNCORRECTED, VALUE_DECIMALS, decimals_of, rounded
from store.goals import Status, Yardstick

LEAST_MEASUREMENTS = 4
"""A line through fewer measurements is drawn by their errors."""

LIKELY = 0.5
_Z = float(special.ndtri(0.975))


@dataclass(frozen=True)
class Predicted:
    """The line's value in the goal year."""

    value: float
    se: float
    tau2: float
    """variance of the measurements beyond their errors; 0 with fixed effects"""

    def reach(self, goal: float, *, rising: bool) -> float:
        """Give P(the goal is reached)."""
        sign = 1.0 if rising else -1.0
        return float(special.ndtr(sign * (self.value - goal) / self.se))

    @property
    def ends(self) -> tuple[float, float]:
        """95 % interval."""
        return self.value - _Z * self.se, self.value + _Z * self.se


def fixed_effects(values: ArrayLike, errors: ArrayLike, years: ArrayLike, year: float) -> Predicted:
    """Predict with weights 1/SE²: b = (X'WX)⁻¹X'Wy, se² = x0'(X'WX)⁻¹x0. All are (n,)."""
    y, v, X, x0 = _laid_out(values, errors, years, year)
    b, cov = _gls(y, v, X)
    return Predicted(float(x0 @ b), float(np.sqrt(x0 @ cov @ x0)), 0.0)


def random_effects(values: ArrayLike, errors: ArrayLike, years: ArrayLike, year: float) -> Predicted:
    """Predict with weights 1/(SE² + tau²), tau² by REML; the prediction's variance holds tau² too."""
    y, v, X, x0 = _laid_out(values, errors, years, year)
    tau2 = reml(y, v, X)
    b, cov = _gls(y, v + tau2, X)
    return Predicted(float(x0 @ b), float(np.sqrt(x0 @ cov @ x0 + tau2)), tau2)


def reml(y: Floats, v: Floats, X: Floats) -> float:
    """Estimate tau² by restricted maximum likelihood; 0 where the measurements spread no more than their errors."""

    def minus(tau2: float) -> float:
        b, cov = _gls(y, v + tau2, X)
        residual = y - X @ b
        _, logdet = np.linalg.slogdet(cov)
        return float(np.sum(np.log(v + tau2)) - logdet + np.sum(residual**2 / (v + tau2))) / 2

    top = 10 * float(np.var(y, ddof=1)) + float(np.max(v))
    found = minimize_scalar(minus, bounds=(0.0, top), method="bounded", options={"xatol": top * 1e-9})
    return float(found.x) if found.fun < minus(0.0) - 1e-10 else 0.0


def _laid_out(values: ArrayLike, errors: ArrayLike, years: ArrayLike, year: float
              ) -> tuple[Floats, Floats, Floats, Floats]:
    y, se, t = (np.asarray(each, dtype=np.float64) for each in (values, errors, years))
    start = float(t.min())
    X: Floats = np.column_stack([np.ones_like(t), t - start])
    return y, se**2, X, np.array([1.0, year - start])


def _gls(y: Floats, v: Floats, X: Floats) -> tuple[Floats, Floats]:
    cov = np.asarray(np.linalg.inv((X / v[:, None]).T @ X), dtype=np.float64)
    return cov @ (X.T @ (y / v)), cov


def outlook_line(indicator: str, area: str, comparable: Sequence[Estimate], level: Yardstick | None,
                 standing: GoalLine | None, year: int) -> OutlookLine:
    """Draw the line of one area and indicator; ``comparable`` are its shown and mutually comparable measurements.

    Uncorrected tone has no outlook: its reading errors may drift with the years. Without a level to reach there is a
    prediction and no probability.
    """
    count, decimals = len(comparable), decimals_of(indicator)
    uncorrected = any(each.correction == UNCORRECTED for each in comparable)
    few = count < LEAST_MEASUREMENTS or any(not each.se for each in comparable)
    years = [int(each.last[:4]) for each in comparable]
    two: Mapping[str, Predicted] = {}
    if not few and not uncorrected and len(set(years)) > 2:
        given = ([each.value for each in comparable], [each.se for each in comparable], years, year)
        two = {"fixed": fixed_effects(*given), "random": random_effects(*given)}  # type: ignore[arg-type]
    status = Status.FEW if not two else Status.NO_TARGET if level is None else Status.OK
    if uncorrected and count >= LEAST_MEASUREMENTS:
        status = Status.FOOTNOTED
    p = {name: each.reach(level.value, rising=level.direction == "at least") if level else None
         for name, each in two.items()}
    ends = {name: each.ends for name, each in two.items()}
    return OutlookLine(
        indicator=indicator, area=area, year=year, measurements=count,
        first=comparable[0].last[:4] if comparable else "", last=comparable[-1].last[:4] if comparable else "",
        goal=level.value if level else None,
        fixed=rounded(two["fixed"].value, decimals) if two else None,
        fixed_low=rounded(ends["fixed"][0], decimals) if two else None,
        fixed_high=rounded(ends["fixed"][1], decimals) if two else None,
        fixed_p=rounded(p["fixed"], VALUE_DECIMALS) if two else None,
        random=rounded(two["random"].value, decimals) if two else None,
        random_low=rounded(ends["random"][0], decimals) if two else None,
        random_high=rounded(ends["random"][1], decimals) if two else None,
        random_p=rounded(p["random"], VALUE_DECIMALS) if two else None,
        tau2=rounded(two["random"].tau2, 6) if two else None,
        misses=bool(two and level and standing and standing.verdict == "on track"
                    and (p["random"] or 0.0) < LIKELY),
        status=status.value,
    )
