"""Read Qualtrics exports: three header rows, or the two of the legacy layout."""

from __future__ import annotations

import json

from store.errors import WrongFile
from surveys.readers.export import Export
from surveys.readers.table import RawTable, export_of, names_and_texts

LEGACY = tuple(f"V{number}" for number in range(1, 11))
"""How the legacy layout names its ten columns about the answer, in this order."""

IDENTIFYING = frozenset({"ipAddress", "recipientLastName", "recipientFirstName", "recipientEmail",
                         "locationLatitude", "locationLongitude"})
"""Import ids of the columns that tell who answered; headings may be renamed or translated, these are not."""

LEGACY_IDENTIFYING = frozenset({"V3", "V5", "V6"})
"""Name, e-mail and IP address of the legacy layout."""


def is_qualtrics(raw: RawTable) -> bool:
    """Say whether the third row holds import ids, or the header begins as the legacy layout's."""
    return _is_current(raw) or _is_legacy(raw)


def _is_current(raw: RawTable) -> bool:
    return len(raw.cells) > 2 and any(text and _import_id(text) for text in raw.cells[2])


def _is_legacy(raw: RawTable) -> bool:
    return raw.header[:len(LEGACY)] == LEGACY and len(raw.cells) > 1


def read_qualtrics(raw: RawTable) -> Export:
    """Read the table of a Qualtrics export; previews and unfinished answers stay, for the codebook to leave out.

    Question texts are the second row; import ids, where there are any, are ``question_ids``: they stay the same when
    somebody renames a question. Raises :class:`WrongFile` where a column has no import id though others have.
    """
    if raw.told.header_rows in (1, 2) or not _is_current(raw):
        cells, labels = names_and_texts(raw, raw.told.header_rows or 2)
        return export_of(raw, cells, tool="qualtrics legacy", labels=labels, identifying=LEGACY_IDENTIFYING)
    header, (cells, labels) = raw.header, names_and_texts(raw, 3)
    ids: dict[str, str] = {}
    for name, text in zip(header, raw.cells[2], strict=False):
        found = _import_id(text or "")
        if name and not found:
            raise WrongFile(f"the column '{name}' has no import id in the third row", where=raw.path,
                            do="Export it again rather than editing it by hand")
        if name and found:
            ids[name] = found
    return export_of(
        raw, cells, tool="qualtrics", labels=labels, question_ids=ids,
        identifying=frozenset(name for name, each in ids.items() if each in IDENTIFYING),
    )


def _import_id(text: str) -> str | None:
    if "ImportId" not in text:
        return None
    try:
        found = json.loads(text)
    except ValueError:
        return None
    value = found.get("ImportId") if isinstance(found, dict) else None
    return value if isinstance(value, str) else None
