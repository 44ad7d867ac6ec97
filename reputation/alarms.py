"""Find what may have moved the figures without the areas: outlets whose volume changed, feeds that do not answer."""

from __future__ import annotations

from dataclasses import dataclass

from reputation.content import FeedLine, OutletLine
from reputation.language import Language
from reputation.lookup import Figures
from reputation.volume import levels_apart
from store.collation import danish_sort_key


@dataclass(frozen=True)
class Shifted:
    """An outlet whose articles about the areas halved or doubled from the window before."""

    outlet: OutletLine
    before: int
    now: int


def shifted(figures: Figures) -> tuple[Shifted, ...]:
    """Compare each outlet's articles in the report's window with those of the window before, by name.

    By the rule of :mod:`reputation.volume`, which is the doctor's too. A window that the data do not fill is compared
    with nothing.
    """
    windows = figures.windows
    if len(windows) < 2 or figures.unfinished:
        return ()
    before, now = (_label(*each) for each in windows[-2:])
    found = [Shifted(each, each.years.get(before, 0), each.years.get(now, 0))
             for each in figures.content.provenance.outlets]
    found = [each for each in found if levels_apart([each.before], [each.now]) is not None]
    return tuple(sorted(found, key=lambda each: danish_sort_key(each.outlet.name)))


def _label(first: str, last: str) -> str:
    """Return the window's key in :attr:`~reputation.content.OutletLine.years`."""
    return first[:4] if (first[4:], last) == ("-01-01", f"{first[:4]}-12-31") else f"{first}–{last}"


def down(figures: Figures) -> tuple[FeedLine, ...]:
    """Return the feeds that do not answer, or have never been asked."""
    return tuple(each for each in figures.content.provenance.feeds if each.failing or not each.last_success)


def tell_alarms(figures: Figures, language: Language) -> tuple[str, ...]:
    """Say which outlets halved or doubled and which feeds are down; nothing where there are none."""
    told = []
    found = shifted(figures)
    for way, some in (("halved", [each for each in found if each.now < each.before]),
                      ("doubled", [each for each in found if each.now > each.before])):
        if some:
            before, now = (language.window(*each) for each in figures.windows[-2:])
            names = language.names([
                language.say("alarm.shifted", name=each.outlet.name, before=language.number(each.before),
                             now=language.number(each.now)) for each in some
            ])
            told.append(language.count(f"alarm.{way}", len(some), names=names, before=before, now=now))
    for each in figures.content.provenance.levels:
        told.append(language.say(
            "alarm.level", name=each.outlet, since=language.day(each.since),
            before=language.number(each.before, 1), after=language.number(each.after, 1),
        ))
    feeds = down(figures)
    if feeds:
        names = language.names([f"{each.id} ({each.outlet})" for each in feeds])
        told.append(language.count("alarm.feeds", len(feeds), names=names))
    return tuple(told)
