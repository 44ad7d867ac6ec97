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

from nlp.backends.linear import COLUMNS, MODEL, LinearBackend, Model, load_model
from nlp.bearing import bearing
from nlp.collection import Item, digest, load_items, load_practice, practice_digest
from nlp.document import document
from nlp.features import Extractor, sparse
from nlp.gazetteer import Gazetteer
from nlp.lexicon import load_lexicon
from nlp.mentions import find_names, mentions
from nlp.pipeline import load
from nlp.reader import Reader
from nlp.scoring import KINDS, area_pairs, f1_by_label, macro_f1, make_reader, read_item, three_classes
from store.errors import WrongFile, WrongUse

INVERSE_PENALTY = 1.0
"""C of the logistic regression; of 0.5 and 1 the better by cross-validation of the features alone."""

SEEN = 2
"""Texts a word or pair must occur in to become a feature."""

SEEN_IN_REVIEWS = 6
"""The same where only reviews have it: they are many, and of other matters."""

REVIEW = 0.1
"""Weight of a review beside a text of our own: at 0.2 they cost a point there, without them the model travels less."""

REVIEW_TONES = {"neg": "negative", "neu": "neutral", "pos": "positive"}

FOLDS = 5
DECIMALS = 4
"""Weights are rounded, so that the last digits of a machine's arithmetic change neither score nor digest."""

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The date of everything in the model file: the same model is the same bytes."""

Values = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Example:
    """What one text says of one area: the mean features of the sentences that bear on it, and its labels.

    ``safety`` is empty for a review, which has none.
    """

    values: Values
    tone: str
    safety: str


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
                found.append(Example(_mean(values, weights), label.tone, label.safety))
        if not item.truth.areas and values:
            everything = dict.fromkeys(range(len(values)), 1.0)
            found.append(Example(_mean(values, everything), item.truth.tone, item.truth.safety))
    return found


def _mean(values: Sequence[Values], weights: Mapping[int, float]) -> Values:
    total = sum(weights.values())
    found: dict[str, float] = {}
    for number, weight in weights.items():
        for name, value in values[number].items():
            found[name] = found.get(name, 0.0) + value * weight / total
    return found


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
                    found.append(Example(_mean(values, everything), REVIEW_TONES[row["label"]], ""))
    except (OSError, UnicodeDecodeError, csv.Error, KeyError) as error:
        raise WrongFile("the reviews can't be read", where=path,
                        do="Give a CSV with the columns text and label (neg, neu, pos)") from error
    return found


def fit(found: Sequence[Example], beside: Sequence[Example] = ()) -> Model:
    """Fit two logistic regressions, of tone and of safety, over one vocabulary. The same examples: the same model.

    ``beside``: reviews, which teach tone alone and weigh less. Classes of safety weigh alike however rare they are:
    most texts say nothing of it.
    """
    own = Counter(name for each in found for name in each.values)
    other = Counter(name for each in beside for name in each.values)
    names = sorted(name for name in own | other if own[name] >= SEEN or own[name] + other[name] >= SEEN_IN_REVIEWS)
    toned = [each for each in found if each.tone != "mixed"]
    everything = [*toned, *beside]
    tone = _fit(everything, names, [each.tone for each in everything], [1.0] * len(toned) + [REVIEW] * len(beside))
    safety = _fit(found, names, [each.safety for each in found], balance="balanced")
    table = np.hstack([_columns(tone, COLUMNS[:3]), _columns(safety, COLUMNS[3:])]).round(DECIMALS)
    weights = {name: tuple(row) for name, row in zip(names, table[1:].tolist(), strict=True) if any(row)}
    return Model(weights, tuple(table[0].tolist()))


def _fit(
    found: Sequence[Example], names: Sequence[str], labels: Sequence[str], shares: Sequence[float] | None = None,
    balance: str | None = None,
) -> Any:
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    number = {name: at for at, name in enumerate(names)}
    rows, columns, values = [], [], []
    for row, each in enumerate(found):
        for name, value in each.values.items():
            if name in number:
                rows.append(row)
                columns.append(number[name])
                values.append(value)
    matrix = csr_matrix((values, (rows, columns)), shape=(len(found), len(names)))
    model = LogisticRegression(C=INVERSE_PENALTY, max_iter=2000, tol=1e-6, class_weight=balance)
    return model.fit(matrix, labels, sample_weight=shares)


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
            table[0, column] = -30.0
    return table


def pack(model: Model) -> bytes:
    """Pack a model as a skops file: numbers and strings only, no pickle; the same model gives the same bytes."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from skops.io import dumps

    names = sorted(model.weights)
    content = {
        "features": "\n".join(names), "weights": np.array([model.weights[name] for name in names]),
        "intercept": np.array(model.intercept), "columns": "\n".join(COLUMNS),
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
    items: Sequence[Item], reader: Reader, always: Sequence[Example], beside: Sequence[Example] = ()
) -> dict[str, float]:
    """Score the whole reading with models that have not seen what they read; ``reader`` is left as it was.

    ``always``: examples every model learns from (the practice texts), as it does from the reviews ``beside``.
    """
    read = []
    kept = reader.backend
    for number in range(FOLDS):
        seen = [item for item in items if fold(item) != number]
        reader.backend = LinearBackend(reader.gazetteer, fit([*examples(seen, reader.gazetteer), *always], beside))
        read += [(item, read_item(reader, item)) for item in items if fold(item) == number]
    reader.backend = kept
    return f1s(read)


def f1s(read: Any) -> dict[str, float]:
    """Give macro-F1 of tone and safety towards the areas, and the F1 of each class; *mixed* counts as neutral."""
    _, tones, safeties = area_pairs(read)
    tones = three_classes(tones)
    found = {"tone": macro_f1(tones), "safety": macro_f1(safeties)}
    found |= f1_by_label(tones) | f1_by_label(safeties)
    return {name: round(value, 3) for name, value in found.items()}


def measure(reader: Reader, items: Sequence[Item]) -> dict[str, float]:
    """Score ``reader`` on ``items``."""
    return f1s([(item, read_item(reader, item)) for item in items])


def card(
    model: Model, table: Mapping[str, Mapping[str, float]], n: Mapping[str, int], learnt: Path | None
) -> str:
    """Write the model card: data, licence, scores, limits, command, digest. ``learnt``: the reviews, if any."""
    names = ("tone", *COLUMNS[:3], "safety", *COLUMNS[3:])
    head = "| | " + " | ".join(names) + " |\n|" + " --- |" * (len(names) + 1)
    rows = "\n".join(f"| {name} | " + " | ".join(f"{row[each]:.3f}" for each in names) + " |"
                     for name, row in table.items())
    return CARD.format(
        digest=model.digest, features=len(model.weights), scores=f"{head}\n{rows}", C=INVERSE_PENALTY,
        collection=digest(), practice_digest=practice_digest(),
        command="python -m nlp.train" + (f" --reviews {learnt.name}" if learnt else ""),
        more=(REVIEWS if learnt else NO_REVIEWS).format(
            **n, weight=REVIEW, name=learnt.name if learnt else "",
            digest=sha256(learnt.read_bytes()).hexdigest() if learnt else ""),
        **n)


REVIEWS = """Beside them, weighing {weight} each and for tone alone, {reviews} sentences of Norwegian reviews,
machine-translated to Danish: NoReC_sentence (Language Technology Group, University of Oslo;
github.com/ltgoslo/norec_sentence), whose
authors allow models trained on it for any use. They are not part of this repository; a user makes the file `{name}`
from there, with the columns `text` and `label` (neg, neu, pos). SHA-256 of the file used: `{digest}`. The lines
*without reviews* are of the model made without that file."""

NO_REVIEWS = """Nothing else: no text of others."""

CARD = """# Model card: linear.skops

**What it does.** Gives each Danish sentence a tone (negative, neutral, positive) and a safety (unsafe, none, safe),
as log odds of the classes. Their mean over the sentences that bear on an area (`nlp/bearing.py`) decides the label
of a text; the score, -1 to 1, is the probability of the last class less that of the first. Meant for texts about
Danish housing areas; `config.toml [nlp] backend = "linear"` switches it on.

**Form.** Two logistic regressions with three classes (scikit-learn, L2, C = {C}) over {features} features: words,
lemmas (simplemma) and pairs of neighbours of either; what lexicon and rules say of the sentence (squashed sums,
densities, extremes, groups of words); negation, degree, *men*, quotation, length, `!`, `?`, faces. Names of areas,
towns and capitalised words inside a sentence are taken out first: swapping one area for another leaves every score
as it is. The file holds numbers and strings only; skops loads it with an empty list of trusted types.

**Data.** The train part of `data/labelled/items.jsonl` ({train} items) and `data/labelled/practice.jsonl`
({practice} items), written and labelled for this project ({examples} texts × areas); events in them are invented.
Labels are of texts, so the model learns from the mean over the sentences of a text. {more}

**Licence.** MIT, as the project. The lexicon features rest on `afinn` (Apache-2.0), the lemmas on `simplemma`
(MIT).

**Scores.** Macro-F1, and F1 of each class, towards the areas; *mixed* counts as neutral. Train: five folds, each
read by a model that has not seen it. Test: {test} items, settled labels of two coders, looked at three times as the
practice texts grew, no setting was chosen by it; no practice text shares half of its word 4-grams with one of them.

{scores}

**Limits.** Learnt from short texts by few hands: irony, blame of someone else and facts that sound bad but say
nothing of the place are often misread. Single labels err; use means with n, and correct them with hand-coded
samples (`reputation validate`). Not for people, and not for other subjects.

**Made by** `{command}` (the same collection, lexicon and versions give the same file). SHA-256 of the model's
content: `{digest}` · of the collection: `{collection}` · of the practice texts: `{practice_digest}`
"""


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
    reader = make_reader()
    practice = load_practice()
    always = examples(practice, reader.gazetteer)
    beside = reviews(learnt, reader.gazetteer) if learnt else []
    table = {"train, lexicon": measure(reader, train)}
    if learnt:
        table["train, linear, without reviews"] = cross_validate(train, reader, always)
    table["train, linear"] = cross_validate(train, reader, always, beside)
    if "--cv" not in words:
        found = [*examples(train, reader.gazetteer), *always]
        table["test, lexicon"] = measure(reader, test)
        if learnt:
            reader.backend = LinearBackend(reader.gazetteer, fit(found))
            table["test, linear, without reviews"] = measure(reader, test)
        model = fit(found, beside)
        reader.backend = LinearBackend(reader.gazetteer, model)
        table["test, linear"] = measure(reader, test)
        MODEL.parent.mkdir(exist_ok=True)
        MODEL.write_bytes(pack(model))
        load_model.cache_clear()
        counts = {"train": len(train), "practice": len(practice), "examples": len(found), "test": len(test),
                  "reviews": len(beside)}
        MODEL.with_suffix(".md").write_text(card(model, table, counts, learnt), encoding="utf-8")
    for name, row in table.items():
        out.write(f"{name:32}" + "  ".join(f"{key} {value:.3f}" for key, value in row.items()) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
