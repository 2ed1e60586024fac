"""The day of a sign-up entered in arrears; suspended addresses and sittings, as other services say them."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the day and the two memories."""
    op.add_column("registration", sa.Column("occurred_on", sa.Date(), nullable=True))
    op.create_table(
        "memory_suspended",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("person_id"),
    )
    op.create_table(
        "memory_sitting",
        sa.Column("commission_id", sa.Uuid(), nullable=False),
        sa.Column("agenda_cases", sa.Integer(), nullable=True),
        sa.Column("agenda_minutes", sa.Integer(), nullable=True),
        sa.Column("agenda_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("quorum", sa.Boolean(), nullable=True),
        sa.Column("examined", sa.Integer(), nullable=True),
        sa.Column("decided", sa.Integer(), nullable=True),
        sa.Column("adjourned", sa.Integer(), nullable=True),
        sa.Column("postponed", sa.Integer(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("minutes_version", sa.Integer(), nullable=True),
        sa.Column("approved_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("commission_id"),
    )
