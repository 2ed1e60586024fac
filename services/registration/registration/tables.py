"""What registration keeps: people, accounts, commissions, sign-ups; and what it remembers of messages."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    Time,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from eventing.tables import add_eventing_tables

metadata = MetaData()
add_eventing_tables(metadata)


def _instant(name: str, nullable: bool = True) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=nullable)


ORGANISATION = Table(
    "organisation",
    metadata,
    Column("organisation_id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("siren", Text),
    Column("commune", Text),
    Column("address", Text),
    Column("sole_trader", Boolean, nullable=False),
    Column("secret_location", Boolean, nullable=False),
    Column("state", Text, nullable=False),
    _instant("created_at", nullable=False),
)
PERSON = Table(
    "person",
    metadata,
    Column("person_id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("email", Text, nullable=False),
    Column("email_kind", Text, nullable=False),
    Column("given_name", Text),
    Column("family_name", Text),
    Column("organisation_id", Uuid, ForeignKey("organisation.organisation_id")),
    Column("visible_to", Text, nullable=False, server_default=text("'organisers'")),
    _instant("proven_at"),
    _instant("created_at", nullable=False),
    CheckConstraint("email = lower(email)", name="person_email_lower"),
    CheckConstraint("visible_to IN ('organisers', 'participants')", name="person_visible_to"),
)
Index("person_email", PERSON.c.email, unique=True)

ACCOUNT = Table(
    "account",
    metadata,
    Column("person_id", Uuid, ForeignKey("person.person_id"), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("organisation_id", Uuid, ForeignKey("organisation.organisation_id")),
    Column("roles", JSONB, nullable=False),
    Column("assurance", Text, nullable=False),
)
SESSION = Table(
    "session",
    metadata,
    Column("id_hash", LargeBinary, primary_key=True),
    Column("person_id", Uuid, ForeignKey("account.person_id"), nullable=False),
    Column("generation", Integer, nullable=False),
    _instant("created_at", nullable=False),
    _instant("seen_at", nullable=False),
    _instant("until", nullable=False),
    _instant("ended_at"),
)
Index("session_person", SESSION.c.person_id)

LINK = Table(
    "link",
    metadata,
    Column("link_id", Uuid, primary_key=True),
    Column("person_id", Uuid, ForeignKey("person.person_id"), nullable=False),
    Column("purpose", Text, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("registration_id", Uuid),
    Column("next", Text, nullable=False, server_default=text("''")),
    _instant("until", nullable=False),
    _instant("used_at"),
)
MAILED = Table(
    "mailed",
    metadata,
    Column("person_id", Uuid, ForeignKey("person.person_id"), nullable=False),
    Column("purpose", Text, nullable=False),
    _instant("at", nullable=False),
)
Index("mailed_person", MAILED.c.person_id, MAILED.c.at)

COMMISSION = Table(
    "commission",
    metadata,
    Column("commission_id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("territory", Text, nullable=False),
    Column("commission_type", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("parts", ARRAY(Text), nullable=False),
    Column("day", Date, nullable=False),
    Column("starts", Time, nullable=False),
    Column("ends", Time, nullable=False),
    _instant("starts_at", nullable=False),
    _instant("ends_at", nullable=False),
    _instant("registration_opens_at", nullable=False),
    _instant("registration_closes_at", nullable=False),
    Column("case_deadline_on", Date),
    Column("capacity", Integer),
    Column("minutes_for_cases", Integer),
    Column("place", Text),
    Column("address", Text),
    Column("video_url", Text),
    Column("contact_email", Text, nullable=False),
    Column("cancel_reason", Text),
    Column("moderated", Boolean, nullable=False, server_default=text("false")),
    Column("held", JSONB),
    _instant("created_at", nullable=False),
)
Index("commission_starts", COMMISSION.c.territory, COMMISSION.c.starts_at)

WORKSHOP = Table(
    "workshop",
    metadata,
    Column("workshop_id", Uuid, primary_key=True),
    Column("commission_id", Uuid, ForeignKey("commission.commission_id"), nullable=False),
    Column("rank", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("slot", Integer, nullable=False),
    Column("capacity", Integer),
    Column("room", Text),
    _instant("starts_at"),
    _instant("ends_at"),
)
Index("workshop_commission", WORKSHOP.c.commission_id)

TALK = Table(
    "talk",
    metadata,
    Column("commission_id", Uuid, ForeignKey("commission.commission_id"), nullable=False),
    Column("rank", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("speaker", Text),
    Column("starts", Time),
    Column("minutes", Integer),
    PrimaryKeyConstraint("commission_id", "rank"),
)
REGISTRATION = Table(
    "registration",
    metadata,
    Column("registration_id", Uuid, primary_key=True),
    Column("commission_id", Uuid, ForeignKey("commission.commission_id"), nullable=False),
    Column("person_id", Uuid, ForeignKey("person.person_id"), nullable=False),
    Column("state", Text, nullable=False),
    Column("position", Integer, nullable=False),
    Column("by", Text, nullable=False),
    Column("author_id", Uuid),
    Column("organisation_id", Uuid, ForeignKey("organisation.organisation_id")),
    Column("organisation_name", Text),
    Column("organisation_kind", Text, nullable=False),
    Column("verified", Boolean, nullable=False),
    Column("seated", Boolean, nullable=False),
    Column("walk_in", Boolean, nullable=False),
    Column("link_generation", Integer, nullable=False),
    _instant("hold_until"),
    _instant("offer_until"),
    Column("freed_by", Text),
    Column("cancelled_by", Text),
    Column("late", Boolean, nullable=False),
    Column("attendance", Text),
    Column("occurred_on", Date),
    _instant("received_at", nullable=False),
    _instant("changed_at", nullable=False),
)
Index("registration_commission", REGISTRATION.c.commission_id, REGISTRATION.c.position)
Index(
    "registration_open",
    REGISTRATION.c.commission_id,
    REGISTRATION.c.person_id,
    unique=True,
    postgresql_where=text("state IN ('pending_proof', 'in_review', 'waitlisted', 'offered', 'confirmed')"),
)
Index("registration_person", REGISTRATION.c.person_id)

CHOICE = Table(
    "workshop_choice",
    metadata,
    Column("registration_id", Uuid, ForeignKey("registration.registration_id"), nullable=False),
    Column("workshop_id", Uuid, nullable=False),
    Column("slot", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("position", Integer, nullable=False),
    _instant("offer_until"),
    Column("freed_by", Text),
    PrimaryKeyConstraint("registration_id", "workshop_id"),
)
ATTENDANCE = Table(
    "attendance",
    metadata,
    Column("registration_id", Uuid, ForeignKey("registration.registration_id"), nullable=False),
    Column("place", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("recorded_via", Text, nullable=False),
    Column("recorded_by", Text, nullable=False),
    _instant("recorded_at", nullable=False),
    PrimaryKeyConstraint("registration_id", "place"),
)
"""`place` is `whole` or a workshop's id; the latest value wins."""

PANEL = Table(
    "panel_member",
    metadata,
    Column("commission_id", Uuid, ForeignKey("commission.commission_id"), nullable=False),
    Column("person_id", Uuid, ForeignKey("person.person_id"), nullable=False),
    Column("organisation_id", Uuid, ForeignKey("organisation.organisation_id"), nullable=False),
    Column("seat", Text, nullable=False),
    Column("pack", Text, nullable=False),
    Column("voting", Boolean, nullable=False),
    Column("undertaking_on", Date, nullable=False),
    Column("substitute_of", Uuid),
    Column("removed_for", Text),
    PrimaryKeyConstraint("commission_id", "person_id"),
)
MEMORY_MESSAGE = Table(
    "memory_message",
    metadata,
    Column("message_id", Uuid, primary_key=True),
    Column("person_id", Uuid, nullable=False),
    Column("about", Uuid),
    Column("template", Text),
    Column("status", Text, nullable=False),
    Column("rank", Integer, nullable=False),
    Column("cause", Text),
    _instant("at", nullable=False),
)
"""What became of the messages: folded from notifications; the furthest status wins."""
Index("memory_message_person", MEMORY_MESSAGE.c.person_id, MEMORY_MESSAGE.c.at)

MEMORY_SUSPENDED = Table(
    "memory_suspended",
    metadata,
    Column("person_id", Uuid, primary_key=True),
    Column("cause", Text, nullable=False),
    _instant("since", nullable=False),
)
"""Whose address receives nothing more, says notifications, until it is lifted."""

MEMORY_SITTING = Table(
    "memory_sitting",
    metadata,
    Column("commission_id", Uuid, primary_key=True),
    Column("agenda_cases", Integer),
    Column("agenda_minutes", Integer),
    _instant("agenda_at"),
    Column("quorum", Boolean),
    Column("examined", Integer),
    Column("decided", Integer),
    Column("adjourned", Integer),
    Column("postponed", Integer),
    _instant("closed_at"),
    Column("minutes_version", Integer),
    Column("approved_on", Date),
)
"""Where the panel of a commission stands, says cases: numbers and days, no case."""
