"""Train the model of the backend ``linear`` on the train part of the collection: ``python -m nlp.train``."""

from __future__ import annotations

import csv
import io
import json
import sys
import warnings
import zipfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, TextIO

import numpy as np

from nlp.backends.lexicon import LexiconBackend
from nlp.backends.linear import LinearBackend
from nlp.bearing import bearing
from nlp.card import card
from nlp.collection import Item, load_items, load_practice
from nlp.document import document
from nlp.features import Extractor, sparse
from nlp.gazetteer import Gazetteer
from nlp.learnt import distinct, sparse_themes
from nlp.lexicon import load_lexicon
from nlp.mentions import find_names, mentions
from nlp.model import CLASSES, MODEL, STEP, Model, load_model
from nlp.pipeline import load
from nlp.reader import Reader, Reading
from nlp.scoring import (
    KINDS,
    area_pairs,
    f1_by_label,
    macro_f1,
    make_reader,
    micro_f1,
    read_item,
    three_classes,
)
from store.errors import WrongFile, WrongUse

TONE_PENALTY = 1.0
"""C of the logistic regressions of tone and safety; of 0.5, 1 and 2 the best by cross-validation."""

THEME_PENALTY = 0.1
"""C of the support vector machines of themes, one a theme; of 0.05, 0.1 and 0.2 the best by cross-validation."""

CODED = 5.0
"""Weight of an item of the collection beside a practice text in learning themes: coded with more care."""

SLOPE, START = 3.6, -0.6
"""From a margin to log odds: fitted to the margins of items that the machine had not seen."""

BESIDE = 0.2
"""Weight of a review, and of a text about an area, in learning how a text about no area speaks."""

SEEN = 2
"""Texts a feature must occur in to become one."""

SEEN_IN_REVIEWS = 6
"""The same where only reviews have it: they are many, and of other matters."""

REVIEW_TONES = {"neg": "negative", "neu": "neutral", "pos": "positive"}

FOLDS = 5

NEVER = -30.0
"""Intercept of a class without an example."""

MOST = 32_000
"""The largest weight that is kept, in thousandths."""

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The date of everything in the model file: the same model is the same bytes."""

Values = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Example:
    """What one text says of one area: the mean features of the sentences that bear on it, and its labels.

    ``about``: the area is named or given; without, the labels are of the whole text. ``safety`` is empty for a review,
    which has none.
    """

    values: Values
    tone: str
    safety: str
    about: bool


@dataclass(frozen=True, slots=True)
class Subject:
    """What one text is about: features of its words and of its seed words, and the themes it is labelled with."""

    values: Values
    themes: frozenset[str]
    weight: float


def examples(items: Iterable[Item], gazetteer: Gazetteer) -> list[Example]:
    """Make an example of each labelled area of each item; of an item without areas one of the whole text.

    The labels are of texts, the model scores sentences: so it learns from the mean over the sentences, weighed as the
    reading weighs them (nlp/bearing.py). A *mixed* tone is none of the three classes and teaches no tone.
    """
    extractor, cutter = Extractor(load_lexicon(), gazetteer), load()
    found: list[Example] = []
    for item in items:
        doc = document(item.text, item.title, kind=KINDS[item.kind])
        cut = cutter.sentences(doc.text)
        values = [sparse(each) for each in extractor.features(doc.text, cut)]
        named, _ = find_names(doc.text, gazetteer, item.published, item.given)
        here = mentions(doc, named, cut, gazetteer, item.given)
        for mention in here:
            label = item.truth.areas.get(mention.area)
            if label and label.tone:
                weights = bearing(doc, cut, mention.area, here)
                found.append(Example(_mean(values, weights), label.tone, label.safety, about=True))
        if not item.truth.areas and values:
            everything = dict.fromkeys(range(len(values)), 1.0)
            found.append(Example(_mean(values, everything), item.truth.tone, item.truth.safety, about=False))
    return found


def _mean(values: Sequence[Values], weights: Mapping[int, float]) -> Values:
    total = sum(weights.values())
    found: dict[str, float] = {}
    for number, weight in weights.items():
        for name, value in values[number].items():
            found[name] = found.get(name, 0.0) + value * weight / total
    return found


def subjects(items: Iterable[Item], reader: Reader) -> list[Subject]:
    """Make an example of the themes of each item; of practice texts only of those about an area."""
    extractor, themes = Extractor(load_lexicon(), reader.gazetteer), reader.themes
    return [
        Subject(sparse_themes(distinct(doc, cut, extractor), themes.by_seeds(doc, cut, themes.words.of_sentences(cut))),
                item.truth.themes,
                1.0 if practice else CODED)
        for item in items for practice in [item.id.startswith("p")] if item.truth.areas or not practice
        for doc in [document(item.text, item.title, kind=KINDS[item.kind])] for cut in [load().sentences(doc.text)]
    ]


def reviews(path: Path, gazetteer: Gazetteer) -> list[Example]:
    """Make an example of each row of a CSV of reviews, with the columns ``text`` and ``label`` (neg, neu, pos).

    Raises :class:`WrongFile` for another file.
    """
    extractor, cutter = Extractor(load_lexicon(), gazetteer), load()
    found: list[Example] = []
    try:
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                cut = cutter.sentences(row["text"])
                values = [sparse(each) for each in extractor.features(row["text"], cut)]
                if values:
                    everything = dict.fromkeys(range(len(values)), 1.0)
                    found.append(Example(_mean(values, everything), REVIEW_TONES[row["label"]], "", about=False))
    except (OSError, UnicodeDecodeError, csv.Error, KeyError) as error:
        raise WrongFile("the reviews can't be read", where=path,
                        do="Give a CSV with the columns text and label (neg, neu, pos)") from error
    return found


def fit(found: Sequence[Example], beside: Sequence[Example] = (), told: Sequence[Subject] = ()) -> Model:
    """Fit logistic regressions over one vocabulary: tone towards an area, safety, tone of a text about none, themes.

    ``beside``: reviews, which teach the tone of texts about no area, beside the texts of our own that are about none;
    they and the texts about an area weigh less there. ``told``: what teaches themes. Classes of safety weigh alike
    however rare they are: most texts say nothing of it. The same examples: the same model.
    """
    own = Counter(name for each in found for name in each.values)
    own.update(name for each in told for name in each.values)
    other = Counter(name for each in beside for name in each.values)
    names = sorted(name for name in own | other if own[name] >= SEEN or own[name] + other[name] >= SEEN_IN_REVIEWS)
    toned = [each for each in found if each.tone != "mixed"]
    about = [each for each in toned if each.about] or toned
    whole = [*toned, *beside]
    shares = [BESIDE if each.about or not each.safety else 1.0 for each in whole]
    themes = sorted({theme for each in told for theme in each.themes})
    heads = [
        _columns(_fit(about, names, [each.tone for each in about]), CLASSES[:3]),
        _columns(_fit(found, names, [each.safety for each in found], balance="balanced"), CLASSES[3:6]),
        _columns(_fit(whole, names, [each.tone for each in whole], shares), CLASSES[:3]),
        *_of_themes(told, names, themes),
    ]
    table = np.hstack(heads)
    weights = np.clip(table[1:] * STEP, -MOST, MOST).round().astype(np.int16)
    said = weights.any(axis=1)
    features = tuple(name for name, kept in zip(names, said, strict=True) if kept)
    return Model(features, (*CLASSES, *themes), weights[said], (table[0] * STEP).round().astype(np.int32))


def _matrix(found: Sequence[Values], names: Sequence[str]) -> Any:
    from scipy.sparse import csr_matrix

    number = {name: at for at, name in enumerate(names)}
    rows, columns, values = [], [], []
    for row, each in enumerate(found):
        for name, value in each.items():
            if name in number:
                rows.append(row)
                columns.append(number[name])
                values.append(value)
    return csr_matrix((values, (rows, columns)), shape=(len(found), len(names)))


def _fit(
    found: Sequence[Example], names: Sequence[str], labels: Sequence[str], shares: Sequence[float] | None = None,
    balance: str | None = None,
) -> Any:
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=TONE_PENALTY, max_iter=2000, tol=1e-4, class_weight=balance)
    return model.fit(_matrix([each.values for each in found], names), labels, sample_weight=shares)


def _of_themes(
    told: Sequence[Subject], names: Sequence[str], themes: Sequence[str]
) -> list[np.ndarray[Any, np.dtype[np.float64]]]:
    """Fit a machine a theme: columns of intercept (first row) and weights, each of shape (1 + features, 1)."""
    from sklearn.svm import LinearSVC

    matrix, found = _matrix([each.values for each in told], names), []
    shares = [each.weight for each in told]
    for theme in themes:
        labels = np.array([theme in each.themes for each in told])
        model = LinearSVC(C=THEME_PENALTY, random_state=0, max_iter=5000).fit(matrix, labels, sample_weight=shares)
        start = SLOPE * model.intercept_ + START
        found.append(np.concatenate([start, SLOPE * model.coef_[0]])[:, None])
    return found


def _columns(fitted: Any, classes: Sequence[str]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Lay intercept (first row) and weights out with ``classes`` as columns, shape (1 + features, classes).

    A class without an example can't be told: its intercept is as low as makes it never the answer.
    """
    known = list(fitted.classes_)
    coef, start = fitted.coef_, fitted.intercept_
    if len(known) == 2:  # one row stands for both
        coef, start = np.vstack([-coef, coef]) / 2, np.array([-start[0], start[0]]) / 2
    table = np.zeros((1 + coef.shape[1], len(classes)))
    for column, name in enumerate(classes):
        if name in known:
            table[0, column], table[1:, column] = start[known.index(name)], coef[known.index(name)]
        else:
            table[0, column] = NEVER
    return table


def pack(model: Model) -> bytes:
    """Pack a model as a skops file: numbers and strings only, no pickle; the same model gives the same bytes."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from skops.io import dumps

    content = {
        "features": "\n".join(model.features), "columns": "\n".join(model.columns), "weights": model.weights,
        "intercept": model.intercept,
    }
    return _repacked(dumps(content))


def _repacked(raw: bytes) -> bytes:
    """Take dates and addresses in memory, which differ each time, out of a skops file."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w") as new:
        schema = json.loads(old.read("schema.json"))
        renamed: dict[str, str] = {}
        numbers: dict[int, int] = {}
        _renumber(schema, renamed, numbers)
        for name in sorted(old.namelist(), key=lambda each: renamed.get(each, each)):
            data = json.dumps(schema, sort_keys=True).encode() if name == "schema.json" else old.read(name)
            info = zipfile.ZipInfo(renamed.get(name, name), EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, data)
    return out.getvalue()


def _renumber(node: Any, renamed: dict[str, str], numbers: dict[int, int]) -> None:
    for each in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        _renumber(each, renamed, numbers)
    if isinstance(node, dict):
        if "__id__" in node:
            node["__id__"] = numbers.setdefault(node["__id__"], len(numbers) + 1)
        if isinstance(node.get("file"), str):
            suffix = Path(node["file"]).suffix
            node["file"] = renamed.setdefault(node["file"], f"{len(renamed) + 1}{suffix}")


def fold(item: Item) -> int:
    """Deal an item into one of five folds by its id."""
    return int(sha256(item.id.encode()).hexdigest()[8:16], 16) % FOLDS


def cross_validate(
    items: Sequence[Item], reader: Reader, practice: Sequence[Item], beside: Sequence[Example] = ()
) -> dict[str, float]:
    """Score the whole reading with models that have not seen what they read.

    Every model learns from the practice texts too, and from the reviews ``beside``.
    """
    always, told = examples(practice, reader.gazetteer), subjects(practice, reader)
    read = []
    for number in range(FOLDS):
        seen = [item for item in items if fold(item) != number]
        model = fit([*examples(seen, reader.gazetteer), *always], beside, [*subjects(seen, reader), *told])
        other = reader.using(LinearBackend(reader.gazetteer, model))
        read += [(item, read_item(other, item)) for item in items if fold(item) == number]
    return f1s(read)


def f1s(read: Sequence[tuple[Item, Reading]]) -> dict[str, float]:
    """Give macro-F1 of tone and safety towards the areas, the F1 of each class, and micro-F1 of themes.

    *mixed* counts as neutral.
    """
    _, tones, safeties = area_pairs(read)
    tones = three_classes(tones)
    found = {"tone": macro_f1(tones), "safety": macro_f1(safeties)}
    found |= f1_by_label(tones) | f1_by_label(safeties)
    found["themes"] = micro_f1((item.truth.themes, {each.id for each in reading.themes}) for item, reading in read)
    return {name: round(value, 3) for name, value in found.items()}


def measure(reader: Reader, items: Sequence[Item]) -> dict[str, float]:
    """Score ``reader`` on ``items``."""
    return f1s([(item, read_item(reader, item)) for item in items])


def main(words: Sequence[str], out: TextIO = sys.stdout) -> None:
    """Train, score and write ``data/models/linear.skops`` and its card.

    ``--reviews FILE`` learns tone from that file too; ``--cv`` only prints the cross-validation. Raises
    :class:`WrongUse` for other words, :class:`WrongFile` for a file that holds no reviews.
    """
    match list(words):
        case [*rest, "--reviews", file] if rest in ([], ["--cv"]):
            learnt: Path | None = Path(file)
        case rest if rest in ([], ["--cv"]):
            learnt = None
        case _:
            raise WrongUse(f"'{' '.join(words)}' is not understood", do="Say nothing, or: [--cv] [--reviews FILE]")
    items = load_items()
    train = [item for item in items if item.part == "train"]
    test = [item for item in items if item.part == "test"]
    practice = load_practice()
    reader = make_reader().using(LexiconBackend())
    beside = reviews(learnt, reader.gazetteer) if learnt else []
    table = {"train, lexicon": measure(reader, train),
             "train, linear": cross_validate(train, reader, practice, beside)}
    if "--cv" not in words:
        found = examples([*train, *practice], reader.gazetteer)
        told = subjects([*train, *practice], reader)
        model = fit(found, beside, told)
        table["test, lexicon"] = measure(reader, test)
        if learnt:
            without = fit(found, told=told)
            table["test, linear, without reviews"] = measure(
                reader.using(LinearBackend(reader.gazetteer, without)), test)
        table["test, linear"] = measure(reader.using(LinearBackend(reader.gazetteer, model)), test)
        MODEL.parent.mkdir(exist_ok=True)
        MODEL.write_bytes(pack(model))
        load_model.cache_clear()
        counts = {"train": len(train), "practice": len(practice), "examples": len(found), "test": len(test),
                  "reviews": len(beside), "C": TONE_PENALTY, "C_themes": THEME_PENALTY, "weight": BESIDE}
        MODEL.with_suffix(".md").write_text(card(model, table, counts, learnt), encoding="utf-8")
    for name, row in table.items():
        out.write(f"{name:32}" + "  ".join(f"{key} {value:.3f}" for key, value in row.items()) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
