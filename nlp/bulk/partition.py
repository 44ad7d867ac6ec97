"""From a partition to its readings: the one function that every executor runs."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nlp.bulk.inputs import Chunk, Refusal, Source, Span, chunks
from nlp.bulk.prefilter import passing, pattern
from nlp.read import read_article
from nlp.reader import Reader
from store.config import Config
from store.days import danish_day
from store.errors import WrongUse
from store.facts import load_facts
from store.readings import ReadingRow, TextRows, UnreadText

if TYPE_CHECKING:
    import pyarrow


@dataclass(frozen=True, slots=True)
class Partition:
    """What one call reads, and the name of what it writes in ``folder``."""

    source: Source
    span: Span
    name: str
    folder: str


@dataclass(frozen=True, slots=True)
class Counts:
    """What one partition came to: ``lines`` in the file (with empty ones), articles, those that name an area, …"""

    lines: int = 0
    rows: int = 0
    named: int = 0
    readings: int = 0
    refusals: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))


def schema() -> pyarrow.Schema:
    """Describe a row of readings: one article × area (docs/archive.md)."""
    import pyarrow as pa

    text, texts = pa.string(), pa.list_(pa.string())
    theme = pa.list_(pa.struct([("id", text), ("score", pa.float64())]))
    required = {"id", "area", "day", "role", "safety", "safety_score", "input", "row", "backend", "version"}
    columns = [
        ("id", text), ("area", text), ("day", pa.date32()), ("outlet", text), ("role", text), ("count", pa.int32()),
        ("alias", text), ("unit", text), ("tone", text), ("tone_score", pa.float64()), ("safety", text),
        ("safety_score", pa.float64()), ("lead_tone", text), ("lead_tone_score", pa.float64()), ("lead_safety", text),
        ("lead_safety_score", pa.float64()), ("themes", theme), ("stigma", texts), ("voices", texts), ("genre", text),
        ("input", text), ("row", pa.int64()), ("backend", text), ("version", text),
    ]
    return pa.schema([pa.field(name, kind, nullable=name not in required) for name, kind in columns])


_reading = threading.Lock()
"""A worker of a cluster may have several threads; a spaCy pipeline is not made for them."""

_held: tuple[Config, Reader, str | None] | None = None


def held_reader(config: Config) -> tuple[Reader, str | None]:
    """Return this process's reader and the expression of its prefilter, made once."""
    global _held
    if _held is None or _held[0] != config:
        reader = Reader(load_facts(config), config)
        names = [alias.name for area in reader.gazetteer.areas.values() for alias in area.aliases]
        _held = config, reader, pattern(names)
    return _held[1], _held[2]


def read_partition(partition: Partition, config: Config, version: str) -> Counts:
    """Read one partition with the reader of ``reputation read`` and write its readings and refusals whole, or nothing.

    Raises :class:`WrongUse` where this process has another version of facts or backend than the job.
    """
    with _reading:
        return _read(partition, config, version)


def _read(partition: Partition, config: Config, version: str) -> Counts:
    reader, expression = held_reader(config)
    if reader.version != version:
        raise WrongUse(f"a worker reads with version {reader.version}, the job with {version}",
                       where="reputation archive", do="Give all workers the same installation and config")
    counts = Counts()
    found: list[dict[str, Any]] = []
    refused: list[Refusal] = []
    for chunk in chunks(partition.source, partition.span):
        rows, named, wrong = read_chunk(chunk, reader, expression, partition.source.path)
        size = len(chunk.rows) + len(chunk.refused)
        counts += Counts(size + chunk.passed_over, size, named, len(rows), len(wrong))
        found += rows
        refused += wrong
    _write(partition, found, refused, counts)
    return counts


def read_chunk(
    chunk: Chunk, reader: Reader, expression: str | None, where: str
) -> tuple[list[dict[str, Any]], int, list[Refusal]]:
    """Read some articles: rows of readings, how many articles name an area, and what is refused."""
    ids, published = chunk.columns["id"].to_pylist(), chunk.columns["published"].to_pylist()
    outlets = chunk.columns["outlet"].to_pylist()
    titles, texts = chunk.columns["title"], chunk.columns["text"]
    empty = texts.is_null().to_pylist()
    passes = passing((titles, texts), expression) or [True] * len(ids)
    rows: list[dict[str, Any]] = []
    refused = list(chunk.refused)
    named = 0
    for at, identity in enumerate(ids):
        day = _day(published[at])
        if not identity or day is None or empty[at]:
            offset = chunk.offsets[at] if chunk.offsets else None
            refused.append(Refusal(chunk.rows[at], offset, _reason(identity, published[at], day)))
        elif passes[at]:
            text = UnreadText(identity, 1, day.isoformat(), "full", titles[at].as_py() or "", "", texts[at].as_py())
            read = read_article(reader, text)
            named += bool(read.mentions)
            origin = {"id": identity, "day": day, "outlet": outlets[at], "input": where, "row": chunk.rows[at],
                      "backend": reader.backend.name, "version": reader.version}
            rows += [origin | row for row in _rows(read)]
    return rows, named, sorted(refused, key=lambda each: each.row)


def _rows(read: TextRows) -> Iterator[dict[str, Any]]:
    bases = {(each.area_id, each.basis): each for each in read.readings}
    for mention in read.mentions:
        full = bases[mention.area_id, "full"]
        yield {
            "area": mention.area_id, "role": mention.role, "count": mention.count, "alias": mention.alias,
            "unit": mention.unit, **_scores(full, ""), **_scores(bases.get((mention.area_id, "lead")), "lead_"),
            "themes": [{"id": theme, "score": score} for theme, score in full.themes],
            "stigma": list(full.stigma), "voices": list(full.voices), "genre": full.genre,
        }


def _scores(row: ReadingRow | None, prefix: str) -> dict[str, Any]:
    return {prefix + name: row and getattr(row, name) for name in ("tone", "tone_score", "safety", "safety_score")}


def _day(value: object) -> date | None:
    """Return the Danish day of a moment; a moment without a zone, and a bare day, are taken as they stand."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if isinstance(value, datetime):
        try:
            return value.date() if value.tzinfo is None else danish_day(value)
        except (OverflowError, ValueError):  # the first or last day there is, in another zone
            return None
    return value if isinstance(value, date) else None


def _reason(identity: object, published: object, day: date | None) -> str:
    if not identity:
        return "'id' is missing"
    if day is None:
        return "'published' is missing" if not published else "'published' is no date like 2024-03-01"
    return "'text' is missing"


# ---------------------------------------------------------------- what a partition leaves


def _write(partition: Partition, found: list[dict[str, Any]], refused: list[Refusal], counts: Counts) -> None:
    """Write refusals, then readings: a partition is done when its readings stand there."""
    import pyarrow
    import pyarrow.parquet as parquet

    folder = Path(partition.folder)
    if refused:
        lines = "".join(
            json.dumps({"file": partition.source.path, "row": each.row, "offset": each.offset, "reason": each.reason},
                       ensure_ascii=False) + "\n"
            for each in refused
        )
        whole(folder / f"{partition.name}.ndjson", lambda path: path.write_text(lines, encoding="utf-8"))
    about = {name.encode(): str(getattr(counts, name)).encode() for name in counts.__slots__}
    table = pyarrow.Table.from_pylist(found, schema=schema().with_metadata(about))
    whole(folder / f"{partition.name}.parquet", lambda path: parquet.write_table(table, path))


def whole(path: Path, write: Callable[[Path], object]) -> None:
    """Write a file beside its place and move it there: it is never half there."""
    aside = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        write(aside)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


def counted(partition: Partition) -> Counts | None:
    """Return what a finished partition came to; absent where it has not been read."""
    import pyarrow.parquet as parquet
    from pyarrow import ArrowException

    path = Path(partition.folder) / f"{partition.name}.parquet"
    if not path.exists():
        return None
    try:
        about = parquet.read_schema(path).metadata
        return Counts(*(int(about[name.encode()]) for name in Counts.__slots__))
    except (ArrowException, OSError, KeyError, TypeError, ValueError):
        return None
