"""The real samples come in through a finished draft, and nobody of theirs is stored (make test-samples SAMPLES=DIR)."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from store.config import Config, SurveysConfig
from store.database import Store
from store.facts import load_facts
from surveys.draft import draft_codebook, identifying_columns
from surveys.intake import check_survey, import_survey
from surveys.readers.recognise import read_export

pytestmark = pytest.mark.samples

SAMPLES = ("surveyxact/ex_survey2_tab_utf16", "surveyxact/ex_survey2_semicolon_ansi",
           "surveyxact/ex_survey2_comma_ansi", "surveyxact/ex_survey2.xlsx", "qualtrics/sample.csv")

FILL = {"id": "sample", "instrument": "sample", "institute": "sample", "constant": "vollsmose", "concept": "tryghed",
        "safe_pole": "low", "wording": "?"}


@pytest.mark.parametrize("name", SAMPLES)
def test_a_real_sample_comes_in_cleanly_through_its_finished_draft(tmp_path: Path, name: str) -> None:
    folder = os.environ.get("SAMPLES", "")
    path = Path(folder) / name
    if not folder or not path.exists():
        pytest.skip("name the folder of the samples: make test-samples SAMPLES=DIR")
    export = read_export(path)
    codebook = tmp_path / "kodebog.toml"
    fill = FILL | {"column": export.columns[-1]}
    codebook.write_text(re.sub(r'^(\w+) = "TODO"', lambda blank: f'{blank[1]} = "{fill[blank[1]]}"',
                               draft_codebook(path), flags=re.MULTILINE), encoding="utf-8")
    config = Config(path=tmp_path / "config.toml", surveys=SurveysConfig(key_file=tmp_path / "key"))
    facts = load_facts(config)
    with Store.open(tmp_path / "store.db") as store:
        look = check_survey(path, codebook, store, facts)
        summary = import_survey(store, path, codebook, facts, config)
        again = import_survey(store, path, codebook, facts, config)
        stored = "\n".join(store.db.conn.iterdump())
    assert look.usable == summary.added > 0
    assert summary.added + summary.not_completed + summary.duplicates == len(export.rows)
    assert summary.refused == 0, summary.line()
    assert again.known
    for column in identifying_columns(export):
        values = {text for row in export.rows if (text := row[export.positions[column]]) and len(text) > 4}
        assert not any(value in stored for value in values), column
