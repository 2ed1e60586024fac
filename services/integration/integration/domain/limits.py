"""How fast a partner may send: a bucket that fills at its rate, as deep as its burst. No rate, no limit."""

import math
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
DAY_BEGINS, DAY_ENDS = 7, 20
MAX_BATCH = 500


@dataclass(frozen=True, slots=True)
class Rates:
    """Events per second, live and backfill (halved from 7:00 to 20:00 in Paris); None lifts the limit."""

    events_per_second: int | None
    burst: int
    backfill_per_second: int | None

    @property
    def largest_batch(self) -> int:
        """How many events one request may hold."""
        return min(MAX_BATCH, self.burst)

    def at(self, now: datetime, backfill: bool) -> float | None:
        """The rate of that lane at that time."""
        if not backfill:
            return self.events_per_second
        rate = self.backfill_per_second
        daytime = DAY_BEGINS <= now.astimezone(PARIS).hour < DAY_ENDS
        return rate / 2 if rate is not None and daytime else rate


@dataclass(frozen=True, slots=True)
class Bucket:
    """What is left, and when that was counted."""

    left: float
    counted_at: datetime


@dataclass(frozen=True, slots=True)
class Verdict:
    """`wait`: seconds before these events fit; 0 when they did. The rest is for the headers."""

    bucket: Bucket
    limit: int
    left: int
    reset: int
    wait: int


def draw(bucket: Bucket | None, rate: float, burst: int, count: int, now: datetime) -> Verdict:
    """Takes `count` events from a bucket, or nothing when they do not fit."""
    left = float(burst)
    if bucket is not None:
        elapsed = max((now - bucket.counted_at).total_seconds(), 0)
        left = min(burst, bucket.left + elapsed * rate)
    wait = math.ceil((count - left) / rate) if count > left else 0
    left = left if wait else left - count
    return Verdict(Bucket(left, now), burst, int(left), math.ceil((burst - left) / rate), wait)
