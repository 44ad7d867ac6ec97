"""``read -``: one object in, one object out."""

import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.stream import read_lines
from store.config import config_from
from store.errors import Exit


@pytest.fixture
def ask(facts, config):
    def _ask(*lines, explain: bool = False, config=config) -> tuple[list[dict], Exit]:
        out = io.StringIO()
        written = [line if isinstance(line, str) else json.dumps(line) for line in lines]
        outcome = read_lines(written, out, facts, config, explain=explain)
        return [json.loads(line) for line in out.getvalue().splitlines()], outcome

    return _ask


@pytest.fixture
def words(tmp_path):
    """A configuration that reads by word lists and rules alone."""
    return config_from({"nlp": {"backend": "lexicon"}}, tmp_path / "config.toml")


def test_an_answer_has_exactly_the_fields_of_the_contract(ask) -> None:
    (answer,), outcome = ask({"id": "a", "text": "Vollsmose er blevet tryg.", "title": "Nyt fra Vollsmose"})
    assert outcome is Exit.DONE
    assert list(answer) == ["id", "tone", "safety", "themes", "areas", "unsure", "stigma", "voices", "genre", "backend"]
    assert answer["tone"]["label"] == "positive"
    assert answer["safety"]["label"] == "safe"
    assert set(answer["backend"]) == {"name", "version"}
    (area,) = answer["areas"]
    assert list(area) == ["id", "role", "tone", "safety"]
    assert (area["id"], area["role"]) == ("vollsmose", "headline")
    assert all(set(theme) == {"id", "score"} and 0 <= theme["score"] <= 1 for theme in answer["themes"])


def test_a_listed_area_has_no_tone(ask) -> None:
    text = "Byrådet mødtes.\n\nDet gælder Gellerup, Vollsmose og Bispehaven."
    (answer,), _ = ask({"id": 1, "text": text})
    assert [(area["role"], area["tone"]) for area in answer["areas"]] == [("list", None)] * 3


def test_the_given_area_has_the_role_given(ask) -> None:
    (answer,), _ = ask({"id": 1, "text": "Utryg om aftenen", "kind": "answer", "area": "munkebo"})
    assert answer["areas"][0]["id"] == "munkebo"
    assert answer["areas"][0]["role"] == "given"
    assert answer["areas"][0]["safety"]["label"] == "unsafe"
    assert answer["genre"] is None


def test_a_headline_is_all_title(ask) -> None:
    (answer,), _ = ask({"id": 1, "text": "Fest i Vollsmose", "kind": "headline"})
    assert answer["areas"][0]["role"] == "headline"


def test_a_teaser_is_all_lead(ask) -> None:
    (answer,), _ = ask({"id": 1, "text": "Et. To. Tre. Fest i Vollsmose.", "kind": "teaser", "title": "Nyt"})
    assert answer["areas"][0]["role"] == "lead"


def test_the_date_decides_which_names_are_valid(ask) -> None:
    text = "Grønneparken i Holbæk"
    answers, _ = ask(
        {"id": 1, "text": text}, {"id": 2, "text": text, "published": "2019-01-01"},
        {"id": 3, "text": text, "published": "2021-09-26T22:30:00Z"},
    )
    assert [len(answer["areas"]) for answer in answers] == [1, 0, 1]


def test_two_way_names_are_unsure(ask) -> None:
    (answer,), _ = ask({"id": 1, "text": "Skovparken er god. Kolding og Svendborg."})
    assert answer["unsure"] == [{"name": "Skovparken", "candidates": ["skovparken", "Svendborg"]}]


def reasons(answer: dict, asked: dict) -> list[tuple[str, str]]:
    """Pair the words that reasons point at, in the input as it was given, with their rules."""
    return [(asked[each["in"]][each["start"]:each["end"]], each["rule"]) for each in answer["because"]]


def test_explain_names_words_with_their_place_and_rule(ask, words) -> None:
    asked = {"id": 1, "title": "Vollsmose", "text": "Beboerne er ikke utrygge."}
    (answer,), _ = ask(asked, explain=True, config=words)
    assert list(answer)[-1] == "because"
    assert all(set(each) == {"start", "end", "rule", "weight", "in"} for each in answer["because"])
    found = reasons(answer, asked)
    assert found[0] == ("Vollsmose", "area: vollsmose (headline)")
    told = [(word, rule) for word, rule in found if rule.startswith(("tone", "safety"))]
    assert [word for word, _ in told] == ["utrygge", "utrygge"]
    assert all("negated" in rule for _, rule in told)
    assert ("utrygge", "theme: goal:tryghed") in found
    assert all(each["weight"] > 0 for each in answer["because"])


@pytest.mark.parametrize("asked", [
    {"title": "Hærværk i Vollsmose  ", "text": "  \n\nBydelen er utryg. \U0001f600 Bydelen er utryg."},
    {"title": "   ", "text": "Hærværk i Voll\u00adsmose. Bydelen er utryg."},
    {"text": "H\u00e6rv\u00e6rk i Vollsmose!\n\nA\u030aret var utrygt, siger beboere i bydelen."},
    {"text": "Hærværk og utryghed i Vollsmose", "kind": "headline"},
    {"title": "Hærværk", "text": "Utrygt i Vollsmose", "kind": "headline"},
    {"title": "Utryg", "text": "Her er hærværk", "area": "vollsmose", "kind": "answer"},
])
def test_reasons_point_into_the_input_as_it_was_given(ask, words, asked: dict) -> None:
    (answer,), _ = ask({"id": 1, **asked}, explain=True, config=words)
    for word, rule in reasons(answer, asked):
        seen = word.replace("\u00ad", "").lower()
        if rule.startswith("area") and "taken up" not in rule:
            assert seen == "vollsmose"
        elif rule.startswith("area"):
            assert seen.startswith("bydelen")
        else:
            assert seen.startswith(("hærværk", "utryg", "utryghed", "beboere"))
    assert any(rule.startswith("tone") for _, rule in reasons(answer, asked))
    assert any(rule.startswith("theme: ") for _, rule in reasons(answer, asked))


def test_only_themes_that_are_reported_are_explained_and_every_one_is(ask) -> None:
    text = "Politiet rykkede ud til skyderi i Vollsmose. Skolen åbnede et nyt bibliotek. " + "Det var en dag. " * 90
    (answer,), _ = ask({"id": 1, "text": text}, explain=True)
    explained = {each["rule"].removeprefix("theme: ") for each in answer["because"] if each["rule"].startswith("theme")}
    assert explained == {each["id"] for each in answer["themes"]}


@pytest.mark.parametrize("backend", ["lexicon", "linear"])
def test_every_backend_is_explained(facts, tmp_path, backend: str) -> None:
    config = config_from({"nlp": {"backend": backend}}, tmp_path / "config.toml")
    out, asked = io.StringIO(), {"id": 1, "title": "Ro", "text": "Vollsmose er dejlig, men mange er bange om aftenen."}
    read_lines([json.dumps(asked)], out, facts, config, explain=True)
    words = {word.lower() for word, rule in reasons(json.loads(out.getvalue()), asked) if rule.startswith("tone")}
    assert words & {"dejlig", "bange"}


@pytest.mark.parametrize(("line", "id", "error"), [
    ("{", None, "not valid JSON"), ("[]", None, "one JSON object"), ("3", None, "one JSON object"),
    ('{"text": "a"}', None, "'id' is missing"), ('{"id": true, "text": "a"}', None, "'id'"),
    ('{"id": 1}', 1, "'text' is missing"), ('{"id": 1, "text": 3}', 1, "'text' must be text"),
    ('{"id": 1, "text": "a", "kind": "roman"}', 1, "unknown kind 'roman'"),
    ('{"id": 1, "text": "a", "area": "atlantis"}', 1, "unknown area 'atlantis'"),
    ('{"id": 1, "text": "a", "published": "i går"}', 1, "'published'"),
    ('{"id": 1, "text": "a", "title": 7}', 1, "'title' must be text"),
    ('{"id": NaN, "text": "a"}', None, "not valid JSON"),
    ("[" * 100_000, None, "deeply"),
])
def test_a_bad_line_says_why_and_the_run_goes_on(ask, line: str, id: object, error: str) -> None:
    answers, outcome = ask({"id": "first", "text": ""}, line, {"id": "last", "text": ""})
    assert outcome is Exit.WITH_REFUSALS
    assert [answer["id"] for answer in answers] == ["first", id, "last"]
    assert list(answers[1]) == ["id", "line", "error"]
    assert answers[1]["line"] == 2
    assert error in answers[1]["error"]


@pytest.mark.parametrize("text", [
    "", " \n\n ", "😀🎉 Vollsmose 💙", "The residents of Vollsmose are happy.", "Vollsmose'de yaşıyorum", "فولسموسه",
    "\ud800 Vollsmose", "\x00\x01", "a" * 100_000, "é" * 10_000, "!" * 5_000, "\u202e Vollsmose \ufeff", "İ" * 50,
    "VollsmoÃ¸se Ã¦Ã¸Ã¥",
])
def test_any_text_is_read(ask, text: str) -> None:
    (answer,), outcome = ask({"id": text[:5], "text": text})
    assert outcome is Exit.DONE
    assert -1 <= answer["tone"]["score"] <= 1


def test_a_text_of_a_megabyte_is_read(ask) -> None:
    (answer,), _ = ask({"id": 1, "text": "Der er hærværk i Vollsmose. " * 37_500})
    assert answer["areas"][0]["tone"]["label"] == "negative"


@settings(max_examples=30, deadline=None)
@given(texts=st.lists(st.text(max_size=200), max_size=4))
def test_lines_are_answered_in_order_and_alike_alone_or_together(texts: list[str]) -> None:
    from pathlib import Path

    from store.config import load_config
    from store.facts import load_facts

    config = load_config(Path("no-such-config.toml"))
    facts = load_facts(config)
    lines = [json.dumps({"id": number, "text": text}) for number, text in enumerate(texts)]
    together, apart = io.StringIO(), io.StringIO()
    read_lines(lines, together, facts, config, explain=True)
    for line in lines:
        read_lines([line], apart, facts, config, explain=True)
    assert together.getvalue() == apart.getvalue()
