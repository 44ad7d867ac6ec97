"""Estimate a later wave as if the residents had the first wave's mix (method.md C2, direct standardisation).

The raw figure answers *is the place safer?*, this one *is the same mix of people safer?*: re-letting changes who
answers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from store.config import DisclosureConfig
from store.errors import EstimateError
from surveys.area_data import WaveData
from surveys.area_estimates import estimate_area
from surveys.area_weighting import weigh_area
from surveys.figures import CONCEPT, Figure
from surveys.weights import Margin

STANDARDISED = ("safe_share", "safety_index")
"""Indicators that are published standardised beside raw."""


def standardised_figures(later: WaveData, first: WaveData, area: str, disclosure: DisclosureConfig, *,
                         concept: str = CONCEPT, fpc: bool = True) -> Mapping[str, Figure] | None:
    """Estimate ``area`` in ``later`` calibrated to the shares of ``first``'s margins, with fpc by its own N.

    ``None`` where the two waves' margins don't have the same variables and levels or can't be met, or a population is
    not known. Statuses are of these figures alone: publish none where the raw figure is hidden.
    """
    people, before, population = later.people.get(area), first.people.get(area), later.area(area, concept).population
    if people is None or before is None or population is None:
        return None
    margins = first_mix(people.margins, before.margins, population)
    if margins is None:
        return None
    try:
        weighed = weigh_area(margins, len(people.persons), population)
    except EstimateError:
        return None
    return estimate_area(replace(later.area(area, concept), margins=margins), weighed, disclosure, fpc=fpc)[0]


def first_mix(later: Sequence[Margin], first: Sequence[Margin], population: int) -> tuple[Margin, ...] | None:
    """Give the later margins the first ones' shares of ``population``; ``None`` where they are no same margins."""
    known = {each.name: dict(zip(each.levels, each.totals, strict=True)) for each in first}
    result: list[Margin] = []
    for each in later:
        totals = known.get(each.name)
        if totals is None or set(totals) != set(each.levels) or sum(totals.values()) <= 0:
            return None
        share = population / float(sum(totals.values()))
        result.append(replace(each, totals=np.array([totals[level] * share for level in each.levels])))
    return tuple(result) or None
