"""Delete what has been kept for as long as config.toml says, and keep of texts what figures need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from store.config import Config
from store.database import Store
from store.days import danish_day
from store.expiry import due_texts, expire_answers, expire_bodies, expire_texts, finish_expiry
from store.facts import Facts

BATCH = 200
"""Texts a transaction: a second of work, so that a harvest beside it waits no longer."""


@dataclass(frozen=True)
class ExpirySummary:
    """What was deleted."""

    texts: int
    """articles whose text went"""
    bodies: int
    answers: Mapping[str, int]
    """wave → respondents"""

    def __bool__(self) -> bool:
        return bool(self.texts or self.bodies or self.answers)

    def line(self) -> str:
        """Say it in one line."""
        waves = "".join(f", {number} respondents of wave {wave}" for wave, number in self.answers.items())
        return f"expired: {self.texts} texts, {self.bodies} raw pages{waves}"


def expire(store: Store, config: Config, facts: Facts, now: datetime) -> ExpirySummary:
    """Delete texts, raw pages and answers whose time is over.

    A text counts from when it came, answers from the last day of their fieldwork. Before a text goes, what the default
    reader sees of it is kept (method.md B4); readings, figures and snapshots stay as they are. A second run on the same
    day deletes and writes nothing. Raises :class:`StoreUnusable`.
    """
    texts = _texts(store, config, facts, now)
    bodies = expire_bodies(store, now - timedelta(days=config.pages.keep_raw_days), now)
    answers = expire_answers(store, danish_day(now) - timedelta(days=config.surveys.keep_answers_days), now)
    summary = ExpirySummary(texts, bodies, answers)
    if summary:
        finish_expiry(store)
    return summary


def _texts(store: Store, config: Config, facts: Facts, now: datetime) -> int:
    before = now - timedelta(days=config.pages.keep_text_days)
    batch = due_texts(store, before, BATCH)
    if not batch:
        return 0
    from nlp.forget import features_of
    from nlp.reader import Reader

    # names and word lists alone are asked: the reader need not be the one that the figures are made with
    reader, gone = Reader(facts, replace(config, nlp=replace(config.nlp, backend="default"))), 0
    while batch:
        gone += expire_texts(store, features_of(reader, batch), now)
        batch = due_texts(store, before, BATCH)
    return gone
