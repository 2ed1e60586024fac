"""Organisations, people and accounts."""

from collections.abc import Sequence
from dataclasses import asdict
from uuid import UUID

import asyncpg
from sqlalchemy import BindParameter, bindparam, func, or_, select

from contracts.lists import AccountState
from eventing.db import Database, Tx, run, run_one
from registration.store.people import account_of, organisation_of
from registration.store.views import AccountView, OrganisationView, PersonView, person_view
from registration.tables import ACCOUNT, MEMORY_SUSPENDED, ORGANISATION, PERSON, SESSION
from webui.identity import FindAccount, RoleGrant, Standing

ORGANISATIONS = select(ORGANISATION).order_by(ORGANISATION.c.name, ORGANISATION.c.organisation_id)
ONE_ORGANISATION = select(ORGANISATION).where(ORGANISATION.c.organisation_id == bindparam("id"))
_PEOPLE = (
    select(PERSON, ORGANISATION.c.name.label("organisation"), MEMORY_SUSPENDED.c.cause.label("suspended"))
    .outerjoin(ORGANISATION, ORGANISATION.c.organisation_id == PERSON.c.organisation_id)
    .outerjoin(MEMORY_SUSPENDED, MEMORY_SUSPENDED.c.person_id == PERSON.c.person_id)
)
_BY_NAME = (PERSON.c.family_name.asc().nulls_last(), PERSON.c.given_name, PERSON.c.email)
_WORDS: BindParameter[str] = bindparam("words")
PEOPLE = (
    _PEOPLE.where(
        or_(
            PERSON.c.email.contains(_WORDS, autoescape=False),
            func.lower(func.concat_ws(" ", PERSON.c.given_name, PERSON.c.family_name)).contains(_WORDS),
        )
    )
    .order_by(*_BY_NAME)
    .limit(bindparam("most"))
)
PERSON_BY_ID = _PEOPLE.where(PERSON.c.person_id == bindparam("id"))
PERSON_BY_EMAIL = _PEOPLE.where(PERSON.c.email == bindparam("address"))
_LIVE = (
    select(func.count())
    .where(
        SESSION.c.person_id == ACCOUNT.c.person_id,
        SESSION.c.ended_at.is_(None),
        SESSION.c.until > bindparam("now"),
    )
    .scalar_subquery()
)
_ACCOUNTS = (
    select(
        PERSON,
        ORGANISATION.c.name.label("organisation"),
        _LIVE.label("sessions"),
        ACCOUNT.c.version.label("account_version"),
        ACCOUNT.c.generation,
        ACCOUNT.c.state,
        ACCOUNT.c.roles,
        ACCOUNT.c.assurance,
    )
    .join(ACCOUNT, ACCOUNT.c.person_id == PERSON.c.person_id)
    .outerjoin(ORGANISATION, ORGANISATION.c.organisation_id == PERSON.c.organisation_id)
)
ACCOUNTS = _ACCOUNTS.order_by(*_BY_NAME)
ONE_ACCOUNT = _ACCOUNTS.where(ACCOUNT.c.person_id == bindparam("id"))
STANDING = select(ACCOUNT.c.generation, ACCOUNT.c.state).where(ACCOUNT.c.person_id == bindparam("id"))


async def organisations(tx: Tx, *, active_only: bool = False) -> list[OrganisationView]:
    """Every organisation, by name."""
    found = [OrganisationView(**asdict(organisation_of(row))) for row in await run(tx, ORGANISATIONS)]
    return [each for each in found if each.state is AccountState.ACTIVE or not active_only]


async def organisation(tx: Tx, organisation_id: UUID) -> OrganisationView | None:
    """One organisation."""
    row = await run_one(tx, ONE_ORGANISATION, id=organisation_id)
    return OrganisationView(**asdict(organisation_of(row))) if row else None


async def people(tx: Tx, *, search: str = "", limit: int = 200) -> list[PersonView]:
    """Professionals whose name or address contains the words, by family name."""
    return [
        person_view(row, row["organisation"])
        for row in await run(tx, PEOPLE, words=search.lower(), most=limit)
    ]


async def person(tx: Tx, person_id: UUID) -> PersonView | None:
    """One professional."""
    row = await run_one(tx, PERSON_BY_ID, id=person_id)
    return person_view(row, row["organisation"]) if row else None


async def person_by_email(tx: Tx, email: str) -> PersonView | None:
    """The professional of that address."""
    row = await run_one(tx, PERSON_BY_EMAIL, address=email.lower())
    return person_view(row, row["organisation"]) if row else None


async def accounts(tx: Tx, territories: Sequence[str]) -> list[AccountView]:
    """Accounts with a role on these territories, and those without any role, by name."""
    found = [_account(row) for row in await run(tx, ACCOUNTS, now=tx.now)]
    return [a for a in found if not a.roles or {r.territory for r in a.roles} & set(territories)]


async def account(tx: Tx, person_id: UUID) -> AccountView | None:
    """One account."""
    row = await run_one(tx, ONE_ACCOUNT, id=person_id, now=tx.now)
    return _account(row) if row else None


def _account(row: asyncpg.Record) -> AccountView:
    known = account_of(dict(row) | {"version": row["account_version"]})
    return AccountView(
        person=person_view(row, row["organisation"]),
        version=known.version,
        generation=known.generation,
        state=known.state,
        roles=tuple(RoleGrant(r.role.value, r.territory, r.until) for r in known.roles),
        sessions=row["sessions"],
    )


def accounts_of(database: Database) -> FindAccount:
    """The look-up that `webui.site.install` asks for, on this service's own accounts."""

    async def find(account_id: UUID) -> Standing | None:
        async with database.read() as tx:
            row = await run_one(tx, STANDING, id=account_id)
        return None if row is None else Standing(row["generation"], row["state"] == AccountState.ACTIVE)

    return find
