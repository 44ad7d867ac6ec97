"""The other formulas of net tone that circulate (method.md B2)."""

from __future__ import annotations

import math

import pytest

from reputation.sensitivities import FORMULAS, janis_fadner, other_formulas


@pytest.mark.parametrize(("f", "u", "expected"), [
    (10, 0, 1.0),       # all favourable
    (0, 10, -1.0),
    (5, 5, 0.0),
    (3, 1, (9 - 3) / 16),
    (1, 3, (3 - 9) / 16),
    (0, 0, None),
])
def test_the_coefficient_of_imbalance_keeps_its_criteria(f: float, u: float, expected: float | None) -> None:
    assert janis_fadner(f, u, f + u, f + u) == expected


def test_each_denominator_has_its_own_name() -> None:
    found = other_formulas(positive=6, neutral=4, negative=2, not_about=8)

    assert found["net_tone.jf_fu"] == pytest.approx((36 - 12) / 64)
    assert found["net_tone.jf_fun"] == pytest.approx((36 - 12) / 144)
    assert found["net_tone.jf_rt"] == pytest.approx((36 - 12) / (12 * 20))
    assert found["net_tone.polar"] == pytest.approx(0.5)
    assert found["net_tone.log"] == pytest.approx(math.log(6.5 / 2.5))
    assert found["net_tone.view100"] == pytest.approx(100 * 4 / 12)
    assert set(found) == set(FORMULAS)


@pytest.mark.parametrize("counts", [(0, 0, 0), (-1, 5, 3), (4, 4, -0.5)])
def test_what_has_no_texts_or_is_carried_below_nought_has_no_value(counts: tuple[float, float, float]) -> None:
    assert set(other_formulas(*counts, not_about=1).values()) == {None}


def test_only_neutral_texts_lean_to_neither_side() -> None:
    found = other_formulas(0, 5, 0, 0)

    assert (found["net_tone.polar"], found["net_tone.jf_fu"], found["net_tone.jf_fun"]) == (None, None, 0)
