"""The real Qualtrics sample is recognised and read (make test-samples SAMPLES=DIR)."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from surveys.draft import draft_codebook
from surveys.readers.recognise import read_export

pytestmark = pytest.mark.samples


@pytest.fixture(scope="module")
def sample() -> Path:
    samples = os.environ.get("SAMPLES", "")
    path = Path(samples) / "qualtrics" / "sample.csv"
    if not samples or not path.is_file():
        pytest.skip("name the folder of the samples: make test-samples SAMPLES=DIR")
    return path


def test_three_header_rows_and_one_answer(sample: Path) -> None:
    export = read_export(sample)
    assert export.format == "qualtrics comma utf-8"
    assert len(export.rows) == 1
    assert len(export.columns) == len(export.question_ids) == 20
    assert export.question_ids["Q1"] == "QID1"
    assert export.rows[0][export.positions["Q1"]] == "2"
    assert export.rows[0][export.positions["RecipientEmail"]] is None
    assert len(export.identifying) == 6


def test_a_draft_shows_nothing_of_the_person(sample: Path) -> None:
    export = read_export(sample)
    draft = draft_codebook(sample)
    values = [export.rows[0][export.positions[name]] for name in export.identifying]
    assert not any(value and value in draft for value in values)
