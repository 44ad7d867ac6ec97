"""Whether one event makes a figure, and the bootstrap that checks the jackknife (method.md B3)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reputation import leaveout
from reputation.clustered import cluster_mean
from reputation.leaveout import driven_by_one_event, event_bootstrap
from surveys.intervals import t_interval

RNG = np.random.default_rng(3)


def by_hand(values: np.ndarray, events: np.ndarray) -> bool:
    """Leave each event out of the data themselves and estimate anew."""
    def side(y: np.ndarray, g: np.ndarray) -> tuple[float, int]:
        mean = cluster_mean(y, g)
        low, high = t_interval(mean.value, mean.variance, max(mean.g_eff - 1, 1.0))
        return mean.value, -1 if high < 0 else 1 if low > 0 else 0

    whole = side(values, events)
    rest = [side(values[events != each], events[events != each]) for each in np.unique(events)]
    return any(value * whole[0] < 0 or where != whole[1] for value, where in rest)


@pytest.mark.parametrize(("values", "events", "driven"), [
    ([-1] * 6 + [1, 1, 1, 0], [0] * 6 + [1, 2, 3, 4], True),     # the sign turns
    ([-1] * 6 + [-1, -1, 0, -1, 0], [0] * 6 + [1, 2, 3, 4, 5], False),
    ([-1] * 9 + [0] * 8, list(range(17)), False),
    ([-1, 1], [0, 1], False),
])
def test_a_figure_that_one_event_turns_is_flagged(values: list[int], events: list[int], driven: bool) -> None:
    assert driven_by_one_event(values, events) is driven


def test_an_interval_that_one_event_keeps_off_nought_is_flagged_though_the_sign_stays() -> None:
    values = np.array([-1] * 4 + [0] * 13 + [-1] * 4)
    events = np.array([*range(17), 17, 17, 17, 17])
    mean = cluster_mean(values, events)

    assert np.all(mean.without < 0)
    assert driven_by_one_event(values, events) == by_hand(values, events)


@given(st.integers(0, 10_000))
def test_leaving_out_is_what_estimating_anew_without_the_event_is(seed: int) -> None:
    generator = np.random.default_rng(seed)
    events = np.concatenate([np.arange(8), generator.integers(0, 8, 12)])
    values = generator.choice([-1, 0, 0, 1], events.size) + generator.normal(0, 0.01, events.size)

    assert driven_by_one_event(values, events) == by_hand(values, events)


def test_many_events_are_left_out_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    values, events = RNG.choice([-1, 0, 1], 90), np.arange(90) // 2
    whole = driven_by_one_event(values, events)
    monkeypatch.setattr(leaveout, "BLOCK", 7)

    assert driven_by_one_event(values, events) == whole


def test_hand_codes_fewer_than_events_widen_the_interval() -> None:
    values, events = np.array([-1] * 5 + [0] * 15), np.arange(20)

    assert not driven_by_one_event(values, events, coded=2)  # nothing is off nought any more


def test_drawing_events_anew_gives_about_the_jackknife_error() -> None:
    values, events = RNG.choice([-1, 0, 1], 300), RNG.integers(0, 120, 300)

    assert event_bootstrap(values, events, seed=1) == pytest.approx(cluster_mean(values, events).se, rel=0.1)
    assert event_bootstrap(values, events, seed=1) == event_bootstrap(values, events, seed=1)
