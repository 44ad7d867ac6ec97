"""Test whether the reader errs alike everywhere: over areas, outlets and years (method.md B6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

LEAST_OF_GROUP = 10
"""Coded texts of an area, outlet or year before it is compared; fewer show nothing."""

FLIPS = 1999
"""Draws behind a p: its smallest value is then .0005."""

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class GroupError:
    """How the reader errs in one area, outlet or year; shares and means are weighted by inverse probability."""

    group: str
    n: int
    wrong: float
    """share of texts read otherwise than coded, 0 to 1"""
    bias: float
    """mean of read minus coded tone, -2 to 2"""


@dataclass(frozen=True, slots=True)
class Difference:
    """Error by group, and how surprising the differences are if there are none; ``p`` is absent with one group only."""

    by: str
    groups: tuple[GroupError, ...]
    left_out: int
    """texts in groups of fewer than :data:`LEAST_OF_GROUP`"""
    p: float | None


def difference(
    by: str, groups: Sequence[str], errors: Values, weights: Values, events: Sequence[Any], *, seed: int
) -> Difference:
    """Compare the errors (read minus coded tone, n) of ``groups`` (n); texts of one event err together.

    Score test of the logit of being wrong on group, from the null of equal error: every event counts as one, its
    scores are summed, and p comes from flipping their signs event by event (wild cluster bootstrap of the score; Kline
    & Santos 2012), so that few events and groups without any error do no harm. ``weights`` are inverse inclusion
    probabilities.
    """
    names = np.asarray(groups)
    found, counts = np.unique(names, return_counts=True)
    large = found[counts >= LEAST_OF_GROUP]
    kept = np.isin(names, large)
    names, errors, weights = names[kept], errors[kept], weights[kept]
    clusters = np.unique(np.asarray([str(each) for each in events])[kept], return_inverse=True)[1]
    wrong = (np.abs(errors) >= 0.5).astype(float)
    rows = tuple(
        GroupError(str(name), int((names == name).sum()), _mean(wrong, weights, names == name),
                   _mean(errors, weights, names == name))
        for name in large
    )
    p = _p(names, large, wrong, weights, clusters, seed) if large.size > 1 else None
    return Difference(by, rows, int((~kept).sum()), p)


def _mean(values: Values, weights: Values, rows: NDArray[np.bool_]) -> float:
    return round(float(np.average(values[rows], weights=weights[rows])), 4)


def _p(names: Any, large: Any, wrong: Values, weights: Values, clusters: Any, seed: int) -> float:
    """Flip the signs of the events' scores; the share of draws at least as far from 0 as what was seen."""
    weights = weights / np.bincount(clusters)[clusters]
    residual = weights * (wrong - np.average(wrong, weights=weights))
    dummies = (names[:, None] == large[None, 1:]).astype(float)
    dummies -= np.average(dummies, axis=0, weights=weights)
    scores = np.zeros((clusters.max() + 1, large.size - 1))
    np.add.at(scores, clusters, residual[:, None] * dummies)
    spread = np.linalg.pinv(scores.T @ scores)
    signs = np.random.default_rng(seed).choice([-1.0, 1.0], size=(FLIPS, scores.shape[0]))
    drawn = signs @ scores
    seen = scores.sum(axis=0)
    far = np.einsum("bi,ij,bj->b", drawn, spread, drawn)
    return round(float((1 + (far >= seen @ spread @ seen - 1e-9).sum()) / (1 + FLIPS)), 4)
