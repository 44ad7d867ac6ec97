"""Read pages in a process of its own, which may hang or die without harm to the run.

Not in threads: concurrent extraction in threads can crash the interpreter (an open defect of the parser underneath).
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from types import TracebackType
from typing import Self

from collectors.extract import Asked, NoPage, Page, extract_page, load_parsers

PAGE_S = 15.0
"""Seconds a page may take; an ordinary one takes a twentieth of a second."""

START_S = 60.0
"""Seconds a new process may take until it is ready: it loads the parsers, on a busy machine slowly."""

ORPHAN_S = 60
"""Seconds after which a page ends its process by itself: the run that would end it may have been killed."""

MEMORY = 2_000_000_000
"""Bytes of address space of the process: a page that wants more ends it, not the machine."""

PAGES_EACH = 500
"""Pages a process reads before a fresh one takes over: parsers keep a little of every page."""

Read = Callable[[Asked], Page | NoPage]


class PageReader:
    """Reads one page after the other in a process that is made at the first page. Use as a context manager."""

    def __init__(self, read: Read = extract_page, *, page_s: float = PAGE_S) -> None:
        self._read, self._page_s = read, page_s
        self._process: BaseProcess | None = None
        self._line: Connection | None = None
        self._pages = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
                 ) -> None:
        self._end()

    def __call__(self, asked: Asked) -> Page | NoPage:
        """Read a page; one that takes too long or ends its process is no page, and asking again is no use."""
        if self._pages >= PAGES_EACH:
            self._end()
        try:
            line = self._line or self._start()
            line.send(asked)
            self._pages += 1
            if not line.poll(self._page_s):
                self._end()
                return NoPage(f"reading the page takes more than {self._page_s:g} s", lasting=True)
            answer: Page | NoPage = line.recv()
        except (EOFError, OSError):
            self._end()
            return NoPage("the page ends the process that reads it", lasting=True)
        return answer

    def _start(self) -> Connection:
        # spawn: the client's timers are threads, and a fork of a process with threads may wait for ever.
        context = multiprocessing.get_context("spawn")
        here, there = context.Pipe()
        self._process = context.Process(target=_serve, args=(there, self._read), daemon=True)
        self._process.start()
        there.close()
        self._line, self._pages = here, 0
        if not here.poll(START_S):
            raise EOFError
        here.recv()
        return here

    def _end(self) -> None:
        if self._line is not None:
            self._line.close()
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process.close()
        self._line = self._process = None
        self._pages = 0


def _serve(line: Connection, read: Read) -> None:
    """Answer pages until the line ends; a process whose run was killed ends with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who types it means the run, and that ends this process
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    load_parsers()  # before the first page, whose time is limited
    line.send(os.getpid())
    with suppress(EOFError, OSError):
        while True:
            asked = line.recv()
            signal.alarm(ORPHAN_S)
            answer = read(asked)
            signal.alarm(0)
            line.send(answer)
