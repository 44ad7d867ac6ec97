"""Which window a report covers, and how the demonstration stands in for a store that is not there yet."""

from datetime import date
from pathlib import Path

import pytest

from reputation import publish as publishing
from reputation.console import Console
from reputation.publish import Wanted, demonstrate, publish, series_window
from store.config import load_config
from store.days import Window
from store.errors import StoreUnusable

OLDEST = date(2018, 1, 3)


@pytest.mark.parametrize(
    ("year", "news", "wave", "window"),
    [
        (None, (OLDEST, date(2025, 12, 31)), None, "2018-01-01:2025-12-31"),
        (None, (OLDEST, date(2025, 12, 12)), None, "2018-01-01:2025-12-31"),  # nearly whole
        (None, (OLDEST, date(2025, 11, 12)), None, "2018-01-01:2024-12-31"),
        (None, (OLDEST, date(2026, 2, 9)), None, "2018-01-01:2025-12-31"),  # 2026 is not whole yet
        (None, (OLDEST, date(2026, 2, 9)), date(2024, 5, 31), "2018-01-01:2025-12-31"),
        (None, (OLDEST, date(2023, 12, 31)), date(2024, 5, 31), "2018-01-01:2024-12-31"),  # a wave is whole by itself
        (None, None, date(2021, 5, 31), "2018-01-01:2021-12-31"),
        (None, (date(2026, 3, 1), date(2026, 5, 1)), None, "2018-01-01:2026-12-31"),  # it is all there is
        (None, None, None, "2018-01-01:2018-12-31"),
        (2022, (OLDEST, date(2026, 2, 9)), None, "2018-01-01:2022-12-31"),
        (2016, (OLDEST, date(2026, 2, 9)), None, "2016-01-01:2016-12-31"),
    ],
)
def test_a_report_covers_the_years_that_the_data_have_whole(year, news, wave, window) -> None:
    assert series_window(2018, year, news, wave) == Window.parse(window)


def test_a_snapshot_needs_a_store(tmp_path: Path) -> None:
    config = load_config(tmp_path / "config.toml")
    with pytest.raises(StoreUnusable, match="no snapshot"):
        publish(config, Console(loud=False), Wanted(snapshot="abc"))
    assert not list(tmp_path.iterdir())


class Makes:
    """Stands in for writing and filling: counts, and leaves a config behind."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.times = 0
        self.recipe = "first"
        monkeypatch.setattr("reputation.demonstration.inputs.write_inputs", self.write)
        monkeypatch.setattr("reputation.demonstration.fill.fill", lambda folder, say: None)
        monkeypatch.setattr(publishing, "_recipe", lambda: self.recipe)

    def write(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        (folder / "config.toml").touch()
        self.times += 1


def test_the_demonstration_is_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    makes = Makes(monkeypatch)
    demonstrate(tmp_path / "demo", Console(loud=False))
    config = demonstrate(tmp_path / "demo", Console(loud=False))
    assert makes.times == 1
    assert config.path == tmp_path / "demo" / "config.toml"


def test_a_demonstration_of_another_version_is_thrown_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    makes = Makes(monkeypatch)
    demonstrate(tmp_path / "demo", Console(loud=False))
    (tmp_path / "demo" / "old").touch()
    makes.recipe = "second"
    demonstrate(tmp_path / "demo", Console(loud=False))
    assert makes.times == 2
    assert not (tmp_path / "demo" / "old").exists()


def test_a_demonstration_that_was_killed_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    makes = Makes(monkeypatch)
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "half").touch()
    demonstrate(tmp_path / "demo", Console(loud=False))
    assert makes.times == 1
    assert (tmp_path / "demo" / "half").exists()
