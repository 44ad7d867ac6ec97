"""Fill ``explore.db``: mentions, readings, titles and links, events and published cells, and nothing of any person.

The columns are written out one by one, so that a column added to the store never comes along by itself (design.md,
rule 6: no respondent, no answer row, no full text). Titles and sentences are masked before they are written.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from nlp.naming import NamingSentences
from nlp.unique import ABOUT, PRESS_RELEASE, unique_mentions
from reputation.language import Language
from reputation.lookup import COUNTS, OPEN, WHO, Unit, unit_of
from reputation.queries import is_of_survey, year_of
from reputation.stories import Days, Totals, archive_totals
from store.collation import danish_sort_key
from store.database import Store
from store.facts import Facts
from store.published import find_snapshot
from surveys.masking import Masker

SCHEMA = """
CREATE TABLE about ("key" TEXT PRIMARY KEY, value TEXT);
CREATE TABLE areas (id TEXT PRIMARY KEY, name TEXT, kind TEXT, municipality TEXT);
CREATE TABLE outlets (id TEXT PRIMARY KEY, name TEXT, class TEXT, medium TEXT);
CREATE TABLE themes (id TEXT PRIMARY KEY, kind TEXT, name TEXT);
CREATE TABLE indicators (id TEXT PRIMARY KEY, name TEXT, source TEXT, basis TEXT, unit TEXT);
CREATE TABLE articles (
    id TEXT PRIMARY KEY, day TEXT, title TEXT, outlet TEXT REFERENCES outlets (id), url TEXT, access TEXT,
    text_level TEXT, copy_group TEXT, canonical INTEGER, from_feed INTEGER
);
CREATE TABLE events (
    id TEXT PRIMARY KEY, area TEXT REFERENCES areas (id), first_day TEXT, last_day TEXT, title TEXT
);
CREATE TABLE mentions (
    id INTEGER PRIMARY KEY, article TEXT REFERENCES articles (id), area TEXT REFERENCES areas (id), role TEXT,
    count INTEGER, alias TEXT, unit TEXT, event TEXT REFERENCES events (id), counted_day TEXT,
    counted_by INTEGER REFERENCES mentions (id), about INTEGER, lead_tone TEXT, full_tone TEXT,
    total_first TEXT, total_last TEXT
);
CREATE TABLE sentences (
    id INTEGER PRIMARY KEY, mention INTEGER REFERENCES mentions (id), area TEXT REFERENCES areas (id),
    article TEXT REFERENCES articles (id), text TEXT
);
CREATE TABLE readings (
    id INTEGER PRIMARY KEY, mention INTEGER REFERENCES mentions (id), area TEXT REFERENCES areas (id), basis TEXT,
    backend TEXT, backend_version TEXT, tone TEXT, tone_score REAL, safety TEXT, safety_score REAL, stigma TEXT,
    voices TEXT, genre TEXT
);
CREATE TABLE reading_themes (
    reading INTEGER REFERENCES readings (id), theme TEXT REFERENCES themes (id), score REAL,
    PRIMARY KEY (reading, theme)
);
CREATE TABLE figures (
    id INTEGER PRIMARY KEY, area TEXT REFERENCES areas (id), indicator TEXT REFERENCES indicators (id), year TEXT,
    first TEXT, last TEXT, wave TEXT, value REAL, se REAL, low REAL, high REAL, n INTEGER, status TEXT,
    correction TEXT, method TEXT, details TEXT
);
CREATE TABLE topics (
    id INTEGER PRIMARY KEY, topic INTEGER, words TEXT, stability REAL, area TEXT REFERENCES areas (id), first TEXT,
    last TEXT, texts INTEGER
);
CREATE INDEX articles_day ON articles (day);
CREATE INDEX articles_copies ON articles (copy_group);
CREATE INDEX events_area ON events (area);
CREATE INDEX mentions_area ON mentions (area, counted_day);
CREATE INDEX mentions_article ON mentions (article);
CREATE INDEX mentions_event ON mentions (event);
CREATE INDEX mentions_counted_by ON mentions (counted_by);
CREATE INDEX sentences_mention ON sentences (mention);
CREATE INDEX readings_mention ON readings (mention, basis);
CREATE INDEX reading_themes_theme ON reading_themes (theme);
CREATE INDEX figures_area ON figures (area, indicator, year);
-- Datasette knows a search index by `content="…"`, written without spaces
CREATE VIRTUAL TABLE articles_search USING fts5 (
    title, content="articles", tokenize = 'unicode61 remove_diacritics 0'
);
CREATE VIRTUAL TABLE sentences_search USING fts5 (
    text, content="sentences", tokenize = 'unicode61 remove_diacritics 0'
);
"""

SEARCHES = ("articles_search", "sentences_search")

HIDDEN_NAMES = frozenset({"nickname", "typo"})
"""Kinds of names that are read but not printed as names of an area: some are meant to hurt."""

BATCH = 500

UNITS: Mapping[Unit, str] = {"tone": "-1..1", "index": "0..100", "count": "antal", "share": "0..1",
                             "survey share": "0..1", "tone100": "-100..100"}

TONES = {-1.0: "negative", 0.0: "neutral", 1.0: "positive"}

_READINGS = """
SELECT article_id, area_id, basis, backend, backend_version, tone, tone_score, safety, safety_score, stigma, voices,
       genre, id
FROM readings WHERE article_id IS NOT NULL ORDER BY article_id, area_id, basis, backend
"""

_TEXTS = """
SELECT a.id, a.day, a.text_level, v.title, v.summary, v.text
FROM articles a JOIN versions v ON v.article_id = a.id AND v.number = a.version
WHERE a.id IN (SELECT article_id FROM mentions) AND a.id > ? ORDER BY a.id LIMIT ?
"""


@dataclass(frozen=True)
class Sources:
    """What ``explore.db`` is made from; ``backend`` names the reader whose tone the figures are made of."""

    store: Store
    facts: Facts
    snapshot: str
    backend: str
    spacy_model: str


def masked(masker: Masker, text: str) -> str:
    """Mask a headline or a sentence of the news; what follows a colon begins anew, as headlines are written."""
    return ": ".join(map(masker.mask, text.split(": ")))


def fill(database: sqlite3.Connection, sources: Sources, about: Mapping[str, str]) -> None:
    """Write every table into an empty database; the same store and snapshot give the same rows."""
    masker = Masker.of(sources.facts)
    database.executescript(SCHEMA)
    put = _Writer(database)
    put("about", about.items())
    put("areas", _areas(sources.facts))
    put("outlets", sources.store.rows("SELECT id, name, class, medium FROM outlets ORDER BY id"))
    put("themes", ((each.id, each.kind, each.da) for each in sorted(sources.facts.themes, key=lambda each: each.id)))
    put("events", (
        (row["id"], row["area_id"], row["first_day"], row["last_day"], masked(masker, row["title"]))
        for row in sources.store.rows("SELECT id, area_id, first_day, last_day, title FROM events ORDER BY id")
    ))
    mentions = _mentions(sources)
    put("mentions", mentions)
    numbers = {(row[1], row[2]): row[0] for row in mentions}
    _texts(put, sources, numbers, masker)
    _readings(put, sources.store, numbers)
    figures = _figures(sources)
    put("indicators", _indicators({row[2] for row in figures}, sources.facts))
    put("figures", figures)
    put("topics", _topics(sources))
    for search in SEARCHES:
        put.index(search)


class _Writer:
    """Writes rows into the tables of :data:`SCHEMA`."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def __call__(self, table: str, rows: Iterable[Sequence[Any]]) -> None:
        width = len(self._database.execute(f"PRAGMA table_info({table})").fetchall())
        marks = ", ".join("?" * width)
        self._database.executemany(f"INSERT INTO {table} VALUES ({marks})", (tuple(row) for row in rows))  # noqa: S608

    def index(self, search: str) -> None:
        self._database.execute(f"INSERT INTO {search} ({search}) VALUES ('rebuild')")  # noqa: S608


def _areas(facts: Facts) -> list[tuple[str, ...]]:
    areas = sorted(facts.areas, key=lambda each: (each.kind != "evaluated", danish_sort_key(each.name), each.id))
    return [(each.id, each.name, each.kind, each.municipality) for each in areas]


def _mentions(sources: Sources) -> list[tuple[Any, ...]]:
    """List every mention, with the day and the tones by which the figures count it.

    A copy is counted by the mention that stands for its group; a press release by none.
    """
    counted = unique_mentions(sources.store, sources.backend)
    by = {(area, group): row for area, group, *row in zip(
        counted["area"], counted["copy_group"], counted["article"], counted["day"], counted["lead_tone"],
        counted["full_tone"], strict=True)}
    hidden = {(area.id, alias.name) for area in sources.facts.areas for alias in area.aliases
              if alias.kind in HIDDEN_NAMES}
    totals = archive_totals(sources.store, sources.facts.areas)
    rows = sources.store.rows(
        "SELECT m.article_id, m.area_id, a.copy_group, a.day, a.outlet_id, a.feed_id IS NOT NULL AS fed,"
        " m.role, m.count, m.alias, m.unit, m.event_id,"
        " o.class IS ? AS released FROM mentions m JOIN articles a ON a.id = m.article_id"
        " JOIN outlets o ON o.id = a.outlet_id ORDER BY m.article_id, m.area_id", [PRESS_RELEASE],
    )
    numbers = {(row["article_id"], row["area_id"]): number for number, row in enumerate(rows, 1)}
    found = []
    for number, row in enumerate(rows, 1):
        area = row["area_id"]
        article, day, lead, full = by.get((area, row["copy_group"]), (None, None, None, None))
        counts = article == row["article_id"]
        found.append((
            number, row["article_id"], area, row["role"], row["count"],
            None if (area, row["alias"]) in hidden else row["alias"], row["unit"], row["event_id"],
            day if counts else None, None if row["released"] or article is None else numbers.get((article, area)),
            int(row["role"] in ABOUT), *(_tone(each) if counts else None for each in (lead, full)),
            *_total_days(totals, row),
        ))
    return found


def _total_days(totals: Totals, row: sqlite3.Row) -> Days | tuple[None, None]:
    """Return the days over which the total is known that a mention is a part of: none for a press release."""
    if row["released"]:
        return None, None
    found = totals.days(row["area_id"], row["outlet_id"], row["day"])
    return found or ((row["day"], row["day"]) if row["fed"] else (None, None))


def _tone(sign: float | None) -> str | None:
    return None if sign is None or pd.isna(sign) else TONES[float(sign)]


def _texts(put: _Writer, sources: Sources, numbers: Mapping[tuple[str, str], int], masker: Masker) -> None:
    """Write title and link of every article that names an area, and the sentences that do."""
    beside = {row["id"]: row for row in sources.store.rows(
        "SELECT id, day, outlet_id, url, access, text_level, copy_group, feed_id IS NOT NULL AS fed FROM articles"
        " WHERE id IN (SELECT article_id FROM mentions)")}
    naming = NamingSentences(sources.facts, sources.spacy_model)
    articles: list[tuple[Any, ...]] = []
    sentences: list[tuple[Any, ...]] = []
    for article, day, level, title, summary, text in _held(sources.store):
        row = beside.get(article)
        if row is None:
            continue
        url = row["url"] if (row["url"] or "").startswith("http") else None
        articles.append((article, day, masked(masker, title), row["outlet_id"], url, row["access"], level,
                         row["copy_group"], int(row["copy_group"] == article), row["fed"]))
        for area, found in sorted(naming.of(title, summary, text, level, date.fromisoformat(day)).items()):
            number = numbers.get((article, area))
            if number is not None:
                sentences += [(len(sentences) + at, number, area, article, masked(masker, each))
                              for at, each in enumerate(found, 1)]
    put("articles", articles)
    put("sentences", sentences)


def _held(store: Store) -> Iterator[tuple[str, str, str, str, str, str]]:
    after = ""
    while rows := store.rows(_TEXTS, [after, BATCH]):
        for row in rows:
            yield row[0], row[1], row[2], row[3], row[4], row[5]
        after = rows[-1]["id"]


def _readings(put: _Writer, store: Store, numbers: Mapping[tuple[str, str], int]) -> None:
    """Write the readings of articles under numbers of their own: those of open answers leave not even a gap."""
    readings = [row for row in store.rows(_READINGS) if (row["article_id"], row["area_id"]) in numbers]
    own = {row["id"]: number for number, row in enumerate(readings, 1)}
    put("readings", (
        (own[row["id"]], numbers[row["article_id"], row["area_id"]], row["area_id"], *row[2:-1]) for row in readings
    ))
    themes = store.rows("SELECT reading_id, theme_id, score FROM reading_themes")
    put("reading_themes", sorted((own[row[0]], row[1], row[2]) for row in themes if row[0] in own))


def _figures(sources: Sources) -> list[tuple[Any, ...]]:
    rows = sources.store.rows(
        "SELECT area_id, indicator, window_from, window_to, wave_id, value, se, low, high, n, status, correction,"
        " method_version, details FROM estimates WHERE snapshot_id = ?"
        " ORDER BY area_id, indicator, window_from, window_to, wave_id", [sources.snapshot],
    )
    return [(number, row[0], row[1], year_of(row[2], row[3], row[4]), *row[2:]) for number, row in enumerate(rows, 1)]


def _topics(sources: Sources) -> list[tuple[Any, ...]]:
    """Read the topics of the snapshot from its stored content, whatever revision made it."""
    found = find_snapshot(sources.store, id=sources.snapshot)
    lines = json.loads(zlib.decompress(found.content)).get("discovered", ()) if found else ()
    keys = ("topic", "words", "stability", "area", "first", "last", "texts")
    return [(number, *(line[key] for key in keys)) for number, line in enumerate(lines, 1)]


def basis_of(indicator: str) -> str:
    """Say which mentions a figure of the news is made of.

    ``all`` that are counted, those ``about`` the area, of these every printing where the ``total`` is known,
    those whose ``lead`` or ``full`` text has a tone.
    """
    base = indicator.removesuffix(".change")
    if base == "mentions":
        return "all"
    if base in COUNTS:
        return "about"
    return {"coverage_share": "total", "net_tone.full": "full"}.get(base, "lead")


def _indicators(known: Iterable[str], facts: Facts) -> Iterator[tuple[str, ...]]:
    language = Language("da", {each.id: each.da for each in facts.themes})
    for each in sorted(known):
        survey = is_of_survey(each)
        name = indicator_name(language, each)
        yield each, name, "survey" if survey else "news", "" if survey else basis_of(each), UNITS[unit_of(each)]


def indicator_name(language: Language, indicator: str) -> str:
    """Name an indicator; what open answers tell and who answered are named by what they are shares of."""
    if indicator.startswith(OPEN):
        return language.say("indicator.answers", what=language.word(indicator.removeprefix(f"{OPEN}theme.")))
    if indicator.startswith(WHO):
        margin, _, level = indicator.removeprefix(WHO).partition("=")
        return language.say("indicator.respondents", what=f"{language.word(f'margin.{margin}')}: {level}")
    try:
        return language.say(f"indicator.{indicator}")
    except KeyError:
        return indicator
