"""What registration says: commissions, sign-ups, panels, links to mail, people erased."""

from contracts.classes import DataClass
from contracts.event import Fact, Nested
from contracts.fields import (
    Code,
    CommissionId,
    Count,
    Day,
    Each,
    Flag,
    Id,
    Instant,
    OrganisationId,
    PersonId,
)
from contracts.lists import (
    Attendance,
    ByWhom,
    CancelReason,
    CommissionField,
    DeclinedHow,
    FreedBy,
    LinkPurpose,
    MemberReason,
    OrgKind,
    Pack,
    Part,
    RescheduleReason,
    Seat,
    SeatCause,
    Via,
)
from contracts.topics import REGISTRATION


class RegistrationFact(Fact, topic=REGISTRATION):
    """`occurred_on` before the day of recording: entered in arrears, nothing is mailed nor timed from it."""

    occurred_on: Day


class Workshop(Nested):
    """A workshop; those of one slot exclude one another."""

    workshop_id: Id
    slot: Count
    capacity: Count | None = None


class CommissionScheduled(RegistrationFact, key="commission_id", data_class=DataClass.N):
    """A commission is announced: its type gives the rules (deadlines, quorum, packs)."""

    commission_id: CommissionId
    territory: Code
    commission_type: Code
    parts: Each[Part]
    starts_at: Instant
    ends_at: Instant
    registration_opens_at: Instant
    registration_closes_at: Instant
    case_deadline_on: Day | None = None
    capacity: Count | None = None
    minutes_for_cases: Count | None = None
    workshops: Each[Workshop]


class CommissionChanged(RegistrationFact, key="commission_id", data_class=DataClass.N):
    """Anything but the date or the state has changed: the whole new value of each field named in `changed`.

    A field named there and absent here has been removed.
    """

    commission_id: CommissionId
    changed: Each[CommissionField]
    capacity: Count | None = None
    minutes_for_cases: Count | None = None
    parts: Each[Part] | None = None
    registration_opens_at: Instant | None = None
    registration_closes_at: Instant | None = None
    case_deadline_on: Day | None = None
    workshops: Each[Workshop] | None = None


class CommissionRescheduled(RegistrationFact, key="commission_id", data_class=DataClass.N):
    """The date or hour has moved. Old and new, so that a mail needs no look-up."""

    commission_id: CommissionId
    old_starts_at: Instant
    old_ends_at: Instant
    starts_at: Instant
    ends_at: Instant
    registration_opens_at: Instant | None = None
    registration_closes_at: Instant | None = None
    case_deadline_on: Day | None = None
    reason: RescheduleReason


class CommissionCancelled(RegistrationFact, key="commission_id", data_class=DataClass.N):
    """The commission will not take place."""

    commission_id: CommissionId
    reason: CancelReason


class CommissionHeld(RegistrationFact, key="commission_id", data_class=DataClass.N):
    """The commission took place, says the coordinator, at the earliest at its end. Counts are of people.

    `registered`: neither cancelled, refused nor lapsed, seated or waiting.
    """

    commission_id: CommissionId
    held_on: Day
    registered: Count
    present: Count
    represented: Count
    walk_ins: Count


class PanelMemberNamed(RegistrationFact, key="commission_id", data_class=DataClass.P):
    """The coordinator has named a person to the case panel. Only this gives sight of cases."""

    commission_id: CommissionId
    person_id: PersonId
    organisation_id: OrganisationId
    seat: Seat
    pack: Pack
    voting: Flag
    undertaking_on: Day
    substitute_of: PersonId | None = None


class PanelMemberRemoved(RegistrationFact, key="commission_id", data_class=DataClass.P):
    """A person has left the case panel: sight of cases ends at once, in every service."""

    commission_id: CommissionId
    person_id: PersonId
    reason: MemberReason


class RegistrationReceived(RegistrationFact, key="commission_id", data_class=DataClass.P):
    """Someone has signed up. Not `verified`: the address is unproven, the seat held for 30 minutes only."""

    registration_id: Id
    commission_id: CommissionId
    person_id: PersonId
    organisation_kind: OrgKind
    by: ByWhom
    verified: Flag
    workshops: Each[Id]
    position: Count
    link_generation: Count


class RegistrationConfirmed(RegistrationFact, key="commission_id", data_class=DataClass.P):
    """The person is seated and the address proven; `workshops` is the whole list."""

    registration_id: Id
    commission_id: CommissionId
    person_id: PersonId
    workshops: Each[Id]
    cause: SeatCause
    link_generation: Count


class RegistrationWaitlisted(RegistrationFact, key="commission_id", data_class=DataClass.P):
    """The person waits, at `rank` at that moment, for the whole or for one workshop."""

    registration_id: Id
    commission_id: CommissionId
    person_id: PersonId
    rank: Count
    for_workshop: Id | None = None
    link_generation: Count


class PlaceOffered(RegistrationFact, key="commission_id", data_class=DataClass.P):
    """A freed seat has been offered, until `until`."""

    registration_id: Id
    commission_id: CommissionId
    person_id: PersonId
    until: Instant
    freed_by: FreedBy
    for_workshop: Id | None = None
    link_generation: Count


class PlaceDeclined(RegistrationFact, key="commission_id", data_class=DataClass.P):
    """An offer has been refused, has expired or has been withdrawn."""

    registration_id: Id
    commission_id: CommissionId
    person_id: PersonId
    how: DeclinedHow
    for_workshop: Id | None = None


class RegistrationChanged(RegistrationFact, key="commission_id", data_class=DataClass.P):
    """The person has chosen other workshops; the whole new list."""

    registration_id: Id
    commission_id: CommissionId
    person_id: PersonId
    workshops: Each[Id]


class RegistrationCancelled(RegistrationFact, key="commission_id", data_class=DataClass.P):
    """A sign-up has been cancelled; late if after the registration window."""

    registration_id: Id
    commission_id: CommissionId
    person_id: PersonId
    by: ByWhom
    late: Flag


class AttendanceRecorded(RegistrationFact, key="commission_id", data_class=DataClass.P):
    """Presence has been recorded, at the whole or at a workshop. The latest value wins."""

    registration_id: Id
    commission_id: CommissionId
    person_id: PersonId
    workshop_id: Id | None = None
    status: Attendance
    recorded_via: Via


class RegistrationLapsed(RegistrationFact, key="commission_id", data_class=DataClass.P):
    """The address was not proven in time: the held seat has been released."""

    registration_id: Id
    commission_id: CommissionId
    person_id: PersonId


class RegistrationRefused(RegistrationFact, key="commission_id", data_class=DataClass.P):
    """The coordinator has refused a moderated sign-up; the reason stays in the service."""

    registration_id: Id
    commission_id: CommissionId
    person_id: PersonId


class LinkRequested(RegistrationFact, key="person_id", data_class=DataClass.P):
    """A link has been asked for and is to be mailed.

    It is derived from purpose, id and generation, never carried.
    `link_id` is a row of its own for sign_in and prove_address, the `registration_id` for participation.
    Only this fact causes a sign-in or proof mail.
    """

    link_id: Id
    person_id: PersonId
    purpose: LinkPurpose
    generation: Count
    until: Instant | None = None


class PersonErased(RegistrationFact, key="person_id", data_class=DataClass.P):
    """A person has been erased: final on every topic.

    Consumers delete, remember the id and refuse later records of it.
    """

    person_id: PersonId
    erased_on: Day
