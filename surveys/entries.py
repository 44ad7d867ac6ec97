"""Hold what a codebook says, table by table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from surveys.items import Bridge
from surveys.readers.told import NOTHING, Told
from surveys.statbank import StatBankEntry

MODES = ("web", "phone", "paper", "visit")
POLES = ("low", "high")


@dataclass(frozen=True)
class WaveEntry:
    """``[wave]``"""

    id: str
    instrument: str
    institute: str
    mode: tuple[str, ...]
    language: str
    first: date
    last: date
    margins: Path | None
    """absent: answers are not calibrated"""
    counts: Path | None
    """absent: no population, no response rate, no finite population correction"""


@dataclass(frozen=True)
class AreaKey:
    """``[area]``: where the area of a row stands; exactly one of ``column``, ``constant`` and ``file_name``."""

    column: str | None = None
    codes: Mapping[str, str] | None = None
    """code → area id; with ``file_name`` a word of the file name → area id"""
    constant: str | None = None
    file_name: bool = False


@dataclass(frozen=True)
class RespondentKey:
    """``[respondent]``"""

    id: str | None
    """column of the respondent's key; absent: the export has none, and the row number stands in"""
    panel_key: str | None
    """column of a key that is stable between waves; absent: waves are independent"""
    completed: tuple[tuple[str, str | None], ...]
    """(column, value) that a finished answer has, all of them; ``None`` = any value; none: every row counts"""
    date: str | None = None
    """column of the day of the answer, which must be in the fieldwork; absent: not checked"""


@dataclass(frozen=True)
class ItemEntry:
    """One of ``[[items]]``"""

    id: str
    concept: str
    column: str
    wording: str
    min: int
    max: int
    safe_pole: str
    safe: tuple[int, ...]
    unsafe: tuple[int, ...]
    dont_know: tuple[int, ...]
    refused: tuple[int, ...]
    labels: Mapping[str, int] = field(default_factory=dict)
    """answer as the export may write it instead of its code, folded as :func:`folded` does → code"""
    not_relevant: tuple[int, ...] = ()


@dataclass(frozen=True)
class ChoiceEntry:
    """One of ``[[choices]]``: a question with several answers; either ``columns`` or ``column`` and ``options``."""

    id: str
    wording: str
    columns: Mapping[str, str] = field(default_factory=dict)
    """column of an option → option: 0 and 1, or a mark and blank"""
    column: str | None = None
    """the one cell that holds all that was chosen"""
    options: Mapping[str, str] = field(default_factory=dict)
    """text or code in that cell, folded → option"""
    other: str | None = None
    """option that any text no option names stands for; the text is not kept"""

    @property
    def names(self) -> tuple[str, ...]:
        """The options, in the order of the codebook."""
        return tuple(dict.fromkeys([*self.columns.values(), *self.options.values(),
                                    *([self.other] if self.other else [])]))


@dataclass(frozen=True)
class IndexEntry:
    """One ``[index.ID]``"""

    id: str
    items: tuple[str, ...]


@dataclass(frozen=True)
class TextEntry:
    """One of ``[[texts]]``: a column of open answers"""

    id: str
    column: str


@dataclass(frozen=True)
class Weighting:
    """One of ``[[weighting]]``: how a variable of the margins file is found in the export.

    The order of ``codes`` is the order of the levels: a level with too few answers is merged into its neighbour.
    """

    variable: str
    column: str
    codes: Mapping[str, str]


@dataclass(frozen=True)
class Codebook:
    """What a wave's file means."""

    path: Path
    text: str
    wave: WaveEntry
    area: AreaKey
    respondent: RespondentKey
    items: tuple[ItemEntry, ...]
    indexes: tuple[IndexEntry, ...]
    texts: tuple[TextEntry, ...]
    weighting: tuple[Weighting, ...]
    told: Told = NOTHING
    choices: tuple[ChoiceEntry, ...] = ()
    bridges: tuple[Bridge, ...] = ()
    statbank: tuple[StatBankEntry, ...] = ()

    def with_columns(self, called: Callable[[str], str]) -> Codebook:
        """Return the codebook with every column under the name that ``called`` gives it."""

        def maybe(column: str | None) -> str | None:
            return None if column is None else called(column)

        person = self.respondent
        return replace(
            self, area=replace(self.area, column=maybe(self.area.column)),
            respondent=replace(person, id=maybe(person.id), panel_key=maybe(person.panel_key), date=maybe(person.date),
                               completed=tuple((called(column), value) for column, value in person.completed)),
            items=tuple(replace(each, column=called(each.column)) for each in self.items),
            texts=tuple(replace(each, column=called(each.column)) for each in self.texts),
            weighting=tuple(replace(each, column=called(each.column)) for each in self.weighting),
            choices=tuple(replace(each, column=maybe(each.column),
                                  columns={called(column): option for column, option in each.columns.items()})
                          for each in self.choices),
        )

    @property
    def columns(self) -> dict[str, str]:
        """Column → the key of the codebook that names it."""
        named: dict[str, str] = {}
        if self.respondent.id:
            named[self.respondent.id] = "respondent.id"
        if self.area.column:
            named[self.area.column] = "area.column"
        if self.respondent.panel_key:
            named[self.respondent.panel_key] = "respondent.panel_key"
        named |= {column: "respondent.completed" for column, _ in self.respondent.completed}
        if self.respondent.date:
            named[self.respondent.date] = "respondent.date"
        named |= {each.column: f"items '{each.id}'" for each in self.items}
        for each in self.choices:
            named |= dict.fromkeys((*each.columns, *filter(None, [each.column])), f"choices '{each.id}'")
        named |= {text.column: f"texts '{text.id}'" for text in self.texts}
        return named | {each.column: f"weighting '{each.variable}'" for each in self.weighting}
