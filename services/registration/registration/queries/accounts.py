"""Organisations, people and accounts."""

from collections.abc import Sequence
from uuid import UUID

from eventing.db import Database, Tx
from registration.queries.views import AccountView, OrganisationView, PersonView
from webui.identity import FindAccount


async def organisations(tx: Tx, *, active_only: bool = False) -> list[OrganisationView]:
    """Every organisation, by name."""
    raise NotImplementedError


async def organisation(tx: Tx, organisation_id: UUID) -> OrganisationView | None:
    """One organisation."""
    raise NotImplementedError


async def people(tx: Tx, *, search: str = "", limit: int = 200) -> list[PersonView]:
    """Professionals whose name or address contains the words, by family name."""
    raise NotImplementedError


async def person(tx: Tx, person_id: UUID) -> PersonView | None:
    """One professional."""
    raise NotImplementedError


async def person_by_email(tx: Tx, email: str) -> PersonView | None:
    """The professional of that address."""
    raise NotImplementedError


async def accounts(tx: Tx, territories: Sequence[str]) -> list[AccountView]:
    """Accounts with a role on these territories, and those without any role, by name."""
    raise NotImplementedError


async def account(tx: Tx, person_id: UUID) -> AccountView | None:
    """One account."""
    raise NotImplementedError


def accounts_of(database: Database) -> FindAccount:
    """The look-up that `webui.site.install` asks for, on this service's own accounts."""
    raise NotImplementedError
