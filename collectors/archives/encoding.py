"""Find out how a text file is encoded, without holding it."""

from __future__ import annotations

import codecs
from pathlib import Path

from store.errors import WrongFile

_BLOCK = 1 << 20
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def encoding_of(path: Path) -> str:
    """Return the encoding of a file: by its byte-order mark, else UTF-8 when every byte fits, else Windows-1252.

    Never a guess that loses a letter: raises :class:`WrongFile` where neither fits.
    """
    with path.open("rb") as file:
        start = file.read(4)
    for mark, name in _MARKS:
        if start.startswith(mark):
            return name
    for name in ("utf-8", "cp1252"):
        if _fits(path, name):
            return name
    raise WrongFile("the text is neither UTF-8 nor Windows-1252", where=path, do="Save it as UTF-8")


def _fits(path: Path, name: str) -> bool:
    decoder = codecs.getincrementaldecoder(name)()
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
