"""One row per commission, workshop, sign-up and workshop seat."""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
)

from analytics.tables.schema import metadata

COMMISSION = Table(
    "commission",
    metadata,
    Column("commission_id", Uuid, primary_key=True),
    Column("territory", Text, nullable=False),
    Column("commission_type", Text, nullable=False),
    Column("starts_at", DateTime(timezone=True), nullable=False),
    Column("capacity", Integer),
    Column("state", Text, nullable=False),
    Column("held_on", Date),
    Column("told_registered", Integer),
    Column("told_present", Integer),
    Column("told_represented", Integer),
    Column("told_walk_ins", Integer),
)
WORKSHOP = Table(
    "workshop",
    metadata,
    Column("workshop_id", Uuid, nullable=False),
    Column("commission_id", Uuid, nullable=False),
    Column("slot", Integer, nullable=False),
    Column("capacity", Integer),
    PrimaryKeyConstraint("commission_id", "workshop_id"),
)
SIGN_UP = Table(
    "sign_up",
    metadata,
    Column("registration_id", Uuid, primary_key=True),
    Column("commission_id", Uuid, nullable=False),
    Column("state", Text, nullable=False),
    Column("walk_in", Boolean, nullable=False),
    Column("organisation_kind", Text, nullable=False),
    Column("attendance", Text),
)
SEAT = Table(
    "workshop_seat",
    metadata,
    Column("registration_id", Uuid, nullable=False),
    Column("workshop_id", Uuid, nullable=False),
    Column("state", Text),
    Column("attendance", Text),
    PrimaryKeyConstraint("registration_id", "workshop_id"),
)
Index("sign_up_commission", SIGN_UP.c.commission_id)
Index("workshop_seat_workshop", SEAT.c.workshop_id)
COMMISSION_TABLES = (SEAT, SIGN_UP, WORKSHOP, COMMISSION)
