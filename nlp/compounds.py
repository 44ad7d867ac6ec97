"""Split Danish compounds into words that stand alone elsewhere: *boligforening* → *bolig*, *forening*."""

from __future__ import annotations

from collections.abc import Container

LINKS = ("", "s", "e")
"""Letters that join parts: *ungdom-s-bolig*, *barn-e-pige*."""

LEAST = 4
"""Letters of a part; shorter ones are more often chance than meaning (*nød-ven-dig*)."""


def parts(word: str, known: Container[str]) -> tuple[str, ...]:
    """Split ``word`` into known words, the longest last part first; a word that can't be split gives none.

    Only ``known`` words count as parts, so that *nødvendig* stays whole as long as no *vendig* stands anywhere.
    """
    found = _split(word, known)
    return found if len(found) > 1 else ()


def _split(word: str, known: Container[str]) -> tuple[str, ...]:
    for cut in range(LEAST, len(word) - LEAST + 1):
        last = word[cut:]
        if last not in known:
            continue
        for link in LINKS:
            first = word[:cut].removesuffix(link) if link else word[:cut]
            if len(first) < LEAST or (link and first == word[:cut]):
                continue
            before = (first,) if first in known else _split(first, known)
            if before:
                return (*before, last)
    return ()
