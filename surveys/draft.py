"""Draft a codebook from an export, for a person to finish."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from surveys.readers.export import Export
from surveys.readers.recognise import read_export

DONT_KNOW = re.compile(r"ved\s+ikke|husker\s+ikke|vet\s+ikke|don.?t\s+know|ikke\s+relevant", re.IGNORECASE)
"""Labels that stand beside the scale (export-formats.md 1.6)."""

REFUSED = re.compile(r"(ønsker|vil)\s+ikke\s+(at\s+)?svare|prefer\s+not|refused", re.IGNORECASE)

IDENTIFYING = re.compile(
    r"e-?mail|mail|navn|^forn|ettern|eftern|name|phone|tlf|telefon|mobil|cpr|adresse|address|^ip|latitude|longitude",
    re.IGNORECASE,
)
"""Names of columns that tell who somebody is; such columns are never proposed."""

_AREA = re.compile(r"område|bydel|bebyggelse|area", re.IGNORECASE)
_ID = re.compile(r"(?:respondent_?|response_?)?(?:id|key|nøgle|lbnr|løbenummer)", re.IGNORECASE)


OFTEN = 5
"""An answer in words is shown in a draft only where so many gave it: a rarer one may be somebody's own words."""


def identifying(column: str) -> bool:
    """Say whether a column looks as if it tells who somebody is, by its name."""
    return bool(IDENTIFYING.search(column))


def identifying_columns(export: Export) -> frozenset[str]:
    """Return the columns that tell who somebody is: by their names, or by what the tool says of them."""
    return export.identifying | {name for name in export.columns if identifying(name)}


def draft_codebook(path: Path) -> str:
    """Write the TOML of a codebook for the export at ``path``, with TODO wherever a person must decide.

    The area column, scale directions and cuts are never guessed: they stand as comments. Columns that look
    identifying are named in a comment and not proposed. Raises :class:`~store.errors.WrongFile`.
    """
    export = read_export(path)
    labels = export.variable_labels
    telling = identifying_columns(export)
    skipped = [name for name in export.columns if name in telling]
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
        lines += ["", "[[items]]", f"id = {_quoted(name)}", 'concept = "TODO"        # tryghed, tillid, …',
                  f"column = {_quoted(name)}", f"wording = {_quoted(labels.get(name, ''))}", f"min = {low}",
                  f"max = {high}",
                  *(f"# {code} = {_one_line(label)}" for code, label in export.value_labels[name].items()),
                  'safe_pole = "TODO"      # low or high: which end is safe?', "safe = []               # TODO",
                  "unsafe = []             # TODO", f"dont_know = {dont_know}", f"refused = {refused}"]
    lines += _unlabelled(export, usable)
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
            return [f'id = {_quoted(name)}               # TODO: check that it is one key a person']
    return ['id = ""                 # TODO: the column of the key; left empty, the row number stands in']


def _completed(export: Export) -> list[str]:
    for name in export.columns:
        label = export.variable_labels.get(name, "").lower()
        if name.startswith("stato_") and label.endswith(("gennemført", "gjennomført", "completed")):
            return [f'completed = {{column = "{name}", value = 1}}   # {_one_line(label)}']
    if export.format.startswith("qualtrics") and "Finished" in export.positions:
        return ['# completed = [{column = "Finished", value = 1}, {column = "Status", value = 0}]'
                "   # TODO: finished, and no preview; see the values in the export"]
    if export.format.startswith("limesurvey") and "submitdate" in export.positions:
        return ['# completed = {column = "submitdate", filled = true}   # TODO: finished answers have a date']
    return ['# completed = {column = "stato_4", value = 1}   # TODO: which column says that an answer is finished?']


def _unlabelled(export: Export, usable: list[str]) -> list[str]:
    """Return comments for columns with few values in an export that has no value labels."""
    lines: list[str] = []
    if export.value_labels:
        return lines
    for name in usable:
        place = export.positions[name]
        counts = Counter(value for row in export.rows if (value := row[place]) is not None)
        values = sorted(counts)
        codes = all(export.code(value) is not None for value in values)
        if not 2 <= len(values) <= 12 or _ID.fullmatch(name) or (codes and max(map(len, values)) > 3):
            continue  # long numbers are no codes: they may be somebody's
        known = export.question_ids.get(name)
        lines += ["", f"# TODO: is this an item? {_one_line(export.variable_labels.get(name, ''))}".rstrip(),
                  *([f"# {known} in the survey tool"] if known else []),
                  "# [[items]]", f"# id = {_quoted(name)}", f"# column = {_quoted(name)}"]
        if not codes:
            shown = values if min(counts.values()) >= OFTEN else ["…"]
            pairs = ", ".join(f"{number} = {_quoted(value)}" for number, value in enumerate(shown, 1))
            lines.append(f"# labels = {{{pairs}}}   # TODO: the right codes, in the order of the scale")
        else:
            lines.append(f"# codes found: {', '.join(values)}")
    return lines


def _texts(export: Export, usable: list[str], scales: Mapping[str, object]) -> list[str]:
    lines: list[str] = []
    for name in usable:
        place = export.positions[name]
        values = [row[place] for row in export.rows[:500] if row[place] is not None]
        coded = name in scales or name in export.value_labels or _ID.fullmatch(name)
        if not coded and any(" " in (value or "") for value in values):
            lines += ["", f"# TODO: keep this open question? {_one_line(export.variable_labels.get(name, ''))}",
                      "# [[texts]]", f"# id = {_quoted(name)}", f"# column = {_quoted(name)}"]
    return lines


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _quoted(text: str) -> str:
    return '"' + _one_line(text).replace("\\", "\\\\").replace('"', '\\"') + '"'
