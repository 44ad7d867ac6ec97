"""Tell whether a folder already holds the report that would be written."""

from __future__ import annotations

import hashlib
from pathlib import Path

STAMP = "made-from.txt"
"""In a report's folder: what it was made from, and a digest of its page."""


def is_current(out: Path, made_from: str) -> bool:
    """Say whether ``out`` holds a report made from ``made_from`` whose page nobody has changed since."""
    try:
        return (out / STAMP).read_text(encoding="utf-8") == _text(out, made_from)
    except OSError:
        return False


def stamp(out: Path, made_from: str) -> None:
    """Note what the report in ``out`` was made from."""
    (out / STAMP).write_text(_text(out, made_from), encoding="utf-8")


def _text(out: Path, made_from: str) -> str:
    return f"{made_from}\n{hashlib.sha256((out / 'index.html').read_bytes()).hexdigest()}\n"
