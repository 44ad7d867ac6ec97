"""The exception tree: every error a user can cause or meet, and the exit code it ends in."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """Exit codes of every command."""

    DONE = 0
    WITH_REFUSALS = 1
    WRONG_USE = 2
    NOTHING_COLLECTED = 3
    STORE_UNUSABLE = 4
    LOCKED = 75


class ReputationError(Exception):
    """Say what is wrong, where, and what to do.

    ``str(error)`` is one line: ``where: what. what to do``.
    """

    exit_code = Exit.WRONG_USE

    def __init__(self, what: str, *, where: object = "", do: str = "") -> None:
        super().__init__(what, where, do)
        self.what = what
        self.where = str(where)
        self.do = do

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        advice = f". {self.do}" if self.do else ""
        return " ".join(f"{place}{self.what}{advice}".split())


class WrongUse(ReputationError):
    """A command was called with words that do not fit together."""


class WrongConfig(ReputationError):
    """config.toml can't be used."""


class WrongFacts(ReputationError):
    """A fact file in data/ can't be used."""


class WrongCodebook(ReputationError):
    """A codebook, or a margins or counts file it names, can't be used."""


class WrongFile(ReputationError):
    """An input file is missing, unreadable, or not what it was said to be."""


class OtherKind(WrongFile):
    """Demonstration data were offered to a real store, or real data to a demonstration store."""


class NothingCollected(ReputationError):
    """No feed could be collected."""

    exit_code = Exit.NOTHING_COLLECTED


class StoreUnusable(ReputationError):
    """The store is locked, full, read-only, damaged, or from a newer version."""

    exit_code = Exit.STORE_UNUSABLE


class AlreadyRunning(ReputationError):
    """Another run holds the lock."""

    exit_code = Exit.LOCKED


class EstimateError(ReputationError):
    """A figure was asked for that these data cannot give (method.md A1, A3)."""


class MissingExtra(ReputationError):
    """An optional dependency or model is not installed."""
