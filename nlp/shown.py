"""Say what is shown of a text where there is no room for all of it."""

from __future__ import annotations

LEAD_CHARACTERS = 1500


def lead_of(summary: str, text: str) -> str:
    """Return what stands under a headline: the summary, else the first paragraph."""
    return (summary or text.split("\n\n", 1)[0])[:LEAD_CHARACTERS]
