"""The commands that read, tell and look after: thin; each calls one function of a room.

Rooms are imported inside the commands, so that ``--help`` and a refusal come at once.
"""

from __future__ import annotations

import gc
import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from reputation.running import FILE, Run, finish, given_run
from store.database import Store
from store.errors import WrongUse

if TYPE_CHECKING:
    from store.facts import Facts


RARELY = (100_000, 20, 100)
"""When Python looks for circular garbage in a report: its rows live until it is written, and looking through them again
and again took a tenth of the time."""


@click.command()
@click.argument("source", required=False, type=click.Choice(["-"]), metavar="[-]")
@click.option("--explain", is_flag=True, help="With -: say which words and rules gave each reading.")
@given_run
def read(run: Run, source: str | None, explain: bool) -> None:
    """Read every text not yet read; with -, JSON lines from standard input.

    Example: echo '{"id": 1, "text": "Vollsmose er blevet et tryggere sted."}' | reputation read - --explain
    """
    facts = run.facts()
    if source == "-":
        from nlp.stream import read_lines

        lines = io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8", errors="surrogateescape")
        sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
        finish(read_lines(lines, sys.stdout, facts, run.config, explain=explain))
        return
    if explain:
        raise WrongUse("--explain goes with -", where="reputation read", do="Write: reputation read - --explain")
    with run.store(create=False) as store:
        _read_new(run, store, facts)


def _read_new(run: Run, store: Store, facts: Facts) -> None:
    from collectors.copies import group_copies
    from nlp.read import read_new

    group_copies(store)  # where a run that brought something was killed before
    with run.console.progress("reading") as progress:
        summary = read_new(store, run.config, facts, progress=progress)
    run.console.say(summary.line())


@click.command()
@click.argument("files", nargs=-1, required=True, type=FILE, metavar="FILES…")
@click.option("--out", required=True, type=FILE, metavar="DIR", help="Folder of the readings; the same for a rerun.")
@click.option("--workers", type=click.IntRange(1), metavar="N", help="Processes to read with; default: the cores here.")
@click.option("--scheduler", metavar="ADDR", help="Read on the Dask cluster at this address instead.")
@given_run
def archive(run: Run, files: tuple[Path, ...], out: Path, workers: int | None, scheduler: str | None) -> None:
    """Read a national archive in bulk: Parquet, NDJSON and CSV in, readings by year out (docs/archive.md).

    Example: reputation archive archive/*.parquet --out build/readings --workers 8
    """
    from nlp.archive import read_archive
    from nlp.bulk.executors import cores, on_dask, on_processes

    if workers and scheduler:
        raise WrongUse("--workers and --scheduler exclude each other", where="reputation archive",
                       do="Give one of them")
    executor = on_dask(scheduler) if scheduler else on_processes(workers or cores())
    with run.console.status() as say:
        summary = read_archive(files, out, run.config, executor=executor, progress=lambda now: say(now.line()))
    run.console.result(summary.line())
    finish(summary.exit_code)


@click.command()
@click.option("--year", type=int, metavar="Y", help="Last calendar year of the series; default: the last whole one.")
@click.option("--window", metavar="FROM:TO", help="Any days instead, split into twelve-month windows from the end;"
              " or a report of the evaluation by its name in data/goals.toml, for example delrapport-2022.")
@click.option("--lang", type=click.Choice(["da", "en"]), help="Language; default: [report] language.")
@click.option("--out", type=FILE, metavar="DIR", help="Folder to write; default: build/report beside the config.")
@click.option("--snapshot", metavar="ID", help="Render a stored snapshot again.")
@click.option("--recompute", is_flag=True, help="With --snapshot: compute it anew and name what differs.")
@given_run
def report(run: Run, year: int | None, window: str | None, lang: Literal["da", "en"] | None, out: Path | None,
           snapshot: str | None, recompute: bool) -> None:
    """Read what is new, then write the report; the path of index.html comes last.

    Example: reputation report --window 2019-07-01:2020-06-30 --lang en --out build/baseline
    """
    from reputation.publish import Wanted, publish

    if year and window:
        raise WrongUse("--year and --window exclude each other", where="reputation report", do="Give one of them")
    if snapshot and (year or window):
        raise WrongUse("a snapshot has its own window", where="reputation report", do="Leave --year and --window out")
    if recompute and not snapshot:
        raise WrongUse("--recompute goes with --snapshot", where="reputation report", do="Name the snapshot")
    asked = run.window(window) if window else None
    gc.set_threshold(*RARELY)
    code, page = publish(run.config, run.console, Wanted(year, asked, lang, out, snapshot, recompute))
    click.echo(page)
    finish(code)


@click.command()
@given_run
def explore(run: Run) -> None:
    """Write explore.db, the rows behind the figures, and open it in Datasette.

    Without Datasette (the extra 'explore') the file is written all the same.

    Example: reputation explore
    """
    from reputation import explore as exploring

    explored = exploring.write(run.config, run.console)
    click.echo(explored.database)
    if do := exploring.missing():
        click.echo(f"reputation: {explored.database} is written, but {do}", err=True)
        return
    finish(exploring.serve(explored))


@click.command()
@click.argument("folder", type=FILE, metavar="DIR")
@given_run
def demo(run: Run, folder: Path) -> None:
    """Write the demonstration inputs: what real users would bring, invented.

    Example: reputation demo build/demo
    """
    from reputation.demonstration.inputs import write_inputs

    write_inputs(folder)
    run.console.result(f"demonstration inputs are in {folder}; the planted truth is in {folder / 'truth.json'}")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For monitoring: one JSON object.")
@given_run
def doctor(run: Run, as_json: bool) -> None:
    """Say in words what is installed, configured, stale or failing, and what to do.

    Example: reputation doctor --json
    """
    from reputation.doctor import examine

    findings = examine(run.config)
    click.echo(findings.json() if as_json else findings.text())
    finish(findings.exit_code)
