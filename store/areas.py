"""Load data/areas.toml: the fifteen areas and any comparison areas, checked."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, cast, get_args

from store.collation import folded
from store.factfile import Entry, Resolve, unique

AliasKind = Literal["official", "spelling", "part", "street", "renamed", "wider", "nickname", "typo"]
Unit = Literal["official", "press"]
"""What a name means: the official area of the list, or the district the press gives that name."""

AreaKind = Literal["evaluated", "comparison"]

LIST_STATUS = ("H", "p", "u", "n", "–", "?")
"""Status on a list of 1 December: H hard ghetto or omdannelsesområde; p parallelsamfund but not H; u udsat; n off the
ghetto list; – not H, otherwise not known; ? unknown (the same as an absent year, which is how facts are shipped)."""

_LIST_YEARS = range(2010, 2031)
"""The first list is of 2010; the goal of an empty one of 2030."""


@dataclass(frozen=True)
class Alias:
    """A name an area is called by, and from which day to which."""

    name: str
    kind: AliasKind
    needs_context: bool
    unit: Unit
    valid_from: date | None
    valid_to: date | None
    source: str = ""

    def valid(self, day: date | None) -> bool:
        """Say whether the name was in use on ``day``; without a day every name is."""
        if day is None:
            return True
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True)
class FalseFriend:
    """A name that is not the area where one of ``beside`` stands in the text; never the area where that is empty."""

    name: str
    beside: tuple[str, ...]
    source: str = ""


@dataclass(frozen=True)
class Size:
    """A published size of an area: residents, homes, blocks, or what a plan does to them."""

    value: int
    unit: str
    day: str
    """year, month or day; empty where the source gives none"""
    source: str
    about: bool = False
    """value or day is given as circa"""
    plan: bool = False
    """what a plan says will be, not what was counted"""


@dataclass(frozen=True)
class Area:
    """A housing area as the fact file knows it; what is unknown is None or empty."""

    id: str
    name: str
    kind: AreaKind
    municipality: str
    municipality_code: int
    cities: tuple[str, ...]
    housing_organisations: tuple[str, ...]
    aliases: tuple[Alias, ...]
    recognition_words: tuple[str, ...]
    false_friends: tuple[FalseFriend, ...]
    requires_city: str | None
    """a city that must stand in the text whatever else does"""
    target_share: float | None
    """highest share of almene familieboliger in 2030, percent; None: the legal default of goals.toml"""
    target_source: str | None
    baseline_share: float | None
    """the same share before, percent"""
    list_status: Mapping[int, str]
    """year → one of :data:`LIST_STATUS`; an absent year is unknown"""
    social_track: bool | None
    sizes: tuple[Size, ...]
    latitude: float | None
    longitude: float | None
    outlets: tuple[str, ...]
    """ids of the outlets expected to cover the area"""
    baseline_source: str | None = None
    baseline_day: str = ""
    list_source: str = ""
    unverified: tuple[str, ...] = ()
    """keys and values to check before relying on them"""

    @property
    def target_is_default(self) -> bool:
        """Say whether no area-specific target is known, so that the legal default holds."""
        return self.target_share is None

    def names(self, day: date | None = None) -> tuple[Alias, ...]:
        """Return the names in use on ``day``; without a day all of them."""
        return tuple(alias for alias in self.aliases if alias.valid(day))


def load_areas(
    shipped: Sequence[Entry], extra: Sequence[Entry], outlets: Collection[str], resolve: Resolve
) -> tuple[Area, ...]:
    """Build all areas from ``[[areas]]`` entries, those of an extra folder as comparison areas.

    Raises :class:`store.errors.WrongFacts` for anything unknown, double, out of range or ambiguous.
    """
    entries = unique([*shipped, *extra], "id")
    areas: dict[str, Area] = {}
    for number, entry in enumerate(entries.values()):
        is_extra = number >= len(shipped)
        area = _area(entry, "comparison" if is_extra else "evaluated", outlets, resolve)
        if is_extra and area.kind == "evaluated":
            do = 'Write kind = "comparison": the evaluated areas are fixed by the list of 1 December 2018'
            raise entry.wrong("an extra area can't be an evaluated one", do, key="kind")
        areas[area.id] = area
    _refuse_ambiguous(areas, entries)
    return tuple(areas.values())


def context_words(root: Entry) -> tuple[str, ...]:
    """Return the words of ``[context]``: the vocabulary that places an ambiguous name among the housing areas."""
    context = root.at("context")
    if context is None:
        return ()
    context.only("words")
    return context.words("words")


_KEYS = (
    "id", "name", "kind", "municipality", "municipality_code", "cities", "requires_city", "housing_organisations",
    "aliases", "recognition_words", "false_friends", "family_housing", "sizes", "list_status", "list_source",
    "coordinates", "social_track", "outlets", "unverified",
)


def _area(entry: Entry, kind: AreaKind, outlets: Collection[str], resolve: Resolve) -> Area:
    entry.only(*_KEYS)
    name = entry.text("name")
    aliases = tuple(_alias(each, resolve) for each in entry.entries("aliases"))
    if name not in {alias.name for alias in aliases}:
        do = f'Add {{name = "{name}", kind = "official"}} to it'
        raise entry.wrong("the area's own name is not among its aliases", do, key="aliases")
    housing = entry.at("family_housing")
    if housing is not None:
        housing.only("target", "target_source", "baseline", "baseline_source", "baseline_day")
    place = entry.at("coordinates")
    if place is not None:
        place.only("latitude", "longitude", "source")
        resolve(place, "source")
    covering = entry.words("outlets")
    for outlet in covering:
        if outlet not in outlets:
            do = "Name an id of outlets.toml, or add the outlet there"
            raise entry.wrong(f"the outlet '{outlet}' is not known", do, key="outlets", value=f'"{outlet}"')
    return Area(
        id=entry.text("id"),
        name=name,
        kind=cast(AreaKind, entry.choice("kind", get_args(AreaKind), kind)),
        municipality=entry.text("municipality"),
        municipality_code=entry.whole("municipality_code", 101, 999),
        cities=entry.words("cities"),
        housing_organisations=entry.words("housing_organisations"),
        aliases=aliases,
        recognition_words=entry.words("recognition_words"),
        false_friends=tuple(_false_friend(each, resolve) for each in entry.entries("false_friends")),
        requires_city=entry.maybe_text("requires_city"),
        target_share=housing.number("target", 0, 100) if housing and housing.has("target") else None,
        target_source=(resolve(housing, "target_source") or None) if housing else None,
        baseline_share=housing.number("baseline", 0, 100) if housing and housing.has("baseline") else None,
        list_status=_list_status(entry),
        social_track=entry.flag("social_track", False) if entry.has("social_track") else None,
        sizes=tuple(_size(each, resolve) for each in entry.entries("sizes")),
        latitude=place.number("latitude", 54, 58) if place else None,
        longitude=place.number("longitude", 8, 16) if place else None,
        outlets=covering,
        baseline_source=(resolve(housing, "baseline_source") or None) if housing else None,
        baseline_day=housing.dated("baseline_day") if housing else "",
        list_source=resolve(entry, "list_source"),
        unverified=_unverified(entry),
    )


def _alias(entry: Entry, resolve: Resolve) -> Alias:
    entry.only("name", "kind", "needs_context", "unit", "valid_from", "valid_to", "source")
    first, last = entry.day("valid_from"), entry.day("valid_to")
    if first and last and last < first:
        raise entry.wrong(f"valid_to {last} is before valid_from {first}", "Change one of the two", key="valid_to")
    return Alias(
        name=entry.text("name"),
        kind=cast(AliasKind, entry.choice("kind", get_args(AliasKind))),
        needs_context=entry.flag("needs_context", True),
        unit=cast(Unit, entry.choice("unit", get_args(Unit), "official")),
        valid_from=first,
        valid_to=last,
        source=resolve(entry, "source"),
    )


def _false_friend(entry: Entry, resolve: Resolve) -> FalseFriend:
    entry.only("name", "beside", "source")
    return FalseFriend(entry.text("name"), entry.words("beside"), resolve(entry, "source"))


def _size(entry: Entry, resolve: Resolve) -> Size:
    entry.only("value", "unit", "day", "about", "plan", "source")
    return Size(
        value=entry.whole("value", 0, 10_000_000),
        unit=entry.text("unit"),
        day=entry.dated("day"),
        source=resolve(entry, "source"),
        about=entry.flag("about", False),
        plan=entry.flag("plan", False),
    )


def _list_status(entry: Entry) -> dict[int, str]:
    table = entry.at("list_status")
    result: dict[int, str] = {}
    for year, status in (table.table if table else {}).items():
        if not year.isdecimal() or int(year) not in _LIST_YEARS:
            do = f"Use years from {_LIST_YEARS[0]} to {_LIST_YEARS[-1]}"
            raise entry.wrong(f"'{year}' in list_status is no year of a list", do, key="list_status")
        if status not in LIST_STATUS:
            do = f"Use one of: {' '.join(LIST_STATUS)}"
            raise entry.wrong(f"the list status {status!r} of {year} is not known", do, key="list_status")
        result[int(year)] = status
    return result


def _unverified(entry: Entry) -> tuple[str, ...]:
    marked = entry.words("unverified")
    given = set(entry.table) | set(_texts([value for key, value in entry.table.items() if key != "unverified"]))
    for each in marked:
        if each not in given:
            do = "Name a key or a value of this area"
            raise entry.wrong(f"'{each}' is marked as unverified but not given", do, key="unverified", value=each)
    return marked


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for part in parts for text in _texts(part)]


def _refuse_ambiguous(areas: Mapping[str, Area], entries: Mapping[str, Entry]) -> None:
    """Refuse a name that two areas claim at the same time unless both need context, and one given twice to one area."""
    claims: dict[str, list[tuple[str, Alias, Entry]]] = {}
    for area in areas.values():
        for alias, entry in zip(area.aliases, entries[area.id].entries("aliases"), strict=True):
            claims.setdefault(folded(alias.name), []).append((area.id, alias, entry))
    for claim in claims.values():
        for (first, alias, _), (second, twin, entry) in itertools.combinations(claim, 2):
            if not _overlap(alias, twin):
                continue
            if first == second and alias.name == twin.name:
                what = f"the alias '{alias.name}' is given twice for the same days"
                raise entry.wrong(what, "Take one out", key="name")
            if first != second and not (alias.needs_context and twin.needs_context):
                do = "Let both need context (needs_context = true), or take it from one of them"
                raise entry.wrong(f"the alias '{twin.name}' is claimed by '{first}' too", do, key="name")


def _overlap(one: Alias, other: Alias) -> bool:
    first = max(one.valid_from or date.min, other.valid_from or date.min)
    return first <= min(one.valid_to or date.max, other.valid_to or date.max)
