"""Read an Infomedia export: one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Generator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from collectors.archives.record import Record, Refused
from collectors.clean import clean_line, clean_text, without_markup
from collectors.dates import read_date
from store.demonstration import MARK
from store.errors import WrongFile

FIELDS = frozenset({
    "ArticleUrl", "Heading", "SubHeading", "Lead", "Paragraph", "PublishDate", "BodyText", "Captions", "Authors",
    "Source", "WordCount", "ArticleId", "PageIds", "Section",
})
"""The fields of an export. ``Authors`` is personal data and never read; captions are no part of the text."""

LINE_LIMIT = 4_000_000
"""Characters of one record. The longest articles have some 100,000; a line beyond this is another kind of file."""


def recognises(start: str) -> bool:
    """Say whether a file that starts like this is an Infomedia export."""
    line = start.lstrip("\ufeff \t\r\n").partition("\n")[0]
    record = _object(line)
    if record is not None:
        return len(FIELDS & record.keys()) >= 2
    # The start may end within a long first record.
    return line.startswith("{") and sum(f'"{field}"' in line for field in FIELDS) >= 2


def read(path: Path, now: datetime, encoding: str) -> Generator[Record | Refused, None, None]:
    """Read records one at a time. Raises :class:`WrongFile` when the first line is no JSON object."""
    number = 0
    with path.open(encoding=encoding, newline="\n") as file:
        while line := file.readline(LINE_LIMIT):
            if not line.strip():
                continue
            number += 1
            if len(line) == LINE_LIMIT and not line.endswith("\n"):
                while rest := file.readline(LINE_LIMIT):
                    if rest.endswith("\n"):
                        break
                yield Refused(number, "", f"the line is longer than {LINE_LIMIT} characters")
                continue
            record = _object(line)
            if record is None and number == 1:
                raise WrongFile("this is not an Infomedia export: its first line is no JSON object", where=path,
                                do="Export as NDJSON, one object a line, or name another --format")
            yield Refused(number, "", "not a JSON object") if record is None else _read(number, record, now)


def _object(line: str) -> Mapping[str, Any] | None:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _read(number: int, record: Mapping[str, Any], now: datetime) -> Record | Refused:
    outlet = clean_line(_text(record, "Source"))
    if not outlet:
        return Refused(number, "Source", "no outlet is named")
    dated = read_date(_text(record, "PublishDate"), now)
    if dated.moment is None:
        return Refused(number, "PublishDate", dated.note or "no date")
    title = clean_line(without_markup(_text(record, "Heading")))
    summary = _joined(_body(record, "SubHeading"), _body(record, "Lead"))
    text = _body(record, "BodyText")
    paragraph = _body(record, "Paragraph")
    if paragraph and paragraph not in summary and paragraph not in text:
        text = _joined(paragraph, text)
    if not (title or text):
        return Refused(number, "Heading", "neither heading nor text")
    return Record(
        number, outlet, dated.moment, title, summary, text,
        guid=_text(record, "ArticleId") or None, url=_text(record, "ArticleUrl") or None,
        kind="demo" if record.get("Demo") == MARK else "real",
    )


def _body(record: Mapping[str, Any], field: str) -> str:
    return clean_text(without_markup(_text(record, field)))


def _text(record: Mapping[str, Any], field: str) -> str:
    """A field as text; some exports give a list of paragraphs where others give one text."""
    value = record.get(field)
    if isinstance(value, list):
        return "\n\n".join(str(each) for each in value if isinstance(each, str | int))
    return str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _joined(*parts: str) -> str:
    distinct = dict.fromkeys(each for each in parts if each)
    return "\n\n".join(distinct)
