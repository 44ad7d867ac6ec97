"""Say how a text speaks of an area: negative, neutral, positive."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from nlp.bearing import Odds, Scores, likeliest, mean

Tone = Literal["negative", "neutral", "positive"]

LABELS: tuple[Tone, ...] = ("negative", "neutral", "positive")

NEGATIVE_BELOW = -0.22
POSITIVE_ABOVE = 0.22
"""Between the two a text is neutral: one mild word among several sentences is no tone."""

SILENT = 0.25
"""A sentence without tone dilutes the others by a quarter of its weight: much of a grave event is told plainly."""

SOFTNESS = 0.6
"""Square of the sum at which :func:`squash` gives 0.7: a grave word and a bit, or two clear ones."""


@dataclass(frozen=True, slots=True)
class ToneReading:
    """Label and score, -1 to 1."""

    label: Tone
    score: float


def squash(total: float) -> float:
    """Bring a sum of weights into -1 to 1; many words add ever less."""
    return total / math.sqrt(total * total + SOFTNESS)


def tone(scores: Scores, weights: Mapping[int, float]) -> ToneReading:
    """Read the tone of the sentences in ``weights`` from their scores (-1 to 1). No sentence: neutral, 0."""
    score = round(mean(scores, weights, SILENT), 4)
    return ToneReading(_label(score), score)


def tone_of_odds(odds: Odds, weights: Mapping[int, float]) -> ToneReading:
    """Read the tone from the log odds of the three classes of each sentence: the likeliest by their mean.

    The score is the probability of *positive* less that of *negative*. No sentence that says anything: neutral, 0.
    """
    found = likeliest(odds, weights)
    return ToneReading(LABELS[found[0]], round(found[1], 4)) if found else ToneReading("neutral", 0.0)


def _label(score: float) -> Tone:
    if score <= NEGATIVE_BELOW:
        return "negative"
    return "positive" if score >= POSITIVE_ABOVE else "neutral"
