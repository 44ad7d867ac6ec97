"""The planted process: its parameters are what its draws have on average."""

from dataclasses import replace

import numpy as np
import pytest

from reputation.demonstration.process import (
    BLANK,
    DONT_KNOW,
    ITEMS,
    REFUSED,
    deal,
    draw_answers,
    draw_events,
    residents,
)

AREAS = tuple("abcdefghijklmno")


def test_the_same_seed_deals_the_same_truth_and_another_seed_another() -> None:
    one, two, other = deal(AREAS), deal(AREAS), deal(AREAS, seed=1)
    assert np.array_equal(one.tone, two.tone)
    assert np.array_equal(one.safe, two.safe)
    assert not np.array_equal(one.tone, other.tone)


def test_the_truth_is_dealt_by_place_and_knows_nothing_of_an_areas_name() -> None:
    assert np.array_equal(deal(AREAS).tone, deal(AREAS[::-1]).tone)


def test_shares_are_shares() -> None:
    truth = deal(AREAS)
    assert np.allclose(truth.tone.sum(axis=-1), 1)
    assert truth.tone.min() > 0
    assert truth.safe.min() >= 0.3
    assert truth.safe.max() <= 0.95
    assert (truth.invited <= truth.register.sum(axis=(2, 3))).all()


def test_a_stable_truth_has_no_trend() -> None:
    truth = deal(AREAS, stable=True)
    assert np.ptp(truth.tone, axis=1).max() == 0
    assert np.ptp(truth.safe, axis=1).max() == 0


def test_items_have_the_planted_tone_on_average_and_hang_together_within_events() -> None:
    truth = deal(AREAS)
    rng = np.random.default_rng(1)
    tones, agree = [], []
    for _ in range(1500):
        events = draw_events(truth, rng, "c", 2021)
        tones.append(events.tone)
        agree.append(events.tone == events.event_tone[events.event])
    items = np.concatenate(tones)
    error = 4 * 1.5 * items.std() / np.sqrt(len(items))
    assert items.mean() == pytest.approx(truth.net_tone("c", 2021), abs=error)
    assert (items == -1).mean() == pytest.approx(truth.negative_share("c", 2021), abs=error)
    assert np.concatenate(agree).mean() > truth.rho


def test_events_lie_within_their_year_and_their_items_within_four_days() -> None:
    rng = np.random.default_rng(2)
    truth = deal(AREAS)
    for _ in range(200):
        events = draw_events(truth, rng, "a", 2018)
        assert events.day.min() >= 1
        assert events.day.max() <= 365
        for number in np.unique(events.event):
            assert np.ptp(events.day[events.event == number]) <= 3


def test_event_sizes_are_skewed() -> None:
    rng = np.random.default_rng(3)
    sizes = np.concatenate([
        np.bincount(draw_events(deal(AREAS), rng, "a", 2018).event) for _ in range(100)
    ])
    assert np.median(sizes) == 1
    assert sizes.max() >= 6


def test_the_register_holds_the_planted_safe_share_to_the_rounding_of_its_cells() -> None:
    truth = deal(AREAS)
    for area in AREAS:
        for wave in truth.waves:
            place, when = truth.areas.index(area), truth.waves.index(wave)
            population = truth.register[place, when].sum()
            assert truth.safe_share(area, wave) == pytest.approx(truth.safe[place, when], abs=8 * 0.5 / population)


@pytest.mark.parametrize("scale", [5, 7])
def test_codes_run_over_the_scale_of_the_wave(scale: int) -> None:
    truth = deal(AREAS, waves=(2025,), scales=(scale,))
    assert set(np.unique(residents(truth, "a", 2025).codes)) == set(range(1, scale + 1))
    assert truth.unsafe_share("a", 2025) + truth.safe_share("a", 2025) < 1
    assert 0 < truth.safety_index("a", 2025) < 100
    assert 0 < truth.item_index("a", 2025) < 100


def test_the_old_answer_more_and_weighting_to_the_register_recovers_the_planted_share() -> None:
    truth = deal(AREAS)
    rng = np.random.default_rng(4)
    weighted, old = [], []
    for _ in range(300):
        drawn = draw_answers(truth, rng, 2020, "e")
        valid = (drawn.codes[:, 0] >= 1) & (drawn.codes[:, 0] <= 5)
        cell = (drawn.sex * 4 + drawn.age)[valid]
        safe = (drawn.codes[:, 0] <= 2)[valid]
        count = np.bincount(cell, minlength=8)
        if (count == 0).any():
            continue
        rate = np.bincount(cell, safe, 8) / count
        weighted.append((rate * drawn.register.ravel()).sum() / drawn.population)
        old.append((drawn.age == 3).mean() - drawn.register[:, 3].sum() / drawn.population)
    assert np.mean(weighted) == pytest.approx(truth.safe_share("e", 2020), abs=0.006)
    assert np.mean(old) > 0.03


def test_some_answers_are_blank_unknown_or_refused_and_no_one_answers_uninvited() -> None:
    truth = deal(AREAS)
    drawn = draw_answers(truth, np.random.default_rng(5), 2018, "b")
    assert {BLANK, DONT_KNOW, REFUSED} <= set(np.unique(drawn.codes))
    assert drawn.codes.shape == (len(drawn.sex), len(ITEMS))
    none = replace(truth, invited=truth.invited * 0)
    assert len(draw_answers(none, np.random.default_rng(5), 2018, "b").sex) == 0
