"""Make the tables of what open answers tell and of who answered, and tell the first on an area's page."""

from __future__ import annotations

from reputation.content import AreaFacts, Estimate
from reputation.language import Language
from reputation.lookup import OPEN, WHO, Figures, detail, is_shown, write_interval, write_value
from reputation.tables import Column, Table
from reputation.tabulate import AREA, correction_word, figure, status_word

TOLD = ("answers.unsafe", "answers.safe", "answers.negative", "answers.positive")
"""What is told on a page besides focus goals; *none* and *neutral* are what is left."""


def open_answers(figures: Figures, language: Language) -> Table:
    """Make the table of open answers: area × wave × what they tell of, weighted."""
    columns = (
        *AREA,
        Column("wave_id", page=False),
        Column("wave"),
        Column("what_id", page=False),
        Column("what"),
        Column("wrote", "count"),
        Column("weighted_share", "survey share", "figure"),
        Column("status"),
        Column("correction"),
        Column("method", page=False),
    )
    rows = tuple(
        (
            *_area(figures, each),
            each.wave,
            figures.wave_names[each.wave],
            _what(each),
            language.word(_what(each)),
            each.n,
            figure(language, each, "no survey"),
            status_word(language, each.status),
            correction_word(language, each),
            each.method,
        )
        for each in _rows(figures, OPEN)
    )
    return Table("open_answers", columns, rows, by_area=True)


def who_answered(figures: Figures, language: Language) -> Table:
    """Make the table of respondents against residents: area × wave × level of a known margin (method.md A1)."""
    columns = (
        *AREA,
        Column("wave_id", page=False),
        Column("wave"),
        Column("margin"),
        Column("level"),
        Column("of_respondents", "survey share"),
        Column("of_residents", "survey share"),
        Column("answered", "count"),
        Column("status"),
    )
    rows = []
    for each in _rows(figures, WHO):
        variable, _, level = each.indicator.removeprefix(WHO).partition("=")
        rows.append(
            (
                *_area(figures, each),
                each.wave,
                figures.wave_names[each.wave],
                language.word(f"margin.{variable}"),
                level,
                each.value if is_shown(each) else None,
                detail(each, "residents"),
                each.n,
                status_word(language, each.status),
            )
        )
    return Table("who_answered", columns, tuple(rows), by_area=True)


def tell_answers(figures: Figures, language: Language, area: AreaFacts) -> tuple[tuple[str, str], ...]:
    """Tell what open answers of an area tell, wave by wave: heading and figures.

    What is hidden, or nobody wrote of, is left out.
    """
    told = []
    for wave in figures.waves:
        rows = [
            each
            for each in _rows(figures, OPEN)
            if (each.area, each.wave) == (area.id, wave.id)
            and is_shown(each)
            and each.value
            and (each.indicator in TOLD or _what(each).startswith("goal:"))
        ]
        if rows:
            heading = language.say("text.open_answers", wave=figures.wave_names[wave.id],
                                   n=language.number(rows[0].n or 0))
            told.append((heading, "; ".join(_tell(language, each) for each in rows)))
    return tuple(told)


def _tell(language: Language, each: Estimate) -> str:
    share, ends = write_value(language, each.indicator, each.value or 0.0), write_interval(language, each)
    word = language.word(_what(each))
    if _what(each).startswith("goal:"):
        word = language.say("text.focus_goal", goal=word)
    return f"{word}: {share}{f' ({ends})' if ends else ''}"


def _rows(figures: Figures, start: str) -> list[Estimate]:
    order = {area.id: place for place, area in enumerate(figures.content.areas)}
    waves = {wave.id: place for place, wave in enumerate(figures.waves)}
    found = [each for each in figures.content.estimates if each.indicator.startswith(start) and each.wave in waves]
    return sorted(found, key=lambda each: (order.get(each.area, 99), waves[each.wave], each.indicator))


def _what(each: Estimate) -> str:
    """Return what a share is of: a theme id, or ``answers.unsafe``, which the language files have words for."""
    return each.indicator.removeprefix(f"{OPEN}theme.")


def _area(figures: Figures, each: Estimate) -> tuple[str, str]:
    return each.area, next(area.name for area in figures.content.areas if area.id == each.area)
