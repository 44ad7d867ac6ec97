"""Write what stands beside the measurements: samples, codes, published figures and analyses, snapshots."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from store.database import Store
from store.imports import mark_undone


@dataclass(frozen=True)
class SampleItem:
    """A text drawn for hand-coding."""

    article: str
    area: str
    probability: float


@dataclass(frozen=True)
class Code:
    """What a coder said of a drawn text; ``None`` where the cell was left empty."""

    sample: str
    article: str
    area: str
    coder: str
    relevance: str | None
    tone: str | None
    safety: str | None


@dataclass(frozen=True)
class PublishedFigure:
    """A yearly figure that somebody published."""

    area: str
    year: int
    indicator: str
    value: str
    unit: str
    source: str


@dataclass(frozen=True)
class PublishedAnalysis:
    """One line of a hand-made media analysis that somebody published."""

    area: str
    window_start: str
    window_end: str
    search_string: str
    n: int
    theme: str
    tone: str
    count: int
    source_page: str


def add_sample(store: Store, id: str, drawn: str, design: Mapping[str, Any], items: Iterable[SampleItem]) -> bool:
    """Keep a sample and its items; return whether it was new (the same id is the same sample)."""
    with store.transaction():
        if store.value("SELECT 1 FROM samples WHERE id = ?", [id]):
            return False
        store.execute("INSERT INTO samples VALUES (?, ?, ?)", [id, drawn, json.dumps(dict(design), sort_keys=True)])
        store.execute_many("INSERT INTO sample_items VALUES (?, ?, ?, ?)",
                           [(id, each.article, each.area, each.probability) for each in items])
    return True


def put_codes(store: Store, import_id: int, codes: Iterable[Code]) -> int:
    """Write codes inside the caller's transaction, a later code of the same coder in place of the earlier.

    Returns how many were new or changed.
    """
    return sum(
        store.execute(
            "INSERT INTO codes VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT DO UPDATE SET relevance = excluded.relevance, tone = excluded.tone, safety = excluded.safety,"
            " import_id = excluded.import_id WHERE (relevance, tone, safety) IS NOT"
            " (excluded.relevance, excluded.tone, excluded.safety)",
            [each.sample, each.article, each.area, each.coder, each.relevance, each.tone, each.safety, import_id],
        ).rowcount
        for each in codes
    )


def put_figures(store: Store, import_id: int, figures: Iterable[PublishedFigure]) -> int:
    """Write published figures inside the caller's transaction and return how many were new or changed."""
    return sum(
        store.execute(
            "INSERT INTO figures VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value,"
            " unit = excluded.unit, import_id = excluded.import_id"
            " WHERE (value, unit) IS NOT (excluded.value, excluded.unit)",
            [each.area, each.year, each.indicator, each.value, each.unit, each.source, import_id],
        ).rowcount
        for each in figures
    )


def put_analyses(store: Store, import_id: int, analyses: Iterable[PublishedAnalysis]) -> int:
    """Write published media analyses inside the caller's transaction and return how many were new or changed."""
    return sum(
        store.execute(
            "INSERT INTO analyses VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
            " search_string = excluded.search_string, n = excluded.n, count = excluded.count,"
            " import_id = excluded.import_id WHERE (search_string, n, count) IS NOT"
            " (excluded.search_string, excluded.n, excluded.count)",
            [each.area, each.window_start, each.window_end, each.search_string, each.n, each.theme, each.tone,
             each.count, each.source_page, import_id],
        ).rowcount
        for each in analyses
    )


def undo_published(store: Store, import_id: int) -> int:
    """Take an import of codes, figures or analyses back; return how many rows it took. Its bytes may come again."""
    with store.transaction():
        gone = sum(
            store.execute(f"DELETE FROM {table} WHERE import_id = ?", [import_id]).rowcount  # noqa: S608
            for table in ("codes", "figures", "analyses")
        )
        mark_undone(store, import_id)
    return gone


@dataclass(frozen=True)
class StoredSnapshot:
    """A snapshot as it is kept: content is compressed JSON."""

    id: str
    made: str
    window_from: str
    window_to: str
    inputs: str
    revision: str
    content: bytes


ESTIMATE_COLUMNS = (
    "indicator", "area_id", "window_from", "window_to", "wave_id", "value", "se", "low", "high", "n", "status",
    "correction", "method_version", "details",
)


def save_snapshot(store: Store, snapshot: StoredSnapshot, estimates: Sequence[Sequence[Any]]) -> None:
    """Keep a snapshot and its estimates (rows of :data:`ESTIMATE_COLUMNS`).

    Of equal content the estimates are kept once; what it was made from is noted anew, so that it is found again.
    """
    with store.transaction():
        if store.value("SELECT 1 FROM snapshots WHERE id = ?", [snapshot.id]):
            store.execute("UPDATE snapshots SET inputs = ?, window_from = ?, window_to = ?, revision = ? WHERE id = ?",
                          [snapshot.inputs, snapshot.window_from, snapshot.window_to, snapshot.revision, snapshot.id])
            return
        store.execute("INSERT INTO snapshots VALUES (?, ?, ?, ?, ?, ?, ?)",
                      [snapshot.id, snapshot.made, snapshot.window_from, snapshot.window_to, snapshot.inputs,
                       snapshot.revision, snapshot.content])
        marks = ", ".join("?" * (len(ESTIMATE_COLUMNS) + 1))
        store.execute_many(f"INSERT INTO estimates VALUES ({marks})",  # noqa: S608
                           [(snapshot.id, *row) for row in estimates])


def find_snapshot(store: Store, *, id: str = "", inputs: str = "") -> StoredSnapshot | None:
    """Read the snapshot with this id (or an unambiguous beginning of it), or the newest made from ``inputs``."""
    if id:
        rows = store.rows("SELECT * FROM snapshots WHERE substr(id, 1, ?) = ? LIMIT 2", [len(id), id])
        if len(rows) != 1:
            return None
    else:
        rows = store.rows("SELECT * FROM snapshots WHERE inputs = ? ORDER BY made DESC, id LIMIT 1", [inputs])
    return StoredSnapshot(*rows[0]) if rows else None
