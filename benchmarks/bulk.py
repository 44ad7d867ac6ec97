"""Whole archive jobs."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.articles import SHARE, articles, load_bank
from benchmarks.harness import Row, Run, Time, fastest, missing
from nlp.archive import read_archive
from nlp.bulk.executors import cores, on_dask, on_processes
from nlp.bulk.partition import held_reader

MADE = 8_000
"""Different articles; more are the same under new ids."""

FEW = 200_000
ABOUT = 12_000


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
        *_on_dask(run, about_files, heavy),
    ]


def _on_dask(run: Run, files: Sequence[Path], articles: int) -> list[Row]:
    """Read the same on a Dask cluster of two workers on this machine, once they have their reader."""
    if missing(["distributed"]):
        sys.stderr.write("Dask is not installed (extra dask): its row is left out\n")
        return []
    import distributed

    library: Any = distributed
    with library.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        times = []
        for number in range(2):
            begun = time.perf_counter()
            read_archive(files, run.folder / f"dask{number}", run.config, executor=on_dask(cluster.scheduler_address))
            times.append(time.perf_counter() - begun)
    amounts = {"articles": articles}
    return [Row("about-dask", "archive, all about an area, two Dask workers", amounts, times[-1], "about-1", True)]


MILLION = 1_000_000
FILES = 20
BEGUN = 0.3
"""A run is killed when so much of its parts stands there."""


def million(run: Run) -> Sequence[Row]:
    """A million articles, 1 % about an area, read by the command: rate, memory, and the rest of a killed run."""
    reader, _ = held_reader(run.config)
    rows = list(articles(load_bank(reader.gazetteer), run.count(MADE, 100)))
    count = run.count(MILLION, 2_000) // FILES * FILES
    files = archive_files(run.folder, "part", rows, count, FILES)
    whole, seconds, memory = _command(files, run.folder / "whole")
    _command(files, run.folder / "killed", kill_at=round(BEGUN * FILES))
    kept = len(list((run.folder / "killed" / "parts").glob("*.parquet")))
    again, rest, _ = _command(files, run.folder / "killed")
    assert again == whole, "a killed run must come to the same"
    amounts = {"articles": count, "peak MB": memory, "MB read": sum(path.stat().st_size for path in files) // 10**6}
    return [
        Row("whole", f"reputation archive --workers {cores()}", amounts, seconds, clock=True),
        Row("resumed", "the rest of a run that was killed with SIGKILL", {"articles": round(count * (1 - kept / FILES)),
            "files found read": kept, "of": FILES}, rest, "whole", True),
    ]


def _command(files: Sequence[Path], out: Path, kill_at: int = 0) -> tuple[dict[str, Any], float, int]:
    """Run the command; return the manifest's totals, seconds by the clock, and the peak of its processes in MB."""
    code = "from reputation.cli import main; main()"
    command = [sys.executable, "-c", code, "--quiet", "archive", *map(str, files), "--out", str(out)]
    begun, peak = time.perf_counter(), 0
    with subprocess.Popen(command, start_new_session=True) as process:  # noqa: S603 - our own command
        while process.poll() is None:
            peak = max(peak, _memory(process.pid))
            if kill_at and len(list((out / "parts").glob("*.parquet"))) >= kill_at:
                os.killpg(process.pid, signal.SIGKILL)
            time.sleep(0.05)
    seconds = time.perf_counter() - begun
    manifest = out / "manifest.json"
    return json.loads(manifest.read_text("utf-8"))["total"] if manifest.exists() else {}, seconds, peak // 10**6


def _memory(group: int) -> int:
    """Sum what the processes of a group hold, each its own share of what they hold together; 0 where nobody tells."""
    total = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
            if int(fields[2]) == group:
                rollup = (stat.parent / "smaps_rollup").read_text()
                total += next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")) * 1024
        except (OSError, StopIteration):
            continue
    return total


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
