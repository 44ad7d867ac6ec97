"""Look words up: their tone, their safety, and what they do to other words."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal

from afinn import Afinn

from nlp.inflection import BY_CLASS, forms
from nlp.wordlist import Remembered
from store.errors import WrongFacts

FOLDER = Path(__file__).resolve().parent.parent / "data" / "lexicon"

BASE_POINT = 0.09
"""Weight of one AFINN point (-5 to 5): the base list knows no subject, so its strongest word weighs less than a clear
one of our own."""

MIN_HEAD = 5
"""Shorter last parts of compounds are more often chance than meaning (*kløft* is no *løft*)."""

MIN_REST = 3
"""What stands before the last part of a compound has at least so many letters."""

COMPOUND_HEAD = 0.9
COMPOUND_FIRST = 0.5
REMEDY_COMPOUND = 0.2
LONGEST = 60
"""Longer runs of letters are no words."""

Role = Literal["", "problem", "good"]


@dataclass(frozen=True, slots=True)
class Word:
    """What the lexicon says of one form: polarity and safety in -1 to 1, and the group that gives the reason."""

    lemma: str
    group: str
    polarity: float
    safety: float
    role: Role = ""
    verb: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """Several words that mean one thing; an empty part stands for up to three words between."""

    parts: tuple[frozenset[str], ...]
    word: Word


@dataclass(frozen=True)
class Rules:
    """Words that change the weight of other words (data/lexicon/rules.toml)."""

    negation: frozenset[str]
    no_negation: frozenset[str]
    intensifiers: frozenset[str]
    downtoners: frozenset[str]
    contrast: frozenset[str]
    concession: frozenset[str]
    concession_pairs: frozenset[str]
    less: frozenset[str]
    more: frozenset[str]
    falls: frozenset[str]
    rises: frozenset[str]
    fall_nouns: frozenset[str]
    rise_nouns: frozenset[str]
    remedies: frozenset[str]
    solved: frozenset[str]
    victories: frozenset[str]
    lacks: frozenset[str]
    small_shares: frozenset[str]
    past: frozenset[str]
    conjunctions: frozenset[str]
    hedges: frozenset[str]
    remedy_parts: frozenset[str]

    @cached_property
    def changing(self) -> frozenset[str]:
        """Words at which something that changes other words can begin."""
        pairs = (pair.partition(" ")[0] for pair in self.victories | self.small_shares)
        return frozenset(pairs).union(self.solved, self.remedies, self.fall_nouns, self.rise_nouns, self.falls,
                                      self.rises, self.less, self.more, self.lacks)

    @cached_property
    def conceding(self) -> frozenset[str]:
        """Words at which a concession can begin."""
        return self.concession.union(pair.partition(" ")[0] for pair in self.concession_pairs)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one form: the word it is, and the phrases that begin with it.

    Most phrases are ruled out by the word behind: ``behind`` has those that may stand before it, ``loose`` those before
    any other word; both in the order of the lexicon.
    """

    word: Word | None
    behind: Mapping[str, Sequence[Phrase]]
    loose: Sequence[Phrase]


def _known(word: Word | None, phrases: Sequence[Phrase]) -> Known | None:
    if not word and not phrases:
        return None
    seconds = [phrase.parts[1] if len(phrase.parts) > 1 else frozenset() for phrase in phrases]
    behind = {
        form: [phrase for phrase, second in zip(phrases, seconds, strict=True) if not second or form in second]
        for form in frozenset().union(*seconds)
    }
    return Known(word, behind, [phrase for phrase, second in zip(phrases, seconds, strict=True) if not second])


class Lexicon:
    """The word lists, inflected and ready to be asked for forms in lower case."""

    def __init__(
        self, words: Mapping[str, Word], phrases: Iterable[Phrase], rules: Rules, parts: frozenset[str],
        base: Mapping[str, float], digest: str,
    ) -> None:
        self.words = words
        self.rules = rules
        self.base = base
        self.digest = digest
        self.phrases: dict[str, list[Phrase]] = {}
        for phrase in phrases:
            for first in phrase.parts[0]:
                self.phrases.setdefault(first, []).append(phrase)
        self._heads = {form: word for form, word in words.items() if word.group in parts and len(form) >= MIN_HEAD
                       and not word.verb}
        self._firsts = {word.lemma: word for word in words.values() if word.group in parts and word.role == "problem"
                        and not word.verb and len(word.lemma) >= MIN_REST + 1}
        self.known = Remembered(self._known)

    def __getitem__(self, form: str) -> Word | None:
        """Return what is known of a form in lower case: own word, compound of own words, base list, or nothing."""
        known = self.known[form]
        return known.word if known else None

    def _known(self, form: str) -> Known | None:
        return _known(self._look_up(form) if len(form) <= LONGEST else None, self.phrases.get(form, ()))

    def _look_up(self, form: str) -> Word | None:
        found = self.words.get(form) or self._compound(form)
        if found is None and form in self.base:
            found = Word(form, "afinn", self.base[form] * BASE_POINT, 0.0)
        return found if found is None or found.polarity or found.safety else None

    def _compound(self, form: str) -> Word | None:
        """Read a compound by its last part, else by a problem it begins with: *bandekriminalitet*, *narkofund*."""
        if len(form) < MIN_HEAD + MIN_REST:
            return None
        known = form.replace("-", "")
        for cut in range(MIN_REST, len(known) - MIN_HEAD + 1):
            head = self._heads.get(known[cut:])
            if head:
                return _part(head, COMPOUND_HEAD, form)
        for cut in range(len(known) - MIN_REST, MIN_REST, -1):
            first = self._firsts.get(known[:cut])
            if first:
                rest = known[cut:]
                if {rest, rest.removeprefix("s"), rest.removeprefix("e")} & self.rules.remedy_parts:
                    return Word(form, f"{first.group}+remedy", REMEDY_COMPOUND, REMEDY_COMPOUND)
                if rest in self.words and self.words[rest].polarity > 0:
                    return None  # a problem before a good word says nothing certain
                return _part(first, COMPOUND_FIRST, form)
        return None


def _part(word: Word, share: float, form: str) -> Word:
    return Word(form, f"{word.group}+compound", word.polarity * share, word.safety * share, word.role)


@lru_cache(maxsize=2)
def load_lexicon(folder: Path = FOLDER) -> Lexicon:
    """Read ``tone.toml`` and ``rules.toml`` and inflect them. Raises :class:`WrongFacts` naming the file and group."""
    groups, rules = folder / "tone.toml", folder / "rules.toml"
    words: dict[str, Word] = {}
    phrases: list[Phrase] = []
    parts: set[str] = set()
    for group in _table(groups)["groups"]:
        _check(group, groups)
        if group.get("part"):
            parts.add(group["id"])
        for word_class in BY_CLASS:
            for entry in group.get(word_class, ()):
                word = Word(entry.partition(":")[0].strip(), group["id"], float(group["polarity"]),
                            float(group["safety"]), group.get("role", ""), word_class == "verbs")
                for form in forms(entry, word_class):
                    words.setdefault(form, word)
        for entry in group.get("phrases", ()):
            phrases.append(_phrase(entry, group))
    found = Rules(**{name: frozenset(each) for name, each in _table(rules).items()})
    base: dict[str, float] = dict(Afinn(language="da")._dict)
    digest = hashlib.sha256(groups.read_bytes() + rules.read_bytes() + repr(sorted(base.items())).encode()).hexdigest()
    return Lexicon(words, phrases, found, frozenset(parts), base, digest)


def _table(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise WrongFacts(f"the word list can't be read ({error})", where=path, do="Mend the file") from error


def _check(group: Mapping[str, Any], path: Path) -> None:
    name = group.get("id", "without id")
    for needed in ("id", "reason", "polarity", "safety"):
        if needed not in group:
            raise WrongFacts(f"group '{name}' lacks '{needed}'", where=path, do="Add it: every word needs its reason")
    for scale in ("polarity", "safety"):
        if not -1 <= group[scale] <= 1:
            raise WrongFacts(f"group '{name}' has {scale} {group[scale]}", where=path, do="Use a number from -1 to 1")


def _phrase(entry: str, group: Mapping[str, Any]) -> Phrase:
    parts = tuple(frozenset() if part == "*" else frozenset(part.split("|")) for part in entry.split())
    word = Word(entry.replace("|", "/"), group["id"], float(group["polarity"]), float(group["safety"]),
                group.get("role", ""), True)
    return Phrase(parts, word)
