"""One article, one address."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.addresses import LENGTH_LIMIT, canonical, site_of


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
        ("https://m.avis.example/a", "https://avis.example/a"),
        ("https://mobil.avis.example/a?utm_source=app", "https://avis.example/a"),
        ("https://www.m.avis.example/a", "https://avis.example/a"),
        ("https://m.dk/a", "https://m.dk/a"),
        ("https://amp.medie.example/a", "https://medie.example/a"),
        ("https://avis.example/a/amp/", "https://avis.example/a"),
        ("https://avis.example/amp", "https://avis.example/amp"),
        ("https://avis.example/a.amp.html?amp=1&id=3", "https://avis.example/a.html?id=3"),
        ("https://avis.example/a?outputType=amp", "https://avis.example/a"),
        ("https://www.google.com/amp/s/avis.example/a/amp", "https://avis.example/a"),
        ("https://avis-example.cdn.ampproject.org/c/s/avis.example/a", "https://avis.example/a"),
        ("https://avis.example/a?b=1&amp;c=2", "https://avis.example/a?b=1&c=2"),
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


def test_a_mobile_host_becomes_the_host_of_the_feed() -> None:
    assert canonical("https://m.avis.example/a", "https://www.avis.example/rss") == "https://www.avis.example/a"
    assert canonical("https://m.medie.example/a", "https://www.avis.example/rss") == "https://medie.example/a"


def test_addresses_of_one_site_share_it_whatever_the_device() -> None:
    hosts = ("https://www.avis.example/a", "http://m.avis.example/b", "https://amp.avis.example/", "//avis.example")
    assert {site_of(each) for each in hosts} == {"avis.example"}
    assert site_of("http://[::1") == ""


PARTS = st.text(alphabet="abAB/&=#;:@[]%.-_~ æ0", max_size=20)


@given(PARTS, st.lists(st.sampled_from(["utm_source=a", "id=1", "fbclid=b", "x", "=", "UTM_medium=c", "_gl=1"])))
def test_twice_equals_once_and_no_tracker_survives(path: str, query: list[str]) -> None:
    once = canonical(f"https://avis.example/{path}?{'&'.join(query)}")
    if once is not None:
        assert canonical(once) == once
        assert "utm_" not in once.casefold().partition("?")[2]
        assert "fbclid" not in once


WRAPPINGS = st.lists(st.sampled_from([
    "https://www.google.com/amp/s/{}", "https://x.cdn.ampproject.org/v/s/{}", "m.{}", "amp.{}", "www.{}", "{}/amp",
    "{}/amp/", "{}.amp", "{}?amp", "{}#amp", "{}&usqp=1", "https://{}", "http://{}",
]), max_size=6)


@given(WRAPPINGS, st.sampled_from(["avis.example/a", "m.dk/1", "avis.example", "avis.example/a?id=1"]))
def test_taking_wrappings_off_twice_equals_once(wrappings: list[str], address: str) -> None:
    for each in wrappings:
        address = each.format(address)
    once = canonical(address, "https://www.avis.example/rss")
    if once is not None:
        assert canonical(once, "https://www.avis.example/rss") == once
        assert canonical(once) == once


@given(st.text())
def test_no_text_raises(text: str) -> None:
    canonical(text, "https://avis.example/")
