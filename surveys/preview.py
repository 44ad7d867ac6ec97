"""Say what an import would do, before it does it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from store.database import Store
from store.imports import Refusal
from surveys.bridges import crossing, unbridged
from surveys.draft import identifying_columns
from surveys.entries import Codebook
from surveys.items import Item, Reason
from surveys.readers.export import Export
from surveys.registry import bridges_of, items_of_concept, items_of_wave, waves_in_order
from surveys.rows import Taken

SHOWN_ROWS = 10
"""Numbers of refused rows that are listed for each reason; the rest is counted."""

OWN_SCREEN = ("These counts are not disclosure-controlled: they are for the survey team that holds the answers. "
              "Don't pass them on.")

NAMES = {";": "semicolon", ",": "comma", "\t": "TAB", ".": "point", "dmy": "day first", "mdy": "month first",
         "ymd": "year first"}


@dataclass(frozen=True)
class ItemLook:
    """An item as it was read."""

    id: str
    direction: str
    """``1–7, low = safe``"""
    counts: tuple[tuple[str, str, int], ...]
    """(code or state, its label in the export, answers)"""
    blank: int


@dataclass(frozen=True)
class Comparison:
    """Whether the wave may be compared with an earlier one."""

    wave: str
    concept: str
    reasons: tuple[Reason, ...]
    """empty = it may"""
    sources: tuple[str, ...]
    """of the bridges it goes over"""

    def line(self) -> str:
        """Say it in one line."""
        words = "; ".join(f"other {each.key}: {each.before} → {each.after}" for each in self.reasons)
        over = f", over a bridge ({'; '.join(self.sources)})" if self.sources else ""
        return f"{self.concept} against {self.wave}: {f'not comparable: {words}' if words else f'comparable{over}'}"


@dataclass(frozen=True)
class Preview:
    """What an import would do."""

    wave: str
    format: str
    read_as: str
    """how the file was read, in words"""
    rows: int
    usable: int
    areas: tuple[tuple[str, int], ...]
    """(area, respondents)"""
    items: tuple[ItemLook, ...]
    choices: tuple[tuple[str, tuple[tuple[str, int, int, int], ...]], ...]
    """(question, (option, chosen, not chosen, not asked)…)"""
    texts: tuple[tuple[str, int], ...]
    """(open question, answers)"""
    dropped: tuple[str, ...]
    identifying: tuple[str, ...]
    refusals: tuple[Refusal, ...]
    not_completed: int
    duplicates: int
    known: int | None
    """the import that took in the same files before; it would add nothing"""
    notes: tuple[str, ...]
    comparisons: tuple[Comparison, ...]

    def text(self) -> str:
        """Say it in lines."""
        lines = [
            f"wave {self.wave}: {self.format}"
            + ("" if self.known is None else f"; already taken in as import {self.known}, nothing would be added"),
            f"read as: {self.read_as}", *self.notes,
            f"{self.usable} of {self.rows} rows would be taken in; "
            f"{self.not_completed} not completed, {self.duplicates} duplicate rows, {len(self.refusals)} refusals",
            "areas: " + ", ".join(f"{area} {n}" for area, n in self.areas),
        ]
        for item in self.items:
            counts = ", ".join(f"{code}{f' ({label})' if label else ''}: {n}" for code, label, n in item.counts)
            lines.append(f"item {item.id} ({item.direction}): {counts}, blank: {item.blank}")
        for question, options in self.choices:
            told = (f"{option}: {chosen} chosen, {left} not, {unasked} not asked"
                    for option, chosen, left, unasked in options)
            lines.append(f"choices {question}: {'; '.join(told)}")
        lines += [f"open question {name}: {n} answers" for name, n in self.texts]
        if self.dropped:
            lines.append(f"columns dropped: {', '.join(self.dropped)}")
        if self.identifying:
            lines.append(f"of these identifying: {', '.join(self.identifying)}")
        lines += _refused(self.refusals)
        lines += [each.line() for each in self.comparisons] or ["there is no earlier wave to compare with"]
        return "\n".join([*lines, OWN_SCREEN])


def preview(store: Store, export: Export, codebook: Codebook, taken: Taken, dropped: tuple[str, ...],
            known: int | None) -> Preview:
    """Sum up a wave that was read and checked; reads the store for earlier waves only.

    Its counts are for the screen of the team that holds the answers, and nothing of it is stored or published: small
    cells are shown, since they are what a wrong codebook is seen by.
    """
    telling = identifying_columns(export)
    texts = Counter(name for respondent in taken.respondents for name, _ in respondent.texts)
    return Preview(
        wave=codebook.wave.id, format=export.format, read_as=read_as(export), rows=len(export.rows),
        usable=len(taken.respondents), areas=tuple(sorted(taken.by_area.items())),
        items=_items(export, codebook, taken), choices=_choices(codebook, taken),
        texts=tuple((each.id, texts[each.id]) for each in codebook.texts), dropped=dropped,
        identifying=tuple(name for name in dropped if name in telling), refusals=taken.refusals,
        not_completed=taken.not_completed, duplicates=taken.duplicates, known=known, notes=export.notes[1:],
        comparisons=_comparisons(store, codebook),
    )


def read_as(export: Export) -> str:
    """Say how a file was read: encoding, sign between the columns, decimal sign, order of dates."""
    parts = [f"encoding {export.encoding}"]
    if export.delimiter:
        parts.append(f"{NAMES[export.delimiter]} between the columns")
    parts.append(f"decimal {NAMES[export.decimal]}")
    if export.dates:
        parts.append(f"dates with the {NAMES[export.dates]}")
    return ", ".join(parts)


def _refused(refusals: Sequence[Refusal]) -> list[str]:
    rows: dict[tuple[str, str], list[int]] = {}
    for each in refusals:
        rows.setdefault((each.column, each.reason), []).append(each.row)
    lines = []
    for (column, reason), numbers in sorted(rows.items()):
        shown = ", ".join(map(str, numbers[:SHOWN_ROWS]))
        more = f" and {len(numbers) - SHOWN_ROWS} more" if len(numbers) > SHOWN_ROWS else ""
        lines.append(f"refused: {column or 'row'}: {reason} ({len(numbers)}: row {shown}{more})")
    return lines


def _items(export: Export, codebook: Codebook, taken: Taken) -> tuple[ItemLook, ...]:
    counts: dict[str, Counter[str]] = {each.id: Counter() for each in codebook.items}
    for respondent in taken.respondents:
        for answer in respondent.answers:
            counts[answer.item][answer.state if answer.value is None else str(answer.value)] += 1
    refused = Counter(each.column for each in taken.refusals)
    looks = []
    for item in codebook.items:
        names = {str(code): label for label, code in item.labels.items()}
        names |= export.value_labels.get(item.column, {})
        found = counts[item.id]
        codes = [str(code) for code in range(item.min, item.max + 1)]
        beside = [state for state in ("dont_know", "refused", "not_relevant") if found[state]]
        looks.append(ItemLook(
            item.id, f"{item.min}–{item.max}, {item.safe_pole} = safe",
            tuple((code, names.get(code, ""), found[code]) for code in (*codes, *beside)),
            max(len(taken.respondents) - found.total() - refused[item.column], 0),
        ))
    return tuple(looks)


def _choices(codebook: Codebook, taken: Taken
             ) -> tuple[tuple[str, tuple[tuple[str, int, int, int], ...]], ...]:
    counts = Counter(each for respondent in taken.respondents for each in respondent.choices)
    return tuple(
        (entry.id, tuple((option, counts[entry.id, option, "chosen"], counts[entry.id, option, "not chosen"],
                          counts[entry.id, option, "not asked"]) for option in entry.names))
        for entry in codebook.choices
    )


def _comparisons(store: Store, codebook: Codebook) -> tuple[Comparison, ...]:
    wave = codebook.wave
    mine = [
        Item(wave.id, each.id, each.concept, each.wording, each.min, each.max, each.safe_pole, each.safe, each.unsafe,
             wave.mode, wave.institute, wave.language, wave.instrument)
        for each in codebook.items
    ]
    bridges = [*bridges_of(store), *(replace(each, later=wave.id) for each in codebook.bridges)]
    known = {item.concept: items_of_concept(store, item.concept) for item in mine}
    found: list[Comparison] = []
    for earlier in waves_in_order(store):
        if earlier == wave.id:
            continue
        theirs = items_of_wave(store, earlier)
        for item in mine:
            partners = [each for each in theirs if each.concept == item.concept]
            if not partners:
                continue
            best = min(partners, key=lambda each: len(unbridged(each, item, known[item.concept], bridges)))
            over = crossing(best, item, "safety_index", known[item.concept], bridges).bridges
            found.append(Comparison(earlier, item.concept, unbridged(best, item, known[item.concept], bridges),
                                    tuple(each.source for each in over)))
    return tuple(found)
