"""Which backend reads, and which pipeline cuts."""

import ast
from dataclasses import replace
from pathlib import Path

import pytest
import spacy

import nlp.cutting
import nlp.pipeline
from nlp.backends import backend
from nlp.backends.lexicon import READING, ROOM, LexiconBackend
from nlp.backends.linear import OWN
from nlp.backends.neural import OWN as NEURAL
from nlp.cutting import Sentence
from nlp.pipeline import load
from nlp.reader import Reader
from store.errors import MissingExtra, WrongConfig


@pytest.mark.parametrize(("name", "chosen"), [("default", "linear"), ("linear", "linear"), ("lexicon", "lexicon")])
def test_the_default_is_the_linear_model(name: str, chosen: str) -> None:
    assert backend(name).name == chosen


@pytest.mark.parametrize("name", ["lexikon", "", "transformers:", "bert"])
def test_an_unknown_backend_names_the_known(name: str) -> None:
    with pytest.raises(WrongConfig, match=r"default, lexicon, linear, danlp, transformers:NAME"):
        backend(name)


def test_a_backend_scores_every_sentence() -> None:
    text = "Her er trygt. Byrådet mødes. Her er hærværk."
    good, none, bad = LexiconBackend().read(text, load().sentences(text))
    assert min(good.tone, good.safety) > 0
    assert (none.tone, none.safety, none.because) == (0.0, 0.0, ())
    assert max(bad.tone, bad.safety) < 0


def test_every_module_between_text_and_reading_makes_a_new_version_when_it_changes() -> None:
    needed, waiting = set(), ["reader.py"]
    while waiting:
        name = waiting.pop()
        if name in needed:
            continue
        needed.add(name)
        for node in ast.walk(ast.parse((ROOM / name).read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("nlp."):
                path = Path(*node.module.split(".")[1:])
                waiting.append(str(path / "__init__.py" if (ROOM / path).is_dir() else path.with_suffix(".py")))
    adapters = {"backends/danlp.py", "backends/transformers.py"}  # each adds its own text to its version
    assert needed - {"backends/__init__.py"} == set(READING) | set(OWN) | set(NEURAL) | adapters


def test_a_change_of_names_or_seed_words_makes_a_new_version_and_one_of_sizes_does_not(facts, config, reader) -> None:
    renamed = replace(facts, areas=(replace(facts.areas[0], aliases=()), *facts.areas[1:]))
    resized = replace(facts, areas=(replace(facts.areas[0], sizes=()), *facts.areas[1:]))
    reseeded = replace(facts, themes=facts.themes[1:])
    assert Reader(renamed, config).version != reader.version
    assert Reader(reseeded, config).version != reader.version
    assert Reader(resized, config).version == reader.version


def test_a_danish_model_is_used_when_it_is_installed(monkeypatch) -> None:
    stand_in = spacy.blank("da")
    stand_in.add_pipe("sentencizer")
    asked = []
    monkeypatch.setattr(nlp.pipeline, "_installed", lambda name: "3.8.0" if name == "da_core_news_md" else None)
    monkeypatch.setattr(spacy, "load", lambda name, exclude: asked.append(name) or stand_in)
    load.cache_clear()
    try:
        assert [each.words for each in load("auto").sentences("Et. To.")] == [("et", "."), ("to", ".")]
        assert asked == ["da_core_news_md"]
        assert load("auto").version.startswith("da_core_news_md 3.8.0 spaCy ")
    finally:
        load.cache_clear()


def test_a_named_model_that_is_missing_says_so() -> None:
    with pytest.raises(MissingExtra, match="da_core_news_sm"):
        load("da_core_news_sm")


def test_the_vocabulary_does_not_grow_for_ever(monkeypatch) -> None:
    monkeypatch.setattr(nlp.pipeline, "VOCABULARY", 0)
    monkeypatch.setattr(nlp.cutting, "KNOWN", 0)
    assert len(load().sentences("Et nyt ord. Et til.")) == 2


def cut(text: str) -> list[str]:
    return [text[each.start:each.end] for each in load().sentences(text)]


@pytest.mark.parametrize(("text", "sentences"), [
    ("", []), (" \n ", []), ("Et. To.", ["Et.", "To."]),
    ("Den 1. maj kl. 10 kom ca. 30 pct. af f.eks. nr. 5.", ["Den 1. maj kl. 10 kom ca. 30 pct. af f.eks. nr. 5."]),
    ("Der kom bl.a. mange.", ["Der kom bl.a. mange."]),
    ("Han sagde: »Jeg er tryg.« Så gik han.", ["Han sagde: »Jeg er tryg.«", "Så gik han."]),
    ("Det brænder. »Hjælp,« råbte hun.", ["Det brænder.", "»Hjælp,« råbte hun."]),
    ("Overskrift uden punktum\n\nBrødtekst.", ["Overskrift uden punktum", "Brødtekst."]),
    ("Er her trygt? Ja! Meget... rart", ["Er her trygt?", "Ja!", "Meget... rart"]),
    ("- Vollsmose\n- Gellerup", ["- Vollsmose", "- Gellerup"]),
    ("Han bor på 2. sal.", ["Han bor på 2. sal."]),
])
def test_sentences(text: str, sentences: list[str]) -> None:
    assert cut(text) == sentences


def test_a_text_without_full_stops_is_cut_and_an_endless_word_shortened() -> None:
    assert all(len(each.words) <= 200 for each in load().sentences("ord " * 1000))
    assert load().sentences("x" * 5000) == [Sentence(0, 200, ("x" * 200,), (0,))]
