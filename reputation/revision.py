"""Name the code that makes the figures."""

from __future__ import annotations

import hashlib
import subprocess
from functools import cache
from importlib import metadata
from pathlib import Path

ROOMS = ("collectors", "nlp", "reputation", "store", "surveys")
ROOT = Path(__file__).resolve().parents[1]

SHORT = 12
"""Letters of a digest that name the code."""


@cache
def code_digest() -> str:
    """Digest the code of every room: another line of code may be another figure."""
    digest = hashlib.sha256()
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            digest.update(f"{path.relative_to(ROOT)} {path.stat().st_size}\n".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


@cache
def revision() -> str:
    """Name the code: the git commit, with ``+`` and a digest where files differ from it; else version and digest."""
    try:
        if _git("rev-parse", "--show-prefix"):  # the code stands inside another project's repository
            return f"{_version()}+{code_digest()[:SHORT]}"
        commit = _git("rev-parse", "--short=12", "HEAD")
        changed = _git("status", "--porcelain", "--", *ROOMS)
    except (OSError, subprocess.SubprocessError):
        return f"{_version()}+{code_digest()[:SHORT]}"
    return f"{commit}+{code_digest()[:SHORT]}" if changed else commit


def _git(*words: str) -> str:
    done = subprocess.run(  # noqa: S603
        ["git", "-C", str(ROOT), *words], capture_output=True, text=True, check=True, timeout=10,  # noqa: S607
    )
    return done.stdout.strip()


def _version() -> str:
    try:
        return metadata.version("reputation")
    except metadata.PackageNotFoundError:
        return "0"
