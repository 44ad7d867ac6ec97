"""Quarters, turns, days of record and the events behind a change, from a store of readings (method.md B7)."""

from __future__ import annotations

import dataclasses
from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from reputation.clustered import cluster_mean
from reputation.content import Estimate, InterruptionLine
from reputation.index import News, estimates_of, news_figures
from reputation.movements import (
    attribution_lines,
    change_without,
    happenings,
    interruption_lines,
    parts_of_change,
    turn_lines,
)
from reputation.periods import MONTHS, Period, Points, parts, points, quarter_figures, whole_series
from store.dates import RecordDate
from store.days import Window
from store.goals import Status
from tests.reputation.build import Newsroom
from tests.reputation.test_index import news

MIXED = [-1, -1, 0, 1, -1, 0, 0, 1, -1, 0] * 8


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    room = Newsroom.open(tmp_path)
    room.archive("2018-01-01", "2020-12-31")
    return room


def quarters(made: News) -> dict[tuple[str, str], Estimate]:
    drawn = quarter_figures(made, list(whole_series(made)))
    return {(each.estimate.indicator, each.estimate.first): each.estimate for each in drawn}


@pytest.mark.parametrize(("window", "period", "firsts"), [
    (Window.year(2020), "quarter", ["2020-01-01", "2020-04-01", "2020-07-01", "2020-10-01"]),
    (Window(date(2019, 7, 1), date(2019, 12, 31)), "quarter", ["2019-07-01", "2019-10-01"]),
    (Window(date(2020, 1, 31), date(2020, 4, 30)), "month", ["2020-01-31", "2020-02-29", "2020-03-31"]),
    (Window(date(2020, 1, 1), date(2020, 2, 15)), "quarter", []),
])
def test_a_window_is_cut_from_its_first_day(window: Window, period: Period, firsts: list[str]) -> None:
    found = parts(window, period)

    assert [each.first.isoformat() for each in found] == firsts
    assert all(one.last < other.first for one, other in pairwise(found))


def test_a_quarter_shows_its_counts_and_tone_where_events_are_enough(room: Newsroom) -> None:
    room.year("lunden", 2018, MIXED)
    room.year("lunden", 2019, MIXED[:20])
    found = quarters(news(room))

    first = found[("net_tone", "2018-01-01")]
    assert (first.status, first.correction, first.last) == ("ok", "uncorrected", "2018-03-31")
    assert sum(found[("about", f"2018-{month}-01")].value or 0 for month in ("01", "04", "07", "10")) == 80
    assert found[("net_tone", "2019-01-01")].status == "few"
    assert found[("about", "2019-01-01")].value == 5


def test_a_quarter_is_corrected_as_its_year_is(room: Newsroom) -> None:
    room.year("lunden", 2018, MIXED)
    coded = pd.DataFrame([
        {"copy_group": f"t{number:05d}", "sample": "s", "alpha": 0.8, "tone": -1.0, "negative": 1.0, "neutral": 0.0,
         "positive": 0.0, "unsafe": 0.0, "safe": 0.0, "probability": 0.25} for number in range(1, 81, 4)
    ])
    made = news(room, coded={"lunden": coded})
    found, year = quarters(made), news_figures(made)

    whole = next(each.estimate.value for each in year if each.estimate.indicator == "net_tone")
    four = [found[("net_tone", f"2018-{month}-01")] for month in ("01", "04", "07", "10")]
    assert {each.correction for each in four} == {"dsl n=20 alpha=0.80"}
    assert sum((each.value or 0) * (each.n or 0) for each in four) / 80 == pytest.approx(whole, abs=1e-3)


def test_what_was_not_collected_is_said_by_quarter_too(tmp_path: Path) -> None:
    room = Newsroom.open(tmp_path)
    room.archive("2018-01-01", "2018-06-30")
    room.article("lunden", "2018-02-01", 0)
    found = quarters(news(room))

    assert (found[("about", "2018-04-01")].value, found[("about", "2018-04-01")].status) == (0, "ok")
    assert found[("about", "2018-07-01")].status == "not collected"
    assert found[("net_tone", "2018-04-01")].status == "few"


def test_a_month_with_under_five_texts_is_missing_and_not_nought(room: Newsroom) -> None:
    for day in ("03", "07", "11", "15", "19"):
        room.article("lunden", f"2018-02-{day}", -1)
    room.article("lunden", "2018-03-03", -1)
    made = news(room)
    (found,) = points(list(whole_series(made)), made, "month")

    assert found.values[:3] == (None, -1.0, None)
    assert found.label == "uncorrected"


def test_points_end_where_the_data_end(room: Newsroom) -> None:
    room.year("lunden", 2018, MIXED)
    made = dataclasses.replace(news(room), newest=date(2018, 8, 15))

    assert points(list(whole_series(made)), made, "month")[0].windows[-1].first == date(2018, 7, 1)


def series(values: list[float | None], label: str = "dsl n=20 alpha=0.80", area: str = "lunden",
           period: Period = "month", status: Status = Status.OK) -> Points:
    windows = tuple(each for year in range(2018, 2018 + len(values) // (12 // MONTHS[period]) + 1)
                    for each in parts(Window.year(year), period))[:len(values)]
    return Points(area, period, windows, tuple(values), label, status)


def test_a_turn_names_the_events_of_its_month(room: Newsroom) -> None:
    room.article("lunden", "2019-07-04", 1, event="fest")
    named = happenings(room.store, news(room))
    noise = [0.01 * (-1) ** at for at in range(36)]
    (line,) = turn_lines([series([each + (0.5 if at >= 18 else 0) for at, each in enumerate(noise)])], named)

    assert (line.status, line.points, line.missing) == ("ok", 36, 0)
    assert [(each.at, each.before, each.after) for each in line.turns] == [("2019-07-01", 0.0, 0.5)]
    assert [(each.event, each.links[0][1]) for each in line.turns[0].events] == [
        ("fest", "https://example.org/t00001")]
    assert line.cusum_p is not None
    assert line.cusum_p < 0.001


@pytest.mark.parametrize(("made", "status"), [
    (series([0.1, 0.2] * 18, label="uncorrected"), "footnoted"),
    (series([0.1, None, None] * 10), "few"),
    (series([0.1] * 30, status=Status.UNRELIABLE), "unreliable reading"),
    (series([0.1] * 30, status=Status.BREAK), "break"),
])
def test_a_series_that_may_not_be_tested_has_no_turn_and_no_p(room: Newsroom, made: Points, status: str) -> None:
    (line,) = turn_lines([made], happenings(room.store, news(room)))

    assert (line.status, line.turns, line.cusum, line.cusum_p) == (status, (), None, None)


DAY = RecordDate("lunden", date(2019, 7, 1), "plan adopted", "referat")


def held(values: list[float | None], others: list[Points] | None = None, label: str = "dsl n=20 alpha=0.80"
         ) -> list[InterruptionLine]:
    return interruption_lines([DAY], {"month": [series(values, label), *(others or [])],
                                      "quarter": [series([None] * 12, period="quarter")]}, ["engen"])


def test_a_day_of_record_is_held_alone_and_against_the_comparison_areas() -> None:
    trend = [0.01 * at + 0.02 * (-1) ** at for at in range(36)]
    stepped: list[float | None] = [each + (0.4 if at >= 18 else 0) for at, each in enumerate(trend)]
    alone, against = held(stepped, [series(list(trend), area="engen")])

    assert (alone.controlled, against.controlled) == (False, True)
    assert alone.level == pytest.approx(0.4, abs=0.05)
    assert against.level == pytest.approx(0.4, abs=1e-6)
    assert (alone.before, alone.after, alone.method, alone.status) == (18, 18, "newey-west, L=3", "ok")
    assert alone.slope == pytest.approx(0, abs=0.05)
    assert alone.level_p is not None


def test_an_uncorrected_series_is_shown_without_p_and_a_short_one_with_a_warning() -> None:
    (uncorrected,) = held([0.1, 0.2, 0.15] * 12, label="uncorrected")
    assert (uncorrected.status, uncorrected.level_p) == ("footnoted", None)
    assert uncorrected.level is not None

    short = series([0.1, 0.3, 0.2, 0.1, 0.2, 0.3, 0.1, 0.2, 0.1, 0.2], period="quarter")
    (line,) = interruption_lines([DAY], {"month": [series([None] * 36)], "quarter": [short]}, [])
    assert (line.period, line.method, line.status) == ("quarter", "ols", "footnoted")


def test_too_little_on_one_side_says_so_and_an_unknown_area_says_nothing() -> None:
    (line,) = held([0.1] * 17 + [0.2] * 2)
    assert (line.status, line.level) == ("few", None)
    assert interruption_lines([dataclasses.replace(DAY, area="bakken")], {"month": [], "quarter": []}, []) == []


def test_the_parts_of_a_change_are_what_leaving_an_event_out_takes_away() -> None:
    generator = np.random.default_rng(4)
    first, later = (cluster_mean(generator.choice([-1, 0, 1], 40), generator.integers(start, start + 15, 40))
                    for start in (0, 10))
    whole = later.value - first.value
    found = parts_of_change(first, later)

    assert {key for key, _ in found} == {*first.keys, *later.keys}
    for key, part in found:
        assert part == pytest.approx(whole - (change_without(first, later, [key]) or 0))
    assert change_without(first, later, [*first.keys]) is None


def test_the_events_behind_a_change_stand_first_with_links_and_share(room: Newsroom) -> None:
    room.year("lunden", 2018, [-1, -1, -1, 0] * 5)
    room.year("lunden", 2020, [0, -1, 0, -1] * 5)
    for at in range(30):
        room.article("lunden", f"2020-06-{1 + at % 5:02d}", 1, event="fest", outlet=f"o{at}")
    made = news(room)
    found = attribution_lines(estimates_of(news_figures(made)), made, happenings(room.store, made))

    first = found[0]
    assert (first.rank, first.event.event, first.since, first.last) == (1, "fest", "2018", "2020-12-31")
    assert first.change == pytest.approx(20 / 50 + 0.75)
    assert first.share == pytest.approx(1 - 0.25 / 1.15, abs=1e-4)
    assert first.event.links[0][1].startswith("https://example.org/")
    assert [each.rank for each in found] == [1, 2, 3, 4, 5]
    assert found[0].correction == "uncorrected"
