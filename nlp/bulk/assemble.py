"""Put the parts of a job together: readings by year in a fixed order, and one file of refusals."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TextIO

from nlp.bulk.manifest import Input
from nlp.bulk.partition import Partition, schema, whole

READINGS = "readings"
REFUSALS = "refusals.ndjson"
ORDER = ("id", "area", "input", "row")


def assemble(folder: Path, inputs: Sequence[Input]) -> None:
    """Write ``readings/year=YYYY/readings.parquet`` and ``refusals.ndjson`` from the parts, both whole or not at all.

    Rows come in one order whatever the partitions were and whoever read them. One year is held in memory at a time.
    """
    new, old = folder / f"{READINGS}.new", folder / f"{READINGS}.old"
    for left in (new, old):
        shutil.rmtree(left, ignore_errors=True)
    new.mkdir()
    parts = list(_parts(inputs))
    by_year: dict[int, list[tuple[Partition, int]]] = {}
    for part in parts:
        for year in _years(part[0]):
            by_year.setdefault(year, []).append(part)
    for year, of_year in by_year.items():
        _write_year(new / f"year={year:04}", year, of_year)
    whole(folder / REFUSALS, lambda path: _write_refusals(path, parts))
    if (folder / READINGS).exists():
        (folder / READINGS).replace(old)
    new.replace(folder / READINGS)
    shutil.rmtree(old, ignore_errors=True)


def _parts(inputs: Sequence[Input]) -> Iterator[tuple[Partition, int]]:
    """Yield each part that holds something, with how many lines of its file come before it."""
    for one in inputs:
        before = 0
        for partition in one.partitions:
            counts = one.done[partition.name]
            if counts.readings or counts.refusals:
                yield partition, before
            before += counts.lines


def _file(part: Partition, suffix: str) -> Path:
    return Path(part.folder) / f"{part.name}{suffix}"


def _years(part: Partition) -> set[int]:
    import pyarrow.compute as compute
    import pyarrow.parquet as parquet

    run: Any = compute
    days = parquet.read_table(_file(part, ".parquet"), columns=["day"])["day"]
    return set(run.unique(run.year(days)).to_pylist())


def _write_year(folder: Path, year: int, parts: Sequence[tuple[Partition, int]]) -> None:
    import pyarrow
    import pyarrow.compute as compute
    import pyarrow.parquet as parquet

    run: Any = compute
    tables = []
    for part, before in parts:
        table = parquet.read_table(_file(part, ".parquet"))
        table = table.filter(run.equal(run.year(table["day"]), year))
        row = table.schema.get_field_index("row")
        table = table.set_column(row, table.schema.field(row), run.add(table["row"], before))
        tables.append(table.replace_schema_metadata())
    whole_year = pyarrow.concat_tables(tables).cast(schema()).sort_by([(name, "ascending") for name in ORDER])
    folder.mkdir()
    parquet.write_table(whole_year.combine_chunks(), folder / "readings.parquet", compression="zstd")


def _write_refusals(path: Path, parts: Sequence[tuple[Partition, int]]) -> None:
    with path.open("w", encoding="utf-8") as out:
        for part, before in parts:
            refused = _file(part, ".ndjson")
            if refused.exists():
                _copy_refusals(refused, out, before)


def _copy_refusals(path: Path, out: TextIO, before: int) -> None:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            refusal = json.loads(line)
            refusal["row"] += before
            out.write(json.dumps(refusal, ensure_ascii=False) + "\n")
