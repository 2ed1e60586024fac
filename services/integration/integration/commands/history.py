"""A partner's history comes in its own lane: opened, counted while it comes, closed and compared."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from contracts.refusal import FieldError, Refused
from eventing.db import Tx, run, run_one
from integration.domain.history import History
from integration.store import history


async def open_history(tx: Tx, partner_id: UUID, from_on: date | None, to_on: date | None) -> History:
    """Opens the lane; one at a time. Refused 409 or 422."""
    if from_on and to_on and to_on < from_on:
        words = "La fin précède le début"
        raise Refused("dates_reversed", f"{words}.", 422, [FieldError("/to_on", "dates_reversed", words)])
    row = await run_one(
        tx,
        history.OPEN,
        backfill_id=tx.new_id(),
        partner_id=partner_id,
        from_on=from_on,
        to_on=to_on,
        now=tx.now,
    )
    if row is None:
        raise Refused("history_open", "Une reprise d’historique est déjà ouverte : fermez-la d’abord.", 409)
    return history.history_of(row)


async def close_history(tx: Tx, partner_id: UUID, backfill_id: UUID, sent: Mapping[str, int]) -> History:
    """Closes the lane with what the partner says it sent; again changes nothing. Refused 404."""
    await run(
        tx, history.CLOSE, backfill_id=backfill_id, partner_id=partner_id, declared=dict(sent), now=tx.now
    )
    return await history.one_history(tx, partner_id, backfill_id)
