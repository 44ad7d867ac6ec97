"""News and residents side by side: three numbers, never one (method.md C1)."""

from __future__ import annotations

import dataclasses
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from reputation.content import Estimate, WaveFacts
from reputation.figures import figure
from reputation.together import (
    Pairs,
    associations,
    attenuated,
    between,
    comparable_waves,
    correlation,
    fisher,
    partings,
    pooled,
    two_way_slope,
    within,
)
from store.days import Window
from store.goals import Status

WINDOWS = tuple(Window.year(year) for year in (2018, 2020, 2022))


def pairs(areas: int, years: int, seed: int = 1, slope_between: float = 1, slope_within: float = -1) -> Pairs:
    generator = np.random.default_rng(seed)
    area = np.repeat(np.arange(areas), years)
    level, wave = generator.normal(size=areas)[area], generator.normal(size=areas * years) * 0.3
    noise = generator.normal(size=areas * years) * 0.05
    return Pairs(area, level + wave, slope_between * level + slope_within * wave + noise)


def test_between_and_within_may_point_opposite_ways() -> None:
    found = pairs(15, 4)

    r_between, r_within = between(found), within(found)
    assert r_between is not None
    assert r_within is not None
    assert r_between[0] > 0.8
    assert r_within[0] < -0.8
    assert r_within[1] < r_within[0] < r_within[2]


def test_the_interval_of_fifteen_areas_is_as_wide_as_printed() -> None:
    assert fisher(0.5, 12) == pytest.approx((-0.02, 0.81), abs=0.01)
    assert fisher(1.0, 12) == (1.0, 1.0)


def test_repeated_measures_follow_their_definition() -> None:
    found = pairs(6, 5, seed=3, slope_within=0.5)
    dummies = (found.area[:, None] == np.arange(6)).astype(float)
    full = np.column_stack([dummies, found.tone])
    coefficients, rss, *_ = np.linalg.lstsq(full, found.safe, rcond=None)
    _, without, *_ = np.linalg.lstsq(dummies, found.safe, rcond=None)
    by_hand = np.sign(coefficients[-1]) * np.sqrt((without[0] - rss[0]) / without[0])

    r = within(found)
    assert r is not None
    assert r[0] == pytest.approx(by_hand)


def test_pooled_draws_whole_areas() -> None:
    found = pooled(pairs(15, 4), seed=5)

    assert found is not None
    assert found[1] < found[0] < found[2]
    assert found == pooled(pairs(15, 4), seed=5)


def test_few_areas_say_nothing() -> None:
    few = pairs(4, 3)

    assert between(few) is within(few) is pooled(few, 1) is None
    assert within(pairs(8, 1)) is None
    still = Pairs(np.repeat(np.arange(6), 2), np.zeros(12), np.arange(12.0))
    assert between(still) is within(still) is pooled(still, 1) is None
    assert correlation(np.zeros(3), np.arange(3.0)) is None


def wave(id: str, *comparable: str) -> WaveFacts:
    return WaveFacts(id, "i", "i", ("web",), "da", "", "", "q", "w", "1–5", "1 2 | 3 | 4 5", comparable, "")


def test_only_waves_comparable_with_the_first_are_paired() -> None:
    assert comparable_waves((wave("a"), wave("b", "a"), wave("c"))) == {"a", "b"}
    assert comparable_waves(()) == frozenset()


def estimates(correction: str) -> list[Estimate]:
    generator = np.random.default_rng(2)
    result = []
    for area in "abcdef":
        for at, window in enumerate(WINDOWS):
            tone, safe = generator.normal(size=2) * 0.1
            result.append(figure("net_tone", area, window, Status.OK, value=float(tone), correction=correction))
            result.append(figure("safe_share", area, window, Status.OK, wave="w1" if at < 2 else "w2",
                                 value=float(safe)))
    return result


@pytest.mark.parametrize(("correction", "status"), [("uncorrected", "footnoted"), ("dsl n=20 alpha=0.80", "ok")])
def test_shown_figures_of_the_same_year_are_paired(correction: str, status: str) -> None:
    found = associations(estimates(correction), list("abcdef"), (wave("w1"), wave("w2")), WINDOWS, seed=1)

    assert [each.kind for each in found] == ["between", "within", "pooled", "slope", "attenuated"]
    assert {(each.n, each.areas, each.status) for each in found[:4]} == {(12, 6, status)}


@pytest.mark.parametrize(("bridge", "n"), [("equivalent: a; break +4.0 (SE 1.5): b", 12), ("equivalent: notat", 18)])
def test_a_wave_over_an_estimated_break_is_not_paired(bridge: str, n: int) -> None:
    found = [replace(each, wave="w2") if each.wave and each.first == WINDOWS[-1].first.isoformat() else each
             for each in estimates("uncorrected")]
    found.append(figure("safe_share.change", "a", WINDOWS[-1], Status.OK, wave="w2", value=0.1,
                        details={"bridge": bridge}))
    pooled_ = associations(found, list("abcdef"), (wave("w1"), wave("w2", "w1")), WINDOWS, seed=1)[2]
    assert pooled_.n == n


def test_without_surveys_there_is_nothing_to_set_beside() -> None:
    found = associations(estimates("uncorrected"), list("abcdef"), (), WINDOWS, seed=1)

    assert {(each.n, each.r, each.status) for each in found} == {(0, None, "few")}


def yearly(areas: int = 8, years: int = 4, seed: int = 1) -> Pairs:
    found = pairs(areas, years, seed)
    size = areas * years
    return Pairs(found.area, found.tone, found.safe, np.tile(np.arange(years), areas), np.full(size, 0.1),
                 np.full(size, 0.1))


def test_the_two_way_slope_has_cr1_errors_and_areas_less_one_df() -> None:
    found = yearly()
    assert found.year is not None
    X = np.column_stack([found.tone, found.area[:, None] == np.arange(8), found.year[:, None] == np.arange(1, 4)])
    b = np.linalg.lstsq(X.astype(float), found.safe, rcond=None)[0]
    e = found.safe - X @ b
    bread = np.linalg.inv(X.T.astype(float) @ X)
    meat = sum(np.outer(X[here].T @ e[here], X[here].T @ e[here]) for here in (found.area == g for g in range(8)))
    n, k = X.shape
    variance = (bread @ meat @ bread)[0, 0] * 8 / 7 * (n - 1) / (n - k)

    slope = two_way_slope(found)

    assert slope is not None
    assert slope.value == pytest.approx(b[0])
    assert (slope.high - slope.value) == pytest.approx(stats.t.ppf(0.975, 7) * np.sqrt(variance))
    assert slope.df == 7


def test_a_slope_needs_areas_waves_and_something_left() -> None:
    assert two_way_slope(pairs(8, 4)) is None  # the years are not known
    assert two_way_slope(yearly(4)) is None
    assert two_way_slope(yearly(8, 1)) is None
    still = yearly()
    assert two_way_slope(dataclasses.replace(still, tone=np.repeat(np.arange(8.0), 4))) is None


def test_errors_draw_a_correlation_towards_nought_and_the_sensitivity_undoes_it() -> None:
    found = yearly(15)
    r, without = between(found), attenuated(found)
    means = np.array([found.tone[found.area == each].mean() for each in range(15)])
    other = np.array([found.safe[found.area == each].mean() for each in range(15)])
    reliable = [1 - 0.01 / 4 / np.var(each, ddof=1) for each in (means, other)]

    assert r is not None
    assert without is not None
    assert without[0] == pytest.approx(r[0] / np.sqrt(reliable[0] * reliable[1]))
    assert without[1:] == (None, None)
    assert attenuated(dataclasses.replace(found, tone_se=np.full(60, 50.0))) is None
    assert attenuated(pairs(15, 4)) is None


def changed(indicator: str, value: float | None, p: float | None, *, correction: str = "dsl n=20 alpha=0.80",
            since: str = "2018", status: Status = Status.OK, area: str = "a") -> Estimate:
    survey = indicator.startswith("safe")
    return figure(indicator, area, Window.year(2022), status, wave="w2" if survey else "", value=value, se=0.1,
                  correction="" if survey else correction,
                  details={"since": since, "first_wave": "w1" if survey else None, "p_adjusted": p})


def fielded(id: str, year: int, *comparable: str) -> WaveFacts:
    return dataclasses.replace(wave(id, *comparable), fieldwork_from=f"{year}-03-01", fieldwork_to=f"{year}-05-01")


FIELDED = (fielded("w1", 2018), fielded("w2", 2022, "w1"))


@pytest.mark.parametrize(("tone", "safe", "finding", "status"), [
    (changed("net_tone.change", 0.3, 0.01), changed("safe_share.change", -0.1, 0.01), "opposite", "ok"),
    (changed("net_tone.change", 0.3, 0.01), changed("safe_share.change", 0.1, 0.01), "together", "ok"),
    (changed("net_tone.change", 0.3, 0.01), changed("safe_share.change", -0.1, 0.4), "news only", "ok"),
    (changed("net_tone.change", 0.3, 0.4), changed("safe_share.change", -0.1, 0.01), "residents only", "ok"),
    (changed("net_tone.change", 0.3, 0.4), changed("safe_share.change", -0.1, 0.4), "neither", "ok"),
    (changed("net_tone.change", 0.3, None, correction="uncorrected", status=Status.FOOTNOTED),
     changed("safe_share.change", -0.1, 0.01), "", "footnoted"),
    (changed("net_tone.change", 0.3, 0.01, since="2020"), changed("safe_share.change", -0.1, 0.01), "", "no baseline"),
    (changed("net_tone.change", None, None, status=Status.FEW), changed("safe_share.change", 0, 0.4), "", "few"),
    (changed("net_tone.change", 0.3, 0.01), changed("safe_share.change", 0, 0.4, area="b"), "", "no survey"),
    (changed("net_tone.change", 0.3, 0.01, area="b"), changed("safe_share.change", 0, 0.4), "", "not collected"),
])
def test_where_news_and_residents_part_is_said(tone: Estimate, safe: Estimate, finding: str, status: str) -> None:
    (found,) = partings([tone, safe], ["a"], FIELDED, WINDOWS)

    assert (found.finding, found.status) == (finding, status)


def test_with_one_wave_nothing_has_parted() -> None:
    assert partings([], ["a"], FIELDED[:1], WINDOWS) == []
    assert partings([], ["a"], (), WINDOWS) == []
