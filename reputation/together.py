"""Set net tone and perceived safety side by side: between areas, within areas, pooled - never one number (C1)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import special

from reputation.changes import has_moved
from reputation.content import Association, Estimate, PartingLine, WaveFacts
from reputation.figures import UNCORRECTED, VALUE_DECIMALS, rounded
from store.days import Window
from store.goals import Status

MIN_AREAS = 5
"""With fewer areas an interval of Fisher's z says nothing."""

REPLICATES = 1000
_Z = float(special.ndtri(0.975))


@dataclass(frozen=True)
class Pairs:
    """Net tone and safe share of the same area and year."""

    area: NDArray[np.int64]
    tone: NDArray[np.float64]
    safe: NDArray[np.float64]
    year: NDArray[np.int64] | None = None
    tone_se: NDArray[np.float64] | None = None
    safe_se: NDArray[np.float64] | None = None


def associations(
    estimates: Iterable[Estimate], evaluated: Collection[str], waves: Sequence[WaveFacts],
    windows: Sequence[Window], *, seed: int,
) -> list[Association]:
    """Correlate shown net tone with the shown safe share of waves that may be compared with the first.

    Nothing here says that one makes the other; uncorrected tone makes a footnoted association.
    """
    found = list(estimates)
    pairs, uncorrected = paired(found, evaluated, comparable_waves(waves) - over_a_break(found), windows)
    shown = Status.FOOTNOTED if uncorrected else Status.OK
    made = [_made("between", between(pairs), pairs, shown), _made("within", within(pairs), pairs, shown),
            _made("pooled", pooled(pairs, seed), pairs, shown), _slope(pairs, shown),
            _made("attenuated", attenuated(pairs), pairs, shown)]
    return [replace(each, uncorrected=uncorrected) for each in made]


def comparable_waves(waves: Sequence[WaveFacts]) -> frozenset[str]:
    """Return the first wave and all that may be compared with it."""
    return frozenset(each.id for each in waves if each is waves[0] or waves[0].id in each.comparable_with)


def over_a_break(estimates: Iterable[Estimate]) -> frozenset[str]:
    """Return the waves whose change crosses an estimated break: their level is another, a bridge moves changes only."""
    return frozenset(
        each.wave for each in estimates if each.indicator == "safe_share.change"
        and any(over.startswith("break ") for over in str(each.details.get("bridge", "")).split("; ")))


def paired(estimates: Sequence[Estimate], areas: Collection[str], waves: Collection[str], windows: Sequence[Window]
           ) -> tuple[Pairs, int]:
    """Pair each safe share with the net tone of the window its fieldwork ends in; count the uncorrected."""
    tone = {(each.area, each.first): each for each in estimates
            if each.indicator == "net_tone" and each.value is not None and each.area in areas}
    rows: list[tuple[str, float, float, str, float, float]] = []
    uncorrected = 0
    for each in estimates:
        if each.indicator != "safe_share" or each.value is None or each.wave not in waves or each.area not in areas:
            continue
        window = next((one for one in windows if one.first.isoformat() <= each.last <= one.last.isoformat()), None)
        beside = tone.get((each.area, window.first.isoformat())) if window else None
        if beside is not None and beside.value is not None:
            rows.append((each.area, beside.value, each.value, beside.first, beside.se or 0.0, each.se or 0.0))
            uncorrected += beside.correction == UNCORRECTED
    names, years = sorted({row[0] for row in rows}), sorted({row[3] for row in rows})
    numbers = [np.array([row[at] for row in rows], dtype=np.float64) for at in (1, 2, 4, 5)]
    return Pairs(np.array([names.index(row[0]) for row in rows], dtype=np.int64), numbers[0], numbers[1],
                 np.array([years.index(row[3]) for row in rows], dtype=np.int64), numbers[2], numbers[3]), uncorrected


Found = tuple[float, float | None, float | None] | None
"""r with its interval; the sensitivity has none"""


def between(pairs: Pairs) -> Found:
    """Correlate the areas' means over the years; Fisher's z with n = areas."""
    names = np.unique(pairs.area)
    if names.size < MIN_AREAS:
        return None
    r = correlation(*(
        np.array([column[pairs.area == each].mean() for each in names]) for column in (pairs.tone, pairs.safe)
    ))
    return None if r is None else (r, *fisher(r, names.size - 3))


def within(pairs: Pairs) -> Found:
    """Give the repeated-measures correlation: do an area's years with better news have safer answers?

    r = sign(b) √(SS_tone / (SS_tone + SS_error)), df = N - areas - 1 (Bakdash & Marusich 2017).
    """
    names, counts = np.unique(pairs.area, return_counts=True)
    several = names[counts >= 2]
    rows = np.isin(pairs.area, several)
    df = int(rows.sum()) - several.size - 1
    if several.size < MIN_AREAS or df < 3:
        return None
    tone, safe = pairs.tone[rows].copy(), pairs.safe[rows].copy()
    for each in several:
        here = pairs.area[rows] == each
        tone[here] -= tone[here].mean()
        safe[here] -= safe[here].mean()
    r = correlation(tone, safe)
    return None if r is None else (r, *fisher(r, df - 1))


def pooled(pairs: Pairs, seed: int) -> Found:
    """Correlate all pairs, with an interval from drawing whole areas (1,000 times)."""
    names = np.unique(pairs.area)
    if names.size < MIN_AREAS:
        return None
    r = correlation(pairs.tone, pairs.safe)
    if r is None:
        return None
    generator = np.random.default_rng(seed)
    rows = [np.flatnonzero(pairs.area == each) for each in names]
    draws = []
    for _ in range(REPLICATES):
        drawn = np.concatenate([rows[at] for at in generator.integers(0, names.size, names.size)])
        one = correlation(pairs.tone[drawn], pairs.safe[drawn])
        if one is not None:
            draws.append(one)
    low, high = np.quantile(draws, [0.025, 0.975])
    return r, float(low), float(high)


@dataclass(frozen=True)
class Slope:
    """Change of the safe share for one of net tone, areas and waves held fixed."""

    value: float
    low: float
    high: float
    p: float
    df: int


def two_way_slope(pairs: Pairs) -> Slope | None:
    """Fit safe share on net tone with a level for each area and each wave; errors CR1 by area, t with areas - 1 df.

    ``None`` with fewer than five areas, fewer than two waves, or nothing left to estimate an error from.
    """
    if pairs.year is None or np.unique(pairs.area).size < MIN_AREAS or np.unique(pairs.year).size < 2:
        return None
    dummies = [(codes[:, None] == np.unique(codes)[skip:]).astype(float)
               for codes, skip in ((pairs.area, 0), (pairs.year, 1))]
    X = np.column_stack([pairs.tone, *dummies])
    if pairs.tone.size - X.shape[1] < LEAST_LEFT or np.linalg.matrix_rank(X) < X.shape[1]:
        return None
    from statsmodels.regression.linear_model import OLS

    fit = OLS(pairs.safe, X).fit(cov_type="cluster", cov_kwds={"groups": pairs.area, "use_correction": True},
                                 use_t=True)
    low, high = fit.conf_int()[0]
    return Slope(float(fit.params[0]), float(low), float(high), float(fit.pvalues[0]), int(fit.df_resid_inference))


LEAST_LEFT = 3
"""Degrees of freedom that must be left for a slope's error."""


def attenuated(pairs: Pairs) -> Found:
    """Give the correlation between areas as if neither side had errors: r / √(rel_x rel_y), rel = 1 - mean SE²/var.

    A sensitivity: ``None`` where the areas differ no more than their errors, or where it leaves -1..1.
    """
    found, names = between(pairs), np.unique(pairs.area)
    if found is None or pairs.tone_se is None or pairs.safe_se is None:
        return None
    reliable = 1.0
    for values, errors in ((pairs.tone, pairs.tone_se), (pairs.safe, pairs.safe_se)):
        means = np.array([values[pairs.area == each].mean() for each in names])
        noise = np.mean([np.sum(errors[pairs.area == each] ** 2) / np.sum(pairs.area == each) ** 2 for each in names])
        share = 1 - float(noise) / float(means.var(ddof=1))
        if share <= 0:
            return None
        reliable *= share
    r = found[0] / float(np.sqrt(reliable))
    return (r, None, None) if abs(r) <= 1 else None


def correlation(one: NDArray[np.float64], other: NDArray[np.float64]) -> float | None:
    """Give Pearson's r, or ``None`` where one of both never varies."""
    a, b = one - one.mean(), other - other.mean()
    below = float(np.sqrt((a @ a) * (b @ b)))
    return float(np.clip(a @ b / below, -1, 1)) if below > 1e-12 else None


def fisher(r: float, df: float) -> tuple[float, float]:
    """Give tanh(atanh r ± 1.96 / √df)."""
    if abs(r) == 1:
        return r, r
    half = _Z / float(np.sqrt(df))
    return float(np.tanh(np.arctanh(r) - half)), float(np.tanh(np.arctanh(r) + half))


def _slope(pairs: Pairs, shown: Status) -> Association:
    found = two_way_slope(pairs)
    made = _made("slope", None if found is None else (found.value, found.low, found.high), pairs, shown)
    tested = found is not None and shown is Status.OK
    return replace(made, p=rounded(found.p, VALUE_DECIMALS) if found is not None and tested else None)


def partings(estimates: Sequence[Estimate], evaluated: Sequence[str], waves: Sequence[WaveFacts],
             windows: Sequence[Window]) -> list[PartingLine]:
    """Say of each area whether net tone and the safe share moved together since the same year, or parted.

    The latest wave that may be compared with the first one, and the window its fieldwork ends in. Only changes that
    are called so count as moved; with uncorrected tone, or other years, it can't be told.
    """
    comparable = comparable_waves(waves)
    wave = next((each for each in reversed(waves) if each.id in comparable), None)
    if wave is None or wave is waves[0]:
        return []
    window = next((each for each in windows
                   if each.first.isoformat() <= wave.fieldwork_to <= each.last.isoformat()), None)
    found = {(each.indicator, each.area, each.first, each.wave): each for each in estimates
             if each.indicator in ("net_tone.change", "safe_share.change")}
    labels = {each.label: each for each in windows}
    result = []
    for area in evaluated:
        tone = found.get(("net_tone.change", area, window.first.isoformat(), "")) if window else None
        safe = next((each for key, each in found.items()
                     if (key[0], key[1], key[3]) == ("safe_share.change", area, wave.id)), None)
        result.append(_parting(area, wave, tone, safe, waves, labels))
    return result


def _parting(area: str, wave: WaveFacts, tone: Estimate | None, safe: Estimate | None, waves: Sequence[WaveFacts],
             labels: Mapping[str, Window]) -> PartingLine:
    first = next((each for each in waves if safe is not None and each.id == safe.details.get("first_wave")), None)
    since = labels.get(str(tone.details.get("since"))) if tone is not None else None
    same = (first is not None and since is not None
            and since.first.isoformat() <= first.fieldwork_to <= since.last.isoformat())
    status = _parting_status(tone, safe, same=same)
    moved = tuple(has_moved(each) for each in (tone, safe))
    finding = ""
    if status is Status.OK and tone is not None and safe is not None:
        alike = (tone.value or 0.0) * (safe.value or 0.0) > 0
        finding = {(True, True): "together" if alike else "opposite", (True, False): "news only",
                   (False, True): "residents only", (False, False): "neither"}[moved[0], moved[1]]
    return PartingLine(
        area, first.fieldwork_to[:4] if first else "", wave.fieldwork_to[:4],
        tone.value if tone else None, tone.low if tone else None, tone.high if tone else None, moved[0],
        safe.value if safe else None, safe.low if safe else None, safe.high if safe else None, moved[1],
        finding, tone.correction if tone else UNCORRECTED, status.value,
    )


def _parting_status(tone: Estimate | None, safe: Estimate | None, *, same: bool) -> Status:
    for each, missing in ((tone, Status.NOT_COLLECTED), (safe, Status.NO_SURVEY)):
        if each is None:
            return missing
        if not Status(each.status).shown:
            return Status(each.status)
    if not same:
        return Status.NO_BASELINE
    assert tone is not None
    return Status.FOOTNOTED if tone.correction == UNCORRECTED else Status.OK


def _made(kind: str, found: Found, pairs: Pairs, shown: Status) -> Association:
    r, low, high = found if found is not None else (None, None, None)
    return Association(
        kind, rounded(r, VALUE_DECIMALS), rounded(low, VALUE_DECIMALS), rounded(high, VALUE_DECIMALS),
        n=int(pairs.area.size), areas=int(np.unique(pairs.area).size),
        status=(Status.FEW if found is None else shown).value,
    )
