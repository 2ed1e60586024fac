"""One row per partner's record: the highest revision heard of each.

A void record stays as an empty row, so that an older revision coming late does not bring it back.
"""

from typing import Any

from sqlalchemy import Boolean, Column, Date, DateTime, Index, Integer, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from analytics.tables.schema import metadata


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
    Column("first_transmitted_on", Date),
)
CHANGE = _facts(
    "fact_request_change",
    Column("household_id", Uuid),
    Column("request_record_id", Uuid),
    Column("change", Text),
    Column("changed_on", Date),
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
ORIENTED = _facts(
    "fact_orientation",
    Column("household_id", Uuid),
    Column("scheme", Text),
    Column("organisation_id", Uuid),
    Column("oriented_on", Date),
    Column("answer", Text),
    Column("reason_group", Text),
    Column("answered_on", Date),
)
STAY = _facts(
    "fact_stay",
    Column("household_id", Uuid),
    Column("scheme", Text),
    Column("organisation_id", Uuid),
    Column("persons", Integer),
    Column("from_on", Date),
    Column("to_on", Date),
    Column("exit_group", Text),
)
VACANCY = _facts(
    "fact_vacancy",
    Column("organisation_id", Uuid),
    Column("scheme", Text),
    Column("territory_cell", Text),
    Column("dwelling_size", Text),
    Column("accessible", Boolean),
    Column("quota", Text),
    Column("free_from", Date),
    Column("until", Date),
)
PRIORITY = _facts(
    "fact_priority",
    Column("household_id", Uuid),
    Column("priority", Text),
    Column("status", Text),
    Column("since_on", Date),
    Column("deadline_on", Date),
)
LINK = _facts(
    "fact_household_link",
    Column("household_id", Uuid),
    Column("into_ids", ARRAY(Uuid)),
    Column("how", Text),
)
INTAKE = _facts(
    "fact_case_received",
    Column("household_id", Uuid),
    Column("case_type", Text),
    Column("received_on", Date),
)
MATCH = _facts(
    "fact_match",
    Column("allocation_id", Uuid),
    Column("same_as", ARRAY(Uuid)),
    Column("how", Text),
)
ALLOCATION_GROUP = Table(
    "allocation_group",
    metadata,
    Column("allocation_id", Uuid, primary_key=True),
    Column("group_id", Uuid, nullable=False),
)
HOUSEHOLD_ROOT = Table(
    "household_root",
    metadata,
    Column("household_id", Uuid, primary_key=True),
    Column("root_id", Uuid, nullable=False),
)
FACTS = (
    *(CALL_COUNT, CALL, ENCOUNTER, DEMAND, CHANGE, ANSWER, ORIENTED, STAY, PRIORITY, LINK, INTAKE),
    *(SUPPLY, VACANCY, ALLOCATION, MATCH, ALLOCATION_GROUP, HOUSEHOLD_ROOT, COVERAGE, PUBLISHED),
)

Index("fact_call_count_day", CALL_COUNT.c.day)
Index("fact_call_night", CALL.c.night_of)
Index("fact_encounter_night", ENCOUNTER.c.night_of)
Index("fact_request_day", DEMAND.c.day, DEMAND.c.door)
Index("fact_request_night", DEMAND.c.night_of, DEMAND.c.household_id)
Index("fact_request_branch", DEMAND.c.branch, DEMAND.c.registered_on)
Index("fact_request_change_request", CHANGE.c.request_record_id)
Index("fact_answer_request", ANSWER.c.request_record_id)
Index("fact_supply_day", SUPPLY.c.organisation_id, SUPPLY.c.scheme, SUPPLY.c.territory_cell, SUPPLY.c.day)
Index("fact_allocation_decided", ALLOCATION.c.decided_on)
Index("fact_allocation_leased", ALLOCATION.c.lease_signed_on)
Index("fact_allocation_entered", ALLOCATION.c.entered_on)
