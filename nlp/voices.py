"""Say whose voice is heard in a text, and what kind of text it is."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Literal

from nlp.cutting import Sentence
from nlp.document import Document
from nlp.wordlist import Found, WordList

FILE = Path(__file__).resolve().parent.parent / "data" / "lexicon" / "voices.toml"

Genre = Literal["nyhed", "debat", "notits", "krimi-notits"]

REACH = 6
"""Words between a verb of saying and who says it."""

NOTICE = 90
"""A text of at most so many words is a notice (about six lines in print)."""

CRIME_NOTICE = 160
"""Police reports run a little longer and stay notices."""

CRIME_WORDS = 2
OPINION_SHARE = 0.03
"""Share of words in the first person from which a text argues rather than reports."""

QUOTES = frozenset("»«“”")


@lru_cache(maxsize=1)
def _lists() -> tuple[frozenset[str], WordList[str], WordList[str], frozenset[str]]:
    table = tomllib.loads(FILE.read_text(encoding="utf-8"))
    genre = table["genre"]
    return (
        frozenset(table["says"]), WordList(table["voices"]),
        WordList({"debat": genre["debat"], "krimi": genre["krimi"]}), frozenset(genre["first_person"]),
    )


def voice_words() -> frozenset[str]:
    """Return the forms that stand for themselves: verbs of saying, and the first person."""
    says, _, _, first_person = _lists()
    return says | first_person


def voice_lists() -> tuple[WordList[str], WordList[str]]:
    """Return the words that tell a voice, and those that tell a kind of text."""
    _, who, marks, _ = _lists()
    return who, marks


def voices(sentences: Sequence[Sentence], found: Iterable[Found[str]]) -> tuple[str, ...]:
    """List whose words a text gives (beboer, politi, politiker, boligorganisation, forsker, erhverv), alphabetically.

    ``found``: what the first of :func:`voice_lists` finds. A voice is heard where its word stands near a verb of
    saying.
    """
    says, _, _, _ = _lists()
    heard: set[str] = set()
    for number, index, voice in found:
        near = sentences[number].words[max(index - REACH, 0):index + REACH + 1]
        if voice not in heard and not says.isdisjoint(near):
            heard.add(voice)
    return tuple(sorted(heard))


def genre(doc: Document, sentences: Sequence[Sentence], found: Iterable[Found[str]]) -> Genre | None:
    """Name the kind of text: nyhed, debat, notits, krimi-notits; of a resident's answer or an empty text: none.

    ``found``: what the second of :func:`voice_lists` finds.
    """
    if doc.kind == "answer" or not sentences:
        return None
    marks = [label for _, _, label in found]
    size = sum([len(sentence.words) for sentence in sentences])
    if "debat" in marks or (size > NOTICE and _argues(sentences, size)):
        return "debat"
    if size <= CRIME_NOTICE and marks.count("krimi") >= CRIME_WORDS:
        return "krimi-notits"
    return "notits" if size <= NOTICE else "nyhed"


def _argues(sentences: Sequence[Sentence], size: int) -> bool:
    """Tell whether a text of ``size`` words speaks in the first person and quotes nobody."""
    if not all(QUOTES.isdisjoint(sentence.words) for sentence in sentences):
        return False
    _, _, _, first_person = _lists()
    return sum(word in first_person for sentence in sentences for word in sentence.words) / size >= OPINION_SHARE
