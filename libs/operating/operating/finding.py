"""Where is my event: what a service said, set aside or heard that bears an id, in the order of time.

The id is an event's, a stream's (case, commission, person), a correlation's, or stands in the content: an
exact match, never a guess. It tells places and states, no content.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from eventing.db import Tx, run

MOST = 500
"""Rows told at most; with more, the first of them, so that a narrower time finds the rest."""
_BEARS = """
    (event_id = :id OR key = CAST(:id AS text) OR correlation = :id OR causation = :id
     OR position(convert_to(CAST(:id AS text), 'UTF8') IN payload) > 0)
    AND recorded_at >= :since AND recorded_at < :until
"""
FIND = text(
    f"""
    SELECT * FROM (
        SELECT recorded_at AS at, 'waiting' AS state, NULL AS consumer, type, topic, key, seq,
               CAST(event_id AS text) AS event_id, NULL::int AS "partition", NULL::bigint AS "offset"
        FROM outbox WHERE {_BEARS}
        UNION ALL
        SELECT recorded_at, 'said', NULL, type, topic, key, seq, CAST(event_id AS text), "partition", "offset"
        FROM event_log WHERE {_BEARS}
        UNION ALL
        SELECT parked_at, CASE WHEN archived_at IS NULL THEN 'parked' ELSE 'archived' END, consumer, NULL,
               topic, key, seq, event_id, "partition", "offset"
        FROM parked_event
        WHERE (event_id = CAST(:id AS text) OR key = CAST(:id AS text)
               OR position(convert_to(CAST(:id AS text), 'UTF8') IN payload) > 0)
          AND parked_at >= :since AND parked_at < :until
        UNION ALL
        SELECT applied_at, 'heard', consumer, NULL, NULL, NULL, NULL, CAST(event_id AS text), NULL, NULL
        FROM inbox WHERE event_id = :id AND applied_at >= :since AND applied_at < :until
    ) AS found
    ORDER BY at, array_position(ARRAY['waiting', 'said', 'parked', 'archived', 'heard'], state), event_id
    LIMIT {MOST}
    """  # noqa: S608 - constants of ours, values are bound
)


async def find(tx: Tx, wanted: UUID, since: datetime, until: datetime) -> list[Any]:
    """Rows with `at`, `state`, `consumer`, `type`, `topic`, `key`, `seq`, `event_id`, `partition`, `offset`.

    States: `waiting` to leave, `said` and where in Kafka, `parked` or `archived` for a consumer, `heard`
    by one (applied, unless it is parked). A narrow time answers sooner.
    """
    return await run(tx, FIND, id=wanted, since=since, until=until)
