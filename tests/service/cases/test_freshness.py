"""Household pages close when this service may not know who was dismissed (users U20)."""

from collections.abc import AsyncIterator

import pytest

from contracts.accounts import OrganisationRecorded
from contracts.lists import AccountState, OrgKind
from tests.conftest import MakeDatabase
from tests.service.cases.house import AGENT, House, ident, opened


def elsewhere() -> OrganisationRecorded:
    """Something that this service has not read yet."""
    return OrganisationRecorded(
        organisation_id=ident(0x5EE),
        version=1,
        name="Association nouvelle",
        kind=OrgKind.ASSOCIATION,
        secret_location=False,
        state=AccountState.ACTIVE,
    )


@pytest.fixture
async def strict(make_database: MakeDatabase) -> AsyncIterator[House]:
    async with opened(make_database, stale_seconds=300) as made:
        yield made


async def test_pages_close_five_minutes_after_the_last_check_and_open_again(strict: House) -> None:
    async with strict.client(AGENT) as client:
        assert (await client.get("/cases/dossiers")).status_code == 200
        await strict.told(elsewhere())
        strict.clock.advance(minutes=6)
        closed = await client.get("/cases/dossiers")
        assert closed.status_code == 503
        assert "droits d’accès" in closed.text
        assert (await client.get("/cases/health/live")).status_code == 200
        await strict.world.settle()
        strict.clock.advance(seconds=6)
        assert (await client.get("/cases/dossiers")).status_code == 200
