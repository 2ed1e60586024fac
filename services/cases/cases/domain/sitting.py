"""A sitting: the panel of a commission, its members, its agenda, and how far it has come."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from cases.domain.case import Shape
from contracts.lists import Heard, Pack, Seat


class SittingState(StrEnum):
    """`published`: its agenda is. Members see its cases from there to `approved`."""

    ANNOUNCED = "announced"
    PUBLISHED = "published"
    OPENED = "opened"
    CLOSED = "closed"
    APPROVED = "approved"
    CANCELLED = "cancelled"


class ItemOutcome(StrEnum):
    SCHEDULED = "scheduled"
    EXAMINED = "examined"
    DECIDED = "decided"
    ADJOURNED = "adjourned"
    POSTPONED = "postponed"


class Item(Shape):
    """A case on the agenda."""

    case_id: UUID
    item: int
    minutes: int
    presenter_id: UUID | None = None
    outcome: ItemOutcome = ItemOutcome.SCHEDULED
    heard: Heard | None = None


class Member(Shape):
    """A person named to the panel; it gives sight, a registration never does (users U1)."""

    person_id: UUID
    organisation_id: UUID
    seat: Seat
    pack: Pack
    voting: bool
    undertaking_on: date
    substitute_of: UUID | None = None
    present: bool = False


class Recusal(Shape):
    """Somebody withdrew from a case; the ground is sealed elsewhere."""

    case_id: UUID
    person_id: UUID


class Sitting(Shape):
    """The aggregate of a panel, kept under the commission's stream."""

    commission_id: UUID
    territory: str
    commission_type: str
    version: int = 1
    state: SittingState = SittingState.ANNOUNCED
    has_panel: bool = True
    starts_at: datetime
    ends_at: datetime
    case_deadline_on: date | None = None
    minutes_for_cases: int | None = None
    agenda_version: int = 0
    quorum_needed: int | None = None
    voting_present: int | None = None
    quorum: bool | None = None
    current_case_id: UUID | None = None
    agenda_at: datetime | None = None
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    approved_at: datetime | None = None
    members: tuple[Member, ...] = ()
    items: tuple[Item, ...] = ()
    recusals: tuple[Recusal, ...] = ()

    def item(self, case_id: UUID) -> Item | None:
        """The line of a case on its agenda."""
        return next((each for each in self.items if each.case_id == case_id), None)

    @property
    def waiting(self) -> tuple[Item, ...]:
        """Cases still to examine, in order."""
        return tuple(
            sorted(
                (each for each in self.items if each.outcome is ItemOutcome.SCHEDULED), key=lambda i: i.item
            )
        )

    @property
    def minutes_taken(self) -> int:
        """Minutes that the agenda takes, postponed cases apart."""
        return sum(each.minutes for each in self.items if each.outcome is not ItemOutcome.POSTPONED)
