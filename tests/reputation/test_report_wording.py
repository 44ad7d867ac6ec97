"""Sentences say what figures say, in the figures' own numbers, and never more."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from reputation.content import Content, Estimate, GoalLine
from reputation.language import Language
from reputation.lookup import Figures
from reputation.records import span
from reputation.tables import host, view
from reputation.tabulate import changes, correction_word, goal_words, goals, news
from reputation.wording import Summary, latest_wave, summarise, tell_area, tell_limits, tell_now
from tests.reputation.contents import CORRECTED, YEARS, content, estimate

FORBIDDEN = ("signifikant", "skyldes", "fører til", "effekt af", "significant", "caused by", "effect of")


def language(made: Content, code: str = "da") -> Language:
    return Language(code, made.words[code])


def summary(made: Content, code: str = "da") -> Summary:
    return summarise(Figures(made), language(made, code))


def told(made: Content, area: str, code: str = "da") -> str:
    facts = next(each for each in made.areas if each.id == area)
    return " ".join(tell_area(Figures(made), language(made, code), facts))


def with_only(made: Content, *estimates: Estimate) -> Content:
    return replace(made, estimates=estimates)


def test_every_area_is_told_of_once_an_indicator() -> None:
    made = content(corrected=True)
    names = [each.name for each in made.areas if each.kind == "evaluated"]
    found = summary(made)
    for key, word in (("ettotone", "Nettotone"), ("trygge", "Andel trygge")):
        said = [each.name for each in (*found.moved, *found.steady) if key in each.text]
        said += [name for each in found.unknown if each.name == word for name in names if name in each.text]
        assert sorted(said) == sorted(names)


def test_areas_stand_in_the_order_given_and_are_never_ranked() -> None:
    made = content(corrected=True)
    order = [each.name for each in made.areas]
    said = [each.name for each in summary(made).moved if "trygge" in each.text]
    assert said == sorted(said, key=order.index)


def test_uncorrected_tone_is_neither_moved_nor_steady() -> None:
    found = summary(content(corrected=False))
    assert not [each for each in (*found.moved, *found.steady) if "ettotone" in each.text]
    (tone,) = [each for each in found.unknown if each.name == "Nettotone" and "15 af 15" in each.text]
    assert "ikke korrigeret for læsefejl" in tone.text


def test_a_shown_difference_of_uncorrected_tone_is_still_not_called_a_change() -> None:
    made = content(corrected=False)
    window = YEARS[-1]
    shown = estimate(
        "net_tone.change",
        "vollsmose",
        0.4,
        first=window[0],
        last=window[1],
        status="footnoted",
        details={"since": "2018", "test": "none: uncorrected"},
    )
    found = summary(replace(made, estimates=(*made.estimates, shown)))
    assert not [each for each in (*found.moved, *found.steady) if "ettotone" in each.text]


def test_comparison_areas_are_background() -> None:
    said = " ".join(
        each.text + each.name
        for part in (summary(content(corrected=True)),)
        for each in (*part.moved, *part.steady, *part.unknown)
    )
    assert "Havrebakken" not in said


@pytest.mark.parametrize("code", ["da", "en"])
def test_no_sentence_tells_of_causes_or_significance(code: str) -> None:
    for corrected in (True, False):
        made = content(corrected=corrected)
        parts = summary(made, code)
        said = " ".join(each.text for each in (*parts.moved, *parts.steady, *parts.unknown)).lower()
        said += " ".join(told(made, area.id, code) for area in made.areas).lower()
        assert not [word for word in FORBIDDEN if word in said]


def test_the_numbers_of_a_sentence_are_the_numbers_of_its_table() -> None:
    made = content(corrected=True)
    figures, words = Figures(made), language(made)
    table = changes(figures, words)
    cells = {(row[0], row[table.place("indicator")], row[table.place("at")]): row for row in table.rows}
    for each in (*summary(made).moved, *summary(made).steady):
        indicator = "Nettotone, forskel" if "ettotone" in each.text else "Andel trygge, forskel"
        row = cells[each.area, indicator, "2025"]
        for key in ("change_value", "interval", "since"):
            assert str(row[table.place(key)]) in each.text


def test_the_tone_of_an_area_is_said_as_its_table_writes_it() -> None:
    made = content()
    figures, words = Figures(made), language(made)
    for area in made.areas:
        row = next(row for row in view(news(figures, words).of(area.id), words).rows if row[0].text == "2025")
        said = told(made, area.id)
        assert f"{row[1].text} artikler i 2025" in said
        assert f"Nettotonen er {row[3].text} (95\N{NO-BREAK SPACE}%-interval: {row[3].sub};" in said
        assert f"{row[4].text} af artiklerne er negative" in said


@pytest.mark.parametrize(
    ("number", "events", "said"),
    [
        (1, 1, "1 artikel i 2025 handler om Agervang, fordelt på 1 begivenhed."),
        (2, 2, "2 artikler i 2025 handler om Agervang, fordelt på 2 begivenheder."),
        (0, 0, "Ingen artikler i 2025 handler om Agervang. Tavshed i medierne er ikke i sig selv et godt tegn."),
    ],
)
def test_volume_in_singular_plural_and_none(number: int, events: int, said: str) -> None:
    made = with_only(
        content(),
        estimate("about", "agervang", float(number), n=number),
        estimate("events", "agervang", float(events), n=events),
    )
    assert told(made, "agervang").startswith(said)


def test_a_negative_change_is_lower_and_a_positive_one_higher() -> None:
    for value, word in ((-0.2, "lavere"), (0.2, "højere")):
        made = with_only(
            content(),
            estimate("net_tone", "agervang", value, correction=CORRECTED),
            estimate("net_tone", "agervang", 0.0, first="2018-01-01", last="2018-12-31", correction=CORRECTED),
            estimate(
                "net_tone.change",
                "agervang",
                value,
                correction=CORRECTED,
                details={"since": "2018", "p": 0.001, "p_adjusted": 0.01, "family": 15},
            ),
        )
        (said,) = [each.text for each in summary(made).moved]
        assert said.startswith(f"Nettotonen ligger {word} end i 2018: fra 0,00 til ")
        assert "p\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}0,010 efter korrektion for 15 sammenligninger" in said


def test_p_exactly_at_the_limit_is_no_change() -> None:
    made = with_only(
        content(),
        estimate("net_tone", "agervang", 0.1, correction=CORRECTED),
        estimate(
            "net_tone.change",
            "agervang",
            0.1,
            correction=CORRECTED,
            details={"since": "2018", "p": 0.01, "p_adjusted": 0.05, "family": 15},
        ),
    )
    assert not summary(made).moved
    assert summary(made).steady[0].text.startswith("Ingen påvist ændring i nettotonen siden 2018")


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("few", "for få svar eller begivenheder"),
        ("imprecise", "usikkerheden er for stor"),
        ("disclosive", "så ingen kan genkendes"),
        ("no survey", "der er ingen måling"),
        ("break", "databrud"),
        ("no baseline", "intet udgangspunkt"),
    ],
)
def test_a_hidden_figure_is_told_by_its_reason(status: str, reason: str) -> None:
    made = content()
    wave = latest_wave(Figures(made))
    assert wave is not None
    hidden = estimate("safe_share", "agervang", None, wave=wave.id, status=status)
    found = summary(with_only(made, hidden))
    (said,) = [
        each.text
        for each in found.unknown
        if "Agervang" in each.text and each.name == "Andel trygge" and reason in each.text
    ]
    assert re.search(r"^\d+ af 15 områder: ", said)


def test_the_latest_wave_is_of_the_series_that_begins_first() -> None:
    wave = latest_wave(Figures(content()))
    assert wave is not None
    assert wave.id == "2025-bo"
    assert latest_wave(Figures(content(surveys=False))) is None


def test_waves_after_the_window_are_not_told_of() -> None:
    made = replace(content(), last="2020-12-31")
    wave = latest_wave(Figures(made))
    assert wave is not None
    assert wave.id == "2020-bo"


def test_without_a_survey_nothing_is_said_of_safety() -> None:
    made = content(surveys=False)
    assert "Der er ingen måling af beboernes tryghed." in told(made, "agervang")
    assert not [each for each in summary(made).moved if "trygge" in each.text]


def test_a_year_driven_by_one_event_is_told_with_its_range() -> None:
    assert "afhænger af én begivenhed" in told(content(), "finlandsparken")
    assert "afhænger af én begivenhed" not in told(content(), "agervang")


def test_limits_name_what_is_hidden_and_why() -> None:
    made = content()
    area = next(each for each in made.areas if each.id == "gadehavegaard")
    limits = " ".join(tell_limits(Figures(made), language(made), area))
    assert "Nettotonen for 2020 og 2023 vises ikke: for få." in limits
    assert "Andelen af trygge vises ikke for 2020: for få." in limits
    assert (
        "Målingen 2023 kan ikke sammenlignes med de tidligere: svarmåden (telefon, web → telefon); spørgsmålets ordlyd."
        in limits
    )
    assert "ikke korrigeret for læsefejl" in limits


def test_two_waves_of_one_year_are_told_apart_by_id() -> None:
    made = content()
    waves = tuple(replace(each, fieldwork_from="2025-09-01") if each.id == "2023-kort" else each for each in made.waves)
    names = Figures(replace(made, waves=waves)).wave_names
    assert (names["2025-bo"], names["2023-kort"]) == ("2025 (2025-bo)", "2025 (2023-kort)")


def test_an_interval_without_nought_that_many_tests_explain_is_said_as_that() -> None:
    made = with_only(
        content(),
        estimate("net_tone", "agervang", 0.3, correction=CORRECTED),
        estimate(
            "net_tone.change",
            "agervang",
            0.3,
            correction=CORRECTED,
            details={"since": "2018", "p": 0.03, "p_adjusted": 0.09, "family": 4, "detectable": 0.4},
        ),
    )
    (said,) = [each.text for each in summary(made).steady]
    assert "Intervallet rummer ikke 0, men set sammen med 4 sammenligninger kan forskellen være tilfældig" in said


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("reader", "læsemodellen er skiftet"),
        ("text level", "kun titlen kendes"),
        ("correction", "kun det ene af de to tal"),
        ("", "så målingerne ikke kan sammenlignes"),
    ],
)
def test_a_break_in_tone_is_told_by_what_broke_it(reason: str, said: str) -> None:
    made = with_only(
        content(),
        estimate("net_tone", "agervang", 0.3, correction=CORRECTED),
        estimate(
            "net_tone.change",
            "agervang",
            None,
            status="break",
            correction=CORRECTED,
            details={"since": "2018", "reason": reason},
        ),
    )
    (told_,) = [
        each.text
        for each in summary(made).unknown
        if "Agervang" in each.text and "databrud" in each.text and each.indicator == "net_tone"
    ]
    assert said in told_


def test_corrected_and_uncorrected_areas_are_counted_apart() -> None:
    made = with_only(
        content(),
        estimate("net_tone", "agervang", -0.5, correction=CORRECTED),
        estimate("net_tone", "vollsmose", 0.01, correction="uncorrected"),
    )
    corrected, uncorrected, _ = tell_now(Figures(made), language(made))
    assert corrected.startswith("I 1 område er nettotonen for 2025 korrigeret for læsefejl. ")
    assert corrected.endswith("ligger under 0 i 1 og over 0 i 0; i 0 rummer det 0.")
    assert uncorrected.startswith("I 1 område er den ikke korrigeret for læsefejl og tælles for sig.")


@pytest.mark.parametrize(
    ("corrections", "said"),
    [
        (("uncorrected", "uncorrected"), "Tallene er ikke korrigeret for læsefejl."),
        ((CORRECTED, CORRECTED), "i 1 rummer det 0."),
    ],
)
def test_what_is_now_is_counted_on_either_side_of_nought(corrections: tuple[str, str], said: str) -> None:
    made = with_only(
        content(),
        estimate("net_tone", "agervang", -0.5, correction=corrections[0]),
        estimate("net_tone", "vollsmose", 0.01, correction=corrections[1]),
    )
    tone, hidden = tell_now(Figures(made), language(made))
    assert tone.startswith("Nettotonen vises for 2025 i 2 områder")
    assert "ligger under 0 i 1 og over 0 i 0; " in tone
    assert tone.endswith(said)
    assert hidden == "I 13 områder vises nettotonen ikke."


def test_a_year_whose_data_end_early_is_told_of() -> None:
    made = replace(content(), made_from="2025-11-21")
    assert tell_now(Figures(made), language(made))[0] == "Tallene for 2025 går kun til og med 21. november 2025."
    assert "går kun til" not in tell_now(Figures(content()), language(content()))[0]


def test_a_wave_that_stands_apart_is_no_latest_measurement() -> None:
    made = content()
    apart = replace(
        made,
        goals=(
            GoalLine(
                "safe_share",
                "agervang",
                "2018",
                None,
                made_value(made, "2023-kort"),
                "2023-05-31",
                None,
                None,
                "",
                False,
                None,
                None,
                None,
                "",
                "no target",
            ),
        ),
    )
    table = goals(Figures(apart), language(apart))
    assert str(table.rows[0][table.place("latest")]).endswith(", databrud")


def made_value(made: Content, wave: str) -> float | None:
    return next(
        each.value
        for each in made.estimates
        if each.area == "agervang" and each.indicator == "safe_share" and each.wave == wave
    )


def test_goals_are_written_in_their_own_units() -> None:
    made = content()
    words = language(made)
    assert goal_words(words, "list_status", 1.0) == "på listen"
    assert goal_words(words, "list_status", 0.0) == "ikke på listen"
    assert goal_words(words, "family_housing_share", 70.5) == "70,5\N{NO-BREAK SPACE}%"
    assert goal_words(words, "safe_share", None) == ""


def test_a_correction_is_said_with_its_sample() -> None:
    made = content(corrected=True)
    each = next(each for each in made.estimates if each.indicator == "net_tone")
    assert correction_word(language(made), each) == "korrigeret for læsefejl (DSL, 600 håndkodede tekster, alfa 0,81)"
    assert correction_word(language(made), replace(each, correction="other")) == "korrigeret for læsefejl (other)"


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("2025-02-24", "2025-02-24", "24. februar 2025"),
        ("2025-02-24", "2025-02-27", "24.–27. februar 2025"),
        ("2025-03-01", "2025-05-31", "1. marts – 31. maj 2025"),
        ("2024-12-30", "2025-01-02", "30. december 2024 – 2. januar 2025"),
    ],
)
def test_days_are_said_without_repeating_month_or_year(first: str, last: str, said: str) -> None:
    assert span(language(content()), first, last) == said


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://www.tv2fyn.dk/artikel/x", "tv2fyn.dk"),
        ("https://xn--udsatteomrder-yfb.dk/f/", "udsatteområder.dk"),
        ("Prøverapport s. 4", "Prøverapport s. 4"),
        ("https://a.dk/x https://www.b.dk", "a.dk, b.dk"),
    ],
)
def test_an_address_is_shown_by_its_host(address: str, shown: str) -> None:
    assert host(address) == shown
