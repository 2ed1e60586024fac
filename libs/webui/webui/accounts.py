"""What each service but registration knows of accounts and organisations: two tables folded from one topic.

Only the latest version counts; an erased account stays as a disabled line, so that its last token ends too.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    MetaData,
    Table,
    Text,
    Uuid,
    bindparam,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, insert

from contracts.accounts import AccountRecorded, OrganisationRecorded
from contracts.lists import AccountState, Assurance
from contracts.topics import ACCOUNTS
from eventing.db import Database, Tx, run, run_one
from eventing.subscription import Projection, Received
from webui.identity import FindAccount, RoleGrant, Standing, User

metadata = MetaData()

ACCOUNT = Table(
    "account",
    metadata,
    Column("person_id", Uuid, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("generation", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("organisation_id", Uuid),
    Column("roles", JSONB, nullable=False),
    Column("assurance", Text, nullable=False),
)
ORGANISATION = Table(
    "organisation",
    metadata,
    Column("organisation_id", Uuid, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("siren", Text),
    Column("commune", Text),
    Column("secret_location", Boolean, nullable=False),
    Column("state", Text, nullable=False),
)


def put_latest(table: Table, key: str) -> Any:
    """The statement that keeps a record of a compacted topic, when its version is above the one kept."""
    new = insert(table).values({column.name: bindparam(column.name) for column in table.columns})
    changes = {column.name: new.excluded[column.name] for column in table.columns if column.name != key}
    return new.on_conflict_do_update(
        index_elements=[key], set_=changes, where=table.c.version < new.excluded.version
    )


PUT_ACCOUNT = put_latest(ACCOUNT, "person_id")
PUT_ORGANISATION = put_latest(ORGANISATION, "organisation_id")
END_ACCOUNT = (
    update(ACCOUNT)
    .where(ACCOUNT.c.person_id == bindparam("id"))
    .values(state=AccountState.DISABLED.value, roles=[], organisation_id=None)
)
END_ORGANISATION = (
    update(ORGANISATION)
    .where(ORGANISATION.c.organisation_id == bindparam("id"))
    .values(state=AccountState.DISABLED.value)
)
ONE_ACCOUNT = select(ACCOUNT).where(ACCOUNT.c.person_id == bindparam("id"))
STANDING = select(ACCOUNT.c.generation, ACCOUNT.c.state).where(ACCOUNT.c.person_id == bindparam("id"))
ONE_ORGANISATION = select(ORGANISATION).where(ORGANISATION.c.organisation_id == bindparam("id"))
ALL_ORGANISATIONS = select(ORGANISATION).order_by(ORGANISATION.c.name, ORGANISATION.c.organisation_id)


@dataclass(frozen=True)
class Account:
    """The latest state heard of an account."""

    user: User
    version: int
    state: AccountState

    @property
    def active(self) -> bool:
        """False once disabled or erased."""
        return self.state is AccountState.ACTIVE


@dataclass(frozen=True)
class Organisation:
    """The latest record heard of an organisation. `name` may be withheld (a sole trader)."""

    organisation_id: UUID
    name: str
    kind: str
    commune: str | None
    secret_location: bool
    active: bool


def add_accounts_tables(target: MetaData) -> None:
    """Copies the two tables into a service's own metadata, for its migrations."""
    for table in metadata.sorted_tables:
        table.to_metadata(target)


async def fold_account(tx: Tx, event: Received[AccountRecorded]) -> None:
    """Keeps the account's latest version."""
    fact = event.fact
    await run(
        tx,
        PUT_ACCOUNT,
        person_id=fact.person_id,
        version=fact.version,
        generation=fact.generation,
        state=fact.state.value,
        organisation_id=fact.organisation_id,
        roles=[role.model_dump(mode="json") for role in fact.roles],
        assurance=fact.assurance.value,
    )


async def fold_organisation(tx: Tx, event: Received[OrganisationRecorded]) -> None:
    """Keeps the organisation's latest version."""
    fact = event.fact
    values = {column.name: getattr(fact, column.name) for column in ORGANISATION.columns}
    await run(tx, PUT_ORGANISATION, **values | {"kind": fact.kind.value, "state": fact.state.value})


async def forget(tx: Tx, key: str) -> None:
    """A tombstone: nobody signs in with that account any more."""
    await run(tx, END_ACCOUNT, id=UUID(key))
    await run(tx, END_ORGANISATION, id=UUID(key))


ACCOUNTS_PROJECTION = Projection(
    name="accounts",
    version=1,
    topic=ACCOUNTS,
    handlers={AccountRecorded: fold_account, OrganisationRecorded: fold_organisation},
    tables=["account", "organisation"],
    forget=forget,
)


async def load_account(tx: Tx, account_id: UUID) -> Account | None:
    """The account as this service has heard of it, or None."""
    row = await run_one(tx, ONE_ACCOUNT, id=account_id)
    if row is None:
        return None
    user = User(
        account_id=row["person_id"],
        generation=row["generation"],
        organisation_id=row["organisation_id"],
        roles=tuple(
            RoleGrant(r["role"], r["territory"], date.fromisoformat(r["until"]) if r.get("until") else None)
            for r in row["roles"]
        ),
        assurance=Assurance(row["assurance"]),
    )
    return Account(user, row["version"], AccountState(row["state"]))


async def load_organisation(tx: Tx, organisation_id: UUID) -> Organisation | None:
    """The organisation as this service has heard of it, or None."""
    row = await run_one(tx, ONE_ORGANISATION, id=organisation_id)
    return None if row is None else _organisation(row)


async def organisations(tx: Tx) -> list[Organisation]:
    """Every organisation heard of, by name."""
    return [_organisation(row) for row in await run(tx, ALL_ORGANISATIONS)]


def _organisation(row: asyncpg.Record) -> Organisation:
    return Organisation(
        row["organisation_id"],
        row["name"],
        row["kind"],
        row["commune"],
        row["secret_location"],
        row["state"] == AccountState.ACTIVE,
    )


def accounts_of(database: Database) -> FindAccount:
    """The look-up that `webui.site.install` asks for, on this service's own table."""

    async def find(account_id: UUID) -> Standing | None:
        async with database.read() as tx:
            row = await run_one(tx, STANDING, id=account_id)
        return None if row is None else Standing(row["generation"], row["state"] == AccountState.ACTIVE)

    return find
