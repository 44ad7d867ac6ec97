"""Turn figures into points in time, and into the words that say what the points show."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from reputation.content import AreaFacts, BenchmarkLine, Estimate
from reputation.drawing import Point
from reputation.language import Language
from reputation.lookup import Figures, corrections, detail, is_shown, is_uncorrected, mid, write_interval, write_value
from reputation.tabulate import status_word

BESIDE = ("Danmark", "SUB", "udsatte boligområder", "198 største almene områder")
"""populations of data/benchmarks.csv that every area is seen beside"""

LAST_YEAR = 2030
"""the year of the goals, one after the final report: axes run to it, and the years to come stand empty"""


@dataclass(frozen=True)
class Points:
    """Points of one content in one language, and the axes that all of them share."""

    figures: Figures
    language: Language

    @cached_property
    def years(self) -> tuple[int, int]:
        """First and last year of every time axis."""
        known = [int(first[:4]) for first, _ in self.figures.windows]
        return min([self.figures.content.baseline_year, *known]), max([LAST_YEAR, *known])

    @cached_property
    def tone_range(self) -> tuple[float, float]:
        """Ends of every axis of net tone: the same for all areas, wide enough for every interval."""
        ends = [0.0]
        for each in self.figures.content.estimates:
            if each.indicator == "net_tone" and is_shown(each):
                ends += [end for end in (each.low, each.high, each.value) if end is not None]
        low, high = math.floor(min(ends) * 4) / 4, math.ceil(max(ends) * 4) / 4
        return max(-1.0, min(low, -0.25)), min(1.0, max(high, 0.25))

    @cached_property
    def mixed(self) -> bool:
        """Tell whether the report holds corrected and uncorrected tone, so that the two are to be told apart."""
        found = corrections(each for each in self.figures.content.estimates if each.indicator == "net_tone")
        return 0 < found[0] < found[1]

    def apart(self, each: Estimate) -> bool:
        """Tell whether a figure is drawn hollow, as the uncorrected among corrected ones."""
        return self.mixed and is_uncorrected(each)

    def apart_words(self, each: Estimate) -> str:
        """Say the same in words."""
        return f", {self.language.say('correction.short')}" if self.apart(each) else ""

    def tone_points(self, area: AreaFacts) -> tuple[Point, ...]:
        """Return net tone by window as points."""
        found: list[Point] = []
        for window in self.figures.windows:
            each = self.figures.news(area.id, "net_tone", window)
            name = self.language.window(*window)
            joined = len(found) - 1 if found and found[-1].value is not None else None
            broken = each is not None and (each.status == "break" or bool(each.details.get("break")))
            found.append(self._point(each, mid(*window), name, None if broken else joined, broken, "not collected"))
        return tuple(found)

    def safety_points(self, area: AreaFacts, indicator: str = "safe_share") -> tuple[Point, ...]:
        """Return a survey figure by wave as points: comparable waves are joined, other series have other shapes."""
        waves = self.figures.waves
        shapes: dict[str, int] = {}
        found: list[Point] = []
        for place, wave in enumerate(waves):
            shapes[wave.id] = next(
                (shapes[each] for each in wave.comparable_with if each in shapes), len(set(shapes.values()))
            )
            each = self.figures.survey(area.id, indicator, wave.id)
            # a line over a wave whose figure is withheld would draw what may not be shown
            earlier = next((at for at in range(place - 1, -1, -1) if waves[at].id in wave.comparable_with), None)
            joined = earlier if earlier is not None and found[earlier].value is not None else None
            at = mid(wave.fieldwork_from, wave.fieldwork_to)
            found.append(
                self._point(
                    each,
                    at,
                    self.figures.wave_names[wave.id],
                    joined,
                    bool(wave.break_reason and place),
                    "no survey",
                    shapes[wave.id],
                )
            )
        return tuple(found)

    def _point(
        self,
        each: Estimate | None,
        at: float,
        label: str,
        joined: int | None,
        broken: bool,
        missing: str,
        shape: int = 0,
    ) -> Point:
        if each is None or not is_shown(each) or each.value is None:
            word = status_word(
                self.language, missing if each is None or each.status in ("ok", "footnoted") else each.status
            )
            return Point(
                at, label, f"{label}: {word}", n=str(each.n) if each and each.n is not None else "", break_before=broken
            )
        value, ends = write_value(self.language, each.indicator, each.value), write_interval(self.language, each)
        title = f"{label}: {value}" + (f" ({ends})" if ends else "") + (f", n = {each.n}" if each.n is not None else "")
        title += self.apart_words(each)
        return Point(
            at,
            label,
            title,
            each.value,
            each.low,
            each.high,
            str(each.n) if each.n is not None else "",
            shape,
            each.status == "footnoted" or self.apart(each),
            joined,
            broken,
        )

    def describe(self, points: Sequence[Point]) -> str:
        """Say in words what a series shows: first, last, lowest, highest, and what is not shown."""
        shown = [each for each in points if each.value is not None]
        hidden = [each.title for each in points if each.value is None]
        if not shown:
            return self.language.say("describe.nothing") + (f" {'; '.join(hidden)}." if hidden else "")
        parts = [self.language.count("describe.points", len(shown))]
        parts.append("; ".join(each.title for each in shown) + ".")
        if hidden:
            parts.append(self.language.say("describe.hidden", what="; ".join(hidden)))
        return " ".join(parts)

    def shrunken(self, area: AreaFacts) -> tuple[tuple[float, float, str], ...]:
        """Return time, value and words of the safe shares that were drawn towards the other areas' (few answers)."""
        found = []
        for wave in self.figures.waves:
            each = self.figures.survey(area.id, "safe_share", wave.id)
            value = detail(each, "shrunken") if each is not None and is_shown(each) else None
            if value is not None:
                told = self.language.say("chart.shrunken", wave=self.figures.wave_names[wave.id],
                                         value=write_value(self.language, "safe_share", value))
                found.append((mid(wave.fieldwork_from, wave.fieldwork_to), value, told))
        return tuple(found)

    def benchmarks(self, area: AreaFacts) -> tuple[BenchmarkLine, ...]:
        """Return published shares who feel safe that an area is seen beside: of the country, and of its own city.

        Of the same instrument only: another one asks otherwise, or draws the line between safe and unsafe elsewhere.
        """
        ours = {wave.instrument for wave in self.figures.waves
                if is_shown(self.figures.survey(area.id, "safe_share", wave.id))}
        return tuple(
            each
            for each in self.figures.content.benchmarks
            if each.indicator == "safe_share"
            and each.instrument in ours
            and each.unit in ("%", "percent")
            and each.year_from >= self.years[0]
            and each.population in (*BESIDE, area.municipality)
        )

    def letters(self, area: AreaFacts) -> dict[str, str]:
        """Give each population beside an area a letter."""
        found = dict.fromkeys(each.population for each in self.benchmarks(area))
        return dict(zip(found, "abcdefgh", strict=False))

    def population(self, each: BenchmarkLine) -> str:
        """Name whom a published figure is of, and by whom."""
        who, by = (
            self.language.word(f"population.{each.population}"),
            self.language.word(f"instrument.{each.instrument}"),
        )
        return f"{who} ({by})"
