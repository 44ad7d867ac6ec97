"""Charts show what is measured, leave open what is not, and say so in words."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from reputation.charts import Charts
from reputation.content import AreaFacts, Content
from reputation.drawing import LETTER, Drawing, Scale, Years, beside, dot, grid, number
from reputation.language import TEMPLATES, Language
from reputation.lookup import Figures, mid
from reputation.pairs import pair_table, paired_wave
from reputation.themecharts import themes_by_year
from tests.reputation.contents import content, estimate

STYLE = (TEMPLATES / "chart.css").read_text(encoding="utf-8")


def charts(made: Content, code: str = "da") -> Charts:
    return Charts(Figures(made), Language(code, made.words[code]), "DEMODATA" if made.demo else "")


def area(made: Content, key: str) -> AreaFacts:
    return next(each for each in made.areas if each.id == key)


def all_charts(made: Content) -> list[Drawing]:
    make = charts(made)
    found = [
        draw(each)
        for each in made.areas
        for draw in (
            make.tone_panel,
            make.safety_panel,
            make.tone_chart,
            make.shares_chart,
            make.safety_chart,
        )
    ]
    themes = [themes_by_year(make, each) for each in made.areas]
    return [each for each in (*found, *themes, make.mix_chart(), make.together_chart()) if each is not None]


def test_every_chart_is_xml_with_a_title_a_description_and_the_mark() -> None:
    for each in all_charts(content()):
        for written in (each.inline(), each.standalone(STYLE)):
            root = ET.fromstring(written)
            title, description = root[0], root[1]
            assert title.tag.endswith("title")
            assert description.tag.endswith("desc")
            assert title.text == each.title
            assert description.text
            assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
            assert "DEMODATA" in written
            assert "nan" not in written.lower().replace("financ", "")


def test_real_data_carry_no_mark() -> None:
    assert not [each for each in all_charts(content(demo=False)) if "DEMODATA" in each.inline()]


def test_uncorrected_tone_says_so_in_the_file_of_every_chart_of_tone() -> None:
    made = content()
    make = charts(made)
    for draw in (make.tone_chart, make.shares_chart, make.tone_panel):
        assert "Ikke korrigeret for læsefejl" in draw(made.areas[0]).standalone(STYLE)
    corrected = content(corrected=True)
    assert "Korrigeret for læsefejl med" in charts(corrected).tone_chart(corrected.areas[0]).standalone(STYLE)


def test_some_corrected_and_some_not_is_said_as_that() -> None:
    made = content(corrected=True)
    mixed = replace(
        made,
        estimates=(*made.estimates, estimate("net_tone", made.areas[0].id, 0.1, first="2017-01-01", last="2017-12-31")),
    )
    assert charts(mixed).tone_note([made.areas[0]]).startswith("Kun nogle af tallene")


def test_a_missing_year_is_hatched_told_and_not_bridged() -> None:
    made = content()
    chart = charts(made).tone_chart(area(made, "gadehavegaard"))
    written = chart.inline()
    assert written.count('class="missing"') == 2
    assert "2020: for få" in chart.description
    assert len(re.findall('class="line"', written)) == 3


def test_all_areas_share_axes_that_hold_every_interval() -> None:
    made = content()
    points = charts(made).points
    low, high = points.tone_range
    assert points.years == (2018, 2030)
    for each in made.estimates:
        if each.indicator == "net_tone" and each.low is not None and each.high is not None:
            assert low <= max(each.low, -1)
            assert min(each.high, 1) <= high


def test_only_comparable_waves_are_joined_and_a_break_is_drawn() -> None:
    made = content()
    points = charts(made).points.safety_points(area(made, "agervang"))
    assert [each.joined for each in points] == [None, 0, 1, None, 2]
    assert [each.shape for each in points] == [0, 0, 0, 1, 0]
    assert [each.break_before for each in points] == [False, False, False, True, False]
    assert "databrud" in charts(made).safety_chart(area(made, "agervang")).inline()


def test_every_panel_has_n_under_its_points() -> None:
    made = content()
    written = charts(made).tone_panel(area(made, "vollsmose")).inline()
    ns = [str(each.n) for each in made.estimates if each.area == "vollsmose" and each.indicator == "net_tone"]
    assert re.findall(r'class="mid n">(\d+)<', written) == ns


def test_a_goal_is_drawn_only_where_one_is_chosen() -> None:
    made = content()
    make = charts(made)
    drawn = [each.id for each in made.areas if 'class="goal"' in make.safety_panel(each).inline()]
    assert drawn == ["mjolnerparken"]


def test_footnoted_points_are_hollow() -> None:
    made = content()
    assert 'class="dot hollow"' in charts(made).tone_panel(area(made, "gellerup")).inline()


def published(made: Content, *instruments: str) -> Content:
    rows = [replace(each, instrument=name) for each, name in zip(made.benchmarks, instruments, strict=True)]
    return replace(made, benchmarks=tuple(rows))


def test_published_figures_of_the_same_questionnaire_are_drawn_as_other_shapes() -> None:
    made = content()
    ours = made.waves[0].instrument
    words = {code: {**table, f"instrument.{ours}": "Instituttet"} for code, table in made.words.items()}
    made = replace(published(made, ours, ours), words=words)
    written = charts(made).safety_chart(area(made, "agervang")).inline()
    assert written.count('class="other"') == 2
    assert "Danmark (Instituttet): 88,1 %" in written.replace("\N{NO-BREAK SPACE}", " ")


def test_published_figures_of_another_questionnaire_are_not_drawn_beside_ours() -> None:
    """Its question, or its line between safe and unsafe, is another one (method.md A10)."""
    made = published(content(), content().waves[0].instrument, "jm")
    written = charts(made).safety_chart(area(made, "agervang")).inline()
    assert written.count('class="other"') == 1
    assert charts(content()).points.benchmarks(area(content(), "agervang")) == ()


def test_a_dot_drawn_towards_the_other_areas_stands_beside_the_figure_and_is_told_as_that() -> None:
    made = content()
    at = next(place for place, each in enumerate(made.estimates)
              if each.indicator == "safe_share" and each.area == "agervang" and each.value is not None)
    few = replace(made.estimates[at], details={**made.estimates[at].details, "shrunken": 0.7123})
    drawn = replace(made, estimates=(*made.estimates[:at], few, *made.estimates[at + 1:]))
    plain, written = (charts(each).safety_chart(area(each, "agervang")).inline() for each in (made, drawn))
    assert (plain.count('class="shrunken"'), written.count('class="shrunken"')) == (0, 1)
    assert "71,2 %, trukket ind mod de andre områder" in written.replace("\N{NO-BREAK SPACE}", " ")


def test_nothing_to_draw_is_no_chart() -> None:
    made = replace(content(surveys=False), counts=())
    assert themes_by_year(charts(made), made.areas[0]) is None
    assert charts(made).together_chart() is None
    assert charts(made).points.describe(()) == "Ingen tal kan vises."


def test_small_charts_are_put_into_one_file() -> None:
    made = content()
    make = charts(made)
    one = grid(
        [(each.name, make.tone_panel(each)) for each in made.areas[:4]], "all", "Alle", "Fire.", 3, "", "DEMODATA"
    )
    assert ET.fromstring(one.standalone(STYLE)) is not None
    assert one.inline().count('class="name"') == 4


@pytest.mark.parametrize(("value", "written"), [(1.04, "1"), (-0.04, "0"), (12.35, "12.3"), (-3.5, "-3.5")])
def test_coordinates_are_short(value: float, written: str) -> None:
    assert number(value) == written


def test_scales_hold_values_at_their_edges() -> None:
    assert Scale(0, 1, 100, 0)(2) == 0
    assert Scale(0, 1, 100, 0)(0.5) == 50
    assert Years(2018, 2029, 0, 120)(2019.5) == 15


@pytest.mark.parametrize(
    ("first", "last", "at"),
    [
        ("2021-01-01", "2021-12-31", 2021.5),
        ("2024-07-02", "2025-07-01", 2025.0),
        ("2020-01-01", "2020-12-31", 2020.5),
    ],
)
def test_the_middle_of_a_window(first: str, last: str, at: float) -> None:
    assert mid(first, last) == pytest.approx(at, abs=0.004)


def test_series_differ_by_shape() -> None:
    assert len({dot(0, 0, shape, "dot") for shape in range(3)}) == 3


def test_names_beside_points_cover_neither_each_other_nor_a_point() -> None:
    points = [(100.0, 100.0), (104.0, 100.0), (100.0, 104.0)]
    labels = beside(points, ["Aaaa", "Bbbb", "Cccc"], 0, 400)
    found = [tuple(float(each) for each in re.findall(r'[xy]="([\d.-]+)"', label)) for label in labels]
    assert len(set(found)) == 3
    for x, y in found:
        assert not any(x < px < x + 4 * LETTER and y - 9 < py < y for px, py in points)


def test_the_two_are_paired_in_one_wave_of_the_longest_series() -> None:
    made = content()
    chart = charts(made).together_chart()
    assert chart is not None
    found = paired_wave(Figures(made))
    assert found is not None
    assert (found[0].id, found[1]) == ("2025-bo", ("2025-01-01", "2025-12-31"))
    table = pair_table(Figures(made), Language("da", made.words["da"]))
    assert [row[1] for row in table.rows] == [each.name for each in made.areas if each.kind == "evaluated"]


def test_no_line_runs_over_a_wave_whose_figure_is_withheld() -> None:
    made = content()
    for each in made.areas:
        points = charts(made).points.safety_points(each)
        for place, point in enumerate(points):
            if point.joined is not None:
                between = points[point.joined + 1:place]
                assert all(other.shape != point.shape or other.value is not None for other in between)
                assert points[point.joined].value is not None


def test_a_withheld_wave_breaks_the_line() -> None:
    made = content()
    waves = [wave.id for wave in made.waves if not wave.break_reason]
    key = made.areas[0].id
    hidden = tuple(
        replace(each, value=None, low=None, high=None, status="disclosive")
        if (each.area, each.indicator, each.wave) == (key, "safe_share", waves[1]) else each
        for each in made.estimates
    )
    told = (made, replace(made, estimates=hidden))
    before, after = (charts(each).points.safety_points(area(made, key)) for each in told)
    assert before[2].joined == 1
    assert after[2].joined is None


def test_themes_are_drawn_year_by_year_with_the_numbers_of_their_table() -> None:
    made = content()
    chart = themes_by_year(charts(made), area(made, "vollsmose"))
    assert chart is not None
    counts = {(each.what, each.first[:4]): each.n for each in made.counts
              if each.area == "vollsmose" and each.kind == "theme" and each.what.startswith("topic:") and each.n}
    assert sorted(int(each) for each in re.findall(r'class="mid n">(\d+)<', chart.inline())) == sorted(counts.values())
    assert chart.inline().count('class="volume"') == len(counts)


def test_comparison_areas_are_drawn_behind_the_fifteen_and_never_behind_themselves() -> None:
    made = content()
    for draw in ("tone_panel", "safety_panel", "tone_chart", "safety_chart"):
        ours, theirs = (getattr(charts(made), draw)(area(made, key)).inline() for key in ("vollsmose", "prove1"))
        assert ours.count('class="context"') > 5
        assert "context" not in theirs


def test_a_comparison_area_draws_no_line_over_what_is_withheld() -> None:
    made = content()
    hidden = tuple(
        replace(each, value=None, low=None, high=None, status="few")
        if each.indicator == "net_tone" and each.area.startswith("prove") else each for each in made.estimates
    )
    drawn = charts(replace(made, estimates=hidden)).tone_panel(area(made, "vollsmose")).inline()
    assert "context" not in drawn
