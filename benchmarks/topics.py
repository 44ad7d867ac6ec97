"""Measure what finds topics better, NMF or LDA: ``python -m benchmarks.topics`` (docs/reading.md, 3).

On the items of the labelled collection that have one topic: agreement with the labels (NMI, purity), and between topics
found in two halves of all items (Jaccard of the ten first words).
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment
from sklearn.metrics import normalized_mutual_info_score
from spacy.lang.da.stop_words import STOP_WORDS

from nlp import discover
from nlp.collection import load_items
from nlp.discover import Text
from nlp.lemmas import Lemmas
from store.config import Config
from store.facts import load_facts

TOPICS = 14
SEEDS = 3
Found = tuple[list[int], list[set[Any]]]
"""The topic of each text, and the ten first words of each topic."""


def main() -> int:
    """Print a line for each way."""
    try:
        import tomotopy
    except ImportError:
        sys.stderr.write("tomotopy is missing; install it: .venv/bin/pip install --editable '.[bench]'\n")
        return 0
    lemmas, items = Lemmas("blank"), load_items()
    texts = [Text(each.id, "", "", tuple(word.word for word in lemmas.of(f"{each.title}. {each.text}")))
             for each in items]
    topics = [[theme for theme in each.first.themes if theme.startswith("topic:")] for each in items]
    labels = [found[0] if len(found) == 1 else "" for found in topics]
    seeds = {f"{each.kind}:{each.id}" if ":" not in each.id else each.id: each.words
             for each in load_facts(Config(path=Path("config.toml"))).themes}
    seeds = {id: words for id, words in seeds.items() if id.startswith("topic:")}
    for parts in (1e-9, 0.5):
        discover.PART = parts  # type: ignore[misc]
        words, counts = discover._counted(texts, frozenset(STOP_WORDS))
        bags = [[words[at] for at, count in zip(row.indices, row.data, strict=True)
                 for _ in range(max(round(count), 1)) if count >= min(parts, 0.5)] for row in counts.tocsr()]
        ways: Mapping[str, Callable[[Any, int], Found]] = {
            "NMF": lambda rows, seed, counts=counts: _nmf(counts[rows], seed),
            "LDA": lambda rows, seed, bags=bags, words=words: _lda(
                tomotopy, [bags[at] for at in rows], words, {}, seed),
            "LDA, seeded": lambda rows, seed, bags=bags, words=words: _lda(
                tomotopy, [bags[at] for at in rows], words, seeds, seed),
        }
        for name, way in ways.items():
            found = np.mean([_scores(way, labels, seed) for seed in range(SEEDS)], axis=0)
            sys.stdout.write(f"{name:12} {'words and parts' if parts == 0.5 else 'words':16}"
                             f"NMI {found[0]:.3f}  purity {found[1]:.3f}  halves {found[2]:.3f}\n")
    return 0


def _scores(way: Callable[[Any, int], Found], labels: Sequence[str], seed: int) -> tuple[float, float, float]:
    said, _ = way(np.arange(len(labels)), seed)
    pairs = [(label, topic) for label, topic in zip(labels, said, strict=True) if label]
    by_topic: dict[int, Counter[str]] = {}
    for label, topic in pairs:
        by_topic.setdefault(topic, Counter())[label] += 1
    purity = sum(max(each.values()) for each in by_topic.values()) / len(pairs)
    order = np.random.default_rng(seed).permutation(len(labels))
    (_, one), (_, other) = (way(np.sort(half), seed) for half in np.array_split(order, 2))
    agreement = np.array([[len(this & that) / len(this | that) for that in other] for this in one])
    at, to = linear_sum_assignment(-agreement)
    nmi = normalized_mutual_info_score([label for label, _ in pairs], [topic for _, topic in pairs])
    return float(nmi), purity, float(agreement[at, to].mean())


def _nmf(counts: Any, seed: int) -> Found:
    model = discover._topics(counts, TOPICS, seed)
    shares = discover._shares(discover._weighed(counts), model)
    return shares.argmax(axis=1).tolist(), list(discover._first(model))


def _lda(tomotopy: Any, bags: Sequence[Sequence[str]], words: Sequence[str], seeds: Mapping[str, Sequence[str]],
         seed: int) -> Found:
    model = tomotopy.LDAModel(k=TOPICS, seed=seed + 1, alpha=0.1, eta=0.01)
    stems = [tuple(word.rstrip("*") for word in found if " " not in word) for found in seeds.values()]
    for word in words if seeds else ():
        priors = [1.0 if word in found or word.startswith(tuple(stem for stem in found if len(stem) > 3)) else 0.01
                  for found in stems]
        if max(priors) == 1.0:
            model.set_word_prior(word, priors)
    for bag in bags:
        if bag:
            model.add_doc(bag)
    model.train(300, workers=1)
    said = iter([int(np.argmax(each.get_topic_dist())) for each in model.docs])
    return [next(said) if bag else -1 for bag in bags], [
        {word for word, _ in model.get_topic_words(number, top_n=10)} for number in range(TOPICS)]


if __name__ == "__main__":
    sys.exit(main())
