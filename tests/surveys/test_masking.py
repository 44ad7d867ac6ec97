"""Open answers keep what they say and lose who said it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from store.errors import WrongFacts
from store.facts import Facts
from surveys.masking import Masker, load_names

MASKER = Masker(load_names(), ("Vollsmose", "Gellerup", "Odense", "Aarhus Vestby"))
STRICT = Masker(load_names(), ("Vollsmose", "Gellerup", "Odense"), ("da", "en"))


@pytest.mark.parametrize(("text", "masked"), [
    ("", ""),
    ("Her er trygt og roligt.", "Her er trygt og roligt."),
    ("Min nabo Mette larmer", "Min nabo [navn] larmer"),
    ("min nabo mette larmer", "min nabo [navn] larmer"),
    ("Det var Fatimas søn", "Det var [navn] søn"),
    ("Jeg kender Yusuf Abdirahman godt", "Jeg kender [navn] godt"),
    ("Jeg talte med Anne-Sofie i går", "Jeg talte med [navn] i går"),
    ("Zorban Klumpfort slog mig", "[navn] slog mig"),
    ("Klumpfort har en hund", "Klumpfort har en hund"),
    ("Jeg bor i Vollsmose og arbejder i Odense", "Jeg bor i Vollsmose og arbejder i Odense"),
    ("Vollsmoses ry er dårligt. Gellerup er værre", "Vollsmoses ry er dårligt. Gellerup er værre"),
    ("En Vollsmose-beboer", "En Vollsmose-beboer"),
    ("Der er ro. Politiet kommer. Nu og da", "Der er ro. Politiet kommer. Nu og da"),
    ("Mange f.eks. Zorban og bl.a. Klumpfort", "Mange f.eks. [navn] og bl.a. [navn]"),
    ("Ring 12 34 56 78 til mig", "Ring [telefon] til mig"),
    ("Ring +45 12345678.", "Ring [telefon]."),
    ("cpr 010203-1234 er mit", "cpr [cpr] er mit"),
    ("cpr 0102031234 er mit", "cpr [cpr] er mit"),
    ("skriv til navn.efternavn@eksempel.dk nu", "skriv til [e-mail] nu"),
    ("se www.eksempel.dk/side og https://x.eu/a", "se [link] og [link]"),
    ("find mig som @nogen_her", "find mig som [link]"),
    ("Jeg bor Opdigtede Vej 14, 3. tv", "Jeg bor [adresse]"),
    ("Jeg bor på birkeparken 12 B lige nu", "Jeg bor på [adresse] lige nu"),
    ("Vi bor i opgang 7", "Vi bor i [adresse]"),
    ("Det er utrygt efter kl. 22", "Det er utrygt efter kl. 22"),
    ("Jeg har boet her i 25 år", "Jeg har boet her i 25 år"),
    ("hans bil og lykken, line og storm", "hans bil og lykken, line og storm"),
    ("Jeg så Hans i går", "Jeg så [navn] i går"),
    ("Hans Klumpfort er sur", "[navn] er sur"),
    ("Aarhus Vestby er rar", "Aarhus Vestby er rar"),
    ("José bor her, og Jose\u0301 også", "José bor her, og [navn] også"),
    ("[navn] og [adresse]", "[navn] og [adresse]"),
])
def test_examples(text: str, masked: str) -> None:
    assert MASKER.mask(text) == masked


names = st.text("abcdefghijklmnoprstuvyæøå", min_size=4, max_size=9).map(str.capitalize)
WORDS = ["der", "er", "ofte", "larm", "ved", "bænken", "og", "så", "bliver", "jeg", "bange"]
lowers = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6)


@given(lowers, names, lowers)
@settings(max_examples=100, deadline=None)
def test_a_name_on_no_list_is_masked_inside_a_sentence(before: list[str], name: str, after: list[str]) -> None:
    listed = load_names()
    assume(not {name.casefold(), name.casefold().removesuffix("s")} & (listed.people | listed.common | listed.words))
    masked = MASKER.mask(" ".join([*before, name, *after]))
    assert name not in masked
    assert masked == " ".join([*before, "[navn]", *after])


@given(lowers, names, names)
@settings(max_examples=60, deadline=None)
def test_a_full_name_on_no_list_is_masked_at_the_start_too(words: list[str], given_name: str, family: str) -> None:
    listed = load_names().words
    assume(not any(form in listed for name in (given_name, family) for form in
                   (name.casefold(), name.casefold().removesuffix("s"))))
    assert MASKER.mask(" ".join([given_name, family, *words])) == " ".join(["[navn]", *words])


@given(st.text(max_size=80))
@settings(max_examples=150, deadline=None)
def test_masking_twice_changes_nothing(text: str) -> None:
    for masker in (MASKER, STRICT):
        once = masker.mask(text)
        assert masker.mask(once) == once


@pytest.mark.parametrize(("text", "masked"), [
    ("Zorbanka truede mig.", "[navn] truede mig."), ("Her er ro. Zorbankas søn larmer", "Her er ro. [navn] søn larmer"),
    ("Klumfort, Quxhild og de andre", "[navn], [navn] og de andre"),
    ("Utrygheden er stor. Naboerne hilser. Lastbilerne larmer.",
     "Utrygheden er stor. Naboerne hilser. Lastbilerne larmer."),
    ("Vollsmose er mit hjem", "Vollsmose er mit hjem"), ("Ghettolisten er skyld i det", "Ghettolisten er skyld i det"),
    ("TV-avisen lyver", "TV-avisen lyver"), ("Neighbours are kind", "Neighbours are kind"), ("Øv", "Øv"),
])
def test_a_first_word_that_no_dictionary_knows_is_a_name_in_an_answer(text: str, masked: str) -> None:
    assert STRICT.mask(text) == masked


@given(lowers, st.integers(10_000_000, 99_999_999), st.sampled_from(["{}", "+45{}", "{:,}"]))
@settings(max_examples=50, deadline=None)
def test_no_number_of_eight_digits_is_left(words: list[str], number: int, form: str) -> None:
    text = form.format(number).replace(",", " ")
    masked = MASKER.mask(" ".join([*words, text]))
    assert not any(part in masked for part in (str(number), text))


def test_the_names_of_areas_and_outlets_may_stay(facts: Facts) -> None:
    masker = Masker.of(facts)
    for area in facts.areas:
        text = f"der er dejligt i {area.name} nu"
        assert masker.mask(text) == text


def test_names_with_a_wrong_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(WrongFacts, match="can't be used"):
        load_names(tmp_path / "names.toml")
