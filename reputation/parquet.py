"""Write tables as Parquet: typed columns, missing values as missing, and the words of a file's head in its metadata."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq

from reputation.tables import Cell, Column, Figure, Kind, Span, Table

_ISO = re.compile(r"\d{4}-\d\d-\d\d")

WHOLE: frozenset[Kind] = frozenset({"count"})
NUMBERS: frozenset[Kind] = frozenset(
    {"tone", "tone change", "share", "small share", "points", "survey share", "index", "index change", "p", "ratio"}
)


def table_parquet(table: Table, words: Mapping[str, str]) -> bytes:
    """Write a table with the plain file's columns; a figure has a column more, ``…_status``, for the word it hides by.

    ``words`` (key → text) enter the metadata: DEMODATA, the day of the data, the queries. The same table gives the same
    bytes.
    """
    names: list[str] = []
    columns: list[pa.Array] = []
    for place, column in enumerate(table.columns):
        for name, values, type_ in _spread(column, [row[place] for row in table.rows]):
            names.append(name)
            columns.append(pa.array(values, type_))
    return write_parquet(names, columns, words)


def write_parquet(names: Sequence[str], columns: Sequence[pa.Array], words: Mapping[str, str]) -> bytes:
    """Write columns as one Parquet file with ``words`` as its metadata."""
    fields = [pa.field(name, column.type) for name, column in zip(names, columns, strict=True)]
    schema = pa.schema(fields, {key.encode(): text.encode() for key, text in words.items()})
    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_arrays(list(columns), schema=schema), buffer, compression="zstd")
    return buffer.getvalue()


def _spread(column: Column, cells: Sequence[Cell]) -> list[tuple[str, list[object], pa.DataType]]:
    name = column.head or column.key
    if column.spread == "span":
        spans = [cell if isinstance(cell, Span) else None for cell in cells]
        return [
            (f"{name}_low", [each.low if each else None for each in spans], pa.float64()),
            (f"{name}_high", [each.high if each else None for each in spans], pa.float64()),
        ]
    if column.spread == "figure":
        found = [cell if isinstance(cell, Figure) else Figure(None) for cell in cells]
        return [
            (name, [each.value for each in found], pa.float64()),
            (f"{name}_low", [each.low for each in found], pa.float64()),
            (f"{name}_high", [each.high for each in found], pa.float64()),
            (f"{name}_status", [each.word or None for each in found], pa.string()),
        ]
    type_ = _type(column.kind, cells)
    if type_ == pa.date32():
        return [(name, [date.fromisoformat(str(cell)) if cell else None for cell in cells], type_)]
    if type_ == pa.string():
        return [(name, [None if cell is None or cell == "" else str(cell) for cell in cells], type_)]
    return [(name, list(cells), type_)]


def _type(kind: Kind, cells: Sequence[Cell]) -> pa.DataType:
    """Return the type of a column; one that mixes words with its numbers is text."""
    if kind == "day" and all(cell is None or cell == "" or _ISO.fullmatch(str(cell)) for cell in cells):
        return pa.date32()
    if any(isinstance(cell, str) for cell in cells) or kind not in WHOLE | NUMBERS:
        return pa.string()
    if kind in WHOLE and not any(isinstance(cell, float) and not cell.is_integer() for cell in cells):
        return pa.int64()
    return pa.float64()
