"""With nothing new, looking for work and for a report that still holds costs the same in a store of any size."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from nlp.read import read_new
from reputation.snapshot import inputs_digest
from store.config import load_config
from store.database import Store
from store.days import Window
from store.facts import load_facts
from store.feeds import FeedState, save_feed

URL = "https://avis.example/rss"
WINDOW = Window.parse("2018-01-01:2025-12-31")


def steps(store: Store, work: Callable[[], object]) -> int:
    """Count the instructions that SQLite runs: any row more that is looked at adds to them."""
    count = 0

    def one() -> int:
        nonlocal count
        count += 1
        return 0

    store._connection.set_progress_handler(one, 1)
    try:
        work()
    finally:
        store._connection.set_progress_handler(None, 0)
    return count


def second_run(path: Path, articles: int) -> tuple[int, int]:
    """Read a store of so many articles twice; count what the second time costs, and finding the report."""
    config = load_config(path.with_name("config.toml"))
    facts = load_facts(config)
    with Store.open(path) as store:
        with store.transaction():
            store.execute("INSERT INTO outlets (id, name) VALUES ('a', 'Avis')")
            for name in (f"{number:04}" for number in range(articles)):
                store.execute(
                    "INSERT INTO articles (id, outlet_id, published, day, first_seen, access, text_level, version,"
                    " copy_group) VALUES (?, 'a', '2024-01-01T00:00:00Z', '2024-01-01', '2024-01-01T00:00:00Z', 'free',"
                    " 'full', 1, ?)", [name, name])
                store.execute(
                    "INSERT INTO versions (article_id, number, title, summary, text, digest, seen)"
                    " VALUES (?, 1, 'Fest i Vollsmose', '', 'Alle var glade.', 'd', '2024-01-01T00:00:00Z')", [name])
        assert read_new(store, config, facts).texts == articles
        reading = steps(store, lambda: read_new(store, config, facts))
        return reading, steps(store, lambda: inputs_digest(store, config, facts, WINDOW))


def test_a_second_run_costs_the_same_whatever_the_store_holds(tmp_path: Path) -> None:
    few, many = tmp_path / "few", tmp_path / "many"
    for folder in (few, many):
        folder.mkdir()
    assert second_run(few / "store.db", 5) == second_run(many / "store.db", 60)


def test_another_poll_of_the_same_day_that_brought_nothing_leaves_the_report_as_it_is(tmp_path: Path) -> None:
    config = load_config(tmp_path / "config.toml")
    facts = load_facts(config)
    with Store.open(tmp_path / "store.db") as store:
        store.execute("INSERT INTO outlets (id, name) VALUES ('a', 'Avis')")
        seen = set()
        for hour, status in ((8, "new"), (9, "unchanged"), (10, "not modified")):
            at = datetime(2026, 1, 6, hour, tzinfo=UTC)
            save_feed(store, FeedState("f", "a", URL, last_poll=at, last_success=at, status=status))
            seen.add(inputs_digest(store, config, facts, WINDOW))
        assert len(seen) == 1
        save_feed(store, FeedState("f", "a", URL, last_poll=at, last_success=at, status="failed"))
        assert inputs_digest(store, config, facts, WINDOW) not in seen
