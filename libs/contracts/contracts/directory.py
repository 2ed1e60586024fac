"""Who people are and how commissions are worded: the one topic with identity, compacted, read by few."""

from contracts.classes import DataClass
from contracts.event import Fact, Nested
from contracts.fields import (
    CommissionId,
    ContactEmail,
    Each,
    Email,
    Id,
    Instant,
    Link,
    OrganisationId,
    PersonId,
    Revision,
    Text,
    Wording,
    Zone,
)
from contracts.lists import EmailKind
from contracts.topics import DIRECTORY


class DirectoryRecord(Fact, topic=DIRECTORY):
    """A lower `version` than the one known is ignored."""

    version: Revision


class DescribedWorkshop(Nested):
    """How a workshop is worded."""

    workshop_id: Id
    title: Wording
    room: Wording | None = None
    starts_at: Instant | None = None
    ends_at: Instant | None = None


class PersonRecorded(DirectoryRecord, key="person_id", data_class=DataClass.X):
    """The latest record of a professional was written.

    A tombstone cleans the topic, `person_erased` erases.
    """

    person_id: PersonId
    organisation_id: OrganisationId | None = None
    given_name: Text | None = None
    family_name: Text | None = None
    email: Email
    email_kind: EmailKind


class CommissionDescribed(DirectoryRecord, key="commission_id", data_class=DataClass.N):
    """The latest wording of a commission was written.

    It comes with or after `commission_scheduled`, and beside a change that names place, video
    or title. The video link is mailed to confirmed people only.
    """

    commission_id: CommissionId
    title: Wording
    place: Wording | None = None
    address: Wording | None = None
    video_url: Link | None = None
    contact_email: ContactEmail
    zone: Zone
    workshops: Each[DescribedWorkshop]
