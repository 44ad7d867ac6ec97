"""Turn texts whose time is over into what is kept of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from nlp.document import document
from nlp.events import opening_of
from nlp.kept import packed
from nlp.reader import Reader
from store.expiry import DueText, Features


def features_of(reader: Reader, texts: Sequence[DueText]) -> list[tuple[DueText, Features | None]]:
    """Pair each text with its features; of a version that an edit has replaced none are kept.

    Of a text that names no area only the opening's hashed stems stay.
    """
    return [(text, _features(reader, text) if text.current else None) for text in texts]


def _features(reader: Reader, text: DueText) -> Features:
    doc = document(text.text, text.title, text.summary, "article" if text.text_level == "full" else "teaser")
    named, _ = reader.names(doc, date.fromisoformat(text.day))
    kept = reader.keep(doc, named) if named else None
    return Features(packed(kept), opening_of(text.summary, text.text, text.day) if named else {})
