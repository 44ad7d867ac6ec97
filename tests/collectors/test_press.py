"""Press releases: read from any likely layout, refused clearly from any other, and never in tone or volume."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.feedparse import NoFeed, Parsed
from collectors.harvest import HarvestSummary, harvest
from collectors.press import Query, parse_releases, press_feeds, query_of
from store.config import PressConfig, config_from
from store.database import Store
from store.facts import Facts
from tests.collectors.serving import Asked, Reply, Server, serving
from tests.collectors.test_feedparse import item, rss

NOW = datetime(2026, 8, 6, 12, 0, tzinfo=UTC)
URL = "https://via.ritzau.dk/json/v2/releases"
RELEASE: dict[str, Any] = {
    "id": 13584892, "headline": "De fleste føler sig trygge", "summary": "Ny måling.", "language": "da",
    "body": "<p>Trygheden er høj i Vollsmose.</p><p>Det viser en måling.</p><p>Kontakt:</p><p>Bo Ibsen, 12345678</p>",
    "publishedAt": "2026-08-05T10:00:00+02:00", "publisher": {"id": 13559123, "name": "Boligforeningen"},
    "url": "https://via.ritzau.dk/pressemeddelelse/trygge?publisherId=13559123&releaseId=13584892&utm_source=x",
}


ANY = Query()


def parse(content: Any, query: Query = ANY) -> Parsed | NoFeed:
    return parse_releases(json.dumps(content).encode(), URL, {}, NOW, complete=True, query=query)


def only(content: Any, query: Query = ANY) -> Any:
    found = parse(content, query)
    assert isinstance(found, Parsed), found
    (entry,) = found.entries
    return entry


def test_a_release_is_read_without_who_to_call() -> None:
    entry = only([RELEASE])
    assert (entry.guid, entry.title, entry.summary) == ("13584892", "De fleste føler sig trygge", "Ny måling.")
    assert entry.text == "Trygheden er høj i Vollsmose.\n\nDet viser en måling."
    assert entry.dated.moment == datetime(2026, 8, 5, 8, 0, tzinfo=UTC)
    assert entry.link == ("https://via.ritzau.dk/pressemeddelelse/trygge?publisherId=13559123&releaseId=13584892")


@pytest.mark.parametrize("wrap", [
    lambda each: [each], lambda each: {"releases": [each]}, lambda each: {"data": {"Releases": [each]}},
    lambda each: {"total": 1, "results": [each]}, lambda each: {"data": [each], "paging": {}},
])
def test_the_list_is_found_wherever_it_stands(wrap: Any) -> None:
    assert only(wrap(RELEASE)).guid == "13584892"


@pytest.mark.parametrize(
    ("fields", "name", "expected"),
    [
        ({"title": "Titel"}, "title", "Titel"), ({"Heading": "Titel"}, "title", "Titel"),
        ({"title": {"rendered": "<b>Titel</b>"}}, "title", "Titel"), ({"title": {"da": "Titel"}}, "title", "Titel"),
        ({"title": "T", "leadtext": "Lead"}, "summary", "Lead"),
        ({"title": "T", "subHeadline": "Lead"}, "summary", "Lead"),
        ({"title": "T", "content": {"html": "<p>A</p><p>B</p>"}}, "text", "A\n\nB"),
        ({"title": "T", "bodyHtml": "A &amp; B"}, "text", "A & B"), ({"title": "T", "uuid": "x-1"}, "guid", "x-1"),
        ({"title": "T", "link": "/pm/1#top"}, "link", "https://via.ritzau.dk/pm/1"),
    ],
)
def test_fields_are_known_by_many_names(fields: dict[str, Any], name: str, expected: str) -> None:
    assert getattr(only([fields]), name) == expected


@pytest.mark.parametrize("date", [
    {"published": "2026-08-05T08:00:00Z"}, {"publishDate": 1785916800}, {"date": 1785916800000},
    {"releaseDate": "5. august 2026 kl. 10.00"}, {"createdAt": "2026-08-05 10:00", "published": None},
])
def test_dates_are_read_in_words_and_in_seconds(date: dict[str, Any]) -> None:
    assert only([{"title": "T", **date}]).dated.moment == datetime(2026, 8, 5, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "not JSON"), (b"<html>Log ind</html>", "not JSON"), (b"[" * 100_000, "not JSON"),
        (b'{"error": "no", "code": 5}', "JSON without a list of releases (it has: code, error)"),
        (b'"nej"', "JSON without a list of releases (it has: str)"), (b"[1, 2]", "JSON without a list"),
        (b'[{"overskrift": "x", "nr": 1}]', "releases without a title (they have: nr, overskrift)"),
        (b'[{"title": "x"}' + b', {"title": "x"}' * 2_000 + b"]", "more than 2000 entries"),
        (b" " * 4_000_001, "more than 4000000 bytes"),
    ],
)
def test_another_layout_is_refused_with_what_it_has(body: bytes, said: str) -> None:
    found = parse_releases(body, URL, {}, NOW)
    assert isinstance(found, NoFeed)
    assert said in found.reason


def test_an_answer_that_breaks_off_is_refused() -> None:
    assert parse_releases(b"[", URL, {}, NOW, complete=False) == NoFeed("the answer breaks off")


def test_no_release_is_an_answer_too() -> None:
    assert parse([]) == parse({"releases": []}) == Parsed((), truncated=False, warnings=())


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        (Query(), True), (Query(publisher="13559123"), True), (Query(publisher="boligforeningen"), True),
        (Query(publisher="1"), False), (Query(publisher="Kommunen"), False), (Query(keyword="VOLLSMOSE"), True),
        (Query(keyword="høj  i"), True), (Query(keyword="gellerup"), False), (Query(language="da"), True),
        (Query(language="sv"), False),
    ],
)
def test_a_filter_that_the_server_passes_over_is_applied_here(query: Query, kept: bool) -> None:
    found = parse([RELEASE], query)
    assert isinstance(found, Parsed)
    assert len(found.entries) == kept
    assert found.warnings == (() if kept else ("1 releases that were not asked for",))


def test_a_publisher_known_by_name_alone_is_not_held_against_a_number() -> None:
    found = parse([{**RELEASE, "publisher": "Boligforeningen"}], Query(publisher="13559123"))
    assert isinstance(found, Parsed)
    assert len(found.entries) == 1


def test_what_is_asked_for_can_be_read_back_from_the_address() -> None:
    feeds = press_feeds(PressConfig(("13559123",), ("almene boliger", "tryghed & trivsel", "almene boliger")))
    assert [each.id for each in feeds] == [
        "press:publisher:13559123", "press:keyword:almene boliger", "press:keyword:tryghed & trivsel",
    ]
    assert [query_of(each.url) for each in feeds] == [
        Query("13559123", "", "da"), Query("", "almene boliger", "da"), Query("", "tryghed & trivsel", "da"),
    ]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(["id", "title", "body", "data", "releases", "date", "publisher", "url", "lang"])
        | st.text(max_size=4), inner, max_size=5),
    max_leaves=20,
)


@settings(max_examples=150, deadline=None)
@given(JSON, st.sampled_from([Query(), Query("1", "", "da"), Query("", "x", "da")]))
def test_no_json_raises(content: Any, query: Query) -> None:
    assert isinstance(parse(content, query), Parsed | NoFeed)


def test_no_mutated_answer_raises() -> None:
    whole = json.dumps({"releases": [RELEASE] * 3}).encode()
    dice = random.Random(2018)
    for _ in range(200):
        body = bytearray(whole)
        for _ in range(dice.randrange(1, 6)):
            at = dice.randrange(len(body))
            body[at:at + dice.randrange(10)] = dice.randbytes(dice.randrange(4))
        assert isinstance(parse_releases(bytes(body), URL, {}, NOW), Parsed | NoFeed)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    with serving() as server:
        monkeypatch.setattr("collectors.press.VIA", f"{server.url}/releases")
        yield server


def go(store: Store, facts: Facts, server: Server, tmp_path: Path, *, now: datetime = NOW, feeds: bool = False,
       **press: Any) -> HarvestSummary:
    config = config_from({
        "harvest": {"allow_private_addresses": True, "host_interval_s": 0, "min_poll_interval_s": 0},
        "press": press or {"keywords": ["Vollsmose"]},
        "feeds": [{"id": "a", "outlet": "fjordposten", "url": f"{server.url}/a"}] if feeds else [],
    }, tmp_path / "config.toml")
    return harvest(store, config, facts, now=now)


PATH = "/releases?keyword=Vollsmose&language=da"


def test_releases_are_stored_under_their_own_class_and_once(
    store: Store, facts: Facts, server: Server, tmp_path: Path
) -> None:
    server.pages[PATH] = Reply(json.dumps({"releases": [RELEASE, {**RELEASE, "id": 2, "headline": "To"}]}).encode())
    summary = go(store, facts, server, tmp_path)
    assert (summary.feeds, summary.articles, summary.exit_code) == (1, 2, 0)
    assert [tuple(row) for row in store.rows("SELECT id, class FROM outlets")] == [("via-ritzau", "press release")]
    assert store.value("SELECT count(*) FROM articles WHERE text_level = 'full'") == 2
    again = go(store, facts, server, tmp_path, now=NOW + timedelta(hours=1))
    assert (again.unchanged, again.articles, again.edited) == (1, 0, 0)


def test_two_lists_that_hold_the_same_release_store_it_once(
    store: Store, facts: Facts, server: Server, tmp_path: Path
) -> None:
    body = Reply(json.dumps([RELEASE]).encode())
    server.pages[PATH] = server.pages["/releases?publisher=13559123&language=da"] = body
    assert go(store, facts, server, tmp_path, keywords=["Vollsmose"], publishers=["13559123"]).articles == 1


@pytest.mark.parametrize("reply", [
    Reply(status=500), Reply(status=404), Reply(b"<html>"), Reply(b'{"a": 1}'), Reply(b"[{]"), Reply(b""),
    Reply(b'[{"title": "x"}]', headers={"Content-Length": "900"}), Reply(b"[]DEMODATA"),
    Reply(status=302, headers={"Location": PATH}), Reply(b"nej", headers={"Content-Encoding": "gzip"}),
    Reply(raw=lambda handler: handler.wfile.write(b"vroevl")),
])
def test_a_list_that_can_not_be_read_is_named_and_the_feeds_are_collected(
    store: Store, facts: Facts, server: Server, tmp_path: Path, reply: Reply
) -> None:
    server.pages[PATH] = reply
    server.pages["/a"] = Reply(rss(item()).encode())
    summary = go(store, facts, server, tmp_path, feeds=True)
    assert (summary.failed, summary.articles) == (1, 1)
    assert summary.troubles[0].startswith("press:keyword:Vollsmose: failed: ")


def test_a_second_poll_asks_conditionally(store: Store, facts: Facts, server: Server, tmp_path: Path) -> None:
    def page(asked: Asked) -> Reply:
        if asked.headers.get("if-none-match") == '"1"':
            return Reply(status=304)
        return Reply(json.dumps([RELEASE]).encode(), headers={"ETag": '"1"'})

    server.pages[PATH] = page
    go(store, facts, server, tmp_path)
    assert go(store, facts, server, tmp_path, now=NOW + timedelta(hours=1)).not_modified == 1


def test_robots_txt_blocks_releases_too(store: Store, facts: Facts, server: Server, tmp_path: Path) -> None:
    server.pages["/robots.txt"] = Reply(b"User-agent: *\nDisallow: /releases")
    assert go(store, facts, server, tmp_path).blocked == 1
