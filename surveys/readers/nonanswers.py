"""Know by its words an answer that stands beside every scale: *ved ikke* and its kin (export-formats.md 1.6)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

Nonanswer = Literal["dont_know", "refused", "not_relevant"]

_WORDS: tuple[tuple[Nonanswer, re.Pattern[str]], ...] = (
    ("refused", re.compile(
        r"(?:jeg\s+)?(?:ønsker|vil)\s+(?:jeg\s+)?(?:helst\s+)?ikke\s+(?:at\s+)?(?:svare|oplyse)"
        r"|(?:i\s+)?prefer\s+not\s+to\s+(?:say|answer)|refused|don.?t\s+want\s+to\s+answer|ønsker\s+ikke\s+å\s+svare",
        re.IGNORECASE)),
    ("not_relevant", re.compile(
        r"(?:det\s+er\s+)?(?:ikke|ej)\s+(?:relevant|aktuelt)|not\s+(?:relevant|applicable)|n/?a", re.IGNORECASE)),
    ("dont_know", re.compile(
        r"(?:det\s+)?(?:ved|vet)\s+(?:jeg\s+)?(?:det\s+)?ikke|(?:jeg\s+)?(?:ved|vet|husker)\s+(?:det\s+)?ikke"
        r"|(?:i\s+)?don.?t\s+(?:know|remember)|can.?t\s+say", re.IGNORECASE)),
)

_MARKS = re.compile(r"^[\s\d).:=–—-]+|[\s.()]+$")
"""What stands around a label: its code in front, a full stop or bracket behind."""


@lru_cache(maxsize=4096)
def nonanswer(label: str) -> Nonanswer | None:
    """Return what a label says beside the scale, or ``None`` where it is an answer.

    *Ved ikke/ønsker ikke at svare* in one label is *ved ikke*: the first that is named.
    """
    bare = _MARKS.sub("", label)
    first = re.split(r"\s*(?:/|,|\bel\.?\b|\beller\b)\s*", bare, maxsplit=1)[0]
    for words in dict.fromkeys((bare, first)):
        for state, pattern in _WORDS:
            if pattern.fullmatch(words):
                return state
    return None
