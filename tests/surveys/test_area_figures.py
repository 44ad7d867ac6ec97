"""Perceived safety of an area comes with its uncertainty, and is refused where it must be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from store.config import Config, DisclosureConfig
from store.database import Store
from store.errors import EstimateError
from store.facts import Facts
from store.goals import Status
from surveys.area_data import in_order
from surveys.area_figures import (
    INDICATORS,
    AreaWave,
    Figure,
    area_change,
    area_wave,
    first_comparable,
    hide_companions,
    wave_lines,
)
from surveys.area_weighting import settle_margins
from surveys.intake import import_survey
from surveys.weights import Margin
from tests.surveys.samples import CODEBOOK, Sample, write_wave

RULES = DisclosureConfig()
TWO_AREAS = 'codes = {1 = "vollsmose", 2 = "gellerup"}'

Take = Callable[..., None]


def answers(counts: dict[str, int], *, area: str = "1", men: int = 2, start: int = 0) -> list[list[str]]:
    """Rows with this many answers of each code; every ``men``-th is a man."""
    codes = [code for code, n in counts.items() for _ in range(n)]
    return [[f"k{start + number:04d}", "2" if number % men == 0 else "1", code, "0", area, "", "0", "1", ""]
            for number, code in enumerate(codes)]


def population(vollsmose: tuple[int, int], gellerup: tuple[int, int] = (300, 300)) -> dict[str, str]:
    """Margins of (women, men) and the counts that belong to them."""
    lines = ["area,variable,level,count"]
    counts = ["area,population,invited,answered"]
    for area, (women, men) in (("vollsmose", vollsmose), ("gellerup", gellerup)):
        lines += [f"{area},sex,female,{women}", f"{area},sex,male,{men}"]
        counts.append(f"{area},{women + men},{(women + men) // 2},")
    return {"margins": "\n".join(lines) + "\n", "counts": "\n".join(counts) + "\n"}


@pytest.fixture
def take(tmp_path: Path, store: Store, facts: Facts, config: Config) -> Take:
    def taken(wave: str, rows: list[list[str]], codebook: str = CODEBOOK, **files: str) -> None:
        export, path = write_wave(
            tmp_path / wave, Sample(rows=rows),
            codebook=codebook.replace("2021-03-01", f"{wave}-03-01").replace("2021-05-31", f"{wave}-05-31"),
            **(files or population((300, 300))),
        )
        import_survey(store, export, path, facts, config, wave=wave)

    return taken


def test_shares_follow_the_weights_and_sum_to_one(store: Store, take: Take) -> None:
    rows = answers({"1": 40, "4": 20, "7": 20, "8": 10})
    take("2021", rows, **population((100, 500)))
    wave = area_wave(store, "2021", "vollsmose", RULES)
    assert wave.weighting is not None
    assert wave.weighting.method == "post-stratified"
    assert wave.weighting.margins == ("sex",)
    shares = [wave.figures[name] for name in INDICATORS[:3]]
    assert sum(each.value or 0 for each in shares) == pytest.approx(1)
    assert all(each.n == 80 and each.status.shown for each in shares)
    sure = wave.figures["dont_know_share"]
    assert sure.n == 90
    assert wave.population == 600
    assert wave.invited == 300
    assert wave.answered == 90
    assert wave.response_rate == pytest.approx(0.3)
    for each in shares:
        assert each.low is not None
        assert each.value is not None
        assert each.high is not None
        assert each.low < each.value < each.high
        assert each.variance == "calibrated"
        assert each.fpc


def test_equal_weights_give_the_plain_share_and_the_textbook_index(store: Store, take: Take) -> None:
    take("2021", answers({"1": 50, "4": 30, "7": 20}))
    wave = area_wave(store, "2021", "vollsmose", RULES)
    assert wave.figures["safe_share"].value == pytest.approx(0.5)
    assert wave.figures["safety_index"].value == pytest.approx((50 * 100 + 30 * 50) / 100)
    assert wave.figures["safety_index"].interval == "t"
    without = area_wave(store, "2021", "vollsmose", RULES, fpc=False)
    assert (without.figures["safe_share"].se or 0) > (wave.figures["safe_share"].se or 1)
    assert not without.figures["safe_share"].fpc


def test_dont_know_has_its_own_base_and_gives_bounds(store: Store, take: Take) -> None:
    take("2021", answers({"1": 50, "7": 30, "8": 20, "9": 10, "": 10}))
    wave = area_wave(store, "2021", "vollsmose", RULES)
    assert wave.figures["dont_know_share"].n == 110
    assert wave.figures["dont_know_share"].value == pytest.approx(20 / 110, abs=0.01)
    assert wave.dont_know_bounds is not None
    low, high = wave.dont_know_bounds
    assert low == pytest.approx(0.5, abs=0.02)
    assert high == pytest.approx(0.7, abs=0.02)
    assert low < (wave.figures["safe_share"].value or 0) < high


@pytest.mark.parametrize(("counts", "indicator", "status", "reason"), [
    ({"1": 15, "7": 12}, "safe_share", Status.FEW, "n"),
    ({"1": 15, "7": 3}, "unsafe_share", Status.DISCLOSIVE, "cell"),
    ({"1": 3}, "safety_index", Status.DISCLOSIVE, "cell"),
    ({"1": 60, "7": 3}, "unsafe_share", Status.DISCLOSIVE, "cell"),
    ({"1": 60, "7": 3}, "safe_share", Status.DISCLOSIVE, "cell"),
    ({"1": 60, "7": 30}, "neither_share", Status.FOOTNOTED, "extreme"),
    ({"1": 20, "7": 20}, "safe_share", Status.IMPRECISE, "width"),
    ({"1": 100, "4": 100, "7": 8}, "unsafe_share", Status.IMPRECISE, "relative_width"),
    ({"1": 100, "4": 100, "7": 80}, "unsafe_share", Status.OK, ""),
    ({"1": 25, "8": 20}, "safe_share", Status.DISCLOSIVE, "cell"),
    ({"1": 15, "7": 10, "8": 20}, "safe_share", Status.FEW, "n"),
])
def test_a_figure_that_may_not_be_shown_has_a_status_instead(
    store: Store, take: Take, counts: dict[str, int], indicator: str, status: Status, reason: str,
) -> None:
    take("2021", answers(counts))
    figure = area_wave(store, "2021", "vollsmose", RULES).figures[indicator]
    assert (figure.status, figure.reason) == (status, reason)
    shown = (figure.value, figure.se, figure.low, figure.high)
    assert all(each is not None for each in shown) if status.shown else shown == (None,) * 4


def test_an_area_without_respondents_has_no_survey(store: Store, take: Take) -> None:
    take("2021", answers({"1": 40, "7": 40}))
    wave = area_wave(store, "2021", "agervang", RULES)
    assert {each.status for each in wave.figures.values()} == {Status.NO_SURVEY}
    assert wave.weighting is None
    assert wave.respondents == 0


@pytest.mark.parametrize(("wave", "concept"), [("2021", "tillid"), ("2029", "tryghed")])
def test_a_wave_that_does_not_ask_is_refused(store: Store, take: Take, wave: str, concept: str) -> None:
    take("2021", answers({"1": 40, "7": 40}))
    with pytest.raises(EstimateError, match="does not ask"):
        area_wave(store, wave, "vollsmose", RULES, concept=concept)


def test_without_population_the_figures_are_footnoted_as_unweighted(store: Store, take: Take) -> None:
    bare = CODEBOOK.replace('margins = "margins.csv"', "").replace('counts = "counts.csv"', "")
    take("2021", answers({"1": 60, "4": 50, "7": 50}), codebook=bare)
    wave = area_wave(store, "2021", "vollsmose", RULES)
    assert wave.weighting is not None
    assert wave.weighting.method == "none"
    assert (wave.figures["safe_share"].status, wave.figures["safe_share"].reason) == (Status.FOOTNOTED, "unweighted")
    assert not wave.figures["safe_share"].fpc
    assert wave.response_rate is None


def test_an_item_without_cuts_has_an_index_only(store: Store, take: Take) -> None:
    cutless = CODEBOOK.replace("safe = [1, 2, 3]\n", "").replace("unsafe = [5, 6, 7]\n", "")
    take("2021", answers({"1": 60, "4": 50, "7": 50}), codebook=cutless)
    wave = area_wave(store, "2021", "vollsmose", RULES)
    assert wave.figures["safe_share"].status is Status.NOT_COLLECTED
    assert wave.figures["safety_index"].status is Status.OK


def test_small_levels_are_collapsed_and_recorded(store: Store, take: Take) -> None:
    take("2021", answers({"1": 60, "4": 20, "7": 20}, men=10))
    weighting = area_wave(store, "2021", "vollsmose", RULES).weighting
    assert weighting is not None
    assert weighting.margins == ()
    assert weighting.dropped == ("sex",)
    assert weighting.method == "base"


def cross(*counts: int) -> Margin:
    levels = ("f*young", "f*old", "m*young", "m*old")
    return Margin("sex*age", levels, np.repeat(np.arange(4), counts), np.full(4, 100.0))


def test_a_cross_with_twenty_in_every_cell_is_post_stratified_and_else_falls_apart() -> None:
    kept, _, _ = settle_margins([cross(20, 20, 20, 20)], 80)
    assert [each.name for each in kept] == ["sex*age"]
    kept, _, _ = settle_margins([cross(19, 21, 21, 19)], 80)
    assert [each.name for each in kept] == ["sex", "age"]
    assert list(kept[0].totals) == [200, 200]
    assert list(kept[1].counts) == [40, 40]


def test_levels_are_collapsed_on_until_there_are_ten_answers_a_constraint() -> None:
    margins = [Margin(f"m{k}", ("a", "b", "c", "d"), (np.arange(100) + k) % 4, np.full(4, 50.0)) for k in range(5)]
    kept, collapsed, _ = settle_margins(margins, 100)
    assert 1 + sum(len(each.levels) - 1 for each in kept) <= 10
    assert collapsed


def test_levels_stand_in_the_order_of_the_codebook_else_naturally() -> None:
    assert in_order({"100+": 1, "9-17": 1, "18-29": 1}, [()]) == ["9-17", "18-29", "100+"]
    assert in_order({"a": 1, "b": 1, "c": 1}, [("c", "a")]) == ["c", "a", "b"]
    assert in_order({"m*9": 1, "f*18": 1, "f*9": 1}, [("f", "m"), ()]) == ["f*9", "f*18", "m*9"]


def test_change_of_independent_waves_has_both_errors(store: Store, take: Take) -> None:
    take("2018", answers({"1": 80, "4": 60, "7": 60}))
    take("2021", answers({"1": 110, "4": 50, "7": 40}))
    first, later = (area_wave(store, wave, "vollsmose", RULES) for wave in ("2018", "2021"))
    moved = area_change(store, first, later)["safe_share"]
    one, two = first.figures["safe_share"], later.figures["safe_share"]
    assert moved.value == pytest.approx((two.value or 0) - (one.value or 0))
    assert moved.se == pytest.approx(np.hypot(one.se or 0, two.se or 0))
    assert moved.covariance == "independent"
    assert moved.status is Status.OK
    assert moved.p is not None
    assert moved.p < 0.05
    assert moved.detectable == pytest.approx(2.8 * (moved.se or 0))
    assert area_change(store, first, later, fpc=False)["safe_share"].se > (moved.se or 0)


@pytest.mark.parametrize(("common", "how"), [(200, "panel"), (9, "panel below 10: taken as 0"), (0, "independent")])
def test_people_in_both_waves_change_the_error(store: Store, take: Take, common: int, how: str) -> None:
    panel = CODEBOOK.replace('panel_key = ""', 'panel_key = "key"')
    take("2018", answers({"1": 100, "4": 50, "7": 50}), codebook=panel)
    take("2021", answers({"1": 110, "4": 50, "7": 40}, start=200 - common), codebook=panel)
    first, later = (area_wave(store, wave, "vollsmose", RULES) for wave in ("2018", "2021"))
    moved = area_change(store, first, later)["safety_index"]
    independent = np.hypot(first.figures["safety_index"].se or 0, later.figures["safety_index"].se or 0)
    assert moved.covariance == how
    if how == "panel":
        assert moved.n_both == common
        assert moved.se < 0.5 * independent
    else:
        assert moved.n_both == 0
        assert moved.se == pytest.approx(independent)


def test_a_changed_wording_is_a_break_that_refuses_change(store: Store, take: Take) -> None:
    take("2018", answers({"1": 80, "4": 60, "7": 60}))
    take("2021", answers({"1": 80, "4": 60, "7": 60}), codebook=CODEBOOK.replace("i dit nabolag?", "her?"))
    take("2023", answers({"1": 80, "4": 60, "7": 60}))
    first, later = (area_wave(store, wave, "vollsmose", RULES) for wave in ("2018", "2021"))
    moved = area_change(store, first, later)
    assert {each.status for each in moved.values()} == {Status.BREAK}
    assert [reason.key for reason in moved["safe_share"].reasons] == ["wording"]
    assert moved["safe_share"].value is None
    assert [line.comparable_with for line in wave_lines(store)] == [(), (), ("2018",)]
    breaks = [[reason.key for reason in line.break_reasons] for line in wave_lines(store)]
    assert breaks == [[], ["wording"], ["wording"]]
    assert first_comparable(store, "2023", "vollsmose") == "2018"
    assert first_comparable(store, "2021", "vollsmose") is None
    assert first_comparable(store, "2023", "gellerup") is None
    assert first_comparable(store, "2018", "vollsmose", concept="tillid") is None


def test_a_hidden_figure_hides_its_change(store: Store, take: Take) -> None:
    take("2018", answers({"1": 80, "4": 60, "7": 3}))
    take("2021", answers({"1": 80, "4": 60, "7": 60}))
    first, later = (area_wave(store, wave, "vollsmose", RULES) for wave in ("2018", "2021"))
    moved = area_change(store, first, later)
    assert moved["unsafe_share"].status is Status.DISCLOSIVE
    assert moved["unsafe_share"].value is None
    assert moved["safe_share"].status is Status.OK


def test_no_survey_gives_no_change(store: Store, take: Take) -> None:
    take("2018", answers({"1": 80, "4": 60}))
    take("2021", answers({"1": 80, "4": 60}, area="2"))
    moved = area_change(store, *(area_wave(store, wave, "vollsmose", RULES) for wave in ("2018", "2021")))
    assert moved["safe_share"].status is Status.NO_SURVEY


def test_a_share_of_none_changes_with_a_newcombe_interval_and_no_test(store: Store, take: Take) -> None:
    take("2018", answers({"1": 80, "7": 60}))
    take("2021", answers({"1": 80, "4": 40, "7": 60}))
    moved = area_change(store, *(area_wave(store, wave, "vollsmose", RULES) for wave in ("2018", "2021")))
    neither = moved["neither_share"]
    assert neither.status is Status.FOOTNOTED
    assert neither.p is None
    assert neither.low is not None
    assert neither.value is not None
    assert neither.low < neither.value < (neither.high or 0)


TWO_ITEMS = CODEBOOK.replace('[index.tryghed]\nitems = ["tryg"]', """[[items]]
id = "aften"
concept = "tryghed aften"
column = "m_1"
wording = "Hvor tryg er du om aftenen?"
min = 1
max = 5
safe_pole = "high"

[index.tryghed]
items = ["tryg", "aften"]
""")


def test_an_index_of_two_items_turns_both_to_safe_and_compares_over_common_items(store: Store, take: Take) -> None:
    def with_evening(rows: list[list[str]], code: str) -> list[list[str]]:
        return [[*row[:3], code, *row[4:]] for row in rows]

    take("2018", with_evening(answers({"1": 60, "7": 60}), "5"), codebook=TWO_ITEMS)
    take("2021", with_evening(answers({"1": 60, "7": 60}), "1"), codebook=TWO_ITEMS)
    take("2022", answers({"1": 60, "7": 60}))
    first, later, short = (area_wave(store, wave, "vollsmose", RULES) for wave in ("2018", "2021", "2022"))
    assert first.index_items == ("tryg", "aften")
    assert first.figures["safety_index"].value == pytest.approx(75)
    assert later.figures["safety_index"].value == pytest.approx(25)
    assert area_change(store, first, later)["safety_index"].value == pytest.approx(-50)
    assert area_change(store, first, short)["safety_index"].value == pytest.approx(0, abs=1e-9)


def cells(wave: AreaWave) -> dict[str, Figure]:
    return dict(wave.figures)


def test_a_hidden_share_never_stands_beside_the_two_others(store: Store, take: Take) -> None:
    take("2021", answers({"1": 80, "4": 3, "7": 20}))
    wave = hide_companions([area_wave(store, "2021", "vollsmose", RULES)], RULES)[0]
    assert wave.figures["neither_share"].reason == "cell"
    unsafe = wave.figures["unsafe_share"]
    assert (unsafe.status, unsafe.reason, unsafe.value) == (Status.DISCLOSIVE, "companion", None)
    assert wave.figures["safe_share"].status.shown
    assert wave.figures["safe_share"].n == 103


def test_with_few_dont_knows_their_base_is_not_told(store: Store, take: Take) -> None:
    take("2021", answers({"1": 80, "4": 60, "7": 60, "8": 2}))
    wave = hide_companions([area_wave(store, "2021", "vollsmose", RULES)], RULES)[0]
    assert wave.figures["dont_know_share"].n is None
    assert wave.figures["safe_share"].n == 200
    assert wave.dont_know_bounds is None


def test_on_three_points_the_index_would_give_two_hidden_shares_away(store: Store, take: Take) -> None:
    short = CODEBOOK.replace("max = 7", "max = 3").replace("safe = [1, 2, 3]", "safe = [1]").replace(
        "unsafe = [5, 6, 7]", "unsafe = [3]")
    take("2021", answers({"1": 80, "2": 3, "3": 40}), codebook=short)
    before = area_wave(store, "2021", "vollsmose", RULES)
    assert before.figures["safety_index"].status.shown
    after = hide_companions([before], RULES)[0]
    shown = [name for name, each in cells(after).items() if each.status.shown]
    assert shown == ["safe_share", "dont_know_share"]


def test_with_a_total_one_hidden_area_takes_another_along(store: Store, take: Take) -> None:
    rows = answers({"1": 80, "4": 60, "7": 3}) + answers({"1": 80, "4": 60, "7": 40}, area="2", start=500)
    take("2021", rows)
    waves = [area_wave(store, "2021", area, RULES) for area in ("vollsmose", "gellerup")]
    alone = hide_companions(waves, RULES)
    assert alone[1].figures["unsafe_share"].status.shown
    together = hide_companions(waves, RULES, with_totals=True)
    assert not together[1].figures["unsafe_share"].status.shown


def test_an_area_of_three_respondents_does_not_say_so(store: Store, take: Take) -> None:
    take("2021", answers({"1": 3}))
    wave = hide_companions([area_wave(store, "2021", "vollsmose", RULES)], RULES)[0]
    assert (wave.answered, wave.response_rate) == (None, None)
    assert {each.n for each in wave.figures.values()} == {None}


def test_hiding_keeps_no_count_and_hides_nothing_without_need(store: Store, take: Take) -> None:
    take("2021", answers({"1": 80, "4": 60, "7": 60, "8": 20}))
    before = area_wave(store, "2021", "vollsmose", RULES)
    after = hide_companions([before], RULES)[0]
    assert all(each.count is None for each in after.figures.values())
    assert replace(after, figures={}) == replace(before, figures={})
    assert [each.value for each in after.figures.values()] == [each.value for each in before.figures.values()]


def test_trimmed_weights_say_what_trimming_did_to_each_figure(store: Store, take: Take) -> None:
    """60 of 260 answers are women's, and three of four residents are: their factor would be 3.25."""
    rows = [*answers({"1": 20, "7": 180}, men=1), *answers({"1": 54, "7": 6}, men=10_000, start=500)]
    rows[200][1] = "1"
    take("2021", rows, **population((750, 250)))
    wave = area_wave(store, "2021", "vollsmose", RULES)
    assert wave.weighting is not None
    assert (wave.weighting.method, wave.weighting.trimmed) == ("trimmed", 60)
    assert wave.weighting.margin_error == pytest.approx((0.25 + 0.75 - 3 * 60 / 260) / 0.25 - 1)
    safe, women = wave.figures["safe_share"], 3 * 60 / 260
    assert safe.value == pytest.approx(0.9 * women + 0.1 * (1 - women))
    assert safe.shift == pytest.approx((safe.value or 0) - (0.9 * 0.75 + 0.1 * 0.25))


def test_weights_inside_their_bounds_shift_nothing_and_both_errors_are_given(store: Store, take: Take) -> None:
    take("2021", answers({"1": 50, "4": 30, "7": 20}))
    safe = area_wave(store, "2021", "vollsmose", RULES).figures["safe_share"]
    assert safe.shift is None
    endless = area_wave(store, "2021", "vollsmose", RULES, fpc=False).figures["safe_share"]
    assert safe.se_endless == pytest.approx(endless.se)
    assert (safe.se or 1) < (safe.se_endless or 0)


def test_an_unweighted_near_census_gets_the_exact_interval(store: Store, take: Take) -> None:
    take("2021", answers({"1": 60, "4": 30, "7": 30}, men=100), **population((100, 100)))
    wave = area_wave(store, "2021", "vollsmose", RULES)
    assert wave.weighting is not None
    assert wave.weighting.method == "base"
    safe = wave.figures["safe_share"]
    assert safe.interval == "hypergeometric"
    assert ((safe.low or 0) * 200, (safe.high or 0) * 200) == pytest.approx((89, 111), abs=3)


def test_small_shares_that_are_not_none_get_a_newcombe_interval_and_a_test(store: Store, take: Take) -> None:
    take("2018", answers({"1": 200, "4": 92, "7": 8}), **population((1500, 1500)))
    take("2021", answers({"1": 200, "4": 91, "7": 9}), **population((1500, 1500)))
    moved = area_change(store, *(area_wave(store, wave, "vollsmose", RULES) for wave in ("2018", "2021")))
    assert {moved[name].interval for name in ("safe_share", "neither_share", "safety_index")} == {"normal"}
    rare = moved["unsafe_share"]
    assert (rare.interval, rare.p is None, rare.se is None) == ("newcombe", False, False)
    assert rare.low < 0 < rare.value < rare.high


def test_without_finite_population_a_panel_is_stacked_by_person(store: Store, take: Take) -> None:
    panel = CODEBOOK.replace('panel_key = ""', 'panel_key = "key"')
    take("2018", answers({"1": 100, "4": 50, "7": 50}), codebook=panel)
    take("2021", answers({"1": 110, "4": 50, "7": 40}), codebook=panel)
    first, later = (area_wave(store, wave, "vollsmose", RULES, fpc=False) for wave in ("2018", "2021"))
    moved = area_change(store, first, later, fpc=False)["safety_index"]
    independent = np.hypot(first.figures["safety_index"].se or 0, later.figures["safety_index"].se or 0)
    assert (moved.covariance, moved.n_both) == ("panel", 200)
    assert moved.se < 0.5 * independent


def test_weights_that_no_trimming_keeps_in_bounds_give_no_figure_and_no_change(store: Store, take: Take) -> None:
    """20 of 220 answers are women's, and nine of ten residents are: both factors are out of bounds, nobody is left."""
    rows = [*answers({"1": 20, "7": 180}, men=1), *answers({"1": 18, "7": 2}, men=10_000, start=500)]
    rows[200][1] = "1"
    take("2018", answers({"1": 80, "7": 80}))
    take("2021", rows, **population((900, 100)))
    first, later = (area_wave(store, wave, "vollsmose", RULES) for wave in ("2018", "2021"))
    assert {(each.status, each.reason, each.value) for each in later.figures.values()} == {
        (Status.IMPRECISE, "weights", None)}
    assert later.figures["safe_share"].n == 220
    assert {each.status for each in area_change(store, first, later).values()} == {Status.IMPRECISE}
