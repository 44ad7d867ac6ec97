"""Draw events and answers from a planted truth: numbers only, no text.

The truth is dealt to the areas at random from a seed. It says nothing about the real areas: levels, trends, sizes and
response rates are shuffled among them without a look at any of their facts, and news and safety are dealt
independently of each other.

*News.* Each event has a tone from the shares planted for its area and year. Each item keeps the tone of its event with
probability :attr:`Truth.rho` and is else drawn anew from the same shares, so the expectation of an item's tone
is the planted net tone exactly, whatever the sizes of events, while items of one event are correlated.

*Answers.* Each area and wave has a register: a finite population whose every resident has a sex, an age group and a
code to each item. Codes are allotted by rank of a latent feeling within sex × age, so the number of residents with each
code is fixed. The planted safe share is the share of the register with a safe code to the first item; it and the safety
index are numbers of that population, not expectations. Random are only who is invited (simple random, without
replacement), who responds (log-linear in sex and age) and which answers are blank, *ved ikke* or refused (all alike).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SEXES = ("kvinde", "mand")
AGES = ("15-29", "30-44", "45-64", "65+")
ITEMS = ("tryg", "moerke", "opgang")
BLANK, DONT_KNOW, REFUSED = 0, 8, 9
"""Codes of no answer; valid codes run from 1, safest, to the length of the scale."""

_ITEM_SHIFT = (0.0, -0.55, 0.25)
"""How much safer each item is answered than the first, in logits."""
_SEX_SAFE = (-0.25, 0.25)
_AGE_SAFE = (-0.30, -0.10, 0.10, 0.35)
_SEX_RESPONSE = (1.10, 0.90)
_AGE_RESPONSE = (0.60, 0.85, 1.15, 1.40)
_COMMON = 0.6
"""Share of the latent variance that a resident's answers have in common."""
_INSIDE = {5: ((0.55, 0.45), (0.65, 0.35)), 7: ((0.40, 0.35, 0.25), (0.50, 0.30, 0.20))}
"""How safe and unsafe shares split over their codes, by length of scale; one code in the middle is neither."""
_UNSAFE_OF_REST = 0.62
_NO_ANSWER = (0.02, 0.035, 0.01)
"""Chance of blank, *ved ikke* and refused, of each item and respondent alike."""


@dataclass(frozen=True, eq=False)
class Truth:
    """The parameters of the process.

    ``A`` areas, ``Y`` years, ``W`` waves; shares in 0..1.
    """

    seed: int
    areas: tuple[str, ...]
    years: tuple[int, ...]
    waves: tuple[int, ...]
    scales: tuple[int, ...]
    """(W,) length of each wave's scale, 5 or 7"""
    event_rate: Floats
    """(A, Y) expected events"""
    tone: Floats
    """(A, Y, 3) shares of negative, neutral, positive"""
    rho: float
    """chance that an item keeps its event's tone"""
    register: Ints
    """(A, W, 2, 4) residents by sex and age group"""
    safe: Floats
    """(A, W) share with a safe code to the first item, before rounding to whole residents"""
    invited: Ints
    """(A, W) residents invited; 0: not surveyed"""
    response: Floats
    """(A, W) mean chance of responding"""

    def net_tone(self, area: str, year: int) -> float:
        """Planted net tone, -1..1."""
        shares = self.tone[self.areas.index(area), self.years.index(year)]
        return float(shares[2] - shares[0])

    def negative_share(self, area: str, year: int) -> float:
        """Planted share of negative items, 0..1."""
        return float(self.tone[self.areas.index(area), self.years.index(year), 0])

    def safe_share(self, area: str, wave: int) -> float:
        """Planted share of residents with a safe code to the first item, 0..1."""
        codes = residents(self, area, wave).codes[:, 0]
        return float(np.mean(codes <= self.scale(wave) // 2))

    def unsafe_share(self, area: str, wave: int) -> float:
        """Planted share of residents with an unsafe code to the first item, 0..1."""
        codes = residents(self, area, wave).codes[:, 0]
        return float(np.mean(codes > (self.scale(wave) + 1) // 2))

    def safety_index(self, area: str, wave: int) -> float:
        """Planted mean over residents of the mean POMP score of the three items, 0..100, 100 safest."""
        scale = self.scale(wave)
        return float(np.mean((scale - residents(self, area, wave).codes) / (scale - 1)) * 100)

    def item_index(self, area: str, wave: int) -> float:
        """Planted mean POMP score of the first item, 0..100, 100 safest."""
        scale = self.scale(wave)
        return float(np.mean((scale - residents(self, area, wave).codes[:, 0]) / (scale - 1)) * 100)

    def scale(self, wave: int) -> int:
        """Length of the scale of ``wave``."""
        return self.scales[self.waves.index(wave)]


@dataclass(frozen=True, eq=False)
class Events:
    """The items of an area and a year, sorted by event; every item is one deduplicated article about the area."""

    event: Ints
    """(n,) number of the event"""
    day: Ints
    """(n,) day of the year, 1..365; items of one event lie within four days"""
    tone: Ints
    """(n,) -1, 0, 1"""
    event_tone: Ints
    """(events,) tone of each event"""


@dataclass(frozen=True, eq=False)
class Residents:
    """The register of an area and a wave with what each resident would answer."""

    sex: Ints
    """(N,) index into :data:`SEXES`"""
    age: Ints
    """(N,) index into :data:`AGES`"""
    codes: Ints
    """(N, 3) 1 is safest"""


@dataclass(frozen=True, eq=False)
class Answers:
    """What a wave brought home from an area."""

    population: int
    invited: int
    register: Ints
    """(2, 4) residents by sex and age group, to weight to"""
    sex: Ints
    """(n,)"""
    age: Ints
    """(n,)"""
    codes: Ints
    """(n, 3) valid codes, or :data:`BLANK`, :data:`DONT_KNOW`, :data:`REFUSED`"""


def deal(
    areas: Sequence[str],
    *,
    seed: int = 2018,
    years: Sequence[int] = tuple(range(2018, 2026)),
    waves: Sequence[int] = (2018, 2020, 2022, 2024),
    scales: Sequence[int] | None = None,
    stable: bool = False,
) -> Truth:
    """Deal levels, trends, sizes and response to the areas at random; ``stable`` deals no trend, in tone or safety."""
    rng = np.random.default_rng([seed, 1])
    count, many_years, many_waves = len(areas), len(years), len(waves)
    since = np.array(years, float) - years[0]
    level, trend = _spread(rng, -0.42, 0.32, count), rng.permutation(_trends(count, 0.09))
    drift = np.zeros_like(trend) if stable else trend
    neutral = _spread(rng, 0.30, 0.46, count)[:, None] * np.ones(many_years)
    net = np.clip(level[:, None] + drift[:, None] * since, -0.7 * (1 - neutral), 0.7 * (1 - neutral))
    tone = np.stack([(1 - neutral - net) / 2, neutral, (1 - neutral + net) / 2], axis=-1)
    wobble = np.ones((count, many_years)) if stable else rng.uniform(0.92, 1.08, (count, many_years))
    rate = _spread(rng, 20.5, 25.0, count)[:, None] * wobble

    rng = np.random.default_rng([seed, 16])  # a stream of its own: nothing of the news is in what residents feel
    elapsed = np.array(waves, float) - waves[0]
    safe_level, safe_trend = _spread(rng, 0.52, 0.84, count), rng.permutation(_trends(count, 0.028))
    safe_drift = np.zeros_like(safe_trend) if stable else safe_trend
    safe = np.clip(safe_level[:, None] + safe_drift[:, None] * elapsed, 0.30, 0.95)
    size = np.round(_spread(rng, 650, 2900, count))
    mix = rng.dirichlet(np.array([30, 26, 27, 17, 29, 27, 28, 16]), count)
    shrink = 1 - rng.uniform(0, 0.012, count)[:, None] * elapsed
    register = np.maximum(8, np.round(size[:, None, None] * shrink[:, :, None] * mix[:, None, :])).astype(np.int64)
    population = register.sum(axis=-1)
    response = _spread(rng, 0.27, 0.50, count)[:, None] * np.ones(many_waves)
    invited = np.minimum(population, np.round(_spread(rng, 420, 640, count))[:, None].astype(np.int64))
    return Truth(
        seed, tuple(areas), tuple(years), tuple(waves), tuple(scales or [5] * many_waves), rate, tone, 0.7,
        register.reshape(count, many_waves, 2, 4), safe, invited, response,
    )


def _spread(rng: np.random.Generator, low: float, high: float, count: int) -> Floats:
    """Return ``count`` values evenly spread over low..high in random order."""
    return rng.permutation(np.linspace(low, high, count))


def _trends(count: int, largest: float) -> Floats:
    """Return yearly trends: about a fifth of the areas rise, a seventh fall, the rest stand still."""
    trends = np.zeros(count)
    rising, falling = max(1, count // 5), max(1, count // 7)
    trends[:rising] = np.linspace(largest, largest * 0.6, rising)
    trends[rising : rising + falling] = -np.linspace(largest, largest * 0.7, falling)
    return trends


def draw_events(truth: Truth, rng: np.random.Generator, area: str, year: int) -> Events:
    """Draw the events of an area and a year: Poisson in number, skewed in size, correlated in tone."""
    place, when = truth.areas.index(area), truth.years.index(year)
    count = max(1, int(rng.poisson(truth.event_rate[place, when])))
    shares = truth.tone[place, when]
    large = rng.random(count) < 0.025
    size = np.minimum(rng.geometric(0.82, count) + large * rng.poisson(6, count), 14)
    event_tone = rng.choice(3, count, p=shares) - 1
    first_day = np.sort(rng.integers(1, 361, count))
    event = np.repeat(np.arange(count), size)
    total = len(event)
    kept = rng.random(total) < truth.rho
    tone = np.where(kept, event_tone[event], rng.choice(3, total, p=shares) - 1)
    leads = np.r_[True, event[1:] != event[:-1]]  # the first item of an event is on its first day
    day = first_day[event] + np.where(leads, 0, rng.integers(0, 4, total))
    return Events(event, day.astype(np.int64), tone.astype(np.int64), event_tone.astype(np.int64))


@lru_cache(maxsize=512)
def residents(truth: Truth, area: str, wave: int) -> Residents:
    """Return the register of an area and a wave: always the same for the same truth."""
    place, when = truth.areas.index(area), truth.waves.index(wave)
    counts = truth.register[place, when]
    scale = truth.scales[when]
    sex = np.repeat(np.repeat(np.arange(2), 4), counts.ravel())
    age = np.repeat(np.tile(np.arange(4), 2), counts.ravel())
    rng = np.random.default_rng([truth.seed, 2, place, wave])
    common = rng.standard_normal(len(sex))
    codes = np.empty((len(sex), len(ITEMS)), np.int64)
    for item, shift in enumerate(_ITEM_SHIFT):
        latent = np.sqrt(_COMMON) * common + np.sqrt(1 - _COMMON) * rng.standard_normal(len(sex))
        shares = _cell_shares(counts, float(truth.safe[place, when]), shift)
        start = 0
        for cell, size in enumerate(counts.ravel()):
            rank = np.argsort(np.argsort(latent[start : start + size]))
            cuts = np.round(size * np.cumsum(_code_shares(shares[cell], scale))[:-1])
            codes[start : start + size, item] = 1 + np.searchsorted(cuts, rank, side="right")
            start += size
    return Residents(sex, age, codes)


def _cell_shares(counts: Ints, share: float, shift: float) -> Floats:
    """Return (8,) safe shares by sex × age whose mean over the register is ``share`` before the item's ``shift``."""
    effect = (np.array(_SEX_SAFE)[:, None] + np.array(_AGE_SAFE)).ravel()
    weights = counts.ravel() / counts.sum()
    low, high = -8.0, 8.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if weights @ _expit(middle + effect) < share else (low, middle)
    shares: Floats = _expit((low + high) / 2 + effect + shift)
    return shares


def _expit(value: Floats) -> Floats:
    result: Floats = 1 / (1 + np.exp(-value))
    return result


def _code_shares(safe: float, scale: int) -> Floats:
    """Split a safe share and its rest over the codes of a scale."""
    inside_safe, inside_unsafe = _INSIDE[scale]
    unsafe = (1 - safe) * _UNSAFE_OF_REST
    shares: Floats = np.r_[safe * np.array(inside_safe), 1 - safe - unsafe, unsafe * np.array(inside_unsafe)]
    return shares


def draw_answers(truth: Truth, rng: np.random.Generator, wave: int, area: str) -> Answers:
    """Draw who is invited, who responds and what they answer; no answers where none was invited."""
    place, when = truth.areas.index(area), truth.waves.index(wave)
    everyone = residents(truth, area, wave)
    population, invited = len(everyone.sex), int(truth.invited[place, when])
    asked = np.sort(rng.choice(population, min(invited, population), replace=False))
    tilt = np.array(_SEX_RESPONSE)[everyone.sex] * np.array(_AGE_RESPONSE)[everyone.age]
    chance = np.minimum(0.95, truth.response[place, when] * tilt / tilt.mean())
    who = asked[rng.random(len(asked)) < chance[asked]]
    codes = everyone.codes[who].copy()
    draw = rng.random(codes.shape)
    edge = 0.0
    for code, share in zip((BLANK, DONT_KNOW, REFUSED), _NO_ANSWER, strict=True):
        codes[(draw >= edge) & (draw < edge + share)] = code
        edge += share
    return Answers(population, len(asked), truth.register[place, when], everyone.sex[who], everyone.age[who], codes)
