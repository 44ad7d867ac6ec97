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

import numpy as np
from datasketch import MinHash, MinHashLSH
from numpy.typing import NDArray

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

Shingles = NDArray[np.uint32]
"""A set of runs of words, each as a number: sorted, each once. Texts take a tenth of the memory that strings would."""

_EMPTY = MinHash(num_perm=PERMUTATIONS, hashfunc=int)
_SPREAD = np.uint32(2654435761)  # Knuth's multiplier: an odd number without pattern


@dataclass(frozen=True, eq=False)
class Text:
    """What copies compare of an article."""

    id: str
    day: date
    release: bool
    """a press release leads no news article and follows none: it is never in tone or volume"""
    lead: Shingles
    """shingles of title and summary, without a summary of title and first paragraph; empty where too short"""
    whole: Shingles
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


def shingles(text: str) -> Shingles:
    """Return the runs of :data:`SHINGLE` words of a text; none below :data:`MIN_WORDS` words."""
    words = normalised(text).split()
    if len(words) < MIN_WORDS:
        return np.empty(0, np.uint32)
    hashes = np.array([zlib.crc32(word.encode()) for word in words], np.uint32)
    runs = np.zeros(len(words) - SHINGLE + 1, np.uint32)
    for place in range(SHINGLE):  # the order of the words counts
        runs = runs * _SPREAD + hashes[place:place + len(runs)]
    return np.unique(runs)


def alike(one: Text, other: Text) -> bool:
    """Say whether two articles are copies: by all that is held of both, by title and lead where one has no body."""
    if one.release != other.release or abs((one.day - other.day).days) > DAYS:
        return False
    if one.whole.size and other.whole.size:
        return jaccard(one.whole, other.whole) >= SIMILAR
    return jaccard(one.lead, other.lead) >= SIMILAR


def jaccard(one: Shingles, other: Shingles) -> float:
    """Return the share of shingles that two sets have in common; 0 where one is empty."""
    if not one.size or not other.size:
        return 0.0
    common = np.intersect1d(one, other, assume_unique=True).size
    return float(common / (one.size + other.size - common))


class Neighbours(Protocol):
    """Finds the articles like one; asked for one after the other in their order."""

    def near(self, order: Order) -> list[Order]:
        """Articles alike to this one, itself left out."""


def regroup(
    changed: Iterable[str], groups: Mapping[str, str], days: Mapping[str, date], neighbours: Neighbours
) -> dict[str, str]:
    """Return the groups that differ from ``groups`` after the texts of ``changed`` became what they are. Pure.

    An article is visited when its text changed, or when a possible leader of it began or ceased to lead. As leaders
    stand before those they lead, visiting in order meets every article after all that it depends on.
    """
    settled: dict[str, str] = {}
    fresh = set(changed)
    followers = {id for id, leader in groups.items() if leader in fresh}
    waiting = [(days[id], id) for id in fresh | followers]
    queued = fresh | followers
    heapq.heapify(waiting)

    def group(id: str) -> str:
        return settled.get(id) or groups.get(id) or id

    while waiting:
        order = heapq.heappop(waiting)
        id = order[1]
        near = neighbours.near(order)
        leaders = [each for each in near if each < order and group(each[1]) == each[1]]
        leader = min(leaders)[1] if leaders else id
        led = group(id) == id and id in groups
        settled[id] = leader
        if led != (leader == id) or id in fresh:
            for each in near:
                if each > order and each[1] not in queued:
                    queued.add(each[1])
                    heapq.heappush(waiting, each)
    return {id: leader for id, leader in settled.items() if groups.get(id) != leader}


class _Shelf:
    """The articles of four weeks around the one that is looked at, with an index over their shingles."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.days: dict[date, dict[str, Text]] = {}
        self.texts: dict[str, Text] = {}
        self.index = MinHashLSH(num_perm=PERMUTATIONS, params=(BANDS, ROWS))
        self.signatures: dict[str, dict[str, MinHash]] = {}

    def near(self, order: Order) -> list[Order]:
        day, id = order
        for shift in range(-DAYS, DAYS + 1):
            self._load(day + timedelta(days=shift))
        for past in [each for each in self.days if each < day - timedelta(days=DAYS)]:
            self._drop(past)
        found = {key[1:] for signature in self.signatures[id].values() for key in self.index.query(signature)}
        others = (self.texts[each] for each in found - {id})
        return [each.order for each in others if alike(self.texts[id], each)]

    def _load(self, day: date) -> None:
        if day in self.days:
            return
        self.days[day] = {}
        for row in self.store.rows(
            "SELECT a.id, o.class, v.title, v.summary, v.text FROM articles a JOIN outlets o ON o.id = a.outlet_id"
            " JOIN versions v ON v.article_id = a.id AND v.number = a.version WHERE a.day = ?",
            [day.isoformat()],
        ):
            text = text_of(row["id"], day, row["title"], row["summary"], row["text"],
                           release=row["class"] == "press release")
            self.days[day][text.id] = self.texts[text.id] = text
            self.signatures[text.id] = {
                mark + text.id: _signature(each) for mark, each in (("l", text.lead), ("w", text.whole)) if each.size
            }
            for key, signature in self.signatures[text.id].items():
                self.index.insert(key, signature)

    def _drop(self, day: date) -> None:
        for id in self.days.pop(day):
            del self.texts[id]
            for key in self.signatures.pop(id):
                self.index.remove(key)


def group_copies(store: Store) -> int:
    """Group what is new in the store since the last call, and return how many articles changed their group."""
    upto = int(store.value("SELECT value FROM meta WHERE key = 'copies_upto'") or 0)
    newest = int(store.value("SELECT max(id) FROM versions") or 0)
    if newest == upto:
        return 0
    with store.transaction():
        newest = int(store.value("SELECT max(id) FROM versions") or 0)
        changed = [row[0] for row in store.rows("SELECT DISTINCT article_id FROM versions WHERE id > ?", [upto])]
        articles = store.rows("SELECT id, copy_group, day FROM articles")
        groups = {row[0]: row[1] for row in articles}
        days = {row[0]: date.fromisoformat(row[2]) for row in articles}
        moved = regroup(changed, groups, days, _Shelf(store))
        save_copy_groups(store, moved, upto=newest)
    return len(moved)


_BLANK = MinHash(num_perm=PERMUTATIONS, hashfunc=zlib.crc32)
"""Copied for each signature: datasketch draws the same permutations anew whenever one is made from nothing."""


def _signature(shingles: Shingles) -> MinHash:
    signature = _EMPTY.copy()  # drawing the permutations anew takes longer than using them
    signature.update_batch(shingles.tolist())
    return signature
