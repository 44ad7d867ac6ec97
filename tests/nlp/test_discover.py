"""Topics nobody asked for: planted ones are found, noise is not, and the same texts give the same topics."""

import random
from dataclasses import replace

import pytest

from nlp import discover as module
from nlp.compounds import parts
from nlp.discover import LEAST_TEXTS, Text, discover, number_of_topics
from nlp.lemmas import Lemma, Lemmas, no_names

PLANTED = (
    ("brand", "røg", "kælder", "slukke", "opgang", "flamme"), ("bibliotek", "bog", "læse", "barn", "eventyr", "udlån"),
    ("husleje", "lejer", "stige", "krone", "betale", "gæld"), ("bold", "kamp", "mål", "træner", "bane", "hold"),
)
FILLER = [f"ord{letter}{other}" for letter in "abcdefghij" for other in "abcdefgh"]


def texts(number: int = 320, seed: int = 3) -> list[Text]:
    """Write texts of one planted topic each, three of its words among six of eighty that mean nothing."""
    draw = random.Random(seed)
    return [
        Text(f"t{at:04}", str(2018 + at % 3), ("vollsmose", "gellerup")[at % 2],
             tuple(draw.sample(PLANTED[at % 4], 3) + draw.sample(FILLER, 6)))
        for at in range(number)
    ]


@pytest.fixture(scope="module")
def found() -> module.Discovery:
    return discover(texts(), seed=1)


def test_planted_topics_are_found_and_named_by_their_words(found: module.Discovery) -> None:
    named = [set(topic.words) for topic in found.topics]
    for words in PLANTED:
        assert any(len(set(words) & each) >= 5 for each in named), words


def test_their_course_counts_texts_by_area_and_year(found: module.Discovery) -> None:
    for topic in found.topics:
        assert sum(count for _, _, count in topic.course) == topic.texts
        assert {year for _, year, _ in topic.course} <= {"2018", "2019", "2020"}
    fire = next(topic for topic in found.topics if "brand" in topic.words)
    assert 60 <= fire.texts <= 110
    assert {area for area, _, _ in fire.course} <= {"vollsmose", "gellerup"}


def test_the_order_of_texts_changes_nothing(found: module.Discovery) -> None:
    mixed = texts()
    random.Random(8).shuffle(mixed)
    assert discover(mixed, seed=1) == found


def test_a_text_held_twice_counts_once(found: module.Discovery) -> None:
    assert discover([*texts(), *texts()[:40]], seed=1) == found


def test_noise_has_no_topics() -> None:
    draw = random.Random(4)
    noise = [replace(each, lemmas=tuple(draw.sample(FILLER, 9))) for each in texts()]
    assert discover(noise, seed=1).topics == ()


def test_too_few_texts_have_none() -> None:
    few = discover(texts(LEAST_TEXTS - 1), seed=1)
    assert (few.topics, few.sought, few.texts) == ((), 0, LEAST_TEXTS - 1)
    assert discover([], seed=1).topics == ()
    for lemmas in ((), ("brand",), ("brand", "røg", "kælder")):
        assert discover([replace(each, lemmas=lemmas) for each in texts()], seed=1).topics == ()


def test_stop_words_and_names_are_in_no_topic() -> None:
    hidden = discover(texts(), seed=1, stop=["brand"], names=["Bold", "BIBLIOTEK"])
    words = {word for topic in hidden.topics for word in topic.words}
    assert not words & {"brand", "bold", "bibliotek"}


def test_many_texts_are_sampled_and_all_counted(monkeypatch) -> None:
    monkeypatch.setattr(module, "MOST_TEXTS", 240)
    sampled = discover(texts(), seed=1)
    assert sampled.texts == 320
    assert sum(topic.texts for topic in sampled.topics) > 240


@pytest.mark.parametrize(("number", "topics"), [(200, 4), (16, 4), (1600, 10), (100_000, 20)])
def test_the_number_of_topics_grows_with_the_texts(number: int, topics: int) -> None:
    assert number_of_topics(number) == topics


@pytest.mark.parametrize(("word", "split"), [
    ("boligforening", ("bolig", "forening")), ("ungdomsbolig", ("ungdom", "bolig")), ("barnepige", ("barn", "pige")),
    ("boligforeningsformand", ("bolig", "forening", "formand")), ("nødvendig", ()), ("bolig", ()), ("tog", ()),
    ("", ()),
])
def test_compounds_are_split_into_known_words(word: str, split: tuple[str, ...]) -> None:
    assert parts(word, {"bolig", "forening", "ungdom", "barn", "pige", "formand"}) == split


def test_a_compound_is_its_parts_too() -> None:
    mixed = [replace(each, lemmas=(*each.lemmas[:2], each.lemmas[0] + "s" + "sagen")) for each in texts()]
    known = [Text(f"s{at}", "2018", "vollsmose", ("sagen", "ordaa")) for at in range(6)]
    assert discover([*mixed, *known], seed=1).sought == number_of_topics(326)


def lemmas(text: str) -> list[tuple[str, bool]]:
    return [(each.word, each.capital) for each in Lemmas("blank").of(text)]


@pytest.mark.parametrize(("text", "words"), [
    ("Beboerne malede lejlighederne.", [("beboer", True), ("male", False), ("lejlighed", False)]),
    ("I går vandt Hassan boligen", [("gå", False), ("vinde", False), ("bolig", False)]),
    ("Formand: Politiet kom", [("formand", True), ("politi", True), ("komme", False)]),
    ("Den 3. maj 2021", [("den", True), ("maj", False)]), ("", []),
])
def test_lemmas_without_names(text: str, words: list[tuple[str, bool]]) -> None:
    assert [each for each in lemmas(text) if len(each[0]) > 1] == words


def test_a_name_that_begins_a_sentence_is_met_nowhere_small() -> None:
    said = [[Lemma("hassan", True), Lemma("politi", True)], [Lemma("politi", False)]]
    assert no_names(said) == [("politi",), ("politi",)]
