"""Say whether the reader errs alike over areas, outlets and years, and what it means where not (method.md B5, B6).

Every area and window is corrected by its own hand codes, so that a reader which errs otherwise in another area or year
does not bend a corrected figure. What leans on equal error: uncorrected figures, months and quarters (which have their
year's correction), the mix of outlets, and the sensitivities that assume one error matrix.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from nlp.validate import DIFFERS
from reputation.content import Agreement, ErrorTest
from reputation.language import Language
from reputation.lookup import Figures
from reputation.tables import Cell, Column, Table


def differs(test: ErrorTest) -> bool:
    """Tell whether the error is called different between the groups."""
    return test.p is not None and test.p < DIFFERS


def unequal(figures: Figures, areas: Collection[str]) -> tuple[str, ...]:
    """Name what the error differs over in the samples that some of ``areas`` are coded in: area, outlet, year."""
    found = {test.by for each in figures.content.agreement if not set(areas).isdisjoint(each.areas)
             for test in each.tests if differs(test)}
    return tuple(by for by in ("area", "outlet", "year") if by in found)


def tell_unequal(figures: Figures, language: Language, areas: Collection[str]) -> str:
    """Say beside corrected figures that the reader does not err alike, or nothing."""
    over = unequal(figures, areas)
    if not over:
        return ""
    return language.say("error.beside", over=language.names([language.word(f"over.{by}") for by in over]))


def tell_errors(figures: Figures, language: Language) -> tuple[str, ...]:
    """Say the outcome of every test, and what a difference means."""
    told = []
    for each, test in _tests(figures):
        over, sample = language.word(f"over.{test.by}"), each.sample
        if test.p is None:
            told.append(language.say("error.unknown", sample=sample, over=over))
            continue
        wrong = [group.wrong for group in test.groups]
        told.append(language.say(
            f"error.{'differs' if differs(test) else 'alike'}", sample=sample, over=over,
            p=language.p_value(test.p), groups=language.number(len(wrong)),
            low=language.percent(min(wrong)), high=language.percent(max(wrong)),
        ))
        if differs(test):
            told[-1] += language.say(f"error.means_{test.by}")
    return tuple(told)


def _tests(figures: Figures) -> Iterable[tuple[Agreement, ErrorTest]]:
    return ((each, test) for each in figures.content.agreement for test in each.tests)


def errors(figures: Figures, language: Language) -> Table:
    """Make the table of reading errors by area, outlet and year, with the test of each."""
    areas = {area.id: area.name for area in figures.content.areas}
    outlets = {each.outlet: each.name for each in figures.content.provenance.outlets}
    columns = (Column("sample"), Column("error_over"), Column("error_groups", "count"), Column("p", "p"),
               Column("error_group"), Column("n", "count"), Column("error_wrong", "share"),
               Column("mean_error", "tone change"), Column("error_left_out", "count"))
    rows: list[tuple[Cell, ...]] = []
    for each, test in _tests(figures):
        head = (each.sample, language.word(f"over.{test.by}"), len(test.groups), test.p)
        rows += [
            (*head, areas.get(group.group) or outlets.get(group.group) or group.group, group.n, group.wrong, group.bias,
             test.left_out)
            for group in test.groups
        ] or [(*head, "", None, None, None, test.left_out)]
    return Table("errors", columns, tuple(rows))
