"""Where alembic finds the tables of the service."""

from analytics.tables import metadata
from operating.migrate import run_migrations

run_migrations(metadata)
