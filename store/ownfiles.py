"""Read the small tables that people write for us: CSV with a header, ``#`` lines as comments."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from store.errors import Exit, WrongFile

Row = tuple[int, Mapping[str, str]]
"""Number (1 = first data row) and cells by column, stripped."""


@dataclass(frozen=True)
class OwnTable:
    """A table as read, with the bytes it came from."""

    content: bytes
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class OwnFileSummary:
    """What an import of such a table came to."""

    name: str
    rows: int
    added: int
    refused: int
    known: bool = False
    counted: str = "rows"
    """what ``rows`` counts, as the line says it"""

    def line(self) -> str:
        """One line for the terminal."""
        if self.known:
            return f"{self.name}: already imported, nothing changed"
        return f"{self.name}: {self.rows} {self.counted}, {self.added} new or changed, {self.refused} refused"

    @property
    def exit_code(self) -> Exit:
        """1 when a row was refused."""
        return Exit.WITH_REFUSALS if self.refused else Exit.DONE


def read_bytes(path: Path) -> bytes:
    """Read a file. Raises :class:`WrongFile` when there is none or it can't be read."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise WrongFile("there is no such file", where=path, do="Mend the name") from None
    except OSError as error:
        raise WrongFile(f"the file can't be read ({error.strerror})", where=path,
                        do="Check that it is a file and may be read") from error


def read_table(path: Path, columns: Mapping[str, Sequence[str]]) -> OwnTable:
    """Read a UTF-8 CSV, comma or semicolon, whose header holds every one of ``columns``.

    ``columns`` gives for each name what else its header may be called. Columns that nobody asked for are left out.
    Raises :class:`WrongFile`.
    """
    content = read_bytes(path)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise WrongFile("the file is not UTF-8", where=path, do="Save it as CSV UTF-8") from None
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    if not lines:
        raise WrongFile("the file is empty", where=path, do=f"Begin with a line: {','.join(columns)}")
    found = list(csv.reader(lines, delimiter=";" if lines[0].count(";") > lines[0].count(",") else ","))
    return OwnTable(content, named_rows(found[0], found[1:], columns, path))


def named_rows(
    header: Sequence[object], rows: Sequence[Sequence[object]], columns: Mapping[str, Sequence[str]], path: Path,
) -> tuple[Row, ...]:
    """Name the cells of rows after ``columns``. Raises :class:`WrongFile` when the header lacks one."""
    said = {str(cell or "").strip().casefold(): at for at, cell in enumerate(header)}
    places: dict[str, int] = {}
    for name, others in columns.items():
        place = next((said[each.casefold()] for each in (name, *others) if each.casefold() in said), None)
        if place is None:
            raise WrongFile(f"there is no column '{name}'", where=path, do=f"Use the columns: {', '.join(columns)}")
        places[name] = place
    return tuple(
        (number, {name: _cell(row, place) for name, place in places.items()})
        for number, row in enumerate(rows, 1) if any(_cell(row, place) for place in range(len(row)))
    )


def _cell(row: Sequence[object], place: int) -> str:
    return str(row[place]).strip() if place < len(row) and row[place] is not None else ""
