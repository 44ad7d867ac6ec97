"""Decide which answers of a question with several were chosen, whatever shape the tool gave them.

The five shapes: columns of 0 and 1; columns of a mark and blank; one cell with texts parted by semicolons, by commas,
or with codes parted by spaces.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from surveys.entries import ChoiceEntry
from surveys.questions import folded
from surveys.readers.export import Export, Row

ChoiceState = Literal["chosen", "not chosen", "not asked"]

CHOSEN = frozenset({"1", "y", "yes", "ja", "x", "true", "sand", "valgt", "checked", "selected"})
NOT_CHOSEN = frozenset({"0", "n", "no", "nej", "false", "falsk", "ikke valgt", "unchecked", "not selected"})

SEPARATORS = (";", "|", ",", " ")
"""What tools write between the answers of one cell; the first that lets every cell be read."""

UNKNOWN_CHOICE = "a choice that 'options' does not name"
UNKNOWN_MARK = "neither chosen nor not chosen"


def marked(text: str | None, option: str) -> ChoiceState | None:
    """Return what the column of one option says; a blank is *not asked*, ``None`` where it says neither.

    ``option``: its text, which some tools write into the column itself.
    """
    if text is None:
        return "not asked"
    bare = folded(text)
    if bare in CHOSEN or bare == folded(option):
        return "chosen"
    return "not chosen" if bare in NOT_CHOSEN else None


def separator(cells: Iterable[str], options: Iterable[str]) -> str:
    """Return the sign between the answers of a column: the one that lets most cells be read as known options.

    ``options``: their texts, folded. Among equals the first of :data:`SEPARATORS`.
    """
    known = dict.fromkeys(options, "")
    texts = list(dict.fromkeys(cells))
    fits = {sign: sum(split_choices(text, known, sign) is not None for text in texts) for sign in SEPARATORS}
    return max(SEPARATORS, key=lambda sign: fits[sign])


def split_choices(text: str, options: Mapping[str, str], sign: str, other: str | None = None) -> frozenset[str] | None:
    """Return the options chosen in a cell, ``None`` where a part of it is none.

    An option may hold the separator itself (*Ja, ofte*): the longest known text is taken first. What no option names
    is ``other`` where there is one.
    """
    parts = text.split(sign)
    chosen: set[str] = set()
    at = 0
    while at < len(parts):
        if not parts[at].strip():
            at += 1
            continue
        for end in range(len(parts), at, -1):
            option = options.get(folded(sign.join(parts[at:end])))
            if option is not None:
                chosen.add(option)
                at = end
                break
        else:
            if other is None:
                return None
            chosen.add(other)
            at += 1
    return frozenset(chosen)


@dataclass(frozen=True)
class Unusable:
    """A cell that is refused."""

    column: str
    reason: str


class Choosing:
    """Says what the rows of an export say to one question with several answers."""

    def __init__(self, export: Export, entry: ChoiceEntry) -> None:
        self.entry = entry
        self._texts = {column: _text_of(export, column, option) for column, option in entry.columns.items()}
        self._places = {column: export.positions[column] for column in (*entry.columns, *filter(None, [entry.column]))}
        self._marks_only = bool(entry.columns) and not any(
            marked(row[place], "") == "not chosen" for column, place in self._places.items() for row in export.rows)
        place = self._places.get(entry.column or "")
        self._sign = "" if place is None else separator(
            (text for row in export.rows if (text := row[place]) is not None), entry.options)

    def said(self, row: Row) -> tuple[tuple[str, ChoiceState], ...] | Unusable:
        """Return (option, state) of every option, or the cell that can't be used.

        Where an option's column knows only a mark and blank, blank is *not chosen* if any option of the question is
        marked; where none is, nobody can tell an empty answer from no answer: *not asked*.
        """
        if self.entry.column:
            return self._cell(row[self._places[self.entry.column]])
        states: dict[str, ChoiceState] = {}
        for column, option in self.entry.columns.items():
            text = row[self._places[column]]
            state = marked(text, self._texts[column])
            if state is None and option != self.entry.other:
                return Unusable(column, UNKNOWN_MARK)
            states[option] = state or "chosen"
        if self._marks_only and "chosen" in states.values():
            states = {option: "chosen" if state == "chosen" else "not chosen" for option, state in states.items()}
        return tuple(states.items())

    def _cell(self, text: str | None) -> tuple[tuple[str, ChoiceState], ...] | Unusable:
        if text is None:
            return tuple((option, "not asked") for option in self.entry.names)
        chosen = split_choices(text, self.entry.options, self._sign, self.entry.other)
        if chosen is None:
            return Unusable(self.entry.column or "", UNKNOWN_CHOICE)
        return tuple((option, "chosen" if option in chosen else "not chosen") for option in self.entry.names)


def _text_of(export: Export, column: str, option: str) -> str:
    """Return the text of an option as the tool knows it: after the question in its label, else its name."""
    label = export.variable_labels.get(column, "")
    return label.rpartition(": ")[2] or label or option
