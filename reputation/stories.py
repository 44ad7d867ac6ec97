"""Count the articles about an area among all that outlets had, wherever it is known how many that is (method.md B2).

It is known of own feeds, which hold every story of theirs, and of outlets and months whose total came with an archive.
Every printing counts here, above and below the line: totals count them so. Where an outlet has both, the total decides.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import accumulate

from nlp.unique import ABOUT, PRESS_RELEASE
from reputation.coverage import areas_in_query
from store.areas import Area
from store.database import Store
from store.days import Window

Days = tuple[str, str]
"""first and last day, ISO, both included"""


@dataclass(frozen=True)
class Covered:
    """The articles about an area in a window, and all articles beside them."""

    count: int
    total: int
    first: str
    last: str
    """days from and to which all is known"""
    outlets: int
    archived: int
    """how many of ``total`` an archive counted; the others came by feed"""


@dataclass(frozen=True)
class Totals:
    """The stretches over which it is known how many articles an outlet had, for the areas that were searched in it."""

    of: Mapping[str, Mapping[str, Sequence[tuple[str, str, int]]]]
    """area → outlet → (first, last, articles), in order, none overlapping another"""

    def days(self, area: str, outlet: str, day: str) -> Days | None:
        """Return the stretch that a day lies in, or ``None``."""
        known = self.of.get(area, {}).get(outlet, ())
        at = bisect_right(known, day, key=lambda each: each[0]) - 1
        return known[at][:2] if at >= 0 and day <= known[at][1] else None


def archive_totals(store: Store, areas: Sequence[Area]) -> Totals:
    """Read the totals of imports that stand, for each area that their query names."""
    found: dict[str, dict[str, set[tuple[str, str, int]]]] = defaultdict(lambda: defaultdict(set))
    named: dict[str, frozenset[str]] = {}
    for row in store.rows(
        "SELECT coalesce(i.query, '') AS query, t.outlet_id, t.first, t.last, t.articles FROM archive_totals t"
        " JOIN imports i ON i.id = t.import_id JOIN outlets o ON o.id = t.outlet_id"
        " WHERE i.undone IS NULL AND o.class IS NOT ? AND i.id NOT IN (SELECT import_id FROM imports_under_way)",
        [PRESS_RELEASE],
    ):
        query = row["query"]
        if query not in named:
            named[query] = areas_in_query(query, areas) or frozenset(each.id for each in areas)
        for area in named[query]:
            found[area][row["outlet_id"]].add((row["first"], row["last"], row["articles"]))
    once = cache(apart)  # areas of one query have the same totals
    return Totals({area: {outlet: once(frozenset(known)) for outlet, known in of.items()}
                   for area, of in found.items()})


def apart(known: Iterable[tuple[str, str, int]]) -> tuple[tuple[str, str, int], ...]:
    """Choose stretches that don't overlap: months before the year that holds them, of two alike the larger total."""
    kept: list[tuple[str, str, int]] = []
    for each in sorted(known, key=lambda each: (date.fromisoformat(each[1]) - date.fromisoformat(each[0]), each[0],
                                                -each[2])):
        if all(each[1] < other[0] or other[1] < each[0] for other in kept):
            kept.append(each)
    return tuple(sorted(kept))


_ABOUT = f"""
SELECT m.area_id, a.outlet_id, a.day, a.feed_id IS NOT NULL, count(*) FROM mentions m JOIN articles a
ON a.id = m.article_id JOIN outlets o ON o.id = a.outlet_id
WHERE m.role IN {ABOUT!r} AND o.class IS NOT ?
AND (a.feed_id IS NOT NULL OR a.outlet_id IN (SELECT outlet_id FROM archive_totals))
GROUP BY 1, 2, 3, 4
"""  # noqa: S608

_FED = """
SELECT a.outlet_id, a.day, count(*) FROM articles a JOIN outlets o ON o.id = a.outlet_id
WHERE a.feed_id IS NOT NULL AND o.class IS NOT ? GROUP BY 1, 2
"""


@dataclass(frozen=True)
class _Feed:
    """The stories of an outlet that its own feed brought and no archive counted."""

    days: Sequence[str]
    sums: Sequence[int]
    """stories up to and with each day"""

    def inside(self, window: Days) -> tuple[int, str, str]:
        """Return how many lie in a window, and the first and last day with one."""
        start, end = bisect_left(self.days, window[0]), bisect_right(self.days, window[1])
        if start == end:
            return 0, "", ""
        return self.sums[end - 1] - (self.sums[start - 1] if start else 0), self.days[start], self.days[end - 1]


def covered(store: Store, areas: Sequence[Area], windows: Sequence[Window]) -> Mapping[tuple[str, Window], Covered]:
    """Count for every area and window in which anything is known of all articles."""
    totals = archive_totals(store, areas)
    fed = [(row[0], row[1], int(row[2])) for row in store.rows(_FED, [PRESS_RELEASE])]
    if not fed and not totals.of:
        return {}
    counts: dict[str, dict[Days, int]] = defaultdict(lambda: defaultdict(int))
    for area, outlet, day, by_feed, number in (tuple(row) for row in store.rows(_ABOUT, [PRESS_RELEASE])):
        days = totals.days(area, outlet, day) or ((day, day) if by_feed else None)
        if days is not None:
            counts[area][days] += number
    everywhere = _feeds(fed, totals, "")
    result: dict[tuple[str, Window], Covered] = {}
    for each in areas:
        feeds = _feeds(fed, totals, each.id) if each.id in totals.of else everywhere
        for window in windows:
            days = window.first.isoformat(), window.last.isoformat()
            known = _covered(days, counts[each.id], totals.of.get(each.id, {}), feeds)
            if known is not None:
                result[each.id, window] = known
    return result


def _feeds(fed: Iterable[tuple[str, str, int]], totals: Totals, area: str) -> list[_Feed]:
    by_outlet: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for outlet, day, number in fed:
        if totals.days(area, outlet, day) is None:
            by_outlet[outlet].append((day, number))
    return [_Feed([day for day, _ in sorted(found)], list(accumulate(number for _, number in sorted(found))))
            for _, found in sorted(by_outlet.items())]


def _covered(window: Days, counts: Mapping[Days, int], known: Mapping[str, Sequence[tuple[str, str, int]]],
             feeds: Iterable[_Feed]) -> Covered | None:
    def inside(first: str, last: str) -> bool:
        return window[0] <= first and last <= window[1]

    told = [[each for each in found if inside(*each[:2])] for found in known.values()]
    stories = [found for each in feeds if (found := each.inside(window))[0]]
    archived = sum(number for found in told for *_, number in found)
    total = archived + sum(number for number, *_ in stories)
    if not total:
        return None
    ends = [(each[0], each[1]) for found in told for each in found] + [(first, last) for _, first, last in stories]
    return Covered(
        sum(number for days, number in counts.items() if inside(*days)), total, min(first for first, _ in ends),
        max(last for _, last in ends), sum(bool(found) for found in told) + len(stories), archived,
    )
