"""The migrations and the tables in the code are one."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from integration.tables import metadata
from tests.conftest import MakeDatabase


async def test_the_migrated_database_is_what_the_code_says(make_database: MakeDatabase) -> None:
    url = make_database("integration").migrator_url.replace("postgresql://", "postgresql+asyncpg://", 1)
    engine = create_async_engine(url)

    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        return list(compare_metadata(context, metadata))

    async with engine.connect() as connection:
        found = await connection.run_sync(differences)
    await engine.dispose()
    assert found == []
