"""What figures are counted from: one row per partner's record, one per commission, sign-up and workshop seat.

A fact table keeps the highest revision heard of each record; a void record stays as an empty row, so that an
older revision coming late does not bring it back.
"""

from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB

from eventing.tables import add_eventing_tables
from webui.accounts import add_accounts_tables

metadata = MetaData()
add_eventing_tables(metadata)
add_accounts_tables(metadata)


def _facts(name: str, *columns: Column[Any]) -> Table:
    """A table of records: who said it, in which revision, and the fields, all empty once void."""
    return Table(
        name,
        metadata,
        Column("record_id", Uuid, primary_key=True),
        Column("revision", Integer, nullable=False),
        Column("void", Boolean, nullable=False),
        Column("partner_id", Uuid, nullable=False),
        *columns,
    )


CALL_COUNT = _facts(
    "fact_call_count",
    Column("day", Date),
    Column("line", Text),
    Column("offered", Integer),
    Column("answered", Integer),
    Column("abandoned", Integer),
)
CALL = _facts(
    "fact_call",
    Column("household_id", Uuid),
    Column("night_of", Date),
    Column("caller", Text),
    Column("outcome", Text),
)
ENCOUNTER = _facts(
    "fact_encounter",
    Column("household_id", Uuid),
    Column("night_of", Date),
    Column("persons", Integer),
    Column("territory_cell", Text),
    Column("outcome", Text),
)
DEMAND = _facts(
    "fact_request",
    Column("household_id", Uuid),
    Column("day", Date),
    Column("door", Text),
    Column("branch", Text),
    Column("kind", Text),
    Column("night_of", Date),
    Column("registered_on", Date),
    Column("composition", Text),
    Column("situation_group", Text),
    Column("adults", Integer),
    Column("minors", Integer),
)
ANSWER = _facts(
    "fact_answer",
    Column("household_id", Uuid),
    Column("request_record_id", Uuid),
    Column("answer", Text),
    Column("unmet_origin", Text),
    Column("reason_group", Text),
    Column("scheme", Text),
    Column("answered_at", DateTime(timezone=True)),
)
SUPPLY = _facts(
    "fact_supply",
    Column("organisation_id", Uuid),
    Column("scheme", Text),
    Column("territory_cell", Text),
    Column("day", Date),
    Column("places", Integer),
    Column("occupied", Integer),
    Column("out_of_use", Integer),
)
ALLOCATION = _facts(
    "fact_allocation",
    Column("household_id", Uuid),
    Column("register", Text),
    Column("scheme", Text),
    Column("organisation_id", Uuid),
    Column("quota", Text),
    Column("territory_cell", Text),
    Column("situation_at_request", Text),
    Column("composition", Text),
    Column("persons", Integer),
    Column("decided_on", Date),
    Column("lease_signed_on", Date),
    Column("entered_on", Date),
)
COVERAGE = _facts(
    "fact_coverage",
    Column("record_type", Text),
    Column("from_on", Date),
    Column("to_on", Date),
)
PUBLISHED = _facts(
    "fact_figures",
    Column("figure_table", Text),
    Column("vintage", Date),
    Column("perimeter", Text),
    Column("unit", Text),
    Column("source_code", Text),
    Column("cells", JSONB),
)
FACTS = (CALL_COUNT, CALL, ENCOUNTER, DEMAND, ANSWER, SUPPLY, ALLOCATION, COVERAGE, PUBLISHED)

Index("fact_call_count_day", CALL_COUNT.c.day)
Index("fact_call_night", CALL.c.night_of)
Index("fact_encounter_night", ENCOUNTER.c.night_of)
Index("fact_request_day", DEMAND.c.day, DEMAND.c.door)
Index("fact_request_night", DEMAND.c.night_of, DEMAND.c.household_id)
Index("fact_answer_request", ANSWER.c.request_record_id)
Index("fact_supply_day", SUPPLY.c.organisation_id, SUPPLY.c.scheme, SUPPLY.c.territory_cell, SUPPLY.c.day)
Index("fact_allocation_decided", ALLOCATION.c.decided_on)
Index("fact_allocation_leased", ALLOCATION.c.lease_signed_on)
Index("fact_allocation_entered", ALLOCATION.c.entered_on)

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
