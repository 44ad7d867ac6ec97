"""Speaking: results to stdout, remarks to stderr, a few lines in a log."""

import pytest

from reputation.console import Console


def test_results_and_remarks_go_to_different_places(capsys: pytest.CaptureFixture[str]) -> None:
    console = Console()
    console.result("3 added")
    console.say("by the way")
    said = capsys.readouterr()
    assert (said.out, said.err) == ("3 added\n", "by the way\n")


def test_quiet_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    console = Console(loud=False)
    console.result("3 added")
    console.say("by the way")
    with console.progress("reading") as advance:
        advance(50, 100)
    assert capsys.readouterr() == ("", "")


def test_details_are_for_the_verbose(capsys: pytest.CaptureFixture[str]) -> None:
    for loud in (None, False, True):
        Console(loud).detail("config: here")
    assert capsys.readouterr().err == "config: here\n"


def test_a_log_gets_a_few_plain_lines(capsys: pytest.CaptureFixture[str]) -> None:
    with Console().progress("reading") as advance:
        for done in range(0, 2001, 7):
            advance(done, 2000)
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "reading: 203 of 2000"
    assert len(lines) == 9


def test_short_work_is_not_worth_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    with Console().progress("reading") as advance:
        advance(1, 3)
    assert capsys.readouterr().err == ""


def test_a_terminal_gets_a_bar(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    with Console().progress("reading") as advance:
        advance(1, 2)
    assert capsys.readouterr().out == ""
