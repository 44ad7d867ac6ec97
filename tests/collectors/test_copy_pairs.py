"""The rule for copies on our own labelled pairs: it does not fall, and the pairs do not change unseen."""

from __future__ import annotations

import json

from collectors.copies import jaccard
from tests.collectors.copies.pairs import FLOORS, digest, pairs, scores


def test_the_rule_stands_at_its_floors() -> None:
    pinned = json.loads(FLOORS.read_text(encoding="utf-8"))
    assert digest() == pinned["digest"], "the pairs changed: pin anew (python -m tests.collectors.copies.pairs --pin)"
    found = scores(pairs())
    assert {name: value for name, value in found.items() if value < pinned["floors"][name]} == {}
    assert found.keys() == pinned["floors"].keys()


def test_there_are_two_hundred_pairs_of_both_kinds_and_no_story_twice() -> None:
    found = pairs()
    assert len(found) >= 200
    assert sum(not each.same for each in found) >= 60
    assert len({each.id for each in found}) == len(found)
    stories = [each.one for each in found if each.id.endswith(": retitled")]
    for at, one in enumerate(stories):
        assert all(jaccard(one.whole, other.whole) < 0.05 for other in stories[:at])


def test_every_change_that_a_story_names_changes_it() -> None:
    for each in pairs():
        if "changed" in each.id or "facts" in each.id:
            assert jaccard(each.one.whole, each.other.whole) < 1, each.id
