"""What is new is found without looking at what is not: nothing is missed, whoever reads, dies or deletes in between."""

import contextlib
import sqlite3
from functools import partial
from pathlib import Path

import pytest

from nlp.events import rule_version
from nlp.read import backing_of, read_new
from nlp.reader import Reader
from store.database import Store, split_statements
from store.readings import EventRow, areas_to_group, record_events, unread_count, unread_texts
from store.schema import DUE, MIGRATIONS

TEXT = "Beboerne i {} er glade for parken."


class Version(Reader):
    """The reader in another version."""

    def __init__(self, facts, config, version: str) -> None:
        super().__init__(facts, config)
        self.version = version


def read_by(store, config, facts, monkeypatch, version: str):
    monkeypatch.setattr("nlp.read.Reader", partial(Version, version=version))
    return read_new(store, config, facts)


def due(store) -> list[str]:
    return [row[0] for row in store.rows("SELECT article_id FROM texts_due ORDER BY 1")]


def test_what_is_new_or_edited_is_due_until_all_is_read(store, put, config, facts) -> None:
    put("a", "Ny park i Vollsmose", TEXT.format("Vollsmose"))
    put("b", "Vejret", "Det regner.")
    assert due(store) == ["a", "b"]
    read_new(store, config, facts)
    assert due(store) == []
    put("b", "Vejret", "Det sner.")
    store.execute("UPDATE articles SET access = 'teaser' WHERE id = 'a'")
    assert due(store) == ["b"]
    assert read_new(store, config, facts).texts == 1
    assert due(store) == []


def test_a_run_that_is_stopped_goes_on_with_the_rest(store, put, config, facts, monkeypatch) -> None:
    put("a", "Vejret", "Det regner.")
    read_new(store, config, facts)
    for name in "bcd":
        put(name, "Vejret", f"Det regner {name}.")
    monkeypatch.setattr("nlp.read.BATCH", 1)
    with pytest.raises(KeyboardInterrupt):
        read_new(store, config, facts, progress=lambda now, _: stop() if now == 2 else None)
    assert store.value("SELECT count(*) FROM read_texts") == 3
    assert read_new(store, config, facts).texts == 1


def stop() -> None:
    raise KeyboardInterrupt


def test_another_reader_takes_nothing_away_from_the_first(store, put, config, facts, monkeypatch) -> None:
    put("a", "Vejret", "Det regner.")
    read_by(store, config, facts, monkeypatch, "one")
    put("b", "Vejret", "Det sner.")
    monkeypatch.setattr("nlp.read.BATCH", 1)
    monkeypatch.setattr("nlp.read.Reader", partial(Version, version="two"))
    with pytest.raises(KeyboardInterrupt):
        read_new(store, config, facts, progress=lambda *_: stop())
    assert read_by(store, config, facts, monkeypatch, "one").texts == 2
    assert read_by(store, config, facts, monkeypatch, "two").texts == 2
    assert read_by(store, config, facts, monkeypatch, "one").texts == 2


def test_articles_of_an_import_under_way_stay_due_until_it_is_complete(store, put, config, facts) -> None:
    put("a", "Vejret", "Det regner.")
    with store.transaction():
        store.execute("INSERT INTO imports (id, kind, name, digest, format, at, rows, added, notes)"
                      " VALUES (1, 'archive', 'a', 'd', 'f', 'now', 1, 1, '[]')")
        store.execute("INSERT INTO import_articles VALUES (1, 'a')")
        store.execute("INSERT INTO imports_under_way VALUES (1, 1, '{}')")
    assert read_new(store, config, facts).texts == 0
    assert due(store) == ["a"]
    store.execute("DELETE FROM imports_under_way")
    assert read_new(store, config, facts).texts == 1


def test_a_text_whose_reading_is_taken_away_is_due_and_a_deleted_one_is_not(store, put, config, facts) -> None:
    for name in "ab":
        put(name, "Vejret", f"Det regner {name}.")
    read_new(store, config, facts)
    store.execute("DELETE FROM read_texts WHERE article_id = 'a'")
    store.execute("DELETE FROM articles WHERE id = 'b'")
    assert due(store) == ["a"]
    assert read_new(store, config, facts).texts == 1


def test_the_batches_of_what_is_due_hold_each_text_once(store, put, config, facts) -> None:
    read_new(store, config, facts)
    for number in range(7):
        put(str(number), "Vejret", f"Det regner {number}.")
    backing = backing_of(Reader(facts, config))
    assert unread_count(store, backing) == 7
    assert [[each.article_id for each in batch] for batch in unread_texts(store, backing, 3)] == [
        ["0", "1", "2"], ["3", "4", "5"], ["6"]]


def test_an_event_that_loses_its_last_mention_is_grouped_anew(store, put, config, facts) -> None:
    put("a", "Ny park i Vollsmose", TEXT.format("Vollsmose"))
    put("b", "Fest i Gellerup", TEXT.format("Gellerup"), day="2021-01-01")
    put("c", "Brand i Gellerup", "Det brændte i Gellerup.", day="2023-01-01")
    read_new(store, config, facts)
    assert areas_to_group(store, rule_version()) == []
    store.execute("DELETE FROM articles WHERE id = 'c'")
    assert areas_to_group(store, rule_version()) == ["gellerup"]
    put("a", "Byråd", "Byrådet mødtes.\n\nEn mand kom fra Vollsmose.")  # named in passing only
    read_new(store, config, facts)
    assert [row[0] for row in store.rows("SELECT area_id FROM events")] == ["gellerup"]
    assert areas_to_group(store, rule_version()) == []


def test_events_that_stand_as_they_should_are_not_written_again(store, put, config, facts) -> None:
    for number in range(3):
        put(f"a{number}", f"Ny park {number} i Vollsmose", TEXT.format("Vollsmose"), day=f"202{number}-03-01")
    read_new(store, config, facts)
    before = writes(store)
    put("b", "Fest i Vollsmose", "Alle er glade i Vollsmose.", day="2019-01-01")
    read_new(store, config, facts)
    assert {name: number - before[name] for name, number in writes(store).items()} == {"events": 1, "mentions": 2}
    assert len(store.rows("SELECT DISTINCT event_id FROM mentions")) == 4


def writes(store) -> dict[str, int]:
    return {row[0]: row[1] for row in store.rows(
        "SELECT name, number FROM changes WHERE name IN ('events', 'mentions')")}


def test_an_event_that_is_left_and_joined_again_keeps_its_rule(store, put, config, facts) -> None:
    put("a", "Ny park i Vollsmose", TEXT.format("Vollsmose"))
    put("b", "Fest i Vollsmose", "Alle danser i Vollsmose.", day="2021-01-01")
    read_new(store, config, facts)
    events = {row["article_id"]: row["event_id"] for row in store.rows("SELECT article_id, event_id FROM mentions")}
    held = {row["id"]: row for row in store.rows("SELECT * FROM events")}
    turned = [event_row(held[events["a"]], "b"), event_row(held[events["b"]], "a")]
    record_events(store, "vollsmose", turned, rule_version())
    assert {row["article_id"]: row["event_id"] for row in store.rows("SELECT article_id, event_id FROM mentions")} == {
        "a": events["b"], "b": events["a"]}
    assert areas_to_group(store, rule_version()) == []


def event_row(row, article: str) -> EventRow:
    return EventRow(row["id"], row["first_day"], row["last_day"], row["title"], (article,))


def test_in_a_store_of_before_what_is_unread_is_found(tmp_path: Path, config, facts) -> None:
    path = tmp_path / "old.db"
    with contextlib.closing(sqlite3.connect(path)) as old:
        for script in MIGRATIONS[:MIGRATIONS.index(DUE)]:
            for statement in split_statements(script):
                old.execute(statement)
        old.execute("INSERT INTO meta VALUES ('kind', 'real')")
        old.execute("INSERT INTO outlets (id, name) VALUES ('avisen', 'Avisen')")
        for name in "ab":
            old.execute("INSERT INTO articles (id, outlet_id, published, day, first_seen, access, text_level, version,"
                        " copy_group) VALUES (?, 'avisen', '', '2022-03-01', '', 'free', 'full', 1, ?)", [name, name])
            old.execute("INSERT INTO versions (article_id, number, title, summary, text, digest, seen)"
                        " VALUES (?, 1, 'Vejret', '', 'Det regner.', '', '')", [name])
        backing = backing_of(Reader(facts, config))
        old.execute("INSERT INTO read_texts VALUES ('a', 1, ?, ?, '')", [backing.name, backing.version])
        old.execute("INSERT INTO events VALUES ('e', 'gellerup', '', '', '', ?)", [rule_version()])  # left by all
        old.execute(f"PRAGMA user_version = {MIGRATIONS.index(DUE)}")
        old.commit()
    with Store.open(path) as store:
        found = read_new(store, config, facts)
        assert (found.texts, found.areas) == (1, 1)
        assert store.value("SELECT count(*) FROM events") == 0
        assert read_new(store, config, facts).texts == 0
