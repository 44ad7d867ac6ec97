"""One article, one address."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.addresses import LENGTH_LIMIT, canonical


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://avis.example/Nyt/1", "https://avis.example/Nyt/1"),
        ("HTTPS://WWW.Avis.Example:443", "https://www.avis.example/"),
        ("http://avis.example:80/a", "http://avis.example/a"),
        ("http://avis.example:8080/a", "http://avis.example:8080/a"),
        ("https://avis.example/a?utm_source=rss&id=7&fbclid=x#top", "https://avis.example/a?id=7"),
        ("https://avis.example/a?ID=7&b", "https://avis.example/a?ID=7&b"),
        (" https://avis.example/a\n ", "https://avis.example/a"),
        ("//medie.example/a", "https://medie.example/a"),
        ("/a/b", "https://avis.example/a/b"),
        ("http://[2001:db8::1]:81/", "http://[2001:db8::1]:81/"),
        ("ftp://avis.example/a", None),
        ("javascript:alert(1)", None),
        ("urn:dr:umbraco:article:1", None),
        ("http://[::1", None),
        ("http://avis.example:99999/", None),
        ("https://avis.example/" + "a" * LENGTH_LIMIT, None),
    ],
)
def test_canonical(address: str, expected: str | None) -> None:
    assert canonical(address, "https://avis.example/rss") == expected


PARTS = st.text(alphabet="abAB/&=#;:@[]%.-_~ æ0", max_size=20)


@given(PARTS, st.lists(st.sampled_from(["utm_source=a", "id=1", "fbclid=b", "x", "=", "UTM_medium=c", "_gl=1"])))
def test_twice_equals_once_and_no_tracker_survives(path: str, query: list[str]) -> None:
    once = canonical(f"https://avis.example/{path}?{'&'.join(query)}")
    if once is not None:
        assert canonical(once) == once
        assert "utm_" not in once.casefold().partition("?")[2]
        assert "fbclid" not in once


@given(st.text())
def test_no_text_raises(text: str) -> None:
    canonical(text, "https://avis.example/")
