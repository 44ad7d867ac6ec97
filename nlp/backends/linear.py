"""Give a tone by a trained linear model over words, lemmas, their pairs, lexicon and rules."""

from __future__ import annotations

import hashlib
import math
import warnings
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from itertools import pairwise
from operator import attrgetter
from pathlib import Path
from typing import Any

from nlp.backends.lexicon import ROOM, code_digest
from nlp.backends.protocol import Score
from nlp.cutting import Sentence
from nlp.features import PAIR, Extractor, Features, length_scale, of_word, pairs
from nlp.gazetteer import Gazetteer
from nlp.lexicon import Lexicon, load_lexicon
from nlp.rules import Weight
from store.errors import MissingExtra, WrongFacts

MODEL = ROOM.parent / "data" / "models" / "linear.skops"

OWN = ("backends/linear.py", "features.py", "lemmas.py")
"""The modules that decide a score of this backend beside those of the lexicon."""

COLUMNS = ("negative", "neutral", "positive", "unsafe", "none", "safe")
"""What the six weights of a feature speak for: three classes of tone, three of safety."""

TRUSTED: list[str] = []
"""Types a model file may hold beyond skops' own safe ones (numbers, strings, arrays): none."""

DEAD = 0.15
"""A sentence nearer to 0 says nothing, so that it dilutes the others only as a silent one does (nlp/tone.py)."""

REASONS = 6
LEAST_REASON = 0.15
"""The words shown as reasons: so many of a sentence, and none that moves the log odds by less."""

MEMORY = 100_000
_START = attrgetter("start")

Six = tuple[float, float, float, float, float, float]
_NOTHING: Six = (0.0,) * 6
_SIX = range(6)


@dataclass(frozen=True)
class Model:
    """Weights of each feature in the order of :data:`COLUMNS`, and what stands where no feature speaks."""

    weights: Mapping[str, Six]
    intercept: Six

    @property
    def digest(self) -> str:
        """SHA-256 of what decides a score, independent of how the file is packed."""
        said = repr((sorted(self.weights.items()), self.intercept))
        return hashlib.sha256(said.encode()).hexdigest()


class LinearBackend:
    """The trained reader. ``names``: the areas whose names the model must not see."""

    name = "linear"

    def __init__(
        self, names: Gazetteer | None = None, model: Model | None = None, lexicon: Lexicon | None = None
    ) -> None:
        lexicon = lexicon or load_lexicon()
        self._model = model or load_model()
        self._features = Extractor(lexicon, names)
        self._words = _Sums(self._model, of_word)
        self._pairs = _Sums(self._model, pairs)
        said = [code_digest(), lexicon.digest, self._model.digest, version("simplemma"),
                *((ROOM / each).read_text("utf-8") for each in OWN)]
        self.version = hashlib.sha256("".join(said).encode()).hexdigest()[:16]

    def knows(self, form: str) -> bool:
        """Say whether the form or its lemma stood in what the model learnt from."""
        return any(name in self._model.weights for name in of_word(form))

    def read(self, text: str, sentences: Sequence[Sentence]) -> list[Score]:
        """Score each sentence: the probability of good less that of bad."""
        return [self._score(found) for found in self._features.features(text, sentences)]

    def _score(self, found: Features) -> Score:
        if not any(word[:1].isalpha() for word in found.words):
            return Score(0.0, 0.0)  # signs alone
        weights = self._model.weights
        scale = length_scale(found.words)
        single = [self._words[word] for word in found.words]
        double = [each for pair in pairwise(found.words) if (each := self._pairs[pair]) is not _NOTHING]
        logits = [
            start + scale * (sum(one) + PAIR * sum(two))
            for start, one, two in zip(self._model.intercept, zip(*single, strict=True),
                                       zip(*(double or [_NOTHING]), strict=True), strict=True)
        ]
        for name, value in found.plain.items():
            if (six := weights.get(name)) is not None:
                for column in _SIX:
                    logits[column] += six[column] * value
        tone, safety = balance(logits[:3]), balance(logits[3:])
        because = self._because(found, single, scale) if tone or safety else ()
        return Score(tone, safety, because, tuple(logits))

    def _because(self, found: Features, single: Sequence[Six], scale: float) -> tuple[Weight, ...]:
        """Name the words that moved the log odds of good against bad most; a word of the lexicon with its rule."""
        said = [(scale * (each[2] - each[0]), scale * (each[5] - each[3])) for each in single]
        taken: set[int] = set()
        reasons: list[Weight] = []
        tones, safeties = self._of_lexicon(found) if found.weights else (0.0, 0.0)
        for weight in found.weights:
            inside = range(bisect_left(found.starts, weight.start), bisect_left(found.starts, weight.end))
            tone = tones * weight.tone + sum(said[at][0] for at in inside if at not in taken)
            safety = safeties * weight.safety + sum(said[at][1] for at in inside if at not in taken)
            taken.update(inside)
            reasons.append(Weight(weight.start, weight.end, weight.rule, tone, safety))
        reasons += [
            Weight(found.starts[at], found.ends[at], f"linear: {found.words[at]}", tone, safety)
            for at, (tone, safety) in enumerate(said) if at not in taken and abs(tone) + abs(safety) >= LEAST_REASON
        ]
        reasons.sort(key=_strength)
        return tuple(sorted(
            (each for each in reasons[:REASONS] if abs(each.tone) + abs(each.safety) >= LEAST_REASON), key=_START))

    def _of_lexicon(self, found: Features) -> tuple[float, float]:
        """What one unit of lexicon tone, and one of safety, is worth in this sentence."""
        worth = [0.0, 0.0]
        for name, value in found.plain.items():
            each = self._model.weights.get(name)
            if each is not None and name.startswith(("=", "#tone", "#safety")):
                worth[0] += (each[2] - each[0]) * value
                worth[1] += (each[5] - each[3]) * value
        tones = sum(each.tone for each in found.weights)
        safeties = sum(each.safety for each in found.weights)
        return (worth[0] / tones if abs(tones) > 0.1 else 0.0, worth[1] / safeties if abs(safeties) > 0.1 else 0.0)


class _Sums(dict[Any, Six]):
    """The weights of a word, or of a pair of words, summed over its features, once for each."""

    def __init__(self, model: Model, features: Callable[[Any], Iterable[str]]) -> None:
        super().__init__()
        self._weights = model.weights
        self._features = features

    def __missing__(self, said: Any) -> Six:
        if len(self) >= MEMORY:
            self.clear()
        parts = [self._weights[name] for name in self._features(said) if name in self._weights]
        found = self[said] = _six(sum(each[column] for each in parts) for column in _SIX) if parts else _NOTHING
        return found


def _strength(weight: Weight) -> tuple[float, int]:
    return -abs(weight.tone) - abs(weight.safety), weight.start


def balance(logits: Sequence[float]) -> float:
    """Return the probability of the last class less that of the first, 0 where it is within :data:`DEAD`."""
    top = max(logits)
    bad, none, good = (math.exp(each - top) for each in logits)
    found = (good - bad) / (bad + none + good)
    return found if abs(found) >= DEAD else 0.0


def _six(values: Iterator[float]) -> Six:
    one, two, three, four, five, six = values
    return one, two, three, four, five, six


@lru_cache(maxsize=2)
def load_model(path: Path = MODEL) -> Model:
    """Load a model written by ``python -m nlp.train``; nothing in the file is run.

    Raises :class:`MissingExtra` where skops is not installed, :class:`WrongFacts` for a file that is no such model.
    """
    remedy = "Make it anew: python -m nlp.train"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from skops.io import load
    except ImportError as error:
        raise MissingExtra("the backend 'linear' needs scikit-learn and skops", where="config.toml [nlp] backend",
                           do="Install them, or use 'lexicon'") from error
    try:
        content: Any = load(path, trusted=TRUSTED)
        names, table, start = content["features"].split("\n"), content["weights"].tolist(), content["intercept"]
        weights = {name: _six(iter(row)) for name, row in zip(names, table, strict=True)}
        return Model(weights, _six(iter(start.tolist())))
    except Exception as error:  # a damaged or foreign file fails anywhere inside skops
        raise WrongFacts(f"the model can't be loaded ({type(error).__name__})", where=path, do=remedy) from error
