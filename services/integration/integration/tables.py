"""What integration keeps: partners, keys, references, records, what was sent, quarantine, counts.

Partners' own references live here and nowhere else: facts carry the random ids beside them. What they
hear stands at the end: feed, webhooks, and the memory of who may hear what.
"""

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
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from eventing.tables import add_eventing_tables
from webui.accounts import add_accounts_tables

metadata = MetaData()
add_eventing_tables(metadata)
add_accounts_tables(metadata)


def _partner() -> Column[object]:
    return Column("partner_id", Uuid, ForeignKey("partner.partner_id"), nullable=False)


def _sender() -> Column[object]:
    """Unchecked: partners are never deleted, and the check costs a look-up and a lock per row of a batch."""
    return Column("partner_id", Uuid, nullable=False)


PARTNER = Table(
    "partner",
    metadata,
    Column("partner_id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("scopes", ARRAY(Text), nullable=False),
    Column("events_per_second", Integer),
    Column("burst", Integer, nullable=False),
    Column("backfill_per_second", Integer),
    Column("open", Boolean, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("created_by", Text, nullable=False),
    Column("test_id", Uuid, nullable=False),
    Column("organisation_id", Uuid),
    Column("dpo_email", Text),
    UniqueConstraint("source", name="partner_source"),
    UniqueConstraint("test_id", name="partner_test_id"),
    CheckConstraint(
        "burst >= 1 AND events_per_second >= 1 AND backfill_per_second >= 1", name="partner_rates"
    ),
)
PARTNER_KEY = Table(
    "partner_key",
    metadata,
    Column("key_id", Uuid, primary_key=True),
    _partner(),
    Column("digest", LargeBinary, nullable=False),
    Column("ending", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("created_by", Text, nullable=False),
    Column("valid_until", DateTime(timezone=True)),
    Column("revoked_at", DateTime(timezone=True)),
    Column("revoked_by", Text),
    Column("last_used_at", DateTime(timezone=True)),
    Column("test", Boolean, nullable=False),
    UniqueConstraint("digest", name="partner_key_digest"),
)
Index("partner_key_partner", PARTNER_KEY.c.partner_id)
REFERENCE = Table(
    "reference",
    metadata,
    _sender(),
    Column("kind", Text, nullable=False),
    Column("ref", Text, nullable=False),
    Column("id", Uuid, nullable=False),
    Column("linked_at", DateTime(timezone=True)),
    Column("linked_by", Text),
    Column("met_at", DateTime(timezone=True), nullable=False, server_default=text("now()")),
    PrimaryKeyConstraint("partner_id", "kind", "ref"),
    CheckConstraint("kind IN ('household', 'organisation', 'team')", name="reference_kind"),
)
Index("reference_id", REFERENCE.c.id)
RECORD = Table(
    "record",
    metadata,
    _sender(),
    Column("record_type", Text, nullable=False),
    Column("record_ref", Text, nullable=False),
    Column("record_id", Uuid, nullable=False),
    Column("version", BigInteger),
    Column("digest", LargeBinary),
    Column("revision", Integer, nullable=False),
    Column("void", Boolean, nullable=False),
    Column("key", Text),
    Column("organisation_id", Uuid),
    Column("fact", LargeBinary),
    Column("at", DateTime(timezone=True)),
    Column("codes", ARRAY(Text), nullable=False, server_default="{}"),
    Column("raw", LargeBinary),
    PrimaryKeyConstraint("partner_id", "record_type", "record_ref"),
    UniqueConstraint("record_id", name="record_record_id"),
    postgresql_with={"fillfactor": "80"},
)
Index(
    "record_organisation",
    RECORD.c.partner_id,
    RECORD.c.organisation_id,
    postgresql_where=RECORD.c.organisation_id.isnot(None),
)
Index("record_key", RECORD.c.key)
Index("record_raw", RECORD.c.partner_id, postgresql_where=RECORD.c.raw.isnot(None))
SENT = Table(
    "sent",
    metadata,
    _sender(),
    Column("event_id", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("seuil_id", Uuid, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("partner_id", "event_id"),
)
Index("sent_at", SENT.c.at, postgresql_using="brin")
QUARANTINE = Table(
    "quarantine",
    metadata,
    Column("quarantine_id", Uuid, primary_key=True),
    _sender(),
    Column("event_id", Text),
    Column("record_type", Text),
    Column("code", Text, nullable=False),
    Column("errors", JSONB, nullable=False),
    Column("received_at", DateTime(timezone=True), nullable=False),
    Column("times", Integer, nullable=False),
    Column("replaced_at", DateTime(timezone=True)),
    Column("body", LargeBinary),
    Column("household_id", Uuid),
)
Index("quarantine_household", QUARANTINE.c.household_id, postgresql_where=QUARANTINE.c.body.isnot(None))
Index("quarantine_partner", QUARANTINE.c.partner_id, QUARANTINE.c.received_at)
TALLY = Table(
    "tally",
    metadata,
    _sender(),
    Column("day", Date, nullable=False),
    Column("accepted", BigInteger, nullable=False),
    Column("replaced", BigInteger, nullable=False),
    Column("duplicate", BigInteger, nullable=False),
    Column("stale", BigInteger, nullable=False),
    Column("quarantined", BigInteger, nullable=False),
    Column("conflict", BigInteger, nullable=False),
    Column("refused", BigInteger, nullable=False),
    Column("unmapped", BigInteger, nullable=False),
    Column("dropped", BigInteger, nullable=False, server_default="0"),
    Column("last_at", DateTime(timezone=True), nullable=False),
    Column("lane", SmallInteger, nullable=False, server_default="0"),
    PrimaryKeyConstraint("partner_id", "day", "lane"),
    postgresql_with={"fillfactor": "50"},
)

CODE_MAP = Table(
    "code_map",
    metadata,
    _partner(),
    Column("list", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("value", Text, nullable=False),
    Column("mapped_at", DateTime(timezone=True), nullable=False),
    Column("mapped_by", Text, nullable=False),
    PrimaryKeyConstraint("partner_id", "list", "code", "version"),
)
UNMAPPED_CODE = Table(
    "unmapped_code",
    metadata,
    _sender(),
    Column("list", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("times", BigInteger, nullable=False),
    Column("first_at", DateTime(timezone=True), nullable=False),
    Column("last_at", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("partner_id", "list", "code"),
)
BACKFILL = Table(
    "backfill",
    metadata,
    Column("backfill_id", Uuid, primary_key=True),
    _sender(),
    Column("from_on", Date),
    Column("to_on", Date),
    Column("opened_at", DateTime(timezone=True), nullable=False),
    Column("closed_at", DateTime(timezone=True)),
    Column("counts", JSONB, nullable=False),
    Column("declared", JSONB),
)
Index("backfill_open", BACKFILL.c.partner_id, unique=True, postgresql_where=BACKFILL.c.closed_at.is_(None))
ERASED = Table(
    "erased",
    metadata,
    Column("household_id", Uuid, primary_key=True),
    Column("erased_on", Date, nullable=False),
    Column("heard_at", DateTime(timezone=True), nullable=False),
    Column("dropped", BigInteger, nullable=False),
)
ERASURE_NOTICE = Table(
    "erasure_notice",
    metadata,
    Column("household_id", Uuid, nullable=False),
    _partner(),
    Column("refs", ARRAY(Text), nullable=False),
    Column("told_at", DateTime(timezone=True), nullable=False),
    Column("due_at", DateTime(timezone=True), nullable=False),
    Column("reminded_at", DateTime(timezone=True)),
    Column("acked_at", DateTime(timezone=True)),
    Column("forgotten_at", DateTime(timezone=True)),
    PrimaryKeyConstraint("household_id", "partner_id"),
)
FEED_HEAD = Table(
    "feed_head",
    metadata,
    Column("partner_id", Uuid, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("forgotten", BigInteger, nullable=False),
)
FEED = Table(
    "feed",
    metadata,
    _sender(),
    Column("position", BigInteger, nullable=False),
    Column("item_id", Uuid, nullable=False),
    Column("type", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("case_id", Uuid),
    Column("household_id", Uuid),
    Column("your_ref", Text),
    Column("link", Text),
    PrimaryKeyConstraint("partner_id", "position"),
)
Index("feed_case", FEED.c.case_id, postgresql_where=FEED.c.case_id.isnot(None))
Index("feed_household", FEED.c.household_id, postgresql_where=FEED.c.household_id.isnot(None))
WEBHOOK = Table(
    "webhook",
    metadata,
    Column("partner_id", Uuid, primary_key=True),
    Column("url", Text, nullable=False),
    Column("secret", LargeBinary, nullable=False),
    Column("types", ARRAY(Text), nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("next_at", DateTime(timezone=True), nullable=False),
    Column("failing_since", DateTime(timezone=True)),
    Column("paused_at", DateTime(timezone=True)),
    Column("last_ok_at", DateTime(timezone=True)),
)
WEBHOOK_ATTEMPT = Table(
    "webhook_attempt",
    metadata,
    Column("attempt_id", Uuid, primary_key=True),
    _sender(),
    Column("position", BigInteger, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("result", Text, nullable=False),
)
Index("webhook_attempt_partner", WEBHOOK_ATTEMPT.c.partner_id, WEBHOOK_ATTEMPT.c.at)
MEMORY_CASE = Table(
    "memory_case",
    metadata,
    Column("case_id", Uuid, primary_key=True),
    Column("household_id", Uuid),
    Column("organisation_id", Uuid),
    Column("former_id", Uuid),
    Column("former_until", Date),
)
Index("memory_case_household", MEMORY_CASE.c.household_id)
MEMORY_ORIENTATION = Table(
    "memory_orientation",
    metadata,
    Column("orientation_id", Uuid, primary_key=True),
    Column("case_id", Uuid, nullable=False),
    Column("organisation_id", Uuid, nullable=False),
    Column("ended_at", DateTime(timezone=True)),
)
Index("memory_orientation_case", MEMORY_ORIENTATION.c.case_id)
