"""Hand texts out as tasks of Label Studio and doccano, and read the codes that these programs write."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final
from xml.sax.saxutils import quoteattr

from store.demonstration import MARK
from store.errors import WrongFile
from store.ownfiles import Row

SHOWN: Final = ("sample", "article", "area", "date", "title", "lead")
"""What a task holds of a text, in the order of the sheet's columns; nothing that a program found."""

QUESTIONS: Final[Mapping[str, str]] = {"relevance": "Relevans", "tone": "Tone", "safety": "Tryghed"}

NOBODY: Final = frozenset({"all", "unknown", "doccano"})
"""Names that doccano gives files of codes that are not one coder's."""

MOST_UNPACKED: Final = 200_000_000
"""Bytes an export may hold unpacked: a zip can promise a million times its size."""

Codes = Mapping[str, Mapping[str, str]]
"""Question → Danish word → code."""


def label_studio_tasks(rows: Sequence[Sequence[str]], *, demo: bool) -> str:
    """Write tasks as JSON for *Import* in Label Studio."""
    tasks = [{"data": {**dict(zip(SHOWN, row, strict=True)), **({"mark": MARK} if demo else {})}} for row in rows]
    return json.dumps(tasks, ensure_ascii=False, indent=1) + "\n"


def label_studio_config(codes: Codes, guide: Sequence[str]) -> str:
    """Write the labelling interface, for *Settings → Labeling Interface → Code*: one choice a question."""
    lines = ["<View>", *(f"  <Header size=\"6\" value={quoteattr(line)}/>" for line in guide),
             '  <Header value="$area · $date"/>', '  <Header size="2" value="$title"/>',
             '  <Text name="text" value="$lead"/>']
    for question, words in codes.items():
        lines += [f'  <Header size="4" value={quoteattr(QUESTIONS[question])}/>',
                  f'  <Choices name="{question}" toName="text" choice="single-radio" showInline="true">',
                  *(f"    <Choice value={quoteattr(word)}/>" for word in words), "  </Choices>"]
    return "\n".join((*lines, "</View>", ""))


def doccano_lines(rows: Sequence[Sequence[str]], *, demo: bool) -> str:
    """Write JSON lines for *Import Dataset* in a doccano project for text classification.

    Area, date, title and lead are the text; the other fields become meta data and come back with the codes.
    """
    lines = []
    for sample, article, area, date, title, lead in rows:
        text = "\n\n".join((*((MARK,) if demo else ()), f"Område: {area} · {date}", title, lead))
        lines.append(json.dumps({"text": text, "label": [], "sample": sample, "article": article, "area": area},
                                ensure_ascii=False))
    return "".join(f"{line}\n" for line in lines)


def doccano_labels(codes: Codes) -> str:
    """Write the labels for *Labels → Import Labels*: every answer of every question is one."""
    colours = ("#209cee", "#ffcc00", "#7c20e0")
    labels = [
        {"text": f"{QUESTIONS[question]}: {word}", "prefix_key": None, "suffix_key": None, "background_color": colour,
         "text_color": "#ffffff"}
        for (question, words), colour in zip(codes.items(), colours, strict=True) for word in words
    ]
    return json.dumps(labels, ensure_ascii=False, indent=1) + "\n"


@dataclass(frozen=True)
class Exported:
    """What an export holds: a row for each text and coder, numbered in the order of the file, columns as on a sheet."""

    form: str
    rows: tuple[Row, ...]
    demo: bool


def exported(path: Path, content: bytes) -> Exported | None:
    """Read an export of Label Studio (JSON) or doccano (JSONL, or a zip of them); ``None`` where it is neither.

    Raises :class:`WrongFile` for one that looks like an export and can't be read; then nothing of it is taken.
    """
    if zipfile.is_zipfile(io.BytesIO(content)):
        members = _members(path, content)
        return _exported("doccano", members, path) if members else None
    start = content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if start == b"[":
        return Exported("label studio", _numbered(_label_studio(path, content)), MARK.encode() in content)
    return _exported("doccano", [(path.stem, content)], path) if start == b"{" else None


def _exported(form: str, members: Sequence[tuple[str, bytes]], path: Path) -> Exported:
    rows = _numbered(row for coder, lines in members for row in _doccano(path, lines, coder))
    return Exported(form, rows, any(MARK.encode() in lines for _, lines in members))


def _numbered(rows: Iterable[Mapping[str, str]]) -> tuple[Row, ...]:
    return tuple(enumerate(rows, 1))


def _members(path: Path, content: bytes) -> list[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = [each for each in archive.infolist() if each.filename.endswith(".jsonl")]
        if sum(each.file_size for each in members) > MOST_UNPACKED:
            raise WrongFile("the export is larger unpacked than any coding is", where=path, do="Export it again")
        try:
            return [(PurePosixPath(each.filename).stem, archive.read(each)) for each in members]
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
            raise WrongFile(f"the zip can't be read ({error})", where=path, do="Export it again") from error


def _json(path: Path, text: bytes, what: str) -> Any:
    try:
        return json.loads(text.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise WrongFile(f"{what} is no JSON ({type(error).__name__})", where=path, do="Export it again") from error


def _label_studio(path: Path, content: bytes) -> Iterator[Mapping[str, str]]:
    tasks = _json(path, content, "the export")
    for number, task in enumerate(tasks, 1):
        if not isinstance(task, dict) or not isinstance(task.get("data"), dict):
            raise WrongFile(f"task {number} has no 'data'", where=path, do="Export as JSON, not as JSON-MIN")
        for annotation in task.get("annotations") or ():
            if isinstance(annotation, dict) and not annotation.get("was_cancelled"):
                yield {**_identity(task["data"]), "coder": _coder(annotation.get("completed_by")),
                       **_choices(annotation.get("result"))}


def _identity(data: Mapping[str, Any]) -> dict[str, str]:
    return {name: _text(data.get(name)) for name in ("sample", "article", "area")}


def _text(value: object) -> str:
    return str(value).strip() if isinstance(value, str | int | float) else ""


def _coder(value: object) -> str:
    """Name who annotated: a number, or what stands of the person's account."""
    if isinstance(value, dict):
        return next((_text(value[name]) for name in ("username", "id", "email") if value.get(name)), "")
    return _text(value)


def _choices(result: object) -> dict[str, str]:
    said = dict.fromkeys(QUESTIONS, "")
    for each in result if isinstance(result, list) else ():
        name, value = each.get("from_name"), each.get("value")
        if name in said and isinstance(value, dict) and isinstance(value.get("choices"), list):
            said[name] = ", ".join(map(_text, value["choices"]))
    return said


def _doccano(path: Path, content: bytes, name: str) -> Iterator[Mapping[str, str]]:
    for number, line in enumerate(content.splitlines(), 1):
        if not line.strip():
            continue
        found = _json(path, line, f"line {number}")
        if not isinstance(found, dict):
            raise WrongFile(f"line {number} is no object", where=path, do="Export as JSONL")
        meta: Any = found.get("meta")
        data = {**(meta if isinstance(meta, dict) else {}), **found}
        coder = _text(data.get("coder")) or ("" if name.casefold() in NOBODY else name)
        yield {**_identity(data), "coder": coder, **_labelled(data.get("label", data.get("labels")))}


def _labelled(labels: object) -> dict[str, str]:
    """Take ``Tone: negativ`` apart; two answers to one question stand side by side, and are refused as no code."""
    said: dict[str, list[str]] = {question: [] for question in QUESTIONS}
    asked = {shown.casefold(): question for question, shown in QUESTIONS.items()}
    for label in labels if isinstance(labels, list) else ():
        question, _, word = _text(label).partition(":")
        if question.strip().casefold() in asked:
            said[asked[question.strip().casefold()]].append(word.strip())
    return {question: ", ".join(words) for question, words in said.items()}
