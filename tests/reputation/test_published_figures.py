"""Yearly figures and hand-made analyses that others published."""

from __future__ import annotations

from pathlib import Path

import pytest

from reputation.analyses import analysis_lines
from reputation.published_figures import import_analyses, import_figures, number_of
from store.errors import Exit, OtherKind, WrongFile
from store.facts import Facts, load_facts
from store.published import undo_published
from tests.reputation.build import Newsroom, config
from tests.reputation.test_index import news

FIGURES = "area,year,indicator,value,unit,source\n"
ANALYSES = "area,window_start,window_end,search_string,n,theme,tone,count,source_page\n"


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    return load_facts(config(tmp_path_factory.mktemp("facts")))


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    return Newsroom.open(tmp_path)


def test_figures_come_in_once(room: Newsroom, facts: Facts, tmp_path: Path) -> None:
    path = tmp_path / "tal.csv"
    path.write_text("# hentet i går\n" + FIGURES.replace(",", ";") + "gellerup;2022;homes;1776;stk.;rapport s. 3\n"
                    "gellerup;2023;list_status;H;status;listen\n\n", encoding="utf-8-sig")

    first, again = (import_figures(room.store, path, facts) for _ in range(2))

    assert (first.rows, first.added, first.refused, first.exit_code) == (2, 2, 0, Exit.DONE)
    assert again.line() == "tal.csv: already imported, nothing changed"
    assert room.store.value("SELECT added FROM imports") == 2


@pytest.mark.parametrize(("text", "number"), [
    ("55,5", 55.5), ("55.5", 55.5), ("1.776,5", 1776.5), ("1.234.567", 1234567), ("1776", 1776), ("-3", -3),
])
def test_numbers_are_read_as_danes_and_others_write_them(text: str, number: float) -> None:
    assert number_of(text) == number
    assert number_of("55.125", percent=True) == 55.125


def test_a_corrected_file_changes_only_what_differs(room: Newsroom, facts: Facts, tmp_path: Path) -> None:
    for number, value in enumerate((10, 12)):
        path = tmp_path / f"{number}.csv"
        path.write_text(f"{FIGURES}gellerup,2022,homes,{value},stk.,r\ngellerup,2021,homes,9,stk.,r\n")
        summary = import_figures(room.store, path, facts)

    assert summary.added == 1
    assert [row[0] for row in room.store.rows("SELECT value FROM figures ORDER BY year")] == ["9", "12"]
    assert undo_published(room.store, 2) == 1
    assert import_figures(room.store, tmp_path / "1.csv", facts).added == 1


@pytest.mark.parametrize(("row", "column"), [
    ("gellerupp,2022,homes,1,stk.,r", "area"), ("gellerup,22,homes,1,stk.,r", "year"),
    ("gellerup,MMXX,homes,1,stk.,r", "year"), ("gellerup,2022,,1,stk.,r", "indicator"),
    ("gellerup,2022,homes,mange,stk.,r", "value"), ("gellerup,2022,homes,,stk.,r", "value"),
    ("gellerup,2022,homes,1.776,stk.,r", "value"),
    ("gellerup,2022,family_housing_share,140,%,r", "value"), ("gellerup,2022,list_status,X,status,r", "value"),
    ("gellerup,2022,homes,1,,r", "unit"), ("gellerup,2022,homes,1,stk.,", "source"),
])
def test_a_wrong_figure_is_refused_by_row_and_column(room: Newsroom, facts: Facts, tmp_path: Path, row: str,
                                                     column: str) -> None:
    path = tmp_path / "tal.csv"
    path.write_text(f"{FIGURES}{row}\ngellerup,2022,homes,1,stk.,god\n")

    summary = import_figures(room.store, path, facts)

    assert (summary.added, summary.refused, summary.exit_code) == (1, 1, Exit.WITH_REFUSALS)
    assert tuple(room.store.rows('SELECT row, "column" FROM refusals')[0]) == (1, column)


@pytest.mark.parametrize(("row", "column"), [
    ("gellerup,2019-07-01,2019-06-30,q,10,,,5,s", "window_end"),
    ("gellerup,juli,2019-06-30,q,10,,,5,s", "window_start"),
    ("gellerup,2019-07-01,2020-06-30,q,10,,,50,s", "count"),
    ("gellerup,2019-07-01,2020-06-30,q,10,topic:x,,5,s", "theme"),
    ("gellerup,2019-07-01,2020-06-30,q,10,,sur,5,s", "tone"), ("gellerup,2019-07-01,2020-06-30,q,ti,,,5,s", "n"),
])
def test_a_wrong_analysis_is_refused_by_row_and_column(room: Newsroom, facts: Facts, tmp_path: Path, row: str,
                                                       column: str) -> None:
    path = tmp_path / "analyse.csv"
    path.write_text(f"{ANALYSES}{row}\n")

    assert import_analyses(room.store, path, facts).refused == 1
    assert room.store.value('SELECT "column" FROM refusals') == column


def test_demonstration_figures_stay_out_of_a_real_store(room: Newsroom, facts: Facts, tmp_path: Path) -> None:
    path = tmp_path / "tal.csv"
    path.write_text(f"# DEMODATA opdigtede tal\n{FIGURES}gellerup,2022,homes,1,stk.,r\n")

    with pytest.raises(OtherKind):
        import_figures(room.store, path, facts)


def test_a_file_without_the_columns_is_refused(room: Newsroom, facts: Facts, tmp_path: Path) -> None:
    (tmp_path / "tal.csv").write_text("a,b\n1,2\n")

    with pytest.raises(WrongFile, match="no column 'area'"):
        import_figures(room.store, tmp_path / "tal.csv", facts)


def test_an_analysis_stands_beside_our_reading_of_its_window(room: Newsroom, facts: Facts, tmp_path: Path) -> None:
    room.article("gellerup", "2019-08-01", -1, themes=("goal:tryghed",))
    room.article("gellerup", "2019-08-02", -1)
    room.article("gellerup", "2019-08-03", 1, themes=("goal:tryghed",))
    room.article("gellerup", "2021-08-03", 1)
    room.outlet("radioen")
    room.store.execute("UPDATE outlets SET medium = 'radio' WHERE id = 'radioen'")
    room.article("gellerup", "2019-08-04", -1, outlet="radioen")
    path = tmp_path / "analyse.csv"
    window = "gellerup,2019-07-01,2020-06-30,Gellerup*"
    path.write_text(f"{ANALYSES}{window},40,,,40,s. 2\n{window},40,,negative,30,s. 2\n"
                    f"{window},40,goal:tryghed,negative,12,s. 2\nvollsmose,2019-07-01,2020-06-30,V,5,,,5,s. 3\n")
    assert import_analyses(room.store, path, facts).added == 4

    found = {(line.area, line.theme, line.tone): (line.n, line.count, line.ours_n, line.ours_count)
             for line in analysis_lines(room.store, "linear", news(room, "gellerup", "vollsmose"))}

    assert found == {
        ("gellerup", "", ""): (40, 40, 3, 3), ("gellerup", "", "negative"): (40, 30, 3, 2),
        ("gellerup", "goal:tryghed", "negative"): (40, 12, 3, 1), ("vollsmose", "", ""): (5, 5, None, None),
    }


def test_a_tone_of_an_analysis_stands_beside_our_share_with_its_interval(room: Newsroom, facts: Facts, tmp_path: Path
                                                                         ) -> None:
    room.archive("2019-07-01", "2020-06-30", query="Gellerup")
    room.year("gellerup", 2019, [-1, 0, 0, 1, 0] * 12, themes=("goal:tryghed",))
    room.article("gellerup", "2019-09-09", None, role="focus", full=-1)
    path = tmp_path / "analyse.csv"
    window = "gellerup,2019-01-01,2019-12-31,Gellerup*"
    path.write_text(f"{ANALYSES}{window},40,,negative,10,s. 2\n{window},40,,mixed,4,s. 2\n"
                    f"{window},40,goal:tryghed,,20,s. 2\n{window},40,,,40,s. 2\n")
    import_analyses(room.store, path, facts)
    made = news(room, "gellerup")
    found = {(line.theme, line.tone): line for line in analysis_lines(room.store, "linear", made)}

    tone = found[("", "negative")]
    assert (tone.ours_n, tone.ours_count, tone.share, tone.their_share) == (60, 12, 0.2, 0.25)
    assert tone.low is not None
    assert tone.low < 0.2 < (tone.high or 0)
    assert (tone.status, tone.correction) == ("ok", "uncorrected")
    assert (found[("", "mixed")].ours_count, found[("", "mixed")].status) == (None, "not collected")
    theme = found[("goal:tryghed", "")]
    assert (theme.share, theme.status, theme.correction) == (1, "footnoted", "uncorrected")
    assert (found[("", "")].ours_n, found[("", "")].correction) == (61, "")
    withheld = news(room, "gellerup", unreliable={"gellerup": 0.4})
    hidden = {(line.theme, line.tone): line for line in analysis_lines(room.store, "linear", withheld)}
    assert (hidden[("", "negative")].ours_count, hidden[("", "negative")].status) == (None, "unreliable reading")
