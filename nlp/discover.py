"""Find topics that nobody asked for: words that often stand together, named by these words."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import linear_sum_assignment

from nlp.compounds import parts

METHOD = "topics-1"
"""Changes with any constant below."""

LEAST_TEXTS = 200
"""Fewer texts give no topics: on short Danish texts unsupervised topics are near noise as it is (docs/reading.md)."""

MOST_TEXTS = 4000
"""So many are enough to find the topics by; the others are only laid beside them."""

MOST_WORDS = 3000
LEAST_SEEN = 5
"""Texts that a word stands in before it can make a topic."""

COMMON = 0.3
"""A word in a larger share of the texts tells none apart."""

PART = 0.5
"""What a part of a compound counts beside the word itself: an extra, for some splits are wrong."""

SPLITS = 3
"""So often the texts are dealt into halves, and topics looked for again in each."""

SCRAMBLED = 2
"""Copies of the texts with their words dealt out anew: how stable what is found in them is, noise is too."""

STABLE = 0.2
"""A topic less like its counterparts than this is never shown, however noisy the noise."""

BELONGS = 0.3
"""Share of a text's weight from which a topic is one of its topics."""

WORDS = 6
"""Words that name a topic."""

COMPARED = 10
"""Words by which a topic is compared with its counterparts."""

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Text:
    """A text to look for topics in: its lemmas, without names, and what it is counted by."""

    id: str
    year: str
    area: str
    lemmas: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Topic:
    """Words that stand together: the most telling first, how stable they are (0 to 1), and texts by year and area."""

    words: tuple[str, ...]
    stability: float
    texts: int
    course: tuple[tuple[str, str, int], ...]
    """(area, year, texts), sorted; only where there is one"""


@dataclass(frozen=True, slots=True)
class Discovery:
    """What was found: stable topics, the largest first; how many were looked for; how stable noise is."""

    topics: tuple[Topic, ...]
    sought: int
    noise: float
    texts: int


def discover(texts: Sequence[Text], *, seed: int, stop: Collection[str] = (), names: Collection[str] = ()) -> Discovery:
    """Find the stable topics of ``texts``; the same ones for the same texts, in whatever order.

    TF-IDF over lemmas and parts of compounds, NMF (Lee & Seung 1999) started by SVD. A topic is shown when its
    counterparts in samples of the texts are more like it than noise is: than the most stable topic of scrambled texts.
    ``stop`` are words that tell nothing, ``names`` words that are names of people: no topic holds them.
    """
    ordered = sorted({text.id + text.area: text for text in texts}.values(), key=lambda text: (text.id, text.area))
    empty = Discovery((), 0, 0.0, len(ordered))
    if len(ordered) < LEAST_TEXTS:
        return empty
    words, counts = _counted(ordered, frozenset(stop) | {name.lower() for name in names})
    sought = number_of_topics(len(ordered))
    if len(words) < WORDS * sought:
        return empty
    random = np.random.default_rng(seed)
    rows = np.sort(random.permutation(len(ordered))[:MOST_TEXTS])
    sample = counts[rows]
    model = _topics(sample, sought, seed)
    stability = _stability(sample, model, random, seed)
    noise = max(
        float(_stability(scrambled, _topics(scrambled, sought, seed), random, seed).max())
        for scrambled in (_scramble(sample, random) for _ in range(SCRAMBLED))
    )
    weights = _shares(_weighed(counts), model)
    found = [
        _topic(ordered, words, model[number], float(stability[number]), weights[:, number])
        for number in range(sought) if stability[number] > max(noise, STABLE)
    ]
    found = [topic for topic in found if topic.texts >= LEAST_SEEN]
    return Discovery(tuple(sorted(found, key=lambda topic: (-topic.texts, topic.words))), sought, round(noise, 3),
                     len(ordered))


def number_of_topics(texts: int) -> int:
    """Say how many topics to look for: a quarter of the root of the number of texts, 4 to 20; more fall to pieces."""
    return int(min(max(round(texts ** 0.5 / 4), 4), 20))


def _counted(texts: Sequence[Text], without: frozenset[str]) -> tuple[list[str], Any]:
    """Count words and parts of compounds: vocabulary in alphabetical order, and a sparse (texts, words) matrix."""
    seen = Counter(word for text in texts for word in set(text.lemmas))
    known = {word for word, count in seen.items() if count >= LEAST_SEEN and word not in without}
    split = {word: parts(word, known) for word in seen if word not in without}
    bags = []
    for text in texts:
        bag: dict[str, float] = {}
        for word in text.lemmas:
            if word in without:
                continue
            bag[word] = bag.get(word, 0.0) + 1
            for part in split[word]:
                bag[part] = bag.get(part, 0.0) + PART
        bags.append(bag)
    held = Counter(word for bag in bags for word in bag)
    useful = [word for word, count in held.items() if LEAST_SEEN <= count <= COMMON * len(texts)]
    words = sorted(sorted(useful, key=lambda word: (-held[word], word))[:MOST_WORDS])
    place = {word: number for number, word in enumerate(words)}
    rows = [sorted((place[word], count) for word, count in bag.items() if word in place) for bag in bags]
    ends = np.cumsum([0, *(len(row) for row in rows)])
    matrix = sparse.csr_matrix(
        ([count for row in rows for _, count in row], [at for row in rows for at, _ in row], ends),
        shape=(len(texts), len(words)), dtype=np.float64)
    return words, matrix


def _weighed(counts: Any) -> Any:
    """Weigh counts by TF-IDF, sublinear, each text of length 1."""
    from sklearn.feature_extraction.text import TfidfTransformer

    return TfidfTransformer(sublinear_tf=False).fit_transform(counts.log1p())


def _topics(counts: Any, number: int, seed: int) -> Matrix:
    """Factorise; return (topics, words), each topic of length 1."""
    from sklearn.decomposition import NMF
    from sklearn.exceptions import ConvergenceWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # how stable a topic is, is measured below
        model = NMF(number, init="nndsvda", random_state=seed, max_iter=100, tol=1e-3).fit(_weighed(counts))
    found: Matrix = _unit(np.asarray(model.components_, dtype=np.float64))
    return found


def _unit(rows: Matrix) -> Matrix:
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    found: Matrix = np.divide(rows, length, out=np.zeros_like(rows), where=length > 0)
    return found


def _stability(counts: Any, model: Matrix, random: np.random.Generator, seed: int) -> Matrix:
    """Take the mean agreement of the counterparts of each topic in two halves that share no text.

    Counterparts are paired one to one. Agreement is the Jaccard coefficient of the first :data:`COMPARED` words (Greene
    et al. 2014). The cosine would not do: in noise a topic is one frequent word and some random ones, and the one word
    alone makes it look stable; nor samples that overlap, which find the noise they share.
    """
    total = np.zeros(model.shape[0])
    mine = _first(model)
    for _ in range(SPLITS):
        order = random.permutation(counts.shape[0])
        one, other = (
            _counterparts(mine, _first(_topics(counts[np.sort(half)], model.shape[0], seed)))
            for half in np.array_split(order, 2)
        )
        total += [_jaccard(this, that) for this, that in zip(one, other, strict=True)]
    return np.round(total / SPLITS, 6)


def _counterparts(mine: Sequence[set[int]], theirs: Sequence[set[int]]) -> list[set[int]]:
    agreement = np.array([[_jaccard(one, other) for other in theirs] for one in mine])
    _, to = linear_sum_assignment(-agreement)
    return [theirs[number] for number in to]


def _jaccard(one: set[int], other: set[int]) -> float:
    return len(one & other) / len(one | other)


def _first(model: Matrix) -> list[set[int]]:
    """Name the first words of each topic by number; equal weights in the order of the alphabet."""
    order = np.argsort(-np.round(model, 6), axis=1, kind="stable")
    return [set(row[:COMPARED].tolist()) for row in order]


def _scramble(counts: Any, random: np.random.Generator) -> Any:
    """Deal the words out anew: every text keeps its length and every word its number, but no two go together."""
    entries = counts.tocoo()
    rows = random.permutation(entries.row)
    return sparse.coo_matrix((entries.data, (rows, entries.col)), shape=counts.shape).tocsr()


def _shares(weighed: Any, model: Matrix) -> Matrix:
    """Say how much of each text each topic makes up: non-negative least squares, rows that sum to 1 (or 0)."""
    from sklearn.decomposition import non_negative_factorization

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found, _, _ = non_negative_factorization(weighed, H=model, n_components=model.shape[0], update_H=False,
                                                 init="custom", W=np.full((weighed.shape[0], model.shape[0]), 0.1))
    total = found.sum(axis=1, keepdims=True)
    shares: Matrix = np.round(np.divide(found, total, out=np.zeros_like(found), where=total > 0), 6)
    return shares


def _topic(texts: Sequence[Text], words: Sequence[str], weights: Matrix, stability: float, shares: Matrix) -> Topic:
    best = sorted(range(len(words)), key=lambda number: (-round(float(weights[number]), 6), words[number]))[:WORDS]
    held = [text for text, share in zip(texts, shares, strict=True) if share >= BELONGS]
    course: Mapping[tuple[str, str], int] = Counter((text.area, text.year) for text in held)
    return Topic(
        tuple(words[number] for number in best if weights[number] > 0), round(stability, 3), len(held),
        tuple((area, year, count) for (area, year), count in sorted(course.items())),
    )
