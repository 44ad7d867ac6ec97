"""Article ids: what makes two texts one article."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.identity import article_id, normalised, slug, text_digest

DAY = date(2021, 3, 4)
WORDS = st.text(min_size=1).filter(normalised)


@given(WORDS, WORDS, WORDS)
def test_a_guid_outranks_the_link_and_the_link_the_text(guid: str, url: str, text: str) -> None:
    assert article_id("a", guid=guid, url=url, day=DAY, text=text) == article_id("a", guid=guid)
    assert article_id("a", url=url, day=DAY, text=text) == article_id("a", url=url)
    assert len({article_id("a", guid=url), article_id("a", url=url), article_id("a", day=DAY, text=url)}) == 3


@given(WORDS)
def test_another_outlet_or_day_is_another_article(text: str) -> None:
    here = article_id("a", day=DAY, text=text)
    assert here != article_id("b", day=DAY, text=text)
    assert here != article_id("a", day=date(2021, 3, 5), text=text)
    assert article_id("a", guid=text) != article_id("b", guid=text)


@given(WORDS)
def test_a_text_counts_by_its_words_alone(text: str) -> None:
    assert article_id("a", day=DAY, text=f"  {text}!\n") == article_id("a", day=DAY, text=text)


def test_parts_do_not_run_into_each_other() -> None:
    assert article_id("ab", guid="c") != article_id("a", guid="bc")
    assert text_digest("ab", "c", "") != text_digest("a", "bc", "")
    assert text_digest("a", "", "b") != text_digest("a", "b", "")


@pytest.mark.parametrize("text", ["", "?!"])
def test_what_has_no_key_is_no_article(text: str) -> None:
    with pytest.raises(ValueError, match="guid and address"):
        article_id("a", day=DAY, text=text)


def test_an_undated_text_is_the_same_on_every_day() -> None:
    assert article_id("a", text="ord") == article_id("a", text="ord")
    assert article_id("a", text="ord") != article_id("a", text="ord", day=DAY)


@given(st.text())
def test_normalising_twice_equals_once(text: str) -> None:
    assert normalised(normalised(text)) == normalised(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", ""), ("Åbent  HUS – på «torvet»!", "åbent hus på torvet"), ("A\u030aben_skole", "åben skole")],
)
def test_normalised(text: str, expected: str) -> None:
    assert normalised(text) == expected


@pytest.mark.parametrize(
    ("name", "id"),
    [("Fyns Ø-avis", "fyns-oe-avis"), ("…", "unnamed"), ("  Århus/Nyt ", "aarhus-nyt"), ("Ære", "aere"),
     ("Café", "cafe")],
)
def test_slug(name: str, id: str) -> None:
    assert slug(name) == id
