"""What one may ask of the figures: a period and a few closed choices, the same everywhere they are shown."""

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from contracts.lists import Composition, Door, Scheme, SituationGroup

PARIS = ZoneInfo("Europe/Paris")
CUT_OFF = time(6)
"""Until this hour of the next day, Paris time, a yes counts for the night."""


class Basis(StrEnum):
    """Which date of an allocation places it in a year."""

    LEASED = "leased"
    DECIDED = "decided"
    ENTERED = "entered"


BASIS_WORDS = {Basis.LEASED: "Bail signé", Basis.DECIDED: "Décidée", Basis.ENTERED: "Entrée dans les lieux"}
HOMELESS_OR_SHELTERED = (
    SituationGroup.STREET,
    SituationGroup.NIGHT_SHELTER_OR_WINTER,
    SituationGroup.EMERGENCY_SHELTER,
    SituationGroup.SHELTER,
    SituationGroup.HOTEL,
)


@dataclass(frozen=True)
class Period:
    """Civil days in Paris, both ends included."""

    first: date
    last: date

    def until(self, day: date) -> "Period":
        """The same, cut at `day` if it goes further."""
        return Period(self.first, max(self.first, min(self.last, day)))

    def steps(self, by_day: bool) -> list[date]:
        """The first day of each day or month of the period."""
        if by_day:
            return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]
        months = range(self.first.month, self.last.month + 1)
        return [date(self.first.year, month, 1) for month in months]


@dataclass(frozen=True)
class Filters:
    """A year, or one month of it, and what narrows the figures. None: not narrowed.

    `own`: only what is of that organisation, for who may read no more.
    """

    year: int
    month: int | None = None
    door: Door | None = None
    scheme: Scheme | None = None
    cell: str | None = None
    organisation: UUID | None = None
    composition: Composition | None = None
    basis: Basis = Basis.LEASED
    on: date | None = None
    until: date | None = None
    own: UUID | None = None

    @property
    def by_day(self) -> bool:
        """A month is shown day by day, a year month by month."""
        return self.month is not None

    @property
    def period(self) -> Period:
        """The civil days asked for, none after `until`."""
        month = self.month or 12
        last = date(self.year, month, monthrange(self.year, month)[1])
        return Period(date(self.year, self.month or 1, 1), last).until(self.until or last)

    def year_before(self) -> "Filters":
        """The same question a year earlier; 29 February becomes the 28th."""
        until = self.until and _shift(self.until)
        return replace(self, year=self.year - 1, until=until, on=self.on and _shift(self.on))


def night_ends(night: date) -> datetime:
    """The instant (UTC) from which an answer comes too late for that night."""
    return datetime.combine(night + timedelta(days=1), CUT_OFF, PARIS).astimezone(UTC)


def _shift(day: date) -> date:
    last = monthrange(day.year - 1, day.month)[1]
    return day.replace(year=day.year - 1, day=min(day.day, last))
