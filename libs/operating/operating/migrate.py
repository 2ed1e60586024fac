"""Migrations by alembic, with the migrator's role: the application's role cannot alter a table."""

import asyncio
from pathlib import Path
from types import ModuleType

from alembic import command, context
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, pool, text
from sqlalchemy.ext.asyncio import create_async_engine


def _config(service: ModuleType, url: str = "") -> Config:
    assert service.__file__ is not None
    config = Config()
    config.set_main_option("script_location", str(Path(service.__file__).parent.parent / "migrations"))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


def head(service: ModuleType) -> str:
    """The revision that the code expects."""
    revision = ScriptDirectory.from_config(_config(service)).get_current_head()
    assert revision is not None, "no migration"
    return revision


def upgrade(service: ModuleType, url: str) -> None:
    """Brings a database to the newest revision. Call it outside an event loop, or in a thread."""
    command.upgrade(_config(service, url), "head")


def run_migrations(metadata: MetaData) -> None:
    """The whole of a service's `migrations/env.py`."""
    url = context.config.get_main_option("sqlalchemy.url")
    assert url, "no database URL"
    asyncio.run(_run(url.replace("postgresql://", "postgresql+asyncpg://", 1), metadata))


async def _run(url: str, metadata: MetaData) -> None:
    engine = create_async_engine(url, poolclass=pool.NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(_run_sync, metadata)
        await connection.commit()
    await engine.dispose()


def _run_sync(connection: Connection, metadata: MetaData) -> None:
    context.configure(connection=connection, target_metadata=metadata, compare_server_default=True)
    with context.begin_transaction():
        connection.execute(text("SET LOCAL lock_timeout = '5s'"))
        context.run_migrations()
