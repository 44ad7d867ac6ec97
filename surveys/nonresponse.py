"""Hold the respondents of an area against its residents, level by level of the known margins."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

from store.config import DisclosureConfig
from store.database import Store
from surveys.disclosure import Cell, companions, small_cell


@dataclass(frozen=True)
class LevelShare:
    """One level of a margin: its share among respondents and among residents."""

    wave: str
    area: str
    variable: str
    level: str
    respondents: float | None
    """unweighted share of those who answered, 0..1; ``None`` where it would point at somebody"""
    residents: float | None
    """share of the population the margins count, 0..1; ``None`` where a level of the variable has so few residents"""
    n: int | None
    """respondents of the area with a level; ``None`` where so few are a small cell"""


def level_shares(store: Store, wave: str, area: str, disclosure: DisclosureConfig) -> tuple[LevelShare, ...]:
    """Return respondent and resident shares of every plain margin, in the order of variables and levels.

    Small counts and complements are hidden with their companions; below ``min_n`` respondents all are. A crossed
    margin is left out: its cells are smaller, and its parts say the same.
    """
    totals: dict[str, dict[str, int]] = {}
    for row in store.rows(
        "SELECT variable, level, count FROM margins WHERE wave_id = ? AND area_id = ? ORDER BY variable, level",
        [wave, area],
    ):
        totals.setdefault(row["variable"], {})[row["level"]] = row["count"]
    counts: dict[str, dict[str, int]] = {}
    for row in store.rows(
        "SELECT l.variable, l.level, count(*) AS n FROM respondents r CROSS JOIN respondent_levels l"
        " ON l.wave_id = r.wave_id AND l.respondent_id = r.id WHERE r.wave_id = ? AND r.area_id = ? GROUP BY 1, 2",
        [wave, area],
    ):
        counts.setdefault(row["variable"], {})[row["level"]] = row["n"]
    return held_against(wave, area, totals, counts, disclosure)


def held_against(
    wave: str, area: str, totals: Mapping[str, Mapping[str, int]], counts: Mapping[str, Mapping[str, int]],
    disclosure: DisclosureConfig,
) -> tuple[LevelShare, ...]:
    """Hold respondents against residents; both are variable → level → people."""
    plain = {variable: levels for variable, levels in totals.items() if "*" not in variable and counts.get(variable)}
    hidden = _hidden(plain, counts, disclosure)
    found = []
    for variable, levels in plain.items():
        n, population = sum(counts[variable].values()), sum(levels.values())
        many = not any(0 < part < disclosure.min_cell for each in levels.values() for part in (each, population - each))
        for level, residents in levels.items():
            shown = n >= disclosure.min_n and (variable, level) not in hidden
            found.append(LevelShare(
                wave, area, variable, level, counts[variable].get(level, 0) / n if shown else None,
                residents / population if many else None, n if n >= disclosure.min_cell else None,
            ))
    return tuple(found)


def _hidden(totals: Mapping[str, Mapping[str, int]], counts: Mapping[str, Mapping[str, int]],
            disclosure: DisclosureConfig) -> frozenset[Hashable]:
    cells: list[Cell] = []
    relations: list[dict[Hashable, float]] = []
    small: set[Hashable] = set()
    for variable, levels in totals.items():
        n = sum(counts[variable].values())
        parts: dict[Hashable, float] = {}
        for level, residents in levels.items():
            count = counts[variable].get(level, 0)
            cells.append(Cell((variable, level), count))
            parts[variable, level] = 1.0
            if small_cell(count, n, disclosure, residents):
                small.add((variable, level))
        cells.append(Cell(("all", variable), n, 9))
        relations.append({**parts, ("all", variable): -1.0})
    return companions(cells, frozenset(small), relations, disclosure.min_cell)
