"""Delays of the law and of the trade, across week-ends, holidays and the change of the clock (U52)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.domain.rules import PARIS
from cases.domain.working_days import (
    after_working_hours,
    easter,
    holidays,
    is_working,
    last_day,
    next_working,
)

DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 1))


def paris(*when: int) -> datetime:
    return datetime(*when, tzinfo=PARIS).astimezone(UTC)  # type: ignore[misc, arg-type]  # year, month, day, hour


@pytest.mark.parametrize(
    "sunday",
    [
        date(2000, 4, 23),
        date(2008, 3, 23),
        date(2024, 3, 31),
        date(2025, 4, 20),
        date(2026, 4, 5),
        date(2038, 4, 25),
    ],
)
def test_easter_falls_where_the_calendar_says(sunday: date) -> None:
    assert easter(sunday.year) == sunday


def test_the_holidays_of_a_year() -> None:
    assert sorted(holidays(2026)) == [
        date(2026, 1, 1),
        date(2026, 4, 6),
        date(2026, 5, 1),
        date(2026, 5, 8),
        date(2026, 5, 14),
        date(2026, 5, 25),
        date(2026, 7, 14),
        date(2026, 8, 15),
        date(2026, 11, 1),
        date(2026, 11, 11),
        date(2026, 12, 25),
    ]


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (paris(2026, 11, 2, 10), paris(2026, 11, 5, 10)),  # Monday: Thursday
        (paris(2026, 11, 6, 15), paris(2026, 11, 12, 15)),  # Friday, over a week-end and 11 November
        (paris(2026, 11, 7, 15), paris(2026, 11, 13, 0)),  # Saturday counts from Monday
        (paris(2026, 10, 23, 9), paris(2026, 10, 28, 9)),  # the clock changes on the 25th: the hour stays
    ],
)
def test_seventy_two_working_hours(start: datetime, end: datetime) -> None:
    assert after_working_hours(start, 72) == end


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (date(2026, 11, 2), date(2026, 11, 12)),
        (date(2026, 10, 22), date(2026, 11, 2)),  # the tenth day is Sunday 1 November
        (date(2026, 4, 26), date(2026, 5, 6)),
    ],
)
def test_ten_days_of_a_household_end_on_a_working_day(start: date, end: date) -> None:
    """The day of the notice is not counted; CCH R441-10, CPC 641 and 642."""
    assert last_day(start, 10) == end


@given(DAYS, st.integers(0, 60))
def test_a_delay_is_never_shortened_and_ends_when_somebody_works(start: date, days: int) -> None:
    end = last_day(start, days)
    assert end >= start + timedelta(days=days)
    assert is_working(end)
    assert next_working(end) == end
    assert (end - start).days - days <= 5
