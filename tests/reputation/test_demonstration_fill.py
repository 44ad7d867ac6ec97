"""Filling the demonstration: through the importers, once, and on from wherever a run was killed."""

import csv
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import reputation.demonstration.fill as filling
from reputation.demonstration.fill import MARKER, fill
from reputation.demonstration.inputs import write_inputs
from store.config import load_config
from store.database import Store
from store.errors import WrongFile


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small part of the inputs: sixty archive records, two polls, one wave, what was coded of the sixty."""
    folder = tmp_path_factory.mktemp("written")
    write_inputs(folder)
    archives = folder / "archives"
    for path in archives.glob("*"):
        if path.suffix in {".ndjson", ".txt"} and "genbestilt" not in path.name:
            path.unlink()
    searches = (archives / "searches.toml").read_text(encoding="utf-8").split("[[searches]]")
    (archives / "searches.toml").write_text(f"{searches[0]}[[searches]]{searches[-1]}", encoding="utf-8")
    for feed in (folder / "feeds").iterdir():
        for path in sorted(feed.iterdir())[2:]:
            path.unlink()
    for wave in (folder / "surveys").iterdir():
        if not wave.name.startswith("2022"):
            shutil.rmtree(wave)
    (folder / "codes/drawn.csv").write_text("# DEMODATA\nsample,article,area,probability\n", encoding="utf-8")
    return folder


@pytest.fixture
def folder(written: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(written, tmp_path / "demo"))


@pytest.fixture
def said() -> list[str]:
    return []


def counts(folder: Path) -> dict[str, int]:
    tables = ("articles", "versions", "feeds", "polls", "waves", "respondents", "text_answers", "figures", "analyses")
    with Store.open(load_config(folder / "config.toml").store.path, create=False) as store:
        return {table: store.value(f"SELECT count(*) FROM {table}") for table in tables}


def test_the_store_is_a_demonstration_and_holds_what_the_files_hold(folder: Path, said: list[str]) -> None:
    fill(folder, said.append)
    found = counts(folder)
    assert found["articles"] > 60
    assert found["feeds"] == 3
    assert found["polls"] == 6
    assert found["waves"] == 1
    assert found["respondents"] > 2000
    assert found["figures"] == 65
    assert found["analyses"] == 3
    with Store.open(folder / "data/reputation.db", create=False) as store:
        assert store.kind == "demo"
        assert store.value("SELECT count(*) FROM refusals WHERE source NOT LIKE '%codes.csv'") == 0
        assert store.value("SELECT count(*) FROM text_answers WHERE released IS NOT NULL") > 20
        assert store.value("SELECT count(*) FROM text_answers WHERE text LIKE '%Vandkær%' OR text LIKE '%@%'") == 0
        assert store.value("SELECT count(*) FROM outlets WHERE class IS NULL") == 0
    assert any("2022-naboskab" in line for line in said)


def test_filling_twice_does_no_work(folder: Path, said: list[str]) -> None:
    fill(folder)
    before = {path.name: path.stat().st_mtime_ns for path in (folder / "data").iterdir()}
    fill(folder, said.append)
    assert said == []
    assert {path.name: path.stat().st_mtime_ns for path in (folder / "data").iterdir()} == before


def test_a_run_that_was_killed_goes_on_where_it_stood(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = Path(shutil.copytree(folder, tmp_path / "whole"))
    fill(whole)
    rounds = iter([True, False])

    def killed_in_the_second_round(*arguments: object, **options: object) -> object:
        if next(rounds, True):
            return harvest(*arguments, **options)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    harvest = filling.harvest
    with monkeypatch.context() as patch:
        patch.setattr(filling, "harvest", killed_in_the_second_round)
        with pytest.raises(KeyboardInterrupt):
            fill(folder)
    assert not (folder / "data" / MARKER).exists()
    fill(folder)
    assert counts(folder) == counts(whole)


def test_changed_inputs_are_taken_in(folder: Path) -> None:
    fill(folder)
    figures = folder / "figures.csv"
    with figures.open("a", encoding="utf-8") as file:
        file.write("gellerup,2017,family_housing_share,99,%,DEMODATA tilføjet\n")
    fill(folder)
    assert counts(folder)["figures"] == 66


def test_without_inputs_there_is_nothing_to_fill_from(tmp_path: Path) -> None:
    with pytest.raises(WrongFile, match="reputation demo DIR"):
        fill(tmp_path)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Store]]:
    folder = tmp_path_factory.mktemp("filled")
    write_inputs(folder)
    fill(folder)
    with Store.open(folder / "data/reputation.db", create=False) as store:
        yield folder, store


@pytest.mark.slow
def test_everything_is_taken_in_without_a_refusal(filled: tuple[Path, Store]) -> None:
    _, store = filled
    assert store.value("SELECT count(*) FROM refusals") == 0
    assert 5000 < store.value("SELECT count(*) FROM articles") < 6500
    assert store.value("SELECT count(*) FROM versions") > store.value("SELECT count(*) FROM articles")
    assert store.value("SELECT count(*) FROM waves") == 5


@pytest.mark.slow
def test_every_coded_story_is_in_the_store(filled: tuple[Path, Store]) -> None:
    folder, store = filled
    lines = (folder / "codes/codes.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert store.value("SELECT count(*) FROM codes") == len(list(csv.DictReader(lines)))


@pytest.mark.slow
def test_copies_are_grouped_as_they_were_made(filled: tuple[Path, Store]) -> None:
    _, store = filled
    groups = store.value("SELECT count(DISTINCT copy_group) FROM articles WHERE feed_id IS NULL")
    assert 0.7 < groups / store.value("SELECT count(*) FROM articles WHERE feed_id IS NULL") < 0.85


@pytest.mark.slow
def test_the_silent_feed_is_known_by_its_last_story(filled: tuple[Path, Store]) -> None:
    _, store = filled
    last = {row["id"]: row["last_new"][:10] for row in store.rows("SELECT id, last_new FROM feeds")}
    assert last.pop("aabladet") == "2025-12-01"
    assert set(last.values()) == {"2026-02-09"}
