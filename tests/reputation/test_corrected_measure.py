"""What hand-coding changes in a content: correction, tests of change, and tone withheld."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from nlp.sheets import import_codes
from nlp.validate import draw_sample
from reputation.content import Content, Estimate
from reputation.measure import measure
from store.days import Window
from store.facts import Facts, load_facts
from tests.reputation.build import Newsroom, config

ALL = Window(date(2018, 1, 1), date(2029, 12, 31))
READ = {2018: [-1, 0, 0, 1, -1] * 8, 2019: [1, 0, 1, 1, -1] * 8}
HONEST = {-1: "negative", 0: "negative", 1: "positive"}
CONTRARY = {-1: "positive", 0: "negative", 1: "neutral"}


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    return load_facts(config(tmp_path_factory.mktemp("facts")))


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    room = Newsroom.open(tmp_path)
    room.archive("2018-01-01", "2019-12-31")
    for year, tones in READ.items():
        for place in ("vollsmose", "gellerup"):
            room.year(place, year, tones)
    return room


def code(room: Newsroom, facts: Facts, second: dict[int, str], years: tuple[int, ...] = (2018, 2019)) -> None:
    """Two coders code a sample of Vollsmose."""
    sample = draw_sample(room.store, backend="linear", areas=["vollsmose"], years=years, per_year=20, seed=1)
    path = room.store.path.parent / "codes.csv"
    read = {row[0]: int(row[1]) for row in room.store.rows("SELECT article_id, tone_score FROM readings")}
    lines = [
        f"{sample},{row[0]},vollsmose,{coder},about,{says[read[row[0]]]},unsafe"
        for coder, says in (("AB", HONEST), ("CD", second))
        for row in room.store.rows("SELECT article_id FROM sample_items WHERE sample_id = ?", [sample])
    ]
    path.write_text("sample,article,area,coder,relevance,tone,safety\n" + "\n".join(lines))
    assert import_codes(room.store, path, facts).refused == 0


def made(room: Newsroom, facts: Facts) -> Content:
    return measure(room.store, config(room.store.path.parent), facts, ALL)


def one(content: Content, indicator: str, area: str = "vollsmose", year: int = 2019) -> Estimate:
    return next(each for each in content.estimates if (each.indicator, each.area, each.first) ==
                (indicator, area, f"{year}-01-01"))


def test_a_coded_area_is_corrected_and_the_others_are_not(room: Newsroom, facts: Facts) -> None:
    code(room, facts, HONEST)
    content = made(room, facts)

    tone = one(content, "net_tone", year=2018)
    assert tone.value == pytest.approx(-0.6)  # every neutral of the reader is negative to the coders
    assert tone.details["as_read"] == pytest.approx(-0.2)
    assert tone.correction == "dsl n=20 alpha=1.00"
    assert one(content, "unsafe_share.news").value == 1
    assert one(content, "stigma_share").correction == "uncorrected"
    assert one(content, "net_tone", "gellerup").correction == "uncorrected"
    assert content.agreement[0].alpha == 1
    assert content.agreement[0].bias == pytest.approx(0.3, abs=0.05)


def test_only_a_corrected_change_is_tested(room: Newsroom, facts: Facts) -> None:
    code(room, facts, HONEST)
    content = made(room, facts)

    tested, told = (one(content, "net_tone.change", area) for area in ("vollsmose", "gellerup"))

    assert (tested.status, tested.details["family"]) == ("ok", 1)
    assert tested.details["p"] == tested.details["p_adjusted"]
    assert float(tested.details["p"] or 0) < 0.01
    assert (told.status, told.details["test"]) == ("footnoted", "none: uncorrected")


def test_coders_who_do_not_agree_withhold_the_tone(room: Newsroom, facts: Facts) -> None:
    code(room, facts, CONTRARY)
    content = made(room, facts)

    tone = one(content, "net_tone")
    assert (tone.status, tone.value, tone.n) == ("unreliable reading", None, 40)
    assert one(content, "net_tone.change").status == "unreliable reading"
    assert one(content, "net_tone.panel").status == "unreliable reading"
    assert one(content, "net_tone.full").status == "unreliable reading"
    assert one(content, "about").value == 40
    assert one(content, "stigma_share").status == "ok"
    assert one(content, "net_tone", "gellerup").status == "ok"
    assert (content.agreement[0].alpha or 0) < 0.667


def test_a_series_that_is_corrected_in_part_is_broken_there(room: Newsroom, facts: Facts) -> None:
    code(room, facts, HONEST, years=(2019,))
    content = made(room, facts)

    moved = one(content, "net_tone.change")

    assert one(content, "net_tone", year=2018).correction == "uncorrected"
    assert (moved.status, moved.details["reason"]) == ("break", "correction")


def test_counts_adjusted_by_an_error_matrix_stand_beside_the_correction(room: Newsroom, facts: Facts) -> None:
    """Every neutral is negative to the coders: no text is coded neutral, so there is no matrix, but a share."""
    code(room, facts, HONEST)
    content = made(room, facts)

    assert one(content, "net_tone.acc").status == "imprecise"
    share = one(content, "negative_share.rg", year=2018)
    assert share.correction == "rogan-gladen n=40 alpha=1.00"
    assert share.value == pytest.approx(one(content, "negative_share", year=2018).value, abs=0.05)
    assert one(content, "net_tone.acc", "gellerup").details["reason"] == "no hand-coded sample"


def test_an_error_matrix_undoes_what_the_reader_turns(room: Newsroom, facts: Facts) -> None:
    code(room, facts, {-1: "negative", 0: "neutral", 1: "positive"})
    content = made(room, facts)

    found = one(content, "net_tone.acc", year=2018)
    assert (found.value, found.status) == (pytest.approx(-0.2), "ok")
    assert found.details["raw_neutral"] == pytest.approx(0.4)
