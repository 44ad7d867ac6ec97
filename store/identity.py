"""Say which article a text is: pure digests of what the source gives, so that the order of imports changes nothing."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from datetime import date

ID_LENGTH = 32
"""Hex digits of an article id: 128 bits, no clash among any number of articles this store can hold."""

_NOT_A_WORD = re.compile(r"[\W_]+")
_DANISH = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def article_id(
    outlet_id: str, *, guid: str | None = None, url: str | None = None, day: date | None = None, text: str = "",
) -> str:
    """Return the id of an article: a digest of outlet and guid, else outlet and address, else outlet, day and text.

    A guid outranks the link. Give ``url`` in canonical form, and leave it out where several guids of one feed share
    it: such a link is no key. ``text`` is title, summary and body as far as they are held; it counts by its words
    alone (:func:`normalised`), and for all days where the source gives no ``day``. Raises :class:`ValueError` where
    nothing identifies the article.
    """
    if guid:
        return _digest("guid", outlet_id, guid)
    if url:
        return _digest("url", outlet_id, url)
    words = normalised(text)
    if not words:
        raise ValueError("an article without guid and address needs a text")
    return _digest("text", outlet_id, day.isoformat() if day else "", words)


def text_digest(title: str, summary: str, text: str) -> str:
    """Return the digest by which two versions of an article are told apart."""
    return _digest(title, summary, text)


def normalised(text: str) -> str:
    """Reduce a text to its words: case folded, composed, with one space between them and no punctuation.

    Normalising twice equals once.
    """
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", text).casefold())
    return _NOT_A_WORD.sub(" ", folded).strip()


def slug(name: str) -> str:
    """Turn a name into an id: ``Fyns Ø-avis`` gives ``fyns-oe-avis``. A name without letters gives ``unnamed``."""
    folded = unicodedata.normalize("NFC", name).casefold().translate(_DANISH)
    plain = unicodedata.normalize("NFKD", folded).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "unnamed"


def _digest(*parts: str) -> str:
    digest = hashlib.sha256()
    for part in parts:
        raw = part.encode("utf-8", "surrogatepass")
        digest.update(len(raw).to_bytes(8, "big"))
        digest.update(raw)
    return digest.hexdigest()[:ID_LENGTH]
