"""Write the card of the trained model: data, licence, scores, limits, command, digest."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from nlp.collection import digest, practice_digest
from nlp.model import CLASSES, Model

LOOKS = "six times"
"""How often the test part was scored so far: counted by hand, as honesty asks."""

REVIEWS = """Beside them, only for the tone of texts about no area and weighing {weight} each, {reviews} sentences of
Norwegian reviews, machine-translated to Danish: NoReC_sentence (Language Technology Group, University of Oslo;
github.com/ltgoslo/norec_sentence), whose authors allow models trained on it for any use. They are not part of this
repository; a user makes the file `{name}` from there, with the columns `text` and `label` (neg, neu, pos). SHA-256 of
the file used: `{digest}`. The lines
*without reviews* are of the model made without it."""

NO_REVIEWS = """Nothing else: no text of others."""

CARD = """# Model card: linear.skops

**What it does.** Gives each Danish sentence a tone (negative, neutral, positive) towards an area, a safety (unsafe,
none, safe), and a tone for texts that are about no area, as log odds of the classes; gives each text probabilities of
its themes. The mean over the sentences that bear on an area (`nlp/bearing.py`) decides the label of a text; the score,
-1 to 1, is the probability of the last class less that of the first. The default reader of texts about Danish housing
areas; `config.toml [nlp] backend = "lexicon"` does without it.

**Form.** Three logistic regressions with three classes (scikit-learn, L2, C = {C}) and a linear support vector machine
a theme (C = {C_themes}; margins made probabilities by one slope and start) over {features} features: words, lemmas
(simplemma), the runs of four and five letters in a lemma, and pairs of neighbours; what lexicon and rules say of the
sentence (squashed sums, densities, extremes, groups of words); negation, degree, *men*, quotation, length, `!`, `?`,
faces; for themes also the scores by seed words. Names of areas, towns and capitalised words inside a sentence are taken
out first, and the official labels of areas: swapping one area, or one label, for another leaves every score as it is.
The file holds numbers and strings only; skops loads it with an empty list of trusted types.

**Data.** The train part of `data/labelled/items.jsonl` ({train} items) and `data/labelled/practice.jsonl`
({practice} items), written and labelled for this project ({examples} texts × areas); events in them are invented.
Labels are of texts, so the model learns from the mean over the sentences of a text. {more}

**Licence.** MIT, as the project. The lexicon features rest on `afinn` (Apache-2.0), the lemmas on `simplemma`
(MIT).

**Scores.** Macro-F1, and F1 of each class, towards the areas, *mixed* counted as neutral; micro-F1 of the themes of
the whole text. Train: five folds, each read by a model that has not seen it. Test: {test} items, settled labels of two
coders, looked at {looks} as the practice texts grew, no setting was chosen by it; no practice text shares half of its
word 4-grams with one of them.

{scores}

**Limits.** Learnt from short texts by few hands: irony, blame of someone else and facts that sound bad but say
nothing of the place are often misread. Single labels err; use means with n, and correct them with hand-coded
samples (`reputation validate`). Not for people, and not for other subjects.

**Made by** `{command}` (the same collection, lexicon and versions give the same file). SHA-256 of the model's
content: `{digest}` · of the collection: `{collection}` · of the practice texts: `{practice_digest}`
"""


def card(
    model: Model, table: Mapping[str, Mapping[str, float]], n: Mapping[str, float], learnt: Path | None
) -> str:
    """Write the model card: data, licence, scores, limits, command, digest.

    ``n``: counts and settings of the training. ``learnt``: the reviews, if any.
    """
    names = ("tone", *CLASSES[:3], "safety", *CLASSES[3:6], "themes")
    head = "| | " + " | ".join(names) + " |\n|" + " --- |" * (len(names) + 1)
    rows = "\n".join(f"| {name} | " + " | ".join(f"{row[each]:.3f}" for each in names) + " |"
                     for name, row in table.items())
    return CARD.format(
        digest=model.digest, features=len(model.features), scores=f"{head}\n{rows}", looks=LOOKS,
        collection=digest(), practice_digest=practice_digest(),
        command="python -m nlp.train" + (f" --reviews {learnt.name}" if learnt else ""),
        more=(REVIEWS if learnt else NO_REVIEWS).format(
            **n, name=learnt.name if learnt else "",
            digest=sha256(learnt.read_bytes()).hexdigest() if learnt else ""),
        **n)
