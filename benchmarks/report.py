"""Measure a report over a store as large as the evaluation's, and the rerun when nothing is new."""

from __future__ import annotations

import json
import random
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import islice
from pathlib import Path

import numpy as np

from benchmarks.articles import load_bank
from benchmarks.harness import Row, Run, Time
from nlp.events import rule_version
from nlp.reader import Reader
from store.config import Config, load_config
from store.database import Store
from store.facts import Facts, load_facts
from store.imports import record_import

READINGS = 200_000
"""Of title and lead, and of the full text: half as many articles."""

RESPONDENTS = 25_000
YEARS = tuple(range(2018, 2026))
WAVES = (2018, 2020, 2022, 2024)
PER_EVENT = 3
SENTENCES = 4
OUTLETS = (("national", "print"), ("regional", "tv"), ("regional", "print"), ("local", "print"), ("local", "web"))
TONES, SAFETIES = ("negative", "neutral", "positive"), ("unsafe", "none", "safe")
ITEMS = ("tryg", "moerke", "opgang", "naboer", "ophold")
REPEATS = 3


def measure(run: Run) -> Sequence[Row]:
    """Report: measured and written anew, and again when nothing is new."""
    articles, respondents = run.count(READINGS // 2, 2_000), run.count(RESPONDENTS, 3_000)
    few, small = run.count(READINGS // 20, 2_000), run.count(RESPONDENTS // 10, 3_000)
    _filled(run.folder / "tenth", few, small)
    tenth, _ = report_of(run.folder / "tenth")
    _filled(run.folder, articles, respondents)
    first, peak = report_of(run.folder)
    again = [report_of(run.folder)[0] for _ in range(REPEATS)]
    amounts = {"readings": articles * 2, "respondents": respondents}
    return [
        Row("report", "reputation report: nothing to read, all to measure and write",
            {**amounts, "MB at most": peak}, first.processor),
        Row("tenth", "the same of a tenth", {"readings": few * 2, "respondents": small}, tenth.processor),
        Row("report-tenth", "`report` held against a tenth", amounts, first.processor, "tenth"),
        Row("report-again", "the same with nothing new", amounts, min(each.processor for each in again), "report"),
        Row("report-clock", "reputation report by the clock", amounts, first.clock, clock=True),
        Row("report-again-clock", "the same with nothing new", amounts, min(each.clock for each in again),
            "report-clock", clock=True),
    ]


def _filled(folder: Path, articles: int, respondents: int) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "config.toml").touch()
    config = load_config(folder / "config.toml")
    facts = load_facts(config)
    with Store.open(config.store.path) as store, store.transaction():
        _news(store, config, facts, articles)
        _answers(store, facts, respondents)


def report_of(folder: Path) -> tuple[Time, int]:
    """Run the command as people do; return its seconds, the start of Python included, and the most MB of any so far.

    Of the processor are the seconds of all its processes: topics and pictures are made beside it.
    """
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([sys.executable, "-c", "from reputation.cli import main; main()", "--quiet", "--config",  # noqa: S603
                    str(folder / "config.toml"), "report"], check=True, capture_output=True, timeout=3600)
    clock, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Time(clock, used), round(after.ru_maxrss / 1024)


def _batches(rows: Iterator[tuple[object, ...]], size: int = 20_000) -> Iterator[list[tuple[object, ...]]]:
    while batch := list(islice(rows, size)):
        yield batch


def _put(store: Store, table: str, width: int, rows: Iterator[tuple[object, ...]]) -> None:
    marks = ", ".join("?" * width)
    for batch in _batches(rows):
        store.execute_many(f"INSERT INTO {table} VALUES ({marks})", batch)  # noqa: S608


def _news(store: Store, config: Config, facts: Facts, count: int) -> None:
    """Write articles about the fifteen, evenly over the years, three to an event, and what a reader said of them."""
    reader, rule = Reader(facts, config), rule_version()
    areas, dice = [area.id for area in facts.areas], np.random.default_rng(2018)
    bank, words = load_bank(reader.gazetteer), random.Random(2018)  # noqa: S311 - not a secret
    for number, (class_, medium) in enumerate(OUTLETS):
        store.execute("INSERT INTO outlets VALUES (?, ?, ?, ?)", [f"o{number}", f"Medie {number}", class_, medium])
    archive = record_import(store, "archive", "alt.ndjson", "0", "infomedia", None, f"{YEARS[0]}-01-01",
                            f"{YEARS[-1]}-12-31")
    days = [date(YEARS[0], 1, 1) + timedelta(each) for each in range((date(YEARS[-1], 12, 31) - date(YEARS[0], 1, 1)
                                                                      ).days + 1)]
    every = max(1, count // PER_EVENT)
    themes = [theme.id for theme in facts.themes]

    def day(number: int) -> str:
        return days[(number // PER_EVENT) * len(days) // (every + 1)].isoformat()

    def area(number: int) -> str:
        return areas[(number // PER_EVENT) % len(areas)]

    tones = dice.integers(0, 3, count)
    safe = dice.choice(3, count, p=[0.2, 0.7, 0.1])
    outlet = dice.integers(0, len(OUTLETS), count)
    ids = [f"{number:032x}" for number in range(count)]
    _put(store, "articles", 14, (
        (ids[n], f"o{outlet[n]}", ids[n], f"https://medie.example/{n}", f"{day(n)}T08:00:00Z", day(n), None,
         f"{day(n)}T08:00:00Z", "free", "full", 1, ids[n], archive, None) for n in range(count)))
    _put(store, "import_articles", 2, ((archive, ids[n]) for n in range(count)))
    _put(store, "versions (article_id, number, title, summary, text, digest, seen)", 7, (
        (ids[n], 1, words.choice(bank.about), words.choice(bank.other),
         " ".join(words.choices(bank.other, k=SENTENCES)), ids[n], day(n)) for n in range(count)))
    _put(store, "events", 6, ((f"e{n // PER_EVENT}", area(n), day(n), day(n), f"Hændelse {n}", rule)
                              for n in range(0, count, PER_EVENT)))
    _put(store, "mentions", 7, (
        (ids[n], area(n), "headline", 1, area(n), "official", f"e{n // PER_EVENT}") for n in range(count)))
    _put(store, "readings (id, article_id, area_id, basis, backend, backend_version, tone, tone_score, safety,"
                " safety_score, stigma, voices, genre)", 13, (
        (2 * n + at, ids[n], area(n), basis, reader.backend.name, reader.version, TONES[tones[n]], 0.5,
         SAFETIES[safe[n]], 0.0, '["ghetto"]' if n % 7 == 0 else "[]", '["beboer"]' if n % 3 else '["politi"]', "nyhed")
        for n in range(count) for at, basis in enumerate(("lead", "full"))))
    _put(store, "reading_themes", 3, (
        (2 * n, themes[(n + at * 5) % len(themes)], 1.0) for n in range(count) for at in range(3)))
    _put(store, "read_texts", 5, ((ids[n], 1, reader.backend.name, reader.version, "2026-01-01T00:00:00Z")
                                  for n in range(count)))


def _answers(store: Store, facts: Facts, count: int) -> None:
    """Write waves of five items, weighted by sex and age, evenly over waves and areas."""
    areas, dice = [area.id for area in facts.areas], np.random.default_rng(5)
    each = max(30, count // (len(areas) * len(WAVES)))
    for year in WAVES:
        wave = f"{year}-naboskab"
        number = record_import(store, "survey", f"{wave}.csv", wave, "plain")
        store.execute("INSERT INTO waves VALUES (?, 'naboskab', 'Instituttet', '[\"web\"]', 'da', ?, ?, '', ?)",
                      [wave, f"{year}-03-01", f"{year}-05-31", number])
        for item in ITEMS:
            store.execute("INSERT INTO items VALUES (?, ?, 'tryghed', ?, 1, 5, 'low', '[1, 2]', '[4, 5]')",
                          [wave, item, f"Hvor tryg er du: {item}?"])
        store.execute("INSERT INTO indexes VALUES (?, 'tryghed', ?)", [wave, json.dumps(ITEMS)])
        people = [(area, f"{area}-{at}") for area in areas for at in range(each)]
        _put(store, "fieldwork", 5, ((wave, area, 6 * each, 3 * each, each) for area in areas))
        _put(store, "respondents", 4, ((wave, id, None, area) for area, id in people))
        for variable, levels in (("sex", ("kvinde", "mand")), ("age", ("15-29", "30-44", "45-64", "65+"))):
            drawn = dice.integers(0, len(levels), len(people))
            _put(store, "respondent_levels", 4, (
                (wave, id, variable, levels[drawn[at]]) for at, (_, id) in enumerate(people)))
            _put(store, "margins", 5, ((wave, area, variable, level, 6 * each // len(levels))
                                       for area in areas for level in levels))
        for item in ITEMS:
            codes = dice.choice(5, len(people), p=[0.3, 0.3, 0.15, 0.15, 0.1]) + 1
            _put(store, "answers", 5, ((wave, id, item, int(codes[at]), "valid") for at, (_, id) in enumerate(people)))
