"""What operating a service needs beside the eventing tables: operators’ acts, breakers, epochs. Frozen."""

import sqlalchemy as sa
from alembic import op


def create_watch_tables() -> None:
    """Acts of operators and what each touched; stopped readers; what parked events lacked; epochs of logs."""
    op.create_table(
        "operator_act",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("consumer", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("operator_act_at", "operator_act", ["at"], unique=False)
    op.create_table(
        "operator_act_event",
        sa.Column("act", sa.Uuid(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=True),
        sa.Column("partition", sa.Integer(), nullable=False),
        sa.Column("offset", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["act"], ["operator_act.id"]),
        sa.PrimaryKeyConstraint("act", "n"),
    )
    op.create_index("operator_act_event_n", "operator_act_event", ["n"], unique=False)
    op.create_index(
        "operator_act_event_left",
        "operator_act_event",
        ["act", "n"],
        unique=False,
        postgresql_where=sa.text("outcome IS NULL"),
    )
    op.create_table(
        "breaker",
        sa.Column("consumer", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("consumer"),
    )
    op.add_column(
        "parked_event",
        sa.Column("parked_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
    )
    op.add_column("parked_event", sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("parked_event", sa.Column("tries", sa.Integer(), server_default="0", nullable=False))
    op.add_column("parked_event", sa.Column("last_tried_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "log_epoch",
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("again_to", sa.BigInteger(), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("differences", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("topic"),
    )
    op.create_index("event_log_place", "event_log", ["topic", "partition", "offset"], unique=False)
    op.drop_index("parked_event_key", table_name="parked_event")
    in_order = ["consumer", "topic", "key", "seq", "n"]
    op.create_index("parked_event_key", "parked_event", in_order, unique=False)
    op.add_column("projection_cursor", sa.Column("epoch", sa.Integer(), server_default="1", nullable=False))
