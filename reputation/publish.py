"""Make a report: find the store or the demonstration, read what is new, measure, render.

What a run with nothing new does not need is imported where it is used.
"""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

from nlp.read import read_new
from reputation import demonstration, snapshot
from reputation.console import Console
from reputation.demonstration import REPORT
from reputation.revision import revision
from reputation.snapshot import Snapshot
from reputation.stamp import is_current, stamp
from store.config import Config, load_config
from store.database import Store
from store.days import Window
from store.errors import Exit, StoreUnusable
from store.facts import FOLDER as FACTS
from store.facts import load_facts
from store.schema import MIGRATIONS
from store.texts import first_day, last_day

NEARLY = timedelta(days=31)
"""A year whose news end this long before its last day counts as whole: an export is made in December, too."""


@dataclass(frozen=True)
class Wanted:
    """What was asked for; ``None`` = the default."""

    year: int | None = None
    window: Window | None = None
    language: Literal["da", "en"] | None = None
    out: Path | None = None
    snapshot: str | None = None
    recompute: bool = False


def publish(config: Config, console: Console, wanted: Wanted) -> tuple[Exit, Path]:
    """Write the report and return (exit code, path of its index.html).

    Where the configured store does not exist, the demonstration is made under ``build/demo`` beside the config and
    shown instead, and that is said on stderr.
    """
    if wanted.snapshot and not config.store.path.exists():
        raise StoreUnusable("there is no store here, so no snapshot", where=config.store.path)
    config, build = in_force(config, console)
    facts = load_facts(config)
    with Store.open(config.store.path, create=False) as store:
        if wanted.snapshot:
            taken = snapshot.load(store, wanted.snapshot)
        else:
            with console.progress("reading") as progress:
                console.say(read_new(store, config, facts, progress=progress).line())
            taken = snapshot.take(store, config, facts, wanted.window or years_of(store, config, wanted.year))
        differences = snapshot.recompute(store, config, facts, taken.id) if wanted.recompute else ()
    for difference in differences:
        console.result(difference)
    page = _render(taken, wanted.out or build / REPORT, wanted.language or config.report.language)
    console.say(f"snapshot {taken.id}")
    return (Exit.WITH_REFUSALS if differences else Exit.DONE), page


def in_force(config: Config, console: Console) -> tuple[Config, Path]:
    """Return the config to work with and the folder to write to: the demonstration's where there is no store yet."""
    build = config.path.resolve().parent / "build"
    if config.store.path.exists():
        return config, build
    console.say(f"there is no store at {config.store.path} yet: this is the DEMONSTRATION, all of it invented")
    return demonstrate(build / "demo", console), build / "demo"


def _render(taken: Snapshot, out: Path, language: str) -> Path:
    made_from = f"snapshot {taken.id}, {language}, {revision()}"
    if is_current(out, made_from):
        return out.resolve() / "index.html"
    from reputation import report

    page = report.write(taken.content, out, language)
    stamp(out, made_from)
    return page


def demonstrate(folder: Path, console: Console) -> Config:
    """Make the demonstration in ``folder`` unless this version of it is there, and return its config.

    One that another version of the program made is thrown away first: a demonstration holds nothing of anybody.
    """
    from reputation.demonstration.fill import fill
    from reputation.demonstration.inputs import write_inputs

    made = folder / "made-by"
    recipe = _recipe()
    if not made.exists() or made.read_text(encoding="utf-8") != recipe:
        if made.exists():
            shutil.rmtree(folder)
        write_inputs(folder)
        fill(folder, console.say)
        made.write_text(recipe, encoding="utf-8")
    return load_config(folder / "config.toml", must_exist=True)


def _recipe() -> str:
    digest = hashlib.sha256("".join(MIGRATIONS).encode())
    for path in sorted([*Path(demonstration.__file__).parent.glob("*.py"), *(FACTS / "demo").iterdir()]):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def years_of(store: Store, config: Config, year: int | None) -> Window:
    """Return the window of a report that is asked for by its last year, or by none."""
    oldest, newest = first_day(store), last_day(store)
    wave = store.value("SELECT max(fieldwork_to) FROM waves")
    news = (oldest, newest) if oldest and newest else None
    return series_window(config.report.baseline_year, year, news, date.fromisoformat(wave) if wave else None)


def series_window(baseline_year: int, year: int | None, news: tuple[date, date] | None, wave: date | None) -> Window:
    """Return the years of the series: from the baseline year to ``year``.

    ``news``: oldest and newest day of any article; ``wave``: last day of the latest fieldwork. Without ``year`` to the
    last calendar year that the news have whole, to within :data:`NEARLY`, or to the latest wave's year where that is
    later: a wave is whole by itself. Judged by the data and not by the clock, so that the same data give the same
    report; where no year is whole yet, to the year under way.
    """
    if year is None:
        ends = [wave.year] if wave else []
        if news:
            oldest, newest = news
            whole = (newest + NEARLY).year - 1
            ends.append(whole if whole >= oldest.year else newest.year)
        year = max(ends, default=baseline_year)
    return Window(date(min(baseline_year, year), 1, 1), date(year, 12, 31))
