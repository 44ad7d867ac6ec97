"""Turn a sentence into the features of the linear model, with every name of a place or person taken out."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from nlp.cutting import Sentence
from nlp.folding import fold
from nlp.gazetteer import Gazetteer
from nlp.lexicon import Lexicon
from nlp.rules import Weight, weigh
from nlp.tone import squash

PLACE = "§sted"
"""Stands for the name of an area: a model that has learnt names would carry their old tone into every new text."""

NAME = "§navn"
"""Stands for a capitalised word inside a sentence: in Danish a name."""

OPENERS = frozenset('.:!?…»«”“"\'–-([/')
"""After these a capital letter is how one writes, not a name."""

WORD, PAIR, LETTERS = 1.0, 0.5, 0.9
"""Scale of word, word pair and letter features: the smaller, the more regularisation holds them down."""

SHORTEST, LONGEST = 3, 5
"""Letters in a letter feature."""

LONGEST_WORD = 40
MEMORY = 100_000
DENSE_LENGTH = 30.0
"""Words in a sentence that count as long: 1 on the scale of the feature ``length``."""


@dataclass(frozen=True, slots=True)
class Features:
    """What the model sees of a sentence: names of features to values, and where each came from.

    ``words`` and ``starts`` are those of the masked sentence; ``plain`` holds the features that no one word gives,
    ``weights`` what the lexicon and its rules made of the sentence.
    """

    words: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    plain: dict[str, float]
    weights: tuple[Weight, ...]


class Extractor:
    """Makes features; ``names`` are the areas whose names are taken out."""

    def __init__(self, lexicon: Lexicon, names: Gazetteer | None = None) -> None:
        self._lexicon = lexicon
        self._names = names
        areas = names.areas.values() if names else ()
        places = [place for area in areas for place in (area.municipality, *area.cities)]
        self._places = frozenset(form for place in places for form in (place.lower(), f"{place.lower()}s"))

    def features(self, text: str, sentences: Sequence[Sentence]) -> Iterator[Features]:
        """Make the features of each sentence of ``text``."""
        spans = self._spans(text)
        at = 0
        for sentence in sentences:
            while at < len(spans) and spans[at][1] <= sentence.start:
                at += 1
            masked = _masked(sentence, spans[at:] if at < len(spans) else ())
            weights = weigh(masked, self._lexicon)
            plain = _plain(masked.words, weights, self._lexicon)
            ends = tuple(map(int.__add__, masked.starts, _lengths(masked, sentence)))
            yield Features(self._without_names(text, masked), masked.starts, ends, plain, tuple(weights))

    def _spans(self, text: str) -> list[tuple[int, int]]:
        if self._names is None:
            return []
        folded = fold(text)
        return [folded.span(hit.start, hit.end) for hit in self._names.names(folded, None)]

    def _without_names(self, text: str, sentence: Sentence) -> tuple[str, ...]:
        """Replace capitalised words inside the sentence, and towns."""
        found: list[str] = []
        before = ""
        for word, start in zip(sentence.words, sentence.starts, strict=True):
            if word in self._places:
                found.append(NAME)
            elif before and word != PLACE and text[start].isupper() and before not in OPENERS:
                found.append(NAME if text[start + 1:start + 2].islower() else word)
            else:
                found.append("0" if word[0].isdigit() else word)
            before = word
        return tuple(found)


def _masked(sentence: Sentence, spans: Sequence[tuple[int, int]]) -> Sentence:
    """Put one word in the place of each area's name, however many words it has, with all that is joined to it."""
    if not spans or spans[0][0] >= sentence.end:
        return sentence
    words: list[str] = []
    starts: list[int] = []
    spans = [span for span in spans if span[0] < sentence.end]
    for word, start in zip(sentence.words, sentence.starts, strict=True):
        inside = next((span for span in spans if span[0] < start + len(word) and start < span[1]), None)
        if inside is None:
            words.append(word)
            starts.append(start)
        elif not words or words[-1] != PLACE or inside[0] >= start:
            words.append(PLACE)
            starts.append(start)
    return Sentence(sentence.start, sentence.end, tuple(words), tuple(starts))


def _lengths(masked: Sentence, sentence: Sentence) -> list[int]:
    """Count the letters of each word as the text has it."""
    if masked is sentence:
        return list(map(len, sentence.words))
    lengths = dict(zip(sentence.starts, map(len, sentence.words), strict=True))
    return [lengths[start] for start in masked.starts]


def _plain(words: Sequence[str], weights: Sequence[Weight], lexicon: Lexicon) -> dict[str, float]:
    """State what lexicon, rules and signs say of the sentence as a whole: this is what travels between domains."""
    size = max(len(words), 1)
    rules = lexicon.rules
    found = {"#length": min(size / DENSE_LENGTH, 2.0)}
    for sign in ("!", "?"):
        if sign in words:
            found[f"#{sign}"] = 1.0
    for name, listed in (
        ("negation", rules.negation), ("intensifier", rules.intensifiers), ("downtoner", rules.downtoners),
        ("men", rules.contrast), ("concession", rules.concession), ("hedge", rules.hedges), ("quotation", _QUOTES),
        ("less", rules.less), ("more", rules.more), ("lack", rules.lacks), ("remedy", rules.remedies),
        ("solved", rules.solved),
    ):
        if not listed.isdisjoint(words):
            found[f"#{name}"] = 1.0
    for scale, values in (("tone", [each.tone for each in weights]), ("safety", [each.safety for each in weights])):
        said = [value for value in values if value]
        if not said:
            found[f"#{scale} silent"] = 1.0
            continue
        good, bad = sum(v for v in said if v > 0), -sum(v for v in said if v < 0)
        found[f"#{scale} sum"] = squash(good - bad)
        found[f"#{scale} good"], found[f"#{scale} bad"] = squash(good), squash(bad)
        found[f"#{scale} good density"] = 10 * sum(v > 0 for v in said) / (size + 5)
        found[f"#{scale} bad density"] = 10 * sum(v < 0 for v in said) / (size + 5)
        found[f"#{scale} highest"], found[f"#{scale} lowest"] = max(0.0, *said), min(0.0, *said)
        found[f"#{scale} sign"] = float((good > bad) - (good < bad))
        found[f"#{scale} last"] = max(min(said[-1], 1.0), -1.0)
    for each in weights:
        group = each.rule.partition(":")[0]
        value = each.tone or each.safety
        name = f"={group} {'good' if value > 0 else 'bad'}"
        found[name] = min(found.get(name, 0.0) + min(abs(value), 1.0), 1.5)
    return found


_QUOTES = frozenset('»«”“"')


def sparse(found: Features) -> dict[str, float]:
    """Lay all features of a sentence out by name: what the training sees."""
    values = dict(found.plain)
    scale = length_scale(found.words)
    for word in found.words:
        for name, value in of_word(word):
            values[name] = values.get(name, 0.0) + value * scale
    for name in pairs(found.words):
        values[name] = values.get(name, 0.0) + PAIR * scale
    return values


def length_scale(words: Sequence[str]) -> float:
    """Weigh the words of a long sentence less, so that long and short ones are of one size."""
    return 2.0 / math.sqrt(len(words) + 3)


@lru_cache(maxsize=MEMORY)
def of_word(word: str) -> tuple[tuple[str, float], ...]:
    """Name the features of one word alone: itself, and its runs of letters."""
    if not word or not word[0].isalnum():
        return ((f"w {word}", WORD),) if word.startswith("§") else ()
    named = [(f"w {word}", WORD)]
    padded = f"<{word[:LONGEST_WORD]}>"
    runs = {padded[at:at + size] for size in range(SHORTEST, LONGEST + 1) for at in range(len(padded) - size + 1)}
    if word != "0" and runs:
        each = LETTERS / math.sqrt(len(runs))
        named += [(f"c {run}", each) for run in sorted(runs)]
    return tuple(named)


def pairs(words: Sequence[str]) -> Iterator[str]:
    """Name the pairs of neighbouring words; signs stand between pairs."""
    for one, other in pairwise(words):
        if one and other and (one[0].isalnum() or one[0] == "§") and (other[0].isalnum() or other[0] == "§"):
            yield f"b {one} {other}"
