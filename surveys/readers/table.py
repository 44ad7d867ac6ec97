"""Read one table as text, from a delimited file or a workbook, before anybody knows which tool wrote it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from store.database import Kind
from store.demonstration import kind_of
from store.errors import WrongFile
from store.imports import digest_of
from surveys.readers.dates import settled_order
from surveys.readers.export import Export, Row, decode, read_bytes, rectangle, split_table
from surveys.readers.spreadsheetml import is_spreadsheetml
from surveys.readers.told import NOTHING, Told
from surveys.readers.workbook import read_visible

TEXT_FILES = frozenset({".csv", ".tsv", ".tab", ".txt"})
WORKBOOKS = frozenset({".xlsx", ".xlsm", ".xml", ".xls"})
"""``.xml`` and ``.xls``: the XML that Excel 2003 wrote, whatever it is called; a real ``.xls`` is refused."""

PARENT = "_parent_index"
"""The column that says that the rows of a sheet belong to rows of another."""

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
    told: Told = NOTHING
    further: Mapping[str, Cells] = field(default_factory=dict)
    """other sheets of the workbook, whose rows belong to rows of this one"""

    @property
    def header(self) -> tuple[str, ...]:
        """The first row, blanks as ''."""
        return tuple(name or "" for name in self.cells[0]) if self.cells else ()

    @property
    def dialect(self) -> str:
        """How the file was written: ``semicolon cp1252``, ``xlsx``."""
        if self.delimiter:
            return f"{DELIMITERS[self.delimiter]} {self.encoding.removesuffix('-sig')}"
        return "xml 2003" if self.path.suffix.lower() in {".xml", ".xls"} else "xlsx"


def read_table(path: Path, told: Told = NOTHING) -> RawTable:
    """Read a CSV, TSV or workbook. Raises :class:`WrongFile` where it is no single table or may be read two ways."""
    content = read_bytes(path)
    if path.suffix.lower() in WORKBOOKS:
        return _from_workbook(content, path, told)
    text, encoding = decode(content, path, told.encoding)
    delimiter = told.delimiter or _delimiter(text, path)
    cells = split_table(text, delimiter, path)
    while cells and not cells[-1]:
        cells.pop()  # an extra line at the end, as LimeSurvey writes, is no row
    return RawTable(path, cells, encoding, delimiter, digest_of(content), kind_of(content), told=told)


def check_workbook(content: bytes, path: Path) -> None:
    """Raise :class:`WrongFile` for an ``.xls`` or ``.xml`` that is not Excel's XML of 2003."""
    if path.suffix.lower() in {".xml", ".xls"} and not is_spreadsheetml(content):
        raise WrongFile("this is neither an xlsx nor an Excel XML 2003 workbook", where=path,
                        do="Export it again as xlsx or CSV")


def _from_workbook(content: bytes, path: Path, told: Told) -> RawTable:
    check_workbook(content, path)
    sheets, hidden = read_visible(content, path)
    if told.sheet and told.sheet not in sheets:
        raise WrongFile(f"there is no visible sheet '{told.sheet}' with content", where=path,
                        do=f"Mend [file] sheet of the codebook; there are: {', '.join(sheets)}")
    hanging = {name: cells for name, cells in sheets.items() if PARENT in cells[0]}
    main = [told.sheet] if told.sheet else [name for name in sheets if name not in hanging]
    if len(main) != 1:
        names = f": {', '.join(sheets)}" if sheets else ""
        raise WrongFile(f"the workbook has {len(main)} visible sheets with content{names}", where=path,
                        do="Leave the sheet with the answers as the only visible one, or name it: [file] sheet")
    cells = sheets[main[0]]
    marked = any(kind_of(text.encode()) == "demo" for each in sheets.values() for row in each for text in row
                 if text is not None)
    notes = (f"hidden rows left out: {hidden}",) if hidden else ()
    return RawTable(path, cells, "utf-8", "", digest_of(content), "demo" if marked else "real", notes, told,
                    {} if told.sheet else hanging)


def _delimiter(text: str, path: Path) -> str:
    """Return the sign that splits the header and every row alike, else the one that splits the header most."""
    widths = {sign: _width(text, sign) for sign in DELIMITERS}
    fitting = [sign for sign, width in widths.items() if width > 1 and _fits(text, sign, width)]
    if len(fitting) > 1:
        raise WrongFile(f"the columns may be split at {' or '.join(DELIMITERS[sign] for sign in fitting)}", where=path,
                        do="Say [file] delimiter in the codebook, or export it again with TAB or as xlsx")
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
        signs = _signs((row[place] for row in rows), default)
        for sign in signs:
            found.setdefault(sign, name)
    if len(found) > 1:
        raise WrongFile(f"the column '{found[',']}' has decimal commas and '{found['.']}' decimal points", where=where,
                        do="Export it again with one decimal sign, or say [file] decimal in the codebook")
    return next(iter(found), default)


def _signs(cells: Iterable[str | None], default: str) -> set[str]:
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
    question_ids: Mapping[str, str] | None = None, identifying: frozenset[str] = frozenset(), dates: str = "",
    answers: str = "", notes: Sequence[str] = (),
) -> Export:
    """Return the export of a table whose first row names the columns.

    ``decimal``, ``dates``: the sign and the order to expect where the cells don't tell; what a person told of the
    file goes before both. Raises :class:`WrongFile` as :func:`rectangle` and :func:`decimal_sign` do.
    """
    columns, rows, numbers, blank = rectangle(cells, raw.path)
    form = f"{tool} {raw.dialect}"
    said = [f"{form}: {len(rows)} rows, {len(columns)} columns", *raw.notes, *notes]
    if blank:
        said.append(f"blank rows left out: {blank}")
    found = decimal_sign(columns, rows, decimal, raw.path) if decimal and raw.delimiter else "."
    return Export(
        path=raw.path, format=form, columns=columns, rows=rows, numbers=numbers, variable_labels=labels or {},
        value_labels={}, encoding=raw.encoding, delimiter=raw.delimiter, decimal=raw.told.decimal or found,
        notes=tuple(said), files=(raw.path,), digest=raw.digest, kind=raw.kind, blank_rows=blank,
        identifying=identifying & set(columns), question_ids=question_ids or {},
        dates=raw.told.dates or settled_order(columns, rows) or dates, answers=raw.told.answers or answers,
    )


def names_and_texts(raw: RawTable, header_rows: int) -> tuple[list[Sequence[str | None]], dict[str, str]]:
    """Return the table under its first row, and the question texts of its second where there is one.

    ``header_rows``: rows above the first answer.
    """
    if len(raw.cells) < header_rows:
        raise WrongFile(f"there are {len(raw.cells)} rows and {header_rows} should be header rows", where=raw.path,
                        do="Mend [file] header_rows of the codebook, or export it again")
    texts = raw.cells[1] if header_rows > 1 else ()
    labels = {name: text for name, text in zip(raw.header, texts, strict=False) if name and text}
    return [raw.cells[0], *raw.cells[header_rows:]], labels
