"""Load data/themes.toml: the themes a text is read for, with their seed words, checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast, get_args

from store.factfile import Entry, unique

ThemeKind = Literal["goal", "plan", "topic"]


@dataclass(frozen=True)
class Theme:
    """A focus goal, a plan theme or a topic, and the words it is known by.

    A word that ends in ``*`` is the beginning of a word; a word with spaces is a phrase. All are lower case.
    """

    id: str
    kind: ThemeKind
    da: str
    en: str
    words: tuple[str, ...]
    brings: tuple[str, ...] = ()
    """themes that a text about this one is about too"""
    items: tuple[str, ...] = ()
    """what questionnaires ask about it, in words"""


def load_themes(root: Entry) -> tuple[Theme, ...]:
    """Build themes from the whole file. Raises :class:`store.errors.WrongFacts`."""
    root.only("themes")
    entries = unique(root.entries("themes"), "id")
    themes = tuple(_theme(entry) for entry in entries.values())
    for theme in themes:
        for id in theme.brings:
            if id not in entries or id == theme.id:
                do = "Name another theme of this file"
                raise entries[theme.id].wrong(f"'brings' names {id!r}", do, key="brings")
    return themes


def _theme(entry: Entry) -> Theme:
    entry.only("id", "da", "en", "brings", "words", "items")
    id = entry.text("id")
    kind, _, rest = id.partition(":")
    if kind not in get_args(ThemeKind) or not rest:
        raise entry.wrong(f"'id' is {id!r}", "It must start with goal:, plan: or topic:", key="id")
    return Theme(
        id=id,
        kind=cast(ThemeKind, kind),
        da=entry.text("da"),
        en=entry.text("en"),
        words=_words(entry, "words"),
        brings=entry.words("brings"),
        items=entry.words("items"),
    )


def _words(entry: Entry, key: str) -> tuple[str, ...]:
    words = entry.words(key)
    if not words:
        raise entry.wrong(f"'{key}' has no words", "Add at least one", key=key)
    for word in words:
        if word != word.lower().strip() or "*" in word[:-1] or word == "*":
            do = "Write it in lower case; a * may only end it"
            raise entry.wrong(f"the word {word!r} can't be used", do, key=key, value=f'"{word}"')
    return words
