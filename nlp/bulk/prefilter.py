"""Pass only texts that can name an area, many at a time, before any of them becomes a Python string.

One regular expression of all spellings, run by RE2 over an Arrow column. ``make bench`` measures it against DuckDB's and
against the automaton on folded text (docs/performance.md). It may pass too many, never too few: the automaton decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow

_AS_FOLDED = {" ": "[ \\n\\t\\r\u00a0\u2009\u202f]", "-": "[-–—‑‐]", "'": "['’´]"}
"""What :func:`nlp.folding.fold` turns into the one sign of a spelling."""

ODD = "[\u00ad\u200b\u200c\u200d\u2060\ufeff\u0300-\u036f]"
"""Signs that folding takes out or composes: a text that has one is passed."""

_BOUNDARY = r"(?:^|[^\pL\pN_])"


def pattern(spellings: Iterable[str]) -> str:
    """Return a regular expression for RE2 that matches every text in which the gazetteer can find a name."""
    names = "|".join(sorted("".join(_AS_FOLDED.get(letter) or re.escape(letter) for letter in each)
                            for each in spellings))
    return f"(?i){_BOUNDARY}(?:{names})|{ODD}" if names else ODD


def passing(columns: Iterable[pyarrow.Array], expression: str) -> pyarrow.Array | None:
    """Tell for each row whether one of its text ``columns`` matches; absent where the expression is too large.

    RE2 keeps an expression within eight megabytes: some thousand areas are too many, and the automaton does alone.
    """
    import pyarrow.compute as compute
    from pyarrow import ArrowInvalid

    run: Any = compute  # its functions are made at run time
    found = None
    for column in columns:
        try:
            here = run.fill_null(run.match_substring_regex(column, expression), False)
        except ArrowInvalid:
            return None
        found = here if found is None else run.or_(found, here)
    return found
