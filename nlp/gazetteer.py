"""Find names of areas in raw text with one automaton, before anything is cut into words."""

from __future__ import annotations

import hashlib
import tomllib
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import ahocorasick

from nlp.folding import Folded, fold, key, spellings
from store.areas import Alias, Area

LONGEST_NAME = 60
"""No name of an area has more letters; how far back a name that covers another can begin."""

NAMES = Path(__file__).resolve().parent.parent / "data" / "lexicon" / "names.toml"


@dataclass(frozen=True, slots=True)
class Name:
    """One alias of one area, as an entry of the automaton."""

    area: str
    alias: Alias

    @property
    def needs_context(self) -> bool:
        """Whether the name alone does not tell the area."""
        return self.alias.needs_context


@dataclass(frozen=True, slots=True)
class Hit:
    """A name met in a text: its span in the folded text (name only) and what it may stand for.

    No ``names``: a name that is never the area (Bispeparken), which keeps shorter names from being read into it.
    """

    start: int
    end: int
    names: tuple[Name, ...]


@dataclass(frozen=True)
class Vocabulary:
    """The words of data/lexicon/names.toml."""

    tails: tuple[str, ...]
    anaphora: tuple[str, ...]
    elsewhere: tuple[str, ...]
    municipalities: tuple[str, ...]

    @cached_property
    def taking_up(self) -> frozenset[str]:
        """The words that take a name up, and their genitives."""
        return frozenset(form for word in self.anaphora for form in (word, f"{word}s"))


def load_vocabulary(path: Path = NAMES) -> Vocabulary:
    """Read the words that surround names."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return Vocabulary(**{name: tuple(fold(word).text for word in words) for name, words in table.items()})


class Gazetteer:
    """The names of all areas, ready to be searched for; build once a run."""

    def __init__(self, areas: Iterable[Area], context_words: Iterable[str] = ()) -> None:
        self.areas = {area.id: area for area in areas}
        self.vocabulary = load_vocabulary()
        self.municipalities = frozenset(map(key, self.vocabulary.municipalities))
        self._context_words = tuple(context_words)
        self.digest = _digest(self.areas.values(), self._context_words)
        exact = {word for word in self.vocabulary.tails if not word.endswith("*")}
        self._tails = (exact, tuple(word[:-1] for word in self.vocabulary.tails if word.endswith("*")))
        self._names = _automaton(self._name_entries())
        self._context = _automaton(self._context_entries())

    def _name_entries(self) -> Iterator[tuple[str, Name | None]]:
        for area in self.areas.values():
            for alias in area.aliases:
                for spelling in spellings(alias.name):
                    yield spelling, Name(area.id, alias)
            for friend in area.false_friends:
                if not friend.beside:
                    for spelling in spellings(friend.name):
                        yield spelling, None

    def _context_entries(self) -> Iterator[tuple[str, str]]:
        for area in self.areas.values():
            sure = [alias.name for alias in area.aliases if not alias.needs_context]
            places = [area.municipality, *area.cities]
            for word in [*places, *area.housing_organisations, *area.recognition_words, *sure]:
                for spelling in spellings(word):
                    yield spelling, f"area:{area.id}"
            for place in [*places, area.requires_city or ""]:
                for spelling in spellings(place) if place else ():
                    yield spelling, f"place:{key(place)}"
            for friend in area.false_friends:
                for word in friend.beside:
                    for spelling in spellings(word):
                        yield spelling, f"beside:{key(word)}"
        for word in self._context_words:
            for spelling in spellings(word.rstrip("*")):
                yield spelling, "list*" if word.endswith("*") else "list"

    def names(self, folded: Folded, day: date | None) -> list[Hit]:
        """Find every name valid on ``day`` (absent: all) at word boundaries, longest where they overlap."""
        text = folded.text
        found: dict[tuple[int, int], Hit] = {}
        for last, (length, entries) in self._names.iter(text):
            start, end = last - length + 1, last + 1
            if start and (text[start - 1].isalnum() or text[start - 1] == "_"):
                continue
            blocks = None in entries
            names = tuple(entry for entry in entries if entry is not None and entry.alias.valid(day))
            if (blocks or names) and self._ends(text, end):
                found[start, end] = Hit(start, end, () if blocks else names)
        return [found[span] for span in sorted(found)]

    def _ends(self, text: str, end: int) -> bool:
        """Tell whether a name may end at ``end``: a boundary, a genitive, or a known second part of a compound."""
        tail = _letters(text, end)
        if tail in ("", "s"):
            return True
        exact, stems = self._tails
        return any(rest in exact or rest.startswith(stems) for rest in (tail, tail.removeprefix("s")))

    def context(self, folded: Folded, without: Iterable[tuple[int, int]]) -> dict[str, list[int]]:
        """Find the words that give names their context, with offsets; what stands inside ``without`` counts not.

        Keys: ``area:ID`` any word of the area, ``place:KEY`` a municipality or city, ``beside:KEY`` a word of a false
        friend, ``list`` the vocabulary of the official lists.
        """
        text = folded.text
        taken = sorted(without)
        starts = [start for start, _ in taken]
        found: dict[str, list[int]] = {}
        for last, (length, entries) in self._context.iter(text):
            start, end = last - length + 1, last + 1
            near = taken[bisect_left(starts, start - LONGEST_NAME):bisect_right(starts, start)]
            if (start and text[start - 1].isalnum()) or any(end <= name_end for _, name_end in near):
                continue
            whole = _letters(text, end) in ("", "s")
            for entry in entries:
                if whole or entry == "list*":
                    found.setdefault(entry.rstrip("*"), []).append(start)
        return found


def _letters(text: str, start: int) -> str:
    end = start
    while end < len(text) and text[end].isalnum():
        end += 1
    return text[start:end]


def _automaton(entries: Iterable[tuple[str, Any]]) -> Any:
    """Build an automaton whose values are (length, entries), entries without repeats in the order given."""
    words: dict[str, dict[Any, None]] = {}
    for spelling, entry in entries:
        words.setdefault(spelling, {})[entry] = None
    words.setdefault("\0", {})  # an automaton without words can't be searched
    automaton = ahocorasick.Automaton()
    for spelling, found in words.items():
        automaton.add_word(spelling, (len(spelling), tuple(found)))
    automaton.make_automaton()
    return automaton


def _digest(areas: Iterable[Area], context_words: tuple[str, ...]) -> str:
    """Digest what decides which area is read: an edit of sizes or shares must not make all texts unread."""
    said = [
        (area.id, area.municipality, area.cities, area.housing_organisations, area.aliases, area.recognition_words,
         area.false_friends, area.requires_city)
        for area in areas
    ]
    return hashlib.sha256(repr((said, context_words)).encode()).hexdigest()
