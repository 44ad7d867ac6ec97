"""Lay title, lead and body of a text out as one string, so that every finding has one offset."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal["article", "teaser", "headline", "answer"]
Basis = Literal["lead", "full", "answer"]

PARAGRAPH = re.compile(r"\n[ \t\r]*\n\s*")
GAP = "\n\n"
LEAD_SENTENCES = 2
"""A text without paragraphs leads with its first two sentences (design.md, ``read -``)."""


@dataclass(frozen=True, slots=True)
class Document:
    """A text to be read.

    ``text`` is title, lead and body in that order with a blank line between; ``title_end`` is where the title ends
    (0: none); ``lead_end`` where the lead ends, absent where it is the first two sentences after the title.
    """

    text: str
    title_end: int
    lead_end: int | None
    kind: Kind = "article"

    @property
    def body_start(self) -> int:
        """Offset of the first character after the title."""
        return min(self.title_end + len(GAP), len(self.text)) if self.title_end else 0


def document(text: str, title: str = "", summary: str = "", kind: Kind = "article") -> Document:
    """Compose a document from what an outlet gives.

    The lead is ``summary`` where there is one, else the first paragraph of ``text``, else its first two sentences.
    A body that opens with its own summary is not counted twice. Of a headline everything is title; of a teaser and
    of an answer everything after the title is lead.
    """
    if kind == "headline":
        title, text = (title, text) if title.strip() else (text, "")
    head = title.rstrip()
    body = text
    lead: int | None = None
    if summary.strip():
        if text.lstrip().startswith(summary.strip()):
            lead = len(text) - len(text.lstrip()) + len(summary.strip())
        else:
            body = summary.strip() + (GAP + text if text.strip() else "")
            lead = len(summary.strip())
    elif kind in ("teaser", "answer"):
        lead = len(text)
    else:
        opening = len(text) - len(text.lstrip())
        end = PARAGRAPH.search(text, opening)
        lead = end.start() if end else None
    whole = head + GAP + body if head and body else head or body
    start = len(head) + len(GAP) if head else 0
    return Document(whole, len(head), None if lead is None else min(start + lead, len(whole)), kind)


def leading(doc: Document, lead_end: int) -> Document:
    """Return the document cut down to its title and lead: the basis *lead*."""
    return Document(doc.text[:lead_end], doc.title_end, lead_end, doc.kind)
