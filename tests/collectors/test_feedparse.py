"""What stands in a feed, and what can't be used: the traps of Danish feeds, with no server."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors import feedparse
from collectors.feedparse import ENTRY_LIMIT, Entry, NoFeed, Parsed, parse_feed

NOW = datetime(2026, 8, 6, 12, 0, tzinfo=UTC)
URL = "https://avis.example/rss/alle"
TITLE = "Åbent hus på Ærøvej i Solkrogen"


def item(title: str = TITLE, guid: str = "g1", link: str = "https://avis.example/1", more: str = "") -> str:
    return (
        f"<item><title>{title}</title>" + (f'<guid isPermaLink="false">{guid}</guid>' if guid else "")
        + (f"<link>{link}</link>" if link else "")
        + "<description>Kaffe til alle.</description>"
        + f"{more or '<pubDate>Thu, 02 Jul 2026 08:00:00 +0200</pubDate>'}</item>"
    )


def rss(*items: str, head: str = '<?xml version="1.0" encoding="UTF-8"?>') -> str:
    return f'{head}<rss version="2.0"><channel><title>Avis</title>{"".join(items or (item(),))}</channel></rss>'


def parse(body: bytes | str, content_type: str = "application/rss+xml", **given) -> Parsed | NoFeed:
    raw = body.encode() if isinstance(body, str) else body
    return parse_feed(raw, URL, {"content-type": content_type}, NOW, **given)


def entries(body: bytes | str, **given) -> tuple[Entry, ...]:
    parsed = parse(body, **given)
    assert isinstance(parsed, Parsed), parsed
    return parsed.entries


def test_an_entry() -> None:
    (entry,) = entries(rss())
    assert (entry.guid, entry.link, entry.title) == ("g1", "https://avis.example/1", TITLE)
    assert (entry.summary, entry.text) == ("Kaffe til alle.", "")
    assert entry.dated.moment == datetime(2026, 7, 2, 6, tzinfo=UTC)


def test_an_atom_entry() -> None:
    (entry,) = entries(
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>A</title><entry><id>tag:1</id>'
        '<title type="html">R&amp;oslash;d</title><link href="/1"/><summary>Kort.</summary>'
        '<updated>2026-07-02T08:00:00</updated></entry></feed>'
    )
    assert (entry.guid, entry.link, entry.title) == ("tag:1", "https://avis.example/1", "Rød")
    assert entry.dated.moment == datetime(2026, 7, 2, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (rss().encode(), "application/rss+xml"),
        (rss().encode("latin-1"), "application/rss+xml"),
        (rss().encode("latin-1"), "application/rss+xml; charset=utf-8"),
        (rss(head='<?xml version="1.0" encoding="ISO-8859-1"?>').encode(), "application/rss+xml"),
        (rss().encode(), "text/xml; charset=ISO-8859-1"),
        (rss(head="").encode("cp1252").decode("latin-1").encode(), "application/rss+xml"),
        (rss().encode().decode("latin-1").encode(), "application/rss+xml"),
        (rss(item(TITLE.encode().decode("cp1252"))).encode(), "application/rss+xml"),
        (rss(head='<?xml version="1.0" encoding="UTF-16"?>').encode("utf-16"), "application/rss+xml"),
        (rss(item(TITLE.replace("Å", "A\u030a").replace("krogen", "kro\u00adgen"))).encode(), "application/rss+xml"),
        (rss(item(TITLE.replace("Å", "&Aring;"))).encode(), "application/rss+xml"),
        (b"\n\n\xef\xbb\xbf" + rss().encode(), "application/rss+xml"),
        (rss(item(TITLE.replace("hus", "hu\x07s"))).encode(), "application/rss+xml"),
        (rss(item(f"<![CDATA[<b>{TITLE}</b>]]>")).encode(), "application/rss+xml"),
    ],
)
def test_danish_letters_survive_every_fault(body: bytes, content_type: str) -> None:
    (entry,) = entries(body, content_type=content_type)
    assert entry.title == TITLE


@pytest.mark.parametrize("title", ["Ål & smør", "Ål &amp; smør", "Ål &amp;amp; smør"])
def test_faults_of_form_are_warnings(title: str) -> None:
    parsed = parse(rss(item(title)))
    assert isinstance(parsed, Parsed)
    assert parsed.entries[0].title == "Ål & smør"
    assert not parsed.truncated
    assert bool(parsed.warnings) is (title == "Ål & smør")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "an empty answer"),
        (b" \n ", "an empty answer"),
        (b"\xff\xfe", "not a feed"),
        (b"<!DOCTYPE html><html><body>Log ind</body></html>", "an HTML page, not a feed"),
        (b'{"error": "nej"}', "not a feed"),
        (b"/etc/hostname", "not a feed"),
        (rss("<title>Tom</title>").encode(), "the feed has no entries"),
        (b'<!DOCTYPE rss [<!ENTITY a "b"><!ENTITY c "&a;&a;">]>' + rss().encode(), "the feed declares entities"),
        (rss(item() * (ENTRY_LIMIT + 1)).encode(), f"more than {ENTRY_LIMIT} entries"),
        (rss("<a>" * 500 + "</a>" * 500).encode(), "tags more than 200 deep"),
        (rss("<item>" * 200_000).encode(), f"more than {ENTRY_LIMIT} entries"),
        (rss("<a/>" * 300_000).encode(), "more than 50000 tags and entities"),
        (rss(f"<a {'b ' * 20_000}>").encode(), "a tag of more than 20000 bytes"),
        (rss("\n" * 300_001).encode(), "more than 300000 lines"),
        (rss("x" * feedparse.SIZE_LIMIT).encode(), "more than 4000000 bytes"),
        (rss(item()).encode()[:90], "the feed has no entries"),
        (rss(item(), item(guid="g2")).encode()[:150], "the answer breaks off before the first entry ends"),
    ],
)
def test_what_is_no_feed_is_refused_at_once(body: bytes, reason: str) -> None:
    began = time.process_time()
    assert parse(body) == NoFeed(reason)
    assert time.process_time() - began < 2


def test_a_local_file_is_never_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "feed.xml").write_text(rss())
    monkeypatch.chdir(tmp_path)
    assert parse(b"feed.xml") == NoFeed("not a feed")


def test_a_feed_that_breaks_off_gives_the_entries_that_are_whole() -> None:
    body = rss(item(), item("Anden", guid="g2"), item("Tredje", guid="g3"))
    for end in (body.index("Tredje") + 3, body.index("</channel>")):
        parsed = parse(body[:end])
        assert isinstance(parsed, Parsed)
        assert parsed.truncated
        assert [each.guid for each in parsed.entries] == ["g1", "g2", "g3"][:3 if "Tredje" in body[:end] else 2]


def test_an_answer_that_is_shorter_than_promised_is_cut_off_even_where_the_form_is_right() -> None:
    parsed = parse(rss(), complete=False)
    assert isinstance(parsed, Parsed)
    assert parsed.truncated


def test_a_parser_that_fails_is_no_feed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feedparse.feedparser, "parse", lambda *_, **__: 1 / 0)
    assert parse(rss()) == NoFeed("the feed can't be read (ZeroDivisionError)")


@pytest.mark.parametrize(
    ("more", "moment", "note"),
    [
        ("<pubDate>Thu, 02 Jul 2026 08:00:00 CEST</pubDate>", datetime(2026, 7, 2, 6, tzinfo=UTC), None),
        ("<pubDate>02-03-2026 08:00</pubDate>", datetime(2026, 3, 2, 7, tzinfo=UTC), None),
        ("<pubDate>man, 02 mar 2026 08:00:00 +0100</pubDate>", datetime(2026, 3, 2, 7, tzinfo=UTC), None),
        ("<pubDate>2096-01-01</pubDate>", None, "date in the future '2096-01-01'"),
        ("<pubDate>snart</pubDate>", None, "unreadable date 'snart'"),
        ("<category>x</category>", None, "no date"),
    ],
)
def test_dates(more: str, moment: datetime | None, note: str | None) -> None:
    (entry,) = entries(rss(item(more=more)))
    assert (entry.dated.moment, entry.dated.note) == (moment, note)


CONTENT = "<content:encoded xmlns:content='http://purl.org/rss/1.0/modules/content/'><![CDATA[{}]]></content:encoded>"
LONG = " ".join(["<p>Et langt stykke om torvet.</p>"] * 40)


@pytest.mark.parametrize(
    ("description", "content", "summary", "is_full"),
    [
        ("Kort.", LONG, "Kort.", True),
        ("", LONG, "", True),
        ("Kort.", "Kort. <a href='x'>Læs mere</a>", "Kort.", False),
        ("", "Et par ord.", "Et par ord.", False),
    ],
)
def test_content_is_a_body_only_when_it_is_long(description: str, content: str, summary: str, is_full: bool) -> None:
    described = f"<description>{description}</description>" if description else ""
    (entry,) = entries(rss(f"<item><title>T</title><guid>g</guid>{described}{CONTENT.format(content)}</item>"))
    assert entry.summary == summary
    assert bool(entry.text) is is_full


def test_a_link_that_several_guids_share_is_no_key_and_keeps_its_fragment() -> None:
    first, second, third = entries(rss(
        item(guid="g1", link="https://avis.example/#a=1"), item(guid="g2", link="https://avis.example/#a=2"),
        item(guid="g3", link="//medie.example/3?utm_source=rss#top"),
    ))
    assert (first.link, first.link_is_key) == ("https://avis.example/#a=1", False)
    assert not second.link_is_key
    assert (third.link, third.link_is_key) == ("https://medie.example/3", True)


def test_a_guid_that_all_entries_share_is_none() -> None:
    one, other = (item(guid="avis", link=f"https://avis.example/{number}") for number in (1, 2))
    first, second = entries(rss(one, other))
    assert first.guid is None
    assert second.link_is_key


def test_twins_in_one_poll_are_one_entry() -> None:
    (entry,) = entries(rss(item("Første"), item("Anden")))
    assert entry.title == "Første"


def test_a_link_that_is_no_web_address_is_left_out() -> None:
    (entry,) = entries(rss(item(link="javascript:alert(1)")))
    assert entry.link is None


PIECES = st.lists(
    st.sampled_from([
        "<rss>", "<channel>", "<item>", "</item>", "<title>", "</title>", "<guid>", "x", "å", "&", "&lt;", "<!",
        "<![CDATA[", "]]>", "<?xml?>", "<pubDate>1</pubDate>", "<link>", "\x00", "\ufffe", "</rss>", '"', "=",
    ]),
    max_size=30,
)


@given(PIECES.map(lambda pieces: "".join(pieces).encode()) | st.binary(max_size=300))
def test_no_body_raises(body: bytes) -> None:
    assert isinstance(parse(body), Parsed | NoFeed)


@given(st.integers(0, 5000), st.binary(min_size=1, max_size=3))
def test_no_mutation_raises(at: int, bite: bytes) -> None:
    body = rss(item(), item("Anden", guid="g2", link="https://avis.example/2")).encode()
    at %= len(body)
    assert isinstance(parse(body[:at] + bite + body[at + len(bite):]), Parsed | NoFeed)
