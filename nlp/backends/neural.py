"""Score sentences with a three-class transformer model; where its files come from is its adapter's matter."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, Protocol, get_args

from nlp.backends.lexicon import ROOM, LexiconBackend
from nlp.backends.protocol import Score
from nlp.cutting import Sentence
from nlp.rules import Weight

Class = Literal["negative", "neutral", "positive"]
CLASSES: tuple[Class, ...] = get_args(Class)

BATCH = 32
"""Pieces scored at once, of like length; more gains little on a processor and fills a small graphics card."""

OWN = ("backends/neural.py",)
"""The modules that decide a score of every model beside those of the lexicon."""


@dataclass(frozen=True)
class Loaded:
    """A tokenizer and a model as ``transformers`` loads them, which class each output is, and what texts lose first."""

    tokenizer: Any
    model: Any
    labels: tuple[Class, ...]
    clean: Callable[[str], str] = str


class Scores(Protocol):
    """What gives texts the probabilities of the three classes."""

    def probabilities(self, texts: Sequence[str]) -> Sequence[Mapping[Class, float]]:
        """Score ``texts``; as many as there are."""


class Scorer:
    """Asks a model for the probabilities, on the graphics card where there is one."""

    def __init__(self, loaded: Loaded) -> None:
        import torch

        self._torch = torch
        self._device = device(torch)
        self._tokenizer, self._labels, self._clean = loaded.tokenizer, loaded.labels, loaded.clean
        self._model = loaded.model.to(self._device).eval()
        self._room = window(loaded.tokenizer, loaded.model) - loaded.tokenizer.num_special_tokens_to_add()

    def probabilities(self, texts: Sequence[str]) -> list[dict[Class, float]]:
        """Score ``texts``; one longer than the model's window is cut into pieces that weigh by their length."""
        pieces = [(number, piece) for number, text in enumerate(texts) for piece in self._pieces(text)]
        pieces.sort(key=lambda each: (len(each[1]), each[0]))  # little padding; every text keeps its number
        totals = [[0.0] * len(CLASSES) for _ in texts]
        for start in range(0, len(pieces), BATCH):
            batch = pieces[start:start + BATCH]
            for (number, piece), row in zip(batch, self._forward([piece for _, piece in batch]), strict=True):
                for column, each in enumerate(row):
                    totals[number][column] += each * max(len(piece), 1)
        return [self._named(row) for row in totals]

    def _pieces(self, text: str) -> Iterator[list[int]]:
        found: list[int] = self._tokenizer(self._clean(text), add_special_tokens=False, verbose=False)["input_ids"]
        for start in range(0, max(len(found), 1), self._room):
            yield found[start:start + self._room]

    def _forward(self, pieces: Sequence[Sequence[int]]) -> list[list[float]]:
        torch = self._torch
        rows = [self._tokenizer.build_inputs_with_special_tokens(list(piece)) for piece in pieces]
        longest = max(map(len, rows))
        ids = torch.full((len(rows), longest), self._tokenizer.pad_token_id or 0, dtype=torch.long)
        mask = torch.zeros_like(ids)
        for number, row in enumerate(rows):
            ids[number, :len(row)] = torch.tensor(row)
            mask[number, :len(row)] = 1
        with torch.inference_mode():
            logits = self._model(input_ids=ids.to(self._device), attention_mask=mask.to(self._device)).logits
        found: list[list[float]] = torch.softmax(logits.float(), dim=-1).cpu().tolist()
        return found

    def _named(self, row: Sequence[float]) -> dict[Class, float]:
        total = sum(row) or 1.0
        return {label: each / total for label, each in zip(self._labels, row, strict=True)}


def device(torch: Any) -> str:
    """Name where a model runs: a CUDA card, an Apple one, else the processor."""
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def window(tokenizer: Any, model: Any) -> int:
    """Count the tokens the model can see, special ones included; a RoBERTa spends positions on its padding."""
    positions = getattr(model.config, "max_position_embeddings", None) or tokenizer.model_max_length
    if "roberta" in model.config.model_type:
        positions -= (model.config.pad_token_id or 0) + 1
    return int(min(positions, tokenizer.model_max_length))


class NeuralBackend:
    """A transformer gives tone, sentence by sentence; safety, which such a model knows nothing of, the lexicon gives.

    ``said`` is all that decides what the model says; ``make`` is called at the first text, for the version must be
    known where there is none.
    """

    def __init__(self, name: str, said: str, make: Callable[[], Scores]) -> None:
        self.name = name
        self._make = make
        self._lexicon = LexiconBackend()
        code = "".join((ROOM / each).read_text("utf-8") for each in OWN)
        self.version = hashlib.sha256(f"{said}{code}{self._lexicon.version}".encode()).hexdigest()[:16]

    @cached_property
    def _scorer(self) -> Scores:
        return self._make()

    def knows(self, form: str) -> bool:
        """Say no: such a model reads whole sentences, and what is kept of a text is none."""
        return False

    def themes(self) -> None:
        """Give nothing: themes are read by their seed words."""

    def read(self, text: str, sentences: Sequence[Sentence], *, because: bool = False) -> list[Score]:
        """Score each sentence: the probability of its class, below 0 for a negative one; 0 for a neutral one."""
        if not sentences:
            return []
        found = self._scorer.probabilities([text[each.start:each.end] for each in sentences])
        safeties = self._lexicon.read(text, sentences)
        return [
            self._score(sentence, shares, safety)
            for sentence, shares, safety in zip(sentences, found, safeties, strict=True)
        ]

    def _score(self, sentence: Sentence, shares: Mapping[Class, float], told: Score) -> Score:
        label = max(CLASSES, key=lambda each: shares[each])
        tone = {"negative": -1, "neutral": 0, "positive": 1}[label] * shares[label]
        because = [Weight(each.start, each.end, each.rule, 0.0, each.safety) for each in told.because if each.safety]
        if tone:
            because.append(Weight(sentence.start, sentence.end, f"{self.name}: {label}", tone, 0.0))
        return Score(tone, told.safety, tuple(sorted(because, key=lambda each: (each.start, each.end))))


def digest_of(folders: Sequence[Path]) -> str:
    """Digest the files of a model: a model that is trained further in its place is another one."""
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted(each for each in folder.iterdir() if each.is_file()):
            digest.update(path.name.encode())
            with path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()
