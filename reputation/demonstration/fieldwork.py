"""Write the answers of the waves as SurveyXact exports them, with codebook, margins and counts."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import xlsxwriter

from reputation.demonstration.bank import Banks
from reputation.demonstration.cases import BROKEN_WAVE, Cases, wave_answers
from reputation.demonstration.dice import Dice
from reputation.demonstration.process import AGES, SEXES, Answers, Truth
from reputation.demonstration.questionnaire import codebook, item_labels, questions
from store.demonstration import MARK

Table = list[list[str]]

DIALECTS = {2018: "tab", 2020: "semicolon", 2022: "comma", 2024: "xlsx", BROKEN_WAVE: "semicolon"}
STATUS = ("Ny", "Distribueret", "Nogen svar", "Gennemført", "Frafaldet")
_CREATED = datetime(2025, 1, 1, tzinfo=UTC)
"""Stated in the workbook instead of the clock, so that the same seed gives the same bytes."""
_PARTIAL = 0.03
"""Rows, per completed one, of people who stopped after the first question: they are no answers."""
_OPEN, _MASKED = 0.22, 0.06
"""Shares that write an open answer, and of those that write a name, number or address in it."""


@dataclass(frozen=True)
class _Row:
    area: str
    sex: int
    age: int
    codes: tuple[int, ...]
    status: int
    text: str


def wave_files(truth: Truth, cases: Cases, banks: Banks, wave: int) -> Iterator[tuple[str, bytes]]:
    """Yield name and bytes of every file of a wave."""
    drawn = {
        area: wave_answers(truth, cases, wave, area) for area in truth.areas
        if truth.invited[truth.areas.index(area), truth.waves.index(wave)]
    }
    dice = Dice(truth.seed, 12, wave)
    rows = [row for area, answers in drawn.items() for row in _rows(area, answers, truth.scale(wave), banks, dice)]
    rows = dice.some(rows, len(rows))
    areas = list(truth.areas)
    tables = {
        "dataset": _dataset(rows, areas, dice), "structure": _structure(areas, wave), "labels": _labels(areas, wave),
    }
    if DIALECTS[wave] == "xlsx":
        yield "eksport.xlsx", _workbook(tables)
    else:
        for part, table in tables.items():
            yield f"{part}.csv", _csv(table, DIALECTS[wave])
    yield "codebook.toml", codebook(wave, areas, truth.scale(wave)).encode()
    yield "margins.csv", _lines("area,variable,level,count", _margins(drawn))
    yield "counts.csv", _lines(
        "area,population,invited,answered",
        [f"{area},{each.population},{each.invited},{len(each.sex)}" for area, each in drawn.items()],
    )


def _rows(area: str, answers: Answers, scale: int, banks: Banks, dice: Dice) -> Iterator[_Row]:
    for sex, age, codes in zip(answers.sex, answers.age, answers.codes, strict=True):
        first = int(codes[0])
        text = _text(first, scale, banks, dice) if dice.chance(_OPEN) else ""
        yield _Row(area, int(sex), int(age), tuple(int(code) for code in codes), 4, text)
        if dice.chance(_PARTIAL):
            yield _Row(area, dice.number(0, 1), dice.number(0, 3), (dice.number(1, scale), 0, 0), 3, "")


def _text(code: int, scale: int, banks: Banks, dice: Dice) -> str:
    bank = banks.answers
    if dice.chance(_MASKED):
        return str(dice.pick(bank["masked"])).format(
            navn=dice.pick(bank["navne"]), mail=f"beboer{dice.number(10, 99)}@post.example",
            telefon=f"{dice.number(20, 99)} {dice.number(10, 99)} 00 {dice.number(10, 99)}",
        )
    kind = "neither"
    if 1 <= code <= scale and code != (scale + 1) // 2:
        kind = "safe" if code <= scale // 2 else "unsafe"
    said = dice.some(bank[kind], 2 if dice.chance(0.3) else 1)
    return " ".join(said)


def _dataset(rows: Sequence[_Row], areas: Sequence[str], dice: Dice) -> Table:
    header = ["respondentid", "b_omraade", "b_koen", "b_alder", "b_mail", "demodata",
              *(f"stato_{number}" for number in range(1, 6)), "s_1", "s_2", "s_3", "kilde", "s_4"]
    table = [header]
    key = dice.number(100_000, 200_000)
    for row in rows:
        key += dice.number(1, 9)
        table.append([
            str(key), str(areas.index(row.area) + 1), str(row.sex + 1), str(row.age + 1),
            f"modtager{key}@post.example", "1", *("1" if row.status == number else "0" for number in range(1, 6)),
            *("" if code == 0 else str(code) for code in row.codes), MARK, row.text,
        ])
    return table


def _structure(areas: Sequence[str], wave: int) -> Table:
    table = [["questionName", "variableName", "questionType", "subType", "questionText", "choiceValue", "choiceText"],
             ["respondentid", "respondentid", "Open", "Number", "Respondentnummer", "", ""]]
    table += [["b_omraade", "b_omraade", "Background", "Single", "Boligområde", str(number), area]
              for number, area in enumerate(areas, 1)]
    for variable, label, levels in (("b_koen", "Køn", SEXES), ("b_alder", "Aldersgruppe", AGES)):
        table += [[variable, variable, "Background", "Single", label, str(number), level]
                  for number, level in enumerate(levels, 1)]
    table.append(["b_mail", "b_mail", "Background", "Text", "E-mail", "", ""])
    table.append(["demodata", "demodata", "Background", "Single", MARK, "1", MARK])
    table += [["statoverall", f"stato_{number}", "Closed", "Multiple", "Samlet status", str(number), status]
              for number, status in enumerate(STATUS, 1)]
    for number, wording in enumerate(questions(wave), 1):
        table += [[f"s_{number}", f"s_{number}", "Closed", "Single", wording, str(code), label]
                  for code, label in item_labels(wave)]
    table.append(["kilde", "kilde", "Background", "Text", "Kilde", "", ""])
    table.append(["s_4", "s_4", "Open", "Text", "Vil du uddybe dit svar?", "", ""])
    return table


def _labels(areas: Sequence[str], wave: int) -> Table:
    table = [["b_omraade", str(number), area] for number, area in enumerate(areas, 1)]
    table += [["b_koen", str(number), level] for number, level in enumerate(SEXES, 1)]
    table += [["b_alder", str(number), level] for number, level in enumerate(AGES, 1)]
    table.append(["demodata", "1", MARK])
    table += [[f"stato_{number}", value, label]
              for number in range(1, 6) for value, label in (("0", "Ikke valgt"), ("1", "Valgt"))]
    return table + [[f"s_{number}", str(code), label] for number in range(1, 4) for code, label in item_labels(wave)]


def _margins(drawn: dict[str, Answers]) -> list[str]:
    lines: list[str] = []
    for area, answers in drawn.items():
        for variable, levels, axis in (("sex", SEXES, 1), ("age", AGES, 0)):
            counts = answers.register.sum(axis=axis)
            lines += [f"{area},{variable},{level},{count}" for level, count in zip(levels, counts, strict=True)]
    return lines


def _lines(header: str, lines: Sequence[str]) -> bytes:
    return "\n".join([f"# {MARK}: opdigtede tal", header, *lines, ""]).encode()


def _csv(table: Table, dialect: str) -> bytes:
    delimiter, encoding, ending = {
        "tab": ("\t", "utf-16-le", "\r\n"), "semicolon": (";", "cp1252", "\n"), "comma": (",", "cp1252", "\n"),
    }[dialect]
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=ending).writerows(table)
    return (b"\xff\xfe" if dialect == "tab" else b"") + out.getvalue().encode(encoding)


def _workbook(tables: dict[str, Table]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.set_properties({"title": f"Eksport {MARK}", "comments": MARK, "created": _CREATED})
    for part in ("labels", "dataset", "structure"):
        sheet = book.add_worksheet(part.capitalize())
        for row, line in enumerate(tables[part]):
            for column, value in enumerate(line):
                if value.isdigit():
                    sheet.write_number(row, column, int(value))
                elif value:
                    sheet.write_string(row, column, value)
    book.close()
    return out.getvalue()
