"""Reach any three-class Danish model that lies on this machine in the format of the transformers library."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

from nlp.backends.neural import CLASSES, Class, Loaded, NeuralBackend, Scorer, digest_of
from store.errors import MissingExtra, WrongConfig, WrongFacts

PREFIX = "transformers:"
STATED = Path(__file__).resolve().parent.parent.parent / "data" / "models" / "transformers.toml"
"""Labels of models that do not name them, or name them wrongly."""

WHERE = "config.toml [nlp] backend"
STARTS: Mapping[Class, tuple[str, ...]] = {"negative": ("neg",), "neutral": ("neu",), "positive": ("pos",)}
"""How models name the three: negative, negativ, NEG, neg …"""


def transformers_backend(name: str) -> NeuralBackend:
    """Return the backend ``transformers:NAME``, NAME a folder or a model of the hub that was fetched before.

    Local files only: reading fetches nothing. Raises :class:`MissingExtra` for packages or files,
    :class:`WrongConfig` for a model whose three classes are not known.
    """
    missing = [each for each in ("torch", "transformers") if find_spec(each) is None]
    if missing:
        raise MissingExtra(f"the backend '{name}' needs {', '.join(missing)}", where=WHERE,
                           do="Install them: .venv/bin/pip install --editable '.[transformers]'")
    model = name.removeprefix(PREFIX)
    folder = _folder(model)
    labels = labels_of(model, _config(folder), stated())
    said = f"{labels} {digest_of([folder])} {Path(__file__).read_text('utf-8')}"
    return NeuralBackend(name, said, lambda: Scorer(_load(folder, labels)))


def _folder(model: str) -> Path:
    path = Path(model)
    if path.is_absolute():
        if (path / "config.json").is_file():
            return path
        raise MissingExtra(f"there is no model in {path}", where=WHERE, do="Name the folder that holds its config.json")
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    try:
        folder = Path(snapshot_download(model, local_files_only=True))
    except (LocalEntryNotFoundError, HfHubHTTPError, HFValidationError, ValueError) as error:
        raise MissingExtra(f"the model '{model}' is not on this machine", where=WHERE,
                           do=f"Fetch it once: .venv/bin/hf download {model}") from error
    if not (folder / "config.json").is_file():
        raise MissingExtra(f"the model '{model}' was fetched in part", where=WHERE,
                           do=f"Fetch it once more: .venv/bin/hf download {model}")
    return folder


def _config(folder: Path) -> Mapping[str, object]:
    try:
        found = json.loads((folder / "config.json").read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise WrongConfig(f"config.json can't be read ({error})", where=folder, do="Fetch the model anew") from error
    return found if isinstance(found, dict) else {}


def stated(path: Path = STATED) -> dict[str, Sequence[str]]:
    """Read the labels stated in ``data/models/transformers.toml``, by model. Raises :class:`WrongFacts`."""
    try:
        table = tomllib.loads(path.read_text("utf-8"))
        return {each["name"]: each["labels"] for each in table["models"]}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise WrongFacts(f"it can't be read ({error})", where=path, do="Give each model a name and labels") from error


def labels_of(model: str, config: Mapping[str, object], known: Mapping[str, Sequence[str]]) -> tuple[Class, ...]:
    """Say which class each output of ``model`` is: as stated, else by the names in its own config.

    Raises :class:`WrongConfig` where that does not give each of the three once.
    """
    named = known.get(model) or _own(config)
    found = tuple(next((each for each in CLASSES if label.lower().startswith(STARTS[each])), None) for label in named)
    classes = tuple(each for each in found if each is not None)
    if len(found) == len(classes) == 3 and set(classes) == set(CLASSES):
        return classes
    said = ", ".join(named) or "nothing"
    raise WrongConfig(f"the model '{model}' names its classes {said}", where=WHERE,
                      do=f"State which is negative, neutral and positive in {STATED.name} (data/models)")


def _own(config: Mapping[str, object]) -> Sequence[str]:
    names = config.get("id2label")
    if not isinstance(names, dict):
        return ()
    return [str(names[each]) for each in sorted(names, key=lambda key: (len(key), key))]


def _load(folder: Path, labels: tuple[Class, ...]) -> Loaded:
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    model = AutoModelForSequenceClassification.from_pretrained(folder, local_files_only=True)
    return Loaded(tokenizer, model, labels)
