"""Load data/benchmarks.csv: published national and sector figures, checked."""

from __future__ import annotations

import csv
import difflib
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields

from store.errors import WrongFacts
from store.factfile import FactFile

UNITS = ("percent", "persons", "areas", "index", "score")


@dataclass(frozen=True)
class Benchmark:
    """One published figure: instrument × population × years × indicator."""

    instrument: str
    population: str
    year_from: int
    year_to: int
    indicator: str
    value: float
    unit: str
    about: bool
    """the source says circa"""
    n: int | None
    """answers behind it; None: not published for this figure"""
    source: str


def load_benchmarks(file: FactFile, sources: Mapping[str, str]) -> tuple[Benchmark, ...]:
    """Build benchmarks from a CSV with a header; lines that start with ``#`` are comments.

    Raises :class:`WrongFacts` with the row's line for what is no number, unknown, out of range or given twice.
    """
    rows = _rows(file)
    line, header = next(rows, (1, []))
    _check_header(file, line, header)
    found: dict[tuple[str, ...], Benchmark] = {}
    for line, cells in rows:
        if len(cells) != len(header):
            do = f"Give {len(header)} cells; put a cell with a comma into double quotes"
            raise file.wrong(line, f"the row has {len(cells)} cells", do)
        benchmark = _benchmark(_Row(file, line, dict(zip(header, cells, strict=True))), sources)
        key = (benchmark.instrument, benchmark.population, benchmark.indicator,
               str(benchmark.year_from), str(benchmark.year_to))
        if key in found:
            raise file.wrong(line, f"the figure {' · '.join(key)} is given twice", "Take one out")
        found[key] = benchmark
    return tuple(found.values())


@dataclass(frozen=True)
class _Row:
    file: FactFile
    line: int
    cells: Mapping[str, str]

    def wrong(self, column: str, do: str) -> WrongFacts:
        return self.file.wrong(self.line, f"{column} is '{self.cells[column]}'", do)

    def text(self, column: str) -> str:
        if not self.cells[column]:
            raise self.file.wrong(self.line, f"{column} is empty", "Fill it in")
        return self.cells[column]

    def number(self, column: str, kind: Callable[[str], float], low: float, high: float) -> float:
        try:
            value = kind(self.cells[column])
        except ValueError:
            raise self.wrong(column, "It must be a number with a decimal point") from None
        if not (math.isfinite(value) and low <= value <= high):
            raise self.wrong(column, f"It must be from {low:g} to {high:g}")
        return value


def _rows(file: FactFile) -> Iterator[tuple[int, list[str]]]:
    for number, line in enumerate(file.lines, 1):
        if line.strip() and not line.startswith("#"):
            yield number, [cell.strip() for cell in next(csv.reader([line]))]


def _check_header(file: FactFile, line: int, header: list[str]) -> None:
    known = [each.name for each in fields(Benchmark)]
    for column in header:
        if column not in known:
            near = difflib.get_close_matches(column, known, n=1, cutoff=0.0)[0]
            raise file.wrong(line, f"unknown column '{column}'", f"Did you mean '{near}'?")
    for column in known:
        if header.count(column) != 1:
            raise file.wrong(line, f"the column '{column}' must stand in the header once", "Mend the header")


def _benchmark(row: _Row, sources: Mapping[str, str]) -> Benchmark:
    first, last = int(row.number("year_from", int, 1990, 2100)), int(row.number("year_to", int, 1990, 2100))
    if last < first:
        raise row.wrong("year_to", f"It can't be before year_from ({first})")
    unit = row.text("unit")
    if unit not in UNITS:
        raise row.wrong("unit", f"Use one of: {', '.join(UNITS)}")
    if row.text("about") not in ("true", "false"):
        raise row.wrong("about", "Write true for circa, else false")
    keys = row.text("source").split()
    for key in keys:
        if key not in sources:
            raise row.file.wrong(row.line, f"the source '{key}' is not known", "Add it to [sources] in sources.toml")
    return Benchmark(
        instrument=row.text("instrument"),
        population=row.text("population"),
        year_from=first,
        year_to=last,
        indicator=row.text("indicator"),
        value=row.number("value", float, 0, 100 if unit in ("percent", "index") else 10_000_000),
        unit=unit,
        about=row.text("about") == "true",
        n=int(row.number("n", int, 1, 10_000_000)) if row.cells["n"] else None,
        source="; ".join(sources[key] for key in keys),
    )
