"""By simulation: intervals cover what was planted about as often as they say, and stable areas are left in peace.

Readings and answers are drawn from the demonstration's process, no text in between. Run with ``make test-slow``.
"""

from __future__ import annotations

import numpy as np
import pytest

from reputation.clustered import change, cluster_mean
from reputation.correction import corrected
from reputation.demonstration.process import AGES, ITEMS, SEXES, Answers, Truth, deal, draw_answers, draw_events
from reputation.series import MIN_EVENTS, degrees, share_interval
from store.config import DisclosureConfig
from surveys.area_data import Answers as Given
from surveys.area_data import AreaData
from surveys.area_estimates import estimate_area
from surveys.change import benjamini_hochberg
from surveys.intervals import t_interval
from surveys.items import Item
from surveys.weights import Margin

AREAS = tuple(f"area{at:02d}" for at in range(15))
SEEDS = 60
NOMINAL = (0.93, 0.97)


def misread(tone: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Read some negative as neutral, some neutral as positive, and some positive as negative."""
    chance = generator.random(tone.size)
    return np.select([(tone == -1) & (chance < 0.35), (tone == 0) & (chance < 0.2), (tone == 1) & (chance < 0.1)],
                     [0, 1, -1], tone)


def coded(tone: np.ndarray, read: np.ndarray, size: int, generator: np.random.Generator
          ) -> tuple[np.ndarray, np.ndarray]:
    """Hand-code about ``size`` items drawn within predicted class; both (n,), NaN where not coded."""
    codes, probability = np.full(tone.size, np.nan), np.full(tone.size, np.nan)
    for each in np.unique(read):
        rows = np.flatnonzero(read == each)
        taken = generator.choice(rows, min(rows.size, max(2, round(size * rows.size / tone.size))), replace=False)
        codes[taken], probability[taken] = tone[taken], taken.size / rows.size
    return codes, probability


@pytest.mark.slow
def test_intervals_of_net_tone_and_negative_share_cover_at_their_nominal_rate() -> None:
    hits: dict[str, list[bool]] = {"net tone": [], "negative share": [], "corrected": [], "uncorrected": []}
    for seed in range(SEEDS):
        truth, generator = deal(AREAS, seed=seed), np.random.default_rng([seed, 99])
        for area in AREAS:
            for year in truth.years:
                drawn = draw_events(truth, generator, area, year)
                if np.unique(drawn.event).size < MIN_EVENTS:
                    continue
                planted = truth.net_tone(area, year)
                mean = cluster_mean(drawn.tone, drawn.event)
                hits["net tone"].append(covers(t_interval(mean.value, mean.variance, degrees(mean, None)), planted))
                ends = share_interval(cluster_mean(drawn.tone == -1, drawn.event))
                assert ends is not None
                hits["negative share"].append(covers(ends, truth.negative_share(area, year)))
                read = misread(drawn.tone, generator)
                codes, probability = coded(drawn.tone, read, 17, generator)
                mean = cluster_mean(corrected(read, codes, probability, read), drawn.event)
                df = degrees(mean, int(np.sum(~np.isnan(codes))))
                hits["corrected"].append(covers(t_interval(mean.value, mean.variance, df), planted))
                mean = cluster_mean(read, drawn.event)
                hits["uncorrected"].append(covers(t_interval(mean.value, mean.variance, degrees(mean, None)), planted))

    rates = {name: float(np.mean(found)) for name, found in hits.items()}
    for name in ("net tone", "negative share", "corrected"):
        assert NOMINAL[0] <= rates[name] <= NOMINAL[1], rates
    assert rates["uncorrected"] < 0.85, "misreading must show where nothing corrects it"


def covers(ends: tuple[float, float], value: float) -> bool:
    return ends[0] <= value <= ends[1]


def calls(truth: Truth, generator: np.random.Generator) -> int:
    """Count the areas called moved between the first and the last year, adjusted over the areas."""
    p: list[float | None] = []
    for area in truth.areas:
        both = []
        for number, year in enumerate((truth.years[0], truth.years[-1])):
            drawn = draw_events(truth, generator, area, year)
            both.append(cluster_mean(drawn.tone, drawn.event + number * 10_000))
        p.append(change(*both).p if min(each.events for each in both) >= MIN_EVENTS else None)
    return sum(each is not None and each <= 0.05 for each in benjamini_hochberg(p))


@pytest.mark.slow
def test_stable_areas_are_seldom_called_moved() -> None:
    runs = [calls(deal(AREAS, seed=seed, stable=True), np.random.default_rng([seed, 7])) > 0 for seed in range(1000)]

    assert np.mean(runs) <= 0.07


ASKED = tuple(
    Item(wave="w", id=name, concept="tryghed", wording=name, min=1, max=5, safe_pole="low", safe=(1, 2), unsafe=(4, 5),
         mode=("web",), institute="i", language="da", instrument="i") for name in ITEMS
)
CELLS = tuple(f"{sex}*{age}" for sex in SEXES for age in AGES)


def area_data(drawn: Answers) -> AreaData:
    """Lay drawn answers out as the surveys room reads them from the store."""
    codes = drawn.sex * len(AGES) + drawn.age
    crossed = Margin("koen*alder", CELLS, codes, drawn.register.ravel().astype(float))
    given = {
        item.id: Given(np.where((column >= 1) & (column <= 5), column, np.nan), column > 0, column == 8)
        for item, column in zip(ASKED, drawn.codes.T.astype(float), strict=True)
    }
    return AreaData("w", "a", ASKED, ASKED, (None,) * len(codes), given, (crossed,), drawn.population, drawn.invited,
                    len(codes))


@pytest.mark.slow
def test_intervals_of_perceived_safety_cover_at_their_nominal_rate() -> None:
    hits: dict[str, list[bool]] = {"safe_share": [], "unsafe_share": [], "safety_index": []}
    for seed in range(25):
        truth, generator = deal(AREAS, seed=seed), np.random.default_rng([seed, 5])
        for area in AREAS:
            for wave in truth.waves:
                figures, _, _ = estimate_area(area_data(draw_answers(truth, generator, wave, area)),
                                              DisclosureConfig(), fpc=True)
                for name, found in hits.items():
                    figure = figures[name]
                    if figure.low is not None and figure.high is not None:
                        found.append(covers((figure.low, figure.high), getattr(truth, name)(area, wave)))

    rates = {name: float(np.mean(found)) for name, found in hits.items()}
    assert all(NOMINAL[0] <= rate <= NOMINAL[1] for rate in rates.values()), rates
    assert all(len(found) > 1200 for found in hits.values())
