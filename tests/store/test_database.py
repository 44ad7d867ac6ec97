"""The store: made, migrated, shared between processes, and refused when it can't be used."""

import contextlib
import re
import sqlite3
import threading
from pathlib import Path

import pytest

from store.database import Store, split_statements
from store.errors import Exit, OtherKind, StoreUnusable
from store.schema import FIRST, MIGRATIONS


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "store.db"


def add_outlet(store: Store, name: str) -> None:
    with store.transaction():
        store.execute("INSERT INTO outlets (id, name) VALUES (?, ?)", [name, name])


def test_every_table_and_column_has_a_comment() -> None:
    for statement in (each for script in MIGRATIONS for each in split_statements(script)):
        table = re.search(r"CREATE (?:VIRTUAL )?TABLE (\w+)", statement)
        if not table:
            continue
        assert f"-- table {table[1]}: " in statement
        body = statement.split("(", 1)[1].splitlines()[1:]
        for line in body:
            if re.match(r'    "?[a-z]\w*"? (TEXT|INTEGER|REAL|BLOB)', line):
                assert re.search(r"-- \S", line), line


def test_what_takes_a_statement_back_is_no_file_on_disk(path: Path) -> None:
    memory = 2
    with Store.open(path) as store:
        assert store.value("PRAGMA temp_store") == memory


def test_a_new_store_is_in_wal_with_foreign_keys_on(path: Path) -> None:
    with Store.open(path) as store:
        assert store.value("PRAGMA journal_mode") == "wal"
        assert store.value("PRAGMA foreign_keys") == 1
        assert store.value("PRAGMA user_version") == len(MIGRATIONS)


def test_a_store_of_the_first_version_is_migrated_and_keeps_what_it_holds(path: Path) -> None:
    path.parent.mkdir()
    with contextlib.closing(sqlite3.connect(path)) as old:
        old.executescript(FIRST)
        old.execute("INSERT INTO meta VALUES ('kind', 'real')")
        old.execute("INSERT INTO outlets (id, name) VALUES ('a', 'Avis')")
        old.execute("PRAGMA user_version = 1")
        old.commit()
    with Store.open(path) as store:
        assert store.value("PRAGMA user_version") == len(MIGRATIONS)
        assert store.value("SELECT name FROM outlets") == "Avis"
        assert store.value("SELECT count(*) FROM pages") == 0


def test_a_store_keeps_its_kind_for_life(path: Path) -> None:
    Store.open(path, kind="demo").close()
    with Store.open(path, kind="real") as store:
        assert store.kind == "demo"


@pytest.mark.parametrize(("store_kind", "input_kind"), [("demo", "real"), ("real", "demo")])
def test_input_of_the_other_kind_is_refused(path: Path, store_kind, input_kind) -> None:
    with Store.open(path, kind=store_kind) as store:
        store.accept(store_kind, where="a.csv")
        with pytest.raises(OtherKind, match=r"a\.csv"):
            store.accept(input_kind, where="a.csv")


def test_opening_twice_changes_nothing(path: Path) -> None:
    with Store.open(path) as store:
        add_outlet(store, "a")
        before = list(store.db.conn.iterdump())
    with Store.open(path) as store:
        assert list(store.db.conn.iterdump()) == before


def test_a_transaction_that_fails_leaves_the_store_as_before(path: Path) -> None:
    with Store.open(path) as store:
        with contextlib.suppress(ZeroDivisionError), store.transaction():
            add_outlet(store, "a")
            _ = 1 / 0
        assert store.value("SELECT count(*) FROM outlets") == 0


def test_a_second_writer_waits_and_then_works(path: Path) -> None:
    Store.open(path).close()
    holds, release = threading.Event(), threading.Event()

    def first() -> None:
        with Store.open(path) as store, store.transaction():
            add_outlet(store, "first")
            holds.set()
            release.wait(10)

    thread = threading.Thread(target=first)
    thread.start()
    assert holds.wait(10)
    threading.Timer(0.1, release.set).start()
    with Store.open(path) as store:
        add_outlet(store, "second")
        assert {row["id"] for row in store.rows("SELECT id FROM outlets")} == {"first", "second"}
    thread.join()


def test_search_keeps_å_apart_from_a(path: Path) -> None:
    with Store.open(path) as store:
        add_outlet(store, "a")
        with store.transaction():
            store.execute(
                "INSERT INTO articles VALUES ('x', 'a', NULL, NULL, '2024-01-01T00:00:00Z', '2024-01-01', NULL,"
                " '2024-01-01T00:00:00Z', 'free', 'full', 1, 'x', NULL, NULL)"
            )
            store.execute(
                "INSERT INTO versions (article_id, number, title, summary, text, digest, seen)"
                " VALUES ('x', 1, 'Bål i gården', '', '', 'd', '2024-01-01T00:00:00Z')"
            )
        found = "SELECT count(*) FROM article_search WHERE article_search MATCH ?"
        assert store.value(found, ["bål"]) == 1
        assert store.value(found, ["bal"]) == 0


def unusable(path: Path) -> str:
    with pytest.raises(StoreUnusable) as caught:
        Store.open(path)
    assert caught.value.exit_code is Exit.STORE_UNUSABLE
    return str(caught.value)


def test_a_store_from_a_newer_version_is_refused(path: Path) -> None:
    with Store.open(path) as store:
        store.execute("PRAGMA user_version = 99")
    assert "Update the program" in unusable(path)


def test_a_file_that_is_no_database_is_refused(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("hej " * 400)
    assert "not a reputation store" in unusable(path)


def test_somebody_elses_database_is_refused_and_left_alone(path: Path) -> None:
    path.parent.mkdir()
    with contextlib.closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE mine (a)")
    assert "holds something else" in unusable(path)
    with contextlib.closing(sqlite3.connect(path)) as other:
        assert [row[0] for row in other.execute("SELECT name FROM sqlite_master")] == ["mine"]


def test_a_missing_store_is_refused_where_it_must_exist(path: Path) -> None:
    with pytest.raises(StoreUnusable, match="no store here"):
        Store.open(path, create=False)
    assert not path.exists()


def test_a_folder_that_can_not_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "can't be used" in unusable(tmp_path / "file" / "store.db")


def test_a_migration_that_fails_leaves_the_store_as_before(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Store.open(path).close()
    monkeypatch.setattr("store.database.MIGRATIONS", (*MIGRATIONS, "CREATE TABLE added (a);\nCREATE TABLE meta (a);"))
    with pytest.raises(sqlite3.OperationalError):
        Store.open(path)
    monkeypatch.undo()
    with Store.open(path) as store:
        assert "added" not in store.db.table_names()


def test_a_store_of_version_1_gets_the_tables_that_came_later(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("store.database.MIGRATIONS", (FIRST,))
    Store.open(path).close()
    monkeypatch.undo()
    with Store.open(path) as store:
        assert {"choices", "choice_questions", "bridges", "withdrawn"} <= set(store.db.table_names())
        assert store.value("PRAGMA user_version") == len(MIGRATIONS)
