"""StatBank's CSV files become margins, whichever way they are laid out; a word that means nothing is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from store.config import Config
from store.database import Store
from store.errors import WrongCodebook
from store.facts import Facts
from surveys.codebook import parse_codebook
from surveys.intake import import_survey
from surveys.margins import Margins
from surveys.statbank import load_statbank
from tests.surveys.samples import CODEBOOK, COUNTS, write_wave
from tests.surveys.tool_samples import write

AREAS = {"vollsmose", "gellerup"}

LONG = """OMRÅDE;KØN;CIVILSTAND;TID;INDHOLD
Prøveby;I alt;I alt;2021K2;100
Prøveby;Mænd;I alt;2021K2;40
Prøveby;Kvinder;I alt;2021K2;60
Andenby;I alt;I alt;2021K2;80
Andenby;Mænd;I alt;2021K2;50
Andenby;Kvinder;I alt;2021K2;30
Hele landet;Mænd;I alt;2021K2;2.900.000
"""

SEX = """
[[statbank]]
file = "folk.csv"
variable = "sex"
columns = ["KØN"]
codes = [{"Mænd" = "male", "Kvinder" = "female"}]
area_column = "OMRÅDE"
area_codes = {"Prøveby" = "vollsmose", "Andenby" = "gellerup"}
"""

IN_HEADINGS = """"Folketal den 1. i kvartalet efter område, køn og tid"
" "
" ";"2021K2";" "
" ";"Mænd";"Kvinder"
"Prøveby";40;60
"Andenby";50;30
"Kilde: opdigtet"
"""

IN_STUBS = """Folketal efter område, køn og tid;;
;;2021K1;2021K2
Prøveby;Mænd;39;40
;Kvinder;61;60
Andenby;Mænd;1;50
;Kvinder;2;30
"""

NAMED_STUBS = """OMRÅDE;KØN;2021K2
Prøveby;Mænd;40
Prøveby;Kvinder;60
Andenby;Mænd;50
Andenby;Kvinder;30
"""


def margins(folder: Path, text: str, codebook: str, encoding: str = "utf-8-sig") -> Margins:
    write(folder / "folk.csv", text, encoding)
    parsed = parse_codebook(CODEBOOK.replace('margins = "margins.csv"', "") + codebook, folder / "k.toml", AREAS)
    return load_statbank(parsed.statbank, parsed.path, AREAS)


@pytest.mark.parametrize(("text", "layout"), [
    (LONG, ""), (LONG.replace(";", "\t"), ""),
    (IN_HEADINGS, 'stubs = ["OMRÅDE"]\nheads = ["TID", "KØN"]\n'),
    (IN_STUBS, 'stubs = ["OMRÅDE", "KØN"]\nheads = ["TID"]\nkeep = {"TID" = "2021K2"}\n'),
    (NAMED_STUBS, 'stubs = ["OMRÅDE", "KØN"]\nheads = ["TID"]\n'),
])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252"])
def test_every_layout_gives_the_same_margins(tmp_path: Path, text: str, layout: str, encoding: str) -> None:
    found = margins(tmp_path, text, SEX + layout, encoding)
    assert {area: dict(sorted(variables["sex"].items())) for area, variables in found.counts.items()} == {
        "vollsmose": {"female": 60, "male": 40}, "gellerup": {"female": 30, "male": 50}}


AGES = """OMRÅDE;ALDER;INDHOLD
Prøveby;Alder i alt;100
Prøveby;0-14 år;12
Prøveby;15-19 år;5
Prøveby;20-29 år;25
Prøveby;30 år;1
Prøveby;31-64 år;39
Prøveby;65-69 år;10
Prøveby;70 år og derover;20
"""

AGE = """
[[statbank]]
file = "folk.csv"
variable = "age"
columns = ["ALDER"]
codes = [{"15-29" = "ung", "30-64" = "voksen", "65+" = "ældre"}]
area_column = "OMRÅDE"
area_codes = {"Prøveby" = "vollsmose"}
"""


def test_ages_are_summed_into_the_levels_they_fall_within_and_others_left_out(tmp_path: Path) -> None:
    assert margins(tmp_path, AGES, AGE).counts == {"vollsmose": {"age": {"ung": 30, "voksen": 40, "ældre": 30}}}


CROSS = """KØN;ALDER;INDHOLD
Mænd;15-29 år;10
Mænd;30-99 år;30
Kvinder;15-29 år;-
Kvinder;30-99 år;1 060
"""


def test_a_cross_has_a_column_for_each_part_and_one_area_may_be_the_whole_file(tmp_path: Path) -> None:
    entry = """
[[statbank]]
file = "folk.csv"
variable = "sex*age"
columns = ["KØN", "ALDER"]
codes = [{"Mænd" = "m", "Kvinder" = "k"}, {"15-29 år" = "ung", "30-99 år" = "voksen"}]
constant = "gellerup"
"""
    assert margins(tmp_path, CROSS, entry).counts == {
        "gellerup": {"sex*age": {"m*ung": 10, "m*voksen": 30, "k*ung": 0, "k*voksen": 1060}}}


def test_a_wave_is_weighted_to_them(tmp_path: Path, store: Store, facts: Facts, config: Config) -> None:
    codebook = CODEBOOK.replace('margins = "margins.csv"', "") + SEX
    export, path = write_wave(tmp_path, codebook=codebook, counts=COUNTS)
    write(tmp_path / "folk.csv", LONG)
    assert import_survey(store, export, path, facts, config).added == 6
    assert store.value("SELECT count FROM margins WHERE area_id = 'vollsmose' AND level = 'female'") == 60


@pytest.mark.parametrize(("text", "entry", "says"), [
    (LONG.replace("Kvinder", "Kvinnor"), SEX, r"folk\.csv:4: 'Kvinnor' is no level"),
    (LONG, SEX.replace('["KØN"]', '["SEX"]'), r"no column 'SEX'; there are: CIVILSTAND, KØN, OMRÅDE, TID"),
    (LONG + "Prøveby;Mænd;Ugift;2021K2;4\n", SEX, "'CIVILSTAND' has 2 values, and none is chosen"),
    (LONG, SEX + 'keep = {"TID" = "2020K1"}\n', "has no value '2020K1'"),
    (LONG.replace(";40", ";.."), SEX, r"folk\.csv:3: the count '\.\.' is missing, hidden"),
    (LONG.replace(";40", ";40,5"), SEX, "no whole number"),
    (LONG.replace("Andenby;Kvinder;I alt;2021K2;30\n", ""), SEX, "no count for sex 'female'"),
    (LONG.replace("Andenby;", "Tredjeby;").replace("Prøveby;", "Fjerdeby;"), SEX, "no line of folk.csv is of an area"),
    (LONG, SEX.replace('"vollsmose"', '"volsmose"'), "no area 'volsmose'"),
    (LONG.replace("INDHOLD", "TAL"), SEX, "no line of headings ends in INDHOLD"),
    (LONG + "Prøveby;1\n", SEX, r"folk\.csv:9: 2 fields and 5 columns"),
    ("OMRÅDE;KØN;INDHOLD\n", SEX, "no line of counts"),
    (AGES.replace("20-29 år", "20-34 år"), AGE, "'20-34 år' lies across the level 'ung'"),
    (LONG, SEX + AGE.replace("folk.csv", "borte.csv"), "can't be read"),
    (LONG, SEX + SEX, "are called 'sex'"),
    (LONG, SEX + 'stubs = ["OMRÅDE"]\n', "only one of 'stubs' and 'heads'"),
    (LONG, SEX.replace('area_column = "OMRÅDE"\n', ""), "needs 'area_column' with 'area_codes', or 'constant'"),
    (LONG, SEX.replace('["KØN"]', '["KØN", "ALDER"]'), "2 columns and 1 tables of codes"),
    (LONG, SEX.replace('"Mænd" = "male", "Kvinder" = "female"', ""), "Write codes as"),
])
def test_a_wrong_file_or_entry_is_told(tmp_path: Path, text: str, entry: str, says: str) -> None:
    with pytest.raises(WrongCodebook, match=says) as caught:
        margins(tmp_path, text, entry)
    assert caught.value.do


def test_margins_are_given_once(tmp_path: Path) -> None:
    with pytest.raises(WrongCodebook, match="margins are given twice"):
        parse_codebook(CODEBOOK + SEX, tmp_path / "k.toml", AREAS)
