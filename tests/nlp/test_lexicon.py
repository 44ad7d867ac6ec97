"""The word lists: forms by rule, compounds by part, a reason for each word."""

from pathlib import Path

import pytest

from nlp.inflection import forms
from nlp.lexicon import FOLDER, load_lexicon
from store.errors import WrongFacts


@pytest.mark.parametrize(("entry", "word_class", "some"), [
    ("tryg", "adjectives", ["tryg", "trygt", "trygge", "tryggere", "tryggest"]),
    ("sikker", "adjectives", ["sikkert", "sikre", "sikrere"]),
    ("belastet", "adjectives", ["belastede"]), ("truende", "adjectives", ["truende"]),
    ("voldelig", "adjectives", ["voldeligt", "voldelige"]), ("slidt", "adjectives", ["slidte"]),
    ("utryghed", "common", ["utrygheden", "utryghedens"]),
    ("bande", "common", ["banden", "bander", "banderne", "bandens"]),
    ("butik", "common", ["butikken", "butikker", "butikkerne"]),
    ("fængsel", "neuter", ["fængslet", "fængsler", "fængslerne"]),
    ("problem", "neuter", ["problemet", "problemer", "problemerne"]),
    ("rocker", "common", ["rockere", "rockerne", "rockeren"]),
    ("true", "verbs", ["truer", "truede", "truet", "truende", "trues"]),
    ("skyde: skyde skød skudt", "verbs", ["skød"]), ("drab: drab drabet", "neuter", ["drabets"]),
    ("endelig", "words", ["endelig"]), ("museum", "neuter", ["museet", "museer"]),
])
def test_words_are_inflected_by_rule(entry: str, word_class: str, some: list[str]) -> None:
    assert set(some) <= set(forms(entry, word_class))


@pytest.mark.parametrize("form", [
    "tryghedsfølelse", "bandekriminalitet", "ungdomsbande", "knallertlarm", "storkonflikt", "narkosag", "voldsramt",
    "hverdagsutryghed", "gadeoverfald", "nattehærværk",
])
def test_compounds_are_read_by_their_parts(form: str) -> None:
    found = load_lexicon()[form]
    assert form == "tryghedsfølelse" or (found is not None and found.polarity < 0)


@pytest.mark.parametrize("form", ["tilskud", "indskud", "overskud", "politiet", "kløft", "manifest", "forbande",
                                  "x" * 99, "område", "helhedsplanen"])
def test_words_that_only_look_like_it_say_nothing(form: str) -> None:
    found = load_lexicon()[form]
    assert found is None or found.group == "afinn"


def test_a_remedy_in_a_compound_speaks_well() -> None:
    assert load_lexicon()["bandebekæmpelse"].polarity > 0
    assert load_lexicon()["konfliktmægler"].polarity > 0


def test_there_are_enough_words_with_a_reason_each() -> None:
    lexicon = load_lexicon()
    own = {(word.lemma, word.group) for word in lexicon.words.values() if word.polarity or word.safety}
    assert len(own) >= 600
    assert len(lexicon.words) >= 3000


def test_the_base_list_weighs_less_than_a_clear_word_of_our_own() -> None:
    lexicon = load_lexicon()
    strongest = max(abs(lexicon[form].polarity) for form in lexicon.base if lexicon[form] is not None
                    and lexicon[form].group == "afinn")
    assert strongest < 0.5


def write(folder: Path, groups: str) -> Path:
    (folder / "tone.toml").write_text(groups, encoding="utf-8")
    (folder / "rules.toml").write_bytes((FOLDER / "rules.toml").read_bytes())
    return folder


@pytest.mark.parametrize(("groups", "why"), [
    ("[[groups]]\nid = 'a'\npolarity = 0\nsafety = 0", "lacks 'reason'"),
    ("[[groups]]\nid = 'a'\nreason = 'b'\npolarity = 3\nsafety = 0", "polarity 3"),
    ("[[groups]\n", "can't be read"),
])
def test_a_wrong_word_list_is_refused(tmp_path: Path, groups: str, why: str) -> None:
    with pytest.raises(WrongFacts, match=why):
        load_lexicon(write(tmp_path, groups))
