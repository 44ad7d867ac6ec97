"""Read the answers of a wave from the store, as arrays: each table once for all areas and items."""

from __future__ import annotations

import json
import re
import tomllib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from store.database import Store
from store.errors import EstimateError
from surveys.area_weighting import Weighed, weigh_area
from surveys.arrays import Flags, Floats
from surveys.items import Item
from surveys.registry import items_of_wave
from surveys.weights import Margin


@dataclass(frozen=True)
class Answers:
    """What n respondents said to one item."""

    values: Floats
    """codes on the scale, NaN where there is no valid answer"""
    coded: Flags
    """gave any code: a valid one, *ved ikke*, or a refusal"""
    dont_know: Flags


@dataclass(frozen=True)
class AreaData:
    """Everything known of one area in one wave."""

    wave: str
    area: str
    items: tuple[Item, ...]
    """the item of the shares first, then the others of the index"""
    index: tuple[Item, ...]
    persons: tuple[str | None, ...]
    """one per respondent, in the order of all arrays"""
    answers: Mapping[str, Answers]
    margins: tuple[Margin, ...]
    population: int | None
    invited: int | None
    answered: int | None

    @property
    def n(self) -> int:
        """Respondents."""
        return len(self.persons)


def main_item(store: Store, wave: str, concept: str) -> tuple[Item, tuple[Item, ...]] | None:
    """Return the item whose shares stand for ``concept``, and the items of its index; ``None`` where not asked.

    The item is the first of the index named like the concept, else the first of the concept by id; without such an
    index the item is its own.
    """
    items = {each.id: each for each in items_of_wave(store, wave)}
    row = store.rows("SELECT items FROM indexes WHERE wave_id = ? AND id = ?", [wave, concept])
    if row:
        index = tuple(items[each] for each in json.loads(row[0]["items"]))
        return index[0], index
    own = [each for each in items.values() if each.concept == concept]
    return (own[0], (own[0],)) if own else None


@dataclass(frozen=True)
class WaveData:
    """The respondents of one wave, area by area, with their answers about the concepts that were asked for."""

    wave: str
    facts: Mapping[str, str]
    """instrument, institute, language, fieldwork_from and fieldwork_to, as the codebook has them"""
    indexes: Mapping[str, tuple[Item, tuple[Item, ...]]]
    """concept → the item its shares are of, and the items of its index"""
    fieldwork: Mapping[str, tuple[int | None, int | None, int | None]]
    """area → population, invited, answered"""
    people: Mapping[str, People]
    """by area; an area without respondents is absent"""

    @cached_property
    def weighed(self) -> Mapping[str, Weighed | None]:
        """Weights of every area, the same for all its items; ``None`` where the margins can't be met."""
        found: dict[str, Weighed | None] = {}
        for area, people in self.people.items():
            try:
                found[area] = weigh_area(people.margins, len(people.persons), self.fieldwork.get(area, UNKNOWN)[0])
            except EstimateError:
                found[area] = None
        return found

    def area(self, area: str, concept: str) -> AreaData:
        """Return what is known of one area about one concept; it may have no respondent."""
        item, index = self.indexes[concept]
        wanted = tuple(dict.fromkeys([item, *index]))
        found = self.people.get(area, NOBODY)
        return AreaData(
            self.wave, area, wanted, index, found.persons,
            {each.id: found.answers.get(each.id, NO_ANSWERS) for each in wanted}, found.margins,
            *self.fieldwork.get(area, UNKNOWN),
        )


@dataclass(frozen=True)
class People:
    """The n respondents of one area."""

    ids: tuple[str, ...]
    """their ids in the wave, in the order of all arrays"""
    persons: tuple[str | None, ...]
    answers: Mapping[str, Answers]
    """by item"""
    margins: tuple[Margin, ...]


NO_ANSWERS = Answers(np.zeros(0), np.zeros(0, dtype=bool), np.zeros(0, dtype=bool))
NOBODY = People((), (), {}, ())
UNKNOWN = (None, None, None)


def load_wave(store: Store, wave: str, concepts: Sequence[str]) -> WaveData | None:
    """Read a wave whole, each table once; ``None`` where the store has no such wave or it asks about no concept."""
    rows = store.rows(
        "SELECT instrument, institute, language, fieldwork_from, fieldwork_to, codebook FROM waves WHERE id = ?",
        [wave])
    found = {concept: main_item(store, wave, concept) for concept in concepts}
    indexes = {concept: each for concept, each in found.items() if each is not None}
    if not rows or not indexes:
        return None
    *facts, codebook = rows[0]
    respondents = list(map(tuple, store.rows(
        "SELECT id, area_id, person FROM respondents WHERE wave_id = ? ORDER BY area_id, id", [wave])))
    place = {each[0]: number for number, each in enumerate(respondents)}
    items = dict.fromkeys(each.id for item, index in indexes.values() for each in (item, *index))
    answers = _answers(store, wave, list(items), len(place))
    levels: dict[str, list[str | None]] = defaultdict(lambda: [None] * len(place))
    for variable, respondent, level in store.rows(
        "SELECT variable, respondent_id, level FROM respondent_levels WHERE wave_id = ?", [wave],
    ):
        levels[variable][place[respondent]] = level
    totals: dict[str, dict[str, dict[str, int]]] = {}
    for area, variable, level, count in store.rows(
        "SELECT area_id, variable, level, count FROM margins WHERE wave_id = ?", [wave],
    ):
        totals.setdefault(area, {}).setdefault(variable, {})[level] = count
    order = level_order(str(codebook))
    people = {}
    for area, rows_of in _runs([each[1] for each in respondents]).items():
        people[area] = People(
            tuple(each[0] for each in respondents[rows_of]), tuple(each[2] for each in respondents[rows_of]),
            {item: Answers(each.values[rows_of], each.coded[rows_of], each.dont_know[rows_of])
             for item, each in answers.items()},
            tuple(_margin(variable, counts, {name: of[rows_of] for name, of in levels.items()}, order)
                  for variable, counts in sorted(totals.get(area, {}).items())),
        )
    names = ("instrument", "institute", "language", "fieldwork_from", "fieldwork_to")
    return WaveData(wave, dict(zip(names, facts, strict=True)), indexes, {
        row[0]: (row[1], row[2], row[3]) for row in store.rows(
            "SELECT area_id, population, invited, answered FROM fieldwork WHERE wave_id = ?", [wave])}, people)


def _runs(areas: Sequence[str]) -> dict[str, slice]:
    """Return where each area's rows stand; the rows of one area stand together."""
    starts = [number for number, area in enumerate(areas) if number == 0 or area != areas[number - 1]]
    return {areas[start]: slice(start, end) for start, end in zip(starts, [*starts, len(areas)][1:], strict=True)}


_PACKED = """
WITH people AS MATERIALIZED (
    SELECT id, row_number() OVER (ORDER BY area_id, id) - 1 AS place FROM respondents WHERE wave_id = ?1
), asked AS MATERIALIZED (SELECT value AS id, key AS number FROM json_each(?2))
SELECT group_concat(
    p.place || ' ' || q.number || ' ' || coalesce(a.value, 0) || ' '
    || CASE a.state WHEN 'valid' THEN 0 WHEN 'dont_know' THEN 1 ELSE 2 END, ' ')
FROM answers a JOIN people p ON p.id = a.respondent_id JOIN asked q ON q.id = a.item_id WHERE a.wave_id = ?1
"""
"""All answers as one text of numbers – respondent, item, code, state: a row object for each took five times as long."""


def _answers(store: Store, wave: str, items: Sequence[str], n: int) -> dict[str, Answers]:
    """Return the answers of the whole wave to ``items``, its ``n`` respondents by area and id, in one reading."""
    values = np.full((len(items), n), np.nan)
    coded, dont_know = np.zeros((len(items), n), dtype=bool), np.zeros((len(items), n), dtype=bool)
    packed = store.value(_PACKED, [wave, json.dumps(items)])
    if packed:
        place, item, code, state = np.fromstring(packed, dtype=np.int64, sep=" ").reshape(-1, 4).T
        coded[item, place] = True
        dont_know[item, place] = state == 1
        values[item[state == 0], place[state == 0]] = code[state == 0]
    return {item: Answers(values[number], coded[number], dont_know[number]) for number, item in enumerate(items)}


def _margin(variable: str, counts: Mapping[str, int], levels: Mapping[str, Sequence[str | None]],
            order: Mapping[str, Sequence[str]]) -> Margin:
    """Return a margin of an area; a crossed variable by its cells, in the order of the codebook where it says one."""
    parts = variable.split("*")
    mine = ["*".join(map(str, of_person)) for of_person in zip(*(levels[part] for part in parts), strict=True)]
    present = set(mine)
    ordered = [level for level in in_order(counts, [order.get(part, ()) for part in parts])
               if counts[level] or level in present]
    number = {level: code for code, level in enumerate(ordered)}
    strange = sorted(present - set(number))
    if strange:
        raise EstimateError(f"a respondent is in {variable} '{strange[0]}', which the margins don't have")
    codes = np.array([number[each] for each in mine], dtype=np.int64)
    return Margin(variable, tuple(ordered), codes, np.array([float(counts[level]) for level in ordered]))


def level_order(codebook: str) -> Mapping[str, tuple[str, ...]]:
    """Return the order of the levels of each weighting variable, as the stored codebook has it."""
    return {each["variable"]: tuple(dict.fromkeys(each["codes"].values()))
            for each in tomllib.loads(codebook).get("weighting", [])}


def in_order(levels: Mapping[str, int], orders: Sequence[Sequence[str]]) -> list[str]:
    """Sort levels (of a crossed variable: part by part) by the orders given, else naturally: 9 before 10."""

    def key(level: str) -> list[tuple[int, list[tuple[int, str]]]]:
        parts = level.split("*") if len(orders) > 1 else [level]
        return [(order.index(part) if part in order else len(order), _natural(part))
                for part, order in zip(parts, orders, strict=False)]

    return sorted(levels, key=key)


def _natural(text: str) -> list[tuple[int, str]]:
    return [(int(each), "") if each.isdigit() else (-1, each) for each in re.split(r"(\d+)", text) if each]
