"""What the tests of this room stand on: an empty store and a few invented outlets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import pytest

from store.database import Store


@dataclass(frozen=True)
class Outlets:
    """The part of the facts that collectors ask for."""

    outlets: tuple[SimpleNamespace, ...] = field(
        default_factory=lambda: tuple(
            SimpleNamespace(id=id, name=name, names=names, class_=class_, medium=medium)
            for id, name, names, class_, medium in (
                ("fjordposten", "Fjordposten", ("Fjord-Posten",), "regional", "print"),
                ("bydelsbladet", "Bydelsbladet", (), "local", "web"),
                ("meddelelser", "Kommunens Meddelelser", (), "press release", "agency"),
            )
        )
    )

    def outlet_named(self, name: str) -> SimpleNamespace | None:
        return next((each for each in self.outlets if name.casefold() in
                     {each.id, each.name.casefold(), *(other.casefold() for other in each.names)}), None)


@pytest.fixture
def facts() -> Outlets:
    return Outlets()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "store.db") as store:
        yield store
