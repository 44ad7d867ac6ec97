"""The demonstration's files: the same every time, marked inside, and one case of each status planted."""

import csv
import json
import tomllib
import zipfile
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from reputation.demonstration.bank import Banks, load_banks
from reputation.demonstration.cases import Cases, demonstration_truth, wave_answers
from reputation.demonstration.inputs import write_inputs
from reputation.demonstration.process import Truth
from store.config import load_config
from store.demonstration import MARK, kind_of

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    write_inputs(folder)
    return folder


@pytest.fixture(scope="module")
def banks() -> Banks:
    return load_banks()


@pytest.fixture(scope="module")
def dealt(banks: Banks) -> tuple[Truth, Cases]:
    return demonstration_truth(banks, 2018)


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def own_rows(path: Path) -> list[dict[str, str]]:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith(f"# {MARK}")
    return list(csv.DictReader(lines[1:]))


def test_the_same_seed_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    write_inputs(tmp_path)
    assert files(tmp_path) == files(folder)


def test_another_seed_gives_another_truth_and_other_cases(banks: Banks, dealt: tuple[Truth, Cases]) -> None:
    truth, cases = demonstration_truth(banks, 7)
    assert not np.array_equal(truth.tone, dealt[0].tone)
    assert cases != dealt[1]


def test_writing_again_touches_nothing_and_mends_what_was_spoilt(folder: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}
    spoilt = folder / "figures.csv"
    content = spoilt.read_bytes()
    spoilt.write_bytes(b"spoilt")
    write_inputs(folder)
    assert spoilt.read_bytes() == content
    assert {path: path.stat().st_mtime_ns for path in before if path != spoilt} == {
        path: time for path, time in before.items() if path != spoilt
    }


def test_every_file_says_inside_itself_that_it_is_a_demonstration(folder: Path) -> None:
    for name, content in files(folder).items():
        if name.endswith(".xlsx"):
            with zipfile.ZipFile(folder / name) as book:
                content = book.read("xl/sharedStrings.xml")
        if name == "demo.key":
            content = bytes.fromhex(content.decode().strip())
        assert MARK.encode() in content or MARK.encode("utf-16-le") in content, name
        if not name.endswith((".xlsx", ".key")):
            in_first_part = kind_of((folder / name).read_bytes()[:65536]) == "demo"
            assert in_first_part or name.endswith(("labels.csv", "structure.csv")), name


def test_every_archive_record_is_marked(folder: Path) -> None:
    for path in (folder / "archives").glob("*.ndjson"):
        assert all(json.loads(line)["Demo"] == MARK for line in path.read_text(encoding="utf-8").splitlines())


def test_no_outlet_has_the_name_of_a_real_one(folder: Path) -> None:
    real_file = REPOSITORY / "data" / "outlets.toml"
    real = {
        name.casefold() for outlet in tomllib.loads(real_file.read_text(encoding="utf-8"))["outlets"]
        for name in (outlet["id"], outlet["name"], *outlet.get("names", []))
    }
    invented = tomllib.loads((folder / "facts/outlets.toml").read_text(encoding="utf-8"))["outlets"]
    names = {name for outlet in invented for name in (outlet["id"], outlet["name"], *outlet["names"])}
    assert not real & {name.casefold() for name in names}
    assert {outlet["class"] for outlet in invented} == {"national", "regional", "local", "press release"}


def test_the_config_is_valid_and_keeps_to_its_own_folder(folder: Path) -> None:
    config = load_config(folder / "config.toml", must_exist=True)
    assert config.store.path == folder / "data/reputation.db"
    assert config.surveys.key_file == folder / "demo.key"
    assert config.surveys.key_file.stat().st_mode & 0o777 == 0o600
    assert all(feed.url.startswith("http://127.0.0.1:") for feed in config.feeds)
    assert config.pages.fetch == "none"


def test_the_feeds_show_new_entries_and_edited_ones_and_one_shows_nothing_new(folder: Path) -> None:
    polls = {feed.name: [each.read_bytes() for each in sorted(feed.iterdir())] for feed in (folder / "feeds").iterdir()}
    assert all(len(bodies) == 6 for bodies in polls.values())
    assert [feed for feed, bodies in polls.items() if bodies[-1] == bodies[-2] == bodies[-3]] == ["aabladet"]
    assert any(b"Opdateret:" in body for bodies in polls.values() for body in bodies)


def test_the_waves_come_in_all_dialects_with_two_that_do_not_compare(folder: Path) -> None:
    books = [tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("surveys/*/codebook.toml"))]
    described = [
        (book["wave"]["institute"], tuple(book["wave"]["mode"]), book["items"][0]["wording"], book["items"][0]["max"])
        for book in books
    ]
    assert Counter(described).most_common(1)[0][1] == 4
    assert len(set(described)) == 2
    starts = [path.read_bytes()[:40] for path in sorted(folder.glob("surveys/*/dataset.csv"))]
    assert starts[0].startswith(b"\xff\xfe")
    assert b";" in starts[1]
    assert b"," in starts[2]
    assert len(list(folder.glob("surveys/*/*.xlsx"))) == 1


def test_margins_add_up_to_the_population_of_the_counts(folder: Path) -> None:
    for wave in (folder / "surveys").iterdir():
        population = {row["area"]: int(row["population"]) for row in own_rows(wave / "counts.csv")}
        totals: Counter[tuple[str, str]] = Counter()
        for row in own_rows(wave / "margins.csv"):
            totals[row["area"], row["variable"]] += int(row["count"])
        assert totals == {(area, variable): population[area] for area, variable in totals}


@pytest.mark.parametrize("seed", [2018, 1, 2, 3])
def test_every_survey_case_is_planted_whatever_the_seed(banks: Banks, seed: int) -> None:
    truth, cases = demonstration_truth(banks, seed)
    for case in cases.surveys:
        drawn = wave_answers(truth, cases, case.wave, case.area)
        first = drawn.codes[:, 0]
        assert case.low <= ((first >= 1) & (first <= 5)).sum() <= case.high
        not_safe = ((first >= 3) & (first <= 5)).sum()
        assert case.not_safe is None or case.not_safe[0] <= not_safe <= case.not_safe[1]
    assert cases.disclosive.not_safe == (1, 4)
    assert all(not len(wave_answers(truth, cases, wave, cases.no_baseline).sex) for wave in (2018, 2020, 2022))


def test_each_case_has_an_area_of_its_own(dealt: tuple[Truth, Cases]) -> None:
    _, cases = dealt
    areas = [cases.few_news[0], *(case.area for case in cases.surveys), cases.no_baseline, cases.unreliable,
             cases.uncollected]
    assert len(set(areas)) == len(areas)
    assert len(cases.coded) == 8


def test_most_areas_have_enough_answers_to_be_shown(dealt: tuple[Truth, Cases]) -> None:
    truth, cases = dealt
    n = [len(wave_answers(truth, cases, wave, area).sex) for wave in truth.waves for area in truth.areas]
    assert sum(each >= 100 for each in n) > 0.85 * len(n)


def test_some_open_answers_hold_what_must_be_masked(folder: Path) -> None:
    answers = (folder / "surveys/2020-naboskab/dataset.csv").read_bytes().decode("cp1252")
    assert "Vandkær" in answers or "Lindekvist" in answers
    assert "@post.example" in answers


def test_two_coders_agree_as_planted_and_disagree_in_one_area(folder: Path, dealt: tuple[Truth, Cases]) -> None:
    said: dict[tuple[str, str, str], dict[str, str]] = {}
    for row in own_rows(folder / "codes/codes.csv"):
        tone = row["tone"].replace("mixed", "neutral")
        said.setdefault((row["sample"], row["article"], row["area"]), {})[row["coder"]] = tone
    agree = {sample: [len(set(both.values())) == 1 for (each, _, _), both in said.items() if each == sample]
             for sample in {key[0] for key in said}}
    assert len(agree) == 2
    shares = sorted(sum(each) / len(each) for each in agree.values())
    assert shares[0] < 0.72
    assert 0.8 < shares[1] < 0.93
    assert {area for _, _, area in said} == set(dealt[1].coded)


def test_what_was_drawn_has_probabilities_of_its_cell(folder: Path) -> None:
    rows = own_rows(folder / "codes/drawn.csv")
    assert len(rows) > 700
    assert all(0 < float(row["probability"]) <= 1 for row in rows)


def test_the_truth_holds_parameters_for_every_area_year_and_wave(folder: Path, dealt: tuple[Truth, Cases]) -> None:
    truth, _ = dealt
    told = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    assert told["seed"] == 2018
    assert told["kind"] == MARK
    assert set(told["net_tone"]) == set(told["safe_share"]) == set(truth.areas)
    assert told["net_tone"]["vollsmose"]["2019"] == pytest.approx(truth.net_tone("vollsmose", 2019), abs=1e-6)
    assert set(told["net_tone"]["gellerup"]) == {str(year) for year in range(2018, 2026)}
    assert len(told["safe_share"]["gellerup"]) == 5


def test_one_hand_made_analysis_counts_to_its_total(folder: Path) -> None:
    rows = own_rows(folder / "analyses.csv")
    assert len({row["area"] for row in rows}) == 1
    assert sum(int(row["count"]) for row in rows) == int(rows[0]["n"]) > 5


def test_figures_are_marked_as_invented_at_their_source(folder: Path) -> None:
    rows = own_rows(folder / "figures.csv")
    assert {row["indicator"] for row in rows} == {"family_housing_share", "list_status"}
    assert all(MARK in row["source"] for row in rows)
    shares = Counter(row["area"] for row in rows if row["indicator"] == "family_housing_share")
    assert sorted(set(shares.values())) == [1, 4]  # one figure alone is no baseline
    assert len(shares) == 14  # one area's share nobody published
