"""Take one wave in: read, check, pseudonymise, store, say what was refused."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from store.answers import (
    BridgeRow,
    FieldworkRow,
    ItemRow,
    MarginRow,
    RespondentRow,
    WaveRow,
    add_respondents,
    add_wave,
    release_text,
    settle_key,
    undo_survey,
    withdraw_respondents,
    withdrawn_before,
)
from store.config import Config
from store.database import Store
from store.errors import Exit, WrongConfig, WrongUse
from store.facts import Facts
from store.imports import already_imported, digest_of, record_import, record_refusals
from surveys.codebook import check_columns, load_codebook
from surveys.draft import identifying_columns
from surveys.entries import Codebook
from surveys.margins import AllCounts, Margins, check_levels, check_population, load_counts, load_margins, marked_demo
from surveys.masking import Masker
from surveys.preview import Preview, preview
from surveys.pseudonyms import Pseudonyms, load_key
from surveys.readers.export import Export
from surveys.readers.recognise import read_export
from surveys.rows import Respondent, Taken, take_rows, weighting_variables
from surveys.statbank import load_statbank

LEAST_FOR_QUOTES = 30
"""Respondents an area needs before an answer from it may be quoted (method.md A8)."""


@dataclass(frozen=True)
class SurveySummary:
    """What an import came to."""

    wave: str
    number: int
    """of the import, for ``undo-import``"""
    known: bool
    """the same files were taken in before: nothing was added"""
    rows: int
    added: int
    refused: int
    duplicates: int
    not_completed: int
    dropped: tuple[str, ...]
    """columns of the export that were not stored, by name"""
    identifying: tuple[str, ...]
    """those of them that tell who somebody is"""
    withdrawn: int = 0
    """respondents who took their answers back before and were left out"""

    @property
    def exit_code(self) -> Exit:
        """1 where something was refused."""
        return Exit.WITH_REFUSALS if self.refused else Exit.DONE

    def line(self) -> str:
        """Say it in one line."""
        if self.known:
            return f"{self.wave}: already taken in as import {self.number}; nothing added"
        parts = [f"{self.added} of {self.rows} rows taken in as import {self.number}", f"{self.refused} refusals",
                 f"{self.duplicates} duplicate rows", f"{self.not_completed} not completed"]
        if self.withdrawn:
            parts.append(f"{self.withdrawn} withdrawn before and left out")
        if self.dropped:
            parts.append(f"columns dropped: {', '.join(self.dropped)}")
        return f"{self.wave}: {'; '.join(parts)}"


@dataclass(frozen=True)
class _Wave:
    """Everything of a wave, read and checked, nothing stored yet."""

    export: Export
    codebook: Codebook
    margins: Margins | None
    counts: AllCounts | None
    taken: Taken

    @property
    def dropped(self) -> tuple[str, ...]:
        # a margins variable without [[weighting]] is named by the margins file, and its levels are stored
        weighted = weighting_variables(self.codebook, self.export, self.margins).values()
        named = {*self.codebook.columns, *(each.column for each in weighted)}
        return tuple(name for name in self.export.columns if name not in named)

    @property
    def digest(self) -> str:
        return digest_of(
            self.export.digest.encode(), self.codebook.wave.id.encode(), self.codebook.text.encode(),
            self.margins.content if self.margins else b"", self.counts.content if self.counts else b"",
        )


def check_survey(path: Path, codebook: Path, store: Store, facts: Facts, *, wave: str | None = None) -> Preview:
    """Read and check a wave and say what an import would do; writes nothing, needs no key. Raises as the import."""
    read = _read(path, codebook, facts, wave)
    _accept(store, read)
    known = already_imported(store, "survey", read.digest)
    if known is None:
        _refuse_other_content(store, read)
    return preview(store, read.export, read.codebook, read.taken, read.dropped, known)


def import_survey(
    store: Store, path: Path, codebook: Path, facts: Facts, config: Config, *, wave: str | None = None,
) -> SurveySummary:
    """Take in one wave, whole or not at all.

    ``path`` is the export, or a folder with one in it; ``wave`` replaces the codebook's wave id. The same
    files again add nothing. Raises :class:`~store.errors.WrongFile`, :class:`~store.errors.WrongCodebook`,
    :class:`~store.errors.OtherKind`, :class:`WrongUse` where the wave is there with other content, and
    :class:`WrongConfig` for the key file.
    """
    read = _read(path, codebook, facts, wave)
    _accept(store, read)
    found = already_imported(store, "survey", read.digest)
    if found is not None:
        return _summary(read, found, known=True)
    _refuse_other_content(store, read)
    key_known = store.value("SELECT count(*) FROM meta WHERE key = 'key_check'") > 0
    names = load_key(config.surveys.key_file, create=not key_known)
    masker = Masker.of(facts, ("da", read.codebook.wave.language))
    with store.transaction():
        found = already_imported(store, "survey", read.digest)  # another process may have been faster
        if found is not None:
            return _summary(read, found, known=True)
        _refuse_other_content(store, read)
        if not settle_key(store, names.check):
            raise WrongConfig("this is not the key that earlier waves were taken in with",
                              where=config.surveys.key_file, do="Put the right key file back ([surveys] key_file)")
        gone = withdrawn_before(store, read.codebook.wave.id)
        kept = [each for each in _named(read, names) if not gone & {each[0], each[1]}]
        withdrawn = len(read.taken.respondents) - len(kept)
        number = record_import(
            store, "survey", path.name, read.digest, read.export.format, rows=len(read.export.rows),
            added=len(kept), notes=[*_notes(read), *(["answers withdrawn before were left out"] if withdrawn else [])],
        )
        _store(store, read, number)
        add_respondents(store, read.codebook.wave.id, _rows(kept, masker))
        record_refusals(store, read.taken.refusals, number)
    return _summary(read, number, known=False, withdrawn=withdrawn)


def undo(store: Store, number: int) -> tuple[str, ...]:
    """Take a survey import out of the store whole; return the ids of its waves. Raises :class:`WrongUse`."""
    return undo_survey(store, number)


def withdraw(store: Store, key: str, config: Config) -> int:
    """Take out all answers of the person with this respondent key or panel key, in every wave; return how many rows.

    Raises :class:`WrongUse` where the key is nobody's, :class:`WrongConfig` where the key file is missing or wrong.
    """
    names = load_key(config.surveys.key_file, create=False)
    if store.value("SELECT value FROM meta WHERE key = 'key_check'") not in (None, names.check):
        raise WrongConfig("this is not the key that earlier waves were taken in with", where=config.surveys.key_file,
                          do="Put the right key file back ([surveys] key_file)")
    waves = [row["id"] for row in store.rows("SELECT id FROM waves")]
    gone = withdraw_respondents(
        store, [(wave, names.respondent(wave, key)) for wave in waves], [names.person(key)]
    )
    if not gone:
        raise WrongUse("nobody in the store has this key", do="Write it exactly as in the export, zeros in front too")
    return gone


def release_quote(store: Store, number: int) -> bool:
    """Let open answer ``number`` be quoted; return false where it was released before. Raises :class:`WrongUse`."""
    return release_text(store, number, LEAST_FOR_QUOTES)


def _read(path: Path, codebook_path: Path, facts: Facts, wave: str | None) -> _Wave:
    areas = {area.id for area in facts.areas}
    codebook = load_codebook(codebook_path, facts)
    if wave:
        if not re.fullmatch(r"[\w.-]+", wave) or not wave.strip("."):
            raise WrongUse(f"the wave is called '{wave}'", do="Use letters, digits, '-', '_' and '.' only")
        codebook = replace(codebook, wave=replace(codebook.wave, id=wave))
    export = read_export(path, codebook.told)
    codebook = codebook.with_columns(export.called)
    check_columns(codebook, export)
    margins = load_margins(codebook.wave.margins, areas) if codebook.wave.margins else None
    if codebook.statbank:
        margins = load_statbank(codebook.statbank, codebook_path, areas)
    counts = load_counts(codebook.wave.counts, areas) if codebook.wave.counts else None
    taken = take_rows(export, codebook, margins, areas)
    check_population(margins, counts, taken.by_area)
    check_levels(margins, taken.levels(margins.variables if margins else ()))
    return _Wave(export, codebook, margins, counts, taken)


def _accept(store: Store, read: _Wave) -> None:
    store.accept(read.export.kind, where=read.export.path)
    for each in (read.margins, read.counts):
        if each and marked_demo(each.content):
            store.accept("demo", where=each.path)


def _refuse_other_content(store: Store, read: _Wave) -> None:
    wave = read.codebook.wave.id
    number = store.value("SELECT import_id FROM waves WHERE id = ?", [wave])
    if number is not None:
        raise WrongUse(f"the wave '{wave}' is in the store already, with other content (import {number})",
                       where=read.export.path, do=f"Run 'reputation undo-import {number}' first, or give --wave")


def _notes(read: _Wave) -> list[str]:
    notes = list(read.export.notes)
    if read.dropped:
        notes.append(f"columns dropped: {', '.join(read.dropped)}")
    if read.codebook.respondent.id is None:
        notes.append("no respondent key: row numbers stand in, duplicates can't be seen")
    counted = {"duplicate rows": read.taken.duplicates, "not completed": read.taken.not_completed}
    return notes + [f"{name}: {count}" for name, count in counted.items() if count]


def _store(store: Store, read: _Wave, number: int) -> None:
    wave, n = read.codebook.wave, read.taken.by_area
    counts = read.counts.areas if read.counts else {}
    margins = read.margins.counts if read.margins else {}
    areas = sorted({*n, *counts, *margins})
    add_wave(
        store,
        WaveRow(wave.id, wave.instrument, wave.institute, wave.mode, wave.language, wave.first, wave.last,
                read.codebook.text),
        import_id=number,
        items=[ItemRow(each.id, each.concept, each.wording, each.min, each.max, each.safe_pole, each.safe, each.unsafe)
               for each in read.codebook.items],
        indexes=[(each.id, each.items) for each in read.codebook.indexes],
        fieldwork=[
            FieldworkRow(area, counts[area].population, counts[area].invited, counts[area].answered)
            if area in counts else FieldworkRow(area, _total(read.margins, area), None, None) for area in areas
        ],
        margins=[MarginRow(area, variable, level, count) for area, variables in margins.items()
                 for variable, levels in variables.items() for level, count in levels.items()],
        questions=[(each.id, each.wording, each.names) for each in read.codebook.choices],
        bridges=[BridgeRow(each.first, each.concept, tuple(sorted(each.differences)), each.kind,
                           {name: (found.difference, found.se) for name, found in each.evidence.items()},
                           each.answers, each.source) for each in read.codebook.bridges],
    )


def _total(margins: Margins | None, area: str) -> int | None:
    if margins is None or area not in margins.counts:
        return None
    return sum(next(iter(margins.counts[area].values())).values())


def _named(read: _Wave, names: Pseudonyms) -> list[tuple[str, str | None, Respondent]]:
    """Return (pseudonym, person, respondent) in the order of the pseudonyms: that of the file tells who came when."""
    wave = read.codebook.wave.id
    return sorted(
        ((names.respondent(wave, each.key), names.person(each.panel_key) if each.panel_key else None, each)
         for each in read.taken.respondents), key=lambda named: named[0],
    )


def _rows(named: Iterable[tuple[str, str | None, Respondent]], masker: Masker) -> Iterator[RespondentRow]:
    for pseudonym, person, each in named:
        yield RespondentRow(
            pseudonym, person, each.area, tuple(each.levels.items()),
            tuple((answer.item, answer.value, answer.state) for answer in each.answers),
            tuple((name, masker.mask(text)) for name, text in each.texts), each.choices,
        )


def _summary(read: _Wave, number: int, *, known: bool, withdrawn: int = 0) -> SurveySummary:
    reasons = Counter(refusal.reason for refusal in read.taken.refusals)
    telling = identifying_columns(read.export)
    return SurveySummary(
        wave=read.codebook.wave.id, number=number, known=known, rows=len(read.export.rows),
        added=0 if known else len(read.taken.respondents) - withdrawn, refused=0 if known else reasons.total(),
        duplicates=read.taken.duplicates, not_completed=read.taken.not_completed, dropped=read.dropped,
        identifying=tuple(name for name in read.dropped if name in telling), withdrawn=withdrawn,
    )
