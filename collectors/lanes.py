"""Do work for many hosts at once, one thing after the other for each."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Iterator, Sequence
from queue import Empty, Full, Queue
from threading import Event, Thread
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")

THREADS = 32
"""Hosts worked for at the same time. Nearly all of their time is the pause they are owed; how many requests are under
way at once is the client's to say."""

AHEAD = 8
"""Results that may wait for whoever takes them: a body has up to 16 MB."""

_GLANCE_S = 0.2
"""Seconds after which a thread that waits looks whether it is still wanted."""

_PATIENCE_S = 2.0
"""Seconds for which threads that are no longer wanted are waited for; one that waits for a server ends with the
process."""


class Lanes(Generic[T, R]):
    """A lane for each host: its items are worked on in their order, by one thread at a time.

    What ``work`` raises is raised where the results are taken. Leave the block to stop: what is not begun is dropped.
    """

    def __init__(self, items: Sequence[T], lane: Callable[[T], Hashable], work: Callable[[T], R]) -> None:
        self._work = work
        self._count = len(items)
        self._lanes: Queue[list[T]] = Queue()
        for each in by_lane(items, lane):
            self._lanes.put(each)
        self._results: Queue[tuple[T, R] | BaseException] = Queue(AHEAD)
        self._stop = Event()
        self._threads = [Thread(target=self._run, daemon=True) for _ in range(min(THREADS, self._lanes.qsize()))]

    def __enter__(self) -> Iterator[tuple[T, R]]:
        """Begin, and give each item with what came of it, as they are ready."""
        for each in self._threads:
            each.start()
        return self._taken()

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        until = time.monotonic() + _PATIENCE_S
        for each in self._threads:
            each.join(max(0.0, until - time.monotonic()))

    def _taken(self) -> Iterator[tuple[T, R]]:
        for _ in range(self._count):
            found = self._results.get()
            if isinstance(found, BaseException):
                raise found
            yield found

    def _run(self) -> None:
        try:
            self._work_off()
        except BaseException as error:  # noqa: BLE001 (else whoever waits for the result would wait for ever)
            self._hand_over(error)

    def _work_off(self) -> None:
        while not self._stop.is_set():
            try:
                items = self._lanes.get_nowait()
            except Empty:
                return
            for each in items:
                if self._stop.is_set():
                    return
                self._hand_over((each, self._work(each)))

    def _hand_over(self, found: tuple[T, R] | BaseException) -> None:
        while not self._stop.is_set():
            try:
                self._results.put(found, timeout=_GLANCE_S)
            except Full:
                continue
            return


def by_lane(items: Sequence[T], lane: Callable[[T], Hashable]) -> list[list[T]]:
    """Part items by their lane, lanes and items in the order in which they come; the longest lane first.

    The longest takes longest, so it begins at once.
    """
    lanes: dict[Hashable, list[T]] = {}
    for each in items:
        lanes.setdefault(lane(each), []).append(each)
    return sorted(lanes.values(), key=len, reverse=True)
