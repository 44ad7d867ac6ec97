"""Deal to the areas what the report must be able to show: one case of each status.

Who gets which case is a shuffle of the seed, like everything else in the truth.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from reputation.demonstration.bank import Banks
from reputation.demonstration.process import Answers, Truth, deal, draw_answers

YEARS = tuple(range(2018, 2027))
"""2026 has only its first weeks, from feeds; its truth is not written down."""
TOLD_YEARS = YEARS[:-1]
WAVES = (2018, 2020, 2022, 2024)
BROKEN_WAVE = 2025
"""Another institute asks another question on another scale: no series goes on through it."""

COMPARISONS = ("askebakken", "digegaarden")
UNCOLLECTED_YEARS = (2018, 2019)
CODED = 8
"""Areas with a hand-coded sample: half of the fifteen, rounded up."""

FEW_RATE = 6.0
"""Expected events of an area-year that must be suppressed (15 are needed)."""


@dataclass(frozen=True)
class Case:
    """An area and a wave with a planted number of answers."""

    area: str
    wave: int
    low: int
    """smallest number of valid answers to the first item"""
    high: int
    not_safe: tuple[int, int] | None = None
    """smallest and largest number of answers that are not safe, where the case is about it"""


@dataclass(frozen=True)
class Cases:
    """Which area shows what."""

    few_news: tuple[str, int]
    few_answers: Case
    disclosive: Case
    imprecise: Case
    footnoted: Case
    no_baseline: str
    """surveyed in the last two waves only, of which the last breaks the series"""
    uncollected: str
    coded: tuple[str, ...]
    unreliable: str
    """one of the coded, whose coders disagree"""

    @property
    def surveys(self) -> tuple[Case, ...]:
        """The cases with a planted number of answers."""
        return (self.few_answers, self.disclosive, self.imprecise, self.footnoted)


def demonstration_truth(banks: Banks, seed: int) -> tuple[Truth, Cases]:
    """Deal the truth and the cases of the demonstration."""
    evaluated = [area for area in banks.places if area not in COMPARISONS]
    truth = deal(
        (*evaluated, *COMPARISONS), seed=seed, years=YEARS, waves=(*WAVES, BROKEN_WAVE), scales=(5, 5, 5, 5, 7),
    )
    order = [evaluated[each] for each in np.random.default_rng([seed, 5]).permutation(len(evaluated))]
    cases = Cases(
        few_news=(order[0], 2021),
        few_answers=Case(order[1], 2022, 16, 26),
        disclosive=Case(order[2], 2020, 60, 95, not_safe=(1, 4)),
        imprecise=Case(order[3], 2020, 37, 41),
        footnoted=Case(order[4], 2024, 70, 84, not_safe=(6, 7)),
        no_baseline=order[5],
        uncollected=COMPARISONS[1],
        coded=tuple(sorted(order[6 : 6 + CODED])),
        unreliable=order[6],
    )
    return _planted(truth, cases), cases


def _planted(truth: Truth, cases: Cases) -> Truth:
    rate, safe, invited = truth.event_rate.copy(), truth.safe.copy(), truth.invited.copy()
    area, year = cases.few_news
    rate[truth.areas.index(area), truth.years.index(year)] = FEW_RATE
    levels = {cases.few_answers: 0.55, cases.disclosive: 0.955, cases.imprecise: 0.52, cases.footnoted: 0.905}
    for case in cases.surveys:
        place, when = truth.areas.index(case.area), truth.waves.index(case.wave)
        if case in levels:
            safe[place, when] = levels[case]
        aim = (case.low + case.high) / 2 / truth.response[place, when] / 0.935
        invited[place, when] = min(round(aim), truth.register[place, when].sum())
    for wave in WAVES[:-1]:
        invited[truth.areas.index(cases.no_baseline), truth.waves.index(wave)] = 0
    return replace(truth, event_rate=rate, safe=safe, invited=invited)


def wave_answers(truth: Truth, cases: Cases, wave: int, area: str) -> Answers:
    """Draw a wave's answers of an area; in a planted case, again until the case is there."""
    place = truth.areas.index(area)
    case = next((each for each in cases.surveys if (each.area, each.wave) == (area, wave)), None)
    attempt = 0
    while True:
        drawn = draw_answers(truth, np.random.default_rng([truth.seed, 6, place, wave, attempt]), wave, area)
        if case is None or _shows(drawn, case, truth.scale(wave)):
            return drawn
        attempt += 1


def _shows(drawn: Answers, case: Case, scale: int) -> bool:
    first = drawn.codes[:, 0]
    valid = first[(first >= 1) & (first <= scale)]
    not_safe = int((valid > scale // 2).sum())
    wanted = case.not_safe or (0, len(valid))
    return case.low <= len(valid) <= case.high and wanted[0] <= not_safe <= wanted[1]
