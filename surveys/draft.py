"""Draft a codebook from an export, for a person to finish."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from surveys.grouping import Group, grouped
from surveys.readers.dates import date_columns, is_split_date
from surveys.readers.export import Export
from surveys.readers.nonanswers import nonanswer
from surveys.readers.recognise import read_export
from surveys.readers.told import NOTHING, SIGNS, Told

IDENTIFYING = re.compile(
    r"e-?mail|mail|navn|^forn|ettern|eftern|name|phone|tlf|telefon|mobil|cpr|adresse|address|^ip|latitude|longitude",
    re.IGNORECASE,
)
"""Names of columns that tell who somebody is; such columns are never proposed."""

_AREA = re.compile(r"område|bydel|bebyggelse|area", re.IGNORECASE)
_ID = re.compile(r"(?:respondent_?|response_?)?(?:id|key|nøgle|nr|nummer|lbnr|løbenummer)", re.IGNORECASE)


OFTEN = 5
"""An answer in words is shown in a draft only where so many gave it: a rarer one may be somebody's own words."""

MOST = 12
"""Different answers that a closed question has at most."""

LEAST = 3
"""Points a scale has at least: of two, nobody can tell which way it goes, and most are no scale."""

_CODE = re.compile(r"[A-Z]{1,2}\d{1,3}")
"""Answers such as LimeSurvey's ``A1``: nobody's own words."""

def identifying(column: str) -> bool:
    """Say whether a column looks as if it tells who somebody is, by its name."""
    return bool(IDENTIFYING.search(column))


def identifying_columns(export: Export) -> frozenset[str]:
    """Return the columns that tell who somebody is: by their names, or by what the tool says of them."""
    return export.identifying | {name for name in export.columns if identifying(name)}


def draft_codebook(path: Path, told: Told = NOTHING) -> str:
    """Write the TOML of a codebook for the export at ``path``, with TODO wherever a person must decide.

    It loads as soon as every TODO is filled in. The area column, scale directions and cuts are never guessed: they
    stand as blanks or comments. Columns that look identifying are named in a comment and not proposed. ``told``: what
    a person says of the file, which is written down under ``[file]``. Raises :class:`~store.errors.WrongFile`.
    """
    export = read_export(path, told)
    telling = identifying_columns(export)
    skipped = [name for name in export.columns if name in telling]
    usable = [name for name in export.columns if name not in skipped]
    groups = grouped(export, usable)
    single = [name for name in usable if not any(name in each.columns or name == each.of for each in groups)]
    lines = [
        f"# Drafted from {path.name} ({export.format}; {len(export.rows)} rows). Finish every TODO.",
        "# Only columns named here are stored.", *_file_lines(export, told), "", "[wave]",
        'id = "TODO"            # for example 2021-vive',
        'instrument = "TODO"', 'institute = "TODO"', 'mode = ["web"]          # TODO: web, phone, paper, visit',
        'language = "da"', "fieldwork = [2000-01-01, 2000-01-02]   # TODO: first and last day",
        'margins = ""            # TODO: margins.csv (area,variable,level,count)',
        'counts = ""             # TODO: counts.csv (area,population,invited,answered)', "", "[area]",
        '# TODO: one of column + codes, constant = "id", file_name = true',
        *_area_hints(export, usable), 'constant = "TODO"', "", "[respondent]", *_id_lines(export, usable),
        'panel_key = ""          # TODO: a column that is the same for one person in every wave', *_completed(export),
    ]
    items = [each for name in single if not _joined(export, name) and (each := _item(export, name))]
    lines += [line for each in items for line in each]
    if not items and not groups and not any(_joined(export, name) for name in single):
        lines += ["", "# No column looks like a scale. TODO: name one, or delete this and use [[texts]] below.",
                  "[[items]]", 'id = "TODO"', 'concept = "TODO"        # tryghed, tillid, …', 'column = "TODO"',
                  'wording = "TODO"', "min = 1                 # TODO", "max = 5                 # TODO",
                  'safe_pole = "TODO"      # low or high: which end is safe?']
    lines += [line for each in groups for line in _choices(each)]
    lines += [line for name in single if (joined := _joined(export, name)) for line in _cell(export, name, joined)]
    lines += _perhaps(export, single)
    lines += _texts(export, single)
    if skipped:
        lines += ["", f"# Not proposed, because they may tell who somebody is: {', '.join(skipped)}"]
    return "\n".join(lines) + "\n"


def _file_lines(export: Export, told: Told) -> list[str]:
    """Write down what a person said of the file, and ask for the order of dates where nothing tells it."""
    names = {sign: name for name, sign in SIGNS.items()}
    said = {
        "format": told.format, "encoding": told.encoding, "delimiter": names.get(told.delimiter, ""),
        "decimal": {",": "comma", ".": "point"}.get(told.decimal, ""), "sheet": told.sheet, "dates": told.dates,
        "answers": told.answers,
    }
    lines = [f"{key} = {_quoted(value)}" for key, value in said.items() if value]
    lines += [f"header_rows = {told.header_rows}"] if told.header_rows else []
    days = date_columns(export.columns, export.rows)
    if days and not export.dates:
        lines.append(f'# dates = "dmy"         # TODO, if a date is used: day or month first? '
                     f"Nothing tells in {', '.join(days)}")
    return ["", "[file]", *lines] if lines else []


def _item(export: Export, name: str) -> list[str] | None:
    """Return the lines of an item, or ``None`` where a column does not look like a scale."""
    labels = export.value_labels.get(name, {})
    scale = _scale(labels) if labels else None
    wording = export.variable_labels.get(name, "")
    extra: list[str] = []
    if scale:
        extra = [f"# {code} = {_one_line(label)}" for code, label in labels.items()]
    elif not export.value_labels:
        found = _found(export, name)
        if found is None:
            return None
        scale, extra = found
    if not scale:
        return None
    known = export.question_ids.get(name)
    return [
        "", *([f"# {known} in the survey tool"] if known else []), "[[items]]", f"id = {_quoted(name)}",
        'concept = "TODO"        # tryghed, tillid, …', f"column = {_quoted(name)}",
        f"wording = {_quoted(wording or 'TODO')}{'' if wording else '        # as asked'}", f"min = {scale.low}",
        f"max = {scale.high}", *extra, 'safe_pole = "TODO"      # low or high: which end is safe?',
        "safe = []               # TODO", "unsafe = []             # TODO",
        *(f"{state} = {list(codes)}" for state, codes in scale.beside.items()),
    ]


@dataclass(frozen=True)
class _Scale:
    low: int
    high: int
    beside: Mapping[str, Sequence[int]]
    """dont_know, refused, not_relevant → codes"""


def _scale(labels: Mapping[str, str]) -> _Scale | None:
    """Return the scale of value labels that look like an ordered one of 3 to 11 points."""
    if not labels or not all(re.fullmatch(r"-?\d+", code) for code in labels):
        return None
    beside: dict[str, list[int]] = {"dont_know": [], "refused": []}
    for code, label in labels.items():
        state = nonanswer(label)
        if state:
            beside.setdefault(state, []).append(int(code))
    valid = sorted({int(code) for code in labels} - {code for codes in beside.values() for code in codes})
    if not LEAST <= len(valid) <= MOST - 1 or valid != list(range(valid[0], valid[-1] + 1)):
        return None
    return _Scale(valid[0], valid[-1], {state: sorted(codes) for state, codes in beside.items()})


def _found(export: Export, name: str) -> tuple[_Scale, list[str]] | None:
    """Return the scale that the answers in a column without labels suggest, and the lines that say what was found."""
    place = export.positions[name]
    counts = Counter(text for row in export.rows if (text := row[place]) is not None)
    values = sorted(counts, key=_natural)
    if not LEAST <= len(values) <= MOST or _ID.fullmatch(name) or any(map(is_split_date, values)):
        return None
    codes = [export.code(text) for text in values]
    whole = [code for code in codes if code is not None]
    if len(whole) == len(values):
        if max(map(len, values)) > 3:  # long numbers are no codes: they may be somebody's
            return None
        return _Scale(min(whole), max(whole), {"dont_know": [], "refused": []}), [
            f"# codes found: {', '.join(values)}   # TODO: is one of them ved ikke?"]
    if any(code is not None for code in codes) or not _shown(counts):
        return None
    scale = [text for text in values if not nonanswer(text)]
    if len(scale) < 2:
        return None
    beside: dict[str, list[int]] = {"dont_know": [], "refused": []}
    labels = list(enumerate(scale, 1))
    for text in values:
        if state := nonanswer(text):
            labels.append((len(labels) + 1, text))
            beside.setdefault(state, []).append(len(labels))
    pairs = ", ".join(f"{code} = {_quoted(text)}" for code, text in labels)
    return _Scale(1, len(scale), beside), [f"labels = {{{pairs}}}   # TODO: in the order of the scale"]


def _shown(counts: Mapping[str, int]) -> bool:
    """Say whether the answers of a column may stand in a draft: codes, or words that many gave."""
    return all(_CODE.fullmatch(text) for text in counts) or min(counts.values()) >= OFTEN


def _natural(text: str) -> tuple[tuple[int, str], ...]:
    return tuple((int(each), "") if each.isdigit() else (-1, each) for each in re.split(r"(\d+)", text) if each)


def _joined(export: Export, name: str) -> tuple[str, ...]:
    """Return the options of a column whose cells join several of them, empty where it is no such column.

    A cell must join options that stand alone elsewhere, so that a sentence with a comma is none; and each must be
    given often enough to be shown.
    """
    if name in export.value_labels or _ID.fullmatch(name):
        return ()
    place = export.positions[name]
    counts = Counter(text for row in export.rows if (text := row[place]) is not None)
    for sign in (";", ","):
        options: Counter[str] = Counter()
        for text, n in counts.items():
            for part in filter(None, (each.strip() for each in text.split(sign))):
                options[part] += n
        alone = {text.rstrip(sign).strip() for text in counts}
        several = any(len([each for each in text.split(sign) if each.strip()]) > 1 for text in counts)
        if several and 2 <= len(options) <= MOST and set(options) <= alone and min(options.values()) >= OFTEN:
            return tuple(sorted(options))
    return ()


def _cell(export: Export, name: str, options: Sequence[str]) -> list[str]:
    wording = export.variable_labels.get(name, "")
    pairs = ", ".join(f"{_quoted(each)} = {_quoted(each)}" for each in options)
    return ["", "# a question with several answers in one cell", "[[choices]]", f"id = {_quoted(name)}",
            f"wording = {_quoted(wording or 'TODO')}", f"column = {_quoted(name)}", f"options = {{{pairs}}}"]


def _choices(group: Group) -> list[str]:
    pairs = ", ".join(f"{_quoted(column)} = {_quoted(option)}" for column, option in group.columns.items())
    return ["", "# a question with several answers: one column each", "[[choices]]", f"id = {_quoted(group.name)}",
            f"wording = {_quoted(group.wording or 'TODO')}", f"columns = {{{pairs}}}"]


def _area_hints(export: Export, usable: Sequence[str]) -> list[str]:
    lines: list[str] = []
    for name in usable:
        label = export.variable_labels.get(name, "")
        codes = export.value_labels.get(name, {})
        if len(codes) > 1 and "0" not in codes and _AREA.search(f"{name} {label}") and not _scale(codes):
            pairs = ", ".join(f'{code} = "{_one_line(text)}"' for code, text in list(codes.items())[:3])
            lines += [f'# perhaps: column = "{name}"   ({_one_line(label)})', f"#          codes = {{{pairs}, …}}"]
    return lines


def _id_lines(export: Export, usable: Sequence[str]) -> list[str]:
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


def _perhaps(export: Export, usable: Sequence[str]) -> list[str]:
    """Return comments for columns with few answers that are no scale by themselves."""
    lines: list[str] = []
    if export.value_labels:
        return lines
    for name in usable:
        place = export.positions[name]
        counts = Counter(value for row in export.rows if (value := row[place]) is not None)
        values = sorted(counts, key=_natural)
        codes = all(export.code(value) is not None for value in values)
        if not 2 <= len(values) <= MOST or _ID.fullmatch(name) or (codes and max(map(len, values)) > 3):
            continue
        if _found(export, name) or any(map(is_split_date, values)):
            continue
        shown = values if codes or _shown(counts) else ["…"]
        lines += ["", f"# TODO: is this an area, a weighting variable or an item? {_quoted(name)}: {', '.join(shown)}"]
    return lines


def _texts(export: Export, usable: Sequence[str]) -> list[str]:
    lines: list[str] = []
    for name in usable:
        place = export.positions[name]
        values = [row[place] for row in export.rows[:500] if row[place] is not None]
        coded = name in export.value_labels or _ID.fullmatch(name) or _item(export, name) or _joined(export, name)
        days = any(is_split_date(value or "") for value in values)
        if not coded and not days and any(" " in (value or "") for value in values):
            lines += ["", f"# TODO: keep this open question? {_one_line(export.variable_labels.get(name, ''))}",
                      "# [[texts]]", f"# id = {_quoted(name)}", f"# column = {_quoted(name)}"]
    return lines


def _one_line(text: str) -> str:
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())


def _quoted(text: str) -> str:
    return json.dumps(_one_line(text), ensure_ascii=False)  # what JSON escapes, TOML reads alike
