"""Draw the official share of family housing against each area's own target: figures without error, and their path."""

from __future__ import annotations

from reputation.charts import Charts, goal_path
from reputation.content import AreaFacts
from reputation.drawing import Drawing, Point, Scale, Years, axes, series, text
from reputation.language import Language
from reputation.lookup import Figures
from reputation.tables import Cell, Column, Table
from reputation.tabulate import goal_words

FAMILY = "family_housing_share"


def shares(figures: Figures, area: AreaFacts) -> dict[int, float]:
    """Return the official shares of an area by year, per cent; the baseline of the fact file where none is given."""
    found = {
        each.year: float(each.value) for each in figures.content.official
        if each.area == area.id and each.indicator == FAMILY
    }
    goal = next((each for each in figures.content.goals if each.area == area.id and each.indicator == FAMILY), None)
    if goal is not None and goal.baseline is not None and goal.since.isdigit():
        found.setdefault(int(goal.since), goal.baseline)
    return dict(sorted(found.items()))


def housing_panels(charts: Charts) -> list[tuple[AreaFacts, Drawing]]:
    """Draw the fifteen on the same axes; nothing where no area has a figure."""
    figures = charts.figures
    if not any(shares(figures, area) for area in figures.evaluated):
        return []
    return [(area, _panel(charts, area)) for area in figures.evaluated]


def _panel(charts: Charts, area: AreaFacts) -> Drawing:
    language = charts.language
    years, scale = Years(*charts.points.years, 40, 296), Scale(0, 1, 118, 8)
    found = shares(charts.figures, area)
    points: list[Point] = []
    for year, value in found.items():
        title = f"{year}: {goal_words(language, FAMILY, value)}"
        joined = len(points) - 1 if points and year - 1 in found else None
        points.append(Point(year + 0.5, str(year), title, value / 100, joined=joined))
    parts = axes(years, scale, charts.percent_ticks(25), every=3)
    goal = charts.goal(area, FAMILY)
    told = [charts.points.describe(points)]
    if goal is not None and goal.goal is not None:
        start = goal.baseline if goal.baseline is not None else None
        parts += goal_path(goal, years, scale, None if start is None else start / 100, goal.goal / 100)
        told.append(language.say("describe.goal", goal=goal_words(language, FAMILY, goal.goal), year=goal.target_year))
    parts += series(points, years, scale, break_word="", n_at=None)
    if not points:
        parts.append(text(168, 66, language.say("describe.nothing"), "mid plate"))
    title = language.say("chart.housing", area=area.name)
    return Drawing(f"o-housing-{area.id}", title, " ".join(told), 300, 136, tuple(parts), "", charts.mark)


def housing_table(figures: Figures, language: Language) -> Table:
    """Make the wide table under the panels: an area a row, a year a column, its own target last."""
    found = {area.id: shares(figures, area) for area in figures.evaluated}
    years = sorted({year for each in found.values() for year in each})
    columns = (*(Column(key, page=key != "area_id") for key in ("area_id", "area")),
               *(Column(f"share_{year}", head=str(year)) for year in years), Column("goal"))
    rows: list[tuple[Cell, ...]] = []
    for area in figures.evaluated:
        cells = (goal_words(language, FAMILY, found[area.id].get(year)) for year in years)
        rows.append((area.id, area.name, *cells, goal_words(language, FAMILY, area.target_share)))
    return Table("overview_housing", columns, tuple(rows), by_area=True)
