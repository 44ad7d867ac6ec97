"""The official target is drawn as a path to each area's own target; a year without a figure stays empty."""

from __future__ import annotations

import re
from dataclasses import replace

from reputation.charts import Charts
from reputation.content import Content, GoalLine, OfficialLine
from reputation.drawing import Scale, Years
from reputation.housing import FAMILY, housing_panels, housing_table, shares
from reputation.language import Language
from reputation.lookup import Figures
from tests.reputation.contents import content


def made(*official: tuple[str, int, str], since: str = "2018", baseline: float | None = 76.0) -> Content:
    base = content()
    goal = GoalLine(FAMILY, "vollsmose", since, baseline, None, "", 35.0, 2030, "plan", True, None, None, None, "",
                    "not collected")
    lines = tuple(OfficialLine(area, year, FAMILY, value, "%", "kilde") for area, year, value in official)
    return replace(base, official=lines, goals=(goal,))


def panel(of: Content, area: str = "vollsmose") -> str:
    charts = Charts(Figures(of), Language("da", of.words["da"]), "DEMODATA")
    return next(each.inline() for facts, each in housing_panels(charts) if facts.id == area)


def test_the_path_runs_from_the_baseline_to_the_areas_own_target_in_its_year() -> None:
    of = made(("vollsmose", 2020, "70"))
    years, scale = Years(2018, 2030, 40, 296), Scale(0, 1, 118, 8)
    found = re.search(r'<path class="goal" d="M([\d.]+) ([\d.]+)L([\d.]+) ([\d.]+)"', panel(of))
    assert found is not None
    drawn = [float(each) for each in found.groups()]
    wanted = [years(2018.5), scale(0.76), years(2030.5), scale(0.35)]
    assert all(abs(one - other) <= 0.06 for one, other in zip(drawn, wanted, strict=True))
    assert "Målet er 35\N{NO-BREAK SPACE}% i 2030." in panel(of)


def test_only_years_that_follow_each_other_are_joined() -> None:
    of = made(("vollsmose", 2019, "75"), ("vollsmose", 2020, "74"), ("vollsmose", 2023, "66.5"))
    assert shares(Figures(of), of.areas[14]) == {2018: 76.0, 2019: 75.0, 2020: 74.0, 2023: 66.5}
    assert panel(of).count('class="line"') == 2
    assert panel(of).count('class="dot"') == 4


def test_an_area_without_a_figure_says_so_and_a_report_without_any_has_no_panels() -> None:
    assert "Ingen tal kan vises." in panel(made(("vollsmose", 2019, "75")), "munkebo")
    of = replace(made(baseline=None), official=())
    assert housing_panels(Charts(Figures(of), Language("da", of.words["da"]))) == []


def test_the_table_has_each_area_once_in_the_order_given_with_its_target() -> None:
    of = made(("vollsmose", 2019, "75"), ("gellerup", 2020, "80"))
    table = housing_table(Figures(of), Language("da", of.words["da"]))
    assert [row[1] for row in table.rows] == [area.name for area in of.areas if area.kind == "evaluated"]
    row = next(row for row in table.rows if row[0] == "vollsmose")
    assert row[2:] == ("76\N{NO-BREAK SPACE}%", "75\N{NO-BREAK SPACE}%", "", "35\N{NO-BREAK SPACE}%")
