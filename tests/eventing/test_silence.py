"""A connection to PostgreSQL that died without a word: whoever waits on it is told, and goes on."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from urllib.parse import urlsplit

import asyncpg
import pytest

from eventing import db, leader
from eventing.db import Database, is_transient
from eventing.leader import leadership
from eventing.silence import uncancelled
from tests.chaos.proxy import End, Route
from tests.conftest import MakeDatabase
from tests.eventing.conftest import prepare
from tests.world import Clock

pytestmark = pytest.mark.timeout(60)
SHORT = 0.5
ENOUGH = 30.0


@pytest.fixture
async def cut(
    make_database: MakeDatabase, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[Database, Route]]:
    """A database behind a network that can go silent, and the network."""
    monkeypatch.setattr(db, "ANSWER_SECONDS", SHORT)
    monkeypatch.setattr(leader, "ANSWER_SECONDS", SHORT)
    url = make_database("eventing", prepare).app_url
    route = Route("postgres", urlsplit(url).port or 0)
    server = await asyncio.get_running_loop().create_server(partial(End, route, "up"), "127.0.0.1", 0)
    door = server.sockets[0].getsockname()[1]
    database = Database(url.replace(f":{route.target}/", f":{door}/"), clock.runtime(), max_size=1)
    await database.open()
    yield database, route
    await database.close()
    for end in list(route.ends):
        end.reset()
    server.close()


@pytest.mark.parametrize("when", ["before", "begun", "reading"])
async def test_a_transaction_on_a_dead_connection_ends_and_the_next_one_lives(
    cut: tuple[Database, Route], when: str
) -> None:
    database, route = cut

    async def work() -> None:
        async with database.read() if when == "reading" else database.transaction() as tx:
            if when != "before":
                route.tell({"hold": ["up", "down"], "dead": True})
            await tx.connection.fetchval("SELECT 1")

    async with database.transaction() as tx:
        assert await tx.connection.fetchval("SELECT 1") == 1
    if when == "before":
        route.tell({"hold": ["up", "down"], "dead": True})
    async with asyncio.timeout(ENOUGH):
        with pytest.raises((OSError, asyncpg.InterfaceError)) as ended:
            await work()
        assert is_transient(ended.value)
        route.tell(None)
        async with database.transaction() as tx:
            assert await tx.connection.fetchval("SELECT 2") == 2


async def test_a_leader_cut_off_learns_it(cut: tuple[Database, Route]) -> None:
    database, route = cut

    async def lead() -> None:
        async with leadership(database, "trial") as connection:
            route.tell({"hold": ["up", "down"], "dead": True})
            await connection.fetchval("SELECT 1")

    async with asyncio.timeout(ENOUGH):
        with pytest.raises(TimeoutError):
            await lead()


async def test_a_cancellation_from_inside_is_a_failure_and_one_from_outside_ends_the_task() -> None:
    async def cancelled_inside() -> None:
        inner = asyncio.ensure_future(asyncio.Event().wait())
        inner.cancel()
        await inner

    with pytest.raises(ConnectionError, match="inside"):
        await uncancelled(cancelled_inside)

    async def waits() -> None:
        await asyncio.Event().wait()

    task = asyncio.create_task(uncancelled(waits))
    await asyncio.wait([task], timeout=0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
