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
from benchmarks.report import report_of
from collectors.copies import group_copies
from collectors.harvest import harvest
from nlp.document import document
from nlp.read import read_new
from nlp.reader import Reader
from reputation import snapshot
from reputation.demonstration.server import FeedServer
from reputation.publish import years_of
from store.config import Config, FeedConfig, load_config
from store.database import Store
from store.facts import Facts, load_facts

ARTICLES = 2_000_000
"""With 2.5 readings each: five million."""

IDLE = (10_000, 100_000, 1_000_000)
NEW = 10
TITLES = ("Vejret i dag", "Fest i Vollsmose", "Ny legeplads i Gellerup", "Byrådet mødes")
NOW = datetime(2026, 1, 6, tzinfo=UTC)


def at_size(run: Run) -> Sequence[Row]:
    """The store at size: two million articles and five million readings."""
    (run.folder / "config.toml").touch()
    config = load_config(run.folder / "config.toml")
    reader = Reader(load_facts(config), config)
    path, count = config.store.path, run.count(ARTICLES, 500)
    path.parent.mkdir()
    bank, few = load_bank(reader.gazetteer), run.count(ARTICLES // 10, 500)
    tenth = _timed(lambda: fill(run.folder / "tenth.db", reader, bank, few))
    (run.folder / "tenth.db").unlink()
    filled = _timed(lambda: fill(path, reader, bank, count))
    with Store.open(path) as store:
        store.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        readings = int(store.value("SELECT count(*) FROM readings"))
        size = {"articles": count, "readings": readings, "MB": round(path.stat().st_size / 1e6)}
        day = _timed(lambda: store.rows(
            "SELECT r.tone, count(*) FROM articles a JOIN readings r ON r.article_id = a.id"
            " WHERE a.day BETWEEN '2024-03-01' AND '2024-03-31' AND r.area_id = 'vollsmose' GROUP BY 1"))
        found = _timed(lambda: store.rows(
            "SELECT rowid FROM article_search WHERE article_search MATCH 'vollsmose' ORDER BY rank LIMIT 20"))
    first, peak = report_of(run.folder)
    again, _ = report_of(run.folder)
    return [
        Row("tenth", "a tenth of `rows`", {"articles": few}, tenth),
        Row("rows", "articles, texts, mentions, readings and events written", size, filled, "tenth"),
        Row("month", "tone of one area in one month", {"queries": 1}, day),
        Row("search", "the best 20 texts of a search", {"queries": 1}, found),
        Row("report", "reputation report: nothing to read, all to measure and write",
            {"reports": 1, "MB at most": peak}, first.clock, clock=True),
        Row("report-again", "the same with nothing new", {"reports": 1}, again.clock, "report", clock=True),
    ]


def idle(run: Run) -> Sequence[Row]:
    """Nothing new, then ten new texts: harvest, read and report in stores of three sizes, 1 % about an area."""
    facts, rows = load_facts(run.config), []
    reader = Reader(facts, run.config)
    bank = load_bank(reader.gazetteer)
    reader.read(document(TITLES[1]))  # spaCy is loaded at the first text
    for whole in IDLE:
        folder, count = run.folder / str(whole), run.count(whole, whole // 100)
        folder.mkdir()
        fill(folder / "store.db", reader, bank, count, share=0.01)
        with FeedServer() as server, Store.open(folder / "store.db") as store:
            server.bodies = {"/feed.xml": _feed(1)}
            config = _config(run.config, folder, f"{server.address}/feed.xml")
            steps = _round(store, config, facts)
            for _ in range(2):  # the feed is known from the second poll on
                for _, step in steps:
                    step()
            for name, step in steps:
                amounts = {"rounds": 1, "articles in the store": count, "SQLite steps": _steps(store, step)}
                rows.append(Row(f"{name}-{whole}", f"{name} with nothing new", amounts,
                                min(_timed(step) for _ in range(3)), f"{name}-{IDLE[0]}" if whole > IDLE[0] else ""))
            server.bodies = {"/feed.xml": _feed(1 + NEW)}
            for name, step in steps:
                taken: list[float] = []
                done = _steps(store, lambda step=step, taken=taken: taken.append(_clocked(step)))  # type: ignore[misc]
                amounts = {"rounds": 1, "articles in the store": count, "SQLite steps": done}
                rows.append(Row(f"{name}-new-{whole}", f"{name} with {NEW} new texts", amounts, taken[0],
                                f"{name}-new-{IDLE[0]}" if whole > IDLE[0] else "", clock=True))
    return rows


def _feed(count: int) -> bytes:
    items = "".join(
        f"<item><guid>g{at}</guid><link>https://avisen.example/{at}</link><title>{TITLES[at % len(TITLES)]}</title>"
        f"<pubDate>Mon, 05 Jan 2026 08:{at:02}:00 GMT</pubDate></item>" for at in range(count))
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Avisen</title>{items}</channel></rss>'.encode()


def _round(store: Store, config: Config, facts: Facts) -> list[tuple[str, Callable[[], object]]]:
    def read() -> None:
        group_copies(store)
        read_new(store, config, facts)

    return [
        ("harvest", lambda: harvest(store, config, facts, now=NOW)),
        ("read", read),
        ("report", lambda: snapshot.take(store, config, facts, years_of(store, config, None), now=NOW)),
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


def _clocked(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun
