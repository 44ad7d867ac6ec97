"""The trained model: what it may not see, how it scores, how it is loaded, and that it does not fall."""

import io
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from nlp import train
from nlp.backends import backend
from nlp.backends.lexicon import LexiconBackend
from nlp.backends.linear import DEAD, LinearBackend, balance
from nlp.collection import Item, digest, load_items, practice_digest
from nlp.document import document
from nlp.features import NAME, PLACE, Extractor, of_word, pairs
from nlp.lexicon import load_lexicon
from nlp.model import CLASSES, MODEL, Model, load_model
from nlp.pipeline import load
from nlp.reader import Reader
from nlp.safety import SafetyReading, safety_of_odds
from nlp.tone import ToneReading, tone_of_odds
from nlp.train import examples, fit, measure, pack, reviews
from store.config import Config, NlpConfig
from store.errors import WrongFacts, WrongFile, WrongUse
from store.facts import Facts
from tests.nlp.labelled import FLOORS


@pytest.fixture(scope="module")
def linear(reader: Reader) -> LinearBackend:
    return LinearBackend(reader.gazetteer)


@pytest.fixture(scope="module")
def few() -> list[Item]:
    return [item for item in load_items() if item.part == "train"][::12]


NOTHING = Model(("w x",), CLASSES, np.zeros((1, len(CLASSES)), np.int16), np.zeros(len(CLASSES), np.int32))


def read(linear: LinearBackend, text: str) -> list[tuple[float, float]]:
    return [(each.tone, each.safety) for each in linear.read(text, load().sentences(text))]


@pytest.mark.parametrize("text", [
    "Mere vold i {}, men naboerne i {} er trygge.",
    "{} er et dejligt sted at bo.",
    "{}-beboere er bange for banderne.",
    "{}s nye skole åbner",
    "»{} er ikke en ghetto,« siger hun.",
    "jeg elsker {}",
])
def test_swapping_area_names_leaves_the_score_as_it_is(linear: LinearBackend, facts: Facts, text: str) -> None:
    names = [alias.name for area in facts.areas for alias in area.aliases if alias.valid(None)]

    assert len(names) > 50
    assert {tuple(read(linear, text.replace("{}", name))) for name in names if "." not in name} == {
        tuple(read(linear, text.replace("{}", "Vollsmose")))}


def test_no_feature_of_the_shipped_model_is_an_area_or_town(facts: Facts) -> None:
    known = {name.removeprefix("w ") for name in load_model().rows if name.startswith("w ")}
    names = {word for area in facts.areas for word in (area.name.lower(), area.municipality.lower())}
    assert known & names == set()


def test_names_of_people_and_places_are_no_words(reader: Reader) -> None:
    text = "Her i Kolding bor Karla, 43 år, ved Skovparken."
    found = next(Extractor(load_lexicon(), reader.gazetteer).features(text, load().sentences(text)))

    assert found.words == ("her", "i", NAME, "bor", NAME, ",", "0", "år", ",", "ved", PLACE, ".")
    assert [text[start:end] for start, end in zip(found.starts, found.ends, strict=True)][-2:] == ["Skovparken", "."]
    assert list(pairs((",", "i"))) == list(pairs(("i", ""))) == []
    assert list(pairs(("i", PLACE))) == [f"b i {PLACE}", f"m i {PLACE}"]


def test_a_form_says_what_its_lemma_says_too() -> None:
    assert [name for name, scale in of_word("blokkene") if scale == 1] == ["w blokkene", "l blok"]
    assert list(pairs(("nye", "blokke"))) == ["b nye blokke", "m ny blok"]
    assert of_word(PLACE) == ((f"w {PLACE}", 1.0),)
    assert of_word("!") == ()


def test_a_compound_never_seen_says_what_its_letters_say() -> None:
    runs = {name for name, _ in of_word("tryghedsløft") if name.startswith("c ")}
    assert {"c <try", "c trygh", "c løft", "c øft>"} < runs
    assert {len(name) - 2 for name in runs} == {4, 5}
    assert sum(scale for name, scale in of_word("nananana") if name == "c nana") == pytest.approx(3 * 0.3)


@pytest.mark.parametrize(("text", "said"), [
    ("Godt 👍", {"#glad face"}), ("👍👍", {"#glad face"}), ("nej 😡 :)", {"#sad face", "#glad face"}), ("Godt.", set()),
])
def test_faces_say_how_their_writer_feels(text: str, said: set[str]) -> None:
    found = next(Extractor(load_lexicon()).features(text, load().sentences(text)))
    assert {name for name in found.plain if name.endswith("face")} == said


def test_the_likeliest_class_of_the_mean_odds_is_the_label() -> None:
    odds = [(2.0, 0.0, 0.0), (), (0.0, 0.0, 1.0)]
    assert tone_of_odds(odds, {0: 1.0, 1: 5.0, 2: 0.5}).label == "negative"
    assert tone_of_odds(odds, {0: 0.1, 1: 5.0, 2: 1.0}).label == "positive"
    assert tone_of_odds(odds, {1: 1.0}) == tone_of_odds(odds, {}) == ToneReading("neutral", 0.0)
    assert safety_of_odds([(0.0, 3.0, 0.0)], {0: 1.0}) == SafetyReading("none", 0.0)
    assert safety_of_odds([(0.0, 0.0, 3.0)], {0: 1.0}).score > 0.8


def test_what_is_kept_of_a_text_is_scored_by_the_words_the_model_knows(facts: Facts, config: Config) -> None:
    chosen = Reader(facts, replace(config, nlp=NlpConfig(backend="linear")))
    doc = document("Beboerne i Vollsmose er glade. Karla Holm skrubber trappen, siger hun.", "Glæde i Vollsmose")
    named, _ = chosen.names(doc, None)
    kept = chosen.keep(doc, named)
    words = [word for each in kept.sentences for word in each.words]
    full, lead = chosen.read_named(doc, named)
    again, lead_again = chosen.read_kept(kept, kept.named)

    assert PLACE in words
    assert not {"vollsmose", "karla", "holm"} & set(words)
    assert lead is not None
    assert lead_again is not None
    for before, after in ((full, again), (lead, lead_again)):
        (one,), (other,) = before.areas, after.areas
        assert one.tone
        assert other.tone
        assert (one.tone.label, one.safety.label) == (other.tone.label, other.safety.label)
        assert one.tone.score == pytest.approx(other.tone.score, abs=0.1)


def test_without_areas_only_capital_letters_tell_a_name() -> None:
    text = "DET ER UTRYGT i Vollsmose"
    found = next(Extractor(load_lexicon()).features(text, load().sentences(text)))
    assert found.words == ("det", "er", "utrygt", "i", NAME)


@pytest.mark.parametrize(("text", "tone", "safety"), [
    ("Jeg er ikke tryg når det er mørkt.", -1, -1),
    ("Området er grimt og nedslidt.", -1, 0),
    ("Politiet har fået bugt med hashhandlen.", 1, 1),
    ("Mødet er onsdag.", 0, 0),
    ("…", 0, 0),
])
def test_a_sentence_is_scored_by_sign(linear: LinearBackend, text: str, tone: int, safety: int) -> None:
    found = read(linear, text)[0]
    assert all(-1 <= value <= 1 for value in found)
    assert [(value > 0.2) - (value < -0.2) for value in found] == [tone, safety]


def test_the_reasons_are_words_of_the_sentence_in_order(linear: LinearBackend) -> None:
    text = "Her er dejligt, men ikke tryghed om natten i Vollsmose."
    because = linear.read(text, load().sentences(text), because=True)[0].because

    assert 0 < len(because) <= 6
    assert [each.start for each in because] == sorted(each.start for each in because)
    assert any(text[each.start:each.end] == "dejligt" and "before but" in each.rule for each in because)
    assert "Vollsmose" not in {text[each.start:each.end] for each in because}


def test_a_small_balance_says_nothing() -> None:
    assert balance([0.0, 0.0, DEAD]) == 0.0
    assert balance([0.0, 0.0, 5.0]) == pytest.approx(-balance([5.0, 0.0, 0.0]))


def test_nothing_to_read_gives_nothing(linear: LinearBackend) -> None:
    assert linear.read("", []) == []


def test_it_is_the_default_and_its_readings_are_versions_of_their_own(
    facts: Facts, config: Config, reader: Reader,
) -> None:
    chosen = Reader(facts, replace(config, nlp=NlpConfig(backend="linear")))

    assert (chosen.backend.name, backend("linear").name) == ("linear", "linear")
    assert chosen.backend.version != LexiconBackend().version
    assert chosen.version == reader.version != reader.using(LexiconBackend()).version


def test_another_model_is_another_version(linear: LinearBackend) -> None:
    assert LinearBackend(model=NOTHING).version != linear.version


def test_the_model_stands_at_its_floors_on_the_test_part(reader: Reader, linear: LinearBackend) -> None:
    pinned = json.loads(FLOORS.read_text(encoding="utf-8"))["linear"]
    found = measure(reader.using(linear), [item for item in load_items() if item.part == "test"])

    assert digest() == pinned["collection"], "the collection changed: train anew (docs/coding.md, 8)"
    assert practice_digest() == pinned["practice"], "the practice texts changed: train anew (docs/coding.md, 8)"
    assert {name: found[name] for name, floor in pinned["test"].items() if found[name] < floor} == {}


def test_the_card_speaks_of_the_model_beside_it() -> None:
    card = MODEL.with_suffix(".md").read_text(encoding="utf-8")
    assert load_model().digest in card
    assert digest() in card
    assert practice_digest() in card
    assert all(f"**{part}" in card for part in ("Data", "Licence", "Scores", "Limits", "Made by"))


@pytest.mark.parametrize("content", [b"", b"no model", None])
def test_a_file_that_is_no_model_says_how_to_make_one(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "linear.skops"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(WrongFacts, match=r"python -m nlp\.train"):
        load_model(path)


def test_a_file_with_a_type_of_its_own_is_not_loaded(tmp_path: Path) -> None:
    from skops.io import dump

    path = tmp_path / "foreign.skops"
    dump({"features": "", "weights": io.StringIO, "intercept": Path}, path)
    with pytest.raises(WrongFacts, match="UntrustedTypesFound"):
        load_model(path)


def test_the_same_examples_give_the_same_file_and_it_comes_back_whole(
    reader: Reader, few: list[Item], tmp_path: Path,
) -> None:
    model, again = (fit(examples(few, reader.gazetteer)) for _ in range(2))
    path = tmp_path / "linear.skops"
    path.write_bytes(pack(model))

    assert pack(again) == path.read_bytes()
    assert load_model(path) == model


def test_a_class_without_example_is_never_read(reader: Reader, few: list[Item]) -> None:
    two = [each for each in examples(few, reader.gazetteer) if each.safety != "safe" and each.tone != "neutral"]
    model = fit(two)
    assert read(LinearBackend(model=model), "Dejligt, dejligt.")[0][1] <= 0
    assert model.intercept[1] == model.intercept[5] == -30_000


def test_the_program_writes_model_and_card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    some = [item for item in load_items() if item.part == "train"][::8]
    parts = [replace(item, part="test") if at % 4 == 0 else item for at, item in enumerate(some)]
    monkeypatch.setattr(train, "load_items", lambda: parts)
    monkeypatch.setattr(train, "load_practice", lambda: some[1::4])
    monkeypatch.setattr(train, "MODEL", tmp_path / "models" / "linear.skops")
    out = io.StringIO()

    table = tmp_path / "reviews.csv"
    table.write_text("label,text\nneg,Filmen er dårlig.\npos,Sikke en dejlig bog!\nneu,Den er på 300 sider.\n", "utf-8")

    train.main(["--reviews", str(table)], out)
    card = (tmp_path / "models" / "linear.md").read_text(encoding="utf-8")

    assert (out.getvalue().count("linear"), out.getvalue().count("lexicon")) == (3, 2)
    assert load_model(tmp_path / "models" / "linear.skops").digest in card
    assert "--reviews reviews.csv" in card
    assert "3 sentences" in card


def test_reviews_teach_only_the_tone_of_texts_about_no_area(reader: Reader, few: list[Item], tmp_path: Path) -> None:
    table = tmp_path / "reviews.csv"
    table.write_text("text,label\n" + "sludder og vrøvl,neg\n" * 6 + "herligt,pos\n", "utf-8")
    learnt = reviews(table, reader.gazetteer)
    model = fit(examples(few, reader.gazetteer), learnt)

    assert {each.safety for each in learnt} == {""}
    assert model.weight("w sludder", "text negative") > 0 > model.weight("w sludder", "text positive")
    assert {model.weight("w sludder", each) for each in CLASSES[:6]} == {0.0}
    assert "w herligt" not in model.rows


@pytest.mark.parametrize("content", [None, "text,label\nnoget,godt\n", "tekst\nnoget\n"])
def test_a_file_without_reviews_says_what_is_wanted(reader: Reader, tmp_path: Path, content: str | None) -> None:
    table = tmp_path / "reviews.csv"
    if content:
        table.write_text(content, "utf-8")
    with pytest.raises(WrongFile, match="columns text and label"):
        reviews(table, reader.gazetteer)


def test_cross_validation_alone_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, few) -> None:
    monkeypatch.setattr(train, "load_items", lambda: few)
    monkeypatch.setattr(train, "load_practice", tuple)
    monkeypatch.setattr(train, "MODEL", tmp_path / "linear.skops")
    train.main(["--cv"], io.StringIO())
    assert list(tmp_path.iterdir()) == []


def test_other_words_are_not_understood() -> None:
    for words in (["--all"], ["--reviews"], ["--reviews", "a.csv", "--cv"]):
        with pytest.raises(WrongUse, match="--cv"):
            train.main(words, io.StringIO())
