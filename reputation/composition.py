"""Show what outlets that come and go do to the tone: a fixed panel, and the baseline's outlet mix (method.md B4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from reputation.clustered import ClusterMean, standardised_mean
from reputation.content import Detail
from reputation.correction import correction_for
from reputation.coverage import outlets_covered
from reputation.figures import UNCORRECTED, Drawn, figure
from reputation.index import CELL, News, until
from reputation.series import MIN_EVENTS, NET_TONE_FORMULA, Series, beside_tone, degrees, tone_interval
from store.days import Window
from store.goals import Status

CLASSES = ("national", "regional", "local")
UNCLASSIFIED = "unclassified"

NEIGHBOURS = {"local": ("regional", "national"), "regional": ("local", "national"), "national": ("regional", "local"),
              UNCLASSIFIED: CLASSES[::-1]}
"""Class → where it goes when a window has too few texts of it, the nearest first; fixed in advance."""

MIN_OF_CLASS = 2
"""A class of the mix with one text has no spread of its own: the error would come out too small."""


def panel(news: News) -> frozenset[str]:
    """Return the outlets collected in every window that is over and has any collection, with or without stories."""
    over = [window for window in news.windows if until(window, news.newest) is None]
    covered = [outlets for window in over or news.windows if (outlets := outlets_covered(window, news.spans))]
    return frozenset.intersection(*covered) if covered else frozenset()


def class_shares(news: News, baseline: Window | None, areas: Sequence[str]) -> Mapping[str, float]:
    """Return the share of each outlet class among the baseline's texts, all ``areas`` pooled; empty without any.

    ``areas`` should be the fifteen: a comparison area must not move the mix they are held to.
    """
    if baseline is None or baseline not in news.windows:
        return {}
    read = news.mentions[
        (news.mentions["window"] == news.windows.index(baseline)) & news.mentions["lead_tone"].notna()
        & news.mentions["area"].isin(list(areas))
    ]
    return {str(key): float(share) for key, share in classes_of(read).value_counts(normalize=True).sort_index().items()}


def classes_of(read: pd.DataFrame) -> pd.Series[str]:
    """Name the outlet class of each text."""
    return read["class_"].where(read["class_"].isin(CLASSES), UNCLASSIFIED)


def composition_figures(news: News, base: Sequence[Drawn], shares: Mapping[str, float]) -> list[Drawn]:
    """Estimate ``net_tone.panel`` and ``net_tone.mix`` wherever the raw net tone of ``base`` is shown.

    Where it is not, they take its status: a sensitivity never shows what the figure itself may not.
    """
    members = panel(news)
    read_any = news.mentions.loc[news.mentions["lead_tone"].notna(), [*CELL, "class_"]]
    cells = dict(tuple(read_any.groupby(["area", "window"], sort=False)))
    result: list[Drawn] = []
    for raw in base:
        if raw.estimate.indicator != "net_tone":
            continue
        area, number = raw.estimate.area, _number(news.windows, raw)
        window = news.windows[number]
        if not raw.shown:
            result += [Drawn(figure(f"net_tone.{name}", area, window, Status(raw.estimate.status),
                                    correction=raw.estimate.correction)) for name in ("panel", "mix")]
            continue
        read = cells[(area, number)]
        result.append(_panel(area, window, read, members, news))
        correction = correction_for(read["copy_group"], news.coded.get(area))
        result.append(_mix(Series(area, window, read, {}, correction), shares))
    return result


def collapse(counts: Mapping[str, int], shares: Mapping[str, float]) -> dict[str, str]:
    """Say which classes of the mix take the place of another because the window has too few texts of them.

    A class goes to its neighbour on the line national – regional – local that is nearest to it, the smaller outlets
    first; what is not classified goes to the local ones. Source: method.md B4, *collapse first*.
    """
    merged: dict[str, str] = {}
    left = dict(counts)
    for name in (UNCLASSIFIED, *reversed(CLASSES)):
        if shares.get(name, 0) > 0 and left.get(name, 0) < MIN_OF_CLASS:
            into = next((each for each in NEIGHBOURS[name] if each not in merged and left.get(each, 0) > 0), None)
            if into is None:
                continue
            merged = {one: into if other == name else other for one, other in merged.items()} | {name: into}
            left[into] += left.pop(name, 0)
    return merged


def _summed(shares: Mapping[str, float], merged: Mapping[str, str]) -> dict[str, float]:
    result: dict[str, float] = {}
    for name, share in shares.items():
        into = merged.get(name, name)
        result[into] = result.get(into, 0.0) + share
    return result


def _number(windows: Sequence[Window], drawn: Drawn) -> int:
    return next(at for at, each in enumerate(windows) if each.first.isoformat() == drawn.estimate.first)


def _panel(area: str, window: Window, read: pd.DataFrame, members: frozenset[str], news: News) -> Drawn:
    inside = read[read["outlet"].isin(members)]
    if not members:
        return Drawn(figure("net_tone.panel", area, window, Status.NOT_COLLECTED, correction=UNCORRECTED,
                            details={"panel": 0, "reason": "no outlet in every window"}))
    correction = correction_for(inside["copy_group"], news.coded.get(area))
    beside = {**beside_tone(inside, inside, correction, None), "panel": len(members)}
    return Series(area, window, inside, beside, correction).net_tone("net_tone.panel")


def _mix(series: Series, shares: Mapping[str, float]) -> Drawn:
    """Estimate net tone as if the outlet classes had their baseline shares; corrected where the series is."""
    values, label = series.scores("net_tone")
    details: dict[str, Detail] = {"formula": NET_TONE_FORMULA, "dimension": "outlet class"}
    details |= {f"mix.{name}": share for name, share in shares.items()}

    def drawn(status: Status, mean: ClusterMean | None = None, **more: Detail) -> Drawn:
        return Drawn(figure("net_tone.mix", series.area, series.window, status, n=len(values), correction=label,
                            details={**details, **more}), mean)

    if not shares:
        return drawn(Status.NO_BASELINE)
    classes = classes_of(series.read)
    merged = collapse({name: int((classes == name).sum()) for name in (*CLASSES, UNCLASSIFIED)}, shares)
    classes, shares = classes.replace(merged), _summed(shares, merged)
    names = sorted(shares)
    if len(names) == 1 and merged:
        return drawn(Status.FEW, reason="too few texts in every class but one")
    scarce = [name for name in names if int((classes == name).sum()) < MIN_OF_CLASS]
    if scarce:
        return drawn(Status.FEW, reason=f"too few texts of class {scarce[0]}")
    if merged:
        details["collapsed"] = ", ".join(f"{name} → {into}" for name, into in sorted(merged.items()))
    inside = classes.isin(names).to_numpy()
    if np.unique(series.events[inside]).size < MIN_EVENTS:
        return drawn(Status.FEW, reason="too few events in the mix")
    codes = classes[inside].map({name: at for at, name in enumerate(names)}).to_numpy(dtype=np.int64)
    mean = standardised_mean(values[inside], series.events[inside], codes,
                             dict(enumerate(shares[name] for name in names)))
    df = degrees(mean, None if label == UNCORRECTED or series.correction is None else series.correction.n)
    ends = tone_interval(mean, df)
    if ends is None:
        return drawn(Status.IMPRECISE, reason="no interval")
    details |= {"events": mean.events, "g_eff": mean.g_eff, "df": df, "interval": "t, events"}
    return Drawn(figure("net_tone.mix", series.area, series.window, Status.OK, value=mean.value, se=mean.se,
                        interval=ends, n=mean.n, correction=label, details=details), mean, df)
