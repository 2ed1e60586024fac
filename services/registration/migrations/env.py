"""How alembic reaches registration's tables."""

from operating.migrate import run_migrations
from registration.tables import metadata

run_migrations(metadata)
