"""Build the spaCy pipeline that cuts Danish into sentences and words."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

import numpy

from store.errors import MissingExtra

if TYPE_CHECKING:  # a run with nothing to read does without spaCy's second of loading
    from spacy.language import Language
    from spacy.tokens import Doc

MODELS = ("da_core_news_lg", "da_core_news_md", "da_core_news_sm")
UNUSED = ("ner", "lemmatizer", "morphologizer", "attribute_ruler", "tagger", "entity_linker")
"""Parts of a trained model that nothing here asks for."""

VOCABULARY = 300_000
"""spaCy keeps every new word for ever: from so many on the pipeline is made anew (a hundred megabytes, half a second).
Its own remedy, the memory zone, also forgets how words are cut, which made cutting four times slower."""

KNOWN = 200_000
"""Spellings of words kept at hand."""

MAX_CHARACTERS = 50_000_000
"""spaCy's own limit of a million guards parsers; tokenising alone needs no such guard."""

LONGEST_SENTENCE = 200
"""Words after which a sentence is cut: a text without full stops (lists, shouting, other scripts) must not be one."""

LONGEST_WORD = 200
"""Signs without a space of which the rest is left out: no word, and the tokeniser's work grows with their square."""

ENDS = frozenset({".", "!", "?", "…", "...", "!!", "??", "?!", "!?"})
CLOSERS = frozenset('»«”"’\')]')
_OVERLONG = re.compile(rf"\S{{{LONGEST_WORD + 1},}}")
OPENERS = frozenset('»«“”"\'([–-')


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: its span in the text, and its words in lower case with their offsets."""

    start: int
    end: int
    words: tuple[str, ...]
    starts: tuple[int, ...]


def danish_sentences(doc: Doc) -> Doc:
    """Mark where sentences start; one array at once, because spaCy looks at the whole text for each mark set alone."""
    if not len(doc):
        return doc
    starts = sentence_starts(_texts(doc), doc.to_array(["SPACY"]).tolist())
    marks: Any = numpy.where(starts, 1, -1).astype("int64").astype("uint64")
    return doc.from_array(["SENT_START"], marks)


def sentence_starts(words: Sequence[str], spaces: Sequence[int]) -> list[bool]:
    """Tell which words start a sentence; ``spaces`` says which have white space behind them.

    A sentence starts at the first word, after a line break, and after an end sign unless a small letter follows. An
    abbreviation is one word with its full stop and ends nothing. Closing signs stay with the sentence they close.
    """
    starts: list[bool] = []
    opens, ended, length, spaced = True, False, 0, 1
    for word, space in zip(words, spaces, strict=True):
        start = opens or length >= LONGEST_SENTENCE
        if not start and ended and word not in ENDS:
            closes = word in CLOSERS and not (spaced and not space)
            start = not closes and not (word.islower() and word not in OPENERS)
            ended = closes
        starts.append(start)
        length = 1 if start else length + 1
        opens = "\n" in word
        ended = word in ENDS or (ended and not start)
        spaced = space
    return starts


_KNOWN: dict[int, str] = {}


def _texts(doc: Doc) -> list[str]:
    """List the words of ``doc``; by their hashes at once, since asking each token is most of the time of cutting."""
    if len(_KNOWN) > KNOWN:
        _KNOWN.clear()
    found = []
    for key in doc.to_array(["ORTH"]).tolist():
        word = _KNOWN.get(key)
        if word is None:
            word = _KNOWN[key] = doc.vocab.strings[key]
        found.append(word)
    return found


class Cutter:
    """A spaCy pipeline that cuts texts into sentences, in memory that does not grow with their number.

    It is made at the first text, for ``version`` must be known where there is none.
    """

    def __init__(self, make: Callable[[], Language], version: str) -> None:
        self._make = make
        self.version = version

    @cached_property
    def _nlp(self) -> Language:
        return self._make()

    def sentences(self, text: str) -> list[Sentence]:
        """Cut ``text`` into sentences with their words; white space alone gives none."""
        if not text.strip():
            return []
        if len(self._nlp.vocab.strings) > VOCABULARY:
            self._nlp = self._make()
        return _sentences(self._nlp(_bounded(text)))


@lru_cache(maxsize=4)
def load(model: str = "auto") -> Cutter:
    """Load ``blank("da")``, or the Danish model that ``config.nlp.spacy_model`` names.

    ``auto`` takes the largest installed ``da_core_news_*``, else the blank pipeline. Nothing is downloaded.
    Raises :class:`MissingExtra` for a named model that is not installed.
    """
    name = chosen(model)
    return Cutter(partial(_make, name), f"{name} {_installed(name) or ''} spaCy {version('spacy')}")


def _make(name: str) -> Language:
    import spacy
    from spacy.language import Language

    if name == "blank":
        Language.component("danish_sentences", func=danish_sentences)
        nlp = spacy.blank("da")
        # shape, norm, is it an address …: half the time of tokenising, and asked for by nobody here
        nlp.vocab.lex_attr_getters = {}  # type: ignore[attr-defined]  # missing in spaCy's stubs
        nlp.add_pipe("danish_sentences")
    else:
        nlp = spacy.load(name, exclude=list(UNUSED))
    nlp.max_length = MAX_CHARACTERS
    return nlp


def chosen(model: str) -> str:
    """Name the pipeline that ``model`` stands for here: ``blank`` or an installed package."""
    if model == "auto":
        return next((each for each in MODELS if _installed(each)), "blank")
    if model != "blank" and not _installed(model):
        raise MissingExtra(f"the spaCy model '{model}' is not installed", where="config.toml [nlp] spacy_model",
                           do="Install it from its release page, or use 'auto'")
    return model


def _installed(model: str) -> str | None:
    try:
        return version(model)
    except PackageNotFoundError:
        return None


def _bounded(text: str) -> str:
    """Blank out what follows in overlong runs without a space; every offset stays."""
    return _OVERLONG.sub(lambda run: run[0][:LONGEST_WORD] + " " * (len(run[0]) - LONGEST_WORD), text)


def _sentences(doc: Doc) -> list[Sentence]:
    found: list[Sentence] = []
    words: list[str] = []
    starts: list[int] = []
    last, offset = "", 0
    marks = doc.to_array(["SENT_START", "SPACY"]).tolist()
    for word, (mark, space) in zip(_texts(doc), marks, strict=True):
        if mark == 1 and words:
            found.append(Sentence(starts[0], starts[-1] + len(last), tuple(words), tuple(starts)))
            words, starts = [], []
        if not word.isspace():
            words.append(word.lower())
            starts.append(offset)
            last = word
        offset += len(word) + space
    if words:
        found.append(Sentence(starts[0], starts[-1] + len(last), tuple(words), tuple(starts)))
    return found
