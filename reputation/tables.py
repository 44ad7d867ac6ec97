"""Hold tables as values, apart from how a page, a sheet or a CSV writes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import urlsplit

from reputation.language import NARROW, Language

Kind = Literal[
    "text",
    "count",
    "tone",
    "tone change",
    "share",
    "small share",
    "points",
    "survey share",
    "index",
    "index change",
    "p",
    "ratio",
    "day",
    "link",
]


@dataclass(frozen=True)
class Figure:
    """A value with its interval; without a value, the word of its status."""

    value: float | None
    low: float | None = None
    high: float | None = None
    word: str = ""
    n: int | None = None
    """printed below the interval where the table has no column for it"""


@dataclass(frozen=True)
class Span:
    """Two ends without a middle."""

    low: float
    high: float


PERCENT: tuple[Kind, ...] = ("share", "small share", "survey share", "points")
"""kinds that people read in per cent; files for programs hold 0..1"""

LONG = 20
LONGER = 160
"""a text longer than these is given room, and more room, to wrap in"""

ADDRESS = ("https://", "http://")

Cell = str | int | float | None | Figure | Span


@dataclass(frozen=True)
class Column:
    """A column: its key in the language files, what its cells are, where it is seen."""

    key: str
    kind: Kind = "text"
    spread: Literal["", "figure", "span"] = ""
    """figure: value, low, high in a file; span: low, high in a file"""
    page: bool = True
    """whether the page shows it"""
    head: str = ""
    """a heading that is data (a year) instead of a key"""


@dataclass(frozen=True)
class Table:
    """A table; the first column holds the id of the area where the table has one."""

    id: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    by_area: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the keys of the columns."""
        return tuple(each.key for each in self.columns)

    def where(self, key: str, keep: Callable[[Cell], bool]) -> Table:
        """Return the rows whose cell in column ``key`` is kept."""
        place = self.place(key)
        return replace(self, rows=tuple(row for row in self.rows if keep(row[place])))

    def of(self, area: str) -> Table:
        """Return the rows of one area, without the area's name."""
        return self.where("area_id", lambda cell: cell == area).without("area")

    def without(self, *keys: str) -> Table:
        """Return the table with columns hidden from the page."""
        return replace(
            self, columns=tuple(replace(each, page=each.page and each.key not in keys) for each in self.columns)
        )

    def lean(self, *keys: str) -> Table:
        """Return the table with those of ``keys`` hidden that are empty or the same in every row."""
        return self.without(
            *(
                key
                for key in keys
                if len({row[self.place(key)] for row in self.rows}) < 2
                and (key == "correction" or not any(row[self.place(key)] for row in self.rows))
            )
        )

    def place(self, key: str) -> int:
        """Return the number of a column."""
        return self.keys.index(key)

    def across(self, row: str, column: str, value: str, id_: str = "") -> Table:
        """Return the table with one row for each ``row`` and one column for each ``column``, holding ``value``."""
        at_row, at_column, at_value = self.place(row), self.place(column), self.place(value)
        heads = list(dict.fromkeys(str(each[at_column]) for each in self.rows))
        names = list(dict.fromkeys(each[at_row] for each in self.rows))
        found = {(each[at_row], str(each[at_column])): each[at_value] for each in self.rows}
        kind = self.columns[at_value]
        columns = (self.columns[at_row], *(replace(kind, page=True, head=head) for head in heads))
        rows = tuple((name, *(found.get((name, head)) for head in heads)) for name in names)
        return Table(id_ or self.id, columns, rows)


@dataclass(frozen=True)
class CellView:
    """A cell as a page shows it."""

    text: str
    sub: str = ""
    class_: str = ""
    link: str = ""


@dataclass(frozen=True)
class View:
    """A table as a page shows it."""

    id: str
    heads: tuple[tuple[str, bool], ...]
    """heading, and whether its column holds numbers"""
    rows: tuple[tuple[CellView, ...], ...]


def view(table: Table, language: Language) -> View:
    """Return what the page shows of a table."""
    shown = [(place, each) for place, each in enumerate(table.columns) if each.page]
    heads = tuple((head(each, language), each.kind not in ("text", "link")) for _, each in shown)
    rows = tuple(tuple(_cell(row[place], each.kind, language) for place, each in shown) for row in table.rows)
    return View(table.id, heads, rows)


def head(column: Column, language: Language) -> str:
    """Return the heading of a column."""
    return column.head or language.say(f"column.{column.key}")


def write_cell(value: float, kind: Kind, language: Language) -> str:
    """Write a number of a column."""
    decimals: Mapping[Kind, int] = {"tone": 2, "tone change": 2, "index": 1, "index change": 1, "ratio": 1, "points": 1}
    if kind == "p":
        return language.probability(value)
    if kind in ("share", "survey share", "small share"):
        return language.percent(value, {"share": 0, "survey share": 1, "small share": 3}[kind])
    if kind == "points":
        return language.number(100 * value, 1, sign=True)
    return language.number(value, decimals.get(kind, 0), sign=kind in ("tone change", "index change"))


def host(address: str) -> str:
    """Return the host of an address, or of several, which is what a reader needs to see; other text stays as it is."""
    if not address.startswith(ADDRESS):
        return address
    names = [(urlsplit(each).hostname or each).removeprefix("www.") for each in address.split()]
    return ", ".join(
        name.encode("ascii").decode("idna") if name.isascii() and "xn--" in name else name for name in names
    )


def _cell(cell: Cell, kind: Kind, language: Language) -> CellView:
    if cell is None or cell == "":
        return CellView("–", class_="none" if kind in ("text", "link") else "nil")
    if isinstance(cell, Figure):
        n = "" if cell.n is None else f"n{NARROW}={NARROW}{language.number(cell.n)}"
        if cell.value is None:
            return CellView(cell.word, n, "status")
        ends = (
            ""
            if cell.low is None or cell.high is None
            else language.interval(write_cell(cell.low, kind, language), write_cell(cell.high, kind, language))
        )
        return CellView(write_cell(cell.value, kind, language), "\n".join(filter(None, (ends, n))), "n")
    if isinstance(cell, Span):
        return CellView(
            language.interval(write_cell(cell.low, kind, language), write_cell(cell.high, kind, language)),
            class_="n",
        )
    if isinstance(cell, str) and kind == "day":
        return CellView(language.day(cell), class_="n")
    if isinstance(cell, str):
        if kind == "link":
            return (
                CellView(host(cell), link=cell)
                if cell.startswith(ADDRESS) and " " not in cell
                else CellView(host(cell), class_="long")
            )
        return CellView(cell, class_="" if len(cell) <= LONG else "long" if len(cell) <= LONGER else "longer")
    return CellView(write_cell(cell, kind, language), class_="n")


def turned(shown: View, first: str) -> View:
    """Return a table with its columns as rows: for many facts about few windows. ``first`` heads the names of facts."""
    heads = ((first, False), *((row[0].text, True) for row in shown.rows))
    columns = zip(*(row[1:] for row in shown.rows), strict=True)
    rows = tuple((CellView(name), *cells) for (name, _), cells in zip(shown.heads[1:], columns, strict=True))
    return View(shown.id, heads, rows)


def flat_heads(table: Table, language: Language | None) -> list[str]:
    """Return the headings of a file: words in a language, or the keys of a plain file."""
    found: list[str] = []
    for each in table.columns:
        name = each.head or (each.key if language is None else head(each, language))
        unit = " (%)" if language is not None and each.kind in PERCENT else ""
        low, high = ("low", "high") if language is None else (language.say("column.low"), language.say("column.high"))
        joined = "_" if language is None else ", "
        if each.spread != "span":
            found.append(name + unit)
        if each.spread:
            found += [f"{name}{joined}{low}{unit}", f"{name}{joined}{high}{unit}"]
    return found


def flat_row(table: Table, row: Sequence[Cell]) -> list[str | int | float | None]:
    """Return the cells of a file's row: a figure spread over value and interval, shares as they are (0..1)."""
    found: list[str | int | float | None] = []
    for each, cell in zip(table.columns, row, strict=True):
        if each.spread == "figure":
            figure = cell if isinstance(cell, Figure) else Figure(cell if isinstance(cell, int | float) else None)
            found += [figure.word if figure.value is None else figure.value, figure.low, figure.high]
        elif each.spread == "span":
            found += [cell.low, cell.high] if isinstance(cell, Span) else [None, None]
        else:
            assert not isinstance(cell, Figure | Span)
            found.append(cell)
    return found


def flat_kinds(table: Table) -> list[Kind]:
    """Return the kind of each column of a file."""
    return [each.kind for each in table.columns for _ in range({"": 1, "figure": 3, "span": 2}[each.spread])]
