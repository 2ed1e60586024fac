"""The tables of the figures, of accounts and of eventing."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from operating.first_tables import create_eventing_tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes every table; there is nothing before it."""
    create_eventing_tables()
    _facts()
    _commissions()


def _facts() -> None:
    """One table per kind of partner's record."""
    op.create_table(
        "fact_allocation",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("void", sa.Boolean(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=True),
        sa.Column("register", sa.Text(), nullable=True),
        sa.Column("scheme", sa.Text(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("quota", sa.Text(), nullable=True),
        sa.Column("territory_cell", sa.Text(), nullable=True),
        sa.Column("situation_at_request", sa.Text(), nullable=True),
        sa.Column("composition", sa.Text(), nullable=True),
        sa.Column("persons", sa.Integer(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("lease_signed_on", sa.Date(), nullable=True),
        sa.Column("entered_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("record_id"),
    )
    op.create_index("fact_allocation_decided", "fact_allocation", ["decided_on"], unique=False)
    op.create_index("fact_allocation_entered", "fact_allocation", ["entered_on"], unique=False)
    op.create_index("fact_allocation_leased", "fact_allocation", ["lease_signed_on"], unique=False)
    op.create_table(
        "fact_answer",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("void", sa.Boolean(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=True),
        sa.Column("request_record_id", sa.Uuid(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("unmet_origin", sa.Text(), nullable=True),
        sa.Column("reason_group", sa.Text(), nullable=True),
        sa.Column("scheme", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("record_id"),
    )
    op.create_index("fact_answer_request", "fact_answer", ["request_record_id"], unique=False)
    op.create_table(
        "fact_call",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("void", sa.Boolean(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=True),
        sa.Column("night_of", sa.Date(), nullable=True),
        sa.Column("caller", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("record_id"),
    )
    op.create_index("fact_call_night", "fact_call", ["night_of"], unique=False)
    op.create_table(
        "fact_call_count",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("void", sa.Boolean(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("line", sa.Text(), nullable=True),
        sa.Column("offered", sa.Integer(), nullable=True),
        sa.Column("answered", sa.Integer(), nullable=True),
        sa.Column("abandoned", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("record_id"),
    )
    op.create_index("fact_call_count_day", "fact_call_count", ["day"], unique=False)
    op.create_table(
        "fact_coverage",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("void", sa.Boolean(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("record_type", sa.Text(), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("record_id"),
    )
    op.create_table(
        "fact_encounter",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("void", sa.Boolean(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=True),
        sa.Column("night_of", sa.Date(), nullable=True),
        sa.Column("persons", sa.Integer(), nullable=True),
        sa.Column("territory_cell", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("record_id"),
    )
    op.create_index("fact_encounter_night", "fact_encounter", ["night_of"], unique=False)
    op.create_table(
        "fact_figures",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("void", sa.Boolean(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("figure_table", sa.Text(), nullable=True),
        sa.Column("vintage", sa.Date(), nullable=True),
        sa.Column("perimeter", sa.Text(), nullable=True),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("source_code", sa.Text(), nullable=True),
        sa.Column("cells", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.PrimaryKeyConstraint("record_id"),
    )
    op.create_table(
        "fact_request",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("void", sa.Boolean(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=True),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("door", sa.Text(), nullable=True),
        sa.Column("branch", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("night_of", sa.Date(), nullable=True),
        sa.Column("registered_on", sa.Date(), nullable=True),
        sa.Column("composition", sa.Text(), nullable=True),
        sa.Column("situation_group", sa.Text(), nullable=True),
        sa.Column("adults", sa.Integer(), nullable=True),
        sa.Column("minors", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("record_id"),
    )
    op.create_index("fact_request_day", "fact_request", ["day", "door"], unique=False)
    op.create_index("fact_request_night", "fact_request", ["night_of", "household_id"], unique=False)
    op.create_table(
        "fact_supply",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("void", sa.Boolean(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("scheme", sa.Text(), nullable=True),
        sa.Column("territory_cell", sa.Text(), nullable=True),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("places", sa.Integer(), nullable=True),
        sa.Column("occupied", sa.Integer(), nullable=True),
        sa.Column("out_of_use", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("record_id"),
    )
    op.create_index(
        "fact_supply_day", "fact_supply", ["organisation_id", "scheme", "territory_cell", "day"], unique=False
    )


def _commissions() -> None:
    """Commissions and sign-ups; accounts and organisations."""
    op.create_table(
        "account",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("generation", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("roles", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("assurance", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("person_id"),
    )
    op.create_table(
        "commission",
        sa.Column("commission_id", sa.Uuid(), nullable=False),
        sa.Column("territory", sa.Text(), nullable=False),
        sa.Column("commission_type", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("commission_id"),
    )
    op.create_table(
        "organisation",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("siren", sa.Text(), nullable=True),
        sa.Column("commune", sa.Text(), nullable=True),
        sa.Column("secret_location", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id"),
    )
    op.create_table(
        "sign_up",
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("commission_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("walk_in", sa.Boolean(), nullable=False),
        sa.Column("organisation_kind", sa.Text(), nullable=False),
        sa.Column("attendance", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("registration_id"),
    )
    op.create_index("sign_up_commission", "sign_up", ["commission_id"], unique=False)
    op.create_table(
        "workshop",
        sa.Column("workshop_id", sa.Uuid(), nullable=False),
        sa.Column("commission_id", sa.Uuid(), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("commission_id", "workshop_id"),
    )
    op.create_table(
        "workshop_seat",
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("workshop_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=True),
        sa.Column("attendance", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("registration_id", "workshop_id"),
    )
    op.create_index("workshop_seat_workshop", "workshop_seat", ["workshop_id"], unique=False)
