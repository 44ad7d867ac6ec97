"""Compare two waves of one area, or say why they can't be compared (method.md A6, A11)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from store.database import Store
from store.goals import Status
from surveys.area_data import AreaData, load_area
from surveys.area_estimates import outcomes, person_index
from surveys.area_weighting import weigh_area
from surveys.arrays import Floats
from surveys.bridges import Crossing, crossed, crossing, widened
from surveys.change import LEAST_COMMON, change, newcombe, panel_covariance
from surveys.design import Design
from surveys.estimates import Estimated, mean, share
from surveys.figures import INDICATORS, AreaWave, Change
from surveys.intervals import effective_n, wilson
from surveys.items import Item, Reason
from surveys.registry import bridges_of, items_of_concept


@dataclass(frozen=True)
class _Wave:
    """One of the two waves: its answers, its design, and what it gave."""

    data: AreaData
    design: Design
    published: AreaWave


def area_change(store: Store, first: AreaWave, later: AreaWave, *, concept: str = "tryghed", fpc: bool = True
                ) -> Mapping[str, Change]:
    """Compare two waves of one area, indicator by indicator.

    Refused (status *break*, with reasons) across an unbridged break; hidden where either figure is hidden, so pass
    waves that :func:`surveys.area_publish.hide_companions` has been over. An index is compared over the items both
    waves share. Panel overlap enters the variance; a share of none or all gets a Newcombe interval and no test.
    """
    if not first.respondents or not later.respondents:
        return {name: _refused(name, first, later, Status.NO_SURVEY) for name in INDICATORS}
    before, after = load_area(store, first.wave, first.area, concept), load_area(store, later.wave, later.area, concept)
    assert before is not None
    assert after is not None
    items, bridges = items_of_concept(store, concept), bridges_of(store)
    over = {name: crossing(before.items[0], after.items[0], name, items, bridges) for name in INDICATORS}
    common, over["safety_index"] = _common_items(
        before.index, after.index, lambda one, other: crossing(one, other, "safety_index", items, bridges))
    two: tuple[_Wave, _Wave] | None = None
    changes: dict[str, Change] = {}
    for name in INDICATORS:
        status = _status(name, first, later, over[name].reasons)
        if not status.shown:
            changes[name] = _refused(name, first, later, status, over[name].reasons)
            continue
        if two is None:
            two = _weighed(before, first, fpc=fpc), _weighed(after, later, fpc=fpc)
        changes[name] = _moved(name, *two, common, status, over[name])
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


def _weighed(data: AreaData, published: AreaWave, *, fpc: bool) -> _Wave:
    design, _ = weigh_area(data)
    design = design if fpc else design.without_fpc()
    return _Wave(data, design if design.guarded else design.weights_fixed(), published)


def _moved(name: str, first: _Wave, later: _Wave, common: Sequence[tuple[Item, Item]], status: Status,
           over: Crossing) -> Change:
    values = [_values(name, wave.data, [pair[side] for pair in common]) for side, wave in enumerate((first, later))]
    estimate = mean if name == "safety_index" else share
    one, two = estimate(first.design, values[0]), estimate(later.design, values[1])
    both, covariance, how = _overlap(first, later, one, two)
    straight = change(one.value, one.variance, two.value, two.variance, covariance)
    unit = 1.0 if name == "safety_index" else 100.0
    moved = crossed(straight, over, unit=unit)
    n_first, n_later = first.published.figures[name].n, later.published.figures[name].n
    low, high = moved.low, moved.high
    extreme = any(each.count in (0, each.n) for each in (one, two)) and name != "safety_index"
    if extreme:
        low, high = newcombe(two.value, *_wilson(two), one.value, *_wilson(one))
        _, low, high = widened(straight.value, low, high, over, unit=unit)
    return Change(
        name, later.data.area, first.data.wave, later.data.wave, moved.value, None if extreme else moved.se, low, high,
        None if extreme else moved.p, n_first, n_later, both, how, None if extreme else moved.detectable, status, (),
        over.bridges,
    )


def _values(name: str, data: AreaData, index: Sequence[Item]) -> Floats:
    if name == "safety_index":
        return person_index([(item, data.answers[item.id].values) for item in index])
    return outcomes(data)[name]


def _wilson(estimate: Estimated) -> tuple[float, float]:
    n_eff = effective_n(estimate.value, estimate.variance, estimate.n, estimate.count or 0, estimate.df)
    return wilson(estimate.value, min(n_eff, float(estimate.n)), estimate.df)


def _overlap(first: _Wave, later: _Wave, one: Estimated, two: Estimated) -> tuple[int, float, str]:
    """Return the persons in both waves, the covariance they bring, and how it was taken."""
    before, after = _places(first.data), _places(later.data)
    common = sorted(set(before) & set(after))
    if not common:
        return 0, 0.0, "independent"
    if len(common) < LEAST_COMMON:
        return 0, 0.0, f"panel below {LEAST_COMMON}: taken as 0"  # so few are a small cell themselves
    z = [wave.design.linearised(estimate.scores)[:, 0] for wave, estimate in ((first, one), (later, two))]
    sizes = [wave.data.population for wave in (first, later) if wave.design.sizes is not None]
    known = [float(size) for size in sizes if size is not None]
    populations = (known[0], known[1]) if len(known) == 2 else None
    covariance = panel_covariance(
        z[0][[before[person] for person in common]], z[1][[after[person] for person in common]], first.data.n,
        later.data.n, populations,
    )
    return len(common), covariance, "panel"


def _places(data: AreaData) -> dict[str, int]:
    return {person: place for place, person in enumerate(data.persons) if person is not None}


def _refused(name: str, first: AreaWave, later: AreaWave, status: Status, reasons: Sequence[Reason] = ()) -> Change:
    hidden = status in (Status.BREAK, Status.FEW, Status.IMPRECISE)
    return Change(
        name, later.area, first.wave, later.wave, None, None, None, None, None,
        first.figures[name].n if hidden else None, later.figures[name].n if hidden else None, 0, "", None, status,
        tuple(reasons) if status is Status.BREAK else (),
    )
