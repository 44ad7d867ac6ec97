"""How much of an article its page shows: no single flag decides."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.completeness import Signals, judge_completeness

WHOLE = Signals(600, "alle var glade.", teaser_words=30)
CUT = Signals(60, "og derfor vil …", teaser_words=50, accessible=False, paywall_markup=True, asks_to_pay=True)


@pytest.mark.parametrize(
    ("signals", "expected"),
    [
        (WHOLE, "full"),
        (replace(WHOLE, accessible=True, stated_words=610), "full"),
        (replace(WHOLE, accessible=False, stated_words=610), "full"),  # the flag is wrong: all of it is there
        (replace(WHOLE, paywall_markup=True, stated_words=610), "full"),  # an advertisement for a subscription
        (replace(WHOLE, accessible=False), "unknown"),
        (replace(WHOLE, accessible=False, paywall_markup=True, asks_to_pay=True), "teaser"),
        (Signals(80, "i aftes.", teaser_words=30, accessible=False, paywall_markup=True), "teaser"),
        (replace(WHOLE, stated_words=2_000, accessible=False, asks_to_pay=True), "teaser"),
        (replace(WHOLE, same_title=False), "unknown"),  # a cookie wall, or the page of another article
        (CUT, "teaser"),
        (replace(CUT, accessible=True), "teaser"),  # and here it is wrong the other way
        (replace(CUT, accessible=None, paywall_markup=False, asks_to_pay=False), "teaser"),
        (replace(CUT, tier="metered", accessible=None, end="slut."), "teaser"),
        (Signals(70, "i nat.", teaser_words=20), "unknown"),  # a notice, or three paragraphs of a long article
        (Signals(70, "i nat.", teaser_words=20, outlet_paywall="free"), "full"),
        (Signals(70, "i nat.", teaser_words=20, accessible=True), "full"),
        (Signals(70, "i nat.", login_box=True), "unknown"),
        (Signals(0, ""), "unknown"),
        (Signals(0, "", accessible=False, paywall_markup=True), "teaser"),
    ],
)
def test_completeness(signals: Signals, expected: str) -> None:
    assert judge_completeness(signals).completeness == expected


SIGNALS = st.builds(
    Signals, st.integers(0, 3_000), st.sampled_from(["slut.", "slut", "og …", "»Ja.«", ""]), st.integers(0, 200),
    st.sampled_from([None, True, False]), st.sampled_from(["", "free", "locked", "metered"]),
    st.none() | st.integers(0, 3_000), st.booleans(), st.booleans(), st.booleans(), st.booleans(),
    st.sampled_from(["free", "partly", "unknown"]),
)


@given(SIGNALS, st.sampled_from(["accessible", "paywall_markup", "asks_to_pay", "login_box", "outlet_paywall"]))
def test_one_flag_never_turns_a_teaser_into_a_whole_text_or_back(signals: Signals, name: str) -> None:
    values = {"accessible": [None, True, False], "outlet_paywall": ["free", "unknown"]}.get(name, [True, False])
    if name == "accessible" and signals.tier == "free":
        return
    found = {
        judge_completeness(replace(signals, **{name: value})).completeness  # type: ignore[arg-type]
        for value in values
    }
    assert found != {"full", "teaser"}
    assert not {"full", "teaser"} <= found


@given(SIGNALS)
def test_every_verdict_says_why(signals: Signals) -> None:
    judged = judge_completeness(signals)
    if judged.completeness != "unknown":
        assert judged.reasons
