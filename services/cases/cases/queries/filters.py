"""Filters that somebody kept, theirs and their team's."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Uuid, and_, bindparam, or_, select

from cases.domain.rights import Viewer
from cases.tables import SAVED_FILTER
from eventing.db import Tx, run

MINE = (
    select(SAVED_FILTER)
    .where(
        SAVED_FILTER.c.territory == bindparam("territory"),
        or_(
            SAVED_FILTER.c.owner_id == bindparam("viewer", type_=Uuid),
            and_(
                SAVED_FILTER.c.shared.is_(True),
                SAVED_FILTER.c.organisation_id == bindparam("organisation", type_=Uuid),
            ),
        ),
    )
    .order_by(SAVED_FILTER.c.name)
)


@dataclass(frozen=True)
class SavedFilter:
    """A filter under a name; `shared`: colleagues of the organisation see it too."""

    filter_id: UUID
    owner_id: UUID
    name: str
    query: str
    shared: bool


async def kept_filters(tx: Tx, viewer: Viewer) -> list[SavedFilter]:
    """Theirs, and those that their organisation shares. A filter gives no sight: it is only an address."""
    rows = await run(
        tx, MINE, territory=viewer.territory, viewer=viewer.account_id, organisation=viewer.organisation_id
    )
    return [
        SavedFilter(row["filter_id"], row["owner_id"], row["name"], row["query"], row["shared"])
        for row in rows
    ]
