"""Take one media-archive export into the store: recognised, read, kept or refused."""

from __future__ import annotations

import codecs
import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from collectors.archives import infomedia, infomedia_table, plain, retriever
from collectors.archives.encoding import encoding_of
from collectors.archives.record import Found, Note, Reader, Record, Refused
from collectors.archives.searched import OutletTotal
from collectors.archives.tables import is_workbook, workbook_start
from collectors.archives.takeback import only_import, take_back
from collectors.copies import group_copies
from collectors.outlets import classify_outlets, outlet_id
from store.database import Store
from store.days import Window, danish_day
from store.demonstration import kind_of
from store.errors import Exit, ReputationError, StoreUnusable, WrongFile, WrongUse
from store.facts import Facts
from store.identity import article_id, slug
from store.imports import (
    Refusal,
    UnderWay,
    already_imported,
    complete_import,
    imports_under_way,
    record_import,
    record_refusals,
    save_under_way,
    settle_import,
)
from store.texts import Article, save_article, save_searched_outlets, save_totals

READERS: Mapping[str, Reader] = {
    "infomedia": infomedia.read, "infomedia-table": infomedia_table.read, "plain": plain.read,
    "retriever": retriever.read,
}
"""The export formats by name."""

RECOGNISERS: Mapping[str, Callable[[str], bool]] = {
    "infomedia": infomedia.recognises, "infomedia-table": infomedia_table.recognises, "plain": plain.recognises,
    "retriever": retriever.recognises,
}
"""Asked in this order; a table's header says more than a line that looks like Retriever's."""

TABLES = frozenset({"infomedia-table", "plain"})
"""Formats that also come as a workbook."""

_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"

PORTION = 1_000
"""Records taken in in one transaction: about a second, where other writers wait for thirty."""

PORTION_TEXT = 16_000_000
"""Characters from which on a portion is full: a record may have four million."""

START = 1 << 16
"""Bytes looked at to recognise a format and the kind of data."""

OUTLETS_NAMED = 5
"""Unknown outlets named in the summary line; the import's notes hold them all."""


@dataclass(frozen=True)
class ArchiveSummary:
    """What an import came to."""

    name: str
    """file name without folder"""
    rows: int = 0
    """records in the file"""
    added: int = 0
    edited: int = 0
    """articles that got a longer text"""
    known: int = 0
    refused: int = 0
    """records, or one for the whole file, that could not be used"""
    unknown_outlets: tuple[str, ...] = ()
    """names that data/outlets.toml does not have: their articles are kept without a class"""
    earlier: int | None = None
    """number of the import that took in the same file before"""
    import_id: int = 0
    """the number of this import"""

    def line(self) -> str:
        """Return the summary as one line."""
        if self.earlier is not None:
            return f"{self.name}: already imported (number {self.earlier}); nothing added"
        line = (
            f"{self.name}: {self.rows} records, {self.added} added, {self.edited} edited, {self.known} known, "
            f"{self.refused} refused (import {self.import_id})"
        )
        if self.unknown_outlets:
            more = len(self.unknown_outlets) - OUTLETS_NAMED
            named = ", ".join(f"{name} (id {slug(name)})" for name in self.unknown_outlets[:OUTLETS_NAMED])
            named += f" and {more} more" if more > 0 else ""
            line += f"; outlets not in data/outlets.toml, kept without a class: {named}"
        return line

    @property
    def exit_code(self) -> Exit:
        """:attr:`Exit.WITH_REFUSALS` when something was refused."""
        return Exit.WITH_REFUSALS if self.refused else Exit.DONE


def import_archive(
    store: Store, path: Path, facts: Facts, *, format: str | None = None, query: str | None = None,
    window: Window | None = None, outlets: Sequence[str] = (), totals: Sequence[OutletTotal] = (),
    now: datetime | None = None,
    progress: Callable[[int], None] = lambda rows: None,
) -> ArchiveSummary:
    """Take in one export, portion by portion: a crash leaves whole portions, a second run goes on or adds nothing.

    Between portions others may write. Until all is there no figure counts what only this import brought, and reading
    and grouping pass it over; a fault of the file takes all of it back. ``progress`` is told how many records are in.
    ``format`` is a key of :data:`READERS`, or recognised from the file. ``query``, ``window`` and ``outlets`` say what
    was searched in the archive; they are kept with the import, since a figure needs to know what could have been
    found; with ``totals`` (inside ``window``) a share of all articles can be given. Raises :class:`WrongUse` for an
    unknown format or totals of days that were not searched, :class:`WrongFile` for a file that can't be read or is no
    export, :class:`OtherKind` for demonstration data in a real store and the reverse, :class:`AlreadyRunning` while
    another archive is taken in or back.
    """
    now = now or datetime.now(UTC)
    if format is not None and format not in READERS:
        raise WrongUse(f"there is no archive format '{format}'", where="--format",
                       do=f"Use one of: {', '.join(sorted(READERS))}")
    _check_totals(totals, window)
    digest, start = _digest_and_start(path)
    workbook = is_workbook(start)
    if workbook and format is not None and format not in TABLES:
        raise WrongFile(f"this is a workbook or another zip file, not of format '{format}'", where=path,
                        do=f"Unpack it, or leave out --format {format}")
    shown = workbook_start(path) if workbook else _as_text(start)
    store.accept(kind_of(shown.encode() if workbook else start), where=path)
    format = format or _recognised(shown, start, path)
    classify_outlets(store, facts)
    with only_import(store):
        earlier = already_imported(store, "archive", digest)
        begun = next((each for each in imports_under_way(store) if each.number == earlier), None)
        if earlier is not None and begun is None:
            group_copies(store)  # where the run that brought it was killed before
            return ArchiveSummary(path.name, earlier=earlier)
        encoding = "" if workbook else encoding_of(path)
        intake = _Intake(store, facts, path, window, now, f"encoding: {encoding}" if encoding else "workbook")
        if begun is not None:
            _check_same(store, begun, query, window)
            intake.go_on(begun)

        def begin() -> None:
            number = record_import(
                store, "archive", path.name, digest, format or "", query,
                window.first if window else None, window.last if window else None,
            )
            intake.number = number
            save_searched_outlets(store, number, [intake.outlet_id(name) for name in outlets])
            save_totals(store, number, [(intake.outlet_id(each.outlet), each.window, each.articles)
                                        for each in totals])

        try:
            with closing(READERS[format](path, now, encoding)) as records:
                for portion, last in portions(islice(records, intake.taken, None)):
                    with store.transaction():
                        if not intake.number:
                            begin()
                        intake.take_all(portion)
                        intake.settle(last=last)
                    progress(intake.counts["rows"])
        except ReputationError as error:
            if intake.saved and not isinstance(error, StoreUnusable):
                take_back(store, intake.number)  # what was taken in before the fault was met
            raise
        group_copies(store)
    return intake.summary()


def _check_totals(totals: Sequence[OutletTotal], window: Window | None) -> None:
    if totals and window is None:
        raise WrongUse("the outlets come with totals, and it is not said which days were searched", where="--outlets",
                       do="Give --window FROM:TO")
    outside = next((each for each in totals if window and not (
        window.first <= each.window.first and each.window.last <= window.last)), None)
    if outside is not None:
        raise WrongUse(f"the total of {outside.outlet} for {outside.window} lies outside the days searched",
                       where="--outlets", do="Leave it out, or search those days too")


def portions(records: Iterator[Found]) -> Iterator[tuple[list[Found], bool]]:
    """Part records into lists of limited length and size, each with whether it is the last.

    There is always one, for an empty file an empty one.
    """
    portion: list[Found] = []
    size = 0
    for each in records:
        if len(portion) == PORTION or size > PORTION_TEXT:
            yield portion, False
            portion, size = [], 0
        portion.append(each)
        size += len(each.text) if isinstance(each, Record) else 0
    yield portion, True


def _check_same(store: Store, begun: UnderWay, query: str | None, window: Window | None) -> None:
    row = store.rows("SELECT query, window_from, window_to FROM imports WHERE id = ?", [begun.number])[0]
    given = (query, window.first.isoformat() if window else None, window.last.isoformat() if window else None)
    if tuple(row) != given:
        raise WrongUse(f"this file is being taken in as import {begun.number}, with another query or window",
                       where=begun.name, do=f"Give the same again, or first undo-import {begun.number}")


@dataclass
class _Intake:
    store: Store
    facts: Facts
    path: Path
    window: Window | None
    now: datetime
    form: str
    """a note on the file's encoding"""
    number: int = 0
    """of the import; 0: not begun"""
    taken: int = 0
    """records, refusals and notes that were taken in"""
    saved: bool = False
    """whether any of it is in the store for good"""
    counts: Counter[str] = field(default_factory=Counter)
    outlet_ids: dict[str, str] = field(default_factory=dict)
    unknown: dict[str, None] = field(default_factory=dict)
    told: dict[str, None] = field(default_factory=dict)

    def go_on(self, begun: UnderWay) -> None:
        """Begin where an earlier run ended."""
        self.number, self.taken, self.saved = begun.number, begun.taken, True
        self.counts = Counter(begun.state.get("counts", {}))
        self.unknown = dict.fromkeys(begun.state.get("unknown", ()))
        self.told = dict.fromkeys(begun.state.get("told", ()))

    def take_all(self, records: Sequence[Found]) -> None:
        for each in records:
            self.take(each)
        self.taken += len(records)

    def settle(self, *, last: bool) -> None:
        """Write how far it has come, or that all is there."""
        rows, added = self.counts["rows"], self.counts["new"]
        if not last:
            self.saved = True
            save_under_way(self.store, self.number, self.taken, {
                "counts": dict(self.counts), "unknown": list(self.unknown), "told": list(self.told),
            })
            notes = [f"not complete: {rows} records so far, in no figure yet"]
            settle_import(self.store, self.number, rows=rows, added=added, notes=notes)
            return
        if not rows:
            raise WrongFile("the file holds no article", where=self.path, do="Export again")
        settle_import(self.store, self.number, rows=rows, added=added, notes=[self.form, *self.notes()])
        complete_import(self.store, self.number)

    def take(self, record: Found) -> None:
        if isinstance(record, Note):
            self.told[record.text] = None
            return
        if isinstance(record, Refused):
            self.counts["rows"] += record.number > 0
            self.refuse(record)
            return
        self.counts["rows"] += 1
        if record.kind is not None:
            self.store.accept(record.kind, where=f"{self.path}, record {record.number}")
        if self.window and danish_day(record.published) not in self.window:
            self.counts["outside"] += 1
        try:
            article = article_from(record, self.outlet_id(record.outlet))
        except ValueError:
            self.refuse(Refused(record.number, "", "a text without a word"))
            return
        self.counts[save_article(self.store, article, seen=self.now, import_id=self.number)] += 1

    def refuse(self, refused: Refused) -> None:
        self.counts["refused"] += 1
        refusal = Refusal(self.path.name, refused.number, refused.field, refused.reason)
        record_refusals(self.store, [refusal], import_id=self.number)

    def outlet_id(self, name: str) -> str:
        if name not in self.outlet_ids:
            self.outlet_ids[name], known = outlet_id(self.store, self.facts, name)
            if not known:
                self.unknown[name] = None
        return self.outlet_ids[name]

    def notes(self) -> list[str]:
        notes = [*self.told, *(f"unknown outlet: {name}" for name in self.unknown)]
        if self.counts["outside"]:
            notes.append(f"{self.counts['outside']} articles are dated outside the window searched")
        return notes

    def summary(self) -> ArchiveSummary:
        counts = self.counts
        return ArchiveSummary(
            self.path.name, counts["rows"], counts["new"], counts["edited"], counts["known"], counts["refused"],
            tuple(self.unknown), import_id=self.number,
        )


def article_from(record: Record, outlet_id: str) -> Article:
    """Turn a record into an article whose identity is its outlet, day and words: archives use their own ids twice.

    Raises :class:`ValueError` where there is no word.
    """
    words = "\n".join((record.title, record.summary, record.text))
    return Article(
        article_id(outlet_id, day=danish_day(record.published), text=words), outlet_id, record.title, record.summary,
        record.text, record.published, guid=record.guid, url=record.url,
    )


def _digest_and_start(path: Path) -> tuple[str, bytes]:
    try:
        with path.open("rb") as file:
            start = file.read(START)
            file.seek(0)
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        raise WrongFile("there is no such file", where=path, do="Check the name") from None
    except IsADirectoryError:
        raise WrongFile("this is a folder", where=path, do="Name the export file inside it") from None
    except OSError as error:
        raise WrongFile(f"the file can't be read ({error.strerror})", where=path, do="Check its permissions") from error
    if not start.strip():
        raise WrongFile("the file is empty", where=path, do="Export again")
    return digest, start


def _as_text(start: bytes) -> str:
    """The start of a file, good enough to recognise it by."""
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return start.decode("utf-16", errors="replace")
    try:
        return codecs.getincrementaldecoder("utf-8")().decode(start)  # the last letter may be cut in two
    except UnicodeDecodeError:
        return start.decode("cp1252", errors="replace")


def _recognised(shown: str, start: bytes, path: Path) -> str:
    for name, recognises in RECOGNISERS.items():
        if recognises(shown):
            return name
    if start.startswith(_OLD_WORKBOOK):
        raise WrongFile("this is an old workbook (xls), or one with a password", where=path,
                        do="Save it as xlsx without a password")
    raise WrongFile("this is no archive export that this program knows", where=path,
                    do="Use Infomedia's NDJSON, CSV or xlsx, Retriever's TXT, or the plain CSV of docs/operators.md")
