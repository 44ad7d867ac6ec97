"""Make the small random choices that texts are built from, always the same for the same seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

import numpy as np

T = TypeVar("T")


class Dice:
    """Random choices from one seeded stream."""

    def __init__(self, *seed: int) -> None:
        self.rng = np.random.default_rng(list(seed))

    def chance(self, share: float) -> bool:
        """Say yes with probability ``share``."""
        return bool(self.rng.random() < share)

    def number(self, low: int, high: int) -> int:
        """Return a whole number from ``low`` to ``high``, both included."""
        return int(self.rng.integers(low, high + 1))

    def pick(self, choices: Sequence[T]) -> T:
        """Return one of ``choices``, all equally likely."""
        return choices[int(self.rng.integers(len(choices)))]

    def some(self, choices: Sequence[T], count: int) -> list[T]:
        """Return ``count`` different ``choices`` (all where there are fewer) in random order."""
        return [choices[each] for each in self.rng.permutation(len(choices))[:count]]

    def weighted(self, weights: Mapping[T, float]) -> T:
        """Return a key with probability in proportion to its weight."""
        keys = list(weights)
        edges = np.cumsum([weights[key] for key in keys])
        return keys[int(np.searchsorted(edges, self.rng.random() * edges[-1], side="right"))]
