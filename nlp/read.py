"""Read what is new in the store: articles, open answers, then events."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from nlp.document import document
from nlp.events import group, rule_version
from nlp.kept import unpacked
from nlp.mentions import Named
from nlp.reader import AreaReading, AreasRead, Reader
from store.config import Config
from store.database import Store
from store.days import utc_text
from store.errors import Exit
from store.facts import Facts
from store.readings import (
    Backing,
    MentionRow,
    ReadingRow,
    TextRows,
    UnreadAnswer,
    UnreadText,
    areas_to_group,
    event_mentions,
    record_answers,
    record_events,
    record_texts,
    unread_answers,
    unread_count,
    unread_texts,
)

BATCH = 500
"""Texts a transaction: a second or two of work, so that a harvest beside it waits no longer."""

Progress = Callable[[int, int], None]
"""Called with texts read so far and texts to read."""

ABOVE: frozenset[str] = frozenset({"headline", "lead"})


@dataclass(frozen=True, slots=True)
class ReadSummary:
    """What one run read."""

    texts: int
    mentions: int
    answers: int
    areas: int
    backend: str
    version: str

    @property
    def exit_code(self) -> Exit:
        """Reading refuses nothing."""
        return Exit.DONE

    def line(self) -> str:
        """Say it in one line."""
        if not self.texts and not self.answers and not self.areas:
            return f"nothing new to read ({self.backend} {self.version})"
        return (
            f"read {self.texts} texts ({self.mentions} mentions) and {self.answers} open answers, "
            f"regrouped events of {self.areas} areas ({self.backend} {self.version})"
        )


def read_new(store: Store, config: Config, facts: Facts, progress: Progress | None = None) -> ReadSummary:
    """Read every current article version and open answer that this backend version has not read, then group events.

    Texts without an area's name are only marked as read. What is read is written in batches, each all or nothing; a run
    that is stopped goes on where it stopped. A second run reads and writes nothing. Raises :class:`WrongConfig`,
    :class:`MissingExtra` for the backend or spaCy model, :class:`StoreUnusable`.
    """
    reader = Reader(facts, config)
    backing = backing_of(reader)
    total = unread_count(store, backing)
    texts = found = answers = 0
    for batch in unread_texts(store, backing, BATCH) if total else ():
        rows = [with_title(reader, text, read_article(reader, text)) for text in batch]
        record_texts(store, backing, rows, utc_text(datetime.now(UTC)))
        texts += len(rows)
        found += sum(len(each.mentions) for each in rows)
        if progress:
            progress(texts, total)
    if texts:
        unread_count(store, backing)  # notes that none is left
    for open_answers in unread_answers(store, backing, BATCH):
        record_answers(store, backing, {each.id: read_answer(reader, each) for each in open_answers})
        answers += len(open_answers)
    rule = rule_version()
    areas = areas_to_group(store, rule)
    for area in areas:
        record_events(store, area, group(event_mentions(store, area), area), rule)
    if areas:
        areas_to_group(store, rule)  # notes the same
    return ReadSummary(texts, found, answers, len(areas), backing.name, backing.version)


def backing_of(reader: Reader) -> Backing:
    """Say which reader it is that reads."""
    return Backing(reader.backend.name, reader.version, reads_features=reader.backend.name in ("linear", "lexicon"))


def read_article(reader: Reader, text: UnreadText) -> TextRows:
    """Read one article on both bases: *lead* (title and lead), and *full* where the whole text is held."""
    kept = unpacked(text.features) if text.features else None
    whole = text.text_level == "full" and (text.features is None or kept is not None)
    doc = document(text.text, text.title, text.summary, "article" if whole else "teaser")
    named, _ = reader.names(doc, date.fromisoformat(text.day))
    if kept is not None:  # headline and sub-heading still stand; of the rest the names are known that were found
        end = len(doc.text)
        named = [*(each for each in named if each.end <= end and _is_new(each, kept.named)), *kept.named]
        named.sort(key=lambda each: (each.start, -each.end))
    if not named:
        return TextRows(text.article_id, text.version, (), ())
    full, lead = reader.read_named(doc, named) if kept is None else reader.read_kept(kept, named)
    readings = []
    if lead:
        readings += [_row(lead, each, "lead") for each in lead.areas if each.mention.role in ABOVE]
    if whole:
        readings += [_row(full, each, "full") for each in full.areas]
    mentions = tuple(
        MentionRow(each.mention.area, each.mention.role, each.mention.count, each.mention.alias, each.mention.unit)
        for each in full.areas
    )
    return TextRows(text.article_id, text.version, mentions, tuple(readings))


def with_title(reader: Reader, text: UnreadText, found: TextRows) -> TextRows:
    """Add what the title alone would say, where more than the title is held.

    An archive that gives titles only makes another series: what was read both ways tells how far apart the two are
    (method.md B4).
    """
    if text.text_level == "title" or not any(each.role == "headline" for each in found.mentions):
        return found
    title = reader.read_title(text.title, date.fromisoformat(text.day))
    known = {each.area_id for each in found.mentions}
    rows = (_row(title, each, "title") for each in title.areas if each.mention.area in known)
    return replace(found, readings=(*found.readings, *(each for each in rows if each.tone is not None)))


def _is_new(name: Named, known: Sequence[Named]) -> bool:
    return all(name.end <= each.start or each.end <= name.start for each in known)


def read_answer(reader: Reader, answer: UnreadAnswer) -> ReadingRow:
    """Read one open answer: it speaks of the area its respondent lives in."""
    reading = reader.read(document(answer.text, kind="answer"), given=answer.area_id)
    return next(_row(reading, each, "answer") for each in reading.areas if each.mention.area == answer.area_id)


def _row(reading: AreasRead, area: AreaReading, basis: str) -> ReadingRow:
    return ReadingRow(
        area.mention.area, basis, area.tone.label if area.tone else None, area.tone.score if area.tone else None,
        area.safety.label, area.safety.score, reading.stigma, reading.voices, reading.genre,
        tuple((theme.id, theme.score) for theme in reading.themes),
    )
