"""Read one text: the same function for the store and for ``read -``."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from nlp.backends import Backend, Score, backend
from nlp.bearing import bearing
from nlp.cutting import Sentence
from nlp.document import Document, leading
from nlp.gazetteer import Gazetteer
from nlp.kept import Kept, Spans, Vocabulary, keep
from nlp.lexicon import load_lexicon
from nlp.mentions import Mention, Named, Unsure, find_names, lead_end, listed, mentions
from nlp.pipeline import load
from nlp.rules import Weight
from nlp.safety import SafetyReading, safety
from nlp.stigma import stigma
from nlp.themes import ThemeReading, Themes
from nlp.tone import ToneReading, tone
from nlp.voices import Genre, genre, voices
from store.config import Config
from store.facts import Facts

UNSCORED: frozenset[str] = frozenset({"list", "passing"})
"""Roles without a tone: the text is not about the area."""


@dataclass(frozen=True, slots=True)
class AreaReading:
    """What a text says of one area; ``tone`` is absent for list and passing mentions."""

    mention: Mention
    tone: ToneReading | None
    safety: SafetyReading


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text says: as a whole, and of each area; ``because`` are the words that gave tone and safety."""

    tone: ToneReading
    safety: SafetyReading
    themes: tuple[ThemeReading, ...]
    areas: tuple[AreaReading, ...]
    unsure: tuple[Unsure, ...]
    stigma: tuple[str, ...]
    voices: tuple[str, ...]
    genre: Genre | None
    because: tuple[Weight, ...]


class Reader:
    """Facts, backend and pipeline of one run. Raises :class:`WrongConfig`, :class:`MissingExtra` when made."""

    def __init__(self, facts: Facts, config: Config) -> None:
        self.gazetteer = Gazetteer(facts.areas, facts.context_words)
        self.backend: Backend = backend(config.nlp.backend, self.gazetteer)
        self._themes = Themes(facts.themes)
        self._cutter = load(config.nlp.spacy_model)
        said = (
            self.backend.version, self.gazetteer.digest, [(theme.id, theme.words) for theme in facts.themes],
            self._cutter.version,
        )
        self.version = hashlib.sha256(repr(said).encode()).hexdigest()[:16]

    def names(self, doc: Document, day: date | None, given: str | None = None) -> tuple[list[Named], list[Unsure]]:
        """Find the areas named, on raw text: the prefilter of everything else."""
        return find_names(doc.text, self.gazetteer, day, given)

    def read(self, doc: Document, day: date | None = None, given: str | None = None) -> Reading:
        """Read a whole text. ``day``: aliases valid then, absent all. ``given``: an area it is known to be about."""
        named, unsure = self.names(doc, day, given)
        cut = self._cutter.sentences(doc.text)
        scores = self.backend.read(doc.text, cut)
        found = mentions(doc, named, cut, self.gazetteer, given)
        return self._compose(doc, cut, scores, found, tuple(unsure))

    def read_named(self, doc: Document, named: Sequence[Named]) -> tuple[Reading, Reading | None]:
        """Read a text whose names are known, on both bases: everything held, and title with lead only.

        The lead reading is absent where no area is named in title or lead.
        """
        return self._on_both(doc, self._cutter.sentences(doc.text), named)

    def keep(self, doc: Document, named: Sequence[Named]) -> Kept:
        """Keep of a text that is to be deleted what :meth:`read_kept` needs; it holds no name."""
        cut = self._cutter.sentences(doc.text)
        end = lead_end(doc, cut)
        above = [each for each in named if each.start < end]
        size = sum(sentence.start < end for sentence in cut)
        return keep(doc, cut, named, frozenset(listed(doc, named, cut)),
                    frozenset(listed(leading(doc, end), above, cut[:size])), self._vocabulary)

    def read_kept(self, kept: Kept, named: Sequence[Named]) -> tuple[Reading, Reading | None]:
        """Read what was kept of a text, on both bases, as :meth:`read_named` would have read the text."""
        return self._on_both(kept.document, kept.sentences, named, kept.listed, kept.listed_above)

    @cached_property
    def _vocabulary(self) -> Vocabulary:
        return Vocabulary(load_lexicon(), self._themes, self.gazetteer)

    def _on_both(
        self, doc: Document, cut: Sequence[Sentence], named: Sequence[Named], inside: Spans | None = None,
        inside_above: Spans | None = None,
    ) -> tuple[Reading, Reading | None]:
        scores = self.backend.read(doc.text, cut)
        full = self._compose(doc, cut, scores, mentions(doc, named, cut, self.gazetteer, enumerated=inside), ())
        end = lead_end(doc, cut)
        above = [each for each in named if each.start < end]
        if not above:
            return full, None
        size = sum(sentence.start < end for sentence in cut)
        lead = leading(doc, end)
        found = mentions(lead, above, cut[:size], self.gazetteer, enumerated=inside_above)
        return full, self._compose(lead, cut[:size], scores[:size], found, ())

    def _compose(
        self, doc: Document, cut: Sequence[Sentence], scores: Sequence[Score], found: Sequence[Mention],
        unsure: tuple[Unsure, ...],
    ) -> Reading:
        tones, safeties = [score.tone for score in scores], [score.safety for score in scores]
        whole = dict.fromkeys(range(len(cut)), 1.0)
        areas = []
        for mention in found:
            weights = bearing(doc, cut, mention.area, found)
            areas.append(AreaReading(
                mention, None if mention.role in UNSCORED else tone(tones, weights), safety(safeties, weights)
            ))
        return Reading(
            tone(tones, whole), safety(safeties, whole), self._themes.read(doc, cut), tuple(areas), unsure,
            stigma(cut), voices(cut), genre(doc, cut), tuple(each for score in scores for each in score.because),
        )
