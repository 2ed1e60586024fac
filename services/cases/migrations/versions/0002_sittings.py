"""Panels and their minutes; erasures, rules, and what follows a case."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the tables of sittings and of what comes after."""
    _sittings()
    _others()
    _more()


def _sittings() -> None:
    """Panels, agendas, minutes."""
    op.create_table(
        "sitting",
        sa.Column("commission_id", sa.Uuid(), nullable=False),
        sa.Column("territory", sa.Text(), nullable=False),
        sa.Column("commission_type", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("has_panel", sa.Boolean(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("case_deadline_on", sa.Date(), nullable=True),
        sa.Column("minutes_for_cases", sa.Integer(), nullable=True),
        sa.Column("agenda_version", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("quorum_needed", sa.Integer(), nullable=True),
        sa.Column("voting_present", sa.Integer(), nullable=True),
        sa.Column("quorum", sa.Boolean(), nullable=True),
        sa.Column("current_case_id", sa.Uuid(), nullable=True),
        sa.Column("agenda_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("commission_id"),
    )
    op.create_index("sitting_territory", "sitting", ["territory", "starts_at"], unique=False)
    op.create_table(
        "panel_member",
        sa.Column("commission_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("seat", sa.Text(), nullable=False),
        sa.Column("pack", sa.Text(), nullable=False),
        sa.Column("voting", sa.Boolean(), nullable=False),
        sa.Column("undertaking_on", sa.Date(), nullable=False),
        sa.Column("substitute_of", sa.Uuid(), nullable=True),
        sa.Column("present", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("commission_id", "person_id", name="panel_member_pkey"),
    )
    op.create_index("panel_member_person", "panel_member", ["person_id"], unique=False)
    op.create_table(
        "recusal",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("commission_id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "person_id", "commission_id", name="recusal_pkey"),
    )
    op.create_index("recusal_person", "recusal", ["person_id"], unique=False)
    op.create_table(
        "agenda_item",
        sa.Column("commission_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("item", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("presenter_id", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.Text(), server_default=sa.text("'scheduled'"), nullable=False),
        sa.Column("heard", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('scheduled', 'examined', 'decided', 'adjourned', 'postponed')",
            name="agenda_item_outcome",
        ),
        sa.PrimaryKeyConstraint("commission_id", "case_id", name="agenda_item_pkey"),
    )
    op.create_index("agenda_item_case", "agenda_item", ["case_id"], unique=False)
    op.create_table(
        "opinion",
        sa.Column("commission_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("confidential", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("commission_id", "case_id", "person_id", name="opinion_pkey"),
    )
    op.create_table(
        "minutes",
        sa.Column("commission_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("main", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("root_sha256", sa.Text(), nullable=True),
        sa.Column("approved_by", sa.Uuid(), nullable=True),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("commission_id", "version", name="minutes_pkey"),
    )
    op.create_table(
        "annex",
        sa.Column("commission_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("item", sa.Integer(), nullable=False),
        sa.Column("leaf_sha256", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("commission_id", "case_id", "version", name="annex_pkey"),
    )
    op.create_table(
        "remark",
        sa.Column("remark_id", sa.Uuid(), nullable=False),
        sa.Column("commission_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("remark_id"),
    )


def _others() -> None:
    """Erasures, rules, filters, and what is known of the directory."""
    op.create_table(
        "erased",
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("case_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("erased_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("household_id"),
    )
    op.create_table(
        "erasure_request",
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=True),
        sa.Column("approved_by", sa.Uuid(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("household_id"),
    )
    op.create_table(
        "siao_copy",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("event_id"),
    )
    op.create_table(
        "rule_set",
        sa.Column("territory", sa.Text(), nullable=False),
        sa.Column("commission_type", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("rules", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("territory", "commission_type", "version", name="rule_set_pkey"),
    )
    op.create_table(
        "saved_filter",
        sa.Column("filter_id", sa.Uuid(), nullable=False),
        sa.Column("territory", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("filter_id"),
    )
    op.create_table(
        "person_known",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("given_name", sa.Text(), nullable=True),
        sa.Column("family_name", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_kind", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("person_id"),
    )
    op.create_table(
        "commission_known",
        sa.Column("commission_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("contact_email", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("commission_id"),
    )
    op.create_table(
        "person_erased",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("person_id"),
    )


def _more() -> None:
    """What follows a case, and what waits for somebody."""
    op.create_table(
        "correction",
        sa.Column("correction_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("decision_event", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("approved", sa.Boolean(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("correction_id"),
    )
    op.create_index("correction_case", "correction", ["case_id"], unique=False)
