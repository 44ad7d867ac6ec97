"""What a report says of the surveys: published cells, breaks, and nobody's answer that may not leave."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from reputation.content import Estimate
from reputation.perceived import Perceived, perceived, reasons
from store.config import DisclosureConfig
from store.database import Store
from store.days import Window
from surveys.items import Reason
from tests.reputation.build import add_wave

ALL = Window(date(2018, 1, 1), date(2029, 12, 31))
WINDOWS = tuple(Window.year(year) for year in (2018, 2019, 2020))
CODES: list[int | None] = [*[1, 2] * 30, *[3] * 10, *[4, 5] * 15, *[None] * 20]
SAFER: list[int | None] = [*[1, 2] * 45, *[3] * 10, *[4, 5] * 8, *[None] * 6]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "s.db") as store:
        yield store


def made(store: Store, *areas: str) -> Perceived:
    names = areas or ("lunden",)
    return perceived(store, DisclosureConfig(), names, names, ALL, WINDOWS, "linear")


def one(found: Perceived, indicator: str, wave: str, area: str = "lunden") -> Estimate:
    return next(each for each in found.estimates if (each.indicator, each.wave, each.area) == (indicator, wave, area))


def test_shares_and_index_carry_what_is_printed_beside_them(store: Store) -> None:
    add_wave(store, "2018-a", "2018-05-01", {"lunden": CODES})

    found = made(store)

    safe = one(found, "safe_share", "2018-a")
    assert (safe.value, safe.n, safe.status, safe.first) == (0.6, 100, "ok", "2018-05-01")
    assert (safe.details["invited"], safe.details["population"], safe.details["fpc"]) == (360, 1000, "yes")
    assert float(safe.details["if_dont_know_unsafe"] or 1) < 0.6 < float(safe.details["if_dont_know_safe"] or 0)
    assert one(found, "safety_index", "2018-a").value == 61.25
    assert found.fieldwork[0].response_rate == pytest.approx(1 / 3, abs=0.001)
    assert (found.waves[0].item, found.waves[0].cut, found.waves[0].break_reason) == ("tryg", "1 2 | 3 | 4 5", "")


def test_a_year_without_a_wave_is_no_survey(store: Store) -> None:
    add_wave(store, "2018-a", "2018-05-01", {"lunden": CODES})

    found = made(store)

    assert {(each.first, each.status) for each in found.estimates if not each.wave} == {
        ("2019-01-01", "no survey"), ("2020-01-01", "no survey")}


def test_an_area_the_wave_left_out_is_no_survey_there(store: Store) -> None:
    add_wave(store, "2018-a", "2018-05-01", {"lunden": CODES})

    found = made(store, "lunden", "engen")

    assert one(found, "safe_share", "2018-a", "engen").status == "no survey"
    assert [line.area for line in found.fieldwork] == ["lunden"]


def test_change_counts_from_the_first_wave_and_is_adjusted_over_the_areas(store: Store) -> None:
    add_wave(store, "2018-a", "2018-05-01", {"lunden": CODES, "engen": CODES})
    add_wave(store, "2020-a", "2020-05-01", {"lunden": SAFER, "engen": CODES})

    moved = one(made(store, "lunden", "engen"), "safe_share.change", "2020-a")

    assert moved.value == pytest.approx(90 / 116 - 0.6, abs=1e-3)
    assert (moved.status, moved.details["since"], moved.details["family"]) == ("ok", "2018", 2)
    assert float(moved.details["p_adjusted"] or 0) >= float(moved.details["p"] or 1)


def test_a_break_is_said_and_never_bridged(store: Store) -> None:
    add_wave(store, "2018-a", "2018-05-01", {"lunden": CODES})
    add_wave(store, "2020-b", "2020-05-01", {"lunden": SAFER}, institute="Et andet")

    found = made(store)
    moved = one(found, "safe_share.change", "2020-b")

    assert (moved.status, moved.value, moved.details["reason"]) == ("break", None, "institute: Instituttet → Et andet")
    assert found.waves[1].break_reason == "institute: Instituttet → Et andet"
    assert found.waves[1].comparable_with == ()


def test_small_areas_and_small_cells_never_leave(store: Store) -> None:
    few: list[int | None] = [1] * 20
    nearly_all: list[int | None] = [*[1] * 97, *[5] * 3]
    add_wave(store, "2018-a", "2018-05-01", {"lunden": few, "engen": nearly_all})

    found = made(store, "lunden", "engen")

    assert one(found, "safe_share", "2018-a").value is None
    assert one(found, "unsafe_share", "2018-a", "engen").status == "disclosive"
    assert one(found, "unsafe_share", "2018-a", "engen").value is None
    assert one(found, "safe_share", "2018-a", "engen").value is None


def test_waves_outside_the_window_are_left_out(store: Store) -> None:
    add_wave(store, "2016-a", "2016-05-01", {"lunden": CODES})

    assert made(store).waves == ()


def test_only_released_answers_are_quoted_and_only_from_areas_that_hide_one(store: Store) -> None:
    add_wave(store, "2018-a", "2018-05-01", {"lunden": CODES, "engen": [1] * 12},
             texts={"lunden": ["Her er trygt.", "Her er koldt."], "engen": ["Vi hilser."]})
    store.execute("UPDATE text_answers SET released = '2026-01-01T00:00:00Z' WHERE text <> 'Her er koldt.'")

    quotes = made(store, "lunden", "engen").quotes

    assert [(quote.area, quote.text) for quote in quotes] == [("lunden", "Her er trygt.")]


def test_themes_of_open_answers_hide_small_counts_and_their_complements(store: Store) -> None:
    add_wave(store, "2018-a", "2018-05-01", {"lunden": CODES}, texts={"lunden": ["ord"] * 40})
    for number, (theme, count) in enumerate({"goal:tryghed": 20, "goal:service": 3, "goal:fritid": 38}.items()):
        for answer in range(1, 41):
            if number == 0:
                store.execute(
                    "INSERT INTO readings (id, text_answer_id, area_id, basis, backend, backend_version, stigma,"
                    " voices) VALUES (?, ?, 'lunden', 'answer', 'linear', 'v', '[]', '[]')", [answer, answer])
            if answer <= count:
                store.execute("INSERT INTO reading_themes VALUES (?, ?, 1)", [answer, theme])

    assert [(count.what, count.n, count.of) for count in made(store).counts] == [("goal:tryghed", 20, 40)]


def test_reasons_are_keys_with_values_but_no_wordings() -> None:
    assert reasons([Reason("wording", "a?", "b?"), Reason("mode", "web", "phone")]) == "wording; mode: web → phone"


def test_every_figure_of_a_survey_has_its_response_rate_beside_it(store: Store) -> None:
    add_wave(store, "2018-a", "2018-05-01", {"lunden": CODES})
    add_wave(store, "2020-a", "2020-05-01", {"lunden": SAFER})

    figures = [each for each in made(store).estimates if each.wave and each.value is not None]

    assert any(each.indicator.endswith(".change") for each in figures)
    assert all(each.details.get("invited") and each.details.get("response_rate") for each in figures)
