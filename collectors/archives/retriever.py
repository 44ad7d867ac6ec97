"""Read a Retriever export: plain text, articles split by a line of equal signs."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import takewhile
from pathlib import Path

from collectors.archives.record import Record, Refused
from collectors.clean import clean_line, clean_text
from collectors.dates import read_date
from store.errors import WrongFacts, WrongFile

WORDS = Path(__file__).resolve().parents[2] / "data" / "retriever.toml"
"""Swedish and Danish words around an article, editable."""

TITLE_LINES = 4
"""A title runs over so many lines at most before the line with outlet and date."""

ARTICLE_LINES = 20_000
"""Lines of one article; more is another kind of file."""

_SEPARATOR = re.compile(r"={60,}\s*")
_CONTENTS = re.compile(r">\s*\S.*,\s*\d{4}-\d{2}-\d{2}(?:\s+\d{1,2}[:.]\d{2})?\s*")
_DATELINE = re.compile(r"(?P<outlet>\S.*?),\s*(?P<date>\d{4}-\d{2}-\d{2}(?:\s+\d{1,2}[:.]\d{2})?)\s*")


@dataclass(frozen=True)
class Words:
    """The words of ``data/retriever.toml``."""

    page: tuple[str, ...]
    published: tuple[str, ...]
    notice: tuple[str, ...]
    link: tuple[str, ...]


@cache
def load_words(path: Path = WORDS) -> Words:
    """Read the words. Raises :class:`WrongFacts`."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        return Words(**{key: tuple(str(word).casefold() for word in table[key]) for key in Words.__annotations__})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WrongFacts(f"the words of Retriever exports can't be read ({error})", where=path,
                         do="Restore the file from version control") from error


def recognises(start: str) -> bool:
    """Say whether a file that starts like this is a Retriever export: a contents list or a first article in it."""
    lines = [line.strip() for line in start.lstrip("\ufeff").splitlines()]
    return any(map(_CONTENTS.fullmatch, lines)) or (
        any(map(_SEPARATOR.fullmatch, lines)) and any(map(_DATELINE.fullmatch, lines))
    )


def read(path: Path, now: datetime, encoding: str) -> Generator[Record | Refused, None, None]:
    """Read articles one at a time, then check their number against the contents list.

    The contents list repeats every title, so articles are counted by separator. Raises :class:`WrongFile` when there
    is no separator at all.
    """
    words = load_words()
    listed = found = 0
    chunk: list[str] = []
    in_head = True
    with path.open(encoding=encoding) as file:
        for line in map(str.strip, file):
            if _SEPARATOR.fullmatch(line):
                # Some exports put no separator between the contents list and the first article.
                if any(chunk) and (not in_head or _dateline(chunk)):
                    found += 1
                    yield _article(found, chunk, words, now)
                chunk, in_head = [], False
            elif in_head and _CONTENTS.fullmatch(line):
                listed += 1
                chunk = []
            elif len(chunk) < ARTICLE_LINES:
                chunk.append(line)
    if in_head:
        raise WrongFile("this is not a Retriever export: no line of equal signs parts its articles", where=path,
                        do="Export as text (TXT), or name another --format")
    if any(chunk) and (found < listed or _dateline(chunk)):  # else a closing line of the archive's own
        found += 1
        yield _article(found, chunk, words, now)
    if listed != found:
        yield Refused(0, "", f"the contents list names {listed} articles, the file holds {found}")


def _dateline(lines: Sequence[str]) -> int | None:
    """Index of the line with outlet and date: the first that looks like one, below at least one line of title.

    A later line that looks like one is text.
    """
    seen = 0
    for index, line in enumerate(lines):
        if not line:
            continue
        if seen and _DATELINE.fullmatch(line):
            return index
        seen += 1
        if seen > TITLE_LINES:
            return None
    return None


def _article(number: int, lines: Sequence[str], words: Words, now: datetime) -> Record | Refused:
    at = _dateline(lines)
    if at is None:
        return Refused(number, "", "no line with outlet and date under the title")
    match = _DATELINE.fullmatch(lines[at])
    assert match is not None
    outlet = clean_line(match["outlet"])
    dated = read_date(match["date"], now)
    if dated.moment is None:
        return Refused(number, "date", dated.note or "no date")
    rest = lines[at + 1:]
    about = tuple(takewhile(bool, rest))
    body = rest[sum(_is_frame(line, words) for line in about):] if about else rest
    parts = clean_text("\n".join(_without_notice(body, outlet, words))).split("\n\n")
    lead, text = (parts[0], "\n\n".join(parts[1:])) if len(parts) > 1 else ("", parts[0])
    return Record(number, outlet, dated.moment, clean_line(" ".join(lines[:at])), lead, text)


def _is_frame(line: str, words: Words) -> bool:
    """Whether a line under the dateline tells of page or medium, and not of the story."""
    folded = line.casefold()
    return folded.startswith(words.published) or any(
        re.fullmatch(rf"{re.escape(word)}\s*\d[\w ,.-]*", folded) for word in words.page
    )


def _without_notice(lines: Sequence[str], outlet: str, words: Words) -> list[str]:
    """Cut the text at the copyright notice; a © inside it, of a photographer, stays."""
    kept: list[str] = []
    for index, line in enumerate(lines):
        folded = line.casefold()
        if folded.startswith(words.notice) or (
            folded.startswith("©")
            and (folded[1:].strip().startswith(outlet.casefold()) or _leads_to_notice(lines[index:index + 4], words))
        ):
            break
        if not folded.startswith(words.link):
            kept.append(line)
    return kept


def _leads_to_notice(lines: Sequence[str], words: Words) -> bool:
    return any(notice in line.casefold() for line in lines for notice in words.notice)
