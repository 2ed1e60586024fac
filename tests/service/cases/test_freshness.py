"""Household pages close when this service may not know who was dismissed (users U20)."""

from collections.abc import AsyncIterator

import pytest

from tests.conftest import MakeDatabase
from tests.service.cases.house import AGENT, House, opened


@pytest.fixture
async def strict(make_database: MakeDatabase) -> AsyncIterator[House]:
    async with opened(make_database, stale_seconds=300) as made:
        yield made


async def test_pages_close_five_minutes_after_the_last_check_and_open_again(strict: House) -> None:
    async with strict.client(AGENT) as client:
        assert (await client.get("/cases/dossiers")).status_code == 200
        strict.clock.advance(minutes=6)
        closed = await client.get("/cases/dossiers")
        assert closed.status_code == 503
        assert "droits d’accès" in closed.text
        assert (await client.get("/cases/health/live")).status_code == 200
        await strict.world.settle()
        strict.clock.advance(seconds=6)
        assert (await client.get("/cases/dossiers")).status_code == 200
