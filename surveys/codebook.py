"""Say what a wave's file means: read a codebook (TOML) and check everything in it."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from store.errors import WrongCodebook
from store.facts import Facts
from surveys.draft import draft_codebook
from surveys.readers.export import Export
from surveys.tables import Table

__all__ = ["AreaKey", "Codebook", "IndexEntry", "ItemEntry", "RespondentKey", "TextEntry", "WaveEntry", "Weighting",
           "check_columns", "draft_codebook", "load_codebook", "parse_codebook"]

MODES = ("web", "phone", "paper", "visit")
POLES = ("low", "high")


@dataclass(frozen=True)
class WaveEntry:
    """``[wave]``"""

    id: str
    instrument: str
    institute: str
    mode: tuple[str, ...]
    language: str
    first: date
    last: date
    margins: Path | None
    """absent: answers are not calibrated"""
    counts: Path | None
    """absent: no population, no response rate, no finite population correction"""


@dataclass(frozen=True)
class AreaKey:
    """``[area]``: where the area of a row stands; exactly one of ``column``, ``constant`` and ``file_name``."""

    column: str | None = None
    codes: Mapping[str, str] | None = None
    """code → area id; with ``file_name`` a word of the file name → area id"""
    constant: str | None = None
    file_name: bool = False


@dataclass(frozen=True)
class RespondentKey:
    """``[respondent]``"""

    id: str | None
    """column of the respondent's key; absent: the export has none, and the row number stands in"""
    panel_key: str | None
    """column of a key that is stable between waves; absent: waves are independent"""
    completed: tuple[tuple[str, str | None], ...]
    """(column, value) that a finished answer has, all of them; ``None`` = any value; none: every row counts"""


@dataclass(frozen=True)
class ItemEntry:
    """One of ``[[items]]``"""

    id: str
    concept: str
    column: str
    wording: str
    min: int
    max: int
    safe_pole: str
    safe: tuple[int, ...]
    unsafe: tuple[int, ...]
    dont_know: tuple[int, ...]
    refused: tuple[int, ...]
    labels: Mapping[str, int] = field(default_factory=dict)
    """answer as the export may write it instead of its code, folded as :func:`folded` does → code"""


@dataclass(frozen=True)
class IndexEntry:
    """One ``[index.ID]``"""

    id: str
    items: tuple[str, ...]


@dataclass(frozen=True)
class TextEntry:
    """One of ``[[texts]]``: a column of open answers"""

    id: str
    column: str


@dataclass(frozen=True)
class Weighting:
    """One of ``[[weighting]]``: how a variable of the margins file is found in the export.

    The order of ``codes`` is the order of the levels: a level with too few answers is merged into its neighbour.
    """

    variable: str
    column: str
    codes: Mapping[str, str]


@dataclass(frozen=True)
class Codebook:
    """What a wave's file means."""

    path: Path
    text: str
    wave: WaveEntry
    area: AreaKey
    respondent: RespondentKey
    items: tuple[ItemEntry, ...]
    indexes: tuple[IndexEntry, ...]
    texts: tuple[TextEntry, ...]
    weighting: tuple[Weighting, ...]

    @property
    def columns(self) -> dict[str, str]:
        """Column → the key of the codebook that names it."""
        named: dict[str, str] = {}
        if self.respondent.id:
            named[self.respondent.id] = "respondent.id"
        if self.area.column:
            named[self.area.column] = "area.column"
        if self.respondent.panel_key:
            named[self.respondent.panel_key] = "respondent.panel_key"
        named |= {column: "respondent.completed" for column, _ in self.respondent.completed}
        named |= {each.column: f"items '{each.id}'" for each in self.items}
        named |= {each.column: f"texts '{each.id}'" for each in self.texts}
        return named | {each.column: f"weighting '{each.variable}'" for each in self.weighting}


def load_codebook(path: Path, facts: Facts) -> Codebook:
    """Read and check a codebook; paths in it are relative to it.

    Raises :class:`WrongCodebook` with file, line and what to do.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise WrongCodebook("the codebook can't be read", where=path,
                            do="Name an existing TOML file, saved as UTF-8") from error
    return parse_codebook(text, path, {area.id for area in facts.areas})


def parse_codebook(text: str, path: Path, areas: Collection[str]) -> Codebook:
    """Check the text of a codebook against the known area ids; no file is read. Raises :class:`WrongCodebook`."""
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        raise WrongCodebook(f"not valid TOML: {error}", where=f"{path}:{line[1]}" if line else path,
                            do="Mend the line") from error
    top = Table(values, "", text, path)
    codebook = Codebook(
        path=path, text=text, wave=_wave(top.table("wave"), path), area=_area(top.table("area"), areas),
        respondent=_respondent(top.table("respondent")), items=tuple(_item(each) for each in top.tables("items")),
        indexes=tuple(_index(name, each) for name, each in top.named_tables("index").items()),
        texts=tuple(_text(each) for each in top.tables("texts")),
        weighting=tuple(_weighting(each) for each in top.tables("weighting")),
    )
    top.close()
    _check_together(codebook, top)
    return codebook


def check_columns(codebook: Codebook, export: Export) -> None:
    """Raise :class:`WrongCodebook` where the codebook names a column the export does not have."""
    for column, key in codebook.columns.items():
        if column not in export.positions:
            near = difflib.get_close_matches(column, export.columns, n=1, cutoff=0.5)
            raise WrongCodebook(
                f"{key} names the column '{column}', and {export.path.name} has none of that name",
                where=codebook.path, do=f"Did you mean '{near[0]}'?" if near else "See its header row for the names",
            )


def _wave(table: Table, path: Path) -> WaveEntry:
    wave = table.word("id")
    if not re.fullmatch(r"[\w.-]+", wave):
        table.wrong("id", f"'wave.id' is {wave!r}", "Use letters, digits, '-', '_' and '.' only")
    first, last = table.days("fieldwork")
    entry = WaveEntry(
        id=wave, instrument=table.word("instrument"), institute=table.word("institute"),
        mode=table.words("mode", MODES), language=table.word("language"), first=first, last=last,
        margins=path.parent / table.word("margins") if table.has("margins") else None,
        counts=path.parent / table.word("counts") if table.has("counts") else None,
    )
    table.close()
    return entry


def _area(table: Table, areas: Collection[str]) -> AreaKey:
    given = [key for key in ("column", "constant", "file_name") if table.has(key)]
    if len(given) != 1:
        table.wrong("", f"[area] names {' and '.join(given) or 'nothing'}",
                    "Give exactly one of: column with codes, constant, file_name = true")
    codes: dict[str, str] | None = None
    if given == ["column"] or table.has("codes"):
        codes = table.codes("codes")
    named = list((codes or {}).values())
    if given == ["constant"]:
        named = [table.word("constant")]
        if codes:
            table.wrong("codes", "[area] names constant and codes", "Leave one of them out")
    for area in named:
        if area not in areas:
            near = difflib.get_close_matches(area, areas, n=1, cutoff=0.4)
            table.wrong("constant" if given == ["constant"] else "codes", f"there is no area '{area}'",
                        f"Did you mean '{near[0]}'?" if near else "See data/areas.toml for the ids")
    if given == ["file_name"] and not table.flag("file_name"):
        table.wrong("file_name", "[area] names nothing", "Write file_name = true")
    key = AreaKey(
        column=table.word("column") if given == ["column"] else None, codes=codes,
        constant=named[0] if given == ["constant"] else None, file_name=given == ["file_name"],
    )
    table.close()
    return key


def _respondent(table: Table) -> RespondentKey:
    key = RespondentKey(
        id=_optional(table, "id"), panel_key=_optional(table, "panel_key"),
        completed=tuple(_condition(each) for each in table.one_or_more("completed")) if table.has("completed") else (),
    )
    table.close()
    return key


def _condition(table: Table) -> tuple[str, str | None]:
    if table.has("filled"):
        if not table.flag("filled"):
            table.wrong("completed", "'respondent.completed.filled' is false", "Write filled = true, or a value")
        condition: tuple[str, str | None] = (table.word("column"), None)
    else:
        value = table.take("value")
        if not isinstance(value, int | str) or value == "":
            table.wrong("completed", f"'respondent.completed.value' is {value!r}", "Write a code: 1")
        condition = (table.word("column"), str(value))
    table.close()
    return condition


def _optional(table: Table, key: str) -> str | None:
    """Return a column name, ``None`` where the key stands empty; it must stand there, so that nobody forgets it."""
    if key == "id":
        table.take(key)
    return table.word(key) if table.has(key) else None


def _item(table: Table) -> ItemEntry:
    item = ItemEntry(
        id=table.word("id"), concept=table.word("concept"), column=table.word("column"), wording=table.word("wording"),
        min=table.whole("min"), max=table.whole("max"), safe_pole=table.word("safe_pole", POLES),
        safe=table.wholes("safe"), unsafe=table.wholes("unsafe"), dont_know=table.wholes("dont_know"),
        refused=table.wholes("refused"),
    )
    item = replace(item, labels=_labels(item, table))
    table.close()
    _check_scale(item, table)
    return item


def folded(label: str) -> str:
    """Return a label as it is compared: capitals and spacing don't matter."""
    return " ".join(label.split()).casefold()


def _labels(item: ItemEntry, table: Table) -> dict[str, int]:
    if not table.has("labels"):
        return {}
    labels: dict[str, int] = {}
    codes = {*range(item.min, item.max + 1), *item.dont_know, *item.refused}
    for code, label in table.codes("labels").items():
        if not re.fullmatch(r"-?\d+", code) or int(code) not in codes:
            table.wrong("labels", f"item '{item.id}': 'labels' names {code}, which is no code of the item",
                        "Name codes of the scale, of dont_know and of refused only")
        if folded(label) in labels or (re.fullmatch(r"[+-]?\d+(?:[.,]\d+)?", label.strip()) and label.strip() != code):
            table.wrong("labels", f"item '{item.id}': the label '{label}' may mean two codes",
                        "Give each code a label of its own")
        labels[folded(label)] = int(code)
    return labels


def _check_scale(item: ItemEntry, table: Table) -> None:
    named = f"item '{item.id}'"
    if item.max <= item.min:
        table.wrong("max", f"{named}: the scale goes from {item.min} to {item.max}", "'min' must be below 'max'")
    scale = list(range(item.min, item.max + 1))
    for key, codes in (("safe", item.safe), ("unsafe", item.unsafe)):
        outside = [code for code in codes if code not in scale]
        if outside:
            table.wrong(key, f"{named}: '{key}' holds {outside[0]}, outside the scale {item.min}–{item.max}",
                        "Name codes of the scale only")
    both = set(item.safe) & set(item.unsafe)
    if both:
        table.wrong("unsafe", f"{named}: {min(both)} is safe and unsafe", "Name each code once")
    if bool(item.safe) != bool(item.unsafe):
        table.wrong("safe", f"{named}: only one of 'safe' and 'unsafe' is given", "Give both, or neither")
    from_safe = scale if item.safe_pole == "low" else scale[::-1]
    for key, codes, ends in (("safe", item.safe, from_safe), ("unsafe", item.unsafe, from_safe[::-1])):
        if set(codes) != set(ends[:len(codes)]):
            table.wrong(key, f"{named}: '{key}' {list(codes)} does not fit safe_pole = '{item.safe_pole}'",
                        f"It must be the codes from {ends[0]} on; or the pole is the other one")
    for key, codes in (("dont_know", item.dont_know), ("refused", item.refused)):
        inside = set(codes) & set(scale)
        if inside:
            table.wrong(key, f"{named}: '{key}' holds {min(inside)}, which is on the scale {item.min}–{item.max}",
                        "Shorten the scale or mend the code")
    if set(item.dont_know) & set(item.refused):
        table.wrong("refused", f"{named}: {min(set(item.dont_know) & set(item.refused))} is dont_know and refused",
                    "Name each code once")


def _index(name: str, table: Table) -> IndexEntry:
    entry = IndexEntry(name, table.words("items"))
    table.close()
    return entry


def _text(table: Table) -> TextEntry:
    entry = TextEntry(table.word("id"), table.word("column"))
    table.close()
    return entry


def _weighting(table: Table) -> Weighting:
    entry = Weighting(table.word("variable"), table.word("column"), table.codes("codes"))
    table.close()
    return entry


def _check_together(codebook: Codebook, top: Table) -> None:
    if not codebook.items and not codebook.texts:
        top.wrong("", "the codebook names no items", "Add an [[items]] table for each question")
    named = {
        "items": [each.id for each in codebook.items], "texts": [each.id for each in codebook.texts],
        "weighting": [each.variable for each in codebook.weighting],
    }
    for key, ids in named.items():
        twice = sorted({each for each in ids if ids.count(each) > 1})
        if twice:
            top.wrong("", f"two of [[{key}]] are called '{twice[0]}'", "Give each a name of its own")
    columns = [*filter(None, [codebook.respondent.id]), *(each.column for each in codebook.items),
               *(each.column for each in codebook.texts)]
    twice = sorted({each for each in columns if columns.count(each) > 1})
    if twice:
        top.wrong("", f"the column '{twice[0]}' is used twice", "One column is one question")
    for index in codebook.indexes:
        for item in index.items:
            if item not in named["items"]:
                top.wrong("", f"[index.{index.id}] names the item '{item}', which is not in the codebook",
                          f"Use items of: {', '.join(named['items'])}")
