"""The tables of notifications: what it remembers of others, its messages and their attempts."""

from sqlalchemy import (
    BigInteger,
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
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from eventing.tables import add_eventing_tables
from webui.accounts import add_accounts_tables

metadata = MetaData()
add_eventing_tables(metadata)
add_accounts_tables(metadata)

PERSON = Table(
    "memory_person",
    metadata,
    Column("person_id", Uuid, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("given_name", Text),
    Column("family_name", Text),
    Column("email", Text, nullable=False),
)
ERASED = Table(
    "memory_erased",
    metadata,
    Column("person_id", Uuid, primary_key=True),
    Column("erased_on", Date, nullable=False),
)
COMMISSION = Table(
    "memory_commission",
    metadata,
    Column("commission_id", Uuid, primary_key=True),
    Column("territory", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("starts_at", DateTime(timezone=True), nullable=False),
    Column("ends_at", DateTime(timezone=True), nullable=False),
    Column("dated_by", Uuid, nullable=False),
    Column("workshops", JSONB, nullable=False),
    Column("workshops_before", JSONB, nullable=False),
)
WORDING = Table(
    "memory_wording",
    metadata,
    Column("commission_id", Uuid, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("said_at", DateTime(timezone=True), nullable=False),
    Column("title", Text, nullable=False),
    Column("place", Text),
    Column("address", Text),
    Column("video_url", Text),
    Column("contact_email", Text, nullable=False),
    Column("workshops", JSONB, nullable=False),
)
REGISTRATION = Table(
    "memory_registration",
    metadata,
    Column("registration_id", Uuid, primary_key=True),
    Column("commission_id", Uuid, nullable=False),
    Column("person_id", Uuid, nullable=False),
    Column("state", Text, nullable=False),
    Column("proven", Boolean, nullable=False),
    Column("invited", Boolean, nullable=False),
    Column("workshops", JSONB, nullable=False),
    Column("waits", JSONB, nullable=False),
    Column("link_generation", Integer, nullable=False),
)
Index("memory_registration_commission", REGISTRATION.c.commission_id)
Index("memory_registration_person", REGISTRATION.c.person_id)

ACCOUNT = Table(
    "memory_account",
    metadata,
    Column("person_id", Uuid, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("organisation_id", Uuid),
    Column("roles", JSONB, nullable=False),
)
Index("memory_account_organisation", ACCOUNT.c.organisation_id)
PANEL = Table(
    "memory_panel",
    metadata,
    Column("commission_id", Uuid, nullable=False),
    Column("person_id", Uuid, nullable=False),
    PrimaryKeyConstraint("commission_id", "person_id"),
)
AGENDA = Table(
    "memory_agenda",
    metadata,
    Column("commission_id", Uuid, primary_key=True),
    Column("published_by", Uuid, nullable=False),
)
CASE = Table(
    "memory_case",
    metadata,
    Column("case_id", Uuid, primary_key=True),
    Column("territory", Text, nullable=False),
    Column("referrer_id", Uuid, nullable=False),
)
ERASED_CASE = Table(
    "memory_erased_case",
    metadata,
    Column("case_id", Uuid, primary_key=True),
    Column("erased_on", Date, nullable=False),
)
ORIENTATION = Table(
    "memory_orientation",
    metadata,
    Column("orientation_id", Uuid, primary_key=True),
    Column("case_id", Uuid, nullable=False),
    Column("organisation_id", Uuid, nullable=False),
)
"""Proposals that nobody has answered yet."""
Index("memory_orientation_case", ORIENTATION.c.case_id)
SUSPENSION = Table(
    "suspension",
    metadata,
    Column("person_id", Uuid, primary_key=True),
    Column("email", Text, nullable=False),
    Column("cause", Text, nullable=False),
    Column("since", DateTime(timezone=True), nullable=False),
)

MESSAGE = Table(
    "message",
    metadata,
    Column("message_id", Uuid, primary_key=True),
    Column("person_id", Uuid, nullable=False),
    Column("template", Text, nullable=False),
    Column("template_version", Integer, nullable=False),
    Column("category", Text, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("about", Uuid, nullable=False),
    Column("copy", Integer, nullable=False, server_default="0"),
    Column("resent_from", Uuid),
    Column("state", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("send_after", DateTime(timezone=True), nullable=False),
    Column("next_at", DateTime(timezone=True), nullable=False),
    Column("leased_until", DateTime(timezone=True)),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("wording_from", DateTime(timezone=True)),
    Column("commission_id", Uuid),
    Column("registration_id", Uuid),
    Column("link_id", Uuid),
    Column("link_generation", Integer),
    Column("sequence", BigInteger),
    Column("details", JSONB, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("cause", Text),
    Column("written_at", DateTime(timezone=True)),
    Column("name", Text),
    Column("email", Text),
    Column("reply_to", Text),
    Column("subject", Text),
    Column("text", Text),
    Column("html", Text),
    Column("calendar", LargeBinary),
    Column("closed_at", DateTime(timezone=True)),
    Column("case_id", Uuid),
    UniqueConstraint("about", "person_id", "template", "copy", name="message_once"),
    CheckConstraint(
        "state IN ('queued', 'sending', 'sent', 'delivered', 'failed', 'dropped')", name="message_state"
    ),
)
Index(
    "message_open",
    MESSAGE.c.priority,
    MESSAGE.c.next_at,
    postgresql_where=text("state IN ('queued', 'sending')"),
)
Index("message_log", MESSAGE.c.created_at, MESSAGE.c.message_id)
Index("message_person", MESSAGE.c.person_id)
Index("message_case", MESSAGE.c.case_id)

ATTEMPT = Table(
    "attempt",
    metadata,
    Column("message_id", Uuid, ForeignKey("message.message_id", ondelete="CASCADE"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("ended_at", DateTime(timezone=True), nullable=False),
    Column("outcome", Text, nullable=False),
    Column("code", Integer),
    Column("words", Text),
    PrimaryKeyConstraint("message_id", "number"),
)
