"""Hold what a person says of a file where its own signs don't tell, or mislead: ``[file]`` of a codebook."""

from __future__ import annotations

from dataclasses import dataclass

FORMATS = ("surveyxact", "qualtrics", "limesurvey", "kobo", "enalyzer", "microsoft-forms", "google-forms", "spss",
           "plain")
SIGNS = {"tab": "\t", "semicolon": ";", "comma": ","}
DATES = ("dmy", "mdy", "ymd")
ANSWERS = ("text", "value", "number")


@dataclass(frozen=True)
class Told:
    """What is said of a file; empty = find it out."""

    format: str = ""
    """one of :data:`FORMATS`"""
    encoding: str = ""
    """as Python names it: utf-8, utf-16, cp1252"""
    delimiter: str = ""
    """the sign itself"""
    decimal: str = ""
    """comma or point, the sign itself"""
    header_rows: int = 0
    """rows above the first answer; the first holds the names, the second the question texts"""
    sheet: str = ""
    """of a workbook with several"""
    dates: str = ""
    """one of :data:`DATES`: which of day, month and year comes first"""
    answers: str = ""
    """one of :data:`ANSWERS`: whether a tool that offers it wrote texts, values or numbers of labels"""


NOTHING = Told()
