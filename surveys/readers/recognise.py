"""Find out which tool wrote an export by the file's own signs, and read it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from store.errors import WrongFile
from surveys.readers.enalyzer import is_enalyzer, read_enalyzer
from surveys.readers.export import Export, read_bytes
from surveys.readers.forms import is_google_forms, is_microsoft_forms, read_google_forms, read_microsoft_forms
from surveys.readers.kobo import is_kobo, read_kobo
from surveys.readers.limesurvey import is_limesurvey, read_limesurvey
from surveys.readers.plain import is_plain, read_plain
from surveys.readers.qualtrics import is_qualtrics, read_qualtrics
from surveys.readers.spss import SUFFIXES as SPSS_FILES
from surveys.readers.spss import read_spss
from surveys.readers.surveyxact import PARTS, read_surveyxact
from surveys.readers.table import TEXT_FILES, WORKBOOKS, RawTable, check_workbook, read_table
from surveys.readers.told import NOTHING, Told
from surveys.readers.workbook import sheet_names

FORMATS: tuple[tuple[Callable[[RawTable], bool], Callable[[RawTable], Export]], ...] = (
    (is_qualtrics, read_qualtrics), (is_limesurvey, read_limesurvey), (is_kobo, read_kobo),
    (is_microsoft_forms, read_microsoft_forms), (is_google_forms, read_google_forms), (is_enalyzer, read_enalyzer),
)
"""The tools that write one table: the sign, the reader. SurveyXact is asked for before them, a plain table after."""

BY_NAME: Mapping[str, Callable[[RawTable], Export]] = {
    "qualtrics": read_qualtrics, "limesurvey": read_limesurvey, "kobo": read_kobo, "enalyzer": read_enalyzer,
    "microsoft-forms": read_microsoft_forms, "google-forms": read_google_forms, "plain": read_plain,
}

KNOWN = ("SurveyXact (dataset, structure and labels, xlsx, or Excel XML 2003), Qualtrics (CSV), LimeSurvey (CSV), "
         "KoboToolbox (CSV or xlsx), Enalyzer (CSV or xlsx), Microsoft Forms (xlsx), Google Forms (CSV), SPSS (sav), "
         "or a plain CSV or xlsx with one row of names")

FILES = TEXT_FILES | WORKBOOKS | SPSS_FILES


def read_export(path: Path, told: Told = NOTHING) -> Export:
    """Read an export of any known tool; ``Export.format`` says which it was.

    ``path``: the file, or a folder with one export in it; ``told``: what a person says of it, before its own signs.
    Raises :class:`WrongFile`, naming the known formats where it is none of them, and
    :class:`~store.errors.MissingExtra` for an SPSS file without pyreadstat.
    """
    if not path.exists():
        raise WrongFile("there is no such file or folder", where=path, do="Name an existing export")
    if path.is_dir():
        return _read_folder(path, told)
    kind = path.suffix.lower()
    if kind not in FILES:
        raise _unknown(path)
    if kind in SPSS_FILES:
        return read_spss(path, told)
    if kind in WORKBOOKS:
        check_workbook(read_bytes(path), path)
    if told.format in ("", "surveyxact") and (
            told.format or (_is_surveyxact_workbook(path) if kind in WORKBOOKS else _has_siblings(path))):
        return read_surveyxact(path, told)
    raw = read_table(path, told)
    if told.format in BY_NAME:
        return BY_NAME[told.format](raw)
    for sign, read in FORMATS:
        if sign(raw):
            return read(raw)
    if kind in TEXT_FILES and _part(path):
        return read_surveyxact(path, told)  # says which of the three files is missing
    if not is_plain(raw):
        raise _unknown(path)
    return read_plain(raw)


def _read_folder(folder: Path, told: Told) -> Export:
    files = sorted(each for each in folder.iterdir() if each.is_file() and not each.name.startswith((".", "~$")))
    tables = [each for each in files if each.suffix.lower() in FILES]
    if any(each.suffix.lower() in TEXT_FILES and "dataset" in each.stem.lower() for each in tables):
        return read_surveyxact(folder, told)
    if len(tables) > 1:
        raise WrongFile("there is more than one export in this folder", where=folder, do="Name the file you mean")
    if not tables:
        raise WrongFile("there is no export in this folder", where=folder, do=f"Known are: {KNOWN}")
    return read_export(tables[0], told)


def _unknown(path: Path) -> WrongFile:
    return WrongFile("not an export of a known format", where=path, do=f"Known are: {KNOWN}")


def _is_surveyxact_workbook(path: Path) -> bool:
    names = [name.lower().strip() for name in sheet_names(read_bytes(path), path)]
    return sum(1 for part in PARTS if any(name == part or name.startswith(f"{part}(") for name in names)) > 1


def _part(path: Path) -> str | None:
    """Return which of SurveyXact's three files a name says it is: the last of the words."""
    stem = path.stem.lower()
    found = max(PARTS, key=stem.rfind)
    return found if found in stem else None


def _has_siblings(path: Path) -> bool:
    part = _part(path)
    if part is None:
        return False
    before, _, after = path.name.lower().rpartition(part)
    names = {each.name.lower() for each in path.parent.iterdir()}
    return any(f"{before}{other}{after}" in names for other in PARTS if other != part)
