"""The areas side by side: no order but the alphabet, limits as published, and nothing said of what is uncorrected."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from reputation.charts import Charts
from reputation.content import Content
from reputation.language import Language
from reputation.lookup import Figures
from reputation.spread import Spread, limits, outside, spread_of, spread_table, tell_spread
from reputation.spreadcharts import caterpillar, funnel
from reputation.tables import Figure, view
from tests.reputation.contents import CORRECTED, content, estimate


def spread(made: Content, name: str = "safe", code: str = "da") -> Spread:
    found = spread_of(Figures(made), Language(code, made.words[code]), name)
    assert found is not None
    return found


def charts(made: Content) -> Charts:
    return Charts(Figures(made), Language("da", made.words["da"]), "DEMODATA")


def shares(made: Content, *values: float, n_eff: float = 100, correction: str = CORRECTED) -> Content:
    """Give the first areas a share of negative articles with this value."""
    found = [
        estimate(indicator, area.id, value, correction=correction, details={"n_eff": n_eff})
        for area, value in zip(made.areas, values, strict=False) for indicator in ("net_tone", "negative_share")
    ]
    return replace(made, estimates=tuple(found))


@pytest.mark.parametrize(
    ("centre", "z", "n_eff", "low", "high"),
    [
        (0.5, 1.96, 100, 0.402, 0.598),
        (0.5, 3.09, 100, 0.3455, 0.6545),
        (0.2, 1.96, 16, 0.004, 0.396),
        (0.2, 3.09, 16, 0.0, 0.509),
        (1.0, 3.09, 10, 1.0, 1.0),
    ],
)
def test_limits_are_those_of_a_share_of_n_eff(centre: float, z: float, n_eff: float, low: float, high: float) -> None:
    assert limits(centre, z, n_eff) == pytest.approx((low, high), abs=1e-9)


def test_the_common_share_weighs_each_area_by_its_n_eff() -> None:
    made = shares(content(), 0.2, 0.2, 0.2, 0.2, 0.2)
    heavy = replace(made.estimates[-1], value=0.5, details={"n_eff": 600})
    found = spread(replace(made, estimates=(*made.estimates[:-1], heavy)), "tone")
    assert found.centre == pytest.approx((4 * 100 * 0.2 + 600 * 0.5) / 1000)


def test_n_eff_of_a_share_of_articles_is_its_variance_turned_round() -> None:
    made = replace(content(), estimates=(
        replace(estimate("negative_share", "agervang", 0.5), se=0.05),
        replace(estimate("negative_share", "vollsmose", 1.0, details={"events": 17}), se=0.0),
    ))
    found = {each.area.id: each.n_eff for each in spread(made, "tone").standings}
    assert found["agervang"] == pytest.approx(100)
    assert found["vollsmose"] == 17
    assert found["munkebo"] is None


def test_only_what_may_be_shown_enters_the_funnel() -> None:
    made = content()
    hidden = {each.area for each in made.estimates if each.indicator == "safe_share" and each.wave == "2025-bo"
              and each.value is None}
    found = spread(made)
    assert {each.area.id for each, *_ in found.held} == {each.area.id for each in found.standings} - hidden


def test_areas_stand_in_the_order_given_without_number() -> None:
    made = content()
    names = [each.name for each in made.areas if each.kind == "evaluated"]
    drawn = caterpillar(charts(made), spread(made)).inline()
    assert [each for each in re.findall(r'class="end">([^<]+)<', drawn) if each in names] == names
    table = spread_table(Figures(made), Language("da", made.words["da"]), "safe")
    assert [row[1] for row in table.rows[:-1]] == names
    assert not re.search(r">(1\.|nr\.)", drawn)


def test_what_is_hidden_is_hatched_with_its_word_in_the_caterpillar() -> None:
    made = content()
    hidden = tuple(
        replace(each, value=None, low=None, high=None, status="disclosive")
        if (each.area, each.indicator, each.wave) == ("agervang", "safe_share", "2025-bo") else each
        for each in made.estimates
    )
    drawn = caterpillar(charts(made), spread(replace(made, estimates=hidden)))
    assert "Agervang: skjult af hensyn til beboerne" in drawn.description
    assert drawn.inline().count('class="missing"') == 1


def test_both_charts_are_xml_that_says_every_value() -> None:
    made = content(corrected=True)
    for name in ("tone", "safe"):
        found = spread(made, name)
        cone = funnel(charts(made), found)
        assert cone is not None
        for chart in (caterpillar(charts(made), found), cone):
            root = ET.fromstring(chart.inline())
            assert root[1].text
            assert "DEMODATA" in chart.inline()
        assert cone.inline().count('class="dot"') == len(found.held)
        assert cone.inline().count('class="outer"') >= 1


def test_the_numbers_of_the_sentence_are_the_numbers_of_the_table() -> None:
    made = shares(content(), 0.3, 0.3, 0.3, 0.3, 0.9)
    language = Language("da", made.words["da"])
    said = tell_spread(spread(made, "tone"), language)
    assert said.startswith("Gellerupparken/Toveshøj ligger uden for den ydre grænse")
    assert "på 42,0\N{NO-BREAK SPACE}% " in said
    assert said.endswith("Det gælder 1 af 5 viste områder.")
    column = spread_table(Figures(made), language, "tone")
    shown = [row[column.place("negative_share")] for row in column.rows]
    assert sum(isinstance(each, Figure) and each.value is not None for each in shown[:-1]) == 5
    assert view(column, language).rows[-1][2].text == "42,0\N{NO-BREAK SPACE}%"


@pytest.mark.parametrize(
    ("values", "names"),
    [
        ((0.3, 0.3, 0.3, 0.3, 0.3), []),
        ((0.3, 0.3, 0.3, 0.3, 0.9), ["gellerup"]),
        ((0.0, 0.5, 0.5, 0.5, 0.5, 1.0), ["agervang", "mjolnerparken"]),
    ],
)
def test_areas_outside_are_named_in_the_order_given(values: tuple[float, ...], names: list[str]) -> None:
    assert [each.id for each in outside(spread(shares(content(), *values), "tone"))] == names


@pytest.mark.parametrize(
    ("code", "values", "correction", "said"),
    [
        ("da", (0.3,) * 5, CORRECTED, "Ingen af de 5 viste områder ligger uden for den ydre grænse omkring den fælles"),
        ("en", (0.3,) * 5, CORRECTED, "None of the 5 areas shown lies outside the outer limit around the common share"),
        ("da", (0.0, 0.5, 0.5, 0.5, 0.5, 1.0), CORRECTED, "Agervang og Mjølnerparken ligger uden for den ydre grænse"),
        ("en", (0.0, 0.5, 0.5, 0.5, 0.5, 1.0), CORRECTED, "Agervang and Mjølnerparken lie outside the outer limit"),
        ("en", (0.3, 0.3, 0.3, 0.3, 0.9), CORRECTED, "Gellerupparken/Toveshøj lies outside the outer limit"),
        ("da", (0.0, 0.5, 0.5, 0.5, 0.5, 1.0), "uncorrected", "Der siges ikke, hvem der ligger uden for grænserne"),
        ("en", (0.0, 0.5, 0.5, 0.5, 0.5, 1.0), "uncorrected", "Nothing is said of who lies outside the limits"),
        ("da", (0.0, 0.5, 0.5, 1.0), CORRECTED, "Der er ingen fælles andel at holde op imod: færre end 5 områder"),
        ("en", (0.0, 0.5, 0.5, 1.0), CORRECTED, "There is no common share to hold against: fewer than 5 areas"),
    ],
)
def test_it_is_said_in_singular_plural_negative_and_cannot_tell(
    code: str, values: tuple[float, ...], correction: str, said: str,
) -> None:
    made = shares(content(), *values, correction=correction)
    assert tell_spread(spread(made, "tone", code), Language(code, made.words[code])).startswith(said)


def test_without_a_common_share_there_is_no_funnel_and_without_a_wave_no_spread() -> None:
    made = shares(content(), 0.3, 0.4)
    assert funnel(charts(made), spread(made, "tone")) is None
    bare = content(surveys=False)
    assert spread_of(Figures(bare), Language("da", bare.words["da"]), "safe") is None
    assert spread_table(Figures(bare), Language("da", bare.words["da"]), "safe").rows == ()


def mixed(made: Content) -> Content:
    """Correct the tone of all areas but the first."""
    first = made.areas[0].id
    return replace(made, estimates=tuple(
        replace(each, correction="uncorrected") if each.area == first else each for each in made.estimates))


@pytest.mark.parametrize("draw", [caterpillar, funnel])
def test_the_uncorrected_among_the_corrected_is_hollow_and_named_so(draw) -> None:
    made = shares(content(), 0.2, 0.3, 0.3, 0.3, 0.4)
    for each, hollow in ((made, 0), (mixed(made), 1)):
        drawing = draw(charts(each), spread(each, "tone"))
        assert drawing is not None
        assert "".join(drawing.parts).count("dot hollow") == hollow
        assert drawing.description.count("ikke korrigeret for læsefejl") == hollow
        assert ("åbne prikker" in drawing.note) == bool(hollow)


@pytest.mark.parametrize(("of", "said"), [
    (lambda made: made, "korrigeret for læsefejl"),
    (mixed, "blandet: 1 af 5 er ikke korrigeret for læsefejl"),
    (lambda made: replace(made, estimates=tuple(replace(each, correction="uncorrected") for each in made.estimates)),
     "ikke korrigeret for læsefejl"),
])
def test_a_common_share_of_a_mix_is_marked_as_one(of, said: str) -> None:
    made = of(shares(content(), 0.2, 0.3, 0.3, 0.3, 0.4))
    assert spread_table(Figures(made), Language("da", made.words["da"]), "tone").rows[-1][-1] == said
