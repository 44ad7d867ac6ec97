"""Decide which questions of two waves measure the same, and say why where they do not (method.md A11)."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

Difference = Literal[
    "concept", "scale", "direction", "cut", "wording", "mode", "institute", "language", "instrument", "missing",
    "bridge",
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


BridgeKind = Literal["equivalent", "break"]


@dataclass(frozen=True)
class Evidence:
    """What a split ballot or a parallel run found for one indicator: the later form minus the earlier one."""

    difference: float
    """points of 0–100"""
    se: float
    """points of 0–100, over 0"""


@dataclass(frozen=True)
class Bridge:
    """What is known of the difference between two waves, so that a series may cross it (method.md A11)."""

    concept: str
    first: str
    """id of the earlier wave"""
    later: str
    differences: frozenset[Difference]
    """what was asked otherwise, and is covered by the evidence"""
    kind: BridgeKind
    """equivalent: shown to be harmless, and nothing is taken off; break: the difference is taken off a later change,
    and its uncertainty added"""
    evidence: Mapping[str, Evidence] = field(hash=False)
    """indicator → what was found; an indicator that is not named stays broken"""
    answers: tuple[int, int]
    """answers to the earlier and to the later form that the evidence rests on"""
    source: str
    """where it is published"""


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
        if bridge.concept == before.concept and {bridge.first, bridge.later} == {before.wave, after.wave}
        for difference in bridge.differences & BRIDGEABLE
    }
    return tuple(reason for reason in found if _differ(reason) and reason.key not in bridged)


def comparable(before: Item, after: Item, bridges: Iterable[Bridge] = ()) -> bool:
    """Say whether a change from ``before`` to ``after`` may be computed at all."""
    return not differences(before, after, bridges)


def _differ(reason: Reason) -> bool:
    same = normalised if reason.key == "wording" else str.casefold
    return same(reason.before) != same(reason.after)
