"""What the tests of this room share: facts, a store and a config in a folder of their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from store.config import Config, SurveysConfig
from store.database import Store
from store.facts import Facts, load_facts


@pytest.fixture(scope="session")
def facts() -> Facts:
    return load_facts(Config(path=Path("config.toml")))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "store.db") as store:
        yield store


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(path=tmp_path / "config.toml", surveys=SurveysConfig(key_file=tmp_path / "keys" / "key"))
