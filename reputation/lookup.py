"""Find figures in a content by area, indicator, window and wave, and know their units."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal

from reputation.content import AreaFacts, Content, Count, Estimate, FieldworkLine, WaveFacts
from reputation.language import Language
from reputation.misread import ACC
from reputation.sensitivities import FORMULA_NAMES, VIEW_100

Unit = Literal["tone", "tone100", "share", "survey share", "index", "count"]

SHOWN = ("ok", "footnoted")
STATUSES = (
    *SHOWN,
    "few",
    "imprecise",
    "disclosive",
    "no survey",
    "not collected",
    "break",
    "no baseline",
    "no target",
    "unreliable reading",
)
UNCORRECTED = "uncorrected"
SIGNIFICANT = 0.05
"""method.md A7: Benjamini–Hochberg, q = .05"""

QUIET_DAYS = 14
"""A year whose newest text is older than this before its end is told of as unfinished: news pause over Christmas."""

TONE = ("net_tone", "net_tone.events", "net_tone.roles", "net_tone.full", "net_tone.panel", "net_tone.mix",
        *FORMULA_NAMES, ACC)
SURVEY_SHARES = ("safe_share", "neither_share", "unsafe_share", "dont_know_share")
OPEN, WHO = "answers.", "respondents."
"""How the indicators of open answers, and of who answered, begin."""

COUNTS = ("mentions", "about", "events", "reach")


def unit_of(indicator: str) -> Unit:
    """Return the unit of an indicator; a change has the unit of what changed."""
    base = indicator.removesuffix(".change").removesuffix(".compared")
    if base == VIEW_100:
        return "tone100"
    if base in TONE:
        return "tone"
    base = base.removesuffix(".mix")
    if base in SURVEY_SHARES or base.startswith((OPEN, WHO)):
        return "survey share"
    if base == "safety_index":
        return "index"
    return "count" if base in COUNTS else "share"


def write_value(language: Language, indicator: str, value: float) -> str:
    """Write a value as every sentence, table and chart writes it, so that they can't differ."""
    change = indicator.endswith(".change")
    unit = unit_of(indicator)
    if unit == "tone":
        return language.number(value, 2, sign=change)
    if unit == "index":
        return language.number(value, 1, sign=change)
    if unit in ("count", "tone100"):
        return language.number(value, sign=change)
    decimals = 1 if unit == "survey share" else 0
    return language.number(100 * value, decimals, sign=True) if change else language.percent(value, decimals)


def write_interval(language: Language, each: Estimate) -> str:
    """Write the interval of an estimate; empty where it has none."""
    if each.low is None or each.high is None:
        return ""
    low, high = (write_value(language, each.indicator, end) for end in (each.low, each.high))
    return language.interval(low, high)


def is_shown(each: Estimate | None) -> bool:
    """Tell whether a figure may be printed and has a value."""
    return each is not None and each.status in SHOWN and each.value is not None


def is_uncorrected(each: Estimate) -> bool:
    """Tell whether a figure read by a machine lacks a correction for reading error (method.md B5)."""
    return each.correction == UNCORRECTED


def corrections(estimates: Iterable[Estimate | None]) -> tuple[int, int]:
    """Count the shown figures that are not corrected for reading error, and all shown."""
    shown = [each for each in estimates if each is not None and is_shown(each)]
    return sum(is_uncorrected(each) for each in shown), len(shown)


def detail(each: Estimate, key: str) -> float | None:
    """Return a numeric detail, or nothing."""
    value = each.details.get(key)
    return value if isinstance(value, int | float) else None


def mid(first: str, last: str) -> float:
    """Return the middle of a window in decimal years: 2021 as a whole is 2021.5."""
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    at = date.fromordinal((start.toordinal() + end.toordinal() + 1) // 2)
    length = date(at.year + 1, 1, 1).toordinal() - date(at.year, 1, 1).toordinal()
    return round(at.year + (at.toordinal() - date(at.year, 1, 1).toordinal()) / length, 3)


@dataclass(frozen=True)
class Figures:
    """A content, indexed."""

    content: Content

    @cached_property
    def _by(self) -> Mapping[tuple[str, str, str, str, str], Estimate]:
        return {(each.area, each.indicator, each.first, each.last, each.wave): each for each in self.content.estimates}

    @cached_property
    def _by_wave(self) -> Mapping[tuple[str, str, str], Estimate]:
        return {(each.area, each.indicator, each.wave): each for each in self.content.estimates if each.wave}

    @cached_property
    def _by_series(self) -> Mapping[tuple[str, str], list[Estimate]]:
        found: dict[tuple[str, str], list[Estimate]] = {}
        for each in self.content.estimates:
            found.setdefault((each.area, each.indicator), []).append(each)
        return found

    @cached_property
    def _counts(self) -> Mapping[tuple[str, str], tuple[Count, ...]]:
        found: dict[tuple[str, str], list[Count]] = {}
        for each in self.content.counts:
            found.setdefault((each.area, each.kind), []).append(each)
        return {key: tuple(each) for key, each in found.items()}

    @cached_property
    def _fieldwork(self) -> Mapping[tuple[str, str], FieldworkLine]:
        return {(each.area, each.wave): each for each in self.content.fieldwork}

    @cached_property
    def waves(self) -> tuple[WaveFacts, ...]:
        """Waves up to the end of the report's window, by time."""
        known = (each for each in self.content.waves if each.fieldwork_from <= self.content.last)
        return tuple(sorted(known, key=lambda each: (each.fieldwork_from, each.id)))

    @cached_property
    def wave_names(self) -> Mapping[str, str]:
        """Wave → the year of its fieldwork, with its id where two share a year."""
        years = [each.fieldwork_from[:4] for each in self.content.waves]
        return {
            each.id: year if years.count(year) == 1 else f"{year} ({each.id})"
            for each, year in zip(self.content.waves, years, strict=True)
        }

    @cached_property
    def evaluated(self) -> tuple[AreaFacts, ...]:
        """The areas of the evaluation, in the order given."""
        return tuple(each for each in self.content.areas if each.kind == "evaluated")

    @cached_property
    def comparison(self) -> tuple[AreaFacts, ...]:
        """The comparison areas, in the order given."""
        return tuple(each for each in self.content.areas if each.kind != "evaluated")

    @cached_property
    def windows(self) -> tuple[tuple[str, str], ...]:
        """The windows of the series, by time."""
        return tuple(sorted(self.content.years)) or ((self.content.first, self.content.last),)

    def news(self, area: str, indicator: str, window: tuple[str, str]) -> Estimate | None:
        """Return a news figure of an area and a window."""
        return self._by.get((area, indicator, *window, ""))

    def survey(self, area: str, indicator: str, wave: str) -> Estimate | None:
        """Return a survey figure of an area and a wave."""
        return self._by_wave.get((area, indicator, wave))

    def of_value(self, area: str, indicator: str, year: str, value: float | None) -> Estimate | None:
        """Return the shown figure of an area that ends in ``year`` with this value."""
        return next(
            (
                each
                for each in self._by_series.get((area, indicator), ())
                if is_shown(each) and each.value == value and each.last[:4] == year
            ),
            None,
        )

    def fieldwork(self, area: str, wave: str) -> FieldworkLine | None:
        """Return what the institute states of an area in a wave."""
        return self._fieldwork.get((area, wave))

    def counts(self, area: str, kind: str, window: tuple[str, str] | None = None) -> tuple[Count, ...]:
        """Return the counts of one kind, of all windows or of one."""
        found = self._counts.get((area, kind), ())
        return found if window is None else tuple(each for each in found if (each.first, each.last) == window)

    @property
    def window(self) -> tuple[str, str]:
        """The window that is told of: the latest of the series."""
        return self.windows[-1]

    def labelled(self, label: str) -> tuple[str, str] | None:
        """Return the window with this label: a year, or its two days with a dash."""
        return next(
            (
                (first, last)
                for first, last in self.windows
                if label in (f"{first}–{last}", f"{first}:{last}")
                or (label == first[:4] and first[4:] == "-01-01" and last == f"{label}-12-31")
            ),
            None,
        )

    @property
    def unfinished(self) -> bool:
        """Tell whether the window that is told of runs on after the newest day in the data."""
        if not self.content.made_from:
            return False
        return (date.fromisoformat(self.window[1]) - date.fromisoformat(self.content.made_from)).days > QUIET_DAYS

    def is_broken(self, wave: WaveFacts) -> bool:
        """Tell whether a wave stands apart from the series that begins first."""
        return bool(wave.break_reason) and wave != self.waves[0] and self.waves[0].id not in wave.comparable_with
