"""Say what a text is about: focus goals, plan themes and topics, by seed words and by what a model has learnt."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from nlp.cutting import Sentence
from nlp.document import Document
from nlp.learnt import TITLE, LearntThemes
from nlp.wordlist import Found, WordList
from store.themes import Theme

AGAIN = 0.5
"""The same word again adds half: it is the same piece of evidence."""

LONG = 300
"""Words at which a hit counts half: one word among a thousand is no theme."""

LEAST = 0.44
"""Scores below are not reported: about one hit in sixty words, two in four hundred."""


LEAST_LEARNT = 0.35
"""The same for the probability that a model gives: what made the F1 over the training texts highest."""


@dataclass(frozen=True, slots=True)
class ThemeReading:
    """Theme id and score, 0 to 1."""

    id: str
    score: float


class Themes:
    """The themes of the fact file, ready to be searched for; ``learnt``: what the backend knows beside their words."""

    def __init__(self, themes: Iterable[Theme], learnt: LearntThemes | None = None) -> None:
        known = tuple(themes)
        self._ids = frozenset(theme.id for theme in known)
        self._learnt = learnt
        self.words: WordList[str] = WordList({theme.id: theme.words for theme in known}, inner=True)
        self._brings = tuple((theme.id, other) for theme in known for other in theme.brings)

    def read(
        self, doc: Document, sentences: Sequence[Sentence], found: Iterable[Found[str]]
    ) -> tuple[ThemeReading, ...]:
        """Score the themes of a text. ``found``: what :attr:`words` finds in the sentences.

        A theme that the model has learnt scores its probability, given at ``LEAST_LEARNT`` and above; every other by
        its seed words, given at ``LEAST`` and above. Highest first, then by id.
        """
        scores = self.by_seeds(doc, sentences, found)
        if self._learnt:
            read = self._learnt.read(doc, sentences, scores)
            scores = {theme: score for theme, score in scores.items() if theme not in read}
            scores |= {theme: round(score, 4) for theme, score in read.items()
                       if score >= LEAST_LEARNT and theme in self._ids}
        scored = [ThemeReading(theme, score) for theme, score in scores.items()]
        return tuple(sorted(scored, key=lambda each: (-each.score, each.id)))

    def reasons(
        self, doc: Document, sentences: Sequence[Sentence], read: Collection[str]
    ) -> Iterator[tuple[int, int, str, float]]:
        """Name the words behind the themes of ``read``: start, end, theme, weight.

        Of a learnt theme the words that moved its log odds most, of another each hit with what it counts.
        """
        found = self.words.of_sentences(sentences)
        learnt = set[str]()
        if self._learnt:
            learnt = {theme for theme in read if theme in self._learnt.known}
            yield from self._learnt.reasons(doc, sentences, learnt)
        seen: set[tuple[str, str]] = set()
        for number, index, theme in found:
            sentence = sentences[number]
            word, start = sentence.words[index], sentence.starts[index]
            worth = TITLE if sentence.start < doc.title_end else 1.0
            if theme in read and theme not in learnt:
                yield start, start + len(word), theme, worth * (AGAIN if (theme, word) in seen else 1.0)
            seen.add((theme, word))

    def by_seeds(
        self, doc: Document, sentences: Sequence[Sentence], found: Iterable[Found[str]]
    ) -> dict[str, float]:
        """Score by seed words: 1 - 0.5^h, h = hits weighted by place, repetition and length of the text.

        A theme that another brings scores at least as high as that one. Only scores of at least ``LEAST`` are given.
        """
        evidence: dict[str, float] = {}
        seen: set[tuple[str, str]] = set()
        for number, index, theme in found:
            weight = TITLE if sentences[number].start < doc.title_end else 1.0
            said = theme, sentences[number].words[index]
            evidence[theme] = evidence.get(theme, 0.0) + weight * (AGAIN if said in seen else 1.0)
            seen.add(said)
        direct = evidence.copy()  # what is brought brings nothing itself
        for theme, other in self._brings:
            if theme in direct:
                evidence[other] = max(evidence.get(other, 0.0), direct[theme])
        length = 1 + sum([len(sentence.words) for sentence in sentences]) / LONG
        scores = {theme: round(1 - 0.5 ** (hits / length), 4) for theme, hits in evidence.items()}
        return {theme: score for theme, score in scores.items() if score >= LEAST}
