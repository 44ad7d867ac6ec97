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


def test_the_sentence_beside_counts_less_than_the_one_that_names_the_area(by_words) -> None:
    near = read(by_words, "Her skete et overfald. Gellerup er nævnt. Byen er rar.").areas[0].tone.score
    named = read(by_words, "Der er intet nyt. Et overfald i Gellerup er nævnt. Byen er rar.").areas[0].tone.score
    assert named < near < 0


def test_bydelen_carries_the_tone_on(by_words) -> None:
    assert areas(by_words, "Vollsmose får ny leder. Mandag mødtes de. Bydelen er plaget af hærværk og vold.") == {
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
def test_themes_by_their_seed_words(by_words, text: str, themes: set[str]) -> None:
    found = read(by_words, text).themes
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


@pytest.mark.parametrize("sentence", [
    "Vollsmose er stadig {}, viser listen.", "Nu er Vollsmose ikke længere {}.",
    "Beboerne er glade for Vollsmose, selv om det er {}.",
])
@pytest.mark.parametrize(("old", "new"), [
    ("en hård ghetto", "et omdannelsesområde"), ("en ghetto", "et parallelsamfund"),
    ("et ghettoområde", "et forebyggelsesområde"), ("en ghetto", "et udsat boligområde"),
])
def test_the_change_of_official_words_in_2021_changes_no_tone(reader, sentence: str, old: str, new: str) -> None:
    before, after = (read(reader, sentence.format(label)).areas[0] for label in (old, new))
    assert (before.tone.label, before.safety.label) == (after.tone.label, after.safety.label)
    assert before.tone.score == pytest.approx(after.tone.score, abs=0.05)  # a text is longer by a word


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
