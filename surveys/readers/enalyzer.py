"""Read Enalyzer exports: plain tables whose dates have the month first, unlike every other Danish file."""

from __future__ import annotations

import re

from surveys.readers.export import Export
from surveys.readers.table import RawTable, export_of, names_and_texts

FIND_OUT = "find out"
"""Each variable may come as text, value or number of its label."""

_DASHED = re.compile(r"\d{2}-(\d{2})-\d{4}(?: .*)?")


def is_enalyzer(raw: RawTable) -> bool:
    """Say whether a column holds dates ``MM-DD-ÅÅÅÅ`` and nothing else, proven by a day above 12."""
    rows = raw.cells[1:]
    for place in range(len(raw.header)):
        first = next((row[place] for row in rows if place < len(row) and row[place] is not None), None)
        if first is None or not _DASHED.fullmatch(first):
            continue
        found = [_DASHED.fullmatch(row[place] or "") for row in rows if place < len(row) and row[place] is not None]
        if all(found) and any(int(each[1]) > 12 for each in found if each) and all(
                int(each[0][:2]) <= 12 for each in found if each):
            return True
    return False


def read_enalyzer(raw: RawTable) -> Export:
    """Read the table of an Enalyzer export; its layout is not documented, so only dates and answers are peculiar.

    Dates are read with the month first unless a month above 12 says otherwise. Raises
    :class:`~store.errors.WrongFile` where rows don't fit the header.
    """
    cells, labels = names_and_texts(raw, raw.told.header_rows or 1)
    return export_of(raw, cells, tool="enalyzer", decimal="," if raw.delimiter != "," else ".", labels=labels,
                     dates="mdy", answers=FIND_OUT)
