"""Say where the figures come from: files, feeds, refusals, versions, and the configuration in force."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import pandas as pd

from nlp.unique import ABOUT
from reputation.content import Estimate, FeedLine, ImportLine, LevelLine, OutletLine, Provenance
from reputation.coverage import text_list
from reputation.figures import METHOD, VALUE_DECIMALS, rounded
from reputation.revision import revision
from reputation.volume import volume_alarms
from store.config import Config
from store.database import Store
from store.days import Window
from store.facts import Facts
from surveys.area_figures import METHOD_VERSION as SURVEY_METHOD

LIBRARIES = ("numpy", "pandas", "scipy", "spacy", "afinn", "datasketch", "feedparser", "sqlite-utils")

FAILING = 3.0
"""A feed with this many consecutive hard failures (or the soft ones that weigh as much) is called failing."""


def provenance(
    store: Store, config: Config, facts: Facts, backend: str, mentions: pd.DataFrame, windows: Sequence[Window],
    estimates: Sequence[Estimate],
) -> Provenance:
    """Gather it; ``mentions`` are the deduplicated ones with their window."""
    totals = store.rows(
        "SELECT count(*), count(*) - count(DISTINCT copy_group), total(text_level <> 'full') FROM articles"
        " WHERE id NOT IN (SELECT article_id FROM hidden_articles)"
    )[0]
    versions = sorted(row[0] for row in store.rows(
        "SELECT DISTINCT backend_version FROM read_texts WHERE backend = ?", [backend]))
    rules = sorted(row[0] for row in store.rows("SELECT DISTINCT rule_version FROM events"))
    return Provenance(
        program=f"reputation {_version('reputation') or '0'}", revision=revision(), python=platform.python_version(),
        libraries={name: found for name in LIBRARIES if (found := _version(name))},
        backend=backend, backend_version=", ".join(versions), method=f"news-{METHOD}, {SURVEY_METHOD}",
        event_rule=", ".join(rules), facts=facts.digest, config=config_text(config),
        articles=int(totals[0]), versions=int(store.value("SELECT count(*) FROM versions")), copies=int(totals[1]),
        copy_groups=int(store.value(
            "SELECT count(*) FROM (SELECT 1 FROM articles GROUP BY copy_group HAVING count(*) > 1)")),
        teasers=int(totals[2]), unread=int(store.value(
            "SELECT count(*) FROM articles a LEFT JOIN read_texts r ON r.article_id = a.id AND r.backend = ?"
            " AND r.version = a.version WHERE r.article_id IS NULL"
            " AND a.id NOT IN (SELECT article_id FROM hidden_articles)", [backend])),
        refusals={row[0]: int(row[1]) for row in store.rows(
            "SELECT reason, count(*) FROM refusals GROUP BY reason ORDER BY reason")},
        imports=import_lines(store), feeds=feed_lines(store), outlets=outlet_lines(store, mentions, windows),
        planted_bias=planted_bias(store, config, estimates), levels=level_lines(store, windows),
    )


@cache
def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def import_lines(store: Store) -> tuple[ImportLine, ...]:
    """List every file that stands, in an order that does not hang on when it came."""
    return tuple(
        ImportLine(
            kind=row["kind"], name=row["name"], format=row["format"], query=row["query"] or "",
            first=row["window_from"] or "", last=row["window_to"] or "", rows=row["rows"],
            held=row["held"] if row["kind"] == "archive" else row["rows"] - row["refused"],
            refused=row["refused"], notes=text_list(row["notes"]),
        )
        for row in store.rows(
            "SELECT i.*, (SELECT count(*) FROM refusals r WHERE r.import_id = i.id) AS refused,"
            " (SELECT count(*) FROM import_articles h WHERE h.import_id = i.id) AS held FROM imports i"
            " WHERE i.undone IS NULL ORDER BY i.kind, i.window_from, i.name, i.digest")
    )


ANSWERS = dict.fromkeys(("new", "unchanged", "not modified"), "answers")
"""Whether the very last poll brought something is the doctor's business: a report must not be made anew for it."""


def feed_lines(store: Store) -> tuple[FeedLine, ...]:
    """List every feed and how it has been."""
    return tuple(
        FeedLine(id=row["id"], outlet=row["name"], status=ANSWERS.get(row["status"], row["status"]),
                 last_success=(row["last_success"] or "")[:10],
                 last_new=row["last_new"] or "", failing=row["failures"] >= FAILING)
        for row in store.rows("SELECT f.*, o.name FROM feeds f JOIN outlets o ON o.id = f.outlet_id ORDER BY f.id")
    )


def level_lines(store: Store, windows: Sequence[Window]) -> tuple[LevelLine, ...]:
    """List the outlets whose feeds halved or doubled inside the series: a rebuilt site is no news of an area."""
    return tuple(
        LevelLine(each.name, each.since.isoformat(), round(each.before, 1), round(each.after, 1))
        for each in volume_alarms(store, windows[0].first, windows[-1].last)
    )


def outlet_lines(store: Store, mentions: pd.DataFrame, windows: Sequence[Window]) -> tuple[OutletLine, ...]:
    """List outlets with their texts about any area, once per copy group, per window: who is in the series and when."""
    inside = mentions[(mentions["window"] >= 0) & mentions["role"].isin(ABOUT)]
    once = inside.drop_duplicates("copy_group")
    counts: dict[str, dict[str, int]] = {}
    for row in once.groupby(["outlet", "window"], sort=True).size().reset_index(name="n").to_dict("records"):
        counts.setdefault(row["outlet"], {})[windows[row["window"]].label] = int(row["n"])
    return tuple(
        OutletLine(outlet=row["id"], name=row["name"], class_=row["class"] or "", medium=row["medium"] or "",
                   years=counts[row["id"]])
        for row in store.rows("SELECT id, name, class, medium FROM outlets ORDER BY id") if row["id"] in counts
    )


def planted_bias(store: Store, config: Config, estimates: Sequence[Estimate]) -> Mapping[str, float]:
    """Compare net tone as read with the demonstration's planted truth, mean over years; empty for real data.

    The truth stands beside the demonstration's config: ``truth.json`` with ``{"net_tone": {area: {year: value}}}``.
    """
    path = config.path.resolve().parent / "truth.json"
    if store.kind != "demo" or not path.exists():
        return {}
    truth = json.loads(path.read_text(encoding="utf-8")).get("net_tone", {})
    errors: dict[str, list[float]] = {}
    for each in estimates:
        planted = truth.get(each.area, {}).get(each.first[:4])
        if each.indicator == "net_tone" and planted is not None and each.details.get("as_read") is not None:
            errors.setdefault(each.area, []).append(float(each.details["as_read"] or 0) - float(planted))
    return {area: rounded(sum(found) / len(found), VALUE_DECIMALS) or 0.0 for area, found in sorted(errors.items())}


def config_text(config: Config) -> str:
    """Write the configuration in force as TOML; a path keeps its place in the project or only its name."""
    home = config.path.resolve().parent
    lines: list[str] = []
    for section in fields(config):
        value = getattr(config, section.name)
        if is_dataclass(value):
            lines += [f"[{section.name}]", *_lines(value, home), ""]
        elif section.name == "feeds":
            for feed in value:
                lines += ["[[feeds]]", *_lines(feed, home), ""]
    return "\n".join(lines).rstrip() + "\n"


def _lines(table: Any, home: Path) -> list[str]:
    return [f"{each.name.rstrip('_')} = {_toml(getattr(table, each.name), home)}" for each in fields(table)
            if getattr(table, each.name) is not None]


def _toml(value: Any, home: Path) -> str:
    if isinstance(value, Path):
        inside = value.is_relative_to(home)
        return json.dumps(value.relative_to(home).as_posix() if inside else f"…/{value.name}", ensure_ascii=False)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return "[" + ", ".join(_toml(each, home) for each in value) + "]"
    if is_dataclass(value):
        return "{" + ", ".join(_lines(value, home)) + "}"
    return json.dumps(value, ensure_ascii=False)
