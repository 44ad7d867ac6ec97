"""Where news and residents part ways is told area by area; where nothing is shown, or can't be, together."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reputation.content import Content, PartingLine
from reputation.language import Language
from reputation.lookup import Figures
from reputation.parting import tell_partings
from tests.reputation.contents import CORRECTED, content


def made(*findings: tuple[str, str]) -> Content:
    lines = tuple(PartingLine(area, "2018", "2024", 0.3, 0.1, 0.5, True, -0.06, -0.1, -0.02, True, finding, CORRECTED,
                              "ok") for area, finding in findings)
    return replace(content(corrected=True), partings=lines)


def told(of: Content, code: str = "da") -> list[tuple[str, str]]:
    return [(each.name, each.text) for each in tell_partings(Figures(of), Language(code, of.words[code]))]


@pytest.mark.parametrize(
    ("finding", "danish", "english"),
    [
        ("opposite", "Nyhederne og beboerne går hver sin vej.", "The news and the residents part ways."),
        ("news only", "Nyhederne har flyttet sig, beboernes svar ikke", "The news have moved, the residents'"),
        ("residents only", "Beboernes svar har flyttet sig, nyhederne ikke", "The residents' answers have moved"),
        ("together", "Nyhederne og beboernes svar har flyttet sig samme vej.", "The news and the residents'"),
    ],
)
def test_a_finding_is_told_with_both_differences_and_their_intervals(finding: str, danish: str, english: str) -> None:
    of = made(("vollsmose", finding))
    ((name, said),) = told(of)
    assert name == "Vollsmose"
    assert said.startswith(danish)
    assert "nettotonen +0,30 (95\N{NO-BREAK SPACE}%-interval: +0,10 til +0,50)" in said
    assert "andelen af trygge −6,0 procentpoint (95\N{NO-BREAK SPACE}%-interval: −10,0 til −2,0)." in said
    assert told(of, "en")[0][1].startswith(english)


def test_what_is_not_shown_or_cannot_be_told_is_told_together_in_the_order_given() -> None:
    of = made(("agervang", "neither"), ("bispehaven", ""), ("munkebo", "neither"), ("tingbjerg", "opposite"))
    assert [name for name, _ in told(of)] == ["Tingbjerg/Utterslevhuse", "", ""]
    assert told(of)[1][1] == "I 2 områder er det ikke påvist, at nogen af de to har flyttet sig: Agervang og Munkebo."
    assert told(of)[2][1] == "I 1 område kan det ikke afgøres, om de to følges ad: Bispehaven."
    assert told(of, "en")[1][1] == "In 2 areas neither of the two has been shown to move: Agervang and Munkebo."


def test_comparison_areas_are_not_told_of() -> None:
    assert told(made(("prove1", "opposite"))) == []
