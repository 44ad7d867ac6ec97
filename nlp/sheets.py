"""Hand texts out to coders, and take their codes in."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Collection, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import numpy as np
import openpyxl
import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from nlp.shown import lead_of
from nlp.tasks import Exported, doccano_labels, doccano_lines, exported, label_studio_config, label_studio_tasks
from nlp.validate import PER_YEAR, draw_sample
from store.database import Store
from store.demonstration import MARK, kind_of
from store.errors import WrongFile, WrongUse
from store.facts import Facts
from store.imports import Refusal, already_imported, digest_of, record_import, record_refusals
from store.ownfiles import OwnFileSummary, Row, named_rows, read_bytes, read_table
from store.published import Code, put_codes

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "sample": ("prøve",), "article": ("artikel",), "area": ("område",), "coder": ("koder",),
    "relevance": ("relevans",), "tone": (), "safety": ("tryghed",),
}
"""Columns a file of codes needs, and what the sheet calls them."""

CODES: Final[Mapping[str, Mapping[str, str]]] = {
    "relevance": {"handler om": "about", "foregår i": "takes place in", "nævner": "mentions", "liste": "list"},
    "tone": {"negativ": "negative", "neutral": "neutral", "positiv": "positive", "blandet": "mixed"},
    "safety": {"utryg": "unsafe", "ingen": "none", "tryg": "safe"},
}
"""Danish word on the sheet → code in the store; the code itself is understood too."""

GUIDE: Final = (
    "Læs kun overskrift og indledning. Kod uden at se på det, et program eller en anden koder har fundet.",
    "Skriv initialer eller nummer i kolonnen Koder på hver kodet linje. To kodere koder hver sin kopi af filen.",
    "Relevans: handler om / foregår i / nævner / liste - teksten set fra området i kolonnen Område.",
    "Tone: hvordan teksten omtaler OMRÅDET, ikke hvor trist eller glad teksten er.",
    "Tonens koder: negativ / neutral / positiv / blandet.",
    "En negativ begivenhed, der refereres nøgternt uden at farve området, kan være neutral.",
    "Tryghed: fremstår området utrygt eller trygt at være i? utryg / ingen / tryg.",
    "Lad cellen stå tom, hvis det ikke kan afgøres. Ret ikke i Prøve, Artikel og Område.",
)

_SHEET = "Kodning"
_HEADER = ("Prøve", "Artikel", "Område", "Dato", "Overskrift", "Indledning", "Koder", "Relevans", "Tone", "Tryghed")
_WIDTHS = (11, 14, 18, 11, 50, 70, 9, 13, 10, 10)
EXPIRED = "(teksten er slettet, fordi opbevaringstiden er udløbet; bedøm overskriften)"
"""Stands on a coding sheet where nothing but the headline is held any more."""



@dataclass(frozen=True)
class SheetSummary:
    """A coding sheet that was written."""

    path: Path
    sample: str
    texts: int

    def line(self) -> str:
        """One line for the terminal."""
        return f"{self.path}: sample {self.sample}, {self.texts} texts to code"


def write_sheet(
    store: Store, path: Path, facts: Facts, *, backend: str = "linear", areas: Collection[str] = (),
    years: Collection[int] = (), per_year: int = PER_YEAR, seed: int = 2018, sample: str | None = None,
    now: datetime | None = None,
) -> SheetSummary:
    """Draw a sample (or take ``sample`` again) and write it, in random order and without any prediction.

    The ending of ``path`` says for what: a spreadsheet (.xlsx), tasks of Label Studio (.json, with its labelling
    interface as .xml beside it), or lines of doccano (.jsonl, with its labels beside it). ``areas`` empty: the fifteen;
    ``years`` empty: all. Raises :class:`WrongUse` for another ending, an unknown area or sample.
    """
    if path.suffix.casefold() not in FORMS:
        raise WrongUse(f"a sheet can't be a '{path.suffix}'", where=path, do=f"End its name in {' or '.join(FORMS)}")
    known = {area.id: area.name for area in facts.areas}
    for area in areas:
        if area not in known:
            raise WrongUse(f"there is no area '{area}'", do=f"Use one of: {', '.join(sorted(known))}")
    if sample is None:
        wanted = areas or [area.id for area in facts.areas if area.kind == "evaluated"]
        sample = draw_sample(store, backend=backend, areas=wanted, years=years, per_year=per_year, seed=seed, now=now)
    rows = [
        (sample, row[0], row[1], row[2], row[3], lead_of(row[4], row[5]) or (EXPIRED if row[6] else ""))
        for row in store.rows(
            "SELECT i.article_id, i.area_id, a.day, v.title, v.summary, v.text, EXISTS (SELECT 1 FROM features f"
            " WHERE f.article_id = a.id AND f.version = a.version) FROM sample_items i"
            " JOIN articles a ON a.id = i.article_id JOIN versions v ON v.article_id = a.id AND v.number = a.version"
            " WHERE i.sample_id = ? ORDER BY i.article_id, i.area_id", [sample])
    ]
    if not rows:
        raise WrongUse(f"there is no sample '{sample}'", where=store.path, do="Leave --sample out to draw a new one")
    order = np.random.default_rng(seed).permutation(len(rows))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        FORMS[path.suffix.casefold()](path, [rows[at] for at in order], demo=store.kind == "demo")
    except (OSError, FileCreateError) as error:
        raise WrongFile("the sheet can't be written", where=path,
                        do="Close it in the spreadsheet program, or name another file") from error
    return SheetSummary(path, sample, len(rows))


def _write_label_studio(path: Path, rows: Sequence[Sequence[str]], *, demo: bool) -> None:
    path.write_text(label_studio_tasks(rows, demo=demo), encoding="utf-8")
    path.with_suffix(".xml").write_text(label_studio_config(CODES, GUIDE[:1] + GUIDE[3:7]), encoding="utf-8")


def _write_doccano(path: Path, rows: Sequence[Sequence[str]], *, demo: bool) -> None:
    path.write_text(doccano_lines(rows, demo=demo), encoding="utf-8")
    path.with_name(f"{path.stem}-labels.json").write_text(doccano_labels(CODES), encoding="utf-8")


def _write_workbook(path: Path, rows: Sequence[Sequence[str]], *, demo: bool) -> None:
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": f"Kodeark {MARK}" if demo else "Kodeark",
                             "created": datetime(2018, 1, 1)})  # noqa: DTZ001 - no clock time in the file
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        sheet = book.add_worksheet(_SHEET)
        sheet.freeze_panes(1, 0)
        for place, (name, width) in enumerate(zip(_HEADER, _WIDTHS, strict=True)):
            sheet.set_column(place, place, width, wrap)
            sheet.write_string(0, place, name, bold)
        for number, row in enumerate(rows, 1):
            for place, cell in enumerate(row):
                sheet.write_string(number, place, cell, wrap)
        for name in ("relevance", "tone", "safety"):
            place = _HEADER.index(next(each.capitalize() for each in (*COLUMNS[name], name)))
            sheet.data_validation(1, place, max(len(rows), 1), place,
                                  {"validate": "list", "source": list(CODES[name])})
        guide = book.add_worksheet("Vejledning")
        guide.set_column(0, 0, 110, wrap)
        for number, line in enumerate((MARK, *GUIDE) if demo else GUIDE):
            guide.write_string(number, 0, line)


FORMS: Final = {".xlsx": _write_workbook, ".json": _write_label_studio, ".jsonl": _write_doccano}
"""What a sheet may be, by its ending."""


def import_codes(store: Store, path: Path, facts: Facts) -> OwnFileSummary:
    """Take codes in: the sheet (xlsx), an export of Label Studio or doccano, or a CSV with :data:`COLUMNS`.

    A row without any code is not coded yet and passed over. Refused, with row and column: a text that was not drawn, a
    missing coder, a word that is no code. Raises :class:`WrongFile` when the file is none of these.
    """
    content = read_bytes(path)
    read = _read(path, content)
    store.accept("demo" if read.demo else kind_of(content), where=path)
    digest = digest_of(content)
    if already_imported(store, "codes", digest) is not None:
        return OwnFileSummary(path.name, len(read.rows), 0, 0, known=True)
    drawn = {tuple(row) for row in store.rows("SELECT sample_id, article_id, area_id FROM sample_items")}
    codes: list[Code] = []
    refusals: list[Refusal] = []
    for number, cells in read.rows:
        if not any(cells[name] for name in CODES):
            continue
        found = _code(number, cells, drawn, path.name)
        (codes if isinstance(found, Code) else refusals).append(found)  # type: ignore[arg-type]
    with store.transaction():
        number = record_import(store, "codes", path.name, digest, read.form,
                               rows=len(codes) + len(refusals))
        added = put_codes(store, number, codes)
        record_refusals(store, refusals, number)
        store.execute("UPDATE imports SET added = ? WHERE id = ?", [added, number])
    return OwnFileSummary(path.name, len(codes) + len(refusals), added, len(refusals), counted="coded rows")


def _read(path: Path, content: bytes) -> Exported:
    export = exported(path, content)
    if export is not None:
        return export
    if zipfile.is_zipfile(io.BytesIO(content)):
        return Exported("xlsx", *_workbook_rows(path, content))
    return Exported("csv", read_table(path, COLUMNS).rows, demo=False)


def _workbook_rows(path: Path, content: bytes) -> tuple[tuple[Row, ...], bool]:
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except Exception as error:  # openpyxl raises anything on a broken file
        raise WrongFile("the workbook can't be read", where=path, do="Save it as .xlsx again") from error
    with closing(book):
        sheets = {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book.worksheets}
    demo = any(MARK in str(cell) for rows in sheets.values() for row in rows for cell in row if cell is not None)
    rows = sheets.get(_SHEET) or next(iter(sheets.values()), [])
    if not rows:
        raise WrongFile("the workbook is empty", where=path, do="Write a sheet with: reputation code-sheet")
    return named_rows(rows[0], rows[1:], COLUMNS, path), demo


def _code(number: int, cells: Mapping[str, str], drawn: set[tuple[str, ...]], name: str) -> Code | Refusal:
    key = (cells["sample"], cells["article"], cells["area"])
    if key not in drawn:
        return Refusal(name, number, "article", "this text was not drawn for this sample and area")
    if not cells["coder"]:
        return Refusal(name, number, "coder", "the coder is missing")
    said: dict[str, str | None] = {}
    for column, words in CODES.items():
        word = cells[column].casefold()
        if word and word not in words and word not in words.values():
            return Refusal(name, number, column, f"not a code: use {', '.join(words)}")
        said[column] = words.get(word, word) or None
    return Code(*key, cells["coder"], said["relevance"], said["tone"], said["safety"])

