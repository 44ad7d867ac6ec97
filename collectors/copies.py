"""Put articles with (nearly) the same text into one copy group.

The groups are what one pass over all articles, sorted by (day, id), would give: an article joins the earliest
article that leads a group, lies within :data:`DAYS` before it and has a text at least :data:`SIMILAR` like its own;
else it leads a group of its own. Two copies are never more than :data:`DAYS` from their leader, so that a weekly
column with the same words is not one story. Later runs visit only what is new or changed and what stands beside it,
and come to the same groups; so the order of imports changes nothing (method.md B1).
"""

from __future__ import annotations

import heapq
import json
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

import numpy as np
from datasketch import MinHash
from numpy.typing import NDArray

from store.database import Store
from store.identity import normalised
from store.texts import save_copy_bands, save_copy_groups

SIMILAR = 0.8
"""Jaccard similarity of the sets of shingles from which on two texts are copies (method.md B1)."""

DAYS = 14
"""Days between an article and the leader of its group at most (method.md B1)."""

SHINGLE = 5
"""Words of a shingle (method.md B1)."""

MIN_WORDS = 12
"""Words a text needs to be compared at all. "Brand i Solkrogen" twice is two headlines of one day, not one text."""

BANDS, ROWS = 14, 3
"""Shape of the candidate search: a pair at exactly SIMILAR is missed once in 20,000 times (1 - .8 ** 3) ** 14; what it
finds too much, the exact comparison drops. More rows a band would find less too much, but need more bands to store."""

PORTION = 1_000
"""Articles grouped in one transaction: some seconds at the most, where other writers wait for thirty."""

MANY = 20_000
"""Articles due from which on they are come upon in the order of days, not sorted."""

LONG = 50_000
"""Shingles of a text from which on it is made anew when needed, not held: the longest articles have 20,000 words."""

Order = tuple[date, str]
"""Day and id: the order in which articles lead."""

Shingles = NDArray[np.uint32]
"""A set of runs of words, each as a number: sorted, each once. Texts take a tenth of the memory that strings would."""

_EMPTY = MinHash(num_perm=BANDS * ROWS, hashfunc=int)
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


class Register(Protocol):
    """Knows the articles and the groups they have so far."""

    def near(self, order: Order) -> list[Order]:
        """Articles alike to this one, itself left out; asked for one after the other in their order."""

    def group(self, id: str) -> str:
        """The leader that the article has so far, its own id where it leads."""

    def followers(self, id: str) -> list[Order]:
        """Articles that have this leader so far."""


def regroup(changed: Iterable[Order], register: Register) -> dict[str, str]:
    """Return the groups that differ from the register's after the texts of ``changed`` became what they are. Pure.

    An article is visited when its text changed, or when a possible leader of it began or ceased to lead. As leaders
    stand before those they lead, visiting in order meets every article after all that it depends on.
    """
    settled: dict[str, str] = {}
    waiting = set(changed)
    fresh = {id for _, id in waiting}
    waiting.update(each for id in fresh for each in register.followers(id))
    queued = {id for _, id in waiting}
    queue = sorted(waiting)  # a sorted list is a heap

    def group(id: str) -> str:
        return settled.get(id) or register.group(id)

    while queue:
        order = heapq.heappop(queue)
        id = order[1]
        near = register.near(order)
        leaders = [each for each in near if each < order and group(each[1]) == each[1]]
        leader = min(leaders)[1] if leaders else id
        led = group(id) == id
        settled[id] = leader
        if led != (leader == id) or id in fresh:
            for each in near:
                if each > order and each[1] not in queued:
                    queued.add(each[1])
                    heapq.heappush(queue, each)
    return {id: leader for id, leader in settled.items() if register.group(id) != leader}


class _Shelf:
    """The articles of the store, of which only candidates for a copy are read, and those of four weeks are held."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.texts: dict[str, Text] = {}
        self.keys_held: dict[str, list[int]] = {}
        self.passed = date.min

    def near(self, order: Order) -> list[Order]:
        day, id = order
        if day > self.passed:
            self.passed = day
            self.texts = {id: text for id, text in self.texts.items() if text.day >= day - timedelta(days=DAYS)}
        text = self.text(id)
        days = [day.toordinal() + shift for shift in range(-DAYS, DAYS + 1)]
        found = self.store.rows(
            "SELECT DISTINCT v.article_id FROM copy_bands b CROSS JOIN versions v ON v.id = b.version_id"
            " WHERE b.day IN (SELECT value FROM json_each(?)) AND b.key IN (SELECT value FROM json_each(?))",
            [json.dumps(days), json.dumps(self.keys(id))],
        )
        others = [self.text(row[0]) for row in found if row[0] != id]
        return [each.order for each in others if alike(text, each)]

    def group(self, id: str) -> str:
        return str(self.store.value("SELECT copy_group FROM articles WHERE id = ?", [id]))

    def followers(self, id: str) -> list[Order]:
        rows = self.store.rows("SELECT day, id FROM articles WHERE copy_group = ?", [id])
        return [(date.fromisoformat(day), id) for day, id in rows]

    def keys(self, id: str) -> list[int]:
        if id not in self.keys_held:
            self.keys_held[id] = keys(self.text(id))
        return self.keys_held[id]

    def text(self, id: str) -> Text:
        if id not in self.texts:
            (row,) = self.store.rows(
                "SELECT a.id, a.day, o.class, v.title, v.summary, v.text FROM articles a"
                " JOIN outlets o ON o.id = a.outlet_id"
                " JOIN versions v ON v.article_id = a.id AND v.number = a.version WHERE a.id = ?",
                [id],
            )
            text = text_of(
                row["id"], date.fromisoformat(row["day"]), row["title"], row["summary"], row["text"],
                release=row["class"] == "press release",
            )
            if text.whole.size > LONG:
                return text  # a few of these may be more than memory holds
            self.texts[id] = text
        return self.texts[id]


def group_copies(store: Store) -> int:
    """Group what is new in the store since the last call, and return how many articles changed their group.

    One transaction for each :data:`PORTION` articles, so that a harvest can write while a large archive is grouped.
    Articles of an import that is under way wait until it is complete.
    """
    moved = 0
    after: Order = (date.min, "")
    while store.value("SELECT 1 FROM copies_due") is not None:
        with store.transaction():
            due = _due(store, after)
            if not due:
                break
            shelf = _Shelf(store)
            for day, id, version in due:
                save_copy_bands(store, [(day.toordinal(), key, version) for key in shelf.keys(id)])
            groups = regroup([(day, id) for day, id, _ in due], shelf)
            save_copy_groups(store, groups, [id for _, id, _ in due])
        moved += len(groups)
        after = due[-1][:2]
    return moved


def _due(store: Store, after: Order) -> list[tuple[date, str, int]]:
    """The next articles to be grouped: day, id and current version.

    A few are sorted; of many it is quicker to go through all articles by day and see which are due.
    """
    few = store.value("SELECT count(*) FROM (SELECT 1 FROM copies_due LIMIT ?)", [MANY]) < MANY
    place = "copies_due c CROSS JOIN articles a" if few else "articles a CROSS JOIN copies_due c"
    return [
        (date.fromisoformat(row["day"]), row["id"], row["version_id"]) for row in store.rows(
            f"SELECT a.id, a.day, v.id AS version_id FROM {place} ON c.article_id = a.id"  # noqa: S608
            " JOIN versions v ON v.article_id = a.id AND v.number = a.version"
            " WHERE (a.day, a.id) > (?, ?) AND a.id NOT IN (SELECT article_id FROM hidden_articles)"
            " ORDER BY a.day, a.id LIMIT ?",
            [after[0].isoformat(), after[1], PORTION],
        )
    ]


def keys(text: Text) -> list[int]:
    """Return the keys of a text, signed 32-bit numbers: copies have one in common, but for the chance at :data:`BANDS`.

    Lead and whole have different keys, as they are compared apart.
    """
    found = []
    for part, shingles in enumerate((text.lead, text.whole)):
        if shingles.size:
            signature = _EMPTY.copy()  # drawing the permutations anew takes longer than using them
            signature.update_batch(shingles.tolist())
            bands = signature.hashvalues.astype("<u8").reshape(BANDS, ROWS)
            hashes = (zlib.crc32(band.tobytes(), part * BANDS + number) for number, band in enumerate(bands))
            found += [each - (1 << 31) for each in hashes]
    return found
