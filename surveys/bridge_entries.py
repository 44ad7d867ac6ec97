"""Read ``[[bridges]]`` of a codebook: evidence that a wave may be compared with an earlier one asked otherwise."""

from __future__ import annotations

from typing import cast

from surveys.items import BRIDGEABLE, Bridge, BridgeKind, Difference, Evidence
from surveys.tables import Table

KINDS = ("equivalent", "break")

INDICATORS = ("safe_share", "neither_share", "unsafe_share", "dont_know_share", "safety_index")

EQUIVALENT_WITHIN = 3.0
"""Points that a 90 % interval must stay inside to show equivalence (TOST, method.md A11)."""

NINETY = 1.6448536269514722
"""Half a 90 % interval in standard errors: two one-sided tests at 5 %."""

LEAST_ANSWERS = 30
"""Answers to each form: with fewer there is no figure to compare."""


def read_bridge(table: Table) -> Bridge:
    """Read one of ``[[bridges]]`` and check that its evidence says what its kind claims; ``later`` is set by the wave.

    Raises :class:`~store.errors.WrongCodebook`: for a scale or cut, which nothing bridges, and for a difference
    called equivalent whose 90 % interval leaves ±3 points.
    """
    kind = cast(BridgeKind, table.word("kind", KINDS))
    differences = table.words("differences")
    for each in differences:
        if each not in BRIDGEABLE:
            table.wrong("differences", f"'{each}' can't be bridged",
                        f"Only these can: {', '.join(sorted(BRIDGEABLE))}; a scale is never stretched")
    answers = table.wholes_in_order("answers")
    if len(answers) != 2 or min(answers) < LEAST_ANSWERS:
        table.wrong("answers", f"'bridges.answers' is {list(answers)}",
                    f"Write the answers to the earlier and the later form, {LEAST_ANSWERS} or more each: [412, 398]")
    evidence = {name: _evidence(table.table(name), kind) for name in INDICATORS if table.has(name)}
    if not evidence:
        table.wrong("", "a bridge has no evidence", f"Give one of {', '.join(INDICATORS)} = {{difference = …, se = …}}")
    bridge = Bridge(
        concept=table.word("concept"), first=table.word("first"), later="",
        differences=frozenset(cast(Difference, each) for each in differences), kind=kind, evidence=evidence,
        answers=(answers[0], answers[1]), source=table.word("source"),
    )
    table.close()
    return bridge


def _evidence(table: Table, kind: BridgeKind) -> Evidence:
    found = Evidence(table.number("difference"), table.number("se"))
    table.close()
    if not 0 < found.se <= 100 or abs(found.difference) > 100:
        table.wrong("se", f"'{table.name}' is no difference with its standard error in points of 0–100",
                    "Write {difference = 1.2, se = 0.8}")
    low, high = found.difference - NINETY * found.se, found.difference + NINETY * found.se
    if kind == "equivalent" and not (low > -EQUIVALENT_WITHIN and high < EQUIVALENT_WITHIN):
        table.wrong("", f"'{table.name}': the 90 % interval, {low:.1f} to {high:.1f}, is not inside "
                        f"±{EQUIVALENT_WITHIN:g} points, so it shows no equivalence",
                    'Write kind = "break": then the difference is taken off and its uncertainty added')
    return found
