"""Write the Danish letter that tells a survey team why their drop was refused."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePath

from store.days import COPENHAGEN
from store.errors import ReputationError, WrongFacts
from store.facts import FOLDER
from surveys.drops import Take

WORDS = FOLDER / "inbox.toml"


@dataclass(frozen=True)
class Known:
    """A message of the program that has Danish words of its own."""

    message: re.Pattern[str]
    why: str
    do: str


@dataclass(frozen=True)
class LetterWords:
    """The Danish of the letter."""

    letter: str
    all_of_it: str
    both: str
    kinds: Mapping[str, tuple[str, str]]
    """error class → (why, do)"""
    known: Sequence[Known]


def load_words(path: Path = WORDS) -> LetterWords:
    """Read the Danish of the letter. Raises :class:`WrongFacts` where it can't be used."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        return LetterWords(
            table["letter"].lstrip(), table["all_of_it"], table["both"],
            {name: (each["why"], each["do"]) for name, each in table["kinds"].items()},
            tuple(Known(re.compile(each["message"]), each["why"], each["do"]) for each in table["known"]),
        )
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, re.error) as error:
        raise WrongFacts(f"the words of the inbox can't be read ({error})", where=path,
                         do="Put the shipped file back") from error


def letter(words: LetterWords, error: ReputationError, *, name: str, tried: Take | None, now: datetime) -> str:
    """Return the letter: what was tried, when, why it failed and what to do, in Danish; the error in English."""
    why, do = in_danish(words, error)
    both = words.both.format(codebook=tried.codebook, export=_export(tried.export)) if tried else words.all_of_it
    return words.letter.format(
        name=name, when=now.astimezone(COPENHAGEN).strftime("%d-%m-%Y kl. %H.%M"), tried=both,
        where=error.where or name, why=why, do=do, message=error,
    )


def seen_from(drop: Path, error: ReputationError) -> ReputationError:
    """Return the error with places inside the drop only: a letter is read on other machines than this."""
    where = "" if error.where == str(drop) else error.where.replace(f"{drop}{os.sep}", "")
    return type(error)(error.what, where=where, do=error.do)


def in_danish(words: LetterWords, error: ReputationError) -> tuple[str, str]:
    """Return why and what to do: of the message where it is known, else of the kind of error."""
    for each in words.known:
        found = each.message.fullmatch(error.what)
        if found:
            return each.why.format(**found.groupdict()), each.do.format(**found.groupdict())
    kinds = (words.kinds[kind.__name__] for kind in type(error).__mro__ if kind.__name__ in words.kinds)
    return next(kinds, words.kinds["WrongUse"])


def _export(path: PurePath) -> str:
    return "dataset, structure, labels" if path == PurePath() else str(path)
