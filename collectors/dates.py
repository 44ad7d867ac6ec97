"""Read the dates that Danish feeds and archives write. Pure: the present moment is an argument."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from store.days import COPENHAGEN

AHEAD_LIMIT = timedelta(days=2)
"""News are not published in the future; two days leave room for wrong zones and clocks."""

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
"""No archive reaches further back on the web; 1970-01-01 is a clock that was never set."""

RAW_LIMIT = 60
"""Characters of a raw date that are kept in a note."""

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan januar january", "feb februar february", "mar marts march", "apr april", "maj may", "jun juni june",
            "jul juli july", "aug august", "sep sept september", "okt oct oktober october", "nov november",
            "dec december",
        ),
        1,
    )
    for name in names.split()
}
_ZONES: dict[str, tzinfo] = {
    **dict.fromkeys(("z", "gmt", "ut", "utc", "wet"), UTC),
    **dict.fromkeys(("cet", "met", "mez", "bst", "west"), timezone(timedelta(hours=1))),
    **dict.fromkeys(("cest", "mest", "mesz", "eet"), timezone(timedelta(hours=2))),
    **{name: timezone(timedelta(hours=hours)) for name, hours in
       {"est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7}.items()},
}
_TIME = r"(?:[T,]?\s*(?:kl\.?\s*)?(?P<hour>\d{1,2})[.:](?P<minute>\d{2})(?:[.:](?P<second>\d{2})(?:[.,]\d+)?)?)?"
_ZONE = r"\s*(?P<zone>[+-]\d{2}:?\d{2}|[+-]\d{2}|[A-Za-z]{1,4})?(?:\s*\([A-Za-z ]+\))?"
_FORMS = tuple(
    re.compile(rf"{start}{_TIME}{_ZONE}\.?", re.IGNORECASE)
    for start in (
        r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})",
        r"(?P<year>\d{4})/(?P<month>\d{1,2})/(?P<day>\d{1,2})",
        r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})",
        # Day first: 02-03-2026 is 2 March, which feedparser takes for the year 2002.
        r"(?P<day>\d{1,2})[-./](?P<month>\d{1,2})[-./](?P<year>\d{4})",
        r"(?:[^\W\d]+[.,]?\s+(?:d(?:en)?\.?\s+)?)?(?P<day>\d{1,2})\.?[\s-]+(?P<month>[^\W\d]+)\.?,?[\s-]+"
        r"(?P<year>\d{4}),?",
        r"(?:[^\W\d]+,?\s+)?(?P<month>[^\W\d]+)\.?\s+(?P<day>\d{1,2}),?\s+(?P<year>\d{4}),?",
    )
)
_RELATIVE = re.compile(rf"(?P<word>i dag|i går){_TIME}", re.IGNORECASE)
_PREFIX = re.compile(r"^\s*(?:opdateret|publiceret|udgivet|offentliggjort)\s*:?\s*(?:d(?:en)?\.?\s+)?", re.IGNORECASE)


@dataclass(frozen=True)
class Dated:
    """What a raw date came to."""

    moment: datetime | None
    """aware, in UTC; absent where the source gives nothing usable"""
    note: str | None
    """why there is no moment, with the raw value"""


def read_date(raw: str, now: datetime, *, fallback: datetime | None = None) -> Dated:
    """Read a raw date: ISO, RFC 822 with Danish or English names, or day-first Danish; without a zone Copenhagen.

    CET and CEST are one and two hours ahead of UTC, whatever the season. An hour that occurs twice is the first of
    the two; one that is skipped is moved on. ``fallback`` is another parser's value: it counts only where this one
    can't read the date, and only when its year and day stand in the raw digits. A date before :data:`EARLIEST` or
    more than :data:`AHEAD_LIMIT` after ``now`` is refused.
    """
    raw = " ".join(raw.split())
    shown = raw[:RAW_LIMIT]
    if not raw:
        return Dated(None, "no date")
    moment = _own(_PREFIX.sub("", raw), now)
    if moment is None and fallback is not None and _agrees(fallback, raw):
        moment = fallback.astimezone(UTC)
    if moment is None:
        return Dated(None, f"unreadable date '{shown}'")
    if moment < EARLIEST:
        return Dated(None, f"implausibly early date '{shown}'")
    if moment > now + AHEAD_LIMIT:
        return Dated(None, f"date in the future '{shown}'")
    return Dated(moment, None)


def _own(raw: str, now: datetime) -> datetime | None:
    for form in _FORMS:
        if match := form.fullmatch(raw):
            return _moment(match)
    if match := _RELATIVE.fullmatch(raw):
        local = now.astimezone(COPENHAGEN) - timedelta(days=0 if match["word"].casefold() == "i dag" else 1)
        return _local(local.year, local.month, local.day, match, COPENHAGEN)
    return None


def _moment(match: re.Match[str]) -> datetime | None:
    name = match["month"].casefold()
    month = int(name) if name.isdigit() else _MONTHS.get(name)
    zone = _zone(match["zone"])
    if month is None or zone is None:
        return None
    return _local(int(match["year"]), month, int(match["day"]), match, zone)


def _local(year: int, month: int, day: int, match: re.Match[str], zone: tzinfo) -> datetime | None:
    try:
        return datetime(
            year, month, day, int(match["hour"] or 0), int(match["minute"] or 0), min(int(match["second"] or 0), 59),
            tzinfo=zone,
        ).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _zone(text: str | None) -> tzinfo | None:
    if text is None:
        return COPENHAGEN
    if text[0] in "+-":
        digits = text[1:].replace(":", "").ljust(4, "0")
        minutes = int(digits[:2]) * 60 + int(digits[2:])
        if minutes >= 24 * 60:
            return None
        return timezone(timedelta(minutes=minutes if text[0] == "+" else -minutes))
    return _ZONES.get(text.casefold())


def _agrees(moment: datetime, raw: str) -> bool:
    numbers = {int(each) for each in re.findall(r"\d+", raw)[:12] if len(each) <= 4}
    days = {(moment + timedelta(days=shift)).day for shift in (-1, 0, 1)}  # a zone may move the day
    return moment.year in numbers and bool(days & numbers)
