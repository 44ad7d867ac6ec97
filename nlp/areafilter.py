"""Tell from a headline and a teaser whether a text may be about an area."""

from __future__ import annotations

from collections.abc import Iterable

from nlp.folding import fold, key
from nlp.gazetteer import Gazetteer
from store.areas import Area


class AreaFilter:
    """Passes a text that has a name of an area in it, valid or doubtful, or the name of an area's municipality.

    It may pass too many, never too few: what an article says decides, and the teaser is only the way to it.
    """

    def __init__(self, areas: Iterable[Area]) -> None:
        self._gazetteer = Gazetteer(areas)
        self._municipalities = {f"place:{key(area.municipality)}" for area in self._gazetteer.areas.values()}

    def __call__(self, text: str) -> bool:
        """Say whether ``text`` passes."""
        folded = fold(text)
        if any(hit.names for hit in self._gazetteer.names(folded, None)):
            return True
        return not self._municipalities.isdisjoint(self._gazetteer.context(folded, ()))
