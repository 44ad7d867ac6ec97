"""Say how safe a text tells an area to be: unsafe, none, safe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from nlp.bearing import Odds, Scores, likeliest, mean

Safety = Literal["unsafe", "none", "safe"]

LABELS: tuple[Safety, ...] = ("unsafe", "none", "safe")

UNSAFE_BELOW = -0.2
SAFE_ABOVE = 0.2
"""Between the two nothing is told of safety."""

SILENT = 0.15
"""A sentence that tells nothing of safety takes little from one that does."""


@dataclass(frozen=True, slots=True)
class SafetyReading:
    """Label and score, -1 (unsafe) to 1 (safe)."""

    label: Safety
    score: float


def safety(scores: Scores, weights: Mapping[int, float]) -> SafetyReading:
    """Read safety as told in the sentences in ``weights`` from their scores (-1 to 1). No sentence: none, 0."""
    score = round(mean(scores, weights, SILENT), 4)
    return SafetyReading(_label(score), score)


def safety_of_odds(odds: Odds, weights: Mapping[int, float]) -> SafetyReading:
    """Read safety from the log odds of the three classes of each sentence: the likeliest by their mean.

    The score is the probability of *safe* less that of *unsafe*. No sentence that says anything: none, 0.
    """
    found = likeliest(odds, weights)
    return SafetyReading(LABELS[found[0]], round(found[1], 4)) if found else SafetyReading("none", 0.0)


def _label(score: float) -> Safety:
    if score <= UNSAFE_BELOW:
        return "unsafe"
    return "safe" if score >= SAFE_ABOVE else "none"
