"""Match lists of words, word stems and fixed phrases on the words of a sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Generic, TypeVar

import ahocorasick

from nlp.cutting import Sentence

Label = TypeVar("Label")
Known = TypeVar("Known")

Entry = tuple[tuple[Label, ...], Sequence[tuple[tuple[str, ...], Label]]]
"""What one form gives: labels at once, and labels with the words that must stand behind it."""

Found = tuple[int, int, Label]
"""The number of a sentence, the index of the word in it, and the label it gave."""

GAP = 3
"""Words that may stand between the two words of a phrase: *rives 100 boliger ned*."""

INNER = 5
"""A stem counts as a later part of a compound from so many letters on."""

LEAST_BEFORE = 3
"""Letters that stand before a later part of a compound."""

LONGEST = 60
"""Longer runs of letters are no words."""

MEMORY = 200_000
"""Words kept at hand: enough for a year of news, small enough for a laptop."""


class Remembered(dict[str, Known]):
    """Answers of a function of one word, kept in bounded memory."""

    def __init__(self, ask: Callable[[str], Known]) -> None:
        super().__init__()
        self._ask = ask

    def __missing__(self, word: str) -> Known:
        if len(self) >= MEMORY:
            self.clear()
        found = self[word] = self._ask(word)
        return found


class WordList(Generic[Label]):
    """Labels by word. A trailing ``*`` takes any ending; a long stem is found inside compounds too."""

    def __init__(self, words: Mapping[Label, Iterable[str]], *, inner: bool = False) -> None:
        self._exact: dict[str, list[Label]] = {}
        self._phrases: dict[str, list[tuple[tuple[str, ...], Label]]] = {}
        self._inner = inner
        self.known = Remembered(self._known_of)
        stems: dict[str, list[Label]] = {}
        for label, entries in words.items():
            for entry in entries:
                first, *rest = entry.lower().split()
                if rest:
                    self._phrases.setdefault(first, []).append((tuple(rest), label))
                elif first.endswith("*"):
                    stems.setdefault(first[:-1], []).append(label)
                else:
                    self._exact.setdefault(first, []).append(label)
        self._stems = ahocorasick.Automaton()
        for stem, labels in (stems or {"\0": []}).items():
            self._stems.add_word(stem, (len(stem), labels))
        self._stems.make_automaton()
        later = {part for found in self._phrases.values() for rest, _ in found for part in rest}
        self._later = frozenset(part for part in later if not part.endswith("*"))
        self._later_stems = tuple(part[:-1] for part in later if part.endswith("*"))

    def of(self, form: str) -> tuple[Label, ...]:
        """Return the labels of one form in lower case, without repeats."""
        known = self.known[form]
        return known[0] if known else ()

    def _known_of(self, form: str) -> Entry[Label] | None:
        labels = tuple(dict.fromkeys(self._look_up(form))) if len(form) <= LONGEST else ()
        phrases = self._phrases.get(form, ())
        return (labels, phrases) if labels or phrases else None

    def has(self, form: str) -> bool:
        """Say whether a form stands in the list as it is: as a word, or as part of a phrase."""
        return form in self._exact or form in self._phrases or form in self._later

    def uses(self, form: str) -> bool:
        """Say whether a form can bring a hit, alone or as part of a phrase."""
        return self.has(form) or bool(self.of(form)) or form.startswith(self._later_stems)

    def _look_up(self, form: str) -> Iterator[Label]:
        yield from self._exact.get(form, ())
        if form.endswith("s"):
            yield from self._exact.get(form[:-1], ())
        for last, (length, labels) in self._stems.iter(form):
            start = last - length + 1
            if start == 0 or (self._inner and start >= LEAST_BEFORE and length >= INNER):
                yield from labels

    def hits(self, words: Sequence[str]) -> list[tuple[int, Label]]:
        """Find all labels in a sentence, with the index of the word that gave them."""
        (found,) = self._alone.found([words])
        return [(index, label) for _, index, label in found]

    def of_sentences(self, sentences: Iterable[Sentence]) -> list[Found[Label]]:
        """Find all labels in a text, with the numbers of their sentences."""
        (found,) = self._alone.found(sentence.words for sentence in sentences)
        return found

    @cached_property
    def _alone(self) -> WordLists[Label]:
        return WordLists(self)


class WordLists(Generic[Label]):
    """Several lists, asked with one look at each word."""

    def __init__(self, *lists: WordList[Label]) -> None:
        self._lists = lists
        self._known = Remembered(self._known_of)

    def _known_of(self, form: str) -> list[tuple[int, Entry[Label]]]:
        return [(which, entry) for which, each in enumerate(self._lists) if (entry := each.known[form])]

    def found(self, sentences: Iterable[Sequence[str]]) -> list[list[Found[Label]]]:
        """Find what each list finds in the words of sentences."""
        known = self._known
        found: list[list[Found[Label]]] = [[] for _ in self._lists]
        looked_up = [
            (number, words, index, each) for number, words in enumerate(sentences) for index, form in enumerate(words)
            if (each := known[form])
        ]
        for number, words, index, entries in looked_up:
            for which, (labels, phrases) in entries:
                into = found[which]
                for label in labels:
                    into.append((number, index, label))
                for rest, label in phrases:
                    if _follows(words, index + 1, rest):
                        into.append((number, index, label))
        return found


def _follows(words: Sequence[str], index: int, rest: Sequence[str]) -> bool:
    """Tell whether ``rest`` stands at ``index``; the second word of a pair may stand a little later."""
    part = rest[0]
    if len(rest) == 1:
        near = words[index:index + GAP + 1]
        return part in near or (part[-1] == "*" and any(word.startswith(part[:-1]) for word in near))
    return len(words) >= index + len(rest) and all(map(_is, words[index:index + len(rest)], rest))


def _is(word: str, part: str) -> bool:
    return word == part or (part[-1] == "*" and word.startswith(part[:-1]))
