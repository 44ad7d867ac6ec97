"""What may have moved the figures without the areas is named: outlets that halved, feeds that are down."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reputation.alarms import down, shifted, tell_alarms
from reputation.content import Content, FeedLine, LevelLine, OutletLine
from reputation.language import Language
from reputation.lookup import Figures
from reputation.origins import feeds, levels, outlets
from reputation.wording import summarise
from tests.reputation.contents import content


def made(*counts: tuple[str, int, int], feeds_: tuple[FeedLine, ...] = ()) -> Content:
    base = content()
    lines = tuple(OutletLine(name.lower(), name, "local", "web", {"2024": before, "2025": now})
                  for name, before, now in counts)
    return replace(base, provenance=replace(base.provenance, outlets=lines, feeds=feeds_, levels=()))


def feed(id_: str, *, failing: bool = False, success: str = "2025-12-01T06:00:00Z", status: str = "new") -> FeedLine:
    return FeedLine(id_, "Fjordposten", status, success, success, failing)


def told(of: Content, code: str = "da") -> tuple[str, ...]:
    return tell_alarms(Figures(of), Language(code, of.words[code]))


@pytest.mark.parametrize(
    ("before", "now", "alarm"),
    [(72, 36, False), (73, 36, True), (200, 101, False), (18, 0, False), (19, 0, True),  # 3 errors: (a - b)² > 18 a
     (18, 36, False), (19, 38, True), (100, 199, False), (0, 4, False), (0, 5, True)])
def test_an_outlet_alarms_when_it_halves_or_doubles_by_more_than_chance(before: int, now: int, alarm: bool) -> None:
    assert bool(shifted(Figures(made(("Avisen", before, now))))) is alarm


def test_what_halves_and_what_doubles_are_two_sentences() -> None:
    assert len(told(made(("Avisen", 40, 9), ("Bladet", 30, 90)))) == 2


def test_a_year_that_is_not_over_alarms_nobody() -> None:
    assert shifted(Figures(replace(made(("Avisen", 40, 3)), made_from="2025-06-01"))) == ()


def test_the_first_window_has_nothing_to_fall_from() -> None:
    of = made(("Avisen", 40, 3))
    assert shifted(Figures(replace(of, years=of.years[-1:]))) == ()


@pytest.mark.parametrize(
    ("code", "counts", "said"),
    [
        ("da", (("Avisen", 40, 9),),
         "Et medie bragte i 2025 højst halvt så mange artikler om områderne som i 2024: Avisen (fra 40 til 9)."),
        ("da", (("Åbladet", 40, 9), ("Avisen", 30, 0)),
         "2 medier bragte i 2025 højst halvt så mange artikler om områderne som i 2024: Avisen (fra 30 til 0) og"),
        ("en", (("Avisen", 40, 9),),
         "One outlet carried in 2025 at most half as many articles about the areas as in 2024: Avisen (from 40 to 9)."),
        ("en", (("Åbladet", 40, 9), ("Avisen", 30, 0)), "2 outlets carried in 2025 at most half as many articles"),
        ("da", (("Avisen", 30, 90),),
         "Et medie bragte i 2025 mindst dobbelt så mange artikler om områderne som i 2024: Avisen (fra 30 til 90)."),
        ("en", (("Åbladet", 40, 90), ("Avisen", 30, 90)), "2 outlets carried in 2025 at least twice as many articles"),
    ],
)
def test_outlets_that_halved_or_doubled_are_told_with_both_numbers_of_their_table(
    code: str, counts: tuple[tuple[str, int, int], ...], said: str,
) -> None:
    of = made(*counts)
    (found,) = told(of, code)
    assert found.startswith(said)
    table = outlets(Figures(of), Language(code, of.words[code]))
    for name, before, now in counts:
        row = next(row for row in table.rows if row[1] == name)
        assert row[-2:] == (before, now)


def test_feeds_that_do_not_answer_are_named_and_the_others_are_not() -> None:
    of = made(feeds_=(feed("a"), feed("b", failing=True), feed("c", success="")))
    assert [each.id for each in down(Figures(of))] == ["b", "c"]
    assert told(of) == (
        "2 nyhedsstrømme svarer ikke: b (Fjordposten) og c (Fjordposten). "
        "Det, de ville have bragt, mangler i tallene.",)
    assert told(made(feeds_=(feed("b", failing=True),)), "en") == (
        "One feed does not answer: b (Fjordposten). What it would have brought is missing in the figures.",)


@pytest.mark.parametrize(("code", "said"), [
    ("da", "Avisen har siden 6. maj 2024 bragt 12,5 nye artikler om ugen mod 41,2 før, om alle emner."),
    ("en", "Avisen has since 6 May 2024 carried 12.5 new articles a week, 41.2 before, on all subjects."),
])
def test_a_feed_on_another_level_is_told_with_the_numbers_of_its_table(code: str, said: str) -> None:
    of = made()
    of = replace(of, provenance=replace(of.provenance, levels=(LevelLine("Avisen", "2024-05-06", 41.2, 12.5),)))
    (found,) = told(of, code)
    assert found.startswith(said)
    assert levels(Figures(of)).rows == (("Avisen", "2024-05-06", 41.2, 12.5),)


def test_all_well_is_no_sentence() -> None:
    assert told(made(("Avisen", 40, 40), feeds_=(feed("a"),))) == ()


def test_the_first_page_says_it_under_what_cannot_be_told() -> None:
    of = made(("Avisen", 40, 9))
    found = summarise(Figures(of), Language("da", of.words["da"]))
    assert [each.text for each in found.unknown if each.name == "Kilderne"] == list(told(of))


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("new", "nyt hentet"),
        ("not modified", "intet nyt"),
        ("partial: the answer breaks off; 3 entries that can't be used", "delvis hentet, med bemærkninger"),
        ("resting after long failure; failed: timeout", "hviler efter lang tids svigt, svarer ikke, med bemærkninger"),
        ("never polled", "aldrig spurgt"),
    ],
)
def test_a_feeds_state_is_told_in_the_readers_language(status: str, said: str) -> None:
    of = made(feeds_=(feed("a", status=status),))
    table = feeds(Figures(of), Language("da", of.words["da"]))
    assert table.rows[0][table.place("feed_status")] == said
