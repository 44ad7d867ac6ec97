"""Hold the stories of the demonstration together with what was planted in each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from reputation.demonstration.bank import Medium
from store.days import danish_day
from store.identity import article_id

ABOUT = ("headline", "lead")
"""Roles in which a story is about the area."""


@dataclass(frozen=True)
class Planted:
    """What a story says of an area by construction."""

    area: str
    role: str
    """headline, lead, list, passing"""
    tone: int | None
    """-1, 0, 1; absent for list and passing"""


@dataclass(frozen=True)
class Story:
    """One text from one outlet."""

    outlet: Medium
    moment: datetime
    title: str
    lead: str
    body: tuple[str, ...]
    """paragraphs; empty for a paywalled teaser"""
    kind: str
    """about, list, passing, friend, release, other"""
    planted: tuple[Planted, ...] = ()
    event: str = ""
    """area, year and number of the event told of"""
    original: str = ""
    """id of the story it is a copy of"""

    @property
    def day(self) -> date:
        """The Danish day it came out."""
        return danish_day(self.moment)

    @cached_property
    def id(self) -> str:
        """The id the store gives it when it comes from an archive."""
        return article_id(self.outlet.id, day=self.day, text="\n".join((self.title, self.lead, *self.body)))
