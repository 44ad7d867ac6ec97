"""Put articles with (nearly) the same text into one copy group.

The groups are what one pass over all articles, sorted by (day, id), would give: an article joins the earliest
article that leads a group, lies within :data:`DAYS` before it and has a text at least :data:`SIMILAR` like its own;
else it leads a group of its own. Two copies are never more than :data:`DAYS` from their leader, so that a weekly
column with the same words is not one story. Later runs visit only what is new or changed and what stands beside it,
and come to the same groups; so the order of imports changes nothing (method.md B1).
"""

from __future__ import annotations

import heapq
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from datasketch import MinHash, MinHashLSH

from store.database import Store
from store.identity import normalised
from store.texts import save_copy_groups

SIMILAR = 0.8
"""Jaccard similarity of the sets of shingles from which on two texts are copies (method.md B1)."""

DAYS = 14
"""Days between an article and the leader of its group at most (method.md B1)."""

SHINGLE = 5
"""Words of a shingle (method.md B1)."""

MIN_WORDS = 12
"""Words a text needs to be compared at all. "Brand i Solkrogen" twice is two headlines of one day, not one text."""

PERMUTATIONS = 125
BANDS, ROWS = 25, 5
"""Shape of the candidate search: a pair at exactly SIMILAR is missed once in 20,000 times (1 - .8 ** 5) ** 25; what it
finds too much, the exact comparison drops."""

Order = tuple[date, str]
"""Day and id: the order in which articles lead."""


@dataclass(frozen=True)
class Text:
    """What copies compare of an article."""

    id: str
    day: date
    release: bool
    """a press release leads no news article and follows none: it is never in tone or volume"""
    lead: frozenset[str]
    """shingles of title and summary, without a summary of title and first paragraph; empty where too short"""
    whole: frozenset[str]
    """shingles of all below the title, which papers change; empty where the body is not held, or too short"""

    @property
    def order(self) -> Order:
        """Where the article stands in the pass."""
        return self.day, self.id


def text_of(id: str, day: date, title: str, summary: str, text: str, *, release: bool = False) -> Text:
    """Make the shingles of an article."""
    lead = f"{title} {summary or text.partition(chr(10) * 2)[0]}"
    whole = f"{summary} {text}" if text else ""
    return Text(id, day, release, shingles(lead), shingles(whole))


def shingles(text: str) -> frozenset[str]:
    """Return the runs of :data:`SHINGLE` words of a text; none below :data:`MIN_WORDS` words."""
    words = normalised(text).split()
    if len(words) < MIN_WORDS:
        return frozenset()
    return frozenset(" ".join(words[at:at + SHINGLE]) for at in range(len(words) - SHINGLE + 1))


def alike(one: Text, other: Text) -> bool:
    """Say whether two articles are copies: by all that is held of both, by title and lead where one has no body."""
    if one.release != other.release or abs((one.day - other.day).days) > DAYS:
        return False
    if one.whole and other.whole:
        return jaccard(one.whole, other.whole) >= SIMILAR
    return jaccard(one.lead, other.lead) >= SIMILAR


def jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the share of shingles that two sets have in common; 0 where one is empty."""
    if not one or not other:
        return 0.0
    common = len(one & other)
    return common / (len(one) + len(other) - common)


class Neighbours(Protocol):
    """Finds an article and those like it."""

    def text(self, id: str) -> Text:
        """The article."""

    def near(self, text: Text) -> list[Text]:
        """Articles alike to this one, itself left out."""


def regroup(changed: Iterable[str], groups: Mapping[str, str], neighbours: Neighbours) -> dict[str, str]:
    """Return the groups that differ from ``groups`` after the texts of ``changed`` became what they are. Pure.

    An article is visited when its text changed, or when a possible leader of it began or ceased to lead. As leaders
    stand before those they lead, visiting in order meets every article after all that it depends on.
    """
    settled: dict[str, str] = {}
    waiting: list[Order] = []
    queued: set[str] = set()

    def group(id: str) -> str:
        return settled.get(id) or groups.get(id) or id

    def visit_later(text: Text) -> None:
        if text.id not in queued:
            queued.add(text.id)
            heapq.heappush(waiting, text.order)

    fresh = set(changed)
    for id in fresh:
        visit_later(neighbours.text(id))
    for follower in [id for id, leader in groups.items() if leader in fresh]:
        visit_later(neighbours.text(follower))
    while waiting:
        _, id = heapq.heappop(waiting)
        text = neighbours.text(id)
        near = neighbours.near(text)
        leaders = [each.order for each in near if each.order < text.order and group(each.id) == each.id]
        leader = min(leaders)[1] if leaders else id
        led = group(id) == id and id in groups
        settled[id] = leader
        if led != (leader == id) or id in fresh:
            for each in near:
                if each.order > text.order:
                    visit_later(each)
    return {id: leader for id, leader in settled.items() if groups.get(id) != leader}


class _Shelf:
    """Articles of the store, loaded by day as far as they are asked for, and an index over their shingles."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.texts: dict[str, Text] = {}
        self.loaded: set[date] = set()
        self.index = MinHashLSH(num_perm=PERMUTATIONS, params=(BANDS, ROWS))
        self.signatures: dict[str, list[MinHash]] = {}

    def text(self, id: str) -> Text:
        if id not in self.texts:
            self._load(date.fromisoformat(self.store.value("SELECT day FROM articles WHERE id = ?", [id])))
        return self.texts[id]

    def near(self, text: Text) -> list[Text]:
        for shift in range(-DAYS, DAYS + 1):
            self._load(text.day + timedelta(days=shift))
        found = {key[1:] for signature in self.signatures[text.id] for key in self.index.query(signature)}
        return [each for each in map(self.texts.__getitem__, sorted(found - {text.id})) if alike(text, each)]

    def _load(self, day: date) -> None:
        if day in self.loaded:
            return
        self.loaded.add(day)
        for row in self.store.rows(
            "SELECT a.id, o.class, v.title, v.summary, v.text FROM articles a JOIN outlets o ON o.id = a.outlet_id"
            " JOIN versions v ON v.article_id = a.id AND v.number = a.version WHERE a.day = ?",
            [day.isoformat()],
        ):
            text = text_of(row["id"], day, row["title"], row["summary"], row["text"],
                           release=row["class"] == "press release")
            self.texts[text.id] = text
            self.signatures[text.id] = []
            for mark, each in (("l", text.lead), ("w", text.whole)):
                if each:
                    signature = _signature(each)
                    self.signatures[text.id].append(signature)
                    self.index.insert(mark + text.id, signature)


def group_copies(store: Store) -> int:
    """Group what is new in the store since the last call, and return how many articles changed their group."""
    upto = int(store.value("SELECT value FROM meta WHERE key = 'copies_upto'") or 0)
    newest = int(store.value("SELECT max(id) FROM versions") or 0)
    if newest == upto:
        return 0
    with store.transaction():
        newest = int(store.value("SELECT max(id) FROM versions") or 0)
        changed = [row[0] for row in store.rows("SELECT DISTINCT article_id FROM versions WHERE id > ?", [upto])]
        groups = {row[0]: row[1] for row in store.rows("SELECT id, copy_group FROM articles")}
        moved = regroup(changed, groups, _Shelf(store))
        save_copy_groups(store, moved, upto=newest)
    return len(moved)


_BLANK = MinHash(num_perm=PERMUTATIONS, hashfunc=zlib.crc32)
"""Copied for each signature: datasketch draws the same permutations anew whenever one is made from nothing."""


def _signature(shingles: frozenset[str]) -> MinHash:
    signature = _BLANK.copy()
    signature.update_batch([each.encode() for each in sorted(shingles)])
    return signature
