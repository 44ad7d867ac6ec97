"""Write ``explore.db`` beside the report, so that anybody can look behind its figures, and open it in Datasette."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import socket
import sqlite3
import subprocess
import sys
import tomllib
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nlp.read import read_new
from nlp.unique import backend_of
from reputation import snapshot
from reputation.console import Console
from reputation.explored import Sources, fill
from reputation.language import TEMPLATES
from reputation.publish import in_force, years_of
from store.config import Config
from store.database import Store
from store.days import Window
from store.demonstration import MARK
from store.errors import StoreUnusable
from store.facts import Facts, load_facts
from surveys.masking import NAMES

DATABASE = "explore.db"
METADATA = "metadata.json"

HOST = "127.0.0.1"
PORT = 8001
"""Datasette's own default; another one where it is taken."""

SETTINGS = {"default_allow_sql": "off", "allow_download": "off", "sql_time_limit_ms": "5000",
            "max_returned_rows": "20000"}
"""Only the canned queries: arbitrary SQL is refused even where the metadata is lost."""

TRIES = 5
"""A harvest writes a feed at a time: it may well be over by the second try."""


@dataclass(frozen=True)
class Explored:
    """What was written: the database and the metadata that Datasette needs beside it."""

    database: Path
    metadata: Path


def write(config: Config, console: Console) -> Explored:
    """Write ``explore.db`` and its metadata from the store and its newest snapshot; what is current is left alone.

    Without a store the demonstration is made and used; a store without a snapshot gets one, as a report would make it.
    Raises :class:`StoreUnusable` where the store can't be used or another process keeps writing to it.
    """
    config, build = in_force(config, console)
    facts = load_facts(config)
    folder = build / "explore"
    explored = Explored(folder / DATABASE, folder / METADATA)
    with Store.open(config.store.path, create=False) as store:
        id, window, matches = _newest(store, config, facts, console)
        if not matches:
            console.say(f"the store or the program has changed since snapshot {id} was made: the figures are the"
                        " snapshot's, the mentions are today's. Make a report for both to agree")
        for _ in range(TRIES):
            state = snapshot.inputs_digest(store, config, facts, window)
            about = _about(id, window, store.kind == "demo", backend_of(config), _made_from(state))
            if not _is_current(explored, about):
                folder.mkdir(parents=True, exist_ok=True)
                _write_database(explored.database, Sources(store, facts, id, about["backend"], config.nlp.spacy_model),
                                about)
            if snapshot.inputs_digest(store, config, facts, window) == state:
                break
        else:
            raise StoreUnusable("another process keeps writing while the file is made", where=store.path,
                                do="Wait for it to end and try again")
        _swap(explored.metadata, json.dumps(metadata(demo=store.kind == "demo"), ensure_ascii=False, indent=1))
    return explored


def _newest(store: Store, config: Config, facts: Facts, console: Console) -> tuple[str, Window, bool]:
    """Return the newest snapshot's id and window, and whether it was made from the store as it stands."""
    rows = store.rows("SELECT id, window_from, window_to, inputs FROM snapshots ORDER BY made DESC, id LIMIT 1")
    if rows:
        window = Window.parse(f"{rows[0]['window_from']}:{rows[0]['window_to']}")
        return rows[0]["id"], window, rows[0]["inputs"] == snapshot.inputs_digest(store, config, facts, window)
    with console.progress("reading") as progress:
        console.say(read_new(store, config, facts, progress=progress).line())
    window = years_of(store, config, None)
    return snapshot.take(store, config, facts, window).id, window, True


def _made_from(state: str) -> str:
    """Digest the store's state together with the lists of names: one that is added must be masked here too."""
    return hashlib.sha256(state.encode() + NAMES.read_bytes()).hexdigest()


def _about(id: str, window: Window, demo: bool, backend: str, made_from: str) -> dict[str, str]:
    return {"data": f"{MARK}: opdigtet, om ingen" if demo else "egne data", "snapshot": id, "window": str(window),
            "backend": backend, "made_from": made_from}


def _is_current(explored: Explored, about: dict[str, str]) -> bool:
    if not explored.database.exists():
        return False
    with suppress(sqlite3.DatabaseError), closing(_readonly(explored.database)) as database:
        return dict(database.execute("SELECT key, value FROM about")) == about
    return False


def _readonly(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)


def _write_database(path: Path, sources: Sources, about: dict[str, str]) -> None:
    """Write beside ``path``, then swap: whoever has the old file open reads on in it, and no half file is left."""
    new = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        with closing(sqlite3.connect(new)) as database:
            fill(database, sources, about)
            database.commit()
            database.execute("ANALYZE")
            database.commit()
        new.replace(path)
    finally:
        for suffix in ("", "-journal"):
            new.with_name(new.name + suffix).unlink(missing_ok=True)


def _swap(path: Path, text: str) -> None:
    new = path.with_name(f"{path.name}.{os.getpid()}.new")
    new.write_text(text + "\n", encoding="utf-8")
    new.replace(path)


def metadata(*, demo: bool) -> dict[str, Any]:
    """Return Datasette's metadata: titles, columns, facets and canned queries; arbitrary SQL is off."""
    words = tomllib.loads((TEMPLATES / "explore.toml").read_text(encoding="utf-8"))
    title = (words["demo"] if demo else "") + words["title"]
    said = {"title": title, "description": words["description"], "allow_sql": False}
    queries = {name: {**query, "sql": query["sql"].strip(), "hide_sql": True}
               for name, query in words["queries"].items()}
    return {**said, "databases": {"explore": {**said, "queries": queries, "tables": words["tables"]}}}


def missing() -> str:
    """Say what to install where Datasette is not there; empty where it is."""
    if importlib.util.find_spec("datasette"):
        return ""
    return "Datasette is not installed. Install it with: pip install 'reputation[explore]', then run this again"


def command(explored: Explored, port: int) -> list[str]:
    """Return the words that start Datasette, on this machine only and with nothing but the canned queries."""
    words = [sys.executable, "-m", "datasette", "serve", "--immutable", str(explored.database),
             "--metadata", str(explored.metadata), "--host", HOST, "--port", str(port)]
    for name, value in SETTINGS.items():
        words += ["--setting", name, value]
    return words


def serve(explored: Explored) -> int:
    """Open the database in Datasette until the user stops it; return its exit code."""
    words = command(explored, _port())
    if sys.stdout.isatty():
        words.append("--open")
    try:
        return subprocess.run(words, check=False).returncode  # noqa: S603  # our own words only
    except KeyboardInterrupt:  # the way to stop it
        return 0


def _port() -> int:
    for port in (PORT, 0):
        with suppress(OSError), closing(socket.socket()) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((HOST, port))
            return int(probe.getsockname()[1])
    return PORT
