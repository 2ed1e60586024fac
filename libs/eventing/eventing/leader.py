"""One active worker of a kind per service: the lock and the right to write die with one connection."""

import asyncio
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import asyncpg

from eventing.connection import prepare_connection
from eventing.db import Database
from eventing.silence import ANSWER_SECONDS

IDLE = "10s"
KEEP_ALIVE_SECONDS = 3.0
WAIT_SECONDS = 0.25
TRY_LOCK = "SELECT pg_try_advisory_lock($1)"


def lock_number(name: str) -> int:
    """A stable advisory lock number for a name."""
    return zlib.crc32(name.encode())


@asynccontextmanager
async def leadership(database: Database, name: str) -> AsyncIterator[Any]:
    """Waits to be the only holder of `name` on this database; yields the connection that holds it.

    A stopped or cut-off holder is ended by the server after ten idle seconds and can write nothing more.
    """
    connection = await asyncpg.connect(
        database.url,
        timeout=5,
        command_timeout=ANSWER_SECONDS,
        statement_cache_size=64,
        server_settings={
            "idle_session_timeout": IDLE,
            "statement_timeout": "12s",
            "application_name": f"seuil {name}",
        },
    )
    try:
        await prepare_connection(connection)
        while not await connection.fetchval(TRY_LOCK, lock_number(name)):
            await database.runtime.sleep(WAIT_SECONDS)
        yield connection
    finally:
        with suppress(asyncio.TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
            await asyncio.wait_for(connection.close(), 5)


@asynccontextmanager
async def kept_alive(connection: Any) -> AsyncIterator[None]:
    """Keeps an idle connection ours while the block waits for Kafka; a busy one is not idle."""
    over = asyncio.Event()

    async def ask() -> None:
        while not over.is_set():
            try:
                await asyncio.wait_for(over.wait(), KEEP_ALIVE_SECONDS)
            except TimeoutError:
                with suppress(asyncpg.InterfaceError):  # in use, or lost: its user will hear of it
                    await connection.fetchval("SELECT 1")

    asking = asyncio.ensure_future(ask())
    try:
        yield
    finally:
        over.set()
        with suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
            await asking
