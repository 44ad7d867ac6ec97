"""The labelled collection keeps to its code book, counts each text once, and keeps its test part to itself."""

from __future__ import annotations

import functools
import hashlib
import json
import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

DATA = Path(__file__).resolve().parents[2] / "data"
COLLECTION = DATA / "labelled" / "items.jsonl"
PRACTICE = DATA / "labelled" / "practice.jsonl"
DEMONSTRATION = DATA / "demo"

FIELDS = {"id", "kind", "text", "areas", "tone", "safety", "themes", "part"}
OPTIONAL = {"title", "published", "area"}
KINDS = {"headline", "teaser", "article", "answer", "sentence"}
ROLES = {"headline", "lead", "focus", "list", "passing", "given"}
TONELESS = {"list", "passing"}
TONES = {"negative", "neutral", "positive", "mixed"}
SAFETIES = {"unsafe", "none", "safe"}
TEST_PERCENT = 36

Item = Mapping[str, Any]
Gram = tuple[str, ...]

_WORD = re.compile(r"[^\W_]+")
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
_PLACEHOLDER = re.compile(r"\{[^{}]*\}")


@functools.cache
def collection() -> tuple[Item, ...]:
    return tuple(json.loads(line) for line in COLLECTION.read_text(encoding="utf-8").splitlines())


@functools.cache
def practice() -> tuple[Item, ...]:
    return tuple(json.loads(line) for line in PRACTICE.read_text(encoding="utf-8").splitlines())


def part_of(id_: str) -> str:
    """Deal an item to its part by its id alone."""
    return "test" if int(hashlib.sha256(id_.encode()).hexdigest()[:8], 16) % 100 < TEST_PERCENT else "train"


def grams(text: str) -> frozenset[Gram]:
    """Give the word 4-grams of a text; a shorter text is one gram."""
    words = _WORD.findall(text.lower())
    if not words:
        return frozenset()
    return frozenset(tuple(words[at : at + 4]) for at in range(max(1, len(words) - 3)))


def whole_text(item: Item) -> str:
    return f"{item.get('title', '')} {item['text']}"


def alike(these: Iterable[tuple[str, str]], those: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Name the pairs of (name, text) that share half of the smaller one's 4-grams: one look per shared gram."""
    left = {name: grams(text) for name, text in these}
    holders: dict[Gram, list[str]] = defaultdict(list)
    for name, found in left.items():
        for gram in found:
            holders[gram].append(name)
    pairs = []
    for other, text in those:
        theirs = grams(text)
        shared = Counter(name for gram in theirs for name in holders.get(gram, ()) if name != other)
        pairs += [(name, other) for name, count in shared.items() if 2 * count >= min(len(left[name]), len(theirs))]
    return pairs


def named(items: Iterable[Item]) -> list[tuple[str, str]]:
    return [(item["id"], whole_text(item)) for item in items]


def sentences_of(value: object) -> Iterator[str]:
    """Walk a parsed file for its sentences; a placeholder is a word like no other."""
    if isinstance(value, str):
        yield from _SENTENCE.split(_PLACEHOLDER.sub(" placeholder ", value))
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from sentences_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from sentences_of(inner)


def demonstration_sentences() -> list[tuple[str, str]]:
    found = []
    for path in sorted(DEMONSTRATION.rglob("*")):
        if path.suffix == ".toml":
            parsed: object = tomllib.loads(path.read_text(encoding="utf-8"))
        elif path.suffix in {".txt", ".csv", ".md"}:
            parsed = path.read_text(encoding="utf-8")
        elif path.suffix in {".json", ".jsonl", ".ndjson"}:
            parsed = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        else:
            continue
        found += [
            (f"{path.name}:{number}", sentence)
            for number, sentence in enumerate(sentences_of(parsed))
            if len(_WORD.findall(sentence)) >= 4
        ]
    return found


@functools.cache
def area_ids() -> frozenset[str]:
    facts = tomllib.loads((DATA / "areas.toml").read_text(encoding="utf-8"))
    return frozenset(area["id"] for area in facts["areas"] if area["kind"] == "evaluated")


@functools.cache
def theme_ids() -> frozenset[str]:
    facts = tomllib.loads((DATA / "themes.toml").read_text(encoding="utf-8"))
    return frozenset(theme["id"] for theme in facts["themes"])


def faults(item: Item) -> list[str]:
    """Say what in one item is against the code book."""
    found = []
    keys = set(item)
    if keys - FIELDS - OPTIONAL or FIELDS - keys:
        found.append(f"fields {sorted(keys ^ FIELDS)}")
    if item["kind"] not in KINDS:
        found.append("kind")
    if (item["kind"] == "article") != ("title" in item):
        found.append("articles and only they have a title")
    if not item["text"].strip() or re.search("[\u00ad\u200b\ufffd]", whole_text(item)):
        found.append("text empty or with invisible characters")
    if "published" in item:
        date.fromisoformat(item["published"])
    if item["tone"] not in TONES or item["safety"] not in SAFETIES:
        found.append("tone or safety of the text")
    if set(item["themes"]) - theme_ids() or item["themes"] != sorted(set(item["themes"])):
        found.append("themes unknown, repeated or unsorted")
    if item["part"] != ("train" if item["id"].startswith("p") else part_of(item["id"])):
        found.append("part does not follow from the id")
    ids = [area["id"] for area in item["areas"]]
    if set(ids) - area_ids() or len(ids) != len(set(ids)):
        found.append("areas unknown or repeated")
    for area in item["areas"]:
        if area["role"] not in ROLES or area["safety"] not in SAFETIES:
            found.append(f"{area['id']}: role or safety")
        if (area["tone"] is None) != (area["role"] in TONELESS) or area["tone"] not in TONES | {None}:
            found.append(f"{area['id']}: tone {area['tone']} with role {area['role']}")
        if (area["role"] == "given") != (area["id"] == item.get("area")):
            found.append(f"{area['id']}: given is what the input gives")
    if (item["kind"] == "answer") != ("area" in item):
        found.append("answers and only they come with an area")
    if item["kind"] == "headline" and any(area["role"] != "headline" for area in item["areas"]):
        found.append("an area named in a headline has the role headline")
    return found


def test_every_item_keeps_to_the_code_book() -> None:
    wrong = {item["id"]: faults(item) for item in (*collection(), *practice()) if faults(item)}

    assert wrong == {}


def test_ids_are_unique() -> None:
    ids = Counter(item["id"] for item in (*collection(), *practice()))

    assert [id_ for id_, count in ids.items() if count > 1] == []


def test_practice_texts_are_distinct_but_for_a_few_of_their_pairs() -> None:
    repeated = {max(pair) for pair in alike(named(practice()), named(practice()))}

    assert len(practice()) - len(repeated) >= 2500


def test_practice_deals_every_tone_to_every_area() -> None:
    tones: dict[str, Counter[str]] = {id_: Counter() for id_ in area_ids()}
    for item in practice():
        for area in item["areas"]:
            tones[area["id"]][area["tone"]] += 1

    assert min(found[tone] for found in tones.values() for tone in ("negative", "neutral", "positive")) >= 15


def test_at_least_fifteen_hundred_items_are_distinct() -> None:
    repeated = {max(pair) for pair in alike(named(collection()), named(collection()))}

    assert len(collection()) - len(repeated) >= 1500


def test_no_test_item_says_what_a_training_item_says() -> None:
    test = [item for item in collection() if item["part"] == "test"]
    train = [item for item in collection() if item["part"] == "train"]

    assert alike(named(test), named([*train, *practice()])) == []


@pytest.mark.skipif(not DEMONSTRATION.is_dir(), reason="no demonstration in this tree")
def test_no_test_item_or_practice_text_says_what_the_demonstration_says() -> None:
    test = [item for item in collection() if item["part"] == "test"]

    assert alike(named([*test, *practice()]), demonstration_sentences()) == []


@pytest.mark.parametrize(
    ("kind", "least"), [("headline", 250), ("answer", 400), ("article", 250), ("sentence", 300), ("teaser", 100)]
)
def test_each_kind_is_there_in_numbers_and_a_third_of_it_is_test(kind: str, least: int) -> None:
    parts = Counter(item["part"] for item in collection() if item["kind"] == kind)

    assert parts.total() >= least
    assert 0.28 <= parts["test"] / parts.total() <= 0.42


def test_the_test_part_has_at_least_five_hundred_items() -> None:
    assert Counter(item["part"] for item in collection())["test"] >= 500


def balance() -> dict[str, Counter[str]]:
    """Count the tones of each area where its role gives it one."""
    table: dict[str, Counter[str]] = {id_: Counter() for id_ in sorted(area_ids())}
    for item in collection():
        for area in item["areas"]:
            if area["tone"] is not None:
                table[area["id"]][area["tone"]] += 1
    return table


def test_no_area_has_more_texts_or_another_tone_than_the_others() -> None:
    table = balance()
    shown = "\n".join(f"{id_:16}{tones.total():5} {dict(sorted(tones.items()))}" for id_, tones in table.items())
    numbers = [tones.total() for tones in table.values()]

    assert len(table) == 15
    assert min(numbers) >= 80
    assert max(numbers) <= 1.3 * min(numbers), shown
    for id_, tones in table.items():
        for tone in ("negative", "neutral", "positive"):
            assert 0.22 <= tones[tone] / tones.total() <= 0.43, f"{id_}, {tone}:\n{shown}"


@pytest.mark.parametrize("role", sorted(ROLES))
def test_every_role_is_there_in_both_parts(role: str) -> None:
    parts = Counter(item["part"] for item in collection() for area in item["areas"] if area["role"] == role)

    assert parts["train"] >= 25
    assert parts["test"] >= 15


def test_texts_without_any_area_are_there_to_trap_a_hasty_reader() -> None:
    assert sum(not item["areas"] for item in collection()) >= 60


@pytest.mark.parametrize(
    ("one", "other", "is_alike"),
    [
        ("der er ro i gården nu", "der er ro i gården igen", True),
        ("der er ro i gården nu", "nu er der ro i gaderne", False),
        ("Ro.", "ro!", True),
        ("Ro.", "Ro og fred.", False),
    ],
)
def test_two_texts_are_alike_where_they_share_half_of_their_fourgrams(one: str, other: str, is_alike: bool) -> None:
    assert bool(alike([("a", one)], [("b", other)])) is is_alike
