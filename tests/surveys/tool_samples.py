"""Write exports as Qualtrics, LimeSurvey, Microsoft Forms and Google Forms do; fictional answers."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import openpyxl

QUALTRICS_HEADER = [
    "StartDate", "EndDate", "Status", "IPAddress", "Progress", "Duration (in seconds)", "Finished", "RecordedDate",
    "ResponseId", "RecipientLastName", "RecipientFirstName", "RecipientEmail", "ExternalReference", "LocationLatitude",
    "LocationLongitude", "DistributionChannel", "UserLanguage", "Q1", "Q2",
]
QUALTRICS_TEXTS = [
    "Startdato", "Slutdato", "Svartype", "IP-adresse", "Status", "Varighed (i sekunder)", "Færdig", "Registreret",
    "Svar-id", "Efternavn", "Fornavn", "E-mail", "Ekstern reference", "Breddegrad", "Længdegrad", "Kanal", "Sprog",
    "Hvor tryg føler du dig i dit nabolag?", "Hvorfor, og hvor?",
]
QUALTRICS_IDS = [
    "startDate", "endDate", "status", "ipAddress", "progress", "duration", "finished", "recordedDate", "_recordId",
    "recipientLastName", "recipientFirstName", "recipientEmail", "externalDataReference", "locationLatitude",
    "locationLongitude", "distributionChannel", "userLanguage", "QID1", "QID2_TEXT",
]


def qualtrics_row(key: str, answer: str, text: str = "", *, status: str = "0", finished: str = "1") -> list[str]:
    day = "2024-03-01 10:00:00"
    return [day, day, status, "192.0.2.7", "100", "61", finished, day, key, "Prøvesen", "Prøve", "prøve@eksempel.dk",
            "", "55.403756", "10.402370", "anonymous", "DA", answer, text]


QUALTRICS_ROWS = [
    qualtrics_row("R_1", "1", 'Her er "rart",\nog stille'), qualtrics_row("R_2", "5"),
    qualtrics_row("R_3", "8", "Ved ikke, hvad jeg skal sige"), qualtrics_row("R_4", "2", finished="0"),
    qualtrics_row("R_5", "2", status="1"),
]

LEGACY_HEADER = [*(f"V{number}" for number in range(1, 11)), "Q1", "Q2"]
LEGACY_TEXTS = ["ResponseID", "ResponseSet", "Name", "ExternalDataReference", "EmailAddress", "IPAddress", "Status",
                "StartDate", "EndDate", "Finished", *QUALTRICS_TEXTS[-2:]]

LIME_HEADER = ["id", "submitdate", "lastpage", "startlanguage", "seed", "ipaddr", "G01Q01", "Q2[SQ001]", "Q2[other]"]
LIME_ROWS = [
    ["1", "2024-03-01 10:00:00", "3", "da", "71", "192.0.2.1", "A1", "Y", ""],
    ["2", "2024-03-01 11:00:00", "3", "da", "72", "192.0.2.2", "A5", "", 'Ved "søen";\nog broen'],
    ["3", "", "1", "da", "73", "192.0.2.3", "A2", "", ""],
    ["4", "2024-03-02 11:00:00", "3", "da", "74", "192.0.2.4", "A8", "Y", ""],
]

MICROSOFT_HEADER = ["ID", "Starttidspunkt", "Fuldførelsestidspunkt", "Mail", "Navn",
                    "Hvor tryg føler du\xa0dig i dit nabolag?", "Hvor færdes du? "]
MICROSOFT_ROWS: list[list[object]] = [
    [1, datetime(2024, 3, 1, 10), datetime(2024, 3, 1, 10, 2), "a@eksempel.dk", "Prøve Prøvesen", "Meget tryg",
     "På gaden;I parken;"],
    [2, datetime(2024, 3, 1, 11), datetime(2024, 3, 1, 11, 2), "b@eksempel.dk", "Prøve Prøvelund", "Ved ikke", None],
]

GOOGLE_HEADER = ["Tidsstempel", "Mailadresse", "Hvor tryg føler du dig, når det er mørkt?", "Hvor færdes du?"]
GOOGLE_ROWS = [["01/03/2024 10.00.00", "a@eksempel.dk", "Meget tryg", "På gaden, I parken"],
               ["01/03/2024 11.00.00", "b@eksempel.dk", "Meget utryg", ""]]


def delimited(rows: Sequence[Sequence[str]], delimiter: str = ",", newline: str = "\r\n", *,
              quote_all: bool = False) -> str:
    """Quote where needed, or everything but blanks as LimeSurvey does."""
    if quote_all:
        return newline.join(delimiter.join('"' + text.replace('"', '""') + '"' if text else "" for text in row)
                            for row in rows) + newline
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=newline).writerows(rows)
    return out.getvalue()


def write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def write_qualtrics(path: Path, rows: Sequence[Sequence[str]] = QUALTRICS_ROWS, encoding: str = "utf-8",
                    delimiter: str = ",") -> Path:
    ids = [json.dumps({"ImportId": each}, separators=(",", ":")) for each in QUALTRICS_IDS]
    return write(path, delimited([QUALTRICS_HEADER, QUALTRICS_TEXTS, ids, *rows], delimiter, "\n"), encoding)


def write_legacy(path: Path) -> Path:
    row = ["R_1", "Sæt", "Prøve Prøvesen", "", "p@eksempel.dk", "192.0.2.7", "0", "2013-03-01 10:00:00",
           "2013-03-01 10:02:00", "1", "4", "Stille"]
    return write(path, delimited([LEGACY_HEADER, LEGACY_TEXTS, row]), "utf-8-sig")


def write_lime(path: Path, rows: Sequence[Sequence[str]] = LIME_ROWS, delimiter: str = ";") -> Path:
    header = delimited([LIME_HEADER], delimiter, quote_all=True)
    return write(path, header + delimited(rows, delimiter, quote_all=True) + "\r\n", "utf-8-sig")


def write_book(path: Path, rows: Sequence[Sequence[object]]) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    book.save(path)
    return path


def write_microsoft(path: Path) -> Path:
    return write_book(path, [MICROSOFT_HEADER, *MICROSOFT_ROWS])


def write_google(path: Path) -> Path:
    return write(path, delimited([GOOGLE_HEADER, *GOOGLE_ROWS]))


KOBO_HEADER = ["start", "deviceid", "username", "tryghed/nabolag", "tryghed/faerdes", "tryghed/faerdes/gade",
               "tryghed/faerdes/park", "hvorfor", "_id", "_uuid", "_submission_time", "_validation_status",
               "_submitted_by", "_index"]
KOBO_ROWS = [
    ["2024-03-01T10:00:00.000+01:00", "ee.kobo:71", "feltarbejder", "1", "gade park", "1", "1",
     'Her er "rart";\nstille', "501", "u-501", "2024-03-01T09:02:00", "", "feltarbejder", "1"],
    ["2024-03-01T11:00:00.000+01:00", "ee.kobo:71", "feltarbejder", "5", "", "", "", "", "502", "u-502",
     "2024-03-01T10:02:00", "", "feltarbejder", "2"],
    ["2024-03-01T12:00:00.000+01:00", "ee.kobo:72", "feltarbejder", "98", "park", "0", "1", "", "503", "u-503",
     "2024-03-01T11:02:00", "", "feltarbejder", "3"],
]
KOBO_TAGS = ["#date+start", "", "", "#safety+score", "", "", "", "#comment", "#meta+id", "", "", "", "", ""]

KOBO_REPEATS = {
    "boern": [["alder", "skole", "_index", "_parent_table_name", "_parent_index"],
              [7, "a", 1, "svar", 1], [9, "b", 2, "svar", 1], [12, "a", 3, "svar", 3]],
    "fritid": [["sted", "_index", "_parent_table_name", "_parent_index"], ["klub", 1, "boern", 2]],
}

ENALYZER_HEADER = ["Respondent", "Afsluttet", "Tryg i nabolaget", "Hvorfor"]
ENALYZER_ROWS = [["00017", "03-25-2024 10:00", "Meget tryg", "Stille; og roligt"],
                 ["00018", "03-02-2024 11:00", "Ved ikke", ""], ["00019", "03-04-2024 12:00", "Meget utryg", ""]]


def write_kobo(path: Path, rows: Sequence[Sequence[str]] = KOBO_ROWS, *, tags: bool = False) -> Path:
    """Every field in quotes, blank ones too."""
    table = [KOBO_HEADER, *([KOBO_TAGS] if tags else []), *rows]
    text = "".join(";".join('"' + cell.replace('"', '""') + '"' for cell in row) + "\n" for row in table)
    return write(path, text)


def write_kobo_book(path: Path) -> Path:
    book = openpyxl.Workbook()
    book.active.title = "svar"
    for row in [KOBO_HEADER, *KOBO_ROWS]:
        book.active.append([cell or None for cell in row])
    for name, rows in KOBO_REPEATS.items():
        sheet = book.create_sheet(name)
        for each in rows:
            sheet.append(each)
    book.save(path)
    return path


def write_enalyzer(path: Path, rows: Sequence[Sequence[str]] = ENALYZER_ROWS) -> Path:
    if path.suffix == ".xlsx":
        return write_book(path, [ENALYZER_HEADER, *rows])
    return write(path, delimited([ENALYZER_HEADER, *rows], ";"))


SPSS_COLUMNS: dict[str, list[object]] = {
    "nr": ["007", "008", "009", "010"], "tryg": [1.0, 8.0, 99.0, None], "alder": [34.5, 71.0, None, None],
    "hvorfor": ["Her er roligt", "", "", ""],
}
SPSS_LABELS = {"tryg": {1.0: "Meget tryg", 7.0: "Meget utryg", 8.0: "Ved ikke", 99.0: "Teknisk fejl"}}


def write_spss(path: Path, columns: dict[str, list[object]] | None = None) -> Path:
    """With declared missing values: 8, whose label is *Ved ikke*, and 99, whose label is another."""
    import pandas as pd
    import pyreadstat

    pyreadstat.write_sav(
        pd.DataFrame(columns or SPSS_COLUMNS).astype({"tryg": float}), str(path),
        column_labels={"tryg": "Hvor tryg føler du dig?"},
        variable_value_labels=SPSS_LABELS, missing_ranges={"tryg": [8, 99]})
    return path


def spreadsheetml(sheets: dict[str, Sequence[Sequence[str]]], *, extra: str = "") -> str:
    """Write a workbook as Excel 2003's XML: numbers as numbers, a blank cell by the index of the next one."""
    from xml.sax.saxutils import escape

    def row(cells: Sequence[str]) -> str:
        out, gap = "", False
        for number, text in enumerate(cells, 1):
            index = f' ss:Index="{number}"' if gap else ""
            kind = "Number" if text.isdigit() and (text == "0" or not text.startswith("0")) else "String"
            gap = not text
            lines = escape(text).replace("\r\n", "&#10;")
            out += f'<Cell{index}><Data ss:Type="{kind}">{lines}</Data></Cell>' if text else ""
        return f"<Row>{out}</Row>"

    body = "".join(f'<Worksheet ss:Name="{name}"><Table>{"".join(map(row, rows))}</Table></Worksheet>'
                   for name, rows in sheets.items())
    return (f'<?xml version="1.0" encoding="UTF-8"?>{extra}<Workbook '
            'xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
            f'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">{body}</Workbook>')
