"""Hold the weights of the trained model, and sum them over the words of a text."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from nlp.features import PAIR, of_word, pairs
from store.errors import MissingExtra, WrongFacts

MODEL = Path(__file__).resolve().parent.parent / "data" / "models" / "linear.skops"

CLASSES = (
    "negative", "neutral", "positive", "unsafe", "none", "safe", "text negative", "text neutral", "text positive",
)
"""The first columns of the weights: tone towards an area, safety, and tone of a text that is about no area.

Behind them stands a column for each theme, by its id.
"""

TRUSTED: list[str] = []
"""Types a model file may hold beyond skops' own safe ones (numbers, strings, arrays): none."""

STEP = 1000
"""Weights are kept in thousandths, so that the last digits of a machine's arithmetic change neither score nor file."""

MEMORY = 300_000
"""Words, and pairs of words, whose sums are kept at hand."""

Array = np.ndarray[Any, np.dtype[np.float32]]


@dataclass(frozen=True, eq=False)
class Model:
    """Weights in thousandths, shape (features, columns), and what stands where no feature speaks, shape (columns,)."""

    features: tuple[str, ...]
    columns: tuple[str, ...]
    weights: np.ndarray[Any, np.dtype[np.int16]]
    intercept: np.ndarray[Any, np.dtype[np.int32]]

    @cached_property
    def rows(self) -> dict[str, int]:
        """The row of each feature, by its name."""
        return {name: row for row, name in enumerate(self.features)}

    @cached_property
    def digest(self) -> str:
        """SHA-256 of what decides a score, independent of how the file is packed."""
        said = hashlib.sha256("\n".join((*self.features, "", *self.columns)).encode())
        for numbers in (self.weights, self.intercept):
            said.update(np.ascontiguousarray(numbers).astype(f"<i{numbers.itemsize}").tobytes())
        return said.hexdigest()

    def __eq__(self, other: object) -> bool:
        """Compare what decides a score."""
        return isinstance(other, Model) and self.digest == other.digest

    __hash__ = None  # type: ignore[assignment]

    def weight(self, feature: str, column: str) -> float:
        """Return one weight, 0 for a feature that the model does not know."""
        row = self.rows.get(feature)
        return 0.0 if row is None else float(self.weights[row, self.columns.index(column)]) / STEP

    def part(self, columns: slice | Sequence[int]) -> tuple[Array, Array]:
        """Return weights and intercept of some columns as numbers, shapes (features, columns) and (columns,)."""
        weights = (self.weights[:, columns] / STEP).astype(np.float32)
        return weights, (self.intercept[columns] / STEP).astype(np.float32)


class Sums(dict[Any, int]):
    """The row in ``table`` of each word, and of each pair of words: its weights summed over its features, once.

    Row 0 holds nothing. :meth:`make_room` goes before the look-ups for a text.
    """

    def __init__(self, rows: dict[str, int], weights: Array) -> None:
        super().__init__()
        self._rows = rows
        self._weights = weights
        self._size = 1
        self.table = np.zeros((1024, weights.shape[1]), np.float32)

    def make_room(self) -> None:
        """Forget pairs that the model does not know, and where that is not enough, everything.

        Rows given before are worth nothing then.
        """
        if len(self) <= MEMORY:
            return
        kept = {key: row for key, row in self.items() if row or isinstance(key, str)}
        self.clear()
        if len(kept) <= MEMORY / 2:
            self.update(kept)
        else:
            self._size = 1

    def __missing__(self, key: str | tuple[str, str]) -> int:
        features = of_word(key) if isinstance(key, str) else [(name, PAIR) for name in pairs(key)]
        said = [(row, factor) for name, factor in features if (row := self._rows.get(name)) is not None]
        if not said:
            self[key] = 0
            return 0
        if self._size == len(self.table):
            self.table = np.vstack([self.table, np.zeros_like(self.table)])
        found, factors = zip(*said, strict=True)
        self.table[self._size] = np.array(factors, np.float32) @ self._weights[list(found)]
        self[key] = self._size
        self._size += 1
        return self._size - 1


@lru_cache(maxsize=2)
def load_model(path: Path = MODEL) -> Model:
    """Load a model written by ``python -m nlp.train``; nothing in the file is run.

    Raises :class:`MissingExtra` where skops is not installed, :class:`WrongFacts` for a file that is no such model.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from skops.io import load
    except ImportError as error:
        raise MissingExtra("the backend 'linear' needs scikit-learn and skops", where="config.toml [nlp] backend",
                           do="Install them, or use 'lexicon'") from error
    try:
        content: Any = load(path, trusted=TRUSTED)
        model = Model(tuple(content["features"].split("\n")), tuple(content["columns"].split("\n")),
                      content["weights"], content["intercept"])
        whole = model.weights.shape == (len(model.features), len(model.columns))
        if not whole or model.columns[:len(CLASSES)] != CLASSES or model.intercept.shape != (len(model.columns),):
            raise ValueError(model.columns)
        return model
    except Exception as error:  # a damaged or foreign file fails anywhere inside skops
        raise WrongFacts(f"the model can't be loaded ({type(error).__name__})", where=path,
                         do="Make it anew: python -m nlp.train") from error
