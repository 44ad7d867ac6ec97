"""Estimate figures over the texts of one area and window, read one way: title and lead, or in full."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reputation.clustered import ClusterMean, Floats, Ints, cluster_mean, event_weights
from reputation.content import Detail
from reputation.correction import Correction, corrected
from reputation.figures import UNCORRECTED, Drawn, figure
from reputation.leaveout import driven_by_one_event, event_bootstrap
from store.days import Window
from store.goals import Status
from surveys.intervals import korn_graubard, t_interval

MIN_EVENTS = 15
"""Simulated coverage falls short below this (method.md B3)."""

NET_TONE_FORMULA = "(P-N)/(P+U+N)"

SHARES = ("negative_share", "neutral_share", "positive_share", "stigma_share", "unsafe_share.news", "safe_share.news")

ROLE_WEIGHTS = {"headline": 3.0, "lead": 2.0}
"""Fixed in advance (method.md B1); texts with the area further down have no tone in title and lead."""

_CODED_AS = {"net_tone": "tone", "negative_share": "negative", "neutral_share": "neutral",
             "positive_share": "positive", "unsafe_share.news": "unsafe", "safe_share.news": "safe"}
"""Indicator → column of hand codes that corrects it; stigma is a count of words and is never corrected."""


@dataclass(frozen=True)
class Scored:
    """What each of n texts says of one indicator."""

    values: Floats
    """as read"""
    scores: Floats
    """corrected where a hand-coded sample can; else as read"""
    label: str
    """the correction in a word"""


@dataclass(frozen=True)
class Texts:
    """What figures without weights need of n texts, as arrays: to cut a table into quarters costs more than they do."""

    events: Ints
    versions: NDArray[np.int64]
    """which of ``names``; -1: none"""
    names: tuple[str, ...]
    """versions of the reader, in their order"""
    titles: NDArray[np.bool_]
    """of which only the title is held"""

    def some(self, rows: NDArray[np.bool_]) -> Texts:
        """Return some of them."""
        return Texts(self.events[rows], self.versions[rows], self.names, self.titles[rows])


@dataclass(frozen=True)
class Series:
    """The texts of an area and window whose tone is read."""

    area: str
    window: Window
    read: pd.DataFrame
    """rows of :class:`reputation.index.News`"""
    beside: Mapping[str, Detail]
    """what is printed beside every figure"""
    correction: Correction | None = None
    withheld: bool = False
    """coders don't agree what tone is: no figure of it is shown"""
    tone_column: str = "lead_tone"
    version_column: str = "version"
    seed: int = 2018
    """of the event bootstrap"""
    held: Mapping[str, Scored] | None = None
    """by indicator, where the texts are a part of a longer window that was corrected whole"""

    own: Texts | None = None
    """of such a part, whose ``read`` is still the whole window's"""

    @cached_property
    def tone(self) -> Floats:
        """-1, 0, 1; (n,)"""
        return self.read[self.tone_column].to_numpy(dtype=np.float64)

    @cached_property
    def texts(self) -> Texts:
        """What every figure needs of the texts."""
        if self.own is not None:
            return self.own
        codes, names = pd.factorize(self.read[self.version_column], sort=True)
        return Texts(self.read["code"].to_numpy(dtype=np.int64), codes, tuple(map(str, names)),
                     self.read["level"].eq("title").to_numpy(dtype=np.bool_))

    @property
    def events(self) -> Ints:
        """(n,)"""
        return self.texts.events

    @cached_property
    def _versions(self) -> Mapping[str, float]:
        found = np.bincount(self.texts.versions[self.texts.versions >= 0], minlength=len(self.texts.names))
        return {name: float(count / found.sum()) for name, count in zip(self.texts.names, found, strict=True) if count}

    @cached_property
    def _title_share(self) -> float:
        return float(self.texts.titles.mean())

    @cached_property
    def _size(self) -> int:
        return int(np.unique(self.events).size)

    def part(self, rows: NDArray[np.bool_], window: Window) -> Series:
        """Return the series of some of the texts, with the scores that the whole window's correction gave them.

        It has net tone and the shares, without weights.
        """
        return replace(
            self, window=window, own=self.texts.some(rows),
            held={name: Scored(each.values[rows], each.scores[rows], each.label)
                  for name in ("net_tone", *SHARES) for each in [self.scored(name)]},
        )

    def net_tone(self, name: str, *, weighting: Literal["", "event", "role"] = "") -> Drawn:
        """Estimate net tone; weighted by *event*, each counts alike, by *role*, as :data:`ROLE_WEIGHTS` say."""
        told = {"": "1", "event": "1 / texts of the event", "role": "3 headline, 2 lead"}[weighting]
        details: dict[str, Detail] = {**self.beside, "formula": NET_TONE_FORMULA, "weights": told}
        weights: Floats | None = None
        assert not weighting or self.own is None
        if weighting == "event" and self._size:
            weights = event_weights(self.events)
        elif weighting == "role":
            weights = np.asarray(self.read["role"].map(ROLE_WEIGHTS), dtype=np.float64)
        return self._drawn(name, "net_tone", weights, details)

    def share(self, name: str) -> Drawn:
        """Estimate the share of texts that have what ``name``, one of :data:`SHARES`, says."""
        return self._drawn(name, name, None, {**self.beside})

    def _values(self, name: str) -> Floats:
        if name == "net_tone":
            return self.tone
        if name == "stigma_share":
            found = self.read["stigma"].fillna("[]").ne("[]").to_numpy()
        elif name in ("unsafe_share.news", "safe_share.news"):
            found = self.read["safety"].eq(name.partition("_")[0]).to_numpy()
        else:
            found = self.tone == {"negative_share": -1, "neutral_share": 0, "positive_share": 1}[name]
        return np.asarray(found, dtype=np.float64)

    def scores(self, indicator: str) -> tuple[Floats, str]:
        """Return each text's value, corrected where a hand-coded sample can, and the correction in a word."""
        each = self.scored(indicator)
        return each.scores, each.label

    def scored(self, indicator: str) -> Scored:
        """Return what each text says of ``indicator``, worked out once."""
        if indicator not in self._known:
            self._known[indicator] = Scored(self._values(indicator), *self._corrected(indicator))
        return self._known[indicator]

    @cached_property
    def _known(self) -> dict[str, Scored]:
        return dict(self.held or {})

    def _corrected(self, indicator: str) -> tuple[Floats, str]:
        values, column = self._values(indicator), _CODED_AS.get(indicator)
        if self.correction is None or column is None:
            return values, UNCORRECTED
        coded = self.correction.coded
        if coded[column].notna().sum() < self.correction.n:  # safety was not coded beside tone
            return values, UNCORRECTED
        classes = values if column in ("unsafe", "safe") else self.tone
        return corrected(values, coded[column], coded["probability"], classes), self.correction.label

    def _drawn(self, name: str, indicator: str, weights: Floats | None, details: dict[str, Detail]) -> Drawn:
        scores, label = self.scores(indicator)
        details["events"] = self._size
        withheld = self.withheld and indicator != "stigma_share"
        if withheld or self._size < MIN_EVENTS:
            status = Status.UNRELIABLE if withheld else Status.FEW
            return Drawn(figure(name, self.area, self.window, status, n=len(scores), correction=label, details=details))
        mean = cluster_mean(scores, self.events, weights)
        coded = None if label == UNCORRECTED or self.correction is None else self.correction.n
        df = degrees(mean, coded)
        tone = indicator == "net_tone"
        ends = tone_interval(mean, df) if tone else share_interval(mean)
        if ends is None:
            return Drawn(figure(name, self.area, self.window, Status.IMPRECISE, n=len(scores), correction=label,
                                details={**details, "reason": "no interval"}))
        details |= {
            "g_eff": mean.g_eff, "leave_out_low": mean.low_without, "leave_out_high": mean.high_without,
            "df": df, "se_linear": float(np.sqrt(mean.variance_linear)),
            "interval": "t, events" if tone else "korn-graubard, events",
            "one_event": int(driven_by_one_event(scores, self.events, weights, coded=coded)) if tone else None,
            "se_bootstrap": event_bootstrap(scores, self.events, seed=self.seed)
            if name == "net_tone" and self.held is None else None,
            "as_read": float(np.average(self.scored(indicator).values, weights=weights)),
        }
        return Drawn(
            figure(name, self.area, self.window, Status.OK, value=mean.value, se=mean.se, interval=ends,
                   n=len(scores), correction=label, details=details),
            mean, df, self._versions, self._title_share,
        )


def beside_tone(about: pd.DataFrame, read: pd.DataFrame, correction: Correction | None, unreliable: float | None
                ) -> dict[str, Detail]:
    """Gather what is printed beside every figure of tone (method.md C3)."""
    return {
        "about": len(about), "copies": int(read["copies"].sum() - len(read)),
        "outlets": int(read["outlet"].nunique()), "basis": "title and lead", "roles": "headline, lead",
        "teaser_share": float((read["level"] != "full").mean()) if len(read) else None,
        "coded": None if correction is None else correction.n,
        "alpha": unreliable if correction is None else correction.alpha,
        "sample": None if correction is None else correction.sample,
        "reader": ", ".join(sorted(read["version"].dropna().unique())),
    }


def degrees(mean: ClusterMean, coded: int | None) -> float:
    """Give degrees of freedom: G_eff - 1, and with hand-coding no more than coded texts - 1."""
    smallest = mean.g_eff if coded is None else min(mean.g_eff, coded)
    return max(smallest - 1, 1.0)


def tone_interval(mean: ClusterMean, df: float) -> tuple[float, float] | None:
    """Give the t interval of a net tone; ``None`` where events have no spread, so that none can be given."""
    return t_interval(mean.value, mean.variance, df) if mean.variance > 0 else None


def share_interval(mean: ClusterMean) -> tuple[float, float] | None:
    """Give the Korn-Graubard interval of a share over events; ``None`` where the share lies outside 0..1.

    Where no or every text counts there is no variance, and the number of events takes the place of p(1-p)/V: texts of
    one event are no independent evidence.
    """
    if not 0 <= mean.value <= 1:  # a correction may carry a share there: no figure
        return None
    df = mean.events - 1
    if mean.variance > 0:
        found = korn_graubard(mean.value, mean.variance, mean.n, 1, df)  # 1: neither none nor all
    else:
        count = round(mean.value * mean.events)
        found = korn_graubard(mean.value, mean.value * (1 - mean.value) / mean.events, mean.events, count, df)
    return found.low, found.high
