"""The program: its commands, and how each ends."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from reputation import bringing, telling
from reputation.console import Console
from reputation.running import FILE, Run
from store.errors import Exit, ReputationError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--config", "config_path", type=FILE, default=None, metavar="FILE",
              help="The configuration; default: config.toml in this folder.")
@click.option("--verbose/--quiet", "loud", default=None, help="Say also what is in force, or only what went wrong.")
@click.version_option(package_name="reputation")
@click.pass_context
def commands(context: click.Context, config_path: Path | None, loud: bool | None) -> None:
    """Follow omdømme and tryghed in fifteen Danish housing areas, 2018-2029.

    Example: reputation --config config.toml report --year 2025
    """
    context.obj = Run(config_path, Console(loud))


for _each in (
    bringing.harvest, bringing.import_archive, bringing.import_survey, bringing.codebook, bringing.undo_import,
    bringing.withdraw, bringing.release_quote, bringing.import_figures, bringing.import_analyses,
    bringing.code_sheet, bringing.import_codes, bringing.validate, telling.read, telling.archive, telling.report,
    telling.explore, telling.demo, telling.doctor,
):
    commands.add_command(_each)


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
