"""Small areas lean on each other as Fay and Herriot have it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.errors import EstimateError
from surveys.small_areas import fay_herriot, smoothed_variances

# Household spending on milk in 43 areas of the United States, 1989, after Arora & Lahiri 1997: estimate, standard
# error, and in which of four regions (Bureau of Labor Statistics; the data of R sae's `milk`).
MILK = {
    1: [(1.099, .163), (1.075, .080), (1.105, .083), (.628, .109), (.753, .119), (.981, .141), (1.257, .202)],
    2: [(1.095, .127), (1.405, .168), (1.356, .178), (.615, .100), (1.460, .201), (1.338, .148), (.854, .143)],
    3: [(1.176, .149), (1.111, .145), (1.257, .135), (1.430, .172), (1.278, .137), (1.292, .163), (1.002, .125),
        (1.183, .247), (1.044, .140), (1.267, .171), (1.193, .106)],
    4: [(.791, .121), (.795, .121), (.759, .259), (.796, .106), (.565, .089), (.886, .225), (.952, .205), (.807, .119),
        (.582, .067), (.684, .106), (.787, .126), (.440, .092), (.759, .132), (.770, .100), (.800, .113), (.756, .083),
        (.865, .121), (.640, .129)],
}
Y, SE = (np.array([each[place] for rows in MILK.values() for each in rows]) for place in (0, 1))
REGION = np.repeat(list(MILK), [len(each) for each in MILK.values()])
REGIONS = np.column_stack([np.ones(43), *(each == REGION for each in (2, 3, 4))]).astype(float)


def test_molina_and_marhuenda_2015() -> None:
    """R Journal 7:81, eblupFH on the milk data, REML, region as factor."""
    found = fay_herriot(Y, SE**2, REGIONS, method="reml")
    assert found.between == pytest.approx(0.01855, abs=5e-6)
    assert found.values[:3] == pytest.approx([1.0220, 1.0476, 1.0680], abs=5e-5)


def test_areas_that_do_not_differ_are_given_a_variance_by_adjusted_likelihood_only() -> None:
    y = 0.7 + 0.01 * np.array([-1, 1, 0, 0.5, -0.5, 0.2, -0.2, 0.9, -0.9, 0.1, -0.1, 0.3, -0.3, 0.6, -0.6])
    D = np.full(15, 0.002)
    assert fay_herriot(y, D, method="reml").between == 0
    adjusted = fay_herriot(y, D)
    assert adjusted.between > 0
    assert np.all((adjusted.gamma > 0) & (adjusted.gamma < 0.5))


def test_adjusted_likelihood_takes_the_maximum_of_its_function() -> None:
    """With equal variances the maximum of log s² - m/2 log V - S/(2V) solves a quadratic: Li & Lahiri 2010."""
    D, m, S = 0.004, 15, float(np.sum((np.linspace(0.5, 0.8, 15) - 0.65) ** 2))
    V = np.max(np.roots([2 - m, m * D + S, -D * S]).real)
    found = fay_herriot(np.linspace(0.5, 0.8, 15), np.full(15, D))
    assert found.between == pytest.approx(V - D, rel=1e-5)


@given(st.lists(st.floats(0.2, 0.9), min_size=5, max_size=15), st.floats(0.0005, 0.02))
@settings(max_examples=30, deadline=None)
def test_a_prediction_lies_between_the_estimate_and_the_mean(y: list[float], D: float) -> None:
    found = fay_herriot(y, np.full(len(y), D))
    low, high = np.minimum(y, found.beta[0]), np.maximum(y, found.beta[0])
    assert np.all((found.values >= low - 1e-9) & (found.values <= high + 1e-9))
    assert np.all(found.mse > 0)


def test_predictions_are_moved_alike_to_the_total_of_the_direct_estimates() -> None:
    shares = np.arange(1.0, 44)
    found, free = fay_herriot(Y, SE**2, REGIONS, shares=shares), fay_herriot(Y, SE**2, REGIONS)
    assert found.values @ shares == pytest.approx(Y @ shares)
    assert np.ptp(found.values - free.values) == pytest.approx(0, abs=1e-12)


def test_the_order_of_areas_is_irrelevant() -> None:
    turned = fay_herriot(Y[::-1], SE[::-1] ** 2, REGIONS[::-1])
    assert turned.values[::-1] == pytest.approx(fay_herriot(Y, SE**2, REGIONS).values)


def test_variances_are_pooled_before_they_are_used() -> None:
    assert smoothed_variances([0.01, 0.002], [25, 100]) == pytest.approx([0.21 / 25, 0.21 / 100])


@pytest.mark.parametrize(("y", "D"), [
    ([0.5, 0.6, 0.7], [0.01] * 3), ([0.5] * 5, [0.01] * 4 + [0.0]), ([0.5] * 4 + [np.nan], [0.01] * 5)])
def test_too_few_areas_and_areas_without_a_variance_are_refused(y: list[float], D: list[float]) -> None:
    with pytest.raises(EstimateError):
        fay_herriot(y, D)
