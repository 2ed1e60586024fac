"""Alembic's door to this service's tables."""

from integration.tables import metadata
from operating.migrate import run_migrations

run_migrations(metadata)
