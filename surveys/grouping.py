"""Find the columns that belong to one question with several answers, by the tool's own ways."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from surveys.choosing import marked
from surveys.readers.export import Export

_LIME = re.compile(r"(.+)\[(\w+)\]")
_SURVEYXACT = re.compile(r"(.+)_\d+")


@dataclass(frozen=True)
class Group:
    """The columns of one question."""

    name: str
    wording: str
    columns: dict[str, str]
    """column → option"""
    of: str = ""
    """the column that holds all of it in one cell too, where there is one"""


def grouped(export: Export, usable: Sequence[str]) -> tuple[Group, ...]:
    """Return the questions with several answers among the columns, in their order.

    KoboToolbox: ``question/option`` beside or without ``question``; LimeSurvey: ``question[option]``; SurveyXact: the
    same question text before the option's, and names that differ in their last number. A group has two columns or
    more, and every cell says chosen or not.
    """
    found: dict[tuple[str, str], dict[str, str]] = {}
    for name in usable:
        key = _key(export, name)
        if key and all(marked(row[export.positions[name]], "") for row in export.rows):
            found.setdefault(key[:2], {})[name] = key[2]
    return tuple(
        Group(name, wording, columns, name if name in export.positions else "")
        for (name, wording), columns in found.items() if len(columns) > 1 and len(set(columns.values())) == len(columns)
    )


def _key(export: Export, name: str) -> tuple[str, str, str] | None:
    """Return (question, its wording, option) of a column that may be one option."""
    tool = export.format.split(" ", 1)[0]
    if tool == "kobo" and "/" in name:
        question, _, option = name.rpartition("/")
        return question, "", option
    if tool == "limesurvey" and (found := _LIME.fullmatch(name)):
        return found[1], "", found[2]
    if tool == "surveyxact" and (found := _SURVEYXACT.fullmatch(name)):
        wording, _, option = export.variable_labels.get(name, "").rpartition(": ")
        status = name.startswith("stato_")
        return None if not wording or status else (found[1], wording, " ".join(option.split()))
    return None
