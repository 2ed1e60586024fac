"""What could not be taken and waits: rows of the quarantine."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from contracts.refusal import Refused
from eventing.db import Tx, run, run_one

QUARANTINE = text(
    """
    SELECT quarantine_id, event_id, record_type, code, errors, received_at, times, replaced_at
    FROM quarantine WHERE partner_id = :id
    ORDER BY replaced_at IS NOT NULL, received_at DESC, quarantine_id LIMIT 200
    """
)
ONE_QUARANTINED = text(
    """
    SELECT quarantine_id, event_id, record_type, code, errors, received_at, times, replaced_at, body
    FROM quarantine WHERE partner_id = :id AND quarantine_id = :quarantine_id
    """
)
KEPT = timedelta(days=30)


async def quarantined(tx: Tx, partner_id: UUID) -> list[dict[str, Any]]:
    """What could not be taken, the last first."""
    return [_waiting(row) for row in await run(tx, QUARANTINE, id=partner_id)]


async def one_quarantined(tx: Tx, partner_id: UUID, quarantine_id: UUID) -> dict[str, Any]:
    """One event that could not be taken. Refused 404, also for another partner's."""
    row = await run_one(tx, ONE_QUARANTINED, id=partner_id, quarantine_id=quarantine_id)
    if row is None:
        raise Refused("unknown_quarantine", "Cet événement n’est pas, ou plus, en quarantaine.", 404)
    return _waiting(row)


def _waiting(row: Any) -> dict[str, Any]:
    received: datetime = row["received_at"]
    return {**dict(row), "kept_until": received + KEPT}
