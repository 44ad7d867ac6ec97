"""Build the spaCy pipeline that cuts Danish into sentences and words."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, lru_cache, partial
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from nlp.cutting import Runs, Sentence, bounded, sentences
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

MAX_CHARACTERS = 50_000_000
"""spaCy's own limit of a million guards parsers; tokenising alone needs no such guard."""


class Cutter:
    """A spaCy pipeline that cuts texts into sentences, in memory that does not grow with their number.

    It is made at the first text, for ``version`` must be known where there is none. Of a blank pipeline only the
    tokeniser is asked, and once for each run of signs (:mod:`nlp.cutting`); a trained one sees whole texts.
    """

    def __init__(self, make: Callable[[], Language], version: str, *, trained: bool = True) -> None:
        self._make = make
        self._runs = None if trained else Runs(lambda: self._fresh().tokenizer)
        self.version = version

    @cached_property
    def _nlp(self) -> Language:
        return self._make()

    def sentences(self, text: str) -> list[Sentence]:
        """Cut ``text`` into sentences with their words; white space alone gives none."""
        if self._runs is not None:
            return sentences(text, self._runs)
        return trained_sentences(self._fresh()(bounded(text))) if text.strip() else []

    def _fresh(self) -> Language:
        if len(self._nlp.vocab.strings) > VOCABULARY:
            self._nlp = self._make()
        return self._nlp


@lru_cache(maxsize=4)
def load(model: str = "auto") -> Cutter:
    """Load ``blank("da")``, or the Danish model that ``config.nlp.spacy_model`` names.

    ``auto`` takes the largest installed ``da_core_news_*``, else the blank pipeline. Nothing is downloaded.
    Raises :class:`MissingExtra` for a named model that is not installed.
    """
    name = chosen(model)
    return Cutter(partial(_make, name), f"{name} {_installed(name) or ''} spaCy {version('spacy')}",
                  trained=name != "blank")


def _make(name: str) -> Language:
    import spacy

    if name == "blank":
        nlp = spacy.blank("da")
        # shape, norm, is it an address …: half the time of tokenising, and asked for by nobody here
        nlp.vocab.lex_attr_getters = {}  # type: ignore[attr-defined]  # missing in spaCy's stubs
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


def trained_sentences(doc: Doc) -> list[Sentence]:
    """Take the sentences that a trained pipeline found."""
    found: list[Sentence] = []
    words: list[str] = []
    starts: list[int] = []
    end = 0
    for token in doc:
        if token.is_sent_start and words:
            found.append(Sentence(starts[0], end, tuple(words), tuple(starts)))
            words, starts = [], []
        if not token.is_space:
            words.append(token.lower_)
            starts.append(token.idx)
            end = token.idx + len(token)
    if words:
        found.append(Sentence(starts[0], end, tuple(words), tuple(starts)))
    return found
