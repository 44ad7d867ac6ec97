"""What every measurement shares: rows, timing, one result file, and the tables of docs/performance.md made from it."""

from __future__ import annotations

import json
import platform
import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from nlp.bulk.executors import cores
from store.config import Config, load_config

REPEATS = 3
"""Each measurement is taken so often and the fastest kept: what disturbs a run only ever slows it."""

PACKAGES = ("spacy", "asent", "pyarrow", "duckdb", "dask", "pyahocorasick", "numpy", "pandas", "sqlite-utils")

_TABLES = re.compile(r"(<!-- tables: .*? -->\n).*?(<!-- end of tables -->\n)", re.S)


@dataclass(frozen=True)
class Time:
    """Seconds by the clock, and of the processor for what this process did."""

    clock: float
    processor: float


@dataclass(frozen=True)
class Row:
    """One figure: ``amounts`` in ``seconds``; the first amount is what its rate counts.

    ``against``: the row of the same part that the rate is held against. ``clock``: seconds by the clock, which say
    something on an idle machine alone; otherwise of the processor, which load hardly changes.
    """

    id: str
    what: str
    amounts: Mapping[str, float]
    seconds: float
    against: str = ""
    clock: bool = False

    @property
    def rate(self) -> float:
        """So much of the first amount in a second."""
        return next(iter(self.amounts.values())) / self.seconds


@dataclass(frozen=True)
class Run:
    """What a part is given: an empty folder that goes away, the shipped config, and how large to measure."""

    folder: Path
    config: Config
    size: float = 1.0

    def count(self, whole: int, least: int = 1) -> int:
        """Scale a number of things; at ``size`` 1 it is ``whole``."""
        return max(least, round(whole * self.size))


Part = Callable[[Run], Sequence[Row]]
"""One room's measurements. Its docstring's first line is the heading of its table."""


def shipped_config() -> Config:
    """Return the configuration that stands in the project."""
    return load_config(Path("config.toml"), must_exist=False)


def fastest(work: Callable[[], object], repeats: int = REPEATS) -> Time:
    """Run ``work`` so often and return its least times."""
    times = []
    for _ in range(repeats):
        clock, processor = time.perf_counter(), time.process_time()
        work()
        times.append(Time(time.perf_counter() - clock, time.process_time() - processor))
    return Time(min(each.clock for each in times), min(each.processor for each in times))


# ---------------------------------------------------------------- the result file


def result(part: Part, rows: Sequence[Row], command: str, seconds: float) -> dict[str, Any]:
    """Lay out what one part measured, with machine, versions and date."""
    ids = [each.id for each in rows]
    assert len(set(ids)) == len(ids), f"two rows of one id: {ids}"
    by_id = {each.id: each for each in rows}
    return {
        "title": (part.__doc__ or "").strip().splitlines()[0].rstrip("."),
        "command": command,
        "date": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "seconds": round(seconds, 1),
        "machine": {"system": platform.system(), "cores": cores(), "processor": _processor(),
                    "python": platform.python_version()},
        "versions": {each: _version(each) for each in PACKAGES},
        "rows": [
            {"id": each.id, "what": each.what, "amounts": dict(each.amounts), "seconds": round(each.seconds, 6),
             "measured": "clock" if each.clock else "processor", "rate": _short(each.rate), "against": each.against,
             "ratio": _short(each.rate / by_id[each.against].rate) if each.against else None, "command": command}
            for each in rows
        ],
    }


def kept(path: Path, fresh: Mapping[str, Any], order: Sequence[str]) -> dict[str, Any]:
    """Return the results in ``path`` with ``fresh`` ones in the place of older ones, in ``order``."""
    known: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    known.update(fresh)
    return {name: known[name] for name in order if name in known}


def written(results: Mapping[str, Any]) -> str:
    """Write results as text, one row a line so that a change of one reads as one."""
    parts = []
    for name, part in results.items():
        rows = ",\n".join(f"   {json.dumps(row, ensure_ascii=False)}" for row in part["rows"])
        head = "".join(f'  "{key}": {json.dumps(value, ensure_ascii=False)},\n'
                       for key, value in part.items() if key != "rows")
        parts.append(f' "{name}": {{\n{head}  "rows": [\n{rows}\n  ]\n }}')
    return "{\n" + ",\n".join(parts) + "\n}\n"


# ---------------------------------------------------------------- telling


def tables(results: Mapping[str, Any]) -> str:
    """Lay all results out as Markdown, one table a part, each with its command."""
    return "\n".join(f"### {part['title']}\n\n{_about(part)}\n\n{table(part)}\n" for part in results.values())


def table(part: Mapping[str, Any]) -> str:
    """Lay one part out as a Markdown table."""
    lines = ["| id | what | amounts | seconds | a second | rate against |", "| --- | --- | --- | ---: | ---: | --- |"]
    for row in part["rows"]:
        amounts = ", ".join(f"{_number(value)} {name}" for name, value in row["amounts"].items())
        clock = " *" if row["measured"] == "clock" else ""
        held = f"{_number(row['ratio'])} × `{row['against']}`" if row["against"] else ""
        lines.append(f"| `{row['id']}` | {row['what']} | {amounts} | {_number(row['seconds'])}{clock} "
                     f"| {_number(row['rate'])} | {held} |")
    return "\n".join(lines)


def with_tables(text: str, results: Mapping[str, Any]) -> str:
    """Put the tables of ``results`` between the marks of a document."""
    found, count = _TABLES.subn(lambda marks: f"{marks[1]}\n{tables(results)}\n{marks[2]}", text)
    assert count == 1, "the document has no place for tables"
    return found


def _about(part: Mapping[str, Any]) -> str:
    machine, used = part["machine"], [f"{name} {each}" for name, each in part["versions"].items() if each]
    return (f"`{part['command']}` · {part['date'][:10]} · {machine['cores']} cores ({machine['processor']}) · "
            f"Python {machine['python']}, {', '.join(used)}")


def _number(value: float) -> str:
    if abs(value) >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.3g}"


def _short(value: float) -> float:
    return float(f"{value:.4g}")


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


def missing(packages: Iterable[str]) -> list[str]:
    """Name the packages that are not installed: a part leaves their rows out and says so."""
    return [each for each in packages if not _version(each)]
