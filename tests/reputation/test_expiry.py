"""What has been kept long enough goes, and no reading, event, figure or snapshot moves when it does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from nlp.read import read_new
from reputation import snapshot
from reputation.content import to_json
from reputation.expiry import expire
from reputation.report import write
from store.config import Config, load_config
from store.database import Store
from store.days import Window
from store.expiry import clock_is_steady, due_texts, expire_texts
from store.facts import load_facts
from store.feeds import FeedState, save_feed
from store.pages import Body, save_body
from store.texts import Article, save_article, save_outlet
from tests.reputation.build import add_wave

CONFIG = load_config(Path("config.toml"))
FACTS = load_facts(CONFIG)
SEEN = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
LATER = SEEN + timedelta(days=CONFIG.pages.keep_text_days + 1)
LEADS = (
    "Politiet fandt lørdag våben i Vollsmose, og mange beboere er utrygge.",
    "Vollsmose fik den 14. januar et nyt bibliotek, og alle er glade.",
    "Kommunen river blokke ned i Vollsmose. Bydelen skal blive mere tryg.",
)
BODY = (
    "Elefanthuset blev nævnt af formanden, og der var ro i nat. »Vi er ikke utrygge her,« siger en beboer.\n\n"
    "Færre anmelder indbrud i Vollsmose, Gellerup og Tingbjerg end sidste år, viser nye tal fra politiet nummer {}."
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "store.db") as store:
        with store.transaction():
            save_outlet(store, "avis", "Avisen", "local", "web")
            save_feed(store, FeedState("f", "avis", "https://avis.example/rss"))
            for number in range(24):
                save_article(store, article(number), seen=SEEN, feed_id="f")
        yield store


def article(number: int, **changes: Any) -> Article:
    lead = LEADS[number % 3]
    title = f"Nyt fra Vollsmose {number // 3}" if number % 4 else f"Nyt nr. {number}"
    day = datetime(2026, 1, 2, tzinfo=UTC) + timedelta(days=number * 2)
    text = f"{lead}\n\n{BODY.format(number)}"
    return replace(Article(f"a{number:02}", "avis", title, "", text, day, guid=f"g{number}"), **changes)


def rows(store: Store, sql: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in store.rows(sql)]


READINGS = ("SELECT article_id, area_id, basis, backend, tone, tone_score, safety, safety_score, stigma, voices, genre"
            " FROM readings ORDER BY article_id, area_id, basis")
MENTIONS = "SELECT article_id, area_id, role, count, alias, unit, event_id FROM mentions ORDER BY article_id, area_id"
EVENTS = "SELECT id, area_id, first_day, last_day, title FROM events ORDER BY id"
THEMES = ("SELECT article_id, area_id, basis, theme_id, score FROM reading_themes JOIN readings ON id = reading_id"
          " ORDER BY 1, 2, 3, 4")


def state(store: Store) -> list[list[tuple[Any, ...]]]:
    return [rows(store, query) for query in (READINGS, MENTIONS, EVENTS, THEMES)]


def test_a_text_goes_when_its_time_is_over_and_not_before(store: Store) -> None:
    assert not expire(store, CONFIG, FACTS, LATER - timedelta(days=2))
    summary = expire(store, CONFIG, FACTS, LATER)
    assert (summary.texts, summary.line()) == (24, "expired: 24 texts, 0 raw pages")
    assert store.value("SELECT count(*) FROM versions WHERE text <> ''") == 0
    assert store.value("SELECT count(*) FROM articles WHERE text_level = 'full'") == 24
    assert rows(store, "SELECT kind, number FROM expiries") == [("texts", 24)]


def test_what_expired_is_in_no_search_and_in_no_byte_of_the_file(store: Store) -> None:
    read_new(store, CONFIG, FACTS)
    expire(store, CONFIG, FACTS, LATER)
    assert rows(store, "SELECT count(*) FROM article_search WHERE article_search MATCH 'elefanthuset'") == [(0,)]
    held = b"".join(path.read_bytes() for path in store.path.parent.glob("store.db*"))
    assert b"Elefanthuset" not in held
    assert b"formanden, og der var ro" not in held


def test_a_second_run_deletes_and_writes_nothing(store: Store) -> None:
    expire(store, CONFIG, FACTS, LATER)
    before = list(store.db.conn.iterdump())
    assert not expire(store, CONFIG, FACTS, LATER)
    assert list(store.db.conn.iterdump()) == before


def test_expiry_moves_no_reading_and_the_report_is_the_same_snapshot(store: Store, tmp_path: Path) -> None:
    read_new(store, CONFIG, FACTS)
    before = state(store)
    window = Window(date(2026, 1, 1), date(2026, 3, 1))
    taken = snapshot.take(store, CONFIG, FACTS, window)
    expire(store, CONFIG, FACTS, LATER)
    assert read_new(store, CONFIG, FACTS).texts == 0
    assert state(store) == before
    again = snapshot.take(store, CONFIG, FACTS, window)
    assert (again.id, again.fresh) == (taken.id, False)
    assert to_json(snapshot.load(store, taken.id).content) == to_json(taken.content)
    assert snapshot.recompute(store, CONFIG, FACTS, taken.id) == ()


@pytest.mark.parametrize("backend", ["default", "lexicon"])
def test_the_reader_scores_expired_texts_again_as_it_scored_them(
    store: Store, monkeypatch: pytest.MonkeyPatch, backend: str
) -> None:
    config = replace(CONFIG, nlp=replace(CONFIG.nlp, backend=backend))
    read_new(store, config, FACTS)
    before = state(store)
    expire(store, config, FACTS, LATER)
    monkeypatch.setattr("nlp.backends.linear.code_digest", lambda: "a later version")
    monkeypatch.setattr("nlp.backends.lexicon.code_digest", lambda: "a later version")
    assert read_new(store, config, FACTS).texts == 24
    if backend == "lexicon":
        assert state(store) == before
    else:  # of a word that the model has not met, the letters say nothing any more: scores move a little
        labels = [[(*row[:5], row[6], *row[8:]) for row in each] for each in (state(store)[0], before[0])]
        assert labels[0] == labels[1]
        assert state(store)[1:3] == before[1:3]


def test_a_new_article_does_not_move_expired_ones_between_events(store: Store, tmp_path: Path) -> None:
    with Store.open(tmp_path / "held.db") as held:
        with held.transaction():
            save_outlet(held, "avis", "Avisen", "local", "web")
            for number in range(24):
                save_article(held, article(number), seen=SEEN)
        for each in (store, held):
            read_new(each, CONFIG, FACTS)
            if each is store:
                expire(each, CONFIG, FACTS, LATER)
            with each.transaction():
                save_article(each, article(30), seen=LATER)
            read_new(each, CONFIG, FACTS)
        assert rows(store, EVENTS) == rows(held, EVENTS)
        assert rows(store, MENTIONS) == rows(held, MENTIONS)


def test_another_reader_leaves_expired_texts_as_they_were_read(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_new(store, CONFIG, FACTS)
    expire(store, CONFIG, FACTS, LATER)
    monkeypatch.setattr("nlp.backends.linear.LinearBackend.name", "another")
    assert read_new(store, CONFIG, FACTS).texts == 0
    assert rows(store, "SELECT DISTINCT backend FROM readings") == [("linear",)]


def test_a_feed_that_still_carries_an_expired_article_makes_no_version_of_it(store: Store) -> None:
    expire(store, CONFIG, FACTS, LATER)
    with store.transaction():
        assert save_article(store, article(1), seen=LATER, feed_id="f") == "known"
        assert save_article(store, article(1, text=""), seen=LATER, feed_id="f") == "known"
    assert store.value("SELECT max(version) FROM articles") == 1


def test_of_a_version_that_was_replaced_the_text_goes_and_nothing_is_kept(store: Store) -> None:
    with store.transaction():
        save_article(store, article(1, title="Rettet titel"), seen=LATER - timedelta(days=30), feed_id="f")
    assert expire(store, CONFIG, FACTS, LATER).texts == 23
    assert rows(store, "SELECT number, text = '' FROM versions WHERE article_id = 'a01'") == [(1, 1), (2, 0)]
    assert store.value("SELECT count(*) FROM features WHERE article_id = 'a01'") == 0


def test_a_name_learnt_later_is_still_found_in_the_headline(store: Store) -> None:
    with store.transaction():
        save_article(store, article(50, title="Nyt fra Bakkelunden", text="Der skete intet."), seen=SEEN)
    read_new(store, CONFIG, FACTS)
    expire(store, CONFIG, FACTS, LATER)
    area = next(each for each in FACTS.areas if each.id == "tingbjerg")
    alias = replace(area.aliases[0], name="Bakkelunden", needs_context=False)
    learnt = replace(area, aliases=(*area.aliases, alias))
    facts = replace(FACTS, areas=tuple(learnt if each is area else each for each in FACTS.areas))
    read_new(store, CONFIG, facts)
    assert rows(store, "SELECT area_id, role FROM mentions WHERE article_id = 'a50'") == [("tingbjerg", "headline")]


def test_a_crash_while_texts_go_leaves_them_as_they_were(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    due = due_texts(store, LATER, 10)
    with pytest.raises(AttributeError):
        expire_texts(store, [(due[0], None), (None, None)], LATER)  # type: ignore[list-item]
    assert len(due_texts(store, LATER, 10)) == 10


def test_raw_pages_go_after_their_days(store: Store) -> None:
    with store.transaction():
        save_body(store, Body("x", "https://avis.example/1", "text/html", b"<p>Hej"), SEEN)
        save_body(store, Body("y", "https://avis.example/2", "text/html", b"<p>Hej"), SEEN + timedelta(days=20))
    now = SEEN + timedelta(days=CONFIG.pages.keep_raw_days, seconds=1)
    assert expire(store, CONFIG, FACTS, now).bodies == 1
    assert rows(store, "SELECT digest FROM bodies") == [("y",)]


AFTER = datetime(2032, 6, 1, tzinfo=UTC)


def settings(**surveys: int) -> Config:
    return replace(CONFIG, surveys=replace(CONFIG.surveys, **surveys))


def test_answers_go_with_all_that_was_answered_and_the_wave_says_so(store: Store) -> None:
    with store.transaction():
        add_wave(store, "2020", "2020-05-01", {"vollsmose": [1, 2] * 30}, texts={"vollsmose": ["Hemmeligt ord"]})
        add_wave(store, "2024", "2024-05-01", {"vollsmose": [1, 2] * 30})
    window = Window(date(2020, 1, 1), date(2024, 12, 31))
    config = settings(keep_answers_days=3650)
    taken = snapshot.take(store, config, FACTS, window)
    summary = expire(store, config, FACTS, AFTER)
    assert summary.line() == "expired: 0 texts, 0 raw pages, 60 respondents of wave 2020"
    for table in ("respondents", "answers", "text_answers"):
        assert store.value(f"SELECT count(*) FROM {table} WHERE wave_id = '2020'") == 0
    assert store.value("SELECT count(*) FROM respondents WHERE wave_id = '2024'") == 60
    assert b"Hemmeligt ord" not in b"".join(path.read_bytes() for path in store.path.parent.glob("store.db*"))
    note = "the answers of wave 2020 were deleted on 2032-06-01"
    assert note in store.value("SELECT notes FROM imports WHERE id = 1")
    assert not expire(store, config, FACTS, AFTER)

    assert to_json(snapshot.load(store, taken.id).content) == to_json(taken.content)
    later = snapshot.take(store, config, FACTS, window)
    gone = [each for each in later.content.estimates if each.wave == "2020" and each.indicator == "safe_share"
            and each.area == "vollsmose"]
    assert [(each.status, each.value, each.details["reason"]) for each in gone] == [
        ("no survey", None, "answers deleted 2032-06-01")
    ]
    assert any(line.startswith("changed: safe_share vollsmose") for line in
               snapshot.recompute(store, config, FACTS, taken.id))


def test_a_snapshot_renders_the_same_bytes_after_everything_expired(store: Store, tmp_path: Path) -> None:
    with store.transaction():
        add_wave(store, "2020", "2020-05-01", {"vollsmose": [1, 2] * 30})
    read_new(store, CONFIG, FACTS)
    taken = snapshot.take(store, CONFIG, FACTS, Window(date(2020, 1, 1), date(2026, 3, 1)))
    pages = []
    for name in ("before", "after"):
        pages.append(write(snapshot.load(store, taken.id).content, tmp_path / name, "da").read_bytes())
        expire(store, settings(keep_answers_days=1), FACTS, AFTER + timedelta(days=4_000))
    assert store.value("SELECT count(*) FROM respondents") == 0
    assert pages[0] == pages[1]


def test_a_clock_that_leapt_deletes_nothing_for_a_week(store: Store) -> None:
    def poll(moment: datetime) -> None:
        with store.transaction():
            save_feed(store, FeedState("f", "avis", "https://avis.example/rss", last_poll=moment))

    hour, day = timedelta(hours=1), timedelta(days=1)
    assert clock_is_steady(store, SEEN)  # nothing is known to hold it against
    poll(SEEN)
    assert clock_is_steady(store, SEEN + 300 * day)
    for leapt in (SEEN + 9_000 * day, SEEN):  # ahead, and back again
        assert not clock_is_steady(store, leapt)
        poll(leapt)
        assert not clock_is_steady(store, leapt + hour)
        poll(leapt + 6 * day)
        assert not clock_is_steady(store, leapt + 6 * day)
        poll(leapt + 8 * day)
        assert clock_is_steady(store, leapt + 8 * day)
