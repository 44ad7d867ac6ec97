"""Estimate perceived safety of one wave and area (method.md A2-A5, A8-A10)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from store.config import DisclosureConfig
from store.database import Store
from store.errors import EstimateError
from store.goals import Status
from surveys.area_data import AreaData, WaveData, load_wave
from surveys.area_weighting import Weighed, Weighting
from surveys.arrays import Floats
from surveys.design import Design
from surveys.disclosure import judge_mean, judge_share, small_cell
from surveys.estimates import Estimated, mean, share
from surveys.figures import CONCEPT, INDICATORS, AreaWave, Figure
from surveys.intervals import korn_graubard, share_interval, t_interval
from surveys.items import Item
from surveys.weights import kish_n_eff

LEAST_ANSWERED = 0.6
"""A person has an index when three of five items are answered (method.md A9)."""


def area_wave(store: Store, wave: str, area: str, disclosure: DisclosureConfig, *, concept: str = CONCEPT,
              fpc: bool = True) -> AreaWave:
    """Read one wave and estimate one area of it as :func:`estimate_wave`; for many areas read the wave once.

    Raises :class:`~store.errors.EstimateError` for a wave the store does not have or that does not ask about
    ``concept``.
    """
    data = load_wave(store, wave, [concept])
    if data is None:
        raise EstimateError(f"the wave '{wave}' does not ask about '{concept}'", do="See the waves in the report")
    return estimate_wave(data, area, disclosure, concept=concept, fpc=fpc)


def estimate_wave(wave: WaveData, area: str, disclosure: DisclosureConfig, *, concept: str = CONCEPT,
                  fpc: bool = True) -> AreaWave:
    """Estimate every indicator of ``area``; statuses of the area alone (method.md A2-A5, A8-A10).

    An area the wave has no respondent of gets status *no survey*. Pass all areas of a report through
    :func:`surveys.area_publish.hide_companions` before anything is published.
    """
    data = wave.area(area, concept)
    figures, weighting, bounds = estimate_area(data, wave.weighed.get(area), disclosure, fpc=fpc)
    item, facts = data.items[0], wave.facts
    answered = data.answered if data.answered is not None else data.n
    return AreaWave(
        wave=wave.wave, area=area, instrument=facts["instrument"], institute=facts["institute"], mode=item.mode,
        language=facts["language"], fieldwork_from=facts["fieldwork_from"], fieldwork_to=facts["fieldwork_to"],
        item=item.id, wording=item.wording, scale=(item.min, item.max), safe_pole=item.safe_pole, safe=item.safe,
        unsafe=item.unsafe, index_items=tuple(each.id for each in data.index), population=data.population,
        invited=data.invited, answered=answered,
        response_rate=answered / data.invited if data.invited else None, respondents=data.n, weighting=weighting,
        figures=figures, dont_know_bounds=bounds, code_counts=_code_counts(data),
    )


def _code_counts(data: AreaData) -> Mapping[int, int]:
    item, values = data.items[0], data.answers[data.items[0].id].values
    return {code: int(np.count_nonzero(values == code)) for code in range(item.min, item.max + 1)}


def estimate_area(
    data: AreaData, weighed: Weighed | None, disclosure: DisclosureConfig, *, fpc: bool,
) -> tuple[Mapping[str, Figure], Weighting | None, tuple[float, float] | None]:
    """Estimate the figures of one area from its arrays: figures, how it was weighted, and the don't-know bounds."""
    if not data.n:
        return {name: _hidden(name, None, Status.NO_SURVEY, "") for name in INDICATORS}, None, None
    values = outcomes(data)
    counts = share_counts(values)
    if data.n < disclosure.min_n:
        return {name: too_few(name, *counts[name], disclosure) for name in INDICATORS}, None, None
    if weighed is None:
        return {name: _hidden(name, counts[name][1], Status.IMPRECISE, "weights") for name in INDICATORS}, None, None
    figures: dict[str, Figure] = {}
    for name, each in values.items():
        count, n = counts[name]
        if n < disclosure.min_n:
            figures[name] = too_few(name, count, n, disclosure)
        elif name == "safety_index":
            figures[name] = _mean_figure(name, weighed, each, disclosure, fpc=fpc)
        else:
            figures[name] = share_figure(name, weighed, each, disclosure, data.population, fpc=fpc)
    for name in INDICATORS:
        figures.setdefault(name, _hidden(name, None, Status.NOT_COLLECTED, "not asked"))
    flagged = {name: _flag(figures[name], weighed) for name in INDICATORS}
    return flagged, weighed.weighting, _bounds(data, weighed.design, flagged)


def outcomes(data: AreaData) -> dict[str, Floats]:
    """Return the outcome of each indicator, (n,), NaN where it has no answer; shares only where the item has cuts.

    The index of a person is the mean POMP score of the index items answered, where at least 60 % of them are.
    """
    item = data.items[0]
    given = data.answers[item.id]
    result: dict[str, Floats] = {}
    if item.safe:
        for name, codes in _parts(item).items():
            result[name] = np.where(np.isnan(given.values), np.nan, np.isin(given.values, codes).astype(float))
    result["dont_know_share"] = np.where(given.coded, given.dont_know.astype(float), np.nan)
    result["safety_index"] = person_index([(each, data.answers[each.id].values) for each in data.index])
    return result


def person_index(items: Sequence[tuple[Item, Floats]]) -> Floats:
    """Return each person's index, 0-100 with 100 safest, NaN where under 60 % of the items are answered (A9, A10)."""
    scores = np.column_stack([pomp(values, item) for item, values in items])
    answered = np.isfinite(scores).sum(axis=1)
    sums = np.nansum(scores, axis=1)
    enough = answered >= LEAST_ANSWERED * len(items) - 1e-9
    return np.where(enough & (answered > 0), sums / np.maximum(answered, 1), np.nan)


def pomp(values: Floats, item: Item) -> Floats:
    """Return percent of maximum possible, 100 at the safe pole (Cohen et al. 1999)."""
    away = values - item.min if item.safe_pole == "high" else item.max - values
    result: Floats = 100.0 * away / (item.max - item.min)
    return result


def share_counts(values: Mapping[str, Floats]) -> dict[str, tuple[int, int]]:
    """Return (count, n) of each indicator, unweighted; of the index both are its valid answers."""
    counts = {name: (int(np.nansum(each)), int(np.isfinite(each).sum())) for name, each in values.items()}
    counts["safety_index"] = (counts["safety_index"][1], counts["safety_index"][1])
    return {name: counts.get(name, (0, 0)) for name in INDICATORS}


def _parts(item: Item) -> dict[str, list[int]]:
    neither = [code for code in range(item.min, item.max + 1) if code not in {*item.safe, *item.unsafe}]
    return {"safe_share": list(item.safe), "neither_share": neither, "unsafe_share": list(item.unsafe)}


def share_figure(name: str, weighed: Weighed, values: Floats, disclosure: DisclosureConfig, population: int | None,
                 *, fpc: bool = True) -> Figure:
    """Estimate a share and decide whether it may be shown (method.md A5, A8); ``values`` are 1, 0 or NaN."""
    design = weighed.design if fpc else weighed.endless
    found = share(design, values)
    n, count = found.n, found.count or 0
    strict = korn_graubard(found.value, found.variance, n, count, found.df, nchs=True)
    verdict = judge_share(found.value, count, n, strict.n_eff, strict.high - strict.low, found.df, disclosure,
                          population)
    if not verdict.status.shown:
        return _hidden(name, n, verdict.status, verdict.reason, count)
    unweighted = population if design.sizes is not None and weighed.weighting.method == "base" else None
    interval = share_interval(found.value, found.variance, n, count, found.df, population=unweighted)
    return Figure(
        name, found.value, found.se, interval.low, interval.high, n, strict.n_eff, found.df, interval.kind, found.deff,
        _variance(design), design.sizes is not None, verdict.status, verdict.reason,
        se_endless=_se_endless(weighed, found) if found.variance else 0.0, shift=_shift(weighed, found.value, values),
        count=count,
    )


def _mean_figure(name: str, weighed: Weighed, values: Floats, disclosure: DisclosureConfig, *, fpc: bool) -> Figure:
    design = weighed.design if fpc else weighed.endless
    found = mean(design, values)
    n_eff = kish_n_eff(design.weights[np.isfinite(values)])
    verdict = judge_mean(found.n, n_eff, disclosure)
    if not verdict.status.shown:
        return _hidden(name, found.n, verdict.status, verdict.reason, found.n)
    low, high = t_interval(found.value, found.variance, found.df)
    return Figure(name, found.value, found.se, low, high, found.n, n_eff, found.df, "t", found.deff, _variance(design),
                  design.sizes is not None, verdict.status, verdict.reason, se_endless=_se_endless(weighed, found),
                  shift=_shift(weighed, found.value, values), count=found.n)


def _se_endless(weighed: Weighed, found: Estimated) -> float:
    return float(np.sqrt(max(weighed.endless.variance(found.scores)[0, 0], 0.0)))


def _shift(weighed: Weighed, value: float, values: Floats) -> float | None:
    """Return what keeping the weights in bounds did to a mean or share."""
    if weighed.unbounded is None:
        return None
    inside = np.isfinite(values)
    return value - float(np.average(values[inside], weights=weighed.unbounded[inside]))


def _variance(design: Design) -> str:
    return "weights fixed" if design.calibration is None else "calibrated"


def too_few(name: str, count: int, n: int, disclosure: DisclosureConfig) -> Figure:
    """Return a figure of fewer answers than may be shown."""
    if name == "safety_index":
        verdict = judge_mean(n, n, disclosure)
        return _hidden(name, n, verdict.status, verdict.reason, count)
    cell = small_cell(count, n, disclosure)
    return _hidden(name, n, Status.DISCLOSIVE if cell else Status.FEW, "cell" if cell else "n", count)


def _hidden(name: str, n: int | None, status: Status, reason: str, count: int | None = None) -> Figure:
    """Return a figure that keeps its n and its reason; it never becomes 0."""
    return Figure(name, None, None, None, None, n, None, None, "", None, "", False, status, reason, count=count)


def _flag(figure: Figure, weighed: Weighed) -> Figure:
    if not figure.status.shown:
        return figure
    if not weighed.guarded:
        return replace(_hidden(figure.indicator, figure.n, Status.IMPRECISE, "guard"), count=figure.count)
    if weighed.weighting.method == "none" and figure.status is Status.OK:
        return replace(figure, status=Status.FOOTNOTED, reason="unweighted")
    return figure


def _bounds(data: AreaData, design: Design, figures: Mapping[str, Figure]) -> tuple[float, float] | None:
    """Return the safe share if all *ved ikke* were unsafe, and if all were safe."""
    if not (figures["safe_share"].status.shown and figures["dont_know_share"].status.shown):
        return None
    given = data.answers[data.items[0].id]
    base = np.isfinite(given.values) | given.dont_know
    safe = np.isin(given.values, data.items[0].safe)
    low, high = (mean(design, np.where(base, flags.astype(float), np.nan)).value
                 for flags in (safe, safe | given.dont_know))
    return low, high
