"""Say which outlet a printed name means, also when the facts learn of it after its first article."""

from __future__ import annotations

from store.database import Store
from store.facts import Facts
from store.identity import slug
from store.texts import save_outlet


def outlet_id(store: Store, facts: Facts, name: str) -> tuple[str, bool]:
    """Return the id of an outlet as printed in an archive, stored, and whether data/outlets.toml has it.

    One that it does not have is kept without a class, under an id made from its name. It stays under that id when the
    facts learn of it later: articles are known by their outlet's id and would come twice. Call inside the caller's
    transaction.
    """
    made = slug(name)
    known = facts.outlet_named(name) or facts.outlet_named(made)
    if known is None:
        save_outlet(store, made, name)
        return made, False
    id = known.id
    if id != made and store.value("SELECT 1 FROM outlets WHERE id = ?", [made]) is not None:
        id = made
    save_outlet(store, id, known.name, known.class_, known.medium)
    return id, True


def classify_outlets(store: Store, facts: Facts) -> int:
    """Give outlets that were unknown when they came the class that the facts have by now; return how many got one."""
    found = [
        (row["id"], known) for row in store.rows("SELECT id, name FROM outlets WHERE class IS NULL ORDER BY id")
        if (known := facts.outlet_named(row["id"]) or facts.outlet_named(row["name"])) is not None
    ]
    if found:
        with store.transaction():
            for id, known in found:
                save_outlet(store, id, known.name, known.class_, known.medium)
    return len(found)
