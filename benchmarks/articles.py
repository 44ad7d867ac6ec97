"""Make articles to measure on: sentences of the labelled collection in new order, with enough different words."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nlp.folding import fold
from nlp.gazetteer import Gazetteer

LABELLED = Path(__file__).resolve().parent.parent / "data" / "labelled" / "items.jsonl"

SHARE = 0.01
"""One article in a hundred names an area (issue: national archive)."""

SENTENCES = (15, 90)
"""An article has so many sentences, evenly spread: 2,400 characters in the middle."""

RARE = 0.08
"""So many words are compounds made here: news meet a new word every few lines, a small collection does not."""

_WORD = re.compile(r"[a-zæøå]{4,9}")


@dataclass(frozen=True)
class Bank:
    """Sentences that name an area, sentences that name none, and the halves of made-up compounds."""

    about: tuple[str, ...]
    other: tuple[str, ...]
    halves: tuple[str, ...]


def load_bank(gazetteer: Gazetteer, path: Path = LABELLED) -> Bank:
    """Read the sentences of the labelled collection and part those that name an area from the others."""
    about: dict[str, None] = {}
    other: dict[str, None] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        for sentence in re.split(r"(?<=[.!?])\s+", json.loads(line).get("text") or ""):
            (about if gazetteer.names(fold(sentence), None) else other)[sentence] = None
    halves = {word: None for sentence in other for word in _WORD.findall(sentence)}
    return Bank(tuple(about), tuple(other), tuple(halves))


def articles(bank: Bank, count: int, *, share: float = SHARE, seed: int = 1) -> Iterator[dict[str, Any]]:
    """Yield ``count`` articles; ``share`` of them have two sentences, or title and one, that name an area."""
    dice = random.Random(seed)  # noqa: S311 - not a secret
    for number in range(count):
        lines = [_varied(line, bank, dice) for line in dice.choices(bank.other, k=dice.randint(*SENTENCES))]
        title = dice.choice(bank.other).rstrip(".")
        if dice.random() < share:
            lines[dice.randrange(len(lines))] = dice.choice(bank.about)
            if dice.random() < 0.5:
                lines[0] = dice.choice(bank.about)
            else:
                title = dice.choice(bank.about).rstrip(".")
        text = "\n\n".join(" ".join(lines[at:at + 4]) for at in range(0, len(lines), 4))
        day = f"{dice.randint(2018, 2025)}-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}"
        yield {"id": f"a{number:08}", "title": title, "text": text, "published": f"{day}T08:00:00Z",
               "outlet": f"avis{dice.randint(1, 40)}"}


def _varied(line: str, bank: Bank, dice: random.Random) -> str:
    return _WORD.sub(
        lambda word: dice.choice(bank.halves) + dice.choice(bank.halves) if dice.random() < RARE else word[0], line
    )
