"""Whole archive jobs."""

from __future__ import annotations

import gzip
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.articles import SHARE, articles, load_bank
from benchmarks.harness import Row, Run, Time, fastest
from nlp.archive import read_archive
from nlp.bulk.executors import on_processes
from nlp.bulk.partition import held_reader

MADE = 8_000
"""Different articles; more are the same under new ids."""

FEW = 40_000
ABOUT = 1_600


def measure(run: Run) -> Sequence[Row]:
    """Bulk: jobs on one and two processes, with few and with all articles about an area, of n and of 10 n articles."""
    reader, _ = held_reader(run.config)
    bank = load_bank(reader.gazetteer)
    few, heavy = run.count(FEW, 400) // 10 * 10, run.count(ABOUT, 80) // 8 * 8
    rows = list(articles(bank, run.count(MADE, 100)))
    few_files = archive_files(run.folder, "few", rows, few, 8)
    tenth = archive_files(run.folder, "tenth", rows, few // 10, 1)
    about = list(articles(bank, heavy // 2, share=1.0, seed=3))
    about_files = archive_files(run.folder, "about", about, heavy, 8)
    packed = run.folder / "packed.ndjson.gz"
    with gzip.open(packed, "wt", encoding="utf-8", compresslevel=1) as stream:
        stream.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)

    def job(files: Sequence[Path], workers: int = 1, repeats: int = 1) -> Time:
        def once() -> None:
            with tempfile.TemporaryDirectory(dir=run.folder) as out:
                read_archive(files, Path(out), run.config, executor=on_processes(workers))
        return fastest(once, repeats)

    begin = job(archive_files(run.folder, "begin", about, 2, 2), workers=2, repeats=2).clock
    one, two = job(few_files), job(few_files, workers=2, repeats=2).clock
    one_about, two_about = job(about_files), job(about_files, workers=2, repeats=2).clock
    of_few, of_about = f"archive, {SHARE:.0%} about an area", "archive, all about an area"
    return [
        Row("n", f"{of_few}, n", {"articles": few // 10}, job(tenth).processor),
        Row("10n", f"{of_few}, 10 n", {"articles": few}, one.processor, "n"),
        Row("gz", f"{of_few}, NDJSON gz", {"articles": len(rows)}, job([packed]).processor, "10n"),
        Row("about", of_about, {"articles": heavy}, one_about.processor, "10n"),
        Row("few-1", f"{of_few}, one process", {"articles": few}, one.clock, clock=True),
        Row("few-2", f"{of_few}, two processes once they run", {"articles": few}, _without(two, begin), "few-1", True),
        Row("about-1", f"{of_about}, one process", {"articles": heavy}, one_about.clock, clock=True),
        Row("about-2", f"{of_about}, two processes once they run", {"articles": heavy}, _without(two_about, begin),
            "about-1", True),
    ]


def _without(whole: float, begin: float) -> float:
    """Take off what starting the processes takes, which a job does once."""
    return max(whole - begin, 1e-3)


def archive_files(folder: Path, name: str, rows: Sequence[dict[str, Any]], count: int, files: int) -> list[Path]:
    """Write ``count`` articles to Parquet files, the given ones over and over under new ids."""
    import pyarrow
    import pyarrow.parquet as parquet

    each = count // files
    paths = []
    for number in range(files):
        made = [rows[(number * each + at) % len(rows)] | {"id": f"{name}{number}-{at:07}"} for at in range(each)]
        path = folder / f"{name}{number}.parquet"
        parquet.write_table(pyarrow.Table.from_pylist(made), path, compression="zstd")
        paths.append(path)
    return paths
