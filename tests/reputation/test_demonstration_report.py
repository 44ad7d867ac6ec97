"""The demonstration as a report: each status of a figure has a case and is seen on the page (``make test-slow``)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest

from reputation import report, snapshot
from reputation.console import Console
from reputation.content import Content
from reputation.publish import demonstrate, years_of
from store.config import Config
from store.database import Store
from store.facts import load_facts
from store.goals import Status

pytestmark = pytest.mark.slow
QUIET = Console(loud=False)
CELL = re.compile(r"<t[dh](?: [^>]*)?>(.*?)(?=</?t(?:[dhr]|head|body|able)\b)", re.S)
"""a cell of a table, whether or not its end is written"""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Config:
    from nlp.read import read_new

    config = demonstrate(tmp_path_factory.mktemp("demo"), QUIET)
    with Store.open(config.store.path) as store:
        read_new(store, config, load_facts(config))
    return config


@pytest.fixture(scope="module")
def content(demo: Config) -> Content:
    with Store.open(demo.store.path) as store:
        return snapshot.take(store, demo, load_facts(demo), years_of(store, demo, None)).content


@pytest.fixture(scope="module", params=["da", "en"])
def page(request: pytest.FixtureRequest, content: Content, tmp_path_factory: pytest.TempPathFactory,
         ) -> tuple[str, list[str]]:
    """A language and the text of every cell of every table."""
    path = report.write(content, tmp_path_factory.mktemp("page") / "report", request.param)
    cells = CELL.findall(path.read_text(encoding="utf-8"))
    return request.param, [" ".join(re.sub(r"<[^>]+>", " ", each).split()) for each in cells]


def statuses(content: Content) -> Iterator[str]:
    for lines in (content.estimates, content.goals, content.quarters, content.turns, content.outlooks,
                  content.partings, content.associations):
        yield from (each.status for each in lines)


def test_each_status_has_a_case(content: Content) -> None:
    assert {each.value for each in Status} <= set(statuses(content))
    assert "uncorrected" in {each.correction for each in content.estimates}


def test_each_status_and_uncorrected_is_seen_in_a_table_of_the_page(content: Content, page: tuple[str, list[str]]
                                                                    ) -> None:
    language, cells = page
    for status in Status:
        word = content.words[language][f"status.{status.value}"]
        assert any(cell == word or cell.startswith(f"{word} n") for cell in cells), word
    uncorrected = {"da": "ikke korrigeret for læsefejl", "en": "not corrected for reading error"}[language]
    assert uncorrected in cells


def test_each_planted_case_is_what_it_was_planted_to_be(demo: Config, content: Content) -> None:
    cases = json.loads((demo.path.parent / "truth.json").read_text(encoding="utf-8"))["cases"]
    survey = {(each.area, each.wave, each.indicator): each.status for each in content.estimates if each.wave}
    tone = {(each.area, each.first[:4]): each for each in content.estimates if each.indicator == "net_tone"}

    area, year = cases["few (news)"]
    assert tone[(area, str(year))].status == "few"
    for key, status in (("few (answers)", "few"), ("imprecise", "imprecise"), ("footnoted", "footnoted")):
        area, wave = cases[key]
        assert status in {survey[(area, wave, name)] for name in ("safe_share", "unsafe_share", "neither_share")}, key
    area, wave = cases["disclosive"]
    assert "disclosive" in {survey[(area, wave, name)] for name in ("safe_share", "unsafe_share", "neither_share")}
    assert tone[(cases["not collected"], "2018")].status == "not collected"
    assert {each.status for key, each in tone.items() if key[0] == cases["unreliable reading"]} == {
        "unreliable reading"}
    assert tone[(next(each for each in cases["corrected"] if each != cases["unreliable reading"]), "2020")
                ].correction.startswith("dsl")
    changes = {each.area: each.status for each in content.estimates
               if each.indicator == "safe_share.change" and each.wave.startswith("2025")}
    assert set(changes.values()) == {"break"}
    goals = {(each.area, each.indicator): each.status for each in content.goals}
    assert {status for (_, name), status in goals.items() if name in ("net_tone", "safe_share")} == {"no target"}


def test_uncorrected_tone_gets_no_test_and_no_verdict_anywhere(content: Content) -> None:
    for each in content.estimates:
        if each.correction == "uncorrected":
            assert not {"p", "p_adjusted", "level"} & set(each.details), each
    assert all(each.cusum_p is None and not each.turns for each in content.turns if each.correction == "uncorrected")
    assert all(each.fixed is None for each in content.outlooks
               if each.indicator == "net_tone" and each.status == "footnoted")
    assert all(not each.finding for each in content.partings if each.correction == "uncorrected")


def test_comparison_areas_are_in_no_total(content: Content) -> None:
    comparison = {each.id for each in content.areas if each.kind == "comparison"}
    assert len(comparison) == 2
    assert {each.areas for each in content.associations} <= set(range(16))
    assert not comparison & {each.area for each in (*content.goals, *content.outlooks, *content.partings)}
    families = [each.details["family"] for each in content.estimates if "family" in each.details]
    assert max(int(each or 0) for each in families) <= 15
    assert not [each for each in content.estimates if each.area in comparison and "p_adjusted" in each.details]
