"""Press releases through the whole measure: never in tone, volume, reach, panel or coverage."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from collectors.feedparse import Parsed
from collectors.feeds import article_from
from collectors.press import OUTLET, parse_releases
from nlp.read import read_new
from nlp.reader import Reader
from reputation.content import Estimate
from reputation.measure import measure
from store.database import Store
from store.days import Window
from store.facts import Facts, load_facts
from store.feeds import FeedState, save_feed
from store.texts import save_article, save_outlet
from tests.reputation.build import Newsroom, config

WINDOW = Window(date(2025, 1, 1), date(2025, 12, 31))
NOW = datetime(2026, 8, 6, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    return load_facts(config(tmp_path_factory.mktemp("facts")))


def send_releases(store: Store, settings: object, facts: Facts) -> int:
    """Bring forty glowing releases about two areas in, as a harvest does, and read them."""
    releases = [
        {"id": number, "title": f"Fantastisk tryghed i {area} nr. {number}", "language": "da",
         "body": f"<p>Alle er glade og trygge i {area}.</p>", "date": f"2025-0{1 + number % 9}-1{number % 9}T08:00:00Z"}
        for number, area in enumerate(["Vollsmose", "Tingbjerg"] * 20)
    ]
    parsed = parse_releases(json.dumps({"releases": releases}).encode(), "https://via.example/", {}, NOW)
    assert isinstance(parsed, Parsed)
    with store.transaction():
        save_outlet(store, OUTLET, "Via Ritzau", "press release", "agency")
        save_feed(store, FeedState("press:keyword:x", OUTLET, "https://via.example/", last_success=NOW))
        for entry in parsed.entries:
            save_article(store, article_from(entry, OUTLET), seen=NOW, feed_id="press:keyword:x")
    return read_new(store, settings, facts).mentions  # type: ignore[arg-type]


def news(found: tuple[Estimate, ...]) -> list[Estimate]:
    return [each for each in found if not each.wave]


def test_forty_glowing_releases_change_no_figure_and_no_count(tmp_path: Path, facts: Facts) -> None:
    settings = config(tmp_path)
    room = Newsroom.open(tmp_path)
    room.archive("2025-01-01", "2025-12-31", query="Vollsmose")
    room.year("vollsmose", 2025, [-1, 0, 1, -1, 0] * 6, version=Reader(facts, settings).version)
    read_new(room.store, settings, facts)  # groups the events anew, by the rule in force
    before = measure(room.store, settings, facts, WINDOW)
    assert send_releases(room.store, settings, facts) == 40
    after = measure(room.store, settings, facts, WINDOW)
    assert room.store.value("SELECT count(*) FROM readings WHERE tone = 'positive'") >= 40
    assert any(each.indicator == "net_tone" and each.n == 30 for each in before.estimates)
    assert news(after.estimates) == news(before.estimates)
    assert after.counts == before.counts
    assert room.store.value("SELECT count(*) FROM events WHERE title LIKE 'Fantastisk%'") == 0
    assert after.provenance.outlets == before.provenance.outlets


def test_an_area_of_which_only_releases_speak_is_not_collected(tmp_path: Path, facts: Facts) -> None:
    settings = config(tmp_path)
    with Store.open(tmp_path / "store.db") as store:
        send_releases(store, settings, facts)
        found = measure(store, settings, facts, WINDOW).estimates
    told = {each.status for each in found if each.area == "tingbjerg" and each.indicator in ("net_tone", "events")}
    assert told == {"not collected"}
