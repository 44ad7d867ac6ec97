"""Put net tone and the share who feel safe of each area side by side, in one wave and the window it falls in."""

from __future__ import annotations

from dataclasses import dataclass

from reputation.content import AreaFacts, Estimate, WaveFacts
from reputation.language import Language
from reputation.lookup import Figures
from reputation.tables import Cell, Column, Table
from reputation.tabulate import AREA, correction_word, figure
from reputation.wording import latest_wave


@dataclass(frozen=True)
class Pair:
    """Both figures of an area; either may be missing or hidden."""

    area: AreaFacts
    tone: Estimate | None
    safe: Estimate | None


def paired_wave(figures: Figures) -> tuple[WaveFacts, tuple[str, str]] | None:
    """Return the latest wave of the longest series and the window it ends in; one instrument for all areas."""
    wave = latest_wave(figures)
    if wave is None:
        return None
    window = next((each for each in figures.windows if each[0] <= wave.fieldwork_to <= each[1]), None)
    return None if window is None else (wave, window)


def pairs(figures: Figures) -> tuple[Pair, ...]:
    """Return the pairs of the evaluated areas, in the order given."""
    found = paired_wave(figures)
    if found is None:
        return ()
    wave, window = found
    return tuple(
        Pair(area, figures.news(area.id, "net_tone", window), figures.survey(area.id, "safe_share", wave.id))
        for area in figures.evaluated
    )


def pair_table(figures: Figures, language: Language) -> Table:
    """Make the table under the chart of pairs."""
    columns = (
        *AREA,
        Column("net_tone", "tone", "figure"),
        Column("articles_n", "count"),
        Column("correction"),
        Column("safe_share", "survey share", "figure"),
        Column("answers", "count"),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            each.area.id,
            each.area.name,
            figure(language, each.tone),
            each.tone.n if each.tone else None,
            correction_word(language, each.tone),
            figure(language, each.safe, "no survey"),
            each.safe.n if each.safe else None,
        )
        for each in pairs(figures)
    ]
    return Table("pairs", columns, tuple(rows), by_area=True)
