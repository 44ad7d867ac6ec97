"""Match lists of words, word stems and fixed phrases on the words of a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Generic, TypeVar

import ahocorasick

Label = TypeVar("Label")

GAP = 3
"""Words that may stand between the two words of a phrase: *rives 100 boliger ned*."""

INNER = 5
"""A stem counts as a later part of a compound from so many letters on."""

LEAST_BEFORE = 3
"""Letters that stand before a later part of a compound."""

LONGEST = 60
"""Longer runs of letters are no words."""

MEMORY = 100_000


class WordList(Generic[Label]):
    """Labels by word. A trailing ``*`` takes any ending; a long stem is found inside compounds too."""

    def __init__(self, words: Mapping[Label, Iterable[str]], *, inner: bool = False) -> None:
        self._exact: dict[str, list[Label]] = {}
        self._phrases: dict[str, list[tuple[tuple[str, ...], Label]]] = {}
        self._inner = inner
        self._found: dict[str, tuple[Label, ...]] = {}
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
        try:
            return self._found[form]
        except KeyError:
            if len(form) > LONGEST:
                return ()
            if len(self._found) >= MEMORY:
                self._found.clear()
            found = self._found[form] = tuple(dict.fromkeys(self._look_up(form)))
            return found

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

    def hits(self, words: Sequence[str]) -> Iterator[tuple[int, Label]]:
        """Find all labels in a sentence, with the index of the word that gave them."""
        known = self._found
        for index, form in enumerate(words):
            labels = known.get(form)
            for label in self.of(form) if labels is None else labels:
                yield index, label
            if form in self._phrases:
                for rest, label in self._phrases[form]:
                    if _follows(words, index + 1, rest):
                        yield index, label


def _follows(words: Sequence[str], index: int, rest: Sequence[str]) -> bool:
    """Tell whether ``rest`` stands at ``index``; the second word of a pair may stand a little later."""
    if len(rest) > 1:
        return all(_is(words, index + offset, part) for offset, part in enumerate(rest))
    return any(_is(words, at, rest[0]) for at in range(index, index + GAP + 1))


def _is(words: Sequence[str], index: int, part: str) -> bool:
    if index >= len(words):
        return False
    return words[index].startswith(part[:-1]) if part.endswith("*") else words[index] == part
