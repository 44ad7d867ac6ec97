"""Which pages are fetched, when again, and when no more: no network, no clock, no store."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.extract import RULE, NoPage, Page
from collectors.fetch import HARD, SOFT, TEMPORARY, Answer, Failure
from collectors.pages import (
    BLOCKED_FOR,
    FETCHES,
    GIVE_UP,
    HOST_PAGES,
    REST,
    RUN_PAGES,
    SETTLES,
    after_answer,
    after_failure,
    decide,
    in_turn,
)
from store.pages import Candidate, PageState

NOW = datetime(2026, 8, 6, 12, 0, tzinfo=UTC)
URL = "https://avis.example/1"
PAGE = PageState("x", URL, 1, next_due=NOW)
CANDIDATE = Candidate("x", URL, 1, "Nyt torv i Solkrogen", "Et torv.", "", None)
READ = replace(PAGE, state="read", fetches=1, next_due=None)
FOUND = Page("Nyt torv", "Et torv.", "Teksten.", None, URL, "full", ("+ long",))
ANSWER = Answer(URL, 200, {}, b"<html>")


def names(text: str) -> bool:
    return "Solkrogen" in text


@pytest.mark.parametrize(
    ("fetch", "changes", "wanted"),
    [
        ("all", {}, True),
        ("all", {"title": "Regn"}, True),
        ("none", {}, False),
        ("mentions", {}, True),
        ("mentions", {"title": "Regn"}, False),
        ("mentions", {"title": "Regn", "summary": "i Solkrogen"}, True),
        ("all", {"url": None}, False),
        ("all", {"url": "mailto:a@avis.example"}, False),
        ("all", {"text": "Alt står i feedet."}, False),
        ("all", {"page": READ}, False),  # once
        ("all", {"page": READ, "version": 2}, True),  # and again after an edit
        ("none", {"page": READ, "version": 2}, False),
        ("all", {"page": replace(READ, fetches=FETCHES), "version": 9}, False),
        ("all", {"page": replace(READ, state="failed"), "version": 2}, False),
        ("all", {"page": PAGE, "version": 2}, False),  # due anyway
    ],
)
def test_which_pages_are_wanted(fetch: str, changes: dict[str, object], wanted: bool) -> None:
    found = decide(replace(CANDIDATE, **changes), fetch, names, NOW)  # type: ignore[arg-type]
    assert (found is not None) is wanted


def test_a_new_page_is_due_at_once_and_an_edited_one_when_it_has_settled() -> None:
    first = decide(CANDIDATE, "all", names, NOW)
    again = decide(replace(CANDIDATE, version=2, page=READ), "all", names, NOW)
    assert first is not None
    assert again is not None
    assert (first.next_due, again.next_due, again.version) == (NOW, NOW + SETTLES, 2)


def test_a_page_that_was_read_is_done() -> None:
    after = after_answer(PAGE, ANSWER, FOUND, NOW)
    assert (after.state, after.completeness, after.fetches) == ("read", "full", 1)
    assert (after.next_due, after.rule) == (None, RULE)
    assert after.body_digest is not None


def rounds(failure: Failure, page: PageState = PAGE, most: int = 200) -> list[PageState]:
    """Ask again each time the page is due, and always get the same failure."""
    states = [page]
    while (due := states[-1].next_due) is not None and len(states) < most:
        states.append(after_failure(states[-1], failure, due))
    return states[1:]


@pytest.mark.parametrize(("weight", "tries"), [(HARD, 5), (SOFT, 9), (TEMPORARY, 17)])
def test_a_failing_page_is_tried_less_and_less_rested_once_and_then_left_alone(weight: float, tries: int) -> None:
    states = rounds(Failure("status 500", weight, 500))
    assert [each.state for each in states] == ["due"] * (tries - 2) + ["resting", "failed"]
    pauses = [each.next_due - each.last_try for each in states if each.next_due and each.last_try]
    assert pauses == sorted(pauses)
    assert pauses[-1] == REST


def test_a_page_that_is_not_found_twice_is_left_alone() -> None:
    assert [each.state for each in rounds(Failure("status 404", HARD, 404))] == ["due", "failed"]


def test_what_can_not_be_a_page_is_not_asked_again() -> None:
    after = after_answer(PAGE, ANSWER, NoPage("not a page but application/pdf", lasting=True), NOW)
    assert (after.state, after.next_due, after.reasons) == ("failed", None, "not a page but application/pdf")


def test_an_error_page_is_tried_again() -> None:
    after = after_answer(PAGE, ANSWER, NoPage("an error page", lasting=False), NOW)
    assert (after.state, after.failures) == ("due", SOFT)


def test_a_blocked_page_is_asked_once_a_day_for_a_week() -> None:
    states = rounds(Failure("robots.txt does not allow it", 0, blocked=True))
    assert [each.state for each in states] == ["blocked"] * BLOCKED_FOR
    assert states[-1].next_due is None


def test_a_reservation_in_the_page_blocks_it_and_keeps_nothing() -> None:
    after = after_answer(PAGE, ANSWER, replace(FOUND, reserved="meta robots: noai"), NOW)
    assert (after.state, after.body_digest, after.completeness) == ("blocked", None, None)


def test_a_host_that_asks_to_wait_costs_the_page_nothing() -> None:
    later = NOW + timedelta(hours=3)
    after = after_failure(PAGE, Failure("avis.example asked to wait", 0, not_before=later), NOW)
    assert after == replace(PAGE, next_due=later)


def test_a_retry_after_is_waited_for() -> None:
    later = NOW + timedelta(hours=9)
    assert after_failure(PAGE, Failure("status 429", TEMPORARY, 429, later), NOW).next_due == later


FAILURES = st.builds(
    Failure, st.just("fejl"), st.sampled_from([HARD, SOFT, TEMPORARY]), st.sampled_from([None, 404, 429, 500])
) | st.just(Failure("vent", 0)) | st.just(Failure("nej", 0, blocked=True))


@given(st.lists(FAILURES | st.just(FOUND) | st.just(NoPage("tom", lasting=False)), max_size=60))
def test_every_page_is_read_or_left_alone_in_the_end_and_never_forgotten(answers: list[object]) -> None:
    page = PAGE
    for answer in answers:
        if page.next_due is None:
            break
        now = page.next_due
        page = (after_failure(page, answer, now) if isinstance(answer, Failure)
                else after_answer(page, ANSWER, answer, now))  # type: ignore[arg-type]
        assert page.next_due is None or page.next_due > now or page.state == "due"
        assert (page.next_due is None) == (page.state in ("read", "failed") or
                                           (page.state == "blocked" and page.failures >= BLOCKED_FOR))
    assert page.failures <= max(GIVE_UP + 2 * (GIVE_UP + 1), BLOCKED_FOR)


def test_pages_of_one_host_stand_apart_and_a_run_is_bounded() -> None:
    pages = [PageState(f"{host}{number}", f"https://{host}.example/{number}", 1) for host in "abcdef"
             for number in range(HOST_PAGES + 20)]
    turn = in_turn(pages)
    assert [each.article_id for each in turn[:7]] == ["a0", "b0", "c0", "d0", "e0", "f0", "a1"]
    assert len(turn) == RUN_PAGES
    assert len(in_turn(pages[:HOST_PAGES + 20])) == HOST_PAGES
