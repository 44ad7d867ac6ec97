"""Two coders of the test part: complete, valid, every difference settled; how far they agree may not change unseen."""

import json
import math
from collections.abc import Iterator
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nlp import collection as room
from nlp.collection import AGREED, FOLDER, ITEMS, SECOND, AreaLabel, Item, Labels, agreements, digest, load_items
from nlp.krippendorff import alpha
from store.errors import WrongFile
from tests.labelled.test_collection import collection, faults

FLOORS = Path(__file__).with_name("floors.json")
LABELS = ("areas", "tone", "safety", "themes")


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (FOLDER / name).read_text(encoding="utf-8").splitlines()]


def test_items() -> Iterator[Item]:
    return (item for item in load_items() if item.part == "test")


test_items.__test__ = False  # type: ignore[attr-defined]


def differs(item: Item) -> bool:
    return item.first != item.second


def test_the_second_coder_coded_every_test_item_once_and_no_other() -> None:
    assert [row["id"] for row in rows(SECOND)] == [item["id"] for item in collection() if item["part"] == "test"]


@pytest.mark.parametrize(("name", "extra"), [(SECOND, set()), (AGREED, {"reason"})])
def test_second_and_settled_labels_keep_to_the_code_book(name: str, extra: set[str]) -> None:
    texts = {item["id"]: item for item in collection()}
    wrong = {row["id"]: faults({**texts[row["id"]], **{key: row[key] for key in LABELS}}) for row in rows(name)}

    assert all(set(row) == {"id", *LABELS} | extra for row in rows(name))
    assert {id_: found for id_, found in wrong.items() if found} == {}


def test_what_the_coders_differ_on_is_settled_with_a_reason_and_nothing_else_is() -> None:
    assert [row["id"] for row in rows(AGREED)] == [item.id for item in test_items() if differs(item)]
    assert all(row["reason"].strip() for row in rows(AGREED))


def test_where_both_coders_say_the_same_the_settled_label_says_it_too() -> None:
    for item in test_items():
        assert item.second is not None
        assert item.first.themes & item.second.themes <= item.truth.themes, item.id
        if item.first.tone == item.second.tone:
            assert item.truth.tone == item.first.tone, item.id
        if item.first.safety == item.second.safety:
            assert item.truth.safety == item.first.safety, item.id
        for id_ in item.first.areas:
            if item.first.areas[id_] == item.second.areas[id_]:
                assert item.truth.areas[id_] == item.first.areas[id_], item.id


def test_no_text_carries_its_date_in_the_text() -> None:
    assert [item.id for item in load_items() if "@20" in item.text or "@20" in item.title] == []
    assert sum(item.published is not None for item in load_items()) >= 30


def test_agreement_stands_where_it_was_pinned() -> None:
    pinned = json.loads(FLOORS.read_text(encoding="utf-8"))
    found = {f"{each.question}: {each.measure}": round(each.value, 3) for each in agreements(load_items())}

    assert digest() == pinned["digest"], "the collection changed: pin anew (docs/coding.md, 7)"
    assert {name: value for name, value in found.items() if value < pinned["agreement"][name]} == {}


def made(first: str, second: str, themes: tuple[str, str] = ("a", "a"), given: str | None = None) -> Item:
    """Make an item about one area, with the tone each coder gives to it and to the whole text."""
    one, other = (
        Labels({"vollsmose": AreaLabel("lead", tone, "none")}, tone, "none", frozenset(theme))
        for tone, theme in zip((first, second), themes, strict=True)
    )
    return Item("x", "teaser", "test", "", "", None, given, one, other, None, "")


def by_question(items: list[Item]) -> dict[tuple[str, str], room.Agreement]:
    return {(each.question, each.measure): each for each in agreements(items, replicates=50)}


def test_agreement_is_krippendorffs_of_the_coded_values() -> None:
    tones = [("negative", "negative"), ("positive", "neutral"), ("positive", "positive"), ("neutral", "negative")]
    found = by_question([made(*pair) for pair in tones])
    values = np.array([[{"negative": -1, "neutral": 0, "positive": 1}[tone] for tone in pair] for pair in tones]).T

    assert found["tone towards the area", "alpha, ordinal"].value == pytest.approx(alpha(values, "ordinal"))
    assert found["tone of the whole text", "alpha, ordinal"].n == 4


def test_alpha_of_themes_is_the_mean_of_the_nominal_alphas_of_each() -> None:
    sets = [("ab", "a"), ("b", "b"), ("", "a"), ("a", "a")]
    found = by_question([made("neutral", "neutral", pair) for pair in sets])
    each = [alpha(np.array([[float(name in coder) for coder in pair] for pair in sets]).T, "nominal") for name in "ab"]

    assert found["themes", "mean alpha, nominal"].value == pytest.approx(np.mean(each))
    assert found["themes", "micro-F1 of the coders"].value == pytest.approx(2 * 3 / (4 + 4))


def test_the_interval_holds_the_value_and_is_the_same_each_time() -> None:
    items = [made("negative", "negative", ("a", "ab")), made("positive", "positive", ("b", "b"))] * 10
    items.append(made("neutral", "positive", ("a", "b")))

    assert repr(by_question(items)) == repr(by_question(items))
    assert all(each.low <= each.value <= each.high or math.isnan(each.value) or math.isnan(each.low)
               for each in by_question(items).values())


def test_items_coded_once_are_no_agreement_and_an_area_given_is_no_role_found() -> None:
    alone = replace(made("negative", "negative"), second=None)
    found = by_question([alone])
    given = by_question([made("negative", "positive", given="vollsmose")])

    assert {each.n for each in found.values()} == {0}
    assert all(math.isnan(each.value) for each in found.values())
    assert given["role", "alpha, nominal"].n == 0


def test_mixed_counts_as_neutral_between_coders() -> None:
    found = by_question([made("mixed", "neutral"), made("negative", "negative"), made("positive", "positive")])

    assert found["tone of the whole text", "alpha, ordinal"].value == 1.0


def test_the_program_prints_every_question() -> None:
    out = StringIO()

    room.main(out)

    assert out.getvalue().count("alpha") == 6
    assert f"settled: {len(rows(AGREED))} items" in out.getvalue()


@pytest.mark.parametrize(("line", "says"), [("{", ":1"), ('{"id": "n1"}', ":1"), ("[]", ":1")])
def test_a_line_without_labels_is_named_by_its_number(tmp_path: Path, line: str, says: str) -> None:
    for name in (SECOND, AGREED):
        (tmp_path / name).write_text("", encoding="utf-8")
    (tmp_path / ITEMS).write_text(line + "\n", encoding="utf-8")

    with pytest.raises(WrongFile, match=says):
        load_items(tmp_path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(WrongFile, match="can't be read"):
        load_items(tmp_path)
