"""Say one thing that the doctor looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["ok", "note", "warning", "failure"]


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    level: Level
    about: str
    what: str
    do: str = ""
    state: str = ""
    """one word or two for a monitor: late, failing, silent, losing, blocked, resting, volume, …"""
