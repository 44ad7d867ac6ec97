"""Say what a text is about: focus goals, plan themes and topics, by their seed words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from nlp.cutting import Sentence
from nlp.document import Document
from nlp.wordlist import Found, WordList
from store.themes import Theme

TITLE = 2.0
"""A word in the headline says twice as much about the subject as one below it."""

AGAIN = 0.5
"""The same word again adds half: it is the same piece of evidence."""

LONG = 300
"""Words at which a hit counts half: one word among a thousand is no theme."""

LEAST = 0.44
"""Scores below are not reported: about one hit in sixty words, two in four hundred."""


@dataclass(frozen=True, slots=True)
class ThemeReading:
    """Theme id and score, 0 to 1."""

    id: str
    score: float


class Themes:
    """The themes of the fact file, ready to be searched for."""

    def __init__(self, themes: Iterable[Theme]) -> None:
        known = tuple(themes)
        self.words: WordList[str] = WordList({theme.id: theme.words for theme in known}, inner=True)
        self._brings = tuple((theme.id, other) for theme in known for other in theme.brings)

    def read(
        self, doc: Document, sentences: Sequence[Sentence], found: Iterable[Found[str]]
    ) -> tuple[ThemeReading, ...]:
        """Score the themes of a text: 1 - 0.5^h, h = hits weighted by place, repetition and length of the text.

        A theme that another brings scores at least as high as that one.

        ``found``: what :attr:`words` finds in the sentences. Highest first, then by id. Only scores of at least
        ``LEAST`` are given.
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
        scored = [ThemeReading(theme, score) for theme, score in scores.items() if score >= LEAST]
        return tuple(sorted(scored, key=lambda each: (-each.score, each.id)))
