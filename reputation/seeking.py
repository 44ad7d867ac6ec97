"""Look through texts for topics that nobody asked for: here, or in a process of its own beside this one.

Lemmas and matrices take as long as all other figures of the news together, and none of these needs a topic.
``python -m reputation.seeking`` reads what is looked through as JSON and writes what it found.
"""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nlp.discover import Discovery

APART = 1000
"""From so many mentions on a process of its own is worth the second or two that it takes to start."""

ONE_CORE = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
"""Matrices this small gain nothing from threads, and their waiting takes the cores from the measuring."""


@dataclass(frozen=True)
class Sought:
    """What is looked through, in values that JSON can hold."""

    texts: Mapping[str, str]
    """article → title and lead"""
    places: Sequence[Sequence[str]]
    """(article, area, window) of each mention"""
    names: Sequence[str]
    """of areas, towns and organisations, in small letters"""
    spacy_model: str
    seed: int


Asked = Callable[[], "Discovery"]


@contextmanager
def seeker(mentions: int) -> Iterator[Callable[[Sought], Asked]]:
    """Get ready to look for topics; call what is given with what to look through, and then what that gives for them.

    With many ``mentions`` a process of its own gets ready meanwhile. The same texts give the same topics either way.
    """
    if mentions < APART or (os.cpu_count() or 1) < 2:
        yield lambda sought: partial(look, sought)
        return
    with subprocess.Popen(
        [sys.executable, "-m", "reputation.seeking"], cwd=Path(__file__).parents[1],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=ONE_CORE | os.environ,
    ) as beside:
        try:
            yield partial(_ask, beside)
        finally:
            beside.kill()


def _ask(beside: subprocess.Popen[bytes], sought: Sought) -> Asked:
    assert beside.stdin is not None
    with suppress(BrokenPipeError), beside.stdin:
        beside.stdin.write(json.dumps(asdict(sought)).encode())
    return partial(_awaited, beside, sought)


def _awaited(beside: subprocess.Popen[bytes], sought: Sought) -> Discovery:
    from nlp.discover import Discovery, Topic

    assert beside.stdout is not None
    said = beside.stdout.read()
    if beside.wait():  # ended from outside, perhaps for want of memory: then it takes longer
        return look(sought)
    found = json.loads(said)
    topics = tuple(
        Topic(tuple(each["words"]), each["stability"], each["texts"],
              tuple((area, window, count) for area, window, count in each["course"]))
        for each in found["topics"]
    )
    return Discovery(topics, found["sought"], found["noise"], found["texts"])


def look(sought: Sought) -> Discovery:
    """Find the topics of the texts; no name of a person or place is a word of one (design.md, rule 6)."""
    from nlp.discover import LEAST_TEXTS, Discovery, Text, discover

    if len(sought.places) < LEAST_TEXTS:
        return Discovery((), 0, 0.0, len(sought.places))
    from spacy.lang.da.stop_words import STOP_WORDS

    from nlp.lemmas import Lemmas, no_names
    from surveys.masking import load_names

    lemmas = Lemmas(sought.spacy_model)
    words = dict(zip(sought.texts, no_names(lemmas.of(text) for text in sought.texts.values()), strict=True))
    texts = [Text(article, window, area, words[article]) for article, area, window in sought.places]
    # as they stand and as lemmas: some texts write them small, too
    names = {*load_names().people, *sought.names,
             *(each.word for name in sought.names if name.isalpha() for each in lemmas.of(name))}
    return discover(texts, seed=sought.seed, stop=STOP_WORDS, names=names)


def main() -> None:
    """Look through what comes on standard input, with everything loaded by then that takes long to load."""
    gc.disable()  # what a few thousand texts leave behind is gone with the process
    import sklearn.decomposition  # noqa: F401
    import spacy.lang.da  # noqa: F401

    from nlp.lemmas import lemma

    lemma("tryg")
    sought = Sought(**json.loads(sys.stdin.buffer.read()))
    sys.stdout.write(json.dumps(asdict(look(sought))))


if __name__ == "__main__":
    main()
