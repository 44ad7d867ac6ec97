"""Which teasers lead to their article's page."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


@given(st.text(), st.text())
def test_any_text_can_be_asked_and_more_text_passes_no_less(passes: AreaFilter, before: str, after: str) -> None:
    passes(before)
    assert passes(f"{before} Vollsmose {after}")
