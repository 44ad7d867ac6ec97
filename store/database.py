"""Open the store: one SQLite file, migrated, in WAL, with foreign keys on."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

from store.errors import OtherKind, StoreUnusable
from store.schema import MIGRATIONS

if TYPE_CHECKING:
    from sqlite_utils import Database

Kind = Literal["real", "demo"]

BUSY_TIMEOUT_S = 30
"""How long a writer waits for another: a harvest commits a feed in well under a second, an import may take ten."""

CACHE_KB = 65_536
"""What SQLite may keep of the file in memory. Its own 2 MB are less than the inner pages of the indexes of a hundred
thousand articles: rows were written out before their commit, and read again for the next."""

_ADVICE = {
    "locked": "Another process is writing; wait for it and try again",
    "full": "The disk is full; free some space and try again: nothing was written",
    "readonly": "The file can't be written; mend its permissions",
    "not a database": "This is not a reputation store; name another file in config.toml [store] path",
    "malformed": "The file is damaged; restore it from a backup",
    "unable to open": "Check that the folder exists and can be written",
}


class Store:
    """A store that is open. Use as a context manager, or call :meth:`close`.

    Reading is :meth:`rows` anywhere; writing is done only by functions of this package, inside :meth:`transaction`.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._connection = connection

    @cached_property
    def db(self) -> Database:
        """The store as sqlite-utils sees it; loaded when asked for, since it brings pandas along."""
        from sqlite_utils import Database

        return Database(self._connection)

    @classmethod
    def open(cls, path: Path, *, kind: Kind = "real", create: bool = True) -> Self:
        """Open the store at ``path``, making or migrating it when needed.

        ``kind`` is what a *new* store becomes for life; an existing store keeps its own (:attr:`kind`).
        Raises :class:`StoreUnusable` (exit 4) when the file is missing and ``create`` is false, locked,
        full, read-only, damaged, foreign, or from a newer version of this program.
        """
        if not create and not path.exists():
            raise StoreUnusable("there is no store here", where=path, do="Import or harvest first")
        with _translated(path):
            if create:
                path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None)
            try:
                connection.row_factory = sqlite3.Row
                connection.execute("PRAGMA foreign_keys = ON")
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = NORMAL")
                connection.execute(f"PRAGMA cache_size = -{CACHE_KB}")
                store = cls(path, connection)
                store._migrate(kind)
                # Else what takes a statement back, should it fail, is written to a file from the first large statement
                # of a transaction on: a page of each table and index for every row with a trigger. Not before the
                # migrations, which may sort more than memory holds.
                connection.execute("PRAGMA temp_store = MEMORY")
            except BaseException:
                connection.close()
                raise
        return store

    def _migrate(self, kind: Kind) -> None:
        target = len(MIGRATIONS)
        version = self._version()
        if version < target:
            with self.transaction():
                version = self._version()  # another process may have migrated while this one waited
                if version == 0 and self.db.table_names():
                    raise StoreUnusable(
                        "this SQLite file holds something else", where=self.path,
                        do="Name another file in config.toml [store] path",
                    )
                for number in range(version, target):
                    for statement in split_statements(MIGRATIONS[number]):
                        self._connection.execute(statement)
                if version == 0:
                    self._connection.execute("INSERT INTO meta VALUES ('kind', ?)", [kind])
                    self._connection.execute(
                        "INSERT INTO meta VALUES ('created', strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))"
                    )
                self._connection.execute(f"PRAGMA user_version = {max(version, target)}")
        if version > target:
            raise StoreUnusable(
                f"the store is of version {version}, this program knows {target}", where=self.path,
                do="Update the program (git pull, make setup)",
            )

    def _version(self) -> int:
        return int(self._connection.execute("PRAGMA user_version").fetchone()[0])

    @property
    def kind(self) -> Kind:
        """*demo* or *real*, decided when the store was made."""
        return "demo" if self.value("SELECT value FROM meta WHERE key = 'kind'") == "demo" else "real"

    def accept(self, kind: Kind, *, where: object) -> None:
        """Raise :class:`OtherKind` unless input of ``kind`` may enter this store."""
        if kind == self.kind:
            return
        if kind == "demo":
            raise OtherKind("these are demonstration data and the store is real", where=where,
                            do="Use the demonstration's own config, or import real data")
        raise OtherKind("these data are real and the store is a demonstration", where=where,
                        do="Use a config with a store of your own")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Take the write lock now (``BEGIN IMMEDIATE``), then commit all or nothing; a nested call joins the outer."""
        if self._connection.in_transaction:
            yield
            return
        with _translated(self.path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.OperationalError):  # a full disk has already rolled back
                    self._connection.execute("ROLLBACK")
                raise

    @property
    def in_transaction(self) -> bool:
        """Whether a :meth:`transaction` is under way."""
        return self._connection.in_transaction

    def execute(self, sql: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> sqlite3.Cursor:
        """Run one writing statement. For functions of this package only."""
        with _translated(self.path):
            return self._connection.execute(sql, values)

    def execute_many(self, sql: str, values: Iterator[Sequence[Any]] | Sequence[Sequence[Any]]) -> sqlite3.Cursor:
        """Run one writing statement for many rows. For functions of this package only."""
        with _translated(self.path):
            return self._connection.executemany(sql, values)

    def rows(self, sql: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> list[sqlite3.Row]:
        """Read all rows of a query."""
        with _translated(self.path):
            return self._connection.execute(sql, values).fetchall()

    def portions(
        self, sql: str, values: Sequence[Any] | Mapping[str, Any] = (), *, size: int
    ) -> Iterator[list[tuple[Any, ...]]]:
        """Read the rows of a query as tuples, so many at a time: for queries whose rows fill the memory."""
        with _translated(self.path):
            cursor = self._connection.cursor()
            cursor.row_factory = None
            cursor.execute(sql, values)
            while rows := cursor.fetchmany(size):
                yield rows

    def value(self, sql: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> Any:
        """Read the first column of the first row, or ``None`` where there is no row."""
        with _translated(self.path):
            row = self._connection.execute(sql, values).fetchone()
        return None if row is None else row[0]

    def close(self) -> None:
        """Close the file; a transaction that is under way is rolled back."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def split_statements(script: str) -> Iterator[str]:
    """Split an SQL script into statements, triggers whole.

    ``executescript`` would commit the transaction that a migration must stay inside.
    """
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            if statement.strip():
                yield statement.strip()
            statement = ""
    if statement.strip() and not all(
        line.strip().startswith("--") or not line.strip() for line in statement.splitlines()
    ):
        yield statement.strip()


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.IntegrityError:
        raise  # a bug, not the user's doing
    except (sqlite3.OperationalError, sqlite3.DatabaseError) as error:
        message = str(error)
        for sign, advice in _ADVICE.items():
            if sign in message:
                raise StoreUnusable(f"the store can't be used ({message})", where=path, do=advice) from error
        raise
    except OSError as error:
        raise StoreUnusable(f"the store can't be used ({os.strerror(error.errno or 0)})", where=path,
                            do=_ADVICE["unable to open"]) from error
