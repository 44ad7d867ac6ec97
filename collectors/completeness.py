"""Decide how much of an article its page shows: full, teaser or unknown. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from store.pages import Completeness

LONG_WORDS = 150
"""Words from which on a text is longer than what papers show of an article that they sell (some 30 to 120)."""

LONG_TIMES = 3
"""And so many times as long as its teaser."""

HARDLY = 1.5
"""A text of up to so many times its teaser's words is the teaser again, with a line or two."""

CUT_SHARE, WHOLE_SHARE = 0.6, 0.8
"""Below and above these shares of the length that the page states, a text is cut, or whole."""

MARGIN = 2
"""By how much one side must outweigh the other: no single flag decides, each of them is wrong somewhere."""

_END = re.compile(r"""[.!?:][\s"'”’»)\]]*$""")
_CUT = re.compile(r"""(?:…|\.\.\.|\[…\])[\s"'”’»)\]]*$""")


@dataclass(frozen=True)
class Signals:
    """What a page shows that bears on how much of the article is there."""

    words: int
    """of the text that was taken out of it"""
    end: str
    """its last letters"""
    teaser_words: int = 0
    """of what the feed says"""
    accessible: bool | None = None
    """*isAccessibleForFree*; absent: not stated"""
    tier: str = ""
    """*article:content_tier*: free, metered, locked"""
    stated_words: int | None = None
    """*wordCount*, or words of *articleBody*"""
    paywall_markup: bool = False
    """elements named after a paywall"""
    asks_to_pay: bool = False
    """words like *log ind for at læse videre*"""
    login_box: bool = False
    """a field for a password inside the article"""
    same_title: bool = True
    """whether the feed's headline stands on the page"""
    outlet_paywall: str = "unknown"
    """what data/outlets.toml knows of the outlet: free, partly, partly or fully, unknown"""


@dataclass(frozen=True)
class Judged:
    """How much of the article is there, and why."""

    completeness: Completeness
    reasons: tuple[str, ...]


def judge_completeness(signals: Signals) -> Judged:
    """Weigh what speaks for a whole text against what speaks for a teaser; close calls are *unknown*."""
    whole, cut = _for_whole(signals), _for_cut(signals)
    good, bad = sum(whole.values()), sum(cut.values())
    reasons = (*(f"+ {each}" for each in whole), *(f"- {each}" for each in cut))
    if not signals.words:
        return Judged("teaser" if bad >= MARGIN else "unknown", ("no text found", *reasons))
    if bad >= good + MARGIN:
        return Judged("teaser", reasons)
    return Judged("full" if good >= bad + MARGIN else "unknown", reasons)


def _for_whole(signals: Signals) -> dict[str, int]:
    stated = signals.stated_words
    said = {
        "says it is free": signals.accessible is True or signals.tier == "free",
        "long": signals.words >= max(LONG_WORDS, LONG_TIMES * signals.teaser_words),
        # Teasers end with a sentence too: it says something only where nobody says that this is one.
        "ends with a sentence": signals.accessible is not False and _END.search(signals.end) is not None
        and not _CUT.search(signals.end),
        "the outlet is free": signals.outlet_paywall == "free",
    }
    found = {reason: 1 for reason, holds in said.items() if holds}
    if stated and signals.words >= WHOLE_SHARE * stated:
        found["as long as stated"] = 2
    return found


def _for_cut(signals: Signals) -> dict[str, int]:
    stated = signals.stated_words
    teaser = signals.teaser_words
    said = {
        "says it is not free": signals.accessible is False,
        "tier": signals.tier in ("locked", "metered"),
        "paywall in the markup": signals.paywall_markup,
        "asks to pay or log in": signals.asks_to_pay,
        "login box": signals.login_box,
        "breaks off": bool(_CUT.search(signals.end)) or (signals.words > 0 and not _END.search(signals.end)),
        "hardly longer than the teaser": teaser > 0 and signals.words <= HARDLY * teaser,
    }
    found = {reason: 1 for reason, holds in said.items() if holds}
    if stated and signals.words < CUT_SHARE * stated:
        found["shorter than stated"] = 2
    if not signals.same_title:
        found["another headline than the feed's"] = MARGIN
    return found
