"""The line to the goal year, with fixed and random effects (method.md C2)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from reputation.content import Estimate
from reputation.figures import figure
from reputation.outlook import fixed_effects, outlook_line, random_effects
from store.days import Window
from store.goals import Status, Yardstick

YEARS = (2018, 2020, 2022, 2024)
LEVEL = Yardstick("safe_share", 0.8, "at least", "sektortal")


def test_equal_errors_give_the_ordinary_line_with_a_known_error() -> None:
    values = [0.50, 0.54, 0.58, 0.62]
    found = fixed_effects(values, [0.02] * 4, YEARS, 2030)
    centred = np.array(YEARS) - 2021

    assert found.value == pytest.approx(0.74)
    assert found.se == pytest.approx(0.02 * np.sqrt(1 / 4 + 9**2 / np.sum(centred**2)))
    assert found.reach(0.8, rising=True) == pytest.approx(norm.cdf((0.74 - 0.8) / found.se))
    assert found.reach(0.8, rising=False) == pytest.approx(1 - found.reach(0.8, rising=True))


def test_measurements_on_the_line_have_no_variance_of_their_own() -> None:
    found = random_effects([0.50, 0.54, 0.58, 0.62], [0.02] * 4, YEARS, 2030)

    assert found.tau2 == 0
    assert found.value == pytest.approx(0.74)


def test_reml_of_equal_errors_is_the_residual_variance_less_the_error() -> None:
    """With equal errors REML has a closed form: RSS / (n - 2) - SE²."""
    values = np.array([0.50, 0.62, 0.48, 0.66, 0.55])
    years = np.array([2018, 2019, 2021, 2022, 2024])
    X = np.column_stack([np.ones(5), years - 2018])
    rss = np.sum((values - X @ np.linalg.lstsq(X, values, rcond=None)[0]) ** 2)

    found = random_effects(values, [0.02] * 5, years, 2030)

    assert found.tau2 == pytest.approx(rss / 3 - 0.02**2, rel=1e-4)


@given(st.lists(st.floats(0.2, 0.9), min_size=4, max_size=8))
def test_random_effects_are_never_surer_than_fixed(values: list[float]) -> None:
    given_ = (values, [0.02] * len(values), range(2018, 2018 + len(values)), 2030)

    assert random_effects(*given_).se >= fixed_effects(*given_).se - 1e-9


def safe(year: int, value: float, correction: str = "") -> Estimate:
    return figure("safe_share", "lunden", Window.year(year), Status.OK, wave=f"w{year}", value=value, se=0.02, n=200,
                  correction=correction)


def test_four_comparable_waves_give_both_predictions() -> None:
    line = outlook_line("safe_share", "lunden", [safe(y, 0.5 + 0.02 * (y - 2018)) for y in YEARS], LEVEL, None, 2030)

    assert (line.status, line.measurements, line.fixed, line.random, line.goal) == ("ok", 4, 0.74, 0.74, 0.8)
    assert line.fixed_p is not None
    assert line.fixed_p < 0.5
    assert (line.first, line.last) == ("2018", "2024")


def test_three_waves_give_no_outlook_and_no_level_gives_no_probability() -> None:
    few = outlook_line("safe_share", "lunden", [safe(y, 0.5) for y in YEARS[:3]], LEVEL, None, 2030)
    free = outlook_line("safe_share", "lunden", [safe(y, 0.5) for y in YEARS], None, None, 2030)

    assert (few.status, few.fixed, few.random) == ("few", None, None)
    assert (free.status, free.fixed_p, free.goal) == ("no target", None, None)
    assert free.fixed == 0.5


def test_uncorrected_tone_has_no_outlook() -> None:
    line = outlook_line("net_tone", "lunden", [safe(y, 0.1, "uncorrected") for y in YEARS], None, None, 2030)

    assert (line.status, line.fixed) == ("footnoted", None)
