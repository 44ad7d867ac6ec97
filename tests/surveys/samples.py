"""Write SurveyXact exports as the tool does, in each of its dialects; fictional answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import openpyxl

STRUCTURE_HEADER = ["questionName", "variableName", "questionType", "subType", "questionText", "choiceValue",
                    "choiceText"]

CODEBOOK = """
[wave]
id = "2021-prøve"
instrument = "prøve"
institute = "Institut Prøve"
mode = ["web", "phone"]
language = "da"
fieldwork = [2021-03-01, 2021-05-31]
margins = "margins.csv"
counts = "counts.csv"

[area]
column = "b_1"
codes = {1 = "vollsmose", 2 = "gellerup"}

[respondent]
id = "key"
panel_key = ""
completed = {column = "stato_4", value = 1}

[[items]]
id = "tryg"
concept = "tryghed"
column = "s_2"
wording = "Hvor tryg føler du dig i dit nabolag?"
min = 1
max = 7
safe_pole = "low"
safe = [1, 2, 3]
unsafe = [5, 6, 7]
dont_know = [8]
refused = [9]

[index.tryghed]
items = ["tryg"]

[[weighting]]
variable = "sex"
column = "s_1"
codes = {1 = "female", 2 = "male"}

[[texts]]
id = "hvorfor"
column = "s_7"
"""

MARGINS = """area,variable,level,count
vollsmose,sex,female,60
vollsmose,sex,male,40
gellerup,sex,female,30
gellerup,sex,male,50
"""

COUNTS = """area,population,invited,answered
vollsmose,100,20,4
gellerup,80,20,2
"""

COLUMNS = ["key", "s_1", "s_2", "m_1", "b_1", "email", "stato_1", "stato_4", "s_7"]

ROWS: list[list[str]] = [
    ["007", "1", "1", "1", "1", "a@eksempel.dk", "0", "1", "Her er rart; og stille"],
    ["008", "2", "5", "0", "1", "b@eksempel.dk", "0", "1", 'Han sagde "hej"\r\nog gik'],
    ["009", "1", "8", "0", "1", "c@eksempel.dk", "0", "1", ""],
    ["010", "2", "", "1", "1", "d@eksempel.dk", "0", "1", ""],
    ["011", "1", "7", "1", "2", "e@eksempel.dk", "0", "1", "Der er mørkt, når lygten er slukket"],
    ["012", "2", "9", "1", "2", "f@eksempel.dk", "0", "1", ""],
    ["013", "2", "2", "1", "2", "g@eksempel.dk", "1", "0", ""],
]

STRUCTURE = [
    ["key", "key", "Open", "String", "Nøgle", "", ""],
    ["s_1", "s_1", "Closed", "Single", "Køn", "", ""],
    ["s_2", "s_2", "Closed", "Single", "Hvor tryg føler du dig i dit nabolag?", "", ""],
    ["m_1", "m_1", "Closed", "Multiple", "Hvor færdes du?", "1", "På gaden;\r\nog i parken "],
    ["b_1", "b_1", "Closed", "Single", "Boligområde", "", ""],
    ["statoverall", "stato_1", "Closed", "Multiple", "Samlet status", "1", "Ny"],
    ["statoverall", "stato_4", "Closed", "Multiple", "Samlet status", "4", "Gennemført"],
    ["s_7", "s_7", "Open", "String", "Hvorfor?", "", ""],
]

LABELS = [
    ["s_1", "1", "Kvinde"], ["s_1", "2", "Mand"], ["s_2", "1", "1 Meget tryg"], ["s_2", "2", "2"], ["s_2", "3", "3"],
    ["s_2", "4", "4"], ["s_2", "5", "5"], ["s_2", "6", "6"], ["s_2", "7", "7 Meget utryg"], ["s_2", "8", "Ved ikke "],
    ["s_2", "9", "Ønsker ikke at svare"], ["m_1", "0", "Ikke valgt"], ["m_1", "1", "Valgt"],
    ["b_1", "1", "Område Et"], ["b_1", "2", "Område To"], ["stato_4", "0", "Ikke valgt"], ["stato_4", "1", "Valgt"],
]


@dataclass(frozen=True)
class Sample:
    """The content of an export, before it is written in some dialect."""

    columns: list[str] = field(default_factory=lambda: list(COLUMNS))
    rows: list[list[str]] = field(default_factory=lambda: [list(row) for row in ROWS])
    structure: list[list[str]] = field(default_factory=lambda: [list(row) for row in STRUCTURE])
    labels: list[list[str]] = field(default_factory=lambda: [list(row) for row in LABELS])

    def with_rows(self, *rows: list[str]) -> Sample:
        return replace(self, rows=[*self.rows, *rows])

    def changed(self, row: int, column: str, value: str) -> Sample:
        rows = [list(each) for each in self.rows]
        rows[row][self.columns.index(column)] = value
        return replace(self, rows=rows)


def write_csvs(folder: Path, sample: Sample, delimiter: str, encoding: str, *, phantom: bool = False,
               newline: str = "\r\n") -> Path:
    """Write dataset, structure and labels; ``phantom`` ends structure rows with one field too many, as real ones do."""
    folder.mkdir(parents=True, exist_ok=True)

    def quoted(text: str) -> str:
        if any(sign in text for sign in (delimiter, '"', "\n", "\r")):
            return '"' + text.replace('"', '""') + '"'
        return text

    def write(name: str, rows: Sequence[Sequence[str]], extra: bool = False) -> None:
        lines = [delimiter.join(map(quoted, row)) + (delimiter if extra and number else "")
                 for number, row in enumerate(rows)]
        (folder / name).write_bytes((newline.join(lines) + newline).encode(encoding))

    write("dataset.csv", [sample.columns, *sample.rows])
    write("structure.csv", [STRUCTURE_HEADER, *sample.structure], phantom)
    write("labels.csv", sample.labels)
    return folder


def write_xlsx(path: Path, sample: Sample, split: int | None = None) -> Path:
    """Write the workbook, numbers as numbers; ``split``: columns in Dataset(1), the rest in Dataset(2)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    book = openpyxl.Workbook()
    book.remove(book.active)

    def typed(text: str, column: str = "") -> object:
        keep = column == "key" or not text or not text.lstrip("-").isdigit() or (text[0] == "0" and len(text) > 1)
        return text.replace("\r\n", "\n") if keep else int(text)

    labels = book.create_sheet("Labels")
    for row in sample.labels:
        labels.append([row[0], int(row[1]), row[2]])
    width = len(sample.columns)
    cuts = [(0, width)] if split is None else [(0, split), (split, width)]
    for number, (first, last) in enumerate(cuts, 1):
        sheet = book.create_sheet("Dataset" if split is None else f"Dataset({number})")
        sheet.append(sample.columns[first:last])
        for row in sample.rows:
            sheet.append([typed(text, column) for text, column in
                          zip(row[first:last], sample.columns[first:last], strict=True)])
        sheet.append([None] * (last - first))
    structure = book.create_sheet("Structure")
    for row in [STRUCTURE_HEADER, *sample.structure]:
        structure.append([text or None for text in row])
    book.save(path)
    return path


DIALECTS = {
    "tab utf-16": lambda folder, sample: write_csvs(folder, sample, "\t", "utf-16"),
    "semicolon cp1252": lambda folder, sample: write_csvs(folder, sample, ";", "cp1252", newline="\n"),
    "comma cp1252": lambda folder, sample: write_csvs(folder, sample, ",", "cp1252", phantom=True),
    "semicolon utf-8": lambda folder, sample: write_csvs(folder, sample, ";", "utf-8"),
    "comma utf-8": lambda folder, sample: write_csvs(folder, sample, ",", "utf-8-sig"),
    "xlsx": lambda folder, sample: write_xlsx(folder / "export.xlsx", sample),
}


def write_wave(folder: Path, sample: Sample | None = None, *, codebook: str = CODEBOOK, margins: str = MARGINS,
               counts: str = COUNTS) -> tuple[Path, Path]:
    """Write an export with its codebook, margins and counts; return (export folder, codebook)."""
    export = write_csvs(folder / "eksport", sample or Sample(), ";", "cp1252")
    (folder / "kodebog.toml").write_text(codebook, encoding="utf-8")
    (folder / "margins.csv").write_text(margins, encoding="utf-8")
    (folder / "counts.csv").write_text(counts, encoding="utf-8")
    return export, folder / "kodebog.toml"
