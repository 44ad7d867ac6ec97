"""Say what a wave's file means: read a codebook (TOML) and check everything in it."""

from __future__ import annotations

import codecs
import difflib
import re
import tomllib
from collections.abc import Collection
from pathlib import Path

from store.errors import WrongCodebook
from store.facts import Facts
from surveys.bridge_entries import read_bridge
from surveys.entries import (
    MODES,
    AreaKey,
    ChoiceEntry,
    Codebook,
    IndexEntry,
    ItemEntry,
    RespondentKey,
    TextEntry,
    WaveEntry,
    Weighting,
)
from surveys.questions import read_choice, read_index, read_item, read_text
from surveys.readers.export import Export
from surveys.readers.nonanswers import nonanswer
from surveys.readers.told import ANSWERS, DATES, FORMATS, NOTHING, SIGNS, Told
from surveys.statbank import read_statbank_entry
from surveys.tables import Table

__all__ = ["AreaKey", "ChoiceEntry", "Codebook", "IndexEntry", "ItemEntry", "RespondentKey", "TextEntry", "WaveEntry",
           "Weighting", "check_columns", "load_codebook", "load_told", "parse_codebook"]

DECIMALS = {"comma": ",", "point": "."}
MOST_HEADER_ROWS = 5


def load_codebook(path: Path, facts: Facts) -> Codebook:
    """Read and check a codebook; paths in it are relative to it.

    Raises :class:`WrongCodebook` with file, line and what to do.
    """
    return parse_codebook(_text_of(path), path, {area.id for area in facts.areas})


def load_told(path: Path) -> Told:
    """Read ``[file]`` of a codebook that need not be finished otherwise. Raises :class:`WrongCodebook`."""
    top = _top(_text_of(path), path)
    return _told(top.table("file")) if top.has("file") else NOTHING


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise WrongCodebook("the codebook can't be read", where=path,
                            do="Name an existing TOML file, saved as UTF-8") from error


def _top(text: str, path: Path) -> Table:
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        raise WrongCodebook(f"not valid TOML: {error}", where=f"{path}:{line[1]}" if line else path,
                            do="Mend the line") from error
    return Table(values, "", text, path)


def parse_codebook(text: str, path: Path, areas: Collection[str]) -> Codebook:
    """Check the text of a codebook against the known area ids; no file is read. Raises :class:`WrongCodebook`."""
    top = _top(text, path)
    codebook = Codebook(
        path=path, text=text, wave=_wave(top.table("wave"), path), area=_area(top.table("area"), areas),
        respondent=_respondent(top.table("respondent")), items=tuple(read_item(each) for each in top.tables("items")),
        indexes=tuple(read_index(name, each) for name, each in top.named_tables("index").items()),
        texts=tuple(read_text(each) for each in top.tables("texts")),
        weighting=tuple(_weighting(each) for each in top.tables("weighting")),
        told=_told(top.table("file")) if top.has("file") else NOTHING,
        choices=tuple(read_choice(each) for each in top.tables("choices")),
        bridges=tuple(read_bridge(each) for each in top.tables("bridges")),
        statbank=tuple(read_statbank_entry(each, path.parent) for each in top.tables("statbank")),
    )
    top.close()
    _check_together(codebook, top)
    return codebook


def check_columns(codebook: Codebook, export: Export) -> None:
    """Raise :class:`WrongCodebook` where the codebook does not fit the export.

    That is: it names a column the export does not have, or has a code on a scale that the export's own labels call
    *ved ikke*, a refusal or *ikke relevant*.
    """
    for column, key in codebook.columns.items():
        if column not in export.positions:
            near = difflib.get_close_matches(column, export.columns, n=1, cutoff=0.5)
            raise WrongCodebook(
                f"{key} names the column '{column}', and {export.path.name} has none of that name",
                where=codebook.path, do=f"Did you mean '{near[0]}'?" if near else "See its header row for the names",
            )
    for item in codebook.items:
        for text, label in export.value_labels.get(item.column, {}).items():
            code, state = export.code(text), nonanswer(label)
            if state and code is not None and item.min <= code <= item.max:
                raise WrongCodebook(
                    f"item '{item.id}': the export calls {code} '{label}', and the codebook has it on the scale "
                    f"{item.min}–{item.max}", where=codebook.path,
                    do=f"Shorten the scale, and name it: {state} = [{code}]",
                )


def _told(table: Table) -> Told:
    def one_of(key: str, allowed: Collection[str]) -> str:
        return table.word(key, allowed) if table.has(key) else ""

    encoding = table.word("encoding") if table.has("encoding") else ""
    if encoding:
        try:
            codecs.lookup(encoding)
        except LookupError:
            table.wrong("encoding", f"there is no encoding '{encoding}'", "Use utf-8, utf-16 or cp1252")
    rows = table.whole("header_rows") if table.has("header_rows") else 0
    if table.has("header_rows") and not 1 <= rows <= MOST_HEADER_ROWS:
        table.wrong("header_rows", f"'file.header_rows' is {rows}", f"It must be 1 to {MOST_HEADER_ROWS}")
    told = Told(
        format=one_of("format", FORMATS), encoding=encoding, delimiter=SIGNS.get(one_of("delimiter", SIGNS), ""),
        decimal=DECIMALS.get(one_of("decimal", DECIMALS), ""), header_rows=rows,
        sheet=table.word("sheet") if table.has("sheet") else "", dates=one_of("dates", DATES),
        answers=one_of("answers", ANSWERS),
    )
    table.close()
    return told


def _wave(table: Table, path: Path) -> WaveEntry:
    wave = table.word("id")
    if not re.fullmatch(r"[\w.-]+", wave) or not wave.strip("."):
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
        date=_optional(table, "date"),
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


def _weighting(table: Table) -> Weighting:
    entry = Weighting(table.word("variable"), table.word("column"), table.codes("codes"))
    table.close()
    return entry


def _check_together(codebook: Codebook, top: Table) -> None:
    if not codebook.items and not codebook.texts and not codebook.choices:
        top.wrong("", "the codebook names no items", "Add an [[items]] table for each question")
    named = {
        "items": [each.id for each in codebook.items], "texts": [each.id for each in codebook.texts],
        "choices": [each.id for each in codebook.choices],
        "weighting": [each.variable for each in codebook.weighting],
        "statbank": [each.variable for each in codebook.statbank],
    }
    if codebook.statbank and codebook.wave.margins:
        top.wrong("", "margins are given twice: wave.margins and [[statbank]]", "Leave one of them out")
    for key, ids in named.items():
        twice = sorted({each for each in ids if ids.count(each) > 1})
        if twice:
            top.wrong("", f"two of [[{key}]] are called '{twice[0]}'", "Give each a name of its own")
    columns = [*filter(None, [codebook.respondent.id]), *(each.column for each in codebook.items),
               *(each.column for each in codebook.texts),
               *(column for each in codebook.choices for column in (*each.columns, *filter(None, [each.column])))]
    twice = sorted({each for each in columns if columns.count(each) > 1})
    if twice:
        top.wrong("", f"the column '{twice[0]}' is used twice", "One column is one question")
    for index in codebook.indexes:
        for item in index.items:
            if item not in named["items"]:
                top.wrong("", f"[index.{index.id}] names the item '{item}', which is not in the codebook",
                          f"Use items of: {', '.join(named['items'])}")
