"""Make the tables of figures from a content; the page, the sheets and the CSVs all print these."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from reputation.changes import level_of
from reputation.content import AreaFacts, Estimate, GoalLine
from reputation.language import NARROW, Language
from reputation.lookup import SHOWN, TONE, UNCORRECTED, Figures, detail, is_shown, write_interval, write_value
from reputation.tables import Cell, Column, Figure, Kind, Span, Table

_DSL = re.compile(r"dsl n=(?P<n>\d+) alpha=(?P<alpha>-?[\d.]+)")

AREA = (Column("area_id", page=False), Column("area"))
WINDOW = (Column("first", "day", page=False), Column("last", "day", page=False), Column("window"))
STATUS = (Column("status"), Column("correction"))


def status_word(language: Language, status: str) -> str:
    """Return the word of a status."""
    return language.word(f"status.{status}")


def correction_word(language: Language, each: Estimate | None) -> str:
    """Say whether a figure is corrected for reading error; a count or an answer has nothing to correct."""
    return "" if each is None else correction_words(language, each.correction)


def correction_words(language: Language, correction: str) -> str:
    """Put a correction into words; empty where there is nothing to correct."""
    if not correction:
        return ""
    if correction == UNCORRECTED:
        return language.say("correction.uncorrected")
    known = _DSL.fullmatch(correction)
    how = (
        correction
        if known is None
        else language.say(
            "correction.dsl", n=language.number(int(known["n"])), alpha=language.number(float(known["alpha"]), 2)
        )
    )
    return language.say("correction.corrected", how=how)


def part_words(language: Language, uncorrected: int, of: int) -> str:
    """Say how many of the figures that one is made of are not corrected: a mix is neither the one nor the other."""
    if 0 < uncorrected < of:
        return language.say("correction.part", n=language.number(uncorrected), all=language.number(of))
    return language.say(f"correction.{'short' if uncorrected else 'short_corrected'}") if of else ""


def figure(language: Language, each: Estimate | None, missing: str = "not collected") -> Figure:
    """Return an estimate as a cell: its value and interval, or the word of its status."""
    if each is None:
        return Figure(None, word=status_word(language, missing))
    if not is_shown(each):
        return Figure(None, word=status_word(language, missing if each.status in SHOWN else each.status))
    return Figure(each.value, each.low, each.high)


def news(figures: Figures, language: Language) -> Table:
    """Make the table of tone: area × window."""
    columns = (
        *AREA,
        *WINDOW,
        Column("about", "count"),
        Column("events", "count"),
        Column("net_tone", "tone", "figure"),
        Column("negative_share", "share", "figure"),
        Column("neutral_share", "share", "figure"),
        Column("positive_share", "share", "figure"),
        Column("leave_out", "tone", "span"),
        Column("one_event"),
        *STATUS,
    )
    rows = []
    for area, window in each_news(figures):
        tone = figures.news(area.id, "net_tone", window)
        shares = (
            figure(language, figures.news(area.id, each, window))
            for each in ("negative_share", "neutral_share", "positive_share")
        )
        rows.append(
            (
                *area_window(area, window, language),
                count(figures.news(area.id, "about", window)),
                count(figures.news(area.id, "events", window)),
                figure(language, tone),
                *shares,
                leave_out(tone),
                language.say("word.yes") if tone and is_shown(tone) and detail(tone, "one_event") else "",
                status_word(language, tone.status if tone else "not collected"),
                correction_word(language, tone),
            )
        )
    return Table("news", columns, tuple(rows), by_area=True)


def sensitivity(figures: Figures, language: Language) -> Table:
    """Make the table of net tone computed in other ways."""
    ways = ("net_tone", "net_tone.events", "net_tone.roles", "net_tone.full", "net_tone.panel", "net_tone.mix")
    others = tuple(each for each in TONE if each not in ways)
    columns = (
        *AREA,
        *WINDOW,
        *(Column(each.replace(".", "_"), "tone", "figure") for each in ways),
        *(Column(each.replace(".", "_"), "tone", "figure", page=False) for each in others),
        Column("correction"),
    )
    rows = []
    for area, window in each_news(figures):
        found = [figures.news(area.id, each, window) for each in (*ways, *others)]
        rows.append(
            (
                *area_window(area, window, language),
                *(figure(language, each) for each in found),
                correction_word(language, found[0]),
            )
        )
    return Table("sensitivity", columns, tuple(rows), by_area=True)


def covariance_word(language: Language, change: Estimate) -> str:
    """Say whether two waves have people in common, and whether that was reckoned with; empty for news."""
    how = str(change.details.get("covariance") or "").partition(":")[0]
    return language.word(f"covariance.{how}") if how else ""


def bridge_words(language: Language, change: Estimate) -> str:
    """Name what a change of news crosses and is bridged; empty for surveys, whose bridges have a source."""
    kinds = str(change.details.get("bridge") or "") if "bridge_texts" in change.details else ""
    return language.names([language.word(f"bridge.{each}") for each in kinds.split(", ") if each])


TESTED = ("family", "selected_low", "selected_high")


def changes(figures: Figures, language: Language) -> Table:
    """Make the table of changes: indicator × area × window or wave; value and unit follow the indicator."""
    columns = (
        *AREA,
        Column("indicator"),
        Column("since"),
        Column("at"),
        Column("change_value"),
        Column("interval"),
        Column("value", "ratio", page=False),
        Column("low", "ratio", page=False),
        Column("high", "ratio", page=False),
        Column("p", "p"),
        Column("p_adjusted", "p"),
        Column("p_level", "p"),
        Column("family", "count"),
        Column("selected_low", "ratio", page=False),
        Column("selected_high", "ratio", page=False),
        Column("interval_method", page=False),
        Column("n_both", "count", page=False),
        Column("covariance", page=False),
        Column("detectable"),
        Column("bridge"),
        Column("bridge_texts", "count"),
        Column("bridge_step"),
        Column("bridge_se", "tone", page=False),
        *STATUS,
    )
    known = {area.id: area.name for area in figures.content.areas}
    order = {area.id: place for place, area in enumerate(figures.content.areas)}
    rows: list[tuple[Cell, ...]] = []
    for each in sorted(
        (each for each in figures.content.estimates if each.indicator.endswith(".change")),
        key=lambda each: (order.get(each.area, 99), each.indicator, each.first, each.wave),
    ):
        shown = is_shown(each)
        detectable, step = detail(each, "detectable"), detail(each, "bridge_step")
        rows.append(
            (
                each.area,
                known.get(each.area, each.area),
                language.say(f"indicator.{each.indicator}"),
                since_words(figures, language, each),
                figures.wave_names.get(each.wave) or language.window(each.first, each.last),
                write_value(language, each.indicator, each.value)
                if shown and each.value is not None
                else status_word(language, each.status),
                write_interval(language, each) if shown else "",
                each.value if shown else None,
                each.low if shown else None,
                each.high if shown else None,
                *((detail(each, key) if shown else None) for key in ("p", "p_adjusted")),
                level_of(each) if shown and detail(each, "p_adjusted") is not None else None,
                *((detail(each, key) if shown else None) for key in TESTED),
                str(each.details.get("interval") or "") if shown else "",
                detail(each, "n_both") if shown else None,
                covariance_word(language, each) if shown else "",
                write_value(language, each.indicator, detectable).lstrip("+") if detectable is not None else "",
                bridge_words(language, each),
                detail(each, "bridge_texts"),
                write_value(language, each.indicator, step) if step is not None else "",
                detail(each, "bridge_se"),
                status_word(language, each.status),
                correction_word(language, each),
            )
        )
    return Table("changes", columns, tuple(rows), by_area=True)


def overview(figures: Figures, language: Language, areas: Sequence[AreaFacts], indicator: str) -> Table:
    """Make the wide table under small multiples: an area a row, a window or wave a column, each with its n."""
    at: list[tuple[str, tuple[str, str] | str]] = (
        [(language.window(*window), window) for window in figures.windows]
        if indicator == "net_tone"
        else [(figures.wave_names[wave.id], wave.id) for wave in figures.waves]
    )
    kind: Kind = "tone" if indicator == "net_tone" else "survey share"
    rows: list[tuple[Cell, ...]] = []
    for area in areas:
        found = [
            figures.news(area.id, indicator, when)
            if isinstance(when, tuple)
            else figures.survey(area.id, indicator, when)
            for _, when in at
        ]
        missing = "not collected" if indicator == "net_tone" else "no survey"
        rows.append(
            (area.name, *(replace(figure(language, each, missing), n=each.n if each else None) for each in found))
        )
    columns = (Column("area"), *(Column(name, kind, "figure", head=name) for name, _ in at))
    return Table(f"overview_{'tone' if indicator == 'net_tone' else 'safe'}", columns, tuple(rows))


def goals(figures: Figures, language: Language) -> Table:
    """Make the table of indicators held against goals; it gives no verdict that a status forbids."""
    columns = (
        *AREA,
        Column("goal_indicator"),
        Column("since"),
        Column("baseline"),
        Column("latest"),
        Column("latest_at"),
        Column("goal"),
        Column("target_year"),
        Column("required"),
        Column("p_on_track", "share"),
        Column("verdict"),
        Column("source", "link"),
        Column("status"),
    )
    known = {area.id: area.name for area in figures.content.areas}
    rows: list[tuple[Cell, ...]] = []
    for each in figures.content.goals:
        rows.append(
            (
                each.area,
                known.get(each.area, each.area),
                language.say(f"indicator.{each.indicator}"),
                each.since,
                _told(figures, language, each, each.baseline, each.since),
                _told(figures, language, each, each.latest, each.latest_at),
                each.latest_at[:4],
                goal_words(language, each.indicator, each.goal),
                str(each.target_year) if each.target_year else "",
                goal_words(language, each.indicator, each.required),
                each.p_on_track,
                language.say(f"verdict.{each.verdict}") if each.verdict else "",
                _source(language, each.source, each.official),
                status_word(language, each.status),
            )
        )
    return Table("goals", columns, tuple(rows), by_area=True)


def each_news(figures: Figures) -> Iterator[tuple[AreaFacts, tuple[str, str]]]:
    """Pair every area with every window of the series."""
    return ((area, window) for area in figures.content.areas for window in figures.windows)


def area_window(area: AreaFacts, window: tuple[str, str], language: Language) -> tuple[Cell, ...]:
    """Return the cells of :data:`AREA` and :data:`WINDOW`."""
    return area.id, area.name, *window, language.window(*window)


def count(each: Estimate | None) -> int | None:
    """Return a counted figure."""
    if each is None:
        return None
    return int(each.value) if each.value is not None else each.n


def leave_out(each: Estimate | None) -> Span | None:
    """Return the range of a shown figure when one event at a time is left out."""
    if each is None or not is_shown(each):
        return None
    low, high = detail(each, "leave_out_low"), detail(each, "leave_out_high")
    return None if low is None or high is None else Span(low, high)


def since_words(figures: Figures, language: Language, change: Estimate) -> str:
    """Name the measurement that a change is reckoned from: a wave, or a window."""
    wave = figures.wave_names.get(str(change.details.get("first_wave") or ""))
    label = str(change.details.get("since") or "")
    window = figures.labelled(label)
    return wave or (language.window(*window) if window and not change.wave else label)


def break_words(language: Language, reasons: str) -> str:
    """Put reasons such as ``mode: web → phone; wording`` into words."""
    told = []
    for each in filter(None, reasons.split("; ")):
        key, _, values = each.partition(": ")
        if key == "mode":
            values = " → ".join(
                ", ".join(language.word(f"mode.{mode}") for mode in side.split(", ")) for side in values.split(" → ")
            )
        told.append(f"{language.word(f'difference.{key}')}{f' ({values})' if values else ''}")
    return "; ".join(told)


def goal_words(language: Language, indicator: str, value: float | None) -> str:
    """Write a value held against a goal: a percentage of homes, on or off the list, or as its tables write it."""
    if value is None:
        return ""
    if indicator == "list_status":
        return language.say("goals.on_list" if value else "goals.off_list")
    if indicator == "family_housing_share":
        return language.percent(value / 100, 1 if value % 1 else 0)
    return write_value(language, indicator, value)


def _told(figures: Figures, language: Language, goal: GoalLine, value: float | None, at: str) -> str:
    """Write a measurement held against a goal with the interval and n of the figure it is."""
    written = goal_words(language, goal.indicator, value)
    figure_ = figures.of_value(goal.area, goal.indicator, at[:4], value)
    if figure_ is None:
        return written
    beside = [write_interval(language, figure_)]
    if figure_.n is not None:
        beside.append(f"n{NARROW}={NARROW}{language.number(figure_.n)}")
    apart = figure_.wave in {wave.id for wave in figures.waves if figures.is_broken(wave)}
    broken = f", {status_word(language, 'break')}" if apart else ""
    return f"{written} ({'; '.join(filter(None, beside))}){broken}"


def _source(language: Language, source: str, official: bool) -> str:
    if not source:
        return ""
    return source if official else language.say("goals.chosen", source=source)
