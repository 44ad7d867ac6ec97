"""Reach DaNLP's BERT Tone through the danlp package: what is odd about it stays in here."""

from __future__ import annotations

import os
import warnings
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from nlp.backends.neural import Class, Loaded, NeuralBackend, Scorer, digest_of
from store.errors import MissingExtra

LABELS: tuple[Class, ...] = ("positive", "neutral", "negative")
"""The order the weights were trained in; their own ``id2label`` is not to be relied on (danlp's documentation)."""

POLARITY = Path("bert.polarity", "bert.pol.v0.0.1")
SUBJECTIVITY = Path("bert.subjective", "bert.sub.v0.0.1")
"""Where danlp keeps the two halves of BERT Tone. It loads both; only the first is asked."""

NEEDS = ("danlp", "torch", "transformers", "gensim")
WHERE = "config.toml [nlp] backend"


def danlp_backend() -> NeuralBackend:
    """Return the backend ``danlp``.

    danlp fetches what it misses over plain HTTP: nothing is loaded before both halves lie in ``DANLP_CACHE_DIR``, else
    ``~/.danlp``. Raises :class:`MissingExtra` for the packages or the weights.
    """
    missing = [name for name in NEEDS if find_spec(name) is None]
    if missing:
        raise MissingExtra(f"the backend 'danlp' needs {', '.join(missing)}", where=WHERE,
                           do="Install them: .venv/bin/pip install --editable '.[danlp]'")
    cache = Path(os.environ.get("DANLP_CACHE_DIR") or Path.home() / ".danlp")
    for folder in (POLARITY, SUBJECTIVITY):
        if not (cache / folder / "config.json").is_file():
            raise MissingExtra(
                f"the weights of BERT Tone are not in {cache / folder}", where=WHERE,
                do="Fetch them once, 800 MB over plain HTTP: "
                   ".venv/bin/python -c 'from danlp.models import load_bert_tone_model as load; load()'")
    said = f"danlp {version('danlp')} {LABELS} {digest_of([cache / POLARITY])} {Path(__file__).read_text('utf-8')}"
    return NeuralBackend("danlp", said, lambda: Scorer(_load(cache)))


def _load(cache: Path) -> Loaded:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # danlp was last released in 2022, and its imports show it
        from danlp.models import load_bert_tone_model

        tone = load_bert_tone_model(cache_dir=str(cache))
    # danlp drops line breaks and tabs without a space, which would glue the words around them together
    return Loaded(tone.tokenizer_pol, tone.model_pol, LABELS, lambda text: tone._clean(" ".join(text.split())))
