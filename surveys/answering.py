"""Decide what a cell says to an item: a code on the scale, *ved ikke* and its kin, a blank, or nothing usable."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from store.errors import WrongFile
from surveys.entries import ItemEntry
from surveys.questions import folded
from surveys.readers.enalyzer import FIND_OUT
from surveys.readers.export import Export
from surveys.readers.nonanswers import nonanswer

State = Literal["valid", "dont_know", "refused", "not_relevant"]


@dataclass(frozen=True)
class Answer:
    """What was answered to one item; blank has no answer."""

    item: str
    value: int | None
    state: State


Said = Answer | str | None
"""An answer, the reason why the cell can't be used, or ``None`` for a blank."""


class Answering:
    """Says what the cells of one item mean; every text is decided once, since a column holds a handful of them."""

    def __init__(self, export: Export, item: ItemEntry) -> None:
        """Raises :class:`WrongFile` where numbers may be values or numbers of labels and nobody said which."""
        self.item = item
        self.place = export.positions[item.column]
        self._export = export
        self._labels = export.value_labels.get(item.column, {})
        self._by_number = self._label_numbers()
        self._known: dict[str | None, Said] = {None: None}

    def said(self, text: str | None) -> Said:
        """Return what a cell says."""
        try:
            return self._known[text]
        except KeyError:
            assert text is not None
            found = self._known[text] = self._decide(text)
            return found

    def _decide(self, text: str) -> Said:
        item = self.item
        code = item.labels.get(folded(text))
        if code is None:
            code = self._export.code(text)
            if code is not None and self._by_number:
                code = self._by_number.get(code)
                if code is None:
                    return "no label of this number"
        if code is None:
            state = nonanswer(text)
            if state:
                return Answer(item.id, None, state)
            if item.labels and self._export.number(text) is None:
                return "a label that 'labels' does not name"
            return "not a whole number" if self._export.number(text) is not None else "not a number"
        if item.min <= code <= item.max:
            return Answer(item.id, code, "valid")
        state = self._beside(code, text)
        return Answer(item.id, None, state) if state else f"code outside the scale {item.min}–{item.max}"

    def _beside(self, code: int, text: str) -> Literal["dont_know", "refused", "not_relevant"] | None:
        """Return what a code beside the scale stands for: by the codebook, else by its label in the export."""
        if code in self.item.dont_know:
            return "dont_know"
        if code in self.item.refused:
            return "refused"
        if code in self.item.not_relevant:
            return "not_relevant"
        return nonanswer(self._labels.get(text) or self._labels.get(str(code), ""))

    def _label_numbers(self) -> dict[int, int]:
        """Return number of a label → its code where the export wrote such numbers, else nothing."""
        told, labels = self._export.answers, list(self.item.labels.values())
        numbered = dict(enumerate(labels, 1))
        if not labels or told not in (FIND_OUT, "number"):
            return {}
        if told == "number":
            return numbered
        codes = {code for row in self._export.rows
                 if (text := row[self.place]) is not None and (code := self._export.code(text)) is not None}
        as_values = codes <= set(labels)
        as_numbers = codes <= set(numbered)
        if as_values and as_numbers and any(numbered[code] != code for code in codes):
            raise WrongFile(f"the numbers in the column '{self.item.column}' may be values or numbers of labels",
                            where=self._export.path, do='Say [file] answers = "value" or "number" in the codebook')
        return numbered if as_numbers and not as_values else {}
