"""Read LimeSurvey's CSV exports, with codes or with the texts of the answers."""

from __future__ import annotations

from surveys.readers.export import Export
from surveys.readers.table import RawTable, export_of, names_and_texts

SIGNS = (({"id", "submitdate"}, {"lastpage", "startlanguage", "seed"}),
         ({"Response ID", "Date submitted"}, {"Last page", "Start language", "Seed"}))
"""For headings as codes and as English texts: columns that are always there, and columns of which one is."""

IDENTIFYING = frozenset({"token", "ipaddr", "refurl", "firstname", "lastname", "email", "attribute_1",
                         "Access code", "IP address", "Referrer URL", "First name", "Last name", "Email address"})


def is_limesurvey(raw: RawTable) -> bool:
    """Say whether the columns about the answer are LimeSurvey's."""
    header = set(raw.header)
    return any(always <= header and header & one for always, one in SIGNS)


def read_limesurvey(raw: RawTable) -> Export:
    """Read the table of a LimeSurvey export.

    Columns keep their names: ``G01Q01``, ``Q2[SQ001]``, ``Q2[other]``. An unfinished answer (empty ``submitdate``)
    stays, for the codebook to leave out. Raises :class:`~store.errors.WrongFile` where the rows don't fit the header.
    """
    cells, labels = names_and_texts(raw, raw.told.header_rows or 1)
    return export_of(raw, cells, tool="limesurvey", labels=labels, decimal=".", identifying=IDENTIFYING)
