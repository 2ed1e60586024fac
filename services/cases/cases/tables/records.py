"""Who read what, what was erased, what waits for somebody, and what is known of the directory."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Identity,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from cases.tables.schema import instant, metadata

ACCESS_LOG = Table(
    "access_log",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("person_id", Uuid),
    Column("partner_id", Uuid),
    Column("case_id", Uuid),
    Column("household_id", Uuid),
    Column("what", Text, nullable=False),
    Column("purpose", Text),
    instant("at", nullable=False),
)
Index("access_log_case", ACCESS_LOG.c.case_id, ACCESS_LOG.c.at)
Index("access_log_at", ACCESS_LOG.c.at, postgresql_using="brin")
ERASED = Table(
    "erased",
    metadata,
    Column("household_id", Uuid, primary_key=True),
    Column("case_ids", ARRAY(Uuid), nullable=False),
    Column("ground", Text, nullable=False),
    Column("erased_on", Date, nullable=False),
)
ERASURE_REQUEST = Table(
    "erasure_request",
    metadata,
    Column("household_id", Uuid, primary_key=True),
    Column("ground", Text, nullable=False),
    Column("asked_by", Text, nullable=False),
    Column("proposed_by", Uuid),
    Column("approved_by", Uuid),
    instant("asked_at", nullable=False),
    instant("done_at"),
)
INTAKE_FILE = Table(
    "intake_file",
    metadata,
    Column("record_id", Uuid, primary_key=True),
    Column("household_id", Uuid, nullable=False),
    Column("partner_id", Uuid, nullable=False),
    Column("case_id", Uuid),
    Column("revision", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("sealed", LargeBinary),
    Column("faults", JSONB, nullable=False),
    instant("received_at", nullable=False),
    CheckConstraint("state IN ('taken', 'waiting', 'proposed', 'detached')", name="intake_file_state"),
)
"""A partner's record about a case: what its last version became here; `sealed` while somebody must look."""
Index("intake_file_case", INTAKE_FILE.c.case_id)
Index("intake_file_household", INTAKE_FILE.c.household_id)
REFERRER_KNOWN = Table(
    "referrer_known",
    metadata,
    Column("person_id", Uuid, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("organisation_id", Uuid),
    Column("email_digest", LargeBinary, nullable=False),
)
"""Memory of the policies: whom a partner's file names as its referrer."""
Index("referrer_known_email", REFERRER_KNOWN.c.email_digest)
CHECKED = Table(
    "checked",
    metadata,
    Column("what", Text, primary_key=True),
    instant("at", nullable=False),
)
"""When something was last found to be up to date: the accounts, before household pages open."""
SIAO_COPY = Table(
    "siao_copy",
    metadata,
    Column("event_id", Uuid, primary_key=True),
    Column("case_id", Uuid, nullable=False),
    Column("author", Text, nullable=False),
    instant("at", nullable=False),
)
"""Decisions that somebody copied into SI SIAO."""
DUPLICATE = Table(
    "duplicate",
    metadata,
    Column("case_id", Uuid, nullable=False),
    Column("other_case_id", Uuid, nullable=False),
    Column("signs", ARRAY(Text), nullable=False),
    Column("verdict", Text),
    Column("reason", Text),
    Column("author", Text),
    instant("found_at", nullable=False),
    instant("judged_at"),
    PrimaryKeyConstraint("case_id", "other_case_id", name="duplicate_pkey"),
)
RULE_SET = Table(
    "rule_set",
    metadata,
    Column("territory", Text, nullable=False),
    Column("commission_type", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("rules", JSONB, nullable=False),
    Column("author", Text, nullable=False),
    instant("at", nullable=False),
    PrimaryKeyConstraint("territory", "commission_type", "version", name="rule_set_pkey"),
)
SAVED_FILTER = Table(
    "saved_filter",
    metadata,
    Column("filter_id", Uuid, primary_key=True),
    Column("territory", Text, nullable=False),
    Column("owner_id", Uuid, nullable=False),
    Column("organisation_id", Uuid),
    Column("shared", Boolean, nullable=False),
    Column("name", Text, nullable=False),
    Column("query", Text, nullable=False),
)
PERSON_KNOWN = Table(
    "person_known",
    metadata,
    Column("person_id", Uuid, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("organisation_id", Uuid),
    Column("given_name", Text),
    Column("family_name", Text),
    Column("email", Text, nullable=False),
    Column("email_kind", Text, nullable=False),
)
"""Folded from the directory: names of professionals, for pages."""
COMMISSION_KNOWN = Table(
    "commission_known",
    metadata,
    Column("commission_id", Uuid, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("title", Text, nullable=False),
    Column("place", Text),
    Column("contact_email", Text, nullable=False),
)
"""Folded from the directory: the wording of commissions, for pages."""
PERSON_ERASED = Table(
    "person_erased",
    metadata,
    Column("person_id", Uuid, primary_key=True),
)
