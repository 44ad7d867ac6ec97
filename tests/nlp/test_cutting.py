"""Words are those of spaCy's tokeniser, and sentences those of the rule that looks at every word."""

import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.tokens import Doc

from nlp.cutting import LONGEST_SENTENCE, LONGEST_WORD, Runs, Sentence, bounded, sentence_starts, sentences
from nlp.pipeline import load, trained_sentences

DANISH = spacy.blank("da")

PIECES = st.sampled_from([
    "ord", "Ord", "de", "XD", "f.eks.", "kl.", "10.000", "5%", "3-4", "og/eller", "o'er", "'s", "A.", "B.C.", "nr.5",
    "»", "«", '"', "(", "[", ".", "!", "?", "...", "…", ",", "-", "–", "https://a.dk/x?y=1", "a@b.dk", "#tag", "😀",
    "mv.", "?!", "İstanbul", "ﬀ", "e\u0301", "Gellerup/Toveshøj", "mv.", "?!", "50m2", "\u200b",
    "x" * (LONGEST_WORD + 3),
])
SPACES = st.sampled_from([" ", " ", " ", " ", "", "\n\n", "\n", "  ", " \n", "\n ", "\t", "\u00a0", "\r\n", "\n\n\n"])
TEXTS = st.lists(st.tuples(PIECES, SPACES), max_size=60).map(lambda pairs: "".join(map("".join, pairs)))


def spacys(text: str) -> list[Sentence]:
    """Cut with spaCy's own tokens and the rule that looks at every word."""
    doc = DANISH(bounded(text))
    starts = sentence_starts([each.text for each in doc], [bool(each.whitespace_) for each in doc])
    return trained_sentences(Doc(
        doc.vocab, words=[each.text for each in doc], spaces=[bool(each.whitespace_) for each in doc],
        sent_starts=starts,
    ))


@settings(deadline=None)
@given(st.tuples(st.sampled_from(["", " ", "\n", " \n"]), TEXTS).map("".join))
def test_words_and_sentences_are_those_of_spacys_tokens(text: str) -> None:
    assert load("blank").sentences(text) == spacys(text)


ENDLESS = st.lists(st.sampled_from(["ord", "Ord", ".", "»", "…"]), min_size=LONGEST_SENTENCE, max_size=600)


@settings(deadline=None)
@given(ENDLESS)
def test_sentences_without_end_are_those_of_the_rule(words: list[str]) -> None:
    text = " ".join(words)
    assert load("blank").sentences(text) == spacys(text)


@settings(deadline=None)
@given(st.text(max_size=80))
def test_any_text_gives_its_own_words_in_order(text: str) -> None:
    cut = load("blank").sentences(text)
    kept = bounded(text)
    told = [(at, word) for each in cut for at, word in zip(each.starts, each.words, strict=True)]
    assert told == sorted(told)
    assert "".join(word for _, word in told) == "".join(
        part.lower() for part in (each.text for each in DANISH(kept)) if not part.isspace())
    for each in cut:
        assert kept[each.start:each.end].strip() == kept[each.start:each.end] != ""


def test_what_a_run_is_made_of_is_asked_once() -> None:
    asked: list[str] = []

    class Counting:
        rules = frozenset[str]()

        def __call__(self, run: str) -> Doc:
            asked.append(run)
            return DANISH.make_doc(run)

    runs = Runs(Counting)  # type: ignore[arg-type]
    for _ in range(3):
        sentences("Ord, ord. Ord, igen.\n\nOrd, ord.", runs)
    assert sorted(asked) == ["Ord,", "igen.", "ord."]
