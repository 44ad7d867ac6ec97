"""Keep of a text, before it is deleted, what the default reader sees of it: places of known words, and no name.

What stays at its place is the words that lexicon, rules, themes, words of stigma, voices and genres know. The other
words that the trained model has learnt stay as a bag: those of each sentence in the order of the alphabet, as research
libraries give out books that may not be read. Every other word and every number leaves only its place, every name only
that it was one. So the text can't be put together again and names nobody, and a later version of the word lists scores
it as it would have scored the text: words that the lists learn only then are not found in it (method.md B4). What the
trained model makes of pairs of words in the bag, and of the letters of words that it has not met, is lost.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from itertools import accumulate, pairwise
from typing import Literal

from nlp.cutting import CLOSERS, ENDS, OPENERS, Sentence
from nlp.document import Document, Kind
from nlp.features import GONE, NAME, PLACE
from nlp.gazetteer import Gazetteer
from nlp.lexicon import Lexicon
from nlp.mentions import Named
from nlp.stigma import stigma_words
from nlp.themes import Themes
from nlp.voices import voice_lists, voice_words
from nlp.wordlist import WordList
from store.areas import Alias

BEGINNINGS = OPENERS | CLOSERS | ENDS | {":", "/"}
"""After these a capital letter is how one writes, not a name."""

Spans = frozenset[tuple[int, int]]


class Vocabulary:
    """The words that the default reader can make something of."""

    def __init__(
        self, lexicon: Lexicon, themes: Themes, gazetteer: Gazetteer, knows: Callable[[str], bool]
    ) -> None:
        rules = (word for each in fields(lexicon.rules) for entry in getattr(lexicon.rules, each.name)
                 for word in entry.split())
        phrases = (word for found in lexicon.phrases.values() for phrase in found for part in phrase.parts
                   for word in part)
        names = gazetteer.vocabulary
        anaphora = (form for word in names.anaphora for form in (word, f"{word}s"))
        # «i», «af», «på» follow nouns of rise and fall (nlp/rules.py)
        self._words = frozenset((*rules, *phrases, *anaphora, *names.elsewhere, *voice_words(), "i", "af", "på"))
        self._lexicon = lexicon
        self._knows = knows
        self._lists: tuple[WordList[str], ...] = (themes.words, stigma_words(), *voice_lists())

    def keeps(self, form: str, *, name: bool, initial: bool) -> Literal["place", "bag", ""]:
        """Say whether a word in lower case is kept at its place, in the bag of its sentence, or not at all.

        ``name``: it is written with a capital inside a sentence. ``initial``: with one at a beginning, where a name may
        stand too, so that it is kept only where the lists have it letter for letter.
        """
        if not any(letter.isalnum() for letter in form):
            return "place"
        if name:
            return ""
        if form in self._words or any(each.has(form) for each in self._lists):
            return "place"
        if initial:
            return "place" if form in self._lexicon.words or form in self._lexicon.base else ""
        if self._lexicon[form] is not None or any(each.uses(form) for each in self._lists):
            return "place"
        return "bag" if form.isalpha() and self._knows(form) else ""


@dataclass(frozen=True)
class Kept:
    """What is kept of a text: as much of a document, its sentences and its names as reading needs."""

    kind: Kind
    length: int
    title_end: int
    lead_end: int | None
    sentences: tuple[Sentence, ...]
    named: tuple[Named, ...]
    listed: Spans
    """spans of names that stand in an enumeration"""
    listed_above: Spans
    """the same where only title and lead are looked at"""

    @property
    def document(self) -> Document:
        """A document of the same measures without its letters."""
        return Document(" " * self.length, self.title_end, self.lead_end, self.kind)


def keep(
    doc: Document, sentences: Iterable[Sentence], named: Sequence[Named], listed: Spans, listed_above: Spans,
    vocabulary: Vocabulary,
) -> Kept:
    """Keep of a text what the default reader sees of it."""
    return Kept(
        doc.kind, len(doc.text), doc.title_end, doc.lead_end,
        tuple(_skeleton(doc.text, each, named, vocabulary) for each in sentences), tuple(named), listed, listed_above,
    )


def _skeleton(text: str, sentence: Sentence, named: Sequence[Named], vocabulary: Vocabulary) -> Sentence:
    words: list[str] = []
    bag: list[str] = []
    before = ""
    for word, start in zip(sentence.words, sentence.starts, strict=True):
        capital = text[start:start + 1].isupper()
        inside = bool(before) and before not in BEGINNINGS
        area = any(each.start < start + len(word) and start < each.end for each in named)
        name = capital and inside and text[start + 1:start + 2].islower()
        kept = vocabulary.keeps(word, name=area or name, initial=capital)
        words.append(word if kept == "place" else PLACE if area else NAME if name else GONE)
        if kept == "bag":
            bag.append(word)
        before = word
    bag.sort(reverse=True)
    words = [bag.pop() if word == GONE and bag else word for word in words]
    return Sentence(sentence.start, sentence.end, tuple(words), sentence.starts)


def packed(kept: Kept | None) -> bytes:
    """Write it as bytes; ``None`` (no area is named) as none."""
    if kept is None:
        return b""
    content = {
        "kind": kept.kind, "length": kept.length, "title_end": kept.title_end, "lead_end": kept.lead_end,
        "sentences": [
            [each.start, each.end, [later - start for start, later in pairwise((0, *each.starts))],
             " ".join(each.words)] for each in kept.sentences
        ],
        "named": [[each.area, each.alias.name, each.alias.unit, each.start, each.end] for each in kept.named],
        "listed": sorted(kept.listed), "listed_above": sorted(kept.listed_above),
    }
    return zlib.compress(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode(), 9)


def unpacked(content: bytes) -> Kept | None:
    """Read what :func:`packed` wrote."""
    if not content:
        return None
    found = json.loads(zlib.decompress(content))
    return Kept(
        found["kind"], found["length"], found["title_end"], found["lead_end"],
        tuple(
            Sentence(start, end, tuple(words.split(" ")), tuple(accumulate(steps)))
            for start, end, steps, words in found["sentences"]
        ),
        tuple(
            Named(area, Alias(name, "spelling", needs_context=False, unit=unit, valid_from=None, valid_to=None),
                  start, end)
            for area, name, unit, start, end in found["named"]
        ),
        frozenset((start, end) for start, end in found["listed"]),
        frozenset((start, end) for start, end in found["listed_above"]),
    )
