"""Read one table as text, from a delimited file or a workbook, before anybody knows which tool wrote it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from store.database import Kind
from store.demonstration import kind_of
from store.errors import WrongFile
from store.imports import digest_of
from surveys.readers.export import Export, Row, decode, read_bytes, rectangle, split_table
from surveys.readers.workbook import read_visible

TEXT_FILES = frozenset({".csv", ".tsv", ".tab", ".txt"})
WORKBOOKS = frozenset({".xlsx", ".xlsm"})

DELIMITERS = {"\t": "tab", ";": "semicolon", ",": "comma"}

_DECIMAL = re.compile(r"[+-]?\d+(?:([.,])\d+)?")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:[.,]\d{3})")

Cells = Sequence[Sequence[str | None]]


@dataclass(frozen=True)
class RawTable:
    """The cells of a file, header rows among them."""

    path: Path
    cells: Cells
    encoding: str
    delimiter: str
    """empty for a workbook"""
    digest: str
    kind: Kind
    notes: tuple[str, ...] = ()

    @property
    def header(self) -> tuple[str, ...]:
        """The first row, blanks as ''."""
        return tuple(name or "" for name in self.cells[0]) if self.cells else ()

    @property
    def dialect(self) -> str:
        """How the file was written: ``semicolon cp1252``, ``xlsx``."""
        return f"{DELIMITERS[self.delimiter]} {self.encoding.removesuffix('-sig')}" if self.delimiter else "xlsx"


def read_table(path: Path) -> RawTable:
    """Read a CSV, TSV or xlsx file. Raises :class:`WrongFile` where it is no single table or may be read two ways."""
    content = read_bytes(path)
    if path.suffix.lower() in WORKBOOKS:
        return _from_workbook(content, path)
    text, encoding = decode(content, path)
    delimiter = _delimiter(text, path)
    cells = split_table(text, delimiter, path)
    while cells and not cells[-1]:
        cells.pop()  # an extra line at the end, as LimeSurvey writes, is no row
    return RawTable(path, cells, encoding, delimiter, digest_of(content), kind_of(content))


def _from_workbook(content: bytes, path: Path) -> RawTable:
    sheets, hidden = read_visible(content, path)
    if len(sheets) != 1:
        names = f": {', '.join(sheets)}" if sheets else ""
        raise WrongFile(f"the workbook has {len(sheets)} visible sheets with content{names}", where=path,
                        do="Leave the sheet with the answers as the only visible one")
    cells = next(iter(sheets.values()))
    marked = any(kind_of(text.encode()) == "demo" for row in cells for text in row if text is not None)
    notes = (f"hidden rows left out: {hidden}",) if hidden else ()
    return RawTable(path, cells, "utf-8", "", digest_of(content), "demo" if marked else "real", notes)


def _delimiter(text: str, path: Path) -> str:
    """Return the sign that splits the header and every row alike, else the one that splits the header most."""
    widths = {sign: _width(text, sign) for sign in DELIMITERS}
    fitting = [sign for sign, width in widths.items() if width > 1 and _fits(text, sign, width)]
    if len(fitting) > 1:
        raise WrongFile(f"the columns may be split at {' or '.join(DELIMITERS[sign] for sign in fitting)}", where=path,
                        do="Export it again with TAB between the columns, or as xlsx")
    return fitting[0] if fitting else max(widths, key=lambda sign: widths[sign])


def _width(text: str, delimiter: str) -> int:
    try:
        return len(next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), []))
    except csv.Error:
        return 0


def _fits(text: str, delimiter: str, width: int) -> bool:
    try:
        return all(
            len(row) == width or not any(row[width:] if len(row) > width else row)
            for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        )
    except csv.Error:
        return False


def decimal_sign(columns: Sequence[str], rows: Sequence[Row], default: str, where: object) -> str:
    """Return the decimal sign of the columns that hold numbers only, ``default`` where none has decimals.

    A point before exactly three digits decides nothing where the default is the comma: ``1.234`` may be a thousand.
    Raises :class:`WrongFile` where one column has commas and another, or the same, has points.
    """
    found: dict[str, str] = {}
    for place, name in enumerate(columns):
        signs = _signs([row[place] for row in rows], default)
        for sign in signs:
            found.setdefault(sign, name)
    if len(found) > 1:
        raise WrongFile(f"the column '{found[',']}' has decimal commas and '{found['.']}' decimal points", where=where,
                        do="Export it again with one decimal sign, or without one of these columns")
    return next(iter(found), default)


def _signs(cells: Sequence[str | None], default: str) -> set[str]:
    signs: set[str] = set()
    for text in cells:
        if text is None:
            continue
        match = _DECIMAL.fullmatch(text)
        if not match:
            return set()
        if match[1] and (match[1] == default or not _THOUSANDS.fullmatch(text)):
            signs.add(match[1])
    return signs


def export_of(
    raw: RawTable, cells: Cells, *, tool: str, decimal: str | None = None, labels: Mapping[str, str] | None = None,
    question_ids: Mapping[str, str] | None = None, identifying: frozenset[str] = frozenset(),
) -> Export:
    """Return the export of a table whose first row names the columns.

    ``decimal``: the sign to expect where the numbers don't tell. Raises :class:`WrongFile` as :func:`rectangle` and
    :func:`decimal_sign` do.
    """
    columns, rows, numbers, blank = rectangle(cells, raw.path)
    form = f"{tool} {raw.dialect}"
    notes = [f"{form}: {len(rows)} rows, {len(columns)} columns", *raw.notes]
    if blank:
        notes.append(f"blank rows left out: {blank}")
    sign = decimal_sign(columns, rows, decimal, raw.path) if decimal and raw.delimiter else "."
    return Export(
        path=raw.path, format=form, columns=columns, rows=rows, numbers=numbers, variable_labels=labels or {},
        value_labels={}, encoding=raw.encoding, delimiter=raw.delimiter, decimal=sign, notes=tuple(notes),
        files=(raw.path,), digest=raw.digest, kind=raw.kind, blank_rows=blank,
        identifying=identifying & set(columns), question_ids=question_ids or {},
    )
