"""The sentences that name an area: few, short, in order, and never the article."""

from datetime import date

import pytest

from nlp.naming import LONGEST, MOST, NamingSentences
from store.config import Config
from store.facts import Facts

DAY = date(2022, 3, 1)
FILLER = " ".join(["Kommunen har lagt planen frem, og den skal nu i høring hos naboerne."] * 6)


@pytest.fixture(scope="module")
def naming(facts: Facts, config: Config) -> NamingSentences:
    return NamingSentences(facts, config.nlp.spacy_model)


def test_only_sentences_that_name_the_area_are_kept(naming: NamingSentences) -> None:
    text = f"Der bygges nyt. I Vollsmose er husene færdige.\n\n{FILLER}\n\nGodt. Vollsmose får også en park."
    assert naming.of("Byggeri", "", text, "full", DAY) == {
        "vollsmose": ("I Vollsmose er husene færdige.", "Vollsmose får også en park."),
    }


def test_each_area_has_its_own(naming: NamingSentences) -> None:
    text = f"Vollsmose bygger. Gellerupparken river ned.\n\n{FILLER}"
    assert naming.of("Byggeri", "", text, "full", DAY) == {
        "vollsmose": ("Vollsmose bygger.",), "gellerup": ("Gellerupparken river ned.",),
    }


def test_no_more_than_a_few(naming: NamingSentences) -> None:
    text = " ".join(f"I Vollsmose skete der noget {number} gange." for number in range(9))
    assert len(naming.of("", "", text, "full", DAY)["vollsmose"]) == MOST


def test_a_name_in_the_headline_alone_gives_nothing(naming: NamingSentences) -> None:
    assert naming.of("Fest i Vollsmose", "", FILLER, "full", DAY) == {}


@pytest.mark.parametrize(("level", "kept"), [("full", {}), ("teaser", {"vollsmose": ("Der var fest i Vollsmose.",)})])
def test_a_text_held_in_full_is_never_kept_whole(naming: NamingSentences, level: str, kept: object) -> None:
    assert naming.of("Fest", "", "Der var fest i Vollsmose.", level, DAY) == kept


@pytest.mark.parametrize("before", [0, 12, 60])
def test_of_an_endless_sentence_what_stands_around_the_name_is_kept(naming: NamingSentences, before: int) -> None:
    text = "og så videre " * before + "i Vollsmose " + "og så videre " * 60
    sentence, = naming.of("", "", text.strip(), "full", DAY)["vollsmose"]
    assert "Vollsmose" in sentence
    assert len(sentence) <= LONGEST + 4
    assert "…" in sentence


def test_line_breaks_inside_a_sentence_become_spaces(naming: NamingSentences) -> None:
    assert naming.of("", "Der var fest i\n Vollsmose.", FILLER, "full", DAY)["vollsmose"][0].count("\n") == 0
