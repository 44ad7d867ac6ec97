"""Decide which sentences bear on an area, and take their mean."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence

from nlp.cutting import Sentence
from nlp.document import Document
from nlp.mentions import Mention

NAMING = 1.0
MEANING = 0.8
BESIDE = 0.5
"""A sentence next to one that names the area (method.md B1: sentences naming it, one before and one behind)."""

HEADLINE = 1.5
"""A headline says what its writer thinks the text is about."""

PLAIN = 0.4
"""What a sentence that is surely of the middle class counts beside one that is not; by the training texts."""

Scores = Sequence[float] | Mapping[int, float]
"""A score for each sentence that is asked for, by its number."""

Odds = Sequence[Sequence[float]] | Mapping[int, Sequence[float]]
"""The log odds of three classes for each sentence that is asked for; nothing for one that says nothing."""


def bearing(
    doc: Document, sentences: Sequence[Sentence], area: str, mentions: Sequence[Mention]
) -> Mapping[int, float]:
    """Weigh the sentences that bear on ``area``, by number.

    Those naming it weigh 1, those that take it up (*bydelen*) 0.8, their neighbours 0.5 unless they name another area;
    a headline that names it 1.5. Where the area is given, every sentence that names no other area bears on it, and on
    no other.
    """
    starts = [sentence.start for sentence in sentences]
    own: dict[int, float] = {}
    others: set[int] = set()
    given = other_given = False
    for mention in mentions:
        named = {_at(starts, start) for start, _ in mention.named}
        if mention.area != area:
            others |= named
            other_given = other_given or mention.role == "given"
            continue
        given = mention.role == "given"
        own.update(dict.fromkeys((_at(starts, start) for start, _ in mention.meant), MEANING))
        own.update(dict.fromkeys(named, NAMING))
    result = dict(own)
    for number in () if other_given else own:
        for near in (number - 1, number + 1):
            if 0 <= near < len(sentences) and near not in others:
                result.setdefault(near, BESIDE)
    if given:
        for number in range(len(sentences)):
            if number not in others:
                result.setdefault(number, NAMING if doc.kind == "answer" or not own else BESIDE)
    return {
        number: weight * (HEADLINE if sentences[number].start < doc.title_end and number in own else 1)
        for number, weight in sorted(result.items())
    }


def _at(starts: Sequence[int], offset: int) -> int:
    return max(bisect_right(starts, offset) - 1, 0)


def mean(values: Scores, weights: Mapping[int, float], silent: float) -> float:
    """Take the weighted mean of ``values``; a sentence that says nothing (0) counts ``silent`` of its weight."""
    total = sum(weights[number] * values[number] for number in weights)
    size = sum(weights[number] * (1 if values[number] else silent) for number in weights)
    return total / size if size else 0.0


def likeliest(odds: Odds, weights: Mapping[int, float]) -> tuple[int, float] | None:
    """Take the mean log odds of three classes, a row a sentence; return the number of the likeliest class, and the
    probability of the last less that of the first. An empty row says nothing; nothing said gives ``None``.

    A sentence counts the less the likelier its middle class is: much of a grave event is told plainly.
    """
    said = [(weight * (PLAIN + (1 - PLAIN) * (1 - _middle(odds[number]))), odds[number])
            for number, weight in weights.items() if odds[number]]
    total = sum(weight for weight, _ in said)
    if not total:
        return None
    means = [sum(weight * row[column] for weight, row in said) / total for column in range(3)]
    shares = relative(means)
    return means.index(max(means)), (shares[2] - shares[0]) / sum(shares)


def _middle(row: Sequence[float]) -> float:
    """Return the probability of the middle one of three classes."""
    bad, none, good = relative(row)
    return none / (bad + none + good)


def relative(odds: Sequence[float]) -> list[float]:
    """Say how likely each class is beside the likeliest, 0 to 1, from log odds."""
    top = max(odds)
    return [math.exp(each - top) for each in odds]
