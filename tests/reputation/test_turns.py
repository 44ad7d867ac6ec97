"""Where a series turns, and days of record, against published examples (method.md B7, E)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reputation.turns import cusum, interruption, turns

# Annual flow of the Nile at Aswan, 1871-1970 (base R, ``Nile``)
NILE = [
    1120, 1160, 963, 1210, 1160, 1160, 813, 1230, 1370, 1140, 995, 935, 1110, 994, 1020, 960, 1180, 799, 958, 1140,
    1100, 1210, 1150, 1250, 1260, 1220, 1030, 1100, 774, 840, 874, 694, 940, 833, 701, 916, 692, 1020, 1050, 969,
    831, 726, 456, 824, 702, 1120, 1100, 832, 764, 821, 768, 845, 864, 862, 698, 845, 744, 796, 1040, 759,
    781, 865, 845, 944, 984, 897, 822, 1010, 771, 676, 649, 846, 812, 742, 801, 1040, 860, 874, 848, 890,
    744, 749, 838, 1050, 918, 986, 797, 923, 975, 815, 1020, 906, 901, 1170, 912, 746, 919, 718, 714, 740,
]


def test_the_nile_turns_once_after_1898() -> None:
    assert turns(NILE, 15) == (28,)  # 1871 + 28 = 1899 is the first year of the right segment


def test_the_nile_is_not_one_level() -> None:
    found = cusum(NILE)

    assert round(found.statistic, 2) == 2.95
    assert f"{found.p:.1e}" == "5.4e-08"


def test_a_level_turns_nowhere_and_a_short_series_is_not_searched() -> None:
    assert turns([0.2] * 30, 4) == ()
    assert turns([0, 1, 0, 1, 1, 0], 4) == ()
    assert cusum([0.2] * 30).p == 1


@given(st.integers(4, 16), st.floats(0.5, 2))
def test_a_step_is_found_where_it_is(at: int, height: float) -> None:
    noise = np.sin(np.arange(20) * 2.4) * 0.02

    assert turns(noise + height * (np.arange(20) >= at), 4) == (at,)


def test_a_step_in_level_and_slope_is_told_apart() -> None:
    t = np.arange(36.0)
    y = 0.1 + 0.01 * t - 0.3 * (t >= 20) + 0.02 * np.maximum(0, t - 20) + np.sin(t * 2.4) * 1e-6
    found = interruption(y, t, 20, lags=3)

    assert found is not None
    assert (found.level, found.slope) == pytest.approx((-0.3, 0.02), abs=1e-4)
    assert (found.n, found.before, found.after, found.method) == (36, 20, 16, "newey-west, L=3")


def test_the_errors_are_newey_wests_with_the_small_sample_factor() -> None:
    generator = np.random.default_rng(5)
    t = np.arange(30.0)
    y = generator.normal(size=30)
    X = np.column_stack([np.ones(30), t - 15, t >= 15, np.maximum(0, t - 15)])
    e = y - X @ np.linalg.lstsq(X, y, rcond=None)[0]
    z = X * e[:, None]
    meat = z.T @ z
    for lag in (1, 2, 3):
        cross = z[lag:].T @ z[:-lag]
        meat += (1 - lag / 4) * (cross + cross.T)
    bread = np.linalg.inv(X.T @ X)

    found = interruption(y, t, 15, lags=3)

    assert found is not None
    assert found.level_se == pytest.approx(np.sqrt((bread @ meat @ bread)[2, 2] * 30 / 26))


def test_under_twelve_points_the_errors_are_ordinary_and_too_few_give_nothing() -> None:
    found = interruption([0, 1, 0, 1, 0, 2, 1, 2, 1, 2], range(10), 5, lags=3)

    assert found is not None
    assert found.method == "ols"
    assert interruption([0, 1, 0, 1, 0, 2, 1], range(7), 5, lags=3) is None
