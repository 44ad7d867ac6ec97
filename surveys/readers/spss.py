"""Read SPSS files (``.sav``, ``.zsav``) with their labels and declared missing values."""

from __future__ import annotations

import io
import math
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from store.demonstration import kind_of
from store.errors import MissingExtra, WrongFile
from store.imports import digest_of
from surveys.readers.export import Export, cell, read_bytes
from surveys.readers.nonanswers import nonanswer
from surveys.readers.told import NOTHING, Told

SUFFIXES = frozenset({".sav", ".zsav"})


def read_spss(path: Path, told: Told = NOTHING) -> Export:
    """Read an SPSS file: codes as numbers, question texts and value labels from the file.

    A declared missing value whose label says *ved ikke*, a refusal or *ikke relevant* stays as its code, for the
    codebook to name; any other one is blank. Raises :class:`MissingExtra` without pyreadstat, :class:`WrongFile`
    where it is no such file or its characters are in another encoding.
    """
    try:
        import pyreadstat
    except ImportError as error:
        raise MissingExtra("reading SPSS files needs pyreadstat, which is not installed", where=path,
                           do="pip install 'reputation[spss]', or export as CSV") from error
    content = read_bytes(path)
    try:
        found, about = pyreadstat.read_sav(io.BytesIO(content), user_missing=True, encoding=told.encoding or None,
                                           output_format="dict")
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, UnicodeError, ValueError, OverflowError) as error:
        raise WrongFile(f"this can't be read as an SPSS file ({_one_line(error)})", where=path,
                        do="Export it again, or say its [file] encoding in the codebook: windows-1252, utf-8"
                        ) from error
    names = tuple(about.column_names)
    labels = {name: _labels(about.variable_value_labels.get(name, {})) for name in names}
    columns = [_column(found[name], about.missing_ranges.get(name, ()), labels[name]) for name in names]
    every = list(zip(*columns, strict=True))
    rows = [(number, row) for number, row in enumerate(every, 1) if any(each is not None for each in row)]
    encoding = told.encoding or about.file_encoding or "utf-8"
    notes = [f"spss {encoding.lower()}: {len(rows)} rows, {len(names)} columns"]
    if declared := [name for name in names if about.missing_ranges.get(name)]:
        notes.append(f"declared missing values, blank unless their label says ved ikke or the like: "
                     f"{', '.join(declared)}")
    if len(rows) < len(every):
        notes.append(f"blank rows left out: {len(every) - len(rows)}")
    texts = [*labels.values(), {"": about.file_label or ""}]
    marked = kind_of(content) == "demo" or any(kind_of(text.encode()) == "demo" for each in texts
                                               for text in each.values())
    return Export(
        path=path, format=f"spss {encoding.lower()}", columns=names, rows=tuple(row for _, row in rows),
        numbers=tuple(number for number, _ in rows),
        variable_labels={name: text for name, text in about.column_names_to_labels.items() if text},
        value_labels={name: each for name, each in labels.items() if each}, encoding=encoding, delimiter="",
        decimal=".", notes=tuple(notes), files=(path,), digest=digest_of(content), kind="demo" if marked else "real",
        blank_rows=len(every) - len(rows), dates="ymd",
    )


def _labels(labels: Mapping[Any, str]) -> dict[str, str]:
    return {text: label.strip() for code, label in labels.items() if (text := _text(code)) is not None}


def _column(values: Sequence[Any], missing: Sequence[Any], labels: Mapping[str, str]
            ) -> list[str | None]:
    """Return the cells of a variable; ``missing``: its declared ranges."""
    cells = []
    for value in values:
        text = _text(value)
        if text is not None and any(_within(value, each) for each in missing) and not nonanswer(labels.get(text, "")):
            text = None
        cells.append(text)
    return cells


def _within(value: Any, range_: Any) -> bool:
    low, high = range_["lo"], range_["hi"]
    return isinstance(value, str) == isinstance(low, str) and bool(low <= value <= high)


def _text(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, str):
        return cell(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    number = float(value)
    if math.isnan(number):
        return None
    return str(int(number)) if number == int(number) else repr(number)


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__


