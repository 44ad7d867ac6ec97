"""Load data/dates.toml: days of record that a series is held against, checked. None is shipped."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, cast, get_args

from store.factfile import Entry

RecordKind = Literal["plan adopted", "demolition begun"]


@dataclass(frozen=True)
class RecordDate:
    """A day on which something was decided or begun in an area, fixed before anybody looked at the series."""

    area: str
    day: date
    kind: RecordKind
    source: str


def load_dates(entries: Sequence[Entry], areas: Collection[str]) -> tuple[RecordDate, ...]:
    """Build days of record from ``[[dates]]`` entries, by area and day. Raises :class:`store.errors.WrongFacts`."""
    found: dict[tuple[str, date, str], RecordDate] = {}
    for entry in entries:
        made = _date(entry, areas)
        key = (made.area, made.day, made.kind)
        if key in found:
            raise entry.wrong(f"{made.area} {made.day} stands twice", "Take one out", key="day")
        found[key] = made
    return tuple(found[key] for key in sorted(found))


def _date(entry: Entry, areas: Collection[str]) -> RecordDate:
    entry.only("area", "day", "kind", "source")
    area = entry.text("area")
    if area not in areas:
        raise entry.wrong(f"'{area}' is not an area of areas.toml", "Use an id that stands there", key="area")
    day = entry.table.get("day")
    if type(day) is not date:
        raise entry.wrong("'day' is no whole day", "Write day = 2021-03-01, without quotes", key="day")
    return RecordDate(area, day, cast(RecordKind, entry.choice("kind", get_args(RecordKind))), entry.text("source"))
