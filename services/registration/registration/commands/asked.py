"""The shapes of what is asked, the same for pages and for the JSON API: bad input has one door."""

from datetime import time
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)

from contracts.lists import CommissionType, EmailKind, OrgKind, Pack, Part, RescheduleReason, Role, Seat
from webui.fields import CivilDate, CivilTime, Email, Flag, Line, NewId, wrong


def _known(value: OrgKind) -> OrgKind:
    if value is OrgKind.UNKNOWN:
        raise wrong("enum")
    return value


def _said(values: type[StrEnum]) -> WithJsonSchema:
    """How the document lists these values: without the one that says nothing."""
    return WithJsonSchema({"type": "string", "enum": [v.value for v in values if v.value != "unknown"]})


Name = Annotated[str, Line(80)]
Words = Annotated[str, Line(300)]
Places = Annotated[int, Field(ge=1, le=10_000)]
Version = Annotated[int, Field(ge=1, le=2_147_483_647)]
Kind = Annotated[OrgKind, AfterValidator(_known), _said(OrgKind)]
Siren = Annotated[str, StringConstraints(pattern=r"^\d{9}$")]
Commune = Annotated[str, StringConstraints(pattern=r"^(?:\d{5}|2[AB]\d{3})$")]
Video = Annotated[str, StringConstraints(pattern=r"^https://[^\s<>\"]+$", max_length=300)]
Territory = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:[._-][a-z0-9]+)*$", max_length=64)]


class Asked(BaseModel):
    """Frozen; what is not known is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class WorkshopAsked(Asked):
    """A workshop. `slot`: those of one slot are at the same time. Hours are civil, of its day."""

    workshop_id: NewId
    title: Words
    slot: Annotated[int, Field(ge=1, le=20)] = 1
    capacity: Places | None = None
    room: Words | None = None
    starts: CivilTime | None = None
    ends: CivilTime | None = None


class TalkAsked(Asked):
    """A line of the programme."""

    title: Words
    speaker: Words | None = None
    starts: CivilTime | None = None
    minutes: Annotated[int, Field(ge=1, le=1440)] | None = None


class CommissionDates(Asked):
    """Civil days and hours, Europe/Paris. Sign-up opens and closes at the given hours of the given days."""

    day: CivilDate
    starts: CivilTime
    ends: CivilTime
    registration_opens_on: CivilDate
    registration_opens: CivilTime = time(8)
    registration_closes_on: CivilDate
    registration_closes: CivilTime = time(18)
    case_deadline_on: CivilDate | None = None


class CommissionWording(Asked):
    """Everything of a commission but its dates."""

    title: Words
    parts: Annotated[list[Part], Field(min_length=1, max_length=4)]
    capacity: Places | None = None
    minutes_for_cases: Annotated[int, Field(ge=0, le=1440)] | None = None
    place: Words | None = None
    address: Words | None = None
    video_url: Video | None = None
    contact_email: Email
    moderated: Flag = False
    workshops: Annotated[list[WorkshopAsked], Field(max_length=30)] = []
    talks: Annotated[list[TalkAsked], Field(max_length=50)] = []


class PlanCommission(CommissionDates, CommissionWording):
    """A commission to come, told to nobody yet."""

    commission_id: NewId
    commission_type: CommissionType = CommissionType.LDA_PLENARY
    territory: Territory


class ChangeCommission(CommissionWording):
    """The whole new wording, with the new window; the day and hours are moved by RescheduleCommission."""

    version: Version
    registration_opens_on: CivilDate
    registration_opens: CivilTime = time(8)
    registration_closes_on: CivilDate
    registration_closes: CivilTime = time(18)
    case_deadline_on: CivilDate | None = None


class RescheduleCommission(CommissionDates):
    """The whole new dates, and why. Workshops keep their hours and follow the day."""

    version: Version
    reason: RescheduleReason


class SignUp(Asked):
    """Someone signs up: an address is enough. Organisation: one of the list, or a name and a kind.

    `occurred_on` (coordinator only): entered in arrears.
    """

    registration_id: NewId
    email: Email
    given_name: Name | None = None
    family_name: Name | None = None
    organisation_id: UUID | None = None
    organisation_name: Words | None = None
    organisation_kind: Kind | None = None
    workshops: Annotated[list[UUID], Field(max_length=20)] = []
    for_colleague: Flag = False
    occurred_on: CivilDate | None = None


class WalkIn(Asked):
    """Somebody who came without having signed up."""

    registration_id: NewId
    email: Email
    given_name: Name | None = None
    family_name: Name | None = None
    organisation_id: UUID | None = None
    organisation_name: Words | None = None
    organisation_kind: Kind | None = None
    occurred_on: CivilDate | None = None


class CreateOrganisation(Asked):
    """An organisation. The name of a sole trader stays here; of a secret location, commune too."""

    organisation_id: NewId
    name: Words
    kind: Kind
    siren: Siren | None = None
    commune: Commune | None = None
    address: Words | None = None
    sole_trader: Flag = False
    secret_location: Flag = False


class ChangeOrganisation(Asked):
    """The whole new record."""

    version: Version
    name: Words
    kind: Kind
    siren: Siren | None = None
    commune: Commune | None = None
    address: Words | None = None
    sole_trader: Flag = False
    secret_location: Flag = False
    active: Flag = True


class CreatePerson(Asked):
    """A professional, by address."""

    person_id: NewId
    email: Email
    email_kind: EmailKind = EmailKind.PERSONAL
    given_name: Name | None = None
    family_name: Name | None = None
    organisation_id: UUID | None = None


class ChangePerson(Asked):
    """The whole new record but the address."""

    version: Version
    email_kind: EmailKind = EmailKind.PERSONAL
    given_name: Name | None = None
    family_name: Name | None = None
    organisation_id: UUID | None = None


class RoleAsked(Asked):
    """A role on a territory, to the end of the day `until` when it ends."""

    role: Annotated[Role, _said(Role)]
    territory: Territory
    until: CivilDate | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if self.role is Role.UNKNOWN:
            raise wrong("enum")
        return self


class AddAccount(Asked):
    """A person who may sign in, with first roles. The person is found by address, or made."""

    person_id: NewId
    email: Email
    given_name: Name | None = None
    family_name: Name | None = None
    organisation_id: UUID | None = None
    roles: Annotated[list[RoleAsked], Field(max_length=20)] = []


class AdmitMember(Asked):
    """Somebody named to the case panel by address; `person_id` serves when nobody has that address yet.

    `organisation_id` None: the one of the person's record.
    """

    person_id: NewId
    email: Email
    given_name: Name | None = None
    family_name: Name | None = None
    organisation_id: UUID | None = None
    seat: Seat
    pack: Pack
    voting: Flag
    undertaking_on: CivilDate
    substitute_of: UUID | None = None


class NamePanelMember(Asked):
    """A named person on the case panel, with seat, pack and dated undertaking."""

    person_id: UUID
    organisation_id: UUID
    seat: Seat
    pack: Pack
    voting: Flag
    undertaking_on: CivilDate
    substitute_of: UUID | None = None
