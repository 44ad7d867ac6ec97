"""Read JSON lines: one object a line in, one out, in the same order."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TextIO, get_args

from nlp.document import Document, Kind, document
from nlp.explain import Explainer
from nlp.reader import AreaReading, Reader, Reading
from store.config import Config
from store.days import danish_day
from store.errors import Exit
from store.facts import Facts

TEXT_FIELDS = ("title", "published", "outlet", "kind", "area")
KINDS: tuple[str, ...] = get_args(Kind)


class BadLine(ValueError):
    """A line that can't be read; the message goes into its answer."""


@dataclass(frozen=True, slots=True)
class Question:
    """One line, checked."""

    id: str | int | float
    doc: Document
    day: date | None
    area: str | None
    titled: bool
    """the title is a field of its own, not the text of a headline"""


def read_lines(lines: Iterable[str], out: TextIO, facts: Facts, config: Config, *, explain: bool = False) -> Exit:
    """Answer each line of ``lines`` with one line on ``out`` (design.md, ``read -``); white lines are passed over.

    ``lines`` decoded with ``surrogateescape`` let a line that is not UTF-8 be refused alone.

    A line that can't be read gives ``{"id", "line", "error"}`` and the run goes on; then ``WITH_REFUSALS`` is returned.
    With ``explain`` an answer also holds ``because``: the words and rules behind area, tone, safety and themes. Their
    offsets count characters of the field they stand ``in`` (title or text), as it was given.
    """
    reader = Reader(facts, config)
    explainer = Explainer(reader) if explain else None
    areas = frozenset(area.id for area in facts.areas)
    outcome = Exit.DONE
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        answer: dict[str, Any]
        identity: object = None
        try:
            asked = _parsed(line)
            identity = asked.get("id")
            question = _question(asked, areas)
            reading = reader.read(question.doc, question.day, question.area, because=explain)
            answer = _answer(question, reading, reader)
            if explainer:
                reasons = explainer.reasons(question.doc, reading, titled=question.titled)
                answer["because"] = [
                    {"start": each.start, "end": each.end, "rule": each.rule, "weight": each.weight, "in": each.field}
                    for each in reasons
                ]
        except BadLine as error:
            outcome = Exit.WITH_REFUSALS
            known = identity if isinstance(identity, str | int | float) and not isinstance(identity, bool) else None
            answer = {"id": known, "line": number, "error": str(error)}
        out.write(_written(answer) + "\n")
    return outcome


def _parsed(line: str) -> dict[str, Any]:
    try:
        line.encode()
    except UnicodeEncodeError:  # a surrogate stands for a byte that was no UTF-8
        raise BadLine("the line is not UTF-8") from None
    try:
        asked = json.loads(line.lstrip("\ufeff"), parse_constant=_no_constant)
    except RecursionError:
        raise BadLine("the object is nested too deeply") from None
    except ValueError as error:
        raise BadLine(f"not valid JSON: {error}") from None
    if not isinstance(asked, dict):
        raise BadLine("the line must hold one JSON object")
    return asked


def _no_constant(name: str) -> None:
    raise BadLine(f"not valid JSON: {name}")


def _question(asked: Mapping[str, Any], areas: frozenset[str]) -> Question:
    """Check one object. Raises :class:`BadLine` naming the field."""
    identity = asked.get("id")
    if not isinstance(identity, str | int | float) or isinstance(identity, bool):
        raise BadLine("'id' is missing" if identity is None else "'id' must be text or a number")
    if not isinstance(asked.get("text"), str):
        raise BadLine("'text' is missing" if asked.get("text") is None else "'text' must be text")
    for field in TEXT_FIELDS:
        if asked.get(field) is not None and not isinstance(asked[field], str):
            raise BadLine(f"'{field}' must be text")
    kind: Kind = asked.get("kind") or "article"
    if kind not in KINDS:
        raise BadLine(f"unknown kind '{kind}', use one of: {', '.join(KINDS)}")
    area = asked.get("area") or None
    if area is not None and area not in areas:
        raise BadLine(f"unknown area '{area}'")
    title = _clean(asked.get("title") or "")
    doc = document(_clean(asked["text"]), title, kind=kind)
    return Question(identity, doc, _day(asked.get("published")), area, titled=bool(title.strip()))


def _clean(text: str) -> str:
    """Replace lone surrogates, which are no characters, by ``?``; every offset stays."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _day(text: str | None) -> date | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise BadLine(f"'published' is '{text}', use a date like 2024-03-01") from None
    return moment.date() if moment.tzinfo is None else danish_day(moment)


def _answer(question: Question, reading: Reading, reader: Reader) -> dict[str, Any]:
    return {
        "id": question.id,
        "tone": {"label": reading.tone.label, "score": reading.tone.score},
        "safety": {"label": reading.safety.label, "score": reading.safety.score},
        "themes": [{"id": theme.id, "score": theme.score} for theme in reading.themes],
        "areas": [_area(each) for each in reading.areas],
        "unsure": [{"name": each.name, "candidates": list(each.candidates)} for each in reading.unsure],
        "stigma": list(reading.stigma),
        "voices": list(reading.voices),
        "genre": reading.genre,
        "backend": {"name": reader.backend.name, "version": reader.version},
    }


def _area(each: AreaReading) -> dict[str, Any]:
    return {
        "id": each.mention.area,
        "role": each.mention.role,
        "tone": each.tone and {"label": each.tone.label, "score": each.tone.score},
        "safety": {"label": each.safety.label, "score": each.safety.score},
    }


def _written(answer: Mapping[str, Any]) -> str:
    """Write one line; an id with a lone surrogate is escaped rather than refused."""
    text = json.dumps(answer, ensure_ascii=False)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return json.dumps(answer)
    return text
