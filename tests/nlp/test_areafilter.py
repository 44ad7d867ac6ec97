"""Which teasers lead to their article's page."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlp.areafilter import AreaFilter
from store.config import Config
from store.facts import load_facts


@pytest.fixture(scope="module")
def passes() -> AreaFilter:
    return AreaFilter(load_facts(Config(path=Path("config.toml"))).areas)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Nyt bibliotek i Vollsmose", True),
        ("Vollsmoses beboere fejrer torvet", True),
        ("TAASTRUPGAARD får nye haver", True),
        ("Ringparken åbner", True),  # which Ringparken the article will tell
        ("Borgmester i Odense vil bygge", True),
        ("Odenses borgmester vil bygge", True),
        ("Høje-Taastrup Kommune sparer", True),
        ("Dronningen besøger Ribe", False),
        ("Odensegade spærret", False),
        ("", False),
    ],
)
def test_a_teaser_that_may_lead_to_an_area(passes: AreaFilter, text: str, expected: bool) -> None:
    assert passes(text) is expected
