"""What integration keeps: partners and keys, references, records, what was sent, quarantine, counts.

Partners' own references live here and nowhere else: facts carry the random ids beside them.
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
    Table,
    Text,
    UniqueConstraint,
    Uuid,
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
    UniqueConstraint("source", name="partner_source"),
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
    _partner(),
    Column("event_id", Text),
    Column("record_type", Text),
    Column("code", Text, nullable=False),
    Column("errors", JSONB, nullable=False),
    Column("received_at", DateTime(timezone=True), nullable=False),
    Column("times", Integer, nullable=False),
    Column("replaced_at", DateTime(timezone=True)),
)
Index("quarantine_partner", QUARANTINE.c.partner_id, QUARANTINE.c.received_at)
TALLY = Table(
    "tally",
    metadata,
    _partner(),
    Column("day", Date, nullable=False),
    Column("accepted", BigInteger, nullable=False),
    Column("replaced", BigInteger, nullable=False),
    Column("duplicate", BigInteger, nullable=False),
    Column("stale", BigInteger, nullable=False),
    Column("quarantined", BigInteger, nullable=False),
    Column("conflict", BigInteger, nullable=False),
    Column("refused", BigInteger, nullable=False),
    Column("unmapped", BigInteger, nullable=False),
    Column("last_at", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("partner_id", "day"),
    postgresql_with={"fillfactor": "50"},
)
