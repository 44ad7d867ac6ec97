"""Where the reader errs otherwise in some areas, outlets or years, the report says so, beside corrected figures too."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reputation.charts import Charts
from reputation.content import Content, ErrorLine, ErrorTest
from reputation.errors_apart import errors, tell_errors, unequal
from reputation.language import Language
from reputation.lookup import Figures
from reputation.records import associations
from tests.reputation.contents import content

DANISH = Language("da", content().words["da"])


def with_test(by: str, p: float | None, *wrong: float) -> Content:
    made = content(corrected=True)
    groups = tuple(ErrorLine(f"g{at}", 40, each, 0.0) for at, each in enumerate(wrong))
    return replace(made, agreement=(replace(made.agreement[0], tests=(ErrorTest(by, p, 3, groups),)),))


@pytest.mark.parametrize(("p", "said"), [
    (0.0005, "fejler ikke lige ofte over områder"), (0.049, "fejler ikke lige ofte over områder"),
    (0.05, "ingen forskel påvist"), (0.9, "ingen forskel påvist"), (None, "kan ikke afgøres"),
])
def test_the_outcome_is_said(p: float | None, said: str) -> None:
    found = tell_errors(Figures(with_test("area", p, *((0.2, 0.4) if p is not None else ()))), DANISH)
    assert len(found) == 1
    assert said in found[0]
    assert ("rettes med sine egne håndkodede tekster" in found[0]) == ("ikke lige ofte" in found[0])


def test_every_group_stands_in_the_table_with_the_test() -> None:
    made = with_test("year", 0.01, 0.2, 0.4)
    rows = errors(Figures(made), DANISH).rows
    assert [row[1:8] for row in rows] == [("år", 2, 0.01, "g0", 40, 0.2, 0.0), ("år", 2, 0.01, "g1", 40, 0.4, 0.0)]
    assert len(errors(Figures(with_test("year", None)), DANISH).rows) == 1


def test_it_is_said_beside_corrected_figures_of_coded_areas_alone() -> None:
    made = with_test("outlet", 0.01, 0.2, 0.4)
    figures = Figures(made)
    coded = [each for each in made.areas if each.id in made.agreement[0].areas]
    others = [each for each in made.areas if each not in coded]
    beside = "Læseren fejler ikke ens over medier"
    note = Charts(figures, DANISH).tone_note
    assert beside in note(coded)
    assert beside not in note(others)
    assert unequal(figures, [each.id for each in coded]) == ("outlet",)
    alike = with_test("outlet", 0.2, 0.2, 0.4)
    assert beside not in Charts(Figures(alike), DANISH).tone_note(coded)
    bare = replace(made, estimates=tuple(replace(each, correction="uncorrected") for each in made.estimates))
    assert beside not in Charts(Figures(bare), DANISH).tone_note(coded)


@pytest.mark.parametrize(("uncorrected", "said"), [
    (0, "korrigeret for læsefejl"), (4, "blandet: 4 af 15 er ikke korrigeret for læsefejl"),
    (15, "ikke korrigeret for læsefejl"),
])
def test_an_association_says_how_much_of_it_is_uncorrected(uncorrected: int, said: str) -> None:
    made = content(corrected=True)
    made = replace(made, associations=(replace(made.associations[0], uncorrected=uncorrected),))
    assert associations(Figures(made), DANISH).rows[0][-1] == said
