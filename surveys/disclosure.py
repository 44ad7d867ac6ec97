"""Decide what may be shown: small cells, what would give them away, and figures too uncertain to print (A8)."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from store.config import DisclosureConfig
from store.goals import Status
from surveys.solving import Relation, connected, possible_range

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
    """A count that is published unless hidden."""

    key: Hashable
    count: float
    reluctance: int = 1
    """higher is hidden later when a companion is needed"""
    shield: tuple[float, float] | None = None
    """values that readers must still hold possible where the cell is hidden by a rule of its own, besides a second one;
    ``None``: of a small count all small ones"""
    fixed: bool = False
    """known from elsewhere: hiding it would hide nothing"""
    published: bool = True
    """a count that no table holds, but that those of other cells bound, is not"""
    beside: tuple[Hashable, ...] = ()
    """cells that are hidden whenever this one is"""


def companions(
    cells: Sequence[Cell], hidden: frozenset[Hashable], relations: Sequence[Relation], least: float = 5,
) -> frozenset[Hashable]:
    """Return the hidden cells with what must be hidden beside them, so that none can be solved for.

    In each relation a hidden cell never stands alone, and the hidden ones sum to at least ``least``. Then, over all
    relations together and by integer programming: no hidden cell has one possible value only, and those in ``hidden``
    may be anything that their shield says. Nothing hidden is ever shown again.
    """
    search = _Search({cell.key: cell for cell in cells}, hidden, relations, least)
    gone = search.with_beside(hidden)
    while True:
        more = search.alone(gone) or search.exposed(gone)
        if not more:
            return gone
        gone = search.with_beside(gone | more)


@dataclass(frozen=True)
class _Search:
    """Looks for what must be hidden next; ``own``: the cells hidden by a rule of their own."""

    cells: Mapping[Hashable, Cell]
    own: frozenset[Hashable]
    relations: Sequence[Relation]
    least: float

    @cached_property
    def unseen(self) -> frozenset[Hashable]:
        return frozenset(key for key, cell in self.cells.items() if not cell.published)

    @cached_property
    def counts(self) -> Mapping[Hashable, float]:
        return {key: cell.count for key, cell in self.cells.items()}

    def with_beside(self, gone: frozenset[Hashable]) -> frozenset[Hashable]:
        """Add what is hidden whenever these are."""
        more = {key for each in gone for key in self.cells[each].beside} - gone
        return self.with_beside(gone | more) if more else gone

    def alone(self, gone: frozenset[Hashable]) -> frozenset[Hashable]:
        """Return one more of a relation whose hidden cells are one, or sum to too little; empty where there is none."""
        for relation in self.relations:
            inside = [key for key in relation if key in gone]
            if not inside or any(key in self.unseen for key in relation):
                continue
            little = sum(abs(relation[key]) * self.counts[key] for key in inside) < self.least
            if (len(inside) == 1 or little) and (shown := self.shown([relation], gone)):
                return frozenset(shown[:1])
        return frozenset()

    def exposed(self, gone: frozenset[Hashable]) -> frozenset[Hashable]:
        """Return one more that keeps a hidden count from being told; empty where none is, or nothing helps."""
        for key in sorted(gone, key=repr):
            before = self.range(key, gone)
            if not self.too_close(key, before):
                continue
            shown = self.shown(connected(key, gone | self.unseen, self.relations), gone)
            wider: list[Hashable] = []
            for each in shown:
                after = self.range(key, self.with_beside(gone | {each}))
                if not self.too_close(key, after):
                    return frozenset({each})
                if after != before:
                    wider.append(each)
            if shown:  # where no single one helps, two together may
                return frozenset([*wider, *shown][:1])
        return frozenset()

    def range(self, key: Hashable, gone: frozenset[Hashable]) -> tuple[float, float]:
        return possible_range(key, self.counts, gone | self.unseen, self.relations)

    def too_close(self, key: Hashable, possible: tuple[float, float]) -> bool:
        """Say whether readers can tell a hidden count more closely than they may."""
        cell, (low, high) = self.cells[key], possible
        shield = cell.shield
        if shield is None:
            shield = (1, self.least - 1) if 0 < cell.count < self.least else (cell.count, cell.count)
        return low == high or (key in self.own and (low > shield[0] or high < shield[1]))

    def shown(self, relations: Sequence[Relation], gone: frozenset[Hashable]) -> list[Hashable]:
        """Return what of these relations may still be hidden, the least missed first; zeros last."""
        found = [self.cells[key] for key in dict.fromkeys(key for relation in relations for key in relation)
                 if key not in gone and self.cells[key].published and not self.cells[key].fixed]
        found.sort(key=lambda cell: (cell.count == 0, cell.reluctance, cell.count, repr(cell.key)))
        return [cell.key for cell in found]
