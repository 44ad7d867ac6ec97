"""Pages are read in a process that may hang, die or fail without harm to the run."""

from __future__ import annotations

import multiprocessing
import os
import signal
from datetime import UTC, datetime

from collectors.extract import Asked, NoPage, Page
from collectors.reading import PageReader
from tests.collectors.pages import page

NOW = datetime(2026, 8, 6, 12, 0, tzinfo=UTC)


def asked(body: bytes) -> Asked:
    return Asked(body, "https://avis.example/1", "text/html", NOW)


def faulty(page: Asked) -> Page | NoPage:
    """Hang, die, fail or answer, as the page says."""
    if page.body == b"hang":
        signal.pause()
    if page.body == b"die":
        os.kill(os.getpid(), signal.SIGKILL)
    if page.body == b"fail":
        raise MemoryError
    return NoPage(f"read by a process of its own: {os.getpid() != int(page.url or 0)}", lasting=False)


def test_a_page_is_read_in_another_process_that_ends_with_the_run() -> None:
    with PageReader() as read:
        found = read(asked(page()))
        assert isinstance(found, Page)
        assert found.completeness == "full"
        assert len(multiprocessing.active_children()) == 1
    assert not multiprocessing.active_children()


def test_a_page_that_hangs_kills_or_breaks_the_process_costs_only_itself() -> None:
    with PageReader(faulty, page_s=0.2) as read:
        mine = str(os.getpid())
        assert read(asked(b"hang")) == NoPage("reading the page takes more than 0.2 s", lasting=True)
        read._page_s = 60  # a busy machine is no fault
        for fault in (b"die", b"fail"):
            assert read(asked(fault)) == NoPage("the page ends the process that reads it", lasting=True)
        answer = read(Asked(b"", mine, "", NOW))
        assert answer == NoPage("read by a process of its own: True", lasting=False)
    assert not multiprocessing.active_children()


def test_a_reader_that_read_nothing_starts_nothing() -> None:
    with PageReader():
        assert not multiprocessing.active_children()
