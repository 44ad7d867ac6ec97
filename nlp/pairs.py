"""Hold the grouping of events against labelled pairs; as a program, print precision and recall."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import TextIO

from nlp.events import group
from store.errors import WrongUse
from store.readings import EventMention

FILE = Path(__file__).resolve().parents[1] / "data" / "labelled" / "events.jsonl"

PARTS = ("tune", "test")
"""Thresholds are chosen by looking at the first; the second is only counted."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text of the event collection and the happening it tells of."""

    part: str
    area: str
    happening: str
    mention: EventMention


def load_labelled(path: Path = FILE) -> list[Labelled]:
    """Read the event collection in its own order."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [
        Labelled(row["part"], row["area"], row["happening"],
                 EventMention(row["id"], row["day"], row["id"], row["title"], row["lead"]))
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class PairScore:
    """Of all pairs of texts about one area: how many tell of one happening, by the label and by the rule."""

    labelled: int
    grouped: int
    both: int

    @property
    def precision(self) -> float:
        """Share of grouped pairs that are labelled so; 1 where nothing is grouped."""
        return self.both / self.grouped if self.grouped else 1.0

    @property
    def recall(self) -> float:
        """Share of labelled pairs that are grouped."""
        return self.both / self.labelled if self.labelled else 1.0


def pair_score(texts: Sequence[Labelled]) -> PairScore:
    """Group the texts area by area and count pairs."""
    labelled = grouped = both = 0
    for one, other, together in _pairs(texts):
        same = one.happening == other.happening
        labelled, grouped, both = labelled + same, grouped + together, both + (same and together)
    return PairScore(labelled, grouped, both)


def _pairs(texts: Sequence[Labelled]) -> Iterator[tuple[Labelled, Labelled, bool]]:
    for area in sorted({each.area for each in texts}):
        here = [each for each in texts if each.area == area]
        events = group([each.mention for each in here], area)
        event = {article: row.id for row in events for article in row.articles}
        for one, other in combinations(here, 2):
            yield one, other, event[one.mention.article_id] == event[other.mention.article_id]


def wrong_pairs(texts: Sequence[Labelled]) -> list[str]:
    """Name the pairs that rule and label see otherwise: a line each, *joined* or *parted*, day and title of both."""
    return [
        f"{'joined' if together else 'parted'}: {one.mention.day} {one.mention.title} | "
        f"{other.mention.day} {other.mention.title}"
        for one, other, together in _pairs(texts) if together != (one.happening == other.happening)
    ]


def main(words: Sequence[str], out: TextIO = sys.stdout) -> None:
    """Print precision and recall of both parts; ``--errors`` the wrong pairs of *tune*, ``--pin FILE`` writes floors.

    Raises :class:`WrongUse` for other words.
    """
    texts = load_labelled()
    found = {part: pair_score([each for each in texts if each.part == part]) for part in PARTS}
    for part, score in found.items():
        out.write(f"{part:6}precision {score.precision:.3f}  recall {score.recall:.3f}  pairs {score.labelled}\n")
    match list(words):
        case []:
            pass
        case ["--errors"]:
            out.writelines(f"{line}\n" for line in wrong_pairs([each for each in texts if each.part == "tune"]))
        case ["--pin", file]:
            pinned = {
                "digest": hashlib.sha256(FILE.read_bytes()).hexdigest(),
                "floors": {part: {"precision": round(score.precision, 3), "recall": round(score.recall, 3)}
                           for part, score in found.items()},
            }
            Path(file).write_text(json.dumps(pinned, indent=2) + "\n", encoding="utf-8")
        case _:
            raise WrongUse(f"'{' '.join(words)}' is not understood", do="Say nothing, --errors or --pin FILE")


if __name__ == "__main__":
    main(sys.argv[1:])
