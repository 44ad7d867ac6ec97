"""Hold indicators against their goals, and say nothing where a status forbids it (method.md C2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import special

from reputation.content import Estimate, GoalLine, OutlookLine
from reputation.figures import UNCORRECTED, VALUE_DECIMALS, decimals_of, rounded
from reputation.outlook import outlook_line
from reputation.published_figures import FAMILY_INDICATOR, LIST_INDICATOR
from store.areas import Area
from store.config import Config
from store.database import Store
from store.facts import Facts
from store.goals import Status

GOAL_YEAR = 2030
"""Year of the evaluation's first overall goal: what an outlook looks to where no level has a year of its own."""

TOLD = ("net_tone", "safe_share", "safety_index")
"""Indicators without an official target, which a user may hold against a level of comparison."""

ON_TRACK, OFF_TRACK, CANNOT_TELL = "on track", "off track", "cannot tell"


@dataclass(frozen=True)
class Standing:
    """Where an indicator stands against its path."""

    required: float
    gap: float
    """over 0: better than required"""
    p: float | None
    """P(on track); absent where neither measurement has an error"""


def standing(
    first: float, first_se: float, first_year: float, latest: float, latest_se: float, latest_year: float, *,
    goal: float, goal_year: float, rising: bool, covariance: float = 0.0,
) -> Standing:
    """Compare the latest measurement with the straight path from the first to the goal.

    Where the first is already beyond the goal, the goal is to hold it. Source: method.md C2.
    """
    sign = 1.0 if rising else -1.0
    if sign * (first - goal) >= 0:
        required, variance = goal, latest_se**2
    else:
        done = (latest_year - first_year) / (goal_year - first_year)
        required = first + (goal - first) * done
        variance = latest_se**2 + (1 - done) ** 2 * first_se**2 - 2 * (1 - done) * covariance
    gap = sign * (latest - required)
    return Standing(required, gap, float(special.ndtr(gap / np.sqrt(variance))) if variance > 0 else None)


def verdict(found: Standing, on_track: float) -> str:
    """Say on track, off track or cannot tell; a figure without error is on track when it is as far as required."""
    p = found.p if found.p is not None else float(found.gap >= 0)
    if p >= on_track:
        return ON_TRACK
    return OFF_TRACK if p <= 1 - on_track else CANNOT_TELL


def goal_lines(store: Store, config: Config, facts: Facts, areas: Sequence[Area], estimates: Iterable[Estimate]
               ) -> list[GoalLine]:
    """Hold every evaluated area against the official targets, and against the levels a user chose to compare with."""
    series, moved = _arranged(estimates)
    result: list[GoalLine] = []
    for area in areas:
        if area.kind != "evaluated":
            continue
        for indicator in TOLD:
            shown, changes = shown_series(indicator, area.id, series, moved)
            result.append(_told(indicator, area.id, shown, changes, config, facts))
        result += [_family_housing(store, area, config, facts), _on_list(store, area, facts)]
    return result


def shown_series(
    indicator: str, area: str, series: Mapping[tuple[str, str], Sequence[Estimate]],
    moved: Mapping[tuple[str, str, str], Estimate],
) -> tuple[list[Estimate], list[Estimate | None]]:
    """Return the shown measurements of an area by time, each with its change since the first (or none)."""
    shown = sorted((each for each in series.get((indicator, area), ()) if each.value is not None),
                   key=lambda each: (each.last, each.wave))
    return shown, [moved.get((indicator, area, each.last)) for each in shown]


def outlook_lines(facts: Facts, areas: Sequence[Area], estimates: Iterable[Estimate], goals: Sequence[GoalLine]
                  ) -> list[OutlookLine]:
    """Draw the line to the goal year through the first measurement and all that may be compared with it."""
    series, moved = _arranged(estimates)
    standings = {(each.indicator, each.area): each for each in goals}
    result = []
    for area in areas:
        for indicator in TOLD if area.kind == "evaluated" else ():
            shown, changes = shown_series(indicator, area.id, series, moved)
            comparable = [at_first_question(shown[0], each, change)
                          for at, (each, change) in enumerate(zip(shown, changes, strict=True))
                          if at == 0 or (change is not None and _counted_from(shown[0], change))]
            level = next((each for each in facts.goals.yardsticks if each.indicator == indicator), None)
            result.append(outlook_line(indicator, area.id, comparable, level, standings.get((indicator, area.id)),
                                       level.year if level else GOAL_YEAR))
    return result


def _arranged(estimates: Iterable[Estimate]
              ) -> tuple[dict[tuple[str, str], list[Estimate]], dict[tuple[str, str, str], Estimate]]:
    series: dict[tuple[str, str], list[Estimate]] = {}
    moved: dict[tuple[str, str, str], Estimate] = {}
    for each in estimates:
        if each.indicator in TOLD:
            series.setdefault((each.indicator, each.area), []).append(each)
        elif each.indicator.removesuffix(".change") in TOLD:
            moved[(each.indicator.removesuffix(".change"), each.area, each.last)] = each
    return series, moved


def _told(indicator: str, area: str, shown: Sequence[Estimate], changes: Sequence[Estimate | None], config: Config,
          facts: Facts) -> GoalLine:
    """Hold a told indicator against the user's level; without one its status is *no target*.

    The latest measurement is the last that may be compared with the first; one across a break is not it.
    """
    first = shown[0] if shown else None
    at = max((at for at, each in enumerate(changes) if each is not None and _counted_from(first, each)),
             default=len(shown) - 1 if len(shown) < 2 else 0)
    latest = shown[at] if shown else None
    change = changes[at] if at > 0 else next((each for each in reversed(changes) if each is not None), None)
    level = next((each for each in facts.goals.yardsticks if each.indicator == indicator), None)
    status, found = _told_status(first, latest, change, level is not None), None
    latest = None if latest is None else at_first_question(first, latest, change)
    covariance = shared_error(first, latest, change)
    if level is not None and status is Status.OK and first is not None and latest is not None:
        found = standing(
            first.value or 0.0, first.se or 0.0, int(first.last[:4]), latest.value or 0.0, latest.se or 0.0,
            int(latest.last[:4]), goal=level.value, goal_year=level.year, rising=level.direction == "at least",
            covariance=covariance,
        )
    decimals = decimals_of(indicator)
    return GoalLine(
        indicator=indicator, area=area, since=first.last[:4] if first else "",
        baseline=first.value if first else None, latest=latest.value if latest else None,
        latest_at=latest.last if latest else "", goal=level.value if level else None,
        target_year=level.year if level else None, source=level.source if level else "", official=False,
        required=rounded(found.required, decimals) if found else None,
        gap=rounded(found.gap, decimals) if found else None,
        p_on_track=rounded(found.p, VALUE_DECIMALS) if found else None,
        verdict=verdict(found, config.report.on_track) if found else "", status=status.value,
        direction=level.direction if level else "", baseline_se=first.se if first else None,
        latest_se=latest.se if latest else None,
        covariance=("panel" if covariance else "independent") if found else "",
    )


def at_first_question(first: Estimate | None, latest: Estimate, change: Estimate | None) -> Estimate:
    """Take a bridge's estimated difference off a measurement and add its error, so that the first may be compared."""
    if first is None or change is None or not change.details.get("bridge"):
        return latest
    if first.value is None or first.se is None or change.value is None or change.se is None:
        return latest
    se = max(change.se**2 - first.se**2, (latest.se or 0.0) ** 2) ** 0.5
    return replace(latest, value=rounded(first.value + change.value, decimals_of(latest.indicator)), se=se)


def shared_error(first: Estimate | None, latest: Estimate | None, change: Estimate | None) -> float:
    """Give the covariance that a panel brings two measurements, from the error of their difference; else 0."""
    if first is None or latest is None or change is None or change.details.get("covariance") != "panel":
        return 0.0
    if change.details.get("bridge"):
        return 0.0  # its error is in the change, too
    if first.se is None or latest.se is None or change.se is None:
        return 0.0
    return (first.se**2 + latest.se**2 - change.se**2) / 2


def _counted_from(first: Estimate | None, change: Estimate) -> bool:
    return first is not None and Status(change.status).shown and change.details.get("since") == first.last[:4]


def _told_status(first: Estimate | None, latest: Estimate | None, change: Estimate | None, has_level: bool) -> Status:
    if not has_level:
        return Status.NO_TARGET
    if change is not None and not Status(change.status).shown:
        return Status(change.status)  # a break: no comparison, no verdict
    if first is None or latest is None or first is latest or change is None:
        return Status.NO_BASELINE
    if latest.correction == UNCORRECTED:
        return Status.FOOTNOTED  # shown, but an uncorrected tone gets no verdict
    return Status.OK


def _family_housing(store: Store, area: Area, config: Config, facts: Facts) -> GoalLine:
    """Hold the share of family housing against the area's own target; register figures have no error."""
    default = facts.goals.targets.family_housing
    goal = default.value if area.target_share is None else area.target_share
    figures = [(int(row[0]), float(row[1])) for row in store.rows(
        "SELECT year, value FROM figures WHERE area_id = ? AND indicator = ? ORDER BY year, source",
        [area.id, FAMILY_INDICATOR])]
    given = int(area.baseline_day[:4]) if area.baseline_day else config.report.baseline_year
    first = (given, area.baseline_share) if area.baseline_share is not None else figures[0] if figures else None
    latest = figures[-1] if figures else None
    found = None
    if first is not None and latest is not None and first[0] < latest[0] <= default.year:
        found = standing(first[1], 0, first[0], latest[1], 0, latest[0], goal=goal, goal_year=default.year,
                         rising=False)
    return GoalLine(
        indicator=FAMILY_INDICATOR, area=area.id, since=str(first[0]) if first else "",
        baseline=first[1] if first else None, latest=latest[1] if latest else None,
        latest_at=str(latest[0]) if latest else "", goal=goal, target_year=default.year,
        source=(area.target_source or "") if area.target_share is not None else default.source, official=True,
        required=rounded(found.required, VALUE_DECIMALS) if found else None,
        gap=rounded(found.gap, VALUE_DECIMALS) if found else None, p_on_track=None,
        verdict=verdict(found, config.report.on_track) if found else "",
        status=(Status.NOT_COLLECTED if latest is None else Status.OK if found else Status.NO_BASELINE).value,
        direction="at most",
    )


def _on_list(store: Store, area: Area, facts: Facts) -> GoalLine:
    """Say whether the area stands on the official list; 1 = it does (omdannelsesområde or parallelsamfund), 0 = not.

    A status that leaves it open (not on the hard list, otherwise not known) is no measurement.
    """
    target = facts.goals.targets.areas_on_list
    known = {int(year): status for year, status in area.list_status.items()}
    known |= {int(row[0]): row[1] for row in store.rows(
        "SELECT year, value FROM figures WHERE area_id = ? AND indicator = ? ORDER BY year, source",
        [area.id, LIST_INDICATOR])}
    on_list = {year: float(status in ("H", "p")) for year, status in sorted(known.items())
               if status in ("H", "p", "u", "n")}
    years = sorted(on_list)
    return GoalLine(
        indicator=LIST_INDICATOR, area=area.id, since=str(years[0]) if years else "",
        baseline=on_list[years[0]] if years else None, latest=on_list[years[-1]] if years else None,
        latest_at=str(years[-1]) if years else "", goal=0.0, target_year=target.year, source=target.source,
        official=True, required=None, gap=None, p_on_track=None, verdict="",
        status=(Status.OK if years else Status.NOT_COLLECTED).value, direction="at most",
    )
