"""Hold what an export says, whatever tool wrote it: strings, with blank kept apart."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path

from store.database import Kind
from store.errors import WrongFile
from surveys.items import normalised

Row = tuple[str | None, ...]

SHORT = 4
"""Characters of a text that is probably a code."""

_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")


@dataclass(frozen=True)
class Export:
    """One export as read. Nothing is typed: leading zeros stay, a blank cell is ``None`` and never 0 or ''."""

    path: Path
    format: str
    """the reader and its dialect: ``surveyxact tab utf-16``"""
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    """one per respondent, as long as ``columns``"""
    numbers: tuple[int, ...]
    """of each row: its number in the file, 1 = first data row"""
    variable_labels: Mapping[str, str]
    """column → question text"""
    value_labels: Mapping[str, Mapping[str, str]]
    """column → code → label"""
    encoding: str
    delimiter: str
    """empty for a workbook"""
    decimal: str
    """comma or point"""
    notes: tuple[str, ...]
    """what the reader decided, in words"""
    files: tuple[Path, ...]
    """every file that was read"""
    digest: str
    """of the bytes of all its files"""
    kind: Kind
    blank_rows: int = field(default=0)
    """rows without any value, left out"""
    identifying: frozenset[str] = field(default=frozenset())
    """columns that tell who somebody is by the tool's own account, whatever they are called"""
    question_ids: Mapping[str, str] = field(default_factory=dict)
    """column → the tool's own id of the question, which outlives its name"""
    dates: str = field(default="")
    """dmy or mdy: what comes first in its dates; empty where nothing tells"""
    answers: str = field(default="")
    """text, value, number: how its answers were written, as a person says; *find out* where the tool offers all three;
    empty: text and value alike"""

    @cached_property
    def positions(self) -> Mapping[str, int]:
        """Column → its place in a row."""
        return {name: place for place, name in enumerate(self.columns)}

    def called(self, column: str) -> str:
        """Return what a column is called here: by its name, the tool's own id of it, or its name as people read it.

        A heading that is a question text changes its spacing, capitals and markup from export to export. A name that
        fits no column, or several, is returned as it is.
        """
        if column in self.positions:
            return column
        by_id = [name for name, each in self.question_ids.items() if each == column]
        alike = by_id or [name for name in self.columns if normalised(name) == normalised(column) != ""]
        return alike[0] if len(alike) == 1 else column

    def number(self, text: str) -> float | None:
        """Read a number with this file's decimal sign, or ``None`` where it is none."""
        return _number(text, self.decimal)

    def code(self, text: str) -> int | None:
        """Read a whole code (``4``, ``4.0`` or ``4,0``), or ``None`` where it is none."""
        number = self.number(text)
        return int(number) if number is not None and number == int(number) else None


@lru_cache(maxsize=4096)  # codes repeat: half a million cells hold a handful of them
def _number(text: str, decimal: str) -> float | None:
    other = "." if decimal == "," else ","
    if not _NUMBER.fullmatch(text) or other in text:
        return None
    return float(text.replace(",", "."))


def read_bytes(path: Path) -> bytes:
    """Read a file. Raises :class:`WrongFile` where it is missing, a folder, empty or unreadable."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise WrongFile(f"the file can't be read ({error.strerror})", where=path, do="Name an existing file") from error
    if not content:
        raise WrongFile("the file is empty", where=path, do="Export it again")
    return content


def decode(content: bytes, path: Path, said: str = "") -> tuple[str, str]:
    """Return the text of a file and the encoding chosen: the one ``said``, else by BOM, strict UTF-8, cp1252.

    Never decodes with replacement characters: raises :class:`WrongFile` where no encoding fits.
    """
    if said:
        try:
            text = content.decode(said)
        except (UnicodeError, LookupError) as error:
            raise WrongFile(f"the characters are not {said}", where=path,
                            do="Mend [file] encoding of the codebook, or leave it out") from error
        return text.removeprefix("\ufeff"), said
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
                           (codecs.BOM_UTF8, "utf-8-sig"), (b"", "utf-8"), (b"", "cp1252")):
        if content.startswith(mark):
            try:
                text = content.decode(encoding)
            except UnicodeDecodeError:
                if mark:
                    break
                continue
            if "\0" in text:
                break
            return text, encoding
    raise WrongFile("the characters fit neither UTF-16 with BOM, UTF-8 nor Windows-1252", where=path,
                    do="Export it again and choose Unicode or ANSI")


def cell(text: str | None) -> str | None:
    """Return a cell without blanks around it and with ``\\n`` as line break; ``None`` where nothing is left."""
    if text is None:
        return None
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("_x000D_\n", "\n").strip() or None


def split_table(text: str, delimiter: str, path: Path) -> list[list[str | None]]:
    """Split delimited text into rows of cells; quoted fields may hold delimiters and line breaks.

    Raises :class:`WrongFile` where a quote is never closed: reading on would swallow the rows after it.
    """
    known: dict[str, str | None] = {}  # a code stands in thousands of cells: one string for all of them

    def kept(text: str) -> str | None:
        if len(text) > SHORT:
            return cell(text)
        if text not in known:
            known[text] = cell(text)
        return known[text]

    try:
        return [[kept(each) for each in row]
                for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)]
    except csv.Error as error:
        raise WrongFile(f"the quotes or fields don't fit together ({error})", where=path,
                        do="Export it again rather than editing it by hand") from error


def best_delimiter(text: str) -> str:
    """Return the one of TAB, ``;`` and ``,`` that splits the first line into most fields."""
    first = text.split("\n", 1)[0]
    return max("\t;,", key=lambda sign: len(next(csv.reader([first], delimiter=sign), [])))


def rectangle(
    table: Sequence[Sequence[str | None]], where: object,
) -> tuple[tuple[str, ...], tuple[Row, ...], tuple[int, ...], int]:
    """Return (columns, rows, row numbers, blank rows) of a table whose first row names the columns.

    A phantom trailing column and blank rows are left out. Raises :class:`WrongFile` for a nameless column with
    values, two columns of one name, and a row that is longer or shorter than the header.
    """
    names = list(table[0]) if table else []
    while names and names[-1] is None:
        names.pop()
    if not names:
        raise WrongFile("there is no row of column names", where=where, do="Export it again")
    columns = tuple(name or "" for name in names)
    repeated = sorted({name for name in columns if name and columns.count(name) > 1})
    if repeated:
        raise WrongFile(f"the column '{repeated[0]}' is there twice", where=where, do="Export it again")
    width, rows, numbers, blank = len(columns), [], [], 0
    for number, row in enumerate(table[1:], 1):
        if not any(each is not None for each in row):
            blank += 1
            continue
        if len(row) < width or any(each is not None for each in row[width:]):
            raise WrongFile(f"row {number} has {len(row)} fields and the header {width}", where=where,
                            do="The file is cut off or was edited: export it again")
        rows.append(tuple(row[:width]))
        numbers.append(number)
    kept = [place for place, name in enumerate(columns) if name]
    if len(kept) < width:
        for place in set(range(width)) - set(kept):
            if any(row[place] is not None for row in rows):
                raise WrongFile(f"column {place + 1} has values but no name", where=where, do="Export it again")
        rows = [tuple(row[place] for place in kept) for row in rows]
        columns = tuple(columns[place] for place in kept)
    return columns, tuple(rows), tuple(numbers), blank
