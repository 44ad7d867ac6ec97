"""Compare two waves of one area, or say why they can't be compared (method.md A6, A11)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from store.database import Store
from store.goals import Status
from surveys.area_data import AreaData, WaveData, load_wave
from surveys.area_estimates import outcomes, person_index
from surveys.area_weighting import Weighed
from surveys.arrays import Floats
from surveys.bridges import Crossing, crossed, crossing, widened
from surveys.change import LEAST_COMMON, change, newcombe, panel_covariance
from surveys.design import Design
from surveys.estimates import Estimated, mean, share
from surveys.estimates import covariance as covariance_of
from surveys.figures import CONCEPT, INDICATORS, AreaWave, Change
from surveys.intervals import effective_n, wilson
from surveys.items import Item, Reason
from surveys.panel import stack
from surveys.registry import Registry, registry_of

SMALL_SHARE = 10
"""Effective answers on the rarer side; with fewer the normal interval of a difference is too far off."""


@dataclass(frozen=True)
class _Wave:
    """One of the two waves: its answers, its weights, and what it gave."""

    data: AreaData
    weighed: Weighed
    published: AreaWave
    fpc: bool

    @property
    def design(self) -> Design:
        return self.weighed.design if self.fpc else self.weighed.endless

    @cached_property
    def outcomes(self) -> Mapping[str, Floats]:
        return outcomes(self.data)

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Row of each person who has a key."""
        return {person: place for place, person in enumerate(self.data.persons) if person is not None}


def area_change(store: Store, first: AreaWave, later: AreaWave, *, concept: str = CONCEPT, fpc: bool = True
                ) -> Mapping[str, Change]:
    """Read two waves and compare one area as :func:`compare`; for many areas read each wave once."""
    waves = [load_wave(store, each.wave, [concept]) for each in (first, later)]
    assert waves[0] is not None
    assert waves[1] is not None
    return compare(waves[0], waves[1], first, later, registry_of(store, concept), concept=concept, fpc=fpc)


def compare(before: WaveData, after: WaveData, first: AreaWave, later: AreaWave, registry: Registry, *,
            concept: str = CONCEPT, fpc: bool = True) -> Mapping[str, Change]:
    """Compare two waves of one area, indicator by indicator.

    Refused (status *break*, with reasons) across an unbridged break; hidden where either figure is hidden, so pass
    waves that :func:`surveys.area_publish.hide_companions` has been over. An index is compared over the items both
    waves share. Panel overlap enters the variance. Small shares get a Newcombe interval, one of none or all no test.
    """
    if not first.respondents or not later.respondents:
        return {name: _refused(name, first, later, Status.NO_SURVEY) for name in INDICATORS}
    sides = before.area(first.area, concept), after.area(later.area, concept)
    over = {name: crossing(sides[0].items[0], sides[1].items[0], name, registry.items, registry.bridges)
            for name in INDICATORS}
    common, over["safety_index"] = _common_items(
        sides[0].index, sides[1].index,
        lambda one, other: crossing(one, other, "safety_index", registry.items, registry.bridges))
    weighed = before.weighed.get(first.area), after.weighed.get(later.area)
    two = None
    if weighed[0] is not None and weighed[1] is not None:
        two = _Wave(sides[0], weighed[0], first, fpc), _Wave(sides[1], weighed[1], later, fpc)
    both = sorted(set(two[0].places) & set(two[1].places)) if two is not None else []
    changes: dict[str, Change] = {}
    for name in INDICATORS:
        status = _status(name, first, later, over[name].reasons)
        if status.shown and two is not None:
            changes[name] = _moved(name, *two, common, both, status, over[name])
        else:
            changes[name] = _refused(name, first, later, status, over[name].reasons)
    return changes


def _status(name: str, first: AreaWave, later: AreaWave, reasons: Sequence[Reason]) -> Status:
    """Return the first that applies: break, then what hides either figure, then what flags one."""
    if reasons:
        return Status.BREAK
    found = [first.figures[name].status, later.figures[name].status]
    for status in (Status.NOT_COLLECTED, Status.NO_SURVEY, Status.DISCLOSIVE, Status.FEW, Status.IMPRECISE,
                   Status.FOOTNOTED):
        if status in found:
            return status
    return Status.OK


def _common_items(
    before: Sequence[Item], after: Sequence[Item], cross: Callable[[Item, Item], Crossing],
) -> tuple[tuple[tuple[Item, Item], ...], Crossing]:
    """Return the pairs of items two indexes share, and what lies between them, or why there is none."""
    pairs = [(one, other) for one in before for other in after if one.id == other.id and one.concept == other.concept]
    if not pairs:
        pairs = [(one, other) for one in before[:1] for other in after[:1]]
    over = {pair: cross(*pair) for pair in pairs}
    usable = tuple(pair for pair in pairs if not over[pair].reasons)
    ways = {over[pair].bridges for pair in usable}
    if len(ways) > 1:  # the evidence is of the index as a whole: items of one way only make one
        usable = tuple(pair for pair in usable if not over[pair].bridged)
    return usable, over[usable[0]] if usable else over[pairs[0]]


def _moved(name: str, first: _Wave, later: _Wave, common: Sequence[tuple[Item, Item]], persons: Sequence[str],
           status: Status, over: Crossing) -> Change:
    values = [_values(name, wave, [pair[side] for pair in common]) for side, wave in enumerate((first, later))]
    estimate = mean if name == "safety_index" else share
    one, two = estimate(first.design, values[0]), estimate(later.design, values[1])
    both, covariance, how = _overlap(first, later, one, two, values, persons)
    straight = change(one.value, one.variance, two.value, two.variance, covariance)
    unit = 1.0 if name == "safety_index" else 100.0
    moved = crossed(straight, over, unit=unit)
    low, high, kind = moved.low, moved.high, "normal"
    extreme = name != "safety_index" and any(each.count in (0, each.n) for each in (one, two))
    if name != "safety_index" and min(_rarer(one), _rarer(two)) < SMALL_SHARE:
        spread = one.se * two.se
        low, high = newcombe(two.value, *_wilson(two), one.value, *_wilson(one),
                             min(max(covariance / spread, -1.0), 1.0) if spread else 0.0)
        _, low, high = widened(straight.value, low, high, over, unit=unit)
        kind = "newcombe"
    return Change(
        name, later.data.area, first.data.wave, later.data.wave, moved.value, None if extreme else moved.se, low, high,
        None if extreme else moved.p, first.published.figures[name].n, later.published.figures[name].n, both, how,
        None if extreme else moved.detectable, kind, status, (),
        tuple(after.id for _, after in common) if name == "safety_index" else (), over.bridges,
    )


def _values(name: str, wave: _Wave, index: Sequence[Item]) -> Floats:
    if name == "safety_index":
        return person_index([(item, wave.data.answers[item.id].values) for item in index])
    return wave.outcomes[name]


def _effective(estimate: Estimated) -> float:
    n_eff = effective_n(estimate.value, estimate.variance, estimate.n, estimate.count or 0, estimate.df)
    return min(n_eff, float(estimate.n))


def _rarer(estimate: Estimated) -> float:
    """Return the effective answers on the rarer side of a share."""
    return _effective(estimate) * min(estimate.value, 1 - estimate.value)


def _wilson(estimate: Estimated) -> tuple[float, float]:
    return wilson(estimate.value, _effective(estimate), estimate.df)


def _overlap(first: _Wave, later: _Wave, one: Estimated, two: Estimated, values: Sequence[Floats],
             common: Sequence[str]) -> tuple[int, float, str]:
    """Return how many persons are in both waves, the covariance they bring, and how it was taken.

    Without finite population correction the waves are stacked with the person as unit; with it, Tam's formula.
    """
    before, after = first.places, later.places
    if not common:
        return 0, 0.0, "independent"
    if len(common) < LEAST_COMMON:
        return 0, 0.0, f"panel below {LEAST_COMMON}: taken as 0"  # so few are a small cell themselves
    if first.design.sizes is None or later.design.sizes is None:
        stacked, wave = stack([first.design, later.design], [first.data.persons, later.data.persons])
        answers = np.concatenate(values)
        matrix = covariance_of(stacked, [mean(stacked, answers, wave == each) for each in (0, 1)])
        return len(common), float(matrix[0, 1]), "panel"
    z = [wave.design.linearised(estimate.scores)[:, 0] for wave, estimate in ((first, one), (later, two))]
    assert first.data.population is not None
    assert later.data.population is not None
    covariance = panel_covariance(
        z[0][[before[person] for person in common]], z[1][[after[person] for person in common]], first.data.n,
        later.data.n, (float(first.data.population), float(later.data.population)),
    )
    return len(common), covariance, "panel"


def _refused(name: str, first: AreaWave, later: AreaWave, status: Status, reasons: Sequence[Reason] = ()) -> Change:
    hidden = status in (Status.BREAK, Status.FEW, Status.IMPRECISE)
    return Change(
        name, later.area, first.wave, later.wave, None, None, None, None, None,
        first.figures[name].n if hidden else None, later.figures[name].n if hidden else None, 0, "", None, "", status,
        tuple(reasons) if status is Status.BREAK else (),
    )
