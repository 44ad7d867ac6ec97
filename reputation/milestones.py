"""Name the windows of the evaluation's reports, so that a milestone report is asked for by name."""

from __future__ import annotations

from datetime import date

from store.days import Window
from store.facts import Facts
from store.goals import Milestone


def milestone_window(facts: Facts, baseline_year: int, name: str) -> Window | None:
    """Return the window of the report ``name``: from the baseline year to the end of its own; ``None``: no such one."""
    found = next((each for each in facts.goals.milestones if each.report and each.name == name), None)
    return None if found is None else _window(found, baseline_year)


def milestone_of(facts: Facts, baseline_year: int, window: Window) -> str:
    """Return the name of the report whose window this is, or empty."""
    return next((each.name for each in facts.goals.milestones
                 if each.report and _window(each, baseline_year) == window), "")


def milestone_names(facts: Facts) -> tuple[str, ...]:
    """Return the names that a window may be asked for by."""
    return tuple(each.name for each in facts.goals.milestones if each.report)


def _window(milestone: Milestone, baseline_year: int) -> Window:
    return Window(date(min(baseline_year, milestone.year), 1, 1), date(milestone.year, 12, 31))
