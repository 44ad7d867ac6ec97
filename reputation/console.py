"""Speak to a person on a terminal, or to a log in plain lines."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

Progress = Callable[[int, int], None]
"""Called with (done, total) as work goes on."""

_LINES = 10
"""A log gets this many progress lines at the most."""

_LINE_SECONDS = 30.0
"""A log gets a line of standing no more often than this."""


class Console:
    """Where a command speaks. ``loud``: true = verbose, false = quiet, none = ordinary.

    Results go to stdout, progress and remarks to stderr.
    """

    def __init__(self, loud: bool | None = None) -> None:
        self._loud = loud

    def result(self, line: str) -> None:
        """Print what a command came to, unless quiet."""
        if self._loud is not False:
            click.echo(line)

    def say(self, line: str) -> None:
        """Print a remark on stderr, unless quiet."""
        if self._loud is not False:
            click.echo(line, err=True)

    def detail(self, line: str) -> None:
        """Print on stderr what only somebody who looks for a fault wants to know: when verbose."""
        if self._loud:
            click.echo(line, err=True)

    @contextmanager
    def progress(self, what: str) -> Iterator[Progress]:
        """Show how far long work has come: a bar on a terminal, a few plain lines in a log, nothing when quiet."""
        if self._loud is False:
            yield lambda done, total: None
        elif sys.stderr.isatty():
            with _bar(what) as advance:
                yield advance
        else:
            yield self._lines(what)

    @contextmanager
    def status(self) -> Iterator[Callable[[str], None]]:
        """Show how long work stands in words: one line that changes on a terminal, a line now and then in a log."""
        if self._loud is False:
            yield lambda line: None
        elif sys.stderr.isatty():
            from rich.console import Console as Terminal

            with Terminal(stderr=True).status("") as status:
                yield status.update
        else:
            yield _now_and_then()

    def _lines(self, what: str) -> Progress:
        said = 0

        def advance(done: int, total: int) -> None:
            nonlocal said
            step = done * _LINES // total if total else _LINES
            if total >= _LINES and step > said:
                said = step
                click.echo(f"{what}: {done} of {total}", err=True)

        return advance


def _now_and_then() -> Callable[[str], None]:
    said: float | None = None

    def say(line: str) -> None:
        nonlocal said
        now = time.monotonic()
        if said is None or now - said >= _LINE_SECONDS:
            said = now
            click.echo(line, err=True)

    return say


@contextmanager
def _bar(what: str) -> Iterator[Progress]:
    from rich.console import Console as Terminal
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Bar(*columns, console=Terminal(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
