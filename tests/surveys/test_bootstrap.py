"""Resampling primary units gives the errors that the formulas give, and refuses what it can't do."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from store.errors import EstimateError
from surveys.bootstrap import bootstrap, drawn, raked, rescaled
from surveys.design import Design
from surveys.estimates import mean
from surveys.reliability import covariances, cronbach
from surveys.weights import Margin, dummies, rake


def mean_of(y: np.ndarray) -> Callable[[np.ndarray], float]:
    return lambda weights: float(weights @ y / weights.sum())


def test_the_variance_over_all_draws_is_the_formulas() -> None:
    """With 3 units a stratum every draw of two can be listed: the mean over them is exact (Rao & Wu 1988)."""
    y, strata = np.array([3.0, 7, 8, 1, 4, 10]), np.array([0, 0, 0, 1, 1, 1])
    design = Design.of(np.array([4.0] * 3 + [5.0] * 3), strata=strata, population=np.where(strata == 0, 12, 15))
    pairs = [(i, j) for i in range(3) for j in range(3)]
    squares = []
    for one in pairs:
        for other in pairs:
            counts = np.bincount([*one, *(3 + each for each in other)], minlength=6)
            squares.append((rescaled(design, counts) @ y - design.weights @ y) ** 2)
    assert np.mean(squares) == pytest.approx(design.variance(y)[0, 0])


def test_a_mean_comes_out_near_its_linearised_error_and_the_same_each_time() -> None:
    rng = np.random.default_rng(5)
    y = rng.normal(50, 10, 200)
    design = Design.of(rng.uniform(2, 6, 200), psu=np.arange(200) // 2, population=400)
    found = bootstrap(design, mean_of(y), seed=1)
    assert found.se == pytest.approx(mean(design, y).se, rel=0.1)
    assert found.variance == bootstrap(design, mean_of(y), seed=1).variance
    assert found.variance != bootstrap(design, mean_of(y), seed=2).variance


def test_every_replicate_is_raked_again_and_so_has_the_calibrated_error() -> None:
    rng = np.random.default_rng(6)
    group = rng.integers(0, 2, 150)
    y = rng.normal(40 + 20 * group, 5)
    margin = Margin("g", ("a", "b"), group, np.array([900.0, 600.0]))
    initial = np.full(150, 10.0)
    design = Design.of(rake(initial, [margin]), initial=initial, calibration=dummies([margin], 150))
    found = bootstrap(design, mean_of(y), margins=[margin], seed=3)
    assert found.se == pytest.approx(mean(design, y).se, rel=0.1)
    assert found.se < 0.6 * mean(design.weights_fixed(), y).se
    weights = raked(rescaled(design, drawn(design, np.random.default_rng(0))), [margin])
    assert np.bincount(group, weights) == pytest.approx([900, 600])
    assert 0 in weights


def test_alpha_gets_an_error_it_has_no_formula_for() -> None:
    rng = np.random.default_rng(7)
    answers = rng.normal(size=(80, 1)) + rng.normal(size=(80, 4))
    found = bootstrap(Design.of(np.ones(80)), lambda weights: cronbach(covariances(answers, weights)), seed=4)
    assert found.value == pytest.approx(cronbach(covariances(answers, None)))
    assert 0.01 < found.se < 0.1


def test_two_stages_are_drawn_as_from_endless_clusters() -> None:
    design = Design.of(np.ones(6), psu=[1, 1, 2, 2, 3, 3], population=4, ssu=range(6), ssu_population=5)
    assert list(rescaled(design, np.array([2, 0, 0]))) == [3, 3, 0, 0, 0, 0]


def test_a_certain_unit_keeps_its_weight_and_a_lonely_one_is_refused() -> None:
    certain = Design.of(np.ones(3), strata=[1, 1, 2], population=[4, 4, 1])
    assert rescaled(certain, drawn(certain, np.random.default_rng(0)))[2] == 1
    lonely = Design.of(np.ones(3), strata=[1, 1, 2])
    with pytest.raises(EstimateError, match="can't be resampled"):
        bootstrap(lonely, mean_of(np.ones(3)), seed=0)


def test_more_than_one_in_fifty_failures_give_no_result() -> None:
    group = np.array([0] * 19 + [1])
    margin = Margin("g", ("a", "b"), group, np.array([19.0, 1.0]))  # the only b is left out of every third resample
    with pytest.raises(EstimateError, match="more than 2% of the resamples"):
        bootstrap(Design.of(np.ones(20)), mean_of(np.arange(20.0)), margins=[margin], seed=0)


def test_a_handful_of_failures_is_counted() -> None:
    calls = iter(range(10_000))

    def shaky(weights: np.ndarray) -> float:
        if next(calls) in (3, 700):
            raise EstimateError("no value")
        return float(weights.sum())

    found = bootstrap(Design.of(np.ones(10)), shaky, seed=0)
    assert (found.failed, len(found.replicates)) == (2, 998)


def test_few_replicates_are_refused() -> None:
    with pytest.raises(EstimateError, match="at least 1000"):
        bootstrap(Design.of(np.ones(10)), mean_of(np.ones(10)), seed=0, replicates=999)
