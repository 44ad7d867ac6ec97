"""Sitemaps: what they hold, which stories of them a feed has lost, and when to stop asking."""

from __future__ import annotations

import gzip
import random
import zlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.sitemaps import (
    ENTRY_LIMIT,
    PAUSE,
    SIZE_LIMIT,
    TRIES,
    MapEntry,
    NoSitemap,
    Sitemap,
    after_try,
    is_lost,
    listed_in,
    next_maps,
    parse_sitemap,
    reaches,
    stories_of,
    window_of,
    words_of,
)
from store.gaps import Gap

NOW = datetime(2026, 8, 6, 12, 0, tzinfo=UTC)
GAP = Gap("a", NOW - timedelta(hours=30), NOW, next_due=NOW)
URL = "https://avis.example/sitemap.xml"
SITE = "avis.example"


def news(*stories: tuple[str, datetime, str]) -> bytes:
    rows = "".join(
        f"<url><loc>{url}</loc><news:news><news:publication><news:name>Avis</news:name></news:publication>"
        f"<news:publication_date>{moment.isoformat()}</news:publication_date><news:title>{title}</news:title>"
        "</news:news></url>" for url, moment, title in stories
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        f' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">{rows}</urlset>'
    ).encode()


def index(*maps: tuple[str, str]) -> bytes:
    rows = "".join(f"<sitemap><loc>{url}</loc><lastmod>{day}</lastmod></sitemap>" for url, day in maps)
    return f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</sitemapindex>'.encode()


def read(body: bytes) -> Sitemap:
    found = parse_sitemap(body, URL, NOW)
    assert isinstance(found, Sitemap), found
    return found


def test_a_news_sitemap_gives_address_headline_and_date() -> None:
    moment = NOW - timedelta(hours=3)
    (entry,) = read(news(("https://avis.example/nyt/1?utm_source=x", moment, "Nyt torv &amp; bænke"))).entries
    assert entry == MapEntry("https://avis.example/nyt/1?utm_source=x", None, moment, "Nyt torv & bænke")
    assert [each.url for each in stories_of([entry], GAP, SITE, {"nyt"})] == ["https://avis.example/nyt/1"]


@pytest.mark.parametrize("pack", [
    lambda body: body, gzip.compress, lambda body: b"\xef\xbb\xbf" + body,
    lambda body: b"\n \n" + body.partition(b"?>")[2],
    lambda body: body.replace(b"<urlset", b"<!-- x --><urlset"), lambda body: body.replace(b"</urlset>", b""),
])
def test_a_sitemap_is_read_packed_and_with_small_faults(pack: object) -> None:
    assert len(read(pack(news(("https://avis.example/nyt/1", NOW, "A")))).entries) == 1  # type: ignore[operator]


def test_a_list_of_addresses_is_a_sitemap_too() -> None:
    assert read(b"https://avis.example/a\nhttps://avis.example/b\n").entries[1].url == "https://avis.example/b"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "an empty answer"), (b"<html><body>Log ind", "not a sitemap"), (b"Siden findes ikke", "not a sitemap"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><urlset/>', "the sitemap declares entities"),
        (b"\x1f\x8bnej", "can't be unpacked"), (gzip.compress(b"x" * (SIZE_LIMIT + 1), mtime=0), "can't be unpacked"),
        (gzip.compress(b"<urlset/>", mtime=0)[:-6], "can't be unpacked"), (b"<" * 700_000, "tags"),
        (b"<a>" + b"x" * SIZE_LIMIT, "bytes"), (b"\x00\x01\x02", "not a sitemap"),
    ],
)
def test_what_is_no_sitemap_is_refused(body: bytes, said: str) -> None:
    found = parse_sitemap(body, URL, NOW)
    assert isinstance(found, NoSitemap)
    assert said in found.reason


def test_more_addresses_than_the_protocol_allows_are_left_out() -> None:
    rows = b"".join(b"<url><loc>/%d</loc></url>" % number for number in range(ENTRY_LIMIT + 5))
    assert len(read(b"<urlset>" + rows + b"</urlset>").entries) == ENTRY_LIMIT


PIECES = st.lists(st.sampled_from([
    b"<urlset>", b"</urlset>", b"<url>", b"</url>", b"<loc>", b"</loc>", b"https://avis.example/1", b"http://[", b"//",
    b"<lastmod>", b"9999-99-99", b"</lastmod>", b"<news:title>", b"<sitemapindex>", b"<sitemap>", b"<![CDATA[", b"]]>",
    b"&amp;", b"&#0;", b"\x00", b"\xff", b"<!--", b"-->", b"<?x", b"?>", b"<url xmlns='\x01'>", b"<url/>" * 50,
]), max_size=30).map(b"".join)


@settings(max_examples=150, deadline=None)
@given(PIECES | st.binary(max_size=60), st.booleans())
def test_no_body_raises(body: bytes, packed: bool) -> None:
    assert isinstance(parse_sitemap(gzip.compress(body) if packed else body, URL, NOW), Sitemap | NoSitemap)


def test_no_mutated_sitemap_raises() -> None:
    whole = news(*((f"https://avis.example/nyt/{number}", NOW, "Nyt & andet") for number in range(5)))
    dice = random.Random(2018)
    for number in range(200):
        body = bytearray(whole if number % 2 else zlib.compress(whole, wbits=31))
        for _ in range(dice.randrange(1, 6)):
            at = dice.randrange(len(body))
            body[at:at + dice.randrange(10)] = dice.randbytes(dice.randrange(4))
        assert isinstance(parse_sitemap(bytes(body), URL, NOW), Sitemap | NoSitemap)


def test_robots_txt_names_sitemaps_of_the_site_news_first() -> None:
    robots = (
        "Sitemap: https://avis.example/sitemap-images.xml\nSitemap: https://avis.example/sitemap.xml\n"
        "User-agent: *\nDisallow: /x\nSitemap: https://www.avis.example/sitemap-news.xml\n"
        "Sitemap: https://soester.example/sitemap.xml\nSitemap: /nej\nSitemap: https://avis.example/sitemap.xml\n"
    )
    assert listed_in(robots, SITE) == [
        "https://www.avis.example/sitemap-news.xml", "https://avis.example/sitemap.xml",
        "https://avis.example/sitemap-images.xml",
    ]


def test_of_an_index_the_news_and_the_latest_are_asked_for_and_old_ones_are_not() -> None:
    found = read(index(
        ("https://avis.example/sitemap-2019.xml", "2019-12-31"), ("https://avis.example/sitemap-08.xml", "2026-08-05"),
        ("https://avis.example/sitemap-07.xml", "2026-08-06"), ("https://avis.example/sitemap-news.xml", "2026-08-06"),
        ("https://avis.example/sitemap-video.xml", "2026-08-06"),
        ("https://anden.example/sitemap-news.xml", "2026-08-06"),
    ))
    assert [each.rpartition("/")[2] for each in next_maps(found, GAP, SITE)] == [
        "sitemap-news.xml", "sitemap-07.xml", "sitemap-08.xml",
    ]


@pytest.mark.parametrize(
    ("url", "hours", "kept"),
    [
        ("https://avis.example/nyt/1", 3, True), ("https://www.avis.example/nyt/1", 3, True),
        ("https://avis.example/nyt/1", 31.5, False), ("https://avis.example/nyt/1", -2, False),
        ("https://avis.example/sport/1", 3, False), ("https://anden.example/nyt/1", 3, False),
        ("https://avis.example/", 3, False), ("https://avis.example/nyt/billede.jpg", 3, False),
    ],
)
def test_a_story_is_of_the_site_the_sections_and_the_gap(url: str, hours: float, kept: bool) -> None:
    entry = MapEntry(url, published=NOW - timedelta(hours=hours), title="Nyt")
    assert bool(stories_of([entry], GAP, SITE, {"nyt"})) is kept


def test_an_address_without_a_date_is_no_story() -> None:
    assert stories_of([MapEntry("https://avis.example/nyt/1")], GAP, SITE, {"nyt"}) == []


def test_words_of_an_address_stand_in_for_a_headline() -> None:
    assert words_of("https://avis.example/nyt/nyt-torv-i-vollsmose-1234/") == "Nyt Torv I Vollsmose"
    assert words_of("https://avis.example/nyt/n%C3%B8rre") == "Nørre"


def test_a_sitemap_reaches_a_gap_when_it_goes_back_to_its_beginning() -> None:
    entries = [MapEntry("a", published=NOW), MapEntry("b", published=GAP.first - timedelta(hours=1)), MapEntry("c")]
    assert reaches(entries, GAP)
    assert not reaches(entries[:1], GAP)
    assert not reaches(entries[2:], GAP)


def test_a_gap_is_filled_tried_again_or_given_up() -> None:
    assert after_try(GAP, 3, True, "", NOW) == replace(GAP, state="filled", tries=1, added=3, next_due=None)
    again = after_try(GAP, 3, False, "x", NOW)
    assert (again.state, again.next_due) == ("open", NOW + PAUSE)
    for _ in range(TRIES - 1):
        again = after_try(again, 0, False, "x", NOW)
    assert (again.state, again.tries, again.added, again.next_due) == ("given up", TRIES, 3, None)
    assert after_try(GAP, 0, False, "robots", NOW, lasting=True).state == "given up"


def test_a_feed_is_lost_when_it_is_out_of_reach_for_longer_than_it_reaches_back() -> None:
    window = window_of(NOW - timedelta(hours=20), NOW)
    assert window == timedelta(hours=20)
    assert is_lost(NOW - timedelta(hours=21), 1, window, NOW)
    assert not is_lost(NOW - timedelta(hours=19), 1, window, NOW)
    assert not is_lost(NOW - timedelta(hours=21), 0, window, NOW)
    assert not is_lost(None, 1, window, NOW)
    assert window_of(None, None) == timedelta(days=1)
    assert window_of(NOW, NOW) == timedelta(hours=1)
    assert window_of(NOW - timedelta(days=90), NOW) == timedelta(days=7)
