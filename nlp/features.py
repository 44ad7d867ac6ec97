"""Turn a sentence into the features of the linear model, with every name of a place or person taken out."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, pairwise

from nlp.cutting import Sentence
from nlp.folding import fold
from nlp.gazetteer import Gazetteer
from nlp.lemmas import lemma
from nlp.lexicon import Lexicon
from nlp.rules import PUNCTUATION, QUOTES, Weight, weigh
from nlp.stigma import official_labels
from nlp.tone import squash

PLACE = "§sted"
"""Stands for the name of an area: a model that has learnt names would carry their old tone into every new text."""

NAME = "§navn"
"""Stands for a capitalised word inside a sentence: in Danish a name."""

GONE = "·"
"""Stands at the place of a word that is not kept (nlp/kept.py)."""

HARD = frozenset({"hård", "hårde", "hårdt"})
EXPOSED = frozenset({"udsat", "udsatte", "belastet", "belastede"})
ARTICLES = frozenset({"en", "et", "den", "det", "de"})
"""Words that belong to an official label behind them: *en hård ghetto*, *et udsat boligområde*."""

OPENERS = frozenset('.:!?…»«”“"\'–-([/')
"""After these a capital letter is how one writes, not a name."""

PAIR = 0.5
"""Scale of a pair of words beside that of a word: the smaller, the more regularisation holds it down."""

MARKS = frozenset({PLACE, NAME})

_CAPITAL = re.compile(r"(?<=[\w,;] )[A-ZÆØÅÉÄÖÜ][\w-]*")
"""A word with a capital behind another word or a comma."""

SHORTEST_NAME = 5
"""Letters of the shortest word that is taken for the name of an area wherever it stands."""

GLAD_FACES = frozenset((*"👍👏❤🎉😊💪🙏😀😂🤗🥳😎😍🥰😁😄👌🌹💕💚💙😅🤣😉☺🙂💐", ":)", ":-)", ";)", ";-)", ":d", "<3"))
SAD_FACES = frozenset((*"🤮😡👎🙄😢😠🤬😭💩🤢😤😱😔☹😞🤦😳🥴🤥", ":(", ":-("))
"""Signs that say how their writer feels, in answers and comments."""

GRAM = 0.3
"""Scale of a run of letters beside that of its word."""

GRAMS = (4, 5)
"""Letters in a run: so that a compound never seen still says what its parts say."""

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
        self._official = official_labels()
        areas = tuple(names.areas.values()) if names else ()
        places = [place for area in areas for place in (area.municipality, *area.cities)]
        named = {word for area in areas for alias in area.aliases for word in alias.name.lower().split()}
        self._known = frozenset(
            form for word in (*named, *(place.lower() for place in places)) if len(word) >= SHORTEST_NAME
            for form in (word, f"{word}s")) | MARKS
        self._places = frozenset(form for place in places for form in (place.lower(), f"{place.lower()}s"))

    def features(self, text: str, sentences: Sequence[Sentence]) -> Iterator[Features]:
        """Make the features of each sentence of ``text``."""
        spans = self._spans(text, sentences)
        at = 0
        for sentence in sentences:
            while at < len(spans) and spans[at][1] <= sentence.start:
                at += 1
            masked = _masked(sentence, spans[at:] if at < len(spans) else ())
            weights = weigh(masked, self._lexicon)
            plain = _plain(masked.words, weights, self._lexicon)
            ends = tuple(map(int.__add__, masked.starts, _lengths(masked, sentence)))
            words, starts, ends = self._unlabelled(self._without_names(text, masked), masked.starts, ends)
            yield Features(words, starts, ends, plain, tuple(weights))

    def _unlabelled(
        self, words: tuple[str, ...], starts: tuple[int, ...], ends: tuple[int, ...]
    ) -> tuple[tuple[str, ...], tuple[int, ...], tuple[int, ...]]:
        """Leave official labels of areas out, of whichever year: a change of law is no change of tone."""
        dropped: set[int] = set()
        for at, word in enumerate(words):
            if word.startswith(self._official) or (word.startswith("boligområde") and at and words[at - 1] in EXPOSED):
                first = at - (at > 0 and words[at - 1] in HARD | EXPOSED)
                dropped.update(range(first - (first > 0 and words[first - 1] in ARTICLES), at + 1))
        if not dropped:
            return words, starts, ends
        kept = [at for at in range(len(words)) if at not in dropped]
        return tuple(words[at] for at in kept), tuple(starts[at] for at in kept), tuple(ends[at] for at in kept)

    def words(self, text: str, sentences: Iterable[Sentence]) -> dict[str, None]:
        """Give the different words of some sentences without names: of areas, of towns, and what is capitalised inside.

        A word that is written with a capital inside any sentence counts as a name wherever it stands.
        """
        found = dict.fromkeys(chain.from_iterable([sentence.words for sentence in sentences]))
        for word in (found.keys() & self._known) | {word.lower() for word in _CAPITAL.findall(text)}:
            found.pop(word, None)
        return found

    def _spans(self, text: str, sentences: Sequence[Sentence]) -> list[tuple[int, int]]:
        if self._names is None:
            return []
        found = []
        for sentence in sentences:
            folded = fold(text[sentence.start:sentence.end])
            found += [(sentence.start + start, sentence.start + end)
                      for hit in self._names.names(folded, None) for start, end in [folded.span(hit.start, hit.end)]]
        return found

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
    words: list[str] = []
    starts: list[int] = []
    if PLACE in sentence.words:  # of what was kept of a text (nlp/kept.py)
        for word, start in zip(sentence.words, sentence.starts, strict=True):
            if word != PLACE or words[-1:] != [PLACE]:
                words.append(word)
                starts.append(start)
        return Sentence(sentence.start, sentence.end, tuple(words), tuple(starts))
    if not spans or spans[0][0] >= sentence.end:
        return sentence
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
    found = {"#length": min(size / DENSE_LENGTH, 2.0)}
    marks = _marks(lexicon)
    for word in words:
        if word in marks:
            found |= marks[word]
        elif not (word.isalnum() or word in PUNCTUATION):
            found |= _faces(word)
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


@lru_cache(maxsize=4)
def _marks(lexicon: Lexicon) -> dict[str, dict[str, float]]:
    """Tell of each word of the rules, and of signs, which features it switches on."""
    rules = lexicon.rules
    marks: dict[str, dict[str, float]] = {}
    for name, listed in (
        ("!", "!"), ("?", "?"), ("quotation", QUOTES), ("negation", rules.negation),
        ("intensifier", rules.intensifiers), ("downtoner", rules.downtoners), ("men", rules.contrast),
        ("concession", rules.concession), ("hedge", rules.hedges), ("less", rules.less), ("more", rules.more),
        ("lack", rules.lacks), ("remedy", rules.remedies), ("solved", rules.solved),
    ):
        for word in listed:
            marks.setdefault(word, {})[f"#{name}"] = 1.0
    return marks


@lru_cache(maxsize=MEMORY)
def _faces(word: str) -> dict[str, float]:
    """Tell which face a run of signs shows."""
    return {f"#{name}": 1.0 for name, faces in (("glad face", GLAD_FACES), ("sad face", SAD_FACES))
            if not faces.isdisjoint((word, *word))}


def sparse(found: Features) -> dict[str, float]:
    """Lay all features of a sentence out by name: what the training sees."""
    values = dict(found.plain)
    scale = length_scale(len(found.words))
    add_words(values, ((word, scale) for word in found.words))
    for pair in pairwise(found.words):
        for name in pairs(pair):
            values[name] = values.get(name, 0.0) + PAIR * scale
    return values


def add_words(values: dict[str, float], words: Iterable[tuple[str, float]]) -> None:
    """Add the features of words with their weights to ``values``."""
    for word, weight in words:
        for name, factor in of_word(word):
            values[name] = values.get(name, 0.0) + factor * weight


def length_scale(words: int) -> float:
    """Weigh the words of what has many of them less, so that long and short sentences, or texts, are of one size."""
    return 2.0 / math.sqrt(words + 3)


@lru_cache(maxsize=MEMORY)
def of_word(word: str) -> tuple[tuple[str, float], ...]:
    """Name the features of one word alone, each with its scale.

    They are its form, its lemma, and the runs of letters in that: a form or a compound never seen still says something.
    """
    if not word or not word[0].isalnum():
        return ((f"w {word}", 1.0),) if word.startswith("§") else ()
    base = lemma(word)
    marked = f"<{base}>"
    counted = Counter(marked[at:at + size] for size in GRAMS for at in range(len(marked) - size + 1))
    return (f"w {word}", 1.0), (f"l {base}", 1.0), *((f"c {run}", GRAM * count) for run, count in counted.items())


def _lemma(word: str) -> str:
    return word if word[0] == "§" else lemma(word)


def pairs(pair: tuple[str, str]) -> Iterator[str]:
    """Name the features of two neighbouring words, as forms and as lemmas; signs stand between pairs."""
    one, other = pair
    if one and other and (one[0].isalnum() or one[0] == "§") and (other[0].isalnum() or other[0] == "§"):
        yield f"b {one} {other}"
        yield f"m {_lemma(one)} {_lemma(other)}"
