"""What pages and API show: frozen, ready to print, nothing to compute in a template."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import asyncpg

from contracts.lists import AccountState, Attendance, ByWhom, EmailKind, OrgKind, Pack, Seat
from registration.domain.commission import Commission
from registration.domain.roster import ChoiceState, State
from webui.identity import RoleGrant


@dataclass(frozen=True)
class WorkshopPlaces:
    """A workshop as offered: `left` None when there is no limit."""

    workshop_id: UUID
    title: str
    slot: int
    capacity: int | None
    taken: int
    left: int | None
    waiting: int
    room: str | None
    starts_at: datetime | None
    ends_at: datetime | None

    @property
    def full(self) -> bool:
        """No place left: choosing it is waiting for it."""
        return self.left == 0


@dataclass(frozen=True)
class SittingView:
    """Where the panel of a commission stands, as cases says it. None: not yet."""

    agenda_cases: int | None
    agenda_at: datetime | None
    quorum: bool | None
    examined: int | None
    decided: int | None
    adjourned: int | None
    postponed: int | None
    closed_at: datetime | None
    approved_on: date | None


@dataclass(frozen=True)
class CommissionView:
    """A commission with its figures. `left` None: no limit. `held`: seats kept for addresses not yet proven.

    `commission.video_url` is for confirmed people and organisers: a public page must not print it.
    """

    commission: Commission
    workshops: tuple[WorkshopPlaces, ...]
    taken: int
    left: int | None
    confirmed: int
    held: int
    waiting: int
    offered: int
    in_review: int
    """Under review: they hold no place."""
    cancelled: int
    present: int
    accepts: bool
    """Sign-up is open now."""
    in_arrears: bool
    """Its day has passed."""
    sitting: SittingView | None = None
    """Of its panel, for organisers."""

    @property
    def full(self) -> bool:
        """No place left: signing up is joining the waiting list."""
        return self.left == 0


@dataclass(frozen=True)
class ChosenWorkshop:
    """A workshop in somebody's sign-up. `rank` when waiting, `offer_until` when offered."""

    workshop_id: UUID
    title: str
    slot: int
    state: ChoiceState
    rank: int | None
    offer_until: datetime | None


@dataclass(frozen=True)
class Participant:
    """One line of the list: for organisers only. `message` is how the last message went, if one is known."""

    registration_id: UUID
    person_id: UUID
    position: int
    state: State
    rank: int | None
    given_name: str | None
    family_name: str | None
    email: str
    organisation: str | None
    organisation_kind: OrgKind
    by: ByWhom
    author: str | None
    workshops: tuple[ChosenWorkshop, ...]
    walk_in: bool
    late: bool
    attendance: Attendance | None
    occurred_on: date | None
    """The day of the sign-up, when it was entered in arrears."""
    received_at: datetime
    hold_until: datetime | None
    offer_until: datetime | None
    message: "MessageStatus | None"
    suspended: str | None
    """Why nothing more is sent to that address, when notifications says so."""
    takes_seat: bool
    """One of the places is theirs, held or offered."""

    @property
    def name(self) -> str:
        """Given and family name, or the address."""
        return " ".join(filter(None, (self.given_name, self.family_name))) or self.email

    @property
    def offers(self) -> tuple[datetime, ...]:
        """Until when places are offered: the whole, or workshops to somebody confirmed."""
        if self.state is State.OFFERED:
            return (self.offer_until,) if self.offer_until else ()
        if self.state is not State.CONFIRMED:
            return ()
        return tuple(w.offer_until for w in self.workshops if w.offer_until)

    @property
    def unreached(self) -> bool:
        """Still counted, and our messages do not arrive: the last one failed, or the address is suspended."""
        return self.suspended is not None or (self.message is not None and self.message.status == "failed")


@dataclass(frozen=True)
class Participation:
    """One's own sign-up, behind the personal link. `video_url` only once confirmed."""

    registration_id: UUID
    person_id: UUID
    given_name: str | None
    family_name: str | None
    email: str
    state: State
    rank: int | None
    offer_until: datetime | None
    hold_until: datetime | None
    workshops: tuple[ChosenWorkshop, ...]
    video_url: str | None
    link_generation: int
    commission: CommissionView


@dataclass(frozen=True)
class OrganisationView:
    """An organisation's whole record."""

    organisation_id: UUID
    version: int
    name: str
    kind: OrgKind
    siren: str | None
    commune: str | None
    address: str | None
    sole_trader: bool
    secret_location: bool
    state: AccountState


@dataclass(frozen=True)
class PersonView:
    """A professional's record."""

    person_id: UUID
    version: int
    email: str
    email_kind: EmailKind
    given_name: str | None
    family_name: str | None
    organisation_id: UUID | None
    organisation: str | None
    proven: bool
    suspended: str | None = None
    """Why nothing more is sent to that address."""

    @property
    def name(self) -> str:
        """Given and family name, or the address."""
        return " ".join(filter(None, (self.given_name, self.family_name))) or self.email


def person_view(row: asyncpg.Record, organisation: str | None) -> PersonView:
    """A professional from its row."""
    return PersonView(
        person_id=row["person_id"],
        version=row["version"],
        email=row["email"],
        email_kind=EmailKind(row["email_kind"]),
        given_name=row["given_name"],
        family_name=row["family_name"],
        organisation_id=row["organisation_id"],
        organisation=organisation,
        proven=row["proven_at"] is not None,
        suspended=row.get("suspended"),
    )


@dataclass(frozen=True)
class AccountView:
    """An account with the person it is."""

    person: PersonView
    version: int
    generation: int
    state: AccountState
    roles: tuple[RoleGrant, ...]
    sessions: int


@dataclass(frozen=True)
class MessageStatus:
    """How a message went: `queued`, `sent`, `delivered`, `failed` or `dropped`, with the cause if any."""

    status: str
    template: str | None
    cause: str | None
    at: datetime


@dataclass(frozen=True)
class LinkView:
    """What a link page may show before anything is done. `state`: `open`, `used`, `expired`."""

    state: str
    until: datetime
    registration_id: UUID | None
    commission: Commission | None
    email: str


@dataclass(frozen=True)
class PanelMember:
    """A member of a case panel. `account`: may sign in, without which nothing is seen."""

    person: PersonView
    organisation_id: UUID
    organisation: str
    seat: Seat
    pack: Pack
    voting: bool
    undertaking_on: date
    substitute_of: UUID | None
    account: bool
