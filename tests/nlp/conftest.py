"""What the tests of reading share: the shipped facts, one reader, and a store with articles in it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from nlp.backends.lexicon import LexiconBackend
from nlp.reader import Reader
from store.config import Config, load_config
from store.database import Store
from store.facts import Facts, load_facts


@pytest.fixture(scope="session")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    return load_config(tmp_path_factory.mktemp("config") / "config.toml")


@pytest.fixture(scope="session")
def facts(config: Config) -> Facts:
    return load_facts(config)


@pytest.fixture(scope="session")
def reader(facts: Facts, config: Config) -> Reader:
    return Reader(facts, config)


@pytest.fixture(scope="session")
def by_words(reader: Reader) -> Reader:
    """Read by word lists and rules alone."""
    return reader.using(LexiconBackend())


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "store.db") as opened:
        opened.execute("INSERT INTO outlets (id, name) VALUES ('avisen', 'Avisen')")
        yield opened


@pytest.fixture
def put(store: Store) -> Callable[..., str]:
    """Put an article into the store; the same id again is a new version."""

    def _put(id: str, title: str, text: str = "", *, summary: str = "", day: str = "2022-03-01", level: str = "full",
             copy_group: str = "") -> str:
        with store.transaction():
            number = 1 + (store.value("SELECT version FROM articles WHERE id = ?", [id]) or 0)
            store.execute(
                """INSERT INTO articles
                   (id, outlet_id, published, day, first_seen, access, text_level, version, copy_group)
                   VALUES (?, 'avisen', ?, ?, ?, 'free', ?, 1, ?)
                   ON CONFLICT (id) DO UPDATE SET version = version + 1""",
                [id, f"{day}T09:00:00Z", day, f"{day}T09:00:00Z", level, copy_group or id],
            )
            store.execute(
                "INSERT INTO versions (article_id, number, title, summary, text, digest, seen)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                [id, number, title, summary, text, f"{id}-{number}", f"{day}T09:00:00Z"],
            )
        return id

    return _put
