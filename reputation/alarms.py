"""Find what may have moved the figures without the areas: outlets that fell silent, and feeds that do not answer."""

from __future__ import annotations

from dataclasses import dataclass

from reputation.content import FeedLine, OutletLine
from reputation.language import Language
from reputation.lookup import Figures
from store.collation import danish_sort_key

USUAL = 20
"""With fewer articles in the year before, a halving is mostly chance: of 20 expected, 10 or fewer are 1 % of years."""


@dataclass(frozen=True)
class Fallen:
    """An outlet with at most half as many articles about the areas as in the window before."""

    outlet: OutletLine
    before: int
    now: int


def fallen(figures: Figures) -> tuple[Fallen, ...]:
    """Compare each outlet's articles in the report's window with those of the window before, by name.

    A window that the data do not fill is compared with nothing.
    """
    windows = figures.windows
    if len(windows) < 2 or figures.unfinished:
        return ()
    before, now = (_label(*each) for each in windows[-2:])
    found = [Fallen(each, each.years.get(before, 0), each.years.get(now, 0))
             for each in figures.content.provenance.outlets]
    found = [each for each in found if each.before >= USUAL and 2 * each.now <= each.before]
    return tuple(sorted(found, key=lambda each: danish_sort_key(each.outlet.name)))


def _label(first: str, last: str) -> str:
    """Return the window's key in :attr:`~reputation.content.OutletLine.years`."""
    return first[:4] if (first[4:], last) == ("-01-01", f"{first[:4]}-12-31") else f"{first}–{last}"


def down(figures: Figures) -> tuple[FeedLine, ...]:
    """Return the feeds that do not answer, or have never been asked."""
    return tuple(each for each in figures.content.provenance.feeds if each.failing or not each.last_success)


def tell_alarms(figures: Figures, language: Language) -> tuple[str, ...]:
    """Say which outlets halved and which feeds are down; nothing where there are none."""
    told = []
    found = fallen(figures)
    if found:
        before, now = (language.window(*each) for each in figures.windows[-2:])
        names = language.names([
            language.say("alarm.fell", name=each.outlet.name, before=language.number(each.before),
                         now=language.number(each.now)) for each in found
        ])
        told.append(language.count("alarm.halved", len(found), names=names, before=before, now=now))
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
