"""Write answers of questionnaires: one wave in one transaction, whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import islice

from store.database import Store
from store.days import utc_text
from store.errors import WrongUse
from store.imports import mark_undone


@dataclass(frozen=True)
class WaveRow:
    """One fielding of one questionnaire."""

    id: str
    instrument: str
    institute: str
    mode: tuple[str, ...]
    language: str
    first: date
    last: date
    codebook: str


@dataclass(frozen=True)
class ItemRow:
    """One question as asked."""

    id: str
    concept: str
    wording: str
    min: int
    max: int
    safe_pole: str
    safe: tuple[int, ...]
    unsafe: tuple[int, ...]


@dataclass(frozen=True)
class FieldworkRow:
    """An area in a wave."""

    area: str
    population: int | None
    invited: int | None
    answered: int | None


@dataclass(frozen=True)
class MarginRow:
    """A known population count."""

    area: str
    variable: str
    level: str
    count: int


@dataclass(frozen=True)
class RespondentRow:
    """A pseudonymous person and what they answered; texts are masked."""

    id: str
    person: str | None
    area: str
    levels: tuple[tuple[str, str], ...]
    """(variable, level)"""
    answers: tuple[tuple[str, int | None, str], ...]
    """(item, value, state)"""
    texts: tuple[tuple[str, str], ...]
    """(text id, masked text)"""
    choices: tuple[tuple[str, str, str], ...] = ()
    """(question, option, state)"""


@dataclass(frozen=True)
class BridgeRow:
    """Evidence that two waves may be compared."""

    first_wave: str
    concept: str
    differences: tuple[str, ...]
    kind: str
    evidence: Mapping[str, tuple[float, float]]
    """indicator → (difference, standard error)"""
    answers: tuple[int, int]
    source: str


def add_wave(
    store: Store, wave: WaveRow, *, import_id: int, items: Iterable[ItemRow],
    indexes: Iterable[tuple[str, Sequence[str]]], fieldwork: Iterable[FieldworkRow], margins: Iterable[MarginRow],
    questions: Iterable[tuple[str, str, Sequence[str]]] = (), bridges: Iterable[BridgeRow] = (),
) -> None:
    """Store a wave without its respondents, inside the caller's transaction.

    ``questions``: those with several answers, as (id, wording, options).
    """
    store.execute(
        "INSERT INTO waves VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [wave.id, wave.instrument, wave.institute, json.dumps(list(wave.mode)), wave.language,
         wave.first.isoformat(), wave.last.isoformat(), wave.codebook, import_id],
    )
    store.execute_many(
        "INSERT INTO items VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(wave.id, each.id, each.concept, each.wording, each.min, each.max, each.safe_pole,
          json.dumps(list(each.safe)), json.dumps(list(each.unsafe))) for each in items],
    )
    store.execute_many(
        "INSERT INTO indexes VALUES (?, ?, ?)", [(wave.id, name, json.dumps(list(each))) for name, each in indexes]
    )
    store.execute_many(
        "INSERT INTO fieldwork VALUES (?, ?, ?, ?, ?)",
        [(wave.id, each.area, each.population, each.invited, each.answered) for each in fieldwork],
    )
    store.execute_many(
        "INSERT INTO margins VALUES (?, ?, ?, ?, ?)",
        [(wave.id, each.area, each.variable, each.level, each.count) for each in margins],
    )
    store.execute_many(
        "INSERT INTO choice_questions VALUES (?, ?, ?, ?)",
        [(wave.id, name, wording, _list(options)) for name, wording, options in questions],
    )
    store.execute_many(
        "INSERT INTO bridges VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [(wave.id, each.first_wave, each.concept, _list(each.differences), each.kind,
          json.dumps(each.evidence, sort_keys=True), _list(each.answers), each.source) for each in bridges],
    )


BATCH = 500
"""Respondents written at a time: one statement for many rows costs less than many statements, and memory is bounded."""


def add_respondents(store: Store, wave: str, respondents: Iterable[RespondentRow]) -> int:
    """Store respondents of a wave with all they answered, inside the caller's transaction; return how many."""
    added = 0
    left = iter(respondents)
    while batch := list(islice(left, BATCH)):
        store.execute_many("INSERT INTO respondents VALUES (?, ?, ?, ?)",
                           [(wave, each.id, each.person, each.area) for each in batch])
        store.execute_many(
            "INSERT INTO respondent_levels VALUES (?, ?, ?, ?)",
            ((wave, each.id, variable, level) for each in batch for variable, level in each.levels),
        )
        store.execute_many(
            "INSERT INTO answers VALUES (?, ?, ?, ?, ?)",
            ((wave, each.id, item, value, state) for each in batch for item, value, state in each.answers),
        )
        store.execute_many(
            "INSERT INTO choices VALUES (?, ?, ?, ?, ?)",
            ((wave, each.id, question, option, state) for each in batch for question, option, state in each.choices),
        )
        store.execute_many(
            "INSERT INTO text_answers (wave_id, respondent_id, text_id, text) VALUES (?, ?, ?, ?)",
            ((wave, each.id, text_id, text) for each in batch for text_id, text in each.texts),
        )
        added += len(batch)
    return added


def _list(values: Sequence[object]) -> str:
    return json.dumps(list(values), ensure_ascii=False)


def settle_key(store: Store, check: str) -> bool:
    """Remember which key pseudonyms are made with; return false where it is another one than before.

    Inside the caller's transaction; ``check`` is a fingerprint that tells nothing of the key.
    """
    store.execute("INSERT INTO meta VALUES ('key_check', ?) ON CONFLICT DO NOTHING", [check])
    return bool(store.value("SELECT value FROM meta WHERE key = 'key_check'") == check)


def undo_survey(store: Store, number: int) -> tuple[str, ...]:
    """Take the waves of an import out of the store and return their ids.

    Raises :class:`WrongUse` where there is no such import, it was no survey, or it is undone already.
    """
    with store.transaction():
        rows = store.rows("SELECT kind, undone FROM imports WHERE id = ?", [number])
        if not rows:
            raise WrongUse(f"there is no import {number}", do="See the imports in the report's provenance")
        if rows[0]["kind"] != "survey":
            raise WrongUse(f"import {number} is of kind '{rows[0]['kind']}', not a survey")
        if rows[0]["undone"] is not None:
            raise WrongUse(f"import {number} was undone already, {rows[0]['undone']}")
        waves = tuple(row["id"] for row in store.rows("SELECT id FROM waves WHERE import_id = ? ORDER BY id", [number]))
        forget(store)
        store.execute("DELETE FROM waves WHERE import_id = ?", [number])
        mark_undone(store, number)
    empty_log(store)
    return waves


def withdraw_respondents(store: Store, ids: Sequence[tuple[str, str]], persons: Sequence[str]) -> int:
    """Take out the respondents with these (wave, id) and all of these persons, and remember it; return how many.

    A respondent who is a person of other waves too is taken out of them. What is found is remembered by its keyed
    hashes, for :func:`withdrawn_before`.
    """
    with store.transaction():
        forget(store)
        found = {(wave, each, row["person"]) for wave, each in ids for row in store.rows(
            "SELECT person FROM respondents WHERE wave_id = ? AND id = ?", [wave, each])}
        people = {person for _, _, person in found if person} | {
            person for person in persons
            if store.value("SELECT count(*) FROM respondents WHERE person = ?", [person])}
        gone = 0
        for wave, each, _ in sorted(found, key=lambda row: row[:2]):
            gone += store.execute("DELETE FROM respondents WHERE wave_id = ? AND id = ?", [wave, each]).rowcount
        for person in sorted(people):
            gone += store.execute("DELETE FROM respondents WHERE person = ?", [person]).rowcount
        store.execute_many(
            "INSERT INTO withdrawn VALUES (?, ?) ON CONFLICT DO NOTHING",
            [*((wave, each) for wave, each, _ in found), *(("", person) for person in people)],
        )
    empty_log(store)
    return gone


def withdrawn_before(store: Store, wave: str) -> frozenset[str]:
    """Return the hashes of the respondents of a wave, and of the persons of any, who took their answers back."""
    return frozenset(row["id"] for row in store.rows(
        "SELECT id FROM withdrawn WHERE wave_id IN (?, '')", [wave]))


def release_text(store: Store, number: int, least: int) -> bool:
    """Let an open answer be quoted; return false where it was released before.

    Raises :class:`WrongUse` where there is no such answer, or its area has fewer than ``least`` respondents.
    """
    with store.transaction():
        rows = store.rows(
            "SELECT t.released, (SELECT count(*) FROM respondents o WHERE o.wave_id = r.wave_id AND"
            " o.area_id = r.area_id) AS n FROM text_answers t"
            " JOIN respondents r ON r.wave_id = t.wave_id AND r.id = t.respondent_id WHERE t.id = ?", [number],
        )
        if not rows:
            raise WrongUse(f"there is no open answer {number}", do="See table text_answers of the store")
        if rows[0]["n"] < least:
            raise WrongUse(f"answer {number} is from an area with fewer than {least} respondents",
                           do="It can't be quoted: it might be known who wrote it")
        if rows[0]["released"] is not None:
            return False
        store.execute("UPDATE text_answers SET released = ? WHERE id = ?", [utc_text(datetime.now(UTC)), number])
    return True


def forget(store: Store) -> None:
    """Overwrite what is deleted, so that it can't be read from the file's free pages."""
    store.execute("PRAGMA secure_delete = ON")


def empty_log(store: Store) -> None:
    """Empty the write-ahead log, which still holds the pages as they were; waits for no reader."""
    if not store.in_transaction:  # a caller's transaction is checkpointed when it is over
        store.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
