"""Put Danish names in Danish order, and tell when two spellings are one name."""

from __future__ import annotations

import re
import unicodedata

_LETTERS = {letter: place for place, letter in enumerate("0123456789abcdefghijklmnopqrstuvwxyzæøå", start=1)}
_FOREIGN = str.maketrans({"ä": "æ", "ö": "ø", "ü": "y", "ð": "d", "þ": "t", "œ": "ø", "ß": "s"})
"""Where Danish order puts the letters of its neighbours."""

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
"""Soft hyphens and zero-width characters, which web texts carry inside names."""

_DIGRAPHS = (("å", "aa"), ("ø", "oe"), ("æ", "ae"))


def danish_sort_key(name: str) -> tuple[tuple[int, ...], str]:
    """Return what sorts ``name`` the Danish way: æ, ø, å after z, and *aa* as å (Aarhus stands last).

    Case, accents and punctuation only decide between names that are otherwise equal. *aa* over the joint of a
    compound (*ekstraarbejde*) is read as å too: meant for names, not for running words.
    """
    plain = _plain(name).translate(_FOREIGN).replace("aa", "å")
    return tuple(_LETTERS.get(letter, 0) for letter in re.sub(r"[\W_]+", " ", plain).strip()), name


def folded(name: str) -> str:
    """Return the form all spellings of a name share: case, å/aa, ø/oe, æ/ae, hyphen, slash and space aside."""
    plain = _plain(name)
    for letter, pair in _DIGRAPHS:
        plain = plain.replace(letter, pair)
    return re.sub(r"[\W_]+", "", plain)


def _plain(name: str) -> str:
    """Lower-case, without invisible characters and without accents other than the ring of å."""
    text = unicodedata.normalize("NFC", _INVISIBLE.sub("", name)).lower()
    letters = (letter if letter in "åøæäöü" else unicodedata.normalize("NFD", letter)[0] for letter in text)
    return "".join(letters)
