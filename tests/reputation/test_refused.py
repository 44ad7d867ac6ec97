"""Reasons of refusal are told in the reader's language, and none that the program can give falls through."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from reputation.refused import grouped, in_words

ROOT = Path(__file__).parents[2]
CALLS = re.compile(r"""(?:Refused|Refusal|_refuse)\(.*?"([a-z][^"]*)"\)""")


@pytest.mark.parametrize(
    ("reason", "danish", "english"),
    [
        ("no date", "datoen mangler", "the date is missing"),
        ("unreadable date '31.02.2019'", "datoen kan ikke læses", "the date can't be read"),
        ("date in the future '2099-01-01'", "datoen ligger i fremtiden", "the date lies in the future"),
        ("code outside the scale 1–7", "svaret ligger uden for spørgsmålets skala",
         "the answer lies outside the scale of the question"),
        ("entry 'abc\ndef' has neither title nor text", "der er hverken overskrift eller tekst",
         "there is neither title nor text"),
        ("3 cells where the header has 5", "rækken har et andet antal felter end overskriftsrækken",
         "the row has another number of cells than the header"),
        ("something nobody thought of", "anden årsag", "another reason"),
    ],
)
def test_a_reason_is_told_in_both_languages(reason: str, danish: str, english: str) -> None:
    assert (in_words(reason, "da"), in_words(reason, "en")) == (danish, english)


def test_every_reason_the_readers_write_has_words_of_its_own() -> None:
    found = {
        reason
        for room in ("collectors", "surveys", "reputation")
        for path in (ROOT / room).rglob("*.py")
        for reason in CALLS.findall(path.read_text(encoding="utf-8"))
    }
    assert len(found) > 15
    assert [reason for reason in sorted(found) if in_words(reason, "da") == "anden årsag"] == []


def test_rows_are_counted_by_what_is_told() -> None:
    refusals = {"no date": 1, "unreadable date 'x'": 2, "unreadable date 'y'": 3, "the cell is empty": 1}
    assert grouped(refusals, "da") == {
        "datoen kan ikke læses": 5, "datoen mangler": 1, "feltet er tomt": 1}
