"""The tables that every service has: what the eventing library writes and reads."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
    func,
)
from sqlalchemy.dialects.postgresql import JSONB

NOW = func.now()
LARGEST_PAYLOAD = 900_000
"""Bytes: with its headers a record stays below the brokers’ own limit of a mebibyte."""


def _outgoing() -> list[Column[object]]:
    return [
        Column("event_id", Uuid, nullable=False),
        Column("topic", Text, nullable=False),
        Column("key", Text, nullable=False),
        Column("type", Text, nullable=False),
        Column("seq", BigInteger),
        Column("recorded_at", DateTime(timezone=True), nullable=False),
        Column("actor", Text, nullable=False),
        Column("correlation", Uuid),
        Column("causation", Uuid),
        Column("extra", JSONB),
        Column("payload", LargeBinary),
    ]


metadata = MetaData()

STREAM = Table(
    "stream",
    metadata,
    Column("topic", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("seq", BigInteger, nullable=False),
    PrimaryKeyConstraint("topic", "key"),
    postgresql_with={"fillfactor": "70"},
)
OUTBOX = Table(
    "outbox",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    *_outgoing(),
    CheckConstraint(f"octet_length(payload) <= {LARGEST_PAYLOAD}", name="outbox_payload_size"),
    postgresql_with={
        "autovacuum_vacuum_scale_factor": "0",
        "autovacuum_vacuum_threshold": "5000",
        "autovacuum_vacuum_cost_delay": "0",
        "vacuum_truncate": "off",
    },
)
EVENT_LOG = Table(
    "event_log",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    *_outgoing(),
    Column("published_at", DateTime(timezone=True), nullable=False, server_default=NOW),
    Column("partition", Integer, nullable=False),
    Column("offset", BigInteger, nullable=False),
)
Index("event_log_event_id", EVENT_LOG.c.event_id, unique=True)
Index("event_log_key", EVENT_LOG.c.topic, EVENT_LOG.c.key, EVENT_LOG.c.seq)
Index("event_log_place", EVENT_LOG.c.topic, EVENT_LOG.c.partition, EVENT_LOG.c.offset)
Index("event_log_published_at", EVENT_LOG.c.published_at, postgresql_using="brin")

INBOX = Table(
    "inbox",
    metadata,
    Column("event_id", Uuid, nullable=False),
    Column("consumer", Text, nullable=False),
    Column("applied_at", DateTime(timezone=True), nullable=False, server_default=NOW),
    PrimaryKeyConstraint("event_id", "consumer"),
)
Index("inbox_applied_at", INBOX.c.applied_at, postgresql_using="brin")

STREAM_POS = Table(
    "stream_pos",
    metadata,
    Column("consumer", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("seq", BigInteger, nullable=False),
    PrimaryKeyConstraint("consumer", "topic", "key"),
    postgresql_with={"fillfactor": "80"},
)
CURSOR = Table(
    "projection_cursor",
    metadata,
    Column("consumer", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("partition", Integer, nullable=False),
    Column("next_offset", BigInteger, nullable=False),
    Column("last_event_id", Text),
    Column("recorded_at", DateTime(timezone=True)),
    Column("folded_at", DateTime(timezone=True)),
    Column("epoch", Integer, nullable=False, server_default="1"),
    PrimaryKeyConstraint("consumer", "topic", "partition"),
    postgresql_with={"fillfactor": "50"},
)
PARKED_KEY = Table(
    "parked_key",
    metadata,
    Column("consumer", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("parked_at", DateTime(timezone=True), nullable=False, server_default=NOW),
    Column("next_try_at", DateTime(timezone=True), nullable=False),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("fingerprint", Text, nullable=False),
    Column("error", Text, nullable=False),
    PrimaryKeyConstraint("consumer", "topic", "key"),
)
PARKED_EVENT = Table(
    "parked_event",
    metadata,
    Column("n", BigInteger, Identity(always=True), primary_key=True),
    Column("consumer", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("seq", BigInteger),
    Column("event_id", Text),
    Column("partition", Integer, nullable=False),
    Column("offset", BigInteger, nullable=False),
    Column("headers", JSONB, nullable=False),
    Column("payload", LargeBinary),
    Column("parked_at", DateTime(timezone=True), nullable=False, server_default=NOW),
    Column("archived_at", DateTime(timezone=True)),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("last_tried_at", DateTime(timezone=True)),
)
Index(
    "parked_event_key",
    PARKED_EVENT.c.consumer,
    PARKED_EVENT.c.topic,
    PARKED_EVENT.c.key,
    PARKED_EVENT.c.seq,
    PARKED_EVENT.c.n,
)
Index(
    "parked_event_once",
    PARKED_EVENT.c.consumer,
    PARKED_EVENT.c.topic,
    PARKED_EVENT.c.partition,
    PARKED_EVENT.c.offset,
    unique=True,
)
OPERATOR_ACT = Table(
    "operator_act",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("consumer", Text, nullable=False),
    Column("fingerprint", Text),
    Column("reason", Text, nullable=False),
    Column("asked", Integer, nullable=False),
)
Index("operator_act_at", OPERATOR_ACT.c.at)
OPERATOR_ACT_EVENT = Table(
    "operator_act_event",
    metadata,
    Column("act", Uuid, ForeignKey("operator_act.id"), nullable=False),
    Column("n", BigInteger, nullable=False),
    Column("topic", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("event_id", Text),
    Column("partition", Integer, nullable=False),
    Column("offset", BigInteger, nullable=False),
    Column("outcome", Text),
    Column("done_at", DateTime(timezone=True)),
    PrimaryKeyConstraint("act", "n"),
)
Index("operator_act_event_n", OPERATOR_ACT_EVENT.c.n)
Index(
    "operator_act_event_left",
    OPERATOR_ACT_EVENT.c.act,
    OPERATOR_ACT_EVENT.c.n,
    postgresql_where=OPERATOR_ACT_EVENT.c.outcome.is_(None),
)
BREAKER = Table(
    "breaker",
    metadata,
    Column("consumer", Text, primary_key=True),
    Column("opened_at", DateTime(timezone=True), nullable=False),
    Column("cause", Text, nullable=False),
    Column("next_try_at", DateTime(timezone=True), nullable=False),
    Column("tries", Integer, nullable=False, server_default="0"),
)
LOG_EPOCH = Table(
    "log_epoch",
    metadata,
    Column("topic", Text, primary_key=True),
    Column("epoch", Integer, nullable=False),
    Column("again_to", BigInteger),
    Column("checked_at", DateTime(timezone=True)),
    Column("differences", BigInteger),
)
DUE = Table(
    "due",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("command", Text, nullable=False),
    Column("topic", Text),
    Column("key", Text, nullable=False),
    Column("payload", JSONB, nullable=False, server_default="{}"),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("error", Text),
)
Index("due_at", DUE.c.at, DUE.c.id)
Index("due_key", DUE.c.key)

REQUEST = Table(
    "request",
    metadata,
    Column("actor", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("outcome", Text),
    Column("resource", Text),
    Column("at", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("actor", "key"),
)
Index("request_at", REQUEST.c.at)


def add_eventing_tables(target: MetaData) -> None:
    """Copies the tables above into a service's own metadata, for its migrations."""
    for table in metadata.sorted_tables:
        table.to_metadata(target)
