"""Read a fact file into entries that hand out checked values and know the line they stand on."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from store.errors import WrongFacts

_DAY = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")
"""A day, a month or a year as facts are dated: ``2018-12-01``, ``2018-12``, ``2018``."""


@dataclass(frozen=True)
class FactFile:
    """One fact file: its bytes for the digest, its lines for messages, its tables for the loaders."""

    path: Path
    content: bytes
    lines: tuple[str, ...]

    @classmethod
    def read(cls, path: Path) -> FactFile:
        """Read ``path`` as UTF-8. Raises :class:`WrongFacts`."""
        try:
            content = path.read_bytes()
            return cls(path, content, tuple(content.decode("utf-8-sig").splitlines()))
        except FileNotFoundError as error:
            raise WrongFacts("there is no such fact file", where=path, do="Restore it from the project") from error
        except (OSError, UnicodeDecodeError) as error:
            raise WrongFacts(f"the file can't be read ({error})", where=path, do="Save it as UTF-8") from error

    def root(self) -> Entry:
        """Return the whole file as one entry. Raises :class:`WrongFacts` where it is not TOML."""
        try:
            table = tomllib.loads("\n".join(self.lines))
        except tomllib.TOMLDecodeError as error:
            found = re.search(r"line (\d+)", str(error))
            where = f"{self.path}:{found[1]}" if found else self.path
            raise WrongFacts(f"not valid TOML: {error}", where=where, do="Mend the line") from error
        return Entry(self, table, "", 1, max(1, len(self.lines)))

    def wrong(self, line: int, what: str, do: str) -> WrongFacts:
        """Return the error that names file, line, reason and remedy."""
        return WrongFacts(what, where=f"{self.path}:{line}", do=do)


@dataclass(frozen=True)
class Entry:
    """One table of a fact file. Every getter raises :class:`WrongFacts` with the line of the value it refuses."""

    file: FactFile
    table: Mapping[str, Any]
    title: str
    first: int
    last: int

    def wrong(self, what: str, do: str, *, key: str = "", value: str = "") -> WrongFacts:
        """Return the error for this entry, on the line of ``key`` or, after it, of ``value``."""
        title = f"{self.title}: " if self.title else ""
        return self.file.wrong(self.line(key, value), f"{title}{what}", do)

    def line(self, key: str = "", value: str = "") -> int:
        """Return the line where ``key`` is set (and then ``value`` stands), else the first line of the entry."""
        found = self.first
        name = rf"""["']?{re.escape(key)}["']?"""
        own, inline = rf"\s*({name}\s*=|\[+\s*([\w-]+\.)*{name}\s*\])", rf".*[{{,]\s*{name}\s*="
        for pattern in (own, inline) if key else ():
            matching = (number for number, line in self._numbered(self.first) if re.match(pattern, line))
            if number := next(matching, 0):
                found = number
                break
        if value:
            found = next((n for n, line in self._numbered(found) if value in line), found)
        return found

    def _numbered(self, first: int) -> Sequence[tuple[int, str]]:
        return list(enumerate(self.file.lines[first - 1 : self.last], first))

    def called(self, title: str) -> Entry:
        """Return the same entry under the name messages shall use."""
        return Entry(self.file, self.table, title, self.first, self.last)

    def has(self, key: str) -> bool:
        """Say whether ``key`` is set."""
        return key in self.table

    def only(self, *known: str) -> None:
        """Refuse keys other than ``known``, naming the nearest known one."""
        for key in self.table:
            if key not in known:
                near = difflib.get_close_matches(key, known, n=1, cutoff=0.0)[0]
                raise self.wrong(f"unknown key '{key}'", f"Did you mean '{near}'?", key=key)

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text that is not empty; without ``default`` the key is required."""
        value = self._get(key, default)
        if not isinstance(value, str) or (not value.strip() and value != default):
            raise self.wrong(f"'{key}' is {value!r}", "It must be text in quotes", key=key)
        return value

    def maybe_text(self, key: str) -> str | None:
        """Return a text, or None where the key is absent."""
        return self.text(key) if self.has(key) else None

    def choice(self, key: str, known: Collection[str], default: str | None = None) -> str:
        """Return one of ``known``."""
        value = self.text(key, default)
        if value not in known:
            raise self.wrong(f"'{key}' is {value!r}", f"Use one of: {', '.join(known)}", key=key)
        return value

    def words(self, key: str) -> tuple[str, ...]:
        """Return a list of texts, none twice; absent is empty."""
        value = self._get(key, [])
        if not isinstance(value, list) or not all(isinstance(word, str) and word.strip() for word in value):
            raise self.wrong(f"'{key}' must be a list of texts", "Write it in square brackets", key=key)
        for word in value:
            if value.count(word) > 1:
                raise self.wrong(f"{word!r} stands twice in '{key}'", "Take one out", key=key, value=word)
        return tuple(value)

    def flag(self, key: str, default: bool) -> bool:
        """Return true or false."""
        value = self._get(key, default)
        if not isinstance(value, bool):
            raise self.wrong(f"'{key}' is {value!r}", "It must be true or false", key=key)
        return value

    def whole(self, key: str, low: int, high: int) -> int:
        """Return a whole number in ``low..high``."""
        value = self._get(key, None)
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise self.wrong(f"'{key}' is {value!r}", f"It must be a whole number from {low} to {high}", key=key)
        return value

    def number(self, key: str, low: float, high: float) -> float:
        """Return a number in ``low..high``."""
        value = self._get(key, None)
        if not isinstance(value, int | float) or isinstance(value, bool) or not low <= value <= high:
            raise self.wrong(f"'{key}' is {value!r}", f"It must be a number from {low:g} to {high:g}", key=key)
        return float(value)

    def day(self, key: str) -> date | None:
        """Return a date, or None where the key is absent."""
        value = self._get(key, "")
        if value == "":
            return None
        if not isinstance(value, date) or isinstance(value, datetime):
            raise self.wrong(f"'{key}' is {value!r}", "It must be a date such as 2018-12-01, without quotes", key=key)
        return value

    def dated(self, key: str) -> str:
        """Return a day, month or year as text; absent is empty."""
        value = self._get(key, "")
        if isinstance(value, date) and not isinstance(value, datetime):
            return value.isoformat()
        if value and not (isinstance(value, str) and _DAY.fullmatch(value)):
            raise self.wrong(f"'{key}' is {value!r}", 'It must be "2018", "2018-12" or "2018-12-01"', key=key)
        return str(value)

    def at(self, key: str) -> Entry | None:
        """Return the table under ``key``, or None where it is absent."""
        if not self.has(key):
            return None
        value = self.table[key]
        if not isinstance(value, dict):
            raise self.wrong(f"'{key}' must be a table", f"Write it as {key} = {{…}}", key=key)
        first = self.line(key)
        return Entry(self.file, value, self.title, first, self.last)

    def entries(self, key: str) -> tuple[Entry, ...]:
        """Return the tables of a list; absent is empty."""
        value = self._get(key, [])
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            raise self.wrong(f"'{key}' must be a list of tables", f"Write [[{key}]] or {key} = [{{…}}]", key=key)
        header = re.compile(rf"""\s*\[\[\s*(?:[\w.-]+\.)?["']?{re.escape(key)}["']?\s*\]\]""")
        starts = [number for number, line in self._numbered(self.first) if header.match(line)]
        if starts:
            lasts = [number - 1 for number in starts[1:]] + [self.last]
        else:
            starts = _openings(self._numbered(self.line(key)))[: len(value)]
            lasts = list(starts)
        if len(starts) != len(value):  # written in a way this search does not know: the list's own line must do
            starts, lasts = [self.line(key)] * len(value), [self.last] * len(value)
        return tuple(
            Entry(self.file, each, self.title, first, last)
            for each, first, last in zip(value, starts, lasts, strict=True)
        )

    def _get(self, key: str, default: Any) -> Any:
        if key not in self.table and default is None:
            raise self.wrong(f"'{key}' is missing", "Add it")
        return self.table.get(key, default)


def _openings(lines: Sequence[tuple[int, str]]) -> list[int]:
    """Return the lines on which inline tables open that stand in no other inline table."""
    found: list[int] = []
    depth = 0
    for number, line in lines:
        for mark in re.findall(r"[{}]", line):
            if mark == "{" and depth == 0:
                found.append(number)
            depth = max(0, depth + (1 if mark == "{" else -1))
    return found


def unique(entries: Sequence[Entry], key: str, seen: dict[str, Entry] | None = None) -> dict[str, Entry]:
    """Return entries by their ``key``, added to ``seen``. Raises :class:`WrongFacts` where two share one."""
    found = dict(seen or {})
    for entry in entries:
        name = entry.text(key)
        if name in found:
            other = found[name]
            place = f"{other.file.path}:{other.first}"
            do = f"Give it another one, or take one of the two out (the other: {place})"
            raise entry.wrong(f"the {key} '{name}' is given twice", do, key=key)
        found[name] = entry.called(name)
    return found


Resolve = Callable[[Entry, str], str]
"""Turn the source an entry gives under a key into its address."""


def source_reader(sources: Mapping[str, str]) -> Resolve:
    """Return a function that turns ``source = "43 44"`` into the addresses; several are joined by ``; ``.

    It raises :class:`WrongFacts` for a key that ``sources`` lacks; an absent source is empty.
    """

    def resolve(entry: Entry, key: str) -> str:
        given = entry.text(key, "")
        for each in given.split():
            if each not in sources:
                raise entry.wrong(f"the source '{each}' is not known", "Add it to [sources] in sources.toml", key=key)
        return "; ".join(sources[each] for each in given.split())

    return resolve
