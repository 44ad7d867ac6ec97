"""Pick the sentences in which a text names an area: a short way back from a reading to what was written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from nlp.cutting import Sentence
from nlp.document import Document, document
from nlp.gazetteer import Gazetteer
from nlp.mentions import Named, find_names
from nlp.pipeline import Cutter, load
from store.facts import Facts

MOST = 2
"""Sentences kept of a text and area: enough to see what is meant, never the article."""

LONGEST = 300
"""Characters kept of a sentence, around the name."""

PART = 0.5
"""No more than this part of a text that is held in full is ever kept."""

_LINE = re.compile(r"\n\s*\n")


class NamingSentences:
    """Finds the sentences that name an area; build once a run."""

    def __init__(self, facts: Facts, spacy_model: str) -> None:
        self._gazetteer = Gazetteer(facts.areas, facts.context_words)
        self._cutter: Cutter = load(spacy_model)

    def of(self, title: str, summary: str, text: str, level: str, day: date) -> dict[str, tuple[str, ...]]:
        """Return area → up to :data:`MOST` sentences below the title that name it, as written, in order.

        ``level`` is the article's text level. Of a text held in full never more than :data:`PART` is returned; a name
        that stands in the title alone gives nothing.
        """
        doc = document(text, title, summary, "article" if level == "full" else "teaser")
        named, _ = find_names(doc.text, self._gazetteer, day)
        room = int(PART * (len(doc.text) - doc.body_start)) if level == "full" else None
        areas = {each.area: [] for each in named}  # type: dict[str, list[Named]]
        for each in named:
            if each.start >= doc.body_start:
                areas[each.area].append(each)
        found = {area: self._sentences(doc, names, room) for area, names in areas.items()}
        return {area: sentences for area, sentences in found.items() if sentences}

    def _sentences(self, doc: Document, names: Sequence[Named], room: int | None) -> tuple[str, ...]:
        kept: list[str] = []
        end = 0
        for each in names:
            if each.start < end:
                continue
            sentence = self._around(doc, each)
            end = sentence[1]
            words = shortened(doc.text, *sentence, each)
            if room is not None and sum(map(len, kept)) + len(words) > room:
                break
            kept.append(words)
            if len(kept) == MOST:
                break
        return tuple(kept)

    def _around(self, doc: Document, name: Named) -> tuple[int, int]:
        """Return the span of the sentence that holds ``name``; only its paragraph is cut, which is most of the work."""
        start = max((gap.end() for gap in _LINE.finditer(doc.text, 0, name.start)), default=0)
        after = _LINE.search(doc.text, name.end)
        cut = self._cutter.sentences(doc.text[start:after.start() if after else len(doc.text)])
        inside: Sentence = max((each for each in cut if start + each.start <= name.start), key=lambda each: each.start)
        return start + inside.start, start + inside.end


def shortened(text: str, start: int, end: int, name: Named) -> str:
    """Return ``text[start:end]`` on one line; of a long sentence what stands around the name, cut between words."""
    before = after = ""
    if end - start > LONGEST:
        first = max(start, min(name.start - LONGEST // 2, end - LONGEST))
        last = min(end, first + LONGEST)
        if first > start:
            gap = text.find(" ", first, name.start)
            start, before = (gap + 1 if gap >= 0 else name.start), "… "
        if last < end:
            gap = text.rfind(" ", name.end, last)
            end, after = (gap if gap >= 0 else name.end), " …"
    return before + " ".join(text[start:end].split()) + after
