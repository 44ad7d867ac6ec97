"""Whether the reader errs alike over areas, outlets and years: laws of the test."""

import numpy as np
import pytest

from nlp.differences import FLIPS, LEAST_OF_GROUP, GroupError, difference


def compared(groups: list[str], errors: list[float], events: list[int] | None = None, weights: float = 1.0):
    size = len(groups)
    return difference("area", groups, np.array(errors, float), np.full(size, weights),
                      events if events is not None else list(range(size)), seed=1)


TWO = ["a"] * 40 + ["b"] * 40


def test_equal_error_is_no_difference_and_a_plain_one_is() -> None:
    same = compared(TWO, ([1.0] + [0.0] * 3) * 20)
    assert same.p is not None
    assert same.p > 0.9
    other = compared(TWO, [1.0] * 30 + [0.0] * 10 + [1.0] * 4 + [0.0] * 36)
    assert other.p is not None
    assert other.p < 0.01
    assert [(each.group, each.n, each.wrong) for each in other.groups] == [("a", 40, 0.75), ("b", 40, 0.1)]


def test_a_group_without_any_error_does_no_harm() -> None:
    found = compared(TWO, [1.0] * 20 + [0.0] * 60)
    assert found.p == pytest.approx(1 / (1 + FLIPS), abs=0.005)


def test_one_happening_told_forty_times_is_one_piece_of_evidence() -> None:
    errors = [1.0] * 20 + [0.0] * 20 + [0.0] * 40
    alone = compared(TWO, errors)
    together = compared(TWO, errors, [0] * 20 + list(range(1, 21)) + list(range(21, 61)))
    assert alone.p is not None
    assert together.p is not None
    assert alone.p < 0.01 < 0.2 < together.p


def test_small_groups_are_left_out_and_counted_and_one_group_is_not_compared() -> None:
    found = compared(["a"] * 20 + ["b"] * (LEAST_OF_GROUP - 1), [0.0] * (19 + LEAST_OF_GROUP))
    assert (found.p, found.left_out) == (None, LEAST_OF_GROUP - 1)
    assert found.groups == (GroupError("a", 20, 0.0, 0.0),)


def test_without_any_error_nothing_differs() -> None:
    assert compared(TWO, [0.0] * 80).p == 1.0


def test_bias_keeps_its_direction_and_weights_count() -> None:
    found = difference("year", ["2018"] * 20, np.array([2.0] * 10 + [0.0] * 10), np.array([1.0] * 10 + [3.0] * 10),
                       range(20), seed=1)
    assert found.groups == (GroupError("2018", 20, 0.25, 0.5),)


def test_the_order_of_texts_and_the_scale_of_weights_change_nothing() -> None:
    errors = [1.0] * 18 + [0.0] * 22 + [1.0] * 8 + [0.0] * 32
    one = compared(TWO, errors)
    assert compared(TWO, errors, weights=7.0) == one


def test_where_there_is_no_difference_it_is_seldom_called_one() -> None:
    random = np.random.default_rng(5)
    events = [number // 2 for number in range(80)]
    found = []
    for _ in range(200):
        errors = np.repeat(random.random(40) < 0.3, 2).astype(float)  # both texts of an event err together
        found.append(compared(TWO, errors.tolist(), events).p)
    assert np.mean(np.array(found) < 0.05) < 0.10
