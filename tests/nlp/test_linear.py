"""The trained model: what it may not see, how it scores, how it is loaded, and that it does not fall."""

import io
import json
from dataclasses import replace
from pathlib import Path

import pytest

from nlp import train
from nlp.backends import backend
from nlp.backends.lexicon import LexiconBackend
from nlp.backends.linear import DEAD, MODEL, LinearBackend, Model, balance, load_model
from nlp.collection import Item, digest, load_items
from nlp.features import NAME, PLACE, Extractor, pairs
from nlp.lexicon import load_lexicon
from nlp.pipeline import load
from nlp.reader import Reader
from nlp.train import examples, fit, measure, pack
from store.config import Config, NlpConfig
from store.errors import WrongFacts, WrongUse
from store.facts import Facts
from tests.nlp.labelled import FLOORS


@pytest.fixture(scope="module")
def linear(reader: Reader) -> LinearBackend:
    return LinearBackend(reader.gazetteer)


@pytest.fixture(scope="module")
def few() -> list[Item]:
    return [item for item in load_items() if item.part == "train"][::12]


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
    known = {name.removeprefix("w ") for name in load_model().weights if name.startswith("w ")}
    names = {word for area in facts.areas for word in (area.name.lower(), area.municipality.lower())}
    assert known & names == set()


def test_names_of_people_and_places_are_no_words(reader: Reader) -> None:
    text = "Her i Kolding bor Karla, 43 år, ved Skovparken."
    found = next(Extractor(load_lexicon(), reader.gazetteer).features(text, load().sentences(text)))

    assert found.words == ("her", "i", NAME, "bor", NAME, ",", "0", "år", ",", "ved", PLACE, ".")
    assert [text[start:end] for start, end in zip(found.starts, found.ends, strict=True)][-2:] == ["Skovparken", "."]
    assert list(pairs(("her", ",", "i", PLACE))) == [f"b i {PLACE}"]


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
    because = linear.read(text, load().sentences(text))[0].because

    assert 0 < len(because) <= 6
    assert [each.start for each in because] == sorted(each.start for each in because)
    assert any(text[each.start:each.end] == "dejligt" and "before but" in each.rule for each in because)
    assert "Vollsmose" not in {text[each.start:each.end] for each in because}


def test_a_small_balance_says_nothing() -> None:
    assert balance([0.0, 0.0, DEAD]) == 0.0
    assert balance([0.0, 0.0, 5.0]) == pytest.approx(-balance([5.0, 0.0, 0.0]))


def test_nothing_to_read_gives_nothing(linear: LinearBackend) -> None:
    assert linear.read("", []) == []


def test_the_configuration_switches_it_on_and_its_readings_are_versions_of_their_own(
    facts: Facts, config: Config, reader: Reader,
) -> None:
    chosen = Reader(facts, replace(config, nlp=NlpConfig(backend="linear")))

    assert (chosen.backend.name, backend("linear").name) == ("linear", "linear")
    assert chosen.backend.version != LexiconBackend().version
    assert chosen.version != reader.version


def test_another_model_is_another_version(linear: LinearBackend) -> None:
    assert LinearBackend(model=Model({}, (0.0,) * 6)).version != linear.version


def test_the_model_stands_at_its_floors_on_the_test_part(reader: Reader, linear: LinearBackend, monkeypatch) -> None:
    pinned = json.loads(FLOORS.read_text(encoding="utf-8"))["linear"]
    monkeypatch.setattr(reader, "backend", linear)
    found = measure(reader, [item for item in load_items() if item.part == "test"])

    assert digest() == pinned["collection"], "the collection changed: train anew (docs/coding.md, 8)"
    assert {name: found[name] for name, floor in pinned["test"].items() if found[name] < floor} == {}


def test_the_card_speaks_of_the_model_beside_it() -> None:
    card = MODEL.with_suffix(".md").read_text(encoding="utf-8")
    assert load_model().digest in card
    assert digest() in card
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
    assert model.intercept[1] == model.intercept[5] == -30.0


def test_the_program_writes_model_and_card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    some = [item for item in load_items() if item.part == "train"][::8]
    parts = [replace(item, part="test") if at % 4 == 0 else item for at, item in enumerate(some)]
    monkeypatch.setattr(train, "load_items", lambda: parts)
    monkeypatch.setattr(train, "MODEL", tmp_path / "models" / "linear.skops")
    out = io.StringIO()

    train.main([], out)

    assert out.getvalue().count("linear") == out.getvalue().count("lexicon") == 2
    model = load_model(tmp_path / "models" / "linear.skops")
    assert model.digest in (tmp_path / "models" / "linear.md").read_text(encoding="utf-8")


def test_cross_validation_alone_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, few) -> None:
    monkeypatch.setattr(train, "load_items", lambda: few)
    monkeypatch.setattr(train, "MODEL", tmp_path / "linear.skops")
    train.main(["--cv"], io.StringIO())
    assert list(tmp_path.iterdir()) == []


def test_other_words_are_not_understood() -> None:
    with pytest.raises(WrongUse, match="--cv"):
        train.main(["--all"], io.StringIO())
