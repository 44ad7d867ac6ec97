"""Tell the planted events as news: every item becomes a story of its tone in some outlet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from reputation.demonstration.bank import (
    TONES,
    Banks,
    Happening,
    Medium,
    Name,
    Place,
    draw_slots,
    era,
    fill,
    name_on,
    place_words,
)
from reputation.demonstration.dice import Dice
from reputation.demonstration.process import Events, Truth, draw_events
from reputation.demonstration.story import Planted, Story
from store.days import COPENHAGEN

SAME_KIND_DAYS = 30
"""Two events of one area tell of different kinds of happening within so many days, so that they can be told apart."""

WEEKDAYS = ("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag")
MONTHS = ("januar", "februar", "marts", "april", "maj", "juni", "juli", "august", "september", "oktober", "november",
          "december")

_OPENINGS = ("Senest", "Følg med", "Opsamling", "Nyt i sagen", "Baggrund", "Status")
_DEBATE, _NOTE = 0.13, 0.2
"""Shares of letters to the editor and of short notes among the stories."""
_SHORT_END = 0.1
"""A last paragraph of at most this share of a text may be cut from a copy."""
_TOWN_IN_HEADLINE = 0.15
"""Share of headlines that name the town and leave the area to the lead."""
_FACT_IN_LEAD, _JUDGEMENT_IN_LEAD = 0.65, 0.3
"""Shares of leads that go on with what happened, and, of those that take sides, with a judgement."""
_OTHER_TONE = 0.2
"""Share of stories whose body also holds a sentence of another tone: news is rarely pure."""


@dataclass
class _Deck:
    """Deals patterns so that none comes again before all have come."""

    dice: Dice
    left: dict[str, list[str]] = field(default_factory=dict)

    def deal(self, key: str, patterns: tuple[str, ...] | list[str]) -> str:
        if not self.left.get(key):
            self.left[key] = self.dice.some(patterns, len(patterns))
        return self.left[key].pop()


@dataclass
class _Event:
    """One happening in one area: the details that all its stories share."""

    key: str
    kind: Happening
    words: dict[str, str]
    day: date
    used: set[str] = field(default_factory=set)
    """headlines and leads already printed"""


def about_stories(truth: Truth, banks: Banks, area: str, year: int, *, collected: bool = True) -> list[Story]:
    """Tell the events of an area and a year; none where nothing is ``collected``."""
    number = truth.areas.index(area)
    dice = Dice(truth.seed, 3, number, year)
    events = draw_events(truth, dice.rng, area, year)
    return _Newsroom(banks, banks.places[area], dice).year(events, year) if collected else []


@dataclass
class _Newsroom:
    banks: Banks
    place: Place
    dice: Dice
    deck: _Deck = field(init=False)
    last_told: dict[str, date] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.deck = _Deck(self.dice)

    def year(self, events: Events, year: int) -> list[Story]:
        stories: list[Story] = []
        told: dict[int, _Event] = {}
        for number, day, tone in zip(events.event, events.day, events.tone, strict=True):
            event = told.get(int(number))
            on = date(year, 1, 1) + timedelta(days=int(day) - 1)
            if event is None:
                event = self.happening(f"{self.place.id}-{year}-{number}", int(events.event_tone[number]), on)
                told[int(number)] = event
            stories.append(self.story(event, int(tone), on))
        return stories

    def happening(self, key: str, tone: int, day: date) -> _Event:
        name = TONES[tone + 1]
        open_kinds = {
            kind: kind.weights[name] for kind in self.banks.happenings
            if day - self.last_told.get(kind.id, date.min) > timedelta(days=SAME_KIND_DAYS)
        }
        kind = self.dice.weighted(open_kinds)
        self.last_told[kind.id] = day
        slots = draw_slots(kind.slots, self.dice)
        for target, table in kind.derived.items():
            slots[target] = next(table[value] for value in slots.values() if value in table)
        return _Event(key, kind, slots, day)

    def story(self, event: _Event, tone: int, day: date) -> Story:
        outlet = self.outlet(day)
        name, words = self.words(event, day)
        draw = self.dice.rng.random()
        teaser = self.dice.chance(outlet.paywall)
        if draw < _DEBATE:
            title, lead, body = self.debate(event, TONES[tone + 1], words)
        else:
            title, lead, body = self.news(event, TONES[tone + 1], words, short=draw < _DEBATE + _NOTE)
        if self.place.in_town not in f"{title} {lead}":  # a name alone may be any place's: the town places it
            lead = lead.replace(name.name, f"{name.name} {self.place.in_town}", 1)
        role = "headline" if name.name in title else "lead"
        moment = datetime.combine(day, time(self.dice.number(5, 21), self.dice.number(0, 59)), COPENHAGEN)
        return Story(
            outlet, moment.astimezone(UTC), title, lead, () if teaser else tuple(body), "about",
            (Planted(self.place.id, role, tone),), event.key,
        )

    def outlet(self, day: date) -> Medium:
        return self.dice.weighted({
            medium: medium.weight for medium in self.banks.media if medium.covers(self.place, day.year)
        })

    def words(self, event: _Event, day: date) -> tuple[Name, Mapping[str, str]]:
        """Return the slots of one story: those of the event, the area's name of the day, the words of the era."""
        name = name_on(self.place, day, self.dice)
        words = event.words | place_words(self.place, name, self.dice.pick(self.place.nouns))
        words |= self.banks.voices["era"][era(day)]
        words |= {
            "what": event.kind.what, "dag": WEEKDAYS[event.day.weekday()], "maaned": MONTHS[day.month - 1],
            "aar": words.get("aar", str(self.dice.number(4, 22))), "tal": str(self.dice.number(12, 60)),
        }
        return name, words

    def news(self, event: _Event, tone: str, words: Mapping[str, str], *, short: bool) -> tuple[str, str, list[str]]:
        town = {"i_omr": self.place.in_town} if self.dice.chance(_TOWN_IN_HEADLINE) else {}
        title, lead = self.headline_and_lead(event, tone, words, {**words, **town})
        told, *facts = self.facts(event, words, 5)
        if self.dice.chance(_FACT_IN_LEAD):
            lead += " " + told
        else:
            facts[0] = told
        if short:
            return title, lead, [" ".join(facts[:2]), self.background(event, words)]
        if tone != "neutral" and self.dice.chance(_JUDGEMENT_IN_LEAD):
            lead += " " + self.judgement(tone, words)
        body = [" ".join(facts[:2]), self.quote(tone, words), f"{self.judgement(tone, words)} {facts[2]}",
                f"{facts[3]} {self.background(event, words)}"]
        if self.dice.chance(_OTHER_TONE):
            body.append(self.judgement(self.dice.pick([each for each in TONES if each != tone]), words))
        if self.dice.chance(0.35):
            body.insert(3, self.quote(tone, words))
        return title, lead, body

    def debate(self, event: _Event, tone: str, words: Mapping[str, str]) -> tuple[str, str, list[str]]:
        bank = self.banks.voices["debate"]
        title = self.unused(event, bank["headline"][tone], words)
        lead = self.unused(event, bank["lead"][tone], words, lead=True)
        own = [
            fill(each, {**words, "aar": str(self.dice.number(2, 31))}) for each in self.dice.some(bank["body"][tone], 4)
        ]
        facts = self.facts(event, words, 2)
        return title, lead, [
            f"{own[0]} {own[1]}", f"{facts[0]} {own[2]}", f"{own[3]} {facts[1]}",
            fill(self.dice.pick(bank["signatures"]), words),
        ]

    def headline_and_lead(
        self, event: _Event, tone: str, words: Mapping[str, str], headline_words: Mapping[str, str],
    ) -> tuple[str, str]:
        """Return a headline with the lead that stands at its place in the bank, while the event has such a pair."""
        headlines, leads = event.kind.headline[tone], event.kind.lead[tone]
        for pair in self.dice.some(range(min(len(headlines), len(leads))), len(headlines)):
            title, lead = fill(headlines[pair], headline_words), fill(leads[pair], words)
            if not event.used & {title, lead}:
                event.used |= {title, lead}
                return title, lead
        return self.unused(event, headlines, headline_words), self.unused(event, leads, words, lead=True)

    def facts(self, event: _Event, words: Mapping[str, str], count: int) -> list[str]:
        """Return facts of the event: first the one that all who tell of it tell, then others in random order."""
        key, *others = event.kind.facts
        return [fill(fact, words) for fact in (key, *self.dice.some(others, count - 1))]

    def unused(
        self, event: _Event, patterns: Sequence[str], words: Mapping[str, str], *, lead: bool = False,
    ) -> str:
        """Return a pattern filled that the event has not had; when it has had them all, one with more around it."""
        told = [fill(pattern, words) for pattern in self.dice.some(patterns, len(patterns))]
        around = (
            [f"{told[0]} {fill(fact, words)}" for fact in event.kind.facts]
            if lead else [f"{opening}: {told[0]}" for opening in self.dice.some(_OPENINGS, len(_OPENINGS))]
        )
        text = next((text for text in (*told, *around) if text not in event.used), told[0])
        event.used.add(text)
        return text

    def judgement(self, tone: str, words: Mapping[str, str]) -> str:
        return fill(self.deck.deal(f"judgement-{tone}", self.banks.voices["judgements"][tone]), words)

    def quote(self, tone: str, words: Mapping[str, str]) -> str:
        quotes = self.banks.voices["quotes"][tone]
        voice = self.dice.weighted({"beboer": 4.0, "boligorganisation": 2.0, "politiker": 1.5, "politi": 1.0,
                                    "forsker": 1.0, "erhverv": 1.0})
        said = fill(self.deck.deal(f"quote-{tone}-{voice}", quotes[voice]), words)
        speaker = fill(self.dice.pick(self.banks.voices["speakers"][voice]), words)
        speaker = speaker[:1].lower() + speaker[1:]
        return f"– {said}, siger {speaker}." if self.dice.chance(0.5) else f"»{said},« siger {speaker}."

    def background(self, event: _Event, words: Mapping[str, str]) -> str:
        bank = self.banks.voices["background"]
        if self.dice.chance(0.2):
            return fill(self.dice.pick(bank[era(event.day)]), words)
        return fill(self.deck.deal("background", bank["always"]), words)


def copies_of(story: Story, banks: Banks, dice: Dice) -> list[Story]:
    """Return what other outlets print of an agency story: the same text, now and then with another end.

    The copies come out on the same day or the next.
    """
    place = banks.places[story.planted[0].area]
    others = [
        medium for medium in banks.media
        if medium.covers(place, story.day.year) and medium.id != story.outlet.id and medium.weight > 0.3
    ]
    result: list[Story] = []
    for medium in dice.some(others, 1 + dice.number(0, 1) + dice.number(0, 1)):
        moment = story.moment + timedelta(minutes=dice.number(20, 1300))
        if (moment.astimezone(COPENHAGEN)).year != story.day.year:
            moment = story.moment
        body = list(story.body)
        if dice.chance(0.3):
            # A shorter end keeps most of the text; a whole last paragraph of a short note would not.
            last = len(body[-1].split()) <= _SHORT_END * len(" ".join(body).split())
            body[-1 if last else len(body):] = ["/Nordisk Telegram/"]
        result.append(Story(medium, moment, story.title, story.lead, tuple(body), "about", story.planted, story.event,
                            original=story.id))
    return result
