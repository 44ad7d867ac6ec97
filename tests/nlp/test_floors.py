"""What word lists and rules score on our own labelled items may not fall, and the items may not change unseen."""

import json

import pytest

from tests.nlp.labelled import FLOORS, PARTS, digest, items, scores


@pytest.mark.parametrize("part", PARTS)
def test_scores_stand_at_their_floors(by_words, part: str) -> None:
    pinned = json.loads(FLOORS.read_text(encoding="utf-8"))
    assert digest() == pinned["digest"], "the items changed: pin anew (python -m tests.nlp.labelled --pin)"
    floors = pinned["floors"][part]
    assert {name: value for name, value in scores(by_words, part).items() if value < floors[name]} == {}


def test_items_are_distinct_and_enough() -> None:
    grams = [_grams(f"{item.get('title', '')} {item['text']}") for item in items()]
    assert len(grams) >= 150
    for index, one in enumerate(grams):
        for other in grams[:index]:
            assert len(one & other) < 0.5 * min(len(one), len(other))


def _grams(text: str) -> set[tuple[str, ...]]:
    words = text.lower().split()
    return {tuple(words[at:at + 4]) for at in range(max(len(words) - 3, 1))}
