"""Over many samples from a known population the intervals hold the truth at about their rate (make test-slow)."""

from __future__ import annotations

import numpy as np
import pytest

from surveys.change import change, panel_covariance
from surveys.design import Design
from surveys.estimates import mean, share
from surveys.intervals import share_interval, t_interval
from surveys.weights import Margin, base_weights, dummies, weigh

pytestmark = pytest.mark.slow

N = 1_500
RUNS = 2_000


def town(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Sex, age group and a 1–7 answer of every resident; older people are safer, and answer more often."""
    sex, age = rng.integers(0, 2, N), rng.integers(0, 3, N)
    answer = np.clip(np.round(rng.normal(4 - 0.7 * age + 0.4 * sex, 1.6)), 1, 7)
    return sex, age, answer


def sampled(rng: np.random.Generator, sex: np.ndarray, age: np.ndarray, n: int) -> tuple[np.ndarray, Design]:
    chance = np.array([0.6, 1.0, 1.6])[age]
    rows = rng.choice(N, n, replace=False, p=chance / chance.sum())
    margins = [Margin("sex", ("f", "m"), sex[rows], np.bincount(sex).astype(float)),
               Margin("age", ("y", "m", "o"), age[rows], np.bincount(age).astype(float))]
    weights = weigh(base_weights(n, N), margins)
    return rows, Design.of(weights.final, initial=weights.initial, population=N, calibration=dummies(margins, n))


def test_raked_intervals_cover_the_planted_share_and_index() -> None:
    rng = np.random.default_rng(7)
    sex, age, answer = town(rng)
    safe = (answer <= 3).astype(float)
    held = {"share": 0, "mean": 0}
    for _ in range(RUNS):
        rows, design = sampled(rng, sex, age, 250)
        found = share(design, safe[rows])
        interval = share_interval(found.value, found.variance, found.n, found.count or 0, found.df)
        held["share"] += interval.low <= safe.mean() <= interval.high
        middle = mean(design, answer[rows])
        low, high = t_interval(middle.value, middle.variance, middle.df)
        held["mean"] += low <= answer.mean() <= high
    rates = {name: count / RUNS for name, count in held.items()}
    assert 0.93 < rates["share"] < 0.985, rates
    assert 0.93 < rates["mean"] < 0.97, rates


def test_a_change_that_is_none_is_called_one_in_twenty() -> None:
    rng = np.random.default_rng(8)
    sex, age, answer = town(rng)
    called = 0
    for _ in range(RUNS):
        (one, first), (two, second) = (sampled(rng, sex, age, 250) for _ in range(2))
        a, b = mean(first, answer[one]), mean(second, answer[two])
        called += change(a.value, a.variance, b.value, b.variance).p < 0.05
    assert 0.03 < called / RUNS < 0.07, called / RUNS


def test_with_half_of_the_people_in_both_waves_a_change_that_is_none_is_called_one_in_twenty() -> None:
    """Raked weights, answers that persons keep: Tam's covariance, and what leaving it out would do."""
    rng = np.random.default_rng(9)
    sex, age, answer = town(rng)
    called = {"overlap": 0, "ignored": 0}
    for _ in range(RUNS):
        one, first = sampled(rng, sex, age, 250)
        stay = rng.choice(250, 125, replace=False)
        new = rng.choice(np.setdiff1d(np.arange(N), one), 125, replace=False)
        two = np.concatenate([one[stay], new])
        margins = [Margin("sex", ("f", "m"), sex[two], np.bincount(sex).astype(float)),
                   Margin("age", ("y", "m", "o"), age[two], np.bincount(age).astype(float))]
        weights = weigh(base_weights(250, N), margins)
        later = Design.of(weights.final, initial=weights.initial, population=N, calibration=dummies(margins, 250))
        moods = [np.clip(answer + rng.normal(0, 0.8, N), 1, 7) for _ in range(2)]
        a, b = mean(first, moods[0][one]), mean(later, moods[1][two])
        z = first.linearised(a.scores)[:, 0], later.linearised(b.scores)[:, 0]
        shared = panel_covariance(z[0][stay], z[1][:125], 250, 250, (N, N))
        called["overlap"] += change(a.value, a.variance, b.value, b.variance, shared).p < 0.05
        called["ignored"] += change(a.value, a.variance, b.value, b.variance).p < 0.05
    rates = {name: count / RUNS for name, count in called.items()}
    assert 0.03 < rates["overlap"] < 0.07, rates
    assert rates["ignored"] < 0.03, rates
