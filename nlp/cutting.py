"""Cut Danish into words as spaCy does, each run of signs once, and words into sentences."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:  # a run with nothing to read does without spaCy's second of loading
    from spacy.tokenizer import Tokenizer

LONGEST_SENTENCE = 200
"""Words after which a sentence is cut: a text without full stops (lists, shouting, other scripts) must not be one."""

LONGEST_WORD = 200
"""Signs without a space of which the rest is left out: no word, and the tokeniser's work grows with their square."""

KNOWN = 200_000
"""Runs kept at hand: some hundred megabytes."""

EVEN = ("\n", "\n\n")
"""White space that most texts have none beside."""

ENDS = frozenset({".", "!", "?", "…", "...", "!!", "??", "?!", "!?"})
CLOSERS = frozenset('»«”"’\')]')
OPENERS = frozenset('»«“”"\'([–-')

_OVERLONG = re.compile(rf"\S{{{LONGEST_WORD + 1},}}")
_WHITE = re.compile(r"(\s{2,}|[^\S ])")
"""White space other than one blank between two words: spaCy makes a word of it."""

Run = tuple[tuple[str, ...], tuple[int, ...]]
"""Words in lower case, and how far each reaches in the text; the last one over the blank behind it."""


class Sentence(NamedTuple):
    """One sentence: its span in the text, and its words in lower case with their offsets."""

    start: int
    end: int
    words: tuple[str, ...]
    starts: tuple[int, ...]


class Overlong(ValueError):
    """A run without a space that no word is as long as."""


class Uneven(ValueError):
    """White space that is neither one blank between words nor an empty line between paragraphs."""


class Runs(dict[str, Run]):
    """What spaCy makes of each run of signs between white space; its rules never look beyond one.

    A run of letters alone is one word unless the tokeniser has a rule for it. ``turns``: the words at which a sentence
    may end, white space among them.
    """

    def __init__(self, tokenizer: Callable[[], Tokenizer]) -> None:
        super().__init__()
        self.turns = set(ENDS)
        self._tokenizer = tokenizer

    def __missing__(self, run: str) -> Run:
        if run in EVEN:
            return self.white(run)
        if not run or _WHITE.search(run):
            raise Uneven
        if len(run) > LONGEST_WORD:
            raise Overlong
        if len(self) >= KNOWN:
            self.clear()
        tokenizer = self._tokenizer()
        words = [run] if run.isalpha() and run not in tokenizer.rules else [each.text for each in tokenizer(run)]
        sizes = [len(word) for word in words]
        found = self[run] = tuple(word.lower() for word in words), (*sizes[:-1], sizes[-1] + 1)
        return found

    def white(self, gap: str, *, opens: bool = False) -> Run:
        """Make a word of white space. The run before it, where there is one, reaches over its first sign."""
        word = gap[1:] if gap[0] == " " and not opens else gap
        self.turns.add(word)
        return (word,), (len(gap) - (not opens),)


def sentences(text: str, runs: Runs) -> list[Sentence]:
    """Cut ``text`` into sentences with their words; white space alone gives none."""
    if not text.strip():
        return []
    if len(runs.turns) > KNOWN:
        runs.turns = set(ENDS)
    try:
        words, starts = _words(text, runs)
    except Overlong:
        text = bounded(text)
        words, starts = _words(text, runs)
    turns = [at for at, word in enumerate(words) if word in runs.turns]
    white = frozenset(at for at in turns if words[at] not in ENDS)
    marks = [*_marks(text, words, starts, turns, white), len(words)]
    inner = white.difference(mark - 1 for mark in marks)
    found: list[Sentence] = []
    for first, behind in pairwise(marks):
        last = behind - 2 if behind - 1 in white else behind - 1
        if last < first:
            continue
        inside, offsets = words[first:last + 1], starts[first:last + 1]
        if inner and not inner.isdisjoint(range(first, behind)):
            kept = [at for at in range(first, last + 1) if at not in inner]
            inside, offsets = [words[at] for at in kept], [starts[at] for at in kept]
        found.append(Sentence(offsets[0], _end(text, starts, last), tuple(inside), tuple(offsets)))
    return found


def bounded(text: str) -> str:
    """Blank out what follows in overlong runs without a space; every offset stays."""
    return _OVERLONG.sub(lambda run: run[0][:LONGEST_WORD] + " " * (len(run[0]) - LONGEST_WORD), text)


def _words(text: str, runs: Runs) -> tuple[list[str], list[int]]:
    """Return the words of ``text``, white space among them, and where each starts, with the end of the text.

    Of white space only the end is right.
    """
    gap = "\n\n" if "\n\n" in text else "\n"
    try:
        found = [*map(runs.__getitem__, text.replace(gap, f" {gap} ").split(" "))]
    except Uneven:
        found = _uneven(text, runs)
    words: list[str] = []
    sizes = [0]
    for forms, reaches in found:
        words += forms
        sizes += reaches
    return words, list(accumulate(sizes))


def _uneven(text: str, runs: Runs) -> list[Run]:
    """Look runs up in a text with any white space in it."""
    found: list[Run] = []
    parts = [*_WHITE.split(text), ""]
    for part, gap in zip(parts[::2], parts[1::2], strict=True):
        if part[:1] == " ":  # only where the text begins with it
            found.append(runs.white(" ", opens=True))
        found += [runs[piece] for piece in part.split(" ") if piece]
        if gap:
            found.append(runs.white(gap, opens=not found))
    return found


def _end(text: str, starts: Sequence[int], at: int) -> int:
    """Return where a word ends: one sign of white space at most stands between that and the next start."""
    end = starts[at + 1]
    return end if text[end - 1:end].strip() else end - 1


def _marks(
    text: str, words: Sequence[str], starts: Sequence[int], turns: Sequence[int], white: frozenset[int]
) -> list[int]:
    """List the words that start a sentence, looking only at what stands behind line breaks and end signs.

    Gives what :func:`sentence_starts` gives, which looks at every word.
    """
    size = len(words)
    lines = {at + 1 for at in white if "\n" in words[at]}
    marks = {0, *lines}
    for turn in turns:
        for at in range(turn + 1, size) if words[turn] in ENDS else ():
            word = words[at]
            if word in ENDS or at in lines:
                break
            start, end = starts[at], starts[at + 1]
            if word in CLOSERS and (text[start - 1] != " " or text[end - 1:end] == " "):
                continue
            if not text[start:end].islower():
                marks.add(at)
            break
    marks.discard(size)
    found = sorted(marks)
    if any(behind - first > LONGEST_SENTENCE for first, behind in pairwise([*found, size])):
        written = [words[at] if at in white else text[starts[at]:_end(text, starts, at)] for at in range(size)]
        spaces = [at not in white and text[(end := _end(text, starts, at)):end + 1] == " " for at in range(size)]
        return [at for at, start in enumerate(sentence_starts(written, spaces)) if start]
    return found


def sentence_starts(words: Sequence[str], spaces: Sequence[int]) -> list[bool]:
    """Tell which words start a sentence; ``spaces`` says which have white space behind them.

    A sentence starts at the first word, after a line break, and after an end sign unless a small letter follows. An
    abbreviation is one word with its full stop and ends nothing. Closing signs stay with the sentence they close.
    """
    starts: list[bool] = []
    opens, ended, length, spaced = True, False, 0, 1
    for word, space in zip(words, spaces, strict=True):
        start = opens or length >= LONGEST_SENTENCE
        if not start and ended and word not in ENDS:
            closes = word in CLOSERS and not (spaced and not space)
            start = not closes and not (word.islower() and word not in OPENERS)
            ended = closes
        starts.append(start)
        length = 1 if start else length + 1
        opens = "\n" in word
        ended = word in ENDS or (ended and not start)
        spaced = space
    return starts
