"""Hold the figures of perceived safety of one wave and area, and their change between two waves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from store.goals import Status
from surveys.area_weighting import Weighting
from surveys.items import Bridge, Reason

CONCEPT = "tryghed"
"""What the report is about; other concepts of a codebook are estimated where they are named."""

METHOD_VERSION = "surveys-2"
"""Stored with every estimate; raised when a formula changes a figure."""

INDICATORS = ("safe_share", "neither_share", "unsafe_share", "dont_know_share", "safety_index")
"""Shares in 0..1, the index in 0..100 (100 safest)."""


@dataclass(frozen=True)
class Figure:
    """One figure of one wave and area.

    ``value``, ``se``, ``low`` and ``high`` are ``None`` exactly where ``status`` is not a shown one; ``n`` too where
    it would give a hidden count away.
    """

    indicator: str
    value: float | None
    se: float | None
    low: float | None
    high: float | None
    n: int | None
    """valid answers; of ``dont_know_share`` everyone who gave any code (blanks excluded)"""
    n_eff: float | None
    df: float | None
    interval: str
    """korn-graubard, nchs, clopper-pearson (0 or all), hypergeometric, t; empty where hidden"""
    deff: float | None
    """design effect against simple random sampling without replacement"""
    variance: str
    """calibrated, weights fixed"""
    fpc: bool
    status: Status
    reason: str
    """key of the rule that hid or flagged it, empty when it is simply shown: cell, companion, n, n_eff, width,
    relative_width, complement_width, extreme, df, guard, weights, unweighted, not asked"""
    se_endless: float | None = None
    """standard error without finite population correction: for statements of a process, not of those who live there"""
    shift: float | None = None
    """what keeping the weights in bounds did to the value; ``None`` where they were in them"""
    count: int | None = field(default=None, repr=False, compare=False)
    """answers that have the property, unweighted: for :func:`hide_companions` only, ``None`` after it; not to print"""


@dataclass(frozen=True)
class AreaWave:
    """Everything the report prints of one area in one wave."""

    wave: str
    area: str
    instrument: str
    institute: str
    mode: tuple[str, ...]
    language: str
    fieldwork_from: str
    fieldwork_to: str
    item: str
    """id of the item the shares are of"""
    wording: str
    scale: tuple[int, int]
    safe_pole: str
    safe: tuple[int, ...]
    unsafe: tuple[int, ...]
    index_items: tuple[str, ...]
    population: int | None
    invited: int | None
    answered: int | None
    """as the institute states it, else respondents in the store; ``None`` where so few are a small cell"""
    response_rate: float | None
    """answered / invited"""
    respondents: int
    weighting: Weighting | None
    """``None`` where there is no respondent"""
    figures: Mapping[str, Figure]
    """by indicator; all of :data:`INDICATORS`"""
    dont_know_bounds: tuple[float, float] | None
    """safe share if every *ved ikke* were unsafe, and if every one were safe; ``None`` where hidden"""
    code_counts: Mapping[int, int] | None = field(default=None, repr=False, compare=False)
    """answers by code of the item, unweighted: for :func:`hide_companions` only, ``None`` after it; not to print"""


@dataclass(frozen=True)
class Change:
    """One indicator of an area from one wave to a later one."""

    indicator: str
    area: str
    first_wave: str
    wave: str
    value: float | None
    """later minus earlier, same unit as the indicator"""
    se: float | None
    low: float | None
    high: float | None
    p: float | None
    """two-sided, unadjusted; adjust over the areas with :func:`surveys.change.benjamini_hochberg`"""
    n_first: int | None
    n: int | None
    n_both: int
    """persons in both waves (panel overlap); 0 too where they are fewer than 10"""
    covariance: str
    """independent, panel, panel below 10: taken as 0"""
    detectable: float | None
    """smallest change seen with 80 % power"""
    interval: str
    """normal, or newcombe where a share is small; empty where there is none"""
    status: Status
    """ok, footnoted, break, no survey, or the status of the figure that is hidden"""
    reasons: tuple[Reason, ...]
    """why the waves can't be compared, in keys and fields the report puts into words"""
    items: tuple[str, ...] = ()
    """ids of the items that an index is compared over, as the later wave calls them; empty for shares"""
    bridges: tuple[Bridge, ...] = ()
    """crossed on the way; the difference of an estimated one is taken off, and its uncertainty is in ``se``"""


@dataclass(frozen=True)
class WaveLine:
    """One wave and what it may be compared with."""

    id: str
    instrument: str
    institute: str
    mode: tuple[str, ...]
    language: str
    fieldwork_from: str
    fieldwork_to: str
    item: str
    wording: str
    scale: str
    """``1–7, low = safe``"""
    cut: str
    """``1 2 3 | 4 | 5 6 7``"""
    areas: tuple[str, ...]
    comparable_with: tuple[str, ...]
    """ids of earlier waves"""
    break_reasons: tuple[Reason, ...]
    """against the wave before it (by fieldwork); empty where comparable, or first; a bridge over it stands last"""
