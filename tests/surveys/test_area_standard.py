"""A later wave at the first wave's mix of residents (method.md C2)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from reputation.perceived import perceived
from store.config import DisclosureConfig
from store.database import Store
from store.days import Window
from surveys.area_data import load_wave
from surveys.area_standard import first_mix, standardised_figures
from surveys.weights import Margin
from tests.reputation.build import add_wave

OLD, YOUNG = "old", "young"
MIX = {2018: {OLD: 500, YOUNG: 500}, 2022: {OLD: 800, YOUNG: 200}}


def margin(levels: tuple[str, ...], totals: list[float], name: str = "age") -> Margin:
    return Margin(name, levels, np.array([0, 1, 1]), np.array(totals))


def test_the_first_shares_stand_for_the_later_population_whatever_the_order_of_levels() -> None:
    made = first_mix([margin(("a", "b"), [90, 10])], [margin(("b", "a"), [30, 70])], 200)

    assert made is not None
    assert list(made[0].totals) == [140, 60]


@pytest.mark.parametrize("first", [
    [], [margin(("a", "c"), [1, 1])], [margin(("a", "b"), [1, 1], "sex")], [margin(("a", "b"), [0, 0])],
])
def test_other_margins_are_no_mix(first: list[Margin]) -> None:
    assert first_mix([margin(("a", "b"), [90, 10])], first, 100) is None


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Old people answer safe, young ones don't, in both waves; only how many there are of each has changed."""
    with Store.open(tmp_path / "s.db") as store:
        for year, mix in MIX.items():
            many = {level: count // 10 for level, count in mix.items()}
            codes: list[int | None] = [1, 1, 1, 1, 4] * (many[OLD] // 5) + [1, 4, 4, 4, 4] * (many[YOUNG] // 5)
            add_wave(store, f"w{year}", f"{year}-05-01", {"lunden": codes})
            for at in range(len(codes)):
                store.execute("INSERT INTO respondent_levels VALUES (?, ?, 'age', ?)",
                              [f"w{year}", f"lunden{at}", OLD if at < many[OLD] else YOUNG])
            for level, count in mix.items():
                store.execute("INSERT INTO margins VALUES (?, 'lunden', 'age', ?, ?)", [f"w{year}", level, count])
        yield store


def test_when_only_the_mix_changes_the_same_mix_has_not_moved(store: Store) -> None:
    windows = tuple(Window.year(year) for year in MIX)
    found = {(each.indicator, each.wave): each for each in perceived(
        store, DisclosureConfig(), ["lunden"], ["lunden"], Window.parse("2018-01-01:2022-12-31"), windows, "lexicon",
    ).estimates}

    assert found[("safe_share", "w2018")].value == pytest.approx(0.5)
    assert found[("safe_share", "w2022")].value == pytest.approx(0.68)
    assert found[("safe_share.mix", "w2022")].value == pytest.approx(0.5)
    moved = found[("safe_share.mix.change", "w2022")]
    assert (moved.value, moved.status) == (pytest.approx(0, abs=1e-9), "ok")
    assert moved.details["family"] == 1
    assert ("safe_share.mix", "w2018") not in found


def test_without_the_first_margins_there_is_no_such_figure_and_that_is_said(store: Store) -> None:
    store.execute("DELETE FROM margins WHERE wave_id = 'w2018'")
    windows = tuple(Window.year(year) for year in MIX)
    found = {(each.indicator, each.wave): each for each in perceived(
        store, DisclosureConfig(), ["lunden"], ["lunden"], Window.parse("2018-01-01:2022-12-31"), windows, "lexicon",
    ).estimates}

    assert (found[("safe_share.mix", "w2022")].status, found[("safe_share.mix", "w2022")].details["reason"]) == (
        "not collected", "margins")
    assert found[("safe_share.mix.change", "w2022")].value is None
    first, later = (load_wave(store, wave, ["tryghed"]) for wave in ("w2018", "w2022"))
    assert first is not None
    assert later is not None
    assert standardised_figures(later, first, "engen", DisclosureConfig()) is None
