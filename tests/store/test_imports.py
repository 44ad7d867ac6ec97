"""What was taken in is kept once; what could not be used is kept without its value."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from store.database import Store
from store.imports import (
    Refusal,
    already_imported,
    digest_of,
    mark_undone,
    record_import,
    record_refusals,
    settle_import,
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "store.db") as store:
        yield store


def test_an_import_is_known_by_its_bytes(store: Store) -> None:
    with store.transaction():
        number = record_import(
            store, "archive", "a.json", "d1", "infomedia", "by AND mål", date(2020, 1, 1), "2020-12-31"
        )
        settle_import(store, number, rows=3, added=2, notes=["tegnsæt utf-8"])
    assert already_imported(store, "archive", "d1") == number
    assert already_imported(store, "survey", "d1") is None
    row = store.rows("SELECT * FROM imports")[0]
    assert (row["window_from"], row["window_to"], row["rows"], row["added"]) == ("2020-01-01", "2020-12-31", 3, 2)
    assert row["notes"] == '["tegnsæt utf-8"]'


def test_an_undone_import_may_come_again(store: Store) -> None:
    with store.transaction():
        number = record_import(store, "survey", "a.csv", "d1", "surveyxact")
        record_refusals(store, [Refusal("a.csv", 1, "s_1", "ukendt kode")], number)
        mark_undone(store, number)
    assert already_imported(store, "survey", "d1") is None
    assert store.value("SELECT count(*) FROM refusals") == 0
    with store.transaction():
        assert record_import(store, "survey", "a.csv", "d1", "surveyxact") != number


def test_a_refusal_is_kept_once(store: Store) -> None:
    refusals = [Refusal("a.csv", 4, "s_2", "code outside the scale"), Refusal("a.csv", 4, "", "no id")]
    with store.transaction():
        assert record_refusals(store, refusals) == 2
        assert record_refusals(store, refusals, feed_id="x") == 0
    assert store.value("SELECT count(*) FROM refusals") == 2


def test_a_digest_tells_two_splits_of_the_same_bytes_apart() -> None:
    assert digest_of(b"ab", b"c") != digest_of(b"a", b"bc")
    assert digest_of(b"ab", b"c") == digest_of(b"ab", b"c")
