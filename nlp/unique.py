"""Count each text once: pick the mention that stands for its copies, per area (method.md B1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import numpy as np
import pandas as pd

from store.config import Config
from store.database import Store

ABOUT: Final = ("headline", "lead", "focus")
"""Roles in which a text is about the area."""

LEAD_ROLES: Final = ("headline", "lead")
"""Roles that title and lead alone can show: those of the series shown first."""

PRESS_RELEASE: Final = "press release"
"""Outlet class that never enters tone or volume; a newspaper that prints the release does."""

_COLUMNS = (
    "article", "area", "day", "canonical_day", "copy_group", "role", "event", "event_title", "event_first",
    "event_last", "outlet", "class_", "medium", "level", "from_feed", "tone", "safety", "stigma", "voices", "genre",
    "reading", "version", "tone_full", "version_full",
)

_NUMBERS: Final = {"from_feed": "int64", "reading": "float64"}
_TYPES: Final = {name: _NUMBERS.get(name, "str") for name in _COLUMNS}

PORTION = 50_000
"""Mentions read at a time: as a column a text takes a tenth of the memory that it takes as a row of Python's."""

_QUERY = """
SELECT m.article_id, m.area_id, a.day, CASE WHEN co.class IS ? THEN NULL ELSE c.day END, a.copy_group, m.role,
       m.event_id, e.title, e.first_day, e.last_day, a.outlet_id, coalesce(o.class, ''), coalesce(o.medium, ''),
       a.text_level, a.feed_id IS NOT NULL,
       l.tone, l.safety, l.stigma, l.voices, l.genre, l.id, l.backend_version, f.tone, f.backend_version
FROM mentions m
JOIN articles a ON a.id = m.article_id
JOIN outlets o ON o.id = a.outlet_id
LEFT JOIN articles c ON c.id = a.copy_group
LEFT JOIN outlets co ON co.id = c.outlet_id
LEFT JOIN events e ON e.id = m.event_id
LEFT JOIN readings l ON l.article_id = m.article_id AND l.area_id = m.area_id AND l.basis = 'lead' AND l.backend = ?
LEFT JOIN readings f ON f.article_id = m.article_id AND f.area_id = m.area_id AND f.basis = 'full' AND f.backend = ?
WHERE o.class IS NOT ?
"""


def backend_of(config: Config) -> str:
    """Name the backend whose readings count; *default* is the linear model."""
    return "linear" if config.nlp.backend == "default" else config.nlp.backend


def unique_mentions(store: Store, backend: str) -> pd.DataFrame:
    """Read every mention once per copy group and area, ordered by area, day and article.

    Press releases are left out before copies are counted. The canonical article stands for its group where it names the
    area, else the earliest copy that does; ``day`` is that of the canonical article unless that is a press release.
    Columns beside those of the store: ``copies`` (articles of the group that name the area, itself included),
    ``outlets`` (how many brought it), ``lead_tone`` and ``full_tone`` (-1, 0, 1 or NaN where the basis gives none).
    """
    frame = frame_of(store.portions(_QUERY, [PRESS_RELEASE, backend, backend, PRESS_RELEASE], size=PORTION), _TYPES)
    expired = store.rows(_EXPIRED, {"backend": backend})
    return deduplicated(_filled(frame, expired) if expired else frame)


def frame_of(portions: Iterable[Sequence[tuple[object, ...]]], types: Mapping[str, str]) -> pd.DataFrame:
    """Lay rows out in columns of these types, a portion at a time."""
    frames = [pd.DataFrame.from_records(rows, columns=list(types)).astype(types) for rows in portions]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=list(types)).astype(types)


_EXPIRED = """
SELECT r.article_id, r.area_id, r.tone, r.safety, r.stigma, r.voices, r.genre, r.id, r.backend_version
FROM features x JOIN readings r ON r.article_id = x.article_id
WHERE NOT EXISTS (SELECT 1 FROM read_texts c WHERE c.article_id = x.article_id AND c.backend = :backend)
AND r.basis = 'lead' AND r.backend = (SELECT min(o.backend) FROM read_texts o WHERE o.article_id = x.article_id)
"""

_READ = ("tone", "safety", "stigma", "voices", "genre", "reading", "version")


def _filled(frame: pd.DataFrame, expired: Sequence[Sequence[object]]) -> pd.DataFrame:
    """Fill in what another backend said of texts that expired before this one could read them.

    They are another series, as ``version`` tells; without them a year would be the few texts of it that are still held.
    """
    rows = {(row[0], row[1]): row[2:] for row in map(tuple, expired)}
    found = [rows.get(key) for key in zip(frame["article"], frame["area"], strict=True)]
    known = np.array([each is not None for each in found], dtype=bool)
    said = pd.DataFrame([each for each in found if each is not None], columns=list(_READ), index=frame.index[known])
    frame = frame.copy()
    for name in _READ:
        frame.loc[known, name] = said[name]
    return frame


_OTHERWISE = """
SELECT article_id, area_id, backend_version, 0, tone, safety, stigma FROM readings
WHERE basis = 'lead' AND backend <> :backend AND article_id IS NOT NULL
UNION ALL SELECT article_id, area_id, backend_version, 0, tone, safety, stigma FROM earlier_readings
UNION ALL SELECT article_id, area_id, backend_version, 1, tone, safety, stigma FROM readings
WHERE basis = 'title' AND backend = :backend
"""


def read_otherwise(store: Store, backend: str) -> pd.DataFrame:
    """Read what texts said to whoever read them otherwise: another backend, an earlier version, from the title alone.

    Columns ``article``, ``area``, ``version``, ``title`` (0 or 1), ``lead_tone`` (-1, 0, 1), ``safety``, ``stigma``.
    """
    found = store.rows(_OTHERWISE, {"backend": backend})
    frame = pd.DataFrame.from_records(
        [tuple(row) for row in found],
        columns=["article", "area", "version", "title", "tone", "safety", "stigma"])
    return frame.assign(lead_tone=_signs(frame["tone"])).drop(columns="tone").dropna(subset=["lead_tone"])


def deduplicated(frame: pd.DataFrame) -> pd.DataFrame:
    """Keep one row per copy group and area and count the others; the order of rows does not matter."""
    keys = frame[["area", "copy_group", "day", "article", "outlet"]].reset_index(drop=True)
    keys["copy"] = keys["article"] != keys["copy_group"]
    keys = keys.sort_values(["area", "copy_group", "copy", "day", "article"], kind="stable")
    groups = keys.groupby(["area", "copy_group"], sort=False)
    result = frame.iloc[keys.drop_duplicates(["area", "copy_group"]).index].copy()  # whole rows are moved once
    result["copies"] = groups["article"].size().to_numpy()
    result["outlets"] = groups["outlet"].nunique().to_numpy()
    result["day"] = result["canonical_day"].where(result["canonical_day"].notna(), result["day"])
    result["lead_tone"] = _signs(result["tone"]).where(result["role"].isin(LEAD_ROLES))
    result["full_tone"] = _signs(result["tone_full"]).where(result["role"].isin(ABOUT) & (result["level"] == "full"))
    return result.sort_values(["area", "day", "article"], kind="stable").reset_index(drop=True)


def _signs(tones: pd.Series[str]) -> pd.Series[float]:
    return tones.map({"negative": -1.0, "neutral": 0.0, "positive": 1.0}).astype(np.float64)


def event_codes(frame: pd.DataFrame) -> pd.Series[int]:
    """Number the events of a frame; a mention without an event is one of its own."""
    names = frame["event"].where(frame["event"].notna(), "article:" + frame["article"] + frame["area"])
    return pd.Series(pd.factorize(names, sort=True)[0], index=frame.index, dtype=np.int64)

