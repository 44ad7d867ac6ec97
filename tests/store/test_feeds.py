"""What is kept of feeds and sources: decisions with their dates, and that an older store gets the tables."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from store.database import Store, split_statements
from store.feeds import Permission, load_permissions, save_permissions
from store.schema import FIRST, MIGRATIONS

NOW = datetime(2026, 8, 6, 12, 0, tzinfo=UTC)
ORIGIN = "https://avis.example"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


def found(days: int, body: str = "", *, allowed: bool = True) -> Permission:
    return Permission(ORIGIN, "robots", allowed, body, f"{ORIGIN}/robots.txt", NOW + timedelta(days=days))


def decisions(store: Store) -> list[tuple[str, str, int, str]]:
    return [(row["since"][:10], row["until"][:10], row["allowed"], row["body"])
            for row in store.rows("SELECT * FROM decisions ORDER BY since")]


def test_decisions_are_kept_with_the_days_over_which_they_were_found(path: Path) -> None:
    with Store.open(path) as store:
        for each in (found(0), found(1), found(2, "nej", allowed=False), found(3), found(4), found(4, "ny")):
            with store.transaction():
                save_permissions(store, [each])
        assert decisions(store) == [
            ("2026-08-06", "2026-08-07", 1, ""), ("2026-08-08", "2026-08-08", 0, "nej"),
            ("2026-08-09", "2026-08-10", 1, ""), ("2026-08-10", "2026-08-10", 1, "ny"),
        ]
        assert load_permissions(store) == [found(4, "ny")]


def test_a_decision_saved_twice_or_late_is_one(path: Path) -> None:
    with Store.open(path) as store, store.transaction():
        save_permissions(store, [found(1), found(1), found(0)])
        assert decisions(store) == [("2026-08-07", "2026-08-07", 1, "")]


def test_a_store_of_version_one_gets_the_new_tables_and_keeps_what_it_holds(path: Path) -> None:
    with closing(sqlite3.connect(path)) as old:
        for statement in split_statements(FIRST):
            old.execute(statement)
        old.execute("INSERT INTO meta VALUES ('kind', 'real')")
        old.execute("INSERT INTO permissions VALUES (?, 'tdm', 0, '[]', 's', '2026-08-06T12:00:00Z')", [ORIGIN])
        old.execute("PRAGMA user_version = 1")
        old.commit()
    with Store.open(path) as store:
        assert store.value("PRAGMA user_version") == len(MIGRATIONS)
        assert decisions(store) == [("2026-08-06", "2026-08-06", 0, "[]")]
        assert store.value("SELECT count(*) FROM hidden_articles") == 0
