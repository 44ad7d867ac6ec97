"""Fill the demonstration's store from its inputs, through the same importers that real data go through."""

from __future__ import annotations

import csv
import hashlib
import tomllib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from collectors.archives.intake import import_archive
from collectors.archives.searched import read_outlets
from collectors.harvest import harvest
from nlp.sheets import import_codes
from reputation.demonstration import REPORT
from reputation.demonstration.bank import load_banks
from reputation.demonstration.inputs import POLL_NAME
from reputation.demonstration.server import FeedServer
from reputation.published_figures import import_analyses, import_figures
from store.config import Config, load_config
from store.database import Store
from store.days import Window, utc_text
from store.errors import WrongFile
from store.facts import Facts, load_facts
from store.published import SampleItem, add_sample
from surveys.intake import LEAST_FOR_QUOTES, import_survey, release_quote

Progress = Callable[[str], None]

MARKER = "filled.txt"
"""Beside the store: the digest of the inputs it was filled from. Written last, so that a killed run goes on."""


def fill(folder: Path, progress: Progress = lambda line: None) -> None:
    """Fill the store of the demonstration in ``folder``; what is there already is left alone.

    A second call with the same inputs does nothing; a call after one that was killed does the rest. Raises what the
    importers raise, and :class:`WrongFile` where :func:`reputation.demonstration.write_inputs` has not been.
    """
    if not (folder / "archives/searches.toml").exists():
        raise WrongFile("there are no demonstration inputs here", where=folder,
                        do="Write them with: reputation demo DIR")
    config = load_config(folder / "config.toml", must_exist=True)
    marker = config.store.path.with_name(MARKER)
    digest = _digest(folder, config)
    if config.store.path.exists() and marker.exists() and marker.read_text(encoding="utf-8") == digest:
        return
    facts = load_facts(config)
    with Store.open(config.store.path, kind="demo") as store:
        _archives(store, folder, facts, progress)
        _feeds(store, folder, config, facts, progress)
        for wave in sorted((folder / "surveys").iterdir()):
            progress(import_survey(store, _export(wave), wave / "codebook.toml", facts, config).line())
        progress(import_figures(store, folder / "figures.csv", facts).line())
        progress(import_analyses(store, folder / "analyses.csv", facts).line())
        _codes(store, folder, facts, progress)
        _quotes(store, progress)
    marker.write_text(digest, encoding="utf-8")


def _digest(folder: Path, config: Config) -> str:
    """Digest the inputs: names and bytes of every file outside the folders of the store and of the report."""
    digest = hashlib.sha256()
    made = {config.store.path.parent, folder / REPORT}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and made.isdisjoint(path.parents):
            digest.update(str(path.relative_to(folder)).encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _archives(store: Store, folder: Path, facts: Facts, progress: Progress) -> None:
    table = tomllib.loads((folder / "archives/searches.toml").read_text(encoding="utf-8"))
    for search in table["searches"]:
        summary = import_archive(
            store, folder / "archives" / search["file"], facts, query=search["query"],
            window=Window.parse(search["window"]), outlets=search["outlets"],
            totals=read_outlets(folder / "archives" / search["totals"]).totals if "totals" in search else (),
        )
        progress(summary.line())


def _feeds(store: Store, folder: Path, config: Config, facts: Facts, progress: Progress) -> None:
    """Harvest once for every poll on file, at the moment it is named after; polls that were made are left out."""
    polls: dict[datetime, dict[str, bytes]] = {}
    for path in sorted((folder / "feeds").glob("*/*.xml")):
        moment = datetime.strptime(path.stem, POLL_NAME).replace(tzinfo=UTC)
        polls.setdefault(moment, {})[path.parent.name] = path.read_bytes()
    last = store.value("SELECT max(at) FROM polls") or ""
    waiting = [moment for moment in sorted(polls) if utc_text(moment) > last]
    if not waiting:
        return
    with FeedServer() as server:
        here = replace(config, feeds=tuple(
            replace(feed, url=f"{server.address}/{feed.id}.xml") for feed in config.feeds
        ))
        for moment in waiting:
            server.bodies = {f"/{feed}.xml": body for feed, body in polls[moment].items()}
            progress(f"{utc_text(moment)} {harvest(store, here, facts, now=moment).line()}")


def _export(wave: Path) -> Path:
    return next(iter(sorted(wave.glob("*.xlsx"))), wave)


def _codes(store: Store, folder: Path, facts: Facts, progress: Progress) -> None:
    """Keep the sample as it was drawn, then take its codes in."""
    samples: dict[str, list[SampleItem]] = {}
    with (folder / "codes/drawn.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(line for line in file if not line.startswith("#")):
            samples.setdefault(row["sample"], []).append(
                SampleItem(row["article"], row["area"], float(row["probability"]))
            )
    for sample, items in sorted(samples.items()):
        add_sample(store, sample, "2026-03-01T00:00:00Z", {"strata": "area and year", "demonstration": True}, items)
    progress(import_codes(store, folder / "codes/codes.csv", facts).line())


def _quotes(store: Store, progress: Progress) -> None:
    """Play the person who lets open answers be quoted: of an area one that feels safe and one that does not."""
    answers = load_banks().answers
    latest = store.value("SELECT id FROM waves ORDER BY fieldwork_from DESC LIMIT 1")
    chosen: dict[tuple[str, str], int] = {}
    for row in store.rows(
        "SELECT t.id, t.text, r.area_id FROM text_answers t"
        " JOIN respondents r ON r.wave_id = t.wave_id AND r.id = t.respondent_id WHERE t.wave_id = ?1 AND r.area_id IN"
        " (SELECT area_id FROM respondents WHERE wave_id = ?1 GROUP BY area_id HAVING count(*) >= ?2) ORDER BY t.id",
        [latest, LEAST_FOR_QUOTES],
    ):
        for kind in ("safe", "unsafe"):
            if row["text"] in answers[kind]:
                chosen.setdefault((row["area_id"], kind), int(row["id"]))
    released = sum(release_quote(store, number) for number in sorted(chosen.values()))
    progress(f"{released} open answers released for quotation")
