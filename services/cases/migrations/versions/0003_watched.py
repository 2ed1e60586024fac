"""Failed events become a work list; each log says its epoch."""

from operating.watch_tables import create_watch_tables

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The same tables and columns in every service."""
    create_watch_tables()
