"""Make the tables of what is recorded beside figures: events, themes, waves, imports, feeds, outlets."""

from __future__ import annotations

from collections.abc import Mapping

from reputation.content import AnalysisLine
from reputation.language import Language
from reputation.lookup import SHOWN, Figures, detail
from reputation.tables import Column, Figure, Kind, Table
from reputation.tabulate import AREA, WINDOW, break_words, correction_words, part_words, status_word


def areas(figures: Figures, language: Language) -> Table:
    """Make the table of areas with list status and target of family housing."""
    years = sorted({year for area in figures.content.areas for year in area.list_status})
    columns = (
        *AREA,
        Column("kind", page=False),
        Column("municipality"),
        Column("housing", page=False),
        Column("target_share", "count"),
        Column("target_source", "link"),
        Column("baseline_share", "count"),
        *(Column(f"list_{year}", head=year) for year in years),
    )
    rows = tuple(
        (
            area.id,
            area.name,
            language.word(f"kind.{area.kind}"),
            area.municipality,
            ", ".join(area.housing_organisations),
            area.target_share,
            language.say("goals.default") if area.target_is_default else area.target_source,
            area.baseline_share,
            *(language.word(f"list_short.{area.list_status.get(year, '?')}") for year in years),
        )
        for area in figures.content.areas
    )
    return Table("areas", columns, rows, by_area=True)


def events(figures: Figures, language: Language) -> Table:
    """Make the table of the largest events."""
    names = {area.id: area.name for area in figures.content.areas}
    columns = (
        *AREA,
        *WINDOW,
        Column("event", page=False),
        Column("title"),
        Column("days"),
        Column("articles", "count"),
        Column("copies", "count"),
        Column("outlets", "count"),
        Column("negative", "count"),
        Column("neutral", "count"),
        Column("positive", "count"),
        Column("influence", "tone change"),
        Column("links"),
    )
    rows = tuple(
        (
            each.area,
            names.get(each.area, each.area),
            each.first,
            each.last,
            language.window(each.first, each.last),
            each.event,
            each.title,
            span(language, each.first_day, each.last_day),
            each.articles,
            each.copies,
            each.outlets,
            each.negative,
            each.neutral,
            each.positive,
            language.say("table.no_influence") if each.influence is None else each.influence,
            " ".join(address for _, address in each.links),
        )
        for each in figures.content.events
    )
    return Table("events", columns, rows, by_area=True)


def span(language: Language, first: str, last: str) -> str:
    """Write one day, or the first and the last of several without saying month or year twice."""
    if first == last:
        return language.day(first)
    start, end = language.day(first), language.day(last)
    if first[:7] == last[:7] and " " in start:
        return f"{start.split(' ')[0]}–{end}"
    if first[:4] == last[:4]:
        start = start.rpartition(" ")[0] or start
    return f"{start} – {end}"


def counts(figures: Figures, language: Language) -> Table:
    """Make the long table of counts: themes, voices, genres, words of stigma, outlet classes, roles, text levels."""
    names = {area.id: area.name for area in figures.content.areas}
    columns = (
        *AREA,
        *WINDOW,
        Column("wave"),
        Column("count_kind"),
        Column("what_id", page=False),
        Column("what"),
        Column("n", "count"),
        Column("of", "count"),
        Column("share", "share"),
    )
    rows = tuple(
        (
            each.area,
            names.get(each.area, each.area),
            each.first,
            each.last,
            language.window(each.first, each.last),
            each.wave,
            count_kind(language, each.kind, each.what),
            each.what,
            what_word(language, each.kind, each.what),
            each.n,
            each.of,
            each.n / each.of if each.of else None,
        )
        for each in figures.content.counts
    )
    return Table("counts", columns, rows, by_area=True)


def count_kind(language: Language, kind: str, what: str) -> str:
    """Name a kind of count; themes are told apart as focus goals, plan themes and topics."""
    of = what.partition(":")[0]
    return language.say(f"count.theme.{of}" if kind == "theme" and of in ("goal", "plan", "topic") else f"count.{kind}")


def what_word(language: Language, kind: str, what: str) -> str:
    """Return the word of a thing counted; a word of stigma stands for itself."""
    if kind == "stigma":
        return what
    return language.word(what if kind in ("theme", "answer_theme") else f"{kind}.{what}")


def quotes(figures: Figures) -> Table:
    """Make the table of released answers."""
    names = {area.id: area.name for area in figures.content.areas}
    rows = tuple(
        (each.area, names.get(each.area, each.area), each.wave, each.text_id, each.text)
        for each in figures.content.quotes
    )
    return Table("quotes", (*AREA, Column("wave"), Column("text_id"), Column("quote")), rows, by_area=True)


SCALE: Mapping[str, Kind] = {"scale_alpha": "tone", "scale_omega": "tone", "scale_flag": "text"}
"""columns of a wave whose index is of several items; the page leaves them out where there is none"""


def waves(figures: Figures, language: Language) -> Table:
    """Make the table of waves with wording, scale, cut and breaks."""
    columns = (
        Column("wave"),
        Column("instrument"),
        Column("institute"),
        Column("mode"),
        Column("days"),
        Column("item"),
        Column("wording"),
        Column("scale"),
        Column("cut"),
        Column("comparable_with"),
        Column("break_reason"),
        *(Column(key, kind) for key, kind in SCALE.items()),
    )
    scales = {each.wave: each for each in figures.content.estimates
              if each.indicator == "safety_index" and detail(each, "alpha") is not None}
    rows = tuple(
        (
            each.id,
            each.instrument,
            each.institute,
            ", ".join(language.word(f"mode.{mode}") for mode in each.mode),
            span(language, each.fieldwork_from, each.fieldwork_to),
            each.item,
            each.wording,
            each.scale,
            each.cut,
            ", ".join(each.comparable_with),
            break_words(language, each.break_reason),
            *(detail(scales[each.id], key) if each.id in scales else None for key in ("alpha", "omega")),
            str(scales[each.id].details.get("scale_flag") or "") if each.id in scales else "",
        )
        for each in figures.content.waves
    )
    return Table("waves", columns, rows)


def associations(figures: Figures, language: Language) -> Table:
    """Make the table of net tone beside perceived safety: between, within, pooled."""
    columns = (
        Column("comparison"),
        Column("r", "tone", "figure"),
        Column("areas", "count"),
        Column("n", "count"),
        Column("status"),
        Column("correction"),
    )
    rows = tuple(
        (
            language.say(f"association.{each.kind}"),
            Figure(each.r, each.low, each.high, "" if each.r is not None else status_word(language, each.status)),
            each.areas,
            each.n,
            status_word(language, each.status),
            part_words(language, each.uncorrected, each.n),
        )
        for each in figures.content.associations
    )
    return Table("associations", columns, rows)


def benchmarks(figures: Figures, language: Language) -> Table:
    """Make the table of published figures that ours are seen beside."""
    columns = (
        Column("instrument"),
        Column("population_name"),
        Column("year"),
        Column("indicator"),
        Column("published_value"),
        Column("n", "count"),
        Column("source", "link"),
    )
    rows = []
    for each in figures.content.benchmarks:
        value = language.number(each.value, 1 if each.value % 1 else 0)
        about = language.say("table.about") + " " if each.about else ""
        unit = "\N{NO-BREAK SPACE}%" if each.unit in ("%", "percent") else f" {language.word(f'unit.{each.unit}')}"
        year = str(each.year_from) if each.year_from == each.year_to else f"{each.year_from}–{each.year_to}"
        rows.append(
            (
                language.word(f"instrument.{each.instrument}"),
                language.word(f"population.{each.population}"),
                year,
                language.word(f"benchmark.{each.indicator}"),
                f"{about}{value}{unit}",
                each.n,
                each.source,
            )
        )
    return Table("benchmarks", columns, tuple(rows))


def _our_share(language: Language, each: AnalysisLine) -> Figure | None:
    if each.share is None and each.status in SHOWN:
        return None  # all texts are no share of anything
    return Figure(each.share, each.low, each.high, "" if each.share is not None else status_word(language, each.status))


def analyses(figures: Figures, language: Language) -> Table:
    """Make the table of hand-made analyses beside our reading of the same window."""
    names = {area.id: area.name for area in figures.content.areas}
    columns = (
        *AREA,
        *WINDOW,
        Column("query"),
        Column("theme"),
        Column("tone_class"),
        Column("their_count", "count"),
        Column("their_n", "count"),
        Column("their_share", "share"),
        Column("our_count", "count"),
        Column("our_n", "count"),
        Column("our_share", "share", "figure"),
        Column("correction"),
        Column("status"),
        Column("source", "link"),
    )
    rows = tuple(
        (
            each.area,
            names.get(each.area, each.area),
            each.first,
            each.last,
            language.window(each.first, each.last),
            each.search_string,
            language.word(each.theme) if each.theme else "",
            language.word(f"tone.{each.tone}") if each.tone else "",
            each.count,
            each.n,
            each.their_share,
            each.ours_count,
            each.ours_n,
            _our_share(language, each),
            correction_words(language, each.correction),
            status_word(language, each.status),
            each.source,
        )
        for each in figures.content.analyses
    )
    return Table("analyses", columns, rows, by_area=True)
