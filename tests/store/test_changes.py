"""Whether anything changed is known without looking, and a job that was done is not looked for again."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.changes import changes, is_settled, settle
from store.database import Store
from store.schema import COUNTED


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "store.db") as opened:
        opened.execute("INSERT INTO outlets (id, name) VALUES ('a', 'Avis')")
        yield opened


def put(store: Store, name: str) -> None:
    with store.transaction():
        store.execute(
            "INSERT INTO articles (id, outlet_id, published, day, first_seen, access, text_level, version, copy_group)"
            " VALUES (?, 'a', '2024-01-01T00:00:00Z', '2024-01-01', '2024-01-01T00:00:00Z', 'free', 'full', 1, ?)",
            [name, name],
        )
        store.execute("INSERT INTO versions (article_id, number, title, summary, text, digest, seen)"
                      " VALUES (?, 1, 't', '', '', 'd', '2024-01-01T00:00:00Z')", [name])


def test_every_write_to_a_counted_table_counts_those_that_follow_from_a_key_too(store: Store) -> None:
    seen = {changes(store, COUNTED)}
    put(store, "x")
    store.execute("INSERT INTO mentions (article_id, area_id, role, count, alias, unit)"
                  " VALUES ('x', 'vollsmose', 'lead', 1, 'Vollsmose', 'official')")
    before = changes(store, ["mentions"])
    for write in ("UPDATE articles SET day = '2024-01-02'", "UPDATE mentions SET count = 2", "DELETE FROM articles"):
        store.execute(write)
        assert changes(store, COUNTED) not in seen
        seen.add(changes(store, COUNTED))
    assert store.value("SELECT count(*) FROM mentions") == 0
    assert (before, changes(store, ["mentions"])) == ("mentions 1", "mentions 3")


def _twice(store: Store) -> None:
    with store.transaction():
        put(store, "x")
        put(store, "x")


def test_a_write_that_is_taken_back_counts_not(store: Store) -> None:
    before = changes(store, COUNTED)
    with pytest.raises(sqlite3.IntegrityError):
        _twice(store)
    assert changes(store, COUNTED) == before


def test_a_job_is_settled_until_something_it_depends_on_changes_or_another_does_it(store: Store) -> None:
    with store.transaction():
        settle(store, "texts", "me", ["articles"])
    assert is_settled(store, "texts", "me", ["articles"])
    assert not is_settled(store, "texts", "another", ["articles"])
    store.execute("DELETE FROM mentions")
    assert is_settled(store, "texts", "me", ["articles"])
    put(store, "x")
    assert not is_settled(store, "texts", "me", ["articles"])


def test_a_table_that_does_not_count_can_not_be_asked(store: Store) -> None:
    with pytest.raises(AssertionError, match="outlets"):
        changes(store, ["outlets"])
