"""Read the population a wave is weighted to: margins.csv and counts.csv, checked line by line (method.md A1)."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from store.demonstration import kind_of
from store.errors import WrongCodebook, WrongFile
from surveys.readers.export import best_delimiter, decode

MARGINS_HEADER = ("area", "variable", "level", "count")
COUNTS_HEADER = ("area", "population", "invited", "answered")


@dataclass(frozen=True)
class Margins:
    """Known population counts: area → variable → level → residents, in the order of the file."""

    path: Path
    content: bytes
    counts: Mapping[str, Mapping[str, Mapping[str, int]]]

    @property
    def variables(self) -> tuple[str, ...]:
        """Every variable of any area, in the order of the file."""
        return tuple(dict.fromkeys(variable for area in self.counts.values() for variable in area))

    def levels(self, variable: str) -> tuple[str, ...]:
        """Every level of a variable in any area, in the order of the file."""
        return tuple(dict.fromkeys(level for area in self.counts.values() for level in area.get(variable, {})))


@dataclass(frozen=True)
class Counts:
    """An area's line of counts.csv; ``None`` where nothing is given."""

    population: int | None
    invited: int | None
    answered: int | None


@dataclass(frozen=True)
class AllCounts:
    """Fieldwork counts by area."""

    path: Path
    content: bytes
    areas: Mapping[str, Counts]


def load_margins(path: Path, areas: Collection[str]) -> Margins:
    """Read margins.csv (``area,variable,level,count``; lines starting with ``#`` are skipped).

    Raises :class:`WrongCodebook` with file and line for an unknown area, a level given twice, a missing or negative
    count, an area that lacks a variable or level others have, and totals that disagree within an area.
    """
    content = _content(path)
    counts: dict[str, dict[str, dict[str, int]]] = {}
    lines: dict[tuple[str, str], int] = {}
    for line, row in _rows(content, path, MARGINS_HEADER):
        area, variable, level = row["area"], row["variable"], row["level"]
        where = f"{path}:{line}"
        _check_area(area, areas, where)
        if not variable or not level:
            raise WrongCodebook("variable or level is empty", where=where, do="Fill it in")
        count = _count(row["count"], "count", where)
        if count is None:
            raise WrongCodebook(f"the count of {area}, {variable}, {level} is missing", where=where,
                                do="Give the number of residents, 0 where there is none")
        known = counts.setdefault(area, {}).setdefault(variable, {})
        if level in known:
            raise WrongCodebook(f"{area}, {variable}, {level} is given twice", where=where,
                                do="Delete one of the lines")
        known[level] = count
        lines[area, variable] = line
    if not counts:
        raise WrongCodebook("the file has no line of data", where=path, do="Add the margins, or leave out 'margins'")
    margins = Margins(path, content, counts)
    check_complete(margins, lines)
    return margins


def load_counts(path: Path, areas: Collection[str]) -> AllCounts:
    """Read counts.csv (``area,population,invited,answered``; invited and answered may be empty).

    Raises :class:`WrongCodebook` with file and line for an unknown or repeated area, a population that is missing or
    zero, and counts that can't be true together (answered > invited, invited > population).
    """
    content = _content(path)
    found: dict[str, Counts] = {}
    for line, row in _rows(content, path, COUNTS_HEADER):
        where = f"{path}:{line}"
        area = row["area"]
        _check_area(area, areas, where)
        if area in found:
            raise WrongCodebook(f"the area '{area}' is given twice", where=where, do="Delete one of the lines")
        population, invited, answered = (_count(row[name], name, where) for name in COUNTS_HEADER[1:])
        if not population:
            raise WrongCodebook(f"the population of '{area}' is missing or zero", where=where,
                                do="Give the number of residents in the target population")
        if invited is not None and invited > population:
            raise WrongCodebook(f"'{area}': {invited} invited of {population} residents", where=where,
                                do="Mend the counts")
        if answered is not None and answered > (invited or population):
            raise WrongCodebook(f"'{area}': {answered} answered of {invited or population}", where=where,
                                do="Mend the counts")
        found[area] = Counts(population, invited, answered)
    if not found:
        raise WrongCodebook("the file has no line of data", where=path, do="Add the areas, or leave out 'counts'")
    return AllCounts(path, content, found)


def check_population(margins: Margins | None, counts: AllCounts | None, respondents: Mapping[str, int]) -> None:
    """Check margins, counts and the respondents of each area against each other.

    Raises :class:`WrongCodebook` for an area with respondents but no line, totals that differ from the population,
    and a population below the number of respondents.
    """
    for area, n in respondents.items():
        if counts and area not in counts.areas:
            raise WrongCodebook(f"there is no line for '{area}', which has respondents", where=counts.path, do="Add it")
        if margins and area not in margins.counts:
            raise WrongCodebook(f"there are no margins for '{area}', which has respondents", where=margins.path,
                                do="Add them")
        population = counts.areas[area].population if counts else None
        where = counts.path if counts else None
        if margins:
            total = sum(next(iter(margins.counts[area].values())).values())
            if population is not None and total != population:
                raise WrongCodebook(f"the margins of '{area}' sum to {total} and its population is {population}",
                                    where=margins.path, do="Both must count the same residents")
            population, where = total, where or margins.path
        if population is not None and population < n:
            raise WrongCodebook(f"'{area}' has {n} respondents of {population} residents", where=where,
                                do="Mend the population, or the area codes")


def check_levels(margins: Margins | None, levels: Mapping[str, Mapping[str, Collection[str]]]) -> None:
    """Raise :class:`WrongCodebook` where respondents are in a level that has no residents.

    ``levels``: area → variable (a crossed one too) → levels with respondents.
    """
    for area, variables in levels.items():
        for variable, found in variables.items():
            for level in sorted(found):
                if margins and not margins.counts[area][variable].get(level):
                    raise WrongCodebook(f"'{area}' has respondents in {variable} '{level}' and no residents there",
                                        where=margins.path, do="Mend the count, or the codes of the variable")


def check_complete(margins: Margins, lines: Mapping[tuple[str, str], int]) -> None:
    """Raise :class:`WrongCodebook` where an area lacks a margin or level, or its margins count different residents.

    ``lines``: (area, variable) → the line to name, where there is one.
    """

    def place(area: str, variable: str) -> str:
        line = lines.get((area, variable))
        return f"{margins.path}:{line}" if line else str(margins.path)

    for area, variables in margins.counts.items():
        totals = {variable: sum(levels.values()) for variable, levels in variables.items()}
        for variable in margins.variables:
            if variable not in variables:
                raise WrongCodebook(f"'{area}' has no margin '{variable}'", where=margins.path, do="Add its levels")
            where = place(area, variable)
            for level in margins.levels(variable):
                if level not in variables[variable]:
                    raise WrongCodebook(f"'{area}' has no count for {variable} '{level}'", where=where,
                                        do="Add it, 0 where there is none")
        first = next(iter(totals))
        for variable, total in totals.items():
            if total != totals[first]:
                raise WrongCodebook(
                    f"'{area}': the margin {variable} sums to {total} and {first} to {totals[first]}",
                    where=place(area, variable), do="All margins must count the same residents",
                )
        if not totals[first]:
            raise WrongCodebook(f"the margins of '{area}' sum to zero", where=margins.path, do="Give its residents")


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise WrongCodebook(f"the file can't be read ({error.strerror})", where=path,
                            do="Put it beside the codebook, or leave its key empty") from error


def _rows(content: bytes, path: Path, header: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield (line number, row by column); comments and blank lines are skipped, columns may stand in any order."""
    try:
        text, _ = decode(content, path)
    except WrongFile as error:
        raise WrongCodebook(error.what, where=path, do="Save it as UTF-8") from error
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1)
             if line.strip() and not line.startswith("#")]
    if not lines:
        raise WrongCodebook("the file is empty", where=path, do=f"Its first line is {','.join(header)}")
    delimiter = best_delimiter(lines[0][1])
    names = [name.strip().lower() for name in next(csv.reader([lines[0][1]], delimiter=delimiter))]
    if sorted(names) != sorted(header):
        raise WrongCodebook(f"the columns are {', '.join(names)}", where=f"{path}:{lines[0][0]}",
                            do=f"They must be {', '.join(header)}")
    for number, line in lines[1:]:
        cells = [cell.strip() for cell in next(csv.reader(io.StringIO(line), delimiter=delimiter))]
        if len(cells) != len(names):
            raise WrongCodebook(f"{len(cells)} fields and {len(names)} columns", where=f"{path}:{number}",
                                do="Mend the line")
        yield number, dict(zip(names, cells, strict=True))


def _check_area(area: str, areas: Collection[str], where: str) -> None:
    if area not in areas:
        raise WrongCodebook(f"there is no area '{area}'", where=where, do="See data/areas.toml for the ids")


def _count(text: str, name: str, where: str) -> int | None:
    """Read a count; ``1.234`` is refused because it may mean 1234."""
    if not text:
        return None
    if not text.isascii() or not text.isdigit():
        raise WrongCodebook(f"{name} '{text}' is not a whole number", where=where, do="Write digits only: 1234")
    return int(text)


def marked_demo(content: bytes) -> bool:
    """Say whether a margins or counts file is one of the demonstration's."""
    return kind_of(content) == "demo"
