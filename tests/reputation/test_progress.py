"""Where an indicator stands against its path (method.md C2)."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from scipy.stats import norm

from reputation.content import Estimate, GoalLine
from reputation.figures import figure
from reputation.progress import goal_lines, outlook_lines, standing, verdict
from reputation.published_figures import import_figures
from store.database import Store
from store.days import Window
from store.facts import Facts, load_facts
from store.goals import Status, Yardstick
from tests.reputation.build import config

HEADER = "area,year,indicator,value,unit,source\n"


def test_the_path_is_a_straight_line_from_the_first_measurement() -> None:
    found = standing(60, 2, 2018, 68, 2, 2024, goal=80, goal_year=2030, rising=True)

    assert found.required == pytest.approx(70)
    assert found.gap == pytest.approx(-2)
    assert found.p == pytest.approx(norm.cdf(-2 / (4 + 0.25 * 4) ** 0.5))


def test_a_falling_goal_turns_the_sign() -> None:
    found = standing(76, 0, 2018, 50, 0, 2024, goal=40, goal_year=2030, rising=False)

    assert (found.required, found.gap, found.p) == (58, 8, None)


def test_beyond_the_goal_it_is_to_be_held() -> None:
    found = standing(85, 2, 2018, 79, 2, 2024, goal=80, goal_year=2030, rising=True)

    assert (found.required, found.gap) == (80, -1)
    assert found.p == pytest.approx(norm.cdf(-0.5))


def test_a_panel_narrows_the_gap() -> None:
    apart = standing(60, 2, 2018, 71, 2, 2024, goal=80, goal_year=2030, rising=True)
    panel = standing(60, 2, 2018, 71, 2, 2024, goal=80, goal_year=2030, rising=True, covariance=3)

    assert (panel.p or 0) > (apart.p or 0)


@pytest.mark.parametrize(("latest", "said"), [(90, "on track"), (70.5, "cannot tell"), (60, "off track")])
def test_the_verdict_has_three_words(latest: float, said: str) -> None:
    assert verdict(standing(60, 2, 2018, latest, 2, 2024, goal=80, goal_year=2030, rising=True), 0.9) == said


@pytest.mark.parametrize(("latest", "said"), [(58, "on track"), (59, "off track")])
def test_a_register_figure_is_on_track_or_not(latest: float, said: str) -> None:
    assert verdict(standing(76, 0, 2018, latest, 0, 2024, goal=40, goal_year=2030, rising=False), 0.9) == said


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    return load_facts(config(tmp_path_factory.mktemp("facts")))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "s.db") as store:
        yield store


def with_level(facts: Facts, indicator: str, value: float) -> Facts:
    goals = dataclasses.replace(facts.goals, yardsticks=(Yardstick(indicator, value, "at least", "sektortal"),))
    return dataclasses.replace(facts, goals=goals)


def lines(store: Store, facts: Facts, estimates: list[Estimate], indicator: str) -> GoalLine:
    found = goal_lines(store, config(store.path.parent), facts, facts.areas, estimates)
    return next(each for each in found if each.indicator == indicator and each.area == "vollsmose")


def safe(year: int, value: float, **more: object) -> Estimate:
    return figure("safe_share", "vollsmose", Window.year(year), Status.OK, wave=f"w{year}", value=value, se=0.01, n=200,
                  **more)  # type: ignore[arg-type]


def moved(status: Status = Status.OK, indicator: str = "safe_share", since: str = "2018") -> Estimate:
    return figure(f"{indicator}.change", "vollsmose", Window.year(2022), status, wave="w2022", value=0.1, se=0.01,
                  details={"since": since})


def test_without_a_level_there_is_no_target_and_no_verdict(store: Store, facts: Facts) -> None:
    line = lines(store, facts, [safe(2018, 0.6), safe(2022, 0.7), moved()], "safe_share")

    assert (line.status, line.verdict, line.goal, line.baseline, line.latest) == ("no target", "", None, 0.6, 0.7)


def test_a_users_level_gives_a_verdict_and_its_source(store: Store, facts: Facts) -> None:
    line = lines(store, with_level(facts, "safe_share", 0.72), [safe(2018, 0.6), safe(2022, 0.7), moved()],
                 "safe_share")

    assert (line.status, line.verdict, line.official, line.source) == ("ok", "on track", False, "sektortal")
    assert (line.required, line.target_year, line.since) == (0.64, 2030, "2018")


@pytest.mark.parametrize(("estimates", "status"), [
    ([safe(2018, 0.6)], "no baseline"),
    ([], "no baseline"),
    ([safe(2018, 0.6), safe(2022, 0.7), moved(Status.BREAK)], "break"),
])
def test_what_can_not_be_compared_gets_no_verdict(store: Store, facts: Facts, estimates: list[Estimate], status: str
                                                  ) -> None:
    line = lines(store, with_level(facts, "safe_share", 0.72), estimates, "safe_share")

    assert (line.status, line.verdict, line.p_on_track) == (status, "", None)


def test_the_latest_is_the_last_that_may_be_compared(store: Store, facts: Facts) -> None:
    broken = figure("safe_share.change", "vollsmose", Window.year(2025), Status.BREAK, wave="w2025",
                    details={"since": "2018"})
    line = lines(store, with_level(facts, "safe_share", 0.72),
                 [safe(2018, 0.6), safe(2022, 0.7), safe(2025, 0.4), moved(), broken], "safe_share")

    assert (line.latest, line.latest_at, line.status, line.verdict) == (0.7, "2022-12-31", "ok", "on track")


def test_uncorrected_tone_is_shown_beside_a_level_without_verdict(store: Store, facts: Facts) -> None:
    tones = [figure("net_tone", "vollsmose", Window.year(year), Status.OK, value=0.1, se=0.1,
                    correction="uncorrected") for year in (2018, 2022)]
    line = lines(store, with_level(facts, "net_tone", 0.2), [*tones, moved(Status.FOOTNOTED, "net_tone")], "net_tone")

    assert (line.status, line.verdict) == ("footnoted", "")


def test_family_housing_is_held_against_the_areas_own_target(store: Store, facts: Facts, tmp_path: Path) -> None:
    assert lines(store, facts, [], "family_housing_share").status == "not collected"
    (tmp_path / "figures.csv").write_text(HEADER + "vollsmose,2024,family_housing_share,\"55,5\",%,rapport\n")
    import_figures(store, tmp_path / "figures.csv", facts)

    line = lines(store, facts, [], "family_housing_share")

    assert (line.goal, line.baseline, line.latest, line.official) == (35, 76, 55.5, True)
    assert line.required == pytest.approx(55.5)
    assert line.verdict == "on track"


def test_the_list_is_read_from_facts_and_imported_figures(store: Store, facts: Facts, tmp_path: Path) -> None:
    assert lines(store, facts, [], "list_status").latest == 1
    (tmp_path / "figures.csv").write_text(HEADER + "vollsmose,2025,list_status,n,status,listen 2025\n")
    import_figures(store, tmp_path / "figures.csv", facts)

    line = lines(store, facts, [], "list_status")

    assert (line.latest, line.latest_at, line.goal, line.target_year) == (0, "2025", 0, 2030)


def test_people_in_both_waves_narrow_the_gap(store: Store, facts: Facts) -> None:
    panel = figure("safe_share.change", "vollsmose", Window.year(2022), Status.OK, wave="w2022", value=0.1, se=0.008,
                   details={"since": "2018", "covariance": "panel"})
    held = with_level(facts, "safe_share", 0.85)
    apart = lines(store, held, [safe(2018, 0.6), safe(2022, 0.7), moved()], "safe_share")
    together = lines(store, held, [safe(2018, 0.6), safe(2022, 0.7), panel], "safe_share")

    covariance = (0.01**2 + 0.01**2 - 0.008**2) / 2
    done = 4 / 12
    variance = 0.01**2 + (1 - done) ** 2 * 0.01**2 - 2 * (1 - done) * covariance
    assert together.p_on_track == pytest.approx(norm.cdf((together.gap or 0) / variance**0.5), abs=1e-3)
    assert (apart.covariance, together.covariance) == ("independent", "panel")
    assert (together.baseline_se, together.latest_se, together.direction) == (0.01, 0.01, "at least")


def test_a_level_has_a_year_of_its_own(store: Store, facts: Facts) -> None:
    goals = dataclasses.replace(facts.goals, yardsticks=(Yardstick("safe_share", 0.72, "at least", "x", 2026),))
    line = lines(store, dataclasses.replace(facts, goals=goals), [safe(2018, 0.6), safe(2022, 0.7), moved()],
                 "safe_share")

    assert (line.target_year, line.required) == (2026, 0.66)


def test_the_outlook_counts_only_what_may_be_compared_and_minds_a_year_that_was_lucky(facts: Facts) -> None:
    values = {2018: 0.60, 2019: 0.60, 2020: 0.58, 2021: 0.57, 2022: 0.7}
    changes = [figure("safe_share.change", "vollsmose", Window.year(year), Status.OK, wave=f"w{year}", value=0.1,
                      se=0.01, details={"since": "2018"}) for year in values if year > 2018]
    broken = [safe(2023, 0.9), figure("safe_share.change", "vollsmose", Window.year(2023), Status.BREAK, wave="w2023",
                                      details={"since": "2018"})]
    estimates = [*(safe(year, value) for year, value in values.items()), *changes, *broken]
    held = with_level(facts, "safe_share", 0.75)
    goal = GoalLine("safe_share", "vollsmose", "2018", 0.6, 0.7, "2022-12-31", 0.75, 2030, "x", False, 0.65, 0.05, 0.99,
                    "on track", "ok")
    found = {(each.indicator, each.area): each for each in outlook_lines(held, facts.areas, estimates, [goal])}

    line = found[("safe_share", "vollsmose")]
    assert (line.measurements, line.last, line.year, line.status) == (5, "2022", 2030, "ok")
    assert line.random_p is not None
    assert (line.random_p < 0.5) is line.misses
    assert found[("net_tone", "vollsmose")].status == "few"


def test_across_a_bridge_the_gap_is_measured_in_the_first_question(store: Store, facts: Facts) -> None:
    """The second instrument answers .05 higher by itself: .7 - .05, with the error of that in it."""
    bridged = figure("safe_share.change", "vollsmose", Window.year(2022), Status.OK, wave="w2022", value=0.05, se=0.02,
                     details={"since": "2018", "covariance": "panel", "bridge": "parallel"})
    line = lines(store, with_level(facts, "safe_share", 0.72), [safe(2018, 0.6), safe(2022, 0.7), bridged],
                 "safe_share")

    assert (line.latest, line.gap) == (0.65, 0.01)
    assert line.latest_se == pytest.approx((0.02**2 - 0.01**2) ** 0.5)
    assert line.covariance == "independent"
