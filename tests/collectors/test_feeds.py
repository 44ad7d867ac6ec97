"""What a poll means: decided with no server, no clock and no store."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.feeds import (
    LONGEST_INTERVAL,
    LONGEST_PAUSE,
    LOST_OVERLAP,
    NEW_GUIDS,
    REST,
    after,
    for_address,
    is_apart,
    is_due,
    is_resting,
    judge,
    recognised,
    remembered,
    renamed,
    validators,
)
from collectors.fetch import HARD, SOFT, TEMPORARY, Answer, Failure
from store.feeds import FeedState
from store.texts import Article
from tests.collectors.test_feedparse import item, rss

NOW = datetime(2026, 8, 6, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
URL = "https://avis.example/rss"
STATE = FeedState("f", "o", URL)
HELD = replace(STATE, etag='"1"', last_modified="Thu, 06 Aug 2026 08:00:00 GMT", body_digest="d", keys=("a", "b"),
               interval_s=3600)


def answer(body: str | bytes = "", status: int = 200, complete: bool = True, **headers: str) -> Answer:
    raw = body.encode() if isinstance(body, str) else body
    return Answer(URL, status, {name.replace("_", "-"): value for name, value in headers.items()}, raw, complete)


def poll(state: FeedState, said: Answer | Failure, new: int = 0, edited: int = 0, shortest: timedelta = HOUR):
    return after(state, judge(state, said, NOW, "real"), said, new, edited, NOW, shortest)


@pytest.mark.parametrize(
    ("state", "due"),
    [
        (None, True),
        (STATE, True),
        (replace(STATE, next_due=NOW - HOUR), True),
        (replace(STATE, next_due=NOW + timedelta(seconds=60)), True),
        (replace(STATE, next_due=NOW + timedelta(minutes=5)), False),
        (replace(STATE, next_due=NOW + 90 * HOUR, last_poll=NOW + 80 * HOUR), True),
        (replace(STATE, next_due=NOW + 3 * HOUR, last_poll=NOW + 2 * HOUR), True),
        (replace(STATE, next_due=NOW + 3 * HOUR, last_poll=NOW - HOUR), False),
    ],
)
def test_a_feed_is_due_at_its_time_or_when_the_clock_was_set_back(state: FeedState | None, due: bool) -> None:
    assert is_due(state, NOW) is due


def test_a_request_is_conditional_on_both_validators() -> None:
    assert validators(STATE) == {}
    assert validators(HELD) == {"If-None-Match": '"1"', "If-Modified-Since": "Thu, 06 Aug 2026 08:00:00 GMT"}


def test_a_new_address_forgets_what_was_learnt_of_the_old() -> None:
    assert for_address(HELD, "o", URL) == HELD
    moved = for_address(replace(HELD, last_new=NOW), "o", URL + "/2")
    assert (moved.etag, moved.body_digest, moved.keys, moved.last_new) == (None, None, (), NOW)


def test_a_whole_body_moves_validators_and_hash_on() -> None:
    said = answer(rss(), etag='"2"', last_modified="x")
    state, row = poll(HELD, said, new=1)
    assert (state.etag, state.last_modified) == ('"2"', "x")
    assert state.body_digest not in (None, "d")
    assert (state.last_success, state.last_new, state.status, state.failures) == (NOW, NOW, "new", 0)
    assert (row.outcome, row.entries, row.new) == ("new", 1, 1)


def test_the_same_body_is_unchanged_and_not_read_again() -> None:
    state, _ = poll(STATE, answer(rss()))
    verdict = judge(state, answer(rss(), etag='"other"'), NOW, "real")
    assert (verdict.outcome, verdict.articles) == ("unchanged", ())
    again, row = poll(state, answer(rss(), etag='"other"'))
    assert (row.outcome, again.etag, again.keys) == ("unchanged", '"other"', state.keys)


def test_the_same_etag_with_a_new_body_is_read() -> None:
    verdict = judge(HELD, answer(rss(), etag='"1"'), NOW, "real")
    assert len(verdict.articles) == 1


def test_not_modified_with_a_body_is_not_modified() -> None:
    state, row = poll(HELD, answer(rss(item("Uventet")), 304))
    assert row.outcome == "not modified"
    assert (state.etag, state.body_digest, state.keys) == (HELD.etag, HELD.body_digest, HELD.keys)
    assert state.last_success == NOW


def test_not_modified_without_having_asked_is_a_failure() -> None:
    assert judge(STATE, answer("", 304), NOW, "real").outcome == "failed"


@pytest.mark.parametrize("said", [answer(rss()[:-7]), answer(rss(), complete=False)])
def test_a_partial_poll_keeps_its_entries_and_moves_nothing_on(said: Answer) -> None:
    state, row = poll(HELD, said, new=1)
    assert (row.outcome, row.new) == ("partial", 1)
    assert (state.etag, state.body_digest, state.keys, state.last_new) == ('"1"', "d", ("a", "b"), NOW)


def test_validators_of_a_server_that_distrusts_them_are_not_kept() -> None:
    state, _ = poll(STATE, answer(rss(), etag='"2"', last_modified="x", expires="0"))
    assert (state.etag, state.last_modified) == (None, None)


@pytest.mark.parametrize(
    ("said", "weight", "note"),
    [
        (Failure("status 404", HARD, 404), HARD, "status 404"),
        (Failure("status 503", TEMPORARY, 503), TEMPORARY, "status 503"),
        (answer("<html>Log ind</html>"), SOFT, "an HTML page, not a feed"),
        (answer(""), SOFT, "an empty answer"),
        (answer(rss().replace("<title>Avis", "<generator>DEMODATA</generator><title>Avis")), HARD,
         "these are demonstration data and the store is real"),
    ],
)
def test_a_failure_counts_by_its_kind_and_leaves_what_is_held(said: Answer | Failure, weight: float, note: str) -> None:
    state, row = poll(replace(HELD, failures=1.0), said)
    assert (row.outcome, row.note, state.failures) == ("failed", note, 1.0 + weight)
    assert (state.etag, state.body_digest, state.keys, state.last_success) == ('"1"', "d", ("a", "b"), None)


def test_real_data_stay_out_of_a_demonstration() -> None:
    assert judge(STATE, answer(rss()), NOW, "demo").notes == ("these data are real and the store is a demonstration",)


def test_failures_wait_one_two_three_intervals_and_at_last_rest() -> None:
    state = replace(HELD)
    waits = []
    for _ in range(31):
        state, _row = poll(state, Failure("status 404", HARD, 404))
        assert state.next_due is not None
        waits.append(state.next_due - NOW)
    for number, wait in enumerate(waits[:3], 1):
        assert number * HOUR <= wait <= 1.25 * number * HOUR
    assert LONGEST_PAUSE <= waits[28] <= 1.25 * LONGEST_PAUSE
    assert waits[30] == REST
    assert state.status.startswith("resting after long failure")
    assert is_resting(state, NOW)
    assert not is_resting(state, NOW + REST)
    state, _row = poll(state, answer(rss()))
    assert (state.failures, is_resting(state, NOW)) == (0, False)


def test_feeds_that_fail_together_do_not_return_together() -> None:
    def back(id: str, status: int) -> timedelta:
        state, _ = poll(replace(HELD, id=id), Failure(f"status {status}", TEMPORARY, status))
        assert state.next_due is not None
        return state.next_due - NOW

    for status, longest in ((503, 1.25 * HOUR), (429, 2 * HOUR)):
        waits = [back(f"feed {number}", status) for number in range(40)]
        assert len({wait // timedelta(minutes=1) for wait in waits}) > 8
        assert HOUR <= min(waits) <= max(waits) <= longest
    assert back("a", 503) == back("a", 503)


def test_a_failure_waits_as_long_as_the_server_asks() -> None:
    state, _ = poll(HELD, Failure("status 429", TEMPORARY, 429, not_before=NOW + 7 * HOUR))
    assert state.next_due == NOW + 7 * HOUR


def test_a_source_that_does_not_allow_it_is_blocked_not_failing() -> None:
    state, row = poll(HELD, Failure("robots.txt does not allow it", 0, blocked=True))
    assert (row.outcome, state.failures, state.next_due) == ("blocked", 0, NOW + LONGEST_PAUSE)


@pytest.mark.parametrize(
    ("held_s", "new", "expected"),
    [
        (None, 1, HOUR),
        (7200, 1, HOUR),
        (7200, 0, LONGEST_INTERVAL),
        (4800, 0, timedelta(seconds=7200)),
    ],
)
def test_the_interval_follows_the_share_of_new_entries(held_s: int | None, new: int, expected: timedelta) -> None:
    state, _ = poll(replace(STATE, interval_s=held_s), answer(rss()), new=new)
    assert state.next_due == NOW + expected
    assert state.interval_s == expected.total_seconds()


def test_a_server_may_ask_for_a_longer_pause_of_a_day_at_most() -> None:
    assert poll(STATE, answer(rss(), cache_control="public, max-age=7200"))[0].next_due == NOW + 2 * HOUR
    assert poll(STATE, answer(rss(), cache_control="max-age=999999"))[0].next_due == NOW + LONGEST_PAUSE


def test_two_polls_without_an_entry_in_common_halve_the_interval_and_say_so() -> None:
    held, said = replace(HELD, interval_s=10_000), answer(rss(), cache_control="max-age=86400")
    verdict = judge(held, said, NOW, "real")
    assert is_apart(held, verdict)
    state, row = after(held, recognised(verdict, ()), said, 1, 0, NOW, HOUR)
    assert LOST_OVERLAP in row.note
    assert (state.interval_s, state.next_due) == (5_000, NOW + timedelta(seconds=5_000))


def test_entries_in_any_order_and_a_poll_that_shares_one_are_not_apart() -> None:
    items = [item(f"Nr. {number}", f"g{number}", f"https://avis.example/{number}") for number in range(5)]
    state, _ = poll(STATE, answer(rss(*items)))
    assert not is_apart(state, judge(state, answer(rss(*reversed(items))), NOW, "real"))
    assert not is_apart(state, judge(state, answer(rss(items[4])), NOW, "real"))


def test_a_feed_that_shows_one_notice_and_comes_back_has_lost_nothing() -> None:
    items = [item(f"Nr. {number}", f"g{number}", f"https://avis.example/{number}") for number in range(5)]
    state, _ = poll(STATE, answer(rss(*items)))
    notice = answer(rss(item("Vi opdaterer", "n", "https://avis.example/n")))
    state, _ = poll(state, notice)
    assert len(state.keys) == 5
    assert not is_apart(state, judge(state, answer(rss(*items)), NOW, "real"))


def articles(*items: str) -> tuple[Article, ...]:
    return judge(STATE, answer(rss(*items)), NOW, "real").articles


OTHER_DAY = "<pubDate>Fri, 03 Jul 2026 08:00:00 +0200</pubDate>"


@pytest.mark.parametrize(
    ("before", "now", "same"),
    [
        (item(), item(guid="ny"), True),
        (item(), item("Rettet", guid="ny"), True),
        (item(), item(guid="ny", link="https://ny.example/9"), True),
        (item(), item(guid="ny", more=OTHER_DAY), True),
        (item(), item(guid=""), True),
        (item(), item("Rettet", guid="ny", link="https://ny.example/9"), False),
        (item(), item("I morgen", guid="ny", more=OTHER_DAY), False),
        (item(), item(guid="ny", link="https://ny.example/9", more=OTHER_DAY), False),
    ],
)
def test_an_article_is_known_under_a_new_guid_by_two_of_address_date_and_words(
    before: str, now: str, same: bool
) -> None:
    last = articles(before)
    verdict = recognised(judge(STATE, answer(rss(now)), NOW, "real"), last)
    assert ([each.id for each in verdict.articles] == [last[0].id]) is same
    assert verdict.notes == ((NEW_GUIDS,) if same else (LOST_OVERLAP,))
    assert len(verdict.names) == same


def test_entries_that_share_address_and_date_are_not_taken_for_each_other() -> None:
    front = "https://avis.example/"
    last = articles(item("Et", "g1", front), item("To", "g2", front))
    said = answer(rss(item("Tre", "g3", front), item("Fire", "g4", front)))
    verdict = recognised(judge(STATE, said, NOW, "real"), last)
    assert (verdict.names, verdict.notes) == ((), (LOST_OVERLAP,))


def test_known_names_are_used_at_every_later_poll() -> None:
    verdict = judge(STATE, answer(rss(item(), item("To", "g2", "https://avis.example/2"))), NOW, "real")
    first, second = (each.id for each in verdict.articles)
    assert [each.id for each in renamed(verdict, {second: "held"}).articles] == [first, "held"]
    assert [each.title for each in renamed(verdict, {second: first}).articles] == [verdict.articles[0].title]
    assert renamed(verdict, {}) is verdict


@pytest.mark.parametrize(
    ("ago", "kept"),
    [(timedelta(hours=1), True), (timedelta(days=6), True), (timedelta(days=8), False), (-HOUR, False)],
)
def test_what_was_learnt_long_ago_or_in_the_future_makes_no_request_conditional(ago: timedelta, kept: bool) -> None:
    state = remembered(replace(HELD, last_poll=NOW - ago), NOW)
    assert bool(validators(state)) is kept
    assert (state.body_digest is not None) is kept
    assert state.keys == HELD.keys


def test_a_feed_that_moved_for_good_says_so() -> None:
    said = replace(answer(rss()), moved="https://avis.example/ny")
    assert "moved to https://avis.example/ny: change the address" in poll(STATE, said)[1].note


def test_entries_that_can_not_be_used_are_named() -> None:
    verdict = judge(STATE, answer(rss(
        item(), "<item><guid>tom</guid></item>", "<item><title>???</title></item>",
        item("Uden dato", guid="g3", link="https://avis.example/3", more="<pubDate>snart</pubDate>"),
    )), NOW, "real")
    assert verdict.unusable == (
        "entry 'tom' has neither title nor text", "an entry without guid and link has no word",
    )
    assert verdict.notes == ("1 entries without a usable date", "2 entries that can't be used")
    assert [each.date_note for each in verdict.articles] == [None, "unreadable date 'snart'"]


def test_identity_is_guid_else_link_else_words() -> None:
    def ids(*items: str) -> set[str]:
        return {each.id for each in judge(STATE, answer(rss(*items)), NOW, "real").articles}

    assert ids(item()) == ids(item(title="Rettet", link="https://avis.example/ny"))
    assert ids(item(guid="")) == ids(item("Rettet", guid="", link="https://avis.example/1?utm_source=x#top"))
    assert ids(item()) != ids(item(guid=""))
    assert ids(item(guid="", link="")) == ids(item(guid="", link="").replace("til alle", "TIL ALLE"))
    front = "https://avis.example/"
    assert len(ids(item("Et", guid="", link=front), item("To", guid="", link=front))) == 2


HEADERS = st.dictionaries(
    st.sampled_from(["etag", "last-modified", "expires", "cache-control", "content-type"]),
    st.sampled_from(["0", "max-age=60", "max-age=99999999999", "x" * 9000, "text/xml; charset=klingon"]) | st.text(),
)
BODIES = st.sampled_from([rss().encode(), rss()[:-7].encode(), b"", b"<html>"]) | st.binary(max_size=80)
SAID = st.builds(Answer, st.just(URL), st.sampled_from([200, 203, 304]), HEADERS, BODIES, st.booleans()) | st.builds(
    Failure, st.text(), st.sampled_from([HARD, SOFT, TEMPORARY]), st.none(), st.none() | st.just(NOW + 90 * HOUR)
)


@given(st.lists(SAID, max_size=6))
def test_whatever_is_said_the_feed_is_asked_again(said: list[Answer | Failure]) -> None:
    state = STATE
    for each in said:
        state, row = poll(state, each)
        assert state.next_due is not None
        assert NOW < state.next_due <= NOW + 90 * HOUR
        assert row.outcome in ("new", "unchanged", "not modified", "partial", "failed")
        assert (state.failures > 0) is (row.outcome == "failed")
