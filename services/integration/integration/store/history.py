"""Histories of partners, and their statements."""

from typing import Any
from uuid import UUID

from sqlalchemy import text

from contracts.refusal import Refused
from eventing.db import Tx, run, run_one
from integration.domain.history import History

OPEN = text(
    """
    INSERT INTO backfill (backfill_id, partner_id, from_on, to_on, opened_at, counts)
    VALUES (:backfill_id, :partner_id, :from_on, :to_on, :now, '{}'::jsonb)
    ON CONFLICT DO NOTHING
    RETURNING *
    """
)
CLOSE = text(
    """
    UPDATE backfill SET closed_at = :now, declared = CAST(:declared AS jsonb)
    WHERE backfill_id = :backfill_id AND partner_id = :partner_id AND closed_at IS NULL
    """
)
ONE = text("SELECT * FROM backfill WHERE backfill_id = :backfill_id AND partner_id = :partner_id")
ALL = text("SELECT * FROM backfill WHERE partner_id = :partner_id ORDER BY opened_at DESC LIMIT 50")


async def one_history(tx: Tx, partner_id: UUID, backfill_id: UUID) -> History:
    """A history of that partner. Refused 404."""
    row = await run_one(tx, ONE, backfill_id=backfill_id, partner_id=partner_id)
    if row is None:
        raise Refused("unknown_history", "Cette reprise d’historique n’existe pas.", 404)
    return history_of(row)


async def histories(tx: Tx, partner_id: UUID) -> list[History]:
    """Its histories, the last first."""
    return [history_of(row) for row in await run(tx, ALL, partner_id=partner_id)]


def history_of(row: Any) -> History:
    """A row of the table of histories."""
    names = ("backfill_id", "from_on", "to_on", "opened_at", "closed_at", "counts", "declared")
    return History(**{name: row[name] for name in names})
