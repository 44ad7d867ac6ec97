"""Open answers count by their writers' weights, and what would point at somebody stays hidden; so with who answered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reputation.written import told_in_words, who_answered
from store.config import Config, DisclosureConfig
from store.database import Store
from store.facts import Facts
from store.goals import Status
from surveys.area_figures import CONCEPT, WaveData, load_wave, wave_lines
from surveys.disclosure import small_cell
from surveys.figures import Figure
from surveys.intake import import_survey
from surveys.nonresponse import held_against, level_shares
from surveys.open_answers import OpenAnswers, hide_companions, open_answers, themes_told
from tests.surveys.samples import CODEBOOK, Sample, write_wave
from tests.surveys.test_area_figures import answers, population

RULES = DisclosureConfig()
EMPTY = Figure("", None, None, None, None, None, None, None, "", None, "", False, Status.OK, "")
TAKE = Callable[..., None]


@pytest.fixture
def take(tmp_path: Path, store: Store, facts: Facts, config: Config) -> TAKE:
    def taken(n: int, codebook: str = CODEBOOK, **files: str) -> None:
        rows = [[*row[:8], "Et åbent svar" if number % 2 == 0 else ""] for number, row in
                enumerate(answers({"1": n}, men=3))]
        export, path = write_wave(tmp_path / "w", Sample(rows=rows), codebook=codebook, **files)
        import_survey(store, export, path, facts, config)

    return taken


def read_wave(store: Store, wave: str) -> WaveData:
    data = load_wave(store, wave, [CONCEPT])
    assert data is not None
    return data


def read(store: Store, men_unsafe: int, women_unsafe: int, *, theme: int = 0, backend: str = "lexicon") -> None:
    """Read every open answer; so many of men and women tell of unsafety, and so many of a theme."""
    rows = store.rows(
        "SELECT t.id, l.level FROM text_answers t JOIN respondent_levels l ON l.wave_id = t.wave_id"
        " AND l.respondent_id = t.respondent_id ORDER BY t.id")
    left = {"male": men_unsafe, "female": women_unsafe}
    with store.transaction():
        for number, row in enumerate(rows):
            unsafe = left[row["level"]] > 0
            left[row["level"]] -= unsafe
            store.execute(
                "INSERT INTO readings (text_answer_id, area_id, basis, backend, backend_version, tone, safety, stigma,"
                " voices) VALUES (?, 'vollsmose', 'answer', ?, 'v', 'neutral', ?, '[]', '[]')",
                [row["id"], backend, "unsafe" if unsafe else "none"])
            if number < theme:
                store.execute("INSERT INTO reading_themes VALUES (last_insert_rowid(), 'goal:tryghed', 1)")


def found(store: Store, themes: tuple[str, ...] = ("goal:tryghed",)) -> OpenAnswers:
    told = open_answers(store, read_wave(store, "2021-prøve"), "vollsmose", themes, RULES, "lexicon")
    assert told is not None
    return told


def test_shares_of_open_answers_follow_the_weights_of_those_who_wrote(store: Store, take: TAKE) -> None:
    take(240, **population((200, 400)))  # 80 men stand for 400, 160 women for 200
    read(store, 20, 20, theme=40)
    unsafe = found(store).figures["answers.unsafe"]
    assert unsafe.n == 120
    assert unsafe.value == pytest.approx((20 * 5 + 20 * 1.25) / (40 * 5 + 80 * 1.25))  # 40 men and 80 women wrote
    assert unsafe.se is not None
    assert found(store).figures["answers.theme.goal:tryghed"].status.shown
    shares = [found(store).figures[f"answers.{each}"].value or 0 for each in ("unsafe", "none")]
    assert sum(shares) == pytest.approx(1)


def test_a_small_count_is_hidden_with_what_would_give_it_away(store: Store, take: TAKE) -> None:
    take(240, **population((300, 300)))
    read(store, 3, 0, theme=2)
    figures = found(store).figures
    assert figures["answers.unsafe"].value is None
    assert figures["answers.none"].value is None  # 120 less those shown would be the 3
    assert figures["answers.theme.goal:tryghed"].value is None
    assert all(each.count is None for name, each in figures.items() if name in ("answers.unsafe", "answers.none"))
    waves = {"2021-prøve": read_wave(store, "2021-prøve")}
    _, counts = told_in_words(store, wave_lines(store), waves, ["vollsmose"], RULES, "lexicon")
    assert not counts


def test_a_person_with_two_answers_counts_once_and_one_backend_is_asked(
    store: Store, take: TAKE,
) -> None:
    take(240, **population((300, 300)))
    read(store, 20, 20)
    read(store, 40, 80, backend="linear")
    assert found(store).figures["answers.unsafe"].n == 120
    assert found(store, ()).figures["answers.unsafe"].count == 40


def test_few_who_wrote_give_no_share_and_none_give_nothing(store: Store, take: TAKE) -> None:
    take(40, **population((300, 300)))
    assert open_answers(store, read_wave(store, "2021-prøve"), "vollsmose", (), RULES, "lexicon") is None
    read(store, 10, 0)
    assert all(each.value is None for each in found(store).figures.values())


def test_published_rows_say_that_a_machine_read_them_uncorrected(store: Store, take: TAKE) -> None:
    take(240, **population((300, 300)))
    read(store, 20, 20, theme=60)
    assert themes_told(store, "2021-prøve", "lexicon") == ("goal:tryghed",)
    rows, counts = told_in_words(store, wave_lines(store), {"2021-prøve": read_wave(store, "2021-prøve")},
                                 ["vollsmose", "gellerup"], RULES, "lexicon")
    told = {each.indicator: each for each in rows}
    assert {each.area for each in rows} == {"vollsmose"}
    assert told["answers.unsafe"].correction == "uncorrected"
    assert told["answers.unsafe"].n == 120
    assert [(each.what, each.n, each.of) for each in counts] == [("goal:tryghed", 60, 120)]


# ---------------------------------------------------------------- who answered


def test_respondents_are_held_against_residents_level_by_level(store: Store, take: TAKE) -> None:
    take(240, **population((200, 400)))
    shares = {each.level: each for each in level_shares(store, "2021-prøve", "vollsmose", RULES)}
    assert shares["male"].respondents == pytest.approx(80 / 240)
    assert shares["male"].residents == pytest.approx(400 / 600)
    assert shares["female"].n == 240
    rows = who_answered(store, wave_lines(store), ["vollsmose", "gellerup"], RULES)
    told = {each.indicator: each for each in rows if each.area == "vollsmose"}
    assert told["respondents.sex=male"].value == pytest.approx(0.3333)
    assert told["respondents.sex=male"].details["residents"] == pytest.approx(0.6667)


@pytest.mark.parametrize(("n", "files", "shown"), [
    (9, population((300, 300)), False), (240, population((598, 82)), False), (240, population((300, 300)), True),
])
def test_a_level_that_points_at_somebody_is_hidden_and_so_is_its_companion(
    store: Store, take: TAKE, n: int, files: dict[str, str], shown: bool,
) -> None:
    take(n, **files)
    shares = level_shares(store, "2021-prøve", "vollsmose", RULES)
    assert [each.respondents is not None for each in shares] == [shown, shown]


def test_few_residents_of_a_level_are_not_told_either(store: Store, take: TAKE) -> None:
    everybody = 'codes = {1 = "female", 2 = "female", 3 = "male"}'
    take(120, codebook=CODEBOOK.replace('codes = {1 = "female", 2 = "male"}', everybody), **population((236, 4)))
    assert all(each.residents is None for each in level_shares(store, "2021-prøve", "vollsmose", RULES))


@given(st.lists(st.integers(0, 60), min_size=2, max_size=6), st.integers(3, 12))
def test_no_hidden_level_can_be_worked_out_from_those_shown(counts: list[int], more: int) -> None:
    """Of the hidden levels of a variable there are at least two, and they hold as many people as no single person."""
    n = sum(counts)
    levels = [f"l{number}" for number in range(len(counts))]
    residents = {level: more * (count + 9) for level, count in zip(levels, counts, strict=True)}
    answered = {level: count for level, count in zip(levels, counts, strict=True) if count}
    shares = held_against("w", "a", {"v": residents}, {"v": answered}, RULES)
    hidden = [counts[levels.index(each.level)] for each in shares if each.respondents is None]
    shown = [each for each in shares if each.respondents is not None]
    if n < RULES.min_n:
        assert not shown
    elif hidden:
        assert len(hidden) > 1
        assert sum(hidden) >= RULES.min_cell or not shown
    for each in shown:
        count = counts[levels.index(each.level)]
        assert count in (0, n) or (count >= RULES.min_cell and n - count >= RULES.min_cell)


@given(st.integers(0, 40), st.integers(0, 40), st.integers(0, 40))
def test_no_hidden_share_of_open_answers_can_be_worked_out(unsafe: int, none: int, safe: int) -> None:
    counts = {"unsafe": unsafe, "none": none, "safe": safe}
    n = sum(counts.values())
    figures = {name: replace(EMPTY, indicator=name, n=n, count=count, status=Status.DISCLOSIVE
                             if small_cell(count, n, RULES) else Status.OK) for name, count in counts.items()}
    figures |= {name: replace(EMPTY, indicator=name, n=n, count=n if name == "neutral" else 0, status=Status.OK)
                for name in ("negative", "neutral", "positive")}
    shown = hide_companions(figures, RULES)
    hidden = [counts[name] for name in counts if shown[name].count is None]
    base = shown["unsafe"].n
    assert len(hidden) != 1 or base is None
    assert not hidden or base is None or sum(hidden) >= RULES.min_cell
