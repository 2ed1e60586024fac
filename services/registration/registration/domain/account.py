"""Accounts: who holds which role where. Nobody gives a role to oneself."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from contracts.accounts import AccountRecorded, GrantedRole
from contracts.lists import AccountState, Assurance, Role
from contracts.refusal import Refused


@dataclass(frozen=True)
class Account:
    """An account as it stands. A higher `generation` ends older tokens and sessions."""

    person_id: UUID
    version: int = 1
    generation: int = 1
    state: AccountState = AccountState.ACTIVE
    organisation_id: UUID | None = None
    roles: tuple[GrantedRole, ...] = ()
    assurance: Assurance = Assurance.MAIL_LINK

    def recorded(self) -> AccountRecorded:
        """The record that every service hears."""
        return AccountRecorded(
            person_id=self.person_id,
            version=self.version,
            generation=self.generation,
            state=self.state,
            organisation_id=self.organisation_id,
            roles=self.roles,
            assurance=self.assurance,
        )


def grant(account: Account, giver: UUID | None, role: Role, territory: str, until: date | None) -> Account:
    """Give a role, or another end to it."""
    _not_oneself(account, giver)
    kept = tuple(r for r in account.roles if (r.role, r.territory) != (role, territory))
    given = (*kept, GrantedRole(role=role, territory=territory, until=until))
    if set(given) == set(account.roles):
        return account
    return replace(account, roles=given, version=account.version + 1)


def revoke(account: Account, giver: UUID | None, role: Role, territory: str) -> Account:
    """Take a role back; tokens that carry it end at once."""
    _not_oneself(account, giver)
    kept = tuple(r for r in account.roles if (r.role, r.territory) != (role, territory))
    if kept == account.roles:
        return account
    return replace(account, roles=kept, version=account.version + 1, generation=account.generation + 1)


def disable(account: Account, giver: UUID | None) -> Account:
    """Shut an account."""
    _not_oneself(account, giver)
    if account.state is AccountState.DISABLED:
        return account
    return replace(
        account,
        state=AccountState.DISABLED,
        version=account.version + 1,
        generation=account.generation + 1,
    )


def enable(account: Account, giver: UUID | None) -> Account:
    """Open it again."""
    _not_oneself(account, giver)
    if account.state is AccountState.ACTIVE:
        return account
    return replace(account, state=AccountState.ACTIVE, version=account.version + 1)


def sign_out_everywhere(account: Account) -> Account:
    """End every session and token."""
    return replace(account, version=account.version + 1, generation=account.generation + 1)


def _not_oneself(account: Account, giver: UUID | None) -> None:
    if giver == account.person_id:
        text = "Personne ne change ses propres droits : demandez à une autre coordination."
        raise Refused("own_role", text, 403)
