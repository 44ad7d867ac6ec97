"""The commands: thin; each calls one function of a room.

Rooms are imported inside the commands, so that ``--help`` and a refusal come at once.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, Literal, ParamSpec, TypeVar

import click

from reputation.console import Console
from store.config import Config, load_config
from store.database import Store
from store.days import Window
from store.errors import Exit, NothingCollected, ReputationError, WrongUse

if TYPE_CHECKING:
    from store.facts import Facts

P = ParamSpec("P")
T = TypeVar("T")
_FILE = click.Path(path_type=Path)


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


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--config", "config_path", type=_FILE, default=None, metavar="FILE",
              help="The configuration; default: config.toml in this folder.")
@click.option("--verbose/--quiet", "loud", default=None, help="Say also what is in force, or only what went wrong.")
@click.version_option(package_name="reputation")
@click.pass_context
def commands(context: click.Context, config_path: Path | None, loud: bool | None) -> None:
    """Follow omdømme and tryghed in fifteen Danish housing areas, 2018-2029.

    Example: reputation --config config.toml report --year 2025
    """
    context.obj = Run(config_path, Console(loud))


def _given_run(command: Callable[Concatenate[Run, P], T]) -> Callable[P, T]:
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


def _finish(code: int) -> None:
    if code:
        click.get_current_context().exit(int(code))


# ---------------------------------------------------------------- texts in


@commands.command()
@_given_run
def harvest(run: Run) -> None:
    """One polite round over all due feeds, then the survey inbox. What cron runs.

    Example: reputation --quiet harvest
    """
    from collectors.harvest import harvest as collect
    from surveys.inbox import empty_inbox

    facts = run.facts()
    code, nothing = Exit.DONE, None
    with run.store() as store:
        try:
            summary = collect(store, run.config, facts)
        except NothingCollected as error:
            nothing = error  # survey teams don't wait for the news
        else:
            for trouble in summary.troubles:
                run.console.say(trouble)
            run.console.result(summary.line())
            code = summary.exit_code
        inbox = empty_inbox(store, run.config, facts)
        for remark in inbox.remarks:
            run.console.say(remark)
        if inbox:
            run.console.result(inbox.line())
        if nothing and not inbox.taken:
            raise nothing
    if nothing:
        run.console.say(str(nothing))
        code = Exit.WITH_REFUSALS
    _finish(max(code, inbox.exit_code))


@commands.command("import-archive")
@click.argument("files", nargs=-1, required=True, type=_FILE, metavar="FILE…")
@click.option("--format", "format_", metavar="F",
              help="infomedia, infomedia-table, plain or retriever; default: recognised.")
@click.option("--query", metavar="TEXT", help="The archive query, verbatim; kept with the import.")
@click.option("--window", metavar="FROM:TO", help="The days searched, for example 2018-01-01:2018-12-31.")
@click.option("--outlets", "outlets_file", type=_FILE, metavar="FILE",
              help="The outlets searched, one id or name a line.")
@_given_run
def import_archive(run: Run, files: tuple[Path, ...], format_: str | None, query: str | None, window: str | None,
                   outlets_file: Path | None) -> None:
    """Take in articles from a media-archive export.

    Example: reputation import-archive vollsmose-2018.ndjson --query "Vollsmose" --window 2018-01-01:2018-12-31
    """
    from collectors.archives.intake import import_archive as take_in
    from collectors.archives.searched import read_outlets

    searched = _window(window) if window else None
    facts = run.facts()
    outlets = read_outlets(outlets_file) if outlets_file else ()
    worst = 0
    with run.store() as store:
        for file in files:
            summary = take_in(store, file, facts, format=format_, query=query, window=searched, outlets=outlets)
            run.console.result(summary.line())
            worst = max(worst, summary.exit_code)
    _finish(worst)


# ---------------------------------------------------------------- answers in


@commands.command("import-survey")
@click.argument("file", type=_FILE)
@click.option("--codebook", required=True, type=_FILE, metavar="C", help="The wave's codebook (TOML).")
@click.option("--wave", metavar="W", help="Wave id, when it is not the codebook's.")
@click.option("--check", is_flag=True, help="Only show what would happen.")
@_given_run
def import_survey(run: Run, file: Path, codebook: Path, wave: str | None, check: bool) -> None:
    """Take in answers from a questionnaire export.

    FILE is the export (of SurveyXact any one of its three CSV files), or the folder it lies in alone.

    Example: reputation import-survey exports/2024 --codebook data/codebooks/2024.toml --check
    """
    from surveys import intake

    facts = run.facts()
    if check:
        path = run.config.store.path
        with Store.open(path if path.exists() else Path(":memory:")) as store:
            click.echo(intake.check_survey(file, codebook, store, facts, wave=wave).text())
        return
    with run.store() as store:
        summary = intake.import_survey(store, file, codebook, facts, run.config, wave=wave)
    run.console.result(summary.line())
    _finish(summary.exit_code)


@commands.command()
@click.argument("file", type=_FILE)
@_given_run
def codebook(run: Run, file: Path) -> None:
    """Draft a codebook from an export, for a person to finish.

    Example: reputation codebook exports/2024/dataset.csv > data/codebooks/2024.toml
    """
    from surveys.draft import draft_codebook

    click.echo(draft_codebook(file), nl=False)


@commands.command("undo-import")
@click.argument("number", type=int, metavar="N")
@_given_run
def undo_import(run: Run, number: int) -> None:
    """Take an import back, whole.

    Example: reputation undo-import 12
    """
    from reputation.undo import undo_import as take_back

    with run.store(create=False) as store:
        run.console.result(take_back(store, number))


@commands.command()
@click.argument("key")
@_given_run
def withdraw(run: Run, key: str) -> None:
    """Take a respondent's answers out, by the respondent's key.

    Example: reputation withdraw 48213
    """
    from surveys.intake import withdraw as take_out

    with run.store(create=False) as store:
        run.console.result(f"{take_out(store, key, run.config)} respondents' answers are out of the store")


@commands.command("release-quote")
@click.argument("number", type=int, required=False, metavar="[ID]")
@_given_run
def release_quote(run: Run, number: int | None) -> None:
    """Let an open answer be quoted in reports, after a person has read it; without ID, list those to choose from.

    Example: reputation release-quote 311
    """
    from surveys.intake import release_quote as release
    from surveys.quotes import releasable

    with run.store(create=False) as store:
        if number is None:
            for answer in releasable(store):
                click.echo(answer.line())
            return
        new = release(store, number)
    run.console.result(f"answer {number} {'may be quoted' if new else 'was released before'}")


# ---------------------------------------------------------------- published figures in


@commands.command("import-figures")
@click.argument("file", type=_FILE)
@_given_run
def import_figures(run: Run, file: Path) -> None:
    """Take in published yearly figures: area, year, indicator, value, unit, source.

    Example: reputation import-figures familieboliger.csv
    """
    from reputation.published_figures import import_figures as take_in

    with run.store() as store:
        summary = take_in(store, file, run.facts())
    run.console.result(summary.line())
    _finish(summary.exit_code)


@commands.command("import-analyses")
@click.argument("file", type=_FILE)
@_given_run
def import_analyses(run: Run, file: Path) -> None:
    """Take in published hand-made media analyses.

    Example: reputation import-analyses ghettoen-i-medierne.csv
    """
    from reputation.published_figures import import_analyses as take_in

    with run.store() as store:
        summary = take_in(store, file, run.facts())
    run.console.result(summary.line())
    _finish(summary.exit_code)


# ---------------------------------------------------------------- reading


@commands.command()
@click.argument("source", required=False, type=click.Choice(["-"]), metavar="[-]")
@click.option("--explain", is_flag=True, help="With -: say which words and rules gave each reading.")
@_given_run
def read(run: Run, source: str | None, explain: bool) -> None:
    """Read every text not yet read; with -, JSON lines from standard input.

    Example: echo '{"id": 1, "text": "Vollsmose er blevet et tryggere sted."}' | reputation read - --explain
    """
    facts = run.facts()
    if source == "-":
        from nlp.stream import read_lines

        lines = io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8", errors="surrogateescape")
        sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
        _finish(read_lines(lines, sys.stdout, facts, run.config, explain=explain))
        return
    if explain:
        raise WrongUse("--explain goes with -", where="reputation read", do="Write: reputation read - --explain")
    with run.store(create=False) as store:
        _read_new(run, store, facts)


def _read_new(run: Run, store: Store, facts: Facts) -> None:
    from nlp.read import read_new

    with run.console.progress("reading") as progress:
        summary = read_new(store, run.config, facts, progress=progress)
    run.console.say(summary.line())


@commands.command()
@click.argument("files", nargs=-1, required=True, type=_FILE, metavar="FILES…")
@click.option("--out", required=True, type=_FILE, metavar="DIR", help="Folder of the readings; the same for a rerun.")
@click.option("--workers", type=click.IntRange(1), metavar="N", help="Processes to read with; default: the cores here.")
@click.option("--scheduler", metavar="ADDR", help="Read on the Dask cluster at this address instead.")
@_given_run
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
    _finish(summary.exit_code)


# ---------------------------------------------------------------- the report


@commands.command()
@click.option("--year", type=int, metavar="Y", help="Last calendar year of the series; default: the last whole one.")
@click.option("--window", metavar="FROM:TO", help="Any days instead, split into twelve-month windows from the end.")
@click.option("--lang", type=click.Choice(["da", "en"]), help="Language; default: [report] language.")
@click.option("--out", type=_FILE, metavar="DIR", help="Folder to write; default: build/report beside the config.")
@click.option("--snapshot", metavar="ID", help="Render a stored snapshot again.")
@click.option("--recompute", is_flag=True, help="With --snapshot: compute it anew and name what differs.")
@_given_run
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
    asked = _window(window) if window else None
    code, page = publish(run.config, run.console, Wanted(year, asked, lang, out, snapshot, recompute))
    click.echo(page)
    _finish(code)


@commands.command()
@_given_run
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
    _finish(exploring.serve(explored))


@commands.command()
@click.argument("folder", type=_FILE, metavar="DIR")
@_given_run
def demo(run: Run, folder: Path) -> None:
    """Write the demonstration inputs: what real users would bring, invented.

    Example: reputation demo build/demo
    """
    from reputation.demonstration.inputs import write_inputs

    write_inputs(folder)
    run.console.result(f"demonstration inputs are in {folder}; the planted truth is in {folder / 'truth.json'}")


# ---------------------------------------------------------------- hand-coding


@commands.command("code-sheet")
@click.option("--out", type=_FILE, default=Path("coding-sheet.xlsx"), show_default=True, metavar="FILE",
              help="The sheet to write.")
@click.option("--area", "areas", multiple=True, metavar="ID", help="Only this area; may be given again. Default: all.")
@click.option("--year", "years", type=int, multiple=True, metavar="Y", help="Only this year; may be given again.")
@click.option("--per-year", type=click.IntRange(2), metavar="N",
              help="Texts to draw for each area and year; default: enough for 200 an area over twelve years.")
@click.option("--sample", metavar="ID", help="Write the sheet of a sample that was drawn before.")
@_given_run
def code_sheet(run: Run, out: Path, areas: tuple[str, ...], years: tuple[int, ...], per_year: int | None,
               sample: str | None) -> None:
    """Draw a probability sample and write a coding sheet, blind to our reading.

    Example: reputation code-sheet --area vollsmose --year 2021 --out kodning-2021.xlsx
    """
    from nlp.sheets import write_sheet
    from nlp.unique import backend_of
    from nlp.validate import PER_YEAR

    facts = run.facts()
    with run.store(create=False) as store:
        summary = write_sheet(store, out, facts, backend=backend_of(run.config), areas=areas, years=years,
                              per_year=per_year or PER_YEAR, seed=run.config.report.seed, sample=sample)
    run.console.result(summary.line())


@commands.command("import-codes")
@click.argument("file", type=_FILE)
@_given_run
def import_codes(run: Run, file: Path) -> None:
    """Take in hand codes: a filled coding sheet, xlsx or CSV.

    Example: reputation import-codes kodning-2021-ab.xlsx
    """
    from nlp.sheets import import_codes as take_in

    facts = run.facts()
    with run.store(create=False) as store:
        summary = take_in(store, file, facts)
    run.console.result(summary.line())
    _finish(summary.exit_code)


@commands.command()
@_given_run
def validate(run: Run) -> None:
    """Say how well coders agree with each other and with the automatic reading.

    Example: reputation validate
    """
    from nlp.unique import backend_of
    from nlp.validate import sample_agreements, validation_text

    with run.store(create=False) as store:
        click.echo(validation_text(sample_agreements(store, backend_of(run.config), seed=run.config.report.seed)))


# ---------------------------------------------------------------- looking after it


@commands.command()
@click.option("--json", "as_json", is_flag=True, help="For monitoring: one JSON object.")
@_given_run
def doctor(run: Run, as_json: bool) -> None:
    """Say in words what is installed, configured, stale or failing, and what to do.

    Example: reputation doctor --json
    """
    from reputation.doctor import examine

    findings = examine(run.config)
    click.echo(findings.json() if as_json else findings.text())
    _finish(findings.exit_code)


def _window(text: str) -> Window:
    try:
        return Window.parse(text)
    except ValueError as error:
        raise WrongUse(f"'{text}' is no window ({error})", where="--window",
                       do="Write two days, for example 2018-01-01:2018-12-31") from None


def main(arguments: list[str] | None = None) -> None:
    """Run a command and leave with its exit code; a user's mistake is one line on stderr."""
    sys.exit(run_command(arguments))


def run_command(arguments: list[str] | None = None) -> int:
    """Run a command and return its exit code (design.md)."""
    try:
        result: Any = commands.main(args=arguments, prog_name="reputation", standalone_mode=False)
    except ReputationError as error:
        return _failed(str(error), error.exit_code)
    except click.UsageError as error:
        command = error.ctx.command_path if error.ctx else "reputation"
        return _failed(f"{error.format_message()} See: {command} --help", Exit.WRONG_USE)
    except click.ClickException as error:
        return _failed(error.format_message(), Exit.WRONG_USE)
    except click.Abort:
        return _failed("stopped; what was committed is kept, and running again goes on from there", 130)
    except BrokenPipeError:
        sys.stderr.close()  # nobody reads any more; Python would complain at exit
        return Exit.DONE
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        return _failed(f"{place}{error.strerror or error}", Exit.WRONG_USE)
    return int(result or 0)


def _failed(line: str, code: int) -> int:
    click.echo(f"reputation: {' '.join(line.split())}", err=True)
    return int(code)
