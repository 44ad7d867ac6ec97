"""Read what Microsoft Forms and Google Forms export: question texts as column names, answer texts as cells."""

from __future__ import annotations

from surveys.readers.export import Export
from surveys.readers.table import RawTable, export_of, names_and_texts

MICROSOFT = (("id",), ("start time", "starttidspunkt"), ("completion time", "fuldførelsestidspunkt"))
"""The first three columns, in English and Danish."""

MICROSOFT_IDENTIFYING = ("email", "mail", "e-mail", "name", "navn")

GOOGLE = ("timestamp", "tidsstempel")
"""The first column, in English and Danish."""


def is_microsoft_forms(raw: RawTable) -> bool:
    """Say whether a workbook begins with Microsoft Forms' columns."""
    names = [_one_line(name).lower() for name in raw.header[:len(MICROSOFT)]]
    return not raw.delimiter and len(names) == len(MICROSOFT) and all(
        name in known for name, known in zip(names, MICROSOFT, strict=True))


def is_google_forms(raw: RawTable) -> bool:
    """Say whether a comma-separated file begins with Google Forms' time stamp."""
    return raw.delimiter == "," and len(raw.header) > 1 and raw.header[0].lower() in GOOGLE


def read_microsoft_forms(raw: RawTable) -> Export:
    """Read the table of a Microsoft Forms workbook; non-breaking and double spaces of the questions become one."""
    about = raw.header[len(MICROSOFT):len(MICROSOFT) + 3]  # e-mail, name, time of last change
    identifying = frozenset(_one_line(name) for name in about if _one_line(name).lower() in MICROSOFT_IDENTIFYING)
    return export_of(raw, _named(raw), tool="microsoft-forms", identifying=identifying)


def read_google_forms(raw: RawTable) -> Export:
    """Read the table of a Google Forms CSV; non-breaking and double spaces of the questions become one."""
    return export_of(raw, _named(raw), tool="google-forms", decimal=".")


def _named(raw: RawTable) -> list[list[str | None]]:
    cells, _ = names_and_texts(raw, raw.told.header_rows or 1)
    return [[_one_line(name) or None for name in raw.header], *map(list, cells[1:])]


def _one_line(text: str) -> str:
    return " ".join(text.split())
