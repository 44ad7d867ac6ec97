"""The doctor says in words what needs a person, and what to do."""

import importlib.util
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from reputation.doctor import Findings, examine
from reputation.finding import Finding
from store.config import Config, FeedConfig, HarvestConfig, load_config
from store.database import Store
from store.errors import Exit
from store.feeds import save_gap
from store.imports import record_import, save_under_way
from store.texts import Article, save_article

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
FEED = {"etag": None, "failures": 0, "status": "ok", "last_poll": "2026-05-01T11:00:00Z",
        "last_new": "2026-05-01T10:00:00Z", "next_due": "2026-05-01T12:00:00Z"}


@pytest.fixture
def config(tmp_path: Path) -> Config:
    plain = load_config(tmp_path / "config.toml")
    key = replace(plain.surveys, key_file=tmp_path / "key")
    return replace(plain, surveys=key, harvest=HarvestConfig(user_agent="Example, mail@example.dk"),
                   feeds=(FeedConfig("a", "dr", "https://example.dk/rss"),))


def feed_is(config: Config, outcome: str = "unchanged", gap: str = "", **state: object) -> None:
    row = {**FEED, **state}
    with Store.open(config.store.path) as store:
        store.execute("INSERT OR IGNORE INTO outlets (id, name, class) VALUES ('dr', 'DR', 'national')")
        store.execute(
            "INSERT INTO feeds (id, outlet_id, url, failures, status, last_poll, last_new, next_due)"
            " VALUES ('a', 'dr', 'https://example.dk/rss', :failures, :status, :last_poll, :last_new, :next_due)", row)
        store.execute("INSERT INTO polls (feed_id, at, outcome, entries, new, edited, note)"
                      " VALUES ('a', '2026-05-01T11:00:00Z', ?, 0, 0, 0, '')", [outcome])
        if gap:
            save_gap(store, "a", datetime.fromisoformat(gap) - timedelta(hours=1), datetime.fromisoformat(gap))


def about(config: Config, name: str) -> Finding:
    return next(each for each in examine(config, NOW).findings if each.about == name)


def test_before_anything_is_collected_there_is_nothing_wrong(config: Config) -> None:
    found = examine(config, NOW)
    assert about(config, "store").level == "note"
    assert found.exit_code is Exit.DONE
    assert not config.store.path.exists()


def test_drops_that_were_refused_wait_for_a_person(config: Config) -> None:
    for name in (".hidden", "2024-2", "2024"):
        (config.surveys.inbox / "refused" / name).mkdir(parents=True)
    found = about(config, "survey inbox")
    assert (found.level, found.what) == ("warning", "refused: 2024, 2024-2")
    assert "hvorfor.txt" in found.do


def test_an_inbox_that_can_not_be_read_is_told(config: Config) -> None:
    config.surveys.inbox.mkdir(parents=True)
    (config.surveys.inbox / "refused").write_text("")
    assert about(config, "survey inbox").level == "failure"


@pytest.mark.parametrize(
    ("state", "level", "said"),
    [
        ({}, "ok", "ok"),
        ({"failures": 2.0, "status": "HTTP 500"}, "failure", "failing: HTTP 500"),
        ({"failures": 0.25, "status": "failed: status 503"}, "note", "no answer the last time"),
        ({"failures": 31.0, "status": "resting after long failure; failed: status 404",
          "next_due": "2026-05-20T01:00:00Z"}, "failure", "resting"),
        ({"outcome": "blocked", "status": "blocked: https://example.dk/robots.txt does not allow it"}, "warning",
         "robots.txt does not allow it"),
        ({"outcome": "blocked", "status": "blocked: text and data mining is reserved (tdm-reservation: 1)"}, "warning",
         "data mining is reserved"),
        ({"gap": "2026-04-28T08:00:00+00:00"}, "warning", "losing entries: 1 times"),
        ({"gap": "2026-01-28T08:00:00+00:00"}, "ok", "ok"),
        ({"next_due": "2026-05-01T01:00:00Z"}, "warning", "late"),
        ({"last_new": "2026-03-01T01:00:00Z"}, "warning", "silent"),
        ({"last_poll": "2027-03-01T01:00:00Z"}, "warning", "polled in the future"),
        ({"last_poll": None}, "warning", "never polled"),
    ],
)
def test_a_feed_is_said_to_be_as_it_is(config: Config, state: dict[str, object], level: str, said: str) -> None:
    feed_is(config, **state)
    found = about(config, "feed a")
    assert found.level == level
    assert said in found.what
    assert found.do or level == "ok"
    assert bool(found.state) is (level in ("warning", "failure"))


def test_a_feed_that_fails_while_nobody_runs_harvest_is_both(config: Config) -> None:
    feed_is(config, failures=2.0, status="failed: status 404", next_due="2026-04-01T01:00:00Z")
    states = [each.state for each in examine(config, NOW).findings if each.about == "feed a"]
    assert states == ["late", "failing"]


def test_an_outlet_that_halved_is_named_with_the_week_in_which_it_began(config: Config) -> None:
    feed_is(config)
    day = datetime(2025, 12, 1, 9, tzinfo=UTC)
    with Store.open(config.store.path) as store, store.transaction():
        number = 0
        while day < NOW:
            for _ in range(6 if day < datetime(2026, 3, 2, tzinfo=UTC) else 2):
                save_article(store, Article(f"a{number}", "dr", f"Nr. {number}", published=day), seen=day, feed_id="a")
                number += 1
            day += timedelta(days=1)
    found = about(config, "outlet dr")
    assert (found.level, found.state) == ("warning", "volume")
    assert "halved or worse since 2026-03-02: 14.0 new articles a week, 42.0 before" in found.what


def test_an_import_that_was_stopped_is_named(config: Config) -> None:
    with Store.open(config.store.path) as store, store.transaction():
        save_under_way(store, record_import(store, "archive", "a.ndjson", "d", "infomedia"), 4000, {})
    found = about(config, "import 1")
    assert "a.ndjson is not complete (4000 records in)" in found.what
    assert "undo-import 1" in found.do


def test_a_feed_that_is_no_longer_configured_is_named(config: Config) -> None:
    feed_is(config)
    assert about(replace(config, feeds=()), "feed a").level == "note"


def test_without_feeds_or_contact_a_person_is_needed(config: Config) -> None:
    assert about(replace(config, feeds=()), "feeds").level == "warning"
    assert about(replace(config, harvest=HarvestConfig()), "[harvest] user_agent").level == "warning"


def test_a_key_file_that_others_can_read_is_a_failure(config: Config) -> None:
    config.surveys.key_file.write_text("secret")
    config.surveys.key_file.chmod(0o644)
    assert about(config, "key file").level == "failure"
    config.surveys.key_file.chmod(0o600)
    assert about(config, "key file").level == "ok"


def test_an_outlet_without_a_class_is_named(config: Config) -> None:
    with Store.open(config.store.path) as store:
        store.execute("INSERT INTO outlets (id, name) VALUES ('x', 'Bladet X')")
    assert "Bladet X" in about(config, "outlet x").what


def test_a_store_that_can_not_be_used_is_a_failure_and_not_a_crash(config: Config) -> None:
    config.store.path.parent.mkdir(parents=True)
    config.store.path.write_text("no database at all " * 99)
    assert about(config, "store").level == "failure"


def test_facts_that_can_not_be_used_are_a_failure_and_not_a_crash(config: Config, tmp_path: Path) -> None:
    (tmp_path / "extra").mkdir()
    (tmp_path / "extra" / "areas.toml").write_text("[[areas")
    assert about(replace(config, facts=replace(config.facts, extra=tmp_path / "extra")), "facts").level == "failure"


def test_what_needs_a_person_comes_first_and_json_says_the_same() -> None:
    found = Findings((Finding("ok", "a", "fine"), Finding("failure", "b", "broken", "Mend it")))
    assert found.text().splitlines()[0] == "failure  b: broken → Mend it"
    assert found.exit_code is Exit.WITH_REFUSALS
    assert json.loads(found.json())["findings"][1]["do"] == "Mend it"


@pytest.mark.parametrize(("there", "level"), [(True, "ok"), (False, "note")])
def test_it_is_said_whether_spss_files_can_be_read(
    config: Config, monkeypatch: pytest.MonkeyPatch, there: bool, level: str,
) -> None:
    known = importlib.util.find_spec
    monkeypatch.setattr("importlib.util.find_spec", lambda name: known("json") if name == "pyreadstat" and there
                        else None if name == "pyreadstat" else known(name))
    assert about(config, "SPSS").level == level
