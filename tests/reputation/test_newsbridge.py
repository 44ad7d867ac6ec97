"""A series goes on across a change of reader or text level where 300 texts were read both ways; else it breaks."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from nlp.unique import read_otherwise, unique_mentions
from reputation.changes import news_changes
from reputation.clustered import change, cluster_mean
from reputation.content import Content, Estimate
from reputation.figures import Drawn, figure
from reputation.index import News, arrange, estimates_of, news_figures
from reputation.measure import measure
from reputation.newsbridge import LEAST_TEXTS, TITLE, Bridges, marked, values_of
from store.days import Window
from store.facts import load_facts
from store.goals import Status
from surveys.intervals import t_interval
from tests.reputation.build import Newsroom, config

WINDOWS = (Window.year(2018), Window.year(2019), Window.year(2020))
PLACES = ("lunden", "engen", "skoven")
MIXED = [-1, -1, 0, 1, -1, 0, 0, 1, -1, 0] * 4


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    room = Newsroom.open(tmp_path)
    room.archive("2018-01-01", "2020-12-31")
    return room


def earlier(room: Newsroom, article: str, place: str, tone: int, *, version: str = "old") -> None:
    room.store.execute("INSERT INTO earlier_readings VALUES (?, ?, 'linear', ?, ?, 'none', '[]')",
                       [article, place, version, {-1: "negative", 0: "neutral", 1: "positive"}[tone]])


def titled(room: Newsroom, article: str, place: str, tone: int) -> None:
    room.store.execute(
        "INSERT INTO readings (article_id, area_id, basis, backend, backend_version, tone, tone_score, safety,"
        " safety_score, stigma, voices, genre)"
        " VALUES (?, ?, 'title', 'linear', 'v1', ?, ?, 'none', 0, '[]', '[]', '')",
        [article, place, {-1: "negative", 0: "neutral", 1: "positive"}[tone], tone])


def read_twice(room: Newsroom, texts: int, *, late: int = 0, old: int = 0) -> None:
    """Add ``texts`` of 2019, dealt to the areas, that both versions have read: tone ``late``, and ``old`` before."""
    for at in range(texts):
        place = PLACES[at % len(PLACES)]
        name = room.article(place, "2019-05-01", late, event=f"both{at // 2}{place}", version="new", name=f"both{at}")
        earlier(room, name, place, old if at % 4 else late)


def bridges_of(room: Newsroom) -> tuple[News, Bridges]:
    made = News(arrange(unique_mentions(room.store, "linear"), WINDOWS), WINDOWS, PLACES, (), {}, {}, None, {})
    return made, Bridges(made.mentions, lambda: read_otherwise(room.store, "linear"), PLACES)


def moved(room: Newsroom, indicator: str = "net_tone.change", year: int = 2020) -> Estimate:
    made, bridges = bridges_of(room)
    found = news_changes(estimates_of(news_figures(made)), WINDOWS, PLACES, bridges)
    return next(each for each in found if (each.indicator, each.area, each.first[:4]) == (
        indicator, "lunden", str(year)))


def two_readers(room: Newsroom, both: int) -> None:
    room.year("lunden", 2018, MIXED, version="old")
    room.year("lunden", 2020, MIXED, version="new")
    read_twice(room, both, late=0, old=-1)


def test_texts_that_two_readers_read_join_their_series(room: Newsroom) -> None:
    two_readers(room, 400)
    found = moved(room)
    # the new reader finds 300 of 400 texts neutral that the old one found negative: .75 of the difference is its doing
    assert found.details["bridge_step"] == 0.75
    assert found.value == -0.75
    assert (found.status, found.details["bridge"], found.details["bridge_texts"]) == ("footnoted", "reader", 400)


def test_the_error_of_the_step_is_in_the_error_of_the_change(room: Newsroom) -> None:
    two_readers(room, 400)
    found = moved(room)
    alone = [each.estimate for each in news_figures(bridges_of(room)[0])
             if each.estimate.indicator == "net_tone" and each.estimate.area == "lunden"
             and each.estimate.first[:4] in ("2018", "2020")]
    step = found.details["bridge_se"]
    assert isinstance(step, float)
    assert step > 0
    assert found.se == pytest.approx(np.sqrt(sum((each.se or 0) ** 2 for each in alone) + step**2), abs=1e-4)


@pytest.mark.parametrize(("both", "status"), [(LEAST_TEXTS - 1, "break"), (LEAST_TEXTS, "footnoted")])
def test_with_fewer_than_300_texts_the_break_stays(room: Newsroom, both: int, status: str) -> None:
    two_readers(room, both)
    found = moved(room)
    assert found.status == status
    assert (found.value is None) == (status == "break")
    line = next(each for each in bridges_said(room) if each.indicator == "net_tone")
    assert (line.texts, line.bridged, line.step is None) == (both, status != "break", status == "break")


def bridges_said(room: Newsroom) -> tuple:
    made, bridges = bridges_of(room)
    news_changes(estimates_of(news_figures(made)), WINDOWS, PLACES, bridges)
    return bridges.lines()


def test_readers_that_say_the_same_leave_the_change_as_it_is(room: Newsroom) -> None:
    room.year("lunden", 2018, MIXED, version="old")
    room.year("lunden", 2020, MIXED, version="new")
    read_twice(room, 330, late=1, old=1)
    found = moved(room)
    assert (found.value, found.details["bridge_step"], found.details["bridge_se"]) == (0, 0, 0)


def test_a_step_that_differs_between_areas_is_less_well_known(room: Newsroom) -> None:
    """The same 360 texts and the same mean step: alike in all areas, or twice as large in some and none in others."""
    errors = []
    for spread in (False, True):
        other = Newsroom.open(_folder(room, spread))
        other.archive("2018-01-01", "2020-12-31")
        other.year("lunden", 2018, MIXED, version="old")
        other.year("lunden", 2020, MIXED, version="new")
        for at in range(360):
            place = ("lunden", "engen")[at % 2]
            name = other.article(place, "2019-05-01", 0, event=f"b{at}", version="new")
            share = 0.5 if not spread else 0.9 if place == "lunden" else 0.1
            earlier(other, name, place, -1 if (at // 2) % 10 < share * 10 else 0)
        errors.append(moved(other).details["bridge_se"])
    assert errors[1] > 3 * errors[0]


def _folder(room: Newsroom, spread: bool) -> Path:
    folder = room.store.path.parent / f"spread-{spread}"
    folder.mkdir()
    return folder


def test_an_edge_between_title_and_lead_is_joined_by_texts_read_by_title_too(room: Newsroom) -> None:
    room.year("lunden", 2018, MIXED, level="title")
    room.year("lunden", 2020, MIXED, level="teaser")
    for at in range(400):
        place = PLACES[at % 3]
        role = "headline" if at % 4 else "lead"
        name = room.article(place, "2019-05-01", 1, event=f"b{at}", level="teaser", role=role)
        if role == "headline":
            titled(room, name, place, 0)
    found = moved(room)
    assert found.details["bridge"] == "text level"
    assert found.details["bridge_texts"] == 300
    # titles are neutral where title and lead are good: what lies at title and lead is one point higher
    # (the forty texts of 2020 were read by title and lead too)
    step = (400 * 1 + sum(MIXED)) / 440
    assert found.details["bridge_step"] == pytest.approx(step, abs=1e-4)
    assert found.value == pytest.approx(-step, abs=1e-4)


def test_titles_alone_are_no_bridge_between_readers(room: Newsroom) -> None:
    room.year("lunden", 2018, MIXED, version="old", level="title")
    room.year("lunden", 2020, MIXED, version="new", level="teaser")
    read_twice(room, 330, late=0, old=-1)
    assert (moved(room).status, moved(room).details["reason"]) == ("break", "text level")


@pytest.mark.parametrize("indicator", ["net_tone", "negative_share", "unsafe_share.news", "stigma_share"])
def test_values_are_those_of_the_figures(room: Newsroom, indicator: str) -> None:
    room.year("lunden", 2018, MIXED, safety="unsafe", stigma='["ghetto"]')
    made, _ = bridges_of(room)
    found = next(each.estimate for each in news_figures(made) if each.estimate.indicator == indicator)
    assert values_of(indicator, made.mentions).mean() == pytest.approx(found.value, abs=1e-4)


def test_corrected_readers_have_no_step_left(room: Newsroom) -> None:
    two_readers(room, 400)
    _, bridges = bridges_of(room)
    raw, right = (bridges.step("net_tone", "old", "new", corrected=each) for each in (False, True))
    assert raw is not None
    assert right is not None
    assert (raw.value, right.value, right.variance, right.texts) == (0.75, 0, 0, 400)
    assert bridges.step("net_tone", TITLE, "", corrected=False) is None


def test_expired_texts_of_another_backend_stay_in_the_series(tmp_path: Path) -> None:
    """Texts of 2018 expired before the linear reader came; those of 2019 both have read; of 2020 it alone."""
    room = Newsroom.open(tmp_path)
    room.archive("2018-01-01", "2020-12-31")
    for year in (2018, 2019, 2020):
        room.year("vollsmose", year, MIXED * (8 if year == 2019 else 1))
    run = room.store.execute
    run("INSERT INTO readings (article_id, area_id, basis, backend, backend_version, tone, tone_score, safety,"
        " safety_score, stigma, voices, genre) SELECT article_id, area_id, basis, 'lexicon', 'l1',"
        " CASE tone WHEN 'negative' THEN 'neutral' ELSE tone END, 0, 'none', 0, '[]', '[]', 'nyhed'"
        " FROM readings JOIN articles ON articles.id = article_id WHERE day >= '2019'")
    run("INSERT INTO read_texts SELECT article_id, 1, 'lexicon', 'l1', at FROM read_texts"
        " JOIN articles ON articles.id = article_id WHERE day >= '2019'")
    run("INSERT INTO features (article_id, version, kept, opening, content)"
        " SELECT id, 1, '', '{}', x'00' FROM articles WHERE day < '2019'")
    run("DELETE FROM readings WHERE backend = 'linear' AND article_id IN (SELECT id FROM articles WHERE day > '2020')")
    settings = config(tmp_path, nlp={"backend": "lexicon"})
    found = measure(room.store, settings, load_facts(settings), Window(date(2018, 1, 1), date(2020, 12, 31)))
    tones = figures(found, "net_tone")
    assert [each.value for each in tones] == [-0.2, 0.2, 0.2]  # 8 of 40 good, 16 bad or (lexicon) none
    assert [each.value for each in figures(found, "net_tone.change")] == [0, 0]
    assert [(each.kind, each.texts, each.step) for each in found.bridges if each.indicator == "net_tone"] == [
        ("reader", 320, 0.4)]


def test_a_line_is_not_drawn_from_one_reader_to_another(room: Newsroom) -> None:
    """2018 is read by the old reader, 2019 and 2020 by the new: bridged or not, the levels are two series."""
    two_readers(room, 400)
    room.year("lunden", 2019, MIXED, version="new")
    found = [each.estimate for each in marked(news_figures(bridges_of(room)[0])) if each.estimate.area == "lunden"]
    assert [each.details.get("break") for each in found if each.indicator == "net_tone"] == [None, "reader", None]
    assert not any("break" in each.details for each in found if each.indicator != "net_tone")


def figures(found: Content, indicator: str) -> list[Estimate]:
    return [each for each in found.estimates if each.indicator == indicator and each.area == "vollsmose"]


@pytest.mark.slow
def test_bridged_changes_cover_what_was_planted() -> None:
    """Two readers that err otherwise, the same planted tone: intervals of the change hold 0 about as often as said."""
    hits = []
    for seed in range(400):
        generator = np.random.default_rng([seed, 21])
        rows: list[dict[str, object]] = []
        beside: list[dict[str, object]] = []

        def said(tone: int, slip: float, generator: np.random.Generator = generator) -> int:
            return 0 if tone == -1 and generator.random() < slip else tone

        slips = {place: generator.normal(0.35, 0.05) for place in PLACES}
        code = 0
        for window, size in ((0, 60), (1, 120), (2, 60)):
            for place in PLACES:
                for _ in range(size):
                    code += 1
                    lean = generator.choice([-1, 0, 1], p=[0.5, 0.3, 0.2])
                    for at in range(generator.integers(1, 4)):
                        tone = int(lean if generator.random() < 0.7 else generator.choice([-1, 0, 1]))
                        name = f"{code}-{at}"
                        version, slip = ("old", 0.05) if window == 0 else ("new", slips[place])
                        rows.append({"article": name, "area": place, "code": code, "window": window, "version": version,
                                     "level": "full", "lead_tone": said(tone, slip), "safety": "none", "stigma": "[]"})
                        if window == 1:
                            beside.append({"article": name, "area": place, "version": "old", "title": 0,
                                           "lead_tone": said(tone, 0.05), "safety": "none", "stigma": "[]"})
        hits += covered(pd.DataFrame(rows), pd.DataFrame(beside))
    print({"bridged change": round(float(np.mean(hits)), 4)})  # noqa: T201
    assert 0.93 <= np.mean(hits) <= 0.975


def covered(mentions: pd.DataFrame, beside: pd.DataFrame) -> list[bool]:
    """Say of each area whether the interval of its change from the first to the last window holds 0."""
    bridges = Bridges(mentions, lambda: beside, PLACES)
    result = []
    for place in PLACES:
        drawn = []
        for window in (0, 2):
            own = mentions[(mentions["area"] == place) & (mentions["window"] == window)]
            mean = cluster_mean(own["lead_tone"], own["code"])
            drawn.append(Drawn(figure("net_tone", place, WINDOWS[window], Status.OK, value=mean.value,
                                    correction="uncorrected"), mean, mean.g_eff - 1, {own["version"].iloc[0]: 1.0}))
        moved = bridges.crossing(*drawn).carry(change(drawn[0].mean, drawn[1].mean))  # type: ignore[arg-type]
        low, high = t_interval(moved.value, moved.variance, moved.df)
        result.append(bool(low <= 0 <= high))
    return result
