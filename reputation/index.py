"""Say what the news say of an area in a window, with the error that events and the reader make (method.md B1-B5).

The series shown first reads title and lead of texts whose title or lead names the area, at every text level; the
full-text series stands beside it where at least 80 % of the texts are held in full. A figure of tone rests on events:
below fifteen it is not shown, the counts are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from nlp.unique import ABOUT, event_codes
from reputation.content import Detail
from reputation.correction import Correction, correction_for
from reputation.coverage import Span, collected, gap_days, sources
from reputation.figures import UNCORRECTED, Drawn, figure
from reputation.misread import MISREAD, misread_figures
from reputation.sensitivities import FORMULA_NAMES, formula_figures
from reputation.series import SHARES, Series, beside_tone
from reputation.stories import Covered
from store.days import Window
from store.goals import Status

PARTIAL_DAYS = 31
"""A window that the data end more than this before is not over yet: its counts are no year's counts."""

FULL_SHARE = 0.80
"""The full-text series needs this share of texts held in full (method.md B4)."""

CELL = ["area", "window", "role", "code", "copies", "copy_group", "outlet", "level", "from_feed", "stigma", "safety",
        "lead_tone", "version", "full_tone", "version_full"]
"""What figures of a window are made from: every column more has its price for every window."""

COUNTS = ("mentions", "about", "events", "reach")
SENSITIVITIES = ("net_tone.events", "net_tone.roles", "net_tone.full", *FORMULA_NAMES, *MISREAD)


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
    newest: date | None
    """newest day in the data"""
    stories: Mapping[tuple[str, Window], Covered]
    """(area, window) → its articles among all that are known of, any subject"""
    seed: int = 2018
    """of what is drawn at random: the event bootstrap"""


def arrange(mentions: pd.DataFrame, windows: Sequence[Window]) -> pd.DataFrame:
    """Number the window (they must not overlap) and the event of each mention."""
    first = np.array([np.datetime64(each.first) for each in windows], dtype="datetime64[D]")
    last = np.array([np.datetime64(each.last) for each in windows], dtype="datetime64[D]")
    days = mentions["day"].to_numpy(dtype="datetime64[D]") if len(mentions) else np.array([], dtype="datetime64[D]")
    position = np.searchsorted(first, days, side="right") - 1
    inside = (position >= 0) & (days <= last[np.maximum(position, 0)])
    return mentions.assign(window=np.where(inside, position, -1), code=event_codes(mentions))


def until(window: Window, newest: date | None) -> str | None:
    """Return the day the data end where that is well inside ``window``, else ``None``."""
    return None if newest is None or (window.last - newest).days <= PARTIAL_DAYS else newest.isoformat()


def news_figures(news: News) -> list[Drawn]:
    """Estimate every news indicator of every area and window, except change and outlet composition."""
    mentions = news.mentions[CELL]
    cells = dict(tuple(mentions.groupby(["area", "window"], sort=False)))
    result: list[Drawn] = []
    for area in news.areas:
        for number, window in enumerate(news.windows):
            cell = cells.get((area, number), mentions.iloc[0:0])
            if not collected(window, area, news.spans) and cell.empty:
                result += _nothing(area, window, Status.NOT_COLLECTED)
            else:
                result += _cell(area, window, cell, news)
    return result


def _nothing(area: str, window: Window, status: Status) -> list[Drawn]:
    names = (*COUNTS, "coverage_share", "net_tone", *SHARES, *SENSITIVITIES)
    return [Drawn(figure(name, area, window, status, correction=_kept(name))) for name in names]


def _kept(indicator: str) -> str:
    return "" if indicator in (*COUNTS, "coverage_share") else UNCORRECTED


def _cell(area: str, window: Window, cell: pd.DataFrame, news: News) -> list[Drawn]:
    about = cell[cell["role"].isin(ABOUT)]
    counts = {"mentions": len(cell), "about": len(about), "events": about["code"].nunique(),
              "reach": int(about["copies"].sum())}
    ends: dict[str, Detail] = {"until": until(window, news.newest)}
    gathered: dict[str, Detail] = {"sources": sources(window, area, news.spans),
                                   "gap_days": gap_days(window, area, news.spans, news.newest)}
    result = [Drawn(figure(name, area, window, Status.OK, value=count, n=count,
                           details=ends | gathered if name == "about" else ends))
              for name, count in counts.items()]
    result.append(_coverage(area, window, news))
    read = cell[cell["lead_tone"].notna()]
    correction = correction_for(read["copy_group"], news.coded.get(area))
    unreliable = news.unreliable.get(area)
    lead = Series(area, window, read, beside_tone(about, read, correction, unreliable) | ends, correction,
                  withheld=unreliable is not None, seed=news.seed)
    tone, shares = lead.net_tone("net_tone"), {name: lead.share(name) for name in SHARES}
    result += [tone, lead.net_tone("net_tone.events", weighting="event"),
               lead.net_tone("net_tone.roles", weighting="role"), *shares.values()]
    parts = [shares[f"{name}_share"] for name in ("positive", "neutral", "negative")]
    result += formula_figures(area, window, tone, parts, len(cell) - len(about))
    result += misread_figures(lead, tone, _sample(news, area, correction))
    result.append(_full(area, window, about, unreliable=unreliable is not None))
    return result


def _sample(news: News, area: str, correction: Correction | None) -> pd.DataFrame:
    """Return the area's hand-coded texts of the sample that corrects, of every window, with the tone as read."""
    if correction is None:
        return pd.DataFrame()
    coded = news.coded[area]
    own = news.mentions.loc[news.mentions["area"] == area, ["copy_group", "lead_tone"]]
    return coded[coded["sample"] == correction.sample].merge(own, on="copy_group")


def _full(area: str, window: Window, about: pd.DataFrame, *, unreliable: bool) -> Drawn:
    """Estimate net tone on the full texts; the lead series' hand codes don't correct what another basis reads."""
    share = float((about["level"] == "full").mean()) if len(about) else 0.0
    read = about[about["full_tone"].notna()]
    beside: dict[str, Detail] = {
        "about": len(about), "full_share": share, "basis": "full text", "roles": "headline, lead, focus",
        "copies": int(read["copies"].sum() - len(read)), "outlets": int(read["outlet"].nunique()),
        "reader": ", ".join(sorted(read["version_full"].dropna().unique())),
    }
    if share < FULL_SHARE:
        beside["reason"] = "full text" if len(about) else "no texts"
        status = Status.NOT_COLLECTED if len(about) else Status.FEW
        return Drawn(figure("net_tone.full", area, window, status, n=len(read), correction=UNCORRECTED,
                            details=beside))
    return Series(area, window, read, beside, withheld=unreliable, tone_column="full_tone",
                  version_column="version_full").net_tone("net_tone.full")


def _coverage(area: str, window: Window, news: News) -> Drawn:
    """Give the share of all articles, where it is known how many there were: of own feeds, or as an archive says."""
    known = news.stories.get((area, window))
    if known is None:
        return Drawn(figure("coverage_share", area, window, Status.NOT_COLLECTED))
    beside: dict[str, Detail] = {"count": known.count, "total": known.total, "from": known.first, "to": known.last,
                                 "outlets": known.outlets, "archived": known.archived}
    if known.count > known.total:  # no share: the totals are of something else
        return Drawn(figure("coverage_share", area, window, Status.NOT_COLLECTED, n=known.count,
                            details={**beside, "reason": "total"}))
    return Drawn(figure("coverage_share", area, window, Status.OK, value=known.count / known.total, n=known.count,
                        details=beside))


def estimates_of(drawn: Iterable[Drawn]) -> dict[tuple[str, str], list[Drawn]]:
    """Arrange figures as series: (indicator, area) → figures in the order of windows."""
    result: dict[tuple[str, str], list[Drawn]] = {}
    for each in drawn:
        result.setdefault((each.estimate.indicator, each.estimate.area), []).append(each)
    return result

