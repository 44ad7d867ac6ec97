"""R's survey package gives the same figures (make test-r); it stands on no line of ours.

Agreement is to 1e-8, relative, where the formula is the same: everywhere but where a test says otherwise.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from surveys.bootstrap import rescaled
from surveys.change import change, panel_covariance
from surveys.design import Design
from surveys.estimates import Estimated, contrast, covariance, mean, ratio, share, total
from surveys.intervals import korn_graubard, logit_interval, t_interval
from surveys.panel import stack
from surveys.quantiles import quantile
from surveys.reliability import reliability
from surveys.small_areas import fay_herriot
from surveys.weights import Margin, calibrate_bounded, dummies, rake, targets, trim

pytestmark = pytest.mark.r

SAME = 1e-8

Values = Mapping[str, np.ndarray]


def strata_sample() -> pd.DataFrame:
    """Three strata, weights that vary inside them, answers that lack."""
    rng = np.random.default_rng(11)
    h = np.repeat([1, 2, 3], [20, 35, 45])
    x = np.round(rng.normal(50 + 5 * h, 12), 2)
    return pd.DataFrame({
        "h": h, "N": np.array([0, 90, 300, 500])[h], "w": np.round(rng.uniform(3, 14, 100), 3), "x": x,
        "z": np.round(rng.uniform(1, 9, 100), 2), "b": (rng.random(100) < 0.3).astype(int),
        "g": rng.integers(1, 4, 100), "y": np.where(rng.random(100) < 0.15, np.nan, x)})


def stages_sample() -> pd.DataFrame:
    """Two strata, 12 of 60 clusters, 3 to 6 units in each."""
    rng = np.random.default_rng(12)
    parts = []
    for unit in range(12):
        m, size = int(rng.integers(3, 7)), int(rng.integers(8, 30))
        n_psu, of = (5, 20) if unit < 5 else (7, 40)
        parts.append(pd.DataFrame({
            "h": 1 if unit < 5 else 2, "psu": unit, "ssu": np.arange(m) + 100 * unit, "N": of, "M": size,
            "w": of / n_psu * size / m, "x": np.round(rng.normal(20 + unit, 6, m), 2),
            "z": np.round(rng.uniform(1, 9, m), 2), "b": (rng.random(m) < 0.4).astype(int),
            "g": rng.integers(1, 3, m)}))
    return pd.concat(parts, ignore_index=True)


def calibrated_sample() -> pd.DataFrame:
    """Unequal initial weights, two margins; ``c``: clusters of five."""
    rng = np.random.default_rng(13)
    n = 150
    x = np.round(rng.normal(40, 10, n), 2)
    s, a = rng.integers(1, 3, n), rng.choice([1, 2, 3], n, p=[0.45, 0.35, 0.2])
    return pd.DataFrame({
        "w": np.round(rng.uniform(8, 19, n), 3), "N": 2000, "s": s, "a": a, "x": x + 4 * a, "c": np.arange(n) // 5,
        "z": np.round(rng.uniform(1, 9, n), 2), "b": (rng.random(n) < 0.25 + 0.1 * s).astype(int),
        "g": rng.integers(1, 4, n), "y": np.where(rng.random(n) < 0.1, np.nan, x)})


def panel_sample() -> pd.DataFrame:
    """80 persons, then 90, of whom 50 are the same and answer alike."""
    rng = np.random.default_rng(14)
    person = np.concatenate([np.arange(80), np.arange(30, 120)])
    wave = np.repeat([1, 2], [80, 90])
    habit = rng.normal(0, 8, 120)
    return pd.DataFrame({
        "person": person, "wave": wave, "w": np.round(rng.uniform(5, 20, 170), 3), "a": rng.integers(1, 3, 170),
        "x": np.round(50 + 3 * wave + habit[person] + rng.normal(0, 4, 170), 2),
        "b": (habit[person] + rng.normal(0, 5, 170) > 4).astype(int)})


SAMPLES = {"strata": strata_sample(), "stages": stages_sample(), "calibrated": calibrated_sample(),
           "panel": panel_sample()}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run R once: it reads the samples and leaves its values."""
    script = shutil.which("Rscript")
    if script is None:
        pytest.skip("no Rscript")
    if subprocess.run([script, "-e", "library(survey); library(MASS)"], capture_output=True, check=False).returncode:
        pytest.skip("no R package survey or MASS")
    folder = tmp_path_factory.mktemp("oracle")
    for name, frame in SAMPLES.items():
        frame.to_csv(folder / f"{name}.csv", index=False)
    ran = subprocess.run([script, "--vanilla", str(Path(__file__).with_name("oracle.R")), str(folder)],
                         capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return folder


@pytest.fixture(scope="module")
def values(folder: Path) -> Values:
    lines = (folder / "values.txt").read_text(encoding="utf-8").split("\n")
    return {name: np.array(numbers, dtype=float) for name, *numbers in map(str.split, filter(None, lines))}


def same(found: Any, expected: Any, tolerance: float = SAME) -> None:
    np.testing.assert_allclose(found, expected, rtol=tolerance, atol=1e-12)


def agrees(estimate: Estimated, expected: np.ndarray, tolerance: float = SAME) -> None:
    same([estimate.value, estimate.se], expected, tolerance)


def strata_design(*, population: bool = True) -> Design:
    return Design.of_frame(SAMPLES["strata"], "w", strata="h", population="N" if population else "")


def test_strata_with_unequal_weights_and_finite_populations(values: Values) -> None:
    data, design = SAMPLES["strata"], strata_design()
    agrees(mean(design, data.x), values["strata.mean"])
    agrees(mean(strata_design(population=False), data.x), values["strata.mean.endless"])
    agrees(total(design, data.x), values["strata.total"])
    agrees(share(design, data.b), values["strata.share"])
    agrees(mean(design, data.y), values["strata.missing"])
    agrees(ratio(design, data.x, data.z), values["strata.ratio"])


def test_domains(values: Values) -> None:
    data, design = SAMPLES["strata"], strata_design()
    inside = data.g == 2
    subset = design.subset(inside)
    for found in (mean(design, data.x, inside), mean(subset, data.x)):
        agrees(found, values["strata.domain"])
    agrees(total(subset, data.x), values["strata.domain.total"])
    agrees(ratio(subset, data.x, data.z), values["strata.domain.ratio"])
    same([design.degrees(), subset.degrees()], values["strata.df"])


def test_design_effects_of_both_kinds(values: Values) -> None:
    data, design = SAMPLES["strata"], strata_design()
    found = [mean(design, data.x), mean(design.subset(data.g == 2), data.x)]
    same([each for one in found for each in (one.deff, one.deff_replace)], values["strata.deff"])


def test_covariances_and_contrasts_of_domains(values: Values) -> None:
    data, design = SAMPLES["strata"], strata_design()
    means = [mean(design, data.x, data.g == g) for g in (1, 2, 3)]
    same(covariance(design, means).ravel(), values["strata.covariance"])
    agrees(contrast(design, means, [-1, 1, 0]), values["strata.contrast"])


@pytest.mark.parametrize("p", [0.1, 0.25, 0.5, 0.9])
def test_quantiles_with_woodruffs_interval(values: Values, p: float) -> None:
    found = quantile(strata_design(), SAMPLES["strata"].x, p)
    same([found.value, found.low, found.high, found.se], values[f"strata.quantile.{p}"])


def test_the_quantile_of_a_domain(values: Values) -> None:
    data = SAMPLES["strata"]
    found = quantile(strata_design().subset(data.g == 2), data.x, 0.5)
    same([found.value, found.low, found.high, found.se], values["strata.quantile.domain"])


def test_intervals_of_a_share(values: Values) -> None:
    data = SAMPLES["strata"]
    found = share(strata_design(), data.b)
    beta = korn_graubard(found.value, found.variance, found.n, found.count or 0, found.df)
    same([beta.low, beta.high], values["strata.ciprop.beta"])
    same(logit_interval(found.value, found.variance, found.df), values["strata.ciprop.xlogit"])
    same(t_interval(found.value, found.variance, found.df), values["strata.ciprop.mean"])


def test_two_stages_with_both_corrections(values: Values) -> None:
    data = SAMPLES["stages"]
    design = two_stages()
    agrees(mean(design, data.x), values["stages.mean"])
    agrees(total(design, data.x), values["stages.total"])
    agrees(share(design, data.b), values["stages.share"])
    agrees(ratio(design, data.x, data.z), values["stages.ratio"])
    agrees(mean(design.subset(data.g == 2), data.x), values["stages.domain"])
    same(design.degrees(), values["stages.df"])


def two_stages() -> Design:
    return Design.of_frame(SAMPLES["stages"], "w", strata="h", psu="psu", population="N", ssu="ssu",
                           ssu_population="M")


def test_raking_of_two_stages(values: Values) -> None:
    data = SAMPLES["stages"]
    margins = [Margin("g", ("1", "2"), data.g.to_numpy() - 1, np.array([600.0, 500.0])),
               Margin("b", ("0", "1"), data.b.to_numpy(), np.array([650.0, 450.0]))]
    design = two_stages()
    design = design.calibrated(rake(design.weights, margins), dummies(margins, len(data)))
    found = mean(design, data.x)
    agrees(found, values["stages.raked"])
    agrees(mean(design, data.x, data.g == 2), values["stages.raked.domain"])
    same([found.deff, found.deff_replace], values["stages.raked.deff"])


def test_intervals_of_a_share_in_a_domain_of_two_stages(values: Values) -> None:
    data = SAMPLES["stages"]
    found = share(two_stages().subset(data.g == 2), data.b)
    beta = korn_graubard(found.value, found.variance, found.n, found.count or 0, found.df)
    same([beta.low, beta.high], values["stages.domain.ciprop.beta"])
    same(logit_interval(found.value, found.variance, found.df), values["stages.domain.ciprop.xlogit"])


def test_clusters_of_one_stage(values: Values) -> None:
    data = SAMPLES["stages"]
    design = Design.of_frame(data, "w", strata="h", psu="psu", population="N")
    agrees(mean(design, data.x), values["stages.first"])
    agrees(mean(design.without_fpc(), data.x), values["stages.endless"])
    found = share(design, data.b)
    beta = korn_graubard(found.value, found.variance, found.n, found.count or 0, found.df)
    same([beta.low, beta.high], values["stages.ciprop.beta"])


def test_rescaled_bootstrap_weights(values: Values, folder: Path) -> None:
    """R draws, both weigh: its replicate weights are r n/(n-1), from which r is read back."""
    data = SAMPLES["stages"]
    design = Design.of_frame(data, "w", strata="h", psu="psu")
    factors = pd.read_csv(folder / "replicates.csv").to_numpy()
    sizes = np.array([5, 7])[data.h - 1]
    found = []
    for factor in factors.T:
        drawn = np.zeros(12, dtype=np.int64)
        drawn[design.psu] = np.rint(factor * (sizes - 1) / sizes)
        weights = rescaled(design, drawn)
        found.append(weights @ data.x / weights.sum())
    same(found, values["stages.boot"])


def margins() -> list[Margin]:
    data = SAMPLES["calibrated"]
    return [Margin("s", ("1", "2"), data.s.to_numpy() - 1, np.array([1100.0, 900.0])),
            Margin("a", ("1", "2", "3"), data.a.to_numpy() - 1, np.array([800.0, 700.0, 500.0]))]


def test_raking_with_unequal_initial_weights(values: Values) -> None:
    data, initial = SAMPLES["calibrated"], Design.of_frame(SAMPLES["calibrated"], "w", population="N")
    weights = rake(initial.weights, margins())
    same(weights, values["raked.weights"])
    same(weights, values["raked.rake"], 1e-7)  # R's rake ends where an entry moves by less than 1e-9 of the total
    design = initial.calibrated(weights, dummies(margins(), 150))
    agrees(mean(design, data.x), values["raked.mean"])
    agrees(total(design, data.x), values["raked.total"])
    agrees(mean(design, data.y), values["raked.missing"])
    agrees(mean(design.subset(data.g == 2), data.x), values["raked.domain"])
    agrees(ratio(design, data.x, data.z), values["raked.ratio"])
    agrees(mean(design.without_fpc(), data.x), values["raked.fpcless"])
    found = share(design, data.b)
    beta = korn_graubard(found.value, found.variance, found.n, found.count or 0, found.df)
    same([beta.low, beta.high], values["raked.ciprop.beta"])
    same(logit_interval(found.value, found.variance, found.df), values["raked.ciprop.xlogit"])


def test_raking_of_clusters(values: Values) -> None:
    data = SAMPLES["calibrated"]
    design = Design.of_frame(data, "w", psu="c").calibrated(rake(data.w.to_numpy(), margins()), dummies(margins(), 150))
    agrees(mean(design, data.x), values["raked.clusters"])


def test_post_stratification(values: Values) -> None:
    data, initial = SAMPLES["calibrated"], Design.of_frame(SAMPLES["calibrated"], "w", population="N")
    weights = rake(initial.weights, margins()[1:])
    same(weights, values["post.weights"])
    design = initial.calibrated(weights, dummies(margins()[1:], 150))
    agrees(mean(design, data.x), values["post.mean"])
    agrees(mean(design.subset(data.g == 2), data.x), values["post.domain"])


def test_logit_calibration_between_bounds(values: Values) -> None:
    data, initial = SAMPLES["calibrated"], Design.of_frame(SAMPLES["calibrated"], "w", population="N")
    X = dummies(margins(), 150)
    weights = calibrate_bounded(initial.weights, X, targets(margins()), (0.6, 1.9))
    assert weights is not None
    same(weights, values["bounded.weights"])
    agrees(mean(initial.calibrated(weights, X), data.x), values["bounded.mean"])


def test_strict_trimming(values: Values) -> None:
    """One round is enough here; where it is not, R gives excess to weights at a bound and clips them again."""
    weights, _ = trim(SAMPLES["calibrated"].w.to_numpy(), 9, 20)
    same(weights, values["trimmed.weights"])


def panel_designs(*, raked: bool = False) -> tuple[list[Design], list[pd.DataFrame]]:
    data = SAMPLES["panel"]
    waves = [data[data.wave == wave] for wave in (1, 2)]
    designs = []
    for wave, totals in zip(waves, ([600.0, 400.0], [600.0, 500.0]), strict=True):
        design = Design.of_frame(wave, "w")
        margin = Margin("a", ("1", "2"), wave.a.to_numpy() - 1, np.array(totals))
        designs.append(design.calibrated(rake(design.weights, [margin]), dummies([margin], len(wave)))
                       if raked else design)
    return designs, waves


@pytest.mark.parametrize(("outcome", "raked", "name"), [
    ("x", False, "panel.change"), ("b", False, "panel.share"), ("x", True, "panel.raked")])
def test_change_in_a_panel(values: Values, outcome: str, raked: bool, name: str) -> None:
    designs, waves = panel_designs(raked=raked)
    stacked, wave = stack(designs, [list(map(str, each.person)) for each in waves])
    y = np.concatenate([each[outcome] for each in waves])
    two = [mean(stacked, y, wave == each) for each in (0, 1)]
    agrees(contrast(stacked, two, [-1, 1]), values[name])


def test_the_covariance_of_common_persons_is_near_the_stacked_one(values: Values) -> None:
    """Another formula (Tam 1984, for unequal weights an approximation): within some per cent."""
    designs, waves = panel_designs()
    two = [mean(design, wave.x) for design, wave in zip(designs, waves, strict=True)]
    z = [pd.Series(design.linearised(each.scores)[:, 0], index=wave.person)
         for design, each, wave in zip(designs, two, waves, strict=True)]
    common = z[0].index.intersection(z[1].index)
    shared = panel_covariance(z[0][common].to_numpy(), z[1][common].to_numpy(), 80, 90, None)
    moved = change(two[0].value, two[0].variance, two[1].value, two[1].variance, shared)
    assert moved.value == pytest.approx(values["panel.change"][0])
    assert moved.se == pytest.approx(values["panel.change"][1], rel=0.05)


# ---------------------------------------------------------------- published examples (R's own documentation)


def api(folder: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(folder / f"{name}.csv")


def prints(estimate: Estimated, value: float, se: float, *, digits: tuple[float, float]) -> None:
    assert estimate.value == pytest.approx(value, abs=digits[0])
    assert estimate.se == pytest.approx(se, abs=digits[1])


def test_survey_documentation_dclus1(folder: Path) -> None:
    data = api(folder, "apiclus1")
    design = Design.of_frame(data, "pw", psu="dnum", population="fpc")
    prints(mean(design, data.api00), 644.17, 23.542, digits=(0.005, 0.0005))
    prints(total(design, data.enroll), 3404940, 932235, digits=(0.5, 0.5))


def test_survey_documentation_dstrat(folder: Path) -> None:
    data = api(folder, "apistrat")
    design = Design.of_frame(data, "pw", strata="stype", population="fpc")
    prints(mean(design, data.api00), 662.29, 9.4089, digits=(0.005, 0.00005))


def test_survey_documentation_dclus2(folder: Path) -> None:
    """Weights are not given there: both sampling fractions make them; a school alone in its district is a census."""
    data = api(folder, "apiclus2")
    n, m = data.dnum.nunique(), data.groupby("dnum").snum.transform("size")
    data["weight"] = data.fpc1 / n * data.fpc2 / m
    design = Design.of_frame(data, "weight", psu="dnum", population="fpc1", ssu="snum", ssu_population="fpc2")
    prints(mean(design, data.api00), 670.81, 30.099, digits=(0.005, 0.0005))


def school_margins(data: pd.DataFrame, *names: str) -> list[Margin]:
    known = {"stype": {"E": 4421, "H": 755, "M": 1018}, "sch.wide": {"No": 1072, "Yes": 5122}}
    return [Margin(name, tuple(known[name]), data[name].map(list(known[name]).index).to_numpy(),
                   np.array(list(known[name].values()), dtype=float)) for name in names]


def test_survey_documentation_dclus1_post_stratified(folder: Path) -> None:
    data = api(folder, "apiclus1")
    design = Design.of_frame(data, "pw", psu="dnum", population="fpc")
    margins = school_margins(data, "stype")
    design = design.calibrated(rake(design.weights, margins), dummies(margins, len(data)))
    prints(mean(design, data.api00), 642.31, 23.921, digits=(0.005, 0.001))
    prints(total(design, data.enroll), 3680893, 406293, digits=(0.5, 0.5))


def test_survey_documentation_dclus1_raked(folder: Path) -> None:
    data = api(folder, "apiclus1")
    design = Design.of_frame(data, "pw", psu="dnum", population="fpc")
    margins = school_margins(data, "stype", "sch.wide")
    design = design.calibrated(rake(design.weights, margins), dummies(margins, len(data)))
    prints(mean(design, data.api00), 641.23, 23.704, digits=(0.005, 0.0005))


def test_svyciprop_documentation(folder: Path) -> None:
    data = api(folder, "apiclus1")
    found = share(Design.of_frame(data, "pw", psu="dnum", population="fpc"), (data.ell == 0).astype(float))
    beta = korn_graubard(found.value, found.variance, found.n, found.count or 0, found.df)
    assert found.value == pytest.approx(0.0219, abs=5e-5)
    assert (beta.low, beta.high) == (pytest.approx(0.00022, abs=5e-6), pytest.approx(0.13751, abs=5e-6))
    assert logit_interval(found.value, found.variance, found.df) == (
        pytest.approx(0.0023, abs=5e-5), pytest.approx(0.1777, abs=5e-5))


def test_alpha_and_omega_of_attitude(values: Values, folder: Path) -> None:
    found = reliability(pd.read_csv(folder / "attitude.csv"))
    assert found.alpha == pytest.approx(0.843, abs=5e-4)
    assert found.omega == pytest.approx(values["attitude.omega"][0], rel=1e-6)  # two optimisers
    if "psych.alpha" in values:
        same(found.alpha, values["psych.alpha"])
        same(found.without, values["psych.dropped"])
        same(found.item_rest, values["psych.itemrest"])


def test_fay_herriot_of_milk(values: Values, folder: Path) -> None:
    """Molina & Marhuenda 2015; R ``sae`` is not in Debian."""
    if "sae.eblup" not in values:
        pytest.skip("no R package sae")
    data = pd.read_csv(folder / "milk.csv")
    X = np.column_stack([np.ones(len(data)), *(data.MajorArea == area for area in (2, 3, 4))]).astype(float)
    found = fay_herriot(data.yi, data.SD**2, X, method="reml")
    assert found.between == pytest.approx(0.01855, abs=5e-6)
    assert found.values[:3] == pytest.approx([1.0220, 1.0476, 1.0680], abs=5e-5)
    same(found.values, values["sae.eblup"], 1e-5)  # it ends its search at 1e-4
    same(found.mse, values["sae.mse"], 1e-3)
