"""What the tests of this room stand on: an empty store, facts with a few invented outlets, a server on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import collectors.beside
from collectors.extract import Asked, NoPage, Page
from collectors.reading import PageReader
from store.config import Config
from store.database import Store
from store.facts import Facts, load_facts
from store.outlets import Outlet
from tests.collectors.serving import Server, serving

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


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as server:
        yield server


@pytest.fixture
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read pages here: that another process does it is told in test_reading.py, and each takes half a second."""

    class Here(PageReader):
        def __call__(self, asked: Asked) -> Page | NoPage:
            return self._read(asked)

    monkeypatch.setattr(collectors.beside, "PageReader", Here)
