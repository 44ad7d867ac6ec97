"""Read the body of an article page: its text, and how much of the article that is. Pure; run it in a process."""

from __future__ import annotations

import re
import warnings
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from typing import Any
from urllib.parse import urlsplit

from lxml import etree
from lxml.html import HtmlElement

from collectors.addresses import canonical, site_of
from collectors.clean import clean_line, clean_text
from collectors.completeness import Signals, judge_completeness
from collectors.dates import read_date
from collectors.pagemarks import Marks, read_marks
from store.pages import Completeness

RULE = f"pages-1 trafilatura {version('trafilatura')}"
"""Version of what reads a page: a page that another one read is read again from its raw body, while that is kept."""

SIZE_LIMIT = 6_000_000
"""Bytes of a page; news pages have 0.1 to 1.5 million, most of them scripts."""

TAG_LIMIT = 15_000
"""Tags of a page; a long live blog has eight thousand. Twice as many marks take extraction more than a second."""

TEXT_LIMIT = 200_000
"""Characters of a text that are kept: a long feature has 30,000."""

SUMMARY_LIMIT = 1_000
_META_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w-]{2,40})""", re.IGNORECASE)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w-]{2,40})", re.IGNORECASE)
_MARKUP = re.compile(rb"<(?:!doctype\s+html|html|head|body|article|div|p)\b", re.IGNORECASE)
_ERROR = re.compile(
    r"\b(?:404|410|500|503)\b|siden (?:findes|eksisterer) ikke|ikke fundet|not found|fejl opstod|access denied"
    r"|just a moment|er du et menneske", re.IGNORECASE,
)
_ERROR_WORDS = 80
"""An error page says little; an article about error 404 says more."""

_BYLINE = re.compile(
    r"(?:(?:skrevet |redigeret )?af:?\s+(?-i:[A-ZÆØÅ]\S+)(?:,? (?:og |/ ?)?(?-i:[A-ZÆØÅ]\S+))*"
    r"|(?:tekst|foto|arkivfoto|grafik)\s*(?::|og foto:?)\s*.{0,80})(?:[,|/ ]+\S+@\S+)?", re.IGNORECASE,
)
_MAIL = re.compile(r"\S+@\S+\.\w+")
_WORD = re.compile(r"\w{4,}")


@dataclass(frozen=True)
class Asked:
    """A page to be read, and what is known of its article beforehand."""

    body: bytes
    url: str
    """where the body came from"""
    content_type: str
    now: datetime
    asked_url: str = ""
    title: str = ""
    summary: str = ""
    paywall: str = "unknown"
    """what data/outlets.toml knows of the outlet"""


@dataclass(frozen=True)
class Page:
    """What a page holds."""

    title: str
    summary: str
    text: str
    """as shown; of a teaser the teaser"""
    published: datetime | None
    canonical: str | None
    completeness: Completeness
    reasons: tuple[str, ...]
    reserved: str | None = None
    """what reserves it against text and data mining; then nothing else is filled"""


@dataclass(frozen=True)
class NoPage:
    """Why a body is no article page."""

    reason: str
    lasting: bool
    """whether asking again is no use"""


def extract_page(asked: Asked) -> Page | NoPage:
    """Read a page. Never raises for what stands in it.

    A text behind a payment is not taken, also where the page carries it hidden: parts that JSON-LD calls not free are
    cut out first, and JSON-LD's own copy of the article is not read. Bylines are dropped.
    """
    refused = refusal(asked)
    if refused is not None:
        return refused
    try:
        tree = _tree(decoded(asked.body, asked.content_type))
        return NoPage("not an HTML page", lasting=True) if tree is None else _page(tree, asked)
    except Exception as error:  # noqa: BLE001 (no page may stop the others; what parsers stumble over is endless)
        return NoPage(f"the page can't be read ({type(error).__name__})", lasting=True)


def refusal(asked: Asked) -> NoPage | None:
    """Say why a body must not reach the parser."""
    kind = asked.content_type.partition(";")[0].strip().casefold()
    start = asked.body[:4_000]
    if not asked.body.strip():
        return NoPage("an empty answer", lasting=False)
    if kind and kind not in ("text/html", "application/xhtml+xml", "text/plain", "application/octet-stream"):
        return NoPage(f"not a page but {kind[:60]}", lasting=True)
    if not _MARKUP.search(start.replace(b"\x00", b"")):
        return NoPage("not an HTML page", lasting=True)
    if len(asked.body) > SIZE_LIMIT:
        return NoPage(f"more than {SIZE_LIMIT} bytes", lasting=True)
    if asked.body.count(b"<") > 2 * TAG_LIMIT:
        return NoPage(f"more than {TAG_LIMIT} tags", lasting=True)
    if urlsplit(asked.url).path in ("", "/") and urlsplit(asked.asked_url or asked.url).path not in ("", "/"):
        return NoPage("leads to the front page", lasting=False)
    return None


def decoded(body: bytes, content_type: str) -> str:
    """Turn bytes into text: UTF-8 where they are, else as declared, else Windows-1252 as old Danish pages are."""
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return body.decode("utf-16", errors="replace")
    meta = _META_CHARSET.search(body[:4_000])
    stated = _CHARSET.search(content_type)
    for encoding in ("utf-8-sig", stated[1] if stated else "", meta[1].decode("ascii") if meta else ""):
        try:
            if encoding:
                return body.decode(encoding)
        except (LookupError, UnicodeError, ValueError):
            continue
    return body.decode("windows-1252", errors="replace")


def load_parsers() -> None:
    """Load the extraction, a quarter of a second: only a process that reads pages pays it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it asks for a proxy library that nothing here needs
        import trafilatura  # noqa: F401


def _tree(text: str) -> HtmlElement | None:
    load_parsers()
    from trafilatura.utils import load_html

    found = load_html(text.replace("\x00", ""))
    return found if isinstance(found, HtmlElement) else None


def _page(tree: HtmlElement, asked: Asked) -> Page | NoPage:
    marks = read_marks(tree)
    if marks.reserved is not None:
        return Page("", "", "", None, None, "unknown", (marks.reserved,), marks.reserved)
    title = clean_line(marks.title)
    text = _text(tree, marks, title)
    words = len(text.split())
    if words <= _ERROR_WORDS and _ERROR.search(title):
        return NoPage("an error page", lasting=False)
    judged = judge_completeness(Signals(
        words, text[-20:], len(asked.summary.split()), marks.accessible, marks.tier, marks.stated_words,
        marks.paywall_markup, marks.asks_to_pay, marks.login_box,
        not asked.title or _same(asked.title, f"{title} {marks.title} {text}"), asked.paywall,
    ))
    return Page(
        title, clean_line(marks.description)[:SUMMARY_LIMIT], text, _published(tree, marks, asked),
        own_address(marks.canonical, asked.url), judged.completeness, judged.reasons,
    )


def own_address(stated: str, url: str) -> str | None:
    """Return the address a page gives itself, where that is on its site and leads to a page; else where it came from.

    Some sites name their front page, or a sister site, as the canonical address of everything.
    """
    came_from = canonical(url)
    own = canonical(stated, url) if stated.strip() else None
    if own is None or site_of(own) != site_of(url) or urlsplit(own).path == "/":
        return came_from
    return own


def _text(tree: HtmlElement, marks: Marks, title: str) -> str:
    from trafilatura import extract

    bare = deepcopy(tree)
    for element in list(bare.iter("script", "template", "noscript", "iframe")):
        element.drop_tree()
    for element in [each for each in bare.iter(etree.Element) if _is_paid(each, marks.paid_selectors)]:
        if element.getparent() is not None:
            element.drop_tree()
    found = extract(
        bare, include_comments=False, include_tables=False, favor_precision=True, deduplicate=False,
        include_formatting=False,
    ) or ""
    authors = {each.casefold() for each in marks.authors}
    kept = [
        paragraph for paragraph in clean_text(found[:TEXT_LIMIT]).split("\n\n")
        if paragraph and not _is_byline(paragraph, authors) and paragraph != title
    ]
    return "\n\n".join(kept)


def _is_paid(element: Any, selectors: set[str]) -> bool:
    if not selectors or element.tag in ("html", "body"):
        return False
    names = {f".{each}" for each in (element.get("class") or "").split()} | {f"#{element.get('id') or ''}"}
    return not names.isdisjoint(selectors)


def _is_byline(paragraph: str, authors: set[str]) -> bool:
    if len(paragraph) > 120 or paragraph.endswith((".", "!", "?")):
        return False
    bare = paragraph.strip(" ,|/–-").casefold()
    return bare in authors or _BYLINE.fullmatch(paragraph) is not None or _MAIL.fullmatch(paragraph) is not None


def _same(headline: str, page: str) -> bool:
    """Tell whether a third of the headline's longer words stand on the page: headlines are edited, pages swapped."""
    wanted = set(_WORD.findall(headline.casefold()))
    return not wanted or 3 * len(wanted & set(_WORD.findall(page.casefold()))) >= len(wanted)


def _published(tree: HtmlElement, marks: Marks, asked: Asked) -> datetime | None:
    found = read_date(marks.published, asked.now).moment if marks.published else None
    if found is None:
        from htmldate import find_date

        day = find_date(deepcopy(tree), url=asked.url, original_date=True, extensive_search=False,
                        max_date=asked.now.strftime("%Y-%m-%d"))
        found = read_date(day, asked.now).moment if day else None
    return found
