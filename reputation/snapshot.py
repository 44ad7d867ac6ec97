"""Keep the exact state a report was made from, and find it again instead of measuring anew."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property

from reputation.content import Content, Estimate, from_json, to_json
from reputation.revision import code_digest, revision
from store.changes import changes
from store.config import Config
from store.database import Store
from store.days import Window, utc_text
from store.errors import StoreUnusable, WrongUse
from store.facts import Facts
from store.published import StoredSnapshot, find_snapshot, save_snapshot

SHORT = 12
"""Letters of a snapshot's id: enough to name one."""


TRIES = 5
"""A harvest writes a feed at a time: it may well be over by the second try."""


@dataclass(frozen=True)
class Snapshot:
    """A content with its name: the same content has the same id."""

    id: str
    unpack: Callable[[], Content] = field(repr=False, compare=False)
    made: str
    revision: str
    fresh: bool = False
    """whether it was measured now and not found"""

    @cached_property
    def content(self) -> Content:
        """Everything the report prints; unpacked when first asked for, since a report that is there needs it not."""
        return self.unpack()


def take(store: Store, config: Config, facts: Facts, window: Window, *, now: datetime | None = None) -> Snapshot:
    """Measure ``window``, or return the stored snapshot when nothing it was made from has changed.

    ``now`` is noted as the time it was made and enters no figure.
    """
    inputs = inputs_digest(store, config, facts, window)
    found = find_snapshot(store, inputs=inputs)
    if found is not None:
        return _opened(found)
    content, inputs = _measured(store, config, facts, window, inputs)
    text = to_json(content)
    snapshot = Snapshot(hashlib.sha256(text.encode()).hexdigest()[:SHORT], lambda: content,
                        utc_text(now or datetime.now(UTC)), revision(), fresh=True)
    save_snapshot(
        store,
        StoredSnapshot(snapshot.id, snapshot.made, window.first.isoformat(), window.last.isoformat(), inputs,
                       snapshot.revision, zlib.compress(text.encode(), 6)),
        [_row(each) for each in content.estimates],
    )
    return snapshot


def _measured(store: Store, config: Config, facts: Facts, window: Window, inputs: str) -> tuple[Content, str]:
    """Measure until nothing was written meanwhile, so that one report never mixes two states of the store."""
    from reputation.measure import measure  # with the numeric libraries, which finding a snapshot does without

    for _ in range(TRIES):
        content = measure(store, config, facts, window)
        after = inputs_digest(store, config, facts, window)
        if after == inputs:
            return content, inputs
        inputs = after
    raise StoreUnusable("another process keeps writing while the report is measured", where=store.path,
                        do="Wait for it to end and try again")


def load(store: Store, id: str) -> Snapshot:
    """Return a stored snapshot by its id or the beginning of it.

    Raises :class:`WrongUse` when there is none, or when another revision of the code made it.
    """
    found = find_snapshot(store, id=id) if id else None
    if found is None:
        known = ", ".join(row[0] for row in store.rows("SELECT id FROM snapshots ORDER BY made DESC, id LIMIT 5"))
        raise WrongUse(f"there is no snapshot '{id}'", where=store.path,
                       do=f"Name one of: {known}" if known else "Make a report first")
    if found.revision != revision():
        raise WrongUse(f"snapshot {found.id} was made by revision {found.revision}, this is {revision()}",
                       where=store.path, do=f"git checkout {found.revision.split('+')[0]}, then ask again")
    return _opened(found)


def gone(stored: Content, now: Content) -> tuple[str, ...]:
    """Compare a snapshot with the same window measured now, in one line for each figure that differs.

    Figures that are gone come first, then changed ones, then new ones.
    """
    old, new = ({_key(each): each for each in content.estimates} for content in (stored, now))
    lines = [f"gone: {' '.join(key)}" for key in old if key not in new]
    lines += [
        f"changed: {' '.join(key)}: {_said(old[key])} → {_said(new[key])}" for key in old
        if key in new and _said(old[key]) != _said(new[key])
    ]
    return (*lines, *(f"new: {' '.join(key)}" for key in new if key not in old))


def recompute(store: Store, config: Config, facts: Facts, id: str) -> tuple[str, ...]:
    """Measure a stored snapshot's window again from what the store holds now, and say what differs."""
    from reputation.measure import measure

    stored = load(store, id)
    row = store.rows("SELECT window_from, window_to FROM snapshots WHERE id = ?", [stored.id])[0]
    return gone(stored.content, measure(store, config, facts, Window.parse(f"{row[0]}:{row[1]}")))


def _key(estimate: Estimate) -> tuple[str, ...]:
    return tuple(filter(None, (estimate.indicator, estimate.area, estimate.first, estimate.last, estimate.wave)))


def _said(estimate: Estimate) -> str:
    ends = "" if estimate.low is None else f" [{estimate.low}; {estimate.high}]"
    return f"{estimate.status if estimate.value is None else estimate.value}{ends} n={estimate.n}"


def _row(each: Estimate) -> tuple[object, ...]:
    return (each.indicator, each.area, each.first, each.last, each.wave, each.value, each.se, each.low, each.high,
            each.n, each.status, each.correction, each.method,
            json.dumps(dict(each.details), ensure_ascii=False, sort_keys=True))


def _opened(found: StoredSnapshot) -> Snapshot:
    return Snapshot(found.id, lambda: from_json(zlib.decompress(found.content).decode()), found.made, found.revision)


FINGERPRINTS = (
    "SELECT id, class, medium, name FROM outlets ORDER BY id",
    "SELECT count(*), max(id), total(undone IS NOT NULL), max(undone), max(at), total(rows), total(added) FROM imports",
    "SELECT count(*), max(id) FROM refusals",
    "SELECT id, CASE WHEN status IN ('new', 'unchanged', 'not modified') THEN 'answers' ELSE status END,"
    " substr(last_success, 1, 10), last_new, failures FROM feeds ORDER BY id",
    "SELECT id, import_id FROM waves ORDER BY id",
    "SELECT count(*), total(population), total(invited), total(answered) FROM fieldwork",
    "SELECT count(*), total(count) FROM margins",
    "SELECT wave_id, count(*), count(person) FROM respondents GROUP BY wave_id ORDER BY wave_id",
    "SELECT wave_id, item_id, count(*), total(value) FROM answers GROUP BY wave_id, item_id ORDER BY 1, 2",
    "SELECT count(*), max(id), total(released IS NOT NULL), max(released), total(length(text)) FROM text_answers",
    "SELECT count(*), max(drawn) FROM samples",
    "SELECT count(*), max(import_id), total(tone = 'negative'), total(tone = 'positive') FROM codes",
    "SELECT count(*), max(import_id), total(value) FROM figures",
    "SELECT count(*), max(import_id), total(count) FROM analyses",
)
"""One cheap line for each table a report is made from; it changes when anything in the report could."""

COUNTED = ("articles", "read_texts", "events", "mentions", "readings", "reading_themes")
"""Tables that grow with the news count their own changes, so that nothing is looked through."""


def inputs_digest(store: Store, config: Config, facts: Facts, window: Window) -> str:
    """Digest everything a report of ``window`` is made from: store state, config, facts, window and code."""
    digest = hashlib.sha256()
    for part in (*_state(store), _configured(config), facts.digest, str(window), code_digest(), _planted(config)):
        digest.update(f"{len(part)} {part}\n".encode())
    return digest.hexdigest()


def _state(store: Store) -> Iterable[str]:
    yield changes(store, COUNTED)
    for query in FINGERPRINTS:
        yield repr([tuple(row) for row in store.rows(query)])


def _configured(config: Config) -> str:
    return repr((config.nlp, config.disclosure, config.report, config.feeds, config.surveys.keep_answers_days))


def _planted(config: Config) -> str:
    truth = config.path.resolve().parent / "truth.json"
    return hashlib.sha256(truth.read_bytes()).hexdigest() if truth.exists() else ""
