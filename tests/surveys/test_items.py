"""Questions are compared only when they are the same question, asked the same way."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.items import Bridge, Item, Reason, comparable, differences, normalised

BEFORE = Item("2018", "tryg", "tryghed", "Hvor tryg føler du dig?", 1, 7, "low", (1, 2, 3), (5, 6, 7), ("web", "phone"),
              "Institut A", "da", "prøve")


@pytest.mark.parametrize("change", [
    {}, {"id": "q1"}, {"wording": "<b>Hvor  tryg</b> føler du dig"}, {"mode": ("phone", "web")},
    {"institute": "institut a"},
])
def test_the_same_question_is_comparable(change: dict[str, object]) -> None:
    assert comparable(BEFORE, replace(BEFORE, wave="2021", **change))


@pytest.mark.parametrize(("change", "reason"), [
    ({"concept": "tillid"}, Reason("concept", "tryghed", "tillid")),
    ({"max": 5, "unsafe": (4, 5), "safe": (1, 2)}, Reason("scale", "1–7", "1–5")),
    ({"safe_pole": "high"}, Reason("direction", "low", "high")),
    ({"safe": (1, 2)}, Reason("cut", "1 2 3 | 4 | 5 6 7", "1 2 | 3 4 | 5 6 7")),
    ({"wording": "Hvor tryg er du?"}, Reason("wording", "Hvor tryg føler du dig?", "Hvor tryg er du?")),
    ({"mode": ("web",)}, Reason("mode", "phone, web", "web")),
    ({"institute": "Institut B"}, Reason("institute", "Institut A", "Institut B")),
    ({"language": "ar"}, Reason("language", "da", "ar")),
    ({"instrument": "anden"}, Reason("instrument", "prøve", "anden")),
])
def test_every_difference_is_named_with_both_values(change: dict[str, object], reason: Reason) -> None:
    assert reason in differences(BEFORE, replace(BEFORE, wave="2021", **change))
    assert not comparable(BEFORE, replace(BEFORE, wave="2021", **change))


def test_a_bridge_heals_mode_but_never_a_scale() -> None:
    bridge = Bridge("tryghed", "2018", "2021", frozenset({"mode", "scale"}), "equivalent", {}, (400, 400),
                    "parallel run")
    later = replace(BEFORE, wave="2021", mode=("web",))
    assert comparable(BEFORE, later, [bridge])
    assert not comparable(BEFORE, replace(later, wave="2022"), [bridge])
    assert not comparable(BEFORE, replace(later, max=8), [bridge])
    assert not comparable(BEFORE, replace(later, concept="tillid"), [bridge])


@given(st.text())
def test_normalising_twice_equals_once(text: str) -> None:
    assert normalised(normalised(text)) == normalised(text)


def test_å_stays_apart_from_a() -> None:
    assert normalised("Gå på gaden?") != normalised("Ga pa gaden")


def test_wordings_have_a_hash_that_spacing_does_not_change() -> None:
    assert BEFORE.wording_hash == replace(BEFORE, wording="hvor tryg  føler du dig").wording_hash


def test_an_item_without_cuts_has_none() -> None:
    assert replace(BEFORE, safe=(), unsafe=()).cut == "– | 1 2 3 4 5 6 7 | –"
