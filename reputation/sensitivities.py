"""Compute the other formulas of net tone that circulate, each under its own name and never as the headline (B2)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from reputation.figures import Drawn, figure
from store.days import Window
from store.goals import Status

VIEW_100 = "net_tone.view100"

FORMULAS: Mapping[str, str] = {
    "net_tone.polar": "(P-N)/(P+N)",
    "net_tone.log": "log((P+.5)/(N+.5))",
    "net_tone.jf_fu": "Janis-Fadner, r=t=f+u",
    "net_tone.jf_fun": "Janis-Fadner, r=t=f+u+n",
    "net_tone.jf_rt": "Janis-Fadner, r=f+u+n, t=r+non-relevant",
    VIEW_100: "100 (P-N)/(P+U+N); no vendor's score",
}
"""Indicator → formula; P, U, N: texts whose tone is positive, neutral, negative."""

FORMULA_NAMES = tuple(FORMULAS)


def janis_fadner(f: float, u: float, r: float, t: float) -> float | None:
    """Give the coefficient of imbalance (Janis & Fadner 1943): ``f`` favourable, ``u`` unfavourable units.

    (f² - fu)/(rt) where f > u, (fu - u²)/(rt) where f < u, 0 where equal; ``None`` where r = 0. Three denominators
    circulate, so the caller names its own.
    """
    if r == 0 or t == 0:
        return None
    return (f * f - f * u) / (r * t) if f > u else (f * u - u * u) / (r * t)


def other_formulas(positive: float, neutral: float, negative: float, not_about: float) -> dict[str, float | None]:
    """Give each of :data:`FORMULAS` from counts, which a correction may have made fractions of.

    ``not_about``: texts that name the area without being about it. A formula without a value (no text with a tone, a
    count that a correction carried below 0) is ``None``.
    """
    f, u, n = positive, negative, neutral
    r = f + u + n
    if r <= 0 or min(f, u) < 0:
        return dict.fromkeys(FORMULAS)
    return {
        "net_tone.polar": (f - u) / (f + u) if f + u > 0 else None,
        "net_tone.log": math.log((f + 0.5) / (u + 0.5)),
        "net_tone.jf_fu": janis_fadner(f, u, f + u, f + u),
        "net_tone.jf_fun": janis_fadner(f, u, r, r),
        "net_tone.jf_rt": janis_fadner(f, u, r, r + not_about),
        VIEW_100: 100 * (f - u) / r,
    }


def formula_figures(area: str, window: Window, net_tone: Drawn, shares: Sequence[Drawn], not_about: int) -> list[Drawn]:
    """Publish the other formulas beside ``net_tone``; where it is hidden, so are they. None but the view has an error.

    ``shares`` are those of positive, neutral and negative texts.
    """
    shown = net_tone.shown and all(each.mean is not None for each in shares)
    n = net_tone.estimate.n or 0
    values: Mapping[str, float | None] = dict.fromkeys(FORMULAS)
    if shown:
        counts = [n * each.mean.value for each in shares if each.mean is not None]
        values = other_formulas(counts[0], counts[1], counts[2], not_about)
    result = []
    for name, formula in FORMULAS.items():
        status = Status(net_tone.estimate.status) if not shown else Status.OK
        if status.shown and (not shown or values[name] is None):
            status = Status.IMPRECISE  # a correction carried a share out of 0..1
        result.append(Drawn(figure(name, area, window, status, value=values[name], n=n,
                                   correction=net_tone.estimate.correction, details={"formula": formula})))
    return [*result[:-1], _with_interval(result[-1], net_tone)]


def _with_interval(view: Drawn, net_tone: Drawn) -> Drawn:
    """Give the -100..100 view the interval of net tone, a hundred times as wide."""
    told = net_tone.estimate
    if not view.shown or told.se is None or told.low is None or told.high is None:
        return view
    return replace(view, estimate=replace(view.estimate, se=round(100 * told.se, 3), low=round(100 * told.low, 2),
                                          high=round(100 * told.high, 2)))
