"""Say why a text was read as it was: the words and rules behind area, tone, safety and themes, with their places."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from nlp.bearing import MEANING, NAMING
from nlp.document import Document
from nlp.reader import Reader, Reading


@dataclass(frozen=True, slots=True)
class Reason:
    """What one place in the input gave: a span in the field it stands in, as it was given."""

    field: Literal["title", "text"]
    start: int
    end: int
    rule: str
    weight: float


class Explainer:
    """Explains readings; build once a run. It costs about as much as reading."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def reasons(self, doc: Document, reading: Reading, *, titled: bool) -> list[Reason]:
        """Name the reasons of ``reading`` in the order of the input; ``titled``: the input had a title of its own.

        Weights: of an area how much its sentence bears on it; of tone and safety what the word gives its sentence (with
        a trained model: by how much it moves the log odds); of a theme the hits it counts, or the same.
        """
        found = [*self._areas(reading), *self._tones(reading), *self._of_themes(doc, reading)]
        return sorted((_placed(doc, titled, *each) for each in found),
                      key=lambda each: (each.field == "text", each.start, each.end, each.rule))

    def _areas(self, reading: Reading) -> Iterator[tuple[int, int, str, float]]:
        for area in reading.areas:
            mention = area.mention
            for start, end in mention.named:
                yield start, end, f"area: {mention.area} ({mention.role})", NAMING
            for start, end in mention.meant:
                yield start, end, f"area: {mention.area} taken up", MEANING

    def _tones(self, reading: Reading) -> Iterator[tuple[int, int, str, float]]:
        for each in reading.because:
            for scale, weight in (("tone", each.tone), ("safety", each.safety)):
                if weight:
                    yield each.start, each.end, f"{scale}: {each.rule}", weight

    def _of_themes(self, doc: Document, reading: Reading) -> Iterator[tuple[int, int, str, float]]:
        read = {theme.id for theme in reading.themes}
        cut = self._reader.cutter.sentences(doc.text)
        for start, end, theme, weight in self._reader.themes.reasons(doc, cut, read):
            yield start, end, f"theme: {theme}", weight


def _placed(doc: Document, titled: bool, start: int, end: int, rule: str, weight: float) -> Reason:
    weight = round(weight, 4)
    if start < doc.title_end:
        return Reason("title" if titled else "text", start, end, rule, weight)
    return Reason("text", start - doc.body_start, end - doc.body_start, rule, weight)
