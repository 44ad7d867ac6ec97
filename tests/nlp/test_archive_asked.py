"""What docs/archive.md shows of asking bulk readings, and the store beside them, runs as it stands there."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nlp.archive import read_archive
from nlp.read import read_new
from store.config import Config
from store.database import Store
from store.facts import Facts
from tests.nlp.test_archive import ARTICLES, ndjson

duckdb = pytest.importorskip("duckdb", reason="DuckDB is not installed (extra test)")

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "archive.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.S)


@pytest.fixture
def archived(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, config: Config) -> None:
    monkeypatch.chdir(tmp_path)
    read_archive([ndjson(tmp_path / "a.ndjson", ARTICLES)], tmp_path / "build" / "readings", config)


@pytest.mark.usefixtures("archived")
def test_the_queries_of_the_page_count_articles_by_area_and_year() -> None:
    by_area, by_theme = (duckdb.sql(query).fetchall() for query in blocks("sql"))
    assert [row[:3] for row in by_area] == [("mjolnerparken", 2022, 1), ("vollsmose", 2019, 1)]
    assert {row[0] for row in by_theme} <= {"mjolnerparken", "vollsmose", "gellerup", "bispehaven"}
    assert all(row[3] == 1 for row in by_theme)


@pytest.mark.usefixtures("archived")
def test_the_store_is_asked_beside_the_archive(
    tmp_path: Path, config: Config, facts: Facts, store: Store, put: Callable[..., str]
) -> None:
    put("x", "Fest i Vollsmose", "Alle var glade.", day="2019-08-01")
    put("y", "Fest i Vollsmose", "Alle var glade.", day="2024-08-01")
    read_new(store, config, facts)
    (tmp_path / "data").mkdir()
    store.execute("VACUUM INTO ?", [str(tmp_path / "data" / "reputation.db")])
    (program,) = blocks("python")
    found: dict[str, Any] = {}
    exec(program, found)  # what the page shows
    found["store"].close()
    assert [row[:4] for row in found["both"].fetchall()] == [
        ("mjolnerparken", 2022, 0, 1), ("vollsmose", 2019, 1, 1), ("vollsmose", 2024, 1, 0)]
