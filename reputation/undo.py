"""Take an import back, whichever room it came in through."""

from __future__ import annotations

from collectors.archives.takeback import only_import, take_back
from store.database import Store
from store.errors import WrongUse
from store.published import undo_published
from surveys.intake import undo as undo_survey


def undo_import(store: Store, number: int) -> str:
    """Take import ``number`` back, whole, and say what went; the same file may be imported again.

    Raises :class:`WrongUse` where there is no such import, it was taken back already, or texts of it were drawn for
    hand-coding.
    """
    rows = store.rows("SELECT kind, name, undone FROM imports WHERE id = ?", [number])
    if not rows:
        known = store.rows("SELECT id, name FROM imports WHERE undone IS NULL ORDER BY id DESC LIMIT 20")
        raise WrongUse(f"there is no import {number}", where=store.path,
                       do=f"The last ones are: {', '.join(f'{row[0]} {row[1]}' for row in known)}" if known else "")
    kind, name, undone = rows[0]
    if undone is not None:
        raise WrongUse(f"import {number} was taken back already, {undone}", where=store.path)
    if kind == "survey":
        what = f"wave {', '.join(undo_survey(store, number))}"
    elif kind == "archive":
        with only_import(store):
            what = f"{take_back(store, number)} articles"
    else:
        what = f"{undo_published(store, number)} rows"
    return f"import {number} ({name}) is taken back: {what}"
