"""What the JSON API answers: no name nor address but to organisers and to whoever a link belongs to."""

from dataclasses import fields
from datetime import date, datetime, time
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, WithJsonSchema

from registration.queries import (
    CommissionView,
    PanelMember,
    Participation,
)

Hour = Annotated[time, WithJsonSchema({"type": "string", "pattern": r"^\d{2}:\d{2}:\d{2}$"})]
"""A civil hour of Paris, without offset: `format: time` of JSON Schema would want one."""


class Answer(BaseModel):
    """Read from the objects of the domain and of the queries, by name."""

    model_config = ConfigDict(from_attributes=True)


class WorkshopAnswer(Answer):
    """A workshop with its places; `left` null: no limit."""

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


class TalkAnswer(Answer):
    """A line of the programme."""

    title: str
    speaker: str | None
    starts: Hour | None
    minutes: int | None


class HeldAnswer(Answer):
    """How it went, in people."""

    held_on: date
    registered: int
    present: int
    represented: int
    walk_ins: int


class CommissionAnswer(Answer):
    """A commission as the public sees it, with its places; `left` null: no limit."""

    commission_id: UUID
    version: int
    state: str
    territory: str
    commission_type: str
    title: str
    parts: list[str]
    day: date
    starts: Hour
    ends: Hour
    starts_at: datetime
    ends_at: datetime
    registration_opens_at: datetime
    registration_closes_at: datetime
    case_deadline_on: date | None
    capacity: int | None
    place: str | None
    address: str | None
    contact_email: str
    cancel_reason: str | None
    held: HeldAnswer | None
    workshops: list[WorkshopAnswer]
    talks: list[TalkAnswer]
    taken: int
    left: int | None
    confirmed: int
    held_seats: int
    waiting: int
    offered: int
    accepts: bool

    @classmethod
    def of(cls, view: CommissionView) -> Self:
        """The answer for a view."""
        return cls.model_validate(_flat(view))


class SittingAnswer(Answer):
    """Where the panel stands, as cases says it; null: not yet."""

    agenda_cases: int | None
    agenda_at: datetime | None
    quorum: bool | None
    examined: int | None
    decided: int | None
    adjourned: int | None
    postponed: int | None
    closed_at: datetime | None
    approved_on: date | None


class OrganiserCommission(CommissionAnswer):
    """The same for organisers, with what the public does not see."""

    video_url: str | None
    minutes_for_cases: int | None
    moderated: bool
    in_review: int
    cancelled: int
    present: int
    sitting: SittingAnswer | None


def _flat(view: CommissionView) -> dict[str, Any]:
    commission = {each.name: getattr(view.commission, each.name) for each in fields(view.commission)}
    figures = {each.name: getattr(view, each.name) for each in fields(view) if each.name != "commission"}
    told = {"held": commission["held"], "held_seats": view.held, "state": view.commission.state.value}
    return commission | figures | told


class SignedUpAnswer(Answer):
    """Accepted. `state` is null for a visitor: a message has left for that address, whoever it is."""

    registration_id: UUID
    state: str | None


class StateAnswer(Answer):
    """Where a sign-up stands now."""

    registration_id: UUID
    state: str


class ProvedAnswer(StateAnswer):
    """An address proven. `link` is the personal link's token."""

    commission_id: UUID
    link: str


class ChosenAnswer(Answer):
    """A workshop of a sign-up."""

    workshop_id: UUID
    title: str
    slot: int
    state: str
    rank: int | None
    offer_until: datetime | None


class ParticipantAnswer(Answer):
    """A line of the organisers' list."""

    registration_id: UUID
    person_id: UUID
    position: int
    state: str
    rank: int | None
    given_name: str | None
    family_name: str | None
    email: str
    organisation: str | None
    organisation_kind: str
    by: str
    author: str | None
    workshops: list[ChosenAnswer]
    walk_in: bool
    late: bool
    attendance: str | None
    occurred_on: date | None
    """The day of the sign-up, when it was entered in arrears."""
    received_at: datetime
    hold_until: datetime | None
    offer_until: datetime | None
    suspended: str | None
    """Why nothing more is sent to that address."""


class ParticipationAnswer(Answer):
    """One's own sign-up."""

    registration_id: UUID
    given_name: str | None
    family_name: str | None
    email: str
    state: str
    rank: int | None
    offer_until: datetime | None
    hold_until: datetime | None
    workshops: list[ChosenAnswer]
    video_url: str | None
    commission: CommissionAnswer

    @classmethod
    def of(cls, view: Participation) -> Self:
        """The answer for a view."""
        values = {name: getattr(view, name) for name in cls.model_fields if name != "commission"}
        return cls.model_validate(values | {"commission": CommissionAnswer.of(view.commission)})


class MemberAnswer(Answer):
    """A member of the case panel, for organisers."""

    person_id: UUID
    name: str
    organisation_id: UUID
    seat: str
    pack: str
    voting: bool
    undertaking_on: date
    substitute_of: UUID | None

    @classmethod
    def of(cls, member: PanelMember) -> Self:
        """The answer for a member."""
        known = {name: getattr(member, name) for name in cls.model_fields if hasattr(member, name)}
        return cls.model_validate(known | {"person_id": member.person.person_id, "name": member.person.name})


class OrganisationAnswer(Answer):
    """An organisation's record, for organisers."""

    organisation_id: UUID
    version: int
    name: str
    kind: str
    siren: str | None
    commune: str | None
    address: str | None
    sole_trader: bool
    secret_location: bool
    state: str


class PersonAnswer(Answer):
    """A professional's record, for organisers."""

    person_id: UUID
    version: int
    email: str
    email_kind: str
    given_name: str | None
    family_name: str | None
    organisation_id: UUID | None
    organisation: str | None
    proven: bool


class RoleAnswer(Answer):
    """A role on a territory."""

    role: str
    territory: str
    until: date | None


class AccountAnswer(Answer):
    """An account with its person."""

    person: PersonAnswer
    version: int
    generation: int
    state: str
    roles: list[RoleAnswer]
    sessions: int


class MeAnswer(Answer):
    """Whoever carries the token."""

    account_id: UUID
    organisation_id: UUID | None
    roles: list[RoleAnswer]
