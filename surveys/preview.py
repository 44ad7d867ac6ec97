"""Say what an import would do, before it does it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from store.database import Store
from store.imports import Refusal
from surveys.codebook import Codebook
from surveys.draft import identifying_columns
from surveys.items import Item, Reason, differences
from surveys.readers.export import Export
from surveys.registry import items_of_wave, waves_in_order
from surveys.rows import Taken


@dataclass(frozen=True)
class Preview:
    """What an import would do."""

    wave: str
    format: str
    rows: int
    usable: int
    areas: tuple[tuple[str, int], ...]
    """(area, respondents)"""
    items: tuple[tuple[str, str, tuple[tuple[str, int], ...]], ...]
    """(item, direction in words, (code or state, count)…)"""
    dropped: tuple[str, ...]
    identifying: tuple[str, ...]
    refusals: tuple[Refusal, ...]
    not_completed: int
    duplicates: int
    known: int | None
    """the import that took in the same files before; it would add nothing"""
    comparisons: tuple[tuple[str, str, tuple[Reason, ...]], ...]
    """(earlier wave, concept, what stands between; empty = comparable)"""

    def text(self) -> str:
        """Say it in lines."""
        lines = [
            f"wave {self.wave}: {self.format}"
            + ("" if self.known is None else f"; already taken in as import {self.known}, nothing would be added"),
            f"{self.usable} of {self.rows} rows would be taken in; "
            f"{self.not_completed} not completed, {self.duplicates} duplicate rows, {len(self.refusals)} refusals",
            "areas: " + ", ".join(f"{area} {n}" for area, n in self.areas),
        ]
        for item, direction, counts in self.items:
            lines.append(f"item {item} ({direction}): " + ", ".join(f"{code}: {n}" for code, n in counts))
        if self.dropped:
            lines.append(f"columns dropped: {', '.join(self.dropped)}")
        if self.identifying:
            lines.append(f"of these identifying: {', '.join(self.identifying)}")
        reasons = Counter((each.column, each.reason) for each in self.refusals)
        lines += [f"refused: {column or 'row'}: {reason} ({n})" for (column, reason), n in sorted(reasons.items())]
        for wave, concept, reasons_ in self.comparisons:
            words = "; ".join(f"other {each.key}: {each.before} → {each.after}" for each in reasons_)
            lines.append(f"{concept} against {wave}: {words or 'comparable'}")
        return "\n".join(lines)


def preview(store: Store, export: Export, codebook: Codebook, taken: Taken, dropped: tuple[str, ...],
            known: int | None) -> Preview:
    """Sum up a wave that was read and checked; reads the store for earlier waves only."""
    counts: dict[str, Counter[str]] = {each.id: Counter() for each in codebook.items}
    for respondent in taken.respondents:
        for answer in respondent.answers:
            counts[answer.item][answer.state if answer.value is None else str(answer.value)] += 1
    telling = identifying_columns(export)
    directions = {each.id: f"{each.min}–{each.max}, {each.safe_pole} = safe" for each in codebook.items}
    return Preview(
        wave=codebook.wave.id, format=export.format, rows=len(export.rows), usable=len(taken.respondents),
        areas=tuple(sorted(taken.by_area.items())),
        items=tuple((item, directions[item], tuple(sorted(found.items()))) for item, found in counts.items()),
        dropped=dropped, identifying=tuple(name for name in dropped if name in telling), refusals=taken.refusals,
        not_completed=taken.not_completed, duplicates=taken.duplicates, known=known,
        comparisons=_comparisons(store, codebook),
    )


def _comparisons(store: Store, codebook: Codebook) -> tuple[tuple[str, str, tuple[Reason, ...]], ...]:
    wave = codebook.wave
    mine = [
        Item(wave.id, each.id, each.concept, each.wording, each.min, each.max, each.safe_pole, each.safe, each.unsafe,
             wave.mode, wave.institute, wave.language, wave.instrument)
        for each in codebook.items
    ]
    found: list[tuple[str, str, tuple[Reason, ...]]] = []
    for earlier in waves_in_order(store):
        if earlier == wave.id:
            continue
        theirs = items_of_wave(store, earlier)
        for item in mine:
            partners = [each for each in theirs if each.concept == item.concept]
            if partners:
                best = min((differences(each, item) for each in partners), key=len)
                found.append((earlier, item.concept, best))
    return tuple(found)
