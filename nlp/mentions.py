"""Decide which areas a text is about, and how much."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from nlp.cutting import Sentence
from nlp.document import LEAD_SENTENCES, Document
from nlp.folding import Folded, fold, key
from nlp.gazetteer import Gazetteer, Hit, Name
from store.areas import Alias, Area

Role = Literal["headline", "lead", "focus", "list", "passing", "given"]
ABOUT: frozenset[str] = frozenset({"headline", "lead", "focus", "given"})
"""Roles that make a text one about the area, in every formula (design.md)."""

FOCUS = 3
"""So many mentions make a text one about the area (method.md B1)."""

ANAPHOR_REACH = 3
"""How many sentences after the last naming *bydelen* is still taken to mean the area."""

LIST_ITEMS = 3
"""So many places in a row are an enumeration; two joined by *og* are a comparison."""

LOCAL_REACH = 40
"""Within so many characters after a name, ``i Kolding`` settles which place of that name is meant."""

_ITEM = r"(?<!\w)[A-ZÆØÅ][\w.’'-]*(?: (?:[A-ZÆØÅ][\w.’'-]*|\d+))*(?: i [A-ZÆØÅ][\w-]*)?(?: \([^)]{1,40}\))?"
_ENUMERATION = re.compile(rf"{_ITEM}(?:(?:, (?:og |samt )?| og | samt |/|; | & ){_ITEM}){{{LIST_ITEMS - 1},}}")
_PLACE_BEHIND = re.compile(r"s? i ([A-ZÆØÅ][\w-]+)")
_BULLET = re.compile(r"\s*(?:[-*•·–]|\d{1,2}[.)])\s+")


@dataclass(frozen=True, slots=True)
class Mention:
    """An area that a text names: role, times, the first name found, and where (spans in ``Document.text``)."""

    area: str
    role: Role
    count: int
    alias: str
    unit: Literal["official", "press"]
    named: tuple[tuple[int, int], ...]
    meant: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Unsure:
    """A name that may stand for several places, or for none that is known here."""

    name: str
    candidates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """A name decided on: its area, and its span in the text as written."""

    area: str
    alias: Alias
    start: int
    end: int


def find_names(
    text: str, gazetteer: Gazetteer, day: date | None = None, given: str | None = None
) -> tuple[list[Named], list[Unsure]]:
    """Find the names in ``text`` that stand for an area, in order, and those that can't be decided.

    ``day`` leaves out aliases not valid then. ``given`` is an area the text is known to be about: its names need no
    context. Works on raw text and returns at once where no name occurs.
    """
    folded = fold(text)
    hits = gazetteer.names(folded, day)
    if not hits:
        return [], []
    evidence = _Evidence(text, folded, hits, gazetteer, given)
    named: list[Named] = []
    unsure: dict[Unsure, None] = {}
    taken = 0
    for hit in sorted(hits, key=lambda each: (each.start, -each.end)):
        if hit.start < taken:
            continue
        candidates, sure = evidence.judge(hit)
        start, end = folded.span(hit.start, hit.end)
        if sure is not None:
            named.append(Named(sure.area, sure.alias, start, end))
        elif candidates and text[start].isupper() and not _continued(hits, hit):
            unsure[Unsure(text[start:end], candidates)] = None
        if sure is not None or not hit.names:
            taken = hit.end
    return named, list(unsure)


def _continued(hits: Sequence[Hit], hit: Hit) -> bool:
    """Tell whether a longer name covers ``hit``: the longer one speaks for both."""
    return any(each is not hit and each.start <= hit.start and hit.end <= each.end for each in hits)


class _Evidence:
    """What a whole text says about its ambiguous names; asked once a name."""

    def __init__(
        self, text: str, folded: Folded, hits: Sequence[Hit], gazetteer: Gazetteer, given: str | None
    ) -> None:
        self._written = text
        self._folded = folded
        self._text = folded.text
        self._areas = gazetteer.areas
        self._given = given
        self._municipalities = gazetteer.municipalities
        single = [hit.names[0] for hit in hits if len({name.area for name in hit.names}) == 1]
        self._safe = {name.area for name in single if not name.needs_context}
        self._kin = _kin(hits)
        doubtful = any(name.needs_context or self._areas[name.area].false_friends for hit in hits for name in hit.names)
        self._found = gazetteer.context(folded, [(hit.start, hit.end) for hit in hits]) if doubtful else {}

    def judge(self, hit: Hit) -> tuple[tuple[str, ...], Name | None]:
        """Return the candidates, and the one that is meant where that is clear."""
        fitting: dict[str, Name] = {}
        rivals: dict[str, None] = {}
        known: dict[str, None] = {}
        for name in hit.names:
            area = self._areas[name.area]
            known[area.id] = None
            beside = self._beside(area, name)
            here = self._local(hit, area, beside)
            if area.id == self._given or here == "area":
                fitting.setdefault(area.id, name)
            elif here == "friend":
                known.pop(area.id)
            elif beside and area.id not in self._safe:
                if self._own(area):
                    fitting.setdefault(area.id, name)
                    rivals.update(dict.fromkeys(beside))
                else:
                    known.pop(area.id)
            elif self._fits(area, name):
                fitting.setdefault(area.id, name)
                rivals.update(dict.fromkeys(self._elsewhere(hit, area, name)))
        if len(fitting) == 1 and not rivals:
            return (), next(iter(fitting.values()))
        return tuple(dict.fromkeys([*(fitting or known), *rivals])), None

    def _fits(self, area: Area, name: Name) -> bool:
        if area.requires_city:
            return f"place:{key(area.requires_city)}" in self._found
        if not name.needs_context or area.id in self._safe or area.id in self._kin:
            return True
        return self._own(area) or "list" in self._found

    def _elsewhere(self, hit: Hit, area: Area, name: Name) -> list[str]:
        """Name the place that ``Ringparken i Roskilde`` gives.

        Another municipality is another place whatever else the text speaks of; any other place is one where nothing
        else in the text speaks for the area, for the vocabulary of the lists is the same in every town.
        """
        place = _PLACE_BEHIND.match(self._written, self._folded.span(hit.start, hit.end)[1])
        if not name.needs_context or not place:
            return []
        own = {key(each) for each in (area.municipality, *area.cities)}
        if key(place[1]) in self._municipalities - own:
            return [place[1]]
        spoken_for = area.id in self._safe or area.id in self._kin or self._own(area)
        return [] if spoken_for else [place[1]]

    def _own(self, area: Area) -> bool:
        """Tell whether a word that belongs to this area stands in the text."""
        if area.requires_city:
            return f"place:{key(area.requires_city)}" in self._found
        return f"area:{area.id}" in self._found

    def _beside(self, area: Area, name: Name) -> list[str]:
        """List the words of a false friend of this name that stand in the text."""
        wanted = key(name.alias.name)
        return [
            word for friend in area.false_friends if key(friend.name) == wanted
            for word in friend.beside if f"beside:{key(word)}" in self._found
        ]

    def _local(self, hit: Hit, area: Area, beside: Sequence[str]) -> Literal["area", "friend", ""]:
        """Read ``Skovparken i Kolding``: the nearest place right behind a name outweighs the rest of the text."""
        if not beside:
            return ""
        near: list[tuple[int, Literal["area", "friend"]]] = []
        places = [area.municipality, *area.cities]
        for word, side in [*((each, "area") for each in places), *((each, "friend") for each in beside)]:
            kind = "place" if side == "area" else "beside"
            for start in self._found.get(f"{kind}:{key(word)}", ()):
                between = self._text[hit.end:start] if hit.end <= start <= hit.end + LOCAL_REACH else "."
                if re.fullmatch(r"s? ?(?:,|i|ved|på|nær|uden for|\(| )* ?", between):
                    near.append((start, "area" if side == "area" else "friend"))
        return min(near)[1] if near else ""


def _kin(hits: Sequence[Hit]) -> set[str]:
    """Find areas that two names vouch for: *Skovvejen* and *Skovparken* in one text, or a name written with a slash."""
    names: dict[str, set[str]] = {}
    for hit in hits:
        for name in hit.names:
            parts = [part for part in re.split(r"[/-]", name.alias.name) if len(part) > 3]
            names.setdefault(name.area, set()).update(map(key, parts if "/" in name.alias.name else [name.alias.name]))
    return {
        area for area, found in names.items()
        if sum(not any(each != other and each.startswith(other) for other in found) for each in found) > 1
    }


def mentions(
    doc: Document, names: Sequence[Named], sentences: Sequence[Sentence], gazetteer: Gazetteer,
    given: str | None = None, enumerated: Collection[tuple[int, int]] | None = None,
) -> list[Mention]:
    """Decide the role of each area, first that applies: headline, lead, focus, list, passing; *given* where known.

    Later *bydelen*, *området* … counts for the one area that was named in the last sentences. Source: design.md Words,
    method.md B1. Areas in the order in which they are first named; a given area that is never named comes first.
    ``enumerated`` are the spans that :func:`listed` found, where the letters are no longer there to be looked at.
    """
    meant = anaphora(doc, names, sentences, gazetteer, given)
    by_area: dict[str, list[Named]] = {given: []} if given else {}
    for each in names:
        by_area.setdefault(each.area, []).append(each)
    inside = listed(doc, names, sentences) if enumerated is None else enumerated
    end_of_lead = lead_end(doc, sentences)
    result: list[Mention] = []
    for area, found in by_area.items():
        spans = tuple((each.start, each.end) for each in found)
        later = tuple(meant.get(area, ()))
        first = found[0].alias if found else None
        count = len(spans) + len(later)
        role: Role = "given" if area == given else _role(doc, spans, count, inside, end_of_lead)
        result.append(Mention(
            area, role, count, first.name if first else "", first.unit if first else "official", spans, later,
        ))
    return result


def _role(
    doc: Document, spans: Sequence[tuple[int, int]], count: int, inside: Collection[tuple[int, int]], end_of_lead: int
) -> Role:
    first = spans[0][0]
    if first < doc.title_end:
        return "headline"
    if first < end_of_lead:
        return "lead"
    if count >= FOCUS:
        return "focus"
    return "list" if all(span in inside for span in spans) else "passing"


def lead_end(doc: Document, sentences: Sequence[Sentence]) -> int:
    """Return where the lead ends: as the document says, else after the first two sentences below the title."""
    if doc.lead_end is not None:
        return doc.lead_end
    below = [sentence for sentence in sentences if sentence.start >= doc.title_end]
    return below[:LEAD_SENTENCES][-1].end if below else len(doc.text)


def anaphora(
    doc: Document, names: Sequence[Named], sentences: Sequence[Sentence], gazetteer: Gazetteer,
    given: str | None = None,
) -> Mapping[str, list[tuple[int, int]]]:
    """Find where *bydelen* and its like take up the one area in focus; spans by area."""
    words = gazetteer.vocabulary
    forms = words.taking_up
    named = _by_sentence(names, sentences)
    found: dict[str, list[tuple[int, int]]] = {}
    focus, last = given, 0
    for number, sentence in enumerate(sentences):
        inside = named.get(number, [])
        here = {each.area for each in inside}
        before = focus if focus == given or number - last <= ANAPHOR_REACH else None
        if here:
            focus, last = (next(iter(here)) if len(here) == 1 else None), number
        target = focus if here else before
        if target is None or forms.isdisjoint(sentence.words):
            continue
        for index, word in enumerate(sentence.words):
            if word not in forms or (index + 1 < len(sentence.words) and sentence.words[index + 1] in words.elsewhere):
                continue
            at = sentence.starts[index]
            if any(each.start <= at < each.end for each in inside):
                continue
            found.setdefault(target, []).append((at, at + len(word)))
            last = number
    return found


def _by_sentence(names: Sequence[Named], sentences: Sequence[Sentence]) -> dict[int, list[Named]]:
    starts = [sentence.start for sentence in sentences]
    found: dict[int, list[Named]] = {}
    for each in names:
        found.setdefault(max(bisect_right(starts, each.start) - 1, 0), []).append(each)
    return found


def listed(doc: Document, names: Sequence[Named], sentences: Sequence[Sentence]) -> set[tuple[int, int]]:
    """Find the spans that stand in an enumeration of places, or as an entry of a bulleted list."""
    found: set[tuple[int, int]] = set()
    for number, inside in _by_sentence(names, sentences).items():
        sentence = sentences[number]
        text = doc.text[sentence.start:sentence.end]
        rows = [(match.start(), match.end()) for match in _ENUMERATION.finditer(text)]
        opens = not sentence.start or "\n" in doc.text[max(sentence.start - 3, 0):sentence.start]
        if opens and _BULLET.match(text) and len(sentence.words) <= 2 * LIST_ITEMS + 4:
            rows.append((0, len(text)))
        for each in inside:
            at = each.start - sentence.start
            if any(start <= at < end for start, end in rows):
                found.add((each.start, each.end))
    return found
