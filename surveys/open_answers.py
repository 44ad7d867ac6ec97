"""Estimate what the open answers of an area tell, as they were read: safety, tone and themes, weighted."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from store.config import DisclosureConfig
from store.database import Store
from store.goals import Status
from surveys.area_data import WaveData
from surveys.area_estimates import share_figure, too_few
from surveys.area_publish import hide
from surveys.area_weighting import weigh_area
from surveys.arrays import Floats
from surveys.disclosure import Cell, companions
from surveys.figures import Figure

SAFETY = ("unsafe", "none", "safe")
TONE = ("negative", "neutral", "positive")
THEMES = ("goal:", "topic:")
"""Kinds of themes that are counted: focus goals and topics."""


@dataclass(frozen=True)
class OpenAnswers:
    """What the open answers of an area and a wave tell: shares of the respondents who wrote anything."""

    wave: str
    area: str
    figures: Mapping[str, Figure]
    """``answers.unsafe``, ``answers.negative``, ``answers.theme.goal:tryghed`` …"""


def open_answers(store: Store, data: WaveData, area: str, themes: Sequence[str], disclosure: DisclosureConfig,
                 backend: str) -> OpenAnswers | None:
    """Estimate the shares of respondents whose open answers tell of something; ``None`` where nobody wrote.

    A respondent tells of a theme, or of unsafety, if any of their open answers does: answers of one person are not
    counted as several people's. ``themes``: the ids to estimate, also those nobody here tells of. Counts that point at
    somebody are hidden, and their companions: the three shares of safety, and of tone, make up all who wrote.
    """
    people, wave = data.people.get(area), data.wave
    read = _read(store, wave, area, backend) if people else {}
    if people is None or not read:
        return None
    met = data.weighed[area]
    weighed = met or weigh_area((), len(people.ids), None)
    population = data.fieldwork[area][0] if area in data.fieldwork else None
    figures: dict[str, Figure] = {}
    for name in (*SAFETY, *TONE, *(f"theme.{theme}" for theme in themes)):
        told = {person: name in said for person, said in read.items()}
        values: Floats = np.array([float(told[each]) if each in told else np.nan for each in people.ids])
        count, n = sum(told.values()), len(told)
        found = too_few(name, count, n, disclosure) if n < disclosure.min_n else share_figure(
            name, weighed, values, disclosure, population)
        if met is None and found.status.shown:
            found = replace(found, value=None, se=None, low=None, high=None, status=Status.IMPRECISE, reason="weights")
        figures[name] = found
    shown = hide_companions(figures, disclosure)
    return OpenAnswers(wave, area, {f"answers.{name}": replace(each, indicator=f"answers.{name}")
                                    for name, each in shown.items()})


def themes_told(store: Store, wave: str, backend: str) -> tuple[str, ...]:
    """Return the focus goals and topics that any open answer of a wave tells of."""
    rows = store.rows(
        "SELECT DISTINCT h.theme_id FROM reading_themes h JOIN readings r ON r.id = h.reading_id"
        " JOIN text_answers t ON t.id = r.text_answer_id WHERE t.wave_id = ? AND r.backend = ? ORDER BY 1",
        [wave, backend])
    return tuple(row[0] for row in rows if row[0].startswith(THEMES))


def _read(store: Store, wave: str, area: str, backend: str) -> dict[str, set[str]]:
    """Return respondent → what any of their open answers tells of; one safety and one tone each."""
    told: dict[str, set[str]] = {}
    for row in store.rows(
        "SELECT t.respondent_id AS person, r.id, r.safety, r.tone FROM text_answers t"
        " JOIN readings r ON r.text_answer_id = t.id AND r.backend = ?"
        " WHERE t.wave_id = ? AND r.area_id = ?", [backend, wave, area],
    ):
        told.setdefault(row["person"], set()).update(filter(None, (row["safety"], row["tone"])))
    for row in store.rows(
        "SELECT t.respondent_id AS person, h.theme_id FROM text_answers t"
        " JOIN readings r ON r.text_answer_id = t.id AND r.backend = ?"
        " JOIN reading_themes h ON h.reading_id = r.id WHERE t.wave_id = ? AND r.area_id = ?", [backend, wave, area],
    ):
        told[row["person"]].add(f"theme.{row['theme_id']}")
    return {person: _one_each(said) for person, said in told.items()}


def _one_each(said: set[str]) -> set[str]:
    """Return what a person tells of, with one word for safety and one for tone.

    Who tells of unsafety in one answer and of safety in another tells of unsafety: it must not vanish beside a kind
    word. Tone likewise.
    """
    themes = {each for each in said if each.startswith("theme.")}
    safety = next((each for each in ("unsafe", "safe") if each in said), "none")
    tone = next((each for each in ("negative", "positive") if each in said), "neutral")
    return {*themes, safety, tone}


def hide_companions(figures: Mapping[str, Figure], disclosure: DisclosureConfig) -> dict[str, Figure]:
    """Hide what would let a hidden count be solved for: the shares of safety, and of tone, make up all who wrote."""
    counts = {name: each.count or 0 for name, each in figures.items()}
    cells = [Cell(name, count) for name, count in counts.items()]
    relations: list[dict[Hashable, float]] = []
    for parts in (SAFETY, TONE):
        base = f"written by {parts[0]}"
        cells.append(Cell(base, sum(counts[each] for each in parts), 9))
        relations.append({**dict.fromkeys(parts, 1.0), base: -1.0})
    hidden = frozenset(name for name, each in figures.items() if each.status is Status.DISCLOSIVE)
    gone = companions(cells, hidden, relations, disclosure.min_cell)
    base_gone = any(f"written by {parts[0]}" in gone for parts in (SAFETY, TONE))
    result = {}
    for name, each in figures.items():
        if name in gone and each.status.shown:
            each = hide(each)
        tiny = each.n is not None and each.n < disclosure.min_cell
        result[name] = replace(each, n=None if base_gone or tiny else each.n,
                               count=None if each.status in (Status.DISCLOSIVE, Status.FEW) else each.count)
    return result
