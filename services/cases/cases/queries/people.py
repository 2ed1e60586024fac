"""Names of professionals and organisations, for pages; who may follow a case."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, bindparam, literal, select

from cases.tables import PERSON_KNOWN, metadata
from contracts.lists import AccountState, Role
from eventing.db import Tx, run

ACCOUNT, ORGANISATION = metadata.tables["account"], metadata.tables["organisation"]
_IDS = bindparam("ids", type_=ARRAY(Uuid))
NAMES = select(PERSON_KNOWN.c.person_id, PERSON_KNOWN.c.given_name, PERSON_KNOWN.c.family_name).where(
    PERSON_KNOWN.c.person_id == any_(_IDS)
)
ORGANISATIONS = select(
    ORGANISATION.c.organisation_id, ORGANISATION.c.name, ORGANISATION.c.kind, ORGANISATION.c.state
).order_by(ORGANISATION.c.name)
WORKERS = (
    select(
        ACCOUNT.c.person_id,
        ACCOUNT.c.organisation_id,
        ACCOUNT.c.roles,
        PERSON_KNOWN.c.given_name,
        PERSON_KNOWN.c.family_name,
        ORGANISATION.c.name,
    )
    .join(ORGANISATION, ORGANISATION.c.organisation_id == ACCOUNT.c.organisation_id)
    .join(PERSON_KNOWN, PERSON_KNOWN.c.person_id == ACCOUNT.c.person_id, isouter=True)
    .where(ACCOUNT.c.state == literal(AccountState.ACTIVE.value))
    .order_by(ORGANISATION.c.name, PERSON_KNOWN.c.family_name)
)
CLOSED = select(ACCOUNT.c.person_id).where(
    ACCOUNT.c.person_id == any_(_IDS), ACCOUNT.c.state != literal(AccountState.ACTIVE.value)
)
NOT_NAMED = "Personne sans nom"


@dataclass(frozen=True)
class Referrer:
    """Somebody who may follow a case, in their organisation."""

    person_id: UUID
    organisation_id: UUID
    name: str
    organisation: str


async def names(tx: Tx, ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """The names of these people; somebody unknown or erased has none."""
    wanted = sorted({each for each in ids if each is not None})
    return {
        row["person_id"]: _name(row["given_name"], row["family_name"])
        for row in await run(tx, NAMES, ids=wanted)
    }


def _name(given: str | None, family: str | None) -> str:
    return f"{given or ''} {family or ''}".strip() or NOT_NAMED


async def organisations(tx: Tx) -> dict[UUID, str]:
    """Every organisation by its id, in alphabetical order."""
    return {row["organisation_id"]: row["name"] for row in await run(tx, ORGANISATIONS)}


async def referrers(tx: Tx, territory: str, organisation_id: UUID | None = None) -> list[Referrer]:
    """Who may be made referrer in this territory: active accounts that hold the role."""
    return [
        Referrer(
            row["person_id"],
            row["organisation_id"],
            _name(row["given_name"], row["family_name"]),
            row["name"],
        )
        for row in await run(tx, WORKERS)
        if organisation_id in (None, row["organisation_id"])
        and any(g["role"] == Role.REFERRER.value and g["territory"] == territory for g in row["roles"])
    ]


async def colleagues(tx: Tx) -> list[Referrer]:
    """Everybody with an account in an organisation: who may sit for a member."""
    return [
        Referrer(
            row["person_id"],
            row["organisation_id"],
            _name(row["given_name"], row["family_name"]),
            row["name"],
        )
        for row in await run(tx, WORKERS)
    ]


async def workers(tx: Tx) -> list[Referrer]:
    """Everybody with an account in an organisation: who may be given something to do."""
    return [
        Referrer(
            row["person_id"],
            row["organisation_id"],
            _name(row["given_name"], row["family_name"]),
            row["name"],
        )
        for row in await run(tx, WORKERS)
    ]


async def gone(tx: Tx, ids: Iterable[UUID]) -> frozenset[UUID]:
    """Those whose account is known to be closed: nobody follows their cases (users U43)."""
    return frozenset(row["person_id"] for row in await run(tx, CLOSED, ids=sorted(set(ids))))


Names = Mapping[UUID, str]
