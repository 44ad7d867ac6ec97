"""Know whether anything changed without looking through it: writes are counted by the tables themselves."""

from __future__ import annotations

from collections.abc import Sequence

from store.database import Store


def changes(store: Store, tables: Sequence[str]) -> str:
    """Say how often each of ``tables`` (of :data:`store.schema.COUNTED`) was written to; equal words, equal rows."""
    marks = ", ".join("?" * len(tables))
    rows = store.rows(f"SELECT name, number FROM changes WHERE name IN ({marks}) ORDER BY name", list(tables))  # noqa: S608
    assert len(rows) == len(set(tables)), f"not counted: {set(tables) - {row['name'] for row in rows}}"
    return " ".join(f"{row['name']} {row['number']}" for row in rows)


def is_settled(store: Store, job: str, by: str, tables: Sequence[str]) -> bool:
    """Tell whether ``job`` had nothing left to do, done ``by`` the same, when ``tables`` were as they are now."""
    row = store.rows("SELECT by, changes FROM settled WHERE job = ?", [job])
    return bool(row) and (row[0]["by"], row[0]["changes"]) == (by, changes(store, tables))


def last_settled(store: Store, job: str) -> str | None:
    """Say by whom all of ``job`` was done last; what has changed since may be left to do."""
    found = store.value("SELECT by FROM settled WHERE job = ?", [job])
    return None if found is None else str(found)


def unsettle(store: Store, job: str) -> None:
    """Let ``job`` be looked for everywhere; inside the caller's transaction."""
    store.execute("DELETE FROM settled WHERE job = ?", [job])


def settle(store: Store, job: str, by: str, tables: Sequence[str]) -> None:
    """Note that ``job`` has nothing left to do. Call it inside the transaction that saw so."""
    assert store.in_transaction
    store.execute(
        "INSERT INTO settled VALUES (?, ?, ?) ON CONFLICT (job) DO UPDATE SET by = excluded.by,"
        " changes = excluded.changes",
        [job, by, changes(store, tables)],
    )
