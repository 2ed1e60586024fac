"""Parked keys are tried again, oldest event first, one event a transaction, with a growing delay."""

from typing import Any

import structlog

from contracts.topics import TOPICS
from eventing.applying import positions_of, refuse_unreadable, save_positions
from eventing.db import Database, Tx, is_transient, run, run_one
from eventing.faults import fault
from eventing.parking import (
    DROP_EVENT,
    DROP_KEY,
    GO_ON,
    LAST_RETRY,
    NEXT_EVENT,
    NEXT_KEY,
    SET_ASIDE,
    TRIED,
    TRY_LATER,
    fingerprint,
    restored,
    retry_after,
)
from eventing.reading import Heard, hear, refuse_gap
from eventing.subscriber import Subscriber

log = structlog.get_logger("eventing.draining")


async def drain(database: Database, subscriber: Subscriber) -> int:
    """Tries one event of one parked key that is ready; 1 if it did, done or put off, 0 if none was ready."""
    head: Any = None
    tries = 0
    try:
        async with database.transaction() as tx:
            row = await run_one(tx, NEXT_KEY, consumer=subscriber.consumer, now=tx.now)
            if row is None:
                return 0
            tries = row["tries"]
            fault("drain.claimed")
            place = {"consumer": subscriber.consumer, "topic": row["topic"], "key": row["key"]}
            head = await run_one(tx, NEXT_EVENT, **place)
            if head is None:
                await run(tx, DROP_KEY, **place)
            elif head["archived_at"] is not None:
                await run(tx, SET_ASIDE, **place, later=tx.now + LAST_RETRY)
            else:
                await take_up(tx, subscriber, head)
        fault("drain.committed")
        return 1
    except Exception as error:
        if head is None or is_transient(error):
            raise
        fault("drain.put_off")
        async with database.transaction() as tx:
            await put_off(tx, head, tries, error)
        return 1


async def put_off(tx: Tx, parked: Any, tries: int, error: BaseException) -> None:
    """Counts one more failure of the first event of a parked key, which had `tries`, and waits longer."""
    place = {"consumer": parked["consumer"], "topic": parked["topic"], "key": parked["key"]}
    why = {"error": type(error).__name__, "fingerprint": fingerprint(error)}
    await run(tx, TRY_LATER, **place, **why, next_try_at=tx.now + retry_after(tries + 1))
    await run(tx, TRIED, n=parked["n"], now=tx.now)
    log.warning("still_parked", consumer=parked["consumer"], error=fingerprint(error))


async def take_up(tx: Tx, subscriber: Subscriber, parked: Any) -> None:
    """Applies the first event of a locked parked key, and takes it out. Raises what its handler does."""
    topic, key = parked["topic"], parked["key"]
    heard = hear(restored(parked))
    refuse_unreadable(subscriber, heard)
    last = (await positions_of(tx, subscriber.consumer, topic, [key])).get(key)
    if heard.seq is not None and TOPICS[topic].sequenced:
        refuse_gap(heard.seq, last)
        if last is None or heard.seq > last:
            await _apply(tx, subscriber, heard)
            await save_positions(tx, subscriber.consumer, topic, {key: heard.seq})
    else:
        await _apply(tx, subscriber, heard)
    fault("drain.applied_before_drop")
    await run(tx, DROP_EVENT, n=parked["n"])


async def pass_over(tx: Tx, parked: Any) -> None:
    """Gives the first event of a locked parked key up: what waits behind it goes on after it."""
    consumer, topic, key, seq = (parked[name] for name in ("consumer", "topic", "key", "seq"))
    if seq is not None and TOPICS[topic].sequenced:
        last = (await positions_of(tx, consumer, topic, [key])).get(key)
        await save_positions(tx, consumer, topic, {key: max(seq, last or 0)})
    await run(tx, DROP_EVENT, n=parked["n"])


async def go_on(tx: Tx, consumer: str, topic: str, key: str) -> None:
    """After its first event: what is left of a locked key is tried at once; with nothing left it is free."""
    place = {"consumer": consumer, "topic": topic, "key": key}
    left = await run_one(tx, NEXT_EVENT, **place)
    await run(tx, DROP_KEY, **place) if left is None else await run(tx, GO_ON, **place, now=tx.now)


async def _apply(tx: Tx, subscriber: Subscriber, heard: Heard) -> None:
    if heard.tombstone:
        await subscriber.forget(tx, heard)
    elif heard.event is not None:
        tx.correlation, tx.causation = heard.event.correlation or heard.event.id, heard.event.id
        await subscriber.handle(tx, heard.event)
