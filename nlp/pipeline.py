"""Build the spaCy pipeline that cuts Danish into sentences and words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span, Token

from store.errors import MissingExtra

MODELS = ("da_core_news_lg", "da_core_news_md", "da_core_news_sm")
UNUSED = ("ner", "lemmatizer", "morphologizer", "attribute_ruler", "tagger", "entity_linker")
"""Parts of a trained model that nothing here asks for."""

MAX_CHARACTERS = 50_000_000
"""spaCy's own limit of a million guards parsers; tokenising alone needs no such guard."""

ENDS = frozenset({".", "!", "?", "…", "...", "!!", "??", "?!", "!?"})
CLOSERS = frozenset('»”"’\')]')
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
    """Mark where sentences start: after an end sign and at every line break, not after an abbreviation or ordinal."""
    opens = True
    ended = False
    for token in doc:
        word = token.text
        if opens:
            token.is_sent_start = True
            opens = ended = False
        elif ended and word not in ENDS and not (word in CLOSERS and not _opens(token)):
            starts = not (word.islower() and word not in OPENERS)
            token.is_sent_start = starts
            ended = False
        else:
            token.is_sent_start = False
        if "\n" in word:
            opens = True
        elif word in ENDS:
            ended = True
    return doc


def _opens(token: Token) -> bool:
    """Tell an opening quotation mark from a closing one: it has a space before it and none behind."""
    return bool(token.i and token.doc[token.i - 1].whitespace_ and not token.whitespace_)


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
        return [_sentence(text, span) for span in nlp(text).sents if not span.text.isspace()]


def _sentence(text: str, span: Span) -> Sentence:
    pairs = [(token.lower_, token.idx) for token in span if not token.is_space]
    words, starts = zip(*pairs, strict=True)
    last = span[-1]
    end = last.idx + len(last)
    start = starts[0]
    return Sentence(start, start + len(text[start:end].rstrip()), words, starts)
