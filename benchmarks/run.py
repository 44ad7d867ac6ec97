"""Measure reading, prefilter and bulk in one run; write build/bench.json (``make bench``).

Only ratios within one run are worth quoting. What one process does is measured in seconds of its processor, which a
busy machine hardly changes; two processes are measured by the clock, which means something on an idle machine alone.
"""

from __future__ import annotations

import gzip
import json
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from benchmarks.articles import SHARE, articles, load_bank
from nlp.archive import read_archive
from nlp.bulk.executors import cores, on_processes
from nlp.bulk.partition import held_reader
from nlp.bulk.prefilter import passing
from nlp.folding import fold
from nlp.read import read_article
from nlp.reader import Reader
from store.config import Config, load_config
from store.readings import UnreadText

OUT = Path("build/bench.json")
REPEATS = 3
"""Each measurement is taken so often and the fastest kept: what disturbs a run only ever slows it."""

READ = 150
FILTERED = 8_000
BULK = 40_000
HEAVY = 1_600
BATCH = 4096
PACKAGES = ("spacy", "asent", "pyarrow", "duckdb", "pyahocorasick", "numpy")


@dataclass(frozen=True)
class Time:
    """Seconds by the clock, and of the processor for what this process did."""

    clock: float
    processor: float


@dataclass(frozen=True)
class Line:
    """One figure: ``count`` texts in ``time``, against the line ``against`` where a ratio means something."""

    id: str
    what: str
    count: int
    time: Time
    against: str = ""
    clock: bool = False

    @property
    def rate(self) -> float:
        """Texts a second: of the processor, or by the clock."""
        return self.count / (self.time.clock if self.clock else self.time.processor)


def main() -> int:
    """Measure everything, print the table, write the file."""
    begun = time.monotonic()
    reader, _ = held_reader(_config())
    rows = list(articles(load_bank(reader.gazetteer), FILTERED))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lines = [*_reading(reader, rows), *_prefilter(reader, rows, folder), *_bulk(reader, rows, folder)]
    machine = {"system": platform.system(), "machine": platform.machine(), "cores": cores(),
               "processor": _processor(), "python": platform.python_version()}
    result = {
        "date": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), "command": "make bench", "machine": machine,
        "versions": {each: _version(each) for each in PACKAGES}, "reader": reader.version,
        "articles": {"share_about_an_area": SHARE, "mean_characters": _mean(rows)},
        "seconds": round(time.monotonic() - begun, 1),
        "lines": [asdict(each) | {"rate": each.rate, "ratio": _ratio(each, lines)} for each in lines],
    }
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(_table(lines) + f"\n\n{OUT}: {result['seconds']} s, {machine['cores']} cores\n")
    return 0


def _config() -> Config:
    return load_config(Path("config.toml"), must_exist=False)


def _fastest(work: Callable[[], object], repeats: int = REPEATS) -> Time:
    times = []
    for _ in range(repeats):
        clock, processor = time.perf_counter(), time.process_time()
        work()
        times.append(Time(time.perf_counter() - clock, time.process_time() - processor))
    return Time(min(each.clock for each in times), min(each.processor for each in times))


# ---------------------------------------------------------------- one text after the other


def _reading(reader: Reader, rows: Sequence[dict[str, Any]]) -> list[Line]:
    """Our reading of texts that name an area against spaCy's tokenising alone and against asent."""
    import spacy

    bank = load_bank(reader.gazetteer)
    about = [_unread(row) for row in articles(bank, READ, share=1.0, seed=2)]
    texts = [f"{each.title}\n\n{each.text}" for each in about]
    blank = spacy.blank("da")
    blank.add_pipe("sentencizer")
    found = [
        Line("spacy", "spaCy blank da: tokens and sentences", READ, _fastest(lambda: [blank(text) for text in texts])),
        Line("read", "reputation: areas, tone, safety, themes, both bases", READ,
             _fastest(lambda: [read_article(reader, each) for each in about]), "spacy"),
    ]
    try:
        import asent  # noqa: F401  # registers its component
    except ImportError:
        sys.stderr.write("asent is not installed (extra bench): its line is left out\n")
        return found
    asked = spacy.blank("da")
    asked.add_pipe("sentencizer")
    asked.add_pipe("asent_da_v1")
    return [*found, Line("asent", "asent: tone of the text", READ,
                         _fastest(lambda: [asked(text)._.polarity.compound for text in texts]), "spacy")]


def _unread(row: dict[str, Any]) -> UnreadText:
    return UnreadText(row["id"], 1, row["published"][:10], "full", row["title"], "", row["text"])


# ---------------------------------------------------------------- the prefilter


def _prefilter(reader: Reader, rows: list[dict[str, Any]], folder: Path) -> list[Line]:
    """From a Parquet file to the rows that may name an area, three ways."""
    import pyarrow
    import pyarrow.parquet as parquet

    path = folder / "filtered.parquet"
    parquet.write_table(pyarrow.Table.from_pylist(rows), path, compression="zstd")
    _, expression = held_reader(_config())
    size = len(rows)

    def batches() -> Any:
        opened = parquet.ParquetFile(path, pre_buffer=False, buffer_size=1 << 20)
        return opened.iter_batches(BATCH, use_threads=False)

    def alone() -> None:
        for _ in batches():
            pass

    def automaton() -> None:
        for batch in batches():
            for title, text in zip(batch["title"].to_pylist(), batch["text"].to_pylist(), strict=True):
                reader.gazetteer.names(fold(f"{title}\n\n{text}"), None)

    def arrow() -> None:
        for batch in batches():
            batch.filter(pyarrow.array(passing((batch["title"], batch["text"]), expression))).to_pylist()

    found = [
        Line("parquet", "Parquet decoding alone", size, _fastest(alone)),
        Line("automaton", "Parquet → automaton on folded text", size, _fastest(automaton), "arrow"),
        Line("arrow", "Parquet → RE2 over Arrow columns (used)", size, _fastest(arrow), "automaton"),
    ]
    try:
        import duckdb
    except ImportError:
        sys.stderr.write("duckdb is not installed (extra bench): its line is left out\n")
        return found
    base = duckdb.connect()
    base.execute("SET threads = 1")
    query = "SELECT * FROM read_parquet($1) WHERE regexp_matches(title, $2) OR regexp_matches(text, $2)"
    return [*found, Line("duckdb", "Parquet → RE2 in DuckDB, one thread", size,
                         _fastest(lambda: base.execute(query, [str(path), expression]).fetchall()), "automaton")]


# ---------------------------------------------------------------- whole jobs


def _bulk(reader: Reader, rows: list[dict[str, Any]], folder: Path) -> list[Line]:
    """Jobs on one and two processes, with few and with all articles about an area, of n and of 10 n articles."""
    few_files = _files(folder, "few", rows, BULK, 8)
    tenth = _files(folder, "tenth", rows, BULK // 10, 1)
    about = list(articles(load_bank(reader.gazetteer), HEAVY // 2, share=1.0, seed=3))
    about_files = _files(folder, "about", about, HEAVY, 8)
    packed = folder / "packed.ndjson.gz"
    with gzip.open(packed, "wt", encoding="utf-8", compresslevel=1) as stream:
        stream.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)

    def job(files: Sequence[Path], workers: int = 1, repeats: int = 1) -> Time:
        def once() -> None:
            with tempfile.TemporaryDirectory(dir=folder) as out:
                read_archive(files, Path(out), _config(), executor=on_processes(workers))
        return _fastest(once, repeats)

    begin = job(_files(folder, "begin", about, 2, 2), workers=2, repeats=2)
    one, two = job(few_files), _without(job(few_files, workers=2, repeats=2), begin)
    one_about, two_about = job(about_files), _without(job(about_files, workers=2, repeats=2), begin)
    of_few, of_about = f"archive, {SHARE:.0%} about an area", "archive, all about an area"
    return [
        Line("n", f"{of_few}, n", BULK // 10, job(tenth)),
        Line("10n", f"{of_few}, 10 n", BULK, one, "n"),
        Line("gz", f"{of_few}, NDJSON gz", len(rows), job([packed]), "10n"),
        Line("about", of_about, HEAVY, one_about, "10n"),
        Line("clock", f"{of_few}, one process, by the clock", BULK, one, clock=True),
        Line("clock-2", f"{of_few}, two processes once they run, by the clock", BULK, two, "clock", clock=True),
        Line("about-clock", f"{of_about}, one process, by the clock", HEAVY, one_about, clock=True),
        Line("about-clock-2", f"{of_about}, two processes once they run, by the clock", HEAVY, two_about, "about-clock",
             clock=True),
    ]


def _without(whole: Time, begin: Time) -> Time:
    """Take off what starting the processes takes, which a job does once."""
    return Time(max(whole.clock - begin.clock, 1e-3), whole.processor)


def _files(folder: Path, name: str, rows: list[dict[str, Any]], count: int, files: int) -> list[Path]:
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


# ---------------------------------------------------------------- telling


def _ratio(line: Line, lines: Sequence[Line]) -> float | None:
    """The rate of a line by that of the line it is held against."""
    other = next((each for each in lines if each.id == line.against), None)
    return other and line.rate / other.rate


def _table(lines: Sequence[Line]) -> str:
    rows = ["| id | what | texts | texts/s | rate against |", "| --- | --- | ---: | ---: | --- |"]
    for each in lines:
        ratio = _ratio(each, lines)
        told = f"{ratio:.2f} × `{each.against}`" if ratio else ""
        rows.append(f"| `{each.id}` | {each.what} | {each.count:,} | {each.rate:,.0f} | {told} |")
    return "\n".join(rows)


def _mean(rows: Sequence[dict[str, Any]]) -> int:
    return sum(len(row["title"]) + len(row["text"]) for row in rows) // len(rows)


def _processor() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.processor()
    return next((line.split(":", 1)[1].strip() for line in text.splitlines() if line.startswith("model name")), "")


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


if __name__ == "__main__":
    sys.exit(main())
