"""Say what the news say of an area in a window, with the error that events and the reader make (method.md B1-B5).

The series shown first reads title and lead of texts whose title or lead names the area, at every text level; the
full-text series stands beside it where at least 80 % of the texts are held in full. A figure of tone rests on events:
below fifteen it is not shown, the counts are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd

from nlp.unique import ABOUT, event_codes
from reputation.clustered import ClusterMean, Floats, cluster_mean, event_weights
from reputation.content import Detail
from reputation.correction import Correction, corrected, correction_for
from reputation.coverage import Span, collected, feed_days
from reputation.figures import UNCORRECTED, Drawn, figure
from store.days import Window
from store.goals import Status
from surveys.intervals import korn_graubard, t_interval

MIN_EVENTS = 15
"""Simulated coverage falls short below this (method.md B3)."""

FULL_SHARE = 0.80
"""The full-text series needs this share of texts held in full (method.md B4)."""

NET_TONE_FORMULA = "(P-N)/(P+U+N)"

TONES = ("net_tone", "negative_share", "neutral_share", "positive_share")
TOLD = ("stigma_share", "unsafe_share.news")
COUNTS = ("mentions", "about", "events", "reach")
SENSITIVITIES = ("net_tone.events", "net_tone.full")


@dataclass(frozen=True)
class News:
    """Everything the index is made from."""

    mentions: pd.DataFrame
    """what :func:`nlp.unique.unique_mentions` gives, with ``window`` (index into ``windows``, -1 outside) and
    ``code`` (event number)"""
    windows: tuple[Window, ...]
    areas: tuple[str, ...]
    spans: tuple[Span, ...]
    coded: Mapping[str, pd.DataFrame]
    """area → texts hand-coded reliably (see :func:`reputation.correction.correction_for`)"""
    unreliable: Mapping[str, float]
    """area → alpha of its hand-coded sample where that is too low: its tone is withheld"""
    stories: Mapping[Window, int]
    """texts (copies once) that own feeds brought, any subject"""


def arrange(mentions: pd.DataFrame, windows: Sequence[Window]) -> pd.DataFrame:
    """Number the window (they must not overlap) and the event of each mention."""
    first = np.array([np.datetime64(each.first) for each in windows], dtype="datetime64[D]")
    last = np.array([np.datetime64(each.last) for each in windows], dtype="datetime64[D]")
    days = mentions["day"].to_numpy(dtype="datetime64[D]") if len(mentions) else np.array([], dtype="datetime64[D]")
    position = np.searchsorted(first, days, side="right") - 1
    inside = (position >= 0) & (days <= last[np.maximum(position, 0)])
    return mentions.assign(window=np.where(inside, position, -1), code=event_codes(mentions))


def news_figures(news: News) -> list[Drawn]:
    """Estimate every news indicator of every area and window, except change and outlet composition."""
    cells = dict(tuple(news.mentions.groupby(["area", "window"], sort=False)))
    result: list[Drawn] = []
    for area in news.areas:
        for number, window in enumerate(news.windows):
            cell = cells.get((area, number), news.mentions.iloc[0:0])
            if not collected(window, area, news.spans) and cell.empty:
                result += _nothing(area, window, Status.NOT_COLLECTED)
            else:
                result += _cell(area, window, cell, news)
    return result


def _nothing(area: str, window: Window, status: Status) -> list[Drawn]:
    names = (*COUNTS, "coverage_share", *TONES, *TOLD, *SENSITIVITIES)
    return [Drawn(figure(name, area, window, status, correction=_kept(name))) for name in names]


def _kept(indicator: str) -> str:
    return "" if indicator in (*COUNTS, "coverage_share") else UNCORRECTED


def _cell(area: str, window: Window, cell: pd.DataFrame, news: News) -> list[Drawn]:
    about = cell[cell["role"].isin(ABOUT)]
    counts = {"mentions": len(cell), "about": len(about), "events": about["code"].nunique(),
              "reach": int(about["copies"].sum())}
    result = [Drawn(figure(name, area, window, Status.OK, value=count, n=count)) for name, count in counts.items()]
    result.append(_coverage(area, window, about, news))
    read = cell[cell["lead_tone"].notna()]
    correction = correction_for(read["copy_group"], news.coded.get(area))
    unreliable = news.unreliable.get(area)
    beside = beside_tone(about, read, correction, unreliable)
    result += tone_figures(area, window, read, correction, beside, unreliable=unreliable is not None)
    result.append(_full(area, window, about, unreliable=unreliable is not None))
    return result


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
        "reader": ", ".join(sorted(set(read["version"].dropna()))),
    }


def tone_figures(
    area: str, window: Window, read: pd.DataFrame, correction: Correction | None, beside: Mapping[str, Detail], *,
    unreliable: bool = False,
) -> list[Drawn]:
    """Estimate net tone, its shares, the event-weighted variant, stigma and unsafe shares of one area and window.

    ``read`` holds the texts of the series shown first. With a ``correction`` the scores of method.md B5 take the place
    of the automatic codes; stigma is a count of words and is never corrected.
    """
    tone = read["lead_tone"].to_numpy(dtype=np.float64)
    columns: dict[str, Floats] = {
        "net_tone": tone, "negative_share": (tone == -1).astype(float), "neutral_share": (tone == 0).astype(float),
        "positive_share": (tone == 1).astype(float),
        "stigma_share": read["stigma"].fillna("[]").ne("[]").to_numpy().astype(np.float64),
        "unsafe_share.news": read["safety"].eq("unsafe").to_numpy().astype(np.float64),
    }
    coded_as = {"net_tone": "tone", "negative_share": "negative", "neutral_share": "neutral",
                "positive_share": "positive", "unsafe_share.news": "unsafe"}
    series = _Series(area, window, read, beside)
    result: list[Drawn] = []
    for name, values in columns.items():
        scores, label = values, UNCORRECTED
        source = coded_as.get(name)
        if correction is not None and source is not None and correction.coded[source].notna().sum() >= correction.n:
            scores = corrected(values, correction.coded[source], correction.coded["probability"],
                               values if name == "unsafe_share.news" else tone)
            label = correction.label
        withheld = unreliable and name != "stigma_share"
        if name == "net_tone":
            result.append(series.net_tone(name, scores, label, withheld=withheld, read_as=values))
            result.append(series.net_tone("net_tone.events", scores, label, withheld=withheld, by_event=True))
        else:
            result.append(series.share(name, scores, label, withheld=withheld))
    return result


@dataclass(frozen=True)
class _Series:
    """One area and window of one series of texts."""

    area: str
    window: Window
    read: pd.DataFrame
    beside: Mapping[str, Detail]
    version_column: str = "version"

    def net_tone(self, name: str, scores: Floats, label: str, *, withheld: bool, by_event: bool = False,
                 read_as: Floats | None = None) -> Drawn:
        codes = self.read["code"].to_numpy()
        weights = event_weights(codes) if by_event and len(codes) else None
        details: dict[str, Detail] = {
            **self.beside, "formula": NET_TONE_FORMULA,
            "weights": "1 / texts of the event" if by_event else "1",
        }
        shown = {} if read_as is None or not len(read_as) else {"as_read": float(read_as.mean())}
        return self._drawn(name, scores, weights, label, details, withheld, self._t, shown)

    def share(self, name: str, scores: Floats, label: str, *, withheld: bool) -> Drawn:
        return self._drawn(name, scores, None, label, {**self.beside}, withheld, self._beta)

    def _t(self, mean: ClusterMean, scores: Floats, df: float) -> tuple[tuple[float, float] | None, str]:
        return (t_interval(mean.value, mean.variance, df) if mean.variance > 0 else None), "t, events"

    def _beta(self, mean: ClusterMean, scores: Floats, df: float) -> tuple[tuple[float, float] | None, str]:
        return share_interval(mean), "korn-graubard, events"

    def _drawn(
        self, name: str, scores: Floats, weights: Floats | None, label: str, details: dict[str, Detail],
        withheld: bool, interval: Callable[[ClusterMean, Floats, float], tuple[tuple[float, float] | None, str]],
        if_shown: Mapping[str, Detail] = MappingProxyType({}),
    ) -> Drawn:
        codes = self.read["code"].to_numpy()
        events = int(np.unique(codes).size)
        details["events"] = events
        blank = figure(name, self.area, self.window, Status.UNRELIABLE if withheld else Status.FEW, n=len(scores),
                       correction=label, details=details)
        if withheld or events < MIN_EVENTS:
            return Drawn(blank)
        mean = cluster_mean(scores, codes, weights)
        df = degrees(mean, int(details.get("coded") or 0) if label != UNCORRECTED else None)
        ends, how = interval(mean, scores, df)
        details |= {
            **if_shown, "g_eff": mean.g_eff, "leave_out_low": mean.low_without, "leave_out_high": mean.high_without,
            "one_event": int(mean.one_event) if name.startswith("net_tone") else None, "interval": how,
            "df": df, "se_linear": float(np.sqrt(mean.variance_linear)),
        }
        if ends is None:  # no spread among the events, or a corrected share outside 0..1: no interval can be given
            return Drawn(figure(name, self.area, self.window, Status.IMPRECISE, n=len(scores), correction=label,
                                details=details))
        versions = tuple(sorted(set(self.read[self.version_column].dropna())))
        return Drawn(
            figure(name, self.area, self.window, Status.OK, value=mean.value, se=mean.se, interval=ends,
                   n=len(scores), correction=label, details=details),
            mean, df, versions, float((self.read["level"] == "title").mean()),
        )


def degrees(mean: ClusterMean, coded: int | None) -> float:
    """Give degrees of freedom: G_eff - 1, and with hand-coding no more than coded texts - 1."""
    smallest = mean.g_eff if coded is None else min(mean.g_eff, coded)
    return max(smallest - 1, 1.0)


def share_interval(mean: ClusterMean) -> tuple[float, float] | None:
    """Give the Korn-Graubard interval of a share over events; ``None`` where the share lies outside 0..1.

    Where no or every text counts there is no variance, and the number of events takes the place of p(1-p)/V: texts of
    one event are no independent evidence.
    """
    if not 0 <= mean.value <= 1:
        return None
    df = mean.events - 1
    if mean.variance > 0:
        found = korn_graubard(mean.value, mean.variance, mean.n, 1, df)  # 1: neither none nor all
    else:
        count = round(mean.value * mean.events)
        found = korn_graubard(mean.value, mean.value * (1 - mean.value) / mean.events, mean.events, count, df)
    return found.low, found.high


def _full(area: str, window: Window, about: pd.DataFrame, *, unreliable: bool) -> Drawn:
    """Estimate net tone on the full texts; the lead series' hand codes don't correct what another basis reads."""
    share = float((about["level"] == "full").mean()) if len(about) else 0.0
    read = about[about["full_tone"].notna()]
    beside: dict[str, Detail] = {
        "about": len(about), "full_share": share, "basis": "full text", "roles": "headline, lead, focus",
        "copies": int(read["copies"].sum() - len(read)), "outlets": int(read["outlet"].nunique()),
        "reader": ", ".join(sorted(set(read["version_full"].dropna()))),
    }
    if share < FULL_SHARE:
        beside["reason"] = "full text" if len(about) else "no texts"
        status = Status.NOT_COLLECTED if len(about) else Status.FEW
        return Drawn(figure("net_tone.full", area, window, status, n=len(read), correction=UNCORRECTED,
                            details=beside))
    tone = read["full_tone"].to_numpy(dtype=np.float64)
    series = _Series(area, window, read, beside, "version_full")
    return series.net_tone("net_tone.full", tone, UNCORRECTED, withheld=unreliable)


def _coverage(area: str, window: Window, about: pd.DataFrame, news: News) -> Drawn:
    """Give the share of all stories; only own feeds hold every story, an archive query holds what it asked for."""
    days, total = feed_days(window, news.spans), news.stories.get(window, 0)
    if days is None or total == 0:
        return Drawn(figure("coverage_share", area, window, Status.NOT_COLLECTED))
    fed = int(about["from_feed"].astype(bool).sum())
    return Drawn(figure(
        "coverage_share", area, window, Status.OK, value=fed / total, n=fed,
        details={"count": fed, "total": total, "from": days.first.isoformat(), "to": days.last.isoformat()},
    ))


def estimates_of(drawn: Iterable[Drawn]) -> dict[tuple[str, str], list[Drawn]]:
    """Arrange figures as series: (indicator, area) → figures in the order of windows."""
    result: dict[tuple[str, str], list[Drawn]] = {}
    for each in drawn:
        result.setdefault((each.estimate.indicator, each.estimate.area), []).append(each)
    return result

