"""Read the questions of a codebook: items, choices, indexes and open answers."""

from __future__ import annotations

import re
from dataclasses import replace

from surveys.entries import POLES, ChoiceEntry, IndexEntry, ItemEntry, TextEntry
from surveys.readers.nonanswers import nonanswer
from surveys.tables import Table

NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")


def read_item(table: Table) -> ItemEntry:
    """Read one of ``[[items]]`` and check its scale."""
    item = ItemEntry(
        id=table.word("id"), concept=table.word("concept"), column=table.word("column"), wording=table.word("wording"),
        min=table.whole("min"), max=table.whole("max"), safe_pole=table.word("safe_pole", POLES),
        safe=table.wholes("safe"), unsafe=table.wholes("unsafe"), dont_know=table.wholes("dont_know"),
        refused=table.wholes("refused"), not_relevant=table.wholes("not_relevant"),
    )
    item = replace(item, labels=_labels(item, table))
    table.close()
    _check_scale(item, table)
    return item


def folded(label: str) -> str:
    """Return a label as it is compared: capitals and spacing don't matter."""
    return " ".join(label.split()).casefold()


def _labels(item: ItemEntry, table: Table) -> dict[str, int]:
    if not table.has("labels"):
        return {}
    labels: dict[str, int] = {}
    codes = {*range(item.min, item.max + 1), *item.dont_know, *item.refused, *item.not_relevant}
    for code, label in table.codes("labels").items():
        if not re.fullmatch(r"-?\d+", code) or int(code) not in codes:
            table.wrong("labels", f"item '{item.id}': 'labels' names {code}, which is no code of the item",
                        "Name codes of the scale, of dont_know, refused and not_relevant only")
        if folded(label) in labels or (NUMBER.fullmatch(label.strip()) and label.strip() != code):
            table.wrong("labels", f"item '{item.id}': the label '{label}' may mean two codes",
                        "Give each code a label of its own")
        state = nonanswer(label)
        if state and item.min <= int(code) <= item.max:
            table.wrong("labels", f"item '{item.id}': 'labels' calls {code} '{label}', which is on the scale "
                                  f"{item.min}–{item.max}", f"Shorten the scale, and name it: {state} = [{code}]")
        labels[folded(label)] = int(code)
    return labels


def _check_scale(item: ItemEntry, table: Table) -> None:
    named = f"item '{item.id}'"
    if item.max <= item.min:
        table.wrong("max", f"{named}: the scale goes from {item.min} to {item.max}", "'min' must be below 'max'")
    scale = list(range(item.min, item.max + 1))
    for key, codes in (("safe", item.safe), ("unsafe", item.unsafe)):
        outside = [code for code in codes if code not in scale]
        if outside:
            table.wrong(key, f"{named}: '{key}' holds {outside[0]}, outside the scale {item.min}–{item.max}",
                        "Name codes of the scale only")
    both = set(item.safe) & set(item.unsafe)
    if both:
        table.wrong("unsafe", f"{named}: {min(both)} is safe and unsafe", "Name each code once")
    if bool(item.safe) != bool(item.unsafe):
        table.wrong("safe", f"{named}: only one of 'safe' and 'unsafe' is given", "Give both, or neither")
    from_safe = scale if item.safe_pole == "low" else scale[::-1]
    for key, codes, ends in (("safe", item.safe, from_safe), ("unsafe", item.unsafe, from_safe[::-1])):
        if set(codes) != set(ends[:len(codes)]):
            table.wrong(key, f"{named}: '{key}' {list(codes)} does not fit safe_pole = '{item.safe_pole}'",
                        f"It must be the codes from {ends[0]} on; or the pole is the other one")
    beside = {"dont_know": item.dont_know, "refused": item.refused, "not_relevant": item.not_relevant}
    seen: dict[int, str] = {}
    for key, codes in beside.items():
        inside = set(codes) & set(scale)
        if inside:
            table.wrong(key, f"{named}: '{key}' holds {min(inside)}, which is on the scale {item.min}–{item.max}",
                        "Shorten the scale or mend the code")
        for code in codes:
            if code in seen:
                table.wrong(key, f"{named}: {code} is {seen[code]} and {key}", "Name each code once")
            seen[code] = key


def read_choice(table: Table) -> ChoiceEntry:
    """Read one of ``[[choices]]``: several columns, or one cell and the options it may name."""
    named = table.word("id")
    if table.has("columns") == table.has("column"):
        table.wrong("columns", f"choices '{named}' needs 'columns', or 'column' with 'options'", "Give one of the two")
    several = table.has("columns")
    options: dict[str, str] = {}
    for text, option in ({} if several else table.codes("options")).items():
        if folded(text) in options:
            table.wrong("options", f"choices '{named}': '{text}' may mean two options", "Name each text once")
        options[folded(text)] = option
    entry = ChoiceEntry(
        id=named, wording=table.word("wording"), columns=table.codes("columns") if several else {},
        column=None if several else table.word("column"), options=options,
        other=table.word("other") if table.has("other") else None,
    )
    table.close()
    if len(set(entry.columns.values())) < len(entry.columns):
        table.wrong("columns", f"choices '{named}': two columns are the same option", "Name each option once")
    return entry


def read_index(name: str, table: Table) -> IndexEntry:
    """Read one ``[index.ID]``."""
    entry = IndexEntry(name, table.words("items"))
    table.close()
    return entry


def read_text(table: Table) -> TextEntry:
    """Read one of ``[[texts]]``."""
    entry = TextEntry(table.word("id"), table.word("column"))
    table.close()
    return entry
