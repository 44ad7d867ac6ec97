"""Speak one language: texts, numbers, days and lists as Danes or English readers write them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal

TEMPLATES = Path(__file__).parent / "templates"
LANGUAGES = ("da", "en")

MINUS = "\N{MINUS SIGN}"
NARROW = "\N{NO-BREAK SPACE}"


@cache
def texts(code: str) -> Mapping[str, str]:
    """Return every text of the report in one language, keyed ``section.name``.

    Raises :class:`KeyError` for a language that has no file.
    """
    if code not in LANGUAGES:
        raise KeyError(code)
    return _flat(tomllib.loads((TEMPLATES / f"{code}.toml").read_text(encoding="utf-8")))


@lru_cache(maxsize=20_000)
def _digits(value: float, decimals: int, code: str) -> str:
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return str(format_decimal(value, format=pattern, locale=code, decimal_quantization=False))


def _flat(table: Mapping[str, Any], before: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in table.items():
        if isinstance(value, dict):
            found.update(_flat(value, f"{before}{key}."))
        else:
            found[before + key] = str(value).replace(" = ", f"{NARROW}={NARROW}").replace("95 %", f"95{NARROW}%")
    return found


@dataclass(frozen=True)
class Language:
    """One language of the report."""

    code: str
    words: Mapping[str, str]
    """words of the fact files (``status.few``, ``goal:tryghed``), from ``Content.words``"""

    def say(self, key: str, /, **values: object) -> str:
        """Return a text with its places filled; an unknown key is a :class:`KeyError`."""
        return texts(self.code)[key].format(**values)

    def count(self, key: str, n: int, /, **values: object) -> str:
        """Return the singular or plural text of ``key`` for ``n``, which fills the place ``{n}``."""
        return self.say(f"{key}.{'one' if n == 1 else 'other'}", n=self.number(n), **values)

    def word(self, key: str) -> str:
        """Return the word for a status, theme, role, voice, class … ; a theme without one is called by its id."""
        if key in self.words:
            return self.words[key]
        known = texts(self.code)
        if f"word.{key}" in known:
            return known[f"word.{key}"]
        return key.partition(":")[2] or key.partition(".")[2] or key

    def number(self, value: float, decimals: int = 0, *, sign: bool = False) -> str:
        """Write a number with the language's decimal mark, a true minus, and a plus where ``sign``."""
        rounded = round(value, decimals) + 0.0
        written = _digits(abs(rounded), decimals, self.code)
        before = MINUS if rounded < 0 else "+" if sign and rounded > 0 else ""
        return before + written

    def percent(self, share: float, decimals: int = 0, *, sign: bool = False) -> str:
        """Write a share of 0..1 in per cent."""
        return self.number(100 * share, decimals, sign=sign) + (f"{NARROW}%" if self.code == "da" else "%")

    def probability(self, p: float) -> str:
        """Write a p-value as ``0,03`` or ``< 0,001``."""
        return f"<{NARROW}{self.number(0.001, 3)}" if p < 0.001 else self.number(p, 3 if p < 0.1 else 2)

    def p_value(self, p: float) -> str:
        """Write ``p = 0,03`` or ``p < 0,001``."""
        written = self.probability(p)
        return f"p{NARROW}{written}" if p < 0.001 else f"p{NARROW}={NARROW}{written}"

    def day(self, iso: str) -> str:
        """Write an ISO date in words; what is no date is returned as it is."""
        try:
            day = date.fromisoformat(iso)
        except ValueError:
            return iso
        return format_date(day, "d. MMMM y" if self.code == "da" else "d MMMM y", locale=self.code)

    def window(self, first: str, last: str) -> str:
        """Name a window: a year by its number, whole years by first and last, anything else by its days."""
        if first[4:] == "-01-01" and last[4:] == "-12-31":
            return first[:4] if first[:4] == last[:4] else f"{first[:4]}–{last[:4]}"
        return f"{self.day(first)} – {self.day(last)}"

    def names(self, names: Sequence[str]) -> str:
        """Join names: ``A``, ``A og B``, ``A, B og C``."""
        if len(names) < 2:
            return "".join(names)
        return f"{', '.join(names[:-1])} {self.say('word.and')} {names[-1]}"

    def interval(self, low: str, high: str) -> str:
        """Write the two ends of an interval; a minus would be lost behind a dash."""
        return f"{low} {self.say('word.to')} {high}"
