"""A codebook says what a file means; every mistake in it is told with its line."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from store.errors import WrongCodebook
from store.facts import Facts
from surveys.codebook import check_columns, load_codebook, parse_codebook
from surveys.draft import draft_codebook
from surveys.readers.surveyxact import read_surveyxact
from tests.surveys.samples import CODEBOOK, Sample, write_csvs, write_wave

AREAS = {"vollsmose", "gellerup"}


def test_a_codebook_is_read_as_it_stands(tmp_path: Path, facts: Facts) -> None:
    _, path = write_wave(tmp_path)
    codebook = load_codebook(path, facts)
    assert codebook.wave.id == "2021-prøve"
    assert codebook.wave.mode == ("web", "phone")
    assert (codebook.wave.first, codebook.wave.last) == (date(2021, 3, 1), date(2021, 5, 31))
    assert codebook.wave.margins == tmp_path / "margins.csv"
    assert codebook.area.codes == {"1": "vollsmose", "2": "gellerup"}
    assert codebook.respondent.panel_key is None
    assert codebook.respondent.completed == (("stato_4", "1"),)
    assert codebook.items[0].safe == (1, 2, 3)
    assert codebook.indexes[0].items == ("tryg",)
    assert set(codebook.columns) == {"key", "b_1", "stato_4", "s_2", "s_1", "s_7"}


def test_an_area_may_be_constant_or_in_the_file_name() -> None:
    constant = CODEBOOK.replace('column = "b_1"\ncodes = {1 = "vollsmose", 2 = "gellerup"}', 'constant = "gellerup"')
    assert parse_codebook(constant, Path("c.toml"), AREAS).area.constant == "gellerup"
    named = constant.replace('constant = "gellerup"', "file_name = true")
    assert parse_codebook(named, Path("c.toml"), AREAS).area.file_name


@pytest.mark.parametrize(("old", "new", "says"), [
    ("[wave]", "[vawe]", "'wave' is missing"),
    ('institute = "', 'instituet = "', "'wave.institute' is missing"),
    ('language = "da"', 'language = "da"\nmodee = "web"',
     r"c\.toml:8: unknown key 'wave.modee'. Did you mean 'wave.mode'"),
    ('"2021-prøve"', '"2021 prøve"', "letters, digits"),
    ('["web", "phone"]', '["web", "fone"]', "Did you mean 'phone'"),
    ('["web", "phone"]', "[]", "list of texts"),
    ('["web", "phone"]', '["web", "web"]', "twice"),
    ("[2021-03-01, 2021-05-31]", "[2021-05-31, 2021-03-01]", "ends before it begins"),
    ("[2021-03-01, 2021-05-31]", '["2021-05-31"]', "not two dates"),
    ("[2021-03-01", "[2021-13-01", "not valid TOML"),
    ('2 = "gellerup"', '2 = "gellerupp"', "Did you mean 'gellerup'"),
    ('column = "b_1"', 'column = "b_1"\nconstant = "gellerup"', "column and constant"),
    ('column = "b_1"\ncodes = {1 = "vollsmose", 2 = "gellerup"}', "", "names nothing"),
    ('column = "b_1"', 'constant = "gellerup"', "constant and codes"),
    ('column = "b_1"\ncodes = {1 = "vollsmose", 2 = "gellerup"}', "file_name = false", "names nothing"),
    ('codes = {1 = "vollsmose", 2 = "gellerup"}', "codes = {}", "Write codes as"),
    ("max = 7", "max = 1", "must be below 'max'"),
    ("max = 7", 'max = "7"', "whole number"),
    ("unsafe = [5, 6, 7]", "unsafe = [5, 6, 8]", "'unsafe' holds 8, outside the scale 1–7"),
    ("unsafe = [5, 6, 7]", "unsafe = [3, 5, 6, 7]", "3 is safe and unsafe"),
    ("unsafe = [5, 6, 7]", "unsafe = [5, 6]", "does not fit safe_pole"),
    ("unsafe = [5, 6, 7]", "unsafe = []", "only one of"),
    ("unsafe = [5, 6, 7]", "unsafe = [5, 5]", "names a code twice"),
    ('safe_pole = "low"', 'safe_pole = "high"', "does not fit safe_pole = 'high'"),
    ('safe_pole = "low"', 'safe_pole = "lav"', "'items.safe_pole' is 'lav'"),
    ("dont_know = [8]", "dont_know = [7]", "on the scale 1–7"),
    ("refused = [9]", "refused = [8]", "dont_know and refused"),
    ("refused = [9]", "refused = 9", "square brackets"),
    ('items = ["tryg"]', 'items = ["trygg"]', "not in the codebook"),
    ("value = 1}", "value = 1.5}", "Write a code"),
    ('id = "key"\n', "", "'respondent.id' is missing"),
    ('id = "tryg"', 'id = ""', "Write text in quotes"),
    ('column = "s_7"', 'column = "s_2"', "the column 's_2' is used twice"),
    ("[[texts]]", "[texts]", "must be a list of tables"),
    ("[index.tryghed]", "[index]", "must be a table"),
    ("[area]", "[[area]]", "must be a table"),
    ("[[texts]]", '[[weighting]]\nvariable = "sex"\ncolumn = "x"\ncodes = {1 = "a"}\n[[texts]]', "are called 'sex'"),
])
def test_a_mistake_is_told_with_what_to_do(old: str, new: str, says: str) -> None:
    assert old in CODEBOOK
    with pytest.raises(WrongCodebook, match=says) as caught:
        parse_codebook(CODEBOOK.replace(old, new), Path("c.toml"), AREAS)
    assert caught.value.do
    assert "c.toml" in caught.value.where


def test_a_codebook_without_items_is_refused() -> None:
    cut = CODEBOOK[: CODEBOOK.index("[[items]]")]
    with pytest.raises(WrongCodebook, match="names no items"):
        parse_codebook(cut, Path("c.toml"), AREAS)


def test_a_missing_codebook_is_refused(tmp_path: Path, facts: Facts) -> None:
    with pytest.raises(WrongCodebook, match="can't be read"):
        load_codebook(tmp_path / "c.toml", facts)


def test_a_column_the_export_does_not_have_is_refused_with_the_nearest(tmp_path: Path, facts: Facts) -> None:
    export, path = write_wave(tmp_path)
    codebook = load_codebook(path, facts)
    wrong = replace(codebook, items=(replace(codebook.items[0], column="s_22"),))
    with pytest.raises(WrongCodebook, match=r"items 'tryg' names the column 's_22'.*Did you mean 's_2'"):
        check_columns(wrong, read_surveyxact(export))


def test_a_draft_is_toml_that_a_person_must_finish(tmp_path: Path) -> None:
    draft = draft_codebook(write_csvs(tmp_path, Sample(), ";", "cp1252"))
    values = tomllib.loads(draft)
    assert [item["column"] for item in values["items"]] == ["s_2"]
    assert (values["items"][0]["min"], values["items"][0]["max"]) == (1, 7)
    assert values["items"][0]["dont_know"] == [8]
    assert values["items"][0]["refused"] == [9]
    assert values["items"][0]["wording"] == "Hvor tryg føler du dig i dit nabolag?"
    assert values["respondent"] == {"id": "key", "panel_key": "", "completed": {"column": "stato_4", "value": 1}}
    assert '# perhaps: column = "b_1"' in draft
    assert "not proposed" in draft.lower()
    assert "email" in draft
    assert '# column = "s_7"' in draft
    with pytest.raises(WrongCodebook):
        parse_codebook(draft, Path("draft.toml"), AREAS)
