"""A filter of the queue kept under a name, for oneself or one's organisation (features C19)."""

from uuid import UUID

from sqlalchemy import Uuid, bindparam, delete
from sqlalchemy.dialects.postgresql import insert

from cases.store.desk import Desk
from cases.tables import SAVED_FILTER
from eventing.db import Tx, run
from webui.identity import User

INSERT = insert(SAVED_FILTER).values({c.name: bindparam(c.name) for c in SAVED_FILTER.columns})
DELETE = delete(SAVED_FILTER).where(
    SAVED_FILTER.c.filter_id == bindparam("id"), SAVED_FILTER.c.owner_id == bindparam("owner", type_=Uuid)
)


async def keep_filter(tx: Tx, desk: Desk, user: User, name: str, query: str, shared: bool) -> None:
    """Keep the address of a list."""
    await run(
        tx,
        INSERT,
        filter_id=tx.new_id(),
        territory=desk.territory,
        owner_id=user.account_id,
        organisation_id=user.organisation_id,
        shared=shared,
        name=name.strip(),
        query=query,
    )


async def drop_filter(tx: Tx, user: User, filter_id: UUID) -> None:
    """Its owner keeps it no longer; another's stays."""
    await run(tx, DELETE, id=filter_id, owner=user.account_id)
