"""What teams drop is taken in once it is whole, and nothing is refused without a word they can read."""

from __future__ import annotations

import os
import re
import shutil
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePath

import pytest
from filelock import FileLock
from hypothesis import given
from hypothesis import strategies as st

from store.config import Config
from store.database import Store
from store.errors import AlreadyRunning, Exit, ReputationError, WrongConfig, WrongFacts, WrongFile, WrongUse
from store.facts import Facts
from surveys import inbox as inbox_module
from surveys.drops import QUIET, Entry, Take, Wait, free_name, judge, judge_loose, last_change
from surveys.inbox import InboxSummary, empty_inbox, shown
from surveys.intake import import_survey, undo
from surveys.letter import in_danish, letter, load_words
from tests.surveys.samples import CODEBOOK, COUNTS, MARGINS, ROWS, Sample, write_csvs, write_wave, write_xlsx

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
OLD = NOW - timedelta(hours=1)


# ---------------------------------------------------------------- deciding


def entries(*names: str, changed: datetime = OLD) -> list[Entry]:
    """A drop: names that end in ``/`` are folders, names that end in ``@`` are links."""
    made = [Entry(PurePath(), "folder", changed)]
    for name in names:
        kind = "folder" if name.endswith("/") else "other" if name.endswith("@") else "file"
        made.append(Entry(PurePath(name.rstrip("/@")), kind, changed))  # type: ignore[arg-type]
    return made


CSVS = ("dataset.csv", "structure.csv", "labels.csv")
BESIDE = ("kodebog.toml", "margins.csv", "counts.csv")


@pytest.mark.parametrize(("names", "codebook", "export"), [
    ((*BESIDE, *CSVS), "kodebog.toml", "."),
    ((*BESIDE, "eksport/", *(f"eksport/{name}" for name in CSVS)), "kodebog.toml", "eksport"),
    ((*BESIDE, "svar.xlsx"), "kodebog.toml", "svar.xlsx"),
    (("2021.TOML", "eksport/", "eksport/svar.XLSX"), "2021.TOML", "eksport/svar.XLSX"),
    ((*BESIDE, "uge12-Dataset.txt", "uge12-Structure.txt", "uge12-Labels.txt"), "kodebog.toml", "."),
    ((*BESIDE, *CSVS, ".DS_Store", "Thumbs.db", "__MACOSX/", "__MACOSX/x.toml", "brev.docx", "hvorfor.txt"),
     "kodebog.toml", "."),
    ((*BESIDE, "svar.csv"), "kodebog.toml", "svar.csv"),
    ((*BESIDE, "eksport/", "eksport/svar.sav"), "kodebog.toml", "eksport/svar.sav"),
    ((*BESIDE, "svar.xml"), "kodebog.toml", "svar.xml"),
    ((*BESIDE, "FOLK1A.csv", "svar.tsv"), "kodebog.toml", "svar.tsv"),
    ((*BESIDE, "svar.xlsx", "gammel/", "gammel/2019/", "gammel/2019/svar.xlsx", "gammel/kodebog.toml"),
     "kodebog.toml", "svar.xlsx"),
])
def test_a_drop_is_a_codebook_and_an_export_beside_or_one_folder_below_it(
    names: tuple[str, ...], codebook: str, export: str,
) -> None:
    assert judge(entries(*names), NOW, ["folk1a.csv"]) == Take(PurePath(codebook), PurePath(export))


@pytest.mark.parametrize(("names", "what"), [
    (CSVS, "there is no codebook"),
    ((*CSVS, "under/kodebog.toml"), "there is no codebook"),
    ((*CSVS, "a.toml", "b.toml"), "there are 2 codebooks: a.toml, b.toml"),
    (BESIDE, "there is no export"),
    ((*BESIDE, "a/b/svar.xlsx"), "there is no export"),
    ((*BESIDE, "svar.xlsx", "svar (1).xlsx"), "there are 2 exports"),
    ((*BESIDE, *CSVS, "svar.xlsx"), "there are 2 exports"),
    ((*BESIDE, "svar.csv", "andre.csv"), "there are 2 exports"),
    ((*BESIDE, *CSVS, "link@"), "links and other special files are not followed"),
    ((*BESIDE, *CSVS, ".skjult@"), "links and other special files are not followed"),
])
def test_a_drop_laid_out_otherwise_is_refused(names: tuple[str, ...], what: str) -> None:
    verdict = judge(entries(*names), NOW)
    assert isinstance(verdict, WrongFile)
    assert verdict.what == what


@pytest.mark.parametrize(("drop", "reason"), [
    (entries(*BESIDE, *CSVS, changed=NOW - QUIET + timedelta(seconds=1)), "less than 120 seconds"),
    ([*entries(*BESIDE, *CSVS), *entries(changed=NOW)], "less than 120 seconds"),
    (entries("link@", changed=NOW), "less than 120 seconds"),
    (entries(*BESIDE, "svar.xlsx.part"), "svar.xlsx.part is still being written"),
    (entries(*BESIDE, "svar.xlsx", "~$svar.xlsx"), "~$svar.xlsx is still being written, or open"),
    (entries(*BESIDE, "svar.xlsx", ".~lock.svar.xlsx#"), "or open"),
    (entries(), "it is empty"),
    (entries(".DS_Store", "under/"), "it is empty"),
])
def test_a_drop_still_being_written_is_left_alone(drop: list[Entry], reason: str) -> None:
    verdict = judge(drop, NOW)
    assert isinstance(verdict, Wait)
    assert reason in verdict.reason


def test_two_minutes_of_quiet_are_enough() -> None:
    assert isinstance(judge(entries(*BESIDE, *CSVS, changed=NOW - QUIET), NOW), Take)


@pytest.mark.parametrize(("drop", "expected"), [
    (entries("dataset.csv"), "files lie in the inbox itself"),
    (entries("dataset.csv", "link@"), "links and other special files are not followed"),
    (entries("dataset.csv", changed=NOW), Wait),
])
def test_loose_files_are_refused_together(drop: list[Entry], expected: object) -> None:
    verdict = judge_loose(drop, NOW)
    assert isinstance(verdict, Wait) if expected is Wait else verdict.what == expected  # type: ignore[union-attr]


@pytest.mark.parametrize(("content", "entry", "newest"), [
    (-900, -5, -5),      # copied with the times of the original
    (-5, -900, -5),
    (900, -300, -300),   # written by a clock that is ahead
    (900, 600, 600),     # our own clock was set back: wait until it has caught up
])
def test_the_last_change_is_the_newest_time_that_can_be_true(content: int, entry: int, newest: int) -> None:
    times = [NOW + timedelta(seconds=content), NOW + timedelta(seconds=entry)]
    assert last_change(times, NOW) == NOW + timedelta(seconds=newest)


@given(st.text(min_size=1), st.lists(st.text()))
def test_a_free_name_is_free_and_begins_with_the_name(name: str, taken: list[str]) -> None:
    free = free_name(name, [*taken, name.upper()])
    assert free.casefold() not in {each.casefold() for each in taken}
    assert free.startswith(name)


@pytest.mark.parametrize(("taken", "free"), [
    ([], "2021"), (["2020"], "2021"), (["2021"], "2021-2"), (["2021", "2021-2"], "2021-3"), (["2021-2"], "2021"),
])
def test_a_name_that_is_taken_gets_a_number(taken: list[str], free: str) -> None:
    assert free_name("2021", taken) == free


# ---------------------------------------------------------------- doing


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


@pytest.fixture
def config(config: Config, inbox: Path) -> Config:
    return replace(config, surveys=replace(config.surveys, inbox=inbox))


def later(**time: float) -> datetime:
    """A moment after the files were written; ten minutes unless said."""
    return datetime.now(UTC) + timedelta(**(time or {"minutes": 10}))


def names(folder: Path) -> list[str]:
    return sorted(str(each.relative_to(folder)) for each in folder.rglob("*") if each.is_file() or each.is_symlink())


def waves(store: Store) -> list[str]:
    return [row["id"] for row in store.rows("SELECT id FROM waves ORDER BY id")]


WAVE = ["counts.csv", "eksport/dataset.csv", "eksport/labels.csv", "eksport/structure.csv", "kodebog.toml",
        "margins.csv"]


def test_a_whole_drop_is_taken_in_and_moved_to_done(inbox: Path, store: Store, facts: Facts, config: Config) -> None:
    write_wave(inbox / "Prøve 2021")
    summary = empty_inbox(store, config, facts, now=later())
    assert [each.added for each in summary.taken] == [6]
    assert summary.line() == "inbox: 1 taken in, 0 refused, 0 waiting, 0 old exports deleted"
    assert summary.exit_code is Exit.DONE
    assert waves(store) == ["2021-prøve"]
    assert names(inbox) == [f"done/Prøve 2021/{name}" for name in WAVE]
    assert "6 of 7 rows taken in as import 1" in summary.remarks[0]


@pytest.mark.parametrize("layout", ["xlsx", "beside", "xlsx below"])
def test_each_layout_of_the_documentation_is_taken_in(
    inbox: Path, store: Store, facts: Facts, config: Config, layout: str,
) -> None:
    drop = inbox / "drop"
    export, _ = write_wave(drop)
    shutil.rmtree(export)
    if layout == "beside":
        write_csvs(drop, Sample(), "\t", "utf-16")
    else:
        write_xlsx(drop / ("under/svar.xlsx" if "below" in layout else "svar.xlsx"), Sample())
    assert [each.added for each in empty_inbox(store, config, facts, now=later()).taken] == [6]


def test_one_file_of_another_tool_is_taken_in_beside_the_files_its_codebook_names(
    inbox: Path, store: Store, facts: Facts, config: Config,
) -> None:
    drop = inbox / "drop"
    export, codebook = write_wave(drop)
    shutil.rmtree(export)
    codebook.write_text(CODEBOOK.replace('"margins.csv"', '"befolkning 2021.csv"'), encoding="utf-8")
    (drop / "margins.csv").rename(drop / "befolkning 2021.csv")
    rows = [Sample().columns, *Sample().rows]
    (drop / "svar.csv").write_text("".join("\t".join(f'"{each}"' for each in row).replace('"hej"', "hej") + "\n"
                                           for row in rows), encoding="utf-8")
    assert [each.added for each in empty_inbox(store, config, facts, now=later()).taken] == [6]


def test_an_spss_file_where_spss_cannot_be_read_is_refused_in_danish(
    inbox: Path, store: Store, facts: Facts, config: Config, monkeypatch: pytest.MonkeyPatch,
) -> None:
    drop = inbox / "drop"
    export, _ = write_wave(drop)
    shutil.rmtree(export)
    (drop / "svar.sav").write_bytes(b"$FL2")
    monkeypatch.setitem(sys.modules, "pyreadstat", None)
    assert len(empty_inbox(store, config, facts, now=later()).refused) == 1
    assert "Eksportér som CSV" in (inbox / "refused" / "drop" / "hvorfor.txt").read_text(encoding="utf-8-sig")


def test_the_name_of_the_drop_can_tell_the_area(inbox: Path, store: Store, facts: Facts, config: Config) -> None:
    codebook = re.sub(r"\[area\]\n.*\n.*\n", "[area]\nfile_name = true\n", CODEBOOK)
    codebook = codebook.replace('margins = "margins.csv"\n', "").replace('counts = "counts.csv"\n', "")
    codebook = re.sub(r"\[\[weighting\]\]\n(.+\n){3}", "", codebook)
    export, _ = write_wave(inbox / "svar gellerup", codebook=codebook)
    write_csvs(inbox / "svar gellerup", Sample(), ";", "cp1252")
    shutil.rmtree(export)
    empty_inbox(store, config, facts, now=later())
    assert {row["area_id"] for row in store.rows("SELECT area_id FROM respondents")} == {"gellerup"}


def test_a_row_that_is_refused_shows_in_the_exit_code(inbox: Path, store: Store, facts: Facts, config: Config) -> None:
    write_wave(inbox / "a", Sample().changed(0, "s_2", "77"))
    summary = empty_inbox(store, config, facts, now=later())
    assert (len(summary.taken), summary.exit_code) == (1, Exit.WITH_REFUSALS)


def test_no_inbox_and_an_empty_one_are_nothing_to_do(inbox: Path, store: Store, facts: Facts, config: Config) -> None:
    before = sorted(store.path.parent.iterdir())
    assert not empty_inbox(store, config, facts)
    inbox.rmdir()
    assert not empty_inbox(store, config, facts)
    assert sorted({*before} - {inbox}) == sorted(store.path.parent.iterdir())


def test_hidden_things_and_done_and_refused_are_no_drops(
    inbox: Path, store: Store, facts: Facts, config: Config,
) -> None:
    for name in (".gitkeep", "Thumbs.db"):
        (inbox / name).write_text("")
    for name in (".stfolder", "done", "refused"):
        (inbox / name).mkdir()
    assert empty_inbox(store, config, facts, now=later()) == InboxSummary()


def test_a_drop_still_being_written_stays_where_it_is(inbox: Path, store: Store, facts: Facts, config: Config) -> None:
    write_wave(inbox / "a")
    write_wave(inbox / "b")
    (inbox / "b" / "svar.xlsx.part").write_text("")
    (inbox / "c").mkdir()
    (inbox / "løs.csv").write_text("a")
    before = names(inbox)
    young = empty_inbox(store, config, facts)
    assert [each.split(":")[0] for each in young.waiting] == ["a", "b", "c", "løs.csv"]
    assert (young.exit_code, names(inbox), waves(store)) == (Exit.DONE, before, [])
    settled = empty_inbox(store, config, facts, now=later())
    assert [each.split(":")[0] for each in settled.waiting] == ["b", "c"]
    assert waves(store) == ["2021-prøve"]


def read_letter(inbox: Path, name: str) -> str:
    return (inbox / "refused" / name / "hvorfor.txt").read_text(encoding="utf-8-sig")


def test_a_drop_that_can_not_be_used_is_refused_with_a_danish_letter(
    inbox: Path, store: Store, facts: Facts, config: Config,
) -> None:
    write_wave(inbox / "Prøve", margins=MARGINS.replace("gellerup", "gelerup"))
    summary = empty_inbox(store, config, facts, now=datetime(2126, 7, 1, 10, 5, tzinfo=UTC))
    assert (len(summary.refused), summary.exit_code, waves(store)) == (1, Exit.WITH_REFUSALS, [])
    assert names(inbox) == sorted(f"refused/Prøve/{name}" for name in [*WAVE, "hvorfor.txt"])
    said = read_letter(inbox, "Prøve")
    for part in ('"Prøve" blev ikke taget ind', "01-07-2126 kl. 12.05 (dansk tid)",
                 "kodebogen kodebog.toml og eksporten eksport", "Hvor:      margins.csv:4",
                 'Der er intet område med id "gelerup"', "margins.csv:4: there is no area 'gelerup'. See data/areas"):
        assert part in said
    assert str(inbox) not in said  # where the program runs is nobody's business
    assert "{" not in said


def test_a_mended_drop_comes_in_with_its_letter_still_in_it(
    inbox: Path, store: Store, facts: Facts, config: Config,
) -> None:
    write_wave(inbox / "a", margins="")
    empty_inbox(store, config, facts, now=later())
    (inbox / "refused" / "a" / "margins.csv").write_text(MARGINS)
    (inbox / "refused" / "a").rename(inbox / "a")
    assert len(empty_inbox(store, config, facts, now=later(minutes=20)).taken) == 1


def test_one_bad_drop_does_not_keep_the_others_out(
    inbox: Path, store: Store, facts: Facts, config: Config,
) -> None:
    write_wave(inbox / "a", codebook="[[[")
    write_wave(inbox / "b")
    write_wave(inbox / "c", Sample().changed(0, "s_2", "2"))
    summary = empty_inbox(store, config, facts, now=later())
    assert (len(summary.taken), len(summary.refused)) == (1, 2)
    assert summary.refused[0].startswith("a: kodebog.toml:1: not valid TOML")
    assert "undo-import 1" in read_letter(inbox, "c")
    assert "TOML" in read_letter(inbox, "a")


def test_a_bug_is_not_blamed_on_the_team_and_keeps_no_one_else_out(
    inbox: Path, store: Store, facts: Facts, config: Config, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fails(store: Store, export: Path, *rest: object) -> object:
        if "a" in export.parts:
            raise KeyError("007")
        return import_survey(store, export, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(inbox_module, "import_survey", fails)
    write_wave(inbox / "a")
    write_wave(inbox / "b")
    summary = empty_inbox(store, config, facts, now=later())
    assert (len(summary.taken), len(summary.refused)) == (1, 1)
    said = read_letter(inbox, "a")
    assert "sandsynligvis ikke jeres fejl" in said
    assert "007" not in said
    assert "KeyError" in caplog.text
    assert "in fails" in caplog.text
    assert "KeyError: " not in caplog.text  # the message may hold somebody's answer


def test_names_that_are_taken_get_a_number(inbox: Path, store: Store, facts: Facts, config: Config) -> None:
    for number in range(2):
        write_wave(inbox / "god")
        write_wave(inbox / "dårlig", counts="")
        assert empty_inbox(store, config, facts, now=later()).taken[0].known is bool(number)
    assert sorted(each.name for each in (inbox / "done").iterdir()) == ["god", "god-2"]
    assert sorted(each.name for each in (inbox / "refused").iterdir()) == ["dårlig", "dårlig-2"]


def test_killed_between_import_and_move_a_rerun_just_moves(
    inbox: Path, store: Store, facts: Facts, config: Config, monkeypatch: pytest.MonkeyPatch,
) -> None:
    write_wave(inbox / "a")
    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            empty_inbox(store, config, facts, now=later())
    assert (waves(store), (inbox / "a").exists()) == (["2021-prøve"], True)
    before = list(store.db.conn.iterdump())
    summary = empty_inbox(store, config, facts, now=later(minutes=20))
    assert summary.taken[0].known
    assert list(store.db.conn.iterdump()) == before
    assert names(inbox) == [f"done/a/{name}" for name in WAVE]


def test_what_can_not_be_moved_is_told_and_tried_again(
    inbox: Path, store: Store, facts: Facts, config: Config, monkeypatch: pytest.MonkeyPatch,
) -> None:
    write_wave(inbox / "a")
    write_wave(inbox / "b", counts="")
    (inbox / "løs.csv").write_text("a")
    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", lambda *_: (_ for _ in ()).throw(PermissionError(13, "Permission denied")))
        summary = empty_inbox(store, config, facts, now=later())
    assert len(summary.troubles) == 3
    assert summary.exit_code is Exit.WITH_REFUSALS
    assert "Mend the permissions" in summary.remarks[-1]
    again = empty_inbox(store, config, facts, now=later(minutes=20))
    assert (again.troubles, len(again.refused), again.taken[0].known) == ((), 2, True)


def test_links_are_refused_and_not_followed(
    tmp_path: Path, inbox: Path, store: Store, facts: Facts, config: Config,
) -> None:
    export, codebook = write_wave(tmp_path / "elsewhere")
    (inbox / "mappe").symlink_to(tmp_path / "elsewhere")
    _, inner = write_wave(inbox / "drop")
    inner.unlink()
    inner.symlink_to(codebook)
    (inbox / "drop" / "hvorfor.txt").symlink_to(tmp_path / "precious")
    (tmp_path / "precious").write_text("stays")
    summary = empty_inbox(store, config, facts, now=later())
    assert (len(summary.refused), waves(store)) == (2, []), summary
    assert "link" in read_letter(inbox, "drop")
    assert "link" in read_letter(inbox, "uden-mappe")
    assert (inbox / "refused" / "uden-mappe" / "mappe").is_symlink()
    assert (tmp_path / "precious").read_text() == "stays"
    assert export.exists()
    assert names(tmp_path / "elsewhere") == WAVE


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_does_not_hang_the_run(inbox: Path, store: Store, facts: Facts, config: Config) -> None:
    _, codebook = write_wave(inbox / "drop")
    codebook.unlink()
    os.mkfifo(codebook)
    assert len(empty_inbox(store, config, facts, now=later()).refused) == 1


@pytest.mark.parametrize(("error", "refused", "waiting"), [
    (PermissionError(13, "Permission denied"), 1, 0), (FileNotFoundError(2, "No such file"), 0, 1),
])
def test_a_folder_that_can_not_be_looked_into_is_told(
    inbox: Path, store: Store, facts: Facts, config: Config, monkeypatch: pytest.MonkeyPatch, error: OSError,
    refused: int, waiting: int,
) -> None:
    write_wave(inbox / "a")
    monkeypatch.setattr(inbox_module, "_entries", lambda *_: (_ for _ in ()).throw(error))
    summary = empty_inbox(store, config, facts, now=later())
    assert (len(summary.refused), len(summary.waiting)) == (refused, waiting)


@pytest.mark.parametrize("absolute", [False, True])
def test_a_codebook_reads_nothing_outside_its_folder(
    tmp_path: Path, inbox: Path, store: Store, facts: Facts, config: Config, absolute: bool,
) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("password,hunter2")
    named = str(secret) if absolute else "../../secret.csv"
    write_wave(inbox / "a", codebook=CODEBOOK.replace("margins.csv", named))
    empty_inbox(store, config, facts, now=later())
    said = read_letter(inbox, "a")
    assert "uden for mappen" in said
    assert "hunter2" not in said


def test_loose_files_are_put_into_one_refused_folder(
    inbox: Path, store: Store, facts: Facts, config: Config,
) -> None:
    write_csvs(inbox, Sample(), ";", "utf-8")
    (inbox / "kodebog.toml").write_text(CODEBOOK, encoding="utf-8")
    summary = empty_inbox(store, config, facts, now=later())
    assert len(summary.refused) == 1
    assert names(inbox / "refused") == [f"uden-mappe/{name}" for name in (
        "dataset.csv", "hvorfor.txt", "kodebog.toml", "labels.csv", "structure.csv")]
    assert "Filerne lå løst i indbakken" in read_letter(inbox, "uden-mappe")


def test_exports_in_done_are_deleted_after_the_days_of_the_config(
    tmp_path: Path, inbox: Path, store: Store, facts: Facts, config: Config,
) -> None:
    write_wave(inbox / "a")
    write_wave(inbox / "b", counts="")
    empty_inbox(store, config, facts, now=later())
    (inbox / "done" / "notat.txt").write_text("ours")
    (tmp_path / "elsewhere").mkdir()
    (inbox / "done" / "link").symlink_to(tmp_path / "elsewhere")
    assert empty_inbox(store, config, facts, now=later(days=29)).deleted == 0
    summary = empty_inbox(store, config, facts, now=later(days=31))
    assert (summary.deleted, summary.exit_code) == (1, Exit.DONE)
    assert not (inbox / "done" / "a").exists()
    assert sorted(each.name for each in (inbox / "done").iterdir()) == ["link", "notat.txt"]
    assert (inbox / "refused" / "b").exists()  # nothing of it is in the store
    assert waves(store) == ["2021-prøve"]


def test_an_export_is_kept_from_when_it_was_taken_in_not_from_when_it_was_made(
    inbox: Path, store: Store, facts: Facts, config: Config,
) -> None:
    write_wave(inbox / "a")
    for path in (inbox / "a", *(inbox / "a").rglob("*")):
        os.utime(path, (0, 0))
    now = later()
    empty_inbox(store, config, facts, now=now)
    assert empty_inbox(store, config, facts, now=now).deleted == 0


def test_what_can_not_be_deleted_is_told(
    inbox: Path, store: Store, facts: Facts, config: Config, monkeypatch: pytest.MonkeyPatch,
) -> None:
    (inbox / "done" / "a").mkdir(parents=True)
    monkeypatch.setattr(shutil, "rmtree", lambda *_: (_ for _ in ()).throw(PermissionError(13, "Permission denied")))
    summary = empty_inbox(store, config, facts, now=later(days=31))
    assert (summary.deleted, len(summary.troubles)) == (0, 1)


@pytest.mark.parametrize("name", ["done", "refused"])
def test_done_and_refused_may_not_lead_elsewhere(
    tmp_path: Path, inbox: Path, store: Store, facts: Facts, config: Config, name: str,
) -> None:
    (tmp_path / "elsewhere" / "old").mkdir(parents=True)
    (inbox / name).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(WrongConfig, match="no link"):
        empty_inbox(store, config, facts, now=later(days=400))
    assert (tmp_path / "elsewhere" / "old").exists()


def test_a_wrong_key_file_leaves_the_drop_where_it_is(inbox: Path, store: Store, facts: Facts, config: Config) -> None:
    write_wave(inbox / "a")
    config.surveys.key_file.parent.mkdir()
    config.surveys.key_file.write_text("no key")
    config.surveys.key_file.chmod(0o600)
    with pytest.raises(WrongConfig, match="not a key file"):
        empty_inbox(store, config, facts, now=later())
    assert names(inbox) == [f"a/{name}" for name in WAVE]


def test_only_one_run_empties_the_inbox(inbox: Path, store: Store, facts: Facts, config: Config) -> None:
    write_wave(inbox / "a")
    with FileLock(store.path.with_name(f"{store.path.name}.inbox.lock")), pytest.raises(AlreadyRunning):
        empty_inbox(store, config, facts, now=later())


def test_real_and_demonstration_data_are_not_mixed(tmp_path: Path, inbox: Path, facts: Facts, config: Config) -> None:
    write_wave(inbox / "a")
    with Store.open(tmp_path / "demo.db", kind="demo") as store:
        empty_inbox(store, config, facts, now=later())
        assert waves(store) == []
    assert "Det er rigtige data" in read_letter(inbox, "a")


def test_an_import_that_was_undone_can_be_dropped_again(
    inbox: Path, store: Store, facts: Facts, config: Config,
) -> None:
    write_wave(inbox / "a")
    undo(store, empty_inbox(store, config, facts, now=later()).taken[0].number)
    (inbox / "done" / "a").rename(inbox / "a")
    assert not empty_inbox(store, config, facts, now=later(minutes=20)).taken[0].known


# ---------------------------------------------------------------- the letter


OTHER = [*ROWS[0]]
OTHER[2] = "3"
BROKEN: dict[str, tuple[dict[str, object], str]] = {
    "a key is missing": ({"codebook": CODEBOOK.replace('instrument = "prøve"', "")}, 'mangler "wave.instrument"'),
    "an unknown key": ({"codebook": CODEBOOK + '\n[wav]\nx = 1\n'}, "som ikke findes"),
    "an unknown column": ({"codebook": CODEBOOK.replace('"s_2"', '"s_22"')}, 'kolonnen "s_22" (items \'tryg\')'),
    "an unknown area": ({"codebook": CODEBOOK.replace('"gellerup"', '"gelerup"')}, 'område med id "gelerup"'),
    "no margins file": ({"codebook": CODEBOOK.replace("margins.csv", "margener.csv")}, "En fil mangler"),
    "other columns": ({"counts": COUNTS.replace("invited", "inviteret")}, "area,population,invited,answered"),
    "other residents": ({"counts": COUNTS.replace("80,", "81,")}, "giver 80 beboere i alt, og tællefilen siger 81"),
    "no line for an area": ({"counts": "\n".join(COUNTS.splitlines()[:2])}, "svar fra gellerup, men ingen linje"),
    "no margins for an area": ({"margins": "\n".join(MARGINS.splitlines()[:3])}, "svar fra gellerup, men ingen linje"),
    "two answers of one": ({"sample": Sample().with_rows(OTHER)}, "Række 1 og 8 har samme nøgle"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_the_common_mistakes_are_told_in_danish(
    inbox: Path, store: Store, facts: Facts, config: Config, case: str,
) -> None:
    made, said = BROKEN[case]
    write_wave(inbox / "a", **made)  # type: ignore[arg-type]
    empty_inbox(store, config, facts, now=later())
    assert f"Hvorfor:   {said}" in read_letter(inbox, "a") or said in read_letter(inbox, "a").split("Programmets")[0]


@pytest.mark.parametrize(("file", "content", "said"), [
    ("labels.csv", None, "Filen labels.csv mangler"),
    ("labels.csv", b"", "Filen er tom"),
    ("structure.csv", b"a;b\n1;2\n", "ikke en eksport fra SurveyXact"),
    ("dataset (1).csv", b"a;b\n1;2\n", "mere end én eksport"),
])
def test_the_common_faults_of_an_export_are_told_in_danish(
    inbox: Path, store: Store, facts: Facts, config: Config, file: str, content: bytes | None, said: str,
) -> None:
    export, _ = write_wave(inbox / "a")
    if content is None:
        (export / file).unlink()
    else:
        (export / file).write_bytes(content)
    empty_inbox(store, config, facts, now=later())
    assert said in read_letter(inbox, "a").split("Programmets")[0]


def test_every_verdict_on_the_layout_has_danish_words() -> None:
    words = load_words()
    kinds = set(words.kinds.values())
    for names in (CSVS, BESIDE, (*CSVS, "a.toml", "b.toml"), (*BESIDE, *CSVS, "svar.xlsx"), ("x@",)):
        verdict = judge(entries(*names), NOW)
        assert isinstance(verdict, WrongFile)
        assert in_danish(words, verdict) not in kinds


@pytest.mark.parametrize("error", [WrongFile("æ"), WrongUse("ø"), ReputationError("å")])
def test_a_message_that_is_not_known_gets_the_words_of_its_kind(error: ReputationError) -> None:
    words = load_words()
    assert in_danish(words, error) in words.kinds.values()
    assert error.what in letter(words, error, name="a", tried=None, now=NOW)


def test_wrong_words_are_told(tmp_path: Path) -> None:
    (tmp_path / "inbox.toml").write_text("letter = ''", encoding="utf-8")
    with pytest.raises(WrongFacts, match="words of the inbox"):
        load_words(tmp_path / "inbox.toml")


def test_a_name_can_not_steer_the_terminal() -> None:
    assert shown("a\x1b[2Jb\udce6\n") == "a?[2Jb??"
