"""Take an archive import back, portion by portion."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from collectors.copies import group_copies
from store.database import Store
from store.errors import AlreadyRunning
from store.imports import save_under_way
from store.texts import check_undo, remove_articles, undo_archive

PORTION = 2_000
"""Articles deleted in one transaction: about a second, where other writers wait for thirty."""


@contextmanager
def only_import(store: Store) -> Iterator[None]:
    """Hold the right to take archives in or back. Raises :class:`AlreadyRunning` at once while another has it."""
    path = store.path.with_name(f"{store.path.name}.import.lock")
    lock = FileLock(path)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise AlreadyRunning("another archive is being taken in or back", where=path, do="Let it finish") from None
    try:
        yield
    finally:
        lock.release()


def take_back(store: Store, number: int) -> int:
    """Take an archive import out of the store and return how many articles went; call under :func:`only_import`.

    Killed anywhere, nothing of the import is counted any more, and calling it again, or taking the same file in
    again, brings order. Raises :class:`WrongUse` where a text of it was drawn for hand-coding.
    """
    gone = 0
    with store.transaction():
        check_undo(store, number)
        save_under_way(store, number, 0, {})
    while True:
        with store.transaction():
            removed = remove_articles(store, number, PORTION)
            gone += removed
            if removed < PORTION:
                undo_archive(store, number)
                break
    group_copies(store)
    return gone
