"""Households, drafts, cases, the versions of their files, and what is only added to."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from cases.tables.schema import instant, metadata

HOUSEHOLD = Table(
    "household",
    metadata,
    Column("household_id", Uuid, primary_key=True),
    Column("territory", Text, nullable=False),
    Column("last_contact_on", Date, nullable=False),
    instant("created_at", nullable=False),
)
DRAFT = Table(
    "draft",
    metadata,
    Column("case_id", Uuid, primary_key=True),
    Column("household_id", Uuid, ForeignKey("household.household_id"), nullable=False),
    Column("territory", Text, nullable=False),
    Column("author_id", Uuid, nullable=False),
    Column("organisation_id", Uuid, nullable=False),
    Column("referrer_id", Uuid, nullable=False),
    Column("version", Integer, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("completes", Boolean, nullable=False, server_default=text("false")),
    Column("form", Text, nullable=False, server_default=text("''")),
    instant("created_at", nullable=False),
    instant("changed_at", nullable=False),
)
Index("draft_organisation", DRAFT.c.organisation_id)

CASE_FILE = Table(
    "case_file",
    metadata,
    Column("case_id", Uuid, primary_key=True),
    Column("household_id", Uuid, ForeignKey("household.household_id"), nullable=False),
    Column("case_ref", Text, nullable=False, unique=True),
    Column("territory", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("suspended", Boolean, nullable=False),
    Column("referrer_id", Uuid, nullable=False),
    Column("organisation_id", Uuid, nullable=False),
    Column("seniority_from", Date),
    Column("submitted_on", Date, nullable=False),
    Column("restated_on", Date),
    Column("not_before_on", Date),
    Column("completion_due_on", Date),
    Column("appeal_until", Date),
    Column("commission_id", Uuid),
    Column("last_commission_id", Uuid),
    Column("item", Integer),
    Column("providers", ARRAY(Uuid), nullable=False, server_default=text("'{}'")),
    Column("protected", Boolean, nullable=False, server_default=text("false")),
    Column("audience", ARRAY(Uuid), nullable=False, server_default=text("'{}'")),
    Column("team", ARRAY(Uuid), nullable=False, server_default=text("'{}'")),
    Column("partners", ARRAY(Uuid), nullable=False, server_default=text("'{}'")),
    Column("document", JSONB, nullable=False),
    instant("changed_at", nullable=False),
)
Index("case_file_queue", CASE_FILE.c.territory, CASE_FILE.c.state, CASE_FILE.c.seniority_from)
Index("case_file_referrer", CASE_FILE.c.referrer_id)
Index("case_file_organisation", CASE_FILE.c.organisation_id)
Index("case_file_commission", CASE_FILE.c.commission_id)
Index("case_file_household", CASE_FILE.c.household_id)
Index("case_file_providers", CASE_FILE.c.providers, postgresql_using="gin")

FILE_VERSION = Table(
    "file_version",
    metadata,
    Column("case_id", Uuid, nullable=False),
    Column("version", Integer, nullable=False),
    Column("kept_for", Text, nullable=False),
    Column("social", JSONB, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("author", Text, nullable=False),
    instant("at", nullable=False),
    PrimaryKeyConstraint("case_id", "version", "kept_for", name="file_version_pkey"),
)
TRACE = Table(
    "trace",
    metadata,
    Column("case_id", Uuid, nullable=False),
    Column("household_id", Uuid, nullable=False),
    Column("kind", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    PrimaryKeyConstraint("case_id", "kind", "digest", name="trace_pkey"),
)
Index("trace_digest", TRACE.c.kind, TRACE.c.digest)
Index("trace_household", TRACE.c.household_id)

INFORMATION = Table(
    "information",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("case_id", Uuid, nullable=False),
    Column("household_id", Uuid, nullable=False),
    Column("informed_on", Date, nullable=False),
    Column("how", Text, nullable=False),
    Column("notice_version", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("author", Text, nullable=False),
    instant("at", nullable=False),
)
Index("information_case", INFORMATION.c.case_id)
AGREEMENT = Table(
    "agreement",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("case_id", Uuid, nullable=False),
    Column("household_id", Uuid, nullable=False),
    Column("panel", Boolean, nullable=False),
    Column("landlord", Boolean, nullable=False),
    Column("health", Boolean, nullable=False),
    Column("given_on", Date, nullable=False),
    Column("withdrawn_on", Date),
    Column("author", Text, nullable=False),
    instant("at", nullable=False),
)
Index("agreement_case", AGREEMENT.c.case_id)
OBJECTION = Table(
    "objection",
    metadata,
    Column("objection_id", Uuid, primary_key=True),
    Column("household_id", Uuid, nullable=False),
    Column("case_id", Uuid),
    Column("kind", Text, nullable=False),
    Column("received_on", Date, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("sealed", LargeBinary),
    Column("outcome", Text),
    Column("answered_on", Date),
    Column("author", Text, nullable=False),
    instant("at", nullable=False),
)
WORDING = Table(
    "wording",
    metadata,
    Column("wording_id", Uuid, primary_key=True),
    Column("case_id", Uuid, nullable=False),
    Column("subject_id", Uuid, nullable=False),
    Column("kind", Text, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("reserved", Boolean, nullable=False),
    Column("author", Text, nullable=False),
    instant("at", nullable=False),
)
Index("wording_case", WORDING.c.case_id)
HISTORY = Table(
    "history",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("subject_id", Uuid, nullable=False),
    Column("event_id", Uuid),
    Column("kind", Text, nullable=False),
    Column("fact", JSONB, nullable=False),
    Column("changes", JSONB, nullable=False),
    Column("sealed", LargeBinary),
    Column("actor", Text, nullable=False),
    Column("on_behalf_of", Text),
    instant("at", nullable=False),
)
Index("history_subject", HISTORY.c.subject_id, HISTORY.c.id)
Index("history_event", HISTORY.c.event_id)
