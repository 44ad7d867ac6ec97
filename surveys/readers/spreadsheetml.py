"""Read the XML that Excel 2003 wrote and some tools still export (SpreadsheetML), as strings."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

from store.errors import WrongFile
from surveys.readers.export import cell

NAMESPACE = "urn:schemas-microsoft-com:office:spreadsheet"

WIDEST = 20_000
"""Columns at most: a wrong index must not fill the memory."""

Sheets = dict[str, list[list[str | None]]]


def is_spreadsheetml(content: bytes) -> bool:
    """Say whether a file is such a workbook, by its first bytes."""
    head = content[:2000]
    return NAMESPACE.encode() in head or NAMESPACE.encode("utf-16-le") in head


def read_spreadsheetml(content: bytes, path: Path) -> tuple[Sheets, int]:
    """Return the visible sheets that hold anything, sheet name → rows of cells, and how many hidden rows they have.

    A hidden row is given as a blank one. Raises :class:`WrongFile` where it is no well-formed XML, declares entities
    (which may be built to fill the memory), or merges cells of its first row.
    """
    if re.search(rb"<!(?:DOCTYPE|ENTITY)", content.replace(b"\0", b"")):
        raise WrongFile("the workbook declares entities of its own", where=path, do="Export it again as xlsx or CSV")
    try:
        root = ElementTree.fromstring(content)  # noqa: S314 - without a DOCTYPE there is nothing to expand
    except ElementTree.ParseError as error:
        raise WrongFile(f"this is not well-formed XML ({error})", where=path,
                        do="Export it again as xlsx or CSV") from error
    sheets: Sheets = {}
    hidden = 0
    for sheet in root.iter(_tag("Worksheet")):
        if any(each.text != "SheetVisible" for each in sheet.iter("{urn:schemas-microsoft-com:office:excel}Visible")):
            continue
        rows, gone = _rows(sheet, path)
        while rows and not any(rows[0]):
            rows.pop(0)
        if rows:
            width = max(map(len, rows))
            sheets[sheet.get(_tag("Name")) or ""] = [row + [None] * (width - len(row)) for row in rows]
            hidden += gone
    return sheets, hidden


def _rows(sheet: ElementTree.Element, path: Path) -> tuple[list[list[str | None]], int]:
    rows: list[list[str | None]] = []
    hidden = 0
    for row in sheet.iter(_tag("Row")):
        _fill(rows, row.get(_tag("Index")), [], path)
        cells: list[str | None] = []
        for each in row.findall(_tag("Cell")):
            _fill(cells, each.get(_tag("Index")), None, path)
            across = int(each.get(_tag("MergeAcross")) or 0)
            if across and not any(map(any, rows)):
                raise WrongFile("cells of the first row are merged", where=path,
                                do="Give every column a name of its own in one row")
            data = each.find(_tag("Data"))
            text = "".join(data.itertext()) if data is not None else None
            cells.append(_typed(text, data.get(_tag("Type")) if data is not None else None))
        if row.get(_tag("Hidden")) == "1" and any(cells):
            hidden, cells = hidden + 1, [None] * len(cells)
        rows.append(cells)
    return rows, hidden


def _fill(places: list[list[str | None]] | list[str | None], index: str | None, blank: object, path: Path) -> None:
    """Add what is left out before a row or cell that says its number."""
    if index is None:
        return
    if not index.isdigit() or len(places) >= int(index) or int(index) - len(places) > WIDEST:
        raise WrongFile("the rows or cells of the workbook don't fit together", where=path, do="Export it again")
    places.extend([blank] * (int(index) - 1 - len(places)))  # type: ignore[list-item]


def _typed(text: str | None, kind: str | None) -> str | None:
    found = cell(text)
    if found is None:
        return None
    if kind == "Number" and re.fullmatch(r"-?\d+\.0*", found):
        return found.split(".")[0]
    if kind == "DateTime":
        return found.removesuffix(".000")
    return found


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"
