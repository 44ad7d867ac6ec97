"""Fold spellings of one name into each other, with a way back to the text as it was written."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

INVISIBLE = frozenset("\u00ad\u200b\u200c\u200d\u2060\ufeff")
"""Soft hyphen, zero-width characters and byte-order mark: pages and archives put them inside names."""

_SAME_LENGTH = (
    ("\n", " "), ("\t", " "), ("\r", " "), ("\u00a0", " "), ("\u2009", " "), ("\u202f", " "),
    ("–", "-"), ("—", "-"), ("‑", "-"), ("‐", "-"), ("’", "'"), ("´", "'"),
)

_SPELLINGS = {"å": ("å", "aa"), "ø": ("ø", "oe", "ö"), "æ": ("æ", "ae", "ä")}
_DIGRAPHS = {"aa": "å", "oe": "ø", "ae": "æ"}
_SEPARATORS = {
    "-": ("-", "", " "),
    "/": ("/", "-", " / ", " - ", "/ ", " og ", " ", ""),
    " ": (" ", "-"),
}


@dataclass(frozen=True, slots=True)
class Folded:
    """A text in lower case without invisible characters.

    ``origin[i]`` is the offset in the text as written of character ``i``; absent where nothing moved.
    """

    text: str
    origin: Sequence[int] | None = None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where ``text[start:end]`` stands in the text as written."""
        if self.origin is None:
            return start, end
        return self.origin[start], self.origin[end - 1] + 1 if end > start else self.origin[start]


def fold(text: str) -> Folded:
    """Fold case, composition (NFC), white space, dashes and invisible characters; spelling of å, ø, æ is kept.

    Folding a folded text changes nothing. Runs at C speed on ordinary texts; a text with decomposed letters or
    soft hyphens is folded letter by letter.
    """
    plain = unicodedata.is_normalized("NFC", text) and not any(mark in text for mark in INVISIBLE)
    lowered = text.lower() if plain else ""
    if plain and len(lowered) == len(text):
        return Folded(_same_length(lowered))
    letters: list[str] = []
    origin: list[int] = []
    for start, cluster in _clusters(text):
        for letter in unicodedata.normalize("NFC", unicodedata.normalize("NFC", cluster).lower()):
            letters.append(letter)
            origin.append(start)
    return Folded(_same_length("".join(letters)), origin)


def _same_length(text: str) -> str:
    for old, new in _SAME_LENGTH:
        if old in text:
            text = text.replace(old, new)
    return text


def _clusters(text: str) -> list[tuple[int, str]]:
    """Split into letters with their combining marks; invisible characters are left out."""
    clusters: list[tuple[int, str]] = []
    for position, letter in enumerate(text):
        if letter in INVISIBLE:
            continue
        if clusters and unicodedata.combining(letter):
            clusters[-1] = (clusters[-1][0], clusters[-1][1] + letter)
        else:
            clusters.append((position, letter))
    return clusters


def spellings(name: str) -> tuple[str, ...]:
    """List the ways ``name`` is met in a folded text: å or aa, ø or oe, æ or ae, hyphen and slash or none.

    Source: domain.md 3c. Names with many such letters give many spellings (at most some hundreds).
    """
    folded = " ".join(fold(name).text.split())
    choices: list[tuple[str, ...]] = []
    position = 0
    while position < len(folded):
        pair = folded[position:position + 2]
        if pair in _DIGRAPHS:
            choices.append((pair, _DIGRAPHS[pair]))
            position += 2
            continue
        letter = folded[position]
        choices.append(_SPELLINGS.get(letter) or _SEPARATORS.get(letter) or (letter,))
        position += 1
    return tuple(dict.fromkeys("".join(each) for each in product(*choices)))


@lru_cache(maxsize=10_000)
def key(name: str) -> str:
    """Return one key for all spellings of a name: lower case, å as aa, ø as oe, æ as ae, no separators."""
    folded = fold(name).text
    for letter, (_, pair, *_) in _SPELLINGS.items():
        folded = folded.replace(letter, pair)
    return "".join(letter for letter in folded if letter not in "-/ ")
