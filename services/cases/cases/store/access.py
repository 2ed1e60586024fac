"""Who read what, and why: lines are added, never changed; the data officer reads them."""

from uuid import UUID

from sqlalchemy import bindparam
from sqlalchemy.dialects.postgresql import insert

from cases.domain.rights import Viewer
from cases.tables import ACCESS_LOG
from eventing.db import Tx, run

_COLUMNS = ("person_id", "partner_id", "case_id", "household_id", "what", "purpose", "at")
INSERT = insert(ACCESS_LOG).values({name: bindparam(name) for name in _COLUMNS})


async def log_reading(
    tx: Tx,
    viewer: Viewer,
    what: str,
    case_id: UUID | None = None,
    household_id: UUID | None = None,
    purpose: str | None = None,
) -> None:
    """Somebody read something: `what` is a word of ours (case, identity, numbers, search, export, print)."""
    await run(
        tx,
        INSERT,
        person_id=None if viewer.partner_id else viewer.account_id,
        partner_id=viewer.partner_id,
        case_id=case_id,
        household_id=household_id,
        what=what,
        purpose=purpose,
        at=tx.now,
    )
