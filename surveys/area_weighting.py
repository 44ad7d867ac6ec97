"""Weight the respondents of one area, and say what was collapsed, dropped or trimmed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from surveys.arrays import Floats, Ints
from surveys.design import LEAST_PER_CONSTRAINT, Design
from surveys.weights import (
    LEAST_PER_LEVEL,
    Margin,
    Weights,
    base_weights,
    collapse,
    dummies,
    kish_deff,
    kish_n_eff,
    weigh,
)


@dataclass(frozen=True)
class Weighting:
    """How the answers of an area were weighted."""

    margins: tuple[str, ...]
    """weighting variables used, after collapsing"""
    collapsed: tuple[tuple[str, str, str], ...]
    """(variable, level, level it was merged into)"""
    dropped: tuple[str, ...]
    """variables left out because collapsing left them one level"""
    method: str
    """post-stratified, raked, bounded, trimmed, base, none"""
    trimmed: int
    margin_error: float
    """largest relative error of a margin after trimming; 0 when the margins hold"""
    kish_deff: float
    n_eff: float


@dataclass(frozen=True)
class Weighed:
    """The weighted respondents of an area, for every estimate of it."""

    design: Design
    """with finite population correction where the population is known; weights fixed where :attr:`guarded` is false"""
    endless: Design
    """the same without finite population correction"""
    weighting: Weighting
    guarded: bool
    """whether there are answers enough for the calibrated variance"""
    unbounded: Floats | None
    """weights before they were kept in bounds; ``None`` where they were in them"""


def weigh_area(margins: Sequence[Margin], n: int, population: int | None) -> Weighed:
    """Weight the ``n`` respondents of an area, with fpc where the population is known.

    Raises :class:`~store.errors.EstimateError` where the margins can't be met.
    """
    if population is None:
        design = Design.of(np.ones(n))
        return Weighed(design, design, Weighting((), (), (), "none", 0, 0.0, 1.0, float(n)), True, None)
    settled, collapsed, dropped = settle_margins(margins, n)
    weights: Weights = weigh(base_weights(n, population), settled)
    design = Design.of(
        weights.final, initial=weights.initial, population=float(population),
        calibration=dummies(settled, n) if settled else None,
    )
    guarded = design.guarded
    design = design if guarded else design.weights_fixed()
    weighting = Weighting(tuple(each.name for each in settled), collapsed, dropped, weights.method, weights.trimmed,
                          weights.margin_error, kish_deff(weights.final), kish_n_eff(weights.final))
    return Weighed(design, design.without_fpc(), weighting, guarded, weights.unbounded)


def settle_margins(
    margins: Sequence[Margin], n: int,
) -> tuple[list[Margin], tuple[tuple[str, str, str], ...], tuple[str, ...]]:
    """Return the margins to weight to, what was collapsed, and which variables had to go.

    A crossed variable is used whole where every cell has 20 respondents (post-stratification); else it falls apart
    into its parts. Levels are merged until each has 20 respondents and there are 10 for each constraint.
    """
    for crossed in [each for each in margins if "*" in each.name]:
        parts = crossed.name.split("*")
        others = [each for each in margins if each is not crossed and each.name not in parts]
        if np.min(crossed.counts) >= LEAST_PER_LEVEL and not others:
            return [crossed], (), ()
    plain = {each.name: each for each in margins if "*" not in each.name}
    for crossed in [each for each in margins if "*" in each.name]:
        for place, name in enumerate(crossed.name.split("*")):
            plain.setdefault(name, _part(crossed, place, name))
    least = LEAST_PER_LEVEL
    while True:
        settled = {name: collapse(each, least) for name, each in plain.items()}
        kept = [margin for margin, _ in settled.values() if len(margin.levels) > 1]
        constraints = 1 + sum(len(margin.levels) - 1 for margin in kept)
        if not kept or n >= LEAST_PER_CONSTRAINT * constraints:
            break
        least += LEAST_PER_CONSTRAINT
    collapsed = tuple((name, *merge) for name, (margin, merges) in settled.items() if len(margin.levels) > 1
                      for merge in merges)
    dropped = tuple(name for name, (margin, _) in settled.items() if len(margin.levels) == 1)
    return kept, collapsed, dropped


def _part(crossed: Margin, place: int, name: str) -> Margin:
    of_cell = [level.split("*")[place] for level in crossed.levels]
    levels = list(dict.fromkeys(of_cell))
    of_level: Ints = np.array([levels.index(level) for level in of_cell], dtype=np.int64)
    totals = np.bincount(of_level, crossed.totals, len(levels)).astype(float)
    codes: Ints = of_level[crossed.codes]
    return Margin(name, tuple(levels), codes, totals)
