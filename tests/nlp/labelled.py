"""Score the reader on our own labelled items; ``--pin`` writes the scores as floors."""

import hashlib
import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from nlp.document import document
from nlp.reader import Reader, Reading
from nlp.scoring import macro_f1, micro_f1
from store.config import load_config
from store.facts import load_facts

ITEMS = Path(__file__).resolve().parents[2] / "data" / "labelled" / "first.jsonl"
FLOORS = Path(__file__).with_name("floors.json")

PARTS = ("dev", "test")

Pair = tuple[str, str]


def items(path: Path = ITEMS) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def digest(path: Path = ITEMS) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def readings(reader: Reader, part: str | None = None) -> Iterator[tuple[dict, Reading]]:
    for item in items():
        if part in (None, item["part"]):
            doc = document(item["text"], item.get("title", ""), kind=item["kind"])
            yield item, reader.read(doc, None, item.get("area"))


def scores(reader: Reader, part: str | None = None) -> dict[str, float]:
    """Areas F1, role, tone and safety macro-F1 (of areas found), topics micro-F1."""
    areas, topics = [], []
    roles: list[Pair] = []
    tones: list[Pair] = []
    safeties: list[Pair] = []
    for item, reading in readings(reader, part):
        truth = {area["id"]: area for area in item["areas"]}
        found = {each.mention.area: each for each in reading.areas}
        areas.append((set(truth) - {item.get("area")}, set(found) - {item.get("area")}))
        topics.append((set(item["topics"]), {each.id for each in reading.themes if each.id.startswith("topic:")}))
        for id in truth.keys() & found.keys():
            if truth[id]["role"] != "given":
                roles.append((truth[id]["role"], found[id].mention.role))
            if "tone" in truth[id]:
                tone = found[id].tone
                tones.append((truth[id]["tone"], tone.label if tone else "absent"))
                safeties.append((truth[id]["safety"], found[id].safety.label))
    return {
        "areas_f1": round(micro_f1(areas), 3), "role_macro_f1": round(macro_f1(roles), 3),
        "tone_macro_f1": round(macro_f1(tones), 3), "safety_macro_f1": round(macro_f1(safeties), 3),
        "topics_micro_f1": round(micro_f1(topics), 3),
    }


def make_reader() -> Reader:
    config = load_config(Path("no-such-config.toml"))
    return Reader(load_facts(config), config)


def main(words: list[str]) -> None:
    reader = make_reader()
    for part in PARTS:
        print(part, scores(reader, part))  # noqa: T201
    print("kinds", dict(Counter(item["kind"] for item in items())))  # noqa: T201
    if "--pin" in words:
        kept = json.loads(FLOORS.read_text(encoding="utf-8"))  # the floors of other backends
        pinned = {**kept, "corpus": ITEMS.name, "digest": digest(),
                  "floors": {part: scores(reader, part) for part in PARTS}}
        FLOORS.write_text(json.dumps(pinned, indent=2) + "\n", encoding="utf-8")
    if "--errors" in words:
        for item, reading in readings(reader, "dev"):
            _errors(item, reading)


def _errors(item: dict, reading: Reading) -> None:
    truth = {area["id"]: area for area in item["areas"]}
    found = {each.mention.area: each for each in reading.areas}
    wrong = [f"areas {set(truth)} read {set(found)}"] if set(truth) != set(found) else []
    for id in truth.keys() & found.keys():
        wanted, got = truth[id], found[id]
        if wanted["role"] != got.mention.role:
            wrong.append(f"role {wanted['role']} read {got.mention.role}")
        if "tone" in wanted:
            label, score = (got.tone.label, got.tone.score) if got.tone else ("absent", 0)
            if label != wanted["tone"]:
                wrong.append(f"tone {wanted['tone']} read {label} {score}")
            if got.safety.label != wanted["safety"]:
                wrong.append(f"safety {wanted['safety']} read {got.safety.label} {got.safety.score}")
    if wrong:
        print(f"\n{item['id']} {item.get('title', '')} | {item['text']}\n   {'; '.join(wrong)}")  # noqa: T201
        for each in reading.because:
            print(f"      {each.rule} tone {each.tone:.2f} safety {each.safety:.2f}")  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1:])
