"""Read the item registry from the store."""

from __future__ import annotations

import json

from store.database import Store
from surveys.items import Item


def waves_in_order(store: Store) -> tuple[str, ...]:
    """Return the ids of all waves by fieldwork."""
    return tuple(row["id"] for row in store.rows("SELECT id FROM waves ORDER BY fieldwork_from, fieldwork_to, id"))


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
