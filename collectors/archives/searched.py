"""Read the list of outlets that an archive query searched."""

from __future__ import annotations

from pathlib import Path

from store.errors import WrongFile


def read_outlets(path: Path) -> tuple[str, ...]:
    """Return the ids or names in a text file, one a line; blank lines and lines that start with ``#`` are passed over.

    Raises :class:`WrongFile` when the file is missing, is not UTF-8, or names nothing.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise WrongFile(f"the list of outlets can't be read ({error.strerror})", where=path,
                        do="Name an existing file after --outlets") from error
    except UnicodeDecodeError as error:
        raise WrongFile("the list of outlets is not UTF-8", where=path, do="Save it as UTF-8") from error
    outlets = tuple(line.strip() for line in lines if line.strip() and not line.startswith("#"))
    if not outlets:
        raise WrongFile("the list of outlets is empty", where=path, do="Write one id or name a line")
    return outlets
