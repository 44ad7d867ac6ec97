"""Fill a store with as many articles as asked for, read, mentioned and grouped, without reading one of them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from benchmarks.articles import Bank
from nlp.events import rule_version
from nlp.read import backing_of
from nlp.reader import Reader
from store.database import Store

FIRST, DAYS = date(2018, 1, 1), 8 * 365
BATCH = 20_000
ROLES = ("headline", "lead", "focus", "list", "passing")
ABOUT = ROLES[:3]
TONES = (("negative", -0.5), ("neutral", 0.0), ("positive", 0.5))
SENTENCES = 4
"""Sentences of a text: short, since what is measured is rows."""


def fill(path: Path, reader: Reader, bank: Bank, articles: int, *, share: float = 1.0, readings: float = 2.5) -> None:
    """Write ``articles``; ``share`` of them about an area, with so many readings each: one or two areas, two bases."""
    backing = backing_of(reader)
    areas = sorted(reader.gazetteer.areas)
    outlets = [f"avis{number}" for number in range(40)]
    twice = readings / 2 - 1
    with Store.open(path) as store:
        with store.transaction():
            store.execute_many("INSERT INTO outlets VALUES (?, ?, 'regional', 'web')",
                               [(each, each) for each in outlets])
        dice = random.Random(1)  # noqa: S311 - not a secret
        for first in range(0, articles, BATCH):
            made = list(_made(range(first, min(first + BATCH, articles)), areas, outlets, bank, dice, (share, twice)))
            with store.transaction():
                _write(store, made, (backing.name, backing.version), first)


def _made(
    numbers: range, areas: list[str], outlets: list[str], bank: Bank, dice: random.Random, odds: tuple[float, float]
) -> Iterator[dict[str, Any]]:
    for number in numbers:
        day = (FIRST + timedelta(days=number % DAYS)).isoformat()
        yield {
            "id": f"{number:064x}", "outlet": outlets[number % len(outlets)], "day": day,
            "title": dice.choice(bank.about), "text": " ".join(dice.choices(bank.other, k=SENTENCES)),
            "areas": dice.sample(areas, 1 + (dice.random() < odds[1])) if dice.random() < odds[0] else [],
        }


def _write(store: Store, made: list[dict[str, Any]], backing: tuple[str, str], first: int) -> None:
    name, version = backing
    moment = "2026-01-01T00:00:00Z"
    store.execute_many(
        "INSERT INTO articles (id, outlet_id, published, day, first_seen, access, text_level, version, copy_group)"
        " VALUES (?, ?, ?, ?, ?, 'free', 'full', 1, ?)",
        [(each["id"], each["outlet"], f"{each['day']}T08:00:00Z", each["day"], moment, each["id"]) for each in made],
    )
    store.execute_many(
        "INSERT INTO versions (article_id, number, title, summary, text, digest, seen) VALUES (?, 1, ?, '', ?, ?, ?)",
        [(each["id"], each["title"], each["text"], each["id"], moment) for each in made],
    )
    store.execute_many(
        "INSERT INTO read_texts (article_id, version, backend, backend_version, at) VALUES (?, 1, ?, ?, ?)",
        [(each["id"], name, version, moment) for each in made],
    )
    named = [(at, each, area) for at, each in enumerate(made, first) for area in each["areas"]]
    events = {f"{area}-{each['day'][:7]}-{at % 4}": (area, each["day"]) for at, each, area in named
              if ROLES[at % 5] in ABOUT}
    store.execute_many(
        "INSERT INTO events (id, area_id, first_day, last_day, title, rule_version) VALUES (?, ?, ?, ?, '', ?)"
        " ON CONFLICT DO NOTHING",
        [(event, area, day, day, rule_version()) for event, (area, day) in events.items()],
    )
    store.execute_many(
        "INSERT INTO mentions (article_id, area_id, role, count, alias, unit, event_id) VALUES (?, ?, ?, 1, ?, ?, ?)",
        [(each["id"], area, (role := ROLES[at % 5]), area, "official",
          f"{area}-{each['day'][:7]}-{at % 4}" if role in ABOUT else None) for at, each, area in named],
    )
    start = int(store.value("SELECT coalesce(max(id), 0) FROM readings"))
    rows = [(each["id"], area, basis, *TONES[(at + len(area)) % 3]) for at, each, area in named
            for basis in ("lead", "full")]
    store.execute_many(
        "INSERT INTO readings (id, article_id, area_id, basis, backend, backend_version, tone, tone_score, safety,"
        " safety_score, stigma, voices, genre) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'none', 0, '[]', '[]', 'nyhed')",
        [(start + at, *row[:3], name, version, *row[3:]) for at, row in enumerate(rows, 1)],
    )
    store.execute_many("INSERT INTO reading_themes VALUES (?, 'goal:tryghed', 0.5)",
                       [(start + at,) for at in range(1, len(rows) + 1, 2)])
