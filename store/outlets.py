"""Load data/outlets.toml: the media, what they are, and the feeds known of them, checked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, cast, get_args

from store.collation import folded
from store.factfile import Entry, unique

OutletClass = Literal["national", "regional", "local", "press release"]
Medium = Literal["print", "web", "tv", "radio", "agency"]
FeedState = Literal["works", "uncertain", "discontinued"]

PAYWALLS = ("free", "partly", "partly or fully", "unknown")
"""How much of an outlet stands behind payment, as far as known."""


@dataclass(frozen=True)
class KnownFeed:
    """A feed address and how it was when someone last looked."""

    url: str
    state: FeedState
    checked: str
    """day, month or year of the look; empty: never"""
    note: str


@dataclass(frozen=True)
class Outlet:
    """A medium. ``names`` are the other names it has in archives and feeds."""

    id: str
    name: str
    names: tuple[str, ...]
    class_: OutletClass
    medium: Medium
    paywall: str
    feeds: tuple[KnownFeed, ...]


def load_outlets(entries: Sequence[Entry]) -> tuple[Outlet, ...]:
    """Build outlets from ``[[outlets]]`` entries.

    Raises :class:`store.errors.WrongFacts` for what is unknown, or given twice: an id, a name, a feed address.
    """
    checked = unique(entries, "id")
    outlets = {title: _outlet(entry) for title, entry in checked.items()}
    names: dict[str, str] = {}
    urls: dict[str, str] = {}
    for outlet in outlets.values():
        entry = checked[outlet.id]
        for name in outlet_names(outlet):
            if names.setdefault(folded_outlet(name), outlet.id) != outlet.id:
                other = names[folded_outlet(name)]
                raise entry.wrong(f"the name '{name}' belongs to '{other}' too", "Take it from one of them", value=name)
        for feed in outlet.feeds:
            if urls.setdefault(feed.url, outlet.id) != outlet.id:
                other = urls[feed.url]
                raise entry.wrong(f"the feed {feed.url} belongs to '{other}' too", "Take it from one", value=feed.url)
    return tuple(outlets.values())


def outlet_names(outlet: Outlet) -> Iterator[str]:
    """Yield every name an outlet is found under: its id, its name, its other names."""
    yield outlet.id
    yield outlet.name
    yield from outlet.names


def folded_outlet(name: str) -> str:
    """Return the form in which spellings of an outlet's name are equal; ``www.`` and ``https://`` are no part of it."""
    bare = name.strip().lower().removeprefix("https://").removeprefix("http://").removeprefix("www.")
    return folded(bare.rstrip("/"))


def _outlet(entry: Entry) -> Outlet:
    entry.only("id", "name", "names", "class", "medium", "paywall", "feeds")
    return Outlet(
        id=entry.text("id"),
        name=entry.text("name"),
        names=entry.words("names"),
        class_=cast(OutletClass, entry.choice("class", get_args(OutletClass))),
        medium=cast(Medium, entry.choice("medium", get_args(Medium))),
        paywall=entry.choice("paywall", PAYWALLS, "unknown"),
        feeds=tuple(_feed(each) for each in entry.entries("feeds")),
    )


def _feed(entry: Entry) -> KnownFeed:
    entry.only("url", "state", "checked", "note")
    url = entry.text("url")
    if not url.startswith(("https://", "http://")):
        raise entry.wrong(f"'url' is {url!r}", "It must start with https:// or http://", key="url")
    state = cast(FeedState, entry.choice("state", get_args(FeedState)))
    return KnownFeed(url, state, entry.dated("checked"), entry.text("note", ""))
