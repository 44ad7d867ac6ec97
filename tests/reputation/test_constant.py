"""Looking for work, and for a report that still holds, costs what is new: the same in a store of any size."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from collectors.copies import group_copies
from nlp.read import read_new
from reputation.publish import years_of
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


def put(store: Store, names: Sequence[str], place: str) -> None:
    """Write articles about a place, all at their own day and all due for a look for copies."""
    with store.transaction():
        for number, name in enumerate(names):
            day = f"20{10 + number // 300}-{1 + number // 25 % 12:02}-{1 + number % 25:02}"
            store.execute(
                "INSERT INTO articles (id, outlet_id, published, day, first_seen, access, text_level, version,"
                " copy_group) VALUES (?, 'a', ?, ?, '2024-01-01T00:00:00Z', 'free', 'full', 1, ?)",
                [name, f"{day}T00:00:00Z", day, name])
            store.execute(
                "INSERT INTO versions (article_id, number, title, summary, text, digest, seen)"
                " VALUES (?, 1, ?, '', 'Alle var glade.', 'd', '2024-01-01T00:00:00Z')", [name, f"Fest i {place}"])
            store.execute("INSERT INTO copies_due VALUES (?)", [name])


def rounds(path: Path, articles: int) -> dict[str, int]:
    """Read a store of so many articles; count what a second round costs, and then one with ten new articles."""
    config = load_config(path.with_name("config.toml"))
    facts = load_facts(config)
    with Store.open(path) as store:
        store.execute("INSERT INTO outlets (id, name) VALUES ('a', 'Avis')")
        put(store, [f"{number:04}" for number in range(articles)], "Vollsmose")
        group_copies(store)
        assert read_new(store, config, facts).texts == articles
        found = {
            "copies": steps(store, lambda: group_copies(store)),
            "read": steps(store, lambda: read_new(store, config, facts)),
            "years": steps(store, lambda: years_of(store, config, None)),
            "report": steps(store, lambda: inputs_digest(store, config, facts, WINDOW)),
        }
        put(store, [f"x{number}" for number in range(10)], "Gellerup")
        found["copies of ten"] = steps(store, lambda: group_copies(store))
        found["ten read"] = steps(store, lambda: read_new(store, config, facts))
        assert store.value("SELECT count(*) FROM read_texts") == articles + 10
        return found


def test_a_second_run_and_ten_new_texts_cost_the_same_whatever_the_store_holds(tmp_path: Path) -> None:
    few, many = tmp_path / "few", tmp_path / "many"
    for folder in (few, many):
        folder.mkdir()
    assert rounds(few / "store.db", 5) == rounds(many / "store.db", 60)


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
