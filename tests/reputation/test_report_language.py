"""The two languages say the same things and write numbers as their readers do."""

from __future__ import annotations

import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reputation.language import LANGUAGES, TEMPLATES, Language, texts

DA = Language("da", {"status.few": "for få", "goal:tryghed": "Høj grad af tryghed"})
EN = Language("en", {})


def test_both_languages_have_every_text() -> None:
    assert set(texts("da")) == set(texts("en"))


def test_both_languages_fill_the_same_places() -> None:
    places = [
        {
            (key, field)
            for key, text in texts(code).items()
            for _, field, _, _ in string.Formatter().parse(text)
            if field
        }
        for code in LANGUAGES
    ]
    assert places[0] == places[1]


def test_every_text_a_template_asks_for_exists() -> None:
    for template in TEMPLATES.glob("*.jinja"):
        for key in re.findall(r'\bt\("([a-z_.]+)"[,)]', template.read_text(encoding="utf-8")):
            assert key in texts("da"), f"{template.name} asks for {key}"


def test_an_unknown_text_and_an_unknown_language_are_errors() -> None:
    with pytest.raises(KeyError):
        DA.say("page.nothing")
    with pytest.raises(KeyError):
        Language("sv", {}).say("word.and")


@pytest.mark.parametrize(
    ("value", "decimals", "sign", "danish", "english"),
    [
        (0.0, 0, False, "0", "0"),
        (-0.125, 2, False, "−0,12", "−0.12"),
        (-0.004, 2, False, "0,00", "0.00"),
        (1234567.5, 1, False, "1.234.567,5", "1,234,567.5"),
        (0.31, 2, True, "+0,31", "+0.31"),
        (0.001, 2, True, "0,00", "0.00"),
    ],
)
def test_numbers(value: float, decimals: int, sign: bool, danish: str, english: str) -> None:
    assert DA.number(value, decimals, sign=sign) == danish
    assert EN.number(value, decimals, sign=sign) == english


def test_per_cent_probability_and_days() -> None:
    assert (DA.percent(0.615, 1), EN.percent(0.615, 1)) == ("61,5\N{NO-BREAK SPACE}%", "61.5%")
    assert DA.probability(0.0004) == "<\N{NO-BREAK SPACE}0,001"
    assert (DA.probability(0.03), DA.probability(0.4)) == ("0,030", "0,40")
    assert (DA.day("2025-03-01"), EN.day("2025-03-01")) == ("1. marts 2025", "1 March 2025")
    assert DA.day("ukendt") == "ukendt"


def test_a_p_value_is_said_with_its_sign() -> None:
    assert DA.p_value(0.0004) == "p <\N{NO-BREAK SPACE}0,001".replace("p ", "p\N{NO-BREAK SPACE}")
    assert EN.p_value(0.04) == "p\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}0.040"


def test_whole_years_are_named_by_the_first_and_last() -> None:
    assert DA.window("2018-01-01", "2025-12-31") == "2018–2025"


def test_a_window_is_a_year_or_its_days() -> None:
    assert DA.window("2025-01-01", "2025-12-31") == "2025"
    assert DA.window("2024-07-01", "2025-06-30") == "1. juli 2024 – 30. juni 2025"


@pytest.mark.parametrize(
    ("names", "joined"),
    [
        ((), ""),
        (("A",), "A"),
        (("A", "B"), "A og B"),
        (("A", "B", "C"), "A, B og C"),
    ],
)
def test_names_are_joined(names: tuple[str, ...], joined: str) -> None:
    assert DA.names(names) == joined


def test_words_come_from_the_facts_then_from_the_texts_then_from_the_id() -> None:
    assert DA.word("status.few") == "for få"
    assert DA.word("tone.negative") == "negativ"
    assert DA.word("topic:noget-nyt") == "noget-nyt"


@given(st.floats(-1e6, 1e6), st.integers(0, 3))
def test_a_danish_number_reads_back_as_the_rounded_value(value: float, decimals: int) -> None:
    written = DA.number(value, decimals)
    assert float(written.replace(".", "").replace(",", ".").replace("−", "-")) == round(value, decimals)
