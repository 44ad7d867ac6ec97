"""Danish input as feeds bring it, one row for each trap measured with feedparser: what is read, noted and dated."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from collectors.feedparse import NoFeed, Parsed, parse_feed
from tests.collectors.test_feedparse import item, rss

NOW = datetime(2026, 8, 6, 12, 0, tzinfo=UTC)
TITLE = "Mjølnerparken på Åby Ærøvej"
LATIN = '<?xml version="1.0" encoding="ISO-8859-1"?>'
UTF8 = '<?xml version="1.0" encoding="UTF-8"?>'


def read(body: bytes, content_type: str = "application/rss+xml") -> Parsed | NoFeed:
    return parse_feed(body, "https://avis.example/rss", {"content-type": content_type}, NOW)


def feed(title: str, head: str = UTF8) -> str:
    return rss(item(title), head=head)


def doubled(text: str, through: str) -> str:
    return text.encode().decode(through)


@pytest.mark.parametrize(
    ("body", "content_type", "title", "warned"),
    [
        pytest.param(feed(TITLE).encode("latin-1"), "", TITLE, True, id="Latin-1 labelled UTF-8"),
        pytest.param(feed(TITLE, LATIN).encode(), "", TITLE, False, id="UTF-8 labelled ISO-8859-1 in XML"),
        pytest.param(feed(TITLE).encode(), "text/xml; charset=ISO-8859-1", TITLE, False,
                     id="UTF-8 labelled ISO-8859-1 in HTTP"),
        pytest.param(feed(doubled(TITLE, "latin-1")).encode(), "", TITLE, False, id="double-encoded through Latin-1"),
        pytest.param(feed(doubled("Mjølnerparken", "cp1252")).encode(), "", "Mjølnerparken", False,
                     id="double-encoded through cp1252"),
        pytest.param(feed(doubled("Åby", "cp1252")).encode(), "", "Åby", False, id="a short word through cp1252"),
        pytest.param(feed("“Citat” – og mere", LATIN).encode("cp1252"), "", "“Citat” – og mere", False,
                     id="cp1252 quotes in a Latin-1 feed"),
        pytest.param(feed("R&oslash;d gr&oslash;d").encode(), "", "Rød grød", True, id="an HTML entity without DTD"),
        pytest.param(feed("Ål & smør").encode(), "", "Ål & smør", True, id="a bare ampersand"),
        pytest.param(feed("Mjølner\x07parken").encode(), "", "Mjølnerparken", True, id="a control character"),
        pytest.param(b"\n\xef\xbb\xbf" + feed(TITLE).encode(), "", TITLE, True, id="a BOM after a blank line"),
        pytest.param(feed("Mjøl\u00adner\u200bparken").encode(), "", "Mjølnerparken", False, id="invisible signs"),
        pytest.param(feed("A\u030aby").encode(), "", "Åby", False, id="a decomposed å"),
        pytest.param(feed(TITLE, UTF8.replace("UTF-8", "UTF-16")).encode("utf-16"), "", TITLE, False, id="UTF-16"),
    ],
)
def test_letters(body: bytes, content_type: str, title: str, warned: bool) -> None:
    found = read(body, content_type or "application/rss+xml")
    assert isinstance(found, Parsed)
    assert [each.title for each in found.entries] == [title]
    assert bool(found.warnings) is warned
    assert not found.truncated


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        pytest.param(b"<html><body>Log ind</body></html>", "an HTML page, not a feed", id="an HTML page"),
        pytest.param(b"", "an empty answer", id="an empty body"),
        pytest.param(b"\xef\xbb\xbf", "not a feed", id="a byte-order mark alone"),
        pytest.param(b"https://avis.example/rss", "not a feed", id="an address for a feed"),
    ],
)
def test_no_feed(body: bytes, reason: str) -> None:
    assert read(body) == NoFeed(reason)


def test_a_truncated_file_gives_no_half_entry_and_no_entry_without_its_date() -> None:
    body = rss(item("Hel"), item("Halv", guid="g2", link="https://avis.example/2")).encode()
    for end in range(body.index(b"Halv"), body.index(b"</channel>")):
        found = read(body[:end])
        assert isinstance(found, Parsed)
        assert found.truncated
        assert all(each.dated.moment is not None for each in found.entries)
        assert [each.title for each in found.entries] in (["Hel"], ["Hel", "Halv"])


@pytest.mark.parametrize(
    ("raw", "moment"),
    [
        ("Mon, 02 Mar 2026 08:00:00 CET", datetime(2026, 3, 2, 7, tzinfo=UTC)),
        ("Thu, 02 Jul 2026 08:00:00 CEST", datetime(2026, 7, 2, 6, tzinfo=UTC)),
        ("Thu, 02 Jul 2026 08:00:00", datetime(2026, 7, 2, 6, tzinfo=UTC)),
        ("2026-03-02T08:00:00", datetime(2026, 3, 2, 7, tzinfo=UTC)),
        ("man, 02 mar 2026 08:00:00 +0100", datetime(2026, 3, 2, 7, tzinfo=UTC)),
        ("02 Okt 2025 08:00", datetime(2025, 10, 2, 6, tzinfo=UTC)),
        ("2. marts 2026 kl. 08.00", datetime(2026, 3, 2, 7, tzinfo=UTC)),
        ("02-03-2026 08:00", datetime(2026, 3, 2, 7, tzinfo=UTC)),
        ("i går kl. 14.30", datetime(2026, 8, 5, 12, 30, tzinfo=UTC)),
        ("Opdateret 5. aug. 2026 kl. 10.30", datetime(2026, 8, 5, 8, 30, tzinfo=UTC)),
        # The night of 29 March 2026 has no 02:30; that of 26 October 2025 has two.
        ("Sun, 29 Mar 2026 02:30:00", datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        ("Sun, 29 Mar 2026 03:00:00", datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
        ("Sun, 26 Oct 2025 02:30:00", datetime(2025, 10, 26, 0, 30, tzinfo=UTC)),
        ("Sun, 26 Oct 2025 02:30:00 +0100", datetime(2025, 10, 26, 1, 30, tzinfo=UTC)),
        ("2096-01-01", None),
        ("Thu, 01 Jan 1970 00:00:00 GMT", None),
        ("Sat, 08 Aug 2026 13:00:00 GMT", None),
    ],
)
def test_dates(raw: str, moment: datetime | None) -> None:
    found = read(rss(item(more=f"<pubDate>{raw}</pubDate>")).encode())
    assert isinstance(found, Parsed)
    (entry,) = found.entries
    assert entry.dated.moment == moment
    assert (entry.dated.note is None) is (moment is not None)
    assert moment is not None or raw in str(entry.dated.note)
