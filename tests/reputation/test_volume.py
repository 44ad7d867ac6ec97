"""An outlet whose number of new articles changes its level is told from one that has a good or a bad month."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reputation.volume import changes, volume_alarms
from store.database import Store
from store.texts import Article, save_article, save_outlet


@pytest.mark.parametrize(
    ("weeks", "at"),
    [
        ([], []),
        ([40] * 11, []),
        ([40] * 52, []),
        ([40] * 20 + [20] * 10, [20]),
        ([40] * 20 + [0] * 4, [20]),
        ([20] * 20 + [40] * 10, [20]),
        ([40] * 20 + [25] * 10, []),
        ([40] * 20 + [10] * 2, []),
        ([40] * 20 + [0] + [40] * 10, []),
        ([40] * 20 + [15] * 20 + [40] * 20, [20, 40]),
        ([2, 3, 1, 2] * 5 + [1, 1, 0, 1] * 3, []),
        ([0] * 40, []),
        ([0] * 20 + [30] * 8, [20]),
        ([10, 90] * 10 + [40, 20] * 4, []),
    ],
)
def test_a_change_of_level_begins_where_the_levels_lie_furthest_apart(weeks: list[int], at: list[int]) -> None:
    assert [each.at for each in changes(weeks)] == at


def test_chance_alone_seldom_calls() -> None:
    dice = random.Random(1)
    years = [[sum(dice.random() < 0.1 for _ in range(300)) for _ in range(52)] for _ in range(60)]
    assert sum(len(changes(year)) for year in years) <= 1


@given(st.lists(st.integers(0, 200), max_size=60))
def test_what_is_called_is_at_least_half_or_double(weeks: list[int]) -> None:
    for each in changes(weeks):
        low, high = sorted((each.before, each.after))
        assert 2 * low <= high
        assert each.after == sum(weeks[each.at:each.at + 4]) / 4


def bring(store: Store, day: date, count: int, feed: str | None) -> None:
    moment = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    for number in range(count):
        id = f"{feed}-{day}-{number}"
        save_article(store, Article(id, "avis", id, published=moment), seen=moment, feed_id=feed)


def test_alarms_lie_in_the_window_and_count_only_what_feeds_bring(tmp_path: Path) -> None:
    monday = date(2026, 1, 5)
    with Store.open(tmp_path / "store.db") as store, store.transaction():
        save_outlet(store, "avis", "Avisen")
        for week in range(30):
            day = monday + timedelta(weeks=week)
            # The first poll brings what had stood there before.
            bring(store, day, 500 if week == 0 else 60 if week < 20 else 20, "f")
            bring(store, day, 300 if week == 25 else 0, None)
        fell = monday + timedelta(weeks=20)
        last = monday + timedelta(weeks=30)
        (alarm,) = volume_alarms(store, monday, last)
        assert (alarm.name, alarm.since, alarm.before, alarm.after) == ("Avisen", fell, 60, 20)
        assert volume_alarms(store, fell + timedelta(weeks=1), last) == ()
        assert volume_alarms(store, monday, fell) == ()
