"""Write the stories that only name an area in passing, list areas, speak of a namesake, or are press releases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from reputation.demonstration.bank import Banks, Medium, Place, draw_slots, era, fill, name_on, place_words
from reputation.demonstration.dice import Dice
from reputation.demonstration.newsroom import MONTHS, WEEKDAYS
from reputation.demonstration.story import Planted, Story
from store.days import COPENHAGEN

LISTS_A_YEAR, PASSING_A_YEAR, FRIENDS_A_YEAR, RELEASES_A_YEAR = 7, 20, 9, 7


def incidental_stories(banks: Banks, areas: Sequence[str], seed: int, year: int) -> list[Story]:
    """Write the incidental stories of a year; ``areas`` are those that may be named."""
    dice = Dice(seed, 4, year)
    stories = [_listing(banks, areas, year, dice, first=number == 0) for number in range(LISTS_A_YEAR)]
    stories += [_passing(banks, areas, year, dice) for _ in range(PASSING_A_YEAR)]
    stories += [_friend(banks, number, year, dice) for number in range(FRIENDS_A_YEAR)]
    return stories + [_release(banks, areas, year, dice) for _ in range(RELEASES_A_YEAR)]


def other_story(banks: Banks, medium: Medium, day: date, dice: Dice) -> Story:
    """Write a story of an outlet that names no area: what fills a feed on most days."""
    entry = dice.pick(banks.incidental["passing"])
    place = dice.pick([each for each in banks.places.values() if medium.covers(each, day.year)])
    words = _words(place, day, dice)
    body = [fill(each, words) for each in dice.some(entry["body"], 4)]
    return Story(medium, _moment(day, dice), fill(dice.pick(entry["title"]), words),
                 fill(dice.pick(entry["lead"]), words), (" ".join(body[:2]), " ".join(body[2:])), "other")


def _day(year: int, dice: Dice) -> date:
    return date(year, 1, 1) + timedelta(days=dice.number(0, 360))


def _moment(day: date, dice: Dice) -> datetime:
    return datetime.combine(day, time(dice.number(5, 21), dice.number(0, 59)), COPENHAGEN).astimezone(UTC)


def _words(place: Place, day: date, dice: Dice) -> dict[str, str]:
    words = place_words(place, name_on(place, day, dice), dice.pick(place.nouns))
    return words | {
        "dag": WEEKDAYS[day.weekday()], "maaned": MONTHS[day.month - 1], "sider": str(dice.number(3, 28)),
        "tabeller": str(dice.number(31, 940)), "millioner": str(dice.number(12, 95)),
    }


def _outlet(banks: Banks, place: Place, year: int, dice: Dice) -> Medium:
    return dice.weighted({
        medium: medium.weight for medium in banks.media if medium.weight and medium.covers(place, year)
    })


def _national(banks: Banks, year: int, dice: Dice) -> Medium:
    return dice.weighted({
        medium: medium.weight for medium in banks.media
        if medium.class_ == "national" and medium.first <= year <= medium.last
    })


def _listing(banks: Banks, areas: Sequence[str], year: int, dice: Dice, *, first: bool) -> Story:
    """One list a year comes with the official list on 1 December, in the law's words of the day."""
    entry: Mapping[str, Any] = dice.pick(banks.incidental["list"][1:])
    day = _day(year, dice)
    if first:
        entry, day = banks.incidental["list"][0], date(year, 12, 1 + dice.number(0, 1))
    place = banks.places[areas[0]]
    words = _words(place, day, dice) | banks.voices["era"][era(day)]
    named = dice.some(areas, dice.number(5, 12))
    names = [f"{name_on(banks.places[area], day, dice).name} {banks.places[area].in_town}" for area in named]
    words["navne"] = f"{', '.join(names[:-1])} og {names[-1]}"
    rest = [fill(each, words) for each in dice.some(entry["rest"], 4)]
    return Story(
        _national(banks, year, dice), _moment(day, dice), fill(dice.pick(entry["title"]), words),
        fill(dice.pick(entry["lead"]), words),
        (" ".join(rest[:2]), fill(dice.pick(entry["body"]), words), " ".join(rest[2:])), "list",
        tuple(Planted(area, "list", None) for area in named),
    )


def _passing(banks: Banks, areas: Sequence[str], year: int, dice: Dice) -> Story:
    entry, day, area = dice.pick(banks.incidental["passing"]), _day(year, dice), dice.pick(areas)
    place = banks.places[area]
    words = _words(place, day, dice)
    body = [fill(each, words) for each in dice.some(entry["body"], 4)]
    return Story(
        _outlet(banks, place, year, dice), _moment(day, dice), fill(dice.pick(entry["title"]), words),
        fill(dice.pick(entry["lead"]), words),
        (" ".join(body[:2]), f"{body[2]} {fill(dice.pick(entry['mention']), words)}", body[3]), "passing",
        (Planted(area, "passing", None),),
    )


def _friend(banks: Banks, number: int, year: int, dice: Dice) -> Story:
    """A text about a place that only shares a name with an area: no area is planted."""
    friends = banks.incidental["friend"]
    entry, day = friends[number % len(friends)], _day(year, dice)
    words = _words(banks.places["vollsmose"], day, dice)
    body = [fill(each, words) for each in dice.some(entry["body"], 4)]
    return Story(_national(banks, year, dice), _moment(day, dice), fill(dice.pick(entry["title"]), words),
                 fill(dice.pick(entry["lead"]), words), (" ".join(body[:2]), " ".join(body[2:])), "friend")


def _release(banks: Banks, areas: Sequence[str], year: int, dice: Dice) -> Story:
    """A press release: kept, but never in tone or volume."""
    area, day = dice.pick(areas), _day(year, dice)
    place = banks.places[area]
    kind = dice.weighted({each: each.weights["positive"] for each in banks.happenings})
    slots = draw_slots(kind.slots, dice)
    for target, table in kind.derived.items():
        slots[target] = next(table[value] for value in slots.values() if value in table)
    words = _words(place, day, dice) | {"what": kind.what, "aar": str(dice.number(3, 20))} | slots
    words |= banks.voices["era"][era(day)]
    service = next(medium for medium in banks.media if medium.class_ == "press release")
    facts = [fill(each, words) for each in dice.some(kind.facts, 4)]
    title = f"Pressemeddelelse: {fill(dice.pick(kind.headline['positive']), words)}"
    return Story(service, _moment(day, dice), title, fill(dice.pick(kind.lead["positive"]), words),
                 (" ".join(facts[:2]), " ".join(facts[2:])), "release", (Planted(area, "lead", None),))
