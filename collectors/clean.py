"""Clean a text that came from outside: encoding mended, invisible characters gone, mark-up out. Pure."""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress
from html.parser import HTMLParser
from itertools import groupby

import ftfy

# Soft hyphen, zero-width space and joiners, directional marks, word joiner, byte-order mark: ftfy leaves the first
# two, and an area's name with one of them inside is never found.
_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# Composing takes a time that grows with the square of a run of marks on one letter; no language puts five there.
_PILED = re.compile("([\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]{4})"
                    "[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]+")
# Nor is a tag so long: reading its attributes takes seconds.
_ENDLESS_TAG = re.compile(r"<[^<>]{20000,}>?")
_NEWLINE = re.compile("\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]")
_TAG = re.compile(r"</?[a-zA-Z!][^<>]*>")
# What the first bytes of UTF-8 look like in Windows-1252: of Latin letters, and of dashes and quotation marks.
_MOJIBAKE = ("Ã", "Â", "â")
_BLOCKS = frozenset({
    "p", "div", "br", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "section", "article", "table",
    "tr", "figure", "figcaption", "hr", "pre",
})
_SILENT = frozenset({"script", "style", "template", "noscript"})


def clean_line(text: str) -> str:
    """Return a title as one clean line."""
    return " ".join(_mended(text).split())


def clean_text(text: str) -> str:
    """Return a text as clean paragraphs split by a blank line.

    Where the source splits paragraphs by blank lines, a single line break inside one is only a wrapped line; where it
    never does, each line is a paragraph. Cleaning twice equals once, encodings aside that were broken twice.
    """
    lines = [" ".join(line.split()) for line in _mended(text).strip().split("\n")]
    if "" not in lines:
        return "\n\n".join(lines)
    paragraphs = (" ".join(run) for filled, run in groupby(lines, key=bool) if filled)
    return "\n\n".join(paragraphs)


def without_markup(text: str) -> str:
    """Return the words of an HTML fragment, blocks split by a blank line; plain text comes back as it is.

    Entities are resolved once. A ``<`` that opens no tag stays.
    """
    text = _ENDLESS_TAG.sub(" ", text)
    if not _TAG.search(text) and "&" not in text:
        return text
    if not _TAG.search(text):
        return _Words.of(text)
    # Line breaks in mark-up are layout, not paragraphs.
    return _Words.of(re.sub(r"\s+", " ", text))


def mended_encoding(text: str) -> str:
    """Undo UTF-8 that was once read as Windows-1252 (``MjÃ¸lnerparken``); leave everything else alone."""
    if not any(sign in text for sign in _MOJIBAKE):
        return text
    if "Ã" in text:
        # A short word such as ``Ã…by`` gives ftfy too little to go by; but no Danish text holds Ã, so one that
        # turns into valid UTF-8 as a whole was double-encoded.
        with suppress(UnicodeError):
            return text.encode("sloppy-windows-1252").decode("utf-8")
    return str(ftfy.fix_encoding(text))


def _mended(text: str) -> str:
    text = _NEWLINE.sub("\n", mended_encoding(text))
    text = _PILED.sub(r"\1", _CONTROL.sub("", _INVISIBLE.sub("", text)))
    return unicodedata.normalize("NFC", text)


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.silent = 0

    @classmethod
    def of(cls, fragment: str) -> str:
        parser = cls()
        try:
            parser.feed(fragment)
            parser.close()
        except (AssertionError, ValueError):  # a broken declaration, for instance ``<![``
            return _TAG.sub(" ", fragment)
        return "".join(parser.parts)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self.silent += 1
        elif tag in _BLOCKS:
            self.parts.append("\n\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self.silent = max(0, self.silent - 1)
        elif tag in _BLOCKS:
            self.parts.append("\n\n")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.parts.append(data)
