"""Say whose voice is heard in a text, and what kind of text it is."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Literal

from nlp.cutting import Sentence
from nlp.document import Document
from nlp.wordlist import WordList

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


def voices(sentences: Sequence[Sentence]) -> tuple[str, ...]:
    """List whose words a text gives (beboer, politi, politiker, boligorganisation, forsker, erhverv), alphabetically.

    A voice is heard where its word stands near a verb of saying.
    """
    says, who, _, _ = _lists()
    found: set[str] = set()
    for sentence in sentences:
        if says.isdisjoint(sentence.words):
            continue
        verbs = [index for index, word in enumerate(sentence.words) if word in says]
        for index, voice in who.hits(sentence.words):
            if any(abs(index - verb) <= REACH for verb in verbs):
                found.add(voice)
    return tuple(sorted(found))


def genre(doc: Document, sentences: Sequence[Sentence]) -> Genre | None:
    """Name the kind of text: nyhed, debat, notits, krimi-notits; of a resident's answer or an empty text: none."""
    if doc.kind == "answer" or not sentences:
        return None
    _, _, marks, first_person = _lists()
    words = [word for sentence in sentences for word in sentence.words]
    found = [label for sentence in sentences for _, label in marks.hits(sentence.words)]
    quoted = not QUOTES.isdisjoint(words)
    own = sum(map(first_person.__contains__, words)) / len(words)
    if "debat" in found or (own >= OPINION_SHARE and not quoted and len(words) > NOTICE):
        return "debat"
    if len(words) <= CRIME_NOTICE and found.count("krimi") >= CRIME_WORDS:
        return "krimi-notits"
    return "notits" if len(words) <= NOTICE else "nyhed"
