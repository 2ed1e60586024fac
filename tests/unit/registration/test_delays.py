"""When an offer ends: never past the margin, never in quiet hours, across clock changes."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from registration.domain.rules import PARIS, QuietHours, Rules

START = datetime(2026, 12, 8, 8, 0, tzinfo=UTC)


def paris(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=PARIS)  # type: ignore[misc,arg-type]


def test_twenty_four_hours_by_day() -> None:
    assert Rules().offer_until(paris(2026, 11, 3, 10), START) == paris(2026, 11, 4, 10)


def test_an_end_in_the_night_waits_for_the_morning() -> None:
    assert Rules().offer_until(paris(2026, 11, 3, 23), START) == paris(2026, 11, 5, 8)
    assert Rules().offer_until(paris(2026, 11, 3, 3), START) == paris(2026, 11, 4, 8)


def test_the_evening_before_when_the_margin_falls_in_the_night() -> None:
    assert Rules().offer_until(paris(2026, 12, 7, 10), START) == paris(2026, 12, 7, 20)
    assert Rules().offer_until(paris(2026, 12, 7, 21), START) is None


def test_no_quiet_hours() -> None:
    rules = Rules(quiet=None, offer=timedelta(seconds=5))
    assert rules.offer_until(paris(2026, 11, 3, 23), START) == paris(2026, 11, 3, 23) + timedelta(seconds=5)


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001
    st.integers(0, 400),
)
def test_an_offer_always_ends_by_day_and_before_the_margin(now: datetime, hours: int) -> None:
    starts_at = now + timedelta(hours=hours)
    rules = Rules()
    until = rules.offer_until(now, starts_at)
    if until is not None:
        assert now < until <= starts_at - rules.offer_margin
        local = until.astimezone(PARIS)
        assert local.hour in range(8, 20) or (local.hour, local.minute, local.second) == (20, 0, 0)


def test_hours_of_one_day() -> None:
    quiet = QuietHours(12, 14)
    noon = paris(2026, 11, 3, 13)
    assert noon in quiet
    assert quiet.next_end(noon) == paris(2026, 11, 3, 14)
    assert quiet.last_start(noon) == paris(2026, 11, 3, 12)
