"""An installed ``da_core_news_*`` gives sentences, lemmas and names; a tiny one in the real format is made here."""

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import spacy
from spacy.lookups import Lookups
from spacy.training import Example

from nlp import pipeline
from nlp.lemmas import Lemmas
from nlp.pipeline import load

PEOPLE = ("Hassan Yilmaz", "Grethe Holm", "Amina Noor", "Ole Lund")
INIT = """from spacy.util import load_model_from_init_py
def load(**overrides):
    return load_model_from_init_py(__file__, **overrides)
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Train a model on four names, and lay it out as a release of spaCy's Danish models lies in site-packages."""
    home = tmp_path_factory.mktemp("site-packages")
    nlp = spacy.blank("da", meta={"name": "core_news_sm", "version": "3.8.0"})
    nlp.add_pipe("sentencizer")
    nlp.add_pipe("ner")
    examples = [
        Example.from_dict(nlp.make_doc(f"{name} {verb} på torvet."), {"entities": [(0, len(name), "PER")]})
        for name in PEOPLE for verb in ("stod", "sad")
    ]
    examples += [Example.from_dict(nlp.make_doc(text), {"entities": []})
                 for text in ("Beboerne fik lejligheder.", "Lejligheder er dyre.", "Beboerne stod på torvet.")]
    lookups = Lookups()
    lookups.add_table("lemma_lookup", {"Beboerne": "beboer", "lejligheder": "lejlighed", "fik": "få"})
    optimizer = nlp.initialize(lambda: examples)
    for _ in range(30):
        nlp.update(examples, sgd=optimizer)
    nlp.add_pipe("lemmatizer", config={"mode": "lookup"}).initialize(lambda: examples, nlp=nlp, lookups=lookups)
    package = home / "da_core_news_sm"
    package.mkdir()
    nlp.to_disk(package / "da_core_news_sm-3.8.0")
    (package / "__init__.py").write_text(INIT)
    shutil.copy(package / "da_core_news_sm-3.8.0" / "meta.json", package)
    about = home / "da_core_news_sm-3.8.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: da_core_news_sm\nVersion: 3.8.0\n")
    assert json.loads((package / "meta.json").read_text())["lang"] == "da"
    return home


@pytest.fixture
def path(installed: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.syspath_prepend(str(installed))
    load.cache_clear()
    yield
    load.cache_clear()
    sys.modules.pop("da_core_news_sm", None)


def test_auto_takes_it_for_sentences_and_says_so(path: None) -> None:
    assert pipeline.chosen("auto") == "da_core_news_sm"
    cutter = load("auto")
    assert cutter.version.startswith("da_core_news_sm 3.8.0 spaCy ")
    text = "Beboerne fik lejligheder. Der er ro."
    assert [text[each.start:each.end] for each in cutter.sentences(text)] == ["Beboerne fik lejligheder.", "Der er ro."]


def test_its_lemmas_are_used(path: None) -> None:
    words = [each.word for each in Lemmas("auto").of("Beboerne fik lejligheder.")]
    assert words == ["beboer", "få", "lejlighed"]


def test_the_persons_it_finds_are_no_words(path: None) -> None:
    assert [each.word for each in Lemmas("auto").of("Hassan Yilmaz stod på torvet.")] == ["stod", "torvet"]


def test_without_one_blank_danish_does(installed: Path) -> None:
    assert pipeline.chosen("auto") == "blank"
    assert load("auto").version.startswith("blank")
