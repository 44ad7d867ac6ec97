"""``read -``: one object in, one object out."""

import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.stream import read_lines
from store.errors import Exit


@pytest.fixture
def ask(facts, config):
    def _ask(*lines, explain: bool = False) -> tuple[list[dict], Exit]:
        out = io.StringIO()
        written = [line if isinstance(line, str) else json.dumps(line) for line in lines]
        outcome = read_lines(written, out, facts, config, explain=explain)
        return [json.loads(line) for line in out.getvalue().splitlines()], outcome

    return _ask


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


def test_explain_names_words_with_their_place_and_rule(ask) -> None:
    (answer,), _ = ask({"id": 1, "title": "Vollsmose", "text": "Beboerne er ikke utrygge."}, explain=True)
    assert list(answer)[-1] == "because"
    whole = "Vollsmose\n\nBeboerne er ikke utrygge."
    assert [whole[each["start"]:each["end"]] for each in answer["because"]] == ["utrygge", "utrygge"]
    assert all(set(each) == {"start", "end", "rule", "weight"} for each in answer["because"])
    assert "negated" in answer["because"][0]["rule"]
    assert answer["because"][0]["weight"] > 0


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
