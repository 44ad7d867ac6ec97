"""Gather what the page says of one area: sentences, charts with their tables, events, quotes, limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reputation.answered import tell_answers
from reputation.charts import Charts
from reputation.content import AreaFacts, Count, EventLine, Quote
from reputation.drawing import Drawing
from reputation.language import Language
from reputation.lookup import Figures
from reputation.queries import written, year_of
from reputation.records import what_word
from reputation.tables import Column, Table, View, host, turned, view
from reputation.themecharts import themes_by_year
from reputation.wording import INDICATORS, tell_area, tell_limits

LEAN = ("correction", "one_event", "break_reason", "bridge", "bridge_texts", "bridge_step")
"""columns left out of an area's table where they say nothing, or the same in every row and so in the caption"""

FOLDED = ("volume", "basis", "sensitivity", "fieldwork", "changes")
TURNED = {"basis", "fieldwork"}
"""tables of many facts about few windows, read downwards"""


@dataclass(frozen=True)
class Shown:
    """A chart with the table under it and the note beside it."""

    chart: Drawing
    table: View
    csv: str
    note: str = ""
    query: str = ""


@dataclass(frozen=True)
class AreaPage:
    """Everything the page says of one area."""

    facts: AreaFacts
    about: tuple[str, ...]
    told: tuple[str, ...]
    tone: Shown
    shares: Shown
    safe: Shown | None
    themes: Shown | None
    tables: Mapping[str, View]
    """id → table, of those that stand folded"""
    events: tuple[EventLine, ...]
    quotes: tuple[Quote, ...]
    counts: tuple[tuple[str, str], ...]
    list_status: str
    limits: tuple[str, ...]
    queries: Mapping[str, str]
    """what of the page → the query of explore.db behind it"""


def area_page(
    figures: Figures,
    language: Language,
    charts: Charts,
    tables: Mapping[str, Table],
    area: AreaFacts,
    drawings: list[Drawing],
) -> AreaPage:
    main = [language.say(f"indicator.{each}.change") for each in (*INDICATORS, "safety_index")]

    def shown(id_: str, hidden: tuple[str, ...] = ()) -> View:
        table = tables[id_].of(area.id).without(*hidden)
        if id_ == "changes":
            table = table.where("indicator", lambda cell: cell in main)
        return view(table.lean(*(key for key in LEAN if key in table.keys)), language)

    window = figures.window
    queries = _queries(figures, area)
    tone = Shown(
        charts.tone_chart(area),
        shown("news", ("negative_share", "neutral_share", "positive_share")),
        "news",
        charts.tone_note([area]),
        queries["tone"],
    )
    shares = Shown(
        charts.shares_chart(area),
        shown("news", ("net_tone", "leave_out", "one_event", "events")),
        "news",
        charts.tone_note([area]),
        queries["shares"],
    )
    safe = None
    if figures.waves:
        safe = Shown(
            charts.safety_chart(area),
            shown("survey"),
            "survey",
            _safe_note(charts, language, area),
            queries["safe"],
        )
    drawing = themes_by_year(charts, area)
    themes = None
    if drawing is not None:
        themes = Shown(
            drawing,
            view(_themes(tables["counts"].of(area.id), language), language),
            "counts",
            language.say("text.themes_of"),
            queries["themes"],
        )
    drawings += [each.chart for each in (tone, shares, safe, themes) if each is not None]
    more = {id_: shown(id_) for id_ in FOLDED if tables[id_].of(area.id).rows}
    for id_ in more.keys() & TURNED:
        more[id_] = turned(more[id_], language.say("column.fact"))
    events = tuple(
        each for each in figures.content.events if each.area == area.id and (each.first, each.last) == window
    )
    counts = tuple(
        (language.say(f"text.{text}", window=language.window(*window)), told)
        for kind, text in (
            ("voice", "voices"),
            ("stigma", "stigma"),
            ("outlet_class", "outlet_mix"),
            ("text_level", "texts"),
        )
        if (told := _tell_counts(language, kind, figures.counts(area.id, kind, window)))
    )
    counts += tell_answers(figures, language, area)
    return AreaPage(
        area,
        _about(language, area),
        tell_area(figures, language, area),
        tone,
        shares,
        safe,
        themes,
        more,
        events,
        tuple(each for each in figures.content.quotes if each.area == area.id),
        counts,
        _lists(language, area),
        tell_limits(figures, language, area),
        queries,
    )


def _queries(figures: Figures, area: AreaFacts) -> Mapping[str, str]:
    """Name what explore.db is asked for, for the window that the page tells of."""
    asked = {"area": area.id, "year": year_of(*figures.window, "")}
    wave = figures.waves[-1].fieldwork_to[:4] if figures.waves else asked["year"]
    return {
        "tone": written("nyhedstal", **asked, indicator="net_tone"),
        "shares": written("nyhedstal", **asked, indicator="negative_share"),
        "volume": written("nyhedstal", **asked, indicator="about"),
        "reach": written("gengivelser", **asked),
        "events": written("begivenheder", **asked),
        "themes": written("tema", **asked, theme=_first_theme(figures, area)),
        "safe": written("spoergeskematal", area=area.id, year=wave),
        "all": written("tal", **asked),
    }


def _first_theme(figures: Figures, area: AreaFacts) -> str:
    found = [each for each in figures.counts(area.id, "theme", figures.window) if each.n]
    return max(found, key=lambda each: (each.n, each.what)).what if found else "goal:tryghed"


def _safe_note(charts: Charts, language: Language, area: AreaFacts) -> str:
    """Say what else the chart of safety draws: published figures with their sources, and dots drawn together."""
    beside = charts.points.benchmarks(area)
    which = [
        f"{letter} {language.word(f'population.{population}')}"
        for population, letter in charts.points.letters(area).items()
    ]
    sources = dict.fromkeys(host(source) for each in beside for source in each.source.split("; "))
    notes = [language.say("text.benchmarks", which=language.names(which), sources=", ".join(sources))] if which else []
    if charts.points.shrunken(area):
        notes.append(language.say("text.shrunken"))
    return " ".join(notes)


def _themes(counts: Table, language: Language) -> Table:
    found = counts.where("what_id", lambda cell: str(cell).startswith(("goal:", "plan:", "topic:")))
    found = found.where("wave", lambda cell: not cell)
    id_, what, kind = (found.place(key) for key in ("what_id", "what", "count_kind"))
    words = {row[id_]: f"{row[what]} ({row[kind]})" for row in found.rows}
    wide = found.across("what_id", "window", "n", "themes")
    rows = sorted(wide.rows, key=lambda row: str(row[0]).partition(":")[0])
    of = {str(row[found.place("window")]): row[found.place("of")] for row in found.rows}
    first = (language.say("indicator.about"), *(of.get(each.head) for each in wide.columns[1:]))
    return Table("themes", (Column("theme"), *wide.columns[1:]), (first, *((words[row[0]], *row[1:]) for row in rows)))


def _tell_counts(language: Language, kind: str, counts: tuple[Count, ...]) -> str:
    shown = [each for each in counts if each.n]
    return "; ".join(
        f"{what_word(language, kind, each.what)}: "
        f"{language.say('word.n_of', n=language.number(each.n), of=language.number(each.of))}"
        for each in shown
    )


def _about(language: Language, area: AreaFacts) -> tuple[str, ...]:
    housing = language.names(area.housing_organisations)
    told = [
        language.say("text.facts", municipality=area.municipality, housing=housing)
        if housing
        else language.say("text.facts_short", municipality=area.municipality)
    ]
    names = []
    for each in area.names:
        name, _, days = each.partition("|")
        first, _, last = days.partition("|")
        key = {(True, True): "names_span", (True, False): "names_from", (False, True): "names_until"}.get(
            (bool(first), bool(last))
        )
        day = language.day(first or last)
        names.append(
            language.say(f"text.{key}", name=name, day=day, first=language.day(first), last=language.day(last))
            if key
            else name
        )
    if names:
        told.append(language.say("text.names", names=language.names(names)))
    return tuple(told)


def _lists(language: Language, area: AreaFacts) -> str:
    if area.kind != "evaluated":
        return ""
    source = language.say("goals.default") if area.target_is_default else host(area.target_source)
    target = language.say("text.target", share=language.number(area.target_share), source=source)
    if not area.list_status:
        return f"{target} {language.say('text.list_unknown')}"
    years = "; ".join(f"{when} {language.word(f'list.{status}')}" for when, status in _spells(area.list_status))
    return f"{target} {language.say('text.list', years=years)}"


def _spells(statuses: Mapping[str, str]) -> list[tuple[str, str]]:
    spells: list[tuple[int, int, str]] = []
    for year, status in sorted((int(year), status) for year, status in statuses.items()):
        if spells and spells[-1][2] == status and spells[-1][1] == year - 1:
            spells[-1] = (spells[-1][0], year, status)
        else:
            spells.append((year, year, status))
    return [(str(first) if first == last else f"{first}–{last}", status) for first, last, status in spells]
