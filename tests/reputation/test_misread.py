"""Classified counts adjusted by an error matrix, against published examples (method.md B5, E)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reputation.misread import adjusted_count, error_matrix, rogan_gladen, simplex


@pytest.mark.parametrize(("count", "n", "sensitivity", "specificity", "percent", "valid"), [
    (45, 150, 0.96, 0.89, 22, True), (6, 151, 0.964, 0.927, -4, False), (80, 210, 0.60, 0.90, 56, True),
    (100, 189, 0.65, 0.95, 80, True), (50, 124, 0.70, 0.99, 57, True),
])
def test_an_apparent_share_is_adjusted_as_epir_does(count: int, n: int, sensitivity: float, specificity: float,
                                                    percent: int, valid: bool) -> None:
    found = rogan_gladen(count / n, n, sensitivity, specificity, 100, 100)

    assert found is not None
    assert round(100 * found.value) == percent
    assert found.valid is valid
    assert found.variance > 0


def test_a_reader_that_tells_nothing_adjusts_nothing() -> None:
    assert rogan_gladen(0.4, 100, 0.5, 0.5, 50, 50) is None
    assert adjusted_count(np.full((3, 3), 1 / 3), [0.2, 0.5, 0.3]) is None


@given(st.lists(st.floats(0.05, 1), min_size=3, max_size=3))
def test_what_a_known_matrix_did_is_undone(parts: list[float]) -> None:
    truth = np.array(parts) / sum(parts)
    matrix = np.array([[0.6, 0.1, 0.05], [0.3, 0.8, 0.15], [0.1, 0.1, 0.8]])
    found = adjusted_count(matrix, matrix @ truth)

    assert found is not None
    assert found[0] == pytest.approx(truth)
    assert found[1] == pytest.approx(truth)


@given(st.lists(st.floats(-2, 2), min_size=3, max_size=3))
def test_the_projection_is_the_nearest_set_of_shares(values: list[float]) -> None:
    found = simplex(values)

    assert found.sum() == pytest.approx(1)
    assert np.all(found >= 0)
    generator = np.random.default_rng(1)
    others = generator.dirichlet([1, 1, 1], 200)
    assert np.all(np.sum((others - values) ** 2, axis=1) >= np.sum((found - np.array(values)) ** 2) - 1e-9)


def test_the_matrix_is_of_what_was_read_given_what_was_coded() -> None:
    matrix = error_matrix([-1, -1, 0, 0, 1, 0.5], [-1, 0, 0, 0, 1, 0], [1, 1, 1, 1, 1, 2])

    assert matrix is not None
    assert matrix[:, 0] == pytest.approx([0.5, 0.5, 0])   # half of the negative is read as neutral
    assert matrix[:, 1] == pytest.approx([0, 1, 0])       # halves count towards 0
    assert matrix[:, 2] == pytest.approx([0, 0, 1])
    assert error_matrix([-1, 0], [-1, 0], [1, 1]) is None
