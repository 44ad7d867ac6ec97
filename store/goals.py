"""Load data/goals.toml: goals, targets, yardsticks, milestones and the words for statuses, checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, cast, get_args

from store.areas import LIST_STATUS
from store.factfile import Entry, Resolve, unique


class Status(StrEnum):
    """What a figure may be; the order of design.md decides which holds where several would."""

    OK = "ok"
    FOOTNOTED = "footnoted"
    FEW = "few"
    IMPRECISE = "imprecise"
    DISCLOSIVE = "disclosive"
    NO_SURVEY = "no survey"
    NOT_COLLECTED = "not collected"
    BREAK = "break"
    NO_BASELINE = "no baseline"
    NO_TARGET = "no target"
    UNRELIABLE = "unreliable reading"

    @property
    def shown(self) -> bool:
        """Say whether a figure of this status may be printed."""
        return self in (Status.OK, Status.FOOTNOTED)


@dataclass(frozen=True)
class Words:
    """What a status is called, and a sentence that says what it means; Danish and English."""

    da: str
    en: str
    long_da: str = ""
    long_en: str = ""


@dataclass(frozen=True)
class FocusGoal:
    """One of the evaluation's ten focus goals, word for word. Its theme is ``goal:ID``."""

    id: str
    text: str


@dataclass(frozen=True)
class PlanTheme:
    """One of the five themes of the government's plan, word for word. Its theme is ``plan:ID``."""

    id: str
    text: str


Direction = Literal["at least", "at most"]


@dataclass(frozen=True)
class Yardstick:
    """A level a user chose to compare with (*valgt sammenligningsniveau*); none is shipped."""

    indicator: str
    value: float
    direction: Direction
    source: str
    year: int = 2030
    """when it is to be reached: the year of the evaluation's first overall goal unless the user says another"""


@dataclass(frozen=True)
class Milestone:
    """A year of the evaluation, and whether a report that can be made again is due in it."""

    year: int
    text: str
    report: bool
    en: str = ""
    name: str = ""
    """what its window is asked for by; every report has one"""


@dataclass(frozen=True)
class Target:
    """An official target: a value to reach by the end of a year."""

    value: float
    year: int
    source: str


@dataclass(frozen=True)
class Targets:
    """The only official targets there are."""

    family_housing: Target
    """highest share of almene familieboliger, percent; an area's own target share comes first"""
    areas_on_list: Target
    """number of areas left on the official list"""


@dataclass(frozen=True)
class Goals:
    """What shall be reached, by when, and how a figure's status is said."""

    overall: tuple[str, ...]
    focus: tuple[FocusGoal, ...]
    plan: tuple[PlanTheme, ...]
    yardsticks: tuple[Yardstick, ...]
    milestones: tuple[Milestone, ...]
    status_words: Mapping[Status, Words]
    list_words: Mapping[str, Words]
    """status on an official list (``H``, ``p`` …) → what it is called"""
    targets: Targets

    def report_years(self) -> tuple[int, ...]:
        """Return the years in which a report is due."""
        return tuple(milestone.year for milestone in self.milestones if milestone.report)


def load_goals(root: Entry, resolve: Resolve) -> Goals:
    """Build goals from the whole file. Raises :class:`store.errors.WrongFacts`."""
    root.only("overall", "source", "focus", "plan", "targets", "yardsticks", "milestones", "status", "list_status")
    resolve(root, "source")
    focus = unique(root.entries("focus"), "id")
    plan = unique(root.entries("plan"), "id")
    for entry in (*focus.values(), *plan.values()):
        entry.only("id", "text")
    return Goals(
        overall=root.words("overall"),
        focus=tuple(FocusGoal(id, entry.text("text")) for id, entry in focus.items()),
        plan=tuple(PlanTheme(id, entry.text("text")) for id, entry in plan.items()),
        yardsticks=tuple(_yardstick(entry) for entry in root.entries("yardsticks")),
        milestones=_milestones(root),
        status_words={Status(key): words for key, words in _words(root, "status", tuple(Status)).items()},
        list_words=_words(root, "list_status", LIST_STATUS),
        targets=_targets(root, resolve),
    )


def _yardstick(entry: Entry) -> Yardstick:
    entry.only("indicator", "value", "direction", "source", "year")
    return Yardstick(
        indicator=entry.text("indicator"),
        value=entry.number("value", -1_000_000, 1_000_000),
        direction=cast(Direction, entry.choice("direction", get_args(Direction))),
        source=entry.text("source"),
        year=entry.whole("year", 2019, 2100) if entry.has("year") else 2030,
    )


def _milestones(root: Entry) -> tuple[Milestone, ...]:
    milestones: dict[int, Milestone] = {}
    for entry in root.entries("milestones"):
        entry.only("year", "name", "text", "en", "report")
        year = entry.whole("year", 2018, 2100)
        if year in milestones:
            raise entry.wrong(f"the year {year} is given twice", "Make one milestone of the two", key="year")
        report, name = entry.flag("report", False), entry.text("name", "")
        if report and (not name or not name[0].isalpha() or name.split() != [name]):
            raise entry.wrong("a report needs a name for its window", 'Add one word, as name = "delrapport-2022"',
                              key="name" if name else "report")
        if name in {each.name for each in milestones.values() if each.name}:
            raise entry.wrong(f"the name '{name}' is given twice", "Give it another", key="name")
        milestones[year] = Milestone(year, entry.text("text"), report, entry.text("en"), name)
    return tuple(milestones[year] for year in sorted(milestones))


def _targets(root: Entry, resolve: Resolve) -> Targets:
    table = root.at("targets")
    if table is None:
        raise root.wrong("[targets] is missing", "Add it")
    table.only("family_housing", "areas_on_list")
    found: list[Target] = []
    for name, unit, high in (("family_housing", "percent", 100), ("areas_on_list", "count", 1000)):
        entry = table.at(name)
        if entry is None:
            raise table.wrong(f"[targets] has no {name}", "Add it")
        entry.only(unit, "year", "source")
        found.append(Target(entry.number(unit, 0, high), entry.whole("year", 2018, 2100), resolve(entry, "source")))
    return Targets(*found)


def _words(root: Entry, key: str, known: tuple[str, ...]) -> dict[str, Words]:
    table = root.at(key)
    if table is None:
        raise root.wrong(f"[{key}] is missing", "Add it")
    table.only(*known)
    result: dict[str, Words] = {}
    for each in known:
        entry = table.at(each)
        if entry is None:
            raise table.wrong(f"[{key}] has no words for '{each}'", "Add them in Danish and English")
        entry.only("da", "en", "long_da", "long_en")
        long_da, long_en = entry.text("long_da", ""), entry.text("long_en", "")
        result[each] = Words(entry.text("da"), entry.text("en"), long_da, long_en)
    return result
