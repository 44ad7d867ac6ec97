"""How hand-coding corrects what the reader gets wrong (method.md B5)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from reputation.clustered import cluster_mean
from reputation.correction import MIN_CODED, corrected, correction_for
from store.errors import EstimateError

NAN = float("nan")


def test_a_census_of_codes_gives_the_codes() -> None:
    coded = [1.0, 0, -1, 0]

    assert corrected([0, 0, 0, 1], coded, [1, 1, 1, 1], [0, 0, 0, 1]) == pytest.approx(coded)


def test_the_mean_of_scores_is_the_two_phase_difference_estimate() -> None:
    predicted = np.array([0.0] * 6 + [1.0] * 4)
    coded = np.array([-1.0, 0, NAN, NAN, NAN, NAN, 1, 0, NAN, NAN])
    probability = np.where(predicted == 0, 2 / 6, 2 / 4)

    scores = corrected(predicted, coded, probability, predicted)

    by_hand = predicted.mean() + 0.6 * -0.5 + 0.4 * -0.5  # mean error of each class times its share
    assert scores.mean() == pytest.approx(by_hand)
    assert scores.mean() == pytest.approx(np.mean(
        predicted + np.where(np.isnan(coded), 0, (np.nan_to_num(coded) - predicted) / probability)))  # DSL as printed


def test_the_variance_is_that_of_a_stratified_sample() -> None:
    generator = np.random.default_rng(3)
    truth = generator.integers(-1, 2, 2000).astype(float)
    predicted = np.where(generator.random(2000) < 0.3, 0, truth)
    size, estimates, variances = 60, [], []
    for _ in range(300):
        coded, probability = np.full(2000, NAN), np.full(2000, NAN)
        for each in (-1, 0, 1):
            rows = np.flatnonzero(predicted == each)
            taken = generator.choice(rows, size, replace=False)
            coded[taken], probability[taken] = truth[taken], size / rows.size
        scores = corrected(predicted, coded, probability, predicted)
        estimates.append(scores.mean())
        variances.append(cluster_mean(scores, np.arange(2000)).variance - truth.var() / 2000)

    assert np.mean(estimates) == pytest.approx(truth.mean(), abs=0.01)
    assert np.mean(variances) == pytest.approx(np.var(estimates), rel=0.2)


def test_a_class_without_codes_takes_the_error_of_all() -> None:
    scores = corrected([0, 0, 1], [-1, -1, NAN], [1, 1, NAN], [0, 0, 1])

    assert scores[2] == pytest.approx(0)


@pytest.mark.parametrize(("coded", "probability"), [([NAN, NAN], [NAN, NAN]), ([1, NAN], [NAN, NAN]), ([1, 0], [0, 1])])
def test_a_sample_without_codes_or_probabilities_is_an_error(coded: list[float], probability: list[float]) -> None:
    with pytest.raises(EstimateError):
        corrected([0, 0], coded, probability, [0, 0])


def codes(sample: str, groups: list[str], alpha: float = 0.8) -> pd.DataFrame:
    return pd.DataFrame({"sample": sample, "copy_group": groups, "alpha": alpha, "tone": 0.0, "probability": 0.5})


def test_the_sample_with_most_codes_in_the_window_corrects_it() -> None:
    articles = pd.Series([f"a{at}" for at in range(30)])
    both = pd.concat([codes("s1", list(articles[:10])), codes("s2", list(articles[:14]), 0.9)])

    found = correction_for(articles, both)

    assert found is not None
    assert (found.sample, found.n, len(found.coded), found.label) == ("s2", 14, 30, "dsl n=14 alpha=0.90")


def test_few_codes_in_a_window_leave_it_uncorrected() -> None:
    articles = pd.Series([f"a{at}" for at in range(30)])

    assert correction_for(articles, codes("s1", list(articles[:MIN_CODED - 1]))) is None
    assert correction_for(articles, codes("s1", ["elsewhere"] * 20)) is None
    assert correction_for(articles, None) is None
