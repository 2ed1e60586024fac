"""Alembic's entry point: the migrations of notifications."""

from notifications.tables import metadata
from operating.migrate import run_migrations

run_migrations(metadata)
