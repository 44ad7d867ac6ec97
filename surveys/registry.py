"""Read the item registry from the store."""

from __future__ import annotations

import json
from dataclasses import dataclass

from store.database import Store
from surveys.items import Bridge, Evidence, Item


def waves_in_order(store: Store) -> tuple[str, ...]:
    """Return the ids of all waves by fieldwork."""
    return tuple(row["id"] for row in store.rows("SELECT id FROM waves ORDER BY fieldwork_from, fieldwork_to, id"))


@dataclass(frozen=True)
class Registry:
    """What decides whether two waves may be compared."""

    items: tuple[Item, ...]
    """every item of a concept, in the order of the waves, then by id"""
    bridges: tuple[Bridge, ...]


def registry_of(store: Store, concept: str) -> Registry:
    """Read the items of a concept and all bridges."""
    return Registry(items_of_concept(store, concept), bridges_of(store))


def items_of_concept(store: Store, concept: str) -> tuple[Item, ...]:
    """Return every item of a concept, in the order of the waves, then by id."""
    return tuple(each for wave in waves_in_order(store) for each in items_of_wave(store, wave)
                 if each.concept == concept)


def bridges_of(store: Store) -> tuple[Bridge, ...]:
    """Return all bridges that codebooks have brought, by wave, earlier wave and concept."""
    return tuple(
        Bridge(
            concept=row["concept"], first=row["first_wave"], later=row["wave_id"],
            differences=frozenset(json.loads(row["differences"])), kind=row["kind"],
            evidence={name: Evidence(*found) for name, found in json.loads(row["evidence"]).items()},
            answers=tuple(json.loads(row["answers"])), source=row["source"],
        )
        for row in store.rows("SELECT * FROM bridges ORDER BY wave_id, first_wave, concept")
    )


def items_of_wave(store: Store, wave: str) -> tuple[Item, ...]:
    """Return the items of a wave by id."""
    rows = store.rows(
        "SELECT i.*, w.mode, w.institute, w.language, w.instrument FROM items i JOIN waves w ON w.id = i.wave_id"
        " WHERE i.wave_id = ? ORDER BY i.id", [wave],
    )
    return tuple(
        Item(
            wave=row["wave_id"], id=row["id"], concept=row["concept"], wording=row["wording"], min=row["min"],
            max=row["max"], safe_pole=row["safe_pole"], safe=tuple(json.loads(row["safe"])),
            unsafe=tuple(json.loads(row["unsafe"])), mode=tuple(json.loads(row["mode"])), institute=row["institute"],
            language=row["language"], instrument=row["instrument"],
        )
        for row in rows
    )
