"""Turn moments into Danish days, and days into windows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

COPENHAGEN = ZoneInfo("Europe/Copenhagen")


def utc_text(moment: datetime) -> str:
    """Write an aware moment as ``2024-03-01T08:00:00Z``."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def from_utc_text(text: str) -> datetime:
    """Read what :func:`utc_text` wrote."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def danish_day(moment: datetime) -> date:
    """Return the date in Copenhagen at an aware moment."""
    return moment.astimezone(COPENHAGEN).date()


@dataclass(frozen=True, order=True)
class Window:
    """A pair of days, both included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"{self.last} is before {self.first}")

    @classmethod
    def year(cls, year: int) -> Window:
        """The calendar year ``year``."""
        return cls(date(year, 1, 1), date(year, 12, 31))

    @classmethod
    def parse(cls, text: str) -> Window:
        """Read ``2019-07-01:2020-06-30``. Raises :class:`ValueError`."""
        first, _, last = text.partition(":")
        return cls(date.fromisoformat(first), date.fromisoformat(last))

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def __str__(self) -> str:
        return f"{self.first.isoformat()}:{self.last.isoformat()}"

    @property
    def label(self) -> str:
        """``2019`` for a calendar year, else both days."""
        if self == Window.year(self.first.year):
            return str(self.first.year)
        return f"{self.first.isoformat()}–{self.last.isoformat()}"

    def years(self) -> tuple[Window, ...]:
        """Split into twelve-month windows counted back from the last day, the earliest first.

        A rest shorter than twelve months at the start is left out; a window shorter than that is its only part.
        """
        result: list[Window] = []
        last = self.last
        while True:
            next_day = last + timedelta(days=1)
            try:
                first = next_day.replace(year=next_day.year - 1)
            except ValueError:  # 29 February
                first = next_day.replace(year=next_day.year - 1, day=28)
            if first < self.first:
                break
            result.append(Window(first, last))
            last = first - timedelta(days=1)
        return tuple(reversed(result)) or (self,)
