"""Make labelled pairs of texts of the stories, score the copy rule on them; as a program, print or pin (--pin)."""

from __future__ import annotations

import hashlib
import json
import sys
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from collectors.copies import Text, alike, text_of

HERE = Path(__file__).resolve().parent
STORIES, FLOORS = HERE / "stories.toml", HERE / "floors.json"
DAY = date(2026, 3, 2)


@dataclass(frozen=True)
class Pair:
    """Two texts, and whether they are the same text in two outlets."""

    id: str
    """story, then kind of pair"""
    one: Text
    other: Text
    same: bool


def pairs() -> list[Pair]:
    """Make nine pairs of each story."""
    stories = tomllib.loads(STORIES.read_text(encoding="utf-8"))["stories"]
    return [pair for at, story in enumerate(stories) for pair in _pairs(story, stories[at - 1])]


def _pairs(story: dict[str, Any], other: dict[str, Any]) -> Iterator[Pair]:
    sentences, lead = story["text"], story["lead"]
    agency = _text("a", story["title"], lead, sentences)
    edited = _swapped(sentences, story["swaps"])
    shorter = [each for at, each in enumerate(edited) if at not in story["cut"]]
    # The same text in another paper.
    yield _pair(story, "retitled", agency, _text("b", story["title2"], lead, sentences), same=True)
    once = _swapped([lead, *sentences], story["swaps"][:1])
    yield _pair(story, "one phrase changed", agency, _text("b", story["title2"], once[0], once[1:]), same=True)
    yield _pair(story, "two phrases changed", agency,
                _text("b", story["title2"], _swapped([lead], story["swaps"])[0], edited), same=True)
    yield _pair(story, "changed and shortened", agency, _text("b", story["title2"], lead, shorter, days=1), same=True)
    yield _pair(story, "with a local ending", agency, _text("b", story["title"], lead, [*sentences, story["local"]]),
                same=True)
    yield _pair(story, "teaser in a feed", agency, _text("b", story["title"], lead, []), same=True)
    # Another happening in the same words; the same happening in other words; a new story with the old as its end.
    title, new_lead, *body = _swapped([story["title"], lead, *sentences], story["facts"])
    yield _pair(story, "same form, other facts", agency, _text("b", title, new_lead, body, days=7), same=False)
    yield _pair(story, "teasers of one form", _text("a", story["title"], lead, []), _text("b", title, new_lead, []),
                same=False)
    news = _text("b", other["title"], other["lead"], [*other["text"][:3], *sentences[-3:]], days=3)
    yield _pair(story, "background repeated", agency, news, same=False)


def _pair(story: dict[str, Any], kind: str, one: Text, other: Text, *, same: bool) -> Pair:
    return Pair(f"{story['id']}: {kind}", one, other, same)


def _text(id: str, title: str, lead: str, sentences: Sequence[str], days: int = 0) -> Text:
    half = len(sentences) // 2
    paragraphs = [" ".join(sentences[:half]), " ".join(sentences[half:])] if sentences else []
    return text_of(id, DAY + timedelta(days=days), title, lead, "\n\n".join(paragraphs))


def _swapped(texts: Sequence[str], swaps: Sequence[Sequence[str]]) -> list[str]:
    changed = list(texts)
    for old, new in swaps:
        changed = [each.replace(old, new) for each in changed]
    return changed


def scores(found: Sequence[Pair]) -> dict[str, float]:
    """Precision, recall and F1 of the rule, and the share right of each kind of pair."""
    said = [(each, alike(each.one, each.other)) for each in found]
    hit = sum(each.same and yes for each, yes in said)
    precision, recall = hit / sum(yes for _, yes in said), hit / sum(each.same for each in found)
    result = {"precision": precision, "recall": recall, "f1": 2 * precision * recall / (precision + recall)}
    kinds = dict.fromkeys(each.id.partition(": ")[2] for each in found)
    for kind in kinds:
        right = [each.same == yes for each, yes in said if each.id.endswith(f": {kind}")]
        result[kind] = sum(right) / len(right)
    return {name: round(value, 3) for name, value in result.items()}


def digest() -> str:
    """Return the SHA-256 of the stories and of how pairs are made of them."""
    return hashlib.sha256(STORIES.read_bytes() + Path(__file__).read_bytes()).hexdigest()


def main() -> int:
    found = scores(pairs())
    for name, value in found.items():
        sys.stdout.write(f"{value:.3f}  {name}\n")
    if "--pin" in sys.argv:
        FLOORS.write_text(json.dumps({"digest": digest(), "floors": found}, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
