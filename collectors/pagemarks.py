"""Read what an HTML page says of itself: dates, author, address, reservation, payment. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml.html import HtmlElement

NODES_LIMIT = 2_000
"""Objects of JSON-LD that are looked at; an article has some twenty."""

JSON_LIMIT = 1_000_000
"""Characters of one JSON-LD block."""

_ARTICLE = re.compile(r"article|newsitem|report|posting|review", re.IGNORECASE)
_PAYWALL = re.compile(
    r"pay-?wall|subscri(?:ber|ption)-?(?:only|wall|required)|abonnement-?(?:mur|boks|påkrævet)|login-?wall"
    r"|premium-?(?:content|wall|lock)|locked-?(?:article|content)|article-?locked|content-?gate|regwall",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"log ind (?:for at|og) læse?|bliv abonnent (?:for at|og) læs|(?:kun|forbeholdt) (?:for )?(?:vores )?abonnenter"
    r"|læs hele artiklen (?:med|for|nu)|artiklen kræver (?:abonnement|login)|køb (?:adgang|abonnement)"
    r"|få (?:fuld )?adgang til (?:hele )?artiklen|for at læse (?:videre|resten|hele)|læs videre (?:med|for)"
    r"|er du (?:allerede|ikke) abonnent|fortsæt læsningen med",
    re.IGNORECASE,
)
_CLASS_SELECTOR = re.compile(r"[.#][\w-]{2,60}")


@dataclass
class Marks:
    """What a page says of itself; what it does not say is empty or absent."""

    title: str = ""
    description: str = ""
    canonical: str = ""
    published: str = ""
    reserved: str | None = None
    """the meta element that reserves the page against text and data mining, as found"""
    accessible: bool | None = None
    tier: str = ""
    stated_words: int | None = None
    authors: set[str] = field(default_factory=set)
    paid_selectors: set[str] = field(default_factory=set)
    """classes and ids of the parts that are not free"""
    paywall_markup: bool = False
    asks_to_pay: bool = False
    login_box: bool = False


def read_marks(tree: HtmlElement) -> Marks:
    """Read the marks of a parsed page. Never raises for what stands in it."""
    marks = Marks()
    _read_metas(tree, marks)
    for node in _linked_data(tree):
        _read_node(node, marks)
    heading = _first_words(tree, ".//h1")
    marks.title = marks.title or heading or _first_words(tree, ".//title")
    marks.paywall_markup = any(
        _PAYWALL.search(f"{element.get('class') or ''} {element.get('id') or ''}")
        for element in tree.iter() if isinstance(element.tag, str) and element.tag not in ("html", "body", "script")
    )
    body = tree.find("body")
    shown = " ".join((body if body is not None else tree).itertext("p", "div", "span", "a", "button", "h2", "h3"))
    marks.asks_to_pay = _ASKS.search(" ".join(shown.split())) is not None
    marks.login_box = bool(tree.xpath("(.//article|.//main)//input[@type='password']"))
    return marks


def _read_metas(tree: HtmlElement, marks: Marks) -> None:
    for element in tree.iter("meta"):
        name = (element.get("name") or element.get("property") or element.get("itemprop") or "").strip().casefold()
        content = " ".join((element.get("content") or "").split())
        if name == "tdm-reservation" and content == "1":
            marks.reserved = "meta tdm-reservation: 1"
        elif name == "robots" and "noai" in re.split(r"[,\s]+", content.casefold()):
            marks.reserved = "meta robots: noai"
        elif name in ("article:published_time", "og:article:published_time", "datepublished"):
            marks.published = marks.published or content
        elif name in ("article:content_tier", "og:article:content_tier"):
            marks.tier = content.casefold()
        elif name == "og:title":
            marks.title = content
        elif name in ("og:description", "description"):
            marks.description = content if name == "og:description" else marks.description or content
        elif name == "og:url":
            marks.canonical = marks.canonical or content
        elif name in ("author", "article:author"):
            marks.authors.add(content)
    for element in tree.iter("link"):
        if (element.get("rel") or "").casefold() == "canonical" and element.get("href"):
            marks.canonical = element.get("href") or ""
            break


def _first_words(tree: HtmlElement, path: str) -> str:
    found = tree.find(path)
    return "" if found is None else " ".join(" ".join(found.itertext()).split())


def _linked_data(tree: HtmlElement) -> Iterator[dict[str, Any]]:
    """Give the objects of all JSON-LD blocks; a block that is broken is passed over."""
    waiting: list[Any] = []
    for element in tree.iter("script"):
        if "ld+json" in (element.get("type") or ""):
            text = element.text or ""
            try:
                waiting.append(json.loads(text, strict=False) if len(text) <= JSON_LIMIT else None)
            except (ValueError, RecursionError):
                continue
    seen = 0
    while waiting and seen < NODES_LIMIT:
        node = waiting.pop(0)
        seen += 1
        if isinstance(node, dict):
            yield node
            waiting += [node[key] for key in ("@graph", "mainEntity", "mainEntityOfPage") if key in node]
        elif isinstance(node, list):
            waiting += node[:NODES_LIMIT]


def _read_node(node: dict[str, Any], marks: Marks) -> None:
    if not any(_ARTICLE.search(each) for each in _strings(node.get("@type"))):
        return
    free = _truth(node.get("isAccessibleForFree"))
    marks.accessible = free if marks.accessible is None else marks.accessible and free is not False
    marks.title = marks.title or " ".join(_strings(node.get("headline")))[:500]
    marks.published = marks.published or next(iter(_strings(node.get("datePublished"))), "")
    count = node.get("wordCount")
    if isinstance(count, int | str) and str(count).isascii() and str(count).isdigit():
        marks.stated_words = min(int(str(count)[:7]), 100_000)
    elif body := _strings(node.get("articleBody")):
        # Its length only: a text that the page hides behind a payment is not taken from where it is left lying.
        marks.stated_words = len(" ".join(body).split())
    people = node.get("author")
    for person in people if isinstance(people, list) else [people]:
        marks.authors.update(_strings(person.get("name") if isinstance(person, dict) else person))
    parts = node.get("hasPart")
    for part in parts if isinstance(parts, list) else [parts]:
        if isinstance(part, dict) and _truth(part.get("isAccessibleForFree")) is False:
            marks.accessible = False
            for selector in _strings(part.get("cssSelector")):
                marks.paid_selectors.update(_CLASS_SELECTOR.findall(selector))


def _strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def _truth(value: Any) -> bool | None:
    word = str(value).strip().casefold().rpartition("/")[2]
    return {"true": True, "false": False}.get(word)
