"""The commands end in the exit codes of the contract, and a mistake is one line that says what to do."""

import io
import json
import subprocess
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from collectors.harvest import HarvestSummary
from reputation.cli import run_command
from store.database import Store
from store.errors import Exit
from tests.collectors.pages import page
from tests.collectors.serving import Reply, serving
from tests.collectors.test_feedparse import item, rss
from tests.surveys.samples import ROWS, Sample, write_wave


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.toml").write_text('[surveys]\nkey_file = "key"\n', encoding="utf-8")
    return tmp_path


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = run_command(list(arguments))
    said = capsys.readouterr().err.rstrip("\n")
    assert "\n" not in said
    assert said.startswith("reputation: ")
    return code, said


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("nonsense",), 2, "No such command"),
        (("report", "--yeer", "2020"), 2, "--year"),
        (("report", "--year", "2020", "--window", "2020-01-01:2020-12-31"), 2, "exclude each other"),
        (("report", "--window", "2020"), 2, "2018-01-01:2018-12-31"),
        (("report", "--recompute"), 2, "--snapshot"),
        (("report", "--snapshot", "abc"), 4, "no snapshot"),
        (("--config", "none.toml", "doctor"), 2, "no such file"),
        (("harvest",), 3, "add [[feeds]]"),
        (("import-archive", "none.ndjson"), 2, "none.ndjson"),
        (("import-archive", "config.toml"), 2, "config.toml"),
        (("import-archive", "config.toml", "--format", "pdf"), 2, "no archive format 'pdf'"),
        (("import-archive", "config.toml", "--outlets", "none.txt"), 2, "none.txt"),
        (("import-survey", "none", "--codebook", "none.toml"), 2, "none.toml"),
        (("import-survey", "none"), 2, "--codebook"),
        (("codebook", "config.toml"), 2, "config.toml"),
        (("import-figures", "none.csv"), 2, "none.csv"),
        (("import-analyses", "none.csv"), 2, "none.csv"),
        (("import-codes", "none.xlsx"), 4, "no store here"),
        (("read",), 4, "no store here"),
        (("read", "--explain"), 2, "read - --explain"),
        (("validate",), 4, "no store here"),
        (("code-sheet",), 4, "no store here"),
        (("undo-import", "1"), 4, "no store here"),
        (("withdraw", "1"), 4, "no store here"),
        (("release-quote", "1"), 4, "no store here"),
    ],
)
def test_a_mistake_is_one_line_and_leaves_nothing_behind(
    capsys: pytest.CaptureFixture[str], folder: Path, arguments: tuple[str, ...], code: int, said: str,
) -> None:
    got, line = refused(capsys, *arguments)
    assert (got, said in line) == (code, True), line
    assert not (folder / "data" / "reputation.db").exists()


def test_a_typo_in_the_config_stops_every_command(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    (folder / "config.toml").write_text("[harvest]\nuser_agnt = 'x'\n", encoding="utf-8")
    for command in (["doctor"], ["harvest"], ["report"], ["demo", "x"], ["codebook", "x"]):
        code, line = refused(capsys, *command)
        assert code == 2
        assert "config.toml:2: unknown key 'harvest.user_agnt'. Did you mean 'harvest.user_agent'?" in line


def test_help_helps_even_where_the_config_is_broken(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    (folder / "config.toml").write_text("[[[", encoding="utf-8")
    assert run_command(["report", "--help"]) == 0
    assert "Example:" in capsys.readouterr().out


def test_a_store_from_a_newer_version_ends_with_4(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    with Store.open(folder / "data" / "reputation.db") as store:
        store.execute("PRAGMA user_version = 99")
    for command in (["read"], ["report"], ["harvest"]):
        code, line = refused(capsys, *command)
        assert code == 4
        assert "Update the program" in line


def test_a_demonstration_file_does_not_enter_a_real_store(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    record = {"Heading": "Fest", "BodyText": "Der var fest.", "PublishDate": "2020-01-01", "Source": "Bladet",
              "ArticleUrl": "https://example.dk/1", "ArticleId": "1", "Demo": "DEMODATA"}
    (folder / "a.ndjson").write_text(json.dumps(record) + "\n", encoding="utf-8")
    code, line = refused(capsys, "import-archive", "a.ndjson")
    assert code == 2
    assert "demonstration" in line
    assert not (folder / "data" / "reputation.db").exists()


def test_an_import_makes_the_store_and_says_what_it_came_to(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    record = {"Heading": "Fest i Vollsmose", "BodyText": "Der var fest i Vollsmose i går. Mange kom.",
              "PublishDate": "2020-01-01T10:00:00", "Source": "Bladet", "ArticleUrl": "https://example.dk/1",
              "ArticleId": "1"}
    (folder / "a.ndjson").write_text(json.dumps(record) + "\n", encoding="utf-8")
    assert run_command(["import-archive", "a.ndjson"]) == 0
    assert "1 added" in capsys.readouterr().out
    assert run_command(["read"]) == 0
    capsys.readouterr()
    assert run_command(["--quiet", "import-archive", "a.ndjson"]) == 0
    assert capsys.readouterr().out == ""
    with Store.open(folder / "data" / "reputation.db") as store:
        assert store.value("SELECT role FROM mentions WHERE area_id = 'vollsmose'") == "headline"


def drop(folder: Path, name: str, rows: Sequence[Sequence[str]] = ROWS) -> None:
    """Put a wave into the inbox."""
    write_wave(folder / "data" / "inbox" / name, Sample(rows=[list(row) for row in rows]))


@pytest.fixture
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("surveys.drops.QUIET", timedelta(0))


@pytest.mark.usefixtures("quiet")
def test_the_inbox_is_emptied_also_where_no_feed_is_configured(
    capsys: pytest.CaptureFixture[str], folder: Path,
) -> None:
    drop(folder, "a")
    assert run_command(["harvest"]) == 1
    said = capsys.readouterr()
    assert said.out == "inbox: 1 taken in, 0 refused, 0 waiting, 0 old exports deleted\n"
    assert "6 of 7 rows taken in as import 1" in said.err
    assert said.err.splitlines()[-1].startswith("no feeds are configured")
    with Store.open(folder / "data" / "reputation.db") as store:
        assert store.value("SELECT id FROM waves") == "2021-prøve"
    assert (folder / "data" / "inbox" / "done" / "a").exists()


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize(("feeds", "made", "code"), [
    (Exit.DONE, ["good"], 0), (Exit.DONE, ["bad"], 1), (Exit.WITH_REFUSALS, ["good"], 1),
    (Exit.NOTHING_COLLECTED, ["bad"], 3), (Exit.DONE, [], 0),
])
def test_the_worse_of_feeds_and_inbox_is_the_exit_code(
    capsys: pytest.CaptureFixture[str], folder: Path, monkeypatch: pytest.MonkeyPatch, feeds: Exit, made: list[str],
    code: int,
) -> None:
    outcome = {Exit.DONE: {}, Exit.WITH_REFUSALS: {"failed": 1, "new": 1}, Exit.NOTHING_COLLECTED: {"failed": 1}}[feeds]
    monkeypatch.setattr("collectors.harvest.harvest", lambda *_, **__: HarvestSummary(**outcome))
    for name in made:
        drop(folder, name, ROWS if name == "good" else ROWS[:0])
    assert run_command(["harvest"]) == code
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines] == ["harvest", *(["inbox"] if made else [])]


def test_the_answers_that_may_be_released_are_listed(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    rows = [[f"k{number}", *ROWS[0][1:]] for number in range(30)]
    export, codebook = write_wave(folder / "wave", Sample(rows=rows))
    assert run_command(["import-survey", str(export), "--codebook", str(codebook)]) == 0
    capsys.readouterr()
    assert run_command(["release-quote"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 30
    assert lines[0].endswith("  vollsmose  2021-prøve  hvorfor: Her er rart; og stille")
    assert run_command(["release-quote", lines[0].split()[0]]) == 0
    capsys.readouterr()
    assert run_command(["release-quote"]) == 0
    assert capsys.readouterr().out.splitlines() == lines[1:]


def test_json_lines_are_answered_in_order(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    lines = b'{"id": 1, "text": "Vollsmose er tryg."}\nno json\n{"id": "b", "text": "\xf8l"}\n{"id": 3, "text": ""}\n'
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(lines)))
    monkeypatch.setattr(sys.stdout, "reconfigure", lambda **_: None, raising=False)
    assert run_command(["read", "-"]) == 1
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [answer.get("id") for answer in answers][0::3] == [1, 3]
    assert answers[0]["areas"][0]["id"] == "vollsmose"
    assert answers[1]["line"] == 2
    assert "UTF-8" in answers[2]["error"]


def test_doctor_speaks_words_and_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["doctor"]) == 1  # no feeds are configured
    assert "feeds: none are configured" in capsys.readouterr().out
    assert run_command(["doctor", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["exit_code"] == 1


def test_verbose_says_what_is_in_force(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    run_command(["--verbose", "harvest"])
    said = capsys.readouterr().err
    assert f"config: {folder / 'config.toml'}" in said
    assert f"store: {folder / 'data' / 'reputation.db'}" in said
    assert "facts: 15 areas" in said


def test_the_demonstration_is_written_where_asked(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    assert run_command(["demo", "here"]) == 0
    assert "truth.json" in capsys.readouterr().out
    assert (folder / "here" / "config.toml").exists()
    assert not (folder / "data").exists()


def test_the_module_leaves_with_the_exit_code(folder: Path) -> None:
    done = subprocess.run([sys.executable, "-c", "from reputation.cli import main; main(['--version'])"],
                          capture_output=True, text=True, cwd=Path(__file__).parents[2])
    assert done.returncode == 0 or "not installed" in done.stderr


def test_a_harvest_reads_the_pages_that_may_name_an_area_in_a_process_of_its_own_and_deletes_what_is_old(
    capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    with serving() as server:
        entries = (item("Nyt torv i Vollsmose", "g1", f"{server.url}/1"), item("Regn i Ribe", "g2", f"{server.url}/2"))
        server.pages["/a"] = Reply(rss(*entries).encode())
        server.pages["/1"] = Reply(page(title="Nyt torv i Vollsmose"), headers={"Content-Type": "text/html"})
        (folder / "config.toml").write_text(
            "[harvest]\nallow_private_addresses = true\nhost_interval_s = 0\nmin_poll_interval_s = 0\n"
            f'[[feeds]]\nid = "a"\noutlet = "dr"\nurl = "{server.url}/a"\n', encoding="utf-8")
        assert run_command(["harvest"]) == 0
        assert server.paths() == ["/a", "/1"]
    assert "; pages: 1 due: 1 full, 0 teasers" in capsys.readouterr().out
    with Store.open(folder / "data" / "reputation.db") as store:
        assert store.value("SELECT count(*) FROM articles WHERE text_level = 'full'") == 1
        with store.transaction():
            store.execute("UPDATE bodies SET fetched = '2020-01-01T00:00:00Z'")
            store.execute("UPDATE versions SET seen = '2010-01-01T00:00:00Z'")
    assert run_command(["harvest"]) == 3  # the server is gone, and what is old goes all the same
    assert "expired: 1 texts, 1 raw pages" in capsys.readouterr().out
    assert run_command(["read"]) == 0
    with Store.open(folder / "data" / "reputation.db") as store:
        assert store.value("SELECT count(*) FROM readings WHERE area_id = 'vollsmose' AND basis = 'full'") == 1
