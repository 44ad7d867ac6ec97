"""Group the mentions of one area that tell of one happening."""

from __future__ import annotations

import hashlib
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from nlp.folding import fold
from store.readings import OPENING_CHARACTERS, EventMention, EventRow

RULE_VERSION = "events-1"
"""Changes with any constant below; every event says by which rule it was grouped."""

WINDOW_DAYS = 5
"""A story is followed up within days (method.md B1)."""

LIKE = 0.25
"""Cosine of TF-IDF vectors of title and opening from which two texts tell of one happening."""

MAX_SPAN_DAYS = 21
"""Single link would chain a month of court reports into one event; three weeks is a long story."""

MAX_SIZE = 60
"""Distinct texts in one event; more is a campaign, not a happening."""

STEM = 5
"""Letters of a word that are compared: Danish inflects and compounds at the end."""

MEMORY = 200_000
"""Stems whose hash is kept at hand."""

_WORD = re.compile(r"[a-zæøåéüöä]{3,}|\d{2,}")


@dataclass(slots=True)
class _Node:
    """A copy group: its first mention speaks for all."""

    day: int
    mentions: list[EventMention]
    vector: Mapping[str, float]


def group(mentions: Sequence[EventMention], area_id: str) -> list[EventRow]:
    """Group mentions about one area into events; the result depends on the set of mentions only, not on their order.

    Copies count as one. Two texts at most ``WINDOW_DAYS`` apart whose vectors are ``LIKE`` are linked; links are taken
    most alike first, ties by date and id, as long as span and size of the event stay within their caps. Source:
    method.md B1.
    """
    nodes = _nodes(mentions)
    _weigh(nodes)
    links = []
    for index, node in enumerate(nodes):
        for later in range(index + 1, len(nodes)):
            if nodes[later].day - node.day > WINDOW_DAYS:
                break
            likeness = _cosine(node.vector, nodes[later].vector)
            if likeness >= LIKE:
                links.append((-round(likeness, 9), index, later))
    return _rows(_joined(nodes, sorted(links)), area_id)


def _nodes(mentions: Sequence[EventMention]) -> list[_Node]:
    groups: dict[str, list[EventMention]] = {}
    for mention in sorted(mentions, key=_order):
        groups.setdefault(mention.copy_group, []).append(mention)
    nodes = [
        _Node(date.fromisoformat(found[0].day).toordinal(), found, _counts(found[0]))
        for found in groups.values()
    ]
    return sorted(nodes, key=lambda node: _order(node.mentions[0]))


def _order(mention: EventMention) -> tuple[str, str]:
    return mention.day, mention.article_id


def _counts(mention: EventMention) -> Mapping[str, float]:
    """Count the stems of a mention's title, twice, and of its lead or what is kept of it."""
    title = hashed_stems(mention.title)
    return title + title + (hashed_stems(mention.lead) if mention.stems is None else Counter(mention.stems))


def hashed_stems(text: str) -> Counter[str]:
    """Count the word stems of a text, hashed: they tell texts alike from others, and can be kept without the words."""
    return Counter(_hashed(word[:STEM]) for word in _WORD.findall(fold(text).text))


def opening_of(summary: str, text: str) -> Mapping[str, int]:
    """Return what is kept of a text that expires, so that it stays in its event."""
    return dict(sorted(hashed_stems(f"{summary} {text[:OPENING_CHARACTERS]}").items()))


@lru_cache(maxsize=MEMORY)
def _hashed(stem: str) -> str:
    return hashlib.blake2b(stem.encode(), digest_size=8).hexdigest()


def _weigh(nodes: Sequence[_Node]) -> None:
    """Turn counts into unit TF-IDF vectors; what every text of the area says tells no happening apart."""
    seen = Counter(word for node in nodes for word in node.vector)
    for node in nodes:
        raw = {word: (1 + math.log(count)) * math.log((1 + len(nodes)) / seen[word])
               for word, count in sorted(node.vector.items())}
        length = math.sqrt(math.fsum(weight * weight for weight in raw.values()))
        node.vector = {word: weight / length for word, weight in raw.items() if weight > 0} if length else {}


def _cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    if len(other) < len(one):
        one, other = other, one
    return math.fsum(weight * other[word] for word, weight in one.items() if word in other)


def _joined(nodes: Sequence[_Node], links: Sequence[tuple[float, int, int]]) -> list[list[_Node]]:
    """Link nodes, most alike first, within the caps."""
    home = list(range(len(nodes)))
    members = {index: [index] for index in home}
    for _, one, other in links:
        a, b = sorted((home[one], home[other]))
        if a == b:
            continue
        both = members[a] + members[b]
        days = [nodes[index].day for index in both]
        if len(both) > MAX_SIZE or max(days) - min(days) > MAX_SPAN_DAYS:
            continue
        members[a] = both
        for index in members.pop(b):
            home[index] = a
    return [[nodes[index] for index in sorted(found)] for _, found in sorted(members.items())]


def _rows(events: Sequence[Sequence[_Node]], area_id: str) -> list[EventRow]:
    rows = []
    for nodes in events:
        found = sorted((mention for node in nodes for mention in node.mentions), key=_order)
        first = found[0]
        identity = hashlib.sha256(f"{area_id}\n{first.article_id}".encode()).hexdigest()[:16]
        rows.append(EventRow(identity, first.day, found[-1].day, first.title,
                             tuple(mention.article_id for mention in found)))
    return sorted(rows, key=lambda row: (row.first_day, row.articles))
