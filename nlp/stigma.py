"""Find words of stigma, the official vocabulary before and since 2021 kept apart."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Literal, get_args

from nlp.wordlist import Found, WordList

FILE = Path(__file__).resolve().parent.parent / "data" / "lexicon" / "stigma.toml"

Generation = Literal["official_2018", "official_2021", "lasting", "pejorative"]


@lru_cache(maxsize=1)
def generations(path: Path = FILE) -> dict[str, Generation]:
    """Map each label, as results write it, to its generation.

    ``official_2018``: official until the change of law in 2021. ``official_2021``: official since. ``lasting``: in use
    on both sides. ``pejorative``: never official.
    """
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return {word.rstrip("*"): generation for generation in get_args(Generation) for word in table[generation]}


@lru_cache(maxsize=1)
def official_labels(path: Path = FILE) -> tuple[str, ...]:
    """Return how the words begin that were official before or since 2021."""
    found = generations(path).items()
    return tuple(word for word, generation in found if generation.startswith("official") and " " not in word)


@lru_cache(maxsize=1)
def stigma_words(path: Path = FILE) -> WordList[str]:
    """Return the words of stigma, ready to be searched for."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return WordList({word.rstrip("*"): [word] for words in table.values() for word in words})


def stigma(found: Iterable[Found[str]]) -> tuple[str, ...]:
    """List the labels that :func:`stigma_words` found, each once, in alphabetical order.

    A longer label leaves out the one it holds.
    """
    labels = {label for _, _, label in found}
    return tuple(sorted(
        label for label in labels if not any(other != label and label in other for other in labels)
    ))
