"""Say what a text is about by what was learnt from texts, with the seed words as one sign among others."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property

import numpy as np

from nlp.cutting import Sentence
from nlp.document import Document
from nlp.features import GONE, Extractor, add_words, length_scale
from nlp.model import CLASSES, Array, Model, Sums

SEED = "s "
"""Before the id of a theme: the feature that holds its score by seed words."""

REASONS = 3
LEAST_REASON = 0.3
"""The words shown as reasons: so many of a theme, and none but the first that moves the log odds by less."""

TITLE = 2.0
"""A word in the headline says twice as much about the subject as one below it."""


class LearntThemes:
    """The themes that a model has a column for. ``model`` is asked for at the first text."""

    def __init__(self, model: Callable[[], Model], extractor: Extractor) -> None:
        self._ask = model
        self._extractor = extractor

    @cached_property
    def _model(self) -> Model:
        return self._ask()

    @cached_property
    def known(self) -> Mapping[str, int]:
        """The themes that were learnt, with their places."""
        return {id: place for place, id in enumerate(self._model.columns[len(CLASSES):])}

    @cached_property
    def _weights(self) -> tuple[Array, Array]:
        return self._model.part(slice(len(CLASSES), None))

    @cached_property
    def _sums(self) -> Sums:
        return Sums(self._model.rows, self._weights[0])

    def read(self, doc: Document, sentences: Sequence[Sentence], seeds: Mapping[str, float]) -> dict[str, float]:
        """Give the probability of each learnt theme; ``seeds``: scores by seed words."""
        if not self.known:
            return {}
        words = distinct(doc, sentences, self._extractor)
        total = self._weights[1].copy()
        if words:
            counts = np.fromiter(words.values(), np.float32, len(words))
            total += length_scale(len(words)) * (counts @ self._said(words))
        rows = self._model.rows
        for id, score in seeds.items():
            if (row := rows.get(SEED + id)) is not None:
                total += score * self._weights[0][row]
        return {id: 1 / (1 + math.exp(-logit)) for id, logit in zip(self.known, total.tolist(), strict=True)}

    def _said(self, words: Iterable[str]) -> Array:
        """Return what each word says of each theme, shape (words, themes)."""
        sums = self._sums
        sums.make_room()
        rows = [sums[word] for word in words]
        said: Array = sums.table[rows]
        return said

    def reasons(
        self, doc: Document, sentences: Sequence[Sentence], read: Collection[str]
    ) -> Iterator[tuple[int, int, str, float]]:
        """Name the words that moved the log odds of each theme of ``read`` most: start, end, theme, weight."""
        words = distinct(doc, sentences, self._extractor)
        places = _places(sentences, words)
        shown = [word for word in words if word in places]
        if not shown:
            return
        said = length_scale(len(words)) * np.array([words[word] for word in shown])[:, None] * self._said(shown)
        for theme in sorted(read):
            column = self.known[theme]
            best = sorted(range(len(shown)), key=lambda at: -said[at, column])[:REASONS]
            for rank, at in enumerate(best):
                if not rank or said[at, column] >= LEAST_REASON:
                    yield *places[shown[at]], theme, float(said[at, column])


def _places(
    sentences: Sequence[Sentence], words: Collection[str]
) -> dict[str, tuple[int, int]]:
    """Say where each word stands first."""
    found: dict[str, tuple[int, int]] = {}
    for sentence in sentences:
        for word, start in zip(sentence.words, sentence.starts, strict=True):
            if word in words and word not in found:
                found[word] = (start, start + len(word))
    return found


def distinct(doc: Document, sentences: Sequence[Sentence], extractor: Extractor) -> dict[str, float]:
    """Give the different words of a text without names, each once: 1, or :data:`TITLE` where the headline has it."""
    found = dict.fromkeys(extractor.words(doc.text, sentences), 1.0)
    if doc.title_end:
        above = [sentence for sentence in sentences if sentence.start < doc.title_end]
        found.update(dict.fromkeys(found.keys() & set[str]().union(*[each.words for each in above]), TITLE))
    if found.pop(GONE, None):  # another word at each place, as far as one can know
        gone = sum(sentence.words.count(GONE) for sentence in sentences)
        found.update((f"{GONE}{number}", 1.0) for number in range(gone))
    return found


def sparse_themes(words: Mapping[str, float], seeds: Mapping[str, float]) -> dict[str, float]:
    """Lay the features of a text's themes out by name: what the training sees."""
    found = {SEED + id: score for id, score in seeds.items()}
    scale = length_scale(len(words))
    add_words(found, ((word, scale * weight) for word, weight in words.items()))
    return found
