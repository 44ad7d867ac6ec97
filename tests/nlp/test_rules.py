"""How words change each other's weight."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.lexicon import load_lexicon
from nlp.pipeline import load
from nlp.rules import weigh


def weights(text: str) -> list:
    lexicon = load_lexicon()
    return [each for sentence in load().sentences(text) for each in weigh(sentence, lexicon)]


def tone(text: str) -> float:
    return sum(each.tone for each in weights(text))


def safe(text: str) -> float:
    return sum(each.safety for each in weights(text))


@pytest.mark.parametrize("text", [
    "Beboerne er trygge.", "Beboerne er ikke utrygge.", "Her er aldrig hærværk.", "Her er ingen bander.",
    "Der er færre indbrud.", "Kriminaliteten falder.", "Antallet af indbrud er faldet.", "Faldende kriminalitet",
    "Et fald i antallet af overfald", "Politiet har fået bugt med banderne.", "Nu er det slut med hærværk.",
    "Kvarteret er fri for kriminalitet.", "En gade uden hærværk", "Hærværket er stoppet.", "Stigende tryghed",
    "Utrygheden falder.", "Børnene trives.", "Skyderierne er stoppet.", "Der er mindre utryghed.",
    "Her er mere roligt.", "Indbruddene er halveret.", "Problemet er løst.", "Det er problemfrit.",
    "Trygheden er steget.", "Banden forsvandt.",
])
def test_what_speaks_well(text: str) -> None:
    assert tone(text) > 0.1


@pytest.mark.parametrize("text", [
    "Beboerne er utrygge.", "Beboerne er ikke trygge.", "Børnene trives ikke.", "Her mangler tryghed.",
    "Faldende tryghed", "Trygheden falder.", "Der er flere indbrud.", "Bandekriminalitet", "Voldsepisoder",
    "Her er ikke noget fællesskab.", "Klubben lukker.", "Kun hver anden er tryg.", "Der er ikke kun utryghed.",
    "Stigning i antallet af overfald", "Beboerne er aldrig glade.", "Politiets indsats virker ikke.",
    "Området er plaget af hærværk.", "Mindre tryghed", "Et narkofund",
])
def test_what_speaks_ill(text: str) -> None:
    assert tone(text) < -0.1


@pytest.mark.parametrize("text", [
    "Byrådet mødes på tirsdag.", "Kommunen giver tilskud.", "Politiet er til stede.", "",
    "Boligforeningen har et navn.", "En nødvendig plan", "Overskuddet er på ti kroner.",
])
def test_what_says_nothing(text: str) -> None:
    assert abs(tone(text)) < 0.1


@pytest.mark.parametrize(("stronger", "weaker"), [
    ("Jeg er meget utryg.", "Jeg er utryg."), ("Jeg er utryg.", "Jeg er lidt utryg."),
    ("Jeg er utryg.", "Jeg er måske utryg."), ("Jeg er utryg.", "Er jeg utryg?"),
    ("Her er hærværk.", "Kampen mod hærværk"), ("Her er hærværk.", "»Her er hærværk.«"),
    ("Utryghed er værre end larm.", "Larm"), ("Jeg er bange.", "Selvom jeg er bange, går jeg ud."),
])
def test_degree_modality_and_quotation_change_the_size(stronger: str, weaker: str) -> None:
    assert safe(stronger) < safe(weaker) < 0.5


@pytest.mark.parametrize(("text", "sign"), [
    ("Her er pænt, men utrygt.", -1), ("Her er utrygt, men smukt og dejligt og hyggeligt.", 1),
    ("Selvom her er grimt, er jeg glad.", 1), ("Trods hærværk er folk glade.", 1),
])
def test_what_stands_behind_but_outweighs_what_stands_before(text: str, sign: int) -> None:
    assert tone(text) * sign > 0


@pytest.mark.parametrize(("text", "sign"), [
    ("tør ikke gå ud", -1), ("jeg tør gå ud om aftenen", 1), ("man kan ikke gå alene om aftenen", -1),
    ("børnene kan lege frit", 1), ("unge der hænger ud", -1), ("gode naboer", 1), ("stille og roligt", 1),
    ("der er mørkt på stierne", -1), ("bander", -1), ("jeg har aldrig oplevet noget", 1), ("ingen problemer", 1),
])
def test_short_answers_tell_of_safety(text: str, sign: int) -> None:
    assert safe(text) * sign > 0.1


def test_the_rule_says_group_word_and_what_changed_it() -> None:
    (weight,) = weights("Beboerne er slet ikke særlig utrygge her.")
    assert weight.rule == "utryg: utryg · negated · intensified"
    assert (weight.start, weight.end) == (29, 36)


def test_a_phrase_outweighs_its_words() -> None:
    (weight,) = weights("Tre blokke rives i dag ned.")
    assert weight.rule.startswith("nedrivning")


@given(st.text(max_size=300))
def test_any_text_can_be_weighed_and_every_weight_stands_in_it(text: str) -> None:
    for weight in weights(text):
        assert 0 <= weight.start < weight.end
        assert abs(weight.tone) <= 5
