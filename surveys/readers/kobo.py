"""Read KoboToolbox exports, CSV or xlsx: names or labels as headings, groups, several choices, repeat groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from store.errors import WrongFile
from surveys.readers.export import Export
from surveys.readers.table import PARENT, Cells, RawTable, export_of

SIGNS = frozenset({"_id", "_uuid", "_submission_time", "_validation_status"})
"""Columns that are copied into every export, also where headings are labels."""

LEAST_SIGNS = 2

IDENTIFYING = ("username", "deviceid", "phonenumber", "simserial", "simid", "subscriberid", "email", "_submitted_by",
               "_geolocation", "start-geopoint", "_notes")
"""Columns about who answered, on which telephone and where."""

PLACES = ("_latitude", "_longitude", "_altitude", "_precision")
"""How the columns of a point on the map end."""

INDEX, PARENT_TABLE = "_index", "_parent_table_name"


def is_kobo(raw: RawTable) -> bool:
    """Say whether the columns about the submission are KoboToolbox's."""
    return len(SIGNS & set(raw.header)) >= LEAST_SIGNS


def read_kobo(raw: RawTable) -> Export:
    """Read the table of a KoboToolbox export.

    Names keep their groups (``tryghed/nabolag``, ``faerdes/gade`` of several choices). A second row of HXL tags is
    left out. Rows of a repeat group become columns ``børn[1]/alder`` of the submission they belong to. Raises
    :class:`WrongFile` where a row of a repeat group belongs to none.
    """
    cells = [list(row) for row in raw.cells]
    notes: list[str] = []
    header_rows = raw.told.header_rows or (2 if _is_hxl(cells) else 1)
    if header_rows > 1:
        notes.append("row of HXL tags left out")
    rows = [cells[0], *cells[header_rows:]]
    if raw.further:
        rows = _bound(rows, raw)
        notes.append(f"repeat groups: {', '.join(raw.further)}")
    identifying = {name for row in rows[:1] for name in row
                   if name and (name.split("/")[-1].lower() in IDENTIFYING or name.lower().endswith(PLACES))}
    return export_of(raw, rows, tool="kobo", decimal=".", identifying=frozenset(identifying), notes=notes)


def _is_hxl(cells: Cells) -> bool:
    tags = [text for text in cells[1] if text] if len(cells) > 1 else []
    return bool(tags) and all(text.startswith("#") for text in tags)


def _bound(rows: Sequence[Sequence[str | None]], raw: RawTable) -> list[list[str | None]]:
    """Put the repeats of every submission beside it."""
    header = [name or "" for name in rows[0]]
    if INDEX not in header:
        raise WrongFile(f"there are repeat groups and no column {INDEX}", where=raw.path,
                        do="Export it again with all columns, or name the sheet: [file] sheet")
    place = header.index(INDEX)
    found = [_repeats(raw.further, "", row[place], raw, main=True) for row in rows[1:]]
    names = list(dict.fromkeys(name for each in found for name in each))
    held = sum(map(len, found))
    if held != sum(_cells_of(table) for table in raw.further.values()):
        raise WrongFile("a row of a repeat group belongs to no submission", where=raw.path,
                        do="Export it again: the sheets don't belong together")
    return [[*rows[0], *names], *([*row, *(each.get(name) for name in names)]
                                  for row, each in zip(rows[1:], found, strict=True))]


def _repeats(tables: Mapping[str, Cells], parent: str, index: str | None, raw: RawTable, *, main: bool,
             prefix: str = "") -> dict[str, str]:
    """Return column → cell of everything that hangs on one row; blank cells are left out."""
    values: dict[str, str] = {}
    for name, table in tables.items():
        header = [text or "" for text in table[0]]
        at = header.index(PARENT)
        of = header.index(PARENT_TABLE) if PARENT_TABLE in header else None
        own = header.index(INDEX) if INDEX in header else None
        number = 0
        for row in table[1:]:
            hangs_on_main = of is None or row[of] not in tables
            if row[at] != index or index is None or hangs_on_main != main or not (main or row[of or 0] == parent):
                continue
            number += 1
            here = f"{prefix}{name}[{number}]/"
            values |= {f"{here}{column.split('/')[-1]}": text for column, text in zip(header, row, strict=False)
                       if text is not None and not column.startswith("_")}
            if own is not None:
                values |= _repeats(tables, name, row[own], raw, main=False, prefix=here)
    return values


def _cells_of(table: Cells) -> int:
    header = [text or "" for text in table[0]]
    return sum(text is not None and not column.startswith("_")
               for row in table[1:] for column, text in zip(header, row, strict=False))
