"""Weights reproduce what is known of the population, or say why they can't."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.errors import EstimateError
from surveys.weights import (
    Margin,
    base_weights,
    calibrate_bounded,
    collapse,
    dummies,
    kish_deff,
    kish_n_eff,
    margin_error,
    rake,
    targets,
    trim,
    weigh,
)


def margin(name: str, codes: list[int], totals: list[float]) -> Margin:
    return Margin(name, tuple("abcdefgh"[: len(totals)]), np.array(codes), np.array(totals, dtype=float))


@st.composite
def samples(draw: st.DrawFn) -> tuple[np.ndarray, list[Margin]]:
    """Two crossed variables, every cell with respondents, and the margins of some population."""
    rows, columns = draw(st.integers(2, 3)), draw(st.integers(2, 4))
    counts = np.array(draw(st.lists(st.integers(1, 6), min_size=rows * columns, max_size=rows * columns)))
    people = np.array(draw(st.lists(st.integers(20, 200), min_size=rows * columns, max_size=rows * columns)),
                      dtype=float).reshape(rows, columns)
    row, column = (each.repeat(counts) for each in np.indices((rows, columns)).reshape(2, -1))
    margins = [Margin("r", tuple("abc"[:rows]), row, people.sum(axis=1)),
               Margin("c", tuple("abcd"[:columns]), column, people.sum(axis=0))]
    return np.full(len(row), people.sum() / len(row)), margins


@given(samples())
@settings(max_examples=40, deadline=None)
def test_raked_weights_reproduce_every_margin(sample: tuple[np.ndarray, list[Margin]]) -> None:
    initial, margins = sample
    weights = rake(initial, margins)
    assert margin_error(weights, margins) < 1e-10
    assert np.all(weights > 0)


@given(samples(), st.randoms(use_true_random=False))
@settings(max_examples=25, deadline=None)
def test_the_order_of_rows_changes_no_weight(sample: tuple[np.ndarray, list[Margin]], random) -> None:
    initial, margins = sample
    order = list(range(len(initial)))
    random.shuffle(order)
    shuffled = [Margin(each.name, each.levels, each.codes[order], each.totals) for each in margins]
    assert np.allclose(rake(initial, margins)[order], rake(initial[order], shuffled), rtol=1e-8)


@given(samples(), st.floats(0.01, 100))
@settings(max_examples=25, deadline=None)
def test_rescaled_initial_weights_change_no_raked_weight(sample: tuple[np.ndarray, list[Margin]], by: float) -> None:
    initial, margins = sample
    assert np.allclose(rake(initial, margins), rake(by * initial, margins), rtol=1e-7)


@given(samples())
@settings(max_examples=40, deadline=None)
def test_final_weights_stay_within_their_bounds(sample: tuple[np.ndarray, list[Margin]]) -> None:
    initial, margins = sample
    try:
        weights = weigh(initial, margins)
    except EstimateError:
        return
    g = weights.final / weights.initial
    assert np.all(g >= 0.3 - 1e-9)
    assert np.all(g <= 3 + 1e-9)
    assert weights.final.sum() == pytest.approx(initial.sum())
    if weights.method != "trimmed":
        assert weights.margin_error < 1e-8


def test_one_margin_is_post_stratification() -> None:
    sex = margin("sex", [0, 0, 0, 1], [50, 50])
    weights = weigh(base_weights(4, 100), [sex])
    assert weights.method == "post-stratified"
    assert np.allclose(weights.final, [50 / 3, 50 / 3, 50 / 3, 50])


def test_bounded_calibration_holds_margins_and_bounds_where_raking_leaves_them() -> None:
    codes = [0] * 45 + [1] * 5
    other = [0, 1] * 25
    margins = [margin("a", codes, [60, 40]), margin("b", other, [55, 45])]
    initial = base_weights(50, 100)
    assert np.max(rake(initial, margins) / initial) > 3
    assert calibrate_bounded(initial, dummies(margins, 50), targets(margins), (0.3, 3)) is None  # needs g = 4
    wide = calibrate_bounded(initial, dummies(margins, 50), targets(margins), (0.3, 4.5))
    assert wide is not None
    assert np.allclose(dummies(margins, 50).T @ wide, targets(margins))
    assert np.max(wide / initial) <= 4.5
    trimmed = weigh(initial, margins)
    assert trimmed.method == "trimmed"
    assert trimmed.trimmed == 5
    assert trimmed.margin_error > 0.1
    assert trimmed.final.sum() == pytest.approx(100)


def test_bounded_replaces_raking_where_it_can() -> None:
    rng = np.random.default_rng(3)
    a = np.repeat([0, 1], [80, 20])
    b = np.where(rng.random(100) < np.where(a == 1, 0.15, 0.8), 0, 1)
    share = np.array([[0.62, 0.03], [0.2, 0.15]])
    for step in np.linspace(0, 1, 21):
        people = 1000 * ((1 - step) * np.array([[.64, .16], [.03, .17]]) + step * share)
        margins = [margin("a", list(a), list(people.sum(axis=1))), margin("b", list(b), list(people.sum(axis=0)))]
        weights = weigh(base_weights(100, 1000), margins)
        if weights.method == "bounded":
            assert weights.margin_error < 1e-8
            return
    pytest.skip("no step needed bounds")


def test_small_levels_are_merged_into_their_neighbour_in_order_and_recorded() -> None:
    age = margin("age", [0] * 25 + [1] * 3 + [2] * 30 + [3] * 4, [10, 20, 30, 40])
    merged, merges = collapse(age)
    assert merges == (("b", "c"), ("d", "b+c"))
    assert merged.levels == ("a", "b+c+d")
    assert list(merged.totals) == [10, 90]
    assert list(merged.counts) == [25, 37]


def test_a_margin_of_too_few_ends_in_one_level() -> None:
    merged, merges = collapse(margin("sex", [0] * 5 + [1] * 6, [50, 50]))
    assert merged.levels == ("a+b",)
    assert len(merges) == 1


@pytest.mark.parametrize(("initial", "margins", "says"), [
    ([1.0, 1.0], [margin("sex", [0, 0], [5, 5])], "nobody answered in sex 'b', which has 5"),
    ([1.0, 1.0], [margin("sex", [0, 1], [5, 0])], "1 respondents in sex 'b', which has no residents"),
    ([1.0, 1.0], [margin("sex", [0, 1], [5, 5]), margin("age", [0, 1], [5, 6])], "sums to 11 and 'sex' to 10"),
    ([1.0, 1.0], [margin("sex", [0, 1], [5, float("nan")])], "missing or negative"),
    ([1.0, 0.0], [margin("sex", [0, 1], [5, 5])], "not over 0"),
    ([], [], "no respondent"),
])
def test_raking_refuses(initial: list[float], margins: list[Margin], says: str) -> None:
    with pytest.raises(EstimateError, match=says):
        rake(np.array(initial), margins)


def test_margins_that_contradict_each_other_do_not_converge() -> None:
    same = [0, 0, 1, 1]
    with pytest.raises(EstimateError, match="does not converge"):
        rake(np.ones(4), [margin("a", same, [5, 5]), margin("b", same, [2, 8])])


@pytest.mark.parametrize(("n", "population", "says"), [
    (0, 10, "no respondent"), (3, None, "missing or zero"), (3, 0, "missing or zero"), (3, 2, "3 respondents of 2")])
def test_base_weights_refuse(n: int, population: float | None, says: str) -> None:
    with pytest.raises(EstimateError, match=says):
        base_weights(n, population)


def test_trimming_keeps_the_sum_and_spreads_the_excess_in_equal_amounts() -> None:
    weights, clipped = trim(np.array([1.0, 1.0, 2.0, 10.0]), 0.5, 4.0)
    assert np.allclose(weights, [3, 3, 4, 4])
    assert clipped == 1


def test_trimming_that_can_not_end_is_refused() -> None:
    with pytest.raises(EstimateError, match="between their bounds"):
        trim(np.array([1.0, 9.0]), 2.0, 3.0)


def test_kish() -> None:
    assert kish_deff(np.ones(7)) == pytest.approx(1)
    assert kish_n_eff(np.array([1.0, 3.0])) == pytest.approx(16 / 10)
    assert kish_deff(np.array([1.0, 3.0])) == pytest.approx(2 * 10 / 16)
