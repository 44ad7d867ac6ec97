"""Nobody who answered can be found in anything the program writes, whatever they are called and whatever they wrote."""

from __future__ import annotations

import io
import logging
import sqlite3
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reputation import explore
from reputation.cli import run_command
from reputation.console import Console
from store.config import Config, SurveysConfig, load_config
from store.database import Store
from store.errors import ReputationError
from store.facts import Facts, load_facts
from surveys.intake import check_survey, import_survey
from surveys.masking import load_names
from tests.surveys.tool_samples import (
    KOBO_HEADER,
    LEGACY_HEADER,
    LEGACY_TEXTS,
    LIME_HEADER,
    MICROSOFT_HEADER,
    QUALTRICS_HEADER,
    QUALTRICS_IDS,
    QUALTRICS_TEXTS,
    delimited,
    write,
    write_book,
)

GIVEN, FAMILY = "Zorbanka", "Klumfortz"
"""On no name list, in no dictionary."""

KEY, PANEL = "NØGLE-KQ7731", "PANEL-XV9902"
MAIL, PHONE, IP = "zorbanka.k@hjemmesiden.dk", "42 51 66 07", "198.51.100.77"
LATITUDE, DEVICE = "55.41873", "enhed-qq8812"

TRACES = (GIVEN, FAMILY, KEY, PANEL, "KQ7731", "XV9902", MAIL, "zorbanka", PHONE, PHONE.replace(" ", ""), IP, LATITUDE,
          DEVICE, "Birkeløvsvej 14")

TOLD = (f"{GIVEN} {FAMILY} fra Birkeløvsvej 14 larmer. {GIVEN} er værst, siger {FAMILY}s nabo: ring {PHONE} "
        f"eller skriv til {MAIL}")

CODEBOOK = """
[wave]
id = "{wave}"
instrument = "prøve"
institute = "Institut Prøve"
mode = "web"
language = "da"
fieldwork = [2021-03-01, 2021-05-31]

[area]
constant = "vollsmose"

[respondent]
id = "{key}"
panel_key = "{panel}"

[[items]]
id = "tryg"
concept = "tryghed"
column = "{item}"
wording = "Hvor tryg føler du dig?"
min = 1
max = 5
safe_pole = "low"
safe = [1, 2]
unsafe = [4, 5]
labels = {{1 = "Tryg", 5 = "Utryg", 4 = "A4", 3 = "A3"}}

[[texts]]
id = "hvorfor"
column = "{text}"
"""

N = 36


def people(row: Callable[[str, str, str, str], Sequence[object]], answer: str = "1") -> list[Sequence[object]]:
    """Rows of N people: the one who must not be found first, one refused cell among them."""
    rows = [row(KEY, PANEL, answer, TOLD)]
    rows += [row(f"{number:04}", f"p{number}", "77" if number == 1 else answer, "Her er roligt om aftenen")
             for number in range(1, N)]
    return rows


def surveyxact(folder: Path) -> tuple[Path, dict[str, str]]:
    structure = [["questionName", "variableName", "questionType", "subType", "questionText", "choiceValue",
                  "choiceText"],
                 *([each, each, "Open", "String", each, "", ""] for each in ("key", "panel", "navn", "s_2", "s_7"))]
    rows = people(lambda key, panel, answer, text: [key, panel, f"{GIVEN} {FAMILY}", answer, text])
    for name, table in (("dataset", [["key", "panel", "navn", "s_2", "s_7"], *rows]), ("structure", structure),
                        ("labels", [["s_2", "1", "Tryg"]])):
        write(folder / f"{name}.csv", delimited(table, ";"), "cp1252")  # type: ignore[arg-type]
    return folder, {"key": "key", "panel": "panel", "item": "s_2", "text": "s_7"}


def qualtrics(folder: Path) -> tuple[Path, dict[str, str]]:
    ids = [f'{{"ImportId":"{each}"}}' for each in QUALTRICS_IDS]

    def row(key: str, panel: str, answer: str, text: str) -> list[object]:
        day = "2021-03-02 10:00:00"
        return [day, day, "0", IP, "100", "61", "1", day, key, FAMILY, GIVEN, MAIL, panel, LATITUDE, "10.4",
                "anonymous", "DA", answer, text]

    table = [QUALTRICS_HEADER, QUALTRICS_TEXTS, ids, *people(row)]
    return write(folder / "svar.csv", delimited(table)), {  # type: ignore[arg-type]
        "key": "ResponseId", "panel": "ExternalReference", "item": "Q1", "text": "Q2"}


def legacy(folder: Path) -> tuple[Path, dict[str, str]]:
    rows = people(lambda key, panel, answer, text: [
        key, "s", f"{GIVEN} {FAMILY}", panel, MAIL, IP, "0", "2021-03-02", "2021-03-02", "1", answer, text])
    return write(folder / "svar.csv", delimited([LEGACY_HEADER, LEGACY_TEXTS, *rows])), {  # type: ignore[list-item]
        "key": "V1", "panel": "V4", "item": "Q1", "text": "Q2"}


def limesurvey(folder: Path) -> tuple[Path, dict[str, str]]:
    header = [*LIME_HEADER, "token", "email", "hvorfor"]
    rows = people(lambda key, panel, answer, text: [key, "2021-03-02 10:00:00", "3", "da", "7", IP, answer, "Y", "",
                                                    panel, MAIL, text], "A4")
    return write(folder / "svar.csv", delimited([header, *rows], ";", quote_all=True)), {  # type: ignore[list-item]
        "key": "id", "panel": "token", "item": "G01Q01", "text": "hvorfor"}


def kobo(folder: Path) -> tuple[Path, dict[str, str]]:
    rows = people(lambda key, panel, answer, text: [
        "2021-03-02", DEVICE, GIVEN, answer, "gade", "1", "0", text, key, panel, "2021-03-02T10:00:00", "", GIVEN, "1"])
    return write(folder / "svar.csv", delimited([KOBO_HEADER, *rows], ";")), {  # type: ignore[list-item]
        "key": "_id", "panel": "_uuid", "item": "tryghed/nabolag", "text": "hvorfor"}


def microsoft(folder: Path) -> tuple[Path, dict[str, str]]:
    rows = people(lambda key, panel, answer, text: [
        key, "2021-03-02", "2021-03-02", MAIL, f"{GIVEN} {FAMILY}", answer, text, panel], "Tryg")
    return write_book(folder / "svar.xlsx", [[*MICROSOFT_HEADER, "panel"], *rows]), {
        "key": "ID", "panel": "panel", "item": "Hvor tryg føler du dig i dit nabolag?", "text": "Hvor færdes du?"}


def google(folder: Path) -> tuple[Path, dict[str, str]]:
    rows = people(lambda key, panel, answer, text: ["02/03/2021 10.00.00", MAIL, key, panel, answer, text], "Tryg")
    header = ["Tidsstempel", "Mailadresse", "nr", "panel", "Tryg?", "Hvorfor?"]
    return write(folder / "svar.csv", delimited([header, *rows])), {  # type: ignore[list-item]
        "key": "nr", "panel": "panel", "item": "Tryg?", "text": "Hvorfor?"}


def enalyzer(folder: Path) -> tuple[Path, dict[str, str]]:
    rows = people(lambda key, panel, answer, text: [key, "03-25-2021 10:00", panel, MAIL, answer, text], "Tryg")
    header = ["Respondent", "Afsluttet", "panel", "Mail", "Tryg", "Hvorfor"]
    return write_book(folder / "svar.xlsx", [header, *rows]), {
        "key": "Respondent", "panel": "panel", "item": "Tryg", "text": "Hvorfor"}


def spss(folder: Path) -> tuple[Path, dict[str, str]]:
    import pandas as pd
    import pyreadstat

    rows = people(lambda key, panel, answer, text: [key, panel, f"{GIVEN} {FAMILY}", float(answer), text])
    frame = pd.DataFrame(rows, columns=["nr", "panel", "navn", "tryg", "hvorfor"])
    pyreadstat.write_sav(frame, str(folder / "svar.sav"))
    return folder / "svar.sav", {"key": "nr", "panel": "panel", "item": "tryg", "text": "hvorfor"}


TOOLS: dict[str, Callable[[Path], tuple[Path, dict[str, str]]]] = {
    "surveyxact": surveyxact, "qualtrics": qualtrics, "legacy": legacy, "limesurvey": limesurvey, "kobo": kobo,
    "microsoft": microsoft, "google": google, "enalyzer": enalyzer, "spss": spss,
}


def found_in(content: bytes) -> list[str]:
    """Return the traces in some bytes, in any of the encodings a person's data may stand in."""
    return [each for each in TRACES if any(each.encode(encoding) in content
                                           for encoding in ("utf-8", "cp1252", "utf-16-le"))]


def written(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield everything in a folder: files as they are, and what is packed inside them."""
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        content = path.read_bytes()
        yield path.name, content
        if zipfile.is_zipfile(io.BytesIO(content)):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                for name in archive.namelist():
                    yield f"{path.name}:{name}", archive.read(name)
        if content.startswith(b"SQLite format 3"):
            with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as base:
                tables = [row[0] for row in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
                for table in tables:
                    for row in base.execute(f'SELECT * FROM "{table}"'):
                        yield f"{path.name}:{table}", repr(row).encode()
                        for cell in row:
                            if isinstance(cell, bytes) and cell[:1] == b"x":
                                yield f"{path.name}:{table} unpacked", zlib.decompress(cell)


def check_nobody(folder: Path) -> None:
    for name, content in written(folder):
        assert not found_in(content), name


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everything the program writes of nine exports: store, log, refusals, explore.db, report and its exports."""
    inputs, out = tmp_path_factory.mktemp("inputs"), tmp_path_factory.mktemp("out")
    write(out / "config.toml", f'[surveys]\nkey_file = "{inputs / "key"}"\ninbox = "{inputs / "inbox"}"\n')
    config = load_config(out / "config.toml")
    facts = load_facts(config)
    handler = logging.FileHandler(out / "program.log", encoding="utf-8")
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    said: list[str] = []
    try:
        with Store.open(config.store.path) as store:
            for name, made in TOOLS.items():
                folder = inputs / name
                folder.mkdir()
                export, columns = made(folder)
                assert any(found_in(content) for _, content in written(folder)), name
                codebook = write(folder / "kodebog.toml", CODEBOOK.format(wave=f"2021-{name}", **columns))
                said.append(check_survey(export, codebook, store, facts).text())
                summary = import_survey(store, export, codebook, facts, config)
                assert summary.added == N, name
                assert summary.refused == 1, name
                said.append(summary.line())
                for wrong in ("s_2", "nej"):
                    broken = write(folder / "forkert.toml", CODEBOOK.format(
                        **{**columns, "wave": f"x-{name}", "item": columns["text" if wrong == "nej" else "key"]}))
                    try:
                        import_survey(store, export, broken, facts, config)
                    except ReputationError as error:
                        said.append(str(error))
            store.execute("UPDATE text_answers SET released = '2021-06-01T00:00:00Z' WHERE id % 5 = 0")
        assert run_command(["--config", str(out / "config.toml"), "report", "--out", str(out / "rapport")]) == 0
        explore.write(config, Console(loud=False))
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
        handler.close()
    write(out / "sagt.txt", "\n".join(said))
    return out


def test_no_identifier_of_nine_exports_is_in_anything_that_was_written(told: Path) -> None:
    names = [each.name for each in told.rglob("*") if each.is_file()]
    for needed in ("reputation.db", "explore.db", "index.html", "long.csv", "tables.xlsx", "program.log", "sagt.txt"):
        assert needed in names
    check_nobody(told)


def test_the_answer_itself_is_there_with_its_people_taken_out(told: Path) -> None:
    with Store.open(told / "data" / "reputation.db", create=False) as store:
        texts = {row["text"] for row in store.rows("SELECT text FROM text_answers")}
    assert any("larmer" in text and "[navn]" in text and "[telefon]" in text for text in texts)


def test_nobody_is_in_the_write_ahead_log_while_the_store_is_open(tmp_path: Path, facts: Facts) -> None:
    config = Config(path=tmp_path / "c.toml", surveys=SurveysConfig(key_file=tmp_path / "k"))
    (tmp_path / "in").mkdir()
    (tmp_path / "out").mkdir()
    export, columns = kobo(tmp_path / "in")
    codebook = write(tmp_path / "in" / "k.toml", CODEBOOK.format(wave="2021-a", **columns))
    with Store.open(tmp_path / "out" / "s.db") as store:
        import_survey(store, export, codebook, facts, config)
        assert (tmp_path / "out" / "s.db-wal").stat().st_size
        for path in (tmp_path / "out").iterdir():
            assert not found_in(path.read_bytes()), path.name


LETTERS = "abcdefghijklmnoprstuvyæøå"
NAMES = st.tuples(st.text(LETTERS, min_size=5, max_size=10), st.text(LETTERS, min_size=5, max_size=10)).map(
    lambda pair: f"Qx{pair[0]} Xz{pair[1]}".title())


SENTENCES = ("{} slog mig", "Jeg så {} i går", "Det er {}s skyld", "Her er ro. {} larmer", "hos {}.")


@given(NAMES, st.sampled_from(SENTENCES))
@settings(max_examples=20, deadline=None)
def test_a_name_of_any_letters_never_enters_the_store(name: str, sentence: str) -> None:
    given_name, family = name.split()
    assert given_name.casefold() not in load_names().people
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder) / "svar.csv", delimited(
            [["nr", "navn", "q", "t"], [family, name, "1", sentence.format(name)], ["2", "x", "2", "Stille her"]], ";"))
        codebook = write(Path(folder) / "k.toml", CODEBOOK.format(wave="a", key="nr", panel="", item="q", text="t"))
        config = Config(path=Path(folder) / "c.toml", surveys=SurveysConfig(key_file=Path(folder) / "key"))
        with Store.open(Path(folder) / "s.db") as store:
            import_survey(store, path, codebook, load_facts(config), config)
            kept = b"".join(each.read_bytes() for each in Path(folder).glob("s.db*"))
    for part in (given_name, family, name):
        assert part.encode() not in kept
