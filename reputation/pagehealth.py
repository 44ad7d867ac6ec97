"""Say how article pages and sitemaps are: read, teasers, failing, resting, blocked, behind, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from reputation.finding import Finding
from store.config import PagesConfig
from store.database import Store
from store.days import utc_text
from store.expiry import CLOCK_TRUST, clock_leapt

RECENT = timedelta(days=30)
"""Pages tried in these days are looked at."""

BEHIND = timedelta(hours=24)
"""A page due for longer waits for a harvest that does not run, or its host has more pages than a run asks for."""

LEAST = 5
"""Pages of an outlet from which on a share says something."""

MOSTLY = 0.5
"""Share of failing pages, or of teasers, that is told."""

GAPS_SHOWN = timedelta(days=90)


def pages(store: Store, config: PagesConfig, now: datetime) -> Iterator[Finding]:
    """Look at the pages that were tried of late, all together and outlet by outlet."""
    since = utc_text(now - RECENT)
    total = store.rows(
        "SELECT total(state = 'read') AS read, total(completeness = 'full' AND state = 'read') AS full,"
        " total(completeness = 'teaser' AND state = 'read') AS teaser,"
        " total(completeness = 'unknown' AND state = 'read') AS unknown,"
        " total(state = 'resting') AS resting, total(state = 'failed') AS failed, total(state = 'blocked') AS blocked"
        " FROM pages WHERE last_try >= ?", [since])[0]
    behind = store.value("SELECT count(*) FROM pages WHERE next_due < ? AND state = 'due'", [utc_text(now - BEHIND)])
    if behind and config.fetch != "none":
        yield Finding("warning", "pages", f"{behind} have been due for more than a day", "See that cron runs harvest"
                      " hourly; if it does, fetch fewer: [pages] fetch = \"mentions\"", "behind")
    numbers = {name: int(total[name]) for name in total.keys()}  # noqa: SIM118 (a row is no mapping)
    if any(numbers.values()):
        yield Finding("ok", "pages", f"of the last 30 days: {numbers['read']} read ({numbers['full']} full,"
                      f" {numbers['teaser']} teasers, {numbers['unknown']} unknown), {numbers['resting']} resting,"
                      f" {numbers['failed']} given up, {numbers['blocked']} blocked")
    yield from _outlets(store, since)


def _outlets(store: Store, since: str) -> Iterator[Finding]:
    for row in store.rows(
        "SELECT a.outlet_id AS id, count(*) AS n, total(p.state = 'read') AS read,"
        " total(p.state = 'read' AND p.completeness <> 'full') AS part, total(p.state = 'blocked') AS blocked,"
        " total(p.state IN ('resting', 'failed') OR p.failures >= 1 AND p.state = 'due') AS failing,"
        " max(CASE WHEN p.state = 'blocked' THEN p.reasons END) AS ban,"
        " max(CASE WHEN p.state IN ('resting', 'failed', 'due') THEN p.reasons END) AS fault"
        " FROM pages p JOIN articles a ON a.id = p.article_id WHERE p.last_try >= ?"
        " GROUP BY a.outlet_id ORDER BY a.outlet_id", [since],
    ):
        about = f"pages of {row['id']}"
        if row["blocked"]:
            yield Finding("note", about, f"{row['blocked']:.0f} blocked: {row['ban']}", "Its outlet does not allow it:"
                          " headline and teaser are what is read; ask it for leave in writing, or bring its texts in"
                          " from an archive", "blocked")
        if row["n"] >= LEAST and row["failing"] / row["n"] >= MOSTLY:
            yield Finding("failure", about, f"{row['failing']:.0f} of {row['n']} fail: {row['fault']}",
                          "Open one in a browser (table pages of the store has the addresses); after a redesign, report"
                          " it: what was kept raw is read again by better rules", "failing")
        if row["read"] >= LEAST and row["part"] / row["read"] >= MOSTLY:
            yield Finding("note", about, f"{row['part'] / row['read']:.0%} of {row['read']:.0f} show no whole text",
                          "What lies behind a payment is not taken; its tone rests on headline and teaser unless an"
                          " archive brings the texts", "teasers")


def gaps(store: Store, now: datetime) -> Iterator[Finding]:
    """Say what sitemaps brought of the stories that feeds lost."""
    for row in store.rows("SELECT * FROM gaps WHERE last >= ? ORDER BY feed_id, first", [utc_text(now - GAPS_SHOWN)]):
        about, span = f"feed {row['feed_id']}", f"from {row['first']} to {row['last']}"
        if row["state"] == "filled":
            yield Finding("note", about, f"the gap {span} is caught up from sitemaps: {row['added']} articles")
        elif row["state"] == "given up":
            yield Finding("warning", about, f"stories {span} are lost, but for {row['added']}: {row['note']}",
                          "Bring these days in from an archive, with --window", "lost")
        else:
            yield Finding("note", about, f"the gap {span} is being caught up: try {row['tries']}, {row['added']}"
                          f" articles so far {row['note']}".rstrip(), "Nothing: it is tried again by itself")


def expiries(store: Store, now: datetime) -> Iterator[Finding]:
    """Say what was deleted because its time was over, and where that waits for the clock."""
    leapt = clock_leapt(store)
    if leapt is not None and abs(now - leapt) <= CLOCK_TRUST:
        yield Finding("warning", "expiry", f"waits: the clock leapt to {utc_text(leapt)}", "See that this machine's"
                      " clock is right (NTP); a week after the leap deleting goes on", "wrong clock")
    words = {"texts": "texts of articles", "pages": "raw pages", "answers": "respondents' answers"}
    for row in store.rows("SELECT kind, total(number) AS n, max(day) AS day FROM expiries GROUP BY kind ORDER BY kind"):
        yield Finding("ok", "expiry", f"{row['n']:.0f} {words[row['kind']]} deleted so far, last {row['day']}")
