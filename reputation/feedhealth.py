"""Say how the feeds are: late, failing, silent, losing entries, blocked, resting, and what to do about it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Literal

from collectors.feeds import REST_AFTER
from collectors.press import is_press
from reputation.finding import Finding
from reputation.volume import volume_alarms
from store.config import Config
from store.database import Store
from store.days import danish_day, from_utc_text
from store.imports import imports_under_way

State = Literal["never polled", "late", "resting", "blocked", "failing", "losing", "silent", "wrong clock", ""]

LATE = timedelta(hours=6)
"""A feed this long past its due time means that cron does not run: harvest is meant to run every hour."""

SILENT = timedelta(days=14)
"""The regional feeds of domain.md bring something every day; two weeks without is a feed that has moved or died."""

FAILING = 1.0
"""Weight of failures from which on somebody should look: a page not found, or four times no answer."""

LOSSES_SHOWN = timedelta(days=14)
VOLUME_SHOWN = timedelta(weeks=12)
AHEAD = timedelta(minutes=10)


def feeds(store: Store, config: Config, now: datetime) -> Iterator[Finding]:
    """Look at every configured feed, then at what is in the store besides."""
    known = {row["id"]: row for row in store.rows(
        "SELECT f.*, (SELECT outcome FROM polls p WHERE p.feed_id = f.id ORDER BY p.id DESC LIMIT 1) AS outcome"
        " FROM feeds f")}
    lost = {row["feed_id"]: (row["n"], row["last"]) for row in store.rows(
        "SELECT feed_id, count(*) AS n, max(last) AS last FROM gaps WHERE state <> 'filled' GROUP BY 1")}
    for feed in config.feeds:
        about = f"feed {feed.id}"
        row = known.get(feed.id)
        found = list(_feed(about, row, now)) if row is not None else [_never(about)]
        times, last = lost.get(feed.id, (0, ""))
        if times and now - from_utc_text(last) <= LOSSES_SHOWN:
            found.append(Finding(
                "warning", about, f"losing entries: {times} times two polls had none in common, last {last}",
                "Let harvest run at least hourly, lower [harvest] min_poll_interval_s, and bring the gap in from an"
                " archive", "losing"))
        yield from found or [Finding("ok", about, row["status"] if row is not None else "")]
    for gone in sorted(known.keys() - {feed.id for feed in config.feeds}):
        yield Finding("note", f"feed {gone}", "in the store, no longer configured")


def _never(about: str) -> Finding:
    return Finding("warning", about, "never polled", "Run reputation harvest; see docs/operators.md for cron",
                   "never polled")


def _feed(about: str, row: sqlite3.Row, now: datetime) -> Iterator[Finding]:
    """What is wrong with a feed; nothing where all is well."""
    if row["last_poll"] is None:
        yield _never(about)
        return
    due = row["next_due"] and from_utc_text(row["next_due"])
    said = row["status"].removeprefix("failed: ")
    if from_utc_text(row["last_poll"]) > now + AHEAD:
        yield Finding("warning", about, f"polled in the future: {row['last_poll']}",
                      "Set this machine's clock (NTP); the next harvest mends the dates", "wrong clock")
    elif due and now - due > LATE:
        yield Finding("warning", about, f"late: due since {row['next_due']}", "See that cron runs harvest hourly",
                      "late")
    if row["failures"] >= REST_AFTER:
        yield Finding("failure", about, f"{row['status']}; last answer {row['last_success'] or 'never'}, tried again"
                      f" {row['next_due']}", "Find the feed's new address and change its url in config.toml: that ends"
                      " the rest", "resting")
    elif row["outcome"] == "blocked":
        yield Finding("warning", about, row["status"], "Its outlet does not allow it: ask for leave in writing, or take"
                      " it out of config.toml and bring its texts in from an archive; asked daily meanwhile", "blocked")
    elif row["failures"] >= FAILING:
        yield Finding("failure", about, f"failing: {said}", "Open the address in a browser; if the feed"
                      " has moved, change its url in config.toml", "failing")
    elif row["failures"] > 0:
        yield Finding("note", about, f"no answer the last time: {said}", "Nothing yet: it is tried again by"
                      " itself")
    elif row["last_new"] and not is_press(row["id"]) and now - from_utc_text(row["last_new"]) > SILENT:
        yield Finding("warning", about, f"silent: nothing new since {row['last_new'][:10]}",
                      "See whether the outlet has moved its feed; silence is not good news", "silent")


def volumes(store: Store, now: datetime) -> Iterator[Finding]:
    """Name outlets whose number of new articles changed its level of late."""
    today = danish_day(now)
    for each in volume_alarms(store, today - VOLUME_SHOWN, today):
        yield Finding("warning", f"outlet {each.outlet_id}", f"volume of {each.name} {each.words}",
                      "Compare its feed with its front page; if it was rebuilt, note the day: figures before and after"
                      " it do not compare", "volume")


def unfinished_imports(store: Store) -> Iterator[Finding]:
    """Name archive imports of which not all is in the store."""
    for each in imports_under_way(store):
        yield Finding("warning", f"import {each.number}", f"{each.name} is not complete ({each.taken} records in) and"
                      " in no figure", f"Run the same import-archive again: it goes on; or undo-import {each.number}",
                      "unfinished")
