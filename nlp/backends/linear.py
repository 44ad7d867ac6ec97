"""Give a tone by a trained linear model over words, lemmas, their pairs, lexicon and rules."""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Sequence
from functools import cached_property
from importlib.metadata import version
from itertools import pairwise
from operator import attrgetter
from pathlib import Path

import numpy as np

from nlp.backends.lexicon import ROOM, code_digest
from nlp.backends.protocol import Score
from nlp.bearing import relative
from nlp.cutting import Sentence
from nlp.features import Extractor, Features, length_scale, of_word
from nlp.gazetteer import Gazetteer
from nlp.learnt import LearntThemes
from nlp.lexicon import Lexicon, load_lexicon
from nlp.model import CLASSES, MODEL, Array, Model, Sums, load_model
from nlp.rules import Weight

OWN = ("backends/linear.py", "features.py", "learnt.py", "lemmas.py", "model.py")
"""The modules that decide a score of this backend beside those of the lexicon."""

DEAD = 0.15
"""A sentence nearer to 0 says nothing, so that it dilutes the others only as a silent one does (nlp/tone.py)."""

REASONS = 6
LEAST_REASON = 0.15
"""The words shown as reasons: so many of a sentence, and none that moves the log odds by less."""

_START = attrgetter("start")
_COLUMNS = slice(0, len(CLASSES))


class LinearBackend:
    """The trained reader. ``names``: the areas whose names the model must not see. The model is loaded when first used.

    ``model``: one that is not kept in a file.
    """

    name = "linear"

    def __init__(
        self, names: Gazetteer | None = None, model: Model | None = None, lexicon: Lexicon | None = None
    ) -> None:
        lexicon = lexicon or load_lexicon()
        self._given = model
        self._features = Extractor(lexicon, names)
        said = [code_digest(), lexicon.digest, model.digest if model else _file_digest(MODEL), version("simplemma"),
                *((ROOM / each).read_text("utf-8") for each in OWN)]
        self.version = hashlib.sha256("".join(said).encode()).hexdigest()[:16]

    @cached_property
    def model(self) -> Model:
        """The model, loaded when first asked for: a run with nothing to read does without the second that takes."""
        return self._given or load_model()

    @cached_property
    def _weights(self) -> tuple[Array, Array]:
        weights, start = self.model.part(_COLUMNS)
        return np.vstack([weights, np.zeros_like(weights[:1])]), start  # the last row: a feature not known

    @cached_property
    def _sums(self) -> Sums:
        return Sums(self.model.rows, self._weights[0])

    def knows(self, form: str) -> bool:
        """Say whether the form or its lemma stood in what the model learnt from."""
        return any(name in self.model.rows for name, _ in of_word(form)[:2])

    def themes(self) -> LearntThemes:
        """Give the themes the model has learnt."""
        return LearntThemes(lambda: self.model, self._features)

    def read(self, text: str, sentences: Sequence[Sentence], *, because: bool = False) -> list[Score]:
        """Score each sentence: the probability of good less that of bad."""
        found = list(self._features.features(text, sentences))
        return [self._score(each, odds, because) for each, odds in zip(found, self._odds(found), strict=True)]

    def _odds(self, found: Sequence[Features]) -> list[list[float]]:
        """Sum the weights of all sentences at once: a list of log odds each."""
        if not found:
            return []
        weights, start = self._weights
        known, sums, nothing = self.model.rows, self._sums, len(weights) - 1
        sums.make_room()
        rows: list[int] = []
        plain: list[int] = []
        values: list[float] = []
        begun, begun_plain, scales = [], [], []
        for each in found:
            begun.append(len(rows))
            rows.append(0)  # of a sentence without words too
            rows += [sums[word] for word in each.words]
            rows += [sums[pair] for pair in pairwise(each.words)]
            scales.append(length_scale(len(each.words)))
            begun_plain.append(len(plain))
            plain += [known.get(name, nothing) for name in each.plain]
            values += each.plain.values()
        said = np.add.reduceat(sums.table[rows], begun) * np.array(scales, np.float32)[:, None]
        beside = np.add.reduceat(weights[plain] * np.array(values, np.float32)[:, None], begun_plain)
        odds: list[list[float]] = (start + said + beside).tolist()
        return odds

    def _score(self, found: Features, odds: Sequence[float], because: bool) -> Score:
        if not any(word[:1].isalpha() for word in found.words):
            return Score(0.0, 0.0)  # signs alone
        tone, safety = balance(odds[:3]), balance(odds[3:6])
        reasons = self._because(found) if because and (tone or safety) else ()
        return Score(tone, safety, reasons, tuple(odds))

    def _because(self, found: Features) -> tuple[Weight, ...]:
        """Name the words that moved the log odds of good against bad most; a word of the lexicon with its rule."""
        scale, rows = length_scale(len(found.words)), [self._sums[word] for word in found.words]
        single = self._sums.table[rows]
        said = [(scale * (each[2] - each[0]), scale * (each[5] - each[3])) for each in single.tolist()]
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
            if name in self.model.rows and name.startswith(("=", "#tone", "#safety")):
                each = self._weights[0][self.model.rows[name]].tolist()
                worth[0] += (each[2] - each[0]) * value
                worth[1] += (each[5] - each[3]) * value
        tones = sum(each.tone for each in found.weights)
        safeties = sum(each.safety for each in found.weights)
        return (worth[0] / tones if abs(tones) > 0.1 else 0.0, worth[1] / safeties if abs(safeties) > 0.1 else 0.0)


def _file_digest(path: Path) -> str:
    """Tell the file of one model from that of another without loading it."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""  # said where the model is asked for


def _strength(weight: Weight) -> tuple[float, int]:
    return -abs(weight.tone) - abs(weight.safety), weight.start


def balance(logits: Sequence[float]) -> float:
    """Return the probability of the last class less that of the first, 0 where it is within :data:`DEAD`."""
    bad, none, good = relative(logits)
    found = (good - bad) / (bad + none + good)
    return found if abs(found) >= DEAD else 0.0
