"""Say which waves form a series, and where it breaks (method.md A11)."""

from __future__ import annotations

import json

from store.database import Store
from surveys.area_data import main_item
from surveys.figures import WaveLine
from surveys.items import Item, differences
from surveys.registry import waves_in_order


def wave_lines(store: Store, *, concept: str = "tryghed") -> tuple[WaveLine, ...]:
    """List the waves that measure ``concept``, by fieldwork, with what each may be compared with."""
    lines: list[WaveLine] = []
    earlier: list[Item] = []
    for wave in waves_in_order(store):
        found = main_item(store, wave, concept)
        if found is None:
            continue
        item = found[0]
        row = store.rows("SELECT * FROM waves WHERE id = ?", [wave])[0]
        lines.append(WaveLine(
            id=wave, instrument=row["instrument"], institute=row["institute"], mode=tuple(json.loads(row["mode"])),
            language=row["language"], fieldwork_from=row["fieldwork_from"], fieldwork_to=row["fieldwork_to"],
            item=item.id, wording=item.wording, scale=f"{item.scale}, {item.safe_pole} = safe", cut=item.cut,
            areas=areas_of(store, wave),
            comparable_with=tuple(each.wave for each in earlier if not differences(each, item)),
            break_reasons=differences(earlier[-1], item) if earlier else (),
        ))
        earlier.append(item)
    return tuple(lines)


def areas_of(store: Store, wave: str) -> tuple[str, ...]:
    """Return the ids of the areas with respondents in a wave."""
    return tuple(row[0] for row in store.rows(
        "SELECT DISTINCT area_id FROM respondents WHERE wave_id = ? ORDER BY area_id", [wave]))


def first_comparable(store: Store, wave: str, area: str, *, concept: str = "tryghed") -> str | None:
    """Return the earliest wave with this area that ``wave`` may be compared with, or ``None``."""
    found = main_item(store, wave, concept)
    if found is None:
        return None
    for earlier in waves_in_order(store):
        if earlier == wave:
            return None
        before = main_item(store, earlier, concept)
        if before and area in areas_of(store, earlier) and not differences(before[0], found[0]):
            return earlier
    return None
