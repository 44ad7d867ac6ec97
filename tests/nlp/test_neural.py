"""Transformer models give tone sentence by sentence; stand-ins take the place of torch here (make test-backends)."""

from collections.abc import Sequence
from pathlib import Path

import pytest

import nlp.backends.danlp
import nlp.backends.transformers
from nlp.backends import backend
from nlp.backends.neural import CLASSES, Class, NeuralBackend, device, digest_of
from nlp.backends.protocol import Backend
from nlp.backends.transformers import labels_of, stated
from nlp.pipeline import load
from store.config import config_from
from store.errors import Exit, MissingExtra, WrongConfig, WrongFacts


class Said:
    """A model that has said its probabilities before it is asked."""

    def __init__(self, **shares: float) -> None:
        self.shares: dict[Class, float] = {each: shares.get(each, 0.0) for each in CLASSES}
        self.asked: list[str] = []

    def probabilities(self, texts: Sequence[str]) -> list[dict[Class, float]]:
        self.asked += texts
        return [self.shares for _ in texts]


def reading(model: Said, text: str) -> list[float]:
    found: Backend = NeuralBackend("transformers:x", "x", lambda: model)
    return [each.tone for each in found.read(text, load().sentences(text))]


@pytest.mark.parametrize(("shares", "tone"), [
    ({"positive": 0.8, "negative": 0.2}, 0.8), ({"negative": 0.6, "neutral": 0.4}, -0.6),
    ({"neutral": 0.5, "positive": 0.49}, 0.0), ({"neutral": 1.0}, 0.0),
])
def test_the_tone_of_a_sentence_is_the_share_of_the_class_the_model_decides_on(shares: dict, tone: float) -> None:
    assert reading(Said(**shares), "Sådan er det her.") == [tone]


def test_each_sentence_is_asked_alone_and_as_written() -> None:
    model = Said(neutral=1.0)
    assert reading(model, "Her er RART. Og trygt!") == [0.0, 0.0]
    assert model.asked == ["Her er RART.", "Og trygt!"]


def test_safety_and_its_reasons_come_from_the_lexicon_and_the_reason_for_tone_is_the_sentence() -> None:
    text = "Beboerne er utrygge."
    (score,) = NeuralBackend("danlp", "x", lambda: Said(negative=0.9)).read(text, load().sentences(text))
    assert score.safety < 0
    sentence, word = score.because
    assert (sentence.start, sentence.end, sentence.rule, sentence.tone, sentence.safety) == (
        0, len(text), "danlp: negative", -0.9, 0.0)
    assert (text[word.start:word.end], word.tone) == ("utrygge", 0.0)
    assert word.safety < 0


def test_nothing_is_loaded_before_there_is_a_text() -> None:
    def fail() -> Said:
        raise AssertionError

    found = NeuralBackend("danlp", "x", fail)
    assert found.version
    assert found.read("", []) == []


def test_a_model_trained_further_is_another_version(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"one")
    before = digest_of([tmp_path])
    (tmp_path / "model.safetensors").write_bytes(b"two")
    assert digest_of([tmp_path]) != before
    assert NeuralBackend("danlp", "one", Said).version != NeuralBackend("danlp", "two", Said).version


@pytest.mark.parametrize(("names", "labels"), [
    (["negative", "neutral", "positive"], ("negative", "neutral", "positive")),
    (["Positiv", "Neutral", "Negativ"], ("positive", "neutral", "negative")),
    (["NEU", "POS", "NEG"], ("neutral", "positive", "negative")),
])
def test_labels_are_taken_from_the_model(names: list[str], labels: tuple[str, ...]) -> None:
    config = {"id2label": {str(number): name for number, name in enumerate(names)}}
    assert labels_of("somebody/model", config, {}) == labels


def test_stated_labels_go_before_the_models_own() -> None:
    wrong = {"id2label": {"0": "negative", "1": "neutral", "2": "positive"}}
    known = stated()
    assert labels_of("alexandrainst/da-sentiment-base", wrong, known) == ("positive", "neutral", "negative")


@pytest.mark.parametrize("config", [
    {}, {"id2label": {"0": "LABEL_0", "1": "LABEL_1", "2": "LABEL_2"}}, {"id2label": {"0": "neg", "1": "pos"}},
    {"id2label": {"0": "neg", "1": "neg", "2": "pos"}},
    {"id2label": {"0": "negative", "1": "neutral", "2": "positive", "3": "mixed"}}, {"id2label": ["neg"]},
])
def test_classes_that_are_not_known_are_not_guessed(config: dict) -> None:
    with pytest.raises(WrongConfig, match=r"State which is negative, neutral and positive in transformers\.toml"):
        labels_of("somebody/model", config, {})


def test_a_damaged_list_of_models_names_the_file(tmp_path: Path) -> None:
    (tmp_path / "transformers.toml").write_text("[[models]]\nname = 'x'")
    with pytest.raises(WrongFacts, match=r"transformers\.toml"):
        stated(tmp_path / "transformers.toml")


ROOMS = {"danlp": nlp.backends.danlp, "transformers:a/b": nlp.backends.transformers}


@pytest.mark.parametrize("name", ROOMS)
def test_missing_packages_are_named_with_the_line_that_installs_them(name: str, monkeypatch) -> None:
    monkeypatch.setattr(ROOMS[name], "find_spec", lambda package: None)
    with pytest.raises(MissingExtra) as caught:
        backend(name)
    assert caught.value.exit_code is Exit.WRONG_USE
    said = str(caught.value)
    assert f"needs {'danlp, ' if name == 'danlp' else ''}torch, transformers" in said
    assert f"pip install --editable '.[{name.partition(':')[0]}]'" in said
    assert "\n" not in said


def test_missing_weights_are_named_and_not_fetched(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(nlp.backends.danlp, "find_spec", lambda package: True)
    monkeypatch.setenv("DANLP_CACHE_DIR", str(tmp_path))
    with pytest.raises(MissingExtra, match=r"bert\.pol\.v0\.0\.1.*Fetch them once"):
        backend("danlp")
    monkeypatch.setattr(nlp.backends.transformers, "find_spec", lambda package: True)
    with pytest.raises(MissingExtra, match=r"config\.json"):
        backend(f"transformers:{tmp_path}")


class Machine:
    """The part of torch that says which cards a machine has."""

    def __init__(self, *, cuda: bool, mps: bool) -> None:
        self.cuda = self.backends = self.mps = self
        self._cards = iter([cuda, mps])

    def is_available(self) -> bool:
        return next(self._cards)


@pytest.mark.parametrize(("cuda", "mps", "name"), [
    (True, False, "cuda"), (False, True, "mps"), (False, False, "cpu"),
])
def test_a_graphics_card_is_used_where_there_is_one(cuda: bool, mps: bool, name: str) -> None:
    assert device(Machine(cuda=cuda, mps=mps)) == name


def test_a_folder_in_the_config_is_relative_to_it(tmp_path: Path) -> None:
    config = config_from({"nlp": {"backend": "transformers:./models/tone"}}, tmp_path / "config.toml")
    assert config.nlp.backend == f"transformers:{tmp_path.resolve()}/models/tone"
    assert config_from({"nlp": {"backend": "transformers:a/b"}}, tmp_path / "c").nlp.backend == "transformers:a/b"
