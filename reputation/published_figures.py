"""Take in what others published: yearly official figures, and hand-made media analyses."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Final, Literal, TypeVar

from store.areas import LIST_STATUS
from store.database import Store
from store.demonstration import kind_of
from store.facts import Facts
from store.imports import Refusal, already_imported, digest_of, record_import, record_refusals
from store.ownfiles import OwnFileSummary, read_table
from store.published import PublishedAnalysis, PublishedFigure, put_analyses, put_figures

FIGURE_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "area": ("område",), "year": ("år",), "indicator": ("indikator",), "value": ("værdi",), "unit": ("enhed",),
    "source": ("kilde",),
}
ANALYSIS_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "area": ("område",), "window_start": ("fra",), "window_end": ("til",), "search_string": ("søgestreng",),
    "n": ("antal",), "theme": ("tema",), "tone": (), "count": ("optælling",), "source_page": ("kilde",),
}

LIST_INDICATOR = "list_status"
FAMILY_INDICATOR = "family_housing_share"
"""Percent of almene familieboliger, the only share with an official target."""

TONES = ("negative", "neutral", "positive", "mixed", "")

T = TypeVar("T", PublishedFigure, PublishedAnalysis)


def import_figures(store: Store, path: Path, facts: Facts) -> OwnFileSummary:
    """Take in yearly figures from a CSV: area, year, indicator, value, unit, source. Raises :class:`WrongFile`."""
    return _take(store, path, "figures", FIGURE_COLUMNS, lambda row: figure_of(row, facts), put_figures)


def import_analyses(store: Store, path: Path, facts: Facts) -> OwnFileSummary:
    """Take in hand-made media analyses from a CSV with the columns of :data:`ANALYSIS_COLUMNS`.

    ``theme`` and ``tone`` empty: all. Raises :class:`WrongFile`.
    """
    return _take(store, path, "analyses", ANALYSIS_COLUMNS, lambda row: analysis_of(row, facts), put_analyses)


class _Refused(Exception):
    def __init__(self, column: str, reason: str) -> None:
        super().__init__(column, reason)
        self.column, self.reason = column, reason


def _take(
    store: Store, path: Path, kind: Literal["figures", "analyses"], columns: Mapping[str, Sequence[str]],
    build: Callable[[Mapping[str, str]], T], put: Callable[[Store, int, list[T]], int],
) -> OwnFileSummary:
    table = read_table(path, columns)
    store.accept(kind_of(table.content), where=path)
    digest = digest_of(table.content)
    if already_imported(store, kind, digest) is not None:
        return OwnFileSummary(path.name, len(table.rows), 0, 0, known=True)
    found: list[T] = []
    refusals: list[Refusal] = []
    for number, cells in table.rows:
        try:
            found.append(build(cells))
        except _Refused as error:
            refusals.append(Refusal(path.name, number, error.column, error.reason))
    with store.transaction():
        number = record_import(store, kind, path.name, digest, "csv", rows=len(table.rows))
        added = put(store, number, found)
        record_refusals(store, refusals, number)
        store.execute("UPDATE imports SET added = ? WHERE id = ?", [added, number])
    return OwnFileSummary(path.name, len(table.rows), added, len(refusals))


def figure_of(cells: Mapping[str, str], facts: Facts) -> PublishedFigure:
    """Check one row of figures."""
    value, indicator = cells["value"], _needed(cells, "indicator")
    if indicator == LIST_INDICATOR:
        if value not in LIST_STATUS:
            raise _Refused("value", f"not a list status: use {' '.join(LIST_STATUS)}")
    else:
        number = _number(cells, "value")
        if cells["unit"] == "%" and not 0 <= number <= 100:
            raise _Refused("value", "a percentage lies between 0 and 100")
        value = f"{number:.10g}"
    return PublishedFigure(_area(cells, facts), _year(cells), indicator, value, _needed(cells, "unit"),
                           _needed(cells, "source"))


def analysis_of(cells: Mapping[str, str], facts: Facts) -> PublishedAnalysis:
    """Check one row of an analysis."""
    first, last = _day(cells, "window_start"), _day(cells, "window_end")
    if last < first:
        raise _Refused("window_end", "the window ends before it starts")
    n, count = _whole(cells, "n"), _whole(cells, "count")
    if count > n:
        raise _Refused("count", "more texts than the analysis has")
    theme, tone = cells["theme"], cells["tone"]
    if theme and theme not in {each.id for each in facts.themes}:
        raise _Refused("theme", "not a theme of data/themes.toml")
    if tone not in TONES:
        raise _Refused("tone", "not a tone: use negative, neutral, positive, mixed, or leave it empty")
    return PublishedAnalysis(_area(cells, facts), first, last, cells["search_string"], n, theme, tone, count,
                             _needed(cells, "source_page"))


def _needed(cells: Mapping[str, str], column: str) -> str:
    if not cells[column]:
        raise _Refused(column, "the cell is empty")
    return cells[column]


def _area(cells: Mapping[str, str], facts: Facts) -> str:
    area = cells["area"]
    if area not in {each.id for each in facts.areas}:
        raise _Refused("area", "not an area of data/areas.toml")
    return area


def _year(cells: Mapping[str, str]) -> int:
    year = _whole(cells, "year")
    if not 1990 <= year <= 2100:
        raise _Refused("year", "not a year")
    return year


def number_of(text: str, *, percent: bool = False) -> float:
    """Read a number as Danes or others write it: ``55,5``, ``55.5``, ``1.776,5``.

    ``1.776`` is 1776 to one and 1.776 to another: refused, unless it is a percentage. Raises :class:`ValueError`.
    """
    if not percent and re.fullmatch(r"\d{1,3}\.\d{3}", text):
        raise ValueError("1776 or 1,776? Write it without the dot, or with a comma")
    if re.fullmatch(r"\d{1,3}(\.\d{3})+(,\d+)?", text) and ("," in text or text.count(".") > 1):
        text = text.replace(".", "")
    if not re.fullmatch(r"-?\d+([.,]\d+)?", text):
        raise ValueError("not a number")
    return float(text.replace(",", "."))


def _number(cells: Mapping[str, str], column: str) -> float:
    try:
        return number_of(_needed(cells, column), percent=cells["unit"] == "%")
    except ValueError as error:
        raise _Refused(column, str(error)) from None


def _whole(cells: Mapping[str, str], column: str) -> int:
    text = _needed(cells, column)
    if not text.isascii() or not text.isdigit():
        raise _Refused(column, "not a whole number")
    return int(text)


def _day(cells: Mapping[str, str], column: str) -> str:
    try:
        return date.fromisoformat(_needed(cells, column)).isoformat()
    except ValueError:
        raise _Refused(column, "not a date like 2019-07-01") from None


