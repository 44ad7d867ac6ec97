"""Small made-up samples come out as R gives them, without R (test_r.py asks R itself, about more).

Values: R 4.2.2, survey 4.1-1, psych 2.2.9; the call stands above each.
"""

from __future__ import annotations

from math import nan

import numpy as np
import pandas as pd
import pytest

from surveys.design import Design
from surveys.estimates import Estimated, contrast, mean, ratio, share, total
from surveys.intervals import korn_graubard, logit_interval
from surveys.panel import stack
from surveys.quantiles import quantile
from surveys.reliability import reliability
from surveys.weights import Margin, dummies, rake

DATA = pd.DataFrame({
    "h": [1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2], "w": [3, 5, 2, 4, 6, 1.5, 2.5, 4, 3, 2, 5, 1], "N": [25] * 5 + [40] * 7,
    "x": [2.1, 3.4, 1.7, 5.2, 4.4, 6.1, 2.9, 7.3, 3.8, 5.5, 4.1, 6.6], "z": [1, 2, 1, 3, 2, 3, 1, 4, 2, 3, 2, 3],
    "b": [1, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0, 1], "g": [1, 2, 1, 1, 2, 2, 1, 2, 1, 2, 1, 1],
    "s": [1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2],
})
# svydesign(ids = ~1, strata = ~h, weights = ~w, fpc = ~N, data = d)
DESIGN = Design.of_frame(DATA, "w", strata="h", population="N")


def gives(estimate: Estimated, value: float, se: float) -> None:
    assert (estimate.value, estimate.se) == (pytest.approx(value, rel=1e-11), pytest.approx(se, rel=1e-11))


def test_mean_ratio_and_domain_of_strata_with_unequal_weights() -> None:
    gives(mean(DESIGN, DATA.x), 4.33333333333, 0.380481589869)  # svymean(~x, d)
    gives(ratio(DESIGN, DATA.x, DATA.z), 1.94252873563, 0.0652881912385)  # svyratio(~x, ~z, d)
    subset = DESIGN.subset(DATA.g == 1)
    gives(mean(subset, DATA.x), 3.71951219512, 0.456472054186)  # svymean(~x, subset(d, g == 1))
    gives(total(subset, DATA.x), 76.25, 25.1423733466)  # svytotal(~x, subset(d, g == 1))


def test_both_design_effects() -> None:
    found = mean(DESIGN, DATA.x)
    assert found.deff == pytest.approx(0.994238364809, rel=1e-11)  # deff = TRUE
    assert found.deff_replace == pytest.approx(0.688318867944, rel=1e-11)  # deff = "replace"


@pytest.mark.parametrize(("p", "expected"), [
    (0.5, (4.1, 2.9, 6.6, 0.830289368345)), (0.6, (4.4, 3.8, 7.3, 0.785408861948))])
def test_quantiles_with_woodruffs_interval(p: float, expected: tuple[float, ...]) -> None:
    found = quantile(DESIGN, DATA.x, p)  # svyquantile(~x, d, p): interval.type "mean", qrule "math"
    assert (found.value, found.low, found.high, found.se) == pytest.approx(expected, rel=1e-11)
    assert (found.df, found.n) == (10, 12)


def test_intervals_of_a_share() -> None:
    found = share(DESIGN, DATA.b)
    beta = korn_graubard(found.value, found.variance, found.n, found.count or 0, found.df)
    # svyciprop(~b, d, method = "beta"), "xlogit"
    assert (beta.low, beta.high) == pytest.approx((0.0924287834588, 0.6111348386198), rel=1e-11)
    assert logit_interval(found.value, found.variance, found.df) == pytest.approx(
        (0.107083837836, 0.622229047384), rel=1e-11)


def test_raking_from_unequal_weights_takes_initial_weights_in_the_regression() -> None:
    margin = Margin("s", ("1", "2"), DATA.s.to_numpy() - 1, np.array([18.0, 22.0]))
    design = DESIGN.calibrated(rake(DESIGN.weights, [margin]), dummies([margin], 12))
    # calibrate(d, ~s, c(40, 22), calfun = "raking")
    gives(mean(design, DATA.x), 4.52142857143, 0.371862441133)
    gives(mean(design.subset(DATA.g == 1), DATA.x), 3.91141083132, 0.451830053311)


def test_two_stages_with_both_corrections() -> None:
    psu, M = [1, 1, 1, 2, 2, 3, 3, 3, 4, 4], np.array([5, 5, 5, 4, 4, 6, 6, 6, 3, 3])
    weights = 9 / 4 * M / np.array([3, 3, 3, 2, 2, 3, 3, 3, 2, 2])
    design = Design.of(weights, psu=psu, population=9, ssu=range(10), ssu_population=M)
    # svydesign(ids = ~psu + ssu, fpc = ~N + M, weights = ~w)
    gives(mean(design, [4, 5, 7, 3, 4, 8, 6, 9, 5, 2]), 5.39814814815, 0.81951254674)


def test_waves_stacked_by_person() -> None:
    weights, x = [3, 2, 4, 5, 1, 2, 3, 4, 2, 1, 5, 3, 2], np.array([4, 6, 3, 5, 7, 2, 6, 7, 4, 5, 8, 3, 6])
    designs = [Design.of(np.array(each, dtype=float)) for each in (weights[:6], weights[6:])]
    stacked, wave = stack(designs, [list("abcdef"), list("defghij")])
    first, later = (mean(stacked, x, wave == each) for each in (0, 1))
    # svycontrast(svyby(~x, ~wave, svydesign(ids = ~person, …), svymean, covmat = TRUE), c(-1, 1))
    gives(contrast(stacked, [first, later], [-1, 1]), 1.76470588235, 0.843443576737)


ITEMS = np.array([[1, 2, 1, 3], [2, 2, 3, 2], [3, 4, 3, 3], [4, 4, 5, 3], [5, 4, 4, 5], [2, 1, 2, 2], [3, 3, 4, 2],
                  [4, 5, 4, 4], [5, 5, 5, 4], [1, 1, 2, 3], [3, 2, 3, 4], [4, 3, 5, 2]], dtype=float)


def test_alpha_item_rest_and_omega() -> None:
    found = reliability(ITEMS)
    # psych::alpha(items): raw_alpha, feldt, alpha.drop
    assert found.alpha == pytest.approx(0.873436059529, rel=1e-11)
    assert (round(found.low, 2), round(found.high, 2)) == (0.69, 0.96)
    assert found.without == pytest.approx((0.745145631068, 0.787996882307, 0.836301369863, 0.930981595092), rel=1e-11)
    # cor(items[, j], rowSums(items[, -j]))
    assert found.item_rest == pytest.approx((0.937183010270, 0.845375799470, 0.733032271064, 0.438563921359), rel=1e-11)
    # factanal(covmat = cov(items), factors = 1), read back in the items' units
    assert found.omega == pytest.approx(0.914227882976, rel=1e-7)
    assert (found.n, found.items, found.low_alpha, found.suspicious) == (12, 4, False, ())


def test_an_item_that_was_not_turned_is_flagged() -> None:
    turned = ITEMS.copy()
    turned[:, 0] = 6 - turned[:, 0]
    found = reliability(turned)
    assert found.low_alpha
    assert 0 in found.suspicious


def test_persons_who_left_an_item_out_are_left_out_and_equal_weights_change_nothing() -> None:
    more = np.vstack([ITEMS, [[nan, 1, 5, 1]]])
    assert reliability(more) == reliability(ITEMS)
    weighted = reliability(more, np.full(13, 7.5))
    assert weighted.alpha == pytest.approx(reliability(ITEMS).alpha)
    doubled = reliability(ITEMS, np.array([2.0] + [1.0] * 11))
    assert doubled.alpha == pytest.approx(reliability(np.vstack([ITEMS, ITEMS[:1]])).alpha)
