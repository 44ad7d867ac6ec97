"""Read the body of a feed into entries, whatever stands in it. Pure."""

from __future__ import annotations

import re
from calendar import timegm
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from urllib.parse import urljoin

import feedparser

from collectors.addresses import LENGTH_LIMIT, canonical
from collectors.clean import clean_line, clean_text, without_markup
from collectors.dates import Dated, read_date

ENTRY_LIMIT = 2_000
"""Entries of one feed; news feeds have 20 to 200. 50,000 empty items take feedparser four seconds."""

SIZE_LIMIT = 4_000_000
"""Bytes of a feed; the largest news feeds have one million. feedparser takes two seconds for five."""

MARK_LIMIT = 50_000
"""``<`` and ``&`` in a feed; beyond that reading takes seconds. Two hundred whole articles have some 40,000."""

LINE_LIMIT = 300_000
"""Line breaks in a feed: the parser is called anew for each."""

TAG_LENGTH = 20_000
"""Bytes of one tag; parsers take a time that grows with the square of the number of attributes."""

DEPTH_LIMIT = 200
"""Tags inside each other; a feed needs five, an article with mark-up of its own some thirty."""

BODY_WORDS = 100
"""Words from which on the content of an entry is an article's body; shorter ones are teasers under another name."""

GUID_LENGTH = 500
"""Characters of a guid that count."""

DATE_LENGTH = 100
"""Characters of a printed date that are kept."""

_CLOSED = re.compile(rb"</(?:rss|feed|rdf:RDF)\s*>", re.IGNORECASE)
_ENTRY_END = re.compile(rb"</(?:\w+:)?(?:item|entry)\s*>", re.IGNORECASE)


@dataclass(frozen=True)
class Entry:
    """One entry, cleaned. ``guid`` and ``link`` are keys only where no other entry of the poll shares them."""

    number: int
    """1 = first in the feed"""
    guid: str | None
    link: str | None
    """canonical address where it is a key, else as printed"""
    link_is_key: bool
    title: str
    summary: str
    text: str
    dated: Dated
    raw_date: str = ""
    """the date as printed, shortened"""


@dataclass(frozen=True)
class Parsed:
    """What a body holds."""

    entries: tuple[Entry, ...]
    truncated: bool
    """whether the end is missing"""
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class NoFeed:
    """Why a body can't be used."""

    reason: str


def parse_feed(
    body: bytes, url: str, headers: Mapping[str, str], now: datetime, *, complete: bool = True
) -> Parsed | NoFeed:
    """Read a body. Never raises.

    A feed counts when its dialect is known and it has entries; faults of form are warnings. ``headers`` (names in
    small letters) matter for the encoding. Of a feed that breaks off (``complete`` false, or no closing tag), the
    entries that are whole count.
    """
    refused = refusal(body)
    if refused is not None:
        return NoFeed(refused)
    try:
        # BytesIO: feedparser takes even bytes for the name of a local file first.
        feed = feedparser.parse(
            BytesIO(body), sanitize_html=False, resolve_relative_uris=False,
            response_headers={name: value for name, value in headers.items() if name == "content-type"},
        )
        version, found, bozo = feed.get("version", ""), list(feed.entries), bool(feed.bozo)
        fault = type(feed.get("bozo_exception")).__name__
        entries = tuple(_entry(number, each, now) for number, each in enumerate(found, 1))
    except Exception as error:  # noqa: BLE001 (one broken feed must not stop the others; the parser's faults are many)
        return NoFeed(f"the feed can't be read ({type(error).__name__})")
    if not version:
        return NoFeed("an HTML page, not a feed" if _is_html(body) else "not a feed")
    if not entries:
        return NoFeed("the feed has no entries")
    bare = _bare(body)
    truncated = not complete or (bozo and _CLOSED.search(bare[-4_000:]) is None)
    if truncated and len(_ENTRY_END.findall(bare)) < len(entries):
        entries = entries[:-1]  # cut in the middle: its title may be half a title
        if not entries:
            return NoFeed("the answer breaks off before the first entry ends")
    warnings = (f"faulty form ({fault})",) if bozo and not truncated else ()
    return Parsed(_keyed(entries, url), truncated, warnings)


def refusal(body: bytes) -> str | None:
    """Say why a body must not reach the parser: empty, too large, too many or too deep tags, entities of its own."""
    if len(body) > SIZE_LIMIT:
        return f"more than {SIZE_LIMIT} bytes"
    bare = _bare(body)
    if not bare.strip():
        return "an empty answer"
    if b"<!ENTITY" in bare:
        return "the feed declares entities"
    if bare.count(b"<item") + bare.count(b"<entry") > ENTRY_LIMIT:
        return f"more than {ENTRY_LIMIT} entries"
    if bare.count(b"<") + bare.count(b"&") > MARK_LIMIT:
        return f"more than {MARK_LIMIT} tags and entities"
    if bare.count(b"\n") > LINE_LIMIT:
        return f"more than {LINE_LIMIT} lines"
    return _refused_tags(_without_cdata(bare))


def _bare(body: bytes) -> bytes:
    """UTF-16 without its zero bytes, so that tags can be counted in it."""
    return body.replace(b"\x00", b"") if b"\x00" in body[:200] else body


def _without_cdata(body: bytes) -> bytes:
    """What stands outside CDATA, in time linear in the body: a regex is not, on sections that never end."""
    kept: list[bytes] = []
    at = 0
    while (start := body.find(b"<![CDATA[", at)) >= 0:
        kept.append(body[at:start])
        end = body.find(b"]]>", start)
        if end < 0:
            return b"".join(kept)
        at = end + 3
    return b"".join((*kept, body[at:]))


def _refused_tags(body: bytes) -> str | None:
    depth = at = 0
    while (start := body.find(b"<", at)) >= 0:
        at = body.find(b">", start) + 1 or len(body)
        if at - start > TAG_LENGTH:
            return f"a tag of more than {TAG_LENGTH} bytes"
        if body[start + 1:start + 2] == b"/":
            depth = max(0, depth - 1)
        elif body[start + 1:start + 2].isalpha() and body[at - 2:at - 1] != b"/":
            depth += 1
            if depth > DEPTH_LIMIT:
                return f"tags more than {DEPTH_LIMIT} deep"
    return None


def _is_html(body: bytes) -> bool:
    start = _bare(body)[:2_000].lower()
    return b"<html" in start or b"<!doctype html" in start


def _entry(number: int, entry: dict[str, Any], now: datetime) -> Entry:
    summary = _words(_get(entry, "summary"))
    content = max((_words(_text(each.get("value"))) for each in entry.get("content", ())), key=len, default="")
    text = ""
    if len(content.split()) >= max(BODY_WORDS, 2 * len(summary.split())) or (
        content == summary and len(content.split()) >= BODY_WORDS and entry.get("content")
    ):
        # feedparser repeats the content as summary where a feed has no summary.
        text, summary = content, "" if summary == content else summary
    guid = " ".join(_get(entry, "id").split())[:GUID_LENGTH]
    link = _get(entry, "link").strip()
    dated, raw_date = _dated(entry, now)
    return Entry(
        number, guid or None, link or None, True, clean_line(without_markup(_get(entry, "title"))),
        summary or ("" if text else content), text, dated, raw_date,
    )


def _get(entry: dict[str, Any], key: str) -> str:
    # Past feedparser's own get, which answers for "updated" with "published" and warns about it.
    return _text(dict.get(entry, key))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _words(html: str) -> str:
    return clean_text(without_markup(html))


def _dated(entry: dict[str, Any], now: datetime) -> tuple[Dated, str]:
    """The date of an entry, and how it is printed."""
    dated, printed = Dated(None, "no date"), ""
    for key in ("published", "updated", "created"):
        raw = _get(entry, key)
        if not raw:
            continue
        parsed = dict.get(entry, f"{key}_parsed")
        dated, printed = read_date(raw, now, fallback=_moment(parsed)), clean_line(raw)[:DATE_LENGTH]
        if dated.moment is not None:
            break
    return dated, printed


def _moment(parsed: Any) -> datetime | None:
    try:
        return datetime.fromtimestamp(timegm(parsed), UTC) if parsed else None
    except (ValueError, OverflowError, OSError, TypeError):
        return None


def _keyed(entries: Sequence[Entry], url: str) -> tuple[Entry, ...]:
    """Take from guids and links that several entries share the right to identify one; keep of twins the first.

    Some feeds give every entry the address of the front page, others the same guid: neither tells articles apart.
    """
    links = {each.number: canonical(each.link, url) if each.link else None for each in entries}
    places: dict[str, set[str | None]] = {}
    for each in entries:
        if each.guid:
            places.setdefault(each.guid, set()).add(links[each.number])
    names: dict[str | None, set[str]] = {}
    kept: list[Entry] = []
    twins: set[tuple[str, str | None]] = set()
    for each in entries:
        guid = each.guid if each.guid and len(places[each.guid]) == 1 else None
        link = links[each.number]
        if guid and (guid, link) in twins:
            continue
        twins.add((guid or "", link))
        names.setdefault(link, set()).add(guid or f"entry {each.number}")
        kept.append(replace(each, guid=guid))
    return tuple(
        replace(each, link=link, link_is_key=True)
        if (link := links[each.number]) is None or len(names[link]) == 1
        else replace(each, link=_printed(each.link or "", url) or link, link_is_key=False)
        for each in kept
    )


def _printed(link: str, url: str) -> str | None:
    """A shared link keeps its fragment: it may be all that leads to the article."""
    try:
        whole = urljoin(url, link)
    except ValueError:
        return None
    return whole if len(whole) <= LENGTH_LIMIT and not re.search(r"\s", whole) else None
