"""Back from every message to what to do: docs/messages.md has all that the collectors and the store can say."""

from __future__ import annotations

import re

import pytest

from collectors import feedparse, feeds
from store.database import _ADVICE
from tests.messages import HOLE, ROOT, Message, messages

DOCUMENT = (ROOT / "docs" / "messages.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `(.+?)` \| (.+) \|$", DOCUMENT, re.M)
FOUND = messages("collectors", "store")


@pytest.mark.parametrize("message", FOUND, ids=lambda each: each.text)
def test_every_message_is_documented_with_what_to_do(message: Message) -> None:
    text = re.sub(rf"{HOLE}+", HOLE, message.text)
    assert text in dict(ROWS), f"{message.file}:{message.line}: write a row for `{text}` in docs/messages.md"


def test_every_row_says_what_to_do_and_no_message_twice() -> None:
    assert len(ROWS) == DOCUMENT.count("\n| `")
    assert len(dict(ROWS)) == len(ROWS)
    assert all(len(advice) > 5 for _, advice in ROWS)


def test_every_documented_message_is_one_that_can_be_said() -> None:
    said = {re.sub(rf"{HOLE}+", HOLE, each.text) for each in FOUND}
    code = "\n".join(path.read_text(encoding="utf-8") for room in ("collectors", "store")
                     for path in (ROOT / room).rglob("*.py"))
    for text, _ in ROWS:
        text = re.sub(r"^(robots\.txt|tdmrep\.json) ", f"{HOLE} ", text)  # which of the two is filled in
        parts = [each.strip(" '()") for each in text.split(HOLE)]
        assert text in said or all(part in code for part in parts), text


def test_notes_of_polls_are_documented() -> None:
    for each in (feeds.LOST_OVERLAP, feeds.NEW_GUIDS):
        assert each in dict(ROWS)
    for body in (b"", b"<!ENTITY a>", b"<item" * 2_001, b"<a>" * 300, b"<" * 100_001, b"\n" * 300_001 + b"x",
                 b"<" + b"a" * 20_001, b"x" * 4_000_001):
        said = re.sub(r"\d+", HOLE, feedparse.refusal(body) or "")
        assert said in dict(ROWS), said


def test_every_fault_of_the_store_is_explained() -> None:
    advice = dict(ROWS)[f"the store can't be used ({HOLE})"]
    for sign in ("locked", "full", "readonly", "not a database", "malformed"):
        assert sign in _ADVICE
        assert f"*{sign}*" in advice
