"""Sign-ups that the coordinator approves or refuses, where a commission asks for it."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

OPEN = "state IN ('pending_proof', 'in_review', 'waitlisted', 'offered', 'confirmed')"


def upgrade() -> None:
    """Adds the choice; somebody under review is registered once too."""
    column = sa.Column("moderated", sa.Boolean(), nullable=False, server_default=sa.text("false"))
    op.add_column("commission", column)
    op.drop_index("registration_open", "registration")
    op.create_index(
        "registration_open",
        "registration",
        ["commission_id", "person_id"],
        unique=True,
        postgresql_where=sa.text(OPEN),
    )
