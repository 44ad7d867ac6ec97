"""Make the tables of where figures come from: hand-coding, outlets, feeds, imports, refusals, planted bias."""

from __future__ import annotations

from reputation.content import NewsBridgeLine
from reputation.language import Language
from reputation.lookup import Figures, write_value
from reputation.refused import grouped
from reputation.tables import Cell, Column, Figure, Table
from reputation.tabulate import AREA

RESTING = "resting after long failure"


def agreement(figures: Figures) -> Table:
    """Make the table of hand-coded samples."""
    names = {area.id: area.name for area in figures.content.areas}
    columns = (
        Column("sample"),
        Column("sample_areas"),
        Column("n", "count"),
        Column("coders", "count"),
        Column("doubly_coded", "count"),
        Column("alpha", "tone", "figure"),
        Column("accuracy", "share"),
        Column("mean_error", "tone change"),
    )
    rows = tuple(
        (
            each.sample,
            ", ".join(names.get(area, area) for area in each.areas),
            each.n,
            each.coders,
            each.doubly_coded,
            Figure(each.alpha, each.alpha_low, each.alpha_high),
            each.accuracy,
            each.bias,
        )
        for each in figures.content.agreement
    )
    return Table("agreement", columns, rows)


def outlets(figures: Figures, language: Language) -> Table:
    """Make the table of outlets: who is in the series, and when."""
    years = sorted({year for each in figures.content.provenance.outlets for year in each.years})
    columns = (
        Column("outlet_id", page=False),
        Column("outlet"),
        Column("class"),
        Column("medium"),
        *(Column(f"articles_{year}", "count", head=year) for year in years),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            each.outlet,
            each.name,
            language.word(f"outlet_class.{each.class_ or 'unknown'}"),
            language.word(f"medium.{each.medium or 'unknown'}"),
            *(each.years.get(year, 0) for year in years),
        )
        for each in figures.content.provenance.outlets
    )
    return Table("outlets", columns, rows)


def mix(figures: Figures, language: Language) -> Table:
    """Make the table under the chart of the outlet mix: articles about any area by class of outlet and window."""
    years = sorted({year for each in figures.content.provenance.outlets for year in each.years})
    classes: dict[str, dict[str, int]] = {}
    for each in figures.content.provenance.outlets:
        of_class = classes.setdefault(each.class_ or "unknown", {})
        for year, n in each.years.items():
            of_class[year] = of_class.get(year, 0) + n
    columns = (Column("class"), *(Column(f"articles_{year}", "count", head=year) for year in years))
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (language.word(f"outlet_class.{name}"), *(found.get(year, 0) for year in years))
        for name, found in sorted(classes.items())
    )
    return Table("mix", columns, rows)


def feeds(figures: Figures, language: Language) -> Table:
    """Make the table of feeds and how they have been."""
    rows = tuple(
        (
            each.id,
            each.outlet,
            _status(language, each.status),
            each.last_success[:10],
            each.last_new[:10],
            language.say("word.failing" if each.failing else "word.working"),
        )
        for each in figures.content.provenance.feeds
    )
    columns = (
        Column("feed"),
        Column("outlet"),
        Column("feed_status"),
        Column("last_success", "day"),
        Column("last_new", "day"),
        Column("state"),
    )
    return Table("feeds", columns, rows)


def _status(language: Language, status: str) -> str:
    """Return a feed's status in words; what the harvest remarked beside it is English and stays in the doctor."""
    last = status.removeprefix(f"{RESTING}; ")
    outcome, _, noted = last.partition(": ")
    words = [language.word(f"feed.{RESTING}")] if last != status else []
    words.append(language.word(f"feed.{outcome}"))
    return ", ".join([*words, *([language.word("feed.noted")] if noted else [])])


def levels(figures: Figures) -> Table:
    """Make the table of outlets whose feeds changed their level."""
    columns = (Column("outlet"), Column("level_since", "day"), Column("level_before", "ratio"),
               Column("level_after", "ratio"))
    found = figures.content.provenance.levels
    return Table("levels", columns, tuple((each.outlet, each.since, each.before, each.after) for each in found))


def bridges(figures: Figures, language: Language) -> Table:
    """Make the table of the changes of reader or text level inside the series, and what bridges them."""
    columns = (Column("bridge_kind"), Column("earlier"), Column("later"), Column("indicator"), Column("bridge_coded"),
               Column("bridge_texts", "count"), Column("bridged"), Column("bridge_step"), Column("interval"),
               Column("bridge_between"))
    return Table("bridges", columns, tuple(_bridge(each, language) for each in figures.content.bridges))


def _bridge(each: NewsBridgeLine, language: Language) -> tuple[Cell, ...]:
    def said(value: float | None) -> str:
        return "" if value is None else write_value(language, f"{each.indicator}.change", value)

    yes, no = language.say("word.yes"), language.say("word.no")
    ends = language.interval(said(each.low), said(each.high)) if each.low is not None else ""
    return (
        language.word(f"bridge.{each.kind}"),
        language.word("bridge.title") if each.earlier == "title" else each.earlier,
        each.later or language.word("bridge.lead"), language.say(f"indicator.{each.indicator}"),
        yes if each.corrected else no, each.texts, yes if each.bridged else no, said(each.step), ends,
        said(each.between).lstrip("+"),
    )


def imports(figures: Figures, language: Language) -> Table:
    """Make the table of files taken in."""
    columns = (
        Column("import_kind"),
        Column("name"),
        Column("format"),
        Column("query"),
        Column("window"),
        Column("rows", "count"),
        Column("held", "count"),
        Column("refused", "count"),
        Column("notes"),
    )
    rows = tuple(
        (
            language.word(f"import.{each.kind}"),
            each.name,
            each.format,
            each.query,
            language.window(each.first, each.last) if each.first and each.last else "",
            each.rows,
            each.held,
            each.refused,
            "; ".join(each.notes),
        )
        for each in figures.content.provenance.imports
    )
    return Table("imports", columns, rows)


def refusals(figures: Figures, language: Language) -> Table:
    """Make the table of reasons why rows were refused, in words."""
    rows = tuple(grouped(figures.content.provenance.refusals, language.code).items())
    return Table("refusals", (Column("reason"), Column("rows", "count")), rows)


def bias(figures: Figures) -> Table:
    """Make the table of planted bias; only a demonstration knows the truth."""
    planted = figures.content.provenance.planted_bias
    rows = tuple((area.id, area.name, planted[area.id]) for area in figures.content.areas if area.id in planted)
    return Table("bias", (*AREA, Column("bias", "tone change")), rows, by_area=True)
