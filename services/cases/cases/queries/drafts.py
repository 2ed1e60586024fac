"""Drafts that somebody may go on with."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Uuid, bindparam, or_, select

from cases.domain.drafting import normal
from cases.domain.rights import Viewer
from cases.store.drafts import opens
from cases.store.files import draft_of
from cases.store.vault import Vault
from cases.tables import DRAFT
from contracts.lists import Role
from eventing.db import Tx, run

_ALL = select(DRAFT).where(DRAFT.c.territory == bindparam("territory")).order_by(DRAFT.c.changed_at.desc())
EVERY = _ALL.limit(200)
OWN = _ALL.where(
    or_(
        DRAFT.c.author_id == bindparam("viewer", type_=Uuid),
        DRAFT.c.referrer_id == bindparam("viewer", type_=Uuid),
    )
).limit(200)


@dataclass(frozen=True)
class Line:
    """A draft in a list: whose it is, for whom, since when; `completes`: it mends a case transmitted."""

    case_id: UUID
    household: str
    author_id: UUID
    completes: bool
    changed_at: datetime


async def drafts(tx: Tx, vault: Vault, viewer: Viewer) -> list[Line]:
    """Their own; every one for the SIAO. The last touched comes first."""
    siao = viewer.has(Role.SIAO_AGENT, Role.COORDINATOR)
    values = {} if siao else {"viewer": viewer.account_id}
    rows = await run(tx, EVERY if siao else OWN, territory=viewer.territory, **values)
    found = [draft_of(vault, row) for row in rows]
    return [
        Line(each.case_id, household_of(each.typed), each.author_id, each.completes, each.changed_at)
        for each in found
        if await opens(tx, viewer, each)
    ]


def household_of(typed: dict[str, object]) -> str:
    """How a draft is called in a list: the first person typed, or nothing yet."""
    values = normal(typed)  # type: ignore[arg-type]  # a draft holds texts and lists of texts
    names = (values.get("persons.0.given_name"), values.get("persons.0.family_name"))
    return " ".join(each[0] for each in names if each)
