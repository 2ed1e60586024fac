"""Parked keys are tried again, oldest event first, one event a transaction, with a growing delay."""

import structlog

from contracts.topics import TOPICS
from eventing.applying import Subscriber, positions_of, save_positions
from eventing.db import Database, Tx, is_transient, run, run_one
from eventing.faults import fault
from eventing.parking import (
    DROP_EVENT,
    DROP_KEY,
    NEXT_EVENT,
    NEXT_KEY,
    TRY_LATER,
    fingerprint,
    restored,
    retry_after,
)
from eventing.reading import Heard, hear

log = structlog.get_logger("eventing.draining")


async def drain(database: Database, subscriber: Subscriber) -> int:
    """Tries one event of one parked key that is ready; 1 if it did, done or put off, 0 if none was ready."""
    place: tuple[str, str, int] | None = None
    try:
        async with database.transaction() as tx:
            row = await run_one(tx, NEXT_KEY, consumer=subscriber.consumer, now=tx.now)
            if row is None:
                return 0
            place = (row["topic"], row["key"], row["tries"])
            fault("drain.claimed")
            await _drain_one(tx, subscriber, row["topic"], row["key"])
        fault("drain.committed")
        return 1
    except Exception as error:
        if place is None or is_transient(error):
            raise
        fault("drain.put_off")
        async with database.transaction() as tx:
            await run(
                tx,
                TRY_LATER,
                consumer=subscriber.consumer,
                topic=place[0],
                key=place[1],
                next_try_at=tx.now + retry_after(place[2] + 1),
                error=type(error).__name__,
                fingerprint=fingerprint(error),
            )
        log.warning("still_parked", consumer=subscriber.consumer, error=fingerprint(error))
        return 1


async def _drain_one(tx: Tx, subscriber: Subscriber, topic: str, key: str) -> None:
    parked = await run_one(tx, NEXT_EVENT, consumer=subscriber.consumer, topic=topic, key=key)
    if parked is None:
        await run(tx, DROP_KEY, consumer=subscriber.consumer, topic=topic, key=key)
        return
    heard = hear(restored(parked))
    if heard.error is not None:
        raise heard.error
    last = (await positions_of(tx, subscriber.consumer, topic, [key])).get(key)
    if heard.seq is not None and TOPICS[topic].sequenced:
        if last is not None and heard.seq > last + 1:
            raise LookupError("the event before it has not come")
        if last is None or heard.seq > last:
            await _apply(tx, subscriber, heard)
            await save_positions(tx, subscriber.consumer, topic, {key: heard.seq})
    else:
        await _apply(tx, subscriber, heard)
    fault("drain.applied_before_drop")
    await run(tx, DROP_EVENT, n=parked["n"])
    fault("drain.dropped")


async def _apply(tx: Tx, subscriber: Subscriber, heard: Heard) -> None:
    if heard.tombstone:
        await subscriber.forget(tx, heard)
    elif heard.event is not None:
        tx.correlation, tx.causation = heard.event.correlation or heard.event.id, heard.event.id
        await subscriber.handle(tx, heard.event)
