"""Tell demonstration inputs from real ones."""

from __future__ import annotations

from store.database import Kind

MARK = "DEMODATA"
"""Every demonstration file carries this word inside itself; so does everything made from one."""

_MARKS = (MARK.encode(), MARK.encode("utf-16-le"))


def kind_of(content: bytes) -> Kind:
    """Say whether file bytes (the first 64 kB are enough) are *demo* or *real*."""
    return "demo" if any(mark in content for mark in _MARKS) else "real"
