"""Read sitemaps, and decide which of their addresses a feed has lost. Pure; catchup.py asks for them."""

from __future__ import annotations

import re
import zlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import unquote, urlsplit

from courlan import is_navigation_page, is_not_crawlable
from lxml import etree
from protego import Protego

from collectors.addresses import canonical, joined, site_of
from collectors.clean import clean_line
from collectors.dates import read_date
from store.gaps import Gap

SIZE_LIMIT = 12_000_000
"""Bytes of a sitemap after decompression; 50,000 addresses, as many as the protocol allows, take five million."""

ENTRY_LIMIT = 50_000
"""Addresses of one sitemap (sitemaps.org)."""

MARK_LIMIT = 600_000
"""``<`` in a sitemap: six tags, opened and closed, for each address."""

MAPS = 8
"""Sitemaps asked for in one try: the news sitemap is among the first, and history does not change in a week."""

DEPTH = 2
"""Indexes inside each other that are followed."""

STORIES = 500
"""Stories taken in for one gap and try; an outlet publishes some hundred a day."""

SLACK = timedelta(hours=1)
"""Around a gap: clocks differ, and a story shows in a feed a little later than its date says."""

DAY = timedelta(days=1)
"""A sitemap in an index often tells the day alone."""

TRIES = 4
"""Times the sitemaps are asked for one gap."""

PAUSE = timedelta(hours=6)
"""Between two tries: a news sitemap is made anew within the hour, and holds two days."""

WINDOW_LEAST, WINDOW_MOST = timedelta(hours=1), timedelta(days=7)
"""Bounds of how far back a feed is taken to reach."""

_NEWS = re.compile(r"news|nyhed|latest|seneste|artik", re.IGNORECASE)
_NOT_NEWS = re.compile(r"image|video|author|forfatter|tag|emne|kategori|categor|section|static|page-|product",
                       re.IGNORECASE)
_WORD = re.compile(r"[a-zæøå]+", re.IGNORECASE)
_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|svg|pdf|mp[34]|m4a|xml|gz|zip|css|js|json)$", re.IGNORECASE)


@dataclass(frozen=True)
class MapEntry:
    """An address in a sitemap, or a sitemap in an index."""

    url: str
    """as printed; of what is chosen in canonical form"""
    changed: datetime | None = None
    published: datetime | None = None
    title: str = ""

    @property
    def moment(self) -> datetime | None:
        """When it was published, as far as the sitemap tells."""
        return self.published or self.changed


@dataclass(frozen=True)
class Sitemap:
    """What a sitemap holds."""

    entries: tuple[MapEntry, ...]
    index: bool
    """whether the entries are sitemaps themselves"""


@dataclass(frozen=True)
class NoSitemap:
    """Why a body is no sitemap."""

    reason: str


def listed_in(robots: str, site: str) -> list[str]:
    """Return the sitemaps that robots.txt names, those of the site itself, news first, each once."""
    found = [canonical(str(each)) for each in Protego.parse(robots).sitemaps]
    mine = [each for each in found if each is not None and _is_of(each, site)]
    return sorted(dict.fromkeys(mine), key=_rank)


def parse_sitemap(body: bytes, url: str, now: datetime) -> Sitemap | NoSitemap:
    """Read a sitemap or an index of sitemaps, plain, packed, or a list of addresses. Never raises."""
    unpacked = gunzipped(body)
    if unpacked is None:
        return NoSitemap("the file can't be unpacked, or is too large")
    refused = _refusal(unpacked)
    if refused is not None:
        return NoSitemap(refused)
    if not unpacked.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        lines = unpacked.decode("utf-8-sig", errors="replace").split()
        urls = [line for line in lines if line.startswith("http")][:ENTRY_LIMIT]
        return Sitemap(tuple(map(MapEntry, urls)), index=False) if urls else NoSitemap("not a sitemap")
    # Nothing is fetched or expanded for a stranger's file.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True, huge_tree=False)
    try:
        root = etree.fromstring(unpacked, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        return NoSitemap(f"not XML ({type(error).__name__})")
    name = _name(root) if root is not None else ""
    if name not in ("urlset", "sitemapindex"):
        return NoSitemap("not a sitemap")
    entries = [_entry(each, url, now) for each in root[:ENTRY_LIMIT] if _name(each) in ("url", "sitemap")]
    return Sitemap(tuple(each for each in entries if each is not None), name == "sitemapindex")


def gunzipped(body: bytes) -> bytes | None:
    """Unpack a body where it is packed; ``None`` where that fails or gives more than :data:`SIZE_LIMIT` bytes."""
    if not body.startswith(b"\x1f\x8b"):
        return body
    unpacker = zlib.decompressobj(wbits=31)
    try:
        found = unpacker.decompress(body, SIZE_LIMIT + 1)
    except zlib.error:
        return None
    return found if len(found) <= SIZE_LIMIT and unpacker.eof else None


def _refusal(body: bytes) -> str | None:
    if not body.strip():
        return "an empty answer"
    if len(body) > SIZE_LIMIT:
        return f"more than {SIZE_LIMIT} bytes"
    if b"<!ENTITY" in body:
        return "the sitemap declares entities"
    if body.count(b"<") > MARK_LIMIT:
        return f"more than {MARK_LIMIT} tags"
    return None


def _name(element: etree._Element) -> str:
    # Not by QName: it raises for a prefix that nothing declares, and such sitemaps are about.
    tag = element.tag if isinstance(element.tag, str) else ""
    return tag.rpartition("}")[2].rpartition(":")[2].casefold()


def _entry(element: etree._Element, base: str, now: datetime) -> MapEntry | None:
    said: dict[str, str] = {}
    for each in element.iter():
        if isinstance(each.tag, str):
            said.setdefault(_name(each), " ".join((each.text or "").split()))
    place = said.get("loc", "")
    if not place:
        return None
    changed, published = (read_date(said.get(name, ""), now).moment for name in ("lastmod", "publication_date"))
    return MapEntry(place if place.startswith("http") else joined(place, base), changed, published,
                    clean_line(said.get("title", "")))


def next_maps(index: Sitemap, gap: Gap, site: str) -> list[str]:
    """Choose the sitemaps of an index that may hold stories of the gap: news and the latest first."""
    wanted = [
        replace(each, url=url) for each in index.entries
        if (each.changed is None or each.changed >= gap.first - DAY) and (url := canonical(each.url)) is not None
        and _is_of(url, site) and not _NOT_NEWS.search(urlsplit(url).path)
    ]
    latest = sorted(wanted, key=lambda each: (_rank(each.url), -(each.changed.timestamp() if each.changed else 0)))
    return [each.url for each in latest]


def stories_of(entries: Iterable[MapEntry], gap: Gap, site: str, sections: Collection[str]) -> list[MapEntry]:
    """Choose the addresses that may be stories the feed lost: of its site and sections, dated inside the gap.

    Only sections that the feed has brought before: a sitemap lists the whole site, and the feed of one section must not
    get the stories of all.
    """
    found: dict[str, MapEntry] = {}
    for each in entries:
        moment = each.moment
        if moment is None or not gap.first - SLACK <= moment <= gap.last + SLACK:
            continue
        url = canonical(each.url)  # of few: a sitemap has fifty thousand addresses, a gap some hundred
        if url is None or not _is_of(url, site):
            continue
        path = urlsplit(url).path
        if path == "/" or _FILE.search(path) or is_navigation_page(url) or is_not_crawlable(url):
            continue
        if not sections or section_of(url) in sections:
            found.setdefault(url, replace(each, url=url))
    return sorted(found.values(), key=lambda each: (each.moment or gap.last, each.url), reverse=True)[:STORIES]


def section_of(url: str) -> str:
    """Return the first part of an address's path where there is more than one, else nothing."""
    first, _, rest = urlsplit(url).path.lstrip("/").partition("/")
    return first.casefold() if rest.strip("/") else ""


def words_of(url: str) -> str:
    """Return the words in the last part of an address: where a sitemap gives no headline, they are all there is."""
    return " ".join(_WORD.findall(unquote(urlsplit(url).path.rstrip("/").rpartition("/")[2]))).title()


def reaches(entries: Sequence[MapEntry], gap: Gap) -> bool:
    """Say whether a sitemap goes back to the beginning of the gap."""
    moments = [each.moment for each in entries if each.moment is not None]
    return bool(moments) and min(moments) <= gap.first


def after_try(gap: Gap, added: int, reached: bool, note: str, now: datetime, *, lasting: bool = False) -> Gap:
    """Return the gap after its sitemaps were asked: filled, to be tried again, or given up.

    ``reached``: the sitemaps go back to its beginning. ``lasting``: asking again is no use.
    """
    gap = replace(gap, tries=gap.tries + 1, added=gap.added + added, note=note)
    if reached:
        return replace(gap, state="filled", next_due=None)
    if lasting or gap.tries >= TRIES:
        return replace(gap, state="given up", next_due=None)
    return replace(gap, next_due=now + PAUSE)


def window_of(first: datetime | None, last: datetime | None) -> timedelta:
    """Return how far back a feed reaches, from the oldest and newest story of its last poll."""
    if first is None or last is None:
        return timedelta(days=1)
    return max(WINDOW_LEAST, min(last - first, WINDOW_MOST))


def is_lost(last_success: datetime | None, failures: float, window: timedelta, now: datetime) -> bool:
    """Say whether a feed has been unreachable for longer than it reaches back, so that stories fall out of it."""
    return failures > 0 and last_success is not None and now - last_success > window


def _is_of(url: str, site: str) -> bool:
    host = site_of(url)
    return host == site or host.endswith(f".{site}")


def _rank(url: str) -> int:
    path = urlsplit(url).path
    return 0 if _NEWS.search(path) else 2 if _NOT_NEWS.search(path) else 1
