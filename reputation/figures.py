"""Make published figures: rounded, with a status, and never a value that its status forbids."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from reputation.clustered import ClusterMean
from reputation.content import Detail, Estimate
from store.days import Window
from store.goals import Status

METHOD = "1"
"""Version of the news method; raise it when a formula or a threshold changes."""

SE_DECIMALS = 5
VALUE_DECIMALS = 4
COVERAGE_DECIMALS = 6
"""An area is some ten-thousandths of all that is written."""
INDEX_DECIMALS = 2
"""The index runs 0–100; everything else is a share, a count or -1..1."""

UNCORRECTED = "uncorrected"


@dataclass(frozen=True)
class Drawn:
    """A published figure with the unrounded mean behind it, from which changes are made."""

    estimate: Estimate
    mean: ClusterMean | None = None
    """absent where the figure is not shown"""
    df: float | None = None
    versions: Mapping[str, float] = field(default_factory=dict)
    """backend version → share of the texts behind it"""
    title_share: float = 0.0
    """share of its articles of which only the title is held"""

    @property
    def shown(self) -> bool:
        """Whether the value may be seen."""
        return Status(self.estimate.status).shown


def rounded(value: float | None, decimals: int) -> float | None:
    """Round half to even, give ``None`` for NaN and infinities, never ``-0.0``."""
    if value is None or not math.isfinite(value):
        return None
    return round(float(value), decimals) + 0.0


def decimals_of(indicator: str) -> int:
    """How many decimals a value of ``indicator`` is published with."""
    if indicator == "coverage_share":
        return COVERAGE_DECIMALS
    return INDEX_DECIMALS if indicator.startswith("safety_index") else VALUE_DECIMALS


def figure(
    indicator: str, area: str, window: Window, status: Status, *, wave: str = "", value: float | None = None,
    se: float | None = None, interval: tuple[float, float] | None = None, n: int | None = None, correction: str = "",
    method: str = METHOD, details: Mapping[str, Detail] | None = None,
) -> Estimate:
    """Build one figure; a status that hides takes value, error and interval away and leaves n and the details."""
    decimals = decimals_of(indicator)
    low, high = interval if interval is not None else (None, None)
    hidden = not status.shown
    return Estimate(
        indicator=indicator, area=area, first=window.first.isoformat(), last=window.last.isoformat(), wave=wave,
        value=None if hidden else rounded(value, decimals), se=None if hidden else rounded(se, SE_DECIMALS),
        low=None if hidden else rounded(low, decimals), high=None if hidden else rounded(high, decimals),
        n=n, status=status.value, correction=correction, method=method,
        details={key: rounded(each, VALUE_DECIMALS) if isinstance(each, float) else each
                 for key, each in sorted((details or {}).items()) if each is not None},
    )
