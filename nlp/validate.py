"""Hold the automatic reading against hand-coding: draw the sample, measure agreement and error (method.md B5, B6)."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

import numpy as np
import pandas as pd

from nlp.differences import LEAST_OF_GROUP, Difference, difference
from nlp.krippendorff import bootstrap
from nlp.unique import event_codes, unique_mentions
from store.database import Store
from store.days import utc_text
from store.errors import WrongUse
from store.published import SampleItem, add_sample

PER_YEAR = 17
"""Texts for an area and year: 200 for an area over the twelve years of the evaluation (method.md B6)."""

MIN_OF_STRATUM = 2
"""A predicted class with one coded text says nothing of the spread of its errors."""

TONES = {"negative": -1.0, "neutral": 0.0, "mixed": 0.0, "positive": 1.0}
"""*Mixed* is kept as coded and counts as 0 in the measure (domain.md 7)."""

CLASSES = ("negative", "neutral", "positive")
DIFFERS = 0.05
"""p below which the error is called different between groups."""

_CODED_COLUMNS = ("sample", "article", "area", "probability", "copy_group", "coder", "tone", "safety", "relevance")


def draw_sample(
    store: Store, *, backend: str, areas: Collection[str], years: Collection[int] = (), per_year: int = PER_YEAR,
    seed: int, now: datetime | None = None,
) -> str:
    """Draw texts at random within area × year × predicted tone, keep them with their probabilities, return the id.

    The population is what the index reads: one text of each copy group, headline or lead naming the area. In each area
    and year ``per_year`` texts are shared among the predicted tones in proportion, at least two each where there are
    so many. The same population, sizes and seed are the same sample. Raises :class:`WrongUse` when there is nothing to
    draw from.
    """
    frame = unique_mentions(store, backend)
    frame = frame[frame["lead_tone"].notna() & frame["area"].isin(list(areas))]
    frame = frame.assign(year=frame["day"].str[:4].astype(int))
    if years:
        frame = frame[frame["year"].isin(list(years))]
    if frame.empty:
        raise WrongUse("there is no text to draw from", where=store.path, do="Import and read articles first")
    generator = np.random.default_rng(seed)
    items: list[SampleItem] = []
    strata: dict[str, list[int]] = {}
    for key, cell in dict(tuple(frame.groupby(["area", "year"], sort=True))).items():
        area, year = cast(tuple[str, int], key)
        tones = cell["lead_tone"].to_numpy()
        for tone, size in allocation(tones, per_year).items():
            rows = np.flatnonzero(tones == tone)
            taken = np.sort(generator.choice(rows, size, replace=False))
            strata[f"{area}|{year}|{int(tone)}"] = [int(rows.size), size]
            items += [SampleItem(article, area, size / rows.size) for article in cell["article"].iloc[taken]]
    design = {"strata": strata, "seed": seed, "backend": backend, "per_year": per_year}
    text = json.dumps([design, [[each.article, each.area] for each in items]], sort_keys=True)
    id = f"s{hashlib.sha256(text.encode()).hexdigest()[:8]}"
    add_sample(store, id, utc_text(now or datetime.now(UTC)), design, items)
    return id


def allocation(tones: np.ndarray[tuple[int], np.dtype[np.float64]], size: int) -> dict[float, int]:
    """Share ``size`` among the predicted tones in proportion, at least :data:`MIN_OF_STRATUM`, at most all of one."""
    classes, counts = np.unique(tones, return_counts=True)
    return {
        float(tone): int(min(count, max(MIN_OF_STRATUM, round(size * count / tones.size))))
        for tone, count in zip(classes, counts, strict=True)
    }


VALUES = ("tone", "negative", "neutral", "positive", "unsafe", "safe")
"""What :func:`coded_texts` averages."""


def raw_codes(store: Store) -> pd.DataFrame:
    """Read every code of every coder, with the probability and the copy group of its text."""
    rows = store.rows(
        "SELECT c.sample_id, c.article_id, c.area_id, i.probability, a.copy_group, c.coder, c.tone, c.safety,"
        " c.relevance FROM codes c JOIN sample_items i USING (sample_id, article_id, area_id)"
        " JOIN articles a ON a.id = c.article_id ORDER BY 1, 2, 3, 6"
    )
    return pd.DataFrame.from_records([tuple(row) for row in rows], columns=list(_CODED_COLUMNS))


def coded_texts(store: Store) -> pd.DataFrame:
    """Average the coders of each text: one row per sample, text and area.

    Columns: ``sample``, ``article``, ``area``, ``copy_group``, ``probability`` and, as means over the coders who coded
    it, ``tone`` (-1..1), ``negative``, ``neutral`` (mixed included), ``positive``, ``unsafe``, ``safe`` (0..1); NaN
    without any.
    Averaging treats coders alike: who disagrees half-way counts half-way, and no coder is taken for the truth.
    """
    codes = raw_codes(store)
    value = codes["tone"].map(TONES).astype(float)
    for name, wanted in (("negative", -1), ("neutral", 0), ("positive", 1)):
        codes[name] = (value == wanted).astype(float).where(value.notna())
    for name in ("unsafe", "safe"):
        codes[name] = (codes["safety"] == name).astype(float).where(codes["safety"].notna())
    codes["tone"] = value
    keys = ["sample", "article", "area", "copy_group", "probability"]
    return codes.groupby(keys, sort=True)[list(VALUES)].mean().reset_index()


@dataclass(frozen=True)
class SampleAgreement:
    """What hand-coding says of one sample: how far coders agree, and how far the reader is from them."""

    sample: str
    areas: tuple[str, ...]
    n: int
    """texts with a hand-coded tone"""
    drawn: int
    coders: int
    doubly_coded: int
    alpha: float | None
    """Krippendorff, ordinal, of tone; absent without two coders on a text, or with one category only"""
    low: float | None
    high: float | None
    accuracy: float | None
    """share of texts whose automatic tone is the coded one (a text coded half-way counts as its nearest)"""
    bias: float | None
    """mean of automatic minus hand-coded tone, weighted by inverse probability, -2..2"""
    confusion: tuple[tuple[str, str, int], ...] = ()
    """(automatic tone, hand-coded tone, texts): every pair of the three classes that occurs"""
    differences: tuple[Difference, ...] = ()
    """whether the reader errs alike over areas, outlets and years"""


def sample_agreements(store: Store, backend: str, *, seed: int) -> tuple[SampleAgreement, ...]:
    """Measure agreement and error of every sample that has a code, by id."""
    codes = raw_codes(store)
    if codes.empty:
        return ()
    texts = coded_texts(store)
    read = unique_mentions(store, backend)
    read = read.assign(event_code=event_codes(read))[["area", "copy_group", "lead_tone", "day", "outlet", "event_code"]]
    result = []
    for sample, some in codes.groupby("sample", sort=True):
        coded = texts[(texts["sample"] == sample) & texts["tone"].notna()].merge(read, on=["area", "copy_group"])
        table = some.assign(value=some["tone"].map(TONES).astype(float)).pivot_table(
            index="coder", columns=["article", "area"], values="value", aggfunc="first")
        found = bootstrap(table.to_numpy(dtype=np.float64), seed=seed)
        both = coded[coded["lead_tone"].notna()]
        error, weight = both["lead_tone"] - both["tone"], 1 / both["probability"]
        result.append(SampleAgreement(
            sample=str(sample), areas=tuple(sorted(coded["area"].unique())), n=len(coded),
            drawn=int(store.value("SELECT count(*) FROM sample_items WHERE sample_id = ?", [sample])),
            coders=int(some["coder"].nunique()), doubly_coded=found.units, alpha=_known(found.alpha),
            low=_known(found.low), high=_known(found.high),
            accuracy=float((error.abs() < 0.5).mean()) if len(both) else None,
            bias=float((error * weight).sum() / weight.sum()) if len(both) else None,
            confusion=_confusion(both), differences=_differences(both, seed) if len(both) else (),
        ))
    return tuple(result)


def _confusion(both: pd.DataFrame) -> tuple[tuple[str, str, int], ...]:
    """Count pairs of automatic and hand-coded tone; a text that coders see half-way counts as its nearest class."""
    pairs = Counter(zip(both["lead_tone"].map(_nearest), both["tone"].map(_nearest), strict=True))
    return tuple((read, coded, pairs[read, coded]) for read in CLASSES for coded in CLASSES if pairs[read, coded])


def _nearest(value: float) -> str:
    return "negative" if value <= -0.5 else "positive" if value >= 0.5 else "neutral"


def _differences(both: pd.DataFrame, seed: int) -> tuple[Difference, ...]:
    groups = {"area": both["area"], "outlet": both["outlet"], "year": both["day"].str[:4]}
    error = (both["lead_tone"] - both["tone"]).to_numpy(dtype=np.float64)
    weight = (1 / both["probability"]).to_numpy(dtype=np.float64)
    return tuple(
        difference(by, names.tolist(), error, weight, both["event_code"].tolist(), seed=seed)
        for by, names in groups.items()
    )


def _known(value: float) -> float | None:
    return None if np.isnan(value) else value


def validation_text(found: Sequence[SampleAgreement]) -> str:
    """Say agreement and error in plain lines; what is missing is said too."""
    if not found:
        return "No text is hand-coded: every figure of tone is uncorrected. Start with: reputation code-sheet"
    lines = []
    for each in found:
        agree = "alpha unknown (no text has two coders)" if each.alpha is None else (
            f"alpha {each.alpha:.3f}" + ("" if each.low is None else f" [{each.low:.3f}; {each.high:.3f}]"))
        error = "not read yet" if each.accuracy is None or each.bias is None else (
            f"accuracy {each.accuracy:.3f}, bias {each.bias:+.3f}")
        lines.append(f"{each.sample}: {each.n} of {each.drawn} texts coded, {each.coders} coders, {each.doubly_coded}"
                     f" coded twice, {agree}, {error}; areas: {', '.join(each.areas)}")
        lines += _confusion_lines(each.confusion)
        lines += [line for found_by in each.differences for line in _difference_lines(found_by)]
    return "\n".join(lines)


def _confusion_lines(pairs: Sequence[tuple[str, str, int]]) -> list[str]:
    """Lay the pairs out as a table: a row for what was read, a column for what was coded."""
    if not pairs:
        return []
    counts = {(read, coded): count for read, coded, count in pairs}
    head = "".join(f"{coded:>10}" for coded in CLASSES)
    return [f"  read \\ coded{head}", *(
        f"  {read:12}" + "".join(f"{counts.get((read, coded), 0):>10}" for coded in CLASSES) for read in CLASSES)]


def _difference_lines(found: Difference) -> list[str]:
    if len(found.groups) < 2:
        return [f"  error by {found.by}: not compared, fewer than two with {LEAST_OF_GROUP} coded texts"]
    differs = found.p is not None and found.p < DIFFERS
    said = f"differs, so figures are comparable within one {found.by} only" if differs else "no difference shown"
    left = f", {found.left_out} texts in smaller groups left out" if found.left_out else ""
    return [f"  error by {found.by}: {said} (p {found.p}{left})", *(
        f"    {each.group}: n {each.n}, wrong {each.wrong:.3f}, bias {each.bias:+.3f}" for each in found.groups)]
