"""Which area a text is about, and how much."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.document import document
from nlp.gazetteer import Gazetteer
from nlp.mentions import Mention, find_names, mentions
from nlp.pipeline import load
from nlp.reader import Reader


def found(reader: Reader, text: str, day: date | None = None, given: str | None = None) -> list[str]:
    return [each.area for each in find_names(text, reader.gazetteer, day, given)[0]]


def unsure(reader: Reader, text: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(each.name, each.candidates) for each in find_names(text, reader.gazetteer)[1]]


def roles(reader: Reader, text: str, title: str = "", **more: str) -> dict[str, str]:
    return {each.area: each.role for each in read(reader, text, title, **more)}


def read(reader: Reader, text: str, title: str = "", summary: str = "", given: str | None = None) -> list[Mention]:
    doc = document(text, title, summary)
    names, _ = find_names(doc.text, reader.gazetteer, None, given)
    return mentions(doc, names, load().sentences(doc.text), reader.gazetteer, given)


@pytest.mark.parametrize(("text", "area"), [
    ("Der er fest i Vollsmose i dag.", "vollsmose"),
    ("VOLLSMOSE FÅR NYT BIBLIOTEK", "vollsmose"),
    ("Vollsmoses beboere mødes.", "vollsmose"),
    ("En Vollsmose-beboer fortæller.", "vollsmose"),
    ("Vollsmosesagen fylder i retten.", "vollsmose"),
    ("Gellerupplanen er vedtaget.", "gellerup"),
    ("Gellerupparkens blokke", "gellerup"),
    ("Gellerup-parken", "gellerup"),
    ("Toveshøj ligger op til skoven.", "gellerup"),
    ("Gellerup/Toveshøj", "gellerup"),
    ("Taastrupgaard", "taastrupgaard"),
    ("Tåstrupgård", "taastrupgaard"),
    ("Taastrupgårds beboerhus", "taastrupgaard"),
    ("tåstrupgaard", "taastrupgaard"),
    ("Mjoelnerparken på Nørrebro", "mjolnerparken"),
    ("Mjo\u0308lnerparken", "mjolnerparken"),
    ("Ta\u030astrupga\u030ard", "taastrupgaard"),
    ("Voll\u00adsmose", "vollsmose"),
    ("Vollsmose\u200bs torv", "vollsmose"),
    ("Tingbjerg-Utterslevhuse", "tingbjerg"),
    ("Tingbjerg og Utterslevhuse", "tingbjerg"),
    ("Motalavejkvarteret", "motalavej"),
    ("Motalavej-kvarteret", "motalavej"),
    ("Gadehavegaard", "gadehavegaard"),
    ("»Bispehaven«", "bispehaven"),
    ("(Finlandsparken)", "finlandsparken"),
    ("Skovvejen/Skovparken", "skovparken"),
    ("Skovparken-Skovvejen", "skovparken"),
    ("Skovparken / Skovvejen", "skovparken"),
])
def test_spellings_genitives_and_compounds_of_a_name_are_the_area(reader: Reader, text: str, area: str) -> None:
    assert set(found(reader, text)) == {area}


@pytest.mark.parametrize("text", [
    "Vollsmoseren findes ikke.", "Storvollsmose er opdigtet.", "Gellerupparkeringen", "Bispeparken får ny legeplads.",
    "Skovgårdsparken i Aarhus", "Gjellerup ved Herning", "Hothers Plads på Nørrebro", "Skovparken/Byparken i Svendborg",
    "Bispehavenske tanker", "", "   ", "Intet område her.",
])
def test_what_only_resembles_a_name_is_no_area(reader: Reader, text: str) -> None:
    assert found(reader, text) == []


@pytest.mark.parametrize(("text", "areas"), [
    ("Ringparken får nye altaner.", []),
    ("Ringparken i Slagelse får nye altaner.", ["ringparken"]),
    ("Ringparken er ikke længere en ghetto.", ["ringparken"]),
    ("FOB renoverer Ringparken.", ["ringparken"]),
    ("Stengårdsvej i Esbjerg", ["stengaardsvej"]),
    ("Sundparken er på listen over omdannelsesområder.", ["sundparken"]),
    ("Birkeparken er en del af Vollsmose.", ["vollsmose", "vollsmose"]),
    ("Der er ro i Birkeparken.", []),
    ("Munkebo er en ghetto.", []),
    ("Munkebo i Kolding får nye facader.", ["munkebo"]),
    ("Koldings borgmester besøgte Munkebo.", ["munkebo"]),
    ("Munkebo i Kerteminde Kommune har fået en ny kro.", []),
    ("I Munkebo ved Lindøværftet er der fest.", []),
    ("Skovparken i Svendborg", []),
    ("Skovparken i Kolding", ["skovparken"]),
    ("Både Skovvejen og Skovparken skal forandres.", ["skovparken"]),
])
def test_a_name_that_needs_context_counts_only_with_it(reader: Reader, text: str, areas: list[str]) -> None:
    assert found(reader, text) == areas


def test_a_given_area_needs_no_context(reader: Reader) -> None:
    assert found(reader, "Munkebo er et godt sted at bo.", given="munkebo") == ["munkebo"]


@pytest.mark.parametrize(("day", "areas"), [
    (None, ["agervang"]), (date(2022, 5, 1), ["agervang"]), (date(2021, 9, 27), ["agervang"]), (date(2019, 5, 1), []),
])
def test_a_name_counts_from_the_day_it_was_given(reader: Reader, day: date | None, areas: list[str]) -> None:
    assert found(reader, "Grønneparken i Holbæk", day) == areas


def test_both_names_of_a_renamed_area_are_the_same_area(reader: Reader) -> None:
    assert set(found(reader, "Grønneparken, tidligere Agervang, i Holbæk", date(2022, 5, 1))) == {"agervang"}


def test_a_name_that_may_be_either_of_two_places_says_so(reader: Reader) -> None:
    text = "Beboerne i Skovparken er glade. Folk fra Kolding og Svendborg mødtes."
    assert found(reader, text) == []
    assert unsure(reader, text) == [("Skovparken", ("skovparken", "Svendborg"))]


def test_a_name_without_any_context_says_so(reader: Reader) -> None:
    assert unsure(reader, "Der er sommerfest i Ringparken.") == [("Ringparken", ("ringparken",))]


def test_a_town_right_behind_the_name_makes_it_doubtful_where_only_the_vocabulary_speaks_for_the_area(reader) -> None:
    assert unsure(reader, "Ringparken i Roskilde var på ghettolisten.") == [("Ringparken", ("ringparken", "Roskilde"))]
    assert found(reader, "Ringparken i Nordby ved Slagelse var på ghettolisten.") == ["ringparken"]


def test_a_false_friend_is_not_even_doubtful(reader: Reader) -> None:
    assert unsure(reader, "Munkebo ved Kerteminde fejrer jubilæum.") == []


def test_the_place_right_behind_a_name_outweighs_the_rest_of_the_text(reader: Reader) -> None:
    text = "Skovparken i Kolding fik besøg fra Svendborg."
    assert found(reader, text) == ["skovparken"]


def test_the_longest_of_overlapping_names_is_counted_once(reader: Reader) -> None:
    (mention,) = read(reader, "Vollsmose Torv er åbent.")
    assert (mention.alias, mention.count) == ("Vollsmose Torv", 1)


def test_a_press_name_is_told_from_the_official_area(reader: Reader) -> None:
    (mention,) = read(reader, "Hybenhaven i Odense får nye døre.")
    assert (mention.area, mention.unit) == ("vollsmose", "press")


LONG = "Byrådet mødtes tirsdag.\n\nDer var mange punkter. "


@pytest.mark.parametrize(("title", "text", "role"), [
    ("Fest i Vollsmose", LONG, "headline"),
    ("Fest i byen", "I Vollsmose var der fest.\n\nAlle kom.", "lead"),
    ("", "Der var fest. Det var i Vollsmose. Alle kom.", "lead"),
    ("", "Der var fest. Alle kom. Det var i Vollsmose.", "passing"),
    ("Ny plan", LONG + "Vollsmose får penge. Det gavner Vollsmose. Folk i Vollsmose jubler.", "focus"),
    ("Ny plan", LONG + "Vollsmose får penge. Bydelen skal forandres. I kvarteret jubler de.", "focus"),
    ("Ny plan", LONG + "Det gælder Gellerup, Vollsmose, Bispehaven og Ringparken i Slagelse.", "list"),
    ("Ny plan", LONG + "Det gælder blandt andet Odense, Vollsmose og Nyborg.", "list"),
    ("Ny plan", LONG + "\n\n- Vollsmose, Odense\n- Gellerupparken, Aarhus", "list"),
    ("Ny plan", LONG + "En mand fra Vollsmose sagde nej.", "passing"),
    ("Ny plan", LONG + "Gellerup og Vollsmose blev nævnt.", "passing"),
])
def test_the_role_is_the_first_that_applies(reader: Reader, title: str, text: str, role: str) -> None:
    assert roles(reader, text, title)["vollsmose"] == role


def test_a_summary_is_the_lead(reader: Reader) -> None:
    assert roles(reader, "Byrådet mødtes.\n\nVollsmose blev nævnt.", "Ny plan", summary="Om Odense.") == {
        "vollsmose": "passing"}
    assert roles(reader, "Byrådet mødtes.", "Ny plan", summary="Vollsmose får penge.") == {"vollsmose": "lead"}


def test_an_area_that_is_given_has_that_role_named_or_not(reader: Reader) -> None:
    assert roles(reader, "Der er rart at bo.", given="vollsmose") == {"vollsmose": "given"}
    assert roles(reader, "Gellerup er rart.", given="vollsmose") == {"vollsmose": "given", "gellerup": "lead"}


@pytest.mark.parametrize(("text", "count"), [
    ("Vollsmose får penge. Bydelen skal forandres.", 2),
    ("Vollsmose og Gellerup får penge. Bydelen skal forandres.", 1),
    ("Vollsmose får penge. Området omkring banegården skal forandres.", 1),
    ("Bydelen skal forandres. Vollsmose får penge.", 1),
    ("Vollsmose får penge. Et. To. Tre. Bydelen skal forandres.", 1),
])
def test_later_words_for_the_area_count_while_it_alone_is_in_focus(reader: Reader, text: str, count: int) -> None:
    assert next(each.count for each in read(reader, text) if each.area == "vollsmose") == count


@given(before=st.text(max_size=30), after=st.text(max_size=30))
def test_spans_point_at_the_name_as_it_was_written(before: str, after: str) -> None:
    from store.config import load_config
    from store.facts import load_facts

    gazetteer = _gazetteer(load_facts, load_config)
    text = f"{before} Voll\u00adsmose {after}"
    named = [each for each in find_names(text, gazetteer)[0] if each.start == len(before) + 1]
    assert [text[each.start:each.end] for each in named] == ["Voll\u00adsmose"]


_BUILT: list[Gazetteer] = []


def _gazetteer(load_facts, load_config) -> Gazetteer:
    from pathlib import Path

    if not _BUILT:
        facts = load_facts(load_config(Path("no-such-config.toml")))
        _BUILT.append(Gazetteer(facts.areas, facts.context_words))
    return _BUILT[0]
