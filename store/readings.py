"""Write what the readers found, and say what they have not read yet."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from store.changes import is_settled, last_settled, settle, unsettle
from store.database import Store


@dataclass(frozen=True, slots=True)
class UnreadText:
    """An article's current version that a backend version has not read; ``day`` is a date in Copenhagen."""

    article_id: str
    version: int
    day: str
    text_level: str
    title: str
    summary: str
    text: str
    features: bytes | None = None
    """what was kept of a text that expired (:mod:`nlp.kept`)"""


@dataclass(frozen=True, slots=True)
class UnreadAnswer:
    """An open answer that a backend version has not read, and where its respondent lives."""

    id: int
    area_id: str
    text: str


@dataclass(frozen=True, slots=True)
class MentionRow:
    """A row of ``mentions``."""

    area_id: str
    role: str
    count: int
    alias: str
    unit: str


@dataclass(frozen=True, slots=True)
class ReadingRow:
    """A row of ``readings`` with its themes; tone is absent for list and passing mentions."""

    area_id: str
    basis: str
    tone: str | None
    tone_score: float | None
    safety: str | None
    safety_score: float | None
    stigma: tuple[str, ...]
    voices: tuple[str, ...]
    genre: str | None
    themes: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class TextRows:
    """Everything one reader found in one article version."""

    article_id: str
    version: int
    mentions: tuple[MentionRow, ...]
    readings: tuple[ReadingRow, ...]


@dataclass(frozen=True, slots=True)
class Backing:
    """Which reader: backend name, and version of everything that decides what it says."""

    name: str
    version: str
    reads_features: bool = True
    """whether it can read what is kept of expired texts; one that can't leaves their readings as they are"""


@dataclass(frozen=True, slots=True)
class EventRow:
    """A row of ``events`` and the articles whose mentions belong to it."""

    id: str
    first_day: str
    last_day: str
    title: str
    articles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EventMention:
    """A mention about an area, as the grouping of events sees it; ``lead`` is sub-heading and opening of the text.

    ``stems`` stands in for ``lead`` where the text expired: hashed word stems with their counts.
    """

    article_id: str
    day: str
    copy_group: str
    title: str
    lead: str
    stems: Mapping[str, int] | None = None


_UNREAD = """
    FROM {place} JOIN versions ON versions.article_id = articles.id AND versions.number = articles.version
    LEFT JOIN read_texts AS r ON r.article_id = articles.id AND r.backend = :name
    LEFT JOIN features AS f ON f.article_id = articles.id AND f.version = articles.version
    WHERE (r.article_id IS NULL OR r.version <> articles.version OR r.backend_version <> :version)
    AND (f.article_id IS NULL OR :reads_features)
    AND articles.id NOT IN (SELECT article_id FROM hidden_articles)
"""
_ALL = "articles.id", _UNREAD.format(place="articles")
_DUE = "due.article_id", _UNREAD.format(place="texts_due AS due CROSS JOIN articles ON articles.id = due.article_id")
"""What stands for the article, and where unread ones are looked for."""

ABOUT = "('headline', 'lead', 'focus')"

OPENING_CHARACTERS = 400
"""So much of a body is looked at when mentions are grouped into events: what happened stands at its beginning."""


READ_FROM = ("articles", "features", "imports_under_way", "read_texts")
"""What decides which texts are unread."""


def unread_count(store: Store, backing: Backing) -> int:
    """Count the articles whose current version ``backing`` has not read.

    Without a look where nothing changed; only at what is new or changed where it had read all others. Where nothing is
    left, that is noted, so that the next search looks only at what comes after.
    """
    if is_settled(store, "texts", repr(backing), READ_FROM):
        return 0
    _, unread = _unread(store, backing)
    with store.transaction():
        found = int(store.value(f"SELECT count(*) {unread}", _names(backing)))
        if not found:
            _forget_earlier(store)
            store.execute("DELETE FROM texts_due WHERE article_id NOT IN (SELECT article_id FROM hidden_articles)")
            settle(store, "texts", repr(backing), READ_FROM)
    return found


def unread_texts(store: Store, backing: Backing, batch: int) -> Iterator[list[UnreadText]]:
    """Give the unread texts by article id, ``batch`` at a time; texts written meanwhile do not disturb the round."""
    article, unread = _unread(store, backing)
    if (article, unread) == _ALL:  # what is read now may replace what another version said: it has not read all then
        with store.transaction():
            unsettle(store, "texts")
    after = ""
    while True:
        rows = store.rows(
            f"""SELECT articles.id, articles.version, day, text_level, title, summary, text, f.content
                {unread} AND {article} > :after
                ORDER BY {article} LIMIT :batch""",
            {**_names(backing), "after": after, "batch": batch},
        )
        if not rows:
            return
        yield [UnreadText(*row) for row in rows]
        after = rows[-1]["id"]


def _unread(store: Store, backing: Backing) -> tuple[str, str]:
    """Say where unread texts stand: among those due where ``backing`` had read all, else anywhere."""
    return _DUE if last_settled(store, "texts") == repr(backing) else _ALL


def unread_answers(store: Store, backing: Backing, batch: int) -> Iterator[list[UnreadAnswer]]:
    """Give the unread open answers in the order of their numbers, ``batch`` at a time."""
    after = -1
    while True:
        rows = store.rows(
            """SELECT t.id, respondents.area_id, t.text FROM text_answers AS t
               JOIN respondents ON respondents.wave_id = t.wave_id AND respondents.id = t.respondent_id
               LEFT JOIN readings AS r ON r.text_answer_id = t.id AND r.backend = :name
               WHERE t.id > :after AND (r.id IS NULL OR r.backend_version <> :version) ORDER BY t.id LIMIT :batch""",
            {**_names(backing), "after": after, "batch": batch},
        )
        if not rows:
            return
        yield [UnreadAnswer(*row) for row in rows]
        after = rows[-1]["id"]


def _names(backing: Backing) -> dict[str, str | int]:
    return {"name": backing.name, "version": backing.version, "reads_features": backing.reads_features}


def record_texts(store: Store, backing: Backing, found: Sequence[TextRows], at: str) -> None:
    """Write what was found in a batch of texts, all or nothing; what was found in them before is replaced.

    A text that changed while it was read stays unread. Events of a replaced mention are let go, so that
    :func:`areas_to_group` names the area.
    """
    with store.transaction():
        for each in found:
            if store.value("SELECT version FROM articles WHERE id = ?", [each.article_id]) == each.version:
                _record_text(store, backing, each, at)


def _record_text(store: Store, backing: Backing, found: TextRows, at: str) -> None:
    kept = {mention.area_id for mention in found.mentions}
    for row in store.rows("SELECT area_id, event_id FROM mentions WHERE article_id = ?", [found.article_id]):
        if row["event_id"] is not None:
            store.execute("UPDATE mentions SET event_id = NULL WHERE event_id = ?", [row["event_id"]])
        if row["area_id"] not in kept:
            store.execute("DELETE FROM mentions WHERE article_id = ? AND area_id = ?",
                          [found.article_id, row["area_id"]])
    _keep_earlier(store, backing, found)
    store.execute("DELETE FROM readings WHERE article_id = ? AND backend = ?", [found.article_id, backing.name])
    for mention in found.mentions:
        store.execute(
            """INSERT INTO mentions (article_id, area_id, role, count, alias, unit) VALUES (?, ?, ?, ?, ?, ?)
               ON CONFLICT (article_id, area_id) DO UPDATE SET role = excluded.role, count = excluded.count,
               alias = excluded.alias, unit = excluded.unit""",
            [found.article_id, mention.area_id, mention.role, mention.count, mention.alias, mention.unit],
        )
    for reading in found.readings:
        _record_reading(store, backing, reading, article_id=found.article_id, answer_id=None)
    store.execute(
        """INSERT INTO read_texts (article_id, version, backend, backend_version, at) VALUES (?, ?, ?, ?, ?)
           ON CONFLICT (article_id, backend) DO UPDATE SET version = excluded.version,
           backend_version = excluded.backend_version, at = excluded.at""",
        [found.article_id, found.version, backing.name, backing.version, at],
    )


def _keep_earlier(store: Store, backing: Backing, found: TextRows) -> None:
    """Keep what an earlier version said of title and lead, for a reader that can't read expired texts anew.

    What both versions read tells how far apart they are (method.md B4). An edited text is another text.
    """
    if backing.reads_features:
        return
    last = store.value("SELECT version FROM read_texts WHERE article_id = ? AND backend = ?",
                       [found.article_id, backing.name])
    if last is not None and last != found.version:
        store.execute("DELETE FROM earlier_readings WHERE article_id = ?", [found.article_id])
        return
    store.execute(
        "INSERT OR REPLACE INTO earlier_readings SELECT article_id, area_id, backend, backend_version, tone, safety,"
        " stigma FROM readings WHERE article_id = ? AND backend = ? AND basis = 'lead' AND backend_version <> ?",
        [found.article_id, backing.name, backing.version],
    )


def _forget_earlier(store: Store) -> None:
    """Delete earlier readings of versions that no text has any more: there is nothing to join them to.

    Only where there are any does SQLite look what versions there are.
    """
    store.execute("DELETE FROM earlier_readings WHERE (backend, backend_version) NOT IN"
                  " (SELECT backend, backend_version FROM read_texts)")


def record_answers(store: Store, backing: Backing, found: Mapping[int, ReadingRow]) -> None:
    """Write the readings of a batch of open answers, all or nothing; an answer withdrawn meanwhile is passed over."""
    with store.transaction():
        for number, reading in found.items():
            if store.value("SELECT 1 FROM text_answers WHERE id = ?", [number]) is None:
                continue
            store.execute("DELETE FROM readings WHERE text_answer_id = ? AND backend = ?", [number, backing.name])
            _record_reading(store, backing, reading, article_id=None, answer_id=number)


def _record_reading(
    store: Store, backing: Backing, reading: ReadingRow, *, article_id: str | None, answer_id: int | None
) -> None:
    cursor = store.execute(
        """INSERT INTO readings (article_id, text_answer_id, area_id, basis, backend, backend_version, tone, tone_score,
           safety, safety_score, stigma, voices, genre) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        [article_id, answer_id, reading.area_id, reading.basis, backing.name, backing.version, reading.tone,
         reading.tone_score, reading.safety, reading.safety_score, json.dumps(reading.stigma, ensure_ascii=False),
         json.dumps(reading.voices, ensure_ascii=False), reading.genre],
    )
    store.execute_many("INSERT INTO reading_themes (reading_id, theme_id, score) VALUES (?, ?, ?)",
                       [(cursor.lastrowid, theme, score) for theme, score in reading.themes])


GROUPED_FROM = ("mentions", "events")
"""What decides which events are to be grouped anew."""


_RELEASED = """EXISTS (SELECT 1 FROM articles a JOIN outlets o ON o.id = a.outlet_id
    WHERE a.id = mentions.article_id AND o.class = 'press release')"""
_TO_GROUP = f"""
    SELECT area_id FROM mentions INDEXED BY mentions_ungrouped
    WHERE event_id IS NULL AND role IN {ABOUT} AND NOT {_RELEASED}
    UNION SELECT area_id FROM mentions INDEXED BY mentions_misgrouped
    WHERE event_id IS NOT NULL AND role NOT IN {ABOUT}
    UNION SELECT area_id FROM events INDEXED BY events_rule WHERE rule_version < :rule
    UNION SELECT area_id FROM events INDEXED BY events_rule WHERE rule_version > :rule"""  # noqa: S608
_RELEASED_WITH_EVENT = f" UNION SELECT area_id FROM mentions WHERE event_id IS NOT NULL AND {_RELEASED}"  # noqa: S608


def areas_to_group(store: Store, rule_version: str) -> list[str]:
    """List the areas whose events do not stand as ``rule_version`` would group them now.

    That is: a mention about the area, press releases aside, without an event, a mention that is no longer about it with
    one, an event without mentions (which keeps no rule), or one grouped by another rule. Indexes hold these apart; only
    where an outlet has turned out to send press releases every event is looked at. Where there are none, that is noted.
    """
    if is_settled(store, "events", rule_version, GROUPED_FROM):
        return []
    whole = _RELEASED_WITH_EVENT if last_settled(store, "events") is None else ""
    with store.transaction():
        rows = store.rows(f"{_TO_GROUP} {whole} ORDER BY area_id", {"rule": rule_version})
        if not rows:
            settle(store, "events", rule_version, GROUPED_FROM)
    return [row["area_id"] for row in rows]


def event_mentions(store: Store, area_id: str) -> list[EventMention]:
    """Give the mentions about an area, by day and article; press releases bring no happening into the news."""
    rows = store.rows(
        f"""SELECT articles.id, day, copy_group, title,
                   summary || ' ' || substr(text, 1, {OPENING_CHARACTERS}) AS lead,
                   nullif(opening, '{{}}') AS opening
            FROM mentions JOIN articles ON articles.id = mentions.article_id
            JOIN outlets ON outlets.id = articles.outlet_id AND outlets.class IS NOT 'press release'
            JOIN versions ON versions.article_id = articles.id AND versions.number = articles.version
            LEFT JOIN features ON features.article_id = articles.id AND features.version = articles.version
            WHERE area_id = ? AND role IN {ABOUT}
            ORDER BY day, articles.id""",  # noqa: S608
        [area_id],
    )
    return [
        EventMention(row["id"], row["day"], row["copy_group"], row["title"], row["lead"],
                     None if row["opening"] is None else json.loads(row["opening"]))
        for row in rows
    ]


def record_events(store: Store, area_id: str, events: Sequence[EventRow], rule_version: str) -> None:
    """Replace the events of an area by ``events``, all or nothing; what stands as it should is not written again."""
    columns = "id, area_id, first_day, last_day, title, rule_version"
    made = {each.id: (each.id, area_id, each.first_day, each.last_day, each.title, rule_version) for each in events}
    wanted = {article: each.id for each in events for article in each.articles}
    with store.transaction():
        held = {row["id"]: tuple(row) for row in store.rows(
            f"SELECT {columns} FROM events WHERE area_id = ?", [area_id])}  # noqa: S608
        store.execute_many(f"INSERT INTO events ({columns}) VALUES (?, ?, ?, ?, ?, ?)",  # noqa: S608
                           [row for id, row in made.items() if id not in held])
        store.execute_many(
            "UPDATE mentions SET event_id = ? WHERE article_id = ? AND area_id = ?",
            [(wanted.get(article), article, area_id) for article, event in store.rows(
                "SELECT article_id, event_id FROM mentions WHERE area_id = ?", [area_id])
             if wanted.get(article) != event])
        store.execute_many("DELETE FROM events WHERE id = ?", [(id,) for id in held if id not in made])
        store.execute_many(
            "UPDATE events SET first_day = ?, last_day = ?, title = ?, rule_version = ? WHERE id = ?",
            [(*row[2:], row[0]) for id, row in made.items() if held.get(id, row) != row])
        # an event that was left and joined again has lost its rule on the way
        store.execute("UPDATE events SET rule_version = :rule WHERE area_id = :area AND rule_version = ''",
                      {"rule": rule_version, "area": area_id})
