"""The reader against the settled labels: how it is counted, and that it does not fall."""

import json
import math
from io import StringIO
from pathlib import Path

import pytest

from nlp import scoring
from nlp.collection import AreaLabel, Item, Labels, digest, load_items
from nlp.reader import Reader
from nlp.scoring import area_pairs, f1_by_label, macro_f1, make_reader, micro_f1, read_item, scores, three_classes
from store.errors import WrongUse
from tests.labelled.test_agreement import FLOORS


@pytest.fixture(scope="module")
def default_reader() -> Reader:
    return make_reader()


def test_the_reader_stands_at_its_floors_on_the_test_part(default_reader: Reader) -> None:
    pinned = json.loads(FLOORS.read_text(encoding="utf-8"))
    found = scores(default_reader, [item for item in load_items() if item.part == "test"])

    assert digest() == pinned["digest"], "the collection changed: pin anew (docs/coding.md, 7)"
    assert {name: value for name, value in found.items() if value < pinned["floors"]["test"][name]} == {}


@pytest.mark.parametrize(("pairs", "value"), [
    ([("a", "a"), ("b", "b")], 1.0),
    ([("a", "a"), ("b", "a")], (2 / 3 + 0) / 2),
    ([("a", "a"), ("a", "c")], 2 / 3),
])
def test_macro_f1_averages_over_the_labels_of_the_truth(pairs: list[tuple[str, str]], value: float) -> None:
    assert macro_f1(pairs) == pytest.approx(value)


def test_without_anything_to_count_there_is_no_score() -> None:
    assert math.isnan(macro_f1([]))
    assert math.isnan(micro_f1([(set(), set())]))
    assert f1_by_label([]) == {}


def test_micro_f1_counts_all_sets_together() -> None:
    assert micro_f1([({"a", "b"}, {"a"}), (set(), {"c"})]) == pytest.approx(2 * 1 / 4)


def test_mixed_counts_as_neutral() -> None:
    assert three_classes([("mixed", "neutral"), ("positive", "negative")]) == [
        ("neutral", "neutral"), ("positive", "negative")]


def item(text: str, areas: dict[str, AreaLabel], kind: str = "teaser", given: str | None = None) -> Item:
    labels = Labels(areas, "neutral", "none", frozenset())
    return Item("x", kind, "test", "", text, None, given, labels, None, None, "")


def test_an_area_that_is_not_found_is_a_wrong_reading_of_everything(default_reader: Reader) -> None:
    missed = item("Vinteren er kold.", {"vollsmose": AreaLabel("lead", "neutral", "none")})

    assert area_pairs([(missed, read_item(default_reader, missed))]) == (
        [("lead", "absent")], [("neutral", "absent")], [("none", "absent")])


def test_an_area_that_the_input_gives_is_neither_found_nor_given_a_role(default_reader: Reader) -> None:
    answer = item("Her er dejligt.", {"vollsmose": AreaLabel("given", "positive", "none")}, "answer", "vollsmose")
    found = scores(default_reader, [answer])

    assert math.isnan(found["areas_f1"])
    assert math.isnan(found["role_macro_f1"])
    assert found["tone_area_macro_f1"] == 1.0


def test_the_program_prints_and_pins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few = [each for each in load_items() if each.part == "test"][:40]
    monkeypatch.setattr(scoring, "load_items", lambda: few)
    out = StringIO()

    scoring.main(["--pin", str(tmp_path / "floors.json")], out)
    pinned = json.loads((tmp_path / "floors.json").read_text(encoding="utf-8"))

    assert all(name in out.getvalue() for name in pinned["floors"]["test"])
    assert pinned["digest"] == digest()
    scoring.main([], out)


def test_other_words_are_not_understood() -> None:
    with pytest.raises(WrongUse, match="--pin FILE"):
        scoring.main(["--errors"], StringIO())
