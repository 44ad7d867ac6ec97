"""Hold the reader against the settled labels of the collection; as a program, print what it scores."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import TextIO

from nlp.collection import Item, agreements, digest, load_items
from nlp.document import Kind, document
from nlp.reader import Reader, Reading
from store.config import load_config
from store.errors import WrongUse
from store.facts import load_facts

KINDS: Mapping[str, Kind] = {
    "headline": "headline", "teaser": "teaser", "sentence": "teaser", "answer": "answer", "article": "article",
}
"""How a kind of the collection is laid out: one news sentence is a teaser of one."""

ABSENT = "absent"
"""What is read of an area that is not found, or that gets no tone."""

Pair = tuple[str, str]


def macro_f1(pairs: Iterable[Pair]) -> float:
    """Average F1 over the labels that occur in the truth; pairs are (truth, read). NaN without any."""
    return _mean(f1_by_label(pairs).values())


def f1_by_label(pairs: Iterable[Pair]) -> dict[str, float]:
    """Give the F1 of each label that occurs in the truth, by label; pairs are (truth, read)."""
    found = Counter(pairs)
    hit: Counter[str] = Counter()
    true: Counter[str] = Counter()
    said: Counter[str] = Counter()
    for (truth, read), count in found.items():
        true[truth] += count
        said[read] += count
        hit[truth] += count * (truth == read)
    return {label: 2 * hit[label] / (true[label] + said[label]) for label in sorted(true)}


def micro_f1(pairs: Iterable[tuple[AbstractSet[str], AbstractSet[str]]]) -> float:
    """Give the F1 of sets over all texts together; pairs are (truth, read). NaN where both are always empty."""
    hit = both = 0
    for truth, read in pairs:
        hit, both = hit + len(truth & read), both + len(truth) + len(read)
    return 2 * hit / both if both else float("nan")


def read_item(reader: Reader, item: Item) -> Reading:
    """Read an item as the program reads such a text: with its day, and with the area where the input gives it."""
    return reader.read(document(item.text, item.title, kind=KINDS[item.kind]), item.published, item.given)


def scores(reader: Reader, items: Sequence[Item]) -> dict[str, float]:
    """Measure the readings of ``items`` against their truth, all 0 to 1.

    Areas and roles leave out areas that the input gives. Role, tone and safety run over every area of the truth: an
    area not found is a wrong reading of each. The reader has no *mixed*: it counts as neutral, the 0 of the measure;
    ``…_four_classes`` keeps it as a class of its own, which the reader can only miss.
    """
    read = [(item, read_item(reader, item)) for item in items]
    roles, tones, safeties = area_pairs(read)
    whole_tones = [(item.truth.tone, reading.tone.label) for item, reading in read]
    whole_safeties = [(item.truth.safety, reading.safety.label) for item, reading in read]
    given = {item.id: {item.given} if item.given else set() for item in items}
    themes = [(item.truth.themes, {each.id for each in reading.themes}) for item, reading in read]
    found = {
        "areas_f1": micro_f1(
            (set(item.truth.areas) - given[item.id], {each.mention.area for each in reading.areas} - given[item.id])
            for item, reading in read),
        "role_macro_f1": macro_f1(roles),
        "tone_area_macro_f1": macro_f1(three_classes(tones)),
        "tone_area_macro_f1_four_classes": macro_f1(tones),
        "tone_text_macro_f1": macro_f1(three_classes(whole_tones)),
        "tone_text_macro_f1_four_classes": macro_f1(whole_tones),
        "safety_area_macro_f1": macro_f1(safeties),
        "safety_text_macro_f1": macro_f1(whole_safeties),
        "themes_micro_f1": micro_f1(themes),
        "topics_micro_f1": micro_f1((_topics(truth), _topics(said)) for truth, said in themes),
    }
    return {name: round(value, 3) for name, value in found.items()}


def area_pairs(read: Iterable[tuple[Item, Reading]]) -> tuple[list[Pair], list[Pair], list[Pair]]:
    """Pair truth and reading of every labelled area: roles (none given), tones (where labelled), safety."""
    roles: list[Pair] = []
    tones: list[Pair] = []
    safeties: list[Pair] = []
    for item, reading in read:
        found = {each.mention.area: each for each in reading.areas}
        for id, label in item.truth.areas.items():
            here = found.get(id)
            if label.role != "given":
                roles.append((label.role, here.mention.role if here else ABSENT))
            if label.tone:
                tones.append((label.tone, here.tone.label if here and here.tone else ABSENT))
            safeties.append((label.safety, here.safety.label if here else ABSENT))
    return roles, tones, safeties


def three_classes(pairs: Iterable[Pair]) -> list[Pair]:
    """Count *mixed* as neutral."""
    return [("neutral" if truth == "mixed" else truth, read) for truth, read in pairs]


def _topics(themes: Iterable[str]) -> set[str]:
    return {theme for theme in themes if theme.startswith("topic:")}


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return sum(found) / len(found) if found else float("nan")


def make_reader() -> Reader:
    """Make the reader of a configuration that says nothing: the default one."""
    config = load_config(Path("no-such-config.toml"))
    return Reader(load_facts(config), config)


def main(words: Sequence[str], out: TextIO = sys.stdout) -> None:
    """Print what the default reader scores on the test part; ``--pin FILE`` writes that and the coders' agreement.

    Raises :class:`WrongUse` for other words.
    """
    match list(words):
        case []:
            pin = None
        case ["--pin", file]:
            pin = Path(file)
        case _:
            raise WrongUse(f"'{' '.join(words)}' is not understood", do="Say nothing, or: --pin FILE")
    everything = load_items()
    items = [item for item in everything if item.part == "test"]
    reader = make_reader()
    found = scores(reader, items)
    out.write("".join(f"{name:36}{value:.3f}\n" for name, value in found.items()))
    if pin:
        agreed = {f"{each.question}: {each.measure}": round(each.value, 3) for each in agreements(everything)}
        pinned = {"digest": digest(), "agreement": agreed, "floors": {"test": found}}
        pin.write_text(json.dumps(pinned, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
