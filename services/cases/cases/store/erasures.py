"""What was erased stays erased: ids remembered, so that nothing about them comes back."""

from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert

from cases.tables import ERASED
from contracts.refusal import Refused
from eventing.db import Tx, run, run_one

IS_ERASED = select(ERASED.c.household_id).where(ERASED.c.household_id == bindparam("id"))
REMEMBER = insert(ERASED).values({c.name: bindparam(c.name) for c in ERASED.columns})


async def is_erased(tx: Tx, household_id: UUID) -> bool:
    """Whether that household was erased."""
    return await run_one(tx, IS_ERASED, id=household_id) is not None


async def refuse_erased(tx: Tx, household_id: UUID) -> None:
    """Raises Refused 410 for a household that was erased."""
    if await is_erased(tx, household_id):
        raise Refused("household_erased", "Ce dossier a été effacé.", 410)


async def remember(tx: Tx, **values: object) -> None:
    """Keep the ids of an erasure, for ever."""
    await run(tx, REMEMBER, **values)
