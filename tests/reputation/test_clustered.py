"""How a mean over events and its error are made (method.md B3, B4, A7)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reputation.clustered import (
    change,
    cluster_mean,
    event_weights,
    standardised_mean,
    welch,
)
from store.errors import EstimateError

RNG = np.random.default_rng(7)
EVENTS = np.sort(RNG.integers(0, 40, 150))
TONES = RNG.integers(-1, 2, 150)


def test_the_mean_is_positive_minus_negative_over_all() -> None:
    mean = cluster_mean([1, 1, -1, 0], [1, 2, 3, 4])

    assert mean.value == pytest.approx((2 - 1) / 4)


def test_the_linearised_variance_is_that_of_a_regression_clustered_by_event() -> None:
    mean = cluster_mean(TONES, EVENTS)
    residuals = TONES - TONES.mean()
    groups = np.unique(EVENTS)
    meat = sum(residuals[each == EVENTS].sum() ** 2 for each in groups)

    assert mean.variance_linear == pytest.approx(len(groups) / (len(groups) - 1) * meat / 150**2)


def test_the_jackknife_is_its_definition() -> None:
    mean = cluster_mean(TONES, EVENTS)
    kept = [TONES[each != EVENTS].mean() for each in np.unique(EVENTS)]
    groups = len(kept)

    assert mean.without == pytest.approx(kept)
    assert mean.variance == pytest.approx((groups - 1) / groups * sum((each - TONES.mean()) ** 2 for each in kept))
    assert (mean.low_without, mean.high_without) == pytest.approx((min(kept), max(kept)))


def test_events_of_one_text_give_the_variance_of_a_simple_mean() -> None:
    values = RNG.normal(size=30)
    mean = cluster_mean(values, np.arange(30))

    assert mean.variance == pytest.approx(values.var(ddof=1) / 30)
    assert mean.g_eff == pytest.approx(30)


def test_g_eff_falls_when_one_event_dominates() -> None:
    assert cluster_mean([0] * 12, [0] * 10 + [1, 2]).g_eff == pytest.approx(144 / 102)


def test_event_weights_let_every_event_count_alike() -> None:
    events = [5, 5, 5, 9]

    assert event_weights(events) == pytest.approx([1 / 3, 1 / 3, 1 / 3, 1])
    assert cluster_mean([-1, -1, -1, 1], events, event_weights(events)).value == pytest.approx(0)


@pytest.mark.parametrize(("values", "events", "weights"), [([], [], None), ([1], [1], None), ([1, 0], [1, 1], None),
                                                           ([1, 0], [1, 2], [1, 0])])
def test_what_has_no_variance_is_an_error(values: list[int], events: list[int], weights: list[int] | None) -> None:
    with pytest.raises(EstimateError):
        cluster_mean(values, events, weights)


@given(st.permutations(range(40)))
def test_the_order_of_rows_changes_nothing(order: list[int]) -> None:
    values, events = TONES[:40], EVENTS[:40]
    one, other = cluster_mean(values, events), cluster_mean(values[order], events[order])

    assert other.value == pytest.approx(one.value)
    assert other.variance == pytest.approx(one.variance)


def test_a_change_of_separate_events_adds_the_variances() -> None:
    earlier, later = cluster_mean(TONES, EVENTS), cluster_mean(-TONES[:100], EVENTS[:100] + 1000)
    moved = change(earlier, later)

    assert moved.value == pytest.approx(later.value - earlier.value)
    assert moved.variance == pytest.approx(earlier.variance + later.variance)
    assert moved.shared_events == 0


def test_an_event_over_the_turn_of_the_year_is_one_unit() -> None:
    values, events = np.array([1, 1, 0, -1, 0, 1, -1, 0]), np.array([0, 1, 2, 3, 3, 4, 5, 6])
    later_year = np.array([0, 0, 0, 0, 1, 1, 1, 1])
    earlier, later = (cluster_mean(values[later_year == at], events[later_year == at]) for at in (0, 1))
    moved = change(earlier, later)
    stacked = []
    for each in np.unique(events):
        kept = events != each
        stacked.append(values[kept & (later_year == 1)].mean() - values[kept & (later_year == 0)].mean())
    jackknife = (np.array(stacked) - moved.value) ** 2

    assert moved.shared_events == 1
    assert moved.variance == pytest.approx(jackknife.sum() * 3 / 4)  # four events a year


def test_welch_lies_between_the_smaller_and_the_sum() -> None:
    assert welch(1, 10, 1, 10) == pytest.approx(20)
    assert welch(1, 10, 0, 30) == pytest.approx(10)
    assert welch(0, 4, 0, 5) == pytest.approx(9)


def test_a_change_without_spread_has_no_p() -> None:
    still = cluster_mean([0, 0, 0], [0, 1, 2])

    assert np.isnan(change(still, cluster_mean([0, 0, 0], [3, 4, 5])).p)


def test_the_baseline_mix_takes_the_place_of_the_sample_mix() -> None:
    values, classes = np.array([1.0, 1, -1, -1, -1, 0]), np.array([0, 0, 1, 1, 1, 1])
    mean = standardised_mean(values, np.arange(6), classes, {0: 0.5, 1: 0.5})

    assert mean.value == pytest.approx(0.5 * 1 + 0.5 * -0.75)


def test_the_sample_mix_itself_gives_the_plain_mean_and_less_variance() -> None:
    classes = (TONES > 0).astype(int)
    own = {0: float(np.mean(classes == 0)), 1: float(np.mean(classes == 1))}
    mean, plain = standardised_mean(TONES, EVENTS, classes, own), cluster_mean(TONES, EVENTS)

    assert mean.value == pytest.approx(plain.value)
    assert mean.variance < plain.variance_linear


def test_an_empty_class_refuses_the_mix() -> None:
    with pytest.raises(EstimateError):
        standardised_mean([1, 0], [0, 1], [0, 0], {0: 0.5, 1: 0.5})


def test_one_event_has_no_mix() -> None:
    with pytest.raises(EstimateError):
        standardised_mean([1, 0], [0, 0], [0, 0], {0: 1.0})
