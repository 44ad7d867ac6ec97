"""One harness: rows with a peer, one result file, and tables that are what the file says."""

import json
from pathlib import Path

import pytest

from benchmarks import run as bench
from benchmarks.harness import Row, Run, kept, result, shipped_config, table, with_tables, written

ROOT = Path(__file__).resolve().parents[2]


def _part(run: Run) -> list[Row]:
    """Walking: one foot before the other."""
    return [Row("walk", "on foot", {"km": 10, "feet": 2}, 5.0), Row("ride", "on a horse", {"km": 60}, 10.0, "walk")]


def _other(run: Run) -> list[Row]:
    """Sailing."""
    return [Row("sail", "by boat", {"km": 1}, 1.0)]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "docs").mkdir()
    document = "# x\n<!-- tables: by hand -->\nold\n<!-- end of tables -->\nend\n"
    (tmp_path / "docs" / "performance.md").write_text(document)
    monkeypatch.setattr(bench, "PARTS", {"walking": _part, "sailing": _other})
    monkeypatch.delenv("ONLY", raising=False)
    monkeypatch.delenv("SIZE", raising=False)
    return tmp_path


def test_a_ratio_is_the_rate_of_a_row_by_that_of_its_peer() -> None:
    rows = result(_part, _part(Run(Path(), shipped_config())), "make bench ONLY=walking", 1.0)["rows"]
    assert [each["rate"] for each in rows] == [2.0, 6.0]
    assert [each["ratio"] for each in rows] == [None, 3.0]


def test_a_part_of_a_run_is_written_in_the_place_of_the_one_before(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert bench.main() == 0
    monkeypatch.setenv("ONLY", "walking")
    monkeypatch.setenv("SIZE", "0.5")
    assert bench.main() == 0
    found = json.loads((project / "docs" / "performance.json").read_text())
    assert {name: part["command"] for name, part in found.items()} == {
        "walking": "make bench ONLY=walking SIZE=0.5", "sailing": "make bench ONLY=sailing"}
    assert all(part["machine"]["cores"] and part["versions"]["spacy"] and part["date"] for part in found.values())
    document = (project / "docs" / "performance.md").read_text()
    assert document.startswith("# x\n<!-- tables: by hand -->\n")
    assert document.endswith("<!-- end of tables -->\nend\n")
    assert "| `ride` | on a horse | 60 km | 10 | 6 | 3 × `walk` |" in document
    assert "old" not in document


def test_an_unknown_part_is_told_with_its_nearest(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ONLY", "walkin")
    assert bench.main() == 2
    assert "Did you mean 'walking'?" in capsys.readouterr().err


def test_the_tables_of_the_documentation_are_those_of_the_result_file_and_each_names_its_command() -> None:
    results = json.loads((ROOT / "docs" / "performance.json").read_text(encoding="utf-8"))
    document = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")
    assert with_tables(document, results) == document
    assert kept(ROOT / "docs" / "performance.json", {}, list(bench.PARTS)) == results
    assert (ROOT / "docs" / "performance.json").read_text(encoding="utf-8") == written(results)
    for name, part in results.items():
        assert part["command"].startswith(f"make bench ONLY={name}")
        assert all(row["id"] in table(part) for row in part["rows"])
