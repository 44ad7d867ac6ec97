"""explore.db is written whole or not at all, the same from the same, and opened on this machine only."""

from __future__ import annotations

import importlib.util
import json
import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest

from reputation import explore, snapshot
from reputation.cli import run_command
from reputation.console import Console
from reputation.explore import Explored, write
from store.config import Config, load_config
from store.database import Store
from store.errors import StoreUnusable
from store.facts import load_facts
from tests.reputation.inputs import QUIET, put_texts


def database_of(config: Config) -> Path:
    return config.path.parent / "build/explore/explore.db"


@pytest.fixture(scope="module")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stocked")
    (folder / "config.toml").touch()
    config = load_config(folder / "config.toml")
    put_texts(config)
    write(config, QUIET)
    return folder


@pytest.fixture
def small(stocked: Path, tmp_path: Path) -> Config:
    """A store of texts and its snapshot, to be changed at will."""
    shutil.copytree(stocked, tmp_path / "own")
    return load_config(tmp_path / "own" / "config.toml")


def dump(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as database:
        return list(database.iterdump())


def test_the_same_store_and_snapshot_give_the_same_rows(small: Config) -> None:
    before = dump(database_of(small))
    database_of(small).unlink()
    assert dump(write(small, QUIET).database) == before


def test_what_is_current_is_left_alone_and_what_is_damaged_made_anew(small: Config) -> None:
    written = database_of(small).stat()
    assert write(small, QUIET).database.stat().st_ino == written.st_ino
    database_of(small).write_bytes(b"no database" * 99)
    write(small, QUIET)
    assert dump(database_of(small))
    assert sorted(path.name for path in database_of(small).parent.iterdir()) == ["explore.db", "metadata.json"]


def test_a_name_that_is_listed_later_is_masked_at_the_next_run(
    small: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = write(small, QUIET).database.stat().st_ino
    names = tmp_path / "names.toml"
    names.write_bytes(explore.NAMES.read_bytes() + b"\n# one more\n")
    monkeypatch.setattr(explore, "NAMES", names)
    assert write(small, QUIET).database.stat().st_ino != before


def test_a_run_that_fails_leaves_the_file_as_it_was(
    small: Config, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(explore, "_is_current", lambda *_: False)
    monkeypatch.setattr(explore, "fill", lambda *_: (_ for _ in ()).throw(ZeroDivisionError))
    before = database_of(small).read_bytes()
    with pytest.raises(ZeroDivisionError):
        write(small, QUIET)
    assert database_of(small).read_bytes() == before
    assert sorted(path.name for path in database_of(small).parent.iterdir()) == ["explore.db", "metadata.json"]


def test_a_store_that_has_moved_on_since_its_snapshot_is_told_of(
    small: Config, capsys: pytest.CaptureFixture[str],
) -> None:
    write(small, Console())
    assert "has changed since" not in capsys.readouterr().err
    with Store.open(small.store.path) as store:
        store.execute("INSERT INTO outlets (id, name) VALUES ('nyt', 'Nyt Blad')")
    write(small, Console())
    assert "has changed since snapshot" in capsys.readouterr().err


def test_a_store_that_never_rests_is_given_up_on(small: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(explore, "TRIES", 2)
    states = iter(range(99))
    monkeypatch.setattr(snapshot, "inputs_digest", lambda *_: str(next(states)))
    with pytest.raises(StoreUnusable, match="keeps writing"):
        write(small, QUIET)


def test_a_demonstration_says_so_in_the_file_and_in_the_title(tmp_path: Path) -> None:
    (tmp_path / "config.toml").touch()
    config = load_config(tmp_path / "config.toml")
    put_texts(config, "demo")
    explored = write(config, QUIET)
    said = json.loads(explored.metadata.read_text(encoding="utf-8"))
    assert said["title"].startswith("DEMODATA")
    assert said["databases"]["explore"]["title"].startswith("DEMODATA")
    with closing(sqlite3.connect(explored.database)) as database:
        assert "DEMODATA" in database.execute("SELECT value FROM about WHERE key = 'data'").fetchone()[0]


def test_names_that_are_meant_to_hurt_are_not_printed_as_names(small: Config) -> None:
    facts = load_facts(small)
    area, alias = next((area.id, alias.name) for area in facts.areas for alias in area.aliases
                       if alias.kind == "nickname")
    with Store.open(small.store.path) as store:
        store.execute("PRAGMA foreign_keys = OFF")  # its reading stays with the other area
        store.execute("UPDATE mentions SET area_id = ?, alias = ? WHERE area_id = 'taastrupgaard'", [area, alias])
    (small.path.parent / "build/explore/explore.db").unlink()
    with closing(sqlite3.connect(write(small, QUIET).database)) as database:
        assert database.execute("SELECT alias FROM mentions WHERE area = ?", [area]).fetchall() == [(None,)]


# ---------------------------------------------------------------- the command


@pytest.fixture
def run(small: Config, monkeypatch: pytest.MonkeyPatch) -> Config:
    monkeypatch.chdir(small.path.parent)
    return small


def test_without_datasette_the_file_is_written_and_the_command_done(
    run: Config, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    assert run_command(["--quiet", "explore"]) == 0
    said = capsys.readouterr()
    assert said.out == f"{run.path.parent.resolve() / 'build/explore/explore.db'}\n"
    assert said.err.count("\n") == 1
    assert "pip install 'reputation[explore]'" in said.err
    assert (run.path.parent / "build/explore/explore.db").exists()


def test_datasette_serves_on_this_machine_only(run: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    commands: list[list[str]] = []

    def served(command: list[str], **_: object) -> SimpleNamespace:
        commands.append(command)
        return SimpleNamespace(returncode=0)

    monkeypatch.setattr(importlib.util, "find_spec", lambda _: object())
    monkeypatch.setattr(explore, "subprocess", SimpleNamespace(run=served))
    assert run_command(["--quiet", "explore"]) == 0
    words = " ".join(commands[0])
    assert words.startswith(f"{sys.executable} -m datasette serve --immutable ")
    for each in ("--host 127.0.0.1", "--setting default_allow_sql off", "--setting allow_download off"):
        assert each in words


def test_stopping_datasette_is_no_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(explore, "subprocess", SimpleNamespace(run=stopped))
    assert explore.serve(Explored(tmp_path / "a", tmp_path / "b")) == 0


def test_a_port_that_is_taken_gives_way(monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(explore.socket.socket()) as other:
        other.bind((explore.HOST, 0))
        other.listen()
        monkeypatch.setattr(explore, "PORT", other.getsockname()[1])
        assert explore._port() not in (0, explore.PORT)
