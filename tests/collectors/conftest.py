"""What the tests of this room stand on: an empty store, and facts with a few invented outlets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from store.config import Config
from store.database import Store
from store.facts import Facts, load_facts
from store.outlets import Outlet

OUTLETS = (
    Outlet("fjordposten", "Fjordposten", ("Fjord-Posten",), "regional", "print", "", ()),
    Outlet("bydelsbladet", "Bydelsbladet", (), "local", "web", "", ()),
    Outlet("meddelelser", "Kommunens Meddelelser", (), "press release", "agency", "", ()),
)


@pytest.fixture(scope="session")
def facts() -> Facts:
    shipped = load_facts(Config(path=Path("config.toml")))
    return replace(shipped, outlets=(*shipped.outlets, *OUTLETS))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "store.db") as store:
        yield store
