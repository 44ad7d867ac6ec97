"""Pass only texts that can name an area, many at a time, before any of them becomes a Python string.

One regular expression of all names, run by RE2 over an Arrow column. ``make bench`` measures it against DuckDB's and
against the automaton on folded text (docs/performance.md). It may pass too many, never too few: the automaton decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from nlp.folding import fold

if TYPE_CHECKING:
    import pyarrow

LARGEST = 20_000
"""Characters of an expression up to which RE2 is the faster of the two: some 200 areas. Beyond, the states it needs
outgrow its memory and it falls to a hundredth of its rate, while the automaton does not slow down."""

_SPACE = " \n\t\r\u00a0\u2009\u202f"
_DASH = "-–—‑‐"
_LOOSE = {
    "å": "(?:å|aa)", "ø": "(?:[øö]|oe)", "æ": "(?:[æä]|ae)", "'": "['’´]",
    "-": f"[{_DASH}{_SPACE}]?", " ": f"[{_DASH}{_SPACE}]",
    "/": f"(?:[{_SPACE}]?[{_DASH}/][{_SPACE}]?|[{_SPACE}]og[{_SPACE}]|[{_SPACE}])?",
}
"""What :func:`nlp.folding.spellings` puts for a letter and :func:`nlp.folding.fold` makes of a text, in one class: with
all spellings multiplied out the expression is so large that it is slow."""

ODD = "[\u00ad\u200b\u200c\u200d\u2060\ufeff\u0300-\u036f]"
"""Signs that folding takes out or composes: a text that has one is passed."""


def pattern(names: Iterable[str]) -> str | None:
    """Return an expression for RE2 that matches every text in which a spelling of ``names`` can be found.

    Absent where it would be larger than ``LARGEST``.
    """
    loose = sorted({_loosened(name) for name in names})
    whole = f"(?i)(?:{'|'.join(loose)})|{ODD}" if loose else ODD
    return whole if len(whole) <= LARGEST else None


def _loosened(name: str) -> str:
    letters = " ".join(fold(name).text.split()).replace("aa", "å").replace("oe", "ø").replace("ae", "æ")
    return "".join(_LOOSE.get(letter) or re.escape(letter) for letter in letters)


def passing(columns: Iterable[pyarrow.Array], expression: str | None) -> list[bool] | None:
    """Tell for each row whether one of its text ``columns`` matches; absent where there is no expression."""
    import pyarrow.compute as compute

    if expression is None:
        return None
    run: Any = compute  # its functions are made at run time
    found = None
    for column in columns:
        here = run.fill_null(run.match_substring_regex(column, expression), False)
        found = here if found is None else run.or_(found, here)
    return None if found is None else list(found.to_pylist())
