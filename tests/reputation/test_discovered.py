"""Topics nobody asked for: from the store into the published content, tables and explore.db, without any name."""

import random
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from reputation import discovered as room_of_topics
from reputation.content import Content, from_json, to_json
from reputation.findings import discovered, discovered_areas
from reputation.language import Language
from reputation.lookup import Figures
from reputation.measure import measure
from store.days import Window
from store.facts import load_facts
from tests.reputation.build import Newsroom, config

ALL = Window(date(2018, 1, 1), date(2019, 12, 31))
SUBJECTS = (
    "Hassan Yilmaz så brand og røg i kælderen, og opgangen måtte slukkes", "Børn læste bøger og eventyr på biblioteket",
    "Huslejen stiger, og lejerne skal betale flere kroner", "Holdet vandt kampen på egen bane med fire mål",
)
FILLER = ("igen", "straks", "mandag", "aften", "vejr", "kaffe", "cykel", "sommer", "farve", "stol", "vindue", "avis",
          "gren", "sten", "hammer", "lampe", "taske", "kage", "jakke", "ost", "sang", "papir", "knap", "pose")


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    folder = tmp_path_factory.mktemp("discovered")
    room, draw = Newsroom.open(folder), random.Random(1)
    room.archive("2018-01-01", "2019-12-31")
    for number in range(240):
        place = ("vollsmose", "gellerup")[number % 2]
        name = room.article(place, f"{2018 + number // 120}-0{1 + number % 9}-11", 0)
        room.store.execute("UPDATE versions SET title = ?, summary = ?, text = '' WHERE article_id = ?",
                           [SUBJECTS[number // 2 % 4], " ".join(draw.sample(FILLER, 4)), name])
    yield room
    room.store.close()


@pytest.fixture(scope="module")
def content(room: Newsroom) -> Content:
    return measured(room)


def measured(room: Newsroom) -> Content:
    settings = config(room.store.path.parent)
    return measure(room.store, settings, load_facts(settings), ALL)


def test_of_very_many_texts_some_are_drawn_the_same_ones_each_time(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room_of_topics, "MOST_READ", 210)
    found = measured(room)

    assert found.topics_sought.texts == 210
    assert found.discovered == measured(room).discovered


def test_a_process_beside_this_one_finds_the_same(
    room: Newsroom, content: Content, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reputation.measure.APART", 1)
    monkeypatch.setattr("reputation.seeking.APART", 1)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    monkeypatch.setattr("reputation.seeking.look", pytest.fail)
    found = measured(room)

    assert (found.discovered, found.topics_sought) == (content.discovered, content.topics_sought)
    assert found.discovered


def test_where_that_process_is_ended_from_outside_they_are_found_here(
    room: Newsroom, content: Content, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reputation.measure.APART", 1)
    monkeypatch.setattr("reputation.seeking.APART", 1)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    monkeypatch.setattr("sys.executable", "false")
    assert measured(room).discovered == content.discovered


def test_the_caption_says_how_many_texts_are_looked_at() -> None:
    said = {name: Language(name, {}).say("text.discovered") for name in ("da", "en")}

    assert f"{room_of_topics.MOST_READ:,}" in said["en"]
    assert f"{room_of_topics.MOST_READ:,}".replace(",", ".") in said["da"]


def test_topics_are_named_by_their_words_and_counted_by_area_and_window(content: Content) -> None:
    assert content.topics_sought.texts == 240
    words = [set(each.words.split(", ")) for each in content.discovered]
    assert any({"brand", "kælder"} <= each for each in words)
    assert {(each.area, each.first, each.last) for each in content.discovered} >= {
        ("vollsmose", "2018-01-01", "2018-12-31"), ("gellerup", "2019-01-01", "2019-12-31")}
    fire = [each for each in content.discovered if "brand" in each.words]
    assert sum(each.texts for each in fire) == pytest.approx(60, abs=5)


def test_no_name_of_a_person_or_place_is_a_word_of_a_topic(content: Content) -> None:
    words = {word for each in content.discovered for word in each.words.split(", ")}
    assert not words & {"hassan", "yilmaz", "vollsmose", "gellerup"}


def test_they_survive_being_written(content: Content) -> None:
    assert from_json(to_json(content)) == content


def test_the_page_shows_a_row_a_topic_and_the_files_one_an_area_and_window(content: Content) -> None:
    figures, language = Figures(content), Language("da", content.words["da"])
    shown, held = discovered(figures, language), discovered_areas(figures, language)
    assert len(shown.rows) == len({each.topic for each in content.discovered})
    assert len(held.rows) == len(content.discovered)
    place = shown.keys.index("where")
    for row in shown.rows:
        said = str(row[place])
        assert said.index("Gellerup") < said.index("Vollsmose"), "alphabetical, no league table"


def test_few_texts_have_no_topics(tmp_path: Path) -> None:
    room = Newsroom.open(tmp_path)
    room.article("vollsmose", "2018-03-01", 0)
    settings = config(tmp_path)
    found = measure(room.store, settings, load_facts(settings), ALL)
    assert found.discovered == ()
    assert found.topics_sought.sought == 0
