"""Say in the reader's language why rows were refused: the program's own messages are English and name single cells."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache

from reputation.language import TEMPLATES

WORDS = TEMPLATES / "refusals.toml"


@cache
def _known() -> tuple[tuple[re.Pattern[str], Mapping[str, str]], ...]:
    entries = tomllib.loads(WORDS.read_text(encoding="utf-8"))["known"]
    return tuple((re.compile(each["message"], re.DOTALL), each) for each in entries)


def in_words(reason: str, code: str) -> str:
    """Return the words of a reason; the last entry of the file takes what is known to none before it."""
    return next(words[code] for pattern, words in _known() if pattern.fullmatch(reason))


def grouped(refusals: Mapping[str, int], code: str) -> dict[str, int]:
    """Count refused rows by their reason in words, the most frequent first."""
    found: dict[str, int] = {}
    for reason, rows in refusals.items():
        words = in_words(reason, code)
        found[words] = found.get(words, 0) + rows
    return dict(sorted(found.items(), key=lambda each: (-each[1], each[0])))
