"""Organisations, people, accounts and roles, by coordinators; the first account, by settings."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from contracts.accounts import GrantedRole
from contracts.lists import AccountState, Role
from contracts.refusal import FieldError, Refused
from eventing.db import Tx
from eventing.outbox import append
from registration.commands.asked import (
    AddAccount,
    ChangeOrganisation,
    ChangePerson,
    CreateOrganisation,
    CreatePerson,
    RoleAsked,
)
from registration.commands.moments import expect_version
from registration.commands.rights import FORBIDDEN, allow
from registration.domain import account as rule
from registration.domain.account import Account
from registration.store import links, people
from registration.store.people import Organisation, Person
from webui.identity import RoleGrant, User


async def create_organisation(tx: Tx, by: User | None, asked: CreateOrganisation) -> UUID:
    """Record an organisation; the same id again changes nothing."""
    allow(by, Role.COORDINATOR, territory=None)
    made = Organisation(version=1, state=AccountState.ACTIVE, **asked.model_dump())
    if await people.insert_organisation(tx, made):
        await append(tx, made.recorded())
    return asked.organisation_id


async def change_organisation(
    tx: Tx, by: User | None, organisation_id: UUID, asked: ChangeOrganisation
) -> None:
    """Replace its record. Raises Refused 404, `stale_version`."""
    allow(by, Role.COORDINATOR, territory=None)
    known = await people.organisation(tx, organisation_id, lock=True)
    if known is None:
        raise Refused("unknown_organisation", "Cette structure n’existe pas.", 404)
    expect_version(known.version, asked.version)
    values = asked.model_dump(exclude={"version", "active"})
    state = AccountState.ACTIVE if asked.active else AccountState.DISABLED
    changed = replace(known, **values, state=state)
    if changed == known:
        return
    changed = replace(changed, version=known.version + 1)
    await people.update_organisation(tx, changed)
    await append(tx, changed.recorded())


async def create_person(tx: Tx, by: User | None, asked: CreatePerson) -> UUID:
    """Record a professional. The same id again changes nothing; an address already known is `email_taken`."""
    allow(by, Role.COORDINATOR, territory=None)
    await _check_organisation(tx, asked.organisation_id)
    made = Person(version=1, proven_at=None, **asked.model_dump())
    if await people.insert_person(tx, made):
        await append(tx, made.recorded())
        return made.person_id
    known = await people.person(tx, asked.person_id)
    if known is None or known.email != asked.email:
        text = "Une personne est déjà enregistrée avec cette adresse ou cet identifiant."
        raise Refused("email_taken", text, 409, [FieldError("/email", "email_taken", text)])
    return known.person_id


async def change_person(tx: Tx, by: User | None, person_id: UUID, asked: ChangePerson) -> None:
    """Replace the record but the address. Raises Refused 404, `stale_version`."""
    allow(by, Role.COORDINATOR, territory=None)
    known = await people.person(tx, person_id, lock=True)
    if known is None:
        raise Refused("unknown_person", "Cette personne n’existe pas.", 404)
    expect_version(known.version, asked.version)
    await _check_organisation(tx, asked.organisation_id)
    changed = replace(known, **asked.model_dump(exclude={"version"}))
    if changed == known:
        return
    changed = replace(changed, version=known.version + 1)
    await people.update_person(tx, changed)
    await append(tx, changed.recorded())


async def add_account(tx: Tx, by: User | None, asked: AddAccount) -> UUID:
    """Let a person sign in, with roles on the coordinator's territories. The person's id, found or made.

    Somebody who has an account already keeps it as it is.
    """
    user = allow(by, Role.COORDINATOR, territory=None)
    for role in asked.roles:
        allow(by, Role.COORDINATOR, territory=role.territory)
    known = await people.person_by_email(tx, asked.email)
    if known is not None and known.person_id == user.account_id:
        raise Refused("own_role", "Personne ne change ses propres droits.", 403)
    await _check_organisation(tx, asked.organisation_id)
    return await admit(
        tx,
        Person(
            version=1,
            proven_at=None,
            **CreatePerson(**asked.model_dump(exclude={"roles"})).model_dump(),
        ),
        asked.roles,
    )


async def admit(tx: Tx, person: Person, roles: Sequence[RoleAsked]) -> UUID:
    """Make an account without asking who may: for the command line and the first start."""
    if await people.insert_person(tx, person):
        await append(tx, person.recorded())
        known = person
    else:
        found = await people.person_by_email(tx, person.email)
        if found is None:
            raise Refused("id_taken", "Cet identifiant a déjà servi.")
        known = found
    granted = tuple(GrantedRole(role=r.role, territory=r.territory, until=r.until) for r in roles)
    account = Account(
        known.person_id, organisation_id=known.organisation_id or person.organisation_id, roles=granted
    )
    if await people.insert_account(tx, account):
        await append(tx, account.recorded())
    return known.person_id


async def admit_account(tx: Tx, email: str, roles: Sequence[str], territory: str) -> UUID:
    """For the command line: make an account with roles on one territory. Raises Refused 422 on bad input."""
    try:
        person = CreatePerson(person_id=tx.new_id(), email=email)
        wanted = [RoleAsked(role=Role(role), territory=territory) for role in roles]
    except ValueError as error:
        raise Refused("invalid", "L’adresse, un rôle ou le territoire ne convient pas.", 422) from error
    return await admit(tx, Person(version=1, proven_at=None, **person.model_dump()), wanted)


async def user_by_email(tx: Tx, email: str) -> tuple[User, AccountState]:
    """The account of that address, as a token says it, and its state. Raises Refused 404."""
    person = await people.person_by_email(tx, email.strip().lower())
    account = await people.account(tx, person.person_id) if person else None
    if account is None:
        raise Refused("unknown_account", "Aucun compte n’a cette adresse.", 404)
    return user_of(account), account.state


async def grant_role(tx: Tx, by: User | None, person_id: UUID, asked: RoleAsked, version: int) -> None:
    """Give a role; never to oneself. Raises Refused 404, `stale_version`, 403 `own_role`."""
    user = allow(by, Role.COORDINATOR, territory=asked.territory)
    known = await _account(tx, person_id, version)
    changed = rule.grant(known, user.account_id, asked.role, asked.territory, asked.until)
    await _keep(tx, known, changed)


async def revoke_role(
    tx: Tx, by: User | None, person_id: UUID, role: Role, territory: str, version: int
) -> None:
    """Take a role back: tokens that carry it end."""
    user = allow(by, Role.COORDINATOR, territory=territory)
    known = await _account(tx, person_id, version)
    await _keep(tx, known, rule.revoke(known, user.account_id, role, territory))


async def disable_account(tx: Tx, by: User | None, person_id: UUID, version: int) -> None:
    """Shut an account: generation rises, sessions end. Not one's own."""
    user, known = await _of_territory(tx, by, person_id, version)
    await _keep(tx, known, rule.disable(known, user.account_id))


async def enable_account(tx: Tx, by: User | None, person_id: UUID, version: int) -> None:
    """Open an account again."""
    user, known = await _of_territory(tx, by, person_id, version)
    await _keep(tx, known, rule.enable(known, user.account_id))


async def ensure_first_account(tx: Tx, email: str, territory: str) -> None:
    """Make the first account (coordinator, data officer) if there is none. Run at each start."""
    if await people.any_account(tx):
        return
    roles = [RoleAsked(role=role, territory=territory) for role in (Role.COORDINATOR, Role.DATA_OFFICER)]
    person = CreatePerson(person_id=tx.new_id(), email=email)
    await admit(tx, Person(version=1, proven_at=None, **person.model_dump()), roles)


def user_of(account: Account) -> User:
    """The account as a token says it."""
    return User(
        account_id=account.person_id,
        generation=account.generation,
        organisation_id=account.organisation_id,
        roles=tuple(RoleGrant(r.role.value, r.territory, r.until) for r in account.roles),
        assurance=account.assurance.value,
    )


async def _account(tx: Tx, person_id: UUID, version: int) -> Account:
    known = await people.account(tx, person_id, lock=True)
    if known is None:
        raise Refused("unknown_account", "Ce compte n’existe pas.", 404)
    expect_version(known.version, version)
    return known


async def _of_territory(tx: Tx, by: User | None, person_id: UUID, version: int) -> tuple[User, Account]:
    """An account that this coordinator has a say on: one with a role on their territory, or with none."""
    user = allow(by, Role.COORDINATOR, territory=None)
    known = await _account(tx, person_id, version)
    mine = {grant.territory for grant in user.roles if grant.role == Role.COORDINATOR}
    if known.roles and not mine & {granted.territory for granted in known.roles}:
        raise Refused("forbidden", FORBIDDEN, 403)
    return user, known


async def _keep(tx: Tx, known: Account, changed: Account) -> None:
    if changed == known:
        return
    await people.update_account(tx, changed)
    if changed.generation > known.generation:
        await links.end_sessions(tx, changed.person_id)
    await append(tx, changed.recorded())


async def _check_organisation(tx: Tx, organisation_id: UUID | None) -> None:
    if organisation_id is not None and await people.organisation(tx, organisation_id) is None:
        text = "Cette structure n’existe pas."
        raise Refused(
            "unknown_organisation", text, 409, [FieldError("/organisation_id", "unknown_organisation", text)]
        )
