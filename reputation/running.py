"""Give every command its configuration, its store and its voice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

import click

from reputation.console import Console
from store.config import Config, load_config
from store.database import Store
from store.days import Window
from store.errors import ReputationError, WrongUse

if TYPE_CHECKING:
    from store.facts import Facts

P = ParamSpec("P")
T = TypeVar("T")
FILE = click.Path(path_type=Path)


@dataclass(frozen=True)
class Run:
    """What every command is given: the config that is in force, and where to speak."""

    config_path: Path | None
    console: Console

    @cached_property
    def config(self) -> Config:
        """The configuration, read once; a file that was named must exist."""
        path = self.config_path or Path("config.toml")
        config = load_config(path, must_exist=self.config_path is not None)
        self.console.detail(f"config: {path.resolve()}{'' if path.exists() else ' (not there: all defaults)'}")
        self.console.detail(f"store: {config.store.path}")
        return config

    def facts(self) -> Facts:
        """Load the fact files."""
        from store.facts import load_facts

        facts = load_facts(self.config)
        self.console.detail(f"facts: {len(facts.areas)} areas, {len(facts.outlets)} outlets, digest {facts.digest}")
        return facts

    def window(self, text: str) -> Window:
        """Read ``FROM:TO``, or the name of a report of the evaluation. Raises :class:`WrongUse`."""
        if ":" in text:
            return read_window(text)
        from reputation.milestones import milestone_names, milestone_window

        facts = self.facts()
        found = milestone_window(facts, self.config.report.baseline_year, text)
        if found is None:
            raise WrongUse(f"'{text}' is no window and no report of the evaluation", where="--window",
                           do=f"Write two days, 2018-01-01:2018-12-31, or one of: {', '.join(milestone_names(facts))}")
        return found

    @contextmanager
    def store(self, *, create: bool = True) -> Iterator[Store]:
        """Open the configured store; one that was made for a command that then refuses its input is not left behind.

        An empty store would hide the demonstration from somebody whose first import failed.
        """
        path = self.config.store.path
        new = not path.exists()
        try:
            with Store.open(path, create=create) as store:
                yield store
        except ReputationError:
            if new:
                _remove_if_empty(path)
            raise


def _remove_if_empty(path: Path) -> None:
    if not path.exists():
        return
    with Store.open(path) as store:
        filled = any(store.value(f"SELECT count(*) FROM {table}") for table in ("articles", "imports", "feeds"))  # noqa: S608
    if not filled:
        for suffix in ("", "-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)


def given_run(command: Callable[Concatenate[Run, P], T]) -> Callable[P, T]:
    """Hand a command its :class:`Run`, with the configuration checked before anything else is done.

    Not in the group itself: ``reputation report --help`` must help somebody whose configuration is broken.
    """

    @wraps(command)
    def checked(*args: P.args, **kwargs: P.kwargs) -> T:
        run = click.get_current_context().find_object(Run)
        assert run is not None
        _ = run.config
        return command(run, *args, **kwargs)

    return checked


def finish(code: int) -> None:
    """Leave the command with an exit code."""
    if code:
        click.get_current_context().exit(int(code))


def read_window(text: str) -> Window:
    """Read ``FROM:TO``. Raises :class:`WrongUse`."""
    try:
        return Window.parse(text)
    except ValueError as error:
        raise WrongUse(f"'{text}' is no window ({error})", where="--window",
                       do="Write two days, for example 2018-01-01:2018-12-31") from None
