"""Reading one text after the other, beside what others do with the same texts."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

from benchmarks.articles import articles, load_bank
from benchmarks.harness import Row, Run, fastest, missing
from nlp.backends.lexicon import LexiconBackend
from nlp.bulk.partition import held_reader
from nlp.read import read_article
from store.readings import UnreadText

ABOUT = 300
ELSEWHERE = 1_000


def measure(run: Run) -> Sequence[Row]:
    """Reading: texts about an area, and texts without one, beside spaCy's tokenising alone and asent."""
    import spacy

    reader, _ = held_reader(run.config)
    words = reader.using(LexiconBackend())
    bank = load_bank(reader.gazetteer)
    about = [unread(row) for row in articles(bank, run.count(ABOUT, 20), share=1.0, seed=2)]
    elsewhere = [unread(row) for row in articles(bank, run.count(ELSEWHERE, 50), share=0.0, seed=3)]
    texts = [f"{each.title}\n\n{each.text}" for each in about]
    blank = spacy.blank("da")
    blank.add_pipe("sentencizer")
    sentences = sum(len(list(blank(text).sents)) for text in texts)
    amounts = {"texts": len(texts), "sentences": sentences}
    tenth = about[:-(-len(about) // 10)]
    read = fastest(lambda: [read_article(reader, each) for each in about]).processor
    rows = [
        Row("spacy", "spaCy blank da with sentencizer alone", amounts,
            fastest(lambda: [blank(text) for text in texts]).processor),
        Row("read", "reputation: areas, tone, safety, themes, both bases", amounts,
            read, "spacy"),
        Row("tenth", "the same of a tenth", {"texts": len(tenth)},
            fastest(lambda: [read_article(reader, each) for each in tenth]).processor),
        Row("read-tenth", "`read` held against a tenth", amounts, read, "tenth"),
        Row("sentences", "the same, counted in sentences", {"sentences": sentences}, read),
        Row("by-words", "the same by word lists and rules alone (`lexicon`)", amounts,
            fastest(lambda: [read_article(words, each) for each in about]).processor, "spacy"),
        Row("passed-over", "reputation: texts without an area, looked at one by one", {"texts": len(elsewhere)},
            fastest(lambda: [read_article(reader, each) for each in elsewhere]).processor, "read"),
    ]
    if missing(["asent"]):
        sys.stderr.write("asent is not installed (extra bench): its rows are left out\n")
        return rows
    return [*rows, *_asent(rows, texts, amounts)]


def _asent(rows: Sequence[Row], texts: Sequence[str], amounts: dict[str, float]) -> list[Row]:
    import asent  # noqa: F401  # registers its component
    import spacy

    asked = spacy.blank("da")
    asked.add_pipe("sentencizer")
    asked.add_pipe("asent_da_v1")
    seconds = fastest(lambda: [asked(text)._.polarity.compound for text in texts]).processor
    read, passed = (next(each for each in rows if each.id == name) for name in ("read", "passed-over"))
    return [
        Row("asent", "asent: tone of the text alone", amounts, seconds, "spacy"),
        Row("read-asent", "`read` held against asent", read.amounts, read.seconds, "asent"),
        Row("passed-over-asent", "`passed-over` held against asent", passed.amounts, passed.seconds, "asent"),
    ]


def unread(row: dict[str, Any]) -> UnreadText:
    """Give a made article as the store would."""
    return UnreadText(row["id"], 1, row["published"][:10], "full", row["title"], "", row["text"])
