"""A content put together from a store: what is in it, and that the same store gives the same content."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from reputation import revision, snapshot
from reputation.content import Content, from_json, to_json
from reputation.measure import measure, newest_day, series
from reputation.provenance import config_text
from store.config import Config
from store.days import Window
from store.errors import StoreUnusable, WrongUse
from store.facts import Facts, load_facts
from tests.reputation.build import Newsroom, config

ALL = Window(date(2018, 1, 1), date(2029, 12, 31))
TONES = [-1, -1, 0, 1, -1, 0, 0, 1, -1, 0] * 2


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    return load_facts(config(tmp_path_factory.mktemp("facts")))


def two_areas(folder: Path) -> Newsroom:
    room = Newsroom.open(folder)
    room.archive("2018-01-01", "2019-12-31")
    for year in (2018, 2019):
        for place in ("vollsmose", "gellerup"):
            room.year(place, year, TONES)
    return room


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    return two_areas(tmp_path)


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory, facts: Facts) -> Content:
    """What two areas over two years measure to; for tests that only look."""
    folder = tmp_path_factory.mktemp("content")
    return measure(two_areas(folder).store, config(folder), facts, ALL)


@pytest.fixture
def settings(tmp_path: Path) -> Config:
    return config(tmp_path)


def test_a_content_holds_all_fifteen_in_danish_order(content: Content) -> None:
    assert len(content.areas) == 15
    assert [area.name for area in content.areas][-1].startswith(("Tå", "Ta", "V"))
    assert content.years == (("2018-01-01", "2018-12-31"), ("2019-01-01", "2019-12-31"))
    assert content.made_from == "2019-12-03"
    assert not content.demo


def test_a_figure_stands_once_for_each_indicator_area_and_window(content: Content, facts: Facts) -> None:
    keys = [(each.indicator, each.area, each.first, each.last, each.wave) for each in content.estimates]

    assert len(keys) == len(set(keys))
    assert {key[1] for key in keys} == {area.id for area in facts.areas}


def test_no_hidden_figure_leaves_a_value_or_an_interval(content: Content) -> None:
    for each in content.estimates:
        if each.status not in ("ok", "footnoted"):
            assert (each.value, each.se, each.low, each.high) == (None,) * 4, each
            assert not {"as_read", "leave_out_low", "p"} & set(each.details), each


def test_a_content_survives_being_written(content: Content) -> None:
    assert to_json(from_json(to_json(content))) == to_json(content)


def test_without_a_level_to_compare_with_there_is_no_target(content: Content) -> None:
    lines = [each for each in content.goals if each.indicator == "net_tone"]

    assert len(lines) == 15
    assert {each.status for each in lines} == {"no target"}
    assert {each.verdict for each in lines} == {""}


def test_the_order_rows_were_written_in_changes_nothing(tmp_path: Path, settings: Config, facts: Facts) -> None:
    contents = []
    for order in (1, -1):
        (tmp_path / str(order)).mkdir()
        room = Newsroom.open(tmp_path / str(order))
        room.archive("2018-01-01", "2018-12-31")
        for at, tone in list(enumerate(TONES * 2))[::order]:
            room.article("vollsmose", f"2018-0{at // 10 + 1}-1{at % 10}", tone, event=f"e{at // 2}", name=f"a{at:03d}",
                         themes=("goal:tryghed",))
        contents.append(measure(room.store, settings, facts, ALL))

    assert to_json(contents[0]) == to_json(contents[1])


def test_nothing_at_all_is_a_content_too(tmp_path: Path, settings: Config, facts: Facts) -> None:
    content = measure(Newsroom.open(tmp_path).store, settings, facts, ALL)

    assert {each.status for each in content.estimates} == {"not collected", "no survey"}
    assert content.made_from == ""


@pytest.mark.parametrize(("window", "newest", "expected"), [
    (ALL, date(2019, 5, 1), ("2018", "2019")),
    (Window.year(2021), date(2025, 1, 1), ("2021",)),
    (Window(date(2018, 7, 1), date(2020, 6, 30)), None, ("2018-07-01–2019-06-30", "2019-07-01–2020-06-30")),
    (Window(date(2020, 1, 1), date(2020, 3, 31)), None, ("2020-01-01–2020-03-31",)),
    (ALL, date(2017, 1, 1), ("2018",)),
])
def test_a_window_is_split_into_a_series(window: Window, newest: date | None, expected: tuple[str, ...]) -> None:
    assert tuple(each.label for each in series(window, newest)) == expected


def test_the_newest_day_is_of_an_article_or_a_wave(room: Newsroom) -> None:
    assert newest_day(room.store) == date(2019, 12, 3)


def test_no_path_of_the_machine_enters_the_provenance(room: Newsroom, settings: Config, facts: Facts) -> None:
    content = measure(room.store, settings, facts, ALL)

    assert str(settings.path.parent) not in to_json(content)
    assert "/root" not in content.provenance.config
    assert 'path = "data/reputation.db"' in content.provenance.config
    assert content.provenance.articles == 80
    assert content.provenance.unread == 0


def test_the_demonstration_prints_how_far_its_reading_is_from_what_was_planted(tmp_path: Path, settings: Config,
                                                                               facts: Facts) -> None:
    room = Newsroom.open(tmp_path, kind="demo")
    room.archive("2018-01-01", "2018-12-31")
    room.year("vollsmose", 2018, TONES)
    (tmp_path / "truth.json").write_text(json.dumps({"net_tone": {"vollsmose": {"2018": 0.1}}}))

    content = measure(room.store, settings, facts, ALL)

    assert content.demo
    assert content.provenance.planted_bias == {"vollsmose": -0.3}


def test_a_snapshot_is_taken_once_and_found_again(room: Newsroom, settings: Config, facts: Facts,
                                                  monkeypatch: pytest.MonkeyPatch) -> None:
    first = snapshot.take(room.store, settings, facts, ALL, now=datetime(2026, 1, 1, tzinfo=UTC))
    monkeypatch.setattr("reputation.measure.measure", _never)
    again = snapshot.take(room.store, settings, facts, ALL)

    assert first.fresh
    assert not again.fresh
    assert (again.id, to_json(again.content), again.made) == (first.id, to_json(first.content), "2026-01-01T00:00:00Z")
    assert room.store.value("SELECT count(*) FROM estimates") == len(first.content.estimates)


def _never(*_: object) -> Content:
    raise AssertionError("measured again")


def test_what_is_new_is_measured_and_what_makes_no_difference_keeps_its_name(room: Newsroom, settings: Config,
                                                                            facts: Facts) -> None:
    first = snapshot.take(room.store, settings, facts, ALL)
    room.article("vollsmose", "2018-05-05", -1)
    second = snapshot.take(room.store, settings, facts, ALL)
    third = snapshot.take(room.store, settings, facts, Window.year(2018))

    assert len({first.id, second.id, third.id}) == 3
    assert any(line.startswith("changed: about vollsmose 2018-01-01") for line in
               snapshot.gone(first.content, second.content))


def test_equal_content_from_other_inputs_is_the_same_snapshot(room: Newsroom, settings: Config, facts: Facts) -> None:
    first = snapshot.take(room.store, settings, facts, ALL)
    room.store.execute("UPDATE articles SET first_seen = '2026-01-01T00:00:00Z' WHERE id = 't00001'")
    second = snapshot.take(room.store, settings, facts, ALL)

    assert second.fresh
    assert second.id == first.id
    assert not snapshot.take(room.store, settings, facts, ALL).fresh


def test_a_stored_snapshot_outlives_what_it_was_made_from(room: Newsroom, settings: Config, facts: Facts) -> None:
    taken = snapshot.take(room.store, settings, facts, ALL)
    room.store.execute("DELETE FROM articles WHERE day > '2019-01-01'")

    assert to_json(snapshot.load(room.store, taken.id[:6]).content) == to_json(taken.content)
    gone = snapshot.recompute(room.store, settings, facts, taken.id)
    assert any(line.startswith("gone: net_tone") or line.startswith("changed: net_tone") for line in gone)


@pytest.mark.parametrize("writes", [1, 99])
def test_a_report_never_mixes_two_states_of_the_store(room: Newsroom, settings: Config, facts: Facts, writes: int,
                                                      monkeypatch: pytest.MonkeyPatch) -> None:
    measured = []

    def while_another_writes(*given: Any) -> Content:
        measured.append(measure(*given))
        if len(measured) <= writes:
            room.article("gellerup", "2018-03-03", 0)
        return measured[-1]

    monkeypatch.setattr("reputation.measure.measure", while_another_writes)
    monkeypatch.setattr(snapshot, "TRIES", 2)

    if writes == 1:
        assert to_json(snapshot.take(room.store, settings, facts, ALL).content) == to_json(measured[1])
        return
    with pytest.raises(StoreUnusable, match="keeps writing"):
        snapshot.take(room.store, settings, facts, ALL)


def test_an_unknown_snapshot_and_another_revision_are_refused(room: Newsroom, settings: Config, facts: Facts) -> None:
    with pytest.raises(WrongUse, match="Make a report first"):
        snapshot.load(room.store, "abc")
    taken = snapshot.take(room.store, settings, facts, ALL)
    with pytest.raises(WrongUse, match=taken.id):
        snapshot.load(room.store, "")
    room.store.execute("UPDATE snapshots SET revision = 'abc123'")

    with pytest.raises(WrongUse, match="git checkout abc123"):
        snapshot.load(room.store, taken.id)


def test_estimates_are_rounded(content: Content) -> None:
    for each in content.estimates:
        for value in (each.value, each.low, each.high):
            assert value is None or value == round(value, 4)
        assert each.se is None or each.se == round(each.se, 5)
        assert all(number == round(number, 4) for number in each.details.values() if isinstance(number, float))
        assert dataclasses.is_dataclass(each)


def no_git(*_: str) -> str:
    raise OSError


@pytest.mark.parametrize(("git", "said"), [
    (no_git, r".+\+[0-9a-f]{12}"),
    (lambda *words: "" if words[0] == "status" or "prefix" in words[1] else "abc", "abc"),
    (lambda *words: " M x" if words[0] == "status" else "" if "prefix" in words[1] else "abc", r"abc\+[0-9a-f]{12}"),
    (lambda *words: "elsewhere/", r".+\+[0-9a-f]{12}"),
])
def test_the_code_has_a_name_with_and_without_git(monkeypatch: pytest.MonkeyPatch, git: Callable[..., str], said: str
                                                  ) -> None:
    monkeypatch.setattr(revision, "_git", git)

    assert re.fullmatch(said, revision.revision.__wrapped__())


def test_a_demonstrations_config_keeps_its_feeds_and_only_names_what_lies_outside(tmp_path: Path) -> None:
    said = config_text(config(tmp_path, surveys={"key_file": "/elsewhere/secret/key"}, feeds=[
        {"id": "f", "outlet": {"name": "Ny", "class": "local", "medium": "web"}, "url": "https://e.org/rss",
         "areas": ["vollsmose"]}]))

    assert 'key_file = "…/key"' in said
    assert 'outlet = {name = "Ny", class = "local", medium = "web"}' in said
    assert 'areas = ["vollsmose"]' in said
    assert "secret" not in said
