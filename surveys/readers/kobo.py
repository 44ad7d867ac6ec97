"""Read KoboToolbox exports, CSV or xlsx: names or labels as headings, groups, several choices, repeat groups."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from store.errors import WrongFile
from surveys.readers.export import Export
from surveys.readers.table import PARENT, Cells, RawTable, export_of, names_and_texts

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
    notes: list[str] = []
    header_rows = raw.told.header_rows or (2 if _is_hxl(raw.cells) else 1)
    if header_rows > 1:
        notes.append("row of HXL tags left out")
    rows: list[Sequence[str | None]] = names_and_texts(raw, header_rows)[0]
    if raw.further:
        rows = [*_bound(rows, raw)]
        notes.append(f"repeat groups: {', '.join(raw.further)}")
    identifying = {name for row in rows[:1] for name in row
                   if name and (name.split("/")[-1].lower() in IDENTIFYING or name.lower().endswith(PLACES))}
    return export_of(raw, rows, tool="kobo", decimal=".", identifying=frozenset(identifying), notes=notes)


def _is_hxl(cells: Cells) -> bool:
    tags = [text for text in cells[1] if text] if len(cells) > 1 else []
    return bool(tags) and all(text.startswith("#") for text in tags)


@dataclass(frozen=True)
class _Repeat:
    """A sheet of a repeat group, its rows by the row they hang on."""

    name: str
    columns: tuple[str, ...]
    own: int | None
    """place of its rows' own numbers, where other groups may hang on them"""
    rows: Mapping[tuple[str, str], Sequence[Sequence[str | None]]]
    """(name of the parent sheet, empty: the submissions; number of the parent row) → rows"""

    @classmethod
    def of(cls, name: str, table: Cells, names: Collection[str]) -> _Repeat:
        header = tuple(text or "" for text in table[0])
        at, of = header.index(PARENT), header.index(PARENT_TABLE) if PARENT_TABLE in header else None
        rows: dict[tuple[str, str], list[Sequence[str | None]]] = {}
        for row in table[1:]:
            parent = (row[of] or "") if of is not None and row[of] in names else ""
            rows.setdefault((parent, row[at] or ""), []).append(row)
        return cls(name, header, header.index(INDEX) if INDEX in header else None, rows)


def _bound(rows: Sequence[Sequence[str | None]], raw: RawTable) -> list[list[str | None]]:
    """Put the repeats of every submission beside it."""
    header = [name or "" for name in rows[0]]
    if INDEX not in header:
        raise WrongFile(f"there are repeat groups and no column {INDEX}", where=raw.path,
                        do="Export it again with all columns, or name the sheet: [file] sheet")
    place = header.index(INDEX)
    groups = [_Repeat.of(name, table, raw.further) for name, table in raw.further.items()]
    placed = Counter[str]()
    found = [_repeats(groups, "", row[place] or "", placed) for row in rows[1:]]
    if any(placed[name] != sum(any(row) for row in table[1:]) for name, table in raw.further.items()):
        raise WrongFile("a row of a repeat group belongs to no submission", where=raw.path,
                        do="Export it again: the sheets don't belong together")
    names = list(dict.fromkeys(name for each in found for name in each))
    return [[*rows[0], *names], *([*row, *(each.get(name) for name in names)]
                                  for row, each in zip(rows[1:], found, strict=True))]


def _repeats(groups: Sequence[_Repeat], parent: str, index: str, placed: Counter[str], prefix: str = ""
             ) -> dict[str, str]:
    """Return column → cell of everything that hangs on one row; blank cells are left out."""
    values: dict[str, str] = {}
    for group in groups:
        for number, row in enumerate(group.rows.get((parent, index), ()) if index else (), 1):
            placed[group.name] += 1
            here = f"{prefix}{group.name}[{number}]/"
            values |= {f"{here}{column.split('/')[-1]}": text for column, text in zip(group.columns, row, strict=False)
                       if text is not None and not column.startswith("_")}
            if group.own is not None:
                values |= _repeats(groups, group.name, row[group.own] or "", placed, here)
    return values
