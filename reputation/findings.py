"""Make the tables of what moves behind the figures: quarters, turns, days of record, events, outlooks, partings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import groupby

from reputation.content import AttributionLine, EventRef
from reputation.language import Language
from reputation.lookup import Figures, write_value
from reputation.records import span
from reputation.tables import Cell, Column, Figure, Kind, Table
from reputation.tabulate import AREA, WINDOW, correction_words, figure, goal_words, status_word
from store.collation import danish_sort_key

ON_PAGE = ("outlooks", "partings", "turns", "interruptions", "attributions", "official", "discovered")
"""tables of this file that the page shows where they have rows; quarters, and topics by area, are only in the files"""


def all_findings(figures: Figures, language: Language) -> tuple[Table, ...]:
    """Make every table of this file, in the order of the page."""
    return (quarters(figures, language), outlooks(figures, language), partings(figures, language),
            turns(figures, language), interruptions(figures, language), attributions(figures, language),
            official(figures), discovered(figures, language), discovered_areas(figures, language))


def _names(figures: Figures) -> dict[str, str]:
    return {area.id: area.name for area in figures.content.areas}


def quarters(figures: Figures, language: Language) -> Table:
    """Make the table of volume, tone and safety by quarter; files only."""
    shares: tuple[tuple[str, Kind], ...] = (("net_tone", "tone"), ("negative_share", "share"),
                                            ("unsafe_share.news", "share"), ("stigma_share", "share"))
    counts = ("mentions", "about", "events")
    columns = (*AREA, *WINDOW, *(Column(each, "count") for each in counts),
               *(Column(_column(each), kind, "figure") for each, kind in shares), Column("status"),
               Column("correction"))
    found = {(each.area, each.first, each.last, each.indicator): each for each in figures.content.quarters}
    names, rows = _names(figures), []
    for area, first, last in dict.fromkeys(key[:3] for key in found):
        at = {each: found.get((area, first, last, each)) for each in (*counts, *(name for name, _ in shares))}
        tone = at["net_tone"]
        rows.append((
            area, names.get(area, area), first, last, language.window(first, last),
            *(None if one is None or one.value is None else int(one.value) for one in (at[each] for each in counts)),
            *(figure(language, at[each]) for each, _ in shares),
            status_word(language, tone.status if tone else "not collected"),
            correction_words(language, tone.correction if tone else ""),
        ))
    return Table("quarters", columns, tuple(rows), by_area=True)


def _column(indicator: str) -> str:
    return "unsafe_news" if indicator == "unsafe_share.news" else indicator


def outlooks(figures: Figures, language: Language) -> Table:
    """Make the table of where the line through all comparable measurements is in the goal year."""
    columns = (*AREA, Column("goal_indicator"), Column("since"), Column("latest_at"), Column("measurements", "count"),
               Column("target_year"), Column("outlook_fixed"), Column("outlook_random"), Column("goal"),
               Column("p_fixed", "share"), Column("p_random", "share"), Column("misses"), Column("status"))
    names = _names(figures)
    rows = tuple(
        (
            each.area, names.get(each.area, each.area), language.say(f"indicator.{each.indicator}"), each.first,
            each.last, each.measurements, str(each.year),
            _with_ends(language, each.indicator, each.fixed, each.fixed_low, each.fixed_high),
            _with_ends(language, each.indicator, each.random, each.random_low, each.random_high),
            goal_words(language, each.indicator, each.goal), each.fixed_p, each.random_p,
            language.say("word.yes") if each.misses else "", status_word(language, each.status),
        )
        for each in figures.content.outlooks
    )
    return Table("outlooks", columns, rows, by_area=True)


def _with_ends(language: Language, indicator: str, value: float | None, low: float | None, high: float | None) -> str:
    if value is None or low is None or high is None:
        return ""
    ends = language.interval(*(write_value(language, indicator, each) for each in (low, high)))
    return f"{write_value(language, indicator, value)} ({ends})"


def partings(figures: Figures, language: Language) -> Table:
    """Make the table of whether news and residents moved together or parted."""
    columns = (*AREA, Column("since"), Column("at"), Column("tone_change", "tone change", "figure"),
               Column("safe_change", "points", "figure"), Column("finding"), Column("correction"), Column("status"))
    names = _names(figures)
    rows = []
    for each in figures.content.partings:
        word = status_word(language, each.status)
        told = language.say(f"parting.{each.finding}") if each.finding else language.say("verdict.cannot tell")
        rows.append((
            each.area, names.get(each.area, each.area), each.since, each.at,
            Figure(each.tone_change, each.tone_low, each.tone_high, "" if each.tone_change is not None else word),
            Figure(each.safe_change, each.safe_low, each.safe_high, "" if each.safe_change is not None else word),
            told, correction_words(language, each.correction), word,
        ))
    return Table("partings", columns, tuple(rows), by_area=True)


def turns(figures: Figures, language: Language) -> Table:
    """Make the table of turns in net tone by month and quarter, with the events of the period they fall in."""
    columns = (*AREA, Column("period"), Column("first", "day"), Column("last", "day"), Column("points", "count"),
               Column("missing", "count"), Column("cusum", "ratio"), Column("p", "p"), Column("turn", "day"),
               Column("before", "tone"), Column("after", "tone"), Column("events_there"), Column("correction"),
               Column("status"))
    names = _names(figures)
    rows: list[tuple[Cell, ...]] = []
    for each in figures.content.turns:
        head = (each.area, names.get(each.area, each.area), language.say(f"period.{each.period}"), each.first,
                each.last, each.points, each.missing, each.cusum, each.cusum_p)
        tail = (correction_words(language, each.correction), status_word(language, each.status))
        for turn in each.turns:
            rows.append((*head, turn.at, turn.before, turn.after,
                         "; ".join(_event(language, one) for one in turn.events), *tail))
        if not each.turns:
            rows.append((*head, None, None, None, "", *tail))
    return Table("turns", columns, tuple(rows), by_area=True)


def _event(language: Language, event: EventRef) -> str:
    return f"{event.title} ({span(language, event.first_day, event.last_day)})"


def interruptions(figures: Figures, language: Language) -> Table:
    """Make the table of level and slope of net tone before and after days of record."""
    columns = (*AREA, Column("record_day", "day"), Column("record"), Column("source", "link"), Column("against"),
               Column("period"), Column("before_n", "count"), Column("after_n", "count"),
               Column("level_change", "tone change", "figure"), Column("level_p", "p"),
               Column("slope_change", "tone change", "figure"), Column("slope_p", "p"), Column("error_method"),
               Column("correction"), Column("status"))
    names = _names(figures)
    rows = []
    for each in figures.content.interruptions:
        word = "" if each.level is not None else status_word(language, each.status)
        rows.append((
            each.area, names.get(each.area, each.area), each.day, language.say(f"record.{each.kind}"), each.source,
            language.say("record.compared" if each.controlled else "record.alone"),
            language.say(f"period.{each.period}"), each.before, each.after,
            Figure(each.level, each.level_low, each.level_high, word), each.level_p,
            Figure(each.slope, each.slope_low, each.slope_high, word), each.slope_p,
            language.say("record.short") if each.method == "ols" else each.method,
            correction_words(language, each.correction), status_word(language, each.status),
        ))
    return Table("interruptions", columns, tuple(rows), by_area=True)


def attributions(figures: Figures, language: Language) -> Table:
    """Make the table of the events that add most to a change of net tone, with the share that the first k make."""
    columns = (*AREA, *WINDOW, Column("since"), Column("change", "tone change"), Column("rank", "count"),
               Column("title"), Column("days"), Column("articles", "count"), Column("part", "tone change"),
               Column("share_of_change", "share"), Column("links"), Column("correction"))
    names = _names(figures)
    return Table("attributions", columns, tuple(_attribution(language, each, names) for each in
                                                figures.content.attributions), by_area=True)


def _attribution(language: Language, each: AttributionLine, names: dict[str, str]) -> tuple[Cell, ...]:
    return (each.area, names.get(each.area, each.area), each.first, each.last, language.window(each.first, each.last),
            each.since, each.change, each.rank, each.event.title,
            span(language, each.event.first_day, each.event.last_day), each.event.articles, each.part, each.share,
            " ".join(address for _, address in each.event.links), correction_words(language, each.correction))


def official(figures: Figures) -> Table:
    """Make the table of yearly figures that users brought in, as published."""
    columns = (*AREA, Column("year"), Column("official_indicator"), Column("published_value"), Column("unit"),
               Column("source", "link"))
    names = _names(figures)
    return Table("official", columns, tuple(
        (each.area, names.get(each.area, each.area), str(each.year), each.indicator, each.value, each.unit,
         each.source) for each in figures.content.official), by_area=True)




def discovered(figures: Figures, language: Language) -> Table:
    """Make the table of topics nobody asked for: their words, and their texts by window and by area."""
    columns = (Column("topic", "count"), Column("topic_words"), Column("stability", "share"), Column("texts", "count"),
               Column("course"), Column("where"))
    names = _names(figures)
    rows = []
    for number, lines in groupby(figures.content.discovered, key=lambda each: each.topic):
        held = list(lines)
        by_window: Counter[str] = Counter()
        by_area: Counter[str] = Counter()
        for each in held:
            by_window[language.window(each.first, each.last)] += each.texts
            by_area[names.get(each.area, each.area)] += each.texts
        rows.append((number, held[0].words, held[0].stability, sum(by_window.values()),
                     *(" · ".join(f"{name}: {count}" for name, count in found.items())
                       for found in (dict(sorted(by_window.items())), in_order(by_area)))))
    return Table("discovered", columns, tuple(rows))


def in_order(by_area: Mapping[str, int]) -> dict[str, int]:
    """Put areas in Danish alphabetical order, never by their numbers."""
    return dict(sorted(by_area.items(), key=lambda each: danish_sort_key(each[0])))


def discovered_areas(figures: Figures, language: Language) -> Table:
    """Make the table of such topics by area and window; files only."""
    columns = (*AREA, *WINDOW, Column("topic", "count"), Column("topic_words"), Column("stability", "share"),
               Column("texts", "count"))
    names = _names(figures)
    order = {area.id: place for place, area in enumerate(figures.content.areas)}
    rows = tuple(
        (each.area, names.get(each.area, each.area), each.first, each.last, language.window(each.first, each.last),
         each.topic, each.words, each.stability, each.texts)
        for each in sorted(figures.content.discovered, key=lambda each: order.get(each.area, len(order)))
    )
    return Table("discovered_areas", columns, rows, by_area=True)
