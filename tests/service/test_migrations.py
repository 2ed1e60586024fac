"""Migrations make exactly what the code describes, and the application's role cannot alter it."""

import importlib

import asyncpg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from operating.migrate import head
from seuil_dev.catalogue import SERVICES
from tests.conftest import MakeDatabase


@pytest.mark.parametrize("service", SERVICES)
async def test_the_migrated_database_is_what_the_code_says(service: str, make_database: MakeDatabase) -> None:
    metadata = importlib.import_module(f"{service}.tables").metadata
    url = make_database(service).migrator_url.replace("postgresql://", "postgresql+asyncpg://", 1)
    engine = create_async_engine(url)

    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        return list(compare_metadata(context, metadata))

    async with engine.connect() as connection:
        found = await connection.run_sync(differences)
    await engine.dispose()
    assert found == []


@pytest.mark.parametrize("service", SERVICES)
async def test_the_application_role_works_and_alters_nothing(
    service: str, make_database: MakeDatabase
) -> None:
    connection = await asyncpg.connect(make_database(service).app_url)
    try:
        revision = await connection.fetchval("SELECT version_num FROM alembic_version")
        assert revision == head(importlib.import_module(service))
        await connection.execute("DELETE FROM outbox")
        for forbidden in ("ALTER TABLE outbox ADD x int", "DROP TABLE outbox", "CREATE TABLE x (n int)"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(forbidden)
    finally:
        await connection.close()
