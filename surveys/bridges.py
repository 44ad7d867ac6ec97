"""Decide whether a change may cross what stands between two questions, and what crossing costs (method.md A11)."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Literal

from scipy import special

from surveys.change import Changed, Shift, shifted
from surveys.items import Bridge, Item, Reason, differences


@dataclass(frozen=True)
class Crossing:
    """What lies between two questions for one indicator."""

    reasons: tuple[Reason, ...] = ()
    """what is unbridged; empty = a change may be computed"""
    bridges: tuple[Bridge, ...] = ()
    """crossed on the way, in the order of the waves"""
    shift: float = 0.0
    """points of 0–100 that the change in how it was asked accounts for, to be taken off"""
    variance: float = 0.0
    """its variance, points squared, to be added"""

    @property
    def bridged(self) -> bool:
        """Say whether the series crosses a bridge here."""
        return bool(self.bridges)


def crossing(first: Item, later: Item, indicator: str, items: Iterable[Item], bridges: Sequence[Bridge]) -> Crossing:
    """Return what stands between two items for ``indicator``.

    ``items``: all known items of the concept, in the order of their waves; a bridge is between two of them of the same
    id, and is crossed by every comparison of a wave comparable with the one and a wave comparable with the other. Of
    several ways the one over fewest bridges counts, then the earliest found. A bridge of kind *equivalent* takes
    nothing off; of kind *break* it gives its difference and variance.
    """
    direct = differences(first, later)
    if not direct:
        return Crossing()
    usable = [each for each in bridges if each.concept == first.concept and indicator in each.evidence]
    path = _path(first, later, [*items, later], usable)
    if path is None:
        return Crossing(reasons=direct)
    estimated = [(bridge.evidence[indicator], way) for bridge, way in path if bridge.kind == "break"]
    return Crossing(
        (), tuple(bridge for bridge, _ in path), sum(way * found.difference for found, way in estimated),
        sum(found.se ** 2 for found, _ in estimated),
    )


Way = Literal[1, -1]


def _path(first: Item, later: Item, items: Sequence[Item], bridges: Sequence[Bridge]
          ) -> tuple[tuple[Bridge, Way], ...] | None:
    """Return the bridges from ``first`` to ``later`` with the way each is crossed, ``None`` where there is no way."""
    if not bridges:
        return None
    settled: set[tuple[str, str]] = set()
    left = deque([(first, tuple[tuple[Bridge, Way], ...]())])
    while left:
        here, crossed = left.popleft()
        if (here.wave, here.id) in settled:
            continue
        settled.add((here.wave, here.id))
        if not differences(here, later):
            return crossed
        for other in items:
            if (other.wave, other.id) in settled:
                continue
            if not differences(here, other):
                left.appendleft((other, crossed))  # costs no bridge: looked at first
                continue
            over = next((each for each in bridges if not differences(here, other, [each])), None)
            if over and here.id == other.id:  # a bridge is of one question, which both codebooks call the same
                left.append((other, (*crossed, (over, 1 if over.first == here.wave else -1))))
    return None


HEADLINES = ("safe_share", "safety_index")
"""What a series is drawn of: two waves are one series where both may be compared."""


def unbridged(first: Item, later: Item, items: Sequence[Item], bridges: Sequence[Bridge]) -> tuple[Reason, ...]:
    """Return what keeps two waves from being one series, empty where nothing does."""
    asked = HEADLINES if first.safe and later.safe else HEADLINES[1:]
    found = (crossing(first, later, name, items, bridges).reasons for name in asked)
    return next(filter(None, found), ())


def crossed(change: Changed, over: Crossing, *, unit: float) -> Changed:
    """Return a change with what the new way of asking accounts for taken off, and its uncertainty added.

    ``unit``: of the change in points: 1 for an index, 100 for a share. A change over no estimated break is returned
    as it is.
    """
    if not over.variance:
        return change
    return shifted(change, Shift(over.shift / unit, over.variance / unit**2))


def widened(value: float, low: float, high: float, over: Crossing, *, unit: float) -> tuple[float, float, float]:
    """Return a difference and its interval that has no standard error (Newcombe), carried over an estimated break.

    The distances to both ends and 1.96 times the break's error are added in squares.
    """
    reach = float(special.ndtri(0.975)) * sqrt(over.variance) / unit
    moved = value - over.shift / unit
    return moved, moved - sqrt((value - low) ** 2 + reach ** 2), moved + sqrt((high - value) ** 2 + reach ** 2)
