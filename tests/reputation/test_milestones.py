"""A report of the evaluation is asked for by its name."""

from __future__ import annotations

from pathlib import Path

import pytest

from reputation.console import Console
from reputation.milestones import milestone_names, milestone_of, milestone_window
from reputation.running import Run
from store.days import Window
from store.errors import WrongUse
from store.facts import Facts, load_facts
from tests.reputation.build import config


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    return load_facts(config(tmp_path_factory.mktemp("facts")))


def test_each_report_of_the_timeline_has_a_window_from_the_baseline_year_to_its_own(facts: Facts) -> None:
    windows = {name: milestone_window(facts, 2018, name) for name in milestone_names(facts)}

    assert [window.last.year for window in windows.values() if window] == [
        2018, 2020, 2021, 2022, 2024, 2025, 2026, 2028]
    assert windows["delrapport-2022"] == Window.parse("2018-01-01:2022-12-31")
    assert windows["midtvejs-2025"] == Window.parse("2018-01-01:2025-12-31")
    assert {milestone_of(facts, 2018, window) for window in windows.values() if window} == set(windows)


def test_other_windows_are_no_milestone(facts: Facts) -> None:
    assert milestone_window(facts, 2018, "delrapport-2019") is None
    assert milestone_of(facts, 2018, Window.year(2022)) == ""


def test_the_command_takes_a_name_or_two_days_and_says_which_names_there_are(tmp_path: Path) -> None:
    (tmp_path / "config.toml").touch()
    run = Run(tmp_path / "config.toml", Console(loud=False))

    assert run.window("slutrapport-2028") == Window.parse("2018-01-01:2028-12-31")
    assert run.window("2019-07-01:2020-06-30") == Window.parse("2019-07-01:2020-06-30")
    with pytest.raises(WrongUse, match="delrapport-2020"):
        run.window("delrapport-2019")
