"""Read SurveyXact exports: a folder, any one of its three CSV files, or the workbook."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from store.database import Kind
from store.demonstration import kind_of
from store.errors import WrongFile
from store.imports import digest_of
from surveys.readers.dates import settled_order
from surveys.readers.export import Export, best_delimiter, decode, read_bytes, rectangle, split_table
from surveys.readers.table import WORKBOOKS
from surveys.readers.told import NOTHING, Told
from surveys.readers.workbook import read_sheets

PARTS = ("dataset", "structure", "labels")
"""The three files, and the three sheets, of an export."""

STRUCTURE_HEADER = ("questionname", "variablename", "questiontype", "subtype", "questiontext", "choicevalue",
                    "choicetext")

_PART = re.compile(r"dataset|structure|labels", re.IGNORECASE)
_DATASET_SHEET = re.compile(r"dataset\s*(?:\((\d+)\))?", re.IGNORECASE)
_HELP = "Export from SurveyXact as CSV (dataset, structure, labels) or xlsx, and name the folder or one of the files"

Table = Sequence[Sequence[str | None]]


def read_surveyxact(path: Path, told: Told = NOTHING) -> Export:
    """Read a SurveyXact export; ``told`` goes before what the files tell of encoding, delimiter and decimal sign.

    ``path``: the folder, the workbook (xlsx, or Excel XML 2003), or
    any one of ``dataset.csv``, ``structure.csv``, ``labels.csv``; the two others
    are found beside it by the same name with that word exchanged. Raises :class:`WrongFile` for anything else.
    """
    if not path.exists():
        raise WrongFile("there is no such file or folder", where=path, do=_HELP)
    if path.is_dir():
        return _read_folder(path, told)
    if path.suffix.lower() in WORKBOOKS:
        return _read_workbook(path, told)
    if _PART.search(path.stem):
        return _read_csv(_siblings(path), path, told)
    raise WrongFile("not a SurveyXact export: the name says neither dataset, structure nor labels, nor is it an xlsx",
                    where=path, do=_HELP)


def _read_folder(folder: Path, told: Told) -> Export:
    files = sorted(each for each in folder.iterdir() if each.is_file() and not each.name.startswith((".", "~$")))
    datasets = [each for each in files if each.suffix.lower() in {".csv", ".txt"} and "dataset" in each.stem.lower()]
    books = [each for each in files if each.suffix.lower() in WORKBOOKS]
    if len(datasets) == 1:
        return _read_csv(_siblings(datasets[0]), folder, told)
    if not datasets and len(books) == 1:
        return _read_workbook(books[0], told)
    if datasets or books:
        raise WrongFile("there is more than one export in this folder", where=folder, do="Name the file you mean")
    raise WrongFile("there is no SurveyXact export in this folder", where=folder, do=_HELP)


def _siblings(path: Path) -> dict[str, Path]:
    found = {each.name.lower(): each for each in sorted(path.parent.iterdir()) if each.is_file()}
    last = list(_PART.finditer(path.stem))[-1]
    files: dict[str, Path] = {}
    for part in PARTS:
        name = f"{path.stem[:last.start()]}{part}{path.stem[last.end():]}{path.suffix}".lower()
        if name not in found:
            raise WrongFile(f"the file {name} is missing beside it", where=path,
                            do="SurveyXact exports dataset, structure and labels together: put all three in one folder")
        files[part] = found[name]
    return files


def _read_csv(files: Mapping[str, Path], path: Path, told: Told) -> Export:
    content = {part: read_bytes(files[part]) for part in PARTS}
    text, encodings = {}, {}
    for part in PARTS:
        text[part], encodings[part] = decode(content[part], files[part], told.encoding)
    delimiter = told.delimiter or best_delimiter(text["structure"])
    tables = {part: split_table(text[part], delimiter, files[part]) for part in PARTS}
    encoding = encodings["dataset"]
    name = {"\t": "tab", ";": "semicolon", ",": "comma"}[delimiter]
    return _export(
        path, tables, {part: files[part] for part in PARTS},
        format=f"surveyxact {name} {encoding.removesuffix('-sig')}", encoding=encoding, delimiter=delimiter,
        told=told, digest=digest_of(*content.values()), files=tuple(files[part] for part in PARTS),
        kind="demo" if any(kind_of(each) == "demo" for each in content.values()) else "real",
    )


def _read_workbook(path: Path, told: Told) -> Export:
    content = read_bytes(path)
    sheets = read_sheets(content, path)
    by_name = {name.lower().strip(): table for name, table in sheets.items()}
    numbered = sorted(
        (int(found[1] or 0), name) for name in sheets if (found := _DATASET_SHEET.fullmatch(name.strip()))
    )
    if "structure" not in by_name and "variables" in by_name:
        by_name["structure"] = _structure_of(by_name["variables"])  # as the XML of 2003 calls it
    missing = [part for part in ("structure", "labels") if part not in by_name]
    if missing or not numbered:
        raise WrongFile(f"not a SurveyXact workbook: there is no sheet {(missing or ['dataset'])[0].capitalize()}",
                        where=path, do=_HELP)
    tables = {
        "dataset": _bound([sheets[name] for _, name in numbered], path),
        "structure": by_name["structure"], "labels": by_name["labels"],
    }
    marked = any(
        kind_of(text.encode()) == "demo" for part in PARTS for row in tables[part] for text in row if text is not None
    )
    return _export(
        path, tables, {part: f"{path}[{part.capitalize()}]" for part in PARTS},
        format="surveyxact xlsx" if path.suffix.lower() in {".xlsx", ".xlsm"} else "surveyxact xml 2003", told=told,
        encoding="utf-8", delimiter="", digest=digest_of(content), files=(path,), kind="demo" if marked else "real",
    )


def _bound(sheets: Sequence[Table], path: Path) -> Table:
    """Bind data split over sheets by column; a column repeated in a later sheet must repeat its values."""
    if len(sheets) == 1:
        return sheets[0]
    columns: list[str] = []
    rows: list[list[str | None]] = []
    for number, sheet in enumerate(sheets, 1):
        names, part, _, _ = rectangle(sheet, f"{path}[Dataset({number})]")
        if number > 1 and len(part) != len(rows):
            raise WrongFile(f"Dataset({number}) has {len(part)} rows and Dataset(1) has {len(rows)}", where=path,
                            do="Export it again: the sheets don't belong together")
        rows = rows or [[] for _ in part]
        for place, name in enumerate(names):
            values = [row[place] for row in part]
            if name not in columns:
                columns.append(name)
                for row, value in zip(rows, values, strict=True):
                    row.append(value)
            elif values != [row[columns.index(name)] for row in rows]:
                raise WrongFile(f"the column '{name}' has other values in Dataset({number})", where=path,
                                do="Export it again: the sheets don't belong together")
    return [list(columns), *rows]


def _export(
    path: Path, tables: Mapping[str, Table], places: Mapping[str, object], *, format: str, encoding: str,
    delimiter: str, digest: str, files: tuple[Path, ...], kind: Kind, told: Told,
) -> Export:
    variable_labels = _variable_labels(tables["structure"], places["structure"])
    columns, rows, numbers, blank = rectangle(tables["dataset"], places["dataset"])
    if variable_labels and not set(columns) & set(variable_labels):
        raise WrongFile("no column of the data is described in the structure", where=places["dataset"],
                        do="The files don't belong together: export them again")
    undescribed = [name for name in columns if name not in variable_labels]
    notes = [f"{format}: {len(rows)} rows, {len(columns)} columns"]
    if undescribed:
        notes.append(f"columns not in the structure: {', '.join(undescribed)}")
    if blank:
        notes.append(f"blank rows left out: {blank}")
    return Export(
        path=path, format=format, columns=columns, rows=rows, numbers=numbers, variable_labels=variable_labels,
        value_labels=_value_labels(tables["labels"], places["labels"]), encoding=encoding, delimiter=delimiter,
        decimal=told.decimal or ("," if delimiter in {";", "\t"} else "."), notes=tuple(notes), files=files,
        digest=digest, kind=kind, blank_rows=blank, dates=told.dates or settled_order(columns, rows),
    )


def _structure_of(variables: Table) -> list[list[str | None]]:
    """Return a sheet *Variables* laid out as *Structure*; a table that has the header already stays as it is.

    No sample shows its columns: the first is taken for the name, the next with words in it for the question text.
    """
    rows = [list(row) for row in variables if any(row)]
    header = [(name or "").lower() for name in rows[0]] if rows else []
    if tuple(header[:len(STRUCTURE_HEADER)]) == STRUCTURE_HEADER:
        return rows
    named = any("variable" in name or name in {"name", "navn"} for name in header)
    laid: list[list[str | None]] = [list(STRUCTURE_HEADER)]
    for row in rows[1 if named else 0:]:
        text = next((each for each in row[1:] if each and " " in each), None)
        laid.append([row[0], row[0], None, None, text, None, None])
    return laid


def _variable_labels(table: Table, where: object) -> dict[str, str]:
    header = tuple((name or "").lower() for name in table[0][:len(STRUCTURE_HEADER)]) if table else ()
    if header != STRUCTURE_HEADER:
        raise WrongFile("not a SurveyXact structure: its first row must be questionName, variableName, …", where=where,
                        do=_HELP)
    labels: dict[str, str] = {}
    for row in table[1:]:
        if not any(row):
            continue
        padded = (*row, *([None] * 7))
        variable, question, choice = padded[1], padded[4] or "", padded[6]
        if variable is None:
            raise WrongFile("a row of the structure names no variable", where=where, do="Export it again")
        multiple = (padded[3] or "").lower() == "multiple"
        labels.setdefault(variable, f"{question}: {choice}" if multiple and choice else question)
    return labels


def _value_labels(table: Table, where: object) -> dict[str, dict[str, str]]:
    labels: dict[str, dict[str, str]] = {}
    for number, row in enumerate(table, 1):
        if not any(row):
            continue
        if len(row) < 3 or any(row[3:]) or row[0] is None or row[1] is None:
            raise WrongFile(f"row {number} is not variable, value, label", where=where, do=_HELP)
        labels.setdefault(row[0], {})[row[1]] = row[2] or ""
    return labels
