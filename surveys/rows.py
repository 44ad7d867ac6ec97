"""Decide what each row of an export gives: a respondent, or refusals that say why not."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from store.errors import WrongCodebook, WrongFile
from store.imports import Refusal
from surveys.answering import Answer, Answering
from surveys.choosing import ChoiceState, Choosing, Unusable
from surveys.entries import Codebook, Weighting
from surveys.margins import Margins
from surveys.readers.dates import is_split_date, read_day
from surveys.readers.export import Export, Row

__all__ = ["Answer", "Respondent", "Taken", "take_rows", "weighting_variables"]


@dataclass(frozen=True, slots=True)
class Respondent:
    """One usable row. ``key`` and ``panel_key`` are still raw: they never leave this room."""

    row: int
    key: str
    panel_key: str | None
    area: str
    levels: Mapping[str, str]
    answers: tuple[Answer, ...]
    texts: tuple[tuple[str, str], ...]
    choices: tuple[tuple[str, str, ChoiceState], ...] = ()
    """(question, option, state) of every option of the questions with several answers"""


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

    A row without id, with an unknown area code, without a level of a weighting variable or answered outside the
    fieldwork is refused whole; a cell that is no code of its item is refused alone. Raises :class:`WrongFile` where
    one id has differing answers, the order of dates can't be told or no row is usable, :class:`WrongCodebook` where a
    weighting variable can't be found.
    """
    reading = _Reading(export, codebook, margins, areas)
    for number, row in zip(export.numbers, export.rows, strict=True):
        reading.take(number, row)
    if not reading.respondents:
        raise WrongFile(_nothing(export, reading.refusals, reading.not_completed), where=export.path,
                        do=f"Check {codebook.path.name}")
    return Taken(tuple(reading.respondents), tuple(reading.refusals), reading.not_completed, reading.duplicates)


class _Reading:
    """Goes through the rows once; everything that is the same for all of them is settled before."""

    def __init__(self, export: Export, codebook: Codebook, margins: Margins | None, areas: Collection[str]) -> None:
        at = export.positions
        self.source = f"{codebook.wave.id}/{export.files[0].name}"
        self.export, self.wave = export, codebook.wave
        self.completed = [(at[column], None if value is None else _Cells(export, {value: value}))
                          for column, value in codebook.respondent.completed]
        self.key = _place(at, codebook.respondent.id)
        self.panel_key = _place(at, codebook.respondent.panel_key)
        self.day = _place(at, codebook.respondent.date)
        self.day_column = codebook.respondent.date or ""
        self.named = [at[column] for column in codebook.columns]
        self.fixed_area = _fixed_area(export, codebook, areas)
        self.area_column = codebook.area.column or ""
        self.area = (at[self.area_column], _Cells(export, codebook.area.codes or {})) if self.area_column else None
        variables = weighting_variables(codebook, export, margins)
        self.levels = [(name, way.column, at[way.column], _Cells(export, way.codes))
                       for name, way in variables.items()]
        self.items = [Answering(export, item) for item in codebook.items]
        self.choices = [Choosing(export, entry) for entry in codebook.choices]
        self.texts = [(each.id, at[each.column]) for each in codebook.texts]
        self.respondents: list[Respondent] = []
        self.refusals: list[Refusal] = []
        self.seen: dict[str, tuple[int, tuple[str | None, ...]]] = {}
        self.not_completed = self.duplicates = 0
        if self.day is not None:
            _check_order(export, self.day_column, self.day)

    def take(self, number: int, row: Row) -> None:
        if not all(row[place] is not None and (cells is None or cells(row[place]) is not None)
                   for place, cells in self.completed):
            self.not_completed += 1
            return
        key = f"row {number}" if self.key is None else row[self.key]
        if key is None:
            self._refuse(number, self.export.columns[self.key or 0], "the id is missing")
            return
        if self._repeated(number, key, row):
            return
        area = self.fixed_area or (self.area[1](row[self.area[0]]) if self.area else None)
        if area is None:
            self._refuse(number, self.area_column, "unknown area code")
            return
        reason = self._day_fault(row)
        if reason:
            self._refuse(number, self.day_column, reason)
            return
        levels = {name: cells(row[place]) for name, _, place, cells in self.levels}
        if None in levels.values():
            for name, column, _, _ in self.levels:
                if levels[name] is None:
                    self._refuse(number, column, "no level of a weighting variable")
            return
        self.respondents.append(Respondent(
            number, key, None if self.panel_key is None else row[self.panel_key], area,
            {name: level for name, level in levels.items() if level is not None}, self._answers(number, row),
            tuple((name, text) for name, place in self.texts if (text := row[place]) is not None),
            self._choices(number, row),
        ))

    def _repeated(self, number: int, key: str, row: Row) -> bool:
        """Say whether the same row came before; one id with differing answers stops the import."""
        stored = tuple(row[place] for place in self.named)
        before = self.seen.setdefault(key, (number, stored))
        if before[0] == number:
            return False
        if before[1] != stored:
            raise WrongFile(f"rows {before[0]} and {number} have the same id and differing answers",
                            where=self.export.path, do="Delete the wrong one in the survey tool and export again")
        self.duplicates += 1
        return True

    def _day_fault(self, row: Row) -> str:
        if self.day is None:
            return ""
        text = row[self.day]
        day = None if text is None else read_day(text, self.export.dates)
        if day is None:
            return "no date that can be read" if text else "the day of the answer is missing"
        return "" if self.wave.first <= day <= self.wave.last else "answered outside the fieldwork"

    def _answers(self, number: int, row: Row) -> tuple[Answer, ...]:
        answers = []
        for item in self.items:
            given = item.said(row[item.place])
            if isinstance(given, str):
                self._refuse(number, item.item.column, given)
            elif given is not None:
                answers.append(given)
        return tuple(answers)

    def _choices(self, number: int, row: Row) -> tuple[tuple[str, str, ChoiceState], ...]:
        found: list[tuple[str, str, ChoiceState]] = []
        for question in self.choices:
            given = question.said(row)
            if isinstance(given, Unusable):
                self._refuse(number, given.column, given.reason)
            else:
                found += [(question.entry.id, option, state) for option, state in given]
        return tuple(found)

    def _refuse(self, number: int, column: str, reason: str) -> None:
        self.refusals.append(Refusal(self.source, number, column, reason))


class _Cells:
    """Looks up what the cells of a column stand for; every text once."""

    def __init__(self, export: Export, codes: Mapping[str, str]) -> None:
        self._export, self._codes = export, codes
        self._known: dict[str | None, str | None] = {None: None}

    def __call__(self, text: str | None) -> str | None:
        if text not in self._known:
            assert text is not None
            code = self._export.code(text) if text not in self._codes else None
            self._known[text] = self._codes.get(text if code is None else str(code))
        return self._known[text]


def _place(places: Mapping[str, int], column: str | None) -> int | None:
    return None if column is None else places[column]


def _check_order(export: Export, column: str, place: int) -> None:
    cells: Sequence[str] = [text for row in export.rows if (text := row[place]) is not None]
    if not export.dates and any(map(is_split_date, cells)):
        raise WrongFile(f"the dates in the column '{column}' may have the day or the month first: none is above 12",
                        where=export.path, do='Say [file] dates = "dmy" or "mdy" in the codebook')


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


def _nothing(export: Export, refusals: list[Refusal], not_completed: int) -> str:
    if not export.rows:
        return "there is no row of answers"
    if not refusals:
        return f"none of {not_completed} rows is completed"
    column, reason = refusals[0].column, refusals[0].reason
    return f"no row of {len(export.rows)} can be used; the first is refused for '{column}': {reason}"
