"""Load the sentence banks of data/demo and fill their patterns."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from reputation.demonstration.dice import Dice

FOLDER = Path(__file__).resolve().parents[2] / "data" / "demo"

TONES = ("negative", "neutral", "positive")
"""In the order of the planted shares; index minus one is the tone as a number."""

RENAMED = date(2021, 12, 1)
"""From the list of this day on the law's words are other ones (domain.md 4)."""

_SLOT = re.compile(r"\{(\w+)\}")
_RANGE = re.compile(r"(\d+)-(\d+)")
_DEPTH = 5
"""Slots may hold slots; deeper than this is a mistake in the bank."""

ByTone = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, eq=False)
class Happening:
    """A kind of event, told in patterns of each tone."""

    id: str
    what: str
    weights: Mapping[str, float]
    facts: tuple[str, ...]
    headline: ByTone
    lead: ByTone
    slots: Mapping[str, str | tuple[str, ...]]
    derived: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Name:
    """A name of an area with its preposition and the days it is used."""

    name: str
    preposition: str
    weight: float
    first: date
    last: date


@dataclass(frozen=True)
class Place:
    """How texts call an area."""

    id: str
    town: str
    in_town: str
    municipality: str
    region: str
    names: tuple[Name, ...]
    nouns: tuple[str, ...]


@dataclass(frozen=True)
class Medium:
    """An invented outlet and its years in the archives."""

    id: str
    name: str
    names: tuple[str, ...]
    class_: str
    medium: str
    site: str
    regions: tuple[str, ...]
    towns: tuple[str, ...]
    first: int
    last: int
    archive: str
    paywall: float
    weight: float
    feed: str

    def covers(self, place: Place, year: int) -> bool:
        """Say whether it writes of ``place`` in ``year``."""
        return (
            self.first <= year <= self.last and place.region in self.regions
            and (not self.towns or place.town in self.towns)
        )


@dataclass(frozen=True)
class Banks:
    """Everything in data/demo."""

    happenings: tuple[Happening, ...]
    places: Mapping[str, Place]
    media: tuple[Medium, ...]
    voices: Mapping[str, Any]
    incidental: Mapping[str, Any]
    answers: Mapping[str, Any]


@cache
def load_banks() -> Banks:
    """Read the banks."""
    happenings = [
        _happening(entry)
        for name in ("crime", "homes", "life") for entry in _table(f"happenings-{name}")["happening"]
    ]
    return Banks(
        tuple(happenings), {key: _place(key, each) for key, each in _table("places").items()},
        tuple(_medium(each) for each in _table("media")["media"]), _table("voices"), _table("incidental"),
        _table("answers"),
    )


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def _happening(entry: Mapping[str, Any]) -> Happening:
    return Happening(
        entry["id"], entry["what"], entry["weights"], tuple(entry["facts"]), entry["headline"], entry["lead"],
        {key: tuple(each) if isinstance(each, list) else each for key, each in entry["slots"].items()},
        entry.get("derived", {}),
    )


def _place(key: str, entry: Mapping[str, Any]) -> Place:
    names = tuple(
        Name(name, preposition, float(weight), date.fromisoformat(first or "1900-01-01"),
             date.fromisoformat(last or "2999-12-31"))
        for name, preposition, weight, first, last in entry["names"]
    )
    return Place(key, entry["by"], entry["i_by"], entry["kommune"], entry["region"], names, tuple(entry["nouns"]))


def _medium(entry: Mapping[str, Any]) -> Medium:
    return Medium(
        entry["id"], entry["name"], tuple(entry.get("names", ())), entry["class"], entry["medium"], entry["site"],
        tuple(entry["regions"]), tuple(entry.get("towns", ())), entry["first"], entry["last"], entry["archive"],
        entry["paywall"], entry["weight"], entry.get("feed", ""),
    )


def draw_slots(slots: Mapping[str, str | Sequence[str]], dice: Dice) -> dict[str, str]:
    """Settle every slot: one of a list, or a number of a range written ``low-high``."""
    settled: dict[str, str] = {}
    for key, choices in slots.items():
        if isinstance(choices, str):
            match = _RANGE.fullmatch(choices)
            assert match, f"{key}: {choices} is no range"
            settled[key] = str(dice.number(int(match[1]), int(match[2])))
        else:
            settled[key] = dice.pick(choices)
    return settled


def name_on(place: Place, day: date, dice: Dice) -> Name:
    """Return a name of the place that is in use on ``day``."""
    return dice.weighted({name: name.weight for name in place.names if name.first <= day <= name.last})


def place_words(place: Place, name: Name, noun: str) -> dict[str, str]:
    """Return the slots that speak of the place."""
    inside = f"{name.preposition} {name.name}"
    return {
        "omr": name.name, "i_omr": inside, "omr_by": f"{name.name} {place.in_town}",
        "i_omr_by": f"{inside} {place.in_town}", "by": place.town, "i_by": place.in_town,
        "kommune": place.municipality, "bydelen": noun, "i_bydelen": f"i {noun}", "bydelens": f"{noun}s",
    }


def era(day: date) -> str:
    """Return which generation of the law's words a text of ``day`` uses."""
    return "until_2021" if day < RENAMED else "since_2021"


def fill(pattern: str, words: Mapping[str, str]) -> str:
    """Fill the slots of a pattern and give it a capital letter; a capital slot name asks for a capital word.

    Raises :class:`KeyError` for a slot that ``words`` lacks.
    """

    def word(match: re.Match[str]) -> str:
        key = match[1]
        return words[key] if key in words else capital(words[key[0].lower() + key[1:]])

    text = pattern
    for _ in range(_DEPTH):
        if "{" not in text:
            break
        text = _SLOT.sub(word, text)
    return capital(text)


def capital(text: str) -> str:
    """Return the text with its first letter, if it is the first sign, as a capital."""
    return text[:1].upper() + text[1:]
