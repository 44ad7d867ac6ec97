"""Read the rows of a CSV or xlsx table under the columns that a layout knows."""

from __future__ import annotations

import csv
import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import BinaryIO, TextIO

from collectors.archives.record import Note, Refused
from store.errors import WrongFile

WORKBOOK = b"PK\x03\x04"
"""How an xlsx file begins: it is a zip file."""

DELIMITERS = ";,\t"

HEADER_ROWS = 20
"""The header is one of the first rows; above it some exports tell of the query."""

CELL_LIMIT = 4_000_000
"""Characters of one cell or line of a CSV file. A quote that is left open would make one cell of the rest."""

UNPACKED_LIMIT = 1 << 30
"""Bytes of a workbook when unpacked. Its shared texts are held while it is read."""

_START = 1 << 16
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError, TypeError, AttributeError, IndexError,
           OSError, SyntaxError, NotImplementedError, RuntimeError)
"""What openpyxl and the libraries under it raise on a broken workbook."""

_ESCAPED = re.compile(r"_x000[aAdD]_")


@dataclass(frozen=True)
class Layout:
    """The columns of one kind of table."""

    headers: Mapping[str, Sequence[str]]
    """field → its headers, in small letters"""
    required: tuple[str, ...]
    """fields without which a row says nothing"""
    comments: bool = False
    """whether rows that start with ``#`` are passed over"""

    def fields(self, row: Sequence[str]) -> dict[str, list[int]]:
        """Return the places of each field in a row, taken for the header."""
        names = [" ".join(cell.split()).casefold().rstrip(":") for cell in row]
        found = {field: [at for at, name in enumerate(names) if name in said] for field, said in self.headers.items()}
        return {field: places for field, places in found.items() if places}

    def fits(self, row: Sequence[str]) -> int:
        """Count the required fields that a row names."""
        return len(self.fields(row).keys() & set(self.required))


@dataclass(frozen=True)
class Row:
    """One row of data."""

    number: int
    """1 = first data row of the file"""
    cells: Mapping[str, str]
    """field → cell, stripped; only fields that the table has"""
    headers: Mapping[str, str]
    """field → its header as the file spells it"""

    def cell(self, field: str) -> str:
        """Return a cell, empty where the table has no such column."""
        return self.cells.get(field, "")


def is_workbook(start: bytes) -> bool:
    """Say whether a file that starts like this is an xlsx workbook, or another zip file."""
    return start.startswith(WORKBOOK)


def workbook_start(path: Path) -> str:
    """Return the first rows of the visible sheets as CSV text. Raises :class:`WrongFile` where it is no workbook."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=DELIMITERS[0], lineterminator="\n")
    with closing(_sheets(path)) as sheets:
        for sheet in sheets:
            writer.writerows(islice(sheet, HEADER_ROWS))
    return text.getvalue()


def recognises(start: str, layout: Layout) -> bool:
    """Say whether one of the first rows of a table names two of the required columns: then the missing one is told."""
    return any(layout.fits(row) >= min(2, len(layout.required)) for mark in DELIMITERS for row in _head(start, mark))


def read_rows(path: Path, encoding: str, layout: Layout) -> Generator[Row | Refused | Note, None, None]:
    """Read the rows of a CSV file, or of all visible sheets of a workbook that have the header, one at a time.

    ``encoding`` is that of a CSV file. Columns that the layout does not know are named in a :class:`Note` and not
    read. Raises :class:`WrongFile` where no row is a header, a required column is missing or a column comes twice.
    """
    with path.open("rb") as file:
        workbook = is_workbook(file.read(len(WORKBOOK)))
    number, nearest, found = 0, list[str](), False
    with closing(_sheets(path) if workbook else _csv(path, encoding, layout)) as sheets:
        for rows in sheets:
            header: _Header | None = None
            for at, cells in enumerate(rows):
                if header is not None:
                    if not any(cells) or (layout.comments and cells[0].startswith("#")):
                        continue
                    number += 1
                    yield header.row(number, cells)
                elif at >= HEADER_ROWS:
                    break
                elif layout.fits(cells) == len(layout.required):
                    header, found = _Header.of(cells, layout, path), True
                    if header.left_out:
                        yield Note(f"columns not read: {', '.join(header.left_out)}")
                elif layout.fits(cells) > layout.fits(nearest):
                    nearest = cells
    if not found:
        missing = next(field for field in layout.required if field not in layout.fields(nearest))
        raise WrongFile(f"the table has no column for the {missing}", where=path,
                        do=f"Give it the header {' or '.join(layout.headers[missing])}")


@dataclass(frozen=True)
class _Header:
    width: int
    places: Mapping[str, int]
    names: Mapping[str, str]
    left_out: tuple[str, ...]

    @classmethod
    def of(cls, cells: Sequence[str], layout: Layout, path: Path) -> _Header:
        fields = layout.fields(cells)
        for field, places in fields.items():
            if len(places) > 1:
                twice = "' and '".join(cells[at] for at in places)
                raise WrongFile(f"two columns give the {field}: '{twice}'", where=path,
                                do="Delete or rename one of them")
        known = {field: places[0] for field, places in fields.items()}
        left_out = dict.fromkeys(name for at, name in enumerate(cells) if name and at not in known.values())
        return cls(len(cells), known, {field: cells[at] for field, at in known.items()}, tuple(left_out))

    def row(self, number: int, cells: Sequence[str]) -> Row | Refused:
        if len(cells) < self.width or any(cells[self.width:]):
            return Refused(number, "", f"{len(cells)} cells where the header has {self.width}")
        return Row(number, {field: cells[at] for field, at in self.places.items()}, self.names)


def _csv(path: Path, encoding: str, layout: Layout) -> Generator[Iterator[list[str]], None, None]:
    with path.open(encoding=encoding, newline="") as file:
        start = file.read(_START)
        delimiter = max(DELIMITERS, key=lambda mark: max(map(layout.fits, _head(start, mark)), default=0))
        file.seek(0)
        yield _csv_rows(file, delimiter, path)


def _head(text: str, delimiter: str) -> list[list[str]]:
    lines = text.lstrip("\ufeff").splitlines(keepends=True)
    return [[cell.strip() for cell in row] for row in islice(csv.reader(lines, delimiter=delimiter), HEADER_ROWS)]


def _csv_rows(file: TextIO, delimiter: str, path: Path) -> Iterator[list[str]]:
    lines = _Lines(file)
    reader = csv.reader(lines, delimiter=delimiter)
    while True:
        lines.begin()
        before = csv.field_size_limit(CELL_LIMIT)  # of the whole process; its default is less than a long article
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise WrongFile(f"the row from line {lines.first} on can't be read ({error})", where=path,
                            do="Look there for a quote that is not closed, or export again") from error
        finally:
            csv.field_size_limit(before)
        if cells is None:
            return
        if lines.ended and lines.quotes % 2 and lines.number > lines.first:
            raise WrongFile(f"a quote in the row from line {lines.first} on is not closed", where=path,
                            do="Close it, or export again")
        yield [cell.strip() for cell in cells]


class _Lines:
    """Gives a CSV reader its lines, none endless, and counts the quotes of a row."""

    def __init__(self, file: TextIO) -> None:
        self.file = file
        self.number = self.quotes = 0
        self.first = 1
        self.ended = False

    def begin(self) -> None:
        self.first, self.quotes = self.number + 1, 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self.file.readline(CELL_LIMIT)
        if not line:
            self.ended = True
            raise StopIteration
        if len(line) == CELL_LIMIT:
            raise csv.Error(f"it is longer than {CELL_LIMIT} characters")
        self.number += 1
        self.quotes += line.count('"')
        return line


def _sheets(path: Path) -> Generator[Iterator[list[str]], None, None]:
    with path.open("rb") as file:
        yield from _sheets_of(file, path)


def _sheets_of(file: BinaryIO, path: Path) -> Generator[Iterator[list[str]], None, None]:
    import openpyxl  # slow to load and needed for workbooks only

    try:
        with zipfile.ZipFile(file) as archive:
            unpacked = sum(each.file_size for each in archive.infolist())
        if unpacked > UNPACKED_LIMIT:
            raise WrongFile("the workbook is larger than 1 GB when unpacked", where=path, do="Save it as CSV")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a missing default style says nothing about the data
            # Opened here, since openpyxl goes by the name of a file.
            book = openpyxl.load_workbook(file, read_only=True, data_only=True)
    except _BROKEN as error:
        raise _no_workbook(path) from error
    with closing(book):
        for sheet in book.worksheets:
            if sheet.sheet_state == "visible":
                sheet.reset_dimensions()  # some writers state a size that is too small
                yield _sheet_rows(sheet.iter_rows(values_only=True), path)


def _sheet_rows(rows: Iterable[Sequence[object]], path: Path) -> Iterator[list[str]]:
    each = iter(rows)
    width = 0
    while True:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of dates out of range: their rows are refused
                row = next(each, None)
        except _BROKEN as error:
            raise _no_workbook(path) from error
        if row is None:
            return
        cells = [_text(value) for value in row]
        while cells and not cells[-1]:
            cells.pop()
        width = max(width, len(cells))
        yield cells + [""] * (width - len(cells))


def _no_workbook(path: Path) -> WrongFile:
    return WrongFile("this is no xlsx workbook, or a broken one", where=path, do="Export it again as xlsx or CSV")


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.isoformat(*([" ", "seconds"] if isinstance(value, datetime) else []))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return _ESCAPED.sub("\n", str(value)).strip()
