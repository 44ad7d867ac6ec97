"""Decide what each row of an export gives: a respondent, or refusals that say why not."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from store.errors import WrongCodebook, WrongFile
from store.imports import Refusal
from surveys.codebook import Codebook, ItemEntry, Weighting, folded
from surveys.margins import Margins
from surveys.readers.export import Export, Row

State = Literal["valid", "dont_know", "refused"]


@dataclass(frozen=True)
class Answer:
    """What was answered to one item; blank has no answer."""

    item: str
    value: int | None
    state: State


@dataclass(frozen=True)
class Respondent:
    """One usable row. ``key`` and ``panel_key`` are still raw: they never leave this room."""

    row: int
    key: str
    panel_key: str | None
    area: str
    levels: Mapping[str, str]
    answers: tuple[Answer, ...]
    texts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Taken:
    """What an export gives."""

    respondents: tuple[Respondent, ...]
    refusals: tuple[Refusal, ...]
    not_completed: int
    """rows that are no finished answer, left out"""
    duplicates: int
    """rows equal to one already taken, left out"""

    @property
    def by_area(self) -> dict[str, int]:
        """Area → respondents."""
        counts: dict[str, int] = {}
        for each in self.respondents:
            counts[each.area] = counts.get(each.area, 0) + 1
        return counts


    def levels(self, variables: Collection[str]) -> dict[str, dict[str, set[str]]]:
        """Return area → variable (``sex*age`` too) → levels with respondents."""
        found: dict[str, dict[str, set[str]]] = {}
        for each in self.respondents:
            for variable in variables:
                level = "*".join(each.levels[part] for part in variable.split("*"))
                found.setdefault(each.area, {}).setdefault(variable, set()).add(level)
        return found


def take_rows(export: Export, codebook: Codebook, margins: Margins | None, areas: Collection[str]) -> Taken:
    """Read every row by the codebook.

    A row without id, with an unknown area code or without a level of a weighting variable is refused whole; a cell
    that is no code of its item is refused alone. Raises :class:`WrongFile` where one id has differing answers or
    no row is usable, :class:`WrongCodebook` where a weighting variable can't be found.
    """
    source = f"{codebook.wave.id}/{export.files[0].name}"
    variables = weighting_variables(codebook, export, margins)
    fixed = _fixed_area(export, codebook, areas)
    named = [export.positions[column] for column in codebook.columns]
    refusals: list[Refusal] = []
    respondents: list[Respondent] = []
    seen: dict[str, tuple[int, tuple[str | None, ...]]] = {}
    not_completed = duplicates = 0
    for number, row in zip(export.numbers, export.rows, strict=True):
        if not _completed(export, codebook, row):
            not_completed += 1
            continue
        key = row[export.positions[codebook.respondent.id]] if codebook.respondent.id else f"row {number}"
        if key is None:
            refusals.append(Refusal(source, number, codebook.respondent.id or "", "the id is missing"))
            continue
        stored = tuple(row[place] for place in named)
        if key in seen:
            if seen[key][1] != stored:
                raise WrongFile(f"rows {seen[key][0]} and {number} have the same id and differing answers",
                                where=export.path, do="Delete the wrong one in the survey tool and export again")
            duplicates += 1
            continue
        seen[key] = number, stored
        area = fixed or _area(export, codebook, row)
        if area is None:
            refusals.append(Refusal(source, number, codebook.area.column or "", "unknown area code"))
            continue
        levels = {name: _level(export, each, row) for name, each in variables.items()}
        missing = [variables[name].column for name, level in levels.items() if level is None]
        if missing:
            refusals += [Refusal(source, number, column, "no level of a weighting variable") for column in missing]
            continue
        answers = []
        for item in codebook.items:
            given = _answer(export, item, row)
            if isinstance(given, str):
                refusals.append(Refusal(source, number, item.column, given))
            elif given:
                answers.append(given)
        respondents.append(Respondent(
            number, key, _panel_key(export, codebook, row), area,
            {name: level for name, level in levels.items() if level is not None}, tuple(answers),
            tuple((each.id, text) for each in codebook.texts if (text := row[export.positions[each.column]])),
        ))
    if not respondents:
        raise WrongFile(_nothing(export, refusals, not_completed), where=export.path, do=f"Check {codebook.path.name}")
    return Taken(tuple(respondents), tuple(refusals), not_completed, duplicates)


def weighting_variables(codebook: Codebook, export: Export, margins: Margins | None) -> dict[str, Weighting]:
    """Return how each variable of the margins is found in the export; a cross ``sex*age`` by its parts.

    A variable without ``[[weighting]]`` must be a column whose codes are the levels.
    """
    if margins is None:
        return {}
    declared = {each.variable: each for each in codebook.weighting}
    found: dict[str, Weighting] = {}
    for crossed in margins.variables:
        parts = crossed.split("*")
        for place, variable in enumerate(parts):
            levels = list(dict.fromkeys(level.split("*")[place] if len(level.split("*")) == len(parts) else level
                                        for level in margins.levels(crossed)))
            way = declared.get(variable) or Weighting(variable, variable, {level: level for level in levels})
            if way.column not in export.positions:
                raise WrongCodebook(
                    f"the weighting variable '{variable}' is not a column of {export.path.name}", where=margins.path,
                    do=f"Add [[weighting]] with variable = '{variable}', column and codes to {codebook.path.name}",
                )
            unknown = sorted(set(levels) ^ set(way.codes.values()))
            if unknown:
                raise WrongCodebook(
                    f"the level '{unknown[0]}' of '{variable}' is only in one of margins and [[weighting]]",
                    where=margins.path, do="Both must name the same levels",
                )
            found[variable] = way
    return found


def _fixed_area(export: Export, codebook: Codebook, areas: Collection[str]) -> str | None:
    if codebook.area.constant:
        return codebook.area.constant
    if not codebook.area.file_name:
        return None
    name = f" {export.path.stem} ".casefold()
    words = codebook.area.codes or {area: area for area in areas}
    found = {area for word, area in words.items()
             if re.search(rf"(?<![^\W_]){re.escape(word.casefold())}(?![^\W_])", name)}
    if len(found) != 1:
        raise WrongFile(f"the name tells {len(found)} areas", where=export.path,
                        do="Rename it to hold one area id, or give [area] column or constant")
    return found.pop()


def _cell_code(export: Export, codes: Mapping[str, str], text: str | None) -> str | None:
    if text is None or text in codes:
        return codes.get(text or "")
    code = export.code(text)
    return None if code is None else codes.get(str(code))


def _area(export: Export, codebook: Codebook, row: Row) -> str | None:
    return _cell_code(export, codebook.area.codes or {}, row[export.positions[codebook.area.column or ""]])


def _level(export: Export, way: Weighting, row: Row) -> str | None:
    return _cell_code(export, way.codes, row[export.positions[way.column]])


def _completed(export: Export, codebook: Codebook, row: Row) -> bool:
    for column, value in codebook.respondent.completed:
        text = row[export.positions[column]]
        if text is None or (value is not None and _cell_code(export, {value: value}, text) is None):
            return False
    return True


def _panel_key(export: Export, codebook: Codebook, row: Row) -> str | None:
    column = codebook.respondent.panel_key
    return row[export.positions[column]] if column else None


def _answer(export: Export, item: ItemEntry, row: Row) -> Answer | str | None:
    """Return the answer, ``None`` for a blank, or the reason why the cell is refused."""
    text = row[export.positions[item.column]]
    if text is None:
        return None
    code = item.labels.get(folded(text)) if item.labels else None
    if code is None:
        code = export.code(text)
    if code is None and item.labels and export.number(text) is None:
        return "a label that 'labels' does not name"
    if code is None:
        return "not a whole number" if export.number(text) is not None else "not a number"
    if item.min <= code <= item.max:
        return Answer(item.id, code, "valid")
    if code in item.dont_know:
        return Answer(item.id, None, "dont_know")
    if code in item.refused:
        return Answer(item.id, None, "refused")
    return f"code outside the scale {item.min}–{item.max}"


def _nothing(export: Export, refusals: list[Refusal], not_completed: int) -> str:
    if not export.rows:
        return "there is no row of answers"
    if not refusals:
        return f"none of {not_completed} rows is completed"
    column, reason = refusals[0].column, refusals[0].reason
    return f"no row of {len(export.rows)} can be used; the first is refused for '{column}': {reason}"
