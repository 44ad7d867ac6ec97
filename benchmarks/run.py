"""Measure what the rooms cost (``make bench``): one result file, and the tables of docs/performance.md made from it.

Each room has its own file with one function that returns rows, and one line in :data:`PARTS`.
"""

from __future__ import annotations

import difflib
import os
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import archives, areas, bulk, estimates, harvest, pages, prefilter, reading, report, store, surveys
from benchmarks.harness import Part, Run, kept, result, shipped_config, table, with_tables, written

PARTS: dict[str, Part] = {
    "reading": reading.measure,
    "prefilter": prefilter.measure,
    "areas": areas.measure,
    "bulk": bulk.measure,
    "million": bulk.million,
    "store": store.at_size,
    "idle": store.idle,
    "surveys": surveys.measure,
    "estimates": estimates.measure,
    "harvest": harvest.measure,
    "pages": pages.measure,
    "report": report.measure,
    "archives": archives.measure,
}

RESULTS = Path("docs/performance.json")
DOCUMENT = Path("docs/performance.md")


def main() -> int:
    """Measure the parts that ``ONLY`` names, else all; write results and tables after each."""
    names = os.environ.get("ONLY", "").replace(",", " ").split() or list(PARTS)
    for name in names:
        if name not in PARTS:
            near = difflib.get_close_matches(name, PARTS, n=1)
            hint = f"Did you mean '{near[0]}'? " if near else ""
            sys.stderr.write(f"no part '{name}'. {hint}Known are: {', '.join(PARTS)}\n")
            return 2
    size = os.environ.get("SIZE", "")
    for name in names:
        begun = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            rows = PARTS[name](Run(Path(folder), shipped_config(), float(size or 1)))
        command = f"make bench ONLY={name}" + (f" SIZE={size}" if size else "")
        found = result(PARTS[name], rows, command, time.monotonic() - begun)
        sys.stdout.write(f"{found['title']} ({found['seconds']} s)\n\n{table(found)}\n\n")
        results = kept(RESULTS, {name: found}, list(PARTS))
        RESULTS.write_text(written(results), encoding="utf-8")
        DOCUMENT.write_text(with_tables(DOCUMENT.read_text(encoding="utf-8"), results), encoding="utf-8")
    sys.stdout.write(f"{RESULTS}, {DOCUMENT}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
