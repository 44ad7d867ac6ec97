"""What a text says: tone and safety towards an area, themes, words of stigma, voices, genre."""

import pytest

from nlp.document import document
from nlp.stigma import generations, stigma


def read(reader, text: str, title: str = "", kind: str = "article", **more):
    return reader.read(document(text, title, kind=kind), **more)


def areas(reader, text: str, title: str = "") -> dict[str, tuple[str, str]]:
    found = {}
    for each in read(reader, text, title).areas:
        found[each.mention.area] = (each.tone.label if each.tone else "absent", each.safety.label)
    return found


def test_tone_is_towards_the_area_not_of_the_text(reader) -> None:
    text = "Vollsmose er blevet en dejlig bydel.\n\nEt. To.\n\nI Nyborg skete et drab med kniv. Morderen flygtede."
    reading = read(reader, text)
    assert reading.tone.label == "negative"
    assert areas(reader, text) == {"vollsmose": ("positive", "none")}


def test_each_area_has_its_own_tone(reader) -> None:
    assert areas(reader, "I Vollsmose er beboerne trygge. I Gellerup er der hærværk og overfald.") == {
        "vollsmose": ("positive", "safe"), "gellerup": ("negative", "unsafe")}


def test_the_sentence_beside_counts_less_than_the_one_that_names_the_area(reader) -> None:
    near = read(reader, "Her skete et overfald. Gellerup er nævnt. Byen er rar.").areas[0].tone.score
    named = read(reader, "Der er intet nyt. Et overfald i Gellerup er nævnt. Byen er rar.").areas[0].tone.score
    assert named < near < 0


def test_bydelen_carries_the_tone_on(reader) -> None:
    assert areas(reader, "Vollsmose får ny leder. Mandag mødtes de. Bydelen er plaget af hærværk og vold.") == {
        "vollsmose": ("negative", "unsafe")}


def test_an_area_given_takes_every_sentence_that_names_no_other(reader) -> None:
    reading = read(reader, "Her er dejligt. Gellerup er farligt.", kind="answer", given="vollsmose")
    found = {each.mention.area: each.tone.label for each in reading.areas}
    assert found == {"vollsmose": "positive", "gellerup": "negative"}


def test_an_empty_text_says_nothing(reader) -> None:
    reading = read(reader, "")
    assert (reading.tone.label, reading.tone.score, reading.safety.label) == ("neutral", 0.0, "none")
    assert (reading.themes, reading.areas, reading.genre, reading.voices) == ((), (), None, ())


@pytest.mark.parametrize(("text", "themes"), [
    ("Politiet anholdt en mand efter et knivstikkeri.", {"goal:tryghed", "plan:politi", "topic:kriminalitet-bande",
                                                         "topic:politi-indsats"}),
    ("Tre blokke rives til foråret ned.", {"goal:skala", "plan:nedrivning", "topic:nedrivning-omdannelse"}),
    ("Vinteren er kold.", set()),
    ("Ungdomsuddannelserne", {"goal:sammensaetning", "plan:born-unge", "topic:beskæftigelse-uddannelse"}),
])
def test_themes_by_their_seed_words(reader, text: str, themes: set[str]) -> None:
    found = read(reader, text).themes
    assert themes <= {each.id for each in found}
    assert bool(themes) == bool(found)
    assert [each.score for each in found] == sorted((each.score for each in found), reverse=True)


def test_a_word_in_the_headline_weighs_more_and_one_word_in_a_long_text_is_no_theme(reader) -> None:
    def score(text: str, title: str = "") -> float:
        found = {each.id: each.score for each in read(reader, text, title).themes}
        return found.get("topic:skole-dagtilbud", 0.0)

    assert score("Vejret er godt.", "Ny skole") > score("En ny skole. Vejret er godt.") > 0
    assert score("Ny skole. " + "Vejret er godt her i dag hos os. " * 120) == 0


@pytest.mark.parametrize(("text", "words"), [
    ("Den hårde ghetto er væk.", ("ghetto",)), ("En hård ghetto", ("hård ghetto",)),
    ("Ghettolisten", ("ghettolisten",)),
    ("Et parallelsamfund", ("parallelsamfund",)), ("Området er et omdannelsesområde.", ("omdannelsesområde",)),
    ("Udsatte boligområder", ("udsatte boligområde",)), ("Et hul i Danmarkskortet", ("hul i danmarkskortet",)),
    ("En rar bydel", ()),
])
def test_words_of_stigma(reader, text: str, words: tuple[str, ...]) -> None:
    assert read(reader, text).stigma == words


def test_the_official_words_before_and_since_2021_are_kept_apart() -> None:
    known = generations()
    assert known["ghetto"] == "official_2018"
    assert known["parallelsamfund"] == known["omdannelsesområde"] == "official_2021"
    assert known["hul i danmarkskortet"] == "pejorative"
    assert stigma([]) == ()


def test_the_change_of_official_words_in_2021_changes_no_tone(reader) -> None:
    old = read(reader, "Vollsmose er stadig en hård ghetto, viser listen.").areas[0]
    new = read(reader, "Vollsmose er stadig et omdannelsesområde, viser listen.").areas[0]
    assert old.tone.label == new.tone.label == "neutral"


@pytest.mark.parametrize(("text", "voices"), [
    ("»Her er rart,« siger en beboer.", ("beboer",)), ("Politiet oplyser, at en mand er anholdt.", ("politi",)),
    ("Ifølge borgmesteren er planen god, mens forskeren mener det modsatte.", ("forsker", "politiker")),
    ("Boligforeningen udtaler sig ikke. Investor siger ja.", ("boligorganisation", "erhverv")),
    ("Beboerne fik kaffe.", ()),
])
def test_voices_are_heard_where_somebody_says_something(reader, text: str, voices: tuple[str, ...]) -> None:
    assert read(reader, text).voices == voices


@pytest.mark.parametrize(("text", "title", "genre"), [
    ("Politiet efterlyser vidner til et røveri.", "Røveri", "krimi-notits"),
    ("Biblioteket åbner kl. 10.", "Nyt", "notits"), ("Biblioteket åbner. " * 60, "Nyt", "nyhed"),
    ("Jeg synes, at vi skal tale om min gade. " * 20, "Min gade", "debat"),
    ("Byrådet bør lytte.", "Læserbrev: Lyt til os", "debat"),
])
def test_genre(reader, text: str, title: str, genre: str) -> None:
    assert read(reader, text, title).genre == genre
