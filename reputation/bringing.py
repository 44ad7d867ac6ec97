"""The commands that bring something in: thin; each calls one function of a room.

Rooms are imported inside the commands, so that ``--help`` and a refusal come at once.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import click

from reputation.running import FILE, Run, finish, given_run, read_window
from store.database import Store
from store.errors import Exit, NothingCollected


@click.command()
@given_run
def harvest(run: Run) -> None:
    """One polite round over all due feeds and their article pages, then the survey inbox. What cron runs.

    Then texts, raw pages and answers whose time is over are deleted.

    Example: reputation --quiet harvest
    """
    from collectors.harvest import harvest as collect
    from nlp.areafilter import AreaFilter
    from reputation.expiry import expire
    from store.expiry import clock_is_steady
    from surveys.inbox import empty_inbox

    facts = run.facts()
    code, nothing = Exit.DONE, None
    with run.store() as store:
        steady = clock_is_steady(store, datetime.now(UTC))
        try:
            summary = collect(store, run.config, facts, names_area=AreaFilter(facts.areas))
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
        if not steady:
            run.console.say("the clock has leapt: nothing is deleted for a week")
        elif expired := expire(store, run.config, facts, datetime.now(UTC)):
            run.console.result(expired.line())
        if nothing and not inbox.taken:
            raise nothing
    if nothing:
        run.console.say(str(nothing))
        code = Exit.WITH_REFUSALS
    finish(max(code, inbox.exit_code))


@click.command("import-archive")
@click.argument("files", nargs=-1, required=True, type=FILE, metavar="FILE…")
@click.option("--format", "format_", metavar="F",
              help="infomedia, infomedia-table, plain or retriever; default: recognised.")
@click.option("--query", metavar="TEXT", help="The archive query, verbatim; kept with the import.")
@click.option("--window", metavar="FROM:TO", help="The days searched, for example 2018-01-01:2018-12-31.")
@click.option("--outlets", "outlets_file", type=FILE, metavar="FILE",
              help="The outlets searched, one id or name a line; or a CSV outlet,period,articles that also says"
              " how many articles each had in all, in a month (2018-03) or a year.")
@given_run
def import_archive(run: Run, files: tuple[Path, ...], format_: str | None, query: str | None, window: str | None,
                   outlets_file: Path | None) -> None:
    """Take in articles from a media-archive export.

    Example: reputation import-archive vollsmose-2018.ndjson --query "Vollsmose" --window 2018-01-01:2018-12-31
    """
    from collectors.archives.intake import import_archive as take_in
    from collectors.archives.searched import Searched, read_outlets

    searched = read_window(window) if window else None
    facts = run.facts()
    told = read_outlets(outlets_file) if outlets_file else Searched()
    worst = 0
    with run.store() as store:
        for file in files:
            with run.console.status() as say:
                summary = take_in(store, file, facts, format=format_, query=query, window=searched,
                                  outlets=told.outlets, totals=told.totals,
                                  progress=partial(_taken_in, say, file.name))
            run.console.result(summary.line())
            worst = max(worst, summary.exit_code)
    finish(worst)


def _taken_in(say: Callable[[str], None], name: str, rows: int) -> None:
    say(f"{name}: {rows} records")


@click.command("import-survey")
@click.argument("file", type=FILE)
@click.option("--codebook", required=True, type=FILE, metavar="C", help="The wave's codebook (TOML).")
@click.option("--wave", metavar="W", help="Wave id, when it is not the codebook's.")
@click.option("--check", is_flag=True, help="Only show what would happen.")
@given_run
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
    finish(summary.exit_code)


@click.command()
@click.argument("file", type=FILE)
@click.option("--codebook", "said", type=FILE, metavar="C",
              help="A codebook whose [file] says how the export is to be read; the rest of it need not be there.")
@given_run
def codebook(run: Run, file: Path, said: Path | None) -> None:
    """Draft a codebook from an export, for a person to finish.

    Example: reputation codebook exports/2024/dataset.csv > data/codebooks/2024.toml
    """
    from surveys.codebook import load_told
    from surveys.draft import draft_codebook
    from surveys.readers.told import NOTHING

    click.echo(draft_codebook(file, load_told(said) if said else NOTHING), nl=False)


@click.command("undo-import")
@click.argument("number", type=int, metavar="N")
@given_run
def undo_import(run: Run, number: int) -> None:
    """Take an import back, whole.

    Example: reputation undo-import 12
    """
    from reputation.undo import undo_import as take_back

    with run.store(create=False) as store:
        run.console.result(take_back(store, number))


@click.command()
@click.argument("key")
@given_run
def withdraw(run: Run, key: str) -> None:
    """Take a respondent's answers out, by the respondent's key.

    Example: reputation withdraw 48213
    """
    from surveys.intake import withdraw as take_out

    with run.store(create=False) as store:
        run.console.result(f"{take_out(store, key, run.config)} respondents' answers are out of the store")


@click.command("release-quote")
@click.argument("number", type=int, required=False, metavar="[ID]")
@given_run
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


@click.command("import-figures")
@click.argument("file", type=FILE)
@given_run
def import_figures(run: Run, file: Path) -> None:
    """Take in published yearly figures: area, year, indicator, value, unit, source.

    Example: reputation import-figures familieboliger.csv
    """
    from reputation.published_figures import import_figures as take_in

    with run.store() as store:
        summary = take_in(store, file, run.facts())
    run.console.result(summary.line())
    finish(summary.exit_code)


@click.command("import-analyses")
@click.argument("file", type=FILE)
@given_run
def import_analyses(run: Run, file: Path) -> None:
    """Take in published hand-made media analyses.

    Example: reputation import-analyses ghettoen-i-medierne.csv
    """
    from reputation.published_figures import import_analyses as take_in

    with run.store() as store:
        summary = take_in(store, file, run.facts())
    run.console.result(summary.line())
    finish(summary.exit_code)


@click.command("code-sheet")
@click.option("--out", type=FILE, default=Path("coding-sheet.xlsx"), show_default=True, metavar="FILE",
              help="The sheet to write: .xlsx, .json for Label Studio, .jsonl for doccano.")
@click.option("--area", "areas", multiple=True, metavar="ID", help="Only this area; may be given again. Default: all.")
@click.option("--year", "years", type=int, multiple=True, metavar="Y", help="Only this year; may be given again.")
@click.option("--per-year", type=click.IntRange(2), metavar="N",
              help="Texts to draw for each area and year; default: enough for 200 an area over twelve years.")
@click.option("--sample", metavar="ID", help="Write the sheet of a sample that was drawn before.")
@given_run
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


@click.command("import-codes")
@click.argument("file", type=FILE)
@given_run
def import_codes(run: Run, file: Path) -> None:
    """Take in hand codes: a filled coding sheet (xlsx, CSV), or an export of Label Studio or doccano.

    Example: reputation import-codes kodning-2021-ab.xlsx
    """
    from nlp.sheets import import_codes as take_in

    facts = run.facts()
    with run.store(create=False) as store:
        summary = take_in(store, file, facts)
    run.console.result(summary.line())
    finish(summary.exit_code)


@click.command()
@given_run
def validate(run: Run) -> None:
    """Say how well coders agree with each other and with the automatic reading.

    Example: reputation validate
    """
    from nlp.unique import backend_of
    from nlp.validate import sample_agreements, validation_text

    with run.store(create=False) as store:
        click.echo(validation_text(sample_agreements(store, backend_of(run.config), seed=run.config.report.seed)))
