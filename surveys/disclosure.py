"""Decide what may be shown: small cells, what would give them away, and figures too uncertain to print (A8)."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from store.config import DisclosureConfig
from store.goals import Status

WIDEST = 0.30
NARROW = 0.05
RELATIVE_WIDTH = 1.30
LEAST_DF = 8
"""NCHS presentation standards for proportions (Parker et al. 2017)."""


@dataclass(frozen=True)
class Verdict:
    """A status, and the key of the rule that gave it; empty when it is simply shown."""

    status: Status
    reason: str = ""


def small_cell(count: int, n: int, rules: DisclosureConfig, population: int | None = None) -> bool:
    """Say whether ``count`` of ``n`` answers, or what is left of them, could point at somebody.

    0 and all are no small cell from ``min_n`` answers on.
    """
    if count in (0, n):
        return n < rules.min_n
    rest = [n - count, *([] if population is None else [population - count])]
    return count < rules.min_cell or any(0 < each < rules.min_cell for each in rest)


def judge_share(
    p: float, count: int, n: int, n_eff: float, width: float, df: float, rules: DisclosureConfig,
    population: int | None = None,
) -> Verdict:
    """Judge a share. ``n_eff`` and ``width`` are those of the NCHS variant; the first rule that applies decides."""
    if small_cell(count, n, rules, population):
        return Verdict(Status.DISCLOSIVE, "cell")
    if n < rules.min_n:
        return Verdict(Status.FEW, "n")
    if n_eff < rules.min_n:
        return Verdict(Status.FEW, "n_eff")
    if count in (0, n):
        return Verdict(Status.FOOTNOTED, "extreme")
    if width >= WIDEST:
        return Verdict(Status.IMPRECISE, "width")
    if width > NARROW:
        if width / p > RELATIVE_WIDTH:
            return Verdict(Status.IMPRECISE, "relative_width")
        if width / (1 - p) > RELATIVE_WIDTH:
            return Verdict(Status.FOOTNOTED, "complement_width")
    return Verdict(Status.FOOTNOTED, "df") if df < LEAST_DF else Verdict(Status.OK)


def judge_mean(n: int, n_eff: float, rules: DisclosureConfig) -> Verdict:
    """Judge a mean or an index: ``n_eff`` is Kish's."""
    if n < rules.min_cell:
        return Verdict(Status.DISCLOSIVE, "cell")
    if n < rules.min_n:
        return Verdict(Status.FEW, "n")
    return Verdict(Status.FEW, "n_eff") if n_eff < rules.min_n else Verdict(Status.OK)


@dataclass(frozen=True)
class Cell:
    """A count that is published unless hidden. ``reluctance``: higher is hidden later when a companion is needed."""

    key: Hashable
    count: float
    reluctance: int = 1


Relation = Mapping[Hashable, float]
"""Σ factor × count = 0, known to every reader: parts minus their total."""


def companions(
    cells: Sequence[Cell], hidden: frozenset[Hashable], relations: Sequence[Relation], least: float = 5,
) -> frozenset[Hashable]:
    """Return the hidden cells with what must be hidden beside them, so that none can be solved for.

    In each relation a hidden cell never stands alone, and the hidden ones sum to at least ``least``; then, over all
    relations together, no hidden cell is determined by those shown. Nothing hidden is ever shown again.
    """
    by_key = {cell.key: cell for cell in cells}
    gone = set(hidden)
    changed = True
    while changed:
        changed = False
        for relation in relations:
            inside = [key for key in relation if key in gone]
            if not inside:
                continue
            alone = len(inside) == 1
            little = sum(abs(relation[key]) * by_key[key].count for key in inside) < least
            if (alone or little) and _hide_next(relation, by_key, gone):
                changed = True
        if not changed:
            exposed = set(_determined(gone, relations))
            nearest = sorted(relations, key=lambda relation: -len(exposed & set(relation)))
            changed = bool(exposed) and any(_hide_next(relation, by_key, gone) for relation in nearest)
    return frozenset(gone)


def _hide_next(relation: Relation, cells: Mapping[Hashable, Cell], gone: set[Hashable]) -> bool:
    """Hide the least missed of the cells of a relation that are still shown; zeros last, they protect nothing."""
    shown = [cells[key] for key in relation if key not in gone]
    if not shown:
        return False
    gone.add(min(shown, key=lambda cell: (cell.count == 0, cell.reluctance, cell.count, repr(cell.key))).key)
    return True


def _determined(gone: set[Hashable], relations: Sequence[Relation]) -> list[Hashable]:
    """Return the hidden cells that the shown ones and the relations determine: e_j is in the row space."""
    unknown = sorted(gone, key=repr)
    rows = [[float(relation.get(key, 0.0)) for key in unknown] for relation in relations
            if any(key in gone for key in relation)]
    if not rows:
        return []
    matrix = np.array(rows)
    projection = np.linalg.pinv(matrix) @ matrix
    return [key for place, key in enumerate(unknown) if projection[place, place] > 1 - 1e-9]
