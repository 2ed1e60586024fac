"""How alembic reaches the tables of cases."""

from cases.tables import metadata
from operating.migrate import run_migrations

run_migrations(metadata)
