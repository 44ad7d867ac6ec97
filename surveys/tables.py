"""Take a TOML table apart, key by key, so that every mistake is told with its line and the nearest known key."""

from __future__ import annotations

import difflib
import math
from collections.abc import Collection, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, NoReturn

from store.errors import WrongCodebook


class Table:
    """One table of a codebook. Take the keys with the methods below, then call :meth:`close`."""

    def __init__(self, values: Any, name: str, text: str, path: Path, nth: int = 1) -> None:
        """``name``: as in its header, empty for the top; ``nth``: which of several tables of that name."""
        self.name, self._text, self._path, self._nth = name, text, path, nth
        self._known: list[str] = []
        if not isinstance(values, dict):
            self.wrong("", f"'{name}' must be a table", f"Write it as [{name}]")
        self._values: Mapping[str, Any] = values

    def wrong(self, key: str, what: str, do: str) -> NoReturn:
        """Raise :class:`WrongCodebook` at the line of ``key``."""
        line = self._line(key)
        raise WrongCodebook(what, where=f"{self._path}:{line}" if line else self._path, do=do)

    def has(self, key: str) -> bool:
        """Say whether a key is there and not empty text; marks it as known."""
        self._known.append(key)
        return bool(self._values.get(key, "") != "")

    def take(self, key: str) -> Any:
        """Return the value of a key that must be there."""
        self._known.append(key)
        if key not in self._values:
            near = difflib.get_close_matches(key, [each for each in self._values if each not in self._known], n=1)
            hint = f"Add it; '{near[0]}' is not a key here" if near else "Add it"
            self.wrong("", f"'{self._at(key)}' is missing", hint)
        return self._values[key]

    def word(self, key: str, allowed: Collection[str] = ()) -> str:
        """Return text that is not empty, one of ``allowed`` where given."""
        value = self.take(key)
        if not isinstance(value, str) or not value.strip():
            self.wrong(key, f"'{self._at(key)}' is {value!r}", "Write text in quotes")
        if allowed and value not in allowed:
            self.wrong(key, f"'{self._at(key)}' is {value!r}", _nearest(value, allowed))
        return value.strip()

    def words(self, key: str, allowed: Collection[str] = ()) -> tuple[str, ...]:
        """Return a list of texts, or one text as a list of one; never empty, no text twice."""
        value = self.take(key)
        value = [value] if isinstance(value, str) else value
        if not isinstance(value, list) or not value or not all(isinstance(each, str) and each for each in value):
            self.wrong(key, f"'{self._at(key)}' is {value!r}", "Write a list of texts in square brackets")
        if len(set(value)) < len(value):
            self.wrong(key, f"'{self._at(key)}' names something twice", "Name each once")
        for each in value:
            if allowed and each not in allowed:
                self.wrong(key, f"'{self._at(key)}' holds {each!r}", _nearest(each, allowed))
        return tuple(value)

    def whole(self, key: str) -> int:
        """Return a whole number."""
        value = self.take(key)
        if not isinstance(value, int) or isinstance(value, bool):
            self.wrong(key, f"'{self._at(key)}' is {value!r}", "It must be a whole number")
        return value

    def wholes(self, key: str) -> tuple[int, ...]:
        """Return a list of whole numbers, empty where the key is missing; sorted, none twice."""
        value = self._values.get(key, [])
        self._known.append(key)
        if not isinstance(value, list) or not all(isinstance(each, int) and not isinstance(each, bool)
                                                  for each in value):
            self.wrong(key, f"'{self._at(key)}' is {value!r}", "Write whole numbers in square brackets: [1, 2, 3]")
        if len(set(value)) < len(value):
            self.wrong(key, f"'{self._at(key)}' names a code twice", "Name each once")
        return tuple(sorted(value))

    def wholes_in_order(self, key: str) -> tuple[int, ...]:
        """Return a list of whole numbers that must be there, as it stands."""
        value = self.take(key)
        if not isinstance(value, list) or not all(isinstance(each, int) and not isinstance(each, bool)
                                                  for each in value):
            self.wrong(key, f"'{self._at(key)}' is {value!r}", "Write whole numbers in square brackets: [1, 2, 3]")
        return tuple(value)

    def number(self, key: str) -> float:
        """Return a number that is no infinity."""
        value = self.take(key)
        if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
            self.wrong(key, f"'{self._at(key)}' is {value!r}", "It must be a number")
        return float(value)

    def codes(self, key: str) -> dict[str, str]:
        """Return a table of code → text, in the order it stands in, never empty."""
        value = self.take(key)
        if not isinstance(value, dict) or not value or not all(isinstance(each, str) and each
                                                               for each in value.values()):
            self.wrong(key, f"'{self._at(key)}' is {value!r}", 'Write codes as {1 = "…", 2 = "…"}')
        return {str(code): text for code, text in value.items()}

    def all_codes(self) -> dict[str, str]:
        """Return the whole table as code → text, never empty."""
        if not self._values or not all(isinstance(each, str) and each for each in self._values.values()):
            self.wrong("", f"'{self.name}' is {dict(self._values)!r}", 'Write codes as {"…" = "…"}')
        self._known += self._values
        return {str(code): text for code, text in self._values.items()}

    def days(self, key: str) -> tuple[date, date]:
        """Return first and last day, in order."""
        value = self.take(key)
        if not isinstance(value, list) or len(value) != 2 or not all(isinstance(each, date)
                                                                     and not isinstance(each, datetime)
                                                                     for each in value):
            self.wrong(key, f"'{self._at(key)}' is not two dates", "Write it as [2021-03-01, 2021-05-31]")
        if value[1] < value[0]:
            self.wrong(key, f"'{self._at(key)}' ends before it begins", "Put the first day first")
        return value[0], value[1]

    def flag(self, key: str) -> bool:
        """Return true or false; false where the key is missing."""
        self._known.append(key)
        value = self._values.get(key, False)
        if not isinstance(value, bool):
            self.wrong(key, f"'{self._at(key)}' is {value!r}", "Write true or false")
        return value

    def table(self, key: str) -> Table:
        """Return a table inside this one."""
        return Table(self.take(key), self._at(key), self._text, self._path)

    def one_or_more(self, key: str) -> tuple[Table, ...]:
        """Return the tables of a key that holds one table or a list of them."""
        value = self.take(key)
        values = value if isinstance(value, list) else [value]
        return tuple(Table(each, self._at(key), self._text, self._path) for each in values)

    def tables(self, key: str) -> tuple[Table, ...]:
        """Return the tables ``[[key]]``, none where the key is missing."""
        self._known.append(key)
        value = self._values.get(key, [])
        if not isinstance(value, list):
            self.wrong(key, f"'{key}' must be a list of tables", f"Write it as [[{key}]]")
        return tuple(Table(each, key, self._text, self._path, nth) for nth, each in enumerate(value, 1))

    def named_tables(self, key: str) -> dict[str, Table]:
        """Return the tables ``[key.NAME]`` by name."""
        self._known.append(key)
        value = self._values.get(key, {})
        if not isinstance(value, dict):
            self.wrong(key, f"'{key}' must hold tables", f"Write them as [{key}.NAME]")
        return {name: Table(each, f"{key}.{name}", self._text, self._path) for name, each in value.items()}

    def close(self) -> None:
        """Raise :class:`WrongCodebook` for a key nobody took, naming the nearest known one."""
        for key in self._values:
            if key not in self._known:
                near = difflib.get_close_matches(key, self._known, n=1, cutoff=0.0)
                self.wrong(key, f"unknown key '{self._at(key)}'", f"Did you mean '{self._at(near[0])}'?")

    def _at(self, key: str) -> str:
        return f"{self.name}.{key}" if self.name else key

    def _line(self, key: str) -> int | None:
        """Return the line of ``key`` in this table, else of its header, else ``None``."""
        here, seen, header = not self.name, 0, None
        for number, line in enumerate(self._text.splitlines(), 1):
            bare = line.strip()
            if bare.startswith("["):
                title = bare.strip("[]").split("]")[0].strip()
                seen += title == self.name
                here = title == self.name and seen == self._nth
                header = number if here else header
                if title == self._at(key) and key:
                    return number
            elif here and key and bare.split("=")[0].strip().strip('"') == key:
                return number
        return header


def _nearest(value: str, allowed: Collection[str]) -> str:
    near = difflib.get_close_matches(value, allowed, n=1, cutoff=0.5)
    return f"Did you mean '{near[0]}'?" if near else f"Use one of: {', '.join(sorted(allowed))}"
