"""Readings of two backends stand side by side in a store and never in one figure."""

from datetime import date
from pathlib import Path

import pytest

from nlp.unique import unique_mentions
from reputation.content import Content
from reputation.measure import measure
from store.days import Window
from store.facts import load_facts
from tests.reputation.build import Newsroom, config

ALL = Window(date(2018, 1, 1), date(2019, 12, 31))
TONES = [-1, -1, 0, 1, -1, 0, 0, 1, -1, 0] * 2
OTHER = "danlp"


def newsroom(folder: Path) -> Newsroom:
    room = Newsroom.open(folder)
    room.archive("2018-01-01", "2019-12-31")
    for year in (2018, 2019):
        room.year("vollsmose", year, TONES)
    return room


def read_by_the_other(room: Newsroom, *, until: str = "9999") -> None:
    """Read everything up to a day by another backend, which finds good what the first finds bad."""
    room.store.execute(
        "INSERT INTO readings (article_id, area_id, basis, backend, backend_version, tone, tone_score, safety,"
        " safety_score, stigma, voices, genre) SELECT article_id, area_id, basis, ?, 'd1',"
        " CASE tone WHEN 'negative' THEN 'positive' WHEN 'positive' THEN 'negative' ELSE tone END, 0, 'none', 0,"
        " '[]', '[]', 'nyhed' FROM readings JOIN articles ON articles.id = article_id WHERE day <= ?", [OTHER, until])
    room.store.execute("INSERT INTO read_texts SELECT article_id, version, ?, 'd1', at FROM read_texts", [OTHER])


def net_tones(found: Content) -> list[float | None]:
    return [each.value for each in found.estimates if each.indicator == "net_tone" and each.area == "vollsmose"]


def measured(room: Newsroom, folder: Path, backend: str) -> Content:
    settings = config(folder, nlp={"backend": backend})
    return measure(room.store, settings, load_facts(settings), ALL)


def test_what_another_backend_said_changes_no_figure(tmp_path: Path) -> None:
    room = newsroom(tmp_path)
    before = measured(room, tmp_path, "linear")
    read_by_the_other(room)
    after = measured(room, tmp_path, "linear")
    assert after.estimates == before.estimates
    assert after.counts == before.counts
    assert after.provenance.backend == "linear"


def test_the_backend_in_force_is_the_only_one_in_its_figures(tmp_path: Path) -> None:
    room = newsroom(tmp_path)
    read_by_the_other(room)
    one, other = measured(room, tmp_path, "linear"), measured(room, tmp_path, OTHER)
    assert net_tones(one) == [-0.2, -0.2]  # four of twenty good, eight bad
    assert net_tones(other) == [0.2, 0.2]
    assert (other.provenance.backend, other.provenance.backend_version) == (OTHER, "d1")


def test_what_the_backend_in_force_has_not_read_is_not_filled_from_another(tmp_path: Path) -> None:
    room = newsroom(tmp_path)
    read_by_the_other(room, until="2018-12-31")
    frame = unique_mentions(room.store, OTHER)
    later = frame["day"] > "2018-12-31"
    assert frame[later]["lead_tone"].isna().all()
    assert frame[~later]["lead_tone"].notna().all()


@pytest.mark.parametrize("backend", ["linear", OTHER])
def test_every_reading_says_by_what_it_was_made(tmp_path: Path, backend: str) -> None:
    room = newsroom(tmp_path)
    read_by_the_other(room)
    rows = [tuple(row) for row in room.store.rows("SELECT DISTINCT backend_version FROM readings WHERE backend = ?",
                                                  [backend])]
    assert rows == [("v1" if backend == "linear" else "d1",)]
    assert set(unique_mentions(room.store, backend)["version"]) == {rows[0][0]}
