"""Set published hand-made media analyses beside our reading of the same window and the same kind of media."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd

from nlp.unique import ABOUT
from reputation.content import AnalysisLine
from reputation.correction import correction_for
from reputation.coverage import collected
from reputation.figures import UNCORRECTED, VALUE_DECIMALS, rounded
from reputation.index import News
from reputation.series import MIN_EVENTS, Series
from store.database import Store
from store.days import Window
from store.goals import Status

WRITTEN_MEDIA = ("print", "web", "agency", "")
"""The hand-made analyses read written media, no tv, radio or web-tv; a medium we don't know is taken for written."""

MIXED = "mixed"
"""A tone that people code and no reader of ours knows."""


def analysis_lines(store: Store, backend: str, news: News) -> list[AnalysisLine]:
    """List every line of every imported analysis with our count of the same theme and tone.

    Ours: texts about the area in the window, copies once, written media. Where tone or theme is asked for, out of those
    whose title or lead names the area, since those are read; a tone is corrected by the hand-coded sample of that
    window where there is one, else *uncorrected*, as themes always are. ``None`` where nothing was collected.
    """
    found = store.rows("SELECT * FROM analyses ORDER BY area_id, window_start, window_end, source_page, theme, tone")
    if not found:
        return []
    mentions = news.mentions
    about = mentions[mentions["role"].isin(ABOUT) & mentions["medium"].isin(WRITTEN_MEDIA)]
    themes = {(row[0], row[1]) for row in store.rows(
        "SELECT t.reading_id, t.theme_id FROM reading_themes t JOIN readings r ON r.id = t.reading_id"
        " WHERE r.basis = 'lead' AND (r.backend = ? OR r.article_id IN (SELECT article_id FROM features))", [backend])}
    result = []
    for row in found:
        window = Window(date.fromisoformat(row["window_start"]), date.fromisoformat(row["window_end"]))
        ours = about[(about["area"] == row["area_id"]) & about["day"].between(row["window_start"], row["window_end"])]
        line = AnalysisLine(
            area=row["area_id"], first=row["window_start"], last=row["window_end"],
            search_string=row["search_string"], n=row["n"], theme=row["theme"], tone=row["tone"], count=row["count"],
            source=row["source_page"], ours_n=None, ours_count=None,
            their_share=rounded(row["count"] / row["n"], VALUE_DECIMALS) if row["n"] else None,
        )
        if ours.empty and not collected(window, row["area_id"], news.spans):
            result.append(line)
        else:
            result.append(_beside(line, window, ours, themes, news))
    return result


def _beside(line: AnalysisLine, window: Window, ours: pd.DataFrame, themes: set[tuple[int, str]], news: News
            ) -> AnalysisLine:
    """Add our count, and the share with its interval where one tone is asked for."""
    if not line.tone and not line.theme:
        return replace(line, ours_n=len(ours), ours_count=len(ours), status=Status.OK.value)
    read = ours[ours["lead_tone"].notna()]
    if line.tone == MIXED:
        return replace(line, ours_n=len(read), correction=UNCORRECTED)
    of_theme = read[[(reading, line.theme) in themes for reading in read["reading"]]] if line.theme else read
    matching = of_theme[of_theme["tone"] == line.tone] if line.tone else of_theme
    line = replace(line, ours_n=len(read), ours_count=len(matching), correction=UNCORRECTED)
    if line.theme:
        few = read["code"].nunique() < MIN_EVENTS
        share = None if few else rounded(len(matching) / len(read), VALUE_DECIMALS)
        return replace(line, share=share, status=(Status.FEW if few else Status.FOOTNOTED).value)
    series = Series(line.area, window, read, {}, correction_for(read["copy_group"], news.coded.get(line.area)),
                    withheld=line.area in news.unreliable, seed=news.seed)
    each = series.share(f"{line.tone}_share").estimate
    return replace(line, share=each.value, low=each.low, high=each.high, correction=each.correction,
                   status=each.status, ours_count=None if line.area in news.unreliable else line.ours_count)
