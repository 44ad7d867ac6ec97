"""Load the labelled collection and say how far its two coders agree; as a program, print it."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TextIO, TypeVar

import numpy as np

from nlp.krippendorff import MAX_FAILED, Level, bootstrap
from nlp.validate import TONES
from store.errors import WrongFile

FOLDER = Path(__file__).resolve().parents[1] / "data" / "labelled"
"""Where the collection stands."""

ITEMS, SECOND, AGREED = "items.jsonl", "second.jsonl", "agreed.jsonl"
PRACTICE = "practice.jsonl"
"""Texts to train on and never to test with: one coder, many of them in twos and threes that differ in a few words."""

SAFETIES = {"unsafe": -1.0, "none": 0.0, "safe": 1.0}
ROLES = {role: float(rank) for rank, role in enumerate(("headline", "lead", "focus", "list", "passing", "given"))}

SEED = 7
REPLICATES = 1000
NAN = float("nan")

Row = TypeVar("Row")
Codes = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, slots=True)
class AreaLabel:
    """What a coder says of one area; ``tone`` is absent for list and passing."""

    role: str
    tone: str | None
    safety: str


@dataclass(frozen=True, slots=True)
class Labels:
    """What a coder says of one text: of each area by its id, and of the whole."""

    areas: Mapping[str, AreaLabel]
    tone: str
    safety: str
    themes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Item:
    """A text with the labels of the first coder, of the second where there is one, and those that count."""

    id: str
    kind: str
    part: str
    title: str
    text: str
    published: date | None
    given: str | None
    first: Labels
    second: Labels | None
    agreed: Labels | None
    """what was settled where the coders differ"""
    reason: str
    """why it was settled so; empty where there was nothing to settle"""

    @property
    def truth(self) -> Labels:
        """The label to train and test with: the settled one, else the first coder's, with whom the second agrees."""
        return self.agreed or self.first


def load_items(folder: Path = FOLDER) -> tuple[Item, ...]:
    """Load every item in the order of the file. Raises :class:`WrongFile` naming file and line."""
    second = dict(_read(folder / SECOND, lambda row: (row["id"], _labels(row))))
    agreed = dict(_read(folder / AGREED, lambda row: (row["id"], (_labels(row), str(row["reason"])))))
    nothing = (None, "")
    return tuple(_read(
        folder / ITEMS, lambda row: _item(row, second.get(row["id"]), *agreed.get(row["id"], nothing))))


def load_practice(folder: Path = FOLDER) -> tuple[Item, ...]:
    """Load the practice texts in the order of the file. Raises :class:`WrongFile` naming file and line."""
    return tuple(_read(folder / PRACTICE, lambda row: _item(row, None, None, "")))


def _item(row: Mapping[str, Any], second: Labels | None, agreed: Labels | None, reason: str) -> Item:
    return Item(
        row["id"], row["kind"], row["part"], row.get("title", ""), row["text"],
        date.fromisoformat(row["published"]) if "published" in row else None, row.get("area"),
        _labels(row), second, agreed, reason,
    )


def digest(folder: Path = FOLDER) -> str:
    """Give one SHA-256 over the three files: items, second codes, settled labels."""
    parts = [hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in (ITEMS, SECOND, AGREED)]
    return hashlib.sha256("".join(parts).encode()).hexdigest()


def practice_digest(folder: Path = FOLDER) -> str:
    """Give the SHA-256 of the practice texts."""
    return hashlib.sha256((folder / PRACTICE).read_bytes()).hexdigest()


def _read(path: Path, build: Callable[[Mapping[str, Any]], Row]) -> Iterator[Row]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise WrongFile("the collection can't be read", where=path, do="Take it from the repository anew") from error
    for number, line in enumerate(lines, 1):
        try:
            yield build(json.loads(line))
        except (ValueError, KeyError, TypeError) as error:
            raise WrongFile("this line holds no labels", where=f"{path}:{number}",
                            do="Write id, areas, tone, safety and themes as docs/coding.md says") from error


def _labels(row: Mapping[str, Any]) -> Labels:
    areas = {each["id"]: AreaLabel(each["role"], each["tone"], each["safety"]) for each in row["areas"]}
    return Labels(areas, row["tone"], row["safety"], frozenset(row["themes"]))


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far the two coders agree on one question, with a 95 % interval; NaN where it is undefined."""

    question: str
    measure: str
    value: float
    low: float
    high: float
    n: int
    """texts, or texts × areas, or themes, that were compared"""


def agreements(
    items: Iterable[Item], *, seed: int = SEED, replicates: int = REPLICATES,
) -> tuple[Agreement, ...]:
    """Measure the agreement of first and second coder on the items both coded (method.md B6).

    Intervals come from drawing units with replacement. Towards an area, what both coders gave the same area is
    compared; the role leaves out areas that the input gives.
    """
    pairs = [(item, item.first, item.second) for item in items if item.second is not None]
    both = [
        (one.areas[id], other.areas[id], id == item.given)
        for item, one, other in pairs for id in sorted(one.areas.keys() & other.areas.keys())
    ]
    toned = [(one.tone, other.tone) for one, other, _ in both if one.tone and other.tone]

    def of(question: str, level: Level, values: Mapping[str, float], codes: Sequence[tuple[str, str]]) -> Agreement:
        table = np.array([[values[code] for code in pair] for pair in codes], dtype=np.float64).reshape(-1, 2).T
        found = bootstrap(table, level, seed=seed, replicates=replicates)
        return Agreement(question, f"alpha, {level}", found.alpha, found.low, found.high, found.units)

    return (
        _share("areas", [set(one.areas) == set(other.areas) for _, one, other in pairs], seed, replicates),
        of("role", "nominal", ROLES, [(one.role, other.role) for one, other, given in both if not given]),
        of("tone towards the area", "ordinal", TONES, toned),
        of("tone of the whole text", "ordinal", TONES, [(one.tone, other.tone) for _, one, other in pairs]),
        of("safety of the area", "ordinal", SAFETIES, [(one.safety, other.safety) for one, other, _ in both]),
        of("safety of the whole text", "ordinal", SAFETIES, [(one.safety, other.safety) for _, one, other in pairs]),
        *_themes([(one.themes, other.themes) for _, one, other in pairs], seed, replicates),
    )


def _share(question: str, same: Sequence[bool], seed: int, replicates: int) -> Agreement:
    values = np.array(same, dtype=np.float64)
    if not values.size:
        return Agreement(question, "share the same", NAN, NAN, NAN, 0)
    draws = np.random.default_rng(seed).integers(0, values.size, (replicates, values.size))
    low, high = np.quantile(values[draws].mean(axis=1), [0.025, 0.975])
    return Agreement(question, "share the same", float(values.mean()), float(low), float(high), values.size)


def _themes(
    pairs: Sequence[tuple[frozenset[str], frozenset[str]]], seed: int, replicates: int,
) -> tuple[Agreement, ...]:
    """Compare sets of themes: mean alpha of the themes either used, micro-F1 of one coder against the other."""
    names = sorted(set[str]().union(*(one | other for one, other in pairs)))
    if not names:
        return (Agreement("themes", "mean alpha, nominal", NAN, NAN, NAN, 0),
                Agreement("themes", "micro-F1 of the coders", NAN, NAN, NAN, len(pairs)))
    codes = np.array([[[name in coder for name in names] for coder in pair] for pair in pairs], dtype=np.float64)
    generator = np.random.default_rng(seed)
    rows = np.concatenate([
        np.arange(len(pairs))[None, :], generator.integers(0, len(pairs), (replicates, len(pairs))),
    ])
    alphas, scores = np.empty(len(rows)), np.empty(len(rows))
    for at, drawn in enumerate(rows):
        some = codes[drawn]
        alphas[at], scores[at] = _mean_binary_alpha(some), _coder_f1(some)

    def with_interval(measure: str, values: Codes, n: int) -> Agreement:
        failed = np.isnan(values).mean() > MAX_FAILED
        low, high = (NAN, NAN) if failed else np.nanquantile(values[1:], [0.025, 0.975])
        return Agreement("themes", measure, float(values[0]), float(low), float(high), n)

    return (with_interval("mean alpha, nominal", alphas, len(names)),
            with_interval("micro-F1 of the coders", scores, len(pairs)))


def _mean_binary_alpha(codes: Codes) -> float:
    """Mean nominal alpha of yes/no codes, shape (units, 2, themes); a theme nobody used in the draw counts not.

    With two coders and no gap alpha is 1 - (2N - 1) x differing / (yes x no), all over the 2N codes.
    """
    size = 2 * codes.shape[0]
    yes = codes.sum(axis=(0, 1))
    expected = yes * (size - yes)
    differing = np.abs(codes[:, 0] - codes[:, 1]).sum(axis=0)
    used = expected > 0
    return float(np.mean(1 - (size - 1) * differing[used] / expected[used])) if used.any() else NAN


def _coder_f1(codes: Codes) -> float:
    said = codes.sum()
    return float(2 * (codes[:, 0] * codes[:, 1]).sum() / said) if said else NAN


def agreement_text(found: Iterable[Agreement]) -> str:
    """Say agreement in plain lines."""
    return "\n".join(
        f"{each.question:26}{each.measure:24}{each.value:.3f} [{each.low:.3f}; {each.high:.3f}]  n {each.n}"
        for each in found
    )


def main(out: TextIO = sys.stdout) -> None:
    """Print how far the coders agree."""
    items = load_items()
    settled = sum(item.agreed is not None for item in items)
    out.write(f"{agreement_text(agreements(items))}\nsettled: {settled} items\n")


if __name__ == "__main__":
    main()
