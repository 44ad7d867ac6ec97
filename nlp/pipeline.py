"""Build the spaCy pipeline that cuts Danish into sentences and words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy
import spacy
from spacy.attrs import SENT_START
from spacy.language import Language
from spacy.tokens import Doc, Span

from store.errors import MissingExtra

MODELS = ("da_core_news_lg", "da_core_news_md", "da_core_news_sm")
UNUSED = ("ner", "lemmatizer", "morphologizer", "attribute_ruler", "tagger", "entity_linker")
"""Parts of a trained model that nothing here asks for."""

MAX_CHARACTERS = 50_000_000
"""spaCy's own limit of a million guards parsers; tokenising alone needs no such guard."""

LONGEST_SENTENCE = 200
"""Words after which a sentence is cut: a text without full stops (lists, shouting, other scripts) must not be one."""

LONGEST_WORD = 200
"""Signs without a space of which the rest is left out: no word, and the tokeniser's work grows with their square."""

ENDS = frozenset({".", "!", "?", "…", "...", "!!", "??", "?!", "!?"})
CLOSERS = frozenset('»”"’\')]')
_OVERLONG = re.compile(rf"\S{{{LONGEST_WORD + 1},}}")
OPENERS = frozenset('»«“”"\'([–-')


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: its span in the text, and its words in lower case with their offsets."""

    start: int
    end: int
    words: tuple[str, ...]
    starts: tuple[int, ...]


@Language.component("danish_sentences")
def danish_sentences(doc: Doc) -> Doc:
    """Mark where sentences start; one array at once, because spaCy looks at the whole text for each mark set alone."""
    starts = sentence_starts([token.text_with_ws for token in doc])
    marks: Any = numpy.where(starts, 1, -1).astype("int64").astype("uint64")
    return doc.from_array([SENT_START], marks) if len(doc) else doc


def sentence_starts(tokens: Sequence[str]) -> list[bool]:
    """Tell which tokens (with the white space behind them) start a sentence.

    A sentence starts at the first token, after a line break, and after an end sign unless a small letter follows. An
    abbreviation is one token with its full stop and ends nothing. Closing signs stay with the sentence they close.
    """
    starts: list[bool] = []
    opens, ended, length, spaced = True, False, 0, True
    for token in tokens:
        word = token.rstrip(" ")
        start = opens or length >= LONGEST_SENTENCE
        if not start and ended and word not in ENDS:
            closes = word in CLOSERS and not (spaced and token == word)
            start = not closes and not (word.islower() and word not in OPENERS)
            ended = closes
        starts.append(start)
        length = 1 if start else length + 1
        opens = "\n" in word
        ended = word in ENDS or (ended and not start)
        spaced = token != word
    return starts


@lru_cache(maxsize=4)
def load(model: str = "auto") -> Language:
    """Load ``blank("da")``, or the Danish model that ``config.nlp.spacy_model`` names.

    ``auto`` takes the largest installed ``da_core_news_*``, else the blank pipeline. Nothing is downloaded.
    Raises :class:`MissingExtra` for a named model that is not installed.
    """
    name = chosen(model)
    if name == "blank":
        nlp = spacy.blank("da")
        nlp.add_pipe("danish_sentences")
    else:
        nlp = spacy.load(name, exclude=list(UNUSED))
    nlp.max_length = MAX_CHARACTERS
    return nlp


def chosen(model: str) -> str:
    """Name the pipeline that ``model`` stands for here: ``blank`` or an installed package."""
    if model == "auto":
        return next((each for each in MODELS if spacy.util.is_package(each)), "blank")
    if model != "blank" and not spacy.util.is_package(model):
        raise MissingExtra(f"the spaCy model '{model}' is not installed", where="config.toml [nlp] spacy_model",
                           do="Install it from its release page, or use 'auto'")
    return model


def sentences(text: str, nlp: Language) -> list[Sentence]:
    """Cut ``text`` into sentences; empty text gives none. Memory is given back after each text."""
    if not text.strip():
        return []
    with nlp.memory_zone():
        return [_sentence(text, span) for span in nlp(_bounded(text)).sents if not span.text.isspace()]


def _bounded(text: str) -> str:
    """Blank out what follows in overlong runs without a space; every offset stays."""
    return _OVERLONG.sub(lambda run: run[0][:LONGEST_WORD] + " " * (len(run[0]) - LONGEST_WORD), text)


def _sentence(text: str, span: Span) -> Sentence:
    pairs = [(token.lower_, token.idx) for token in span if not token.is_space]
    words, starts = zip(*pairs, strict=True)
    last = span[-1]
    end = last.idx + len(last)
    start = starts[0]
    return Sentence(start, start + len(text[start:end].rstrip()), words, starts)
