"""Read one text: the same function for the store and for ``read -``."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial

from nlp.backends import Backend, Score, backend
from nlp.bearing import bearing
from nlp.cutting import Sentence
from nlp.document import Document, document, leading
from nlp.gazetteer import Gazetteer
from nlp.kept import Kept, Spans, Vocabulary, keep
from nlp.lexicon import load_lexicon
from nlp.mentions import Mention, Named, Unsure, find_names, lead_end, listed, mentions
from nlp.pipeline import load
from nlp.rules import Weight
from nlp.safety import SafetyReading, safety, safety_of_odds
from nlp.stigma import stigma, stigma_words
from nlp.themes import ThemeReading, Themes
from nlp.tone import ToneReading, tone, tone_of_odds
from nlp.voices import Genre, genre, voice_lists, voices
from nlp.wordlist import Found, WordLists
from store.config import Config
from store.facts import Facts

UNSCORED: frozenset[str] = frozenset({"list", "passing"})
"""Roles without a tone: the text is not about the area."""

Borne = tuple[Mention, Mapping[int, float]]
"""An area, and how much each sentence bears on it."""


@dataclass(frozen=True, slots=True)
class AreaReading:
    """What a text says of one area; ``tone`` is absent for list and passing mentions."""

    mention: Mention
    tone: ToneReading | None
    safety: SafetyReading


@dataclass(frozen=True, slots=True)
class AreasRead:
    """What a text says of the areas it names, and what it is about."""

    areas: tuple[AreaReading, ...]
    themes: tuple[ThemeReading, ...]
    stigma: tuple[str, ...]
    voices: tuple[str, ...]
    genre: Genre | None


@dataclass(frozen=True, slots=True)
class Reading(AreasRead):
    """What a text says: of each area, and as a whole; ``because`` are the words that gave tone and safety."""

    tone: ToneReading
    safety: SafetyReading
    unsure: tuple[Unsure, ...]
    because: tuple[Weight, ...]


class Reader:
    """Facts, backend and pipeline of one run. Raises :class:`WrongConfig`, :class:`MissingExtra` when made."""

    def __init__(self, facts: Facts, config: Config, chosen: Backend | None = None) -> None:
        self._facts, self._config = facts, config
        self.gazetteer = Gazetteer(facts.areas, facts.context_words)
        self.backend: Backend = chosen or backend(config.nlp.backend, self.gazetteer)
        self.themes = Themes(facts.themes, self.backend.themes())
        self._lists = WordLists(self.themes.words, stigma_words(), *voice_lists())
        self.cutter = load(config.nlp.spacy_model)
        said = (
            self.backend.version, self.gazetteer.digest, self.cutter.version,
            [(theme.id, theme.brings, theme.words) for theme in facts.themes],
        )
        self.version = hashlib.sha256(repr(said).encode()).hexdigest()[:16]

    def using(self, backend: Backend) -> Reader:
        """Give a reader of the same facts with another backend."""
        return Reader(self._facts, self._config, backend)

    def names(self, doc: Document, day: date | None, given: str | None = None) -> tuple[list[Named], list[Unsure]]:
        """Find the areas named, on raw text: the prefilter of everything else."""
        return find_names(doc.text, self.gazetteer, day, given)

    def read(
        self, doc: Document, day: date | None = None, given: str | None = None, *, because: bool = False
    ) -> Reading:
        """Read a whole text. ``day``: aliases valid then, absent all. ``given``: an area it is known to be about.

        ``because``: say which words gave tone and safety.
        """
        named, unsure = self.names(doc, day, given)
        cut = self.cutter.sentences(doc.text)
        scores = self.backend.read(doc.text, cut, because=because)
        borne = _borne(doc, cut, mentions(doc, named, cut, self.gazetteer, given))
        read_tone, read_safety = _labelling(dict(enumerate(scores)), about=bool(borne))
        whole = dict.fromkeys(range(len(cut)), 1.0)
        told = self._told(doc, cut, borne, dict(enumerate(scores)),
                          self._lists.found(sentence.words for sentence in cut))
        return Reading(
            told.areas, told.themes, told.stigma, told.voices, told.genre, read_tone(whole), read_safety(whole),
            tuple(unsure), tuple(each for score in scores for each in score.because),
        )

    def read_named(self, doc: Document, named: Sequence[Named]) -> tuple[AreasRead, AreasRead | None]:
        """Read a text whose names are known, on both bases: everything held, and title with lead only.

        The lead reading is absent where no area is named in title or lead. Only sentences that bear on an area are
        scored: few of a long text.
        """
        return self._on_both(doc, self.cutter.sentences(doc.text), named)

    def read_title(self, title: str, day: date | None) -> AreasRead:
        """Read a title as if nothing else were held, as it is read where nothing else is."""
        doc = document("", title, "", "teaser")
        named, _ = self.names(doc, day)
        if not named:
            return AreasRead((), (), (), (), None)
        cut = self.cutter.sentences(doc.text)  # a title is its own lead: read once, not on two bases
        scores = dict(enumerate(self.backend.read(doc.text, cut)))
        return self._told(doc, cut, _borne(doc, cut, mentions(doc, named, cut, self.gazetteer)), scores,
                          self._lists.found(sentence.words for sentence in cut))

    def keep(self, doc: Document, named: Sequence[Named]) -> Kept:
        """Keep of a text that is to be deleted what :meth:`read_kept` needs; it holds no name."""
        cut = self.cutter.sentences(doc.text)
        end = lead_end(doc, cut)
        above = [each for each in named if each.start < end]
        size = sum(sentence.start < end for sentence in cut)
        return keep(doc, cut, named, frozenset(listed(doc, named, cut)),
                    frozenset(listed(leading(doc, end), above, cut[:size])), self._vocabulary)

    def read_kept(self, kept: Kept, named: Sequence[Named]) -> tuple[AreasRead, AreasRead | None]:
        """Read what was kept of a text, on both bases, as :meth:`read_named` would have read the text."""
        return self._on_both(kept.document, kept.sentences, named, kept.listed, kept.listed_above)

    @cached_property
    def _vocabulary(self) -> Vocabulary:
        return Vocabulary(load_lexicon(), self.themes, self.gazetteer, self.backend.knows)

    def _on_both(
        self, doc: Document, cut: Sequence[Sentence], named: Sequence[Named], inside: Spans | None = None,
        inside_above: Spans | None = None,
    ) -> tuple[AreasRead, AreasRead | None]:
        full = _borne(doc, cut, mentions(doc, named, cut, self.gazetteer, enumerated=inside))
        end = lead_end(doc, cut)
        lead, above = leading(doc, end), [each for each in named if each.start < end]
        opening = cut[:sum(sentence.start < end for sentence in cut)]
        found = mentions(lead, above, opening, self.gazetteer, enumerated=inside_above) if above else []
        short = _borne(lead, opening, found)
        numbers = sorted({number for _, weights in (*full, *short) for number in weights})
        scores = dict(zip(numbers, self.backend.read(doc.text, [cut[number] for number in numbers]), strict=True))
        lists = self._lists.found(sentence.words for sentence in cut)
        whole = self._told(doc, cut, full, scores, lists)
        if not above:
            return whole, None
        size = len(opening)  # what a list finds in a sentence hangs on no other sentence
        above_lists = [[each for each in found if each[0] < size] for found in lists]
        return whole, self._told(lead, opening, short, scores, above_lists)

    def _told(
        self, doc: Document, cut: Sequence[Sentence], borne: Sequence[Borne], scores: Mapping[int, Score],
        lists: Sequence[Sequence[Found[str]]],
    ) -> AreasRead:
        """Put together what a text says.

        ``scores`` are those of the sentences that bear on an area, by number; ``lists`` what the word lists found.
        """
        read_tone, read_safety = _labelling(scores)
        areas = tuple(
            AreaReading(mention, None if mention.role in UNSCORED else read_tone(weights), read_safety(weights))
            for mention, weights in borne
        )
        themes, labels, heard, marks = lists
        return AreasRead(areas, self.themes.read(doc, cut, themes), stigma(labels), voices(cut, heard),
                         genre(doc, cut, marks))


def _borne(doc: Document, cut: Sequence[Sentence], found: Sequence[Mention]) -> list[Borne]:
    return [(mention, bearing(doc, cut, mention.area, found)) for mention in found]


def _labelling(
    scores: Mapping[int, Score], *, about: bool = True,
) -> tuple[Callable[[Mapping[int, float]], ToneReading], Callable[[Mapping[int, float]], SafetyReading]]:
    """Tell how sentences with some weights get a label: by the odds of the classes where the backend gives them.

    ``about``: the text is about an area, so its tone is the tone towards that.
    """
    if any(score.odds for score in scores.values()):
        tones = slice(0, 3) if about else slice(6, 9)
        return (partial(tone_of_odds, {number: score.odds[tones] for number, score in scores.items()}),
                partial(safety_of_odds, {number: score.odds[3:6] for number, score in scores.items()}))
    return (partial(tone, {number: score.tone for number, score in scores.items()}),
            partial(safety, {number: score.safety for number, score in scores.items()}))
