"""Bring the words of a text to their dictionary form, and leave names out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from nlp.cutting import CLOSERS, OPENERS
from nlp.pipeline import Cutter, chosen, load

if TYPE_CHECKING:
    from spacy.language import Language

SHORTEST = 3
"""Letters of the shortest word that says what a text is about."""

MEMORY = 200_000

BEGINNINGS = OPENERS | CLOSERS | {":", "-"}
"""Behind these a capital letter says nothing of a name."""


@dataclass(frozen=True, slots=True)
class Lemma:
    """A word in its dictionary form, lower case; ``capital``: it was written with one, so it may begin a name."""

    word: str
    capital: bool


class Lemmas:
    """Gives the lemmas of a text: by a Danish spaCy model when one is installed, else by simplemma (MIT)."""

    def __init__(self, spacy_model: str = "auto") -> None:
        name = chosen(spacy_model)
        self._cutter: Cutter | None = load("blank") if name == "blank" else None
        self._nlp: Language | None = None if name == "blank" else whole_model(name)

    def of(self, text: str) -> list[Lemma]:
        """Return the lemmas of ``text`` in order.

        Left out are words with a capital inside a sentence, persons that the model finds, words with other signs than
        letters, and short ones.
        """
        return list(self._by_model(text) if self._nlp else self._by_list(text))

    def _by_list(self, text: str) -> Iterator[Lemma]:
        assert self._cutter is not None
        for sentence in self._cutter.sentences(text):
            before = ""
            for word, start in zip(sentence.words, sentence.starts, strict=True):
                capital = text[start].isupper()
                if not capital or not before or before in BEGINNINGS:
                    found = _lemma(word, capital)
                    if found is not None:
                        yield found
                before = word

    def _by_model(self, text: str) -> Iterator[Lemma]:
        assert self._nlp is not None
        before = ""
        for token in self._nlp(text):
            opens = not before or token.is_sent_start or before in BEGINNINGS
            before = token.text
            capital = token.text[0].isupper()
            if token.ent_type_ != "PER" and _is_word(token.lower_) and (opens or not capital):
                yield Lemma(token.lemma_.lower() or token.lower_, capital)


def no_names(texts: Iterable[Sequence[Lemma]]) -> list[tuple[str, ...]]:
    """Leave out words that are only ever met with a capital: at the beginning of a sentence stand names, too."""
    held = [tuple(text) for text in texts]
    plain = {each.word for text in held for each in text if not each.capital}
    return [tuple(each.word for each in text if each.word in plain) for text in held]


@lru_cache(maxsize=MEMORY)
def _lemma(word: str, capital: bool) -> Lemma | None:
    return Lemma(lemma(word), capital) if _is_word(word) else None


def _is_word(word: str) -> bool:
    return len(word) >= SHORTEST and word.isalpha()


@lru_cache(maxsize=1)
def _lemmatizer() -> Callable[..., str]:
    import simplemma  # its Danish list takes a second to load

    found: Callable[..., str] = simplemma.lemmatize
    return found


@lru_cache(maxsize=MEMORY)
def lemma(word: str) -> str:
    """Look the dictionary form of a word in lower case up; one that is not known is its own."""
    return _lemmatizer()(word, lang="da").lower()


def whole_model(name: str) -> Any:
    """Load an installed spaCy model with all its parts; :func:`nlp.pipeline.load` leaves out what cutting needs not."""
    import spacy

    return spacy.load(name)
