"""A draft of any format loads as soon as its marked blanks are filled in, and the import goes through with it."""

from __future__ import annotations

import contextlib
import re
import tempfile
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from reputation.cli import commands
from store.config import Config
from store.database import Store
from store.errors import WrongCodebook, WrongFile
from store.facts import Facts
from surveys.codebook import check_columns, load_codebook
from surveys.draft import draft_codebook
from surveys.intake import import_survey
from surveys.readers.recognise import read_export
from surveys.readers.told import NOTHING, Told
from tests.surveys.samples import DIALECTS, Sample, write_csvs
from tests.surveys.test_more_readers import surveyxact_xml
from tests.surveys.tool_samples import (
    ENALYZER_ROWS,
    delimited,
    write,
    write_enalyzer,
    write_google,
    write_kobo,
    write_kobo_book,
    write_legacy,
    write_lime,
    write_microsoft,
    write_qualtrics,
    write_spss,
)

WRITE: dict[str, Callable[[Path], Path]] = {
    **{f"surveyxact {name}": (lambda folder, made=made: made(folder / "svar", Sample()))  # type: ignore[misc]
       for name, made in DIALECTS.items()},
    "surveyxact xml 2003": lambda folder: write(folder / "svar.xml", surveyxact_xml()),
    "qualtrics": lambda folder: write_qualtrics(folder / "svar.csv"),
    "qualtrics legacy": lambda folder: write_legacy(folder / "svar.csv"),
    "limesurvey": lambda folder: write_lime(folder / "svar.csv"),
    "kobo": lambda folder: write_kobo(folder / "svar.csv", tags=True),
    "kobo xlsx": lambda folder: write_kobo_book(folder / "svar.xlsx"),
    "enalyzer": lambda folder: write_enalyzer(folder / "svar.xlsx"),
    "microsoft-forms": lambda folder: write_microsoft(folder / "svar.xlsx"),
    "google-forms": lambda folder: write_google(folder / "svar.csv"),
    "spss": lambda folder: write_spss(folder / "svar.sav"),
    "plain": lambda folder: write(folder / "svar.csv", delimited(
        [["nr", "tryg"], *([str(number), str(number % 5 + 1)] for number in range(12))], ";")),
}

FILL = {"id": "udfyldt", "instrument": "prøve", "institute": "Institut Prøve", "constant": "vollsmose",
        "concept": "tryghed", "safe_pole": "low", "wording": "Hvor tryg?"}


def filled(draft: str, column: str) -> str:
    """Fill in the blanks a draft marks, and nothing else."""
    return re.sub(r'^(\w+) = "TODO"', lambda blank: f'{blank[1]} = "{(FILL | {"column": column})[blank[1]]}"', draft,
                  flags=re.MULTILINE)


@pytest.mark.parametrize("name", WRITE)
def test_a_draft_loads_with_its_blanks_filled_in_and_brings_the_answers(
    tmp_path: Path, store: Store, facts: Facts, config: Config, name: str,
) -> None:
    path = WRITE[name](tmp_path)
    draft = draft_codebook(path)
    codebook = write(tmp_path / "kodebog.toml", draft)
    with pytest.raises(WrongCodebook, match="TODO"):
        load_codebook(codebook, facts)
    write(codebook, filled(draft, read_export(path).columns[-1]))
    check_columns(load_codebook(codebook, facts), read_export(path))
    assert import_survey(store, path, codebook, facts, config).added > 0


def test_columns_of_one_question_are_proposed_together(tmp_path: Path) -> None:
    kobo = draft_codebook(write_kobo(tmp_path / "k.csv"))
    assert 'columns = {"tryghed/faerdes/gade" = "gade", "tryghed/faerdes/park" = "park"}' in kobo
    sample = Sample(
        columns=["key", "m_1", "m_2"], rows=[["1", "1", "0"], ["2", "0", "1"]],
        structure=[[f"m_{n}", f"m_{n}", "Closed", "Multiple", "Hvor færdes du?", str(n), text]
                   for n, text in ((1, "På gaden"), (2, "I parken"))], labels=[])
    draft = draft_codebook(write_csvs(tmp_path / "x", sample, ";", "utf-8"))
    assert 'wording = "Hvor færdes du?"\ncolumns = {"m_1" = "På gaden", "m_2" = "I parken"}' in draft


def test_several_answers_in_one_cell_are_proposed_as_such_and_a_sentence_is_not(tmp_path: Path) -> None:
    rows = [["1", "På gaden, I parken", "Ja, ofte"], ["2", "På gaden", "Nej, nej"], ["3", "I parken", "Ja, ofte"]] * 5
    draft = draft_codebook(write(tmp_path / "a.csv", delimited([["x", "hvor", "svar"], *rows], ";")))
    assert 'column = "hvor"\noptions = {"I parken" = "I parken", "På gaden" = "På gaden"}' in draft
    assert 'column = "svar"\noptions' not in draft


def test_an_answer_beside_the_scale_is_proposed_as_such(tmp_path: Path) -> None:
    words = ["Tryg", "Utryg", "Ved ikke", "Ønsker ikke at svare"] * 5
    rows = [[str(number), text] for number, text in enumerate(words)]
    draft = draft_codebook(write(tmp_path / "a.csv", delimited([["nr", "svar"], *rows], ";")))
    assert 'labels = {1 = "Tryg", 2 = "Utryg", 3 = "Ved ikke", 4 = "Ønsker ikke at svare"}' in draft
    assert "dont_know = [3]" in draft
    assert "refused = [4]" in draft


def test_what_a_person_says_of_a_file_is_written_into_the_draft(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "a;b,c\n1;2,3\n4;5,6\n")
    said = write(tmp_path / "k.toml", '[file]\ndelimiter = "semicolon"\nencoding = "cp1252"\n')
    result = CliRunner().invoke(commands, ["codebook", str(path), "--codebook", str(said)])
    assert result.exit_code == 0, result.output
    assert '[file]\nencoding = "cp1252"\ndelimiter = "semicolon"' in result.stdout


def test_dates_whose_order_nothing_tells_are_asked_for(tmp_path: Path) -> None:
    path = write_enalyzer(tmp_path / "e.csv", ENALYZER_ROWS[1:])
    assert '# dates = "dmy"' in draft_codebook(path, NOTHING)
    assert "# dates =" not in draft_codebook(path, Told(format="enalyzer"))


NAME = st.text(st.characters(codec="utf-8", exclude_characters=';\r\n"'), min_size=1, max_size=12).map(str.strip)
NAMES = st.lists(NAME.filter(bool), min_size=2, max_size=4, unique_by=str.casefold)


@settings(max_examples=40, deadline=None)
@given(NAMES)
def test_a_draft_is_toml_whatever_the_columns_are_called(names: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        rows = [[str(row % 5 + 1)] * len(names) for row in range(6)]
        path = write(Path(folder) / "a.csv", delimited([names, *rows], ";"))
        with contextlib.suppress(WrongFile):
            assert tomllib.loads(draft_codebook(path))["wave"]["id"] == "TODO"
