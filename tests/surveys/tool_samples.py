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
