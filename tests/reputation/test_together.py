"""News and residents side by side: three numbers, never one (method.md C1)."""

from __future__ import annotations

import numpy as np
import pytest

from reputation.content import Estimate, WaveFacts
from reputation.figures import figure
from reputation.together import Pairs, associations, between, comparable_waves, correlation, fisher, pooled, within
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

    assert [each.kind for each in found] == ["between", "within", "pooled"]
    assert {(each.n, each.areas, each.status) for each in found} == {(12, 6, status)}


def test_without_surveys_there_is_nothing_to_set_beside() -> None:
    found = associations(estimates("uncorrected"), list("abcdef"), (), WINDOWS, seed=1)

    assert {(each.n, each.r, each.status) for each in found} == {(0, None, "few")}
