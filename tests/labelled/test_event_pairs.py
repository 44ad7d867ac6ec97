"""The event collection is whole, and the rule that groups events keeps its precision and recall on it."""

import hashlib
import io
import json
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

import pytest

from nlp.pairs import FILE, PARTS, Labelled, PairScore, load_labelled, main, pair_score, wrong_pairs
from store.errors import WrongUse
from store.readings import EventMention

FLOORS = Path(__file__).with_name("event_floors.json")


@pytest.fixture(scope="module")
def texts() -> list[Labelled]:
    return load_labelled()


def of(part: str, texts: list[Labelled]) -> list[Labelled]:
    return [each for each in texts if each.part == part]


def test_it_is_large_enough_and_no_area_stands_in_both_parts(texts: list[Labelled]) -> None:
    assert len(texts) >= 120
    assert len({each.happening for each in texts}) >= 40
    assert len({each.mention.article_id for each in texts}) == len(texts)
    assert len({f"{each.mention.title} {each.mention.lead}" for each in texts}) == len(texts)
    tune, test = ({each.area for each in of(part, texts)} for part in PARTS)
    assert not tune & test
    assert min(len(of(part, texts)) for part in PARTS) >= 60


def test_it_holds_happenings_that_are_hard_to_tell_apart(texts: list[Labelled]) -> None:
    days = defaultdict(list)
    for each in texts:
        days[each.area, each.happening].append(date.fromisoformat(each.mention.day))
    shots: Counter[str] = Counter()
    for (area, happening), found in days.items():
        assert (max(found) - min(found)).days <= 14, happening
        shots[area] += "skud" in happening or "skyderi" in happening
    assert sum(count > 1 for count in shots.values()) >= 2, "two shootings in one area"


@pytest.mark.parametrize("part", PARTS)
def test_precision_and_recall_stand_at_their_floors(texts: list[Labelled], part: str) -> None:
    pinned = json.loads(FLOORS.read_text(encoding="utf-8"))
    assert hashlib.sha256(FILE.read_bytes()).hexdigest() == pinned["digest"], "the texts changed: pin anew"
    score = pair_score(of(part, texts))
    assert round(score.precision, 3) >= pinned["floors"][part]["precision"]
    assert round(score.recall, 3) >= pinned["floors"][part]["recall"]


def labelled(id: str, happening: str, words: str, area: str = "vollsmose") -> Labelled:
    return Labelled("tune", area, happening, EventMention(id, "2022-03-01", id, words, words))


def test_pairs_are_counted_within_an_area() -> None:
    fire, fest = "Container brændte ved torvet", "Koncert for børn i parken"
    found = pair_score([labelled("a", "1", fire), labelled("b", "1", fire), labelled("c", "2", fest),
                        labelled("d", "2", fire, "gellerup")])
    assert found == PairScore(1, 1, 1)
    split = [labelled("a", "1", fire), labelled("b", "1", fest), labelled("c", "2", fire), labelled("d", "3", "Bus")]
    assert pair_score(split) == PairScore(1, 1, 0)
    assert (pair_score(split).precision, pair_score(split).recall) == (0.0, 0.0)
    assert (PairScore(0, 0, 0).precision, PairScore(0, 0, 0).recall) == (1.0, 1.0)
    assert [line.split(":")[0] for line in wrong_pairs(split)] == ["parted", "joined"]


def test_the_program_prints_both_parts_and_pins(tmp_path: Path) -> None:
    out = io.StringIO()
    main(["--pin", str(tmp_path / "floors.json")], out)
    assert [line.split()[0] for line in out.getvalue().splitlines()] == list(PARTS)
    assert json.loads((tmp_path / "floors.json").read_text()) == json.loads(FLOORS.read_text())
    with pytest.raises(WrongUse, match="--errors"):
        main(["--all"], io.StringIO())
    shown = io.StringIO()
    main(["--errors"], shown)
    assert all(line.startswith(("parted: ", "joined: ")) for line in shown.getvalue().splitlines()[2:])
