"""An import is taken back whole, and what another import brought too stays."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from collectors.archives.intake import import_archive
from nlp.read import read_new
from reputation.published_figures import import_figures
from reputation.undo import undo_import
from store.config import load_config
from store.database import Store
from store.errors import WrongUse
from store.facts import load_facts
from store.published import SampleItem, add_sample

CONFIG = load_config(Path("config.toml"))
FACTS = load_facts(CONFIG)
TEXT = ("Beboerne i Vollsmose har malet en mur ved stationen, og mange kom forbi for at se de nye farver, som børnene "
        "selv havde valgt til væggen nummer {}.")


@pytest.fixture
def store(tmp_path: Path):
    with Store.open(tmp_path / "store.db") as store:
        yield store


def bring(store: Store, folder: Path, name: str, days: range, outlet: str = "Bladet") -> int:
    lines = [
        json.dumps({"Heading": f"Mur {day} i Vollsmose", "BodyText": TEXT.format(day), "Source": outlet,
                    "PublishDate": (date(2020, 1, 1) + timedelta(days=60 * day)).isoformat(), "ArticleId": f"{day}",
                    "ArticleUrl": f"https://example.dk/{outlet}/{day}"})
        for day in days
    ]
    (folder / name).write_text("\n".join(lines), encoding="utf-8")
    return import_archive(store, folder / name, FACTS).import_id


def state(store: Store) -> dict[str, list[tuple[object, ...]]]:
    queries = {
        "articles": "SELECT id, outlet_id, copy_group, version FROM articles ORDER BY id",
        "versions": "SELECT article_id, number, title FROM versions ORDER BY article_id, number",
        "mentions": "SELECT article_id, area_id, role, event_id FROM mentions ORDER BY article_id",
        "readings": "SELECT article_id, basis, tone FROM readings ORDER BY article_id, basis",
        "events": "SELECT id, first_day, last_day, title FROM events ORDER BY id",
        "search": "SELECT count(*) FROM article_search WHERE article_search MATCH 'mur'",
    }
    return {name: [tuple(row) for row in store.rows(query)] for name, query in queries.items()}


def test_an_archive_that_is_taken_back_leaves_the_store_as_if_it_had_never_come(store: Store, tmp_path: Path) -> None:
    bring(store, tmp_path, "a.ndjson", range(0, 4))
    read_new(store, CONFIG, FACTS)
    before = state(store)
    number = bring(store, tmp_path, "b.ndjson", range(2, 8))
    bring_copies = bring(store, tmp_path, "c.ndjson", range(0, 2), outlet="Avisen")
    read_new(store, CONFIG, FACTS)
    assert state(store) != before
    assert undo_import(store, number) == f"import {number} (b.ndjson) is taken back: 4 articles"
    undo_import(store, bring_copies)
    read_new(store, CONFIG, FACTS)
    assert state(store) == before


def test_it_may_come_again(store: Store, tmp_path: Path) -> None:
    undo_import(store, bring(store, tmp_path, "a.ndjson", range(3)))
    assert state(store)["articles"] == []
    bring(store, tmp_path, "a.ndjson", range(3))
    assert len(state(store)["articles"]) == 3


def test_a_copy_group_gets_a_new_first_text_when_it_loses_its_own(store: Store, tmp_path: Path) -> None:
    first = bring(store, tmp_path, "a.ndjson", range(1))
    bring(store, tmp_path, "b.ndjson", range(1), outlet="Avisen")
    undo_import(store, first)
    assert store.value("SELECT count(*) FROM articles WHERE copy_group = id") == 1


def test_texts_that_were_drawn_for_coding_stay(store: Store, tmp_path: Path) -> None:
    number = bring(store, tmp_path, "a.ndjson", range(2))
    article = store.value("SELECT id FROM articles")
    add_sample(store, "s1", "2026-01-01T00:00:00Z", {}, [SampleItem(article, "vollsmose", 1.0)])
    with pytest.raises(WrongUse, match="hand-coding"):
        undo_import(store, number)
    assert len(state(store)["articles"]) == 2


def test_figures_are_taken_back_too(store: Store, tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_text("area,year,indicator,value,unit,source\n"
                                    "vollsmose,2019,family_housing_share,70,%,her\n", encoding="utf-8")
    import_figures(store, tmp_path / "f.csv", FACTS)
    assert undo_import(store, 1) == "import 1 (f.csv) is taken back: 1 rows"
    assert store.value("SELECT count(*) FROM figures") == 0


def test_what_is_no_import_or_was_taken_back_is_said(store: Store, tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="no import 7"):
        undo_import(store, 7)
    number = bring(store, tmp_path, "a.ndjson", range(1))
    undo_import(store, number)
    with pytest.raises(WrongUse, match="already"):
        undo_import(store, number)
