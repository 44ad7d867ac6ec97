"""Days on which nothing was collected are counted, so that a silent archive is no quiet year."""

from __future__ import annotations

from datetime import date

import pytest

from reputation.coverage import Span, gap_days, sources
from store.days import Window

YEAR = Window.year(2021)


def span(first: str, last: str, areas: frozenset[str] | None = None, outlets: str = "a") -> Span:
    return Span(Window(date.fromisoformat(first), date.fromisoformat(last)), areas, frozenset(outlets), feed=False)


@pytest.mark.parametrize(
    ("spans", "days"),
    [
        ([], 365),
        ([span("2020-06-01", "2022-06-01")], 0),
        ([span("2021-01-01", "2021-12-31")], 0),
        ([span("2021-01-02", "2021-12-30")], 2),
        ([span("2021-01-01", "2021-03-31"), span("2021-05-01", "2021-12-31")], 30),
        ([span("2021-05-01", "2021-12-31"), span("2021-01-01", "2021-06-30")], 0),
        ([span("2021-01-01", "2021-12-31"), span("2021-03-01", "2021-03-02")], 0),
        ([span("2021-01-01", "2021-12-31", frozenset({"gellerup"}))], 365),
    ],
)
def test_days_without_collection_of_an_area_are_counted_once(spans: list[Span], days: int) -> None:
    assert gap_days(YEAR, "vollsmose", spans, None) == days


def test_days_after_the_newest_text_are_no_gap() -> None:
    assert gap_days(YEAR, "vollsmose", [span("2021-01-01", "2021-02-28")], date(2021, 2, 28)) == 0
    assert gap_days(YEAR, "vollsmose", [span("2021-02-01", "2021-12-31")], date(2021, 2, 28)) == 31


def test_sources_are_outlets_that_were_asked_for_the_area() -> None:
    found = [span("2021-01-01", "2021-12-31", None, "ab"), span("2021-01-01", "2021-12-31", frozenset({"x"}), "c"),
             span("2019-01-01", "2019-12-31", None, "d")]
    assert (sources(YEAR, "vollsmose", found), sources(YEAR, "x", found)) == (2, 3)
