"""Measure taking archive exports in: memory that does not grow with the file, and what going on after a stop costs."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.harness import Row, Run

MEGABYTES = 40
"""Size of the export at SIZE=1; ``make bench ONLY=archives SIZE=50`` takes in 2 GB."""

WORDS = (
    "beboer", "bolig", "torv", "skole", "plan", "park", "vej", "gade", "hus", "møde", "leder", "klub", "område", "fest",
)
ENDS = ("en", "et", "erne", "er", "projekt", "dag", "plads", "side", "tid", "gruppe", "penge", "sag", "råd", "liv")


def measure(run: Run) -> Sequence[Row]:
    """Archives: an Infomedia export taken in and grouped, of n and of 10 n megabytes, against reading its JSON alone"""
    small, large = (_export(run.folder / f"{name}.ndjson", size) for name, size in (
        ("tenth", MEGABYTES * run.size / 10), ("whole", MEGABYTES * run.size)))
    peer = _child("read", large, run.folder)
    tenth, whole = _child("import", small, run.folder), _child("import", large, run.folder)
    _child("stop", large, run.folder, int(whole["records"] / 2))
    again = _child("again", large, run.folder)
    return [
        Row("json", "json.loads of every line, nothing else", _amounts(large, peer), peer["seconds"]),
        Row("tenth", "import-archive of a tenth", _amounts(small, tenth), tenth["seconds"]),
        Row("whole", "import-archive of the whole", _amounts(large, whole), whole["seconds"], "tenth"),
        Row("whole-json", "the same against JSON alone", _amounts(large, whole), whole["seconds"], "json"),
        Row("again", "going on after a stop half-way, then grouping all", _amounts(large, again), again["seconds"],
            "whole"),
    ]


def _amounts(path: Path, said: dict[str, float]) -> dict[str, float]:
    return {"records": said["records"], "MB of file": round(path.stat().st_size / 1e6),
            "MB of memory at most": said["peak"]}


def _export(path: Path, megabytes: float) -> Path:
    """Write an export with articles of 200 to 600 words; one in ten is another's copy under its own outlet."""
    dice = random.Random(1)  # noqa: S311 - not a secret
    written = number = 0
    bodies = [""]
    with path.open("w", encoding="utf-8") as file:
        while written < megabytes * 1e6:
            if dice.random() >= 0.1:
                bodies = [" ".join(dice.choice(WORDS) + dice.choice(ENDS) for _ in range(dice.randint(40, 120))) + "."
                          for _ in range(5)]
            day = f"{2018 + number % 8}-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}"
            line = json.dumps({
                "ArticleUrl": f"https://arkiv.example/{number}", "Heading": bodies[0][:60], "Lead": bodies[1][:150],
                "PublishDate": f"{day}T08:00:00", "BodyText": "\n\n".join(bodies), "Source": f"Avis {number % 40}",
                "ArticleId": str(number),
            }, ensure_ascii=False)
            file.write(f"{line}\n")
            written, number = written + len(line.encode()) + 1, number + 1
    return path


def _child(what: str, path: Path, folder: Path, stop: int = 0) -> dict[str, float]:
    """Work in a process of its own, whose memory is its alone."""
    command = [sys.executable, "-m", "benchmarks.archives", what, str(path), str(folder), str(stop)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _work(what: str, path: Path, folder: Path, stop: int) -> int:
    import os
    import resource
    import time

    from collectors.archives import intake
    from store.config import Config
    from store.database import Store
    from store.facts import load_facts

    facts = load_facts(Config(path=Path("config.toml")))
    begun = time.process_time()
    if what == "read":
        with path.open(encoding="utf-8") as file:
            records = sum(bool(json.loads(line)) for line in file)
    else:

        def progress(rows: int) -> None:
            if what == "stop" and rows >= stop:
                sys.stdout.write("{}")
                sys.stdout.flush()
                os._exit(0)

        name = "import" if what == "import" else "stopped"
        with Store.open(folder / f"{path.stem}-{name}.db") as store:
            records = intake.import_archive(store, path, facts, progress=progress).rows
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
    sys.stdout.write(json.dumps({"records": records, "peak": round(peak),
                                 "seconds": time.process_time() - begun}))
    return 0


if __name__ == "__main__":
    sys.exit(_work(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4])))
