"""Load data/breaks.toml: where a published series stops being one series, checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, cast, get_args

from store.factfile import Entry, Resolve

BreakKind = Literal["gap", "break", "every year"]
"""gap: no measurement in the year; break: no comparison across it; every year: each year stands alone."""


@dataclass(frozen=True)
class SeriesBreak:
    """A gap or break of a series, with its reason in Danish and English."""

    series: str
    kind: BreakKind
    year: int | None
    """the year without measurement, or the first year after the break; None: unknown, or every year"""
    da: str
    en: str
    source: str


def load_breaks(entries: Sequence[Entry], resolve: Resolve) -> tuple[SeriesBreak, ...]:
    """Build breaks from ``[[breaks]]`` entries. Raises :class:`store.errors.WrongFacts`."""
    return tuple(_break(entry.called(entry.text("series")), resolve) for entry in entries)


def _break(entry: Entry, resolve: Resolve) -> SeriesBreak:
    entry.only("series", "kind", "year", "da", "en", "source")
    kind = cast(BreakKind, entry.choice("kind", get_args(BreakKind)))
    if kind == "gap" and not entry.has("year"):
        raise entry.wrong("a gap needs its year", "Add year = …", key="kind")
    if kind == "every year" and entry.has("year"):
        raise entry.wrong("a break of every year has no year of its own", "Take it out", key="year")
    return SeriesBreak(
        series=entry.text("series"),
        kind=kind,
        year=entry.whole("year", 1990, 2100) if entry.has("year") else None,
        da=entry.text("da"),
        en=entry.text("en"),
        source=resolve(entry, "source"),
    )
