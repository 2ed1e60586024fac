"""The tables of cases and of what partners report beyond the main flow; what erasure needs."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds columns too: they fill once the projections `facts` and `commissions` are rebuilt."""
    op.add_column("fact_request", sa.Column("first_transmitted_on", sa.Date(), nullable=True))
    op.create_index("fact_request_branch", "fact_request", ["branch", "registered_on"], unique=False)
    for name in ("registered", "present", "represented", "walk_ins"):
        op.add_column("commission", sa.Column(f"told_{name}", sa.Integer(), nullable=True))
    _records()
    _cases()
    _erasure()


def _records() -> None:
    """One table per kind of partner's record."""
    op.create_table(
        "fact_request_change",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("void", sa.Boolean(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=True),
        sa.Column("request_record_id", sa.Uuid(), nullable=True),
        sa.Column("change", sa.Text(), nullable=True),
        sa.Column("changed_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("record_id"),
    )
    op.create_index("fact_request_change_request", "fact_request_change", ["request_record_id"], unique=False)
    op.create_table(
        "fact_orientation",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("void", sa.Boolean(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=True),
        sa.Column("scheme", sa.Text(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("oriented_on", sa.Date(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("reason_group", sa.Text(), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("record_id"),
    )
    op.create_table(
        "fact_stay",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("void", sa.Boolean(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=True),
        sa.Column("scheme", sa.Text(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("persons", sa.Integer(), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("exit_group", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("record_id"),
    )
    op.create_table(
        "fact_vacancy",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("void", sa.Boolean(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("scheme", sa.Text(), nullable=True),
        sa.Column("territory_cell", sa.Text(), nullable=True),
        sa.Column("dwelling_size", sa.Text(), nullable=True),
        sa.Column("accessible", sa.Boolean(), nullable=True),
        sa.Column("quota", sa.Text(), nullable=True),
        sa.Column("free_from", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("record_id"),
    )
    op.create_table(
        "fact_priority",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("void", sa.Boolean(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=True),
        sa.Column("priority", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=True),
        sa.Column("since_on", sa.Date(), nullable=True),
        sa.Column("deadline_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("record_id"),
    )
    op.create_table(
        "fact_household_link",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("void", sa.Boolean(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=True),
        sa.Column("into_ids", postgresql.ARRAY(sa.Uuid()), nullable=True),
        sa.Column("how", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("record_id"),
    )
    op.create_table(
        "fact_case_received",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("void", sa.Boolean(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=True),
        sa.Column("case_type", sa.Text(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("record_id"),
    )
    op.create_table(
        "fact_match",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("void", sa.Boolean(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("allocation_id", sa.Uuid(), nullable=True),
        sa.Column("same_as", postgresql.ARRAY(sa.Uuid()), nullable=True),
        sa.Column("how", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("record_id"),
    )
    op.create_table(
        "allocation_group",
        sa.Column("allocation_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("allocation_id"),
    )
    op.create_table(
        "household_root",
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("root_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("household_id"),
    )


def _cases() -> None:
    """Cases, and what happens to them."""
    op.create_table(
        "case_file",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("territory", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("composition", sa.Text(), nullable=False),
        sa.Column("persons", sa.Integer(), nullable=False),
        sa.Column("situation_group", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("submitted_on", sa.Date(), nullable=True),
        sa.Column("seniority_from", sa.Date(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("state_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("reached", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("cut", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("case_id"),
    )
    op.create_table(
        "case_step",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "step"),
    )
    op.create_table(
        "case_passage",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("commission_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("scheduled_on", sa.Date(), nullable=True),
        sa.Column("examined_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("case_id", "commission_id"),
    )
    op.create_index("case_passage_commission", "case_passage", ["commission_id"], unique=False)
    op.create_table(
        "case_decision",
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("commission_id", sa.Uuid(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("events", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("referrer_informed_on", sa.Date(), nullable=True),
        sa.Column("household_informed_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("decision_id"),
    )
    op.create_index("case_decision_case", "case_decision", ["case_id"], unique=False)
    op.create_table(
        "case_orientation",
        sa.Column("orientation_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("proposed_on", sa.Date(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("accepted_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("refused_by", sa.Text(), nullable=True),
        sa.Column("reason_group", sa.Text(), nullable=True),
        sa.Column("end_cause", sa.Text(), nullable=True),
        sa.Column("committee_outcome", sa.Text(), nullable=True),
        sa.Column("committee_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("orientation_id"),
    )
    op.create_index("case_orientation_case", "case_orientation", ["case_id"], unique=False)
    op.create_table(
        "case_allocation",
        sa.Column("allocation_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("quota", sa.Text(), nullable=False),
        sa.Column("territory_cell", sa.Text(), nullable=False),
        sa.Column("situation_at_request", sa.Text(), nullable=False),
        sa.Column("composition", sa.Text(), nullable=False),
        sa.Column("persons", sa.Integer(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("lease_signed_on", sa.Date(), nullable=True),
        sa.Column("entered_on", sa.Date(), nullable=True),
        sa.Column("offer_answer", sa.Text(), nullable=True),
        sa.Column("cancelled_on", sa.Date(), nullable=True),
        sa.Column("cancel_cause", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("allocation_id"),
    )
    op.create_index("case_allocation_case", "case_allocation", ["case_id"], unique=False)
    op.create_table(
        "case_sitting",
        sa.Column("commission_id", sa.Uuid(), nullable=False),
        sa.Column("agenda_cases", sa.Integer(), nullable=True),
        sa.Column("agenda_minutes", sa.Integer(), nullable=True),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("quorum", sa.Boolean(), nullable=True),
        sa.Column("told_examined", sa.Integer(), nullable=True),
        sa.Column("told_decided", sa.Integer(), nullable=True),
        sa.Column("told_adjourned", sa.Integer(), nullable=True),
        sa.Column("told_postponed", sa.Integer(), nullable=True),
        sa.Column("minutes_approved_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("commission_id"),
    )


def _erasure() -> None:
    """Ids that ended, and the ids that stand for them."""
    op.create_table(
        "erased_id",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("leader", sa.Uuid(), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("final", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "erased_cut",
        sa.Column("leader", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("new_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("leader", "year"),
    )
    op.create_table(
        "cut_household",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("erased_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "dropped_fact",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("event_id"),
    )
