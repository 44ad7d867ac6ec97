"""Work out what a reader can work out: the values a hidden count may have, given everything that is shown."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence

import numpy as np
from scipy import optimize

Relation = Mapping[Hashable, float]
"""Σ factor × count = 0, known to every reader: parts minus their total."""


INFEASIBLE = 2
"""scipy's word for: no counts fit."""


def possible_range(
    key: Hashable, counts: Mapping[Hashable, float], unknown: Collection[Hashable], relations: Sequence[Relation],
) -> tuple[float, float]:
    """Return the least and the most that the count ``key`` may be: whole numbers from 0 on that fit every relation.

    ``counts``: the true counts; the reader knows all but ``unknown``. Infinite where nothing bounds it. Exact: integer
    programming, not a relaxation of it.
    """
    rows = connected(key, unknown, relations)
    cells = sorted({each for row in rows for each in row if each in unknown} | {key}, key=repr)
    place = {each: number for number, each in enumerate(cells)}
    matrix, known = np.zeros((len(rows), len(cells))), np.zeros(len(rows))
    for number, row in enumerate(rows):
        for each, factor in row.items():
            if each in place:
                matrix[number, place[each]] += factor
            else:
                known[number] -= factor * counts[each]
    return _end(place[key], 1.0, matrix, known), _end(place[key], -1.0, matrix, known)


def _end(at: int, sign: float, matrix: np.ndarray, known: np.ndarray) -> float:
    """Return the least (sign 1) or the most (sign -1) of one count."""
    if not len(matrix):
        return 0.0 if sign > 0 else np.inf
    aim = np.zeros(matrix.shape[1])
    aim[at] = sign
    found = optimize.milp(aim, constraints=optimize.LinearConstraint(matrix, known, known),
                          integrality=np.ones(len(aim)), bounds=optimize.Bounds(0, np.inf))
    assert found.status != INFEASIBLE, "the counts contradict their own relations"
    if found.x is None:
        return 0.0 if sign > 0 else np.inf
    return float(round(found.x[at]))


def connected(key: Hashable, unknown: Collection[Hashable], relations: Sequence[Relation]) -> list[Relation]:
    """Return the relations that bear on ``key``: those it stands in, and those that share an unknown with them."""
    reached = {key}
    rows: list[Relation] = []
    left = list(relations)
    while True:
        nearer = [row for row in left if any(each in reached for each in row)]
        if not nearer:
            return rows
        rows += nearer
        left = [row for row in left if row not in nearer]
        reached |= {each for row in nearer for each in row if each in unknown}
