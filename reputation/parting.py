"""Say where the news and the residents of an area part ways, and where they move together: a finding, never a cause."""

from __future__ import annotations

from reputation.content import AreaFacts, PartingLine
from reputation.language import Language
from reputation.lookup import Figures, write_value
from reputation.wording import Sentence

SHOWN = ("opposite", "news only", "residents only", "together")
"""findings that are told area by area; the others are told of together"""


def tell_partings(figures: Figures, language: Language) -> tuple[Sentence, ...]:
    """Tell of each area where something moved, then of those where nothing did, and of those that can't be told."""
    named = {area.id: area for area in figures.evaluated}
    lines = [each for each in figures.content.partings if each.area in named]
    told = [
        Sentence("", each.area, named[each.area].name, _one(each, language)) for each in lines if each.finding in SHOWN
    ]
    neither = [named[each.area] for each in lines if each.finding == "neither"]
    unknown = [named[each.area] for each in lines if not each.finding]
    told += _several("neither", neither, language) + _several("unknown", unknown, language)
    return tuple(told)


def _one(each: PartingLine, language: Language) -> str:
    def written(indicator: str, value: float | None) -> str:
        return "" if value is None else write_value(language, indicator, value)

    tone, safe = "net_tone.change", "safe_share.change"
    return language.say(
        f"parted.{each.finding}",
        since=each.since,
        at=each.at,
        tone=written(tone, each.tone_change),
        tone_interval=language.interval(written(tone, each.tone_low), written(tone, each.tone_high)),
        safe=written(safe, each.safe_change),
        safe_interval=language.interval(written(safe, each.safe_low), written(safe, each.safe_high)),
    )


def _several(key: str, areas: list[AreaFacts], language: Language) -> list[Sentence]:
    if not areas:
        return []
    names = language.names([area.name for area in areas])
    return [Sentence("", "", "", language.count(f"parted.{key}", len(areas), names=names))]
