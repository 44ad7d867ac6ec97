"""The share of all articles is given where it is known how many there were, and nowhere else."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reputation.stories import Covered, apart, archive_totals, covered
from store.days import Window
from tests.reputation.build import Newsroom, area

YEAR, NEXT = Window.year(2018), Window.year(2019)
AREAS = (area("lunden"), area("engen"))


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    return Newsroom.open(tmp_path)


def total(room: Newsroom, number: int, outlet: str, first: str, last: str, articles: int) -> None:
    room.outlet(outlet)
    room.store.execute("INSERT INTO archive_totals VALUES (?, ?, ?, ?, ?)", [number, outlet, first, last, articles])


def feed(room: Newsroom, outlet: str = "avisen") -> str:
    room.outlet(outlet)
    room.store.execute("INSERT OR IGNORE INTO feeds (id, outlet_id, url) VALUES (?, ?, 'https://example.org/rss')",
                       [f"f-{outlet}", outlet])
    return f"f-{outlet}"


def of(room: Newsroom, place: str = "lunden", window: Window = YEAR) -> Covered | None:
    return covered(room.store, AREAS, (YEAR, NEXT)).get((place, window))


def test_articles_are_held_against_the_totals_of_an_archive(room: Newsroom) -> None:
    number = room.archive("2018-01-01", "2018-12-31", outlets=("avisen", "bladet"))
    total(room, number, "avisen", "2018-03-01", "2018-03-31", 40)
    total(room, number, "bladet", "2018-04-01", "2018-04-30", 60)
    room.article("lunden", "2018-03-05")
    room.article("lunden", "2018-04-05", outlet="bladet", role="focus")
    room.article("lunden", "2018-04-06", outlet="bladet", role="passing")  # names it, is not about it
    room.article("lunden", "2018-05-01", outlet="bladet")  # of May the total is not known
    room.article("lunden", "2018-04-07", outlet="posten")  # nor of this outlet
    assert of(room) == Covered(2, 100, "2018-03-01", "2018-04-30", 2, 100)
    assert of(room, "engen") == Covered(0, 100, "2018-03-01", "2018-04-30", 2, 100)
    assert of(room, window=NEXT) is None


def test_every_printing_counts_for_totals_count_them_so(room: Newsroom) -> None:
    number = room.archive("2018-01-01", "2018-12-31")
    for outlet in ("avisen", "bladet"):
        total(room, number, outlet, "2018-01-01", "2018-12-31", 50)
    first = room.article("lunden", "2018-03-05")
    room.article("lunden", "2018-03-06", outlet="bladet", copy_of=first)
    assert (of(room) or Covered(0, 0, "", "", 0, 0)).count == 2


def test_an_area_that_was_not_searched_for_has_no_share(room: Newsroom) -> None:
    number = room.archive("2018-01-01", "2018-12-31", query="Engen")
    total(room, number, "avisen", "2018-01-01", "2018-12-31", 50)
    room.article("engen", "2018-03-05")
    assert of(room) is None
    assert of(room, "engen") == Covered(1, 50, "2018-01-01", "2018-12-31", 1, 50)


def test_a_total_takes_the_place_of_what_a_feed_brought(room: Newsroom) -> None:
    """In March the archive counts 40, of which the feed caught two; in May only the feed is there."""
    number = room.archive("2018-01-01", "2018-12-31")
    total(room, number, "avisen", "2018-03-01", "2018-03-31", 40)
    own = feed(room)
    room.article("lunden", "2018-03-05", feed=own)
    room.article("engen", "2018-03-06", feed=own)
    room.article("lunden", "2018-05-05", feed=own)
    room.article("engen", "2018-05-06", feed=own)
    assert of(room) == Covered(2, 42, "2018-03-01", "2018-05-06", 2, 40)


def test_a_year_across_the_edge_of_a_window_counts_in_neither(room: Newsroom) -> None:
    number = room.archive("2018-01-01", "2019-12-31")
    total(room, number, "avisen", "2018-01-01", "2018-12-31", 50)
    room.article("lunden", "2018-03-05")
    windows = (Window(date(2017, 7, 1), date(2018, 6, 30)), Window(date(2018, 7, 1), date(2019, 6, 30)))
    assert covered(room.store, AREAS, windows) == {}


def test_an_import_that_was_undone_or_is_under_way_says_nothing(room: Newsroom) -> None:
    for at in range(2):
        number = room.archive("2018-01-01", f"2018-12-3{at}")
        total(room, number, "avisen", "2018-01-01", "2018-12-31", 50)
        if at:
            room.store.execute("INSERT INTO imports_under_way VALUES (?, 0, '{}')", [number])
        else:
            room.store.execute("UPDATE imports SET undone = '2026' WHERE id = ?", [number])
    assert archive_totals(room.store, AREAS).of == {}
    assert of(room) is None


def test_releases_are_no_articles(room: Newsroom) -> None:
    number = room.archive("2018-01-01", "2018-12-31")
    room.outlet("ritzau", "press release")
    total(room, number, "ritzau", "2018-01-01", "2018-12-31", 50)
    room.article("lunden", "2018-03-05", outlet="ritzau", class_="press release", feed=feed(room, "ritzau"))
    assert of(room) is None


def test_months_go_before_the_year_that_holds_them_and_the_larger_of_two_alike() -> None:
    march, april = ("2018-03-01", "2018-03-31", 7), ("2018-04-01", "2018-04-30", 8)
    assert apart([("2018-01-01", "2018-12-31", 100), april, march, ("2018-03-01", "2018-03-31", 6)]) == (march, april)


DAYS = st.integers(0, 200).map(lambda each: date.fromordinal(737000 + each).isoformat())


@given(st.lists(st.tuples(DAYS, DAYS, st.integers(0, 9)).map(lambda each: (*sorted(each[:2]), each[2])), max_size=12))
def test_no_day_is_counted_twice(known: list[tuple[str, str, int]]) -> None:
    kept = apart(known)
    assert all(one[1] < other[0] for one, other in pairwise(kept))
    assert apart(list(reversed(known))) == kept
    assert set(kept) <= set(known)
