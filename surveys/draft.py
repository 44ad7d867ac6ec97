"""Draft a codebook from an export, for a person to finish."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from surveys.readers.export import Export
from surveys.readers.surveyxact import read_surveyxact

DONT_KNOW = re.compile(r"ved\s+ikke|husker\s+ikke|vet\s+ikke|don.?t\s+know|ikke\s+relevant", re.IGNORECASE)
"""Labels that stand beside the scale (export-formats.md 1.6)."""

REFUSED = re.compile(r"(ønsker|vil)\s+ikke\s+(at\s+)?svare|prefer\s+not|refused", re.IGNORECASE)

IDENTIFYING = re.compile(
    r"e-?mail|mail|navn|^forn|ettern|eftern|name|phone|tlf|telefon|mobil|cpr|adresse|address|^ip|latitude|longitude",
    re.IGNORECASE,
)
"""Names of columns that tell who somebody is; such columns are never proposed."""

_AREA = re.compile(r"område|bydel|bebyggelse|area", re.IGNORECASE)
_ID = re.compile(r"(?:respondent_?)?(?:id|key|nøgle|lbnr|løbenummer)", re.IGNORECASE)


def identifying(column: str) -> bool:
    """Say whether a column looks as if it tells who somebody is, by its name."""
    return bool(IDENTIFYING.search(column))


def draft_codebook(path: Path) -> str:
    """Write the TOML of a codebook for the export at ``path``, with TODO wherever a person must decide.

    The area column, scale directions and cuts are never guessed: they stand as comments. Columns that look
    identifying are named in a comment and not proposed. Raises :class:`~store.errors.WrongFile`.
    """
    export = read_surveyxact(path)
    labels = export.variable_labels
    skipped = [name for name in export.columns if identifying(name)]
    usable = [name for name in export.columns if name not in skipped]
    scales = {name: scale for name in usable if (scale := _scale(export.value_labels.get(name, {})))}
    lines = [
        f"# Drafted from {path.name} ({export.format}; {len(export.rows)} rows). Finish every TODO.",
        "# Only columns named here are stored.", "", "[wave]", 'id = "TODO"            # for example 2021-vive',
        'instrument = "TODO"', 'institute = "TODO"', 'mode = ["web"]          # TODO: web, phone, paper, visit',
        'language = "da"', "fieldwork = [2000-01-01, 2000-01-02]   # TODO: first and last day",
        'margins = ""            # TODO: margins.csv (area,variable,level,count)',
        'counts = ""             # TODO: counts.csv (area,population,invited,answered)', "", "[area]",
        '# TODO: one of column + codes, constant = "id", file_name = true',
        *_area_hints(export, usable), 'constant = "TODO"', "", "[respondent]", *_id_lines(export, usable),
        'panel_key = ""          # TODO: a column that is the same for one person in every wave', *_completed(export),
    ]
    for name, (low, high, dont_know, refused) in scales.items():
        lines += ["", "[[items]]", f'id = "{name}"', 'concept = "TODO"        # tryghed, tillid, …',
                  f'column = "{name}"', f"wording = {_quoted(labels.get(name, ''))}", f"min = {low}", f"max = {high}",
                  *(f"# {code} = {_one_line(label)}" for code, label in export.value_labels[name].items()),
                  'safe_pole = "TODO"      # low or high: which end is safe?', "safe = []               # TODO",
                  "unsafe = []             # TODO", f"dont_know = {dont_know}", f"refused = {refused}"]
    lines += _texts(export, usable, scales)
    if skipped:
        lines += ["", f"# Not proposed, because they may tell who somebody is: {', '.join(skipped)}"]
    return "\n".join(lines) + "\n"


def _scale(labels: Mapping[str, str]) -> tuple[int, int, list[int], list[int]] | None:
    """Return (min, max, don't know, refused) of value labels that look like an ordered scale of 3 to 11 points."""
    if not labels or not all(re.fullmatch(r"-?\d+", code) for code in labels):
        return None
    dont_know = sorted(int(code) for code, label in labels.items() if DONT_KNOW.search(label))
    refused = sorted(int(code) for code, label in labels.items() if REFUSED.search(label))
    valid = sorted({int(code) for code in labels} - {*dont_know, *refused})
    if not 3 <= len(valid) <= 11 or valid != list(range(valid[0], valid[-1] + 1)):
        return None
    return valid[0], valid[-1], dont_know, refused


def _area_hints(export: Export, usable: list[str]) -> list[str]:
    lines: list[str] = []
    for name in usable:
        label = export.variable_labels.get(name, "")
        codes = export.value_labels.get(name, {})
        if len(codes) > 1 and "0" not in codes and _AREA.search(f"{name} {label}") and not _scale(codes):
            pairs = ", ".join(f'{code} = "{_one_line(text)}"' for code, text in list(codes.items())[:3])
            lines += [f'# perhaps: column = "{name}"   ({_one_line(label)})', f"#          codes = {{{pairs}, …}}"]
    return lines


def _id_lines(export: Export, usable: list[str]) -> list[str]:
    rows = len(export.rows)
    for name in usable:
        place = export.positions[name]
        if _ID.fullmatch(name) and len({row[place] for row in export.rows} - {None}) == rows:
            return [f'id = "{name}"               # TODO: check that it is one key a person']
    return ['id = ""                 # TODO: the column of the key; left empty, the row number stands in']


def _completed(export: Export) -> list[str]:
    for name in export.columns:
        label = export.variable_labels.get(name, "").lower()
        if name.startswith("stato_") and label.endswith(("gennemført", "gjennomført", "completed")):
            return [f'completed = {{column = "{name}", value = 1}}   # {_one_line(label)}']
    return ['# completed = {column = "stato_4", value = 1}   # TODO: which column says that an answer is finished?']


def _texts(export: Export, usable: list[str], scales: Mapping[str, object]) -> list[str]:
    lines: list[str] = []
    for name in usable:
        place = export.positions[name]
        values = [row[place] for row in export.rows[:500] if row[place] is not None]
        coded = name in scales or name in export.value_labels or _ID.fullmatch(name)
        if not coded and any(" " in (value or "") for value in values):
            lines += ["", f"# TODO: keep this open question? {_one_line(export.variable_labels.get(name, ''))}",
                      "# [[texts]]", f'# id = "{name}"', f'# column = "{name}"']
    return lines


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _quoted(text: str) -> str:
    return '"' + _one_line(text).replace("\\", "\\\\").replace('"', '\\"') + '"'
