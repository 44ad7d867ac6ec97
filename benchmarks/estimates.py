"""Measure all estimates of three waves, against pandas grouping the same answers for their means alone."""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

from benchmarks.harness import Row, Run, fastest
from store.config import DisclosureConfig
from store.database import Store
from store.imports import record_import
from surveys.area_figures import INDICATORS, compare, estimate_wave, hide_companions, load_wave, registry_of

RESPONDENTS = 25_000
AREAS = tuple(f"område{number:02}" for number in range(15))
WAVES = ("2019", "2022", "2025")
CONCEPTS = tuple(f"begreb{number}" for number in range(10))
RESIDENTS = 4_000
LEVELS = {"sex": ("k", "m"), "age": ("15-29", "30-49", "50-64", "65+")}


def measure(run: Run) -> Sequence[Row]:
    """Estimates: 15 areas × 3 waves × 10 items, each with five figures, weights, intervals, disclosure and change."""
    path, respondents = run.folder / "estimates.db", run.count(RESPONDENTS, 1_500)
    small = run.count(RESPONDENTS // 10, 1_500)
    with Store.open(run.folder / "tenth.db") as store:
        _fill(store, run.folder / "tenth.db", small)
        tenth = fastest(lambda: _all(store)).processor
    with Store.open(path) as store:
        _fill(store, path, respondents)
        answers = len(WAVES) * respondents * len(CONCEPTS)
        figures = len(WAVES) * len(AREAS) * len(CONCEPTS) * len(INDICATORS)
        peer = fastest(lambda: _grouped(path)).processor
        ours, reading = fastest(lambda: _all(store)), fastest(lambda: _read(store)).processor
    return [
        Row("group-by", "pandas: SQL, merge, group-by: unweighted mean and its error, nothing else",
            {"answers": answers}, peer),
        Row("estimates", "every figure, and its change between waves",
            {"answers": answers, "figures": figures}, ours.processor, "group-by"),
        Row("tenth", "the same of a tenth", {"answers": len(WAVES) * small * len(CONCEPTS), "figures": figures}, tenth),
        Row("estimates-tenth", "`estimates` held against a tenth", {"answers": answers}, ours.processor, "tenth"),
        Row("estimates-read", "of that: reading and weighting the waves", {"answers": answers}, reading, "group-by"),
        Row("estimates-clock", "every figure, and its change, by the clock", {"figures": figures}, ours.clock,
            clock=True),
    ]


def _read(store: Store) -> None:
    for wave in WAVES:
        data = load_wave(store, wave, CONCEPTS)
        assert data is not None
        assert all(data.weighed.values())


def _all(store: Store) -> None:
    """Estimate as the report does, for each concept."""
    rules = DisclosureConfig()
    data = {wave: found for wave in WAVES if (found := load_wave(store, wave, CONCEPTS)) is not None}
    for concept in CONCEPTS:
        registry = registry_of(store, concept)
        found = hide_companions([estimate_wave(data[wave], area, rules, concept=concept)
                                 for wave in WAVES for area in AREAS], rules)
        by_place = {(each.wave, each.area): each for each in found}
        for area in AREAS:
            for wave in WAVES[1:]:
                moved = compare(data[WAVES[0]], data[wave], by_place[WAVES[0], area], by_place[wave, area], registry,
                                concept=concept)
                assert moved["safety_index"].status.shown


def _grouped(path: Path) -> None:
    import pandas

    with closing(sqlite3.connect(path)) as base:
        answers = pandas.read_sql("SELECT wave_id, respondent_id, item_id, value FROM answers", base)
        people = pandas.read_sql("SELECT wave_id, id AS respondent_id, area_id FROM respondents", base)
    found = answers.merge(people, on=["wave_id", "respondent_id"]).groupby(["wave_id", "area_id", "item_id"])["value"]
    assert len(found.agg(["mean", "sem"])) == len(WAVES) * len(AREAS) * len(CONCEPTS)


def _fill(store: Store, path: Path, respondents: int) -> None:
    """Write three waves of answers straight into the store; every third respondent of a wave was in the one before."""
    number = record_import(store, "survey", "prøve.csv", "1", "plain")
    with closing(sqlite3.connect(path)) as base:
        for at, wave in enumerate(WAVES):
            base.execute("INSERT INTO waves VALUES (?, 'x', 'x', '[\"web\"]', 'da', ?, ?, '', ?)",
                         [wave, f"{wave}-03-01", f"{wave}-05-31", number])
            base.executemany("INSERT INTO items VALUES (?, ?, ?, '?', 1, 5, 'low', '[1, 2]', '[4, 5]')",
                             [(wave, f"q{concept}", concept) for concept in CONCEPTS])
            base.executemany("INSERT INTO indexes VALUES (?, ?, ?)",
                             [(wave, concept, json.dumps([f"q{concept}"])) for concept in CONCEPTS])
            base.executemany("INSERT INTO fieldwork VALUES (?, ?, ?, ?, NULL)",
                             [(wave, area, RESIDENTS, RESIDENTS // 2) for area in AREAS])
            base.executemany("INSERT INTO margins VALUES (?, ?, ?, ?, ?)", [
                (wave, area, variable, level, RESIDENTS // len(levels))
                for area in AREAS for variable, levels in LEVELS.items() for level in levels])
            people = [(wave, f"{wave}-{each}", f"p{each + at * respondents * 2 // 3}", AREAS[each % len(AREAS)])
                      for each in range(respondents)]
            base.executemany("INSERT INTO respondents VALUES (?, ?, ?, ?)", people)
            dice = random.Random(at)  # noqa: S311 - not a secret
            base.executemany("INSERT INTO respondent_levels VALUES (?, ?, ?, ?)", [
                (wave, person, variable, dice.choice(levels)) for _, person, *_ in people
                for variable, levels in LEVELS.items()])
            base.executemany("INSERT INTO answers VALUES (?, ?, ?, ?, ?)", _answers(wave, [each[1] for each in people],
                                                                                   dice))
        base.commit()


def _answers(wave: str, people: Sequence[str], dice: random.Random) -> Iterator[tuple[str, str, str, int | None, str]]:
    for person in people:
        for concept in CONCEPTS:
            code = dice.choices((1, 2, 3, 4, 5, None), (30, 25, 15, 12, 10, 8))[0]
            yield wave, person, f"q{concept}", code, "valid" if code else "dont_know"
