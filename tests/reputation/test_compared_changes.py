"""Change here minus change there, and which families of tests may call an area moved (method.md A7, C2)."""

from __future__ import annotations

import pytest
from scipy import stats

from reputation.changes import compared_changes, has_moved, with_levels
from reputation.content import Detail, Estimate
from reputation.figures import figure
from store.days import Window
from store.goals import Status

YEAR = Window.year(2022)
TOLD = [("net_tone.change", "2022-01-01", "2022-12-31", ""), ("safe_share.change", "2022-01-01", "2022-12-31", "w")]


def moved(area: str, value: float | None, *, indicator: str = "net_tone.change", status: Status = Status.OK,
          since: str = "2018", p: float | None = 0.2, df: float | None = 30, correction: str = "dsl n=20 alpha=0.80",
          se: float = 0.1, wave: str = "", p_adjusted: float | None = None) -> Estimate:
    details: dict[str, Detail] = {"since": since, "p": p, "df": df, "p_adjusted": p_adjusted}
    return figure(indicator, area, YEAR, status, wave=wave, value=value, se=se, n=50, correction=correction,
                  details=details)


def test_the_background_is_taken_off_with_its_error() -> None:
    (found,) = compared_changes([moved("a", 0.5), moved("x", 0.1), moved("y", 0.3)], ["a"], ["x", "y"])

    assert (found.indicator, found.area, found.value) == ("net_tone.compared.change", "a", 0.3)
    variance = 0.01 + 0.02 / 4
    df = variance**2 / (0.01**2 / 30 + 0.005**2 / 30)
    assert found.se == pytest.approx(variance**0.5, abs=1e-5)
    assert found.details["p"] == pytest.approx(2 * stats.t.sf(0.3 / variance**0.5, df), abs=1e-4)
    assert (found.details["areas"], found.details["compared_with"], found.details["family"]) == (2, "x, y", 1)


def test_a_comparison_area_since_another_year_is_no_background() -> None:
    (found,) = compared_changes([moved("a", 0.5), moved("x", 0.1, since="2020")], ["a"], ["x"])

    assert (found.status, found.value, found.details["reason"]) == ("not collected", None, "no comparison area")


def test_an_uncorrected_background_leaves_no_test() -> None:
    (found,) = compared_changes(
        [moved("a", 0.5), moved("x", 0.1, p=None, status=Status.FOOTNOTED, correction="uncorrected")], ["a"], ["x"])

    assert (found.status, found.correction, found.value) == ("footnoted", "uncorrected", 0.4)
    assert "p" not in found.details


def test_what_is_hidden_stays_hidden_and_without_comparison_areas_there_is_nothing() -> None:
    (found,) = compared_changes([moved("a", None, status=Status.BREAK), moved("x", 0.1)], ["a"], ["x"])

    assert (found.status, found.value) == ("break", None)
    assert compared_changes([moved("a", 0.5)], ["a"], []) == []


def test_a_change_of_answers_is_tested_with_the_normal() -> None:
    given = [moved(each, value, indicator="safe_share.change", df=None, wave="w", correction="", se=0.02)
             for each, value in (("a", 0.1), ("x", 0.02))]
    (found,) = compared_changes(given, ["a"], ["x"])

    assert found.details["p"] == pytest.approx(2 * stats.norm.sf(0.08 / (2 * 0.0004) ** 0.5), abs=1e-4)


def answers(area: str, p_adjusted: float) -> Estimate:
    return moved(area, 0.1, indicator="safe_share.change", wave="w", correction="", p_adjusted=p_adjusted)


@pytest.mark.parametrize(("tone", "safe", "levels", "called"), [
    (0.03, 0.9, (0.02, 0.02), (False, False)),      # one of two families at .03: too many runs would call something
    (0.015, 0.9, (0.02, 0.04), (True, False)),      # the other would be selected beside it at .04
    (0.035, 0.03, (0.04, 0.04), (True, True)),      # both speak
    (0.6, 0.9, (0.02, 0.02), (False, False)),
])
def test_two_families_are_selected_before_either_may_call_an_area_moved(
    tone: float, safe: float, levels: tuple[float, float], called: tuple[bool, bool],
) -> None:
    found = with_levels([moved("a", 0.3, p_adjusted=tone), answers("a", safe)], TOLD)

    assert tuple(each.details["level"] for each in found) == levels
    assert tuple(has_moved(each) for each in found) == called


def test_one_family_alone_keeps_its_level_and_others_are_left_as_they_are() -> None:
    other = moved("a", 0.3, indicator="negative_share.change", p_adjusted=0.04)
    found = with_levels([moved("a", 0.3, p=None), answers("a", 0.03), other], TOLD)

    assert "level" not in found[0].details
    assert found[1].details["level"] == 0.04
    assert found[2] is other
    assert [has_moved(each) for each in found] == [False, True, True]
    assert not has_moved(None)
