"""A partner's day is counted in lanes, so that its requests do not wait for each other's commit."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What was counted stays, as the first lane."""
    op.add_column("tally", sa.Column("lane", sa.SmallInteger(), server_default="0", nullable=False))
    op.drop_constraint("tally_pkey", "tally", type_="primary")
    op.create_primary_key("tally_pkey", "tally", ["partner_id", "day", "lane"])
