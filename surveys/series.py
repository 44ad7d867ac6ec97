"""Say which waves form a series, and where it breaks (method.md A11)."""

from __future__ import annotations

import json
from collections.abc import Sequence

from store.database import Store
from surveys.area_data import main_item
from surveys.bridges import HEADLINES, crossing, unbridged
from surveys.figures import CONCEPT, WaveLine
from surveys.items import Bridge, Item, Reason, differences
from surveys.registry import bridges_of, items_of_concept, waves_in_order


def wave_lines(store: Store, *, concept: str = CONCEPT) -> tuple[WaveLine, ...]:
    """List the waves that measure ``concept``, by fieldwork, with what each may be compared with.

    Where a bridge leads over the break to the wave before, its source stands among the reasons.
    """
    lines: list[WaveLine] = []
    earlier: list[Item] = []
    items, bridges = items_of_concept(store, concept), bridges_of(store)
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
            comparable_with=tuple(each.wave for each in earlier if not unbridged(each, item, items, bridges)),
            break_reasons=_reasons(earlier[-1], item, items, bridges) if earlier else (),
        ))
        earlier.append(item)
    return tuple(lines)


def _reasons(before: Item, item: Item, items: tuple[Item, ...], bridges: tuple[Bridge, ...]) -> tuple[Reason, ...]:
    found = differences(before, item)
    over = [crossing(before, item, name, items, bridges).bridges for name in HEADLINES]
    sources = dict.fromkeys((each.kind, each.source) for way in over for each in way)
    return found + tuple(Reason("bridge", kind, source) for kind, source in sources)


def areas_of(store: Store, wave: str) -> tuple[str, ...]:
    """Return the ids of the areas with respondents in a wave."""
    return tuple(row[0] for row in store.rows(
        "SELECT DISTINCT area_id FROM respondents WHERE wave_id = ? ORDER BY area_id", [wave]))


def first_comparable(store: Store, wave: str, area: str, *, concept: str = CONCEPT) -> str | None:
    """Return the earliest wave with this area that ``wave`` may be compared with, or ``None``."""
    return earliest(wave_lines(store, concept=concept), wave, area)


def earliest(lines: Sequence[WaveLine], wave: str, area: str) -> str | None:
    """Return the earliest of ``lines`` with this area that ``wave`` may be compared with, or ``None``."""
    by_id = {each.id: each for each in lines}
    return next((each for each in (by_id[wave].comparable_with if wave in by_id else ()) if area in by_id[each].areas),
                None)
