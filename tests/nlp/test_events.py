"""Mentions of one area that tell of one happening become one event, whatever the order."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp import events
from nlp.events import group
from store.readings import EventMention

FIRE = ("Container i brand ved torvet",
        "Natten til lørdag brændte en container ved torvet, og røgen trak ind i opgangene.")
FIRE_TOO = ("Røg i opgangene efter containerbrand", "En container ved torvet brændte natten til lørdag.")
LIBRARY = ("Nyt bibliotek åbner dørene", "Borgmesteren klippede snoren til biblioteket, og børnene fik kage.")
TRIAL = ("Seks års fængsel for røveri", "Retten idømte en mand fængsel for et røveri mod en kiosk i foråret.")


def mention(id: str, day: int, text: tuple[str, str], copy_group: str = "") -> EventMention:
    return EventMention(id, f"2022-03-{day:02}", copy_group or id, *text)


def grouped(*mentions: EventMention) -> list[tuple[str, ...]]:
    return [event.articles for event in group(mentions, "vollsmose")]


def test_alike_texts_within_days_are_one_event() -> None:
    found = grouped(mention("a", 1, FIRE), mention("b", 3, FIRE_TOO), mention("c", 2, LIBRARY), mention("d", 4, TRIAL))
    assert found == [("a", "b"), ("c",), ("d",)]


def test_alike_texts_far_apart_are_two() -> None:
    found = grouped(mention("a", 1, FIRE), mention("b", 9, FIRE_TOO), mention("c", 2, LIBRARY))
    assert found == [("a",), ("c",), ("b",)]


def test_copies_are_one_node_however_different_they_look() -> None:
    assert grouped(mention("a", 1, FIRE), mention("b", 9, TRIAL, "a")) == [("a", "b")]


def test_an_event_is_named_by_its_earliest_mention() -> None:
    (event, *_) = group([mention("b", 3, FIRE_TOO), mention("a", 1, FIRE), mention("c", 1, LIBRARY)], "vollsmose")
    assert (event.title, event.first_day, event.last_day) == (FIRE[0], "2022-03-01", "2022-03-03")


def test_the_id_tells_the_areas_apart() -> None:
    one, other = (group([mention("a", 1, FIRE)], area)[0].id for area in ("vollsmose", "gellerup"))
    assert one != other


def test_no_mention_gives_no_event_and_a_text_without_words_its_own() -> None:
    assert grouped() == []
    assert grouped(mention("a", 1, ("", "")), mention("b", 1, ("!", "?"))) == [("a",), ("b",)]


@pytest.mark.parametrize(("cap", "value", "most"), [("MAX_SIZE", 3, 3), ("MAX_SPAN_DAYS", 2, 3)])
def test_a_chain_stops_at_the_cap(monkeypatch, cap: str, value: int, most: int) -> None:
    monkeypatch.setattr(events, cap, value)
    chain = [mention(f"a{day:02}", day, FIRE) for day in range(1, 11)]
    others = [mention(f"z{day:02}", day, LIBRARY) for day in range(1, 11)]
    assert max(map(len, grouped(*chain, *others))) <= most


texts = st.sampled_from([FIRE, FIRE_TOO, LIBRARY, TRIAL, ("Fest", "Fest på torvet"), ("", "")])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 28), texts, st.sampled_from(["", "g"])), max_size=14), st.randoms())
def test_the_order_of_reading_changes_no_event(drawn: list, shuffle: random.Random) -> None:
    found = [mention(f"a{number:02}", day, text, copy) for number, (day, text, copy) in enumerate(drawn)]
    mixed = list(found)
    shuffle.shuffle(mixed)
    assert group(mixed, "vollsmose") == group(found, "vollsmose")
    members = [article for event in group(found, "vollsmose") for article in event.articles]
    assert sorted(members) == sorted(each.article_id for each in found)
