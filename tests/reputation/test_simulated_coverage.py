"""By simulation: intervals cover what was planted about as often as they say, and stable areas are left in peace.

Readings and answers are drawn from the demonstration's process, no text in between. Run with ``make test-slow``.
"""

from __future__ import annotations

import numpy as np
import pytest

from reputation.clustered import change, cluster_mean
from reputation.correction import corrected
from reputation.demonstration.process import Truth, deal, draw_events
from reputation.index import MIN_EVENTS, degrees, share_interval
from surveys.change import benjamini_hochberg
from surveys.intervals import t_interval

AREAS = tuple(f"area{at:02d}" for at in range(15))
SEEDS = 60
NOMINAL = (0.93, 0.97)


def misread(tone: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Read a third of the negative as neutral, a fifth of the neutral as positive, a tenth of the positive as negative."""
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
