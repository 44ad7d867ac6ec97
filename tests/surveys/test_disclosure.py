"""What could point at somebody is never shown, nor what would let it be worked out."""

from __future__ import annotations

from collections.abc import Hashable
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.config import DisclosureConfig
from store.goals import Status
from surveys.disclosure import Cell, companions, judge_mean, judge_share, small_cell

RULES = DisclosureConfig()


@pytest.mark.parametrize(("count", "n", "population", "small"), [
    (0, 30, None, False), (0, 29, None, True), (1, 30, None, True), (4, 30, None, True), (5, 30, None, False),
    (25, 30, None, False), (26, 30, None, True), (29, 30, None, True), (30, 30, None, False), (29, 29, None, True),
    (20, 40, 22, True), (20, 40, 40, False), (38, 80, 42, True),
])
def test_a_small_cell_is_one_to_four_or_all_but_one_to_four(
    count: int, n: int, population: int | None, small: bool,
) -> None:
    assert small_cell(count, n, RULES, population) is small


@pytest.mark.parametrize(("p", "count", "n", "n_eff", "width", "df", "status", "reason"), [
    (0.5, 3, 200, 200, 0.1, 199, Status.DISCLOSIVE, "cell"),
    (0.5, 3, 20, 20, 0.1, 19, Status.DISCLOSIVE, "cell"),
    (0.5, 10, 20, 20, 0.1, 19, Status.FEW, "n"),
    (0.5, 30, 60, 29, 0.1, 59, Status.FEW, "n_eff"),
    (0.0, 0, 60, 60, 0.5, 59, Status.FOOTNOTED, "extreme"),
    (0.5, 30, 60, 60, 0.30, 59, Status.IMPRECISE, "width"),
    (0.01, 30, 6000, 3000, 0.05, 59, Status.OK, ""),
    (0.1, 6, 60, 60, 0.14, 59, Status.IMPRECISE, "relative_width"),
    (0.9, 54, 60, 60, 0.14, 59, Status.FOOTNOTED, "complement_width"),
    (0.5, 30, 60, 60, 0.2, 7, Status.FOOTNOTED, "df"),
    (0.5, 30, 60, 60, 0.2, 59, Status.OK, ""),
])
def test_the_first_rule_that_applies_decides(
    p: float, count: int, n: int, n_eff: float, width: float, df: float, status: Status, reason: str,
) -> None:
    verdict = judge_share(p, count, n, n_eff, width, df, RULES)
    assert (verdict.status, verdict.reason) == (status, reason)


@pytest.mark.parametrize(("n", "n_eff", "status"), [
    (4, 4, Status.DISCLOSIVE), (29, 29, Status.FEW), (40, 29, Status.FEW), (40, 30, Status.OK)])
def test_means_need_thirty_answers_and_thirty_effective_ones(n: int, n_eff: float, status: Status) -> None:
    assert judge_mean(n, n_eff, RULES).status is status


def table(counts: list[list[int]]) -> tuple[list[Cell], list[dict[Hashable, float]]]:
    """Areas × categories with row totals, column totals and the grand total, all published."""
    rows, columns = len(counts), len(counts[0])
    cells = [Cell((i, j), counts[i][j]) for i in range(rows) for j in range(columns)]
    cells += [Cell((i, "all"), sum(counts[i]), 9) for i in range(rows)]
    cells += [Cell(("all", j), sum(row[j] for row in counts), 9) for j in range(columns)]
    cells.append(Cell(("all", "all"), sum(map(sum, counts)), 9))
    relations: list[dict[Hashable, float]] = [
        {**{(i, j): 1.0 for j in range(columns)}, (i, "all"): -1.0} for i in [*range(rows), "all"]]
    relations += [{**{(i, j): 1.0 for i in range(rows)}, ("all", j): -1.0} for j in [*range(columns), "all"]]
    return cells, relations


def solvable(gone: frozenset[Hashable], relations: list[dict[Hashable, float]]) -> list[Hashable]:
    """Gauss-Jordan in exact fractions: the hidden cells that a reader can work out."""
    unknown = sorted(gone, key=repr)
    rows = [[Fraction(relation.get(key, 0)) for key in unknown] for relation in relations]
    lead = 0
    for column in range(len(unknown)):
        pivot = next((r for r in range(lead, len(rows)) if rows[r][column]), None)
        if pivot is None:
            continue
        rows[lead], rows[pivot] = rows[pivot], rows[lead]
        rows[lead] = [each / rows[lead][column] for each in rows[lead]]
        for r, row in enumerate(rows):
            if r != lead and row[column]:
                rows[r] = [a - row[column] * b for a, b in zip(row, rows[lead], strict=True)]
        lead += 1
    return [unknown[row.index(1)] for row in rows if sum(each != 0 for each in row) == 1]


@given(st.integers(2, 5), st.integers(2, 4), st.data())
@settings(max_examples=60, deadline=None)
def test_no_hidden_count_can_be_solved_for_from_all_tables_together(rows: int, columns: int, data: st.DataObject
                                                                    ) -> None:
    counts = data.draw(st.lists(st.lists(st.integers(0, 40), min_size=columns, max_size=columns),
                                min_size=rows, max_size=rows))
    cells, relations = table(counts)
    hidden = frozenset(cell.key for cell in cells if 0 < cell.count < 5)
    gone = companions(cells, hidden, relations)
    assert hidden <= gone
    assert solvable(gone, relations) == []
    assert companions(cells, gone, relations) == gone


def test_one_hidden_area_never_stands_beside_fourteen_shown_and_their_total() -> None:
    cells = [Cell(area, 10 + area) for area in range(14)] + [Cell(14, 3), Cell("all", 300, 9)]
    relation: dict[Hashable, float] = {**dict.fromkeys(range(15), 1.0), "all": -1.0}
    assert companions(cells, frozenset({14}), [relation]) == {14, 0}


def test_a_companion_of_nothing_protects_nothing() -> None:
    cells = [Cell("a", 3), Cell("b", 0), Cell("c", 50), Cell("all", 53, 9)]
    assert companions(cells, frozenset({"a"}), [{"a": 1, "b": 1, "c": 1, "all": -1}]) == {"a", "c"}


def test_equations_that_only_together_give_a_cell_away_are_seen() -> None:
    cells = [Cell(key, count) for key, count in
             {"x": 3, "y": 9, "z": 9, "p": 20, "q": 20, "r": 20}.items()]
    pairs: list[dict[Hashable, float]] = [
        {"x": 1, "y": 1, "p": -1}, {"x": 1, "z": 1, "q": -1}, {"y": 1, "z": 1, "r": -1}]
    gone = companions(cells, frozenset({"x"}), pairs)
    assert solvable(gone, pairs) == []
    assert len(gone) > 3


def test_nothing_hidden_needs_no_companion() -> None:
    cells, relations = table([[10, 20], [30, 40]])
    assert companions(cells, frozenset(), relations) == frozenset()
