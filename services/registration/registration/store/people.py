"""People, organisations and accounts."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy import bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert

from contracts.accounts import GrantedRole, OrganisationRecorded
from contracts.directory import PersonRecorded
from contracts.lists import AccountState, Assurance, EmailKind, OrgKind
from eventing.db import Tx, run, run_one
from registration.domain.account import Account
from registration.tables import ACCOUNT, ORGANISATION, PERSON

WITHHELD = "Entreprise individuelle"

_PERSON = ("version", "email_kind", "given_name", "family_name", "organisation_id", "proven_at")
_ORGANISATION = tuple(c.name for c in ORGANISATION.columns if c.name not in ("organisation_id", "created_at"))
_ACCOUNT = ("version", "generation", "state", "organisation_id", "roles", "assurance")

PERSON_BY_EMAIL = select(PERSON).where(PERSON.c.email == bindparam("address"))
PERSON_BY_ID = select(PERSON).where(PERSON.c.person_id == bindparam("id"))
LOCK_PERSON = PERSON_BY_ID.with_for_update()
INSERT_PERSON = (
    insert(PERSON)
    .values({c.name: bindparam(c.name) for c in PERSON.columns if c.name != "visible_to"})
    .on_conflict_do_nothing()
    .returning(PERSON.c.person_id)
)
UPDATE_PERSON = (
    update(PERSON)
    .where(PERSON.c.person_id == bindparam("id"))
    .values({name: bindparam(f"new_{name}") for name in _PERSON})
)
LOCK_ORGANISATION = (
    select(ORGANISATION).where(ORGANISATION.c.organisation_id == bindparam("id")).with_for_update()
)
ORGANISATION_BY_ID = select(ORGANISATION).where(ORGANISATION.c.organisation_id == bindparam("id"))
INSERT_ORGANISATION = (
    insert(ORGANISATION)
    .values({c.name: bindparam(c.name) for c in ORGANISATION.columns})
    .on_conflict_do_nothing()
    .returning(ORGANISATION.c.organisation_id)
)
UPDATE_ORGANISATION = (
    update(ORGANISATION)
    .where(ORGANISATION.c.organisation_id == bindparam("id"))
    .values({name: bindparam(f"new_{name}") for name in _ORGANISATION})
)
LOCK_ACCOUNT = select(ACCOUNT).where(ACCOUNT.c.person_id == bindparam("id")).with_for_update()
ACCOUNT_BY_ID = select(ACCOUNT).where(ACCOUNT.c.person_id == bindparam("id"))
INSERT_ACCOUNT = (
    insert(ACCOUNT)
    .values({c.name: bindparam(c.name) for c in ACCOUNT.columns})
    .on_conflict_do_nothing()
    .returning(ACCOUNT.c.person_id)
)
UPDATE_ACCOUNT = (
    update(ACCOUNT)
    .where(ACCOUNT.c.person_id == bindparam("id"))
    .values({name: bindparam(f"new_{name}") for name in _ACCOUNT})
)
COUNT_ACCOUNTS = select(func.count()).select_from(ACCOUNT)


@dataclass(frozen=True)
class Person:
    """A professional as known here."""

    person_id: UUID
    version: int
    email: str
    email_kind: EmailKind
    given_name: str | None
    family_name: str | None
    organisation_id: UUID | None
    proven_at: datetime | None

    def recorded(self) -> PersonRecorded:
        """The record that the directory hears."""
        return PersonRecorded(
            person_id=self.person_id,
            version=self.version,
            organisation_id=self.organisation_id,
            given_name=self.given_name,
            family_name=self.family_name,
            email=self.email,
            email_kind=self.email_kind,
        )


@dataclass(frozen=True)
class Organisation:
    """An organisation as known here."""

    organisation_id: UUID
    version: int
    name: str
    kind: OrgKind
    siren: str | None
    commune: str | None
    address: str | None
    sole_trader: bool
    secret_location: bool
    state: AccountState

    def recorded(self) -> OrganisationRecorded:
        """The record that every service hears: no name of a sole trader, no commune of a secret location."""
        return OrganisationRecorded(
            organisation_id=self.organisation_id,
            version=self.version,
            name=WITHHELD if self.sole_trader else self.name,
            kind=self.kind,
            siren=None if self.sole_trader else self.siren,
            commune=None if self.secret_location else self.commune,
            secret_location=self.secret_location,
            state=self.state,
        )


def person_of(row: asyncpg.Record) -> Person:
    """A person from its row."""
    return Person(
        row["person_id"],
        row["version"],
        row["email"],
        EmailKind(row["email_kind"]),
        row["given_name"],
        row["family_name"],
        row["organisation_id"],
        row["proven_at"],
    )


def organisation_of(row: asyncpg.Record) -> Organisation:
    """An organisation from its row."""
    values = {name: row[name] for name in _ORGANISATION}
    values |= {"kind": OrgKind(row["kind"]), "state": AccountState(row["state"])}
    return Organisation(organisation_id=row["organisation_id"], **values)


def account_of(row: Mapping[str, Any]) -> Account:
    """An account from its row."""
    return Account(
        person_id=row["person_id"],
        version=row["version"],
        generation=row["generation"],
        state=AccountState(row["state"]),
        organisation_id=row["organisation_id"],
        roles=tuple(GrantedRole.model_validate_json(text) for text in _texts(row["roles"])),
        assurance=Assurance(row["assurance"]),
    )


def _texts(roles: list[dict[str, Any]]) -> list[str]:
    return [json.dumps(role) for role in roles]


async def person_by_email(tx: Tx, email: str) -> Person | None:
    """The person of that address."""
    row = await run_one(tx, PERSON_BY_EMAIL, address=email)
    return person_of(row) if row else None


async def person(tx: Tx, person_id: UUID, *, lock: bool = False) -> Person | None:
    """The person of that id; `lock` before writing."""
    row = await run_one(tx, LOCK_PERSON if lock else PERSON_BY_ID, id=person_id)
    return person_of(row) if row else None


async def insert_person(tx: Tx, made: Person) -> bool:
    """Write a new person; False when the id or the address is taken."""
    row = await run_one(
        tx,
        INSERT_PERSON,
        person_id=made.person_id,
        email=made.email,
        created_at=tx.now,
        **{name: getattr(made, name) for name in _PERSON},
    )
    return row is not None


async def update_person(tx: Tx, changed: Person) -> None:
    """Write a person known already."""
    values = {f"new_{name}": getattr(changed, name) for name in _PERSON}
    await run(tx, UPDATE_PERSON, id=changed.person_id, **values)


async def organisation(tx: Tx, organisation_id: UUID, *, lock: bool = False) -> Organisation | None:
    """The organisation of that id; `lock` before writing."""
    row = await run_one(tx, LOCK_ORGANISATION if lock else ORGANISATION_BY_ID, id=organisation_id)
    return organisation_of(row) if row else None


async def insert_organisation(tx: Tx, made: Organisation) -> bool:
    """Write a new organisation; False when the id is taken."""
    values = {name: getattr(made, name) for name in _ORGANISATION}
    row = await run_one(
        tx, INSERT_ORGANISATION, organisation_id=made.organisation_id, created_at=tx.now, **values
    )
    return row is not None


async def update_organisation(tx: Tx, changed: Organisation) -> None:
    """Write an organisation known already."""
    values = {f"new_{name}": getattr(changed, name) for name in _ORGANISATION}
    await run(tx, UPDATE_ORGANISATION, id=changed.organisation_id, **values)


async def account(tx: Tx, person_id: UUID, *, lock: bool = False) -> Account | None:
    """The account of a person; `lock` before writing."""
    row = await run_one(tx, LOCK_ACCOUNT if lock else ACCOUNT_BY_ID, id=person_id)
    return account_of(dict(row)) if row else None


async def insert_account(tx: Tx, made: Account) -> bool:
    """Write a new account; False when the person has one."""
    return await run_one(tx, INSERT_ACCOUNT, person_id=made.person_id, **_account_values(made)) is not None


async def update_account(tx: Tx, changed: Account) -> None:
    """Write an account known already."""
    values = {f"new_{name}": value for name, value in _account_values(changed).items()}
    await run(tx, UPDATE_ACCOUNT, id=changed.person_id, **values)


def _account_values(of: Account) -> dict[str, Any]:
    values = {name: getattr(of, name) for name in _ACCOUNT}
    return values | {"roles": [role.model_dump(mode="json", exclude_none=True) for role in of.roles]}


async def any_account(tx: Tx) -> bool:
    """Whether anybody may sign in."""
    row = await run_one(tx, COUNT_ACCOUNTS)
    return row is not None and row[0] > 0
