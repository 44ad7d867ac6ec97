"""Read press releases from Via Ritzau: which lists are asked for, and what stands in an answer. Pure.

The layout of the answers is nowhere promised, so names of fields are tried one after the other, and an answer in
which no list of releases is found is refused with the names that it has. A filter that the server does not know would
give all releases: each is held against publisher, keyword and language here too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from collectors.addresses import canonical
from collectors.clean import clean_line, clean_text, without_markup
from collectors.dates import Dated, read_date
from collectors.feedparse import ENTRY_LIMIT, GUID_LENGTH, SIZE_LIMIT, Entry, NoFeed, Parsed
from store.config import FeedConfig, PressConfig

VIA = "https://via.ritzau.dk/json/v2/releases"
OUTLET = "via-ritzau"
"""Its id in data/outlets.toml, where its class is *press release*."""

LANGUAGE = "da"
PREFIX = "press:"
"""Begins the name of a list of releases, which stands among the feeds in everything that is said of them."""

DEPTH = 3
"""Levels of an answer on which a list of releases is looked for."""

_LISTS = ("releases", "results", "items", "data", "content", "hits")
_ID = ("id", "releaseid", "release_id", "uuid", "guid")
_TITLE = ("title", "headline", "heading", "name")
_SUMMARY = ("summary", "leadtext", "lead", "subheadline", "subtitle", "ingress", "intro", "teaser", "description")
_TEXT = ("body", "bodyhtml", "content", "html", "text")
_LINK = ("url", "link", "href", "permalink", "canonicalurl", "shareurl")
_DATE = ("publishedat", "published", "publishdate", "publisheddate", "published_at", "releasedate", "datepublished",
         "date", "created", "createdat")
_PUBLISHER = ("publisher", "publisherid", "publishername", "organisation", "organization")
_LANGUAGE = ("language", "lang", "locale")
_CONTACTS = re.compile(r"(?:presse)?kontakt(?:er|person(?:er)?|oplysninger|information)?\s*:?|for (?:yderligere|mere) "
                       r"(?:information|oplysninger).{0,80}", re.IGNORECASE)


@dataclass(frozen=True)
class Query:
    """What a list was asked for; empty: anything."""

    publisher: str = ""
    keyword: str = ""
    language: str = ""


def press_feeds(config: PressConfig) -> tuple[FeedConfig, ...]:
    """Return the lists of releases to ask for: one for each publisher, and one for each keyword."""
    wanted = [("publisher", each) for each in config.publishers] + [("keyword", each) for each in config.keywords]
    return tuple(
        FeedConfig(f"{PREFIX}{name}:{value}", OUTLET, f"{VIA}?{urlencode({name: value, 'language': LANGUAGE})}")
        for name, value in dict.fromkeys(wanted)
    )


def is_press(feed_id: str) -> bool:
    """Say whether a feed is a list of releases."""
    return feed_id.startswith(PREFIX)


def query_of(url: str) -> Query:
    """Read back from an address what is asked for."""
    found = parse_qs(urlsplit(url).query)
    return Query(*(found.get(name, [""])[0] for name in ("publisher", "keyword", "language")))


def parse_releases(
    body: bytes, url: str, headers: Mapping[str, str], now: datetime, *, complete: bool = True, query: Query = Query(),
) -> Parsed | NoFeed:
    """Read an answer. Never raises; what is no list of releases is refused in words."""
    if not complete:
        return NoFeed("the answer breaks off")
    if len(body) > SIZE_LIMIT:
        return NoFeed(f"more than {SIZE_LIMIT} bytes")
    try:
        content = json.loads(body.decode("utf-8-sig", errors="replace"), strict=False)
    except (ValueError, RecursionError):
        return NoFeed("not JSON: the address or the layout of Via Ritzau has changed")
    releases = _releases(content)
    if releases is None:
        names = ", ".join(sorted(map(str, content))[:10])[:200] if isinstance(content, dict) else type(content).__name__
        return NoFeed(f"JSON without a list of releases (it has: {names}): the layout of Via Ritzau has changed")
    if len(releases) > ENTRY_LIMIT:
        return NoFeed(f"more than {ENTRY_LIMIT} entries")
    entries: list[Entry] = []
    others = 0
    for number, each in enumerate(releases, 1):
        fields = _lowered(each)
        if not _is_wanted(fields, query):
            others += 1
            continue
        entries.append(_entry(number, fields, url, now))
    if releases and not others and not any(each.title for each in entries):
        names = ", ".join(sorted(_lowered(releases[0]))[:15])[:200]
        return NoFeed(f"releases without a title (they have: {names}): the layout of Via Ritzau has changed")
    warnings = (f"{others} releases that were not asked for",) if others else ()
    return Parsed(tuple(_once(entries)), truncated=False, warnings=warnings)


def _releases(content: Any, depth: int = 0) -> list[dict[str, Any]] | None:
    """Find the list of releases: the answer itself, or under one of the usual names."""
    if isinstance(content, list):
        found = [each for each in content if isinstance(each, dict)]
        return found if found or not content else None
    if isinstance(content, dict) and depth < DEPTH:
        fields = _lowered(content)
        for name in _LISTS:
            if isinstance(fields.get(name), list | dict):
                releases = _releases(fields[name], depth + 1)
                if releases is not None:
                    return releases
    return None


def _lowered(fields: dict[str, Any]) -> dict[str, Any]:
    return {str(name).casefold(): value for name, value in fields.items()}


def _is_wanted(fields: Mapping[str, Any], query: Query) -> bool:
    language = _first(fields, _LANGUAGE).casefold()
    if query.language and language and language.split("-")[0].split("_")[0] != query.language:
        return False
    # A number is held against numbers and a name against names: of some publishers only one of the two is told.
    publishers = {each.casefold() for name in _PUBLISHER for each in _all(fields.get(name))
                  if each.isdigit() == query.publisher.isdigit()}
    if query.publisher and publishers and query.publisher.casefold() not in publishers:
        return False
    said = " ".join(_first(fields, names) for names in (_TITLE, _SUMMARY, _TEXT))
    return not query.keyword or " ".join(query.keyword.casefold().split()) in _flat(said)


def _flat(text: str) -> str:
    return " ".join(clean_text(without_markup(text)).casefold().split())


def _entry(number: int, fields: Mapping[str, Any], url: str, now: datetime) -> Entry:
    link = canonical(_first(fields, _LINK), url) if _first(fields, _LINK) else None
    text = _without_contacts(clean_text(without_markup(_first(fields, _TEXT))))
    summary = clean_text(without_markup(_first(fields, _SUMMARY)))
    guid = " ".join(_first(fields, _ID).split())[:GUID_LENGTH] or None
    title = clean_line(without_markup(_first(fields, _TITLE)))
    return Entry(number, guid, link, link is not None, title, summary, text, _dated(fields, now))


def _without_contacts(text: str) -> str:
    """Leave out who to call: they stand at the end, under a heading of their own."""
    paragraphs = text.split("\n\n")
    end = next((at for at, each in enumerate(paragraphs) if at and _CONTACTS.fullmatch(each)), len(paragraphs))
    return "\n\n".join(paragraphs[:end])


def _dated(fields: Mapping[str, Any], now: datetime) -> Dated:
    dated = Dated(None, "no date")
    for name in _DATE:
        value = fields.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            value = _moment_text(value)
        for raw in _all(value)[:1]:
            dated = read_date(raw, now)
            if dated.moment is not None:
                return dated
    return dated


def _moment_text(number: float) -> str:
    """Write seconds or milliseconds since 1970 as a date."""
    try:
        return datetime.fromtimestamp(number / 1000 if abs(number) > 1e11 else number, UTC).isoformat()
    except (ValueError, OverflowError, OSError):
        return str(number)


def _first(fields: Mapping[str, Any], names: Sequence[str]) -> str:
    return next((found[0] for name in names if (found := _all(fields.get(name)))), "")


def _all(value: Any) -> list[str]:
    """List the texts of a value: itself, or of an object its id, name and languages."""
    if isinstance(value, bool) or value is None:
        return []
    if isinstance(value, str | int | float):
        return [text] if (text := str(value).strip()) else []
    if isinstance(value, dict):
        fields = _lowered(value)
        return [text for name in ("id", "name", "title", "da", "value", "html", "text", "rendered")
                for text in _all(fields.get(name)) if not isinstance(fields.get(name), dict | list)]
    return []


def _once(entries: Sequence[Entry]) -> Iterator[Entry]:
    """Give entries, of those with one id the first."""
    seen: set[str] = set()
    for each in entries:
        key = each.guid or each.link or f"{each.number}"
        if key not in seen:
            seen.add(key)
            yield each
