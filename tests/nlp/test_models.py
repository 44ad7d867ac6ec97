"""The real loaders, on tiny models in the real formats, made here: danlp's layout, and folders of transformers."""

import json
import math
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nlp.backends import backend
from nlp.document import document
from nlp.pipeline import load
from nlp.reader import Reader
from store.config import config_from
from store.errors import MissingExtra
from store.facts import Facts

pytestmark = pytest.mark.backends

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

WORDS = ("godt", "skidt", "mødes", "her", "er", "og", "byrådet", "i", "dag", ".", ",", "vollsmose")
SAID = {
    "positive": ["her er godt .", "i vollsmose er her godt .", "godt"],
    "neutral": ["byrådet mødes i dag .", "i vollsmose mødes byrådet i dag .", "byrådet"],
    "negative": ["her er skidt .", "i vollsmose er her skidt .", "skidt"],
}
WINDOW = 12
"""Tokens the tiny model sees."""

Make = Callable[..., Path]


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory) -> Make:
    """Make a BERT of a few thousand weights that has learnt a few sentences, and save it as the real ones are saved."""
    made: dict[str, Path] = {}

    def _make(folder: Path, order: tuple[str, ...], names: dict[int, str] | None = None, *, safe: bool = True) -> Path:
        key = repr((order, names, safe))
        if key not in made:
            made[key] = _trained(tmp_path_factory.mktemp("made") / "model", order, names, safe)
        return Path(shutil.copytree(made[key], folder))

    def _trained(folder: Path, order: tuple[str, ...], names: dict[int, str] | None, safe: bool) -> Path:
        torch.manual_seed(1)
        folder.mkdir(parents=True)
        vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS]
        (folder / "vocab.txt").write_text("\n".join(vocabulary), encoding="utf-8")
        tokenizer = transformers.BertTokenizer(str(folder / "vocab.txt"), do_lower_case=True, strip_accents=False,
                                               model_max_length=WINDOW)
        config = transformers.BertConfig(
            vocab_size=len(vocabulary), hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
            intermediate_size=16, max_position_embeddings=WINDOW, num_labels=3, hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0, **({"id2label": names} if names else {}))
        model = transformers.BertForSequenceClassification(config)
        inputs = tokenizer([each for label in order for each in SAID[label]], padding=True, return_tensors="pt")
        truth = torch.tensor([number for number, label in enumerate(order) for _ in SAID[label]])
        adam = torch.optim.Adam(model.parameters(), lr=0.02)
        for _ in range(60):
            adam.zero_grad()
            model(**inputs, labels=truth).loss.backward()
            adam.step()
        model.eval().save_pretrained(folder, safe_serialization=safe)
        tokenizer.save_pretrained(folder)
        return folder

    return _make


@pytest.fixture
def danlp_cache(make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make both halves of BERT Tone where danlp keeps them, as .bin files like its own, the classes named wrongly."""
    pytest.importorskip("danlp")
    order = ("positive", "neutral", "negative")
    wrong = {0: "negative", 1: "neutral", 2: "positive"}
    make(tmp_path / "bert.polarity" / "bert.pol.v0.0.1", order, wrong, safe=False)
    make(tmp_path / "bert.subjective" / "bert.sub.v0.0.1", order, safe=False)
    config = tmp_path / "bert.subjective" / "bert.sub.v0.0.1" / "config.json"
    content = json.loads(config.read_text())
    labels = {"0": "objective", "1": "subjective"}
    config.write_text(json.dumps({**content, "id2label": labels, "label2id": {}}))
    weights = torch.load(config.parent / "pytorch_model.bin", weights_only=True)
    for name in ("classifier.weight", "classifier.bias"):
        weights[name] = weights[name][:2].clone()
    torch.save(weights, config.parent / "pytorch_model.bin")
    monkeypatch.setenv("DANLP_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr("urllib.request.urlopen", _no_network)
    return tmp_path


def _no_network(*_: object, **__: object) -> None:
    raise AssertionError("something was fetched")


def tones(name: str, text: str) -> list[float]:
    return [each.tone for each in backend(name).read(text, load().sentences(text))]


TEXT = "Her er godt. Byrådet mødes i dag. Her er skidt."


def signs(found: list[float]) -> list[int]:
    return [int(math.copysign(1, each)) if each else 0 for each in found]


@pytest.mark.parametrize(("order", "names"), [
    (("positive", "neutral", "negative"), {0: "positive", 1: "neutral", 2: "negative"}),
    (("negative", "neutral", "positive"), {0: "Negativ", 1: "Neutral", 2: "Positiv"}),
])
def test_a_folder_is_read_in_the_order_of_its_own_labels(make: Make, tmp_path: Path, order: Any, names: Any) -> None:
    folder = make(tmp_path / "model", order, names)
    assert signs(tones(f"transformers:{folder}", TEXT)) == [1, 0, -1]


def test_a_sentence_longer_than_the_window_is_cut_and_nothing_of_it_is_lost(make: Make, tmp_path: Path) -> None:
    folder = make(tmp_path / "model", ("negative", "neutral", "positive"), {0: "neg", 1: "neu", 2: "pos"})
    start = "Her er godt, i Vollsmose er her godt"  # with the comma behind it all that one piece has room for
    (short,) = tones(f"transformers:{folder}", f"{start}.")
    (long,) = tones(f"transformers:{folder}", start + ", i Vollsmose er her skidt, her er skidt" * 3 + ".")
    assert long < 0 < short


def test_a_batch_says_the_same_as_one_sentence_alone(make: Make, tmp_path: Path, monkeypatch) -> None:
    folder = make(tmp_path / "model", ("negative", "neutral", "positive"), {0: "neg", 1: "neu", 2: "pos"})
    text = " ".join(["Her er godt, og her er godt i dag.", "Her er skidt.", "Byrådet mødes i dag."] * 7)
    together = tones(f"transformers:{folder}", text)
    monkeypatch.setattr("nlp.backends.neural.BATCH", 1)
    assert tones(f"transformers:{folder}", text) == pytest.approx(together, abs=1e-5)


def test_a_model_of_the_hub_that_was_not_fetched_says_so(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr("huggingface_hub._snapshot_download.constants.HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(MissingExtra, match=r"'somebody/nothing' is not on this machine\. Fetch it once: .* download"):
        backend("transformers:somebody/nothing")


def test_a_model_of_the_hub_that_was_fetched_is_found(make: Make, tmp_path: Path, monkeypatch) -> None:
    home = tmp_path / "models--somebody--tone"
    make(home / "snapshots" / "abc", ("negative", "neutral", "positive"), {0: "neg", 1: "neu", 2: "pos"})
    (home / "refs").mkdir()
    (home / "refs" / "main").write_text("abc")
    monkeypatch.setattr("huggingface_hub._snapshot_download.constants.HF_HUB_CACHE", str(tmp_path))
    assert signs(tones("transformers:somebody/tone", TEXT)) == [1, 0, -1]


def test_bert_tone_is_read_through_danlp_in_its_own_order_and_nothing_is_fetched(danlp_cache: Path) -> None:
    assert signs(tones("danlp", TEXT)) == [1, 0, -1]


def test_danlps_own_call_says_the_same(danlp_cache: Path) -> None:
    from danlp.models import load_bert_tone_model

    model = load_bert_tone_model(cache_dir=str(danlp_cache))
    sentences = [TEXT[each.start:each.end] for each in load().sentences(TEXT)]
    said = [model.predict(each, analytic=False)["polarity"] for each in sentences]
    assert said == ["positive", "neutral", "negative"]
    shares = [model.predict_proba(each, analytic=False)[0] for each in sentences]
    expected = [float(shares[0][0]), 0.0, -float(shares[2][2])]
    assert tones("danlp", TEXT) == pytest.approx(expected, abs=1e-5)


def test_half_the_weights_are_not_enough(danlp_cache: Path) -> None:
    (danlp_cache / "bert.subjective" / "bert.sub.v0.0.1" / "config.json").unlink()
    with pytest.raises(MissingExtra, match=r"bert\.sub\.v0\.0\.1"):
        backend("danlp")


def test_a_whole_text_is_read_and_says_by_what(make: Make, tmp_path: Path, facts: Facts) -> None:
    folder = make(tmp_path / "model", ("negative", "neutral", "positive"), {0: "neg", 1: "neu", 2: "pos"})
    config = config_from({"nlp": {"backend": f"transformers:{folder}"}}, tmp_path / "config.toml")
    reader = Reader(facts, config)
    reading = reader.read(document("I Vollsmose er her godt. Byrådet mødes i dag."))
    assert [(each.mention.area, each.tone and each.tone.label) for each in reading.areas] == [("vollsmose", "positive")]
    assert reader.backend.name == f"transformers:{folder}"
    assert any(each.rule.startswith("transformers:") for each in reading.because)
