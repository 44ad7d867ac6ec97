"""Krippendorff's alpha against the examples he and others printed (method.md part E)."""

from __future__ import annotations

import numpy as np
import pytest

from nlp.krippendorff import Level, alpha, bootstrap

FOUR = ("123321412...", "1233224125..", ".33323422513", "12332441251.")


def coded(*rows: str) -> list[list[float]]:
    return [[float("nan") if each == "." else float(ord(each) - 48) for each in row] for row in rows]


@pytest.mark.parametrize(("rows", "level", "printed"), [
    (("0100000010", "1110010000"), "nominal", .095),
    (("aabbdcccedda", "babbbccceddd"), "nominal", .692),
    (FOUR, "nominal", .743),
    (FOUR, "ordinal", .815),
    (FOUR, "interval", .849),
    (FOUR, "ratio", .797),
])
def test_alpha_has_the_printed_value(rows: tuple[str, ...], level: Level, printed: float) -> None:
    assert alpha(coded(*rows), level) == pytest.approx(printed, abs=5e-4)


def test_full_agreement_is_one_and_one_category_is_undefined() -> None:
    assert alpha([[-1, 0, 1], [-1, 0, 1]]) == 1
    assert np.isnan(alpha([[0, 0, 0], [0, 0, 0]]))


def test_nothing_coded_twice_is_undefined() -> None:
    missing = float("nan")

    assert np.isnan(alpha([[1, missing], [missing, 0]]))
    assert np.isnan(alpha([[missing, missing]]))


def test_units_and_coders_may_come_in_any_order() -> None:
    table = np.array(coded(*FOUR))

    assert alpha(table[::-1, ::-1]) == pytest.approx(alpha(table))


def test_ratio_takes_two_zeros_for_equal() -> None:
    assert alpha([[0, 1, 2], [0, 1, 2]], "ratio") == 1


def test_the_interval_holds_alpha_and_comes_back_with_its_seed() -> None:
    generator = np.random.default_rng(5)
    truth = generator.integers(-1, 2, 200)
    codes = [np.where(generator.random(200) < 0.15, generator.integers(-1, 2, 200), truth) for _ in range(2)]

    found = bootstrap(codes, seed=1, replicates=300)

    assert found.low < found.alpha < found.high
    assert found.units == 200
    assert found == bootstrap(codes, seed=1, replicates=300)


def test_too_little_to_draw_from_gives_no_interval() -> None:
    assert np.isnan(bootstrap([[1, 0], [1, float("nan")]], seed=1).low)
    rare = bootstrap([[0, 0, 1], [0, 0, 1]], seed=1, replicates=100)  # often only one category is drawn

    assert rare.alpha == 1
    assert np.isnan(rare.low)
