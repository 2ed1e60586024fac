"""Delays that the law or custom counts in working days, with the public holidays of mainland France.

A delay that ends on a Saturday, a Sunday or a holiday goes on to the next working day (CPC 642).
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from cases.domain.rules import PARIS

FIXED = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
AFTER_EASTER = (1, 39, 50)
"""Easter Monday, Ascension, Whit Monday."""


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (Butcher)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = b // 4, b % 4
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = c // 4, c % 4
    l = (32 + 2 * e + 2 * i - h - k) % 7  # noqa: E741 - the letters of the published method
    m = (a + 11 * h + 19 * l) // 433
    month = (h + l - 7 * m + 90) // 25
    return date(year, month, (h + l - 7 * m + 33 * month + 19) % 32)


@lru_cache(maxsize=64)
def holidays(year: int) -> frozenset[date]:
    """The eleven public holidays of that year."""
    sunday = easter(year)
    moving = {sunday + timedelta(days=days) for days in AFTER_EASTER}
    return frozenset({date(year, month, day) for month, day in FIXED} | moving)


def is_working(day: date) -> bool:
    """Monday to Friday, holidays apart."""
    return day.weekday() < 5 and day not in holidays(day.year)


def next_working(day: date) -> date:
    """That day, or the first working day after it."""
    while not is_working(day):
        day += timedelta(days=1)
    return day


def last_day(start: date, days: int) -> date:
    """The last day of a delay of civil days whose first day is not counted (CPC 641, 642)."""
    return next_working(start + timedelta(days=days))


def after_working_hours(start: datetime, hours: int) -> datetime:
    """The instant when so many hours of working days have passed, each day counting 24 of them."""
    local = start.astimezone(PARIS)
    if not is_working(local.date()):
        local = datetime.combine(next_working(local.date()), time(0), PARIS)
    whole, rest = divmod(hours, 24)
    day, left = local.date(), whole
    while left:
        day = next_working(day + timedelta(days=1))
        left -= 1
    moved = datetime.combine(day, local.timetz().replace(tzinfo=None), PARIS) + timedelta(hours=rest)
    if not is_working(moved.date()):
        moved = datetime.combine(next_working(moved.date()), moved.timetz().replace(tzinfo=None), PARIS)
    return moved.astimezone(UTC)
