"""Estimates follow the laws of a design-based analysis."""

from __future__ import annotations

from math import inf, nan, sqrt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from store.errors import EstimateError
from surveys.change import (
    Shift,
    benjamini_hochberg,
    change,
    detectable,
    family_size,
    newcombe,
    panel_covariance,
    selected_interval,
    selected_level,
)
from surveys.design import Design
from surveys.estimates import contrast, covariance, mean, ratio, share, total
from surveys.intervals import (
    effective_n,
    hypergeometric,
    korn_graubard,
    logit_interval,
    share_interval,
    t_interval,
    wilson,
)
from surveys.panel import stack
from surveys.quantiles import quantile
from surveys.reliability import reliability
from surveys.weights import Margin, dummies, rake

numbers = st.lists(st.integers(1, 7), min_size=6, max_size=40)


def srs(n: int, population: float | None) -> Design:
    return Design.of(np.full(n, (population or n) / n), population=population)


@given(numbers)
@settings(max_examples=30, deadline=None)
def test_simple_random_sampling_gives_the_textbook_error(y: list[int]) -> None:
    estimate = mean(srs(len(y), 1000), y)
    assert estimate.value == pytest.approx(np.mean(y))
    assert estimate.variance == pytest.approx((1 - len(y) / 1000) * np.var(y, ddof=1) / len(y), abs=1e-12)
    if np.var(y) > 0:
        assert estimate.deff == pytest.approx(1)


@given(numbers)
@settings(max_examples=30, deadline=None)
def test_a_census_has_no_error(y: list[int]) -> None:
    assert mean(srs(len(y), len(y)), y).se == pytest.approx(0, abs=1e-12)


@given(numbers, st.floats(0.01, 100))
@settings(max_examples=30, deadline=None)
def test_rescaled_weights_change_no_mean(y: list[int], by: float) -> None:
    weights = np.arange(1.0, len(y) + 1)
    first, second = mean(Design.of(weights), y), mean(Design.of(by * weights), y)
    assert (first.value, first.se) == (pytest.approx(second.value), pytest.approx(second.se))


@given(numbers, st.randoms(use_true_random=False))
@settings(max_examples=30, deadline=None)
def test_the_order_of_rows_is_irrelevant(y: list[int], random) -> None:
    order = list(range(len(y)))
    random.shuffle(order)
    weights, strata = np.arange(1.0, len(y) + 1), np.arange(len(y)) % 2
    first = mean(Design.of(weights, strata=strata, population=50), y)
    second = mean(Design.of(weights[order], strata=strata[order], population=50), np.array(y)[order])
    assert (first.value, first.se) == (pytest.approx(second.value), pytest.approx(second.se))


def test_a_domain_keeps_the_rest_of_the_design() -> None:
    y = np.array([1.0, 2, 3, 4, 5, 6, 7, 8])
    domain = np.array([True] * 5 + [False] * 3)
    design = Design.of(np.ones(8) * 10, population=80)
    inside = mean(design, y, domain)
    z = np.where(domain, (y - 3) / 5, 0)
    assert inside.variance == pytest.approx((1 - 0.1) * 8 / 7 * np.sum((z - z.mean()) ** 2))
    missing = np.where(domain, y, nan)
    assert mean(design, missing).variance == pytest.approx(inside.variance)
    assert inside.df == 4
    assert mean(design, missing).df == 7


@given(numbers, st.data())
@settings(max_examples=30, deadline=None)
def test_an_estimate_over_a_domain_is_the_estimate_after_a_subset(y: list[int], data: st.DataObject) -> None:
    n = len(y)
    inside = np.array(data.draw(st.lists(st.booleans(), min_size=n, max_size=n))) | (np.arange(n) < 2)
    also = np.arange(n) % 3 != 1
    design = Design.of(np.arange(1.0, n + 1), psu=np.arange(n) // 2, population=40)
    for estimate in (mean, total):
        domain, subset = estimate(design, y, inside), estimate(design.subset(inside), y)
        assert (domain.value, domain.variance, domain.df) == (subset.value, subset.variance, subset.df)
        twice = estimate(design.subset(also).subset(inside), y)
        assert (twice.value, twice.variance) == (estimate(design, y, inside & also).value,
                                                 estimate(design.subset(also), y, inside).variance)


@given(numbers)
@settings(max_examples=30, deadline=None)
def test_strata_said_twice_halve_the_variance_of_a_mean(y: list[int]) -> None:
    n, weights = len(y), np.arange(1.0, len(y) + 1)
    strata = np.arange(n) % 2
    once = mean(Design.of(weights, strata=strata, population=60), y)
    twice = mean(Design.of(np.tile(weights, 2), strata=[*strata, *(strata + 2)], population=60), [*y, *y])
    assert twice.value == pytest.approx(once.value)
    assert twice.variance == pytest.approx(once.variance / 2)


@given(numbers, st.integers(2, 38))
@settings(max_examples=30, deadline=None)
def test_a_file_split_by_stratum_adds_up_to_the_whole(y: list[int], at: int) -> None:
    at = min(at, len(y) - 2)
    weights, values = np.arange(1.0, len(y) + 1), np.array(y)
    whole = total(Design.of(weights, strata=np.arange(len(y)) >= at, population=60), values)
    parts = [total(Design.of(weights[rows], population=60), values[rows]) for rows in (slice(at), slice(at, None))]
    assert whole.value == pytest.approx(sum(each.value for each in parts))
    assert whole.variance == pytest.approx(sum(each.variance for each in parts))


def test_strata_that_repeat_a_label_of_clusters_are_told_apart() -> None:
    y = [1.0, 2, 5, 6]
    same = Design.of(np.ones(4), strata=[1, 1, 2, 2], psu=["a", "b", "a", "b"])
    other = Design.of(np.ones(4), strata=[1, 1, 2, 2], psu=["a", "b", "c", "d"])
    assert mean(same, y).se == mean(other, y).se


def test_calibration_takes_out_what_the_margins_explain() -> None:
    group = np.repeat([0, 1], 30)
    margin = Margin("g", ("a", "b"), group, np.array([600.0, 400.0]))
    initial = np.full(60, 1000 / 60)
    design = Design.of(rake(initial, [margin]), initial=initial, population=1000, calibration=dummies([margin], 60))
    assert design.guarded
    assert design.rank == 2
    assert mean(design, group.astype(float)).se == pytest.approx(0, abs=1e-9)
    assert mean(design.weights_fixed(), group.astype(float)).se > 0.05
    assert mean(design, group.astype(float)).value == pytest.approx(0.4)


def test_a_frame_names_the_columns_of_its_calibration() -> None:
    group, y = np.repeat([0.0, 1.0], 30), np.tile([1.0, 2, 4], 20)
    margin = Margin("g", ("a", "b"), group.astype(int), np.array([400.0, 200]))
    frame = pd.DataFrame({"w": rake(np.full(60, 10.0), [margin]), "d": 10.0, "one": 1.0, "g": group})
    named = Design.of_frame(frame, "w", initial="d", calibration=["one", "g"])
    assert named.rank == 2
    assert mean(named, frame.g).se == pytest.approx(0, abs=1e-9)
    assert mean(named, y).se == mean(Design.of(frame.w, initial=frame.d, calibration=frame[["one", "g"]]), y).se


def test_post_stratification_has_the_error_of_its_closed_form() -> None:
    rng = np.random.default_rng(1)
    group = np.repeat([0, 1], [40, 60])
    y = rng.normal(size=100) + group
    margin = Margin("g", ("a", "b"), group, np.array([500.0, 500.0]))
    initial = np.full(100, 10.0)
    design = Design.of(rake(initial, [margin]), initial=initial, calibration=dummies([margin], 100))
    means = np.array([y[group == 0].mean(), y[group == 1].mean()])
    residual = rake(initial, [margin]) * (y - means[group]) / 1000
    assert mean(design, y).variance == pytest.approx(100 / 99 * np.sum(residual**2))


@pytest.mark.parametrize(("n", "constraints", "guarded"), [
    (29, 1, False), (30, 1, True), (39, 4, False), (40, 4, True)])
def test_the_guard_needs_thirty_answers_and_ten_a_constraint(n: int, constraints: int, guarded: bool) -> None:
    X = np.column_stack([np.ones(n), *(np.arange(n) % constraints == k for k in range(1, constraints))])
    assert Design.of(np.ones(n), calibration=X).guarded is guarded


def test_a_lonely_unit_is_refused_and_a_certain_one_is_not() -> None:
    with pytest.raises(EstimateError, match="only one primary unit"):
        mean(Design.of([1.0, 1, 1], strata=[1, 1, 2]), [1, 2, 3])
    certain = Design.of([1.0, 1, 1], strata=[1, 1, 2], population=[4, 4, 1])
    assert mean(certain, [1, 2, 3]).se > 0
    lonely = Design.of([1.0, 1, 1], psu=[1, 1, 2], population=10, ssu=[1, 2, 3], ssu_population=[2, 2, 5])
    with pytest.raises(EstimateError, match="only one secondary unit"):
        mean(lonely, [1, 2, 3])


@pytest.mark.parametrize("make", [
    lambda: Design.of([]),
    lambda: Design.of([1.0, 0.0]),
    lambda: Design.of([1.0, 1.0], strata=[1]),
    lambda: Design.of([1.0, 1.0], population=1),
    lambda: Design.of([1.0, 1.0], population=[2, 3]),
    lambda: Design.of([1.0, 1.0], population=nan),
    lambda: Design.of([1.0] * 4, psu=[1, 1, 2, 2], population=5, ssu=[1, 2, 3, 4], ssu_population=1),
    lambda: mean(Design.of([1.0, 1.0]), [1.0]),
    lambda: mean(Design.of([1.0, 1.0]), [nan, nan]),
    lambda: share(Design.of([1.0, 1.0]), [0.0, 2.0]),
    lambda: ratio(Design.of([1.0, 1.0]), [1, 1], [0, 0]),
    lambda: effective_n(0.5, 1, 1, 1, 1),
    lambda: logit_interval(1.0, 0.1, 10),
    lambda: hypergeometric(3, 2, 10),
    lambda: quantile(Design.of([1.0, 1.0]), [1, 2], 1.0),
    lambda: quantile(Design.of([1.0, 1.0]), [nan, nan], 0.5),
    lambda: Design.of([1.0, 1.0]).subset([True]),
    lambda: Design.of_frame(pd.DataFrame({"w": [1.0, 1.0]}), "w", strata="h"),
    lambda: stack([Design.of([1.0, 1.0])], [["a"]]),
    lambda: stack([Design.of([1.0, 1.0], strata=[1, 2])], [["a", "b"]]),
    lambda: reliability([[1.0], [2.0]]),
    lambda: reliability([[1.0, 2.0], [nan, 1.0], [2.0, 2.0]]),
    lambda: reliability([[1.0, 2.0], [1.0, 3.0], [1.0, 4.0]]),
])
def test_wrong_input_is_refused(make) -> None:
    with pytest.raises(EstimateError):
        make()


def test_a_share_of_none_or_all_is_decided_on_counts() -> None:
    design = Design.of(np.array([0.1] * 40), population=100)
    everyone = share(design, np.ones(40))
    assert (everyone.value, everyone.variance, everyone.count, everyone.deff) == (1.0, 0.0, 40, None)
    interval = korn_graubard(everyone.value, everyone.variance, 40, 40, 39)
    assert interval.high == 1.0
    assert interval.low == pytest.approx(0.025 ** (1 / 40))
    assert korn_graubard(1e-16, 0.0, 40, 0, 39).low == 0.0
    assert korn_graubard(1 - 1e-16, 1e-40, 40, 40, 39).high == 1.0


def test_a_ratio_of_a_share_to_one_is_the_share() -> None:
    y = np.array([1.0, 0, 1, 1, 0, nan])
    design = Design.of(np.arange(1.0, 7.0))
    assert ratio(design, y, np.ones(6)).se == pytest.approx(mean(design, y).se)
    assert ratio(design, y, np.ones(6)).value == pytest.approx(mean(design, y).value)


def test_a_contrast_knows_that_shares_of_one_wave_belong_together() -> None:
    code = np.array([1, 1, 2, 3, 3, 3, 2, 1, 2, 3])
    design = Design.of(np.ones(10))
    shares = [share(design, (code == k).astype(float)) for k in (1, 2, 3)]
    assert contrast(design, shares, [1, 1, 1]).se == pytest.approx(0, abs=1e-12)
    matrix = covariance(design, shares)
    assert matrix[0, 1] < 0
    difference = contrast(design, shares[:2], [1, -1])
    assert difference.variance == pytest.approx(matrix[0, 0] + matrix[1, 1] - 2 * matrix[0, 1])


def test_totals_add_up() -> None:
    design = Design.of([2.0, 3, 5], population=10)
    assert total(design, [1.0, 2, 3]).value == pytest.approx(23)
    assert total(design, [1.0, nan, 3]).value == pytest.approx(17)


@given(st.integers(1, 199), st.floats(0.5, 4))
@settings(max_examples=50, deadline=None)
def test_korn_graubard_holds_the_share_and_stays_in_bounds(count: int, deff: float) -> None:
    p = count / 200
    interval = korn_graubard(p, deff * p * (1 - p) / 200, 200, count, 199)
    assert 0 <= interval.low < p < interval.high <= 1
    assert interval.n_eff == pytest.approx(200 / deff)
    capped = korn_graubard(p, deff * p * (1 - p) / 200, 200, count, 199, nchs=True)
    assert capped.n_eff <= 200
    assert capped.high - capped.low >= interval.high - interval.low - 1e-12


def test_with_srs_korn_graubard_is_clopper_pearson() -> None:
    p = 37 / 120
    interval = korn_graubard(p, p * (1 - p) / 120, 120, 37, 119)
    exact = stats.binomtest(37, 120).proportion_ci(method="exact")
    assert (interval.low, interval.high) == (pytest.approx(exact.low), pytest.approx(exact.high))


def test_a_census_share_has_no_width() -> None:
    interval = korn_graubard(0.4, 0.0, 10, 4, 9)
    assert (interval.low, interval.high, interval.n_eff) == (0.4, 0.4, inf)


@pytest.mark.parametrize(("variance", "kind"), [(0.25 / 49, "nchs"), (0.25 / 60, "korn-graubard")])
def test_a_small_effective_n_takes_the_nchs_variant(variance: float, kind: str) -> None:
    assert share_interval(0.5, variance, 80, 40, 79).kind == kind


def test_t_and_logit_intervals() -> None:
    assert t_interval(50, 4, 10) == (pytest.approx(50 - 2 * 2.2281389), pytest.approx(50 + 2 * 2.2281389))
    low, high = logit_interval(0.5, 0.01, 1e9)
    assert (low + high) == pytest.approx(1)
    assert wilson(1.0, 20)[1] == 1.0


def test_the_exact_interval_of_a_census_is_the_count() -> None:
    assert hypergeometric(4, 10, 10) == (0.4, 0.4)
    low, high = hypergeometric(40, 100, 1000)
    assert 0.3 < low < 0.4 < high < 0.51


@pytest.mark.parametrize(("n", "population", "kind"), [(50, 100, "hypergeometric"), (50, 101, "korn-graubard")])
def test_an_unweighted_sample_of_half_the_residents_gets_the_exact_interval(n: int, population: int, kind: str) -> None:
    found = share(srs(n, population), np.arange(n) < 20)
    interval = share_interval(found.value, found.variance, n, 20, n - 1, population=population)
    assert interval.kind == kind
    assert interval.low < 0.4 < interval.high


@given(st.integers(1, 30), st.integers(0, 30), st.integers(0, 30))
@settings(max_examples=60, deadline=None)
def test_the_exact_interval_holds_the_populations_that_the_sample_does_not_reject(n: int, count: int, more: int
                                                                                  ) -> None:
    count, population = min(count, n), n + more
    low, high = (round(each * population) for each in hypergeometric(count, n, population))
    assert count <= low <= high <= population - (n - count)
    for having in range(count, population - (n - count) + 1):
        tails = stats.hypergeom.sf(count - 1, population, having, n), stats.hypergeom.cdf(count, population, having, n)
        assert (low <= having <= high) == (min(tails) >= 0.025)


def test_change_of_independent_waves() -> None:
    moved = change(0.5, 0.0009, 0.6, 0.0016)
    assert moved.se == pytest.approx(0.05)
    assert moved.p == pytest.approx(0.0455, abs=1e-4)
    assert moved.low == pytest.approx(0.1 - 1.959964 * 0.05)
    assert moved.detectable == pytest.approx(0.14)


@pytest.mark.parametrize(("first", "later", "p"), [(0.5, 0.5, 1.0), (0.5, 0.6, 0.0)])
def test_change_of_censuses_needs_no_test(first: float, later: float, p: float) -> None:
    assert change(first, 0, later, 0).p == p


def test_no_covariance_makes_a_variance_negative() -> None:
    assert change(0.5, 0.01, 0.6, 0.01, covariance=5).se == 0


def test_a_full_panel_has_the_error_of_the_mean_difference() -> None:
    rng = np.random.default_rng(2)
    first = rng.normal(size=50)
    later = first + rng.normal(size=50)
    designs = [srs(50, 400) for _ in range(2)]
    z = [design.linearised(mean(design, y).scores)[:, 0] for design, y in zip(designs, (first, later), strict=True)]
    shared = panel_covariance(z[0], z[1], 50, 50, (400, 400))
    a, b = (mean(design, y) for design, y in zip(designs, (first, later), strict=True))
    expected = (1 - 50 / 400) * np.var(later - first, ddof=1) / 50
    assert change(a.value, a.variance, b.value, b.variance, shared).se == pytest.approx(sqrt(expected))


def test_movers_leave_less_to_subtract_and_unknown_ones_the_most() -> None:
    first, later = np.arange(40.0), np.arange(40.0) + np.tile([0.0, 3], 20)
    spread = 100 * 120 * np.cov(first, later)[0, 1]
    def covariance_of(in_both: float | None) -> float:
        return panel_covariance(first, later, 100, 120, (900, 1000), in_both)

    assert covariance_of(600) == pytest.approx((40 / 12_000 - 600 / 900_000) * spread)  # Tam 1984
    assert covariance_of(None) == pytest.approx((40 / 12_000 - 1 / 1000) * spread)
    assert covariance_of(None) < covariance_of(600)


def test_a_stacked_panel_has_nearly_the_error_of_the_overlap() -> None:
    rng = np.random.default_rng(4)
    first, later = rng.normal(size=60), rng.normal(size=70)
    later[:30] += 2 * first[30:]
    designs = [srs(60, None), srs(70, None)]
    stacked, wave = stack(designs, [[str(each) for each in range(60)], [str(each) for each in range(30, 100)]])
    y = np.concatenate([first, later])
    exact = contrast(stacked, [mean(stacked, y, wave == 0), mean(stacked, y, wave == 1)], [-1, 1])
    a, b = (mean(design, values) for design, values in zip(designs, (first, later), strict=True))
    z = [design.linearised(each.scores)[:, 0] for design, each in zip(designs, (a, b), strict=True)]
    shared = panel_covariance(z[0][30:], z[1][:30], 60, 70, None)
    near = change(a.value, a.variance, b.value, b.variance, shared)
    assert near.value == pytest.approx(exact.value)
    assert near.se == pytest.approx(exact.se, rel=0.05)
    assert near.se < 0.9 * np.hypot(a.se, b.se)


def test_a_bridge_takes_its_break_off_and_adds_its_error() -> None:
    plain, bridged = change(0.5, 0.0004, 0.6, 0.0005), change(0.5, 0.0004, 0.6, 0.0005, shift=Shift(0.04, 0.0007))
    assert bridged.value == pytest.approx(0.06)
    assert bridged.se == pytest.approx(0.04)
    assert plain.se == pytest.approx(0.03)
    assert bridged.p > plain.p
    assert bridged.detectable == pytest.approx(2.8 * 0.04)


@pytest.mark.parametrize(("n", "residents", "level", "moved"), [(200, 3000, 0.07, 0.14), (400, 1000, 0.04, 0.08)])
def test_what_a_sample_can_show(n: int, residents: int, level: float, moved: float) -> None:
    """The two rules of thumb of method.md A6, at a share of a half."""
    variance = 0.25 / n * (1 - n / residents)
    assert 1.96 * sqrt(variance) == pytest.approx(level, abs=0.005)
    assert detectable(variance, variance) == pytest.approx(moved, abs=0.005)


def test_shares_of_the_same_persons_have_a_narrower_newcombe_interval() -> None:
    limits = (0.1, 0.05, 0.19, 0.06, 0.02, 0.14)
    alone, together = newcombe(*limits), newcombe(*limits, 0.6)
    assert alone[0] < together[0] < 0.04 < together[1] < alone[1]
    assert newcombe(*limits, 1.0)[1] - 0.04 == pytest.approx(0.09 - 0.04)


def test_few_common_persons_count_as_none() -> None:
    assert panel_covariance(np.arange(9), np.arange(9), 100, 100, None) == 0


def test_adjusting_leaves_gaps_where_they_are() -> None:
    adjusted = benjamini_hochberg([0.04, None, 0.01, nan])
    assert adjusted == (pytest.approx(0.04), None, pytest.approx(0.02), None)
    assert family_size([0.04, None, 0.01, nan]) == 2
    assert benjamini_hochberg([]) == ()


@given(st.lists(st.floats(0, 1), min_size=1, max_size=15))
@settings(max_examples=50, deadline=None)
def test_adjusted_p_values_keep_their_order_and_never_fall(p: list[float]) -> None:
    adjusted = np.array(benjamini_hochberg(p), dtype=float)
    assert np.all(adjusted >= np.array(p) - 1e-12)
    assert np.all(adjusted <= 1)
    assert np.all(np.diff(adjusted[np.argsort(p, kind="stable")]) >= -1e-12)
    assert np.allclose(adjusted, stats.false_discovery_control(p))


def test_the_interval_of_a_selected_area_is_at_its_level() -> None:
    low, high = selected_interval(0.2, 0.05, 0.99)
    assert (low, high) == (pytest.approx(0.2 - 2.575829 * 0.05), pytest.approx(0.2 + 2.575829 * 0.05))
    assert selected_interval(0.2, 0.05, 0.95, df=10)[1] == pytest.approx(0.2 + 2.2281389 * 0.05)


def test_selected_intervals_widen_with_the_family() -> None:
    assert selected_level(3, 15) == pytest.approx(0.99)
    assert selected_level(0, 15) == 0.95
