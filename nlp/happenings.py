"""Say what a text tells of a happening: its words, what kind of thing happened, and on which day."""

from __future__ import annotations

import hashlib
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from re import compile as regex

from nlp.folding import fold
from nlp.wordlist import WordList
from store.errors import WrongFacts

FILE = Path(__file__).resolve().parent.parent / "data" / "happenings.toml"

STEM = 5
"""Letters of a word that are compared: Danish inflects and compounds at the end."""

SHORTEST = 3
"""Letters of the shortest word compared, and two digits: *22-årig* tells one deed from another."""

TITLE = 2
"""A word of the title counts twice: it says what happened. So do the kind of happening and its day."""

KIND, DAY, NIGHT = "#", "@", "~"
"""What marks signs that are no words. A hash has none of these."""

MEMORY = 200_000
"""Stems whose hash is kept at hand."""

WEEKDAYS = ("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag")

_WEEKDAYS = {name[:3]: (number, name) for number, name in enumerate(WEEKDAYS)}

_WORD = regex(r"[a-zæøåéüöä]+|\d+")


@dataclass(frozen=True)
class Told:
    """What a text tells: how often each sign stands in it, and the days (proleptic ordinals) it names.

    A sign is a hashed word stem or kind of data/happenings.toml, or ``@day``.
    """

    signs: Mapping[str, int]
    days: frozenset[int]


def told(title: str, lead: str, day: date, kept: Mapping[str, int] | None = None) -> Told:
    """Read title and opening of a text that appeared on ``day``; ``kept`` are the signs of an opening that expired."""
    head, body = signs(title, day), signs(lead, day) if kept is None else Counter(kept)
    found: Counter[str] = Counter()
    for sign in head | body:
        if not sign.startswith(NIGHT):
            found[sign] = TITLE if sign.startswith((KIND, DAY)) else TITLE * head[sign] + body[sign]
    return Told(found, frozenset(int(sign[1:]) for sign in head | body if sign.startswith((DAY, NIGHT))))


def signs(text: str, day: date) -> Counter[str]:
    """Count the signs of a text that appeared on ``day``.

    Stems and kinds are hashed: they tell texts alike from others, and can be kept without the words (nlp/forget.py).
    """
    words = _WORD.findall(fold(text).text)
    found = Counter(
        _hashed(word[:STEM]) for word in words if len(word) >= SHORTEST or (word.isdigit() and len(word) > 1))
    found.update({f"{KIND}{_hashed(kind)}" for _, kind in _kinds().hits(words)})
    named, nights = days_named(words, day)
    found.update(f"{DAY}{each}" for each in named)
    found.update(f"{NIGHT}{each}" for each in nights - named)
    return found


@lru_cache(maxsize=MEMORY)
def _hashed(stem: str) -> str:
    return hashlib.blake2b(stem.encode(), digest_size=8).hexdigest()


def days_named(words: Sequence[str], day: date) -> tuple[frozenset[int], frozenset[int]]:
    """Work out the days that words in lower case name, seen from ``day``, and the other days of their nights.

    *mandagens*, *i går*, *lørdag nat*: a weekday is the latest one not after ``day``. *Natten til lørdag* is also
    Friday's. *Hver torsdag* names none.
    """
    found: set[int] = set()
    nights: set[int] = set()
    today = day.toordinal()
    for index, word in enumerate(words):
        if word == "går" and index and words[index - 1] == "i":
            found.add(today - 1)
        number, name = _WEEKDAYS.get(word[:3], (0, ""))
        if not name or not word.startswith(name):
            continue
        before = list(words[max(index - 2, 0):index])
        if before[-1:] == ["hver"]:
            continue
        then = today - (day.weekday() - number) % 7
        found.add(then)
        if before == ["natten", "til"]:
            nights.add(then - 1)
        if list(words[index + 1:index + 2]) == ["nat"]:
            nights.add(then + 1)
    return frozenset(found), frozenset(nights)


def digest() -> str:
    """Digest the list of kinds: a change of it groups events anew."""
    return hashlib.sha256(FILE.read_bytes()).hexdigest()[:8]


@lru_cache(maxsize=1)
def _kinds(path: Path = FILE) -> WordList[str]:
    try:
        return WordList(tomllib.loads(path.read_text(encoding="utf-8")), inner=True)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise WrongFacts(f"the kinds of happening can't be read ({error})", where=path, do="Mend the file") from error
