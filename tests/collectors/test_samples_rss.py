"""Forty real polls of one feed, served one after another: SAMPLES names the folder that holds ``rss-polls``."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from collectors.feedparse import NoFeed, Parsed, parse_feed
from collectors.harvest import harvest
from store.config import Config, config_from
from store.database import Store
from store.facts import Facts
from tests.collectors.serving import Reply, serving

pytestmark = pytest.mark.samples

ROOT = Path(__file__).resolve().parents[2]
ARTICLES, VERSIONS = 207, 343
KILLS = 12


@pytest.fixture(scope="module")
def polls() -> list[Path]:
    folder = Path(os.environ.get("SAMPLES", "")) / "rss-polls"
    if "SAMPLES" not in os.environ or not folder.is_dir():
        pytest.skip("SAMPLES names no folder with rss-polls")
    return sorted(folder.glob("*.xml"))


def config_for(url: str, folder: Path) -> Config:
    outlet = {"name": "Prøveavisen", "class": "national", "medium": "web"}
    return config_from({
        "store": {"path": str(folder / "store.db")},
        "harvest": {"allow_private_addresses": True, "host_interval_s": 0, "min_poll_interval_s": 0},
        "feeds": [{"id": "prove", "outlet": outlet, "url": f"{url}/feed"}],
    }, folder / "config.toml")


def counts(store: Store) -> tuple[int, int]:
    return store.value("SELECT count(*) FROM articles"), store.value("SELECT count(*) FROM versions")


def moment(poll: Path) -> datetime:
    return datetime.fromtimestamp(int(poll.name.partition("_")[0]), UTC)


def test_forty_polls_leave_the_articles_and_versions_that_they_hold(
    polls: list[Path], facts: Facts, tmp_path: Path
) -> None:
    assert len(polls) == 40
    with serving() as server, Store.open(tmp_path / "store.db") as store:
        config = config_for(server.url, tmp_path)
        for poll in polls:
            server.pages["/feed"] = Reply(poll.read_bytes(), headers={"Content-Type": "application/rss+xml"})
            assert harvest(store, config, facts, now=moment(poll)).exit_code == 0
        assert counts(store) == (ARTICLES, VERSIONS)
        assert store.value("SELECT count(*) FROM articles WHERE date_note IS NOT NULL") == 0
        last = harvest(store, config, facts, now=moment(polls[-1]))
        assert (last.unchanged, last.articles, last.edited) == (1, 0, 0)
        assert counts(store) == (ARTICLES, VERSIONS)


@pytest.mark.parametrize("order", ["twice", "backwards", "shuffled"])
def test_repeated_or_out_of_order_the_articles_are_the_same(
    polls: list[Path], facts: Facts, tmp_path: Path, order: str
) -> None:
    again = {"twice": [each for poll in polls for each in (poll, poll)], "backwards": polls[::-1],
             "shuffled": random.Random(1).sample(polls, len(polls))}[order]
    with serving() as server, Store.open(tmp_path / "store.db") as store:
        config = config_for(server.url, tmp_path)
        for poll in again:
            server.pages["/feed"] = Reply(poll.read_bytes())
            harvest(store, config, facts)
        articles, versions = counts(store)
    assert articles == ARTICLES
    if order == "twice":
        assert versions == VERSIONS


def test_polls_with_anything_cut_out_or_put_in_are_read_or_refused(polls: list[Path]) -> None:
    dice = random.Random(1)
    for poll in polls:
        body = poll.read_bytes()
        for _ in range(15):
            mutated = body
            for _ in range(dice.randint(1, 8)):
                at, length = dice.randrange(len(mutated)), dice.choice([0, 1, 3, 50, 5_000])
                mutated = mutated[:at] + dice.randbytes(dice.randint(0, 3)) + mutated[at + length:]
            began = time.process_time()
            found = parse_feed(mutated, "https://avis.example/rss", {}, moment(poll))
            assert isinstance(found, Parsed | NoFeed)
            assert not isinstance(found, NoFeed) or "can't be read" not in found.reason
            assert time.process_time() - began < 2


# Replays the polls from where the last process was killed: the poll that was under way comes again.
CHILD = """
import sys, urllib.request
from pathlib import Path
from collectors.harvest import harvest
from store.database import Store
from store.facts import load_facts
from tests.collectors.test_samples_rss import config_for
url, folder = sys.argv[1], Path(sys.argv[2])
done = folder / "done"
config = config_for(url, folder)
facts = load_facts(config)
number = int(done.read_text()) if done.exists() and done.read_text() else 0
while number < 40:
    urllib.request.urlopen(f"{url}/serve/{number}").read()
    with Store.open(config.store.path) as store:
        harvest(store, config, facts)
    number += 1
    (folder / "next").write_text(str(number))
    (folder / "next").rename(done)
"""


def test_killed_at_any_point_and_started_again_they_leave_the_same(polls: list[Path], tmp_path: Path) -> None:
    dice = random.Random()
    kills = 0
    with serving() as server:

        def serve(number: int) -> Reply:
            server.pages["/feed"] = Reply(polls[number].read_bytes())
            return Reply(b"ok")

        for number in range(len(polls)):
            server.pages[f"/serve/{number}"] = lambda asked: serve(int(asked.path.rpartition("/")[2]))
        while True:
            child = subprocess.Popen([sys.executable, "-c", CHILD, server.url, str(tmp_path)], cwd=ROOT)
            asked = len(server.asked)
            while len(server.asked) == asked and child.poll() is None:  # until it has begun
                time.sleep(0.005)
            try:
                # A poll takes some hundredths of a second, so that this falls anywhere within one.
                child.wait(dice.uniform(0.0, 0.15) if kills < KILLS else 300)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
                kills += 1
                continue
            assert child.returncode == 0
            break
    with Store.open(tmp_path / "store.db") as store:
        assert counts(store) == (ARTICLES, VERSIONS)
        assert store.value("PRAGMA integrity_check") == "ok"
        assert store.value("SELECT count(*) FROM articles a LEFT JOIN versions v ON v.article_id = a.id"
                           " AND v.number = a.version WHERE v.id IS NULL") == 0
    assert kills >= 3
