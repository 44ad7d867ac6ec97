"""Take inputs in and make reports, as one machine would: run as a program by test_same_bytes, in an order of its own.

``python -m tests.reputation.one_machine FOLDER INPUTS STEPS``: steps are file names in the order they come, each taken
in through the importers; ``-NAME`` takes that import back; ``report`` writes the report, ``withdraw KEY`` takes a
respondent out, ``again`` renders the first snapshot anew. Prints a digest of every file written, as JSON. Pictures are
not painted: they are made of the SVG alone, which is among the files.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

from collectors.archives.intake import import_archive
from nlp.read import read_new
from reputation import report, snapshot
from reputation.publish import years_of
from reputation.published_figures import import_analyses, import_figures
from reputation.undo import undo_import
from store.config import load_config
from store.database import Store
from store.facts import load_facts
from surveys.intake import import_survey, withdraw

report.png = lambda svg, words: svg.encode()  # type: ignore[assignment]


def main(folder: Path, inputs: Path, steps: list[str]) -> None:
    """Do ``steps`` in ``folder`` and print what came out."""
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text('[surveys]\nkey_file = "key"\n', encoding="utf-8")
    config = load_config(folder / "config.toml")
    facts = load_facts(config)
    found: dict[str, dict[str, str]] = {}
    first = ""
    with Store.open(config.store.path) as store:
        for step in steps:
            if step.startswith("-"):
                undo_import(store, store.value("SELECT max(id) FROM imports WHERE name = ?", [step[1:]]))
            elif step.endswith(".ndjson"):
                import_archive(store, inputs / step, facts, query="Vollsmose OR Tåstrupgård")
            elif step.startswith("wave"):
                import_survey(store, inputs / step, inputs / f"{step}.toml", facts, config)
            elif step == "figures.csv":
                import_figures(store, inputs / step, facts)
            elif step == "analyses.csv":
                import_analyses(store, inputs / step, facts)
            elif step.startswith("withdraw "):
                assert withdraw(store, step.partition(" ")[2], config) > 0
            elif step == "report":
                read_new(store, config, facts)
                taken = snapshot.take(store, config, facts, years_of(store, config, None))
                first = first or taken.id
                found[step] = _written(taken, folder / step)
            else:
                assert step == "again"
                found[step] = _written(snapshot.load(store, first), folder / step)
    json.dump(found, sys.stdout)


def _written(taken: snapshot.Snapshot, out: Path) -> dict[str, str]:
    digests = {"snapshot": taken.id}
    report.write(taken.content, out / "report", "da")
    for path in sorted(out.rglob("*")):
        if path.is_file():
            digests[path.relative_to(out).as_posix()] = hashlib.sha256(path.read_bytes()).hexdigest()
    return digests


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
