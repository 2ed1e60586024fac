"""Organisations, people, accounts and roles, by coordinators; the first account, by settings."""

from uuid import UUID

from contracts.lists import Role
from eventing.db import Tx
from registration.commands.asked import (
    AddAccount,
    ChangeOrganisation,
    ChangePerson,
    CreateOrganisation,
    CreatePerson,
    RoleAsked,
)
from webui.identity import User


async def create_organisation(tx: Tx, by: User | None, asked: CreateOrganisation) -> UUID:
    """Record an organisation; the same id again changes nothing."""
    raise NotImplementedError


async def change_organisation(
    tx: Tx, by: User | None, organisation_id: UUID, asked: ChangeOrganisation
) -> None:
    """Replace its record. Raises Refused 404, `stale_version`."""
    raise NotImplementedError


async def create_person(tx: Tx, by: User | None, asked: CreatePerson) -> UUID:
    """Record a professional. The same id again changes nothing; an address already known is `email_taken`."""
    raise NotImplementedError


async def change_person(tx: Tx, by: User | None, person_id: UUID, asked: ChangePerson) -> None:
    """Replace the record but the address. Raises Refused 404, `stale_version`."""
    raise NotImplementedError


async def add_account(tx: Tx, by: User | None, asked: AddAccount) -> UUID:
    """Let a person sign in, with roles on the coordinator's territories. The person's id, found or made."""
    raise NotImplementedError


async def grant_role(tx: Tx, by: User | None, person_id: UUID, asked: RoleAsked, version: int) -> None:
    """Give a role; never to oneself. Raises Refused 404, `stale_version`, 403 `own_role`."""
    raise NotImplementedError


async def revoke_role(
    tx: Tx, by: User | None, person_id: UUID, role: Role, territory: str, version: int
) -> None:
    """Take a role back: tokens that carry it end."""
    raise NotImplementedError


async def disable_account(tx: Tx, by: User | None, person_id: UUID, version: int) -> None:
    """Shut an account: generation rises, sessions end. Not one's own."""
    raise NotImplementedError


async def enable_account(tx: Tx, by: User | None, person_id: UUID, version: int) -> None:
    """Open an account again."""
    raise NotImplementedError


async def ensure_first_account(tx: Tx, email: str, territory: str) -> None:
    """Make the first account (coordinator, data officer) if there is none. Run at each start."""
    raise NotImplementedError
