"""A projection folded again from the oldest record, in one transaction, the old rows in sight till then."""

from collections.abc import Sequence

from eventing.applying import HandlerError, ProjectionSubscriber, apply, park
from eventing.broker import Broker, Position, Reader, Record
from eventing.db import Database, Tx, is_transient
from eventing.subscription import Projection

CHUNK = 200
POLL = 500
POLL_SECONDS = 0.5
LOCK_CURSORS = "SELECT 1 FROM projection_cursor WHERE consumer = $1 ORDER BY topic, partition FOR UPDATE"
SET_CURSOR = """
    UPDATE projection_cursor SET next_offset = $4, last_event_id = NULL, folded_at = $5
    WHERE consumer = $1 AND topic = $2 AND partition = $3
"""


async def rebuild(database: Database, broker: Broker, projection: Projection, service: str) -> int:
    """Empties a projection and folds every record that the log holds now; how many records.

    The running builder waits for it, finds its cursors moved, and goes on from there.
    """
    count = await broker.partitions(projection.topic)
    bounds = dict(await broker.bounds([(projection.topic, n) for n in range(count)]))
    reader = await broker.assigned({place: first for place, (first, _) in bounds.items()})
    try:
        async with database.transaction() as tx:
            for limit in ("statement_timeout", "transaction_timeout", "idle_in_transaction_session_timeout"):
                await tx.connection.execute(f"SET LOCAL {limit} = 0")
            return await _refold(tx, projection, service, reader, bounds)
    finally:
        await reader.close()


async def _refold(
    tx: Tx, projection: Projection, service: str, reader: Reader, bounds: dict[Position, tuple[int, int]]
) -> int:
    subscriber = ProjectionSubscriber(projection.consumer, projection)
    await tx.connection.fetch(LOCK_CURSORS, projection.consumer)
    for table in ("stream_pos", "parked_event", "parked_key"):
        await tx.connection.execute(f"DELETE FROM {table} WHERE consumer = $1", projection.consumer)  # noqa: S608 - names of ours only, values are bound
    for table in projection.tables:
        await tx.connection.execute(f'DELETE FROM "{table}"')  # noqa: S608 - names of ours only, values are bound
    waiting = {place: end for place, (first, end) in bounds.items() if end > first}
    folded = 0
    while waiting:
        for place, found in (await reader.poll(POLL, POLL_SECONDS)).items():
            if place not in waiting:
                continue
            records = [record for record in found if record.offset < waiting[place]]
            for start in range(0, len(records), CHUNK):
                await _fold(tx, subscriber, service, records[start : start + CHUNK])
            folded += len(records)
            if found[-1].offset + 1 >= waiting[place]:
                del waiting[place]
    for (topic, partition), (_, end) in bounds.items():
        await tx.connection.execute(SET_CURSOR, projection.consumer, topic, partition, end, tx.now)
    return folded


async def _fold(tx: Tx, subscriber: ProjectionSubscriber, service: str, chunk: Sequence[Record]) -> None:
    try:
        async with tx.connection.transaction():
            await apply(tx, subscriber, chunk[0].topic, chunk)
    except HandlerError as failed:
        error = failed.__cause__ or failed
        if is_transient(error):
            raise ConnectionError("transient, the rebuild is to be run again") from failed
        if len(chunk) == 1:
            await park(tx, subscriber, service, failed.heard, error)
            return
        for record in chunk:
            await _fold(tx, subscriber, service, [record])
