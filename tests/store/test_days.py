"""Days are Danish, windows include both ends."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.days import Window, danish_day, from_utc_text, utc_text


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2024, 6, 30, 22, 30, tzinfo=UTC), date(2024, 7, 1)),  # summer: two hours ahead
        (datetime(2024, 12, 31, 22, 30, tzinfo=UTC), date(2024, 12, 31)),  # winter: one
        (datetime(2024, 12, 31, 23, 0, tzinfo=UTC), date(2025, 1, 1)),
        (datetime(2024, 10, 27, 0, 30, tzinfo=UTC), date(2024, 10, 27)),  # the night with two 02:30
    ],
)
def test_a_day_is_the_day_in_copenhagen(moment: datetime, day: date) -> None:
    assert danish_day(moment) == day


@given(st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)))
def test_a_moment_survives_its_text(moment: datetime) -> None:
    moment = moment.replace(microsecond=0, tzinfo=UTC)
    assert from_utc_text(utc_text(moment)) == moment


def test_a_window_has_both_its_days() -> None:
    year = Window.year(2020)
    assert date(2020, 1, 1) in year
    assert date(2020, 12, 31) in year
    assert date(2021, 1, 1) not in year
    assert year.label == "2020"
    assert Window.parse("2019-07-01:2020-06-30").label == "2019-07-01–2020-06-30"


@pytest.mark.parametrize("text", ["2019", "2019-07-01", "2019-13-01:2020-01-01", "2020-01-01:2019-01-01", ""])
def test_what_is_no_window_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        Window.parse(text)


@given(st.dates(date(2018, 1, 1), date(2029, 12, 31)), st.integers(0, 4000))
def test_twelve_month_windows_lie_end_to_end_and_stop_on_the_last_day(first: date, length: int) -> None:
    window = Window(first, first + timedelta(days=length))
    years = window.years()
    assert years[-1].last == window.last
    assert years[0].first >= window.first
    for earlier, later in pairwise(years):
        assert later.first - earlier.last == timedelta(days=1)
        assert 365 <= (later.last - later.first).days + 1 <= 366


def test_calendar_years_split_into_calendar_years() -> None:
    assert Window(date(2018, 1, 1), date(2025, 12, 31)).years() == tuple(map(Window.year, range(2018, 2026)))


def test_a_window_that_ends_on_leap_day_splits() -> None:
    years = Window(date(2018, 3, 1), date(2020, 2, 29)).years()
    assert [str(each) for each in years] == ["2018-03-01:2019-02-28", "2019-03-01:2020-02-29"]
