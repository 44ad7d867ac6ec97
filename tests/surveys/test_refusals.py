"""Everything the method refuses, one case each: a clear error of its own, and nothing imported in part."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from store.config import Config
from store.database import Store
from store.errors import EstimateError, ReputationError, WrongCodebook, WrongFile, WrongUse
from store.facts import Facts
from surveys.design import Design
from surveys.intake import import_survey
from surveys.weights import Margin, base_weights, check_margins, rake
from tests.surveys.samples import CODEBOOK, COUNTS, MARGINS, ROWS, Sample, write_csvs, write_wave
from tests.surveys.tool_samples import delimited, write, write_book

PLAIN = CODEBOOK[: CODEBOOK.index("[[weighting]]")].replace('"margins.csv"', '""').replace('"counts.csv"', '""')


@dataclass(frozen=True)
class Case:
    """A wave that is refused: what is otherwise than in the samples, and what is said."""

    name: str
    error: type[ReputationError]
    says: str
    sample: Sample | None = None
    codebook: str = CODEBOOK
    margins: str = MARGINS
    counts: str = COUNTS
    export: Callable[[Path], Path] | None = None
    """writes another export into a folder, and names it"""


def changed(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new)


def table(text: str, name: str = "svar.csv", encoding: str = "utf-8") -> Callable[[Path], Path]:
    return lambda folder: write(folder / name, text, encoding)


def spoiled(old: bytes, new: bytes) -> Callable[[Path], Path]:
    def spoil(folder: Path) -> Path:
        path = write_csvs(folder / "svar", Sample(), ";", "cp1252") / "dataset.csv"
        content = path.read_bytes()
        assert old in content
        path.write_bytes(content.replace(old, new, 1))
        return path

    return spoil


HEADER = "key;s_1;s_2;m_1;b_1;email;stato_1;stato_4;s_7\n"
ONE = HEADER + "1;1;1;1;1;;0;1;Stille\n"
OTHER = [*ROWS[0][:2], "3", *ROWS[0][3:]]
AGE = "vollsmose,age,ung,100\ngellerup,age,ung,80\n"

FILES = [
    Case("no file", WrongFile, "no such file", export=lambda folder: folder / "væk.csv"),
    Case("an empty file", WrongFile, "the file is empty", export=table("")),
    Case("another kind of file", WrongFile, "not an export of a known format", export=table("x", "svar.pdf")),
    Case("characters of no encoding", WrongFile, "fit neither UTF-16", export=spoiled(b"Her er", b"\x81\x8d\xff")),
    Case("an open quote", WrongFile, "quotes or fields don't fit", export=spoiled(b'"Her er rart', b'"H"er')),
    Case("a row cut off", WrongFile, "row 7 has 8 fields and the header 9",
         export=spoiled(b"g@eksempel.dk;1;0;", b"g;1;0")),
    Case("a column twice", WrongFile, "column 's_2' is there twice", export=spoiled(b"s_1;s_2", b"s_2;s_2")),
    Case("no names of columns", WrongFile, "looks like answers", export=table("1;2;3\n4;5;6\n")),
    Case("a delimiter nobody can tell", WrongFile, "may be split at semicolon or comma",
         export=table("a;b,c\n1;2,3\n4;5,6\n")),
    Case("two decimal signs", WrongFile, "decimal commas and 'b' decimal points", export=table("a;b\n1,5;2.25\n")),
    Case("a part missing", WrongFile, "structure.csv is missing", export=table(ONE, "dataset.csv")),
    Case("several sheets", WrongFile, "2 visible sheets", export=lambda folder: two_sheets(folder / "svar.xlsx")),
    Case("no rows", WrongFile, "no row of answers", sample=Sample(rows=[])),
    Case("nobody finished", WrongFile, "none of 1 rows is completed", sample=Sample(rows=[ROWS[6]])),
    Case("one id, two answers", WrongFile, "rows 1 and 8 have the same id", sample=Sample().with_rows(OTHER)),
    Case("no usable row", WrongFile, "no row of 1 can be used", sample=Sample(rows=[ROWS[0]]).changed(0, "b_1", "9")),
    Case("dates of two readings", WrongFile, "may have the day or the month first",
         codebook=PLAIN.replace('panel_key = ""', 'date = "dag"'),
         export=table(ONE.replace("email", "dag").replace(";1;;0", ";1;02-03-2021;0"))),
    Case("no area in the file name", WrongFile, "the name tells 0 areas", codebook=changed(
        PLAIN, 'column = "b_1"\ncodes = {1 = "vollsmose", 2 = "gellerup"}', "file_name = true"), export=table(ONE)),
    Case("an SPSS file that is none", WrongFile, "can't be read as an SPSS file", export=table("x", "svar.sav")),
]

CODEBOOKS = [
    Case("no TOML", WrongCodebook, "not valid TOML", codebook="[wave\n"),
    Case("an unknown key", WrongCodebook, "unknown key 'wave.institut'", codebook=changed(
        CODEBOOK, 'language = "da"', 'language = "da"\ninstitut = "x"')),
    Case("a key missing", WrongCodebook, "'wave.language' is missing", codebook=changed(
        CODEBOOK, 'language = "da"\n', "")),
    Case("an unknown area", WrongCodebook, "no area 'gelerup'", codebook=changed(CODEBOOK, '"gellerup"', '"gelerup"')),
    Case("a column that is not there", WrongCodebook, "names the column 's_22'", codebook=changed(
        CODEBOOK, 'column = "s_2"', 'column = "s_22"')),
    Case("a cut off the scale", WrongCodebook, "outside the scale", codebook=changed(
        CODEBOOK, "[5, 6, 7]", "[5, 6, 8]")),
    Case("a cut against the pole", WrongCodebook, "does not fit safe_pole", codebook=changed(
        CODEBOOK, 'safe_pole = "low"', 'safe_pole = "high"')),
    Case("ved ikke on the scale", WrongCodebook, "'dont_know' holds 7", codebook=changed(CODEBOOK, "[8]", "[7]")),
    Case("ved ikke on the scale by its label", WrongCodebook, "the export calls 8 'Ved ikke'", codebook=changed(
        CODEBOOK.replace("dont_know = [8]\n", ""), "max = 7", "max = 8").replace("[5, 6, 7]", "[6, 7, 8]")),
    Case("an index of nothing", WrongCodebook, "which is not in the codebook", codebook=changed(
        CODEBOOK, 'items = ["tryg"]', 'items = ["andet"]')),
    Case("a bridge over a scale", WrongCodebook, "'scale' can't be bridged", codebook=CODEBOOK + (
        '\n[[bridges]]\nfirst = "2018"\nconcept = "tryghed"\ndifferences = ["scale"]\nkind = "break"\n'
        'answers = [90, 90]\nsource = "x"\nsafe_share = {difference = 1, se = 1}\n')),
]

MARGIN_FILES = [
    Case("a count missing", WrongCodebook, "count of vollsmose, sex, male is missing",
         margins=changed(MARGINS, "vollsmose,sex,male,40", "vollsmose,sex,male,")),
    Case("a level missing", WrongCodebook, "no count for sex 'male'",
         margins=changed(MARGINS, "vollsmose,sex,male,40\n", "")),
    Case("an area missing", WrongCodebook, "no margins for 'gellerup'",
         margins=changed(MARGINS, "gellerup,sex,female,30\ngellerup,sex,male,50\n", "")),
    Case("a negative count", WrongCodebook, "not a whole number", margins=changed(MARGINS, "male,40", "male,-40")),
    Case("a thousand or a decimal", WrongCodebook, "'1.000' is not a whole number",
         margins=changed(MARGINS, "male,40", "male,1.000")),
    Case("totals that disagree", WrongCodebook, "margin age sums to 100 and sex to 90",
         margins=changed(MARGINS, "vollsmose,sex,male,40", "vollsmose,sex,male,30") + AGE,
         counts=COUNTS.replace("vollsmose,100", "vollsmose,90")),
    Case("another population", WrongCodebook, "sum to 99 and its population is 100",
         margins=changed(MARGINS, "vollsmose,sex,male,40", "vollsmose,sex,male,39")),
    Case("a level without residents", WrongCodebook, "has respondents in sex 'male' and no residents",
         margins=changed(MARGINS, "gellerup,sex,female,30\ngellerup,sex,male,50",
                         "gellerup,sex,female,80\ngellerup,sex,male,0")),
    Case("nobody at all", WrongCodebook, "sum to zero", margins="area,variable,level,count\nvollsmose,sex,female,0\n"
         "vollsmose,sex,male,0\n"),
    Case("a variable the export lacks", WrongCodebook, "weighting variable 'age' is not a column",
         margins=MARGINS + AGE),
    Case("a level the codebook lacks", WrongCodebook, "only in one of margins and",
         margins=MARGINS.replace("female", "kvinde")),
    Case("population missing", WrongCodebook, "population of 'vollsmose' is missing or zero",
         counts=changed(COUNTS, "vollsmose,100", "vollsmose,")),
    Case("population zero", WrongCodebook, "population of 'vollsmose' is missing or zero",
         counts=changed(COUNTS, "vollsmose,100", "vollsmose,0")),
    Case("more respondents than residents", WrongCodebook, "4 respondents of 3 residents",
         codebook=changed(CODEBOOK, 'margins = "margins.csv"', ""), counts=changed(COUNTS, "vollsmose,100,20,4",
                                                                                   "vollsmose,3,,")),
    Case("more invited than residents", WrongCodebook, "90 invited of 80 residents",
         counts=changed(COUNTS, "gellerup,80,20", "gellerup,80,90")),
    Case("no file of margins", WrongCodebook, "can't be read", codebook=changed(
        CODEBOOK, '"margins.csv"', '"findes ikke.csv"')),
]


def two_sheets(path: Path) -> Path:
    import openpyxl

    book = openpyxl.load_workbook(write_book(path, [["a", "b"], ["1", "2"]]))
    book.create_sheet("Noter").append(["c", "d"])
    book.save(path)
    return path


@pytest.mark.parametrize("case", [*FILES, *CODEBOOKS, *MARGIN_FILES], ids=lambda case: case.name)
def test_a_wave_that_is_wrong_is_refused_whole(
    tmp_path: Path, store: Store, facts: Facts, config: Config, case: Case,
) -> None:
    export, codebook = write_wave(tmp_path, case.sample, codebook=case.codebook, margins=case.margins,
                                  counts=case.counts)
    if case.export:
        folder = tmp_path / "andet"
        folder.mkdir()
        export = case.export(folder)
    before = list(store.db.conn.iterdump())
    with pytest.raises(case.error) as caught:
        import_survey(store, export, codebook, facts, config)
    assert case.says in caught.value.what
    assert caught.value.where
    assert caught.value.do
    assert "\n" not in str(caught.value)
    assert list(store.db.conn.iterdump()) == before


def test_every_refusal_has_words_of_its_own() -> None:
    said = [case.says for case in [*FILES, *CODEBOOKS, *MARGIN_FILES]]
    same = {each for each in said if said.count(each) > 1}
    assert same == {"population of 'vollsmose' is missing or zero"}  # one mistake in two spellings


def test_a_second_wave_under_a_known_name_is_refused(
    tmp_path: Path, store: Store, facts: Facts, config: Config,
) -> None:
    import_survey(store, *write_wave(tmp_path / "a"), facts, config)
    with pytest.raises(WrongUse, match="is in the store already"):
        import_survey(store, *write_wave(tmp_path / "b", Sample().changed(0, "s_2", "2")), facts, config)
    with pytest.raises(WrongUse, match="the wave is called"):
        import_survey(store, *write_wave(tmp_path / "b"), facts, config, wave="../x")


ONES = np.ones(4)


def margin(codes: list[int], totals: list[float], name: str = "sex") -> Margin:
    return Margin(name, tuple("abc"[: len(totals)]), np.array(codes), np.array(totals))


@pytest.mark.parametrize(("work", "says"), [
    (lambda: base_weights(0, 100), "there is no respondent"),
    (lambda: base_weights(4, None), "missing or zero"), (lambda: base_weights(4, 0), "missing or zero"),
    (lambda: base_weights(4, 3), "4 respondents of 3 residents"),
    (lambda: check_margins(np.array([1, 1, 0, 1.0]), [margin([0, 0, 1, 1], [2, 2])]), "not over 0"),
    (lambda: check_margins(ONES, [margin([0, 0, 0, 0], [3, 1])]), "nobody answered in sex 'b'"),
    (lambda: check_margins(ONES, [margin([0, 0, 1, 1], [4, 0])]), "which has no residents"),
    (lambda: check_margins(ONES, [margin([0, 0, 1, 1], [2, np.nan])]), "missing or negative"),
    (lambda: check_margins(ONES, [margin([0, 0, 1, 1], [2, 2]), margin([0, 1, 0, 1], [2, 3], "age")]),
     "sums to 5 and 'sex' to 4"),
    (lambda: rake(np.ones(2), [margin([0, 1], [1, 9]), margin([0, 1], [9, 1], "age")]), "raking does not converge"),
    (lambda: Design.of(np.array([1.0, -1.0])), "missing or not over 0"),
    (lambda: Design.of(ONES, strata=np.array([0, 0, 0, 1])).variance(ONES), "only one"),
])
def test_a_wrong_weight_is_refused(work: Callable[[], object], says: str) -> None:
    with pytest.raises(EstimateError, match=says):
        work()


def test_rows_of_plain_tables_are_checked_too(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", delimited([["a", "b"], ["1", "2"]]).replace("1,2", "1,2,3"))
    from surveys.readers.recognise import read_export

    with pytest.raises(WrongFile, match="row 1 has 3 fields and the header 2"):
        read_export(path)
