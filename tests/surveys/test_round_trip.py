"""Reading an export and writing what was read again, in the tool's own way, loses nothing: every format."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from surveys.readers.export import Export
from surveys.readers.recognise import read_export
from tests.surveys.samples import DIALECTS, LABELS, STRUCTURE, STRUCTURE_HEADER, Sample
from tests.surveys.tool_samples import (
    ENALYZER_HEADER,
    GOOGLE_HEADER,
    KOBO_HEADER,
    KOBO_REPEATS,
    LEGACY_HEADER,
    LEGACY_TEXTS,
    LIME_HEADER,
    MICROSOFT_HEADER,
    QUALTRICS_HEADER,
    QUALTRICS_IDS,
    QUALTRICS_TEXTS,
    delimited,
    spreadsheetml,
    write,
    write_book,
    write_enalyzer,
    write_kobo,
    write_qualtrics,
)

Rows = Sequence[Sequence[str]]
Write = Callable[[Path, Rows], Path]


def as_texts(rows: Rows) -> list[list[str | None]]:
    return [[text or None for text in row] for row in rows]


def kobo_book(path: Path, rows: Rows) -> Path:
    import openpyxl

    book = openpyxl.Workbook()
    for row in as_texts([KOBO_HEADER, *rows]):
        book.active.append(row)
    for name, repeats in KOBO_REPEATS.items():
        sheet = book.create_sheet(name)
        for each in repeats[:1]:
            sheet.append(each)
    book.save(path)
    return path


def surveyxact_xml(path: Path, rows: Rows) -> Path:
    return write(path, spreadsheetml({"Structure": [STRUCTURE_HEADER, *STRUCTURE], "Labels": LABELS,
                                      "Dataset": [Sample().columns, *rows]}))


TOOLS: dict[str, tuple[Sequence[str], str, Write]] = {
    **{f"surveyxact {name}": (Sample().columns, "svar", lambda path, rows, made=made: made(  # type: ignore[misc]
        path, replace(Sample(), rows=[list(row) for row in rows]))) for name, made in DIALECTS.items()},
    "surveyxact xml 2003": (Sample().columns, "svar.xml", surveyxact_xml),
    "qualtrics comma": (QUALTRICS_HEADER, "svar.csv", write_qualtrics),
    "qualtrics legacy comma": (LEGACY_HEADER, "svar.csv", lambda path, rows: write(
        path, delimited([LEGACY_HEADER, LEGACY_TEXTS, *rows]), "utf-8-sig")),
    "limesurvey semicolon": (LIME_HEADER, "svar.csv", lambda path, rows: write(
        path, delimited([LIME_HEADER, *rows], ";", quote_all=True), "utf-8-sig")),
    "limesurvey tab": (LIME_HEADER, "svar.tsv", lambda path, rows: write(
        path, delimited([LIME_HEADER, *rows], "\t", quote_all=True), "utf-8-sig")),
    "kobo semicolon": (KOBO_HEADER, "svar.csv", write_kobo),
    "kobo xlsx": (KOBO_HEADER, "svar.xlsx", kobo_book),
    "enalyzer semicolon": (ENALYZER_HEADER, "svar.csv", write_enalyzer),
    "enalyzer xlsx": (ENALYZER_HEADER, "svar.xlsx", lambda path, rows: write_book(
        path, as_texts([ENALYZER_HEADER, *rows]))),
    "microsoft-forms xlsx": (MICROSOFT_HEADER, "svar.xlsx", lambda path, rows: write_book(
        path, as_texts([MICROSOFT_HEADER, *rows]))),
    "google-forms comma": (GOOGLE_HEADER, "svar.csv", lambda path, rows: write(
        path, delimited([GOOGLE_HEADER, *rows]))),
    "plain xlsx": (["nr", "gruppe", "a", "b"], "svar.xlsx", lambda path, rows: write_book(
        path, as_texts([["nr", "gruppe", "a", "b"], *rows]))),
    "plain tab": (["nr", "gruppe", "a", "b"], "svar.tsv", lambda path, rows: write(
        path, delimited([["nr", "gruppe", "a", "b"], *rows], "\t"))),
}

CODES = ["", "1", "2", "7", "8", "99", "007", "Meget tryg", "Ved ikke", "A5", "Y", "æøå", 'a "b"', "x;y", "x,y",
         "første\nanden"]
FIXED = {"Afsluttet": "03-25-2024 10:00", "_index": "1"}
"""What a tool's own columns must hold for its sign to be there."""


def whole(export: Export) -> tuple[object, ...]:
    return (export.format.split(" utf-8")[0], export.columns, export.rows, export.variable_labels, export.value_labels,
            export.question_ids, export.identifying)


@pytest.mark.parametrize("tool", TOOLS)
def test_what_was_read_and_written_again_is_the_same(tmp_path: Path, tool: str) -> None:
    columns, name, write_it = TOOLS[tool]
    dice = Random(tool)
    rows = [[FIXED.get(column, dice.choice(CODES) if place else f"{number:03}") for place, column in enumerate(columns)]
            for number in range(1, 41)]
    (tmp_path / "igen").mkdir()
    first = read_export(write_it(tmp_path / name, rows))
    assert first.format.startswith(tool.split(" ")[0])
    kept = [[row[first.positions[column]] or "" for column in first.columns] for row in first.rows]
    assert [row[:len(columns)] for row in kept] == rows
    assert whole(read_export(write_it(tmp_path / "igen" / name, kept))) == whole(first)


def test_every_column_of_the_qualtrics_sample_has_its_text_and_id() -> None:
    assert len(QUALTRICS_HEADER) == len(QUALTRICS_TEXTS) == len(QUALTRICS_IDS)
