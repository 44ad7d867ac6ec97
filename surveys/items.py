"""Decide which questions of two waves measure the same, and say why where they do not (method.md A11)."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Difference = Literal[
    "concept", "scale", "direction", "cut", "wording", "mode", "institute", "language", "instrument", "missing",
]


@dataclass(frozen=True, order=True)
class Reason:
    """One difference between two questions: a key, and the two values the report puts into words."""

    key: Difference
    before: str
    after: str


@dataclass(frozen=True)
class Item:
    """A question as one wave asked it."""

    wave: str
    id: str
    concept: str
    wording: str
    min: int
    max: int
    safe_pole: str
    """low or high: which end of the scale is safe"""
    safe: tuple[int, ...]
    unsafe: tuple[int, ...]
    mode: tuple[str, ...]
    institute: str
    language: str
    instrument: str

    @property
    def wording_hash(self) -> str:
        """Digest of the normalised wording: equal hash, equal question."""
        return hashlib.sha256(normalised(self.wording).encode()).hexdigest()[:16]

    @property
    def scale(self) -> str:
        """``1–7``"""
        return f"{self.min}–{self.max}"

    @property
    def cut(self) -> str:
        """``1 2 3 | 4 | 5 6 7``: safe, neither, unsafe."""
        neither = [code for code in range(self.min, self.max + 1) if code not in {*self.safe, *self.unsafe}]
        parts = (sorted(self.safe), neither, sorted(self.unsafe))
        return " | ".join(" ".join(map(str, codes)) or "–" for codes in parts)


@dataclass(frozen=True)
class Bridge:
    """A difference between two waves that a split ballot or a parallel run showed to be harmless."""

    concept: str
    waves: frozenset[str]
    differences: frozenset[Difference]
    source: str
    """where the equivalence is shown"""


BRIDGEABLE: frozenset[Difference] = frozenset({"wording", "mode", "institute", "language", "instrument"})
"""Concept, scale, direction and cut can't be bridged: a 4-point scale is never stretched to 5."""


def normalised(wording: str) -> str:
    """Return a wording without markup, case, punctuation and spacing; å stays apart from a.

    Normalising twice changes nothing.
    """
    text = unicodedata.normalize("NFC", re.sub(r"<[^<>]*>|&nbsp;", " ", wording)).casefold()
    return " ".join(re.findall(r"\w+", text))


def differences(before: Item, after: Item, bridges: Iterable[Bridge] = ()) -> tuple[Reason, ...]:
    """Return what stands between two items, unbridged; empty = comparable."""
    found = [
        Reason("concept", before.concept, after.concept),
        Reason("scale", before.scale, after.scale),
        Reason("direction", before.safe_pole, after.safe_pole),
        Reason("cut", before.cut, after.cut),
        Reason("wording", before.wording, after.wording),
        Reason("mode", ", ".join(sorted(set(before.mode))), ", ".join(sorted(set(after.mode)))),
        Reason("institute", before.institute, after.institute),
        Reason("language", before.language, after.language),
        Reason("instrument", before.instrument, after.instrument),
    ]
    bridged = {
        difference for bridge in bridges
        if bridge.concept == before.concept and bridge.waves == {before.wave, after.wave}
        for difference in bridge.differences & BRIDGEABLE
    }
    return tuple(reason for reason in found if _differ(reason) and reason.key not in bridged)


def comparable(before: Item, after: Item, bridges: Iterable[Bridge] = ()) -> bool:
    """Say whether a change from ``before`` to ``after`` may be computed at all."""
    return not differences(before, after, bridges)


def _differ(reason: Reason) -> bool:
    same = normalised if reason.key == "wording" else str.casefold
    return same(reason.before) != same(reason.after)
