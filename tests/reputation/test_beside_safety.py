"""Beside a figure of safety: shrunken dots, reliability, intervals of those picked out; no instruments pooled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from scipy import stats

from reputation import perceived as room
from reputation.asked import fieldwork
from reputation.changes import TOLD_LEVEL, adjust, has_moved, with_levels, with_selected
from reputation.content import Estimate
from reputation.figures import figure
from reputation.language import Language
from reputation.lookup import Figures
from reputation.perceived import Perceived, perceived
from reputation.progress import goal_lines
from reputation.records import SCALE, waves
from reputation.shrunken import shrunken
from reputation.tables import view
from reputation.tabulate import changes
from store.areas import Area
from store.config import DisclosureConfig
from store.database import Store
from store.days import Window
from store.facts import Facts, load_facts
from store.goals import Status, Yardstick
from surveys.area_figures import area_wave
from tests.reputation.build import add_wave, area, config
from tests.reputation.contents import content
from tests.reputation.test_perceived import ALL, WINDOWS

AREAS = ("engen", "haven", "lunden", "marken", "skoven")


def answers(n: int, safe: float) -> list[int | None]:
    many = round(n * safe)
    return [*[1] * many, *[3] * (n // 10), *[5] * (n - many - n // 10)]


FIRST = {name: answers(n, safe) for name, n, safe in zip(AREAS, (36, 120, 150, 140, 160), (.85, .6, .62, .66, .58),
                                                         strict=True)}
LATER = {name: answers(n, safe) for name, n, safe in zip(AREAS, (40, 120, 150, 140, 160), (.5, .8, .62, .66, .58),
                                                         strict=True)}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "s.db") as store:
        yield store


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    return load_facts(config(tmp_path_factory.mktemp("facts")))


def made(store: Store) -> Perceived:
    return perceived(store, DisclosureConfig(), AREAS, AREAS, ALL, WINDOWS, "linear")


def shares(found: Perceived, wave: str) -> dict[str, Estimate]:
    return {each.area: each for each in found.estimates if each.indicator == "safe_share" and each.wave == wave}


def test_only_areas_of_few_answers_get_a_dot_drawn_towards_the_others(store: Store) -> None:
    add_wave(store, "2018-a", "2018-05-01", FIRST, population=2000)
    found = shares(made(store), "2018-a")
    assert [name for name, each in found.items() if "shrunken" in each.details] == ["engen"]
    direct, dot = found["engen"].value or 0, float(found["engen"].details["shrunken"] or 0)
    assert 0.6 < dot < direct
    assert float(found["engen"].details["shrunken_se"] or 1) < (0.24 / 36) ** 0.5  # of all areas' pooled variance


def test_a_hidden_share_takes_no_part_in_the_others_dots(store: Store) -> None:
    add_wave(store, "2018-a", "2018-05-01", {**FIRST, "skoven": [*[1] * 150, *[5] * 3]}, population=2000)
    waves = [area_wave(store, "2018-a", name, DisclosureConfig()) for name in AREAS]
    assert not waves[4].figures["safe_share"].status.shown
    assert shrunken(waves) == shrunken(waves[:4])
    assert shrunken(waves[:3]) == {}


def test_no_test_of_change_and_no_goal_reads_a_shrunken_figure(
    store: Store, facts: Facts, monkeypatch: pytest.MonkeyPatch,
) -> None:
    add_wave(store, "2018-a", "2018-05-01", FIRST, population=2000)
    add_wave(store, "2020-a", "2020-05-01", LATER, population=2000)
    places: list[Area] = [area(name) for name in AREAS]
    level = replace(facts, goals=replace(facts.goals, yardsticks=(
        Yardstick("safe_share", 0.7, "at least", "sektortal"),)))

    def told() -> tuple[list[Estimate], object]:
        found = made(store)
        rest = [each for each in found.estimates if each.indicator != "safe_share"]
        return rest, goal_lines(store, config(store.path.parent), level, places, found.estimates)

    plain = told()
    monkeypatch.setattr(room, "shrunken", lambda found: {
        (each.wave, each.area): {"shrunken": 0.01, "shrunken_se": 9.0} for each in found})
    assert shares(made(store), "2018-a")["haven"].details["shrunken"] == 0.01
    assert told() == plain
    assert any(each.indicator == "safe_share.change" and each.value is not None for each in plain[0])


def moved(name: str, value: float, se: float = 0.03, **details: float) -> Estimate:
    p = float(2 * stats.norm.sf(abs(value) / se))
    return figure("safe_share.change", name, Window.year(2020), Status.OK, wave="w", value=value, se=se,
                  details={"p": p, **details})


def test_areas_picked_out_for_having_moved_get_the_wider_interval() -> None:
    found = with_selected(adjust([moved("engen", 0.15), moved("haven", 0.12), moved("lunden", 0.01),
                                  moved("marken", 0.02)], AREAS))
    assert [has_moved(each) for each in found] == [True, True, False, False]
    assert [each.details.get("selected_level") for each in found] == [0.975, 0.975, None, None]
    reach = stats.norm.ppf(1 - 0.0125) * 0.03
    assert found[0].details["selected_low"] == pytest.approx(0.15 - reach, abs=1e-4)
    assert found[0].details["selected_high"] == pytest.approx(0.15 + reach, abs=1e-4)


def test_a_family_told_on_the_first_page_is_picked_from_at_its_own_level_and_news_by_their_degrees() -> None:
    family = ("safe_share.change", "2020-01-01", "2020-12-31", "w")
    other = ("net_tone.change", "2020-01-01", "2020-12-31", "")
    still = figure("net_tone.change", "engen", Window.year(2020), Status.OK, value=0.0, se=0.1, details={"p": 0.9})
    changes = adjust([moved("engen", 0.15, df=8.0), moved("haven", 0.0), still], AREAS)
    found = with_selected(with_levels(changes, [family, other]))
    assert found[0].details["selected_level"] == pytest.approx(1 - TOLD_LEVEL / 2 / 2)
    reach = stats.t.ppf(1 - TOLD_LEVEL / 2 / 4, 8) * 0.03
    assert found[0].details["selected_low"] == pytest.approx(0.15 - reach, abs=1e-4)


def test_waves_of_two_instruments_in_one_year_stay_two_figures_and_give_no_change(store: Store) -> None:
    add_wave(store, "2020-a", "2020-03-01", FIRST, population=2000)
    add_wave(store, "2020-b", "2020-09-01", LATER, population=2000)
    store.execute("UPDATE waves SET instrument = 'jm' WHERE id = '2020-b'")
    found = made(store)
    assert {each.wave for each in found.estimates if each.value is not None} == {"2020-a", "2020-b"}
    assert {each.details["instrument"] for each in shares(found, "2020-b").values()} == {"jm"}
    changes = [each for each in found.estimates if each.indicator == "safe_share.change"]
    assert {(each.status, each.value) for each in changes} == {("break", None)}
    assert {each.details["reason"] for each in changes} == {"instrument: vive → jm"}


def test_an_index_of_several_items_says_how_they_hold_together(store: Store) -> None:
    add_wave(store, "2018-a", "2018-05-01", {"lunden": answers(150, 0.6)}, population=2000)
    for number, turned in enumerate((False, False, True)):
        name, pole = f"mere{number}", "high" if turned else "low"
        store.execute("INSERT INTO items VALUES ('2018-a', ?, 'mere', '?', 1, 5, ?, '[]', '[]')", [name, pole])
        store.execute(
            "INSERT INTO answers SELECT wave_id, respondent_id, ?, max(1, min(5, value + (rowid_of % 2))), 'valid' FROM"
            " (SELECT *, row_number() OVER (ORDER BY respondent_id) AS rowid_of FROM answers WHERE item_id = 'tryg')",
            [name])
    store.execute("UPDATE indexes SET items = '[\"tryg\", \"mere0\", \"mere1\", \"mere2\"]'")
    index = next(each for each in made(store).estimates if each.indicator == "safety_index" and each.area == "lunden")
    assert float(index.details["alpha"] or 1) < 0.7
    assert index.details["scale_flag"] == "alpha; item-rest: mere2"  # asked the other way round, and not turned
    assert index.details["alpha_n"] == 150
    store.execute("UPDATE items SET safe_pole = 'low' WHERE id = 'mere2'")
    mended = next(each for each in made(store).estimates if each.indicator == "safety_index" and each.area == "lunden")
    assert float(mended.details["alpha"] or 0) > 0.9
    assert float(mended.details["omega"] or 0) > 0.9
    assert "scale_flag" not in mended.details


@pytest.mark.parametrize(("details", "said"), [
    ({"margins_dropped": "sex, age"}, "udeladt, for få svar i hvert niveau: køn, alder"),
    ({"weight_shift": -0.0123}, "grænserne for vægtene flytter andelen −1,2 procentpoint"),
])
def test_what_was_left_out_of_the_weights_and_what_bounds_did_is_told(details: dict[str, object], said: str) -> None:
    made = content()
    estimates = [replace(each, details={**each.details, **details}) if each.indicator == "safe_share" else each
                 for each in made.estimates]
    table = fieldwork(Figures(replace(made, estimates=tuple(estimates))), Language("da", made.words["da"]))
    assert said in str(table.rows[0][table.place("weights")]).replace("-", "−")
    assert said not in str(fieldwork(Figures(made), Language("da", made.words["da"])).rows[0])


@pytest.mark.parametrize(("how", "said"), [
    ("independent", "uafhængige stikprøver"), ("panel", "panel: de samme personer er regnet med"),
    ("panel below 10: taken as 0", "færre end 10 af de samme personer: regnet som uafhængige"),
])
def test_a_change_says_how_people_in_both_waves_were_reckoned_with(how: str, said: str) -> None:
    made = content()
    estimates = [replace(each, details={**each.details, "covariance": how}) if each.indicator == "safe_share.change"
                 else each for each in made.estimates]
    table = changes(Figures(replace(made, estimates=tuple(estimates))), Language("da", made.words["da"]))
    assert said in {row[table.place("covariance")] for row in table.rows}


def test_an_index_with_an_item_that_all_answered_alike_is_not_judged(store: Store) -> None:
    add_wave(store, "2018-a", "2018-05-01", {"lunden": answers(150, 0.6)}, population=2000)
    store.execute("INSERT INTO items VALUES ('2018-a', 'alle', 'mere', '?', 1, 5, 'low', '[]', '[]')")
    store.execute("INSERT INTO answers SELECT wave_id, respondent_id, 'alle', 2, 'valid' FROM answers")
    store.execute("UPDATE indexes SET items = '[\"tryg\", \"alle\"]'")
    index = next(each for each in made(store).estimates if each.indicator == "safety_index" and each.area == "lunden")
    assert index.value is not None
    assert "alpha" not in index.details


def test_the_page_shows_how_items_hold_together_where_an_index_has_several() -> None:
    made = content()
    language = Language("da", made.words["da"])
    estimates = [replace(each, details={**each.details, "alpha": 0.641, "omega": 0.652, "scale_flag": "alpha"})
                 if each.indicator == "safety_index" else each for each in made.estimates]
    with_scale = view(waves(Figures(replace(made, estimates=tuple(estimates))), language).lean(*SCALE), language)
    without = view(waves(Figures(made), language).lean(*SCALE), language)
    assert "Cronbachs alfa" in str(with_scale.heads)
    assert "0,64" in str(with_scale.rows)
    assert "Cronbachs alfa" not in str(without.heads)
