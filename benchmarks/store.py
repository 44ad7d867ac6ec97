"""The store at size, and what looking for news in it costs."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.articles import load_bank
from benchmarks.filled import fill
from benchmarks.harness import Row, Run
from collectors.harvest import harvest
from nlp.read import read_new
from nlp.reader import Reader
from reputation import snapshot
from reputation.demonstration.server import FeedServer
from store.config import Config, FeedConfig
from store.database import Store
from store.days import Window
from store.facts import Facts, load_facts

ARTICLES = 2_000_000
"""With 2.5 readings each: five million."""

IDLE = (10_000, 100_000, 1_000_000)
WINDOW = Window.parse("2018-01-01:2025-12-31")
NOW = datetime(2026, 1, 6, tzinfo=UTC)
FEED = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>Avisen</title><item><guid>g1</guid>
<link>https://avisen.example/1</link><title>Vejret i dag</title><pubDate>Mon, 05 Jan 2026 08:00:00 GMT</pubDate></item>
</channel></rss>"""


def at_size(run: Run) -> Sequence[Row]:
    """The store at size: two million articles and five million readings."""
    facts = load_facts(run.config)
    reader = Reader(facts, run.config)
    path, count = run.folder / "store.db", run.count(ARTICLES, 500)
    filled = _timed(lambda: fill(path, reader, load_bank(reader.gazetteer), count))
    with Store.open(path) as store:
        store.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        readings = int(store.value("SELECT count(*) FROM readings"))
        size = {"articles": count, "readings": readings, "MB": round(path.stat().st_size / 1e6)}
        day = _timed(lambda: store.rows(
            "SELECT r.tone, count(*) FROM articles a JOIN readings r ON r.article_id = a.id"
            " WHERE a.day BETWEEN '2024-03-01' AND '2024-03-31' AND r.area_id = 'vollsmose' GROUP BY 1"))
        found = _timed(lambda: store.rows(
            "SELECT rowid FROM article_search WHERE article_search MATCH 'vollsmose' ORDER BY rank LIMIT 20"))
        first = _timed(lambda: snapshot.take(store, run.config, facts, WINDOW, now=NOW))
        again = _timed(lambda: snapshot.take(store, run.config, facts, WINDOW, now=NOW))
    return [
        Row("rows", "articles, texts, mentions, readings and events written", size, filled),
        Row("month", "tone of one area in one month", {"queries": 1}, day),
        Row("search", "the best 20 texts of a search", {"queries": 1}, found),
        Row("report", "figures of a report, measured", {"reports": 1}, first),
        Row("report-again", "figures of a report, found again", {"reports": 1}, again, "report"),
    ]


def idle(run: Run) -> Sequence[Row]:
    """Nothing new: a second harvest, read and report in stores of three sizes, 1 % of the articles about an area."""
    facts, rows = load_facts(run.config), []
    reader = Reader(facts, run.config)
    bank = load_bank(reader.gazetteer)
    for whole in IDLE:
        folder, count = run.folder / str(whole), run.count(whole, whole // 100)
        folder.mkdir()
        fill(folder / "store.db", reader, bank, count, share=0.01)
        with FeedServer() as server, Store.open(folder / "store.db") as store:
            server.bodies = {"/feed.xml": FEED}
            config = _config(run.config, folder, f"{server.address}/feed.xml")
            steps = _round(store, config, facts)
            for _ in range(2):  # the feed is known from the second poll on
                for _, step in steps:
                    step()
            for name, step in steps:
                amounts = {"rounds": 1, "articles in the store": count, "SQLite steps": _steps(store, step)}
                rows.append(Row(f"{name}-{whole}", f"{name} with nothing new", amounts,
                                min(_timed(step) for _ in range(3)), f"{name}-{IDLE[0]}" if whole > IDLE[0] else ""))
    return rows


def _round(store: Store, config: Config, facts: Facts) -> list[tuple[str, Callable[[], object]]]:
    return [
        ("harvest", lambda: harvest(store, config, facts, now=NOW)),
        ("read", lambda: read_new(store, config, facts)),
        ("report", lambda: snapshot.take(store, config, facts, WINDOW, now=NOW)),
    ]


def _config(config: Config, folder: Path, url: str) -> Config:
    return replace(
        config, store=replace(config.store, path=folder / "store.db"),
        harvest=replace(config.harvest, allow_private_addresses=True, host_interval_s=0, min_poll_interval_s=0),
        feeds=(FeedConfig("feed", "tv2fyn", url, ("vollsmose",)),),
    )


def _steps(store: Store, work: Callable[[], object]) -> int:
    """Count what SQLite does, in hundreds of its instructions: a count that no load changes."""
    count = 0

    def hundred() -> int:
        nonlocal count
        count += 100
        return 0

    store._connection.set_progress_handler(hundred, 100)
    try:
        work()
    finally:
        store._connection.set_progress_handler(None, 0)
    return count


def _timed(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun
