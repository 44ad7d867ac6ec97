"""A report that is there already is not made again."""

from pathlib import Path

import pytest

from reputation.stamp import STAMP, is_current, stamp


@pytest.fixture
def out(tmp_path: Path) -> Path:
    (tmp_path / "index.html").write_text("the page", encoding="utf-8")
    stamp(tmp_path, "snapshot a, da")
    return tmp_path


def test_the_same_report_is_current(out: Path) -> None:
    assert is_current(out, "snapshot a, da")


def test_another_snapshot_or_language_is_not(out: Path) -> None:
    assert not is_current(out, "snapshot b, da")
    assert not is_current(out, "snapshot a, en")


@pytest.mark.parametrize("name", ["index.html", STAMP])
def test_a_page_that_was_changed_or_taken_away_is_not(out: Path, name: str) -> None:
    (out / name).write_text("changed", encoding="utf-8")
    assert not is_current(out, "snapshot a, da")
    (out / name).unlink()
    assert not is_current(out, "snapshot a, da")
