"""A snapshot is the same bytes on another machine, after another order of imports, and after a withdrawal."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.reputation.inputs import KEYS, record, respondents
from tests.surveys.samples import write_wave

ROOT = Path(__file__).resolve().parents[2]
FIGURES = ("area,year,indicator,value,unit,source\nvollsmose,2021,family_housing_share,60.5,%,rapport\n"
           "gellerup,2021,list_status,H,status,listen\n")
ANALYSES = ("area,window_start,window_end,search_string,n,theme,tone,count,source_page\n"
            "vollsmose,2021-01-01,2021-12-31,Vollsmose,40,,negative,12,opdigtet\n")
TITLES = (("Fest i Vollsmose", "Der var en dejlig og tryg fest i Vollsmose, og alle var glade."),
          ("Hærværk i Vollsmose", "Der var vold og utryghed i Vollsmose i nat, og mange er bange."),
          ("Nye planer på bordet", "Vollsmose får en ny plan, oplyser kommunen."))
FILES = ("tidlig.ndjson", "sen.ndjson", "wave2021", "figures.csv", "analyses.csv")


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two archive files that overlap, copies over their border, and what stands beside them."""
    folder = tmp_path_factory.mktemp("inputs")
    rows = [record(number, *TITLES[number % 3], str(date(2020, 9, 1) + timedelta(days=6 * number)),
                   source=("Bladet", "Tidende")[number % 2]) for number in range(80)]
    copy = record(200, *TITLES[0], rows[39]["PublishDate"][:10], source="Ugeposten")
    rows.append({**copy, "BodyText": rows[39]["BodyText"]})
    for name, part in (("tidlig.ndjson", rows[:45]), ("sen.ndjson", rows[35:])):
        (folder / name).write_text("".join(json.dumps(each) + "\n" for each in part), encoding="utf-8")
    export, codebook = write_wave(folder / "wave", respondents(), counts="area,population,invited,answered\n"
                                  "vollsmose,100,90,80\ngellerup,80,20,2\n")
    export.rename(folder / "wave2021")
    codebook.rename(folder / "wave2021.toml")
    for path in (folder / "wave").glob("*.csv"):
        path.rename(folder / path.name)
    (folder / "figures.csv").write_text(FIGURES, encoding="utf-8")
    (folder / "analyses.csv").write_text(ANALYSES, encoding="utf-8")
    return folder


def machine(folder: Path, inputs: Path, steps: list[str], **environment: str) -> dict[str, dict[str, str]]:
    """Run the steps in a process of its own, somewhere else."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [sys.executable, "-m", "tests.reputation.one_machine", str(folder), str(inputs), *steps], cwd=folder.parent,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", **environment},
        capture_output=True, encoding="utf-8", timeout=300,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, dict[str, str]] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_another_machine_another_order_and_a_withdrawal_give_the_same_bytes(tmp_path: Path, inputs: Path) -> None:
    here = machine(tmp_path / "here" / "a", inputs,
                   [*FILES, "report", f"withdraw {KEYS[3]}", "again"],
                   PYTHONHASHSEED="1", TZ="Europe/Copenhagen", LC_ALL="C.UTF-8", HOME=str(tmp_path / "here"))
    there = machine(tmp_path / "et helt andet sted" / "øen" / "b", inputs,
                    ["figures.csv", "tidlig.ndjson", "-tidlig.ndjson", *reversed(FILES[:3]), "analyses.csv", "report"],
                    PYTHONHASHSEED="2024", TZ="Pacific/Auckland", LC_ALL="C", HOME="/nonexistent",
                    PYTHONUTF8="1")

    assert len(here["report"]) > 100
    assert differing(here["report"], there["report"]) == []
    assert differing(here["report"], here["again"]) == []


def differing(one: dict[str, str], other: dict[str, str]) -> list[str]:
    return sorted(name for name in {*one, *other} if one.get(name) != other.get(name))
