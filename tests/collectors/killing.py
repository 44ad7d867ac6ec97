"""Do a piece of work in a process of its own, killed before its n-th write for every n; run as a program.

Each child is forked from a process that has loaded everything, so that a hundred of them take seconds.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from collectors import beside as beside_feeds
from collectors import press
from collectors.archives import intake, takeback
from collectors.archives.intake import import_archive
from collectors.extract import Asked, NoPage, Page
from collectors.harvest import harvest
from collectors.reading import PageReader
from reputation.undo import undo_import
from store.config import config_from
from store.database import Store
from store.errors import AlreadyRunning
from store.facts import load_facts

NOW = datetime(2026, 8, 6, 12, 0, tzinfo=UTC)
WRITES = ("execute", "execute_many")
Work = Callable[[Path], None]


class Here(PageReader):
    """Reads pages in this process: a hundred kills would start a hundred others."""

    def __call__(self, asked: Asked) -> Page | NoPage:
        return self._read(asked)


def killed_at(number: int, work: Callable[[], None]) -> bool:
    """Do ``work`` in a child that kills itself before its ``number``-th write; say whether it came to that."""
    child = os.fork()
    if child == 0:
        written = 0

        def counted(method: str) -> Callable[..., object]:
            real = getattr(Store, method)

            def write(self: Store, *given: object) -> object:
                nonlocal written
                written += 1
                if written == number:
                    os.kill(os.getpid(), signal.SIGKILL)
                return real(self, *given)

            return write

        for method in WRITES:
            setattr(Store, method, counted(method))
        try:
            work()
        except BaseException as error:  # noqa: BLE001 (nothing may leave a forked child)
            sys.stderr.write(f"{type(error).__name__}: {error}\n")
            os._exit(9)
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    if os.WIFEXITED(status):
        assert os.WEXITSTATUS(status) == 0
        return False
    return True


def what_is_there(path: Path) -> list[tuple[object, ...]]:
    """Everything that a rerun must bring to the same state; not when, and not in which order."""
    queries = (
        "SELECT a.id, a.outlet_id, a.url, a.day, a.version, a.text_level, a.copy_group, v.number, v.title, v.text"
        " FROM articles a JOIN versions v ON v.article_id = a.id ORDER BY a.id, v.number",
        "SELECT id, etag, body_digest, failures FROM feeds ORDER BY id",
        "SELECT article_id, state, completeness, fetches, failures, body_digest FROM pages ORDER BY 1",
        "SELECT digest FROM bodies ORDER BY 1", "SELECT count(*) FROM pages_due",
        "SELECT feed_id, state, added FROM gaps ORDER BY 1",
        "SELECT kind, name, rows, added, notes, undone IS NULL FROM imports WHERE undone IS NULL ORDER BY id",
        "SELECT source, row, reason FROM refusals ORDER BY source, row",
        "SELECT count(*) FROM copies_due", "SELECT count(*) FROM imports_under_way",
        "SELECT count(DISTINCT version_id) FROM copy_bands", "SELECT count(*) FROM import_articles",
        "SELECT count(*) FROM article_search WHERE article_search MATCH 'torv'",
    )
    with Store.open(path) as store:
        assert store.value("PRAGMA integrity_check") == "ok"
        return [tuple(row) for query in queries for row in store.rows(query)]


def main(kind: str, url: str, folder: Path) -> int:
    """Print for ``kind`` of work: how often it was killed, and after which kills a rerun came to something else."""
    config = config_from({
        "harvest": {"allow_private_addresses": True, "host_interval_s": 0, "min_poll_interval_s": 0},
        "feeds": [{"id": id, "outlet": "dr", "url": f"{url}/{id}"} for id in "ab"],
    }, folder / "config.toml")
    facts = load_facts(config)
    intake.PORTION = takeback.PORTION = 3
    press.VIA = f"{url}/releases"
    beside_feeds.PageReader = Here  # type: ignore[misc]

    def poll(path: Path) -> None:
        with Store.open(path) as store:
            harvest(store, config, facts, now=NOW)

    def look(path: Path, *, later: timedelta = timedelta(days=1)) -> None:
        """A round with article pages, a list of releases, and a feed that has lost stories."""
        beside = config_from({
            "harvest": {"allow_private_addresses": True, "host_interval_s": 0, "min_poll_interval_s": 0},
            "feeds": [{"id": "a", "outlet": "dr", "url": f"{url}/turn"}], "pages": {"fetch": "all"},
            "press": {"keywords": ["torv"]} if later else {},
        }, folder / "config.toml")
        with Store.open(path) as store:
            harvest(store, beside, facts, now=NOW + later, names_area=bool if later else None)

    def take_in(path: Path) -> None:
        with Store.open(path) as store:
            import_archive(store, folder / "a.ndjson", facts, now=NOW)

    def take_back(path: Path) -> None:
        with Store.open(path) as store:
            if store.value("SELECT undone FROM imports WHERE id = 1") is None:
                undo_import(store, 1)

    before, work = {
        "harvest": ([], poll), "pages": ([partial(look, later=timedelta())], look), "import": ([poll], take_in),
        "undo": ([poll, take_in], take_back),
    }[kind]
    start = folder / "start.db"
    for each in before:
        each(start)
    if not before:
        Store.open(start).close()
    whole = folder / "whole.db"
    shutil.copy(start, whole)
    work(whole)
    expected = what_is_there(whole)
    kills, wrong = 0, []
    while True:
        path = folder / f"{kills}.db"
        shutil.copy(start, path)
        if not killed_at(kills + 1, lambda path=path: work(path)):  # type: ignore[misc]
            break
        kills += 1
        work(path)
        if what_is_there(path) != expected:
            wrong.append(kills)
    sys.stdout.write(json.dumps({"kills": kills, "wrong": wrong, "rows": expected}))
    return 0


def together(url: str, folder: Path, times: int) -> int:
    """Start two rounds at the same moment, again and again; print how they ended and what the store then holds."""
    config = config_from({
        "harvest": {"allow_private_addresses": True, "host_interval_s": 0, "min_poll_interval_s": 0},
        "feeds": [{"id": "a", "outlet": "dr", "url": f"{url}/a"}],
    }, folder / "config.toml")
    facts = load_facts(config)
    path = folder / "store.db"
    Store.open(path).close()
    ends: list[int] = []
    for _ in range(times):
        read, write = os.pipe()
        children = []
        for _ in range(2):
            child = os.fork()
            if child == 0:
                os.close(write)
                os.read(read, 1)  # until both are there
                try:
                    with Store.open(path) as store:
                        os._exit(harvest(store, config, facts).exit_code)
                except AlreadyRunning as error:
                    os._exit(error.exit_code)
                except BaseException as error:  # noqa: BLE001 (nothing may leave a forked child)
                    sys.stderr.write(f"{type(error).__name__}: {error}\n")
                    os._exit(9)
            children.append(child)
        os.close(read)
        os.close(write)
        ends += [os.WEXITSTATUS(os.waitpid(child, 0)[1]) for child in children]
    with Store.open(path) as store:
        held = [store.value(f"SELECT count(*) FROM {table}") for table in ("articles", "versions")]
    sys.stdout.write(json.dumps({"ends": ends, "held": held}))
    return 0


if __name__ == "__main__":
    what, address, place = sys.argv[1:4]
    sys.exit(together(address, Path(place), 50) if what == "together" else main(what, address, Path(place)))
