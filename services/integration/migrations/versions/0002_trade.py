"""Cases and what partners hear: quarantine kept, codes mapped, history, erasure, feed and webhooks."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the tables of what partners hear, and widens those of what they send."""
    op.create_table(
        "backfill",
        sa.Column("backfill_id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("counts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("declared", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.PrimaryKeyConstraint("backfill_id"),
    )
    op.create_index(
        "backfill_open",
        "backfill",
        ["partner_id"],
        unique=True,
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "erased",
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("erased_on", sa.Date(), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("dropped", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("household_id"),
    )
    op.create_table(
        "feed",
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("household_id", sa.Uuid(), nullable=True),
        sa.Column("your_ref", sa.Text(), nullable=True),
        sa.Column("link", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("partner_id", "position"),
    )
    op.create_index(
        "feed_case", "feed", ["case_id"], unique=False, postgresql_where=sa.text("case_id IS NOT NULL")
    )
    op.create_index(
        "feed_household",
        "feed",
        ["household_id"],
        unique=False,
        postgresql_where=sa.text("household_id IS NOT NULL"),
    )
    op.create_table(
        "feed_head",
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("forgotten", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("partner_id"),
    )
    op.create_table(
        "memory_case",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("former_id", sa.Uuid(), nullable=True),
        sa.Column("former_until", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("case_id"),
    )
    op.create_index("memory_case_household", "memory_case", ["household_id"], unique=False)
    op.create_table(
        "memory_orientation",
        sa.Column("orientation_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("orientation_id"),
    )
    op.create_index("memory_orientation_case", "memory_orientation", ["case_id"], unique=False)
    op.create_table(
        "unmapped_code",
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("list", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("times", sa.BigInteger(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("partner_id", "list", "code"),
    )
    op.create_table(
        "webhook_attempt",
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("attempt_id"),
    )
    op.create_index("webhook_attempt_partner", "webhook_attempt", ["partner_id", "at"], unique=False)
    op.create_table(
        "code_map",
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("list", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("mapped_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mapped_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["partner_id"],
            ["partner.partner_id"],
        ),
        sa.PrimaryKeyConstraint("partner_id", "list", "code", "version"),
    )
    op.create_table(
        "erasure_notice",
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("refs", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("forgotten_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["partner_id"],
            ["partner.partner_id"],
        ),
        sa.PrimaryKeyConstraint("household_id", "partner_id"),
    )
    op.create_table(
        "webhook",
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("types", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_ok_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("partner_id"),
    )
    own_id = sa.Column("test_id", sa.Uuid(), nullable=False, server_default=sa.text("gen_random_uuid()"))
    op.add_column("partner", own_id)
    op.alter_column("partner", "test_id", server_default=None)
    op.add_column("partner", sa.Column("organisation_id", sa.Uuid(), nullable=True))
    op.add_column("partner", sa.Column("dpo_email", sa.Text(), nullable=True))
    op.create_unique_constraint("partner_test_id", "partner", ["test_id"])
    op.add_column("partner_key", sa.Column("test", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.alter_column("partner_key", "test", server_default=None)
    op.add_column("quarantine", sa.Column("body", sa.LargeBinary(), nullable=True))
    op.add_column("quarantine", sa.Column("household_id", sa.Uuid(), nullable=True))
    op.create_index(
        "quarantine_household",
        "quarantine",
        ["household_id"],
        unique=False,
        postgresql_where=sa.text("body IS NOT NULL"),
    )
    op.drop_constraint(op.f("quarantine_partner_id_fkey"), "quarantine", type_="foreignkey")
    met_at = sa.Column("met_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.text("now()"))
    op.add_column("reference", met_at)
    op.add_column("record", sa.Column("at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "record", sa.Column("codes", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False)
    )
    op.add_column("record", sa.Column("raw", sa.LargeBinary(), nullable=True))
    op.create_index("record_key", "record", ["key"], unique=False)
    op.create_index(
        "record_raw", "record", ["partner_id"], unique=False, postgresql_where=sa.text("raw IS NOT NULL")
    )
    op.add_column("tally", sa.Column("dropped", sa.BigInteger(), server_default="0", nullable=False))
    op.drop_constraint(op.f("tally_partner_id_fkey"), "tally", type_="foreignkey")


def downgrade() -> None:
    """A backup is the way back."""
    raise NotImplementedError("restore a backup instead")
