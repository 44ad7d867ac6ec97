"""Set published hand-made media analyses beside our reading of the same window."""

from __future__ import annotations

import pandas as pd

from nlp.unique import ABOUT, unique_mentions
from reputation.content import AnalysisLine
from store.database import Store

WRITTEN_MEDIA = ("print", "web", "agency", "")
"""The hand-made analyses read written media only; a medium we don't know is taken for written."""


def analysis_lines(store: Store, backend: str) -> list[AnalysisLine]:
    """List every line of every imported analysis with our count of the same theme and tone.

    Ours: texts about the area in the window, copies once, written media; a tone or theme asked for is that of title and
    lead. ``None`` where no text of the window was collected.
    """
    found = store.rows("SELECT * FROM analyses ORDER BY area_id, window_start, window_end, source_page, theme, tone")
    if not found:
        return []
    mentions = unique_mentions(store, backend)
    about = mentions[mentions["role"].isin(ABOUT) & mentions["medium"].isin(WRITTEN_MEDIA)]
    themes = {(row[0], row[1]) for row in store.rows(
        "SELECT t.reading_id, t.theme_id FROM reading_themes t JOIN readings r ON r.id = t.reading_id"
        " WHERE r.basis = 'lead' AND r.backend = ?", [backend])}
    result = []
    for row in found:
        ours = about[(about["area"] == row["area_id"]) & about["day"].between(row["window_start"], row["window_end"])]
        counted = _matching(ours, row["theme"], row["tone"], themes)
        result.append(AnalysisLine(
            area=row["area_id"], first=row["window_start"], last=row["window_end"],
            search_string=row["search_string"], n=row["n"], theme=row["theme"], tone=row["tone"], count=row["count"],
            source=row["source_page"], ours_n=len(ours) or None, ours_count=len(counted) if len(ours) else None,
        ))
    return result


def _matching(ours: pd.DataFrame, theme: str, tone: str, themes: set[tuple[int, str]]) -> pd.DataFrame:
    if tone:
        ours = ours[ours["lead_tone"].notna() & (ours["tone"] == tone)]
    if theme:
        ours = ours[[(reading, theme) in themes for reading in ours["reading"]]]
    return ours
