"""Draw the report's charts from figures: small multiples on the same axes, and the charts of one area."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from reputation.content import AreaFacts, GoalLine
from reputation.drawing import Drawing, Point, Scale, Years, axes, beside, dot, line, rect, series, stacked, text
from reputation.errors_apart import tell_unequal
from reputation.language import Language
from reputation.lookup import Figures, is_shown, is_uncorrected, mid, write_value
from reputation.pairs import pairs
from reputation.points import Points
from reputation.tabulate import status_word

TONES = ("negative", "neutral", "positive")
CLASSES = (("national", "first"), ("regional", "second"), ("local", "third"))


@dataclass(frozen=True)
class Charts:
    """Make charts for one content in one language."""

    figures: Figures
    language: Language
    mark: str = ""

    @cached_property
    def points(self) -> Points:
        """Return the points that the charts draw."""
        return Points(self.figures, self.language)

    def tone_note(self, areas: Sequence[AreaFacts]) -> str:
        """Say what must stand at every chart of tone: uncorrected, corrected, or some of each."""
        kind = self._corrected(areas)
        beside = tell_unequal(self.figures, self.language, [each.id for each in areas]) if kind else ""
        return self.language.say(f"correction.note{kind}") + beside

    def tone_tag(self, area: AreaFacts) -> str:
        """Say the same in a few words."""
        return self.language.say(f"correction.short{self._corrected([area])}")

    def _corrected(self, areas: Sequence[AreaFacts]) -> str:
        known = {area.id for area in areas}
        found = {
            is_uncorrected(each)
            for each in self.figures.content.estimates
            if each.indicator == "net_tone" and each.area in known and is_shown(each)
        }
        if len(found) == 2:
            return "_mixed"
        return "_corrected" if found == {False} else ""

    def _break_word(self) -> str:
        return self.language.say("chart.break")

    def tone_ticks(self) -> list[tuple[float, str]]:
        """Return the ticks of every axis of net tone."""
        low, high = self.points.tone_range
        step = 0.25 if high - low <= 1 else 0.5
        count = round((high - low) / step)
        values = [low + step * number for number in range(count + 1)]
        return [(value, self.language.number(value, 2 if step < 0.5 else 1)) for value in values if value % step == 0]

    def percent_ticks(self, every: int) -> list[tuple[float, str]]:
        """Return ticks of a hundred per cent."""
        return [(value / 100, self.language.percent(value / 100)) for value in range(0, 101, every)]

    def _context(self, area: AreaFacts, of: Callable[[AreaFacts], tuple[Point, ...]], years: Years, scale: Scale
                 ) -> Iterator[str]:
        """Draw the comparison areas behind one of the fifteen: lines without points."""
        if area.kind != "evaluated":
            return
        for other in self.figures.comparison:
            found = of(other)
            for each in found:
                start = found[each.joined] if each.joined is not None else None
                if each.value is not None and start is not None and start.value is not None:
                    yield line(((years(start.at), scale(start.value)), (years(each.at), scale(each.value))), "context")

    def tone_panel(self, area: AreaFacts) -> Drawing:
        """Draw net tone small, for the overview."""
        years, scale = Years(*self.points.years, 34, 296), Scale(*self.points.tone_range, 118, 8)
        found = self.points.tone_points(area)
        parts = axes(years, scale, self.tone_ticks(), every=3, heavy=0)
        parts += self._context(area, self.points.tone_points, years, scale)
        parts += series(found, years, scale, break_word="", n_at=150)
        parts.append(text(29, 150, "n", "end n"))
        title = self.language.say("chart.tone", area=area.name)
        return Drawing(
            f"o-tone-{area.id}",
            title,
            self.points.describe(found),
            300,
            156,
            tuple(parts),
            self.tone_note([area]),
            self.mark,
        )

    def safety_panel(self, area: AreaFacts) -> Drawing:
        """Draw the share who feel safe small, for the overview."""
        years, scale = Years(*self.points.years, 40, 296), Scale(0, 1, 118, 8)
        found = self.points.safety_points(area)
        parts = axes(years, scale, self.percent_ticks(25), every=3)
        parts += self._context(area, self.points.safety_points, years, scale)
        parts += self._goal_path(area, years, scale)
        parts += series(found, years, scale, break_word="", n_at=150)
        parts.append(text(35, 150, "n", "end n"))
        title = self.language.say("chart.safe", area=area.name)
        return Drawing(f"o-safe-{area.id}", title, self.points.describe(found), 300, 156, tuple(parts), "", self.mark)

    def tone_chart(self, area: AreaFacts) -> Drawing:
        """Draw net tone with its intervals above the number of articles."""
        years, scale = Years(*self.points.years, 44, 536), Scale(*self.points.tone_range, 190, 16)
        found = self.points.tone_points(area)
        parts = axes(years, scale, self.tone_ticks(), every=1, heavy=0)
        parts += self._context(area, self.points.tone_points, years, scale)
        parts += series(found, years, scale, break_word=self._break_word(), n_at=None)
        volumes = [(window, self.figures.news(area.id, "about", window)) for window in self.figures.windows]
        numbers = [each.value if each and each.value is not None else (each.n if each else None) for _, each in volumes]
        most = max([each for each in numbers if each is not None], default=0) or 1
        below = Scale(0, most, 284, 236)
        parts.append(line(((44, 284), (536, 284)), "axis"))
        parts.append(text(44, 219, self.language.say("chart.volume"), "small"))
        width = min(26.0, years.band * 0.7)
        for (window, _), number in zip(volumes, numbers, strict=True):
            if number is None:
                continue
            x = years(mid(*window))
            written = self.language.number(number)
            parts.append(
                rect(
                    x - width / 2,
                    below(number),
                    width,
                    284 - below(number),
                    "volume",
                    f"{self.language.window(*window)}: {written}",
                )
            )
            parts.append(text(x, below(number) - 3, written, "mid n"))
        title = self.language.say("chart.tone", area=area.name)
        return Drawing(
            f"tone-{area.id}",
            title,
            self.points.describe(found),
            540,
            290,
            tuple(parts),
            self.tone_note([area]),
            self.mark,
        )

    def shares_chart(self, area: AreaFacts) -> Drawing:
        """Draw negative, neutral and positive shares as bars of a hundred per cent."""
        years, scale = Years(*self.points.years, 44, 536), Scale(0, 1, 190, 16)
        parts = axes(years, scale, self.percent_ticks(25), every=1)
        told: list[str] = []
        for window in self.figures.windows:
            shares = [self.figures.news(area.id, f"{tone}_share", window) for tone in TONES]
            name, x = self.language.window(*window), years(mid(*window))
            if all(is_shown(each) for each in shares):
                pieces = [
                    (
                        each.value or 0.0,
                        tone,
                        self.language.number(100 * (each.value or 0.0)),
                        f"{name}, {self.language.word(f'tone.{tone}')}: {self.language.percent(each.value or 0.0)}",
                    )
                    for tone, each in zip(TONES, shares, strict=True)
                    if each is not None
                ]
                parts += stacked(x, min(30.0, years.band * 0.78), scale, pieces)
                told.append(f"{name}: " + ", ".join(piece[3].partition(", ")[2] for piece in pieces))
            else:
                first = shares[0]
                word = status_word(self.language, first.status if first else "not collected")
                parts.append(rect(x - 9, 16, 18, 174, "missing", f"{name}: {word}"))
                told.append(f"{name}: {word}")
        parts += self._legend([(tone, self.language.word(f"tone.{tone}")) for tone in TONES], 44, 226)
        title = self.language.say("chart.shares", area=area.name)
        return Drawing(
            f"shares-{area.id}", title, "; ".join(told) + ".", 540, 236, tuple(parts), self.tone_note([area]), self.mark
        )

    def safety_chart(self, area: AreaFacts) -> Drawing:
        """Draw the share who feel safe, with published figures and a goal where the user chose one."""
        years, scale = Years(*self.points.years, 44, 536), Scale(0, 1, 230, 16)
        found = self.points.safety_points(area)
        parts = axes(years, scale, self.percent_ticks(20), every=1)
        parts += self._context(area, self.points.safety_points, years, scale)
        parts += self._goal_path(area, years, scale)
        letters = self.points.letters(area)
        for each in self.points.benchmarks(area):
            letter = letters[each.population]
            x = years((each.year_from + each.year_to + 1) / 2)
            label = f"{self.points.population(each)}: {self.language.number(each.value, 1)}\N{NO-BREAK SPACE}%"
            parts.append(dot(x, scale(each.value / 100), 1, "other", label, 2.6))
            parts.append(text(x + 5, scale(each.value / 100) + 3.5, letter, "small"))
        parts += series(found, years, scale, break_word=self._break_word(), n_at=262)
        for at, value, told in self.points.shrunken(area):
            parts.append(dot(years(at) + 7, scale(value), 0, "shrunken", told, 2.2))
        parts.append(text(38, 262, "n", "end n"))
        title = self.language.say("chart.safe", area=area.name)
        return Drawing(f"safe-{area.id}", title, self.points.describe(found), 540, 270, tuple(parts), "", self.mark)

    def goal(self, area: AreaFacts, indicator: str) -> GoalLine | None:
        """Return the goal line of an indicator where it has a goal."""
        return next(
            (
                each
                for each in self.figures.content.goals
                if each.area == area.id and each.indicator == indicator and each.goal is not None
            ),
            None,
        )

    def _goal_path(self, area: AreaFacts, years: Years, scale: Scale) -> Iterator[str]:
        goal = self.goal(area, "safe_share")
        if goal is not None and goal.goal is not None:
            yield from goal_path(goal, years, scale, goal.baseline, goal.goal)

    def mix_chart(self) -> Drawing:
        """Draw articles about any area per year by class of outlet."""
        years = Years(*self.points.years, 52, 536)
        totals: dict[int, dict[str, int]] = {}
        for outlet in self.figures.content.provenance.outlets:
            for year, n in outlet.years.items():
                if outlet.class_ in dict(CLASSES):
                    of_year = totals.setdefault(int(year[:4]), {})
                    of_year[outlet.class_] = of_year.get(outlet.class_, 0) + n
        most = max((sum(each.values()) for each in totals.values()), default=0) or 1
        top = math.ceil(most / 10 ** (len(str(most)) - 1)) * 10 ** (len(str(most)) - 1)
        scale = Scale(0, top, 190, 16)
        ticks = [(top * quarter / 4, self.language.number(top * quarter / 4)) for quarter in (0, 2, 4)]
        parts, told = axes(years, scale, ticks, every=1), []
        for at, by_class in sorted(totals.items()):
            if not years.first <= at <= years.last:
                continue
            pieces = [
                (
                    float(by_class.get(key, 0)),
                    class_,
                    self.language.number(by_class.get(key, 0)),
                    f"{at}, {self.language.word(f'outlet_class.{key}')}: {by_class.get(key, 0)}",
                )
                for key, class_ in CLASSES
            ]
            parts += stacked(years(at + 0.5), min(30.0, years.band * 0.78), scale, pieces)
            told.append("; ".join(piece[3] for piece in pieces))
        parts += self._legend([(class_, self.language.word(f"outlet_class.{key}")) for key, class_ in CLASSES], 52, 226)
        return Drawing(
            "mix", self.language.say("chart.mix"), "; ".join(told) + ".", 540, 236, tuple(parts), "", self.mark
        )

    def together_chart(self) -> Drawing | None:
        """Draw net tone beside the share who feel safe, a point an area, in one wave; nothing without pairs."""
        found = [
            (each.area, each.tone, each.safe)
            for each in pairs(self.figures)
            if each.tone is not None and each.safe is not None and is_shown(each.tone) and is_shown(each.safe)
        ]
        if not found:
            return None
        across, up = Scale(*self.points.tone_range, 52, 690), Scale(0, 1, 350, 16)
        parts: list[str] = []
        for value, label in self.percent_ticks(20):
            parts += [line(((52, up(value)), (690, up(value))), "grid"), text(47, up(value) + 3.5, label, "end tick")]
        for value, label in self.tone_ticks():
            parts += [
                line(((across(value), 16), (across(value), 350)), "axis" if value == 0 else "grid"),
                text(across(value), 364, label, "mid tick"),
            ]
        parts += [
            text(371, 384, self.language.say("chart.net_tone_axis"), "mid small"),
            text(52, 10, self.language.say("chart.safe_axis"), "small"),
        ]
        dots: list[str] = []
        places: list[tuple[float, float]] = []
        told: list[str] = []
        for area, tone, safe in found:
            x, y = across(tone.value or 0.0), up(safe.value or 0.0)
            told.append(
                self.language.say(
                    "chart.pair",
                    area=area.name,
                    tone=write_value(self.language, "net_tone", tone.value or 0.0),
                    safe=write_value(self.language, "safe_share", safe.value or 0.0),
                ) + self.points.apart_words(tone)
            )
            if tone.low is not None and tone.high is not None:
                parts.append(line(((across(tone.low), y), (across(tone.high), y)), "faint"))
            if safe.low is not None and safe.high is not None:
                parts.append(line(((x, up(safe.low)), (x, up(safe.high))), "faint"))
            dots.append(dot(x, y, 0, "dot hollow" if self.points.apart(tone) else "dot", told[-1]))
            places.append((x, y))
        labels = beside(places, [area.name for area, _, _ in found], 52, 690)
        return Drawing(
            "together",
            self.language.say("chart.together"),
            "; ".join(told) + ".",
            700,
            390,
            (*parts, *dots, *labels),
            self.tone_note([area for area, _, _ in found]),
            self.mark,
        )

    def _legend(self, entries: Sequence[tuple[str, str]], x: float, y: float) -> Iterator[str]:
        for class_, words in entries:
            yield rect(x, y - 9, 11, 11, f"bar {class_}")
            yield text(x + 16, y + 1, words, "small")
            x += 34 + 6.2 * len(words)


def goal_path(goal: GoalLine, years: Years, scale: Scale, start: float | None, end: float) -> Iterator[str]:
    """Draw the straight path from the baseline to the goal; a level line where there is no baseline."""
    since = float(goal.since[:4]) + 0.5 if goal.since[:4].isdigit() else years.first
    to = (goal.target_year or years.last) + 0.5
    yield line(((years(since), scale(end if start is None else start)), (years(to), scale(end))), "goal")
