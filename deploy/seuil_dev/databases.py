"""One database and two roles per service, on any PostgreSQL whose superuser URL is known.

The owner migrates and nothing else uses it; the application role reads and writes rows. No service enters the
database of another, nor `postgres` and `template1`.
"""

import asyncio
import json
import secrets
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from seuil_dev.engine import write_private

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class ServiceDatabase:
    """One service's database: the owner that migrates, the role that only reads and writes."""

    name: str
    roles: str
    """What the names of its two roles begin with."""
    migrator_url: str
    app_url: str


def run_on(url: str, work: "Callable[[asyncpg.Connection], Awaitable[Answer]]") -> Answer:
    """Run `work` on one connection, in a loop of its own thread: callers may already stand in a loop."""

    async def connected() -> Answer:
        connection = await asyncpg.connect(url)
        try:
            return await work(connection)
        finally:
            await connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, connected()).result()


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


class Databases:
    """Makes the databases of a server; passwords are kept in `file` (0600), asking again gives the same."""

    def __init__(self, admin_url: str, file: Path) -> None:
        self.admin_url = admin_url
        self.file = file

    def provision(self, service: str, *, suffix: str = "") -> ServiceDatabase:
        """One database and two roles for `service`; idempotent, passwords kept in `roles.json` (0600).

        The owner migrates; the application role gets to read and write rows of what the owner makes,
        nothing else. No other role enters, nor `postgres` and `template1`.
        """
        name = f"{service}{suffix}"
        owner, app = f"{name}_owner", f"{name}_app"
        known = self._passwords(owner, app)

        async def make(admin: asyncpg.Connection) -> None:
            for role in (owner, app):
                exists = await admin.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", role)
                verb = "ALTER" if exists else "CREATE"
                await admin.execute(f'{verb} ROLE "{role}" LOGIN PASSWORD {_literal(known[role])}')
            if not await admin.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name):
                await admin.execute(f'CREATE DATABASE "{name}" OWNER "{owner}" STRATEGY wal_log')
            await _close_doors(admin, name, app)

        async def open_rows(connection: asyncpg.Connection) -> None:
            await connection.execute(
                f"""
                REVOKE ALL ON SCHEMA public FROM PUBLIC;
                GRANT USAGE ON SCHEMA public TO "{app}";
                ALTER DEFAULT PRIVILEGES IN SCHEMA public
                    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO "{app}";
                ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO "{app}";
                """
            )

        run_on(self.admin_url, make)
        database = self._database(name, name)
        run_on(database.migrator_url, open_rows)
        return database

    def clone(self, source: ServiceDatabase, name: str) -> ServiceDatabase:
        """A copy of `source` under `name`, with the same two roles; `source` must have no connection open."""
        owner, app = f"{source.roles}_owner", f"{source.roles}_app"

        async def copy(admin: asyncpg.Connection) -> None:
            await admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{source.name}" OWNER "{owner}"')
            await _close_doors(admin, name, app)

        run_on(self.admin_url, copy)
        return self._database(name, source.roles)

    def drop(self, database: ServiceDatabase) -> None:
        """Remove a database and send its clients off; its roles stay."""

        async def remove(admin: asyncpg.Connection) -> None:
            await admin.execute(f'DROP DATABASE IF EXISTS "{database.name}" WITH (FORCE)')

        run_on(self.admin_url, remove)

    def _url(self, role: str, database: str) -> str:
        server = urlsplit(self.admin_url)
        place = f"{server.hostname}:{server.port}"
        return urlunsplit(
            server._replace(netloc=f"{role}:{self._passwords()[role]}@{place}", path=f"/{database}")
        )

    def _passwords(self, *wanted: str) -> dict[str, str]:
        known: dict[str, str] = json.loads(self.file.read_text()) if self.file.exists() else {}
        missing = [role for role in wanted if role not in known]
        if missing:
            known |= {role: secrets.token_urlsafe(24) for role in missing}
            write_private(self.file, json.dumps(known, indent=1, sort_keys=True))
        return known

    def _database(self, name: str, family: str) -> ServiceDatabase:
        return ServiceDatabase(
            name, family, self._url(f"{family}_owner", name), self._url(f"{family}_app", name)
        )


async def _close_doors(admin: "asyncpg.Connection", name: str, app: str) -> None:
    for database in (name, "postgres", "template1"):
        await admin.execute(f'REVOKE ALL ON DATABASE "{database}" FROM PUBLIC')
    await admin.execute(f'GRANT CONNECT, TEMPORARY ON DATABASE "{name}" TO "{app}"')
