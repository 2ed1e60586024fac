"""The accounts table: latest version, tombstones, and the look-up that identity uses."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import MetaData
from sqlalchemy.ext.asyncio import create_async_engine

from contracts.accounts import AccountRecorded, GrantedRole, OrganisationRecorded
from contracts.event import Fact
from contracts.lists import AccountState, Assurance, OrgKind, Role
from eventing.db import Database
from eventing.subscription import Received
from tests.conftest import MakeDatabase
from tests.webui.showcase import ACCOUNT, START, Clock
from webui.accounts import (
    ACCOUNTS_PROJECTION,
    accounts_of,
    add_accounts_tables,
    load_account,
    load_organisation,
    organisations,
)
from webui.identity import RoleGrant, Standing

ORGANISATION = UUID("91c2d3e4-0000-4000-8000-000000000002")


def prepare(url: str) -> None:
    async def create() -> None:
        metadata = MetaData()
        add_accounts_tables(metadata)
        engine = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://"))
        async with engine.begin() as connection:
            await connection.run_sync(metadata.create_all)
        await engine.dispose()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, create()).result()


@pytest.fixture
async def database(make_database: MakeDatabase) -> AsyncIterator[Database]:
    made = make_database("webui", prepare)
    database = Database(made.app_url, Clock().runtime())
    await database.open()
    yield database
    await database.close()


async def hear(database: Database, *facts: Fact) -> None:
    """Folds the facts in that order."""
    no = UUID(int=0)
    for fact in facts:
        received = Received(fact, no, fact.TYPE, fact.TOPIC, fact.key, None, START, "system", None, None)
        async with database.transaction() as tx:
            await ACCOUNTS_PROJECTION.handlers[type(fact)](tx, received)


def account(version: int, generation: int = 1, state: AccountState = AccountState.ACTIVE) -> AccountRecorded:
    return AccountRecorded(
        person_id=ACCOUNT,
        version=version,
        generation=generation,
        state=state,
        organisation_id=ORGANISATION,
        roles=[GrantedRole(role=Role.CHAIR, territory="siao-59-lille", until=date(2026, 12, 31))],
        assurance=Assurance.MAIL_LINK,
    )


def organisation(version: int, name: str) -> OrganisationRecorded:
    return OrganisationRecorded(
        organisation_id=ORGANISATION,
        version=version,
        name=name,
        kind=OrgKind.ASSOCIATION,
        secret_location=True,
        state=AccountState.ACTIVE,
    )


async def test_an_account_is_kept_whole(database: Database) -> None:
    await hear(database, account(1))
    async with database.read() as tx:
        found = await load_account(tx, ACCOUNT)
    assert found is not None
    assert found.active
    assert found.user.roles == (RoleGrant("chair", "siao-59-lille", date(2026, 12, 31)),)
    assert found.user.organisation_id == ORGANISATION


async def test_a_lower_version_changes_nothing(database: Database) -> None:
    find = accounts_of(database)
    assert await find(ACCOUNT) is None
    await hear(database, account(2, 5, AccountState.DISABLED), account(1, 4), account(2, 9))
    assert await find(ACCOUNT) == Standing(5, False)
    await hear(database, account(3, 6))
    assert await find(ACCOUNT) == Standing(6, True)


async def test_a_tombstone_ends_the_account(database: Database) -> None:
    assert ACCOUNTS_PROJECTION.forget is not None
    await hear(database, account(1), organisation(1, "Le Relais"))
    async with database.transaction() as tx:
        await ACCOUNTS_PROJECTION.forget(tx, str(ACCOUNT))
    assert await accounts_of(database)(ACCOUNT) == Standing(1, False)
    async with database.read() as tx:
        found = await load_account(tx, ACCOUNT)
        assert found is not None
        assert found.user.roles == ()
        kept = await load_organisation(tx, ORGANISATION)
        assert kept is not None
        assert kept.active


async def test_organisations_are_listed_by_name(database: Database) -> None:
    await hear(
        database, organisation(1, "Ancien nom"), organisation(2, "Le Relais"), organisation(1, "Ancien")
    )
    async with database.read() as tx:
        assert [o.name for o in await organisations(tx)] == ["Le Relais"]
        found = await load_organisation(tx, ORGANISATION)
    assert found is not None
    assert found.secret_location
