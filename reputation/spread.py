"""Set the areas of one window or wave side by side without ranking them: caterpillar, funnel, and their table.

Areas stand in the order given (Danish alphabet) and carry no number. Source: method.md C3; Spiegelhalter 2005.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from reputation.content import AreaFacts, Estimate
from reputation.language import Language
from reputation.lookup import Figures, corrections, detail, is_shown, is_uncorrected
from reputation.tables import Cell, Column, Figure, Table
from reputation.tabulate import AREA, STATUS, correction_word, figure, part_words, status_word
from reputation.wording import latest_wave

INNER, OUTER = 1.96, 3.09
"""method.md C3: of areas that are all alike, 95 % and 99.8 % lie within"""

MIN_AREAS = 5
"""A common share of fewer areas is hardly common to anything."""

SHARE = {"tone": "negative_share", "safe": "safe_share"}
"""what the funnel is of: its limits are those of a share"""


@dataclass(frozen=True)
class Standing:
    """An area's figures: the one drawn with its interval, and the share that the funnel holds."""

    area: AreaFacts
    drawn: Estimate | None
    share: Estimate | None

    @property
    def n_eff(self) -> float | None:
        """Number of independent answers or texts that the share is worth: p(1-p)/V."""
        each = self.share
        if each is None or not is_shown(each) or each.value is None:
            return None
        stated = detail(each, "n_eff")
        if stated is not None:
            return stated
        if not each.se:
            return detail(each, "events")  # none or all: no spread of its own; an event is one piece of evidence
        return each.value * (1 - each.value) / each.se**2


@dataclass(frozen=True)
class Spread:
    """The areas of one window or wave."""

    name: str
    """tone or safe"""
    at: str
    """the window's or the wave's name"""
    standings: tuple[Standing, ...]

    @property
    def held(self) -> tuple[tuple[Standing, float, float], ...]:
        """Areas with their share and its n_eff, where both may be shown."""
        found = ((each, each.share.value if each.share else None, each.n_eff) for each in self.standings)
        return tuple((each, p, n) for each, p, n in found if p is not None and n)

    @property
    def centre(self) -> float | None:
        """The common share: of the areas shown, each by its n_eff; nothing where they are too few."""
        if len(self.held) < MIN_AREAS:
            return None
        return sum(p * n for _, p, n in self.held) / sum(n for *_, n in self.held)

    @property
    def uncorrected(self) -> bool:
        """Whether a share is read by machine and not corrected."""
        return any(is_uncorrected(each.share) for each, *_ in self.held if each.share)


def limits(centre: float, z: float, n_eff: float) -> tuple[float, float]:
    """Return p0 ± z √(p0 (1 - p0) / n_eff), held to 0..1."""
    half = z * math.sqrt(centre * (1 - centre) / n_eff)
    return max(0.0, centre - half), min(1.0, centre + half)


def spread_of(figures: Figures, language: Language, name: str) -> Spread | None:
    """Gather the fifteen at the report's window, or in the latest wave of the longest series; nothing without one."""
    if name == "tone":
        window = figures.window
        return Spread(name, language.window(*window), tuple(
            Standing(area, figures.news(area.id, "net_tone", window), figures.news(area.id, SHARE[name], window))
            for area in figures.evaluated
        ))
    wave = latest_wave(figures)
    if wave is None:
        return None
    safe = ((area, figures.survey(area.id, SHARE[name], wave.id)) for area in figures.evaluated)
    return Spread(name, figures.wave_names[wave.id], tuple(Standing(area, each, each) for area, each in safe))


def outside(spread: Spread) -> tuple[AreaFacts, ...]:
    """Return the areas whose share lies outside the outer limits, in the order given."""
    centre = spread.centre
    if centre is None:
        return ()
    found = []
    for each, p, n in spread.held:
        low, high = limits(centre, OUTER, n)
        if not low <= p <= high:
            found.append(each.area)
    return tuple(found)


def tell_spread(spread: Spread, language: Language) -> str:
    """Say which areas lie outside the funnel, that none does, or that it can't be told."""
    if spread.centre is None:
        return language.say("spread.few", least=language.number(MIN_AREAS))
    if spread.uncorrected:
        return language.say("spread.uncorrected")
    centre = language.percent(spread.centre, 1)
    areas = outside(spread)
    if not areas:
        return language.say("spread.inside", centre=centre, all=language.number(len(spread.held)))
    return language.count(
        "spread.outside", len(areas), names=language.names([area.name for area in areas]), centre=centre,
        all=language.number(len(spread.held)),
    )


def spread_table(figures: Figures, language: Language, name: str) -> Table:
    """Make the table under the caterpillar and the funnel."""
    spread = spread_of(figures, language, name)
    missing = "not collected" if name == "tone" else "no survey"
    own = (
        (Column("net_tone", "tone", "figure"), Column("negative_share", "survey share", "figure"))
        if name == "tone"
        else (Column("safe_share", "survey share", "figure"),)
    )
    columns = (*AREA, *own, Column("n", "count"), Column("n_eff", "ratio"), *(STATUS if name == "tone" else STATUS[:1]))
    rows: list[tuple[Cell, ...]] = []
    for each in spread.standings if spread else ():
        cells: Sequence[Figure] = (
            (figure(language, each.drawn, missing), figure(language, each.share, missing))
            if name == "tone"
            else (figure(language, each.share, missing),)
        )
        shown = each.drawn
        correction = (correction_word(language, shown),) if name == "tone" else ()
        rows.append(
            (
                each.area.id,
                each.area.name,
                *cells,
                shown.n if shown else None,
                each.n_eff,
                status_word(language, shown.status if shown else missing),
                *correction,
            )
        )
    if spread is not None and spread.centre is not None:
        rows.append(_common(language, spread, spread.centre, len(own)))
    return Table(f"spread_{name}", columns, tuple(rows), by_area=True)


def _common(language: Language, spread: Spread, centre: float, figures: int) -> tuple[Cell, ...]:
    """Return the row of the common share: of the areas shown alone, so that it tells nothing of a hidden one."""
    blank: tuple[Cell, ...] = (None,) * (figures - 1)
    n_eff = sum(n for *_, n in spread.held)
    held = corrections(each.share for each, *_ in spread.held)
    correction = (part_words(language, *held),) if spread.name == "tone" else ()
    return ("", language.say("spread.common"), *blank, Figure(centre), None, n_eff, "", *correction)
