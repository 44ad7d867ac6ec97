"""A reader with every published number and a solver can't work out a hidden count, nor tell it from its neighbours.

The reader here is written from what a report prints, not from the relations that the program hides by.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize

from store.config import DisclosureConfig
from surveys.area_data import Answers, People, WaveData
from surveys.area_estimates import estimate_wave
from surveys.area_publish import hide_companions
from surveys.disclosure import Cell, companions
from surveys.figures import AreaWave
from surveys.items import Item
from surveys.solving import possible_range
from tests.surveys.test_disclosure import table

RULES = DisclosureConfig()
SHARES = ("safe_share", "neither_share", "unsafe_share")


def item(top: int, safe: tuple[int, ...], unsafe: tuple[int, ...]) -> Item:
    return Item("w", "tryg", "tryghed", "?", 1, top, "low", safe, unsafe, ("web",), "i", "da", "x")


ITEMS = [item(2, (1,), (2,)), item(3, (1,), (3,)), item(4, (1, 2), (3, 4)), item(5, (1, 2), (4, 5)),
         item(7, (1, 2, 3), (5, 6, 7)), item(5, (), ())]


def wave_of(asked: Item, codes: list[int], unsure: int, refused: int, blank: int, population: int | None) -> WaveData:
    """One area with equal weights, so that a published share is a count."""
    values = np.array([float(code) for code, n in enumerate(codes, 1) for _ in range(n)]
                      + [np.nan] * (unsure + refused + blank))
    n, valid = len(values), sum(codes)
    coded = np.arange(n) < valid + unsure + refused
    unsure_rows = (np.arange(n) >= valid) & (np.arange(n) < valid + unsure)
    people = People(tuple(map(str, range(n))), (None,) * n, {asked.id: Answers(values, coded, unsure_rows)}, ())
    facts = dict.fromkeys(("instrument", "institute", "language", "fieldwork_from", "fieldwork_to"), "2021-01-01")
    return WaveData("w", facts, {"tryghed": (asked, (asked,))}, {"a": (population, None, None)}, {"a": people})


class Reader:
    """Unknown: answers by code, ved ikke, refused, blank. Known: what stands in the published wave."""

    def __init__(self, wave: AreaWave, asked: Item) -> None:
        self.codes = list(range(asked.min, asked.max + 1))
        self.rows: list[tuple[dict[str, float], float]] = []
        self.parts = {"safe_share": asked.safe, "unsafe_share": asked.unsafe,
                      "neither_share": [each for each in self.codes if each not in {*asked.safe, *asked.unsafe}]}
        every, figures = {str(code): 1.0 for code in self.codes}, wave.figures
        n = next((figures[name].n for name in (*SHARES, "safety_index") if figures[name].n is not None), None)
        coded = figures["dont_know_share"].n
        if n is not None:
            self.know(every, n)
        if coded is not None:
            self.know({**every, "unsure": 1, "refused": 1}, coded)
        if wave.answered is not None:
            self.know({**every, "unsure": 1, "refused": 1, "blank": 1}, wave.answered)
        for name in SHARES:
            value = figures[name].value
            if value is not None and n is not None:
                self.know({str(code): 1.0 for code in self.parts[name]}, value * n)
            elif value is not None:
                self.know({**dict.fromkeys(every, -value),
                           **{str(code): 1 - value for code in self.parts[name]}}, 0)
        if figures["dont_know_share"].value is not None:
            assert coded is not None
            self.know({"unsure": 1.0}, figures["dont_know_share"].value * coded)
        self._index(wave, asked, n)
        if wave.dont_know_bounds is not None and n is not None:
            low, _ = wave.dont_know_bounds  # safe / (valid + ved ikke)
            self.know({**dict.fromkeys(every, low), "unsure": low,
                       **{str(code): low - 1 for code in self.parts["safe_share"]}}, 0)

    def _index(self, wave: AreaWave, asked: Item, n: int | None) -> None:
        """Mean and spread of the scores: the standard error gives the second."""
        index = wave.figures["safety_index"]
        if index.value is None or n is None or wave.answered is None:
            return
        assert index.se is not None
        away = {str(code): 100.0 * (asked.max - code) / (asked.max - asked.min) for code in self.codes}
        self.know(away, index.value * n)
        respondents = wave.answered
        fraction = 0 if wave.population is None else respondents / wave.population
        if fraction < 1:
            spread = index.se**2 / (1 - fraction) * (respondents - 1) / respondents * n**2
            self.know({each: (score - index.value) ** 2 for each, score in away.items()}, spread)

    def know(self, row: Mapping[str, float], total: float) -> None:
        self.rows.append((dict(row), total))

    def range(self, name: str) -> tuple[float, float]:
        """Least and most of a share's count, or of ved ikke, over all whole numbers that fit."""
        unknown = [*map(str, self.codes), "unsure", "refused", "blank"]
        matrix = np.array([[row.get(each, 0.0) for each in unknown] for row, _ in self.rows]).reshape(-1, len(unknown))
        total = np.array([value for _, value in self.rows])
        wanted = ["unsure"] if name == "dont_know_share" else [str(code) for code in self.parts[name]]
        aim = np.array([float(each in wanted) for each in unknown])
        slack = 1e-6 * np.maximum(np.abs(total), 1)
        ends = [optimize.milp(sign * aim, integrality=np.ones(len(aim)), bounds=optimize.Bounds(0, 10_000),
                              constraints=optimize.LinearConstraint(matrix, total - slack, total + slack))
                for sign in (1, -1)]
        assert all(each.x is not None for each in ends), "the true counts fit"
        low, high = (float(aim @ np.round(each.x)) for each in ends)
        return low, high


def small(n: int) -> st.SearchStrategy[int]:
    return st.one_of(st.integers(0, 6), st.integers(0, n))


@given(st.sampled_from(ITEMS), st.data(), small(20), small(9), small(9), st.sampled_from([None, 500]))
@settings(max_examples=60, deadline=None)
def test_no_suppressed_count_can_be_solved_for_from_all_that_is_published(
    asked: Item, data: st.DataObject, unsure: int, refused: int, blank: int, population: int | None,
) -> None:
    codes = data.draw(st.lists(small(60), min_size=asked.max, max_size=asked.max))
    if not sum(codes) + unsure + refused + blank:
        codes[0] = 1
    true = estimate_wave(wave_of(asked, codes, unsure, refused, blank, population), "a", RULES)
    published = hide_companions([true], RULES)[0]
    reader = Reader(published, asked)
    for name in (*SHARES, "dont_know_share"):
        figure, count, n = published.figures[name], true.figures[name].count, true.figures[name].n
        if figure.reason not in ("cell", "companion") or n is None or n < RULES.min_n:
            continue
        assert count is not None
        low, high = reader.range(name)
        assert low < high, (name, count, low, high)
        if figure.reason == "cell" and name != "dont_know_share":
            small_ones = (1, 4) if count < 5 else (n - 4, n - 1)
            if 0 < min(count, n - count) < 5:
                assert low <= small_ones[0], (name, count, low, high)
                assert high >= small_ones[1], (name, count, low, high)


@given(st.integers(2, 4), st.integers(2, 4), st.data())
@settings(max_examples=25, deadline=None)
def test_in_a_table_of_areas_and_categories_a_small_count_may_be_any_small_count(
    rows: int, columns: int, data: st.DataObject,
) -> None:
    counts = data.draw(st.lists(st.lists(small(30), min_size=columns, max_size=columns),
                                min_size=rows, max_size=rows))
    cells, relations = table(counts)
    hidden = frozenset(cell.key for cell in cells if 0 < cell.count < 5)
    gone = companions(cells, hidden, relations)
    if not hidden:
        return
    keys = sorted(gone, key=repr)
    matrix = np.array([[relation.get(key, 0.0) for key in keys] for relation in relations]).reshape(-1, len(keys))
    known = -np.array([sum(factor * cell.count for cell in cells for factor in [relation.get(cell.key, 0.0)]
                           if cell.key not in gone) for relation in relations])
    for place, key in enumerate(keys):
        ends = [optimize.linprog(sign * np.eye(len(keys))[place], A_eq=matrix, b_eq=known) for sign in (1, -1)]
        low, high = ends[0].fun, np.inf if ends[1].status == 3 else -ends[1].fun
        assert high - low > 0.5
        if key in hidden:
            assert low <= 1 + 1e-7
            assert high >= 4 - 1e-7


def test_a_two_point_index_is_its_share_and_goes_with_it() -> None:
    published = hide_companions([estimate_wave(wave_of(ITEMS[0], [60, 3], 0, 0, 0, None), "a", RULES)], RULES)[0]
    assert not published.figures["safe_share"].status.shown
    assert not published.figures["safety_index"].status.shown


def test_mean_and_spread_of_a_four_point_scale_would_leave_few_ways() -> None:
    """Each of the three numbers may be shown without the others; together they say how many gave each answer."""
    keys = ["c1", "c2", "c3", "c4"]
    counts: dict[object, float] = {"c1": 2, "c2": 0, "c3": 0, "c4": 28}
    sums = {f"sum of powers {power}": {key: float(code**power) for code, key in enumerate(keys, 1)}
            for power in (0, 1, 2)}
    relations = []
    for name, row in sums.items():
        counts[name] = sum(counts[key] * factor for key, factor in row.items())
        relations.append({**row, name: -1.0})
    assert possible_range("c1", counts, set(keys), relations[:1]) == (0, 30)
    assert possible_range("c1", counts, set(keys), relations) == (2, 2)


@pytest.mark.parametrize(("unknown", "expected"), [
    ({"a"}, (3, 3)), ({"a", "b"}, (0, 10)), ({"a", "b", "all"}, (0, np.inf))])
def test_what_a_reader_holds_possible(unknown: set[str], expected: tuple[float, float]) -> None:
    counts = {"a": 3.0, "b": 7.0, "all": 10.0}
    assert possible_range("a", counts, unknown, [{"a": 1, "b": 1, "all": -1}]) == expected


def test_a_count_known_from_elsewhere_is_not_hidden_in_vain() -> None:
    cells = [Cell("a", 2), Cell("b", 40), Cell("all", 42, 0, fixed=True)]
    assert companions(cells, frozenset({"a"}), [{"a": 1, "b": 1, "all": -1}]) == {"a", "b"}
