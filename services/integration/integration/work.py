"""What leaves by itself: quarantine after 30 days, event ids after 13 months."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from sqlalchemy import text

from eventing.db import Database, run

EVERY = timedelta(hours=1)
BATCH = 5_000
QUARANTINE_KEPT, IDS_KEPT = timedelta(days=30), timedelta(days=396)
FORGET_QUARANTINE = text("DELETE FROM quarantine WHERE received_at < :before RETURNING 1")
FORGET_QUARANTINED_IDS = text("DELETE FROM sent WHERE outcome = 'quarantined' AND at < :before RETURNING 1")
FORGET_IDS = text(
    f"""
    DELETE FROM sent WHERE (partner_id, event_id) IN
        (SELECT partner_id, event_id FROM sent WHERE at < :before LIMIT {BATCH}) RETURNING 1
    """  # noqa: S608
)


def forgetting(database: Database) -> Callable[[], Awaitable[int]]:
    """A round of work, once an hour: what is past its time goes, at most five thousand ids at once."""
    last: datetime | None = None

    async def forget() -> int:
        nonlocal last
        now = database.runtime.now()
        if last is not None and now - last < EVERY:
            return 0
        async with database.transaction() as tx:
            gone = len(await run(tx, FORGET_QUARANTINE, before=now - QUARANTINE_KEPT))
            gone += len(await run(tx, FORGET_QUARANTINED_IDS, before=now - QUARANTINE_KEPT))
            old = len(await run(tx, FORGET_IDS, before=now - IDS_KEPT))
        last = None if old == BATCH else now
        return gone + old

    return forget
