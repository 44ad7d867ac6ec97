"""Read a plain table, CSV or xlsx, of whatever tool: one row of names, one row a respondent."""

from __future__ import annotations

import re

from store.errors import WrongFile
from surveys.readers.export import Export
from surveys.readers.table import RawTable, export_of, names_and_texts

_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")


def is_plain(raw: RawTable) -> bool:
    """Say whether it is a table of two columns or more at all."""
    return sum(1 for name in raw.header if name) > 1


def read_plain(raw: RawTable) -> Export:
    """Read a table of unknown origin; the decimal comma is expected with TAB and semicolon, the point with comma.

    Raises :class:`WrongFile` where the first row looks like answers, where rows don't fit it and where decimal
    commas and points stand side by side.
    """
    names = [name for name in raw.header if name]
    numbers = [name for name in names if _NUMBER.fullmatch(name)]
    if 2 * len(numbers) >= len(names):
        raise WrongFile("the first row looks like answers, not like names of columns", where=raw.path,
                        do="Export it again with a row of names")
    cells, labels = names_and_texts(raw, raw.told.header_rows or 1)
    return export_of(raw, cells, tool="plain", labels=labels, decimal="." if raw.delimiter == "," else ",")
