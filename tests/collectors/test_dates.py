"""Danish dates and zones, as feeds write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.dates import read_date

NOW = datetime(2026, 8, 6, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("raw", "utc"),
    [
        ("Thu, 02 Jul 2026 08:00:00 +0200", "2026-07-02 06:00"),
        ("Thu, 02 Jul 2026 08:00:00 GMT", "2026-07-02 08:00"),
        ("Thu, 02 Jul 2026 08:00:00 CEST", "2026-07-02 06:00"),
        ("Mon, 02 Mar 2026 08:00 CET", "2026-03-02 07:00"),
        ("Tue, 21 Jul 2026 07:08:56 -0400", "2026-07-21 11:08"),
        ("Tue, 21 Jul 2026 07:08:56 EDT", "2026-07-21 11:08"),
        ("Thu, 02 Jul 2026 08:00:00", "2026-07-02 06:00"),
        ("2026-03-02T08:00:00", "2026-03-02 07:00"),
        ("2026-07-02T08:00:00", "2026-07-02 06:00"),
        ("2026-07-02T08:00:00.123Z", "2026-07-02 08:00"),
        ("2026-07-02 08:00+02", "2026-07-02 06:00"),
        ("2026-07-02", "2026-07-01 22:00"),
        ("20260702", "2026-07-01 22:00"),
        ("man, 02 mar 2026 08:00:00 +0100", "2026-03-02 07:00"),
        ("fre, 02 Okt 2020 08:00:00", "2020-10-02 06:00"),
        ("2. marts 2026 kl. 08.00", "2026-03-02 07:00"),
        ("mandag den 2. marts 2026 kl. 8.05", "2026-03-02 07:05"),
        ("02-03-2026 08:00", "2026-03-02 07:00"),
        ("02.03.2026 kl. 08.00", "2026-03-02 07:00"),
        ("02/03/2026", "2026-03-01 23:00"),
        ("Opdateret 5. aug. 2026 kl. 10.30", "2026-08-05 08:30"),
        ("March 2, 2026 08:00", "2026-03-02 07:00"),
        ("i går kl. 14.30", "2026-08-05 12:30"),
        ("I dag kl. 09.00", "2026-08-06 07:00"),
        # Both nights of 2025: the hour that is skipped, the hour that comes twice, and the same hour with its zone.
        ("30-03-2025 02:30", "2025-03-30 01:30"),
        ("26-10-2025 02:30", "2025-10-26 00:30"),
        ("Sun, 26 Oct 2025 02:30:00 CET", "2025-10-26 01:30"),
        ("Sun, 26 Oct 2025 02:30:00 CEST", "2025-10-26 00:30"),
        ("2024-12-31T23:59:60Z", "2024-12-31 23:59"),
    ],
)
def test_a_date(raw: str, utc: str) -> None:
    moment = read_date(raw, NOW).moment
    assert moment is not None
    assert moment.strftime("%Y-%m-%d %H:%M") == utc


@pytest.mark.parametrize(
    ("raw", "note"),
    [
        ("", "no date"),
        ("  ", "no date"),
        ("snart", "unreadable date 'snart'"),
        ("2026-13-01", "unreadable date '2026-13-01'"),
        ("31-02-2026", "unreadable date '31-02-2026'"),
        ("02 Xyz 2026", "unreadable date '02 Xyz 2026'"),
        ("2026-07-02 08:00 QQQ", "unreadable date '2026-07-02 08:00 QQQ'"),
        ("2026-07-02 08:00 +9999", "unreadable date '2026-07-02 08:00 +9999'"),
        ("2026-07-02 25:00", "unreadable date '2026-07-02 25:00'"),
        ("1970-01-01", "implausibly early date '1970-01-01'"),
        ("Thu, 01 Jan 1970 00:00:00 +0000", "implausibly early date 'Thu, 01 Jan 1970 00:00:00 +0000'"),
        ("2096-01-01", "date in the future '2096-01-01'"),
        ("x" * 500, f"unreadable date '{'x' * 60}'"),
    ],
)
def test_a_date_that_can_not_be_used_leaves_a_note(raw: str, note: str) -> None:
    assert read_date(raw, NOW).moment is None
    assert read_date(raw, NOW).note == note


def test_another_parser_counts_only_where_its_digits_stand_in_the_raw_date() -> None:
    raw = "Vinteren 2026, uge 10, mandag 2"
    right, wrong = datetime(2026, 3, 2, tzinfo=UTC), datetime(2002, 3, 20, tzinfo=UTC)
    assert read_date(raw, NOW, fallback=right).moment == right
    assert read_date(raw, NOW, fallback=wrong).note == f"unreadable date '{raw}'"
    assert read_date("02-03-2026 08:00", NOW, fallback=wrong).moment == datetime(2026, 3, 2, 7, tzinfo=UTC)


@given(st.text())
def test_no_text_raises(text: str) -> None:
    dated = read_date(text, NOW)
    assert (dated.moment is None) != (dated.note is None)


@given(st.datetimes(datetime(1990, 1, 2), datetime(2026, 8, 1), timezones=st.just(UTC)), st.integers(-11, 13))
def test_what_is_written_is_read(moment: datetime, hours: int) -> None:
    from datetime import timezone

    zone = timezone(timedelta(hours=hours))
    moment = moment.replace(microsecond=0)
    for form in ("%a, %d %b %Y %H:%M:%S %z", "%Y-%m-%dT%H:%M:%S%z", "%d-%m-%Y %H:%M:%S %z"):
        assert read_date(moment.astimezone(zone).strftime(form), NOW).moment == moment
