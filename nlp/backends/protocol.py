"""State what a backend is: something that gives each sentence a tone and a safety."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from nlp.cutting import Sentence
from nlp.learnt import LearntThemes
from nlp.rules import Weight


@dataclass(frozen=True, slots=True)
class Score:
    """Tone and safety of one sentence, -1 to 1 (0: says nothing), and the words that gave them.

    ``odds``: of a backend that tells classes apart, the log odds of negative, neutral, positive towards an area, of
    unsafe, none, safe, and of negative, neutral, positive of a text that is about no area; else nothing. Their mean
    over the sentences that bear on an area, or over all of the text, decides its label.
    """

    tone: float
    safety: float
    because: tuple[Weight, ...] = ()
    odds: tuple[float, ...] = ()


class Backend(Protocol):
    """What gives a tone. ``version`` is a digest of everything that decides a score: code, lexicon, model."""

    @property
    def name(self) -> str:
        """The name that stands with every reading: lexicon, linear, danlp, transformers:NAME."""

    @property
    def version(self) -> str:
        """Digest of code, lexicon and model."""

    def knows(self, form: str) -> bool:
        """Say whether the backend makes something of a word in lower case that the lexicon does not know."""

    def themes(self) -> LearntThemes | None:
        """Give what the backend has learnt of themes, if anything."""

    def read(self, text: str, sentences: Sequence[Sentence], *, because: bool = False) -> list[Score]:
        """Score each sentence by itself; ``text`` is what the sentences' spans point into. As long as ``sentences``.

        ``because``: the words that gave the scores are asked for; else they may be left out.
        A reader may ask for some sentences of a text only, in their order.
        """
