"""Empty the inbox of the survey teams: take drops in, move them away, delete what was kept long enough."""

from __future__ import annotations

import logging
import os
import shutil
import stat
import tomllib
import traceback
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from filelock import FileLock, Timeout

from store.config import Config
from store.database import Store
from store.errors import (
    AlreadyRunning,
    Exit,
    MissingExtra,
    ReputationError,
    WrongCodebook,
    WrongConfig,
    WrongFile,
    WrongUse,
)
from store.facts import Facts
from surveys.codebook import load_codebook
from surveys.drops import Entry, Take, Wait, free_name, is_hidden, judge, judge_loose, last_change
from surveys.intake import SurveySummary, import_survey
from surveys.letter import LetterWords, letter, load_words, seen_from

log = logging.getLogger(__name__)

DONE, REFUSED, LETTER = "done", "refused", "hvorfor.txt"
LOOSE = "uden-mappe"
"""The folder that files without one are refused in."""

FAULTS = (WrongFile, WrongCodebook, WrongUse, MissingExtra)
"""What a drop is refused for; an SPSS file where SPSS can't be read too, since another export can. All other errors
(key file, store) are not its fault: it stays where it is."""


@dataclass(frozen=True)
class InboxSummary:
    """What a look into the inbox came to."""

    taken: tuple[SurveySummary, ...] = ()
    refused: tuple[str, ...] = ()
    """drops moved to ``refused``, each with the reason"""
    waiting: tuple[str, ...] = ()
    """drops left alone, each with the reason"""
    deleted: int = 0
    """folders in ``done`` that had been kept long enough"""
    troubles: tuple[str, ...] = field(default=())
    """what could not be moved or deleted"""

    def __bool__(self) -> bool:
        return bool(self.taken or self.refused or self.waiting or self.deleted or self.troubles)

    def line(self) -> str:
        """Return the summary as one line."""
        return (f"inbox: {len(self.taken)} taken in, {len(self.refused)} refused, {len(self.waiting)} waiting, "
                f"{self.deleted} old exports deleted")

    @property
    def remarks(self) -> tuple[str, ...]:
        """One line for each drop."""
        return (*(each.line() for each in self.taken), *(f"refused: {each}" for each in self.refused),
                *(f"waiting: {each}" for each in self.waiting), *self.troubles)

    @property
    def exit_code(self) -> Exit:
        """1 where a drop, or a row of one, was refused, or a folder could not be moved or deleted."""
        wrong = self.refused or self.troubles or any(each.exit_code for each in self.taken)
        return Exit.WITH_REFUSALS if wrong else Exit.DONE


def empty_inbox(store: Store, config: Config, facts: Facts, *, now: datetime | None = None) -> InboxSummary:
    """Take in each complete drop of ``[surveys] inbox``, move it to ``done`` and the unusable to ``refused``.

    Each drop is one import, whole or not at all; killed between import and move, a rerun finds it imported and moves
    it. Nothing is followed out of the inbox. Without an inbox folder there is nothing to do. Raises
    :class:`WrongConfig` for the key file and where ``done`` or ``refused`` is a link, :class:`StoreUnusable`, and
    :class:`AlreadyRunning` when another run is at it.
    """
    inbox = config.surveys.inbox
    if not inbox.is_dir() or not any(inbox.iterdir()):
        return InboxSummary()
    for folder in (inbox / DONE, inbox / REFUSED):
        if os.path.lexists(folder) and (folder.is_symlink() or not folder.is_dir()):
            raise WrongConfig("this must be a folder, and no link", where=folder,
                              do="Move it away: the program makes its own")
    path = store.path.with_name(f"{store.path.name}.inbox.lock")
    lock = FileLock(path)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise AlreadyRunning("another run is emptying the inbox", where=path, do="Let it finish") from None
    try:
        return _Round(store, config, facts, now or datetime.now(UTC)).run()
    finally:
        lock.release()


class _Round:
    def __init__(self, store: Store, config: Config, facts: Facts, now: datetime) -> None:
        self.store, self.config, self.facts, self.now = store, config, facts, now
        self.inbox = config.surveys.inbox
        self.taken: list[SurveySummary] = []
        self.refused: list[str] = []
        self.waiting: list[str] = []
        self.troubles: list[str] = []
        self.words: LetterWords | None = None

    def run(self) -> InboxSummary:
        deleted = self._expire()
        lying = [each for each in sorted(self.inbox.iterdir())
                 if not is_hidden(each.relative_to(self.inbox)) and each.name not in (DONE, REFUSED)]
        folders = [each for each in lying if _is_folder(each)]
        for each in folders:
            self._drop(each)
        self._loose([each for each in lying if each not in folders])
        return InboxSummary(tuple(self.taken), tuple(self.refused), tuple(self.waiting), deleted, tuple(self.troubles))

    def _drop(self, drop: Path) -> None:
        verdict: Take | Wait | WrongFile
        try:
            entries = list(_entries(drop, self.now))
            verdict = judge(entries, self.now, _named(drop, entries))
        except FileNotFoundError:
            verdict = Wait("it changed while it was looked at")
        except OSError as error:
            verdict = WrongFile(f"the folder can't be read ({error.strerror})", where=drop, do="Mend its permissions")
        if isinstance(verdict, Wait):
            self.waiting.append(f"{shown(drop.name)}: {verdict.reason}")
            return
        tried = verdict if isinstance(verdict, Take) else None
        fault = self._take(drop, verdict) if isinstance(verdict, Take) else verdict
        if fault:
            self._refuse(drop.name, [drop], fault, tried)
        else:
            self._move(drop, DONE)

    def _take(self, drop: Path, what: Take) -> ReputationError | None:
        """Take a drop in; return why it can't be."""
        try:
            codebook = load_codebook(drop / what.codebook, self.facts)
            for file in (codebook.wave.margins, codebook.wave.counts, *(each.file for each in codebook.statbank)):
                if file and not file.resolve().is_relative_to(drop.resolve()):
                    # its content would show in the letter
                    raise WrongCodebook(f"the codebook names a file outside its folder: {file.name}",
                                        where=drop / what.codebook, do="Put it beside the codebook")
            self.taken.append(import_survey(self.store, drop / what.export, drop / what.codebook, self.facts,
                                            self.config))
        except FAULTS as error:
            return error
        except ReputationError:
            raise
        except Exception as error:  # noqa: BLE001 - logged, and told to the team
            # A bug, or a file nobody thought of: the other teams must not pay for it. Where, but not what: the message
            # of an error may hold somebody's answer.
            log.error("inbox: %s: %s\n%s", shown(drop.name), type(error).__name__,
                      "".join(traceback.format_tb(error.__traceback__)))
            return WrongUse(f"this program failed ({type(error).__name__})", where=drop, do="See the log")
        return None

    def _loose(self, files: Sequence[Path]) -> None:
        if not files:
            return
        try:
            entries = [_entry(each, each.relative_to(self.inbox), self.now) for each in files]
        except FileNotFoundError:
            return  # gone while it was looked at
        verdict = judge_loose(entries, self.now)
        if isinstance(verdict, Wait):
            self.waiting.append(f"{shown(files[0].name)}: {verdict.reason}")
        else:
            self._refuse(LOOSE, files, verdict, None)

    def _refuse(self, name: str, parts: Sequence[Path], error: ReputationError, tried: Take | None) -> None:
        """Put the letter into the drop, or loose files into a folder with one, then move it: never without a word."""
        self.words = self.words or load_words()
        drop = self.inbox / name
        error = seen_from(drop, error)
        text = letter(self.words, error, name=shown(name), tried=tried, now=self.now)
        self.refused.append(shown(f"{name}: {error}"))
        try:
            refused = self._folder(REFUSED)
            if parts[0] == drop and _is_folder(drop):
                _write(refused, drop, text)
            else:
                drop = refused / free_name(name, _names(refused))
                drop.mkdir()
                _write(refused, drop, text)
                for each in parts:
                    each.rename(drop / free_name(each.name, _names(drop)))
                return
        except OSError as problem:
            self._trouble(drop, problem)
            return
        self._move(drop, REFUSED)

    def _move(self, drop: Path, to: str) -> None:
        try:
            folder = self._folder(to)
            with suppress(OSError):  # not the owner: then the time of the move itself counts
                os.utime(drop, (self.now.timestamp(),) * 2)
            drop.rename(folder / free_name(drop.name, _names(folder)))
        except OSError as problem:
            self._trouble(drop, problem)

    def _expire(self) -> int:
        """Delete the folders of ``done`` that were moved there long enough ago."""
        done = self.inbox / DONE
        keep = timedelta(days=self.config.surveys.keep_exports_days)
        deleted = 0
        for each in sorted(done.iterdir()) if done.is_dir() else []:
            if not _is_folder(each) or self.now - _entry(each, Path(), self.now).changed < keep:
                continue
            try:
                shutil.rmtree(each)
                deleted += 1
            except OSError as problem:
                self._trouble(each, problem)
        return deleted

    def _folder(self, name: str) -> Path:
        folder = self.inbox / name
        folder.mkdir(exist_ok=True)
        return folder

    def _trouble(self, path: Path, problem: OSError) -> None:
        self.troubles.append(f"{shown(str(path))}: can't be moved or deleted ({problem.strerror}). "
                             "Mend the permissions of the inbox")


def shown(name: str) -> str:
    """Return a name without characters that would steer a terminal or that no encoding holds."""
    return "".join(each if each.isprintable() else "?" for each in name)


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _names(folder: Path) -> list[str]:
    return [each.name for each in folder.iterdir()]


def _entries(drop: Path, now: datetime) -> Iterator[Entry]:
    """Yield everything in a drop, links themselves and not what they lead to."""
    yield _entry(drop, Path(), now)
    for each in sorted(drop.iterdir()):
        if _is_folder(each):
            for inner in _entries(each, now):
                yield Entry(each.name / inner.path, inner.kind, inner.changed)
        else:
            yield _entry(each, Path(each.name), now)


def _named(drop: Path, entries: Sequence[Entry]) -> frozenset[str]:
    """Return the names of files that the drop's codebook names; nothing where it has none that can be read."""
    books = [each.path for each in entries if each.path.suffix.lower() == ".toml" and len(each.path.parts) == 1
             and each.kind == "file" and not is_hidden(each.path)]
    try:
        return frozenset(_texts(tomllib.loads((drop / books[0]).read_text(encoding="utf-8-sig")))) if books \
            else frozenset()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return frozenset()  # the codebook is refused when it is loaded


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)


def _entry(path: Path, name: Path, now: datetime) -> Entry:
    found = path.lstat()
    times = (datetime.fromtimestamp(each, UTC) for each in (found.st_mtime, found.st_ctime))
    kind = stat.S_IFMT(found.st_mode)
    return Entry(name, "folder" if kind == stat.S_IFDIR else "file" if kind == stat.S_IFREG else "other",
                 last_change(times, now))


def _write(beside: Path, drop: Path, text: str) -> None:
    """Put the letter into a drop in one step; a link of its name is replaced, not followed."""
    draft = beside / f".{LETTER}"
    draft.unlink(missing_ok=True)
    draft.write_bytes(text.encode("utf-8-sig", "replace"))  # Notepad knows Danish letters by the mark
    draft.replace(drop / LETTER)
