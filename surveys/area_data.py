"""Read the answers of one wave and area from the store, as arrays."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from store.database import Store
from store.errors import EstimateError
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


def load_area(store: Store, wave: str, area: str, concept: str) -> AreaData | None:
    """Read one area of one wave; ``None`` where the wave does not ask about ``concept``."""
    found = main_item(store, wave, concept)
    if found is None:
        return None
    item, index = found
    wanted = tuple(dict.fromkeys([item, *index]))
    rows = store.rows("SELECT id, person FROM respondents WHERE wave_id = ? AND area_id = ? ORDER BY id", [wave, area])
    place = {row["id"]: number for number, row in enumerate(rows)}
    fieldwork = store.rows(
        "SELECT population, invited, answered FROM fieldwork WHERE wave_id = ? AND area_id = ?", [wave, area])
    counts = tuple(fieldwork[0]) if fieldwork else (None, None, None)
    return AreaData(
        wave, area, wanted, index, tuple(row["person"] for row in rows),
        {each.id: _answers(store, wave, area, each.id, place) for each in wanted},
        _margins(store, wave, area, place) if place else (), *counts,
    )


# CROSS JOIN keeps SQLite from reading a whole wave for each of its areas.


def _answers(store: Store, wave: str, area: str, item: str, place: Mapping[str, int]) -> Answers:
    values = np.full(len(place), np.nan)
    coded, dont_know = np.zeros(len(place), dtype=bool), np.zeros(len(place), dtype=bool)
    for row in store.rows(
        "SELECT a.respondent_id, a.value, a.state FROM respondents r CROSS JOIN answers a ON a.wave_id = r.wave_id"
        " AND a.respondent_id = r.id AND a.item_id = ? WHERE r.wave_id = ? AND r.area_id = ?", [item, wave, area],
    ):
        number = place[row["respondent_id"]]
        coded[number] = True
        dont_know[number] = row["state"] == "dont_know"
        if row["value"] is not None:
            values[number] = row["value"]
    return Answers(values, coded, dont_know)


def _margins(store: Store, wave: str, area: str, place: Mapping[str, int]) -> tuple[Margin, ...]:
    """Return the area's margins; a crossed variable by its cells, in the order of the codebook where it says one."""
    order = level_order(str(store.value("SELECT codebook FROM waves WHERE id = ?", [wave])))
    levels: dict[str, dict[str, str]] = {}
    for row in store.rows(
        "SELECT l.variable, l.respondent_id, l.level FROM respondents r CROSS JOIN respondent_levels l ON"
        " l.wave_id = r.wave_id AND l.respondent_id = r.id WHERE r.wave_id = ? AND r.area_id = ?", [wave, area],
    ):
        levels.setdefault(row["variable"], {})[row["respondent_id"]] = row["level"]
    totals: dict[str, dict[str, int]] = {}
    for row in store.rows("SELECT variable, level, count FROM margins WHERE wave_id = ? AND area_id = ?", [wave, area]):
        totals.setdefault(row["variable"], {})[row["level"]] = row["count"]
    return tuple(_margin(variable, counts, levels, order, place) for variable, counts in sorted(totals.items()))


def _margin(variable: str, counts: Mapping[str, int], levels: Mapping[str, Mapping[str, str]],
            order: Mapping[str, Sequence[str]], place: Mapping[str, int]) -> Margin:
    parts = variable.split("*")
    mine = {person: "*".join(levels[part][person] for part in parts) for person in place}
    ordered = [level for level in in_order(counts, [order.get(part, ()) for part in parts])
               if counts[level] or level in mine.values()]
    number = {level: code for code, level in enumerate(ordered)}
    strange = sorted(set(mine.values()) - set(number))
    if strange:
        raise EstimateError(f"a respondent is in {variable} '{strange[0]}', which the margins don't have")
    codes = np.array([number[mine[person]] for person in place], dtype=np.int64)
    return Margin(variable, tuple(ordered), codes, np.array([float(counts[level]) for level in ordered]))


@lru_cache(maxsize=64)  # asked for every area of a wave
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
