"""The published examples of the method come out to their printed digits."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest

from surveys.change import benjamini_hochberg, newcombe
from surveys.design import Design
from surveys.estimates import mean, total
from surveys.intervals import korn_graubard, wilson
from surveys.weights import Margin, rake


def test_mu284_two_stage_total() -> None:
    """Särndal, Swensson & Wretman 1992, p. 143."""
    y = np.array([[41, 49, 49], [49, 49, 45], [31, 31, 35], [39, 41, 61], [49, 51, 33]], dtype=float)
    sizes = np.repeat([5, 8, 5, 9, 7], 3)
    design = Design.of(50 / 5 * sizes / 3, psu=np.repeat(np.arange(5), 3), population=50, ssu=np.arange(15),
                       ssu_population=sizes)
    estimate = total(design, y.ravel())
    assert estimate.value == pytest.approx(15080, abs=0.5)
    assert estimate.se == pytest.approx(2274.254, abs=1e-3)  # printed cut, not rounded


@pytest.mark.parametrize(("population", "se"), [(None, 0.7412683), ((15, 12), 0.6160407)])
def test_stata_fpc(population: tuple[int, int] | None, se: float) -> None:
    """Stata [SVY] fpc: two strata, with and without finite population correction."""
    strata = np.array([1] * 5 + [2] * 3)
    design = Design.of(np.where(strata == 1, 3.0, 4.0), strata=strata,
                       population=None if population is None else np.where(strata == 1, *population))
    estimate = mean(design, [2.8, 4.1, 6.8, 6.8, 9.2, 3.7, 6.6, 4.2])
    assert estimate.value == pytest.approx(5.448148, abs=5e-7)
    assert estimate.se == pytest.approx(se, abs=5e-8)
    assert estimate.df == 6


def test_kalton_and_flores_cervantes_raking_factors() -> None:
    """Journal of Official Statistics 19:81, 2003, table of raking."""
    sample = np.array([[20, 40, 40], [50, 140, 310], [100, 50, 50], [30, 100, 70]])
    population = np.array([[80, 40, 55], [60, 150, 340], [170, 60, 200], [55, 165, 125]], dtype=float)
    row, column = (each.repeat(sample.ravel()) for each in np.indices((4, 3)).reshape(2, -1))
    margins = [Margin("row", tuple("abcd"), row, population.sum(axis=1)),
               Margin("column", tuple("xyz"), column, population.sum(axis=0))]
    weights = rake(np.ones(len(row)), margins)
    factors = [[weights[(row == i) & (column == j)][0] for j in range(3)] for i in range(4)]
    printed = [[1.81, 1.45, 2.02], [1.08, 0.87, 1.21], [2.20, 1.76, 2.45], [1.83, 1.47, 2.04]]
    assert np.allclose(factors, printed, atol=0.005)


@pytest.mark.parametrize(("count", "n", "low", "high"), [(81, 263, 0.2553, 0.3662), (0, 20, 0, 0.1611)])
def test_newcombe_wilson(count: int, n: int, low: float, high: float) -> None:
    assert wilson(count / n, n) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


def test_newcombe_difference() -> None:
    p1, p2 = 56 / 70, 48 / 80
    assert newcombe(p1, *wilson(p1, 70), p2, *wilson(p2, 80)) == (
        pytest.approx(0.0524, abs=5e-5), pytest.approx(0.3339, abs=5e-5))


def test_benjamini_and_hochberg_1995() -> None:
    p = [.0001, .0004, .0019, .0095, .0201, .0278, .0298, .0344, .0459, .3240, .4262, .5719, .6528, .7590, 1]
    adjusted = [each for each in benjamini_hochberg(p) if each is not None]
    assert sum(each <= 0.05 for each in adjusted) == 4
    assert sum(each * 15 <= 0.05 for each in p) == 3


def test_svyciprop_beta_from_the_published_share_and_its_error() -> None:
    """R ?svyciprop, dclus1, ell == 0: 4 of 183 in 15 clusters; V is recovered from the xlogit limits."""
    p, df, n = 4 / 183, 14, 183
    low, high = (np.log(each / (1 - each)) for each in (0.0023, 0.1777))
    se = (high - low) / 2 / 2.1447867 * p * (1 - p)
    interval = korn_graubard(p, se**2, n, 4, df)
    assert p == pytest.approx(0.0219, abs=5e-5)
    assert interval.low == pytest.approx(0.00022, abs=3e-5)
    assert interval.high == pytest.approx(0.13751, abs=2e-3)
    assert sqrt(se**2) == pytest.approx(0.0226, abs=1e-3)
