"""Group the mentions of one area that tell of one happening."""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from nlp.happenings import Told, digest, signs, told
from store.readings import OPENING_CHARACTERS, EventMention, EventRow

WINDOW_DAYS = 5
"""A story is followed up within days (method.md B1)."""

LIKE = 0.1
"""Likeness from which two texts may tell of one happening (single link)."""

WHOLE = 0.09
"""Likeness two groups need on average over their pairs to be joined: single link alone makes one event of two shootings
in a week, as soon as one text speaks of both."""

OTHER_DAY = 0.2
"""Two texts that name days and share none are so much less alike: Monday's shooting is not Thursday's."""

MAX_SPAN_DAYS = 21
"""Single link would chain a month of court reports into one event; three weeks is a long story."""

MAX_SIZE = 60
"""Distinct texts in one event; more is a campaign, not a happening."""

RULE = "events-2"
"""Changes with any constant above. All were chosen on the part *tune* of data/labelled/events.jsonl."""


@dataclass(slots=True)
class _Node:
    """A copy group: its first mention speaks for all."""

    day: int
    mentions: list[EventMention]
    told: Told
    vector: Mapping[str, float]


def rule_version() -> str:
    """Name the rule in force; every event says by which one it was grouped."""
    return f"{RULE} {digest()}"


def group(mentions: Sequence[EventMention], area_id: str) -> list[EventRow]:
    """Group mentions about one area into events; the result depends on the set of mentions only, not on their order.

    Copies count as one. Two texts at most ``WINDOW_DAYS`` apart whose likeness is ``LIKE`` are linked: the cosine of
    their TF-IDF vectors over words, kinds of happening and days named. Links are taken most alike first, ties by date
    and id, as long as the two groups are alike as wholes (``WHOLE``) and span and size of the event stay within their
    caps. Source: method.md B1; ``WHOLE`` and the signs beside words are our own.
    """
    nodes = _nodes(mentions)
    _weigh(nodes)
    near: dict[tuple[int, int], float] = {}
    for index, node in enumerate(nodes):
        for later in range(index + 1, len(nodes)):
            if nodes[later].day - node.day > WINDOW_DAYS:
                break
            likeness = _likeness(node, nodes[later])
            if likeness:
                near[index, later] = likeness
    links = sorted((-likeness, *pair) for pair, likeness in near.items() if likeness >= LIKE)
    return _rows(_joined(nodes, links, near), area_id)


def _nodes(mentions: Sequence[EventMention]) -> list[_Node]:
    groups: dict[str, list[EventMention]] = {}
    for mention in sorted(mentions, key=_order):
        groups.setdefault(mention.copy_group, []).append(mention)
    nodes = []
    for found in groups.values():
        day = date.fromisoformat(found[0].day)
        first = found[0]
        nodes.append(_Node(day.toordinal(), found, told(first.title, first.lead, day, first.stems), {}))
    return sorted(nodes, key=lambda node: _order(node.mentions[0]))


def _order(mention: EventMention) -> tuple[str, str]:
    return mention.day, mention.article_id


def opening_of(summary: str, text: str, day: str) -> Mapping[str, int]:
    """Return what is kept of a text of ``day`` that expires, so that it stays in its event."""
    return dict(sorted(signs(f"{summary} {text[:OPENING_CHARACTERS]}", date.fromisoformat(day)).items()))


def _weigh(nodes: Sequence[_Node]) -> None:
    """Give nodes unit TF-IDF vectors; what every text of the area says tells no happening apart."""
    seen = Counter(sign for node in nodes for sign in node.told.signs)
    for node in nodes:
        raw = {sign: (1 + math.log(count)) * math.log((1 + len(nodes)) / seen[sign])
               for sign, count in sorted(node.told.signs.items())}
        length = math.sqrt(math.fsum(weight * weight for weight in raw.values()))
        node.vector = {sign: weight / length for sign, weight in raw.items() if weight > 0} if length else {}


def _likeness(one: _Node, other: _Node) -> float:
    short, long = sorted((one.vector, other.vector), key=len)
    cosine = math.fsum(weight * long[sign] for sign, weight in short.items() if sign in long)
    apart = one.told.days and other.told.days and not one.told.days & other.told.days
    return round(cosine * (OTHER_DAY if apart else 1), 9)


def _joined(
    nodes: Sequence[_Node], links: Sequence[tuple[float, int, int]], near: Mapping[tuple[int, int], float]
) -> list[list[_Node]]:
    """Link nodes, most alike first, while the groups are alike as wholes and within the caps."""
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
        pairs = [near.get((min(i, j), max(i, j)), 0.0) for i in members[a] for j in members[b]]
        if math.fsum(pairs) < WHOLE * len(pairs):
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
