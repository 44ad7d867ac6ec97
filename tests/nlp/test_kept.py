"""What is kept of a text that is deleted: enough to score it again, nothing to know it or anybody in it by."""

from __future__ import annotations

import random
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.collection import load_items
from nlp.document import document
from nlp.features import PLACE
from nlp.kept import GONE, packed, unpacked
from nlp.reader import Reader
from nlp.scoring import KINDS
from store.config import Config
from store.facts import Facts

DAY = date(2022, 3, 1)

SENTENCES = (
    "Beboerne i Vollsmose er glade for det nye torv.", "Politiet fandt våben i Gellerup i nat.",
    "Der er ikke længere utrygt i bydelen, siger formanden.", "Kampen mod banderne går godt, men hærværket fortsætter.",
    "»Vi er trygge her,« siger en beboer.", "Er området blevet mere trygt?", "Kommunen river 100 boliger ned.",
    "Færre indbrud i Mjølnerparken, Tingbjerg, Vollsmose og Gellerup.", "I går regnede det.",
    "Ghettoen skal væk, mener ministeren.", "Jeg synes, at vi skal hjælpe hinanden, og vi gør det.",
    "Skyderiet skræmte naboerne i Bispehaven i Aarhus.", "Ro efter uroen i Taastrupgaard.",
    "Faldet i antallet af anmeldelser glæder politiet.", "VOLLSMOSE FÅR NYT BIBLIOTEK!", "- Skovparken i Kolding.",
    "Selv om det brændte, var ingen bange.", "Boligforeningen bygger nye haver, og børnene leger.",
)
TEXTS = st.lists(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=5).map(" ".join), min_size=1, max_size=5)


def both(reader: Reader, title: str, summary: str, text: str) -> tuple[object, object]:
    """Read a text, and what is kept of it after a journey through bytes."""
    doc = document(text, title, summary)
    named, _ = reader.names(doc, DAY)
    kept = unpacked(packed(reader.keep(doc, named)))
    assert kept is not None
    return stripped(reader.read_named(doc, named)), stripped(reader.read_kept(kept, kept.named))


def stripped(pair: tuple) -> list:
    """Leave out the words that gave a score: they are what is not kept."""
    return [None if each is None else (
        each.themes, each.stigma, each.voices, each.genre,
        [(one.mention.area, one.mention.role, one.mention.count, one.mention.alias, one.mention.unit, one.tone,
          one.safety) for one in each.areas],
    ) for each in pair]


@settings(max_examples=120, deadline=None)
@given(st.sampled_from(SENTENCES), st.sampled_from(["", *SENTENCES]), TEXTS)
def test_what_is_kept_is_read_by_the_word_lists_as_the_text_was(
    by_words: Reader, title: str, summary: str, text: list[str]
) -> None:
    before, after = both(by_words, title, summary, "\n\n".join(text))
    assert after == before


def test_a_body_that_opens_with_its_summary_and_one_without_paragraphs_are_read_as_they_were(by_words: Reader) -> None:
    for summary, text in (
        (SENTENCES[0], f"{SENTENCES[0]} {SENTENCES[1]}"), ("", " ".join(SENTENCES)), ("", ""), (SENTENCES[1], ""),
    ):
        before, after = both(by_words, SENTENCES[3], summary, text)
        assert after == before


NAMES = ("Mohammed Vold", "Banderas", "Anne-Grethe Politi", "Tryggve Glad", "Ida Krig", "Hansen")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("sentence", [
    "I går blev {} dømt for vold i Vollsmose.", "{} er tryg i Gellerup, siger {}.", "»{} slog mig,« siger naboen {}.",
    "Dommen over {}: fængsel.",
])
def test_no_name_is_kept_also_where_it_looks_like_a_word_of_the_lists(
    reader: Reader, name: str, sentence: str
) -> None:
    doc = document(sentence.format(name, name), "Dom", "")
    named, _ = reader.names(doc, DAY)
    kept = [word for each in reader.keep(doc, named).sentences for word in each.words]
    for part in (*name.replace("-", " ").lower().split(), "vollsmose", "gellerup"):
        assert kept.count(part) == (part == "vold" and "for vold" in sentence)


def test_by_word_lists_most_words_leave_only_their_place_and_no_number_stays(by_words: Reader) -> None:
    doc = document(
        "Borgmesteren klippede snoren til Vollsmoses nye bibliotek tirsdag eftermiddag, og omkring 300 mennesker "
        "kiggede forbi i løbet af dagen. Arkitekten havde tegnet reoler af egetræ, og kaffen kom fra et lokalt "
        "risteri. Hans cpr er 010180-1234, og han er 47 år.", "Titel",
    )
    words = [word for each in by_words.keep(doc, by_words.names(doc, DAY)[0]).sentences for word in each.words]
    assert words.count(GONE) > len(words) / 2
    assert not any(letter.isdigit() for word in words for letter in word)


def test_what_only_the_trained_model_knows_is_kept_in_the_order_of_the_alphabet(reader: Reader) -> None:
    text = "Arkitekten havde tegnet reoler af egetræ i Vollsmose, og kaffen kom fra et lokalt risteri."
    doc = document(text, "Titel")
    kept = reader.keep(doc, reader.names(doc, DAY)[0]).sentences[-1].words
    bag = [word for word in kept if word in {"tegnet", "egetræ", "kaffen", "lokalt", "reoler"}]
    assert len(bag) > 2
    assert bag == sorted(bag)
    assert PLACE in kept
    assert "vollsmose" not in kept


def test_of_what_is_kept_the_trained_model_reads_nearly_what_it_read_of_the_text(reader: Reader) -> None:
    same = asked = 0
    for item in load_items():
        if item.part != "train" or item.kind == "answer":
            continue
        doc = document(item.text, item.title, kind=KINDS[item.kind])
        named, _ = reader.names(doc, DAY)
        if not named:
            continue
        full, _ = reader.read_named(doc, named)
        again, _ = reader.read_kept(reader.keep(doc, named), named)
        pairs = [(one.tone, other.tone) for one, other in zip(full.areas, again.areas, strict=True)
                 if one.tone and other.tone]
        asked += len(pairs)
        same += sum(one.label == other.label for one, other in pairs)
    assert asked > 500
    assert same / asked >= 0.93


def test_nothing_named_keeps_nothing() -> None:
    assert packed(None) == b""
    assert unpacked(b"") is None


def test_any_text_whatever_can_be_kept(reader: Reader) -> None:
    dice = random.Random(2018)
    letters = "abcÆØÅ .,!?\n\u00ad\u0301»«-0129'…\t/" + "Vollsmose "
    for _ in range(150):
        text = "".join(dice.choice(letters) for _ in range(dice.randrange(120)))
        doc = document(f"{text} Vollsmose {text[::-1]}", text[:20], text[20:40])
        kept = reader.keep(doc, reader.names(doc, DAY)[0])
        again = unpacked(packed(kept))
        assert again is not None
        assert (again.sentences, again.listed, again.document) == (kept.sentences, kept.listed, kept.document)


def test_facts_are_not_needed_to_read_what_is_kept(facts: Facts, config: Config, reader: Reader) -> None:
    doc = document(SENTENCES[0], SENTENCES[0])
    content = packed(reader.keep(doc, reader.names(doc, DAY)[0]))
    assert len(content) < 1_000
    assert unpacked(content) is not None
