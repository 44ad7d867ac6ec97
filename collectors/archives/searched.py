"""Read the list of outlets that an archive query searched, with or without how many articles each had in all."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final, NoReturn

from store.days import Window
from store.errors import WrongFile
from store.ownfiles import read_table

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "outlet": ("medie", "kilde", "source"), "period": ("periode", "måned", "month", "år", "year"),
    "articles": ("artikler", "antal", "total"),
}
"""Headers of a table of totals."""

_PERIOD = re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d{2}))?")


@dataclass(frozen=True)
class OutletTotal:
    """How many articles an outlet had in all."""

    outlet: str
    """id or name"""
    window: Window
    """a month or a year"""
    articles: int


@dataclass(frozen=True)
class Searched:
    """The outlets that a query searched."""

    outlets: tuple[str, ...] = ()
    """ids or names"""
    totals: tuple[OutletTotal, ...] = ()


def read_outlets(path: Path) -> Searched:
    """Return the ids or names in a text file, one a line, or those of a table with their totals.

    Blank lines and lines that start with ``#`` are passed over. A table is a CSV whose header has the columns of
    :data:`COLUMNS`; a period is a month (``2018-03``) or a year. Raises :class:`WrongFile` when the file is missing,
    is not UTF-8, names nothing, or holds a total that is none.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise WrongFile(f"the list of outlets can't be read ({error.strerror})", where=path,
                        do="Name an existing file after --outlets") from error
    except UnicodeDecodeError as error:
        raise WrongFile("the list of outlets is not UTF-8", where=path, do="Save it as UTF-8") from error
    outlets = tuple(line.strip() for line in lines if line.strip() and not line.startswith("#"))
    if not outlets:
        raise WrongFile("the list of outlets is empty", where=path, do="Write one id or name a line")
    heads = {each.strip().casefold() for each in re.split("[,;]", outlets[0])}
    if any(heads & {name, *others} for name, others in COLUMNS.items() if name != "outlet"):
        return _with_totals(path)
    return Searched(outlets)


def _with_totals(path: Path) -> Searched:
    totals: dict[tuple[str, Window], OutletTotal] = {}
    outlets: dict[str, None] = {}
    for number, cells in read_table(path, COLUMNS).rows:
        if not cells["outlet"]:
            _wrong(path, number, "outlet", "the cell is empty")
        outlets[cells["outlet"]] = None
        window = _period(cells["period"])
        if window is None:
            _wrong(path, number, "period", "not a month like 2018-03 and not a year")
        if not (cells["articles"].isascii() and cells["articles"].isdigit()):
            _wrong(path, number, "articles", "not a whole number, written without dots")
        if (cells["outlet"], window) in totals:
            _wrong(path, number, "period", "the outlet has this period twice")
        totals[cells["outlet"], window] = OutletTotal(cells["outlet"], window, int(cells["articles"]))
    return Searched(tuple(outlets), tuple(totals.values()))


def _period(text: str) -> Window | None:
    found = _PERIOD.fullmatch(text)
    if found is None or not 1800 <= int(found["year"]) <= 2100:
        return None
    year, month = int(found["year"]), int(found["month"] or 0)
    if found["month"] is None:
        return Window.year(year)
    if not 1 <= month <= 12:
        return None
    return Window(date(year, month, 1), date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1))


def _wrong(path: Path, row: int, column: str, what: str) -> NoReturn:
    raise WrongFile(f"row {row}, column '{column}': {what}", where=path,
                    do="Write outlet,period,articles: Fjordposten,2018-03,1412")
