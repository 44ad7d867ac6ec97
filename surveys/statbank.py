"""Read margins from the CSV files of Statistics Denmark's StatBank, long or laid out as a table.

Long, as its API gives them: ``OMRÅDE;KØN;TID;INDHOLD``, one count a line. As a table, as its pages give them: a title,
one or more rows of headings, and one or more stubs whose words stand once and are blank below. The codebook says
which column is what.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from store.errors import WrongCodebook, WrongFile
from surveys.margins import Margins, check_complete
from surveys.readers.export import best_delimiter, decode, split_table
from surveys.tables import Table

VALUE = ("indhold", "contents", "antal", "value")
"""How the column of counts may be called in a long file."""

TOTALS = re.compile(r"(?:.*\s)?(?:i\s+alt|ialt|tot|total)|hele landet", re.IGNORECASE)
"""Words for everybody: never a level, and left out where the codebook doesn't name them."""

_AGE = re.compile(r"(\d{1,3})(?:\s*[-–]\s*(\d{1,3}))?\s*(?:år|years?)?(\s*(?:og derover|og over|\+|and over))?",
                  re.IGNORECASE)
_RANGE = re.compile(r"(\d{1,3})(?:-(\d{1,3})|(\+))")
_THOUSANDS = re.compile(r"\d{1,3}(?:[. \u00a0]\d{3})+|\d+")
OLDEST = 200
"""No age is above."""


@dataclass(frozen=True)
class StatBankEntry:
    """One of ``[[statbank]]``: where the counts of one variable stand."""

    file: Path
    variable: str
    """``sex``, or ``sex*age`` for a cross"""
    columns: tuple[str, ...]
    """StatBank's column of each part of the variable"""
    codes: tuple[Mapping[str, str], ...]
    """of each part: StatBank's word, or an age range such as ``15-29`` and ``65+``, → level of the survey"""
    area_column: str
    area_codes: Mapping[str, str]
    """StatBank's word → area id"""
    area: str
    """the area, where the file has no column of areas"""
    keep: Mapping[str, str]
    """column that is neither area nor variable → the one word of it that counts"""
    stubs: tuple[str, ...] = field(default=())
    """names of the stubs, from the left; empty: a long file, which names its columns itself"""
    heads: tuple[str, ...] = field(default=())
    """names of the rows of headings, from above"""


def read_statbank_entry(table: Table, folder: Path) -> StatBankEntry:
    """Read one of ``[[statbank]]`` of a codebook. Raises :class:`WrongCodebook`."""
    variable, columns = table.word("variable"), table.words("columns")
    codes = tuple(each.all_codes() for each in table.one_or_more("codes"))
    if not len(variable.split("*")) == len(columns) == len(codes):
        table.wrong("columns", f"[[statbank]] of '{variable}' has {len(columns)} columns and {len(codes)} tables of "
                               "codes", "Give one of each for every part: a cross is sex*age")
    one = table.has("constant")
    if one == table.has("area_column"):
        table.wrong("area_column", f"[[statbank]] of '{variable}' needs 'area_column' with 'area_codes', or 'constant'",
                    "Give one of the two")
    entry = StatBankEntry(
        file=folder / table.word("file"), variable=variable, columns=columns, codes=codes,
        area_column="" if one else table.word("area_column"), area_codes={} if one else table.codes("area_codes"),
        area=table.word("constant") if one else "", keep=table.codes("keep") if table.has("keep") else {},
        stubs=table.words("stubs") if table.has("stubs") else (),
        heads=table.words("heads") if table.has("heads") else (),
    )
    if bool(entry.stubs) != bool(entry.heads):
        table.wrong("stubs", f"[[statbank]] of '{variable}' names only one of 'stubs' and 'heads'",
                    "Name both for a file laid out as a table, neither for a long one")
    table.close()
    return entry


def load_statbank(entries: Sequence[StatBankEntry], path: Path, areas: Collection[str]) -> Margins:
    """Read all entries of the codebook at ``path`` into margins, checked as those of a margins file.

    Raises :class:`WrongCodebook` with file and line: for a column or area that is not there, a word that is no level
    and no total, an age group that lies across two levels, a column with several words of which none is chosen, a
    count that is missing, hidden or no whole number, and margins that disagree.
    """
    counts: dict[str, dict[str, dict[str, int]]] = {}
    content = b""
    for entry in entries:
        raw = _content(entry.file)
        content += raw
        named = {*entry.area_codes.values(), *filter(None, [entry.area])}
        for area in sorted(named - set(areas)):
            raise WrongCodebook(f"there is no area '{area}'", where=path, do="See data/areas.toml for the ids")
        for area, level, count in _counted(entry, _records(entry, raw)):
            levels = counts.setdefault(area, {}).setdefault(entry.variable, {})
            levels[level] = levels.get(level, 0) + count
        if not any(entry.variable in found for found in counts.values()):
            raise WrongCodebook(f"no line of {entry.file.name} is of an area and a level that are named",
                                where=entry.file, do="Write StatBank's own words in 'codes' and 'area_codes'")
    margins = Margins(path, content, counts)
    check_complete(margins, {})
    return margins


@dataclass(frozen=True)
class _Record:
    line: int
    words: Mapping[str, str]
    """column → word"""
    count: str


def _records(entry: StatBankEntry, raw: bytes) -> list[_Record]:
    text, _ = _decoded(raw, entry.file)
    lines = text.splitlines()
    widest = max(lines, key=lambda line: line.count(";") + line.count("\t"), default="")
    rows = [[each or "" for each in row] for row in split_table(text, best_delimiter(widest), entry.file)]
    records = list(_table(entry, rows) if entry.stubs else _long(entry, rows))
    if not records:
        raise WrongCodebook("the file has no line of counts", where=entry.file, do="Save it from StatBank again as CSV")
    known = set(records[0].words)
    for column in (*entry.columns, *filter(None, [entry.area_column]), *entry.keep):
        if column not in known:
            raise WrongCodebook(f"there is no column '{column}'; there are: {', '.join(sorted(known))}",
                                where=entry.file, do="Write StatBank's own headings in [[statbank]]")
    return records


def _long(entry: StatBankEntry, rows: Sequence[Sequence[str]]) -> Iterator[_Record]:
    start = next((at for at, row in enumerate(rows) if row and row[-1].casefold() in VALUE), None)
    if start is None:
        raise WrongCodebook("no line of headings ends in INDHOLD", where=entry.file,
                            do="If it is laid out as a table, name 'stubs' and 'heads' in [[statbank]]")
    names = rows[start][:-1]
    for line, row in enumerate(rows[start + 1:], start + 2):
        if len(row) == len(names) + 1:
            yield _Record(line, dict(zip(names, row[:-1], strict=True)), row[-1])
        elif any(row):
            raise WrongCodebook(f"{len(row)} fields and {len(names) + 1} columns", where=f"{entry.file}:{line}",
                                do="Save it from StatBank again")


def _table(entry: StatBankEntry, rows: Sequence[Sequence[str]]) -> Iterator[_Record]:
    """Yield the counts of a table: blank stubs repeat the word above, blank headings the word to the left."""
    width = len(entry.stubs)
    first = next((at for at, row in enumerate(rows) if len(row) > width and row[0] and _is_count(row[width])
                  and at >= len(entry.heads)), None)
    if first is None:
        return
    heads = [_filled(row[width:]) for row in rows[first - len(entry.heads):first]]
    above = [""] * width
    for line, row in enumerate(rows[first:], first + 1):
        cells = row[width:]
        if not any(map(_is_count, cells)):
            continue  # a note below the table
        stubs = row[:width]
        changed = next((at for at, word in enumerate(stubs) if word), width)
        above = [*above[:changed], *(word or above[at] for at, word in enumerate(stubs) if at >= changed)]
        for column, count in enumerate(cells):
            words = [head[column] if column < len(head) else "" for head in heads]
            if any(words) and (count or all(words)):
                yield _Record(line, {**dict(zip(entry.stubs, above, strict=True)),
                                     **dict(zip(entry.heads, words, strict=True))}, count)


def _filled(row: Sequence[str]) -> list[str]:
    filled: list[str] = []
    for word in row:
        filled.append(word or (filled[-1] if filled else ""))
    return filled


def _counted(entry: StatBankEntry, records: Sequence[_Record]) -> Iterator[tuple[str, str, int]]:
    """Yield (area, level, residents) of every record that is of a named area and level."""
    _check_settled(entry, records)
    for record in records:
        if any(record.words[column] != word for column, word in entry.keep.items()):
            continue
        area = entry.area or entry.area_codes.get(record.words[entry.area_column])
        if area is None:
            continue
        levels = [_level(codes, record.words[column], entry, record)
                  for column, codes in zip(entry.columns, entry.codes, strict=True)]
        if None in levels:
            continue
        yield area, "*".join(each for each in levels if each), _count(record, entry)


def _check_settled(entry: StatBankEntry, records: Sequence[_Record]) -> None:
    """Raise where a column that is neither area nor variable holds several words and none is chosen."""
    used = {*entry.columns, entry.area_column, *entry.keep}
    for column in records[0].words:
        words = {record.words[column] for record in records}
        if column not in used and len(words) > 1:
            raise WrongCodebook(f"the column '{column}' has {len(words)} values, and none is chosen", where=entry.file,
                                do=f'Say which one counts: keep = {{"{column}" = "{min(words)}"}}')
        if column in entry.keep and entry.keep[column] not in words:
            raise WrongCodebook(f"the column '{column}' has no value '{entry.keep[column]}'", where=entry.file,
                                do="Write it exactly as StatBank does")


def _level(codes: Mapping[str, str], word: str, entry: StatBankEntry, record: _Record) -> str | None:
    """Return the level of a word, ``None`` where it is a total or an age outside all ranges."""
    if word in codes:
        return codes[word]
    ranges = [(found, level) for key, level in codes.items() if (found := _RANGE.fullmatch(key.strip()))]
    age = _AGE.fullmatch(word.strip())
    where = f"{entry.file}:{record.line}"
    if ranges and age and not TOTALS.fullmatch(word):
        low = int(age[1])
        high = OLDEST if age[3] else int(age[2] or age[1])
        for found, level in ranges:
            first, last = int(found[1]), int(found[2]) if found[2] else OLDEST
            if first <= low and high <= last:
                return level
            if low <= last and high >= first:
                raise WrongCodebook(f"the age group '{word}' lies across the level '{level}'", where=where,
                                    do="Choose levels that StatBank's age groups fit into, or single years of age")
        return None
    if TOTALS.fullmatch(word.strip()):
        return None
    raise WrongCodebook(f"'{word}' is no level that 'codes' names", where=where,
                        do='Name it, or the level it belongs to: {"Mænd" = "mand"}')


def _is_count(text: str) -> bool:
    return bool(_THOUSANDS.fullmatch(text)) or text in ("..", "-", "…")


def _count(record: _Record, entry: StatBankEntry) -> int:
    where = f"{entry.file}:{record.line}"
    if record.count == "-":  # StatBank's sign for none
        return 0
    if not _THOUSANDS.fullmatch(record.count):
        raise WrongCodebook(f"the count '{record.count}' is missing, hidden or no whole number", where=where,
                            do="Choose groups large enough for StatBank to publish")
    return int(re.sub(r"\D", "", record.count))


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise WrongCodebook(f"the file can't be read ({error.strerror})", where=path,
                            do="Put it beside the codebook, or leave [[statbank]] out") from error


def _decoded(raw: bytes, path: Path) -> tuple[str, str]:
    try:
        return decode(raw, path)
    except WrongFile as error:
        raise WrongCodebook(error.what, where=path, do="Save it as UTF-8") from error
