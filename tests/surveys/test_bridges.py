"""A series crosses a break over published evidence only; what the new way of asking explains is taken off."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import sqrt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reputation.perceived import perceived
from store.config import Config, DisclosureConfig
from store.database import Store
from store.days import Window
from store.errors import WrongCodebook
from store.facts import Facts
from store.goals import Status
from surveys.area_figures import area_change, area_wave, first_comparable, wave_lines
from surveys.bridges import Crossing, crossed, crossing, widened
from surveys.change import change, newcombe
from surveys.codebook import parse_codebook
from surveys.intake import check_survey, import_survey
from surveys.items import Bridge, Evidence, Item
from tests.surveys.samples import CODEBOOK, Sample, write_wave
from tests.surveys.test_area_figures import answers, population

RULES = DisclosureConfig()

VIVE = Item("2021", "tryg", "tryghed", "Hvor tryg føler du dig?", 1, 7, "low", (1, 2, 3), (5, 6, 7), ("web", "phone"),
            "VIVE", "da", "vive")
MEGAFON = replace(VIVE, wave="2023", institute="Megafon", mode=("phone",), wording="Føler du dig tryg?")
CROSSED = frozenset({"institute", "mode", "wording"})


def bridge(kind: str = "break", *, first: str = "2021", later: str = "2023", difference: float = 4.0, se: float = 1.5,
           indicator: str = "safe_share") -> Bridge:
    return Bridge("tryghed", first, later, CROSSED, kind, {indicator: Evidence(difference, se)},  # type: ignore[arg-type]
                  (400, 400), "Parallelkørsel 2022, s. 14")


# ---------------------------------------------------------------- the decision


def test_without_a_bridge_the_break_of_2023_stays() -> None:
    assert {each.key for each in crossing(VIVE, MEGAFON, "safe_share", [VIVE, MEGAFON], []).reasons} == CROSSED


def test_equivalence_opens_the_way_and_costs_nothing() -> None:
    over = crossing(VIVE, MEGAFON, "safe_share", [VIVE, MEGAFON], [bridge("equivalent", difference=0.5, se=1.0)])
    assert (over.reasons, over.shift, over.variance, len(over.bridges)) == ((), 0.0, 0.0, 1)


def test_an_estimated_break_opens_the_way_and_costs_its_error() -> None:
    over = crossing(VIVE, MEGAFON, "safe_share", [VIVE, MEGAFON], [bridge()])
    assert (over.reasons, over.shift, over.variance) == ((), 4.0, 2.25)


def test_every_wave_of_the_old_series_may_be_compared_with_every_wave_of_the_new() -> None:
    oldest, newest = replace(VIVE, wave="2018"), replace(MEGAFON, wave="2025")
    items = [oldest, VIVE, MEGAFON, newest]
    assert crossing(oldest, newest, "safe_share", items, [bridge()]).shift == 4.0
    assert crossing(oldest, VIVE, "safe_share", items, [bridge()]) == Crossing()
    other = replace(MEGAFON, wave="2027", institute="Epinion")
    assert crossing(oldest, other, "safe_share", [*items, other], [bridge()]).reasons


def test_two_breaks_are_crossed_one_after_the_other_and_their_errors_add_up() -> None:
    third = replace(MEGAFON, wave="2025", institute="Epinion")
    second = Bridge("tryghed", "2023", "2025", frozenset({"institute"}), "break",
                    {"safe_share": Evidence(-1.0, 2.0)}, (300, 300), "Rapport")
    over = crossing(VIVE, third, "safe_share", [VIVE, MEGAFON, third], [bridge(), second])
    assert (over.shift, over.variance) == (3.0, 2.25 + 4.0)
    assert [each.first for each in over.bridges] == ["2021", "2023"]


@pytest.mark.parametrize(("change_", "indicator"), [
    ({"max": 5, "safe": (1, 2), "unsafe": (4, 5)}, "safe_share"), ({"safe_pole": "high"}, "safe_share"),
    ({"language": "en"}, "safe_share"), ({"id": "moerke"}, "safe_share"), ({}, "safety_index"),
])
def test_a_bridge_carries_what_its_evidence_is_of_and_nothing_else(change_: dict[str, object], indicator: str) -> None:
    later = replace(MEGAFON, **change_)  # type: ignore[arg-type]
    assert crossing(VIVE, later, indicator, [VIVE, later], [bridge()]).reasons


@given(st.floats(-30, 30), st.floats(0.1, 10), st.floats(-20, 20), st.floats(0.1, 5))
def test_the_error_of_a_break_only_ever_widens_an_interval(value: float, se: float, shift: float, break_se: float
                                                           ) -> None:
    straight = change(0, se ** 2, value, 0)
    over = Crossing((), (bridge(),), shift, break_se ** 2)
    moved = crossed(straight, over, unit=1)
    assert moved.value == pytest.approx(value - shift)
    assert moved.se == pytest.approx(sqrt(se ** 2 + break_se ** 2))
    assert moved.high - moved.low >= straight.high - straight.low
    assert moved.detectable >= straight.detectable
    assert crossed(straight, Crossing(), unit=1) == straight


def test_a_newcombe_interval_is_widened_in_squares_too() -> None:
    low, high = newcombe(1.0, 0.9, 1.0, 0.8, 0.7, 0.88)
    moved, wide_low, wide_high = widened(0.2, low, high, Crossing((), (bridge(),), 4.0, 2.25), unit=100)
    assert moved == pytest.approx(0.16)
    assert moved - wide_low == pytest.approx(sqrt((0.2 - low) ** 2 + (1.959964 * 0.015) ** 2), rel=1e-6)
    assert wide_high > moved + (high - 0.2)


# ---------------------------------------------------------------- in a codebook

BRIDGE = """
[[bridges]]
first = "2021"
concept = "tryghed"
differences = ["institute", "mode"]
kind = "break"
answers = [412, 398]
source = "Parallelkørsel 2022, s. 14"
safe_share = {difference = 4.0, se = 1.5}
unsafe_share = {difference = -3.0, se = 1.5}
neither_share = {difference = -1.0, se = 1.5}
safety_index = {difference = 3.0, se = 1.2}
"""


@pytest.mark.parametrize(("old", "new", "says"), [
    ('"break"', '"equivalent"', r"90 % interval, 1\.5 to 6\.5, is not inside ±3 points"),
    ('"mode"]', '"scale"]', "'scale' can't be bridged"),
    ("[412, 398]", "[412]", "answers to the earlier and the later"),
    ("[412, 398]", "[412, 12]", "30 or more each"), ("se = 1.2", "se = 0", "no difference with its standard error"),
    ("difference = 3.0, ", "", "'bridges.safety_index.difference' is missing"),
    ('kind = "break"\n', "", "kind' is missing"),
    ("safety_index = ", "safety_indeks = ", "unknown key 'bridges.safety_indeks'"),
    (BRIDGE[BRIDGE.index("safe_share"):], "", "a bridge has no evidence"),
    ('source = "', 'kilde = "', "source' is missing"),
    ("= 4.0", '= "4"', "must be a number"),
])
def test_evidence_that_does_not_say_what_is_claimed_is_refused(old: str, new: str, says: str) -> None:
    assert old in BRIDGE
    with pytest.raises(WrongCodebook, match=says):
        parse_codebook(CODEBOOK + BRIDGE.replace(old, new), Path("k.toml"), {"vollsmose", "gellerup"})


# ---------------------------------------------------------------- end to end


@pytest.fixture
def take(tmp_path: Path, store: Store, facts: Facts, config: Config) -> Callable[..., tuple[Path, Path]]:
    def taken(wave: str, counts: dict[str, int], codebook: str, *, stored: bool = True) -> tuple[Path, Path]:
        export, path = write_wave(
            tmp_path / wave, Sample(rows=answers(counts)), **population((300, 300)),
            codebook=codebook.replace("2021-03-01", f"{wave}-03-01").replace("2021-05-31", f"{wave}-05-31")
            .replace('"2021-prøve"', f'"{wave}"'))
        if stored:
            import_survey(store, export, path, facts, config)
        return export, path

    return taken


def later_book(bridges: str = "") -> str:
    return CODEBOOK.replace("Institut Prøve", "Megafon").replace('["web", "phone"]', '["phone"]') + bridges


def series(take: Callable[..., tuple[Path, Path]], bridges: str = "") -> None:
    take("2018", {"1": 60, "7": 60}, CODEBOOK)
    take("2021", {"1": 66, "7": 54}, CODEBOOK)
    take("2023", {"1": 78, "7": 42}, later_book(bridges))


def test_2021_to_2023_is_refused_and_drawn_as_a_gap(store: Store, take: Callable[..., tuple[Path, Path]]) -> None:
    series(take)
    moved = area_change(store, *(area_wave(store, wave, "vollsmose", RULES) for wave in ("2021", "2023")))
    assert moved["safe_share"].status is Status.BREAK
    assert {each.key for each in moved["safe_share"].reasons} == {"institute", "mode"}
    assert wave_lines(store)[-1].comparable_with == ()
    assert first_comparable(store, "2023", "vollsmose") is None


def test_over_a_bridge_the_change_is_corrected_and_as_uncertain_as_it_is(
    store: Store, take: Callable[..., tuple[Path, Path]],
) -> None:
    series(take, BRIDGE)
    first, later = (area_wave(store, wave, "vollsmose", RULES) for wave in ("2018", "2023"))
    moved = area_change(store, first, later)["safe_share"]
    assert moved.status.shown
    assert moved.value == pytest.approx((78 - 60) / 120 - 0.04)
    one, two = first.figures["safe_share"], later.figures["safe_share"]
    assert moved.se == pytest.approx(sqrt((one.se or 0) ** 2 + (two.se or 0) ** 2 + 0.015 ** 2))
    assert [each.source for each in moved.bridges] == ["Parallelkørsel 2022, s. 14"]
    assert area_change(store, first, later)["safety_index"].value == pytest.approx(100 * 18 / 120 - 3.0)
    assert area_change(store, first, later)["dont_know_share"].status is Status.BREAK
    line = wave_lines(store)[-1]
    assert line.comparable_with == ("2018", "2021")
    assert line.break_reasons[-1].after == "Parallelkørsel 2022, s. 14"
    assert first_comparable(store, "2023", "vollsmose") == "2018"


def test_the_report_names_the_bridge_and_what_it_cost(store: Store, take: Callable[..., tuple[Path, Path]]) -> None:
    series(take, BRIDGE)
    found = perceived(store, RULES, ["vollsmose"], ["vollsmose"], Window.parse("2018-01-01:2023-12-31"), [], "lexicon")
    told = next(each for each in found.estimates if each.indicator == "safe_share.change" and each.wave == "2023")
    assert told.details["bridge"] == "break +4.0 (SE 1.5): Parallelkørsel 2022, s. 14"
    assert found.waves[-1].break_reason.endswith("bridge: Parallelkørsel 2022, s. 14")


def test_a_look_says_over_which_bridge_a_wave_may_be_compared(
    store: Store, facts: Facts, take: Callable[..., tuple[Path, Path]],
) -> None:
    take("2021", {"1": 66, "7": 54}, CODEBOOK)
    without = check_survey(*take("2023", {"1": 5}, later_book(), stored=False), store, facts).text()
    assert "tryghed against 2021: not comparable: other mode: phone, web → phone; other institute" in without
    bridged = check_survey(*take("2023", {"1": 5}, later_book(BRIDGE), stored=False), store, facts).text()
    assert "tryghed against 2021: comparable, over a bridge (Parallelkørsel 2022, s. 14)" in bridged
