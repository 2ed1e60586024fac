"""Delays and limits, as settings give them; and what they make of an instant."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
ZONE = "Europe/Paris"


@dataclass(frozen=True)
class QuietHours:
    """Hours of the civil day in which no offer expires; past midnight when `start` is after `end`."""

    start: int
    end: int

    def __contains__(self, instant: datetime) -> bool:
        hour = instant.astimezone(PARIS).hour
        if self.start < self.end:
            return self.start <= hour < self.end
        return hour >= self.start or hour < self.end

    def next_end(self, instant: datetime) -> datetime:
        """The first end of quiet hours after an instant inside them."""
        local = instant.astimezone(PARIS)
        day = local.date() + timedelta(days=1 if local.hour >= self.end else 0)
        return datetime.combine(day, time(self.end), PARIS).astimezone(UTC)

    def last_start(self, instant: datetime) -> datetime:
        """The last beginning of quiet hours before an instant inside them."""
        local = instant.astimezone(PARIS)
        day = local.date() - timedelta(days=0 if local.hour >= self.start else 1)
        return datetime.combine(day, time(self.start), PARIS).astimezone(UTC)


@dataclass(frozen=True)
class Rules:
    """Every delay and limit that the commands apply."""

    hold: timedelta = timedelta(minutes=30)
    """How long a seat is held for an address not yet proven."""
    offer: timedelta = timedelta(hours=24)
    offer_margin: timedelta = timedelta(hours=2)
    """No offer runs later than this before the start."""
    quiet: QuietHours | None = QuietHours(20, 8)
    sign_in_link: timedelta = timedelta(minutes=15)
    session_idle: timedelta = timedelta(minutes=30)
    session_life: timedelta = timedelta(hours=8)
    mails_per_hour: int = 3
    """The most links mailed to one address in an hour."""

    def offer_until(self, now: datetime, starts_at: datetime) -> datetime | None:
        """When an offer made now ends: never past the margin nor in quiet hours. None: too late to offer."""
        until = now + self.offer
        if self.quiet and until in self.quiet:
            until = self.quiet.next_end(until)
        latest = starts_at - self.offer_margin
        if until > latest:
            until = latest
            if self.quiet and until in self.quiet:
                until = self.quiet.last_start(until)
        return until if until > now else None


def civil_day(instant: datetime) -> date:
    """The day it is in Paris."""
    return instant.astimezone(PARIS).date()
