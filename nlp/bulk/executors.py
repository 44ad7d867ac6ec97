"""Run partitions on this process, on a pool of processes, or on a Dask cluster; all call the same function."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait as wait_for
from typing import Any

from nlp.bulk.partition import Counts, Partition, read_partition
from store.config import Config
from store.errors import MissingExtra, WrongUse

Read = Iterator[tuple[Partition, Counts]]
Executor = Callable[[Sequence[Partition], Config, str], Read]
"""Called with partitions, config and the reader's version; yields what each came to, in any order."""

AHEAD = 2
"""Partitions handed out for each worker."""

PATIENCE = "10s"
"""How long a scheduler is waited for."""

AGAIN = "Run the command again: what is read is kept"


def on_this_process(partitions: Sequence[Partition], config: Config, version: str) -> Read:
    """Read one partition after the other."""
    for each in partitions:
        yield each, read_partition(each, config, version)


def cores() -> int:
    """Count the cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def on_processes(workers: int) -> Executor:
    """Return an executor that reads with so many processes; no more than there are partitions."""
    if workers < 2:
        return on_this_process

    def run(partitions: Sequence[Partition], config: Config, version: str) -> Read:
        size = min(workers, len(partitions))
        if size < 2:
            yield from on_this_process(partitions, config, version)
            return
        with ProcessPoolExecutor(size, mp_context=_clean_start(), initializer=_end_with_parent) as pool:
            try:
                yield from _drained(pool.submit, partitions, config, version, size)
            except BrokenProcessPool:
                raise WrongUse("a worker was ended from outside, perhaps for want of memory",
                               where="reputation archive", do=f"{AGAIN}; --workers 1 needs least") from None
            finally:
                pool.shutdown(cancel_futures=True)

    return run


def _clean_start() -> Any:
    """Return how workers are started: never forked from here, since this process has threads (Arrow's).

    A server that has imported spaCy forks them where there is one: importing takes longer than anything else in a
    short job, and once is enough.
    """
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["spacy", "spacy.lang.da", "pyarrow.parquet", "pyarrow.compute", __name__])
    return context


def _drained(
    submit: Callable[..., Future[Counts]], partitions: Sequence[Partition], config: Config, version: str, size: int
) -> Read:
    waiting = iter(partitions)
    running: dict[Future[Counts], Partition] = {}
    while True:
        while len(running) < size * AHEAD and (each := next(waiting, None)) is not None:
            running[submit(read_partition, each, config, version)] = each
        if not running:
            return
        for done in wait(running, return_when=FIRST_COMPLETED).done:
            yield running.pop(done), done.result()


def _end_with_parent() -> None:
    """Let a worker leave stopping to its parent, and end when the parent was killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    assert parent is not None

    def watch() -> None:
        wait_for([parent.sentinel])
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def on_dask(address: str) -> Executor:
    """Return an executor that reads on the Dask cluster at ``address``. Raises :class:`MissingExtra`.

    Workers need the same installation, and inputs and output folder under the same paths.
    """
    try:
        import distributed
    except ImportError:
        raise MissingExtra("Dask is not installed", where="reputation archive --scheduler",
                           do="Install it: pip install 'reputation[dask]'") from None
    library: Any = distributed

    def run(partitions: Sequence[Partition], config: Config, version: str) -> Read:
        try:
            client = library.Client(address, timeout=PATIENCE)
        except (OSError, ValueError) as error:
            raise WrongUse(f"no Dask scheduler answers ({error})", where=address,
                           do="Start one: dask scheduler") from None
        with client:
            owner = {client.submit(read_partition, each, config, version, pure=False): each for each in partitions}
            for done in library.as_completed(owner):
                yield owner[done], done.result()
                done.release()

    return run
