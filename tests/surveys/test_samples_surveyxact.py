"""The real SurveyXact sample reads alike in all its dialects (make test-samples SAMPLES=DIR)."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from store.config import Config, SurveysConfig
from store.database import Store
from store.facts import load_facts
from surveys.intake import import_survey
from surveys.readers.surveyxact import read_surveyxact

pytestmark = pytest.mark.samples

FOLDERS = ("ex_survey2_tab_utf16", "ex_survey2_semicolon_ansi", "ex_survey2_comma_ansi", "ex_survey2.xlsx")
FURTHER = ("id", "orgnr", "forn", "ettern", "email")
IDENTIFYING = ("forn", "ettern", "email")

CODEBOOK = """
[wave]
id = "sample"
instrument = "sample"
institute = "sample"
mode = "web"
language = "no"
fieldwork = [2019-01-01, 2019-02-01]

[area]
constant = "vollsmose"

[respondent]
id = ""

[[items]]
id = "p_01"
concept = "sample"
column = "p_01"
wording = "sample"
min = 1
max = 9
safe_pole = "high"
"""


@pytest.fixture(scope="module")
def folder() -> Path:
    samples = os.environ.get("SAMPLES", "")
    path = Path(samples) / "surveyxact"
    if not samples or not path.is_dir():
        pytest.skip("name the folder of the samples: make test-samples SAMPLES=DIR")
    return path


def test_999_rows_and_242_shared_columns_are_equal_by_name(folder: Path) -> None:
    exports = [read_surveyxact(folder / name) for name in FOLDERS]
    shared = [name for name in exports[0].columns if all(name in each.positions for each in exports)]
    assert len(shared) == 242
    tables = [[[row[each.positions[name]] for name in shared] for row in each.rows] for each in exports]
    assert [len(table) for table in tables] == [999] * 4
    assert all(table == tables[0] for table in tables)


@pytest.mark.parametrize("part", ["dataset", "structure", "labels"])
def test_any_one_file_finds_its_siblings(folder: Path, part: str) -> None:
    assert len(read_surveyxact(folder / "ex_survey2_comma_ansi" / f"{part}.csv").rows) == 999


def test_the_comma_dialects_further_columns_are_dropped_and_named(folder: Path, tmp_path: Path) -> None:
    export = read_surveyxact(folder / "ex_survey2_comma_ansi")
    assert tuple(name for name in export.columns if name in FURTHER) == FURTHER
    codebook = tmp_path / "codebook.toml"
    codebook.write_text(CODEBOOK, encoding="utf-8")
    config = Config(path=tmp_path / "config.toml", surveys=SurveysConfig(key_file=tmp_path / "key"))
    with Store.open(tmp_path / "store.db") as store:
        summary = import_survey(store, folder / "ex_survey2_comma_ansi", codebook, load_facts(config), config)
        again = import_survey(store, folder / "ex_survey2_comma_ansi", codebook, load_facts(config), config)
        stored = "\n".join(store.db.conn.iterdump())
    assert set(FURTHER) <= set(summary.dropped)
    assert summary.identifying == IDENTIFYING
    assert all(name in summary.line() for name in FURTHER)
    assert again.known
    assert again.added == 0
    emails = {row[export.positions["email"]] for row in export.rows}
    assert not any(each and each in stored for each in emails)
