"""Decide what becomes of a folder that a survey team dropped into the inbox; touches no file."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import Literal

from store.errors import WrongFile

QUIET = timedelta(seconds=120)
"""A drop is left alone until nothing in it has changed for this long: copying over a slow share pauses for seconds,
and cron comes again within the hour."""

UNFINISHED = (".part", ".partial", ".filepart", ".crdownload", ".tmp")
"""How browsers, WinSCP and other copying programs end the name of a file they are still writing."""
OPEN = ("~$", ".~lock.")
"""How Excel and LibreOffice begin the name of the file that says that a workbook is open."""

BESIDE = ("thumbs.db", "desktop.ini", "__macosx")
"""What Windows, macOS and its zip programs leave in every folder."""

ASIDE = frozenset({"margins.csv", "counts.csv"})
"""Files that are no export, whether or not the codebook names them."""

TABLES = frozenset({".csv", ".tsv", ".tab"})
WHOLE = frozenset({".xlsx", ".xlsm", ".xls", ".xml", ".sav", ".zsav"})
"""Exports that are one file: tables of any tool, workbooks, SPSS. SurveyXact's three CSV files are one export."""

DEEPEST = 2
"""The export lies beside the codebook or in a folder beside it."""


@dataclass(frozen=True)
class Entry:
    """Something in a drop, or the drop's own folder (the path ``.``)."""

    path: PurePath
    """relative to the drop"""
    kind: Literal["file", "folder", "other"]
    """*other*: a link, a pipe, a device; nothing that is safe to open"""
    changed: datetime


@dataclass(frozen=True)
class Wait:
    """Leave the drop alone this time."""

    reason: str


@dataclass(frozen=True)
class Take:
    """Try to take the drop in; both paths are relative to it."""

    codebook: PurePath
    export: PurePath


def judge(entries: Collection[Entry], now: datetime, named: Collection[str] = ()) -> Wait | Take | WrongFile:
    """Say whether a drop is still being written, is laid out well, or is to be refused and why.

    A drop is a folder with exactly one codebook (``*.toml``) and, beside it or one folder down, exactly one export:
    SurveyXact's three CSV files, or one file of any tool. Hidden files and others (a letter, margins, counts, and the
    files ``named`` by the codebook) may lie there too.
    """
    early = _early(entries, now)
    if early:
        return early
    files = [each.path for each in entries if each.kind == "file" and not is_hidden(each.path)]
    if not files:
        return Wait("it is empty")
    return _layout(files, {*ASIDE, *(each.casefold() for each in named)})


def judge_loose(entries: Collection[Entry], now: datetime) -> Wait | WrongFile:
    """Say what becomes of files that lie in the inbox itself: nobody can tell which of them belong together."""
    early = _early(entries, now)
    if early:
        return early
    return WrongFile("files lie in the inbox itself", where=min(str(each.path) for each in entries),
                     do="Put the export and its codebook into one folder, and the folder into the inbox")


def last_change(times: Iterable[datetime], now: datetime) -> datetime:
    """Return the newest of a file's times that is not in the future.

    Both the time of the content and the time of the entry are asked: copying programs set the first back to that of
    the original, and a wrong clock sets it forward.
    """
    moments = sorted(times)
    past = [each for each in moments if each <= now]
    return past[-1] if past else moments[0]


def free_name(name: str, taken: Collection[str]) -> str:
    """Return the name, with the first free number where it is taken; capital letters make no other name."""
    folded = {each.casefold() for each in taken}
    number, free = 1, name
    while free.casefold() in folded:
        number += 1
        free = f"{name}-{number}"
    return free


def is_hidden(path: PurePath) -> bool:
    """Say whether a path is none of the survey team's: hidden, or left by the operating system."""
    return any(part.startswith((".", "~$")) or part.lower() in BESIDE for part in path.parts)


def _early(entries: Collection[Entry], now: datetime) -> Wait | WrongFile | None:
    """Decide what needs no look at the layout: what is still being written, and what must not be opened."""
    unfinished = sorted(str(each.path) for each in entries if _unfinished(each.path.name))
    if unfinished:
        return Wait(f"{unfinished[0]} is still being written, or open")
    if any(now - each.changed < QUIET for each in entries):
        return Wait(f"it changed less than {QUIET.total_seconds():.0f} seconds ago")
    others = sorted(str(each.path) for each in entries if each.kind == "other")
    if others:
        return WrongFile("links and other special files are not followed", where=others[0],
                         do="Put a copy of the file there instead")
    return None


def _unfinished(name: str) -> bool:
    return name.lower().endswith(UNFINISHED) or name.startswith(OPEN)


def _layout(files: Collection[PurePath], aside: Collection[str]) -> Take | WrongFile:
    codebooks = sorted(each for each in files if each.suffix.lower() == ".toml" and len(each.parts) == 1)
    if not codebooks:
        return WrongFile("there is no codebook", do="Put the wave's codebook (a .toml file) directly into the folder")
    if len(codebooks) > 1:
        return WrongFile(f"there are {len(codebooks)} codebooks: {', '.join(map(str, codebooks))}",
                         do="Make one folder for each wave")
    near = [each for each in files if len(each.parts) <= DEEPEST]
    three = {each.parent for each in near
             if each.suffix.lower() in {".csv", ".txt"} and "dataset" in each.stem.lower()}
    exports = sorted({
        *three,
        *(each for each in near if each.suffix.lower() in WHOLE),
        *(each for each in near if each.suffix.lower() in TABLES and each.parent not in three
          and each.name.casefold() not in aside),
    })
    if not exports:
        return WrongFile("there is no export", do="Put the survey tool's export into the folder: one file, or "
                                                  "SurveyXact's dataset, structure and labels")
    if len(exports) > 1:
        return WrongFile(f"there are {len(exports)} exports", do="Make one folder for each wave")
    return Take(codebooks[0], exports[0])
