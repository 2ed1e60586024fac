"""What is not kept for ever: how long, and what ends it. Run every hour by each service.

An event that failed and was not set aside is never dropped by itself: its age is an alert. One set aside for
30 days is discarded, as an act of the system, so that what waits behind it goes on. What was discarded is
gone at once; the act stays a year, without the event. The topic of dead letters forgets after 30 days.
"""

from datetime import timedelta

from sqlalchemy import text

from eventing.db import Tx, run
from eventing.requests import forget_old
from operating.failed import TOO_OLD
from operating.failed_acts import Action, Choice, ask

ARCHIVED_KEPT = timedelta(days=30)
ACTS_KEPT = timedelta(days=366)
FORGET_EVENTS = text(
    """
    DELETE FROM operator_act_event AS e USING operator_act AS a
    WHERE a.id = e.act AND a.at < :before AND e.outcome IS NOT NULL
    """
)
FORGET_ACTS = text(
    """
    DELETE FROM operator_act AS a
    WHERE at < :before AND NOT EXISTS (SELECT FROM operator_act_event WHERE act = a.id)
    """
)


async def tidy(tx: Tx) -> None:
    """Applies every rule once."""
    await forget_old(tx)
    old = [row["n"] for row in await run(tx, TOO_OLD, before=tx.now - ARCHIVED_KEPT)]
    if old:
        await ask(tx, Action.DISCARD, Choice(old), "Mis de côté depuis plus de 30 jours")
    await run(tx, FORGET_EVENTS, before=tx.now - ACTS_KEPT)
    await run(tx, FORGET_ACTS, before=tx.now - ACTS_KEPT)
