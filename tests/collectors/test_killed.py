"""Killed between any two writes, or started twice at once: a rerun comes to what one run would have come to."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.collectors.pages import page
from tests.collectors.serving import Reply, Server, serving
from tests.collectors.test_archives import infomedia_record, ndjson
from tests.collectors.test_feedparse import item, rss
from tests.collectors.test_sitemaps import news

ROOT = Path(__file__).resolve().parents[2]
STORY = "Beboerne i Solkrogen har fået et nyt torv med bænke, træer og en scene til sommerens fester"

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked")


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as server:
        entries = [item(STORY if each == 1 else f"Torv nr. {each}", f"g{each}", f"https://avis.example/{each}")
                   for each in range(3)]
        server.pages["/a"] = Reply(rss(*entries, "<item><guid>tom</guid></item>").encode(), headers={"ETag": '"1"'})
        server.pages["/b"] = Reply(rss(item(STORY, "h1", "https://avis.example/b1")).encode())
        moment = datetime(2026, 8, 7, tzinfo=UTC)
        first = Reply(rss(item("Torv", "g6", f"{server.url}/nyt/6")).encode(), headers={"ETag": '"1"'})
        lost = Reply(rss(item("Nyt torv i Solkrogen", "g7", f"{server.url}/nyt/7")).encode(), headers={"ETag": '"2"'})
        server.pages["/turn"] = lambda asked: lost if "if-none-match" in asked.headers else first
        server.pages["/nyt/7"] = server.pages["/nyt/8"] = Reply(page(), headers={"Content-Type": "text/html"})
        server.pages["/robots.txt"] = Reply(f"Sitemap: {server.url}/news.xml".encode())
        server.pages["/news.xml"] = Reply(news(
            (f"{server.url}/nyt/8", moment, "Et andet torv"),
            (f"{server.url}/nyt/1", moment - timedelta(days=9), "Gammelt"),
        ))
        release = {"id": 1, "title": "Torv åbner", "body": "Et torv åbner.", "date": "2026-08-06"}
        server.pages["/releases?keyword=torv&language=da"] = Reply(json.dumps([release]).encode())
        yield server


def run(what: str, server: Server, folder: Path) -> dict[str, Any]:
    done = subprocess.run([sys.executable, "-m", "tests.collectors.killing", what, server.url, str(folder)], cwd=ROOT,
                          capture_output=True, text=True, timeout=300)
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


@pytest.mark.parametrize(("what", "least"), [("harvest", 30), ("pages", 60), ("import", 40), ("undo", 10)])
def test_killed_before_any_write_and_run_again_it_comes_to_the_same(
    server: Server, tmp_path: Path, what: str, least: int
) -> None:
    records = [infomedia_record(Heading=f"Torv nr. {each}", BodyText=f"{STORY}. {each}") for each in range(8)]
    ndjson(tmp_path / "a.ndjson", *records[:4], infomedia_record(Source=""), *records[4:])
    said = run(what, server, tmp_path)
    assert said["kills"] >= least
    assert said["wrong"] == []
    if what == "pages":  # it did what it was killed at: a page read, a gap filled, a release taken in
        rows = [tuple(row) for row in said["rows"]]
        assert ("a", "filled", 1) in rows
        assert sum(row[1:3] == ("read", "full") for row in rows) == 2
        assert any("Et torv åbner." in row for row in rows)


def test_two_rounds_started_together_fifty_times(server: Server, tmp_path: Path) -> None:
    said = run("together", server, tmp_path)
    assert len(said["ends"]) == 100
    assert set(said["ends"]) <= {0, 75}
    assert said["ends"].count(0) >= 50
    assert said["held"] == [3, 3]
