"""A change of name and a change of law leave no step in the demonstration's series."""

import math
from collections.abc import Iterable, Sequence
from datetime import date

import numpy as np
import pytest

from nlp.document import document
from nlp.reader import Reader, Reading
from nlp.stigma import generations
from reputation.demonstration.bank import RENAMED, load_banks
from reputation.demonstration.cases import demonstration_truth
from reputation.demonstration.newsdesk import gather
from reputation.demonstration.story import Story
from store.config import Config, config_from
from store.facts import load_facts

NEW_NAME = date(2021, 9, 27)
"""Agervang becomes Grønneparken (domain.md 3a)."""

SIGN = {"negative": -1, "neutral": 0, "positive": 1}
PER_SIDE = 200
"""Texts read before and after; enough to see a step of a tenth of net tone."""

Read = tuple[Story, Reading]


@pytest.fixture(scope="module")
def stories() -> list[Story]:
    banks = load_banks()
    return [each for each in gather(*demonstration_truth(banks, 2018), banks).all if each.kind == "about"]


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    return config_from({}, tmp_path_factory.mktemp("step") / "config.toml")


@pytest.fixture(scope="module")
def reader(config: Config) -> Reader:
    return Reader(load_facts(config), config)


def read(reader: Reader, stories: Iterable[Story]) -> list[Read]:
    """Read title and lead, the basis of the series shown first."""
    return [(each, reader.read(document(each.lead, each.title, kind="teaser"), each.day))
            for each in stories]


def spread(stories: Sequence[Story], at: date) -> tuple[list[Story], list[Story]]:
    """Take stories nearest to a day on both sides of it."""
    inside = sorted(stories, key=lambda each: (abs((each.day - at).days), each.id))
    before = [each for each in inside if each.day < at][:PER_SIDE]
    after = [each for each in inside if each.day >= at][:PER_SIDE]
    return before, after


def error(found: Iterable[Read], area: str = "") -> np.ndarray:
    """Read minus planted tone of every area planted."""
    return np.array([
        SIGN[here.tone.label] - planted.tone
        for story, reading in found for planted in story.planted for here in reading.areas
        if planted.tone is not None and area in ("", planted.area) and here.mention.area == planted.area and here.tone
    ], dtype=float)


def step(before: np.ndarray, after: np.ndarray) -> float:
    """Say by how many standard errors two means differ."""
    variances = [side.var(ddof=1) / side.size for side in (before, after)]
    return abs(before.mean() - after.mean()) / math.sqrt(sum(variances))


def test_agervang_is_found_under_its_new_name_as_it_was_under_the_old(reader: Reader, stories: list[Story]) -> None:
    told = [each for each in stories if any(planted.area == "agervang" for planted in each.planted)]
    before, after = (read(reader, side) for side in spread(told, NEW_NAME))
    assert min(len(before), len(after)) >= 30
    found = [np.mean([any(each.mention.area == "agervang" for each in reading.areas) for _, reading in side])
             for side in (before, after)]
    assert found == [1.0, 1.0]
    assert step(error(before, "agervang"), error(after, "agervang")) < 3


def test_the_words_of_the_law_leave_no_step_in_net_tone(reader: Reader, stories: list[Story]) -> None:
    before, after = (read(reader, side) for side in spread(stories, RENAMED))
    assert step(error(before), error(after)) < 3


OLD_TO_NEW = (("hårde ghettoer", "omdannelsesområder"), ("hård ghetto", "omdannelsesområde"),
              ("ghettolisten", "parallelsamfundslisten"), ("ghettoområder", "parallelsamfund"),
              ("ghettoområde", "parallelsamfund"))


def renamed(text: str) -> str:
    for old, new in OLD_TO_NEW:
        text = text.replace(old, new).replace(old.capitalize(), new.capitalize())
    return text


def test_the_same_text_in_the_words_of_the_new_law_reads_the_same(reader: Reader, stories: list[Story]) -> None:
    texts = {story: "\n\n".join((story.title, story.lead, *story.body)) for story in stories}
    labelled = [text for text in texts.values() if renamed(text) != text][:120]
    assert len(labelled) >= 50
    for text in labelled:
        old, new = ([(each.mention.area, each.mention.role, each.tone, each.safety) for each in reading.areas]
                    for reading in (reader.read(document(text)), reader.read(document(renamed(text)))))
        assert old == new, text


def test_a_label_is_a_label_before_and_after(reader: Reader) -> None:
    """So the share of texts with a label is comparable over 2021: to each old official word there is a new one."""
    kinds = generations()
    for old, new in OLD_TO_NEW:
        labels = [reader.read(document(f"Vollsmose står på listen: {word}.")).stigma for word in (old, new)]
        assert [bool(each) for each in labels] == [True, True], (old, new)
        assert {kinds[each] for each in labels[0]} == {"official_2018"}
        assert {kinds[each] for each in labels[1]} == {"official_2021"}


@pytest.mark.parametrize("word", ["ghetto", "ghettoområde", "hård ghetto", "parallelsamfund", "omdannelsesområde",
                                  "udsat boligområde", "forebyggelsesområde"])
def test_an_official_word_alone_has_no_tone_and_tells_nothing_of_safety(reader: Reader, word: str) -> None:
    (area,) = reader.read(document(f"Vollsmose er et {word} efter loven.")).areas
    assert area.tone is not None
    assert (area.tone.label, area.safety.label) == ("neutral", "none")
