"""Make the tables of what stands behind the figures of news: how much there was, and how the tone was read."""

from __future__ import annotations

from reputation.content import Estimate
from reputation.language import Language
from reputation.lookup import Figures, detail
from reputation.tables import Cell, Column, Table
from reputation.tabulate import (
    AREA,
    STATUS,
    WINDOW,
    area_window,
    correction_word,
    count,
    each_news,
    figure,
    leave_out,
    status_word,
)

CODE_BOOK = "1"
"""Version of docs/coding.md; raise it when a rule of coding changes."""


def volume(figures: Figures, language: Language) -> Table:
    """Make the table of how much is written: count, total and ratio together, and what was not collected.

    ``fed`` of ``stories``: the articles about the area among all, in the outlets and days of which it is known how many
    there were; ``stories_archive`` of these an archive counted, the others own feeds brought.
    """
    columns = (
        *AREA,
        *WINDOW,
        Column("about", "count"),
        Column("mentions", "count"),
        Column("events", "count"),
        Column("reach", "count"),
        Column("sources", "count"),
        Column("gap_days", "count"),
        Column("fed", "count"),
        Column("stories", "count"),
        Column("stories_archive", "count", page=False),
        Column("stories_outlets", "count", page=False),
        Column("coverage_share", "small share", "figure"),
        Column("fed_from", "day"),
        Column("fed_to", "day"),
        Column("status"),
    )
    rows = []
    for area, window in each_news(figures):
        about, fed = (figures.news(area.id, each, window) for each in ("about", "coverage_share"))
        rows.append(
            (
                *area_window(area, window, language),
                *(count(figures.news(area.id, each, window)) for each in ("about", "mentions", "events", "reach")),
                *(_number(about, each) for each in ("sources", "gap_days")),
                *(_number(fed, each) for each in ("count", "total", "archived", "outlets")),
                figure(language, fed),
                *(_word(fed, each) for each in ("from", "to")),
                status_word(language, about.status if about else "not collected"),
            )
        )
    return Table("volume", columns, tuple(rows), by_area=True)


def basis(figures: Figures, language: Language) -> Table:
    """Make the table of what method.md C3 wants beside every figure of tone."""
    columns = (
        *AREA,
        *WINDOW,
        Column("roles"),
        Column("texts", "count"),
        Column("copies", "count"),
        Column("outlets", "count"),
        Column("outlet_mix"),
        Column("events", "count"),
        Column("g_eff", "ratio"),
        Column("leave_out", "tone", "span"),
        Column("teaser_share", "share"),
        Column("coded", "count"),
        Column("alpha", "tone"),
        *STATUS,
        Column("as_read", "tone"),
        Column("stigma_share", "share", "figure"),
        Column("unsafe_news", "share", "figure"),
        Column("formula"),
        Column("reader"),
        Column("code_book"),
        Column("method"),
    )
    rows: list[tuple[Cell, ...]] = []
    for area, window in each_news(figures):
        tone = figures.news(area.id, "net_tone", window)
        rows.append(
            (
                *area_window(area, window, language),
                _roles(language, tone),
                tone.n if tone else None,
                *(_number(tone, each) for each in ("copies", "outlets")),
                _mix(figures, language, area.id, window),
                count(figures.news(area.id, "events", window)),
                detail(tone, "g_eff") if tone else None,
                leave_out(tone),
                detail(tone, "teaser_share") if tone else None,
                _number(tone, "coded"),
                detail(tone, "alpha") if tone else None,
                status_word(language, tone.status if tone else "not collected"),
                correction_word(language, tone),
                detail(tone, "as_read") if tone else None,
                *(
                    figure(language, figures.news(area.id, each, window))
                    for each in ("stigma_share", "unsafe_share.news")
                ),
                _word(tone, "formula"),
                _word(tone, "reader"),
                CODE_BOOK if tone is not None and detail(tone, "coded") else "",
                tone.method if tone else "",
            )
        )
    return Table("basis", columns, tuple(rows), by_area=True)


def _number(each: Estimate | None, key: str) -> int | None:
    value = detail(each, key) if each else None
    return None if value is None else int(value)


def _word(each: Estimate | None, key: str) -> str:
    return str(each.details.get(key) or "") if each else ""


def _roles(language: Language, tone: Estimate | None) -> str:
    return ", ".join(language.word(f"role.{each}") for each in _word(tone, "roles").split(", ") if each)


def _mix(figures: Figures, language: Language, area: str, window: tuple[str, str]) -> str:
    found = (each for each in figures.counts(area, "outlet_class", window) if each.n)
    return ", ".join(f"{language.word(f'outlet_class.{each.what}')} {language.number(each.n)}" for each in found)
