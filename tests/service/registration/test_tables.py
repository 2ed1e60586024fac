"""The migrated database is what tables.py says, and the commands of the service work on it."""

import os
import subprocess
import sys
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from registration.tables import metadata
from tests.conftest import MakeDatabase
from webui.identity import verify_token
from webui.keys import Keyring, new_key_pair


async def test_the_migrations_make_the_tables(make_database: MakeDatabase) -> None:
    made = make_database("registration")
    url = made.migrator_url.replace("postgresql://", "postgresql+asyncpg://", 1)
    engine = create_async_engine(url, poolclass=NullPool)
    async with engine.connect() as connection:
        found = await connection.run_sync(
            lambda sync: compare_metadata(MigrationContext.configure(sync), metadata)
        )
    await engine.dispose()
    assert found == []


def test_an_account_and_its_token_from_the_command_line(make_database: MakeDatabase) -> None:
    made, pair = make_database("registration"), new_key_pair()
    environment = os.environ | {
        "DATABASE_URL": made.app_url,
        "KAFKA_BOOTSTRAP_SERVERS": "unused",
        "SEUIL_TOKEN_KEYS": f'{{"{pair.kid}": "{pair.public}"}}',
        "SEUIL_TOKEN_PRIVATE_KEY": pair.private,
        "SEUIL_LINK_KEY": "tests",
    }

    def run(*words: str) -> Any:
        command = [sys.executable, "-m", "registration", *words]
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=50)

    added = run("account", "add", "Ana@siao.example", "--role", "siao_agent")
    assert added.returncode == 0, added.stderr
    token = run("token", "ana@siao.example").stdout.strip()
    user = verify_token(Keyring({pair.kid: pair.public}), token).user
    assert str(user.account_id) == added.stdout.strip()
    assert user.has("siao_agent", territory="siao-59-lille")
    unknown = run("token", "personne@siao.example")
    assert (unknown.returncode, unknown.stderr) == (1, "Aucun compte n’a cette adresse.\n")
