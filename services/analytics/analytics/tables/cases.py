"""One row per case, step, passage, decision, orientation, allocation and sitting; and what erasure needs.

The tables of erasure are in no projection: a rebuild keeps them, and reads them first.
"""

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
from sqlalchemy.dialects.postgresql import ARRAY

from analytics.tables.schema import metadata

CASE_FILE = Table(
    "case_file",
    metadata,
    Column("case_id", Uuid, primary_key=True),
    Column("household_id", Uuid, nullable=False),
    Column("territory", Text, nullable=False),
    Column("organisation_id", Uuid, nullable=False),
    Column("composition", Text, nullable=False),
    Column("persons", Integer, nullable=False),
    Column("situation_group", Text, nullable=False),
    Column("question", Text, nullable=False),
    Column("submitted_on", Date),
    Column("seniority_from", Date),
    Column("state", Text, nullable=False),
    Column("state_on", Date, nullable=False),
    Column("ended_on", Date),
    Column("reached", Integer, nullable=False),
    Column("outcome", Text),
    Column("cut", Boolean, nullable=False),
)
CASE_STEP = Table(
    "case_step",
    metadata,
    Column("case_id", Uuid, nullable=False),
    Column("step", Text, nullable=False),
    Column("day", Date, nullable=False),
    PrimaryKeyConstraint("case_id", "step"),
)
PASSAGE = Table(
    "case_passage",
    metadata,
    Column("case_id", Uuid, nullable=False),
    Column("commission_id", Uuid, nullable=False),
    Column("state", Text, nullable=False),
    Column("scheduled_on", Date),
    Column("examined_on", Date),
    PrimaryKeyConstraint("case_id", "commission_id"),
)
DECISION = Table(
    "case_decision",
    metadata,
    Column("decision_id", Uuid, primary_key=True),
    Column("case_id", Uuid, nullable=False),
    Column("commission_id", Uuid, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("decided_on", Date, nullable=False),
    Column("events", ARRAY(Uuid), nullable=False),
    Column("referrer_informed_on", Date),
    Column("household_informed_on", Date),
)
ORIENTATION = Table(
    "case_orientation",
    metadata,
    Column("orientation_id", Uuid, primary_key=True),
    Column("case_id", Uuid, nullable=False),
    Column("scheme", Text, nullable=False),
    Column("organisation_id", Uuid, nullable=False),
    Column("state", Text, nullable=False),
    Column("proposed_on", Date, nullable=False),
    Column("answered_on", Date),
    Column("accepted_on", Date),
    Column("ended_on", Date),
    Column("refused_by", Text),
    Column("reason_group", Text),
    Column("end_cause", Text),
    Column("committee_outcome", Text),
    Column("committee_on", Date),
)
CASE_ALLOCATION = Table(
    "case_allocation",
    metadata,
    Column("allocation_id", Uuid, primary_key=True),
    Column("case_id", Uuid, nullable=False),
    Column("household_id", Uuid, nullable=False),
    Column("scheme", Text, nullable=False),
    Column("organisation_id", Uuid, nullable=False),
    Column("quota", Text, nullable=False),
    Column("territory_cell", Text, nullable=False),
    Column("situation_at_request", Text, nullable=False),
    Column("composition", Text, nullable=False),
    Column("persons", Integer, nullable=False),
    Column("decided_on", Date, nullable=False),
    Column("lease_signed_on", Date),
    Column("entered_on", Date),
    Column("offer_answer", Text),
    Column("cancelled_on", Date),
    Column("cancel_cause", Text),
)
SITTING = Table(
    "case_sitting",
    metadata,
    Column("commission_id", Uuid, primary_key=True),
    Column("agenda_cases", Integer),
    Column("agenda_minutes", Integer),
    Column("opened_on", Date),
    Column("quorum", Boolean),
    Column("told_examined", Integer),
    Column("told_decided", Integer),
    Column("told_adjourned", Integer),
    Column("told_postponed", Integer),
    Column("minutes_approved_on", Date),
)
for _table in (DECISION, ORIENTATION, CASE_ALLOCATION):
    Index(f"{_table.name}_case", _table.c.case_id)
Index("case_passage_commission", PASSAGE.c.commission_id)
CASE_TABLES = (CASE_STEP, PASSAGE, DECISION, ORIENTATION, CASE_ALLOCATION, SITTING, CASE_FILE)

ERASED_ID = Table(
    "erased_id",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("leader", Uuid, nullable=False),
    Column("erased_at", DateTime(timezone=True), nullable=False),
    Column("final", Boolean, nullable=False),
)
ERASED_CUT = Table(
    "erased_cut",
    metadata,
    Column("leader", Uuid, nullable=False),
    Column("year", Integer, nullable=False),
    Column("new_id", Uuid, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("leader", "year"),
)
CUT_HOUSEHOLD = Table(
    "cut_household",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("erased_on", Date, nullable=False),
)
DROPPED = Table(
    "dropped_fact",
    metadata,
    Column("event_id", Uuid, primary_key=True),
    Column("type", Text, nullable=False),
)
