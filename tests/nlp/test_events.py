"""Mentions of one area that tell of one happening become one event, whatever the order."""

import random
import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp import events, happenings
from nlp.events import group, opening_of, rule_version
from nlp.happenings import days_named, signs, told
from store.errors import WrongFacts
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


SHOT = ("Mand skudt ved busstop", "En 24-årig blev mandag aften ramt af skud ved et busstop i Vollsmose.")
SHOT_TOO = ("22-årig fængslet for skyderi", "Han skal have skudt en mand ved et busstop mandag.")
SHOT_AGAIN = ("Ung mand skudt i benet", "En 17-årig blev torsdag aften ramt af skud på en legeplads i Vollsmose.")


def test_two_shootings_in_one_week_are_two_events_and_the_arrest_belongs_to_its_own() -> None:
    others = [mention(f"z{number}", number, text) for number, text in ((1, LIBRARY), (2, TRIAL), (3, FIRE))]
    found = grouped(mention("a", 1, SHOT), mention("b", 3, SHOT_TOO), mention("c", 4, SHOT_AGAIN), *others)
    assert [event for event in found if not event[0].startswith("z")] == [("a", "b"), ("c",)]


TUESDAY = date(2022, 3, 1)


@pytest.mark.parametrize(("words", "days", "nights"), [
    ("mandagens skyderi", {28}, set()), ("tirsdag aften", {1}, set()), ("på onsdag", {23}, set()),
    ("i går", {28}, set()), ("natten til tirsdag", {1}, {28}), ("søndag nat", {27}, {28}),
    ("hver torsdag", set(), set()), ("det går godt", set(), set()), ("", set(), set()),
])
def test_days_are_named_by_weekdays(words: str, days: set[int], nights: set[int]) -> None:
    found = days_named(words.split(), TUESDAY)
    assert tuple({date.fromordinal(each).day for each in each_kind} for each_kind in found) == (days, nights)


def test_one_kind_of_happening_goes_by_many_words() -> None:
    shot, found, push = (
        {sign for sign in signs(text, TUESDAY) if sign.startswith("#")}
        for text in ("Skyderi på gaden", "Projektil samlet op", "Et skub i den rigtige retning")
    )
    assert shot == found
    assert len(shot) == 1
    assert not push


def test_what_is_kept_of_an_opening_groups_as_the_opening_did_and_holds_no_word() -> None:
    kept = opening_of("", SHOT_TOO[1], "2022-03-03")
    expired = EventMention("b", "2022-03-03", "b", SHOT_TOO[0], "", kept)
    whole = [mention("a", 1, SHOT), mention("b", 3, SHOT_TOO), mention("c", 2, LIBRARY), mention("d", 4, SHOT_AGAIN)]
    assert group([whole[0], expired, *whole[2:]], "vollsmose") == group(whole, "vollsmose")
    assert all(re.fullmatch(r"#?[0-9a-f]{16}|[@~]\d+", sign) for sign in kept)


def test_a_word_of_the_title_counts_twice_and_a_kind_once() -> None:
    assert told("Banko", "Banko", TUESDAY).signs == {next(iter(signs("banko", TUESDAY))): 3}
    assert list(told("Skud", "Skud", TUESDAY).signs.values()) == [3, 2]


def test_a_change_of_the_kinds_is_another_rule_and_a_damaged_file_is_named(tmp_path: Path, monkeypatch) -> None:
    before = rule_version()
    file = tmp_path / "happenings.toml"
    file.write_text("skud = [")
    monkeypatch.setattr(happenings, "FILE", file)
    assert rule_version() != before
    with pytest.raises(WrongFacts, match=r"happenings\.toml"):
        happenings._kinds(file)
