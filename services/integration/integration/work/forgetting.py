"""What leaves by itself: trials after a week, quarantine after 30 days, event ids after 13 months."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from sqlalchemy import text

from contracts.topics import months
from eventing.db import Database, run

EVERY = timedelta(hours=1)
BATCH = 5_000
QUARANTINE_KEPT, IDS_KEPT = timedelta(days=30), timedelta(days=396)
SANDBOX_KEPT, MAPPING_KEPT, BACKUPS_KEPT = timedelta(days=7), timedelta(days=731), timedelta(days=35)
FORGET_QUARANTINE = text("DELETE FROM quarantine WHERE received_at < :before RETURNING 1")
FORGET_QUARANTINED_IDS = text("DELETE FROM sent WHERE outcome = 'quarantined' AND at < :before RETURNING 1")
FORGET_IDS = text(
    f"""
    DELETE FROM sent WHERE (partner_id, event_id) IN
        (SELECT partner_id, event_id FROM sent WHERE at < :before LIMIT {BATCH}) RETURNING 1
    """  # noqa: S608 - names of ours only, values are bound
)


_TRIALS = {"sent": "at", "record": "at", "quarantine": "received_at", "feed": "at"}
FORGET_TRIALS = tuple(
    text(
        f"DELETE FROM {t} USING partner p WHERE {t}.partner_id = p.test_id AND {t}.{at} < :before "  # noqa: S608 - names of ours only, values are bound
        "RETURNING 1"
    )
    for t, at in _TRIALS.items()
)
FORGET_TRIAL_REFERENCES = text(
    """
    DELETE FROM reference r USING partner p WHERE r.partner_id = p.test_id AND NOT EXISTS
        (SELECT 1 FROM record c WHERE c.partner_id = r.partner_id) RETURNING 1
    """
)
FORGET_ATTEMPTS = text("DELETE FROM webhook_attempt WHERE at < :before RETURNING 1")
FORGET_FEED = text(
    """
    WITH gone AS (DELETE FROM feed WHERE at < :before RETURNING partner_id, position)
    UPDATE feed_head h SET forgotten = g.last
    FROM (SELECT partner_id, max(position) AS last FROM gone GROUP BY partner_id) g
    WHERE h.partner_id = g.partner_id RETURNING 1
    """
)
FORGET_REFERENCES = text(
    """
    DELETE FROM reference r WHERE kind = 'household'
       AND NOT EXISTS (SELECT 1 FROM record c WHERE c.key = r.id::text AND c.at >= :before)
       AND NOT EXISTS (SELECT 1 FROM erasure_notice n WHERE n.household_id = r.id AND n.forgotten_at IS NULL)
       AND r.met_at < :before RETURNING 1
    """
)
FORGET_ERASED = text("DELETE FROM erased WHERE heard_at < :before RETURNING 1")


def forgetting(database: Database, kept_months: int) -> Callable[[], Awaitable[int]]:
    """A round of work, once an hour: what is past its time goes, at most five thousand ids at once."""
    last: datetime | None = None

    async def forget() -> int:
        nonlocal last
        now = database.runtime.now()
        if last is not None and now - last < EVERY:
            return 0
        facts_kept = months(kept_months)
        async with database.transaction() as tx:
            gone = len(await run(tx, FORGET_QUARANTINE, before=now - QUARANTINE_KEPT))
            gone += len(await run(tx, FORGET_QUARANTINED_IDS, before=now - QUARANTINE_KEPT))
            for statement in FORGET_TRIALS:
                gone += len(await run(tx, statement, before=now - SANDBOX_KEPT))
            gone += len(await run(tx, FORGET_TRIAL_REFERENCES))
            gone += len(await run(tx, FORGET_ATTEMPTS, before=now - QUARANTINE_KEPT))
            gone += len(await run(tx, FORGET_FEED, before=now - facts_kept))
            gone += len(await run(tx, FORGET_ERASED, before=now - facts_kept - BACKUPS_KEPT))
            gone += len(await run(tx, FORGET_REFERENCES, before=now - MAPPING_KEPT))
            old = len(await run(tx, FORGET_IDS, before=now - IDS_KEPT))
        last = None if old == BATCH else now
        return gone + old

    return forget
